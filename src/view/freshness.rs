//! How old the data is: labels for a list or transcript that is not live, and the dimming of its pane.

use chrono::TimeDelta;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::theme::{self, Role};
use super::{Appearance, clear_under, right_end, set_text, width_u16};
use crate::app::App;
use crate::app::status::{Feed, Freshness};
use crate::chat::Timestamp;
use crate::text::time_format;

/// The age of stale data and the time of the next try.
pub(super) fn label(app: &App, feed: Feed) -> Option<String> {
    let (status, now) = (app.status(), app.local_now());
    if !status.is_stale(feed, now) {
        return (feed == Feed::Messages && app.transcript_pane()?.is_gone())
            .then(|| "gone from the service".to_owned());
    }
    let next = |wait: TimeDelta| {
        if wait.is_zero() {
            ", trying now".to_owned()
        } else {
            format!(", next try in {}", time_format::format_countdown(wait))
        }
    };
    let old = |age: Option<TimeDelta>| {
        age.map(|age| format!("{} old", time_format::format_staleness(age)))
            .unwrap_or_default()
    };
    Some(match status.freshness(feed, now) {
        Freshness::Connecting | Freshness::Live | Freshness::Snapshot(_) => return None,
        Freshness::Stale(age) => old(Some(age)),
        Freshness::Retrying { wait, age, .. } => old(age) + &next(wait),
        Freshness::SignedOut { age, .. } => old(age) + ", signed out",
        Freshness::Stopped { age, .. } => old(age) + ", stopped",
    })
}

/// The time at which data that is fetched once was current: a fixed time, as the data is fixed too.
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

/// The feeds on the screen: that of the messages only while a session is open.
pub(super) fn feed_states(app: &App) -> Vec<(Feed, Freshness<'_>)> {
    let has_open_session = app.open_session_id().is_some();
    [Feed::List, Feed::Messages]
        .into_iter()
        .filter(|feed| *feed == Feed::List || has_open_session)
        .map(|feed| (feed, app.status().freshness(feed, app.local_now())))
        .collect()
}

/// Orders states from the one that needs no attention to the one that needs most.
pub(super) fn severity(freshness: &Freshness<'_>) -> u8 {
    match freshness {
        Freshness::Live => 0,
        Freshness::Snapshot(_) => 1,
        Freshness::Connecting => 2,
        Freshness::Stale(_) => 3,
        Freshness::Stopped { .. } => 4,
        Freshness::Retrying { .. } => 5,
        Freshness::SignedOut { .. } => 6,
    }
}

/// Dims a stale list and draws its label at the lower right end.
pub(super) fn render_list_label(app: &App, appearance: &Appearance, area: Rect, buf: &mut Buffer) {
    let Some(label) = label(app, Feed::List).filter(|_| area.height > 1) else {
        return;
    };
    dim(area, buf);
    let theme = appearance.theme;
    let style = theme.style(Role::Error).patch(theme.style(Role::Selected));
    let text = format!(" {} {label} ", appearance.symbols.connection[1]);
    let last_row = Rect {
        y: area.bottom() - 1,
        height: 1,
        ..area
    };
    let area = right_end(last_row, width_u16(&text));
    clear_under(area, buf);
    set_text(area, &text, style, buf);
}

/// Dims what is drawn in an area, row by row from the first drawn cell to the last: blank margins
/// keep the default style.
pub(super) fn dim(area: Rect, buf: &mut Buffer) {
    for row in area.intersection(buf.area).rows() {
        let is_drawn = |x: &u16| buf[(*x, row.y)] != Cell::EMPTY;
        let mut drawn = (row.left()..row.right()).filter(is_drawn);
        if let Some(first) = drawn.next() {
            let width = drawn.next_back().unwrap_or(first) + 1 - first;
            let drawn = Rect {
                x: first,
                width,
                ..row
            };
            buf.set_style(drawn, theme::muted());
        }
    }
}
