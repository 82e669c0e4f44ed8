//! The rows of one message: its separators, its heading, and its texts wrapped.
//!
//! Rows say what they are and which bytes they show; words for days and times are the view's.
//! Separators belong to the block of the message below them, so a selection is always a message.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};

use crate::chat::{Direction, Message, SpecialKind, Timestamp, Transcript};
use crate::text::time_format;
use crate::text::{TimeZone, count_wrapped_lines, wrap};

/// From this many columns on, times stand in a column of their own.
const TIME_COLUMN_MIN_WIDTH: u16 = 40;
/// The eye does not find back to the next row over more columns than these.
const MAX_TEXT_WIDTH: usize = 100;
/// Columns before a choice, for its mark.
const CHOICE_INDENT: usize = 4;
/// A message dated this far ahead is due, not just posted by a clock a little fast.
const FUTURE_TOLERANCE: TimeDelta = TimeDelta::seconds(2);

/// What blocks are laid out for: the reader's columns and rows, the zone, and the time.
#[derive(Clone, Copy, Debug)]
pub struct Viewport<'a> {
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
pub struct LayoutRow {
    /// Where in the block it is.
    pub kind: RowKind,
    /// The bytes of its text that it shows; empty for separators.
    pub range: Range<usize>,
    /// Columns before the text of a wrapped row.
    pub indent: u16,
}

/// The rows of one message as they are remembered, from its separators on.
pub type MessageRows = Arc<[LayoutRow]>;

/// A place in the block of a message that outlives another width: rows are ordered by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKind {
    /// The blank row that sets it off.
    Blank,
    /// The line with the day.
    Day,
    /// The line where the unread begin.
    Unread,
    /// The author's name.
    Heading,
    /// A text, from a byte on.
    Text(Section, usize),
}

impl RowKind {
    /// Tells whether it is of the message itself, not of what sets it off.
    pub fn is_content(self) -> bool {
        matches!(self, RowKind::Heading | RowKind::Text(..))
    }
}

/// One of the texts of a message, in the order they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// What a special message tells.
    Event,
    /// The address a customer was sent to.
    Address,
    /// What was said.
    Body,
    /// A choice of an options message, by number.
    Choice(u16),
    /// What could not be read of the choices.
    Unparsed,
}

/// Who speaks, as far as it changes the look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// The customer.
    Customer,
    /// An agent.
    Agent,
    /// A bot.
    Bot,
    /// The service, or nobody.
    Service,
}

impl Viewport<'_> {
    /// Columns before the text: the mark of the selection, the time, the bar and the read tick.
    pub fn gutter_width(&self) -> u16 {
        if self.has_time_column() { 10 } else { 4 }
    }

    /// Tells whether times have a column of their own; else they stand in the headings.
    pub fn has_time_column(&self) -> bool {
        self.columns >= TIME_COLUMN_MIN_WIDTH
    }

    /// Columns of the text; the last one stays empty beside the scroll bar.
    fn text_width(&self) -> usize {
        usize::from(self.columns.saturating_sub(self.gutter_width() + 1)).clamp(1, MAX_TEXT_WIDTH)
    }

    fn section_width(&self, section: Section) -> usize {
        let indent = if matches!(section, Section::Choice(_)) {
            CHOICE_INDENT
        } else {
            0
        };
        self.text_width().saturating_sub(indent).max(1)
    }

    /// Tells whether a message is dated ahead.
    pub fn is_scheduled(&self, message: &Message) -> bool {
        is_future(message, self.now)
    }

    /// When a message that is dated ahead stops being so.
    pub fn due_at(&self, message: &Message) -> Option<Timestamp> {
        let posted = message.posted.filter(|_| self.is_scheduled(message));
        posted.map(|posted| posted - FUTURE_TOLERANCE)
    }

    /// Tells whether a message's time needs more words than fit the time column: it is due, or in the
    /// hour that autumn repeats.
    pub fn needs_full_time(&self, message: &Message) -> bool {
        self.is_scheduled(message)
            || message
                .posted
                .is_some_and(|posted| time_format::is_ambiguous(posted, self.zone))
    }

    /// The day a message belongs to.
    pub fn day(&self, message: &Message) -> Option<NaiveDate> {
        message
            .sort_time()
            .map(|moment: Timestamp| time_format::local_date(moment, self.zone))
    }
}

/// Tells whether a message is dated ahead of a time.
pub fn is_future(message: &Message, now: Timestamp) -> bool {
    message
        .posted
        .is_some_and(|posted| posted > now + FUTURE_TOLERANCE)
}

/// Who speaks in a message.
pub fn speaker_of(message: &Message) -> Speaker {
    match (message.special.as_deref(), &message.direction) {
        (Some(SpecialKind::BotMessage | SpecialKind::Options { .. }), _) => Speaker::Bot,
        (_, Direction::ToUser) => Speaker::Customer,
        (_, Direction::ToCustomer) => Speaker::Agent,
        (_, Direction::Special | Direction::Other(_)) => Speaker::Service,
    }
}

/// Tells whether a message is shown as an event, with a glyph and words, rather than as talk.
pub fn is_event(message: &Message) -> bool {
    message.unreadable.is_some()
        || message
            .special
            .as_deref()
            .is_some_and(|special| !special.is_chat_bubble())
}

/// One text of a message, or nothing if it has no such part.
pub fn section_text(message: &Message, section: Section) -> Option<Cow<'_, str>> {
    if let Some(why) = &message.unreadable {
        let id = if message.id.is_known() {
            format!(" (id {})", message.id)
        } else {
            String::new()
        };
        return (section == Section::Event)
            .then(|| format!("A message could not be read{id}: {why}").into());
    }
    let event = message
        .special
        .as_deref()
        .filter(|_| is_event(message))
        .map(SpecialKind::describe);
    let is_redirect = matches!(message.special.as_deref(), Some(SpecialKind::Url { .. }));
    match section {
        Section::Event => {
            let event = event?;
            let alone = event.detail.is_empty() || is_redirect;
            Some(if alone {
                event.heading.into()
            } else {
                format!("{}: {}", event.heading, event.detail).into()
            })
        }
        Section::Address => event
            .filter(|event| is_redirect && !event.detail.is_empty())
            .map(|event| event.detail.into()),
        Section::Body => {
            let repeats = event.is_some_and(|event| event.detail == message.body.text);
            (!message.body.text.is_empty() && !repeats).then(|| message.body.text.as_str().into())
        }
        Section::Choice(number) => match message.special.as_deref() {
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
        Section::Unparsed => match message.special.as_deref() {
            Some(SpecialKind::Options { unparsed: rest, .. }) if !rest.is_empty() => {
                Some(format!("not readable: {rest}").into())
            }
            _ => None,
        },
    }
}

/// The parts that a message has, in the order they are shown.
pub fn sections(message: &Message) -> impl Iterator<Item = (Section, Cow<'_, str>)> {
    let choices = match message.special.as_deref() {
        Some(SpecialKind::Options { choices, .. }) => {
            u16::try_from(choices.len()).unwrap_or(u16::MAX)
        }
        _ => 0,
    };
    [Section::Event, Section::Address, Section::Body]
        .into_iter()
        .chain((0..choices).map(Section::Choice))
        .chain([Section::Unparsed])
        .filter_map(|section| Some((section, section_text(message, section)?)))
}

/// Lays out the message at a place of the transcript. `unread` says that the unread begin here.
pub fn layout(
    transcript: &Transcript,
    index: usize,
    unread: bool,
    viewport: &Viewport<'_>,
) -> Vec<LayoutRow> {
    let Some(message) = transcript.get(index) else {
        return Vec::new();
    };
    let mut rows: Vec<LayoutRow> = leading_rows(transcript, index, message, unread, viewport)
        .map(|kind| LayoutRow {
            kind,
            range: 0..0,
            indent: 0,
        })
        .collect();
    let leading = rows.len();
    for (section, text) in sections(message) {
        rows.extend(
            wrap(&text, viewport.section_width(section)).map(|row| LayoutRow {
                kind: RowKind::Text(section, row.range.start),
                range: row.range,
                indent: row.indent,
            }),
        );
    }
    if rows.len() == leading {
        // A message without any text still has a row to stand on.
        rows.push(LayoutRow {
            kind: RowKind::Text(Section::Body, 0),
            range: 0..0,
            indent: 0,
        });
    }
    rows
}

/// How many rows [`layout`] would lay out.
pub fn row_count(
    transcript: &Transcript,
    index: usize,
    unread: bool,
    viewport: &Viewport<'_>,
) -> usize {
    let Some(message) = transcript.get(index) else {
        return 0;
    };
    let texts = sections(message)
        .map(|(section, text)| count_wrapped_lines(&text, viewport.section_width(section)));
    leading_rows(transcript, index, message, unread, viewport).count() + texts.sum::<usize>().max(1)
}

/// What stands above the text of a message.
fn leading_rows(
    transcript: &Transcript,
    index: usize,
    message: &Message,
    unread: bool,
    viewport: &Viewport<'_>,
) -> impl Iterator<Item = RowKind> {
    let before = index
        .checked_sub(1)
        .and_then(|before| transcript.get(before));
    let day = viewport.day(message);
    let new_day = day.is_some() && before.is_none_or(|before| viewport.day(before) != day);
    let has_divider = new_day || unread;
    let is_event = is_event(message);
    let has_heading = !is_event
        && (has_divider || before.is_none_or(|before| !continues_group(before, message, viewport)));
    let starts_events = is_event && !before.is_some_and(self::is_event);
    [
        (
            before.is_some() && (has_divider || has_heading || starts_events),
            RowKind::Blank,
        ),
        (new_day, RowKind::Day),
        (unread, RowKind::Unread),
        (
            has_heading || (is_event && viewport.needs_full_time(message)),
            RowKind::Heading,
        ),
    ]
    .into_iter()
    .filter_map(|(is_present, kind)| is_present.then_some(kind))
}

/// Tells whether a message goes on under the heading of the one before.
fn continues_group(before: &Message, message: &Message, viewport: &Viewport<'_>) -> bool {
    let minute = |message: &Message| {
        message
            .posted
            .map(|posted| posted.timestamp().div_euclid(60))
    };
    !is_event(before)
        && before.author == message.author
        && speaker_of(before) == speaker_of(message)
        && !viewport.needs_full_time(before)
        && !viewport.needs_full_time(message)
        && (viewport.has_time_column() || minute(before) == minute(message))
}
