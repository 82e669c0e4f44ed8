//! Tokens of JSON as the service sent it, each with the path to it, and texts as JSON.

use std::ops::Range;

use super::fields::Path;
use crate::text::json::{decode_text, string_length};

/// A value, or the name of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Name,
    Text,
    Number,
}

/// An object or list that is being read.
struct Nesting {
    is_object: bool,
    /// The length of the path outside of it.
    path: usize,
    /// Whether the next text is the name of a property.
    is_name_next: bool,
}

/// Visits the texts and numbers of a JSON value and the names of its properties, in order, each with the path
/// to it. Returns `None` at the place where it is no JSON.
pub(super) fn visit_tokens(
    json: &str,
    mut visit: impl FnMut(Range<usize>, TokenKind, &Path),
) -> Option<()> {
    let mut path = Path::default();
    let mut levels: Vec<Nesting> = Vec::new();
    let mut at = 0;
    while let Some(first) = json.get(at..)?.chars().next() {
        match first {
            '{' | '[' => {
                levels.push(Nesting {
                    is_object: first == '{',
                    path: path.len(),
                    is_name_next: first == '{',
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
                let length = string_length(json.get(at..)?);
                // A string that does not end.
                (length > 0).then_some(())?;
                let range = at..at + length;
                at = range.end;
                let level = levels.last_mut().filter(|level| level.is_name_next);
                if let Some(level) = level {
                    level.is_name_next = false;
                    path.push(&decode_text(json.get(range.clone())?));
                    visit(range, TokenKind::Name, &path);
                } else {
                    visit(range, TokenKind::Text, &path);
                }
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
                    visit(at..at + length, TokenKind::Number, &path);
                }
                at += length;
            }
        }
    }
    levels.is_empty().then_some(())
}

/// Writes a text with its quotes.
pub(super) fn encode_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
