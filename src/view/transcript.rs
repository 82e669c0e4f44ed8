//! The transcript: whose it is, its rows, the scroll bar, and what is new below.

use ratatui::layout::Rect;

use super::message_row::MessageRow;
use super::session_list::stage_role;
use super::theme::Role;
use super::{Appearance, Canvas, freshness, is_focused, join_fitting, render_marker};
use crate::app::App;
use crate::app::command::Command;
use crate::app::event::Feed;
use crate::app::layout::{Focus, Panes};
use crate::app::status::Freshness;
use crate::app::transcript_pane::TranscriptPane;
use crate::app::transcript_pane::scrollbar::ScrollbarCell;
use crate::text::width;

/// Draws the reader's parts.
pub(super) fn render(app: &App, appearance: &Appearance, panes: &Panes, canvas: &mut Canvas) {
    let Some(pane) = app.transcript_pane() else {
        render_hint(
            appearance,
            panes.transcript,
            &format!("{} opens a session.", app.keymap().first_key(Command::Open)),
            canvas,
        );
        return;
    };
    render_title(app, appearance, pane, panes.title, canvas);
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
        render_hint(appearance, panes.transcript, words, canvas);
        return;
    }
    canvas.scrolls.pane = panes.transcript;
    canvas.scrolls.rows.extend(visible.iter().filter_map(|row| {
        let message = pane.transcript().get(row.message_index)?;
        Some((message.id, row.row.kind))
    }));
    let message_row = MessageRow {
        app,
        appearance,
        pane,
        viewport: &viewport,
        selected_index: pane.selected_index(),
    };
    let marked = message_row
        .selected_index
        .filter(|_| is_focused(app, Focus::Transcript));
    let mut rows = std::mem::take(&mut canvas.painted);
    rows.paint(&message_row, &visible);
    for ((row, strip), y) in visible
        .iter()
        .zip(rows.strips())
        .zip(panes.transcript.top()..)
    {
        strip.draw(panes.transcript.x, y, canvas);
        if marked == Some(row.message_index) && row.row.kind.is_content() {
            render_marker(appearance, panes.transcript.x, y, canvas);
        }
    }
    canvas.painted = rows;
    if freshness::label(app, Feed::Messages).is_some() {
        canvas.dim(panes.transcript);
    }
    render_scrollbar(
        appearance,
        &pane.scrollbar(&visible, &viewport),
        panes.scrollbar,
        canvas,
    );
    render_new_messages(app, appearance, pane, panes.transcript, canvas);
}

/// What has come so far of a long answer, in as many words as fit.
fn loading_label(pane: &TranscriptPane, columns: u16) -> String {
    let (messages, bytes) = (pane.transcript().len(), format_bytes(pane.loaded_bytes()));
    let words = [
        format!("loading, {messages} messages, {bytes} so far"),
        format!("loading {messages}, {bytes}"),
    ];
    let mut fitting = words.into_iter();
    fitting
        .find(|words| width(words) <= usize::from(columns))
        .unwrap_or_else(|| "loading".to_owned())
}

/// An amount of data in words.
fn format_bytes(count: usize) -> String {
    let tenths = |unit: usize| {
        let tenths = count * 10 / unit;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match count {
        0..1_000 => format!("{count} bytes"),
        1_000..1_000_000 => format!("{} kB", tenths(1_000)),
        _ => format!("{} MB", tenths(1_000_000)),
    }
}

fn render_hint(appearance: &Appearance, area: Rect, words: &str, canvas: &mut Canvas) {
    canvas.text(
        area.x + 2,
        area.y + 1,
        area.width.saturating_sub(3),
        words,
        appearance.theme.style(Role::Muted),
    );
}

/// Draws who it is with at the left, and how it is read at the right.
fn render_title(
    app: &App,
    appearance: &Appearance,
    pane: &TranscriptPane,
    area: Rect,
    canvas: &mut Canvas,
) {
    let theme = appearance.theme;
    let old = freshness::label(app, Feed::Messages);
    let state = if let Some(search) = pane.search() {
        let number = pane
            .selected_index()
            .and_then(|place| search.match_number(place));
        let number = number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let is_complete = search.is_complete(pane.transcript());
        let so_far = if is_complete { "" } else { "+" };
        format!(
            "\"{}\" {number} of {}{so_far}",
            search.query(),
            search.match_count()
        )
    } else if !pane.is_fully_loaded() && !pane.transcript().is_empty() {
        loading_label(pane, area.width / 2)
    } else if let Some(old) = &old {
        old.clone()
    } else if !pane.is_fully_loaded() {
        // Nothing came yet: the pane itself says so.
        String::new()
    } else if pane.is_following() {
        match app.status().freshness(Feed::Messages, app.local_now()) {
            Freshness::Snapshot(at) => freshness::as_of_label(app, at),
            _ => "following".to_owned(),
        }
    } else {
        "paused".to_owned()
    };
    let role = if old.is_some() {
        Role::Error
    } else if pane.is_following() {
        Role::Muted
    } else {
        Role::Unread
    };
    let right = canvas.text_right(
        area.right().saturating_sub(1),
        area.y,
        area.width / 2,
        &state,
        theme.style(role),
    );
    let room = right.saturating_sub(area.x + 2);
    let Some(session) = app.open_session() else {
        let words = app
            .open_session_id()
            .map(|id| format!("session {id}"))
            .unwrap_or_default();
        canvas.text(area.x + 1, area.y, room, &words, theme.style(Role::Title));
        return;
    };
    let name_role = if is_focused(app, Focus::Transcript) {
        Role::Selected
    } else {
        Role::Title
    };
    let name = format!(" {} ", session.title());
    let x = canvas.text(area.x, area.y, room, &name, theme.style(name_role));
    let agent = session
        .agent
        .as_ref()
        .map_or("", |agent| agent.name.as_str());
    let state = session.status.label();
    if width(state) + 3 > usize::from(right.saturating_sub(x)) {
        return;
    }
    let x = canvas.text(
        x + 1,
        area.y,
        area.width,
        state,
        theme.style(stage_role(session.status.stage())),
    );
    let dot = format!(" {} ", appearance.symbols.dot);
    let parts = [session.company(), session.channel.name.as_str(), agent].map(str::to_owned);
    let room = right.saturating_sub(x + 2);
    let words = join_fitting(&parts, appearance, room.saturating_sub(3));
    if !words.is_empty() {
        canvas.text(x, area.y, room, &(dot + &words), theme.style(Role::Muted));
    }
}

fn render_scrollbar(
    appearance: &Appearance,
    bar: &[ScrollbarCell],
    area: Rect,
    canvas: &mut Canvas,
) {
    for (tick, y) in bar.iter().zip(area.top()..area.bottom()) {
        let shape = usize::from(tick.is_thumb);
        let (symbols, role) = if tick.has_match {
            (&appearance.symbols.scrollbar_match, Role::MatchTick)
        } else {
            (&appearance.symbols.scrollbar, Role::Border)
        };
        canvas.text(area.x, y, 1, symbols[shape], appearance.theme.style(role));
    }
}

fn render_new_messages(
    app: &App,
    appearance: &Appearance,
    pane: &TranscriptPane,
    area: Rect,
    canvas: &mut Canvas,
) {
    let new = pane.new_message_count();
    if new > 0 && area.height > 1 {
        let key = app.keymap().first_key(Command::Last);
        let words = format!(
            " {} {new} new {} {key} ",
            appearance.symbols.new_below, appearance.symbols.dot
        );
        let style = appearance
            .theme
            .style(Role::Unread)
            .patch(appearance.theme.style(Role::Selected));
        canvas.text_right(area.right(), area.bottom() - 1, area.width, &words, style);
    }
}
