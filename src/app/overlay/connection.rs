//! Lines of the connection overlay: the state of each feed, the service, its traffic and its clock.

use chrono::TimeDelta;

use super::LabeledLine;
use crate::app::App;
use crate::app::service_info::describe_date_shift;
use crate::app::status::{Feed, Freshness};
use crate::text::{format_bytes, time_format};

/// Clocks that differ by no more than this count as in step.
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

fn heading(text: &str) -> LabeledLine {
    (text.to_owned(), String::new())
}

fn present_lines(
    all: impl IntoIterator<Item = (&'static str, Option<String>)>,
) -> Vec<LabeledLine> {
    all.into_iter()
        .filter_map(|(label, text)| Some((label.to_owned(), text?)))
        .collect()
}

fn feed_lines(app: &App, feed: Feed) -> Vec<LabeledLine> {
    let (status, now) = (app.status(), app.local_now());
    let freshness = status.freshness(feed, now);
    let (state, wait) = match freshness {
        Freshness::Connecting => ("connecting", None),
        Freshness::Live => ("live", None),
        Freshness::Snapshot(_) => ("not asked for by itself", None),
        Freshness::Stale(_) => ("live, but no answer came for a while", None),
        Freshness::Retrying { wait, .. } => ("retrying", Some(wait)),
        Freshness::SignedOut { wait, .. } => ("signed out", Some(wait)),
        Freshness::Stopped { .. } => ("stopped", None),
    };
    let next = wait.map(|wait| {
        if wait.is_zero() {
            "now".to_owned()
        } else {
            format!("in {}", time_format::format_countdown(wait))
        }
    });
    let answered = status.last_answer(feed);
    present_lines([
        ("State", Some(state.to_owned())),
        ("Reason", freshness.why().map(str::to_owned)),
        ("Next try", next),
        (
            "Last answer",
            answered
                .map(|answered| format!("{} ago", time_format::format_staleness(now - answered))),
        ),
    ])
}

fn service_lines(app: &App) -> Vec<LabeledLine> {
    let service = app.service();
    let traffic = service.traffic.map(|(_, traffic)| traffic);
    let zone = app.time_zone().active();
    let guess = if zone.is_inferred() {
        ", guessed from its code"
    } else {
        ""
    };
    present_lines([
        ("Name", Some(service.name.clone())),
        ("Address", Some(service.address.clone())),
        ("Moved from", service.moved_from.clone()),
        (
            "Requests",
            traffic.map(|it| format!("{} in the last minute", it.requests_per_minute)),
        ),
        (
            "Received",
            traffic.map(|it| {
                let [recent, all] = [it.bytes_per_minute, it.total_bytes].map(format_bytes);
                format!("{recent} in the last minute, {all} in all")
            }),
        ),
        ("Clock", Some(describe_clock(service.clock_offset))),
        (
            "Messages",
            service
                .date_shift
                .map(|by| format!("dated {}", describe_date_shift(by))),
        ),
        (
            "Zone",
            Some(format!(
                "{} {}{guess}",
                zone.label(),
                zone.abbreviation(app.now())
            )),
        ),
    ])
}

fn describe_clock(offset: TimeDelta) -> String {
    if offset.abs() <= CLOCK_TOLERANCE {
        return "in step with this machine's".to_owned();
    }
    let side = if offset > TimeDelta::zero() {
        "ahead of"
    } else {
        "behind"
    };
    format!(
        "{} {side} this machine's; waits and ages go by the service's",
        time_format::format_countdown(offset.abs())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_notable_clock_offset_is_described() {
        for (seconds, wanted) in [
            (60, "in step with this machine's"),
            (-60, "in step with this machine's"),
            (
                61,
                "61 s ahead of this machine's; waits and ages go by the service's",
            ),
            (
                -200,
                "3 min 20 s behind this machine's; waits and ages go by the service's",
            ),
        ] {
            assert_eq!(describe_clock(TimeDelta::seconds(seconds)), wanted);
        }
    }
}
