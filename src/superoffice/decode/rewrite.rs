//! Rewrites single values of a JSON text and copies every other byte.

use std::borrow::Cow;
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

/// How deeply a value is searched for a property.
const MAX_DEPTH: usize = 64;
/// An array with more has too many elements to be searched.
const MAX_COMMAS: usize = 100_000;

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

/// Removes a property, in any spelling and at any depth. Returns an empty text if the JSON may have it and
/// cannot be read.
pub(super) fn remove_property<'a>(removed: &str, json: &'a str) -> Cow<'a, str> {
    if !may_have_property(removed, json) {
        return Cow::Borrowed(json);
    }
    let mut output = String::with_capacity(json.len());
    if push_without(removed, json, MAX_DEPTH, &mut output).is_none() {
        output.clear();
    }
    Cow::Owned(output)
}

/// A quick test: the text contains the name, in any case, perhaps with escaped letters.
fn may_have_property(name: &str, json: &str) -> bool {
    let Some(last) = name.bytes().last() else {
        return false;
    };
    // In `SessionKey`, the last letter is rarer than the first.
    let (lower, upper) = (last.to_ascii_lowercase(), last.to_ascii_uppercase());
    let text = unescape_letters(json.as_bytes());
    memchr::memchr2_iter(lower, upper, &text)
        .filter_map(|at| text.get((at + 1).checked_sub(name.len())?..=at))
        .any(|found| found.eq_ignore_ascii_case(name.as_bytes()))
}

/// Replaces the escapes of ASCII letters, such as `\u004b`.
fn unescape_letters(json: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', json).is_none() {
        return Cow::Borrowed(json);
    }
    let letters = memchr::memmem::find_iter(json, b"\\u00").filter_map(|at| {
        let digits = str::from_utf8(json.get(at + 4..at + 6)?).ok()?;
        let letter = u8::from_str_radix(digits, 16).ok()?;
        letter.is_ascii_alphabetic().then_some((at, letter))
    });
    let mut output = Vec::new();
    let mut done = 0;
    for (at, letter) in letters {
        output.extend_from_slice(json.get(done..at).unwrap_or_default());
        output.push(letter);
        done = at + 6;
    }
    if done == 0 {
        return Cow::Borrowed(json);
    }
    output.extend_from_slice(json.get(done..).unwrap_or_default());
    Cow::Owned(output)
}

/// Appends a value without a property; `None` if it cannot be read or is nested too deeply.
fn push_without(removed: &str, json: &str, depth: usize, output: &mut String) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let mut done = 0;
    let trimmed = json.trim_start();
    if trimmed.starts_with('{') {
        let object = LenientObject::parse(json)?;
        let mut is_first = true;
        done = json.find('{')? + 1;
        output.push_str(json.get(..done)?);
        for (name, value) in object.properties() {
            let range = subslice_range(value.get(), json);
            let name_and_colon = json.get(done..range.start)?;
            done = range.end;
            if same_name(name, removed) {
                continue;
            }
            // The first remaining property must not start with the comma after a removed one.
            let name_and_colon = match name_and_colon.trim_start().strip_prefix(',') {
                Some(rest) if is_first => rest,
                _ => name_and_colon,
            };
            is_first = false;
            output.push_str(name_and_colon);
            push_without(removed, value.get(), depth, output)?;
        }
    } else if trimmed.starts_with('[') {
        if memchr::memchr_iter(b',', json.as_bytes())
            .nth(MAX_COMMAS)
            .is_some()
        {
            return None;
        }
        let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
        for element in elements {
            let range = subslice_range(element.get(), json);
            output.push_str(json.get(done..range.start)?);
            done = range.end;
            push_without(removed, element.get(), depth, output)?;
        }
    }
    output.push_str(json.get(done..)?);
    Some(())
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
            (" { } ", " { } "),
            (r#"{"Secret": "x""#, ""),
            (
                r#"{"\u0061": "\u00e5", "s\u0065cre""#,
                r#"{"\u0061": "\u00e5", "s\u0065cre""#,
            ),
            (r#"{"S\u0065cr\u0045t": "x""#, ""),
            (
                r#"{"a": {"secret": 1, "b": [ 1, {"SECRET": 2}, {"c": "secret"} ]}, "d": "\u00e5"}"#,
                r#"{"a": { "b": [ 1, {}, {"c": "secret"} ]}, "d": "\u00e5"}"#,
            ),
            ("secret", "secret"),
        ] {
            assert_eq!(remove_property("Secret", json), wanted, "{json}");
        }
        let deep = format!("{}{{\"secret\":1}}{}", "[".repeat(9999), "]".repeat(9999));
        assert_eq!(remove_property("Secret", &deep), "");
        let long = format!("{{\"secret\":1,\"a\":[{}0]}}", "0,".repeat(MAX_COMMAS + 1));
        assert_eq!(remove_property("Secret", &long), "");
    }
}
