//! Each kind of failure alone, as a table.

use std::time::Duration;

use chrono::TimeDelta;

use crate::app::command::Command;
use crate::demo::RetryAfter;
use tokio::task::JoinSet;

use super::*;

/// What follows a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recovery {
    /// An automatic retry.
    Tried,
    /// An automatic retry, with a renewed secret if there is one.
    SignedOut,
    /// An automatic retry after minutes, or when the user refreshes.
    Rare,
    /// An automatic retry after minutes, over a connection that works: the session cannot be read.
    Unavailable,
}

use Recovery::{Rare, SignedOut, Tried, Unavailable};

/// The failure, a part of its message, and what follows.
fn fault_table() -> Vec<(Vec<Failure>, &'static str, Recovery)> {
    let garbled = "sent something other than the messages";
    let unavailable = "Service unavailable (503)";
    let blanks = Failure::Body(" ".repeat(1 << 16));
    let silence = Failure::Delay(Duration::from_secs(9));
    // A longer pause between two chunks than the read timeout.
    let drip = Failure::Chunked(200, Duration::from_secs(9));
    let date = RetryAfter::Date(1);
    let one = |failure, text, next| (vec![failure], text, next);
    vec![
        one(Failure::Truncated, "Truncated or damaged", Tried),
        one(Failure::Garbage, garbled, Tried),
        one(Failure::Body("{}".into()), garbled, Tried),
        one(
            Failure::Body(String::new()),
            "sent an empty response",
            Tried,
        ),
        one(Failure::SignInPage, "sent a web page", Tried),
        (
            vec![
                Failure::Body("hello".into()),
                Failure::ContentType("text/plain".into()),
            ],
            "sent text/plain instead of the messages",
            Tried,
        ),
        one(Failure::Status(500), "Server error (500)", Tried),
        one(Failure::Status(502), "Server error (502)", Tried),
        one(Failure::HtmlPage(503), unavailable, Tried),
        one(Failure::Busy(503, date), unavailable, Tried),
        one(
            Failure::Busy(503, RetryAfter::Seconds(1)),
            unavailable,
            Tried,
        ),
        one(Failure::Busy(429, date), "Too many requests (429)", Tried),
        one(
            Failure::Busy(429, RetryAfter::Seconds(1)),
            "Too many requests (429)",
            Tried,
        ),
        one(Failure::Reset, "Connection reset by", Tried),
        one(silence, "Timed out waiting for", Tried),
        one(drip, "Timed out waiting for", Tried),
        one(Failure::RedirectHere, "Redirect loop at", Tried),
        one(Failure::RedirectAway, "Redirect from", Tried),
        one(Failure::Status(401), "No credentials configured", SignedOut),
        one(
            Failure::Status(403),
            "Not allowed to read session",
            Unavailable,
        ),
        one(Failure::Status(404), "not found (", Unavailable),
        one(Failure::Endless, "Partial result for the messages", Tried),
        (
            vec![blanks, Failure::Endless],
            "exceeds max_body (1 MiB)",
            Rare,
        ),
        one(Failure::DecompressionBomb, "exceeds max_body (1 MiB)", Rare),
    ]
}

#[tokio::test]
async fn text_stays_the_reason_is_shown_and_everything_arrives_afterwards() {
    // As many at a time as a busy machine serves without reaching the read timeout.
    for some in fault_table().chunks(5) {
        let mut conversations = JoinSet::new();
        for (failures, words, next) in some.iter().cloned() {
            conversations.spawn(check_fault(failures, words, next));
        }
        while let Some(ended) = conversations.join_next().await {
            ended.unwrap();
        }
    }
}

async fn check_fault(failures: Vec<Failure>, words: &str, next: Recovery) {
    let service = start_service().await;
    let session = busiest_session(&service);
    let silent = |failure: &Failure| matches!(failure, Failure::Delay(_) | Failure::Chunked(..));
    let options = HarnessOptions {
        timeout: failures
            .iter()
            .any(silent)
            .then_some(Duration::from_millis(600)),
        max_body: Some(1 << 20),
        ..HarnessOptions::default()
    };
    let mut harness = ViewerHarness::open_caught_up(&service, session, options).await;
    let before = shown_messages(&harness.app);
    let requests_before = count_pulls(&service, session);
    for failure in &failures {
        service.add_fault(Fault::always(failure.clone()).on("Messages"));
    }
    let reason = |app: &App| {
        let why = freshness(app).why().map(str::to_owned);
        why.or_else(|| Some(app.transcript_pane()?.unavailable()?.to_owned()))
    };
    harness
        .wait_until("it is reported", |app| reason(app).is_some())
        .await;
    let shown = match freshness(&harness.app) {
        Freshness::Retrying { wait, .. } if wait > TimeDelta::minutes(1) => (Rare, "retrying"),
        Freshness::Retrying { .. } => (Tried, "retrying"),
        Freshness::SignedOut { .. } => (SignedOut, "signed out"),
        Freshness::Live => (Unavailable, "live"),
        other => panic!("{failures:?} is shown as {other:?}"),
    };
    assert_eq!(shown.0, next, "{failures:?}");
    // The list may not have come yet.
    harness.wait_until_shown(shown.1).await;
    let screen = harness.screen_text();
    let why = reason(&harness.app).unwrap();
    assert!(why.contains(words), "{failures:?}: {why}");
    assert!(screen.contains(words), "{failures:?}:\n{screen}");
    let header = screen.lines().next().unwrap();
    assert!(header.contains(shown.1), "{failures:?}: {header}");

    let posted = service.post(session.0, NewMessage::from_customer("Still here"));
    match next {
        // The same failure again changes nothing.
        Tried | SignedOut => {
            let reported = harness.connection_states.len();
            let again = |harness: &ViewerHarness| {
                harness.connection_states[reported..]
                    .iter()
                    .any(|(feed, state)| {
                        let failed =
                            !matches!(state, ConnectionState::Live | ConnectionState::Connecting);
                        failed && *feed == Feed::Messages
                    })
            };
            harness.wait_until_harness("it is tried again", again).await;
            // The first may have been in flight when the failure began.
            assert!(
                count_pulls(&service, session) > requests_before,
                "{failures:?}"
            );
        }
        Rare | Unavailable => {
            let requests_before = count_pulls(&service, session);
            let lists = |service: &DemoServer| {
                let requests = service.requests();
                requests.iter().filter(|it| !is_pull(it)).count()
            };
            let listed = lists(&service);
            harness
                .wait_until_harness("the list goes on", |_| lists(&service) > listed + 3)
                .await;
            // A changed row is a reason to look again whether the session is there.
            if next == Rare {
                assert_eq!(
                    count_pulls(&service, session),
                    requests_before,
                    "{failures:?}"
                );
            }
        }
    }
    let kept = shown_messages(&harness.app);
    assert!(
        before.iter().all(|message| kept.contains(message)),
        "{failures:?}: {kept:?}"
    );

    change_quirks(&service, |quirks| quirks.faults.clear());
    if matches!(next, Rare | Unavailable) {
        harness.run(Command::Refresh);
    }
    harness.wait_for_message(posted).await;
    harness.wait_until("all is well", is_live).await;
    harness.assert_complete(&service, session);
}

#[tokio::test]
async fn a_redirect_within_the_service_and_a_wrong_content_type_are_not_reported() {
    let harmless = [
        vec![Failure::RedirectHere],
        vec![Failure::ContentType("text/html".into())],
        vec![Failure::Chunked(400, Duration::from_millis(5))],
    ];
    for failures in harmless {
        let (service, session, mut harness) = open_busiest_session().await;
        for failure in &failures {
            service.add_fault(Fault::next(1, failure.clone()).on("Messages"));
        }
        harness.post_and_wait(&service, session, "Still here").await;
        let live = |(_, state): &(Feed, ConnectionState)| {
            matches!(state, ConnectionState::Live | ConnectionState::Connecting)
        };
        assert!(
            harness.connection_states.iter().all(live),
            "{failures:?}: {:?}",
            harness.connection_states
        );
    }
}

#[tokio::test]
async fn a_tenant_that_moved_is_shown_for_good_whichever_request_finds_it() {
    let service = start_service().await;
    change_quirks(&service, |quirks| quirks.moved = true);
    let mut harness = ViewerHarness::new(&service, HarnessOptions::default());
    harness.wait_until_shown("The service has moved to").await;
    harness.run(Command::ShowConnection);
    let screen = harness.screen_text();
    for address in [service.base_url(), service.moved_base_url()] {
        assert!(screen.contains(&address), "{address} in\n{screen}");
    }
    assert!(screen.contains("Moved from"), "{screen}");
    harness
        .wait_until("the list comes", |app| app.session_list().count() > 0)
        .await;
}

#[tokio::test]
async fn a_session_that_is_emptied_is_explained_and_comes_back() {
    let (service, _, mut harness) = open_busiest_session().await;
    let before = shown_messages(&harness.app);
    let empty = Failure::Body("[]".into());
    service.add_fault(Fault::always(empty).on("Messages"));
    harness
        .wait_until_shown("the session was reset or deleted")
        .await;
    change_quirks(&service, |quirks| quirks.faults.clear());
    let is_back = |app: &App| !app.transcript_pane().unwrap().transcript().is_empty();
    harness.wait_until("they are back", is_back).await;
    assert_eq!(shown_messages(&harness.app), before);
}

#[tokio::test]
async fn an_unknown_session_is_explained() {
    let service = start_service().await;
    let options = HarnessOptions {
        session: Some(SessionId(987_654)),
        ..HarnessOptions::default()
    };
    service.add_fault(Fault::always(Failure::Body("[]".into())).on("987654/Messages"));
    let mut harness = ViewerHarness::new(&service, options);
    harness.wait_until_shown("Session 987654 not found").await;
}
