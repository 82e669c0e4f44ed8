//! One row of a message as a line: a separator, a heading, or text after its gutter.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::text::{Line, Span};

use super::super::spans::{
    Highlight, body_highlights, line_width, link_highlights, pad_to, push_highlighted,
};
use super::super::theme::Role;
use super::super::{Context, Hyperlinks, SEPARATOR};
use crate::app::time_zone::TimeFormat;
use crate::app::transcript_pane::message_layout::{RowKind, is_redirect};
use crate::app::transcript_pane::search::Search;
use crate::app::transcript_pane::viewport::{GUTTER_WIDTH, Viewport};
use crate::app::transcript_pane::{TranscriptPane, VisibleRow};
use crate::chat::{Message, SpecialKind, Timestamp, link_target};
use crate::text::message_text::{
    Section, Speaker, heading_label, is_event, section_text, speaker_of,
};
use crate::text::{time_format, truncate, width};

/// The columns of the author's bar, and of the tick or the symbol of an event.
const BAR_COLUMN: u16 = 1;
const TICK_COLUMN: u16 = 2;
/// A shorter part of the label of a special message would not be understood.
const MIN_LABEL_COLUMNS: usize = 8;

/// A row of the transcript with everything that it is drawn from.
pub(super) struct MessageRow<'a> {
    pub(super) context: Context<'a>,
    pub(super) pane: &'a TranscriptPane,
    pub(super) viewport: &'a Viewport<'a>,
    pub(super) message: &'a Message,
    pub(super) row: &'a VisibleRow,
    /// The text that the row is part of, if it is part of one.
    pub(super) section: Option<&'a SectionText<'a>>,
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
        pad_to(&mut line, GUTTER_WIDTH);
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
        let time = message.posted.map_or_else(String::new, |posted| {
            if self.viewport.is_scheduled(message) {
                let time = time_format::format_time(posted, self.viewport.zone, true);
                format!("{SEPARATOR}due {time}")
            } else {
                format!("{SEPARATOR}{}", self.format_time(posted))
            }
        });
        let mut line = Line::default();
        self.push_author_bar(&mut line);
        pad_to(&mut line, GUTTER_WIDTH);
        let columns = self.remaining_columns(&line);
        // Where it is narrow, the time stays and the name is cut.
        let beside_time = columns.saturating_sub(width(&time)).max(columns / 2);
        let name = truncate(message.author_name(), beside_time);
        let index = self.row.message_index;
        let mut push = |text: &str, role| {
            let (base, whole) = (self.context.style(role), 0..text.len());
            let highlights = search_highlights(self.context, self.pane, index, text, &whole);
            push_highlighted(&mut line, text, whole, base, &highlights, hyperlinks);
        };
        push(&name, self.speaker_role());
        let label = heading_label(message).map(|label| format!("{SEPARATOR}{label}"));
        let beside_name = beside_time.saturating_sub(width(&name));
        if let Some(label) = label.filter(|_| beside_name >= MIN_LABEL_COLUMNS) {
            push(&truncate(&label, beside_name), Role::Muted);
        }
        let time = truncate(&time, self.remaining_columns(&line));
        line.push_span(self.span(time, Role::Muted));
        line
    }

    fn text(&self, section: Section, hyperlinks: &mut Hyperlinks) -> Line<'static> {
        let (message, row) = (self.message, &self.row.row);
        let (_, event_role) = self.event_symbol();
        let mut line = Line::default();
        self.push_gutter_symbols(&mut line);
        let x = GUTTER_WIDTH + row.indent;
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
            self.push_event_author_and_time(&mut line);
        }
        line
    }

    fn remaining_columns(&self, line: &Line<'_>) -> usize {
        usize::from(self.viewport.columns.saturating_sub(line_width(line)))
    }

    /// Appends the author's bar and the read tick, or the symbol of an event.
    fn push_gutter_symbols(&self, line: &mut Line<'static>) {
        let is_first = self.row.is_first_text_row;
        if is_event(self.message) {
            if is_redirect(self.message) {
                self.push_bar(self.context.symbols.redirect_bar, Role::Redirect, line);
            }
            if is_first {
                let (symbol, role) = self.event_symbol();
                pad_to(line, TICK_COLUMN);
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
            pad_to(line, TICK_COLUMN);
            line.push_span(self.span(symbol, Role::Muted));
        }
    }

    fn push_author_bar(&self, line: &mut Line<'static>) {
        let bar = self.context.symbols.author_bars[speaker_of(self.message) as usize];
        self.push_bar(bar, self.speaker_role(), line);
    }

    fn push_bar(&self, bar: &'static str, role: Role, line: &mut Line<'static>) {
        pad_to(line, BAR_COLUMN);
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

    /// Appends author and time of an event, or the time alone, as far as they fit and no heading shows them.
    fn push_event_author_and_time(&self, line: &mut Line<'static>) {
        if self.viewport.needs_full_time(self.message) {
            return;
        }
        let posted = self.message.posted;
        let time = posted.map_or_else(String::new, |posted| self.format_time(posted));
        // The last column stays empty beside the scroll bar.
        let columns = self.remaining_columns(line).saturating_sub(1);
        let labels = [[self.message.author.as_str(), &time], ["", &time]].map(|parts| {
            let parts = parts.into_iter().filter(|part| !part.is_empty());
            parts.flat_map(|part| [SEPARATOR, part]).collect::<String>()
        });
        let fitting = labels.into_iter().find(|label| width(label) <= columns);
        line.push_span(self.span(fitting.unwrap_or_default(), Role::Muted));
    }

    fn format_time(&self, time: Timestamp) -> String {
        match self.context.app.time_zone().time_format() {
            TimeFormat::Relative => time_format::format_age(self.context.app.now() - time),
            TimeFormat::Zone | TimeFormat::Utc => {
                let has_seconds = self.viewport.shows_message_times;
                time_format::format_time(time, self.viewport.zone, has_seconds)
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

/// A text of a message with its styles, as far as it is on the screen. Prepared once for all of its
/// rows, because finding the styles takes time in a long text.
pub(super) struct SectionText<'a> {
    text: Cow<'a, str>,
    highlights: Vec<Highlight<'a>>,
}

impl<'a> SectionText<'a> {
    /// Prepares the section that the first of these rows is part of; `None` if it is part of none.
    pub(super) fn of_first_row(
        context: Context<'_>,
        pane: &'a TranscriptPane,
        rows: &[VisibleRow],
    ) -> Option<Self> {
        let first = rows.first()?;
        let RowKind::Text(section, _) = first.row.kind else {
            return None;
        };
        let message = pane.transcript().get(first.message_index)?;
        let same = rows.iter().take_while(|row| row.continues_text(first));
        let last = same.last().unwrap_or(first);
        let shown = first.row.range.start..last.row.range.end;
        let text = section_text(message, section).unwrap_or_default();
        let mut highlights = format_highlights(context, message, section, &shown);
        let index = first.message_index;
        highlights.extend(search_highlights(context, pane, index, &text, &shown));
        Some(Self { text, highlights })
    }
}

fn format_highlights<'a>(
    context: Context<'_>,
    message: &'a Message,
    section: Section,
    shown: &Range<usize>,
) -> Vec<Highlight<'a>> {
    match (section, message.special.as_deref()) {
        (Section::Body, _) => body_highlights(&message.body, shown, context.theme),
        (Section::Address, Some(SpecialKind::Url { address })) => {
            link_highlights(0, address, link_target(address), context.theme)
        }
        _ => Vec::new(),
    }
}

/// The matches of the search in the shown bytes of a text.
fn search_highlights(
    context: Context<'_>,
    pane: &TranscriptPane,
    message_index: usize,
    text: &str,
    shown: &Range<usize>,
) -> Vec<Highlight<'static>> {
    let matching = |search: &&Search| search.match_number(message_index).is_some();
    let Some(search) = pane.search().filter(matching) else {
        return Vec::new();
    };
    let is_selected = pane.selected_index() == Some(message_index);
    let style = context.style(if is_selected {
        Role::CurrentMatch
    } else {
        Role::Match
    });
    // A match may reach beyond the shown text, and be longer than what was typed, with its accents.
    let end = text.floor_char_boundary(shown.end + 4 * search.text().len());
    let matches = search.find_matches(text.get(..end).unwrap_or_default());
    matches
        .into_iter()
        .filter(|range| range.end > shown.start && range.start < shown.end)
        .map(|range| Highlight::new(range, style))
        .collect()
}
