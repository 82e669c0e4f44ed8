//! Moves between matches, and searches while the query is being typed: every edit searches from where
//! the prompt was opened, and leaving the prompt without Enter returns there.

use super::message_layout::{LayoutRow, RowKind};
use super::search::{Search, SearchResult};
use super::viewport::{RowIndex, Viewport};
use super::{Towards, TranscriptPane, ViewState};
use crate::text::message_text::{heading_label, shown_sections};

/// What was shown when the search prompt was opened.
#[derive(Clone, Debug)]
pub(super) struct SearchOrigin {
    /// The view on all messages that every edit searches from.
    pub(super) view: ViewState,
    /// The view on only the matches of the search before, if they were shown.
    pub(super) view_of_matches: Option<ViewState>,
    query: Option<String>,
}

impl TranscriptPane {
    /// Stores the view, for [`Self::cancel_search`] to return to, and shows all messages: the matches
    /// of another query may be hidden.
    pub(crate) fn begin_search(&mut self, viewport: &Viewport<'_>) {
        let view_of_matches = self.only_matches.then_some(self.view);
        self.show_all(viewport);
        self.search_origin = Some(SearchOrigin {
            view: self.view,
            view_of_matches,
            query: self.search.as_ref().map(|it| it.text().to_owned()),
        });
    }

    /// Shows the match nearest to where the search began: backward from the newest message while
    /// following, else forward from the selected one. An empty query ends the search.
    pub(crate) fn preview_search(
        &mut self,
        query: &str,
        viewport: &Viewport<'_>,
    ) -> Option<SearchResult> {
        let paused_at = self.view.paused_at;
        self.restore_search_origin();
        self.search = Search::new(query, self.search.as_ref(), &self.transcript);
        let towards = if self.is_following() {
            Towards::Older
        } else {
            Towards::Newer
        };
        let result = self.show_match(towards, true, viewport);
        if !self.is_following() {
            // Messages that arrived since the first edit are still new: the view has not been at the end since.
            self.view.paused_at = paused_at.or(self.view.paused_at);
        }
        result
    }

    /// Searches as [`Self::preview_search`] does, and stays at the match.
    pub(crate) fn accept_search(
        &mut self,
        query: &str,
        viewport: &Viewport<'_>,
    ) -> Option<SearchResult> {
        let result = self.preview_search(query, viewport);
        self.search_origin = None;
        result
    }

    /// Returns to what was shown before the prompt was opened.
    pub(crate) fn cancel_search(&mut self) {
        self.restore_search_origin();
        if let Some(origin) = self.search_origin.take() {
            let query = origin.query.unwrap_or_default();
            self.search = Search::new(&query, self.search.as_ref(), &self.transcript);
            if let Some(view) = origin.view_of_matches {
                self.view = view;
                self.only_matches = true;
                self.layout_cache.invalidate_from(0);
            }
        }
    }

    /// Marks the matches of a query without a move to one: another place is to be shown.
    pub(crate) fn mark_matches(&mut self, query: &str, viewport: &Viewport<'_>) {
        self.show_all(viewport);
        self.search_origin = None;
        self.search = Search::new(query, None, &self.transcript);
    }

    /// Ends the search. Returns `true` if there was one.
    pub(crate) fn clear_search(&mut self, viewport: &Viewport<'_>) -> bool {
        self.show_all(viewport);
        self.search.take().is_some()
    }

    /// Ends the search and what it hides, where the pane is not drawn.
    pub(crate) fn end_search(&mut self) {
        self.search = None;
        self.search_origin = None;
        self.only_matches = false;
    }

    /// Selects the next match, or the previous one.
    pub(crate) fn select_match(
        &mut self,
        towards: Towards,
        viewport: &Viewport<'_>,
    ) -> Option<SearchResult> {
        self.show_match(towards, false, viewport)
    }

    fn show_match(
        &mut self,
        towards: Towards,
        include_current: bool,
        viewport: &Viewport<'_>,
    ) -> Option<SearchResult> {
        let from = self.selected_index().unwrap_or(0);
        let search = self.search.as_ref()?;
        let further = self.matching_row_beyond_view(from, towards, viewport);
        if let Some(row) = further.filter(|_| !include_current) {
            self.center_on_row(row, viewport);
            return Some(SearchResult::Found);
        }
        let (result, index) = search.nearest(from, towards, include_current);
        if let Some(index) = index {
            let rows = self.matching_rows(index, viewport);
            let row = match towards {
                Towards::Newer => rows.first(),
                Towards::Older => rows.last(),
            };
            match row {
                Some(row) => self.center_on_row(*row, viewport),
                None => self.center_on(index, viewport),
            }
        }
        Some(result)
    }

    /// The rows with a match of a message taller than the view: not all of them are visible with it.
    fn matching_rows(&self, index: usize, viewport: &Viewport<'_>) -> Vec<RowIndex> {
        let search = self.search.as_ref();
        let search = search.filter(|search| search.match_number(index).is_some());
        let (Some(search), Some(message)) = (search, self.transcript.get(index)) else {
            return Vec::new();
        };
        if !self.is_taller_than_view(index, viewport) {
            return Vec::new();
        }
        let texts = shown_sections(message);
        let texts = texts.map(|(section, text, _)| (section, search.find_matches(&text)));
        let texts: Vec<_> = texts.collect();
        let is_match = |row: &LayoutRow| match row.kind {
            RowKind::Heading => {
                let label = heading_label(message).unwrap_or_default();
                let texts = [message.author_name(), &label];
                texts.iter().any(|it| !search.find_matches(it).is_empty())
            }
            RowKind::Text(section, _) => texts.iter().any(|(of, matches)| {
                let first = matches.partition_point(|it| it.end <= row.range.start);
                let next = matches.get(first);
                *of == section && next.is_some_and(|it| it.start < row.range.end)
            }),
            _ => false,
        };
        let rows = self.message_rows(index, viewport);
        let matching = (0..rows.len()).filter(|row| is_match(&rows[*row]));
        let matching = matching.map(|row| RowIndex {
            message: index,
            row,
        });
        matching.collect()
    }

    /// The nearest row with a match of a message taller than the view, below or above its visible rows.
    fn matching_row_beyond_view(
        &self,
        index: usize,
        towards: Towards,
        viewport: &Viewport<'_>,
    ) -> Option<RowIndex> {
        let mut matching = self.matching_rows(index, viewport).into_iter();
        let visible = self.visible_row_numbers(index, viewport)?;
        match towards {
            Towards::Newer => matching.find(|it| it.row > *visible.end()),
            Towards::Older => matching.rfind(|it| it.row < *visible.start()),
        }
    }

    fn restore_search_origin(&mut self) {
        if let Some(origin) = &self.search_origin {
            let unread = self.unread_marker_index();
            self.view = origin.view;
            self.invalidate_if_unread_marker_moved(unread);
        }
    }
}
