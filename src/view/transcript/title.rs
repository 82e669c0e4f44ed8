//! The line over the transcript: the session at the left, the state of the pane at the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::super::theme::{Role, stage_role};
use super::super::{Context, SEPARATOR, from_column, join_fitting};
use super::super::{right_end, set_text, set_text_right, until_column};
use crate::app::layout::Focus;
use crate::app::status::{Feed, Freshness};
use crate::app::transcript_pane::TranscriptPane;
use crate::chat::Stage;
use crate::text::time_format::format_staleness;
use crate::text::{format_bytes, truncate, width};

/// A shorter excerpt of the query would be useless.
const MIN_QUERY_COLUMNS: usize = 4;

pub(super) struct Title<'a>(pub(super) Context<'a>, pub(super) &'a TranscriptPane);

impl Widget for &Title<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let Title(context, pane) = self;
        let has_problem = !self.problem_labels().is_empty();
        let role = if has_problem {
            Role::Error
        } else if pane.is_following() || context.app.is_open_session_over() {
            Role::Muted
        } else {
            Role::Unread
        };
        // During a search the query needs more space than the name, and so does what is wrong.
        let columns = if pane.search().is_some() || has_problem {
            area.width * 2 / 3
        } else {
            area.width / 2
        };
        let state = self.state_label(columns.into());
        let inner = until_column(area, area.right().saturating_sub(1));
        let state_area = right_end(inner, columns);
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
        let area = until_column(area, right.saturating_sub(2));
        let title = session.title();
        let name = truncate(&title, usize::from(area.width).saturating_sub(2));
        let name = format!(" {name} ");
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
        let agent = session.agent_name();
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
    /// Whether the pane follows, after what is wrong, the search or the progress of loading as far as it
    /// fits.
    fn state_label(&self, columns: usize) -> String {
        let Title(_, pane) = self;
        let follow = self.follow_label();
        let end = match follow {
            "" => String::new(),
            follow => format!("{SEPARATOR}{follow}"),
        };
        let space = columns.saturating_sub(width(&end));
        let labels = if pane.shows_only_matches() {
            const ONLY: &str = "only matches";
            let labels = self.search_labels(space.saturating_sub(width(ONLY) + 2));
            let labels = labels.into_iter().map(|label| format!("{label}, {ONLY}"));
            labels.chain([ONLY.to_owned()]).collect()
        } else if pane.search().is_some() {
            self.search_labels(space)
        } else if !pane.is_fully_loaded() && !pane.transcript().is_empty() {
            loading_labels(pane)
        } else {
            Vec::new()
        };
        let problems = self.problem_labels();
        let both = labels.iter().flat_map(|label| {
            let problems = problems.iter();
            problems.map(move |problem| format!("{problem}{SEPARATOR}{label}"))
        });
        let both: Vec<_> = both.collect();
        let mut all = both.into_iter().chain(labels).chain(problems);
        let fitting = all.find(|label| width(label) <= space);
        fitting.map_or_else(|| follow.to_owned(), |label| label + &end)
    }

    /// What is wrong with the messages that are there, with their age where the header does not show it,
    /// the longest label first.
    fn problem_labels(&self) -> Vec<String> {
        let Title(Context { app, .. }, pane) = self;
        if pane.unavailable().is_none() || pane.transcript().is_empty() {
            return Vec::new();
        }
        if !pane.is_refused() {
            return vec!["incomplete".to_owned()];
        }
        let now = app.local_now();
        let is_live = app.status().freshness(Feed::Messages, now) == Freshness::Live;
        let age = app.status().stale_age(Feed::Messages, now);
        let age = age.filter(|_| is_live).map(format_staleness);
        let with_age = age.map(|age| format!("no longer available, {age} old"));
        let short = ["no longer available", "unavailable"].map(str::to_owned);
        with_age.into_iter().chain(short).collect()
    }

    fn follow_label(&self) -> &'static str {
        let Title(context, pane) = self;
        if !pane.is_fully_loaded() && pane.transcript().is_empty() {
            // The pane itself shows that nothing has arrived yet.
            ""
        } else {
            // In a session that has ended there is nothing to follow.
            match (context.app.is_open_session_over(), pane.is_following()) {
                (false, true) => "following",
                (_, false) => "paused",
                (true, true) => "at the end",
            }
        }
    }

    /// The query and the number of matches, or the number alone.
    fn search_labels(&self, columns: usize) -> Vec<String> {
        let Title(_, pane) = self;
        let Some(search) = pane.search() else {
            return Vec::new();
        };
        let number = pane
            .selected_index()
            .and_then(|index| search.match_number(index));
        let number = number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let count = match search.match_count() {
            0 => "no matches".to_owned(),
            count => format!("{number} of {count}"),
        };
        let space = columns.saturating_sub(width(&count) + 3);
        let query = truncate(search.shown_text(), space);
        let with_query = format!("\"{query}\" {count}");
        let is_readable = query == search.shown_text() || space >= MIN_QUERY_COLUMNS;
        let with_query = is_readable.then_some(with_query);
        with_query.into_iter().chain([count]).collect()
    }
}

/// The progress of loading a large transcript, the longer label first.
fn loading_labels(pane: &TranscriptPane) -> Vec<String> {
    let messages = pane.transcript().len();
    let bytes = format_bytes(pane.loaded_bytes() as u64);
    vec![
        format!("loading, {messages} messages, {bytes} so far"),
        format!("loading {messages}, {bytes}"),
        "loading".to_owned(),
    ]
}
