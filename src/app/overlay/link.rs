//! What the overlay of the link says: how each lane stands, what passed, the service and its clock.

use chrono::TimeDelta;

use super::lines::Line;
use crate::app::App;
use crate::app::event::Lane;
use crate::app::service::shifted;
use crate::app::status::Freshness;
use crate::text::time_format;

/// A clock that is further off than this is told.
const IN_STEP: TimeDelta = TimeDelta::seconds(60);

/// The lines of the overlay.
pub(super) fn lines(app: &App) -> Vec<Line> {
    let mut lines = vec![heading("List")];
    lines.extend(lane(app, Lane::List));
    if app.open_id().is_some() {
        lines.extend([heading(""), heading("Transcript")]);
        lines.extend(lane(app, Lane::Reader));
    }
    lines.extend([heading(""), heading("Service")]);
    lines.extend(service(app));
    lines
}

fn heading(text: &str) -> Line {
    (text.to_owned(), String::new())
}

fn known(all: impl IntoIterator<Item = (&'static str, Option<String>)>) -> Vec<Line> {
    all.into_iter()
        .filter_map(|(label, text)| Some((label.to_owned(), text?)))
        .collect()
}

fn lane(app: &App, lane: Lane) -> Vec<Line> {
    let (status, now) = (app.status(), app.own_now());
    let freshness = status.freshness(lane, now);
    let (state, wait) = match freshness {
        Freshness::Connecting => ("connecting", None),
        Freshness::Live => ("live", None),
        Freshness::AsOf(_) => ("not asked for by itself", None),
        Freshness::Old(_) => ("live, but no answer came for a while", None),
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
    let answered = status.last_answer(lane);
    known([
        ("State", Some(state.to_owned())),
        ("Reason", freshness.why().map(str::to_owned)),
        ("Next try", next),
        (
            "Last answer",
            answered.map(|answered| format!("{} ago", time_format::format_staleness(now - answered))),
        ),
    ])
}

fn service(app: &App) -> Vec<Line> {
    let service = app.service();
    let traffic = service.traffic.map(|(_, traffic)| traffic);
    let zone = app.zones().in_force();
    let guess = if zone.is_inferred() {
        ", guessed from its code"
    } else {
        ""
    };
    known([
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
                let [recent, all] = [it.bytes_per_minute, it.total_bytes].map(size);
                format!("{recent} in the last minute, {all} in all")
            }),
        ),
        ("Clock", Some(clock(service.ahead))),
        (
            "Messages",
            service.shifted.map(|by| format!("dated {}", shifted(by))),
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

fn clock(ahead: TimeDelta) -> String {
    if ahead.abs() <= IN_STEP {
        return "in step with this machine's".to_owned();
    }
    let side = if ahead > TimeDelta::zero() {
        "ahead of"
    } else {
        "behind"
    };
    format!(
        "{} {side} this machine's; waits and ages go by the service's",
        time_format::format_countdown(ahead.abs())
    )
}

/// Bytes in the unit that suits: `812 B`, `12.3 kB`, `4.0 MB`.
fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    match UNITS.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_the_unit_that_suits() {
        for (bytes, wanted) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (12_390, "12.3 kB"),
            (4_000_000, "4.0 MB"),
            (7_950_000_000, "7.9 GB"),
        ] {
            assert_eq!(size(bytes), wanted);
        }
    }

    #[test]
    fn a_clock_out_of_step_is_told() {
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
            assert_eq!(clock(TimeDelta::seconds(seconds)), wanted);
        }
    }
}
