//! Messages that differ from an earlier one in id, body and time alone, read without parsing the rest.
//!
//! The service writes what one person says always the same way. What stands around the three values
//! is compared byte for byte with a message that was parsed in full; where it is the same, so is all
//! that it says. Whatever does not fit exactly is parsed in full: the result is the same either way.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr2};
use serde_json::value::RawValue;

use super::time::NaiveZone;
use super::value::{self, subslice_range};
use crate::chat::{Direction, Message, MessageId, Raw, SpecialKind};
use crate::superoffice::html;

/// How many are remembered.
const MOST: usize = 48;

/// What earlier messages had in common with others, that of the last first.
#[derive(Clone, Debug, Default)]
pub(super) struct Moulds(Vec<Mould>);

/// All of a message but its id, its body and its time.
#[derive(Clone, Debug)]
struct Mould {
    /// What stands before the id, between the three, and behind the time.
    pieces: [Box<str>; 4],
    direction: Direction,
    author: String,
    special: Option<SpecialKind>,
    read_by_customer: bool,
}

impl Moulds {
    /// Reads a message that fits one of them; `None` has to be parsed in full.
    pub(super) fn cast(&mut self, json: &str, naive: NaiveZone) -> Option<Message> {
        let fits = |(at, mould): (usize, &Mould)| Some((at, mould.values(json)?));
        let (at, [id, body, time]) = self.0.iter().enumerate().find_map(fits)?;
        self.0.get_mut(..=at)?.rotate_right(1);
        let mould = self.0.first()?;
        let places = [id, body, time].map(|value| subslice_range(value, json));
        let text = text(json, &places[1])?;
        let [id_at, body_at, time_at] = places;
        Some(Message {
            id: MessageId(id.parse().ok().filter(|_| !id.starts_with('0'))?),
            posted: naive
                .parse(Some(time).filter(|it| it.bytes().all(is_plain))?)
                .ok()?,
            inferred_time: None,
            direction: mould.direction.clone(),
            author: mould.author.clone(),
            body: html::parse(&text),
            special: mould.special.clone(),
            read_by_customer: mould.read_by_customer,
            unreadable: None,
            raw: Raw::new(json, id_at, body_at, time_at),
        })
    }

    /// Remembers a message that was parsed in full and understood, with the places of its id, its
    /// body and its time.
    pub(super) fn learn(&mut self, json: &str, message: &Message, places: &[Range<usize>; 3]) {
        // The address of a redirect may be that of the body.
        if matches!(message.special, Some(SpecialKind::Url { .. })) {
            return;
        }
        if let Some(pieces) = pieces(json, places) {
            self.0.retain(|known| known.pieces != pieces);
            self.0.truncate(MOST - 1);
            let mould = Mould {
                pieces,
                direction: message.direction.clone(),
                author: message.author.clone(),
                special: message.special.clone(),
                read_by_customer: message.read_by_customer,
            };
            self.0.insert(0, mould);
        }
    }
}

impl Mould {
    /// The id in digits, and body and time as they stand between their quotes.
    fn values<'a>(&self, json: &'a str) -> Option<[&'a str; 3]> {
        let [head, to_body, to_time, tail] = &self.pieces;
        let rest = json.strip_prefix(&**head)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (id, rest) = rest.split_at_checked(digits)?;
        let rest = rest.strip_prefix(&**to_body)?;
        let (body, rest) = rest.split_at_checked(string_end(rest)?)?;
        let rest = rest.strip_prefix(&**to_time)?;
        let (time, rest) = rest.split_at_checked(memchr(b'"', rest.as_bytes())?)?;
        (*rest == **tail).then_some([id, body, time])
    }
}

/// What stands around the three, if they come in this order and the last two are strings.
fn pieces(json: &str, [id, body, time]: &[Range<usize>; 3]) -> Option<[Box<str>; 4]> {
    let is_digits = json.get(id.clone())?.bytes().all(|it| it.is_ascii_digit());
    let pieces = [
        json.get(..id.start)?,
        json.get(id.end..body.start)?,
        json.get(body.end..time.start)?,
        json.get(time.end..)?,
    ];
    let [_, to_body, to_time, tail] = pieces;
    let are_strings = to_body.ends_with('"')
        && to_time.starts_with('"')
        && to_time.ends_with('"')
        && tail.starts_with('"');
    (is_digits && !id.is_empty() && are_strings).then(|| pieces.map(Into::into))
}

/// Where a string ends whose opening quote stands before this.
fn string_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// The text of the string whose inside stands here.
fn text<'a>(json: &'a str, inside: &Range<usize>) -> Option<Cow<'a, str>> {
    let quoted = json.get(inside.start.checked_sub(1)?..inside.end + 1)?;
    let raw: &RawValue = serde_json::from_str(quoted).ok()?;
    value::text(raw).ok()
}

fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'\\'
}
