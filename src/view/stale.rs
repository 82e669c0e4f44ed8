//! How data that is old looks: a pane dimmed, with its age and the next try in words; or the time it
//! is of.

use chrono::TimeDelta;
use ratatui::layout::Rect;

use super::theme::Role;
use super::{Canvas, Look, wide};
use crate::app::App;
use crate::app::event::Lane;
use crate::app::status::Freshness;
use crate::chat::Timestamp;
use crate::text::time_format;

/// Age and next try of what is shown of a lane, where it is old.
pub(super) fn words(app: &App, lane: Lane) -> Option<String> {
    let (status, now) = (app.status(), app.own_now());
    if !status.is_old(lane, now) {
        return (lane == Lane::Reader && app.reader()?.has_vanished())
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
        Freshness::Connecting | Freshness::Live | Freshness::AsOf(_) => return None,
        Freshness::Old(age) => old(Some(age)),
        Freshness::Retrying { wait, age, .. } => old(age) + &next(wait),
        Freshness::SignedOut { age, .. } => old(age) + ", signed out",
        Freshness::Stopped { age, .. } => old(age) + ", stopped",
    })
}

/// When the data was what the service held: a time that stands still, as the data does.
pub(super) fn as_of(app: &App, at: Timestamp) -> String {
    let zone = app.zones().shown();
    let time = time_format::format_time(at, zone, true);
    let day = time_format::local_date(at, zone);
    if day == time_format::local_date(app.own_now(), zone) {
        format!("as of {time}")
    } else {
        format!("as of {day} {time}")
    }
}

/// Dims a pane whose data is old, and puts the words for it at its lower right end.
pub(super) fn list(app: &App, look: &Look, area: Rect, canvas: &mut Canvas) {
    let Some(words) = words(app, Lane::List).filter(|_| area.height > 1) else {
        return;
    };
    canvas.dim(area);
    let style = look
        .theme
        .style(Role::Bad)
        .patch(look.theme.style(Role::Selected));
    let words = format!(" {} {words} ", look.glyphs.links[1]);
    let wide = wide(&words).min(area.width);
    let place = Rect {
        x: area.right() - wide,
        y: area.bottom() - 1,
        width: wide,
        height: 1,
    };
    canvas.clear(place);
    canvas.text(place.x, place.y, wide, &words, style);
}
