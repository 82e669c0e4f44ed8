//! The line over the transcript: the session at the left, the state of the pane at the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::super::session_list::stage_role;
use super::super::theme::Role;
use super::super::{Context, SEPARATOR, from_column, join_fitting};
use super::super::{right_end, set_text, set_text_right, until_column};
use crate::app::layout::Focus;
use crate::app::transcript_pane::TranscriptPane;
use crate::chat::Stage;
use crate::text::{format_bytes, width};

pub(super) struct Title<'a>(pub(super) Context<'a>, pub(super) &'a TranscriptPane);

impl Widget for &Title<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Title(context, pane) = self;
        let is_gone = pane.unavailable().is_some() && !pane.transcript().is_empty();
        let role = if is_gone {
            Role::Error
        } else if pane.is_following() {
            Role::Muted
        } else {
            Role::Unread
        };
        let state = self.state_label(is_gone, area.width / 2);
        let inner = until_column(area, area.right().saturating_sub(1));
        let state_area = right_end(inner, area.width / 2);
        let right = set_text_right(state_area, &state, context.style(role), buf);
        let Some(session) = context.app.open_session() else {
            if let Some(id) = context.app.open_session_id() {
                let area = until_column(from_column(area, area.x + 1), right.saturating_sub(1));
                let style = context.style(Role::Title);
                set_text(area, &format!("session {id}"), style, buf);
            }
            return;
        };
        let name_role = if context.is_focused(Focus::Transcript) {
            Role::Selected
        } else {
            Role::Title
        };
        let name = format!(" {} ", session.title());
        let area = until_column(area, right.saturating_sub(2));
        let x = set_text(area, &name, context.style(name_role), buf);
        let status = match session.stage() {
            Stage::Answered => "waiting for customer",
            _ => session.state(),
        };
        let area = from_column(area, x + 1);
        if width(status) > usize::from(area.width) {
            return;
        }
        let status_style = context.style(stage_role(session.stage()));
        let x = set_text(area, status, status_style, buf);
        let agent = session.agent.as_ref().map_or("", |agent| &agent.name);
        let parts = [session.company(), &session.channel.name, agent];
        let area = from_column(area, x);
        let details = join_fitting(&parts, area.width.saturating_sub(3));
        if !details.is_empty() {
            let details = format!("{SEPARATOR}{details}");
            set_text(area, &details, context.style(Role::Muted), buf);
        }
    }
}

impl Title<'_> {
    /// The search, the progress of loading, or whether the pane follows.
    fn state_label(&self, is_gone: bool, columns: u16) -> String {
        let Title(_, pane) = self;
        if let Some(search) = pane.search() {
            let number = pane
                .selected_index()
                .and_then(|index| search.match_number(index));
            let number = number.map_or_else(|| "-".to_owned(), |number| number.to_string());
            let (query, count) = (search.query(), search.match_count());
            return format!("\"{query}\" {number} of {count}");
        }
        let is_loading = !pane.is_fully_loaded();
        if is_loading && !pane.transcript().is_empty() {
            loading_label(pane, columns)
        } else if is_gone && pane.is_over_limit() {
            "incomplete".to_owned()
        } else if is_gone {
            "no longer available".to_owned()
        } else if is_loading {
            // The pane itself shows that nothing has arrived yet.
            String::new()
        } else if !pane.is_following() {
            "paused".to_owned()
        } else {
            "following".to_owned()
        }
    }
}

/// The progress of loading a large transcript, in as many words as fit.
fn loading_label(pane: &TranscriptPane, columns: u16) -> String {
    let messages = pane.transcript().len();
    let bytes = format_bytes(pane.loaded_bytes() as u64);
    let labels = [
        format!("loading, {messages} messages, {bytes} so far"),
        format!("loading {messages}, {bytes}"),
    ];
    let mut labels = labels.into_iter();
    labels
        .find(|label| width(label) <= usize::from(columns))
        .unwrap_or_else(|| "loading".to_owned())
}
