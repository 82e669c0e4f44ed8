//! Lines of the connection overlay: the state of each feed, the service, its traffic and its clock.

use chrono::TimeDelta;

use super::{LabeledLine, heading, present_lines};
use crate::app::App;
use crate::app::date_shift::describe_date_shift;
use crate::app::status::{Feed, Freshness};
use crate::app::transcript_pane::TranscriptPane;
use crate::text::{format_bytes, time_format};

/// Clocks that differ by no more than this count as in sync.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(60);

pub(super) fn connection_lines(app: &App) -> Vec<LabeledLine> {
    let mut lines = vec![heading("List")];
    lines.extend(feed_lines(app, Feed::List));
    if app.open_session_id().is_some() {
        lines.extend([heading(""), heading("Transcript")]);
        lines.extend(feed_lines(app, Feed::Messages));
    }
    lines.extend([heading(""), heading("Service")]);
    lines.extend(service_lines(app));
    lines
}

/// All lines, for the clipboard.
pub(super) fn connection_text(app: &App) -> String {
    let lines = connection_lines(app).into_iter();
    let lines = lines.map(|(label, text)| match (label.as_str(), text.as_str()) {
        (_, "") => label,
        ("", _) => text,
        _ => format!("{label}: {text}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn feed_lines(app: &App, feed: Feed) -> Vec<LabeledLine> {
    let pane = app.transcript_pane().filter(|_| feed == Feed::Messages);
    let is_refused = pane.is_some_and(TranscriptPane::is_refused);
    let (feed, now) = (app.status().feed(feed), app.local_now());
    let freshness = feed.freshness(now);
    let (state, wait) = match freshness {
        Freshness::Connecting => ("connecting", None),
        Freshness::Live if is_refused => ("not available", None),
        Freshness::Live => ("live", None),
        Freshness::Snapshot(_) => ("automatic polling off", None),
        Freshness::Slow => ("slow: no response for a while", None),
        Freshness::Retrying { wait, .. } => ("retrying", Some(wait)),
        Freshness::SignedOut { wait, .. } => ("signed out", wait),
        Freshness::Stopped { .. } => ("stopped", None),
    };
    let next = wait.map(|wait| match time_format::format_countdown(wait) {
        _ if wait.is_zero() => "now".to_owned(),
        countdown => format!("in {countdown}"),
    });
    let age = feed
        .answered_at()
        .map(|at| time_format::format_staleness(now - at));
    let unavailable = pane.and_then(TranscriptPane::unavailable);
    let why = freshness.why().or(unavailable);
    present_lines([
        ("State", Some(state.to_owned())),
        ("Reason", why.map(str::to_owned)),
        ("Next try", next),
        ("Last response", age.map(|age| format!("{age} ago"))),
    ])
}

fn service_lines(app: &App) -> Vec<LabeledLine> {
    let service = app.service();
    let traffic = service.traffic.map(|(_, traffic)| traffic);
    let requests = traffic.map(|it| format!("{} in the last minute", it.requests_per_minute));
    let received = traffic.map(|it| {
        let [recent, all] = [it.bytes_per_minute, it.total_bytes].map(format_bytes);
        format!("{recent} in the last minute, {all} in all")
    });
    let date_shift = service.date_shift.map(describe_date_shift);
    let (zone, guess) = (app.time_zone().active(), app.time_zone().inference_note());
    let zone = format!("{} {}{guess}", zone.label(), zone.abbreviation(app.now()));
    present_lines([
        ("Name", Some(service.name.clone())),
        ("Address", Some(service.address.clone())),
        ("Moved from", service.moved_from.clone()),
        ("Requests", requests),
        ("Received", received),
        ("Clock", Some(describe_clock(service.clock_offset))),
        ("Messages", date_shift.map(|shift| format!("dated {shift}"))),
        ("Zone", Some(zone)),
        ("", app.time_zone().problem().map(str::to_owned)),
    ])
}

fn describe_clock(offset: TimeDelta) -> String {
    if offset.abs() <= CLOCK_TOLERANCE {
        return "in sync".to_owned();
    }
    let side = if offset > TimeDelta::zero() {
        "ahead of"
    } else {
        "behind"
    };
    format!(
        "{} {side} this machine; waits and ages follow the service",
        time_format::format_countdown(offset.abs())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_notable_clock_offset_is_described() {
        for (seconds, wanted) in [
            (60, "in sync"),
            (-60, "in sync"),
            (61, "61 s ahead of this machine"),
            (-200, "3 min 20 s behind this machine"),
        ] {
            let described = describe_clock(TimeDelta::seconds(seconds));
            assert_eq!(described.split(';').next(), Some(wanted));
        }
    }
}
