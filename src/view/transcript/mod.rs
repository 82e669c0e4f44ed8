//! The transcript of the open session: title, rows, scroll bar, and the count of new messages below.

mod message_row;
mod title;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{StatefulWidget, Widget};

use super::theme::Role;
use super::{Context, ViewOutput, freshness, set_line, set_text};
use crate::app::command::Command;
use crate::app::layout::{Focus, Panes};
use crate::app::status::Feed;
use crate::app::transcript_pane::scrollbar::ScrollbarCell;
use crate::app::transcript_pane::viewport::Viewport;
use crate::app::transcript_pane::{TranscriptPane, VisibleRow};
use message_row::{MessageRow, SectionText};
use title::Title;

/// The transcript pane, and in areas of their own its title and its scroll bar.
pub(super) struct TranscriptView<'a> {
    pub(super) context: Context<'a>,
    pub(super) panes: Panes,
}

impl StatefulWidget for &TranscriptView<'_> {
    type State = ViewOutput;

    fn render(self, area: Rect, buf: &mut Buffer, output: &mut ViewOutput) {
        let TranscriptView { context, panes } = self;
        let app = context.app;
        let Some(pane) = app.transcript_pane() else {
            let key = app.keymap().first_key(Command::Open);
            let open = format!("{key}: open a session");
            // Without a title, it is beside that of the list.
            let area = panes.title.union(area);
            context.render_placeholder(&[(&open, Role::Muted)], area, buf);
            return;
        };
        Title(*context, pane).render(panes.title, buf);
        let viewport = app.viewport(panes);
        let visible = pane.visible_rows(&viewport);
        if let Some(why) = freshness::pane_error(app, Feed::Messages) {
            context.render_pane_error(why, area, buf);
            return;
        }
        if visible.is_empty() {
            let words = match app.open_session_id() {
                _ if !pane.is_fully_loaded() => "Loading…".to_owned(),
                Some(id) if app.open_session().is_none() => format!("Session {id} not found"),
                _ => "No messages yet.".to_owned(),
            };
            context.render_placeholder(&[(&words, Role::Muted)], area, buf);
            return;
        }
        self.render_rows(pane, &viewport, &visible, area, buf, output);
        if pane.is_refused() {
            context.theme.dim_stale(area, buf);
        } else {
            context.dim_if_stale(Feed::Messages, area, buf);
        }
        self.render_scrollbar(&pane.scrollbar(&visible, &viewport), panes.scrollbar, buf);
        if let Some(label) = app.pill_label(panes) {
            context.render_pill(&label, Role::Unread, area, buf);
        }
    }
}

impl TranscriptView<'_> {
    fn render_rows(
        &self,
        pane: &TranscriptPane,
        viewport: &Viewport<'_>,
        visible: &[VisibleRow],
        area: Rect,
        buf: &mut Buffer,
        output: &mut ViewOutput,
    ) {
        let context = self.context;
        let marked = pane
            .selected_index()
            .filter(|_| context.is_focused(Focus::Transcript));
        let mut above: Option<&VisibleRow> = None;
        let mut section = None;
        for ((number, row), area) in visible.iter().enumerate().zip(area.rows()) {
            if !above.is_some_and(|above| row.continues_text(above)) {
                let rows = visible.get(number..).unwrap_or_default();
                section = SectionText::of_first_row(context, pane, rows);
            }
            if let Some(message) = pane.transcript().get(row.message_index) {
                let message_row = MessageRow {
                    context,
                    pane,
                    viewport,
                    message,
                    row,
                    section: section.as_ref(),
                };
                set_line(area, &message_row.line(&mut output.hyperlinks), buf);
            }
            let is_content = row.row.kind.is_content() && !row.is_covered;
            if marked == Some(row.message_index) && is_content {
                context.render_marker(area, buf);
            }
            above = Some(row);
        }
    }

    fn render_scrollbar(&self, cells: &[ScrollbarCell], area: Rect, buf: &mut Buffer) {
        let (theme, symbols) = (self.context.theme, self.context.symbols);
        for (cell, area) in cells.iter().zip(area.rows()) {
            let (shapes, role) = if cell.has_match {
                (symbols.scrollbar_match, Role::MatchTick)
            } else {
                (symbols.scrollbar, Role::Border)
            };
            let shape = shapes[usize::from(cell.is_thumb)];
            set_text(area, shape, theme.style(role), buf);
        }
    }
}
