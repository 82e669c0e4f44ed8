//! What many messages have in common, kept once: author, kind, read mark, and the JSON around the rest.
//!
//! A message is taken apart only when it can be put together again byte for byte; that is checked
//! here, value by value, before anything of it is given up.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, FixedOffset};

use crate::chat::raw::{self, Pieces, Skeleton, Value};
use crate::chat::{Direction, Message, MessageId, SpecialKind, Timestamp};

/// Most shapes of one transcript; what comes after them is kept whole.
const MOST: usize = 4096;
/// How many shapes are tried before they are looked up.
const RECENT: usize = 8;
/// Longest skeleton worth sharing.
const LONGEST: usize = 4096;
const TICKS_A_SECOND: i64 = 10_000_000;

/// What a message has in common with others.
#[derive(Clone, Copy)]
pub(super) struct Form<'a> {
    /// Whether it has marks.
    pub(super) is_marked: bool,
    /// Whether its body was sent otherwise than as the text it was read as.
    pub(super) is_marked_up: bool,
    read_by_customer: bool,
    offset: FixedOffset,
    /// Bytes of its time as it was sent.
    width: usize,
    direction: &'a Direction,
    author: &'a str,
    special: Option<&'a SpecialKind>,
    pieces: Pieces<'a>,
}

impl<'a> Form<'a> {
    /// The form of a message, and its time in ticks; `None` where it has to be kept whole.
    pub(super) fn of(message: &'a Message) -> Option<(Self, i64)> {
        let raw = &message.raw;
        let posted = message.posted?;
        let ticks = ticks(posted)?;
        let width = raw.value(Value::Time).len();
        let body = &message.body;
        let is_woven = message.inferred_time.is_none()
            && (body.annotations.is_empty() || !body.text.is_empty())
            && message.unreadable.is_none()
            && is_written(message.id, raw.value(Value::Id))
            && Some(raw.value(Value::Time).as_bytes()) == raw::time(posted).get(..width)
            && raw.len() - raw.value(Value::Body).len() < LONGEST;
        let form = Self {
            direction: &message.direction,
            author: &message.author,
            special: message.special.as_ref(),
            read_by_customer: message.read_by_customer,
            offset: *posted.offset(),
            width,
            pieces: raw.pieces(),
            is_marked: !body.annotations.is_empty(),
            is_marked_up: !raw::is_plain(&body.text, raw.value(Value::Body)),
        };
        is_woven.then_some((form, ticks))
    }

    /// Of the pieces only their lengths count: they are long, and nearly always the same.
    fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let flags = (self.is_marked, self.is_marked_up, self.read_by_customer);
        (flags, self.offset, self.width).hash(&mut hasher);
        (self.direction, self.author, self.special).hash(&mut hasher);
        self.pieces
            .map(|(piece, value)| (piece.len(), value))
            .hash(&mut hasher);
        hasher.finish()
    }
}

/// Tells whether an id is written as [`Skeleton::woven`] writes it.
fn is_written(id: MessageId, text: &str) -> bool {
    text.parse() == Ok(id.0) && !text.starts_with(['+', '-', '0'])
}

/// A form of its own.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) direction: Direction,
    pub(super) author: Box<str>,
    pub(super) special: Option<SpecialKind>,
    pub(super) read_by_customer: bool,
    pub(super) offset: FixedOffset,
    pub(super) width: usize,
    pub(super) skeleton: Skeleton,
    pub(super) is_marked: bool,
    pub(super) is_marked_up: bool,
}

impl Shape {
    fn new(form: &Form<'_>) -> Self {
        Self {
            direction: form.direction.clone(),
            author: form.author.into(),
            special: form.special.cloned(),
            read_by_customer: form.read_by_customer,
            offset: form.offset,
            width: form.width,
            skeleton: Skeleton::new(&form.pieces),
            is_marked: form.is_marked,
            is_marked_up: form.is_marked_up,
        }
    }

    /// Tells whether it has this form; what differs most often is compared first.
    fn has(&self, form: &Form<'_>) -> bool {
        let flags = (form.is_marked, form.is_marked_up, form.read_by_customer);
        (self.is_marked, self.is_marked_up, self.read_by_customer) == flags
            && *self.author == *form.author
            && (self.width, self.offset) == (form.width, form.offset)
            && self.direction == *form.direction
            && self.special.as_ref() == form.special
            && self.skeleton.pieces() == form.pieces
    }

    pub(super) fn form(&self) -> Form<'_> {
        Form {
            direction: &self.direction,
            author: &self.author,
            special: self.special.as_ref(),
            read_by_customer: self.read_by_customer,
            offset: self.offset,
            width: self.width,
            pieces: self.skeleton.pieces(),
            is_marked: self.is_marked,
            is_marked_up: self.is_marked_up,
        }
    }
}

/// The shapes of one transcript, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Shapes {
    all: Vec<Shape>,
    /// By the hash of their form, or the next number that was free.
    numbers: HashMap<u64, u32>,
    /// Those asked for last: people take turns, and nearly all they write is of a few shapes.
    recent: [u32; RECENT],
}

impl Shapes {
    /// How many shapes there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The shape with this number.
    pub(super) fn get(&self, number: u32) -> Option<&Shape> {
        self.all.get(number as usize)
    }

    /// The number of the shape with this form, a new one if need be; `None` when there are too many.
    pub(super) fn number(&mut self, form: &Form<'_>) -> Option<u32> {
        let is_this = |number: &u32| self.get(*number).is_some_and(|shape| shape.has(form));
        if let Some(number) = self.recent.into_iter().find(is_this) {
            return Some(number);
        }
        let number = self.look_up(form)?;
        self.recent.rotate_right(1);
        self.recent[0] = number;
        Some(number)
    }

    fn look_up(&mut self, form: &Form<'_>) -> Option<u32> {
        let mut hash = form.hash();
        while let Some(&number) = self.numbers.get(&hash) {
            if self.get(number).is_some_and(|shape| shape.has(form)) {
                return Some(number);
            }
            hash = hash.wrapping_add(1);
        }
        let number = u32::try_from(self.all.len()).ok()?;
        if self.all.len() == MOST {
            return None;
        }
        self.all.push(Shape::new(form));
        self.numbers.insert(hash, number);
        Some(number)
    }
}

/// A time in tenths of a microsecond, as the service has it; `None` where that would lose something.
fn ticks(posted: Timestamp) -> Option<i64> {
    let (seconds, nanos) = instant(posted);
    let ticks = seconds
        .checked_mul(TICKS_A_SECOND)?
        .checked_add(i64::from(nanos / 100))?;
    (instant_of(ticks) == (seconds, nanos)).then_some(ticks)
}

/// The time of so many ticks.
pub(super) fn moment(ticks: i64, offset: FixedOffset) -> Timestamp {
    let (seconds, nanos) = instant_of(ticks);
    DateTime::from_timestamp(seconds, nanos)
        .unwrap_or_default()
        .with_timezone(&offset)
}

/// The instant of so many ticks, in seconds and nanoseconds.
pub(super) fn instant_of(ticks: i64) -> (i64, u32) {
    let nanos = ticks.rem_euclid(TICKS_A_SECOND) * 100;
    (
        ticks.div_euclid(TICKS_A_SECOND),
        u32::try_from(nanos).unwrap_or_default(),
    )
}

/// The instant of a time, in seconds and nanoseconds.
pub(super) fn instant(moment: Timestamp) -> (i64, u32) {
    (moment.timestamp(), moment.timestamp_subsec_nanos())
}
