//! Elements as JSON, one document or one a line, safe to print.
//!
//! Values stay as sent: what could command a terminal is written as an escape of JSON, which
//! means the same.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Prints elements as they come.
#[derive(Debug)]
pub(super) struct Elements {
    form: Form,
    count: usize,
}

/// How elements are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// One array.
    Array,
    /// One element a line.
    Lines,
}

impl Elements {
    pub(super) fn new(form: Form) -> Self {
        Self { form, count: 0 }
    }

    /// Prints one element.
    pub(super) fn write(&mut self, out: &mut dyn Write, json: &str) -> io::Result<()> {
        let json = safe(json);
        let first = self.count == 0;
        self.count += 1;
        match self.form {
            Form::Lines => writeln!(out, "{}", one_line(&json)),
            Form::Array if first => write!(out, "[\n{json}"),
            Form::Array => write!(out, ",\n{json}"),
        }
    }

    /// Ends the document.
    pub(super) fn end(self, out: &mut dyn Write) -> io::Result<()> {
        match self.form {
            Form::Lines => Ok(()),
            Form::Array if self.count == 0 => writeln!(out, "[]"),
            Form::Array => writeln!(out, "\n]"),
        }
    }
}

/// An element that was sent over several lines on one: breaks stand only between its parts.
fn one_line(json: &str) -> Cow<'_, str> {
    if !json.contains(['\n', '\r']) {
        return json.into();
    }
    json.lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(" ")
        .into()
}

fn safe(json: &str) -> Cow<'_, str> {
    if !json.chars().any(is_unsafe) {
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
            out.push(char);
        }
    }
    out.into()
}

/// Characters that a terminal obeys or hides. JSON has none of them but in strings, where it allows
/// an escape for each.
fn is_unsafe(char: char) -> bool {
    matches!(char,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}'
        | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(form: Form, elements: &[&str]) -> String {
        let mut out = Vec::new();
        let mut printing = Elements::new(form);
        for element in elements {
            printing.write(&mut out, element).unwrap();
        }
        printing.end(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn documents() {
        assert_eq!(printed(Form::Array, &[]), "[]\n");
        assert_eq!(printed(Form::Array, &["1"]), "[\n1\n]\n");
        assert_eq!(printed(Form::Array, &["1", "2"]), "[\n1,\n2\n]\n");
        assert_eq!(printed(Form::Lines, &[]), "");
        assert_eq!(printed(Form::Lines, &["1", "2"]), "1\n2\n");
        assert_eq!(
            printed(Form::Lines, &["{\r\n  \"a\": 1\n}"]),
            "{ \"a\": 1 }\n"
        );
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_means_the_same() {
        let sent = "\"a\u{9b}31mb\u{202e}c\u{7f}\u{e0041}\u{1f600}ø\"";
        let safe = safe(sent);
        assert_eq!(
            safe,
            "\"a\\u009b31mb\\u202ec\\u007f\\udb40\\udc41\u{1f600}ø\""
        );
        let read = |json: &str| serde_json::from_str::<String>(json).unwrap();
        assert_eq!(read(&safe), read(sent));
    }
}
