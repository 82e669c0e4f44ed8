//! The JSON of a message as it was sent, and how it is put together again from less.
//!
//! Messages of one session differ in three values and have the rest in common. A [`Raw`] knows
//! where those values stand; a [`Skeleton`] is what is left without them. Whoever takes one apart
//! has compared the values with what [`Skeleton::woven`] writes, so the whole comes back byte for byte.

use std::ops::{Deref, Range};

use chrono::{Datelike, Timelike};

use super::{MessageId, Timestamp};

/// Bytes of a time without a fraction: `2026-03-28T22:58:40`.
const SECONDS: usize = 19;

/// JSON text exactly as it was sent, not clean, and where the values of one message stand in it.
#[derive(Clone, Debug)]
pub struct Raw {
    text: Box<str>,
    /// In the order they stand; an empty one is none.
    holes: [(Value, Range<usize>); 3],
}

/// A value that no two messages share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Value {
    Id,
    Body,
    Time,
}

const NO_HOLES: [(Value, Range<usize>); 3] =
    [(Value::Id, 0..0), (Value::Body, 0..0), (Value::Time, 0..0)];

/// What stands before each value, which value it is, and what follows the last.
pub(super) type Pieces<'a> = [(&'a str, Option<Value>); 4];

impl Raw {
    /// Takes JSON text, and where in it stand the digits of the id, the inside of the string that
    /// is the body, and that of the time; empty where it is none of these.
    pub fn new(text: &str, id: Range<usize>, body: Range<usize>, time: Range<usize>) -> Self {
        // Offsets are the same for many messages.
        let offset = without_fraction(text.get(time.clone()).unwrap_or_default()).len();
        let time = time.start..time.end - offset;
        let mut holes = [(Value::Id, id), (Value::Body, body), (Value::Time, time)];
        holes.sort_unstable_by_key(|(_, range)| range.start);
        Self {
            text: text.into(),
            holes,
        }
    }

    /// The text alone.
    pub(super) fn into_text(self) -> String {
        self.text.into()
    }

    /// What stands around the values.
    pub(super) fn pieces(&self) -> Pieces<'_> {
        let mut done = 0;
        let mut piece = |to: usize, next: usize| {
            let piece = self.text.get(done..to).unwrap_or_default();
            done = next;
            piece
        };
        let mut before = |(value, range): &(Value, Range<usize>)| {
            if range.is_empty() {
                ("", None)
            } else {
                (piece(range.start, range.end), Some(*value))
            }
        };
        let [first, second, third] = &self.holes;
        let heads = [before(first), before(second), before(third)];
        let rest = (piece(self.text.len(), 0), None);
        [heads[0], heads[1], heads[2], rest]
    }

    /// A value as it was sent; empty where there is none.
    pub(super) fn value(&self, wanted: Value) -> &str {
        self.holes
            .iter()
            .find(|(value, _)| *value == wanted)
            .and_then(|(_, range)| self.text.get(range.clone()))
            .unwrap_or_default()
    }
}

/// What follows the seconds of a time and their fraction.
fn without_fraction(time: &str) -> &str {
    let rest = time.get(SECONDS..).unwrap_or_default();
    rest.strip_prefix('.').map_or(rest, |fraction| {
        fraction.trim_start_matches(|digit: char| digit.is_ascii_digit())
    })
}

impl Deref for Raw {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Raw {}

impl<T: Into<Box<str>>> From<T> for Raw {
    fn from(text: T) -> Self {
        Self {
            text: text.into(),
            holes: NO_HOLES,
        }
    }
}

/// The JSON that many messages have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Skeleton {
    text: Box<str>,
    /// Where the values go.
    cuts: [(usize, Option<Value>); 3],
}

impl Skeleton {
    pub(super) fn new(pieces: &Pieces<'_>) -> Self {
        let mut text = String::new();
        let mut cuts = [(0, None); 3];
        for (cut, (piece, value)) in cuts.iter_mut().zip(pieces) {
            text.push_str(piece);
            *cut = (text.len(), *value);
        }
        text.push_str(pieces[3].0);
        Self {
            text: text.into(),
            cuts,
        }
    }

    pub(super) fn pieces(&self) -> Pieces<'_> {
        let mut pieces = [("", None); 4];
        let mut done = 0;
        let ends = self.cuts.into_iter().chain([(self.text.len(), None)]);
        for (piece, (end, value)) in pieces.iter_mut().zip(ends) {
            *piece = (self.text.get(done..end).unwrap_or_default(), value);
            done = end;
        }
        pieces
    }

    /// Puts the values back; `width` is that of the time.
    pub(super) fn woven(
        &self,
        id: MessageId,
        body: Written<'_>,
        posted: Timestamp,
        width: usize,
    ) -> Raw {
        let mut text = String::with_capacity(self.text.len() + 64);
        let mut holes = NO_HOLES;
        let mut free = holes.iter_mut();
        for (piece, value) in self.pieces() {
            text.push_str(piece);
            let start = text.len();
            match value {
                Some(Value::Id) => text.push_str(&id.to_string()),
                Some(Value::Body) => body.write(&mut text),
                Some(Value::Time) => {
                    let bytes = time(posted).into_iter().take(width);
                    text.extend(bytes.map(char::from));
                }
                None => continue,
            }
            if let (Some(hole), Some(value)) = (free.next(), value) {
                *hole = (value, start..text.len());
            }
        }
        Raw {
            text: text.into(),
            holes,
        }
    }
}

/// How the body was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written<'a> {
    /// As the text it was read as.
    Plain(&'a str),
    /// Otherwise: this is it.
    Sent(&'a str),
}

impl Written<'_> {
    fn write(self, out: &mut String) {
        match self {
            Self::Sent(sent) => out.push_str(sent),
            Self::Plain(text) => {
                let mut rest = text;
                while let Some(at) = rest.find(['"', '\\', '\n']) {
                    let (plain, special) = rest.split_at(at);
                    out.push_str(plain);
                    out.push_str(match special.as_bytes() {
                        [b'"', ..] => "\\\"",
                        [b'\\', ..] => "\\\\",
                        _ => "\\n",
                    });
                    rest = special.get(1..).unwrap_or_default();
                }
                out.push_str(rest);
            }
        }
    }
}

/// Tells whether clean text, written as a JSON string, is what was sent.
pub(super) fn is_plain(text: &str, sent: &str) -> bool {
    // Inside a JSON string there is no bare quote or line break.
    if !sent.contains('\\') {
        return text == sent;
    }
    let mut written = String::with_capacity(sent.len());
    Written::Plain(text).write(&mut written);
    written == sent
}

/// A time without its offset, in its own offset, to the nanosecond; who wrote fewer digits cuts it.
pub(super) fn time(posted: Timestamp) -> [u8; 29] {
    let mut out = *b"0000-00-00T00:00:00.000000000";
    let local = posted.naive_local();
    let mut end = 0;
    let mut number = |mut number: u32, digits: usize| {
        end += digits;
        for digit in out.iter_mut().take(end).rev().take(digits) {
            *digit += u8::try_from(number % 10).unwrap_or_default();
            number /= 10;
        }
        end += 1;
    };
    number(local.year().unsigned_abs(), 4);
    number(local.month(), 2);
    number(local.day(), 2);
    number(local.hour(), 2);
    number(local.minute(), 2);
    number(local.second(), 2);
    number(local.nanosecond(), 9);
    out
}
