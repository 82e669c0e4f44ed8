//! The transcript of the open session: title, rows, scroll bar, and the count of new messages below.

mod message_row;
mod title;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{StatefulWidget, Widget};

use super::theme::Role;
use super::{Appearance, ViewOutput, blank_split_characters, freshness, is_focused};
use super::{render_marker, right_end, set_text, width_u16};
use crate::app::App;
use crate::app::command::Command;
use crate::app::layout::{Focus, Panes};
use crate::app::status::Feed;
use crate::app::transcript_pane::scrollbar::ScrollbarCell;
use crate::app::transcript_pane::{TranscriptPane, VisibleRow};
use message_row::MessageRow;
use title::Title;

/// The parts of the window that belong to the transcript, each in its own area.
pub(super) struct TranscriptView<'a> {
    pub(super) app: &'a App,
    pub(super) appearance: &'a Appearance,
    pub(super) panes: &'a Panes,
}

impl StatefulWidget for &TranscriptView<'_> {
    type State = ViewOutput;

    fn render(self, _window: Rect, buf: &mut Buffer, output: &mut ViewOutput) {
        let (app, appearance, panes) = (self.app, self.appearance, self.panes);
        let Some(pane) = app.transcript_pane() else {
            let key = app.keymap().first_key(Command::Open);
            self.render_hint(&format!("{key} opens a session."), buf);
            return;
        };
        let title = Title {
            app,
            appearance,
            pane,
        };
        title.render(panes.title, buf);
        let viewport = app.viewport(panes);
        let visible = pane.visible_rows(&viewport);
        if visible.is_empty() {
            let words = if pane.is_fully_loaded() && app.open_session().is_none() {
                "The service shows no messages of this session."
            } else if pane.is_fully_loaded() {
                "No messages yet."
            } else {
                "Loading ..."
            };
            self.render_hint(words, buf);
            return;
        }
        self.render_rows(pane, &visible, buf, output);
        if freshness::label(app, Feed::Messages).is_some() {
            freshness::dim(panes.transcript, buf);
        }
        self.render_scrollbar(&pane.scrollbar(&visible, &viewport), buf);
        self.render_new_messages(pane.new_message_count(), buf);
    }
}

impl TranscriptView<'_> {
    fn render_hint(&self, words: &str, buf: &mut Buffer) {
        let area = self.panes.transcript;
        if let Some(row) = area.rows().nth(1) {
            let row = Rect {
                x: row.x + 2,
                width: row.width.saturating_sub(3),
                ..row
            };
            set_text(row, words, self.appearance.theme.style(Role::Muted), buf);
        }
    }

    fn render_rows(
        &self,
        pane: &TranscriptPane,
        visible: &[VisibleRow],
        buf: &mut Buffer,
        output: &mut ViewOutput,
    ) {
        let viewport = self.app.viewport(self.panes);
        let marked = pane
            .selected_index()
            .filter(|_| is_focused(self.app, Focus::Transcript));
        let mut above = None;
        for (row, area) in visible.iter().zip(self.panes.transcript.rows()) {
            if let Some(message) = pane.transcript().get(row.message_index) {
                let message_row = MessageRow {
                    app: self.app,
                    appearance: self.appearance,
                    pane,
                    viewport: &viewport,
                    message,
                    row,
                    above,
                };
                message_row.line(&mut output.hyperlinks).render(area, buf);
            }
            if marked == Some(row.message_index) && row.row.kind.is_content() {
                render_marker(self.appearance, area, buf);
            }
            above = Some(row);
        }
    }

    fn render_scrollbar(&self, cells: &[ScrollbarCell], buf: &mut Buffer) {
        let (theme, symbols) = (self.appearance.theme, self.appearance.symbols);
        for (cell, area) in cells.iter().zip(self.panes.scrollbar.rows()) {
            let (shapes, role) = if cell.has_match {
                (symbols.scrollbar_match, Role::MatchTick)
            } else {
                (symbols.scrollbar, Role::Border)
            };
            let shape = shapes[usize::from(cell.is_thumb)];
            set_text(area, shape, theme.style(role), buf);
        }
    }

    /// Draws the count of messages that have arrived below a paused transcript.
    fn render_new_messages(&self, count: usize, buf: &mut Buffer) {
        let area = self.panes.transcript;
        if count == 0 || area.height < 2 {
            return;
        }
        let (theme, symbols) = (self.appearance.theme, self.appearance.symbols);
        let key = self.app.keymap().first_key(Command::Last);
        let text = format!(" {} {count} new {} {key} ", symbols.new_below, symbols.dot);
        let style = theme.style(Role::Unread).patch(theme.style(Role::Selected));
        let last_row = Rect {
            y: area.bottom() - 1,
            height: 1,
            ..area
        };
        let area = right_end(last_row, width_u16(&text));
        blank_split_characters(area, buf);
        set_text(area, &text, style, buf);
    }
}
