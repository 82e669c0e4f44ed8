//! Writes JSON elements as one array or one per line, safe to print.
//!
//! Values stay as sent: characters that a terminal would interpret are written as JSON escapes, which
//! mean the same; between tokens they are left out.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use serde_json::Value;

#[derive(Debug)]
pub(super) struct JsonWriter {
    layout: JsonLayout,
    count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonLayout {
    /// One document.
    Array,
    /// One element a line.
    Lines,
}

impl JsonWriter {
    pub(super) fn new(layout: JsonLayout) -> Self {
        Self { layout, count: 0 }
    }

    /// Writes a value outside of the elements.
    pub(super) fn write_value(out: &mut dyn Write, json: &str) -> io::Result<()> {
        out.write_all(to_one_line(&escape_unsafe(json)).as_bytes())
    }

    /// Writes an element, which must be valid, see [`is_json`].
    pub(super) fn write_element(&mut self, out: &mut dyn Write, json: &str) -> io::Result<()> {
        let json = escape_unsafe(json);
        match self.layout {
            JsonLayout::Lines => self.write_parts(out, &[&to_one_line(&json)]),
            JsonLayout::Array => self.write_parts(out, &[&json]),
        }
    }

    /// Writes an element with another text in place of a part of it.
    pub(super) fn write_replaced(
        &mut self,
        out: &mut dyn Write,
        json: &str,
        part: Range<usize>,
        text: &str,
    ) -> io::Result<()> {
        let before = json.get(..part.start).unwrap_or_default();
        let after = json.get(part.end..).unwrap_or_default();
        if is_written_as_it_is(json) {
            self.write_parts(out, &[before, text, after])
        } else {
            self.write_element(out, &[before, text, after].concat())
        }
    }

    fn write_parts(&mut self, out: &mut dyn Write, parts: &[&str]) -> io::Result<()> {
        let (before, after) = match self.layout {
            JsonLayout::Lines => ("", "\n"),
            JsonLayout::Array if self.count == 0 => ("[\n", ""),
            JsonLayout::Array => (",\n", ""),
        };
        self.count += 1;
        out.write_all(before.as_bytes())?;
        for part in parts {
            out.write_all(part.as_bytes())?;
        }
        out.write_all(after.as_bytes())
    }

    pub(super) fn finish(self, out: &mut dyn Write) -> io::Result<()> {
        match self.layout {
            JsonLayout::Lines => Ok(()),
            JsonLayout::Array if self.count == 0 => writeln!(out, "[]"),
            JsonLayout::Array => writeln!(out, "\n]"),
        }
    }
}

/// An object with the keys of another one added.
pub(super) fn with_keys(mut object: Value, keys: Value) -> Value {
    if let (Some(object), Value::Object(keys)) = (object.as_object_mut(), keys) {
        object.extend(keys);
    }
    object
}

/// Returns `true` for one JSON value.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

/// Joins the lines of an element: valid JSON has line breaks only between tokens.
fn to_one_line(json: &str) -> Cow<'_, str> {
    if !json.contains('\n') {
        return json.into();
    }
    json.lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
        .into()
}

fn escape_unsafe(json: &str) -> Cow<'_, str> {
    if !has_unsafe(json) {
        return json.into();
    }
    let mut out = String::with_capacity(json.len() + 16);
    for char in json.chars() {
        if is_unsafe(char) {
            for unit in char.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            match char {
                // White space between tokens: in a string they would not be valid.
                '\r' => {}
                '\t' => out.push(' '),
                char => out.push(char),
            }
        }
    }
    out.into()
}

/// Characters that a terminal interprets or hides. In JSON they can only be in strings, where each may
/// be escaped.
fn is_unsafe(char: char) -> bool {
    matches!(char,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}'
        | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Returns `true` if [`escape_unsafe`] changes a text. Most texts have none of the bytes that matter, which is
/// found out faster than what their characters are.
fn has_unsafe(json: &str) -> bool {
    let is_changed = |char| is_unsafe(char) || matches!(char, '\r' | '\t');
    may_have_unsafe(json.as_bytes()) && json.chars().any(is_changed)
}

fn may_have_unsafe(json: &[u8]) -> bool {
    let any = |bytes: &[u8]| bytes.iter().any(|byte| may_begin_unsafe(*byte));
    let (words, rest) = json.as_chunks();
    words
        .iter()
        .any(|word| !is_printable_ascii(*word) && any(word))
        || any(rest)
}

/// Returns `true` if each of eight bytes is in `b' '..=b'~'`, in a few steps for all of them.
fn is_printable_ascii(word: [u8; 8]) -> bool {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let bytes = u64::from_ne_bytes(word);
    // The highest bit of a byte is set where it is 0x80 or more, 0x7f, or less than a space.
    let other = bytes | bytes.wrapping_add(ONES) | bytes.wrapping_sub(u64::from(b' ') * ONES);
    other & (0x80 * ONES) == 0
}

/// Returns `true` if an element is the same in every layout.
fn is_written_as_it_is(json: &str) -> bool {
    !has_unsafe(json) && !json.contains('\n')
}

/// Returns `true` for the first byte of every character that is not written as it is, and of some others.
#[inline]
fn may_begin_unsafe(byte: u8) -> bool {
    matches!(byte, ..b' ' | 0x7f | 0xc2 | 0xd8 | 0xe2 | 0xef | 0xf3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_that_matters_is_found_at_any_place() {
        for byte in 0..=u8::MAX {
            for place in 0..19 {
                let mut text = *b"abcdefgh ~cdefghijk";
                text[place] = byte;
                let is_found = may_have_unsafe(&text);
                assert_eq!(is_found, may_begin_unsafe(byte), "{byte} at {place}");
            }
        }
    }

    fn printed(layout: JsonLayout, elements: &[&str]) -> String {
        let mut out = Vec::new();
        let mut writer = JsonWriter::new(layout);
        for element in elements {
            writer.write_element(&mut out, element).unwrap();
        }
        writer.finish(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn documents() {
        assert_eq!(printed(JsonLayout::Array, &[]), "[]\n");
        assert_eq!(printed(JsonLayout::Array, &["1"]), "[\n1\n]\n");
        assert_eq!(printed(JsonLayout::Array, &["1", "2"]), "[\n1,\n2\n]\n");
        assert_eq!(printed(JsonLayout::Lines, &[]), "");
        assert_eq!(printed(JsonLayout::Lines, &["1", "2"]), "1\n2\n");
        assert_eq!(
            printed(JsonLayout::Lines, &["{\r\n  \"a\": 1\n}"]),
            "{ \"a\": 1 }\n"
        );
    }

    #[test]
    fn white_space_that_moves_the_cursor_is_no_part_of_the_output() {
        let element = "{\"a\":1,\r\"b\":\t2\r\n}";
        assert!(is_json(element));
        let layouts = [JsonLayout::Array, JsonLayout::Lines];
        let wanted = ["[\n{\"a\":1,\"b\": 2\n}\n]\n", "{\"a\":1,\"b\": 2 }\n"];
        assert_eq!(layouts.map(|layout| printed(layout, &[element])), wanted);
    }

    #[test]
    fn only_json_is_valid() {
        for (text, wanted) in [
            ("{\"a\":[1]}", true),
            ("null", true),
            ("{\"a\":\"\r\"}", false),
            ("\u{1b}[2Jowned", false),
            ("{\"a\":1", false),
            ("1 2", false),
            ("", false),
        ] {
            assert_eq!(is_json(text), wanted, "{text:?}");
        }
    }

    #[test]
    fn no_unsafe_character_begins_with_another_byte() {
        for char in ('\0'..=char::MAX).filter(|char| is_unsafe(*char)) {
            assert!(
                may_begin_unsafe(char.encode_utf8(&mut [0; 4]).as_bytes()[0]),
                "{char:?}"
            );
        }
    }

    #[test]
    fn terminal_controls_are_escaped_and_mean_the_same() {
        let sent = "\"a\u{9b}31mb\u{202e}c\u{7f}\u{e0041}\u{1f600}ø\"";
        let safe = escape_unsafe(sent);
        assert_eq!(
            safe,
            "\"a\\u009b31mb\\u202ec\\u007f\\udb40\\udc41\u{1f600}ø\""
        );
        let read = |json: &str| serde_json::from_str::<String>(json).unwrap();
        assert_eq!(read(&safe), read(sent));
    }
}
