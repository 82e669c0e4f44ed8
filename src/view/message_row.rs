//! The rows of a message: separators, heading, texts in their styles.

use ratatui::style::Style;

use super::styled::{self, Layer};
use super::theme::Role;
use super::{Appearance, Strip};
use crate::app::App;
use crate::app::time_zone::TimeFormat;
use crate::app::transcript_pane::message_layout::{
    RowKind, Section, Speaker, Viewport, is_event, section_text, speaker_of,
};
use crate::app::transcript_pane::{TranscriptPane, VisibleRow};
use crate::chat::{Message, SpecialKind, Timestamp};
use crate::text::{time_format, truncate, width};

/// Paints rows of messages.
pub(super) struct MessageRow<'a> {
    pub(super) app: &'a App,
    pub(super) appearance: &'a Appearance,
    pub(super) pane: &'a TranscriptPane,
    pub(super) viewport: &'a Viewport<'a>,
    pub(super) selected_index: Option<usize>,
}

impl MessageRow<'_> {
    /// Paints one row; `above` is the one above it on the screen.
    pub(super) fn line(&self, shown: &VisibleRow, above: Option<&VisibleRow>) -> Strip {
        let mut strip = Strip::new(self.viewport.columns);
        if let Some(message) = self.pane.transcript().get(shown.message_index) {
            match shown.row.kind {
                RowKind::Blank => {}
                RowKind::Day => self.day_separator(message, &mut strip),
                RowKind::Unread => self.separator("unread", Role::Unread, &mut strip),
                RowKind::Heading => self.heading(shown.message_index, message, &mut strip),
                RowKind::Text(section, _) => self.text(message, section, shown, above, &mut strip),
            }
        }
        strip
    }

    fn style(&self, role: Role) -> Style {
        self.appearance.theme.style(role)
    }

    fn day_separator(&self, message: &Message, strip: &mut Strip) {
        if let Some(day) = self.viewport.day(message) {
            let today = time_format::local_date(self.app.now(), self.viewport.zone);
            self.separator(&time_format::format_day(day, today), Role::Muted, strip);
        }
    }

    /// A line across with words in its middle, clear of what stands at both sides.
    fn separator(&self, label: &str, role: Role, strip: &mut Strip) {
        let across = self.viewport.columns.saturating_sub(2);
        let columns = usize::from(across);
        let label = truncate(label, columns.saturating_sub(4)).into_owned();
        let line = columns.saturating_sub(width(&label) + 2);
        let (left, right) = (line / 2, line - line / 2);
        let glyph = self.appearance.symbols.line;
        let style = self.style(Role::Border);
        let x = strip.text(1, across, &glyph.repeat(left), style);
        let x = strip.text(x + 1, across, &label, self.style(role));
        strip.text(x + 1, across, &glyph.repeat(right), style);
    }

    fn heading(&self, index: usize, message: &Message, strip: &mut Strip) {
        let speaker = speaker_of(message);
        let role = match speaker {
            Speaker::Customer => Role::Customer,
            Speaker::Agent => Role::Agent,
            Speaker::Bot => Role::Bot,
            Speaker::Service => Role::Special,
        };
        let name = message.speaker();
        let mut extra = if speaker == Speaker::Bot {
            vec![self.appearance.symbols.bot.to_owned()]
        } else {
            Vec::new()
        };
        if matches!(message.special.as_deref(), Some(SpecialKind::Welcome)) {
            extra.push("welcome text".to_owned());
        }
        if let Some(posted) = message.posted {
            if self.viewport.is_scheduled(message) {
                extra.push(format!(
                    "due {}",
                    time_format::format_time(posted, self.viewport.zone, true)
                ));
            } else if self.viewport.needs_full_time(message) || !self.viewport.has_time_column() {
                extra.push(self.format_time(posted));
            }
        }
        self.author_bar(message, strip);
        let x = self.viewport.gutter_width();
        let name = truncate(name, usize::from(strip.room(x)));
        let (base, layers) = (self.style(role), self.search_highlights(index, &name));
        let x = styled::put(strip, x, &name, 0..name.len(), base, &layers);
        let dot = format!(" {} ", self.appearance.symbols.dot);
        extra.insert(0, String::new());
        let extra = extra.join(&dot);
        strip.text(x, strip.room(x), &extra, self.style(Role::Muted));
    }

    fn text(
        &self,
        message: &Message,
        section: Section,
        shown: &VisibleRow,
        above: Option<&VisibleRow>,
        strip: &mut Strip,
    ) {
        if shown.is_first_text_row
            && self.viewport.has_time_column()
            && !self.viewport.needs_full_time(message)
            && self.shows_time(message, shown, above)
        {
            let time = message
                .posted
                .map(|posted| self.format_time(posted))
                .unwrap_or_default();
            let time = truncate(&time, 5).into_owned();
            strip.text_right(6, 5, &time, self.style(Role::Muted));
        }
        let mark = self.viewport.gutter_width() - 2;
        let is_event = is_event(message);
        if is_event {
            let glyph = if shown.is_first_text_row {
                self.event_symbol(message)
            } else {
                self.appearance.symbols.event_bar
            };
            strip.text(mark, 1, glyph, self.style(event_role(message)));
        } else {
            let ticks = shown.is_first_text_row && speaker_of(message) != Speaker::Customer;
            self.author_bar(message, strip);
            if ticks {
                let tick =
                    self.appearance.symbols.read_ticks[usize::from(!message.read_by_customer)];
                strip.text(mark, 1, tick, self.style(Role::Muted));
            }
        }
        let text = section_text(message, section).unwrap_or_default();
        let mut x = self.viewport.gutter_width() + shown.row.indent;
        if let Section::Choice(number) = section {
            x = self.choice_marker(number, shown, x, strip);
        }
        let base = match section {
            Section::Event => self.style(event_role(message)),
            Section::Unparsed => self.style(Role::Muted),
            _ => Style::new(),
        };
        let mut layers = match section {
            Section::Body => styled::marks(&message.body, self.appearance),
            Section::Address => styled::address(&text, self.appearance),
            _ => Vec::new(),
        };
        layers.extend(self.search_highlights(shown.message_index, &text));
        let end = styled::put(strip, x, &text, shown.row.range.clone(), base, &layers);
        if section == Section::Event && shown.row.range.end == text.len() {
            self.event_author(message, end, strip);
        }
        if is_event && shown.is_first_text_row && !self.viewport.has_time_column() {
            self.trailing_time(message, end, strip);
        }
    }

    /// Who did what an event tells, where there is room and no heading has said it.
    fn event_author(&self, message: &Message, end: u16, strip: &mut Strip) {
        let words = format!(" {} {}", self.appearance.symbols.dot, message.author);
        let room = strip.room(end);
        let is_known = message.author.is_empty() || self.viewport.needs_full_time(message);
        if !is_known && self.viewport.has_time_column() && width(&words) <= usize::from(room) {
            strip.text(end, room, &words, self.style(Role::Muted));
        }
    }

    /// Tells whether the search is at the message at a place.
    pub(super) fn is_current_match(&self, index: usize) -> bool {
        self.pane.search().is_some() && self.selected_index == Some(index)
    }

    /// What is searched for, where it stands in a text of the message at a place.
    fn search_highlights(&self, index: usize, text: &str) -> Vec<Layer> {
        let Some(search) = self.pane.search() else {
            return Vec::new();
        };
        let style = self.style(if self.is_current_match(index) {
            Role::CurrentMatch
        } else {
            Role::Match
        });
        let found = search.find_matches(text);
        found.map(|range| Layer::new(range, style)).collect()
    }

    /// Without a column of their own, the times of events stand at the right where there is room.
    fn trailing_time(&self, message: &Message, end: u16, strip: &mut Strip) {
        let posted = message
            .posted
            .filter(|_| !self.viewport.needs_full_time(message));
        let time = posted
            .map(|posted| self.format_time(posted))
            .unwrap_or_default();
        let right = self.viewport.columns.saturating_sub(1);
        if usize::from(right.saturating_sub(end)) >= width(&time) + 2 {
            strip.text_right(right, right, &time, self.style(Role::Muted));
        }
    }

    /// Paints the mark of a choice; the one clicked later is marked and told.
    fn choice_marker(&self, number: u16, shown: &VisibleRow, x: u16, strip: &mut Strip) -> u16 {
        let clicked = self.pane.clicked_choice(shown.message_index) == Some(number);
        let begins = shown.row.range.start == 0;
        if begins {
            let role = if clicked { Role::Success } else { Role::Muted };
            let glyph = self.appearance.symbols.choices[usize::from(clicked)];
            strip.text(x + 1, 1, glyph, self.style(role));
        }
        x + 3
    }

    /// The time stands where it differs from the one above.
    fn shows_time(
        &self,
        message: &Message,
        shown: &VisibleRow,
        above: Option<&VisibleRow>,
    ) -> bool {
        let Some(above) = above.filter(|above| matches!(above.row.kind, RowKind::Text(..))) else {
            return true;
        };
        let posted = self
            .pane
            .transcript()
            .get(above.message_index)
            .and_then(|above| above.posted);
        let same = posted
            .zip(message.posted)
            .is_some_and(|(above, here)| self.same_shown_time(above, here));
        !same || shown.message_index == above.message_index
    }

    fn same_shown_time(&self, one: Timestamp, other: Timestamp) -> bool {
        let minute = |moment: Timestamp| moment.timestamp().div_euclid(60);
        minute(one) == minute(other) || self.format_time(one) == self.format_time(other)
    }

    fn format_time(&self, moment: Timestamp) -> String {
        match self.app.time_zone().time_format() {
            TimeFormat::Relative => time_format::format_age(self.app.now() - moment),
            TimeFormat::Zone | TimeFormat::Utc => {
                time_format::format_time(moment, self.viewport.zone, false)
            }
        }
    }

    fn author_bar(&self, message: &Message, strip: &mut Strip) {
        let speaker = speaker_of(message);
        let role = match speaker {
            Speaker::Customer => Role::Customer,
            Speaker::Agent => Role::Agent,
            Speaker::Bot => Role::Bot,
            Speaker::Service => Role::Muted,
        };
        let glyph = self.appearance.symbols.author_bars[speaker as usize];
        let column = if self.viewport.has_time_column() {
            7
        } else {
            1
        };
        strip.text(column, 1, glyph, self.style(role));
    }

    fn event_symbol(&self, message: &Message) -> &'static str {
        let symbols = self.appearance.symbols;
        match message.special.as_deref() {
            None | Some(SpecialKind::Unknown { .. }) => symbols.unknown,
            Some(special) => match special {
                SpecialKind::Url { .. } => symbols.redirect,
                SpecialKind::NewSession
                | SpecialKind::ReopenedByCustomer
                | SpecialKind::Welcome => symbols.started,
                SpecialKind::ClosedByUser
                | SpecialKind::ClosedByCustomer
                | SpecialKind::ClosedByIdle
                | SpecialKind::SessionDeleted => symbols.ended,
                SpecialKind::Transferred { .. } | SpecialKind::TransferRejected => symbols.transfer,
                SpecialKind::Error { .. }
                | SpecialKind::Block { .. }
                | SpecialKind::IllegalFileType { .. } => symbols.error,
                SpecialKind::ClickedOption { .. } => symbols.chosen,
                SpecialKind::Notice
                | SpecialKind::FaqSuccessQuestion { .. }
                | SpecialKind::BotMessage
                | SpecialKind::Options { .. }
                | SpecialKind::Unknown { .. } => symbols.notice,
            },
        }
    }
}

fn event_role(message: &Message) -> Role {
    match message.special.as_deref() {
        None
        | Some(
            SpecialKind::Error { .. }
            | SpecialKind::Block { .. }
            | SpecialKind::IllegalFileType { .. }
            | SpecialKind::TransferRejected,
        ) => Role::EventError,
        Some(_) => Role::Special,
    }
}
