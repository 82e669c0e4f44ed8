//! Freshness of a pane: what is wrong with its data, and how bad that is.

use crate::app::App;
use crate::app::status::{Feed, Freshness};
use crate::chat::Timestamp;
use crate::text::time_format;

/// The error because of which a visible pane is empty.
pub(super) fn pane_error(app: &App, feed: Feed) -> Option<&str> {
    let panes = app.panes()?;
    let (pane, is_empty) = match feed {
        Feed::List => (panes.list, app.session_list().count() == 0),
        Feed::Messages => (
            panes.transcript,
            app.transcript_pane()?.transcript().is_empty(),
        ),
    };
    feed_error(app, feed).filter(|_| is_empty && !pane.is_empty())
}

/// Why a feed has no new data.
pub(super) fn feed_error(app: &App, feed: Feed) -> Option<&str> {
    // That a session is not available does not matter while its pane is hidden.
    let is_shown = app
        .panes()
        .is_some_and(|panes| !panes.transcript.is_empty());
    let unavailable = match feed {
        Feed::List => None,
        Feed::Messages => app.transcript_pane()?.unavailable().filter(|_| is_shown),
    };
    unavailable.or_else(|| app.status().freshness(feed, app.local_now()).why())
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
        Freshness::Slow => 3,
        Freshness::Connecting => 4,
        Freshness::Snapshot(_) => 5,
        Freshness::Live => 6,
    });
    states
}
