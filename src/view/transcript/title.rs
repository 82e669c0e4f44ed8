//! The line over the transcript: the session at the left, the state of reading at the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::super::session_list::stage_role;
use super::super::theme::Role;
use super::super::{Appearance, freshness, from_column, is_focused, join_fitting};
use super::super::{right_end, set_text, set_text_right, until_column};
use crate::app::App;
use crate::app::layout::Focus;
use crate::app::status::{Feed, Freshness};
use crate::app::transcript_pane::TranscriptPane;
use crate::text::{format_bytes, width};

pub(super) struct Title<'a> {
    pub(super) app: &'a App,
    pub(super) appearance: &'a Appearance,
    pub(super) pane: &'a TranscriptPane,
}

impl Widget for &Title<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let (app, pane) = (self.app, self.pane);
        let style = |role| self.appearance.theme.style(role);
        let age = freshness::label(app, Feed::Messages);
        let role = if age.is_some() {
            Role::Error
        } else if pane.is_following() {
            Role::Muted
        } else {
            Role::Unread
        };
        let state = self.state_label(age, area.width / 2);
        let inner = until_column(area, area.right().saturating_sub(1));
        let state_area = right_end(inner, area.width / 2);
        let right = set_text_right(state_area, &state, style(role), buf);
        let Some(session) = app.open_session() else {
            let title = app.open_session_id().map(|id| format!("session {id}"));
            let area = until_column(from_column(area, area.x + 1), right.saturating_sub(1));
            set_text(area, &title.unwrap_or_default(), style(Role::Title), buf);
            return;
        };
        let name_role = if is_focused(app, Focus::Transcript) {
            Role::Selected
        } else {
            Role::Title
        };
        let name = format!(" {} ", session.title());
        let name_area = until_column(area, right.saturating_sub(2));
        let x = set_text(name_area, &name, style(name_role), buf);
        let status = session.status.label();
        if width(status) + 3 > usize::from(right.saturating_sub(x)) {
            return;
        }
        let status_style = style(stage_role(session.status.stage()));
        let x = set_text(from_column(area, x + 1), status, status_style, buf);
        let agent = session.agent.as_ref();
        let agent = agent.map_or("", |agent| agent.name.as_str());
        let parts = [session.company(), session.channel.name.as_str(), agent].map(str::to_owned);
        let area = until_column(from_column(area, x), right.saturating_sub(2));
        let details = join_fitting(&parts, self.appearance, area.width.saturating_sub(3));
        if !details.is_empty() {
            let details = format!(" {} {details}", self.appearance.symbols.dot);
            set_text(area, &details, style(Role::Muted), buf);
        }
    }
}

impl Title<'_> {
    /// The search, the progress of loading, the age of the data, or whether it follows new messages.
    fn state_label(&self, age: Option<String>, columns: u16) -> String {
        let (app, pane) = (self.app, self.pane);
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
        } else if let Some(age) = age {
            age
        } else if is_loading {
            // The pane itself shows that nothing has arrived yet.
            String::new()
        } else if pane.is_following() {
            match app.status().freshness(Feed::Messages, app.local_now()) {
                Freshness::Snapshot(at) => freshness::as_of_label(app, at),
                _ => "following".to_owned(),
            }
        } else {
            "paused".to_owned()
        }
    }
}

/// What has arrived so far of a large transcript, in as many words as fit.
fn loading_label(pane: &TranscriptPane, columns: u16) -> String {
    let (messages, bytes) = (
        pane.transcript().len(),
        format_bytes(pane.loaded_bytes() as u64),
    );
    [
        format!("loading, {messages} messages, {bytes} so far"),
        format!("loading {messages}, {bytes}"),
    ]
    .into_iter()
    .find(|label| width(label) <= usize::from(columns))
    .unwrap_or_else(|| "loading".to_owned())
}
