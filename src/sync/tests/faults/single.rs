//! Each kind of failure alone, as a table.

use std::time::Duration;

use crate::app::command::Command;
use crate::demo::RetryAfter;
use tokio::task::JoinSet;

use super::*;
use crate::sync::tests::live::harness::{has_message, is_live, shown_messages, stored_messages};

/// What follows a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recovery {
    /// An automatic retry.
    Tried,
    /// An automatic retry, with a renewed secret if there is one.
    SignedOut,
    /// Nothing until the user refreshes.
    Stopped,
}

use Recovery::{SignedOut, Stopped, Tried};

/// The failure, a part of its message, and what follows.
fn fault_table() -> Vec<(Vec<Failure>, &'static str, Recovery)> {
    let garbled = "sent something other than the messages";
    let unavailable = "Service unavailable (503)";
    let blanks = Failure::Body(" ".repeat(1 << 16));
    let silence = Failure::Delay(Duration::from_secs(9));
    // A longer pause between two chunks than the read timeout.
    let drip = Failure::Chunked(200, Duration::from_secs(9));
    let date = RetryAfter::Date(1);
    vec![
        (vec![Failure::Truncated], "Truncated or damaged", Tried),
        (vec![Failure::Garbage], garbled, Tried),
        (vec![Failure::Body("{}".into())], garbled, Tried),
        (
            vec![Failure::Body(String::new())],
            "sent an empty response",
            Tried,
        ),
        (vec![Failure::SignInPage], "sent a web page", Tried),
        (
            vec![
                Failure::Body("hello".into()),
                Failure::ContentType("text/plain".into()),
            ],
            "sent text/plain instead of the messages",
            Tried,
        ),
        (vec![Failure::Status(500)], "Server error (500)", Tried),
        (vec![Failure::Status(502)], "Server error (502)", Tried),
        (vec![Failure::HtmlPage(503)], unavailable, Tried),
        (vec![Failure::Busy(503, date)], unavailable, Tried),
        (
            vec![Failure::Busy(503, RetryAfter::Seconds(1))],
            unavailable,
            Tried,
        ),
        (
            vec![Failure::Busy(429, date)],
            "Too many requests (429)",
            Tried,
        ),
        (
            vec![Failure::Busy(429, RetryAfter::Seconds(1))],
            "Too many requests (429)",
            Tried,
        ),
        (vec![Failure::Reset], "Connection reset by", Tried),
        (vec![silence], "Timed out waiting for", Tried),
        (vec![drip], "Timed out waiting for", Tried),
        (vec![Failure::RedirectHere], "Redirect loop at", Tried),
        (vec![Failure::RedirectAway], "Redirect from", Tried),
        (
            vec![Failure::Status(401)],
            "No credentials configured",
            SignedOut,
        ),
        (
            vec![Failure::Status(403)],
            "Not allowed to read session",
            SignedOut,
        ),
        (vec![Failure::Status(404)], "not found: check", Stopped),
        (
            vec![Failure::Endless],
            "Partial result for the messages",
            Tried,
        ),
        (
            vec![blanks, Failure::Endless],
            "exceeds max_body (1 MiB)",
            Stopped,
        ),
        (
            vec![Failure::DecompressionBomb],
            "exceeds max_body (1 MiB)",
            Stopped,
        ),
    ]
}

#[tokio::test]
async fn what_is_there_stays_the_reason_is_told_and_everything_arrives_afterwards() {
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
    let wish = HarnessOptions {
        timeout: failures
            .iter()
            .any(silent)
            .then_some(Duration::from_millis(600)),
        max_body: Some(1 << 20),
        ..HarnessOptions::default()
    };
    let mut harness = ViewerHarness::open_caught_up(&service, session, wish).await;
    let before = shown_messages(&harness.app);
    let asked = count_pulls(&service);
    for failure in &failures {
        service.add_fault(Fault::always(failure.clone()).on("Messages"));
    }
    let troubled = |app: &App| {
        let freshness = app.status().freshness(Feed::Messages, app.local_now());
        freshness.why().is_some()
    };
    harness.wait_until("it is told", troubled).await;
    let told = match freshness(&harness) {
        Freshness::Retrying { .. } => (Tried, "retrying"),
        Freshness::SignedOut { .. } => (SignedOut, "signed out"),
        Freshness::Stopped { .. } => (Stopped, "stopped"),
        other => panic!("{failures:?} is told as {other:?}"),
    };
    assert_eq!(told.0, next, "{failures:?}");
    let screen = harness.screen_text();
    let why = freshness(&harness).why().unwrap().to_owned();
    assert!(why.contains(words), "{failures:?}: {why}");
    assert!(screen.contains(words), "{failures:?}:\n{screen}");
    let header = screen.lines().next().unwrap();
    assert!(header.contains(told.1), "{failures:?}: {header}");

    let posted = service.post(session.0, NewMessage::from_customer("Still here"));
    match next {
        // The same failure again changes nothing.
        Tried | SignedOut => {
            let told = harness.connection_states.len();
            let again = |harness: &ViewerHarness| {
                harness.connection_states[told..]
                    .iter()
                    .any(|(lane, link)| {
                        let failed =
                            !matches!(link, ConnectionState::Live | ConnectionState::Connecting);
                        failed && *lane == Feed::Messages
                    })
            };
            harness.wait_until_harness("it is tried again", again).await;
            // The first may have been in flight when the failure began.
            assert!(count_pulls(&service) > asked, "{failures:?}");
        }
        Stopped => {
            let asked = count_pulls(&service);
            let lists = |service: &DemoServer| service.requests().len() - count_pulls(service);
            let listed = lists(&service);
            harness
                .wait_until_harness("the list goes on", |_| lists(&service) > listed + 3)
                .await;
            assert_eq!(count_pulls(&service), asked, "{failures:?}");
        }
    }
    let kept = shown_messages(&harness.app);
    assert!(
        before.iter().all(|told| kept.contains(told)),
        "{failures:?}: {kept:?}"
    );

    change_quirks(&service, |switches| switches.faults.clear());
    if next == Stopped {
        harness.run(Command::Refresh);
    }
    harness
        .wait_until("the message comes", has_message(posted))
        .await;
    harness.wait_until("all is well", is_live).await;
    assert_eq!(
        shown_messages(&harness.app),
        stored_messages(&service, session),
        "{failures:?}"
    );
}

#[tokio::test]
async fn a_redirect_within_the_service_and_a_wrong_content_type_are_nothing_to_tell() {
    let harmless = [
        vec![Failure::RedirectHere],
        vec![Failure::ContentType("text/html".into())],
        vec![Failure::Chunked(400, Duration::from_millis(5))],
    ];
    for failures in harmless {
        let service = start_service().await;
        let session = busiest_session(&service);
        let mut harness =
            ViewerHarness::open_caught_up(&service, session, HarnessOptions::default()).await;
        for failure in &failures {
            service.add_fault(Fault::next(1, failure.clone()).on("Messages"));
        }
        let posted = service.post(session.0, NewMessage::from_customer("Still here"));
        harness
            .wait_until("the message comes", has_message(posted))
            .await;
        let live = |(_, link): &(Feed, ConnectionState)| {
            matches!(link, ConnectionState::Live | ConnectionState::Connecting)
        };
        assert!(
            harness.connection_states.iter().all(live),
            "{failures:?}: {:?}",
            harness.connection_states
        );
    }
}

#[tokio::test]
async fn a_tenant_that_moved_is_told_for_good_whoever_finds_it() {
    let service = start_service().await;
    change_quirks(&service, |switches| switches.moved = true);
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
async fn a_session_that_is_emptied_keeps_its_text_and_says_so() {
    let service = start_service().await;
    let session = busiest_session(&service);
    let mut harness =
        ViewerHarness::open_caught_up(&service, session, HarnessOptions::default()).await;
    let before = shown_messages(&harness.app);
    let empty = Failure::Body("[]".into());
    service.add_fault(Fault::always(empty).on("Messages"));
    harness
        .wait_until_shown("no longer has messages of this session")
        .await;
    assert!(harness.screen_text().contains("no longer available"));
    assert_eq!(shown_messages(&harness.app), before);
    change_quirks(&service, |switches| switches.faults.clear());
    let is_back = |app: &App| !app.transcript_pane().unwrap().is_gone();
    harness.wait_until("they are back", is_back).await;
    assert_eq!(shown_messages(&harness.app), before);
}

#[tokio::test]
async fn an_unknown_session_is_told_in_words() {
    let service = start_service().await;
    let wish = HarnessOptions {
        session: Some(SessionId(987_654)),
        ..HarnessOptions::default()
    };
    service.add_fault(Fault::always(Failure::Body("[]".into())).on("987654/Messages"));
    let mut harness = ViewerHarness::new(&service, wish);
    harness.wait_until_shown("Session 987654 not found").await;
}
