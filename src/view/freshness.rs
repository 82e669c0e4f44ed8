//! The age of the data: labels for a list or transcript that is not live, and the dimming of its pane.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::Context;
use super::theme::{self, Role};
use crate::app::App;
use crate::app::status::{Feed, Freshness};
use crate::chat::Timestamp;
use crate::text::time_format::{self, format_countdown, format_staleness};

/// The age of stale data and the time of the next attempt.
pub(super) fn label(app: &App, feed: Feed) -> Option<String> {
    let (status, now) = (app.status(), app.local_now());
    if !status.is_stale(feed, now) {
        let is_gone = feed == Feed::Messages && app.transcript_pane()?.is_gone();
        return is_gone.then(|| "no longer available".to_owned());
    }
    let (age, more) = match status.freshness(feed, now) {
        Freshness::Connecting | Freshness::Live | Freshness::Snapshot(_) => return None,
        Freshness::Stale(age) => (Some(age), String::new()),
        Freshness::Retrying { wait, age, .. } if wait.is_zero() => (age, ", retrying now".into()),
        Freshness::Retrying { wait, age, .. } => {
            (age, format!(", next try in {}", format_countdown(wait)))
        }
        Freshness::SignedOut { age, .. } => (age, ", signed out".into()),
        Freshness::Stopped { age, .. } => (age, ", stopped".into()),
    };
    let age = age.map(|age| format!("{} old", format_staleness(age)));
    Some(age.unwrap_or_default() + &more)
}

/// The time of data that is fetched once: a fixed time, as the data does not change either.
pub(super) fn as_of_label(app: &App, at: Timestamp) -> String {
    let zone = app.time_zone().displayed();
    let time = time_format::format_time(at, zone, true);
    let day = time_format::local_date(at, zone);
    if day == time_format::local_date(app.local_now(), zone) {
        format!("as of {time}")
    } else {
        format!("as of {day} {time}")
    }
}

/// The feeds on the screen, the worst first; that of the messages only while a session is open.
pub(super) fn feed_states(app: &App) -> Vec<(Feed, Freshness<'_>)> {
    let messages = app.open_session_id().map(|_| Feed::Messages);
    let feeds = [Feed::List].into_iter().chain(messages);
    let mut states: Vec<_> = feeds
        .map(|feed| (feed, app.status().freshness(feed, app.local_now())))
        .collect();
    states.sort_by_key(|(_, freshness)| match freshness {
        Freshness::SignedOut { .. } => 0,
        Freshness::Retrying { .. } => 1,
        Freshness::Stopped { .. } => 2,
        Freshness::Stale(_) => 3,
        Freshness::Connecting => 4,
        Freshness::Snapshot(_) => 5,
        Freshness::Live => 6,
    });
    states
}

/// Dims a stale list and draws its label.
pub(super) fn render_list_label(context: Context<'_>, area: Rect, buf: &mut Buffer) {
    if let Some(label) = label(context.app, Feed::List) {
        dim(area, buf);
        let label = format!("{} {label}", context.symbols.connection[1]);
        context.render_pill(&label, Role::Error, area, buf);
    }
}

/// Dims what is drawn in an area, row by row from the first drawn cell to the last: blank margins
/// keep the default style.
pub(super) fn dim(area: Rect, buf: &mut Buffer) {
    for row in area.intersection(buf.area).rows() {
        let mut drawn = row.columns().filter(|column| buf[*column] != Cell::EMPTY);
        if let Some(first) = drawn.next() {
            let last = drawn.next_back().unwrap_or(first);
            buf.set_style(first.union(last), theme::muted());
        }
    }
}
