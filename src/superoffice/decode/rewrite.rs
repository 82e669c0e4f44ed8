//! Rewrites single values of a JSON text and keeps every other byte.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::object::{COLUMN_PROPERTIES, LenientObject, same_name};
use super::time::NaiveZone;
use super::value::{self, LossyString, subslice_range};
use crate::chat::Timestamp;

/// The time properties of messages, sessions and archive rows.
const TIME_PROPERTIES: [&str; 6] = [
    "WhenPosted",
    "WhenRequested",
    "WhenStarted",
    "WhenEnded",
    "WhenIdle",
    "WhenFetched",
];

/// Reformats the times of an element; everything else, including times such as year 1, stays as it
/// is. `naive_zone` must be the one the element was decoded with.
pub(crate) fn rewrite_times(
    raw: &str,
    naive_zone: NaiveZone,
    format_time: impl Fn(Timestamp) -> String,
) -> String {
    let mut found = TimeValues::default();
    let mut parser = serde_json::Deserializer::from_str(raw);
    let read = parser.deserialize_map(&mut found);
    if read.and_then(|()| parser.end()).is_err() {
        return raw.to_owned();
    }
    if found.has_columns {
        found.add_columns(raw);
    }
    let values = found.values.into_iter();
    let mut times: Vec<(Range<usize>, Timestamp)> = values
        .filter_map(|value| {
            let timestamp = naive_zone.parse(&value::text(value).ok()?).ok()??;
            Some((subslice_range(value.get(), raw), timestamp))
        })
        .collect();
    times.sort_by_key(|(range, _)| range.start);
    let mut output = String::with_capacity(raw.len());
    let mut done = 0;
    for (range, timestamp) in times {
        output.push_str(raw.get(done..range.start).unwrap_or_default());
        output.push_str(&serde_json::Value::from(format_time(timestamp)).to_string());
        done = range.end;
    }
    output.push_str(raw.get(done..).unwrap_or_default());
    output
}

/// The values of an object that may be times. Other values are skipped: an export has millions of them.
#[derive(Default)]
struct TimeValues<'a> {
    values: Vec<&'a RawValue>,
    /// Whether the object may be a row of the archive, which has its times in columns.
    has_columns: bool,
}

impl<'a> TimeValues<'a> {
    fn add_columns(&mut self, row: &'a str) {
        let columns = LenientObject::parse(row).unwrap_or_default().columns();
        let times = columns.iter().filter(|(name, _)| is_time(name));
        let values = times.filter_map(|(_, cell)| cell.raw("RawValue"));
        self.values.extend(values);
    }
}

impl<'a> Visitor<'a> for &mut TimeValues<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(LossyString)? {
            if is_time(&name) {
                self.values.push(map.next_value()?);
            } else {
                self.has_columns |= is_columns(&name);
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

fn is_time(name: &str) -> bool {
    TIME_PROPERTIES.iter().any(|time| same_name(time, name))
}

fn is_columns(name: &str) -> bool {
    COLUMN_PROPERTIES.iter().any(|it| same_name(it, name))
}

/// Returns `true` if [`rewrite_times`] may change the value of a property.
pub(super) fn depends_on_zone(name: &str) -> bool {
    is_time(name) || is_columns(name)
}

/// Removes a property, in any spelling, from an object. Returns an empty text if the JSON is not an
/// object, because the property could not be found in it.
pub(super) fn remove_property(removed: &str, json: &str) -> String {
    let Some(object) = LenientObject::parse(json) else {
        return String::new();
    };
    let mut output = String::from("{");
    let mut done = json.find('{').map_or(0, |brace| brace + 1);
    for (name, value) in object.properties() {
        let end = subslice_range(value.get(), json).end;
        let property = json.get(done..end).unwrap_or_default();
        done = end;
        if same_name(name, removed) {
            continue;
        }
        // The first property kept must not start with the comma after a removed one.
        let property = match property.trim_start().strip_prefix(',') {
            Some(property) if output.len() == 1 => property,
            _ => property,
        };
        output.push_str(property);
    }
    output.push_str(json.get(done..).unwrap_or_default());
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(moment: Timestamp) -> String {
        moment.to_utc().to_rfc3339()
    }

    #[test]
    fn only_times_change() {
        for (raw, wanted) in [
            (
                r#"{ "ChatMessageId": 1,  "WhenPosted" : "2026-03-28T22:58:40+0100", "Message": "2026-03-28T22:58:40+0100" }"#,
                r#"{ "ChatMessageId": 1,  "WhenPosted" : "2026-03-28T21:58:40+00:00", "Message": "2026-03-28T22:58:40+0100" }"#,
            ),
            (
                r#"{"whenRequested":"2026-03-28T22:58:40","whenEnded":"0001-01-01T00:00:00","WhenIdle":null,"WhenFetched":"soon"}"#,
                r#"{"whenRequested":"2026-03-28T21:58:40+00:00","whenEnded":"0001-01-01T00:00:00","WhenIdle":null,"WhenFetched":"soon"}"#,
            ),
            (
                r#"{"PrimaryKey":1,"Column":{"whenStarted":{"RawValue":"[DT:03/28/2026 22:58:40]","DisplayValue":"x"}},"z":1.50,"WhenEnded":"2026-03-28T22:58:40Z"}"#,
                r#"{"PrimaryKey":1,"Column":{"whenStarted":{"RawValue":"2026-03-28T21:58:40+00:00","DisplayValue":"x"}},"z":1.50,"WhenEnded":"2026-03-28T22:58:40+00:00"}"#,
            ),
            ("[1]", "[1]"),
            ("not json", "not json"),
        ] {
            let oslo = NaiveZone(Some(chrono_tz::Tz::Europe__Oslo));
            assert_eq!(rewrite_times(raw, oslo, stamp), wanted);
        }
    }

    #[test]
    fn a_removed_property_leaves_no_trace() {
        for (json, wanted) in [
            (r#"{"a": 1, "Secret": "x", "b": 2}"#, r#"{"a": 1, "b": 2}"#),
            (r#"{"SECRET": "x" , "b": 2}"#, r#"{ "b": 2}"#),
            (r#"{"a": 1, "secret": {"x": []}}"#, r#"{"a": 1}"#),
            (r#"{"Secret": "x"}"#, "{}"),
            (
                r#"{"secret":"x","Secret":"y","a":1,"\u0073ecret":"z"}"#,
                r#"{"a":1}"#,
            ),
            ("{}", "{}"),
            (" { } ", "{ } "),
            (r#"{"Secret": "x""#, ""),
        ] {
            assert_eq!(remove_property("Secret", json), wanted, "{json}");
        }
    }
}
