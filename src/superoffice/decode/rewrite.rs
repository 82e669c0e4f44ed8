//! Rewrites single values of a JSON text and keeps every other byte.

use std::ops::Range;

use super::object::{LenientObject, same_name};
use super::time::NaiveZone;
use super::value::{self, subslice_range};
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
    let Some(object) = LenientObject::parse(raw) else {
        return raw.to_owned();
    };
    let cells = object.columns();
    let in_columns = cells
        .iter()
        .filter_map(|(name, cell)| Some((name, cell.raw("RawValue")?)));
    let mut times: Vec<(Range<usize>, Timestamp)> = object
        .properties()
        .chain(in_columns)
        .filter(|(name, _)| TIME_PROPERTIES.iter().any(|time| same_name(time, name)))
        .filter_map(|(_, value)| {
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
