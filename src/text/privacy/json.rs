//! Tokens of JSON as the service sent it, each with what its property holds, and texts as JSON.

use std::fmt::Write as _;
use std::ops::Range;

use super::fields::{Class, Path, classify};
use crate::text::json::decode_text;

/// A value, or the name of a property.
#[derive(Debug)]
pub(super) struct Token {
    pub range: Range<usize>,
    pub kind: TokenKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Name(Class),
    Text(Class),
    Number(Class),
}

/// An object or list that is being read.
struct Level {
    is_object: bool,
    /// The length of the path outside of it.
    path: usize,
    /// Whether the next text is the name of a property.
    is_name_next: bool,
    /// What the next value is.
    class: Class,
}

/// The texts and numbers of a JSON value, in order; `None` if it is none.
pub(super) fn tokens(json: &str) -> Option<Vec<Token>> {
    let mut found = Vec::with_capacity(json.len() / 16);
    let mut path = Path::default();
    let mut levels: Vec<Level> = Vec::new();
    let mut at = 0;
    while let Some(first) = json.get(at..)?.chars().next() {
        match first {
            '{' | '[' => {
                levels.push(Level {
                    is_object: first == '{',
                    path: path.len(),
                    is_name_next: first == '{',
                    class: class_of_next(&levels),
                });
                at += 1;
            }
            '}' | ']' => {
                let level = levels.pop().filter(|it| it.is_object == (first == '}'))?;
                path.truncate(level.path);
                at += 1;
            }
            ',' => {
                let level = levels.last_mut()?;
                level.is_name_next = level.is_object;
                path.truncate(level.path);
                at += 1;
            }
            ':' => at += 1,
            '"' => {
                let range = at..at + text_length(json.get(at..)?)?;
                at = range.end;
                let level = levels.last_mut().filter(|level| level.is_name_next);
                let kind = if let Some(level) = level {
                    level.is_name_next = false;
                    path.push(&decode_text(json.get(range.clone())?));
                    level.class = classify(&path);
                    TokenKind::Name(level.class)
                } else {
                    TokenKind::Text(class_of_next(&levels))
                };
                found.push(Token { range, kind });
            }
            _ if first.is_whitespace() => at += first.len_utf8(),
            _ => {
                let rest = json.get(at..)?;
                let is_end = |it: char| it.is_whitespace() || matches!(it, ',' | '}' | ']');
                let length = rest.find(is_end).unwrap_or(rest.len());
                let word = rest.get(..length)?;
                if !matches!(word, "true" | "false" | "null") {
                    let is_number = |it: char| it.is_ascii_digit() || "+-.eE".contains(it);
                    word.chars().all(is_number).then_some(())?;
                    found.push(Token {
                        range: at..at + length,
                        kind: TokenKind::Number(class_of_next(&levels)),
                    });
                }
                at += length;
            }
        }
    }
    levels.is_empty().then_some(found)
}

fn class_of_next(levels: &[Level]) -> Class {
    levels.last().map_or(Class::Unknown, |level| level.class)
}

/// The length of the text in quotes at the beginning; `None` if it does not end.
fn text_length(json: &str) -> Option<usize> {
    let mut is_escaped = false;
    let end = json.bytes().enumerate().skip(1).find(|(_, byte)| {
        let ends = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        ends
    });
    end.map(|(at, _)| at + 1)
}

/// Writes a text with its quotes.
pub(super) fn encode_text(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\0'..='\u{1f}' => {
                // Writing to a string cannot fail.
                let _ = write!(json, "\\u{:04x}", u32::from(character));
            }
            _ => json.push(character),
        }
    }
    json.push('"');
    json
}
