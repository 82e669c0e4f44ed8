//! One row of a message as a line: a separator, a heading, or text after its gutter.

use ratatui::text::{Line, Span};

use super::super::spans::{line_width, pad_to, push_highlighted};
use super::super::theme::Role;
use super::super::{Context, Hyperlinks, SEPARATOR, width_u16};
use super::section::{SectionText, search_highlights};
use crate::app::time_zone::TimeFormat;
use crate::app::transcript_pane::message_layout::{RowKind, is_redirect};
use crate::app::transcript_pane::viewport::Viewport;
use crate::app::transcript_pane::{TranscriptPane, VisibleRow};
use crate::chat::{Message, SpecialKind, Timestamp};
use crate::text::message_text::{Section, is_event};
use crate::text::message_text::{Speaker, speaker_of};
use crate::text::{time_format, truncate, width};

/// The columns of a time, and the column after it.
const TIME_WIDTH: u16 = 5;
const TIME_END: u16 = 6;

/// A row of the transcript with everything that it is drawn from.
pub(super) struct MessageRow<'a> {
    pub(super) context: Context<'a>,
    pub(super) pane: &'a TranscriptPane,
    pub(super) viewport: &'a Viewport<'a>,
    pub(super) message: &'a Message,
    pub(super) row: &'a VisibleRow,
    /// The text that the row is part of, if it is part of one.
    pub(super) section: Option<&'a SectionText<'a>>,
    /// The row above it on the screen.
    pub(super) above: Option<&'a VisibleRow>,
}

impl MessageRow<'_> {
    pub(super) fn line(&self, hyperlinks: &mut Hyperlinks) -> Line<'static> {
        match self.row.row.kind {
            _ if self.row.is_covered => self.day_separator(),
            RowKind::Blank => Line::default(),
            RowKind::Gap(hidden) => self.gap(hidden),
            RowKind::Day => self.day_separator(),
            RowKind::Unread => self.separator("unread", Role::Unread),
            RowKind::Heading => self.heading(hyperlinks),
            RowKind::Text(section, _) => self.text(section, hyperlinks),
        }
    }

    fn span(&self, text: impl Into<String>, role: Role) -> Span<'static> {
        Span::styled(text.into(), self.context.style(role))
    }

    fn gap(&self, hidden: usize) -> Line<'static> {
        let noun = if hidden == 1 { "message" } else { "messages" };
        let mut line = Line::default();
        pad_to(&mut line, self.viewport.gutter_width());
        let words = format!("… {hidden} {noun}");
        let words = truncate(&words, self.remaining_columns(&line));
        line.push_span(self.span(words, Role::Muted));
        line
    }

    fn day_separator(&self) -> Line<'static> {
        let Some(day) = self.viewport.day(self.message) else {
            return Line::default();
        };
        let today = time_format::local_date(self.context.app.now(), self.viewport.zone);
        self.separator(&time_format::format_day(day, today), Role::Muted)
    }

    /// A rule with a label in its middle, one column short of the pane at both sides.
    fn separator(&self, label: &str, role: Role) -> Line<'static> {
        let columns = usize::from(self.viewport.columns.saturating_sub(2));
        let label = truncate(label, columns.saturating_sub(4));
        let dashes = columns.saturating_sub(width(&label) + 2);
        Line::from(vec![
            Span::raw(" "),
            self.span("─".repeat(dashes / 2), Role::Border),
            Span::raw(" "),
            self.span(label, role),
            Span::raw(" "),
            self.span("─".repeat(dashes - dashes / 2), Role::Border),
        ])
    }

    fn heading(&self, hyperlinks: &mut Hyperlinks) -> Line<'static> {
        let message = self.message;
        let mut extra = String::new();
        let mut push = |part: &str| extra.extend([SEPARATOR, part]);
        let special = message.special.as_deref().filter(|_| !is_event(message));
        if let Some(special) = special {
            push(&special.describe().0);
        }
        if let Some(posted) = message.posted {
            if self.viewport.is_scheduled(message) {
                let time = time_format::format_time(posted, self.viewport.zone, true);
                push(&format!("due {time}"));
            } else if self.viewport.needs_full_time(message) || !self.viewport.has_time_column() {
                push(&self.format_time(posted));
            }
        }
        let mut line = Line::default();
        self.push_author_bar(&mut line);
        pad_to(&mut line, self.viewport.gutter_width());
        let name = truncate(message.speaker(), self.remaining_columns(&line));
        let base = self.context.style(self.speaker_role());
        let whole = 0..name.len();
        let index = self.row.message_index;
        let highlights = search_highlights(self.context, self.pane, index, &name, &whole);
        push_highlighted(&mut line, &name, whole, base, &highlights, hyperlinks);
        let extra = truncate(&extra, self.remaining_columns(&line));
        line.push_span(self.span(extra, Role::Muted));
        line
    }

    fn text(&self, section: Section, hyperlinks: &mut Hyperlinks) -> Line<'static> {
        let (message, row) = (self.message, &self.row.row);
        let (_, event_role) = self.event_symbol();
        let mut line = Line::default();
        self.push_time(&mut line);
        self.push_gutter_symbols(&mut line);
        let x = self.viewport.gutter_width() + row.indent;
        let x = match section {
            Section::Choice(number) => self.push_choice_symbol(number, x, &mut line),
            _ => x,
        };
        pad_to(&mut line, x);

        let base = self.context.style(match section {
            Section::Event if is_redirect(message) => Role::RedirectLabel,
            Section::Event => event_role,
            Section::Unparsed | Section::Omitted => Role::Muted,
            _ => Role::Text,
        });
        let Some(SectionText { text, highlights }) = self.section else {
            return line;
        };
        let shown = row.range.clone();
        push_highlighted(&mut line, text, shown, base, highlights, hyperlinks);
        if section == Section::Event && row.range.end == text.len() {
            self.push_event_author(&mut line);
        }
        if is_event(message) && self.row.is_first_text_row && !self.viewport.has_time_column() {
            self.push_trailing_time(&mut line);
        }
        line
    }

    fn remaining_columns(&self, line: &Line<'_>) -> usize {
        usize::from(self.viewport.columns.saturating_sub(line_width(line)))
    }

    /// Appends the time in its column, right-aligned, in the first row of a message that shows one.
    fn push_time(&self, line: &mut Line<'static>) {
        if self.row.is_first_text_row
            && self.viewport.has_time_column()
            && !self.viewport.needs_full_time(self.message)
            && self.shows_time()
        {
            let time = self.message.posted.map(|posted| self.format_time(posted));
            let time = time.unwrap_or_default();
            let time = truncate(&time, usize::from(TIME_WIDTH));
            pad_to(line, TIME_END - width_u16(&time));
            line.push_span(self.span(time, Role::Muted));
        }
    }

    /// Appends the author's bar and the read tick, or the symbol of an event.
    fn push_gutter_symbols(&self, line: &mut Line<'static>) {
        let is_first = self.row.is_first_text_row;
        let column = self.viewport.gutter_width() - 2;
        if is_event(self.message) {
            if is_redirect(self.message) {
                self.push_bar(self.context.symbols.redirect_bar, Role::Redirect, line);
            }
            if is_first {
                let (symbol, role) = self.event_symbol();
                pad_to(line, column);
                line.push_span(self.span(symbol, role));
            }
            return;
        }
        self.push_author_bar(line);
        if is_first {
            let symbols = self.context.symbols;
            let symbol = match (speaker_of(self.message), self.message.read_by_customer) {
                (Speaker::Customer, _) => symbols.message_start,
                (_, true) => symbols.read_ticks[0],
                (_, false) => symbols.read_ticks[1],
            };
            pad_to(line, column);
            line.push_span(self.span(symbol, Role::Muted));
        }
    }

    fn push_author_bar(&self, line: &mut Line<'static>) {
        let bar = self.context.symbols.author_bars[speaker_of(self.message) as usize];
        self.push_bar(bar, self.speaker_role(), line);
    }

    fn push_bar(&self, bar: &'static str, role: Role, line: &mut Line<'static>) {
        let has_time_column = self.viewport.has_time_column();
        pad_to(line, if has_time_column { TIME_END + 1 } else { 1 });
        line.push_span(self.span(bar, role));
    }

    fn speaker_role(&self) -> Role {
        match speaker_of(self.message) {
            Speaker::Customer => Role::Customer,
            Speaker::Agent => Role::Agent,
            Speaker::Bot => Role::Bot,
            Speaker::Service => Role::Special,
        }
    }

    /// Appends the symbol of an option, another one where it was clicked later; returns the column of
    /// its text.
    fn push_choice_symbol(&self, number: u16, x: u16, line: &mut Line<'static>) -> u16 {
        let clicked = self.pane.clicked_choice(self.row.message_index) == Some(number);
        if self.row.row.range.start == 0 {
            let role = if clicked { Role::Success } else { Role::Muted };
            let symbol = self.context.symbols.choices[usize::from(clicked)];
            pad_to(line, x + 1);
            line.push_span(self.span(symbol, role));
        }
        x + 3
    }

    /// Appends the author of an event where it fits and no heading shows it.
    fn push_event_author(&self, line: &mut Line<'static>) {
        let (viewport, author) = (self.viewport, &self.message.author);
        let has_heading = viewport.needs_full_time(self.message) || !viewport.has_time_column();
        let label = format!("{SEPARATOR}{author}");
        if !author.is_empty() && !has_heading && width(&label) <= self.remaining_columns(line) {
            line.push_span(self.span(label, Role::Muted));
        }
    }

    /// Appends the time of an event at the right end, for panes too narrow for a time column.
    fn push_trailing_time(&self, line: &mut Line<'static>) {
        let posted = self.message.posted;
        let posted = posted.filter(|_| !self.viewport.needs_full_time(self.message));
        let Some(time) = posted.map(|posted| self.format_time(posted)) else {
            return;
        };
        let right = self.viewport.columns.saturating_sub(1);
        if usize::from(right.saturating_sub(line_width(line))) >= width(&time) + 2 {
            pad_to(line, right - width_u16(&time));
            line.push_span(self.span(time, Role::Muted));
        }
    }

    /// Returns `true` if the row above does not show the same time already.
    fn shows_time(&self) -> bool {
        let above = self
            .above
            .filter(|above| above.row.kind.is_text() && !above.is_covered);
        let Some(above) = above.map(|above| above.message_index) else {
            return true;
        };
        let posted = self.pane.transcript().get(above).and_then(|it| it.posted);
        let times = posted.zip(self.message.posted);
        let minute = |time: Timestamp| time.timestamp().div_euclid(60);
        let is_same = times.is_some_and(|(above, here)| {
            minute(above) == minute(here) || self.format_time(above) == self.format_time(here)
        });
        !is_same || self.row.message_index == above
    }

    fn format_time(&self, time: Timestamp) -> String {
        match self.context.app.time_zone().time_format() {
            TimeFormat::Relative => time_format::format_age(self.context.app.now() - time),
            TimeFormat::Zone | TimeFormat::Utc => {
                time_format::format_time(time, self.viewport.zone, false)
            }
        }
    }

    fn event_symbol(&self) -> (&'static str, Role) {
        let symbols = self.context.symbols;
        let Some(special) = self.message.special.as_deref() else {
            return (symbols.unknown, Role::Error);
        };
        match special {
            SpecialKind::Url { .. } => (symbols.redirect, Role::Redirect),
            SpecialKind::NewSession | SpecialKind::ReopenedByCustomer | SpecialKind::Welcome => {
                (symbols.started, Role::Special)
            }
            SpecialKind::ClosedByUser
            | SpecialKind::ClosedByCustomer
            | SpecialKind::ClosedByIdle
            | SpecialKind::SessionDeleted => (symbols.ended, Role::Special),
            SpecialKind::Transferred { .. } => (symbols.transfer, Role::Special),
            SpecialKind::TransferRejected => (symbols.transfer, Role::Error),
            SpecialKind::Error { .. }
            | SpecialKind::Block { .. }
            | SpecialKind::IllegalFileType { .. } => (symbols.error, Role::Error),
            SpecialKind::ClickedOption { .. } => (symbols.chosen, Role::Special),
            SpecialKind::Unknown { .. } => (symbols.unknown, Role::Special),
            SpecialKind::Notice
            | SpecialKind::FaqSuccessQuestion { .. }
            | SpecialKind::BotMessage
            | SpecialKind::Options { .. } => (symbols.notice, Role::Special),
        }
    }
}
