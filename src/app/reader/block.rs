//! The rows of one message: its separators, its heading, and its texts wrapped.
//!
//! Rows say what they are and which bytes they show; words for days and times are the view's.
//! Separators belong to the block of the message below them, so a selection is always a message.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use crate::chat::{Direction, Timestamp, Said, SpecialKind, Transcript};
use crate::text::time_format;
use crate::text::{TimeZone, wrap, count_wrapped_lines};

/// From this many columns on, times stand in a column of their own.
const TIME_COLUMN_FROM: u16 = 40;
/// The eye does not find back to the next row over more columns than these.
const LONGEST_ROW: usize = 100;
/// Columns before a choice, for its mark.
const CHOICE_INSET: usize = 4;
/// A message dated this far ahead is due, not just posted by a clock a little fast.
const AHEAD: TimeDelta = TimeDelta::seconds(2);

/// What blocks are laid out for: the reader's columns and rows, the zone, and the time.
#[derive(Clone, Copy, Debug)]
pub struct Lens<'a> {
    /// Columns of the reader.
    pub columns: u16,
    /// Rows of the reader.
    pub rows: u16,
    /// The zone that days are told in.
    pub zone: &'a TimeZone,
    /// The time by which a message is still due.
    pub now: Timestamp,
}

/// One row of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where in the block it is.
    pub spot: Spot,
    /// The bytes of its text that it shows; empty for separators.
    pub range: Range<usize>,
    /// Columns before the text of a wrapped row.
    pub indent: u16,
}

/// The rows of one message as they are remembered, from its separators on.
pub type Block = Arc<[Row]>;

/// A place in the block of a message that outlives another width: rows are ordered by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    /// The blank row that sets it off.
    Gap,
    /// The line with the day.
    Day,
    /// The line where the unread begin.
    Unread,
    /// The author's name.
    Heading,
    /// A text, from a byte on.
    Text(Part, usize),
}

impl Spot {
    /// Tells whether it is of the message itself, not of what sets it off.
    pub fn is_said(self) -> bool {
        matches!(self, Spot::Heading | Spot::Text(..))
    }
}

/// One of the texts of a message, in the order they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// What a special message tells.
    Told,
    /// The address a customer was sent to.
    Address,
    /// What was said.
    Body,
    /// A choice of an options message, by number.
    Choice(u16),
    /// What could not be read of the choices.
    Rest,
}

/// Who speaks, as far as it changes the look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Voice {
    /// The customer.
    Customer,
    /// An agent.
    Agent,
    /// A bot.
    Bot,
    /// The service, or nobody.
    Service,
}

impl Lens<'_> {
    /// Columns before the text: the mark of the selection, the time, the bar and the read tick.
    pub fn gutter(&self) -> u16 {
        if self.has_time_column() { 10 } else { 4 }
    }

    /// Tells whether times have a column of their own; else they stand in the headings.
    pub fn has_time_column(&self) -> bool {
        self.columns >= TIME_COLUMN_FROM
    }

    /// Columns of the text; the last one stays empty beside the scroll bar.
    fn text_columns(&self) -> usize {
        usize::from(self.columns.saturating_sub(self.gutter() + 1)).clamp(1, LONGEST_ROW)
    }

    fn columns_of(&self, part: Part) -> usize {
        let inset = if matches!(part, Part::Choice(_)) {
            CHOICE_INSET
        } else {
            0
        };
        self.text_columns().saturating_sub(inset).max(1)
    }

    /// Tells whether a message is dated ahead.
    pub fn is_due_later(&self, message: &Said<'_>) -> bool {
        is_ahead(message, self.now)
    }

    /// When a message that is dated ahead stops being so.
    pub fn due_at(&self, message: &Said<'_>) -> Option<Timestamp> {
        let posted = message.posted.filter(|_| self.is_due_later(message));
        posted.map(|posted| posted - AHEAD)
    }

    /// Tells whether a message's time needs more words than fit the time column: it is due, or in the
    /// hour that autumn repeats.
    pub fn needs_full_time(&self, message: &Said<'_>) -> bool {
        self.is_due_later(message)
            || message
                .posted
                .is_some_and(|posted| time_format::is_ambiguous(posted, self.zone))
    }

    /// The day a message belongs to.
    pub fn day(&self, message: &Said<'_>) -> Option<NaiveDate> {
        message
            .place()
            .map(|moment: Timestamp| time_format::local_date(moment, self.zone))
    }
}

/// Tells whether a message is dated ahead of a time.
pub fn is_ahead(message: &Said<'_>, now: Timestamp) -> bool {
    message.posted.is_some_and(|posted| posted > now + AHEAD)
}

/// Who speaks in a message.
pub fn voice(message: &Said<'_>) -> Voice {
    match (message.special, message.direction) {
        (Some(SpecialKind::BotMessage | SpecialKind::Options { .. }), _) => Voice::Bot,
        (_, Direction::ToUser) => Voice::Customer,
        (_, Direction::ToCustomer) => Voice::Agent,
        (_, Direction::Special | Direction::Other(_)) => Voice::Service,
    }
}

/// Tells whether a message is shown as an event, with a glyph and words, rather than as talk.
pub fn is_event(message: &Said<'_>) -> bool {
    message.unreadable.is_some() || message.special.is_some_and(|special| !special.is_chat_bubble())
}

/// One text of a message, or nothing if it has no such part.
pub fn text_of<'a>(message: &Said<'a>, part: Part) -> Option<Cow<'a, str>> {
    if let Some(why) = message.unreadable {
        let id = if message.id.is_known() {
            format!(" (id {})", message.id)
        } else {
            String::new()
        };
        return (part == Part::Told)
            .then(|| format!("A message could not be read{id}: {why}").into());
    }
    let told = message
        .special
        .filter(|_| is_event(message))
        .map(SpecialKind::describe);
    let is_redirect = matches!(message.special, Some(SpecialKind::Url { .. }));
    match part {
        Part::Told => {
            let told = told?;
            let alone = told.detail.is_empty() || is_redirect;
            Some(if alone {
                told.heading.into()
            } else {
                format!("{}: {}", told.heading, told.detail).into()
            })
        }
        Part::Address => told
            .filter(|told| is_redirect && !told.detail.is_empty())
            .map(|told| told.detail.into()),
        Part::Body => {
            let repeats = told.is_some_and(|told| told.detail == message.body.text);
            (!message.body.text.is_empty() && !repeats).then(|| message.body.text.into())
        }
        Part::Choice(number) => match message.special {
            Some(SpecialKind::Options { choices, .. }) => {
                let choice = choices.get(usize::from(number))?;
                let differs = !choice.value.is_empty() && choice.value != choice.label;
                Some(if differs {
                    format!("{} ({})", choice.label, choice.value).into()
                } else {
                    choice.label.as_str().into()
                })
            }
            _ => None,
        },
        Part::Rest => match message.special {
            Some(SpecialKind::Options { unparsed: rest, .. }) if !rest.is_empty() => {
                Some(format!("not readable: {rest}").into())
            }
            _ => None,
        },
    }
}

/// The parts that a message has, in the order they are shown.
pub fn parts<'a>(message: &Said<'a>) -> impl Iterator<Item = (Part, Cow<'a, str>)> {
    let choices = match message.special {
        Some(SpecialKind::Options { choices, .. }) => u16::try_from(choices.len()).unwrap_or(u16::MAX),
        _ => 0,
    };
    [Part::Told, Part::Address, Part::Body]
        .into_iter()
        .chain((0..choices).map(Part::Choice))
        .chain([Part::Rest])
        .filter_map(|part| Some((part, text_of(message, part)?)))
}

/// Lays out the message at a place of the transcript. `unread` says that the unread begin here.
pub fn rows(transcript: &Transcript, place: usize, unread: bool, lens: &Lens<'_>) -> Vec<Row> {
    let Some(message) = transcript.get(place) else {
        return Vec::new();
    };
    let mut rows: Vec<Row> = separators(transcript, place, &message, unread, lens)
        .map(|spot| Row {
            spot,
            range: 0..0,
            indent: 0,
        })
        .collect();
    let separators = rows.len();
    for (part, text) in parts(&message) {
        rows.extend(wrap(&text, lens.columns_of(part)).map(|row| Row {
            spot: Spot::Text(part, row.range.start),
            range: row.range,
            indent: row.indent,
        }));
    }
    if rows.len() == separators {
        // A message without any text still has a row to stand on.
        rows.push(Row {
            spot: Spot::Text(Part::Body, 0),
            range: 0..0,
            indent: 0,
        });
    }
    rows
}

/// How many rows [`rows`] would lay out.
pub fn height(transcript: &Transcript, place: usize, unread: bool, lens: &Lens<'_>) -> usize {
    let Some(message) = transcript.get(place) else {
        return 0;
    };
    let texts = parts(&message).map(|(part, text)| count_wrapped_lines(&text, lens.columns_of(part)));
    separators(transcript, place, &message, unread, lens).count() + texts.sum::<usize>().max(1)
}

/// What stands above the text of a message.
fn separators(
    transcript: &Transcript,
    place: usize,
    message: &Said<'_>,
    unread: bool,
    lens: &Lens<'_>,
) -> impl Iterator<Item = Spot> {
    let before = place
        .checked_sub(1)
        .and_then(|before| transcript.get(before));
    let day = lens.day(message);
    let new_day = day.is_some() && before.is_none_or(|before| lens.day(&before) != day);
    let parted = new_day || unread;
    let is_event = is_event(message);
    let heads =
        !is_event && (parted || before.is_none_or(|before| !continues(&before, message, lens)));
    let sets_off = is_event && !before.is_some_and(|before| self::is_event(&before));
    [
        (before.is_some() && (parted || heads || sets_off), Spot::Gap),
        (new_day, Spot::Day),
        (unread, Spot::Unread),
        (
            heads || (is_event && lens.needs_full_time(message)),
            Spot::Heading,
        ),
    ]
    .into_iter()
    .filter_map(|(stands, spot)| stands.then_some(spot))
}

/// Tells whether a message goes on under the heading of the one before.
fn continues(before: &Said<'_>, message: &Said<'_>, lens: &Lens<'_>) -> bool {
    let minute = |message: &Said<'_>| {
        message
            .posted
            .map(|posted| posted.timestamp().div_euclid(60))
    };
    !is_event(before)
        && before.author == message.author
        && voice(before) == voice(message)
        && !lens.needs_full_time(before)
        && !lens.needs_full_time(message)
        && (lens.has_time_column() || minute(before) == minute(message))
}
