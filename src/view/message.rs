//! The rows of a message: separators, heading, texts in their styles.

use ratatui::style::Style;

use super::styled::{self, Layer};
use super::theme::Role;
use super::{Look, Strip};
use crate::app::App;
use crate::app::reader::block::{Lens, Part, Spot, Voice, is_event, text_of, voice};
use crate::app::reader::{Reader, Shown};
use crate::app::zones::Times;
use crate::chat::{Timestamp, Said, SpecialKind};
use crate::text::{truncate, time_format, width};

/// Paints rows of messages.
pub(super) struct Painter<'a> {
    pub(super) app: &'a App,
    pub(super) look: &'a Look,
    pub(super) reader: &'a Reader,
    pub(super) lens: &'a Lens<'a>,
    pub(super) selected: Option<usize>,
}

impl Painter<'_> {
    /// Paints one row; `above` is the one above it on the screen.
    pub(super) fn row(&self, shown: &Shown, above: Option<&Shown>) -> Strip {
        let mut strip = Strip::new(self.lens.columns);
        if let Some(message) = self.reader.transcript().get(shown.place) {
            match shown.row.spot {
                Spot::Gap => {}
                Spot::Day => self.day(&message, &mut strip),
                Spot::Unread => self.rule("unread", Role::Unread, &mut strip),
                Spot::Heading => self.heading(shown.place, &message, &mut strip),
                Spot::Text(part, _) => self.text(&message, part, shown, above, &mut strip),
            }
        }
        strip
    }

    fn style(&self, role: Role) -> Style {
        self.look.theme.style(role)
    }

    fn day(&self, message: &Said<'_>, strip: &mut Strip) {
        if let Some(day) = self.lens.day(message) {
            let today = time_format::local_date(self.app.now(), self.lens.zone);
            self.rule(&time_format::format_day(day, today), Role::Dim, strip);
        }
    }

    /// A line across with words in its middle, clear of what stands at both sides.
    fn rule(&self, words: &str, role: Role, strip: &mut Strip) {
        let across = self.lens.columns.saturating_sub(2);
        let columns = usize::from(across);
        let words = truncate(words, columns.saturating_sub(4)).into_owned();
        let line = columns.saturating_sub(width(&words) + 2);
        let (left, right) = (line / 2, line - line / 2);
        let glyph = self.look.glyphs.line;
        let style = self.style(Role::Frame);
        let x = strip.text(1, across, &glyph.repeat(left), style);
        let x = strip.text(x + 1, across, &words, self.style(role));
        strip.text(x + 1, across, &glyph.repeat(right), style);
    }

    fn heading(&self, place: usize, message: &Said<'_>, strip: &mut Strip) {
        let speaks = voice(message);
        let role = match speaks {
            Voice::Customer => Role::Customer,
            Voice::Agent => Role::Agent,
            Voice::Bot => Role::Bot,
            Voice::Service => Role::Special,
        };
        let name = message.speaker();
        let mut extra = if speaks == Voice::Bot {
            vec![self.look.glyphs.bot.to_owned()]
        } else {
            Vec::new()
        };
        if matches!(message.special, Some(SpecialKind::Welcome)) {
            extra.push("welcome text".to_owned());
        }
        if let Some(posted) = message.posted {
            if self.lens.is_due_later(message) {
                extra.push(format!("due {}", time_format::format_time(posted, self.lens.zone, true)));
            } else if self.lens.needs_full_time(message) || !self.lens.has_time_column() {
                extra.push(self.time(posted));
            }
        }
        self.bar(message, strip);
        let x = self.lens.gutter();
        let name = truncate(name, usize::from(strip.room(x)));
        let (base, layers) = (self.style(role), self.hits(place, &name));
        let x = styled::put(strip, x, &name, 0..name.len(), base, &layers);
        let dot = format!(" {} ", self.look.glyphs.dot);
        extra.insert(0, String::new());
        let extra = extra.join(&dot);
        strip.text(x, strip.room(x), &extra, self.style(Role::Dim));
    }

    fn text(
        &self,
        message: &Said<'_>,
        part: Part,
        shown: &Shown,
        above: Option<&Shown>,
        strip: &mut Strip,
    ) {
        if shown.is_first
            && self.lens.has_time_column()
            && !self.lens.needs_full_time(message)
            && self.tells_time(message, shown, above)
        {
            let time = message
                .posted
                .map(|posted| self.time(posted))
                .unwrap_or_default();
            let time = truncate(&time, 5).into_owned();
            strip.text_right(6, 5, &time, self.style(Role::Dim));
        }
        let mark = self.lens.gutter() - 2;
        let is_event = is_event(message);
        if is_event {
            let glyph = if shown.is_first {
                self.event_glyph(message)
            } else {
                self.look.glyphs.event_bar
            };
            strip.text(mark, 1, glyph, self.style(event_role(message)));
        } else {
            let ticks = shown.is_first && voice(message) != Voice::Customer;
            self.bar(message, strip);
            if ticks {
                let tick = self.look.glyphs.ticks[usize::from(!message.read_by_customer)];
                strip.text(mark, 1, tick, self.style(Role::Dim));
            }
        }
        let text = text_of(message, part).unwrap_or_default();
        let mut x = self.lens.gutter() + shown.row.indent;
        if let Part::Choice(number) = part {
            x = self.choice(number, shown, x, strip);
        }
        let base = match part {
            Part::Told => self.style(event_role(message)),
            Part::Rest => self.style(Role::Dim),
            _ => Style::new(),
        };
        let mut layers = match part {
            Part::Body => styled::marks(message.body, self.look),
            Part::Address => styled::address(&text, self.look),
            _ => Vec::new(),
        };
        layers.extend(self.hits(shown.place, &text));
        let end = styled::put(strip, x, &text, shown.row.range.clone(), base, &layers);
        if part == Part::Told && shown.row.range.end == text.len() {
            self.who(message, end, strip);
        }
        if is_event && shown.is_first && !self.lens.has_time_column() {
            self.time_beside(message, end, strip);
        }
    }

    /// Who did what an event tells, where there is room and no heading has said it.
    fn who(&self, message: &Said<'_>, end: u16, strip: &mut Strip) {
        let words = format!(" {} {}", self.look.glyphs.dot, message.author);
        let room = strip.room(end);
        let is_told = message.author.is_empty() || self.lens.needs_full_time(message);
        if !is_told && self.lens.has_time_column() && width(&words) <= usize::from(room) {
            strip.text(end, room, &words, self.style(Role::Dim));
        }
    }

    /// Tells whether the search is at the message at a place.
    pub(super) fn is_here(&self, place: usize) -> bool {
        self.reader.search().is_some() && self.selected == Some(place)
    }

    /// What is searched for, where it stands in a text of the message at a place.
    fn hits(&self, place: usize, text: &str) -> Vec<Layer> {
        let Some(search) = self.reader.search() else {
            return Vec::new();
        };
        let style = self.style(if self.is_here(place) {
            Role::HitHere
        } else {
            Role::Hit
        });
        let found = search.find_in(text);
        found.map(|range| Layer::new(range, style)).collect()
    }

    /// Without a column of their own, the times of events stand at the right where there is room.
    fn time_beside(&self, message: &Said<'_>, end: u16, strip: &mut Strip) {
        let posted = message
            .posted
            .filter(|_| !self.lens.needs_full_time(message));
        let time = posted.map(|posted| self.time(posted)).unwrap_or_default();
        let right = self.lens.columns.saturating_sub(1);
        if usize::from(right.saturating_sub(end)) >= width(&time) + 2 {
            strip.text_right(right, right, &time, self.style(Role::Dim));
        }
    }

    /// Paints the mark of a choice; the one clicked later is marked and told.
    fn choice(&self, number: u16, shown: &Shown, x: u16, strip: &mut Strip) -> u16 {
        let clicked = self.reader.clicked(shown.place) == Some(number);
        let begins = shown.row.range.start == 0;
        if begins {
            let role = if clicked { Role::Good } else { Role::Dim };
            let glyph = self.look.glyphs.choices[usize::from(clicked)];
            strip.text(x + 1, 1, glyph, self.style(role));
        }
        x + 3
    }

    /// The time stands where it differs from the one above.
    fn tells_time(&self, message: &Said<'_>, shown: &Shown, above: Option<&Shown>) -> bool {
        let Some(above) = above.filter(|above| matches!(above.row.spot, Spot::Text(..))) else {
            return true;
        };
        let posted = self
            .reader
            .transcript()
            .get(above.place)
            .and_then(|above| above.posted);
        let same = posted
            .zip(message.posted)
            .is_some_and(|(above, here)| self.reads_alike(above, here));
        !same || shown.place == above.place
    }

    fn reads_alike(&self, one: Timestamp, other: Timestamp) -> bool {
        let minute = |moment: Timestamp| moment.timestamp().div_euclid(60);
        minute(one) == minute(other) || self.time(one) == self.time(other)
    }

    fn time(&self, moment: Timestamp) -> String {
        match self.app.zones().times() {
            Times::Relative => time_format::format_age(self.app.now() - moment),
            Times::InZone | Times::Utc => time_format::format_time(moment, self.lens.zone, false),
        }
    }

    fn bar(&self, message: &Said<'_>, strip: &mut Strip) {
        let speaks = voice(message);
        let role = match speaks {
            Voice::Customer => Role::Customer,
            Voice::Agent => Role::Agent,
            Voice::Bot => Role::Bot,
            Voice::Service => Role::Dim,
        };
        let glyph = self.look.glyphs.bars[speaks as usize];
        let column = if self.lens.has_time_column() { 7 } else { 1 };
        strip.text(column, 1, glyph, self.style(role));
    }

    fn event_glyph(&self, message: &Said<'_>) -> &'static str {
        let glyphs = self.look.glyphs;
        match message.special {
            None | Some(SpecialKind::Unknown { .. }) => glyphs.unknown,
            Some(special) => match special {
                SpecialKind::Url { .. } => glyphs.redirect,
                SpecialKind::NewSession | SpecialKind::ReopenedByCustomer | SpecialKind::Welcome => {
                    glyphs.began
                }
                SpecialKind::ClosedByUser
                | SpecialKind::ClosedByCustomer
                | SpecialKind::ClosedByIdle
                | SpecialKind::SessionDeleted => glyphs.ended,
                SpecialKind::Transferred { .. } | SpecialKind::TransferRejected => glyphs.transfer,
                SpecialKind::Error { .. } | SpecialKind::Block { .. } | SpecialKind::IllegalFileType { .. } => {
                    glyphs.trouble
                }
                SpecialKind::ClickedOption { .. } => glyphs.chose,
                SpecialKind::Notice
                | SpecialKind::FaqSuccessQuestion { .. }
                | SpecialKind::BotMessage
                | SpecialKind::Options { .. }
                | SpecialKind::Unknown { .. } => glyphs.notice,
            },
        }
    }
}

fn event_role(message: &Said<'_>) -> Role {
    match message.special {
        None
        | Some(
            SpecialKind::Error { .. }
            | SpecialKind::Block { .. }
            | SpecialKind::IllegalFileType { .. }
            | SpecialKind::TransferRejected,
        ) => Role::Trouble,
        Some(_) => Role::Special,
    }
}
