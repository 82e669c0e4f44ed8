//! How data that is old looks: a pane dimmed, with its age and the next try in words; or the time it
//! is of.

use chrono::TimeDelta;
use ratatui::layout::Rect;

use super::theme::Role;
use super::{Appearance, Canvas, width_u16};
use crate::app::App;
use crate::app::event::Feed;
use crate::app::status::Freshness;
use crate::chat::Timestamp;
use crate::text::time_format;

/// Age and next try of what is shown of a lane, where it is old.
pub(super) fn label(app: &App, lane: Feed) -> Option<String> {
    let (status, now) = (app.status(), app.local_now());
    if !status.is_stale(lane, now) {
        return (lane == Feed::Messages && app.transcript_pane()?.is_gone())
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
    Some(match status.freshness(lane, now) {
        Freshness::Connecting | Freshness::Live | Freshness::Snapshot(_) => return None,
        Freshness::Stale(age) => old(Some(age)),
        Freshness::Retrying { wait, age, .. } => old(age) + &next(wait),
        Freshness::SignedOut { age, .. } => old(age) + ", signed out",
        Freshness::Stopped { age, .. } => old(age) + ", stopped",
    })
}

/// When the data was what the service held: a time that stands still, as the data does.
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

/// Dims a pane whose data is old, and puts the words for it at its lower right end.
pub(super) fn render_list_label(
    app: &App,
    appearance: &Appearance,
    area: Rect,
    canvas: &mut Canvas,
) {
    let Some(words) = label(app, Feed::List).filter(|_| area.height > 1) else {
        return;
    };
    canvas.dim(area);
    let style = appearance
        .theme
        .style(Role::Error)
        .patch(appearance.theme.style(Role::Selected));
    let words = format!(" {} {words} ", appearance.symbols.connection[1]);
    let width = width_u16(&words).min(area.width);
    let label_area = Rect {
        x: area.right() - width,
        y: area.bottom() - 1,
        width,
        height: 1,
    };
    canvas.clear(label_area);
    canvas.text(label_area.x, label_area.y, width, &words, style);
}
