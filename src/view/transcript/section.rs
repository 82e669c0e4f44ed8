//! A text of a message with its styles, as far as it is on the screen. Prepared once for all of its
//! rows, because finding the styles takes time in a long text.

use std::borrow::Cow;
use std::ops::Range;

use super::super::Context;
use super::super::spans::{Highlight, body_highlights, link_highlights};
use super::super::theme::Role;
use crate::app::transcript_pane::message_layout::RowKind;
use crate::app::transcript_pane::search::Search;
use crate::app::transcript_pane::{TranscriptPane, VisibleRow};
use crate::chat::{Message, SpecialKind, link_target};
use crate::text::message_text::{Section, section_text};

pub(super) struct SectionText<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) highlights: Vec<Highlight<'a>>,
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
pub(super) fn search_highlights(
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
