//! Recovery: after any failure the screen keeps its content, the reason is shown, and in the end every
//! message arrives.

use std::time::Duration;

use crate::demo::SessionStatus;

use super::*;

#[tokio::test]
async fn on_a_bad_day_everything_arrives_once() {
    let options = demo::DemoOptions {
        rate: 0.0,
        faults: true,
        ..demo::DemoOptions::default()
    };
    let service = DemoServer::start(options).await.unwrap();
    let session = busiest_session(&service);
    let mut harness = ViewerHarness::open(&service, session).await;
    for number in 0..20 {
        let text = format!("number {number}");
        harness.post_and_wait(&service, session, &text).await;
    }
    harness.wait_until("all is well", is_live).await;
    harness.assert_complete(&service, session);
    let troubled =
        |(_, state): &(Feed, ConnectionState)| matches!(state, ConnectionState::Retrying { .. });
    assert!(harness.connection_states.iter().any(troubled));
}

#[tokio::test]
async fn a_slow_response_is_shown_as_it_arrives() {
    let service = start_service().await;
    let session = busiest_session(&service);
    let slow = Failure::Chunked(600, Duration::from_millis(20));
    service.add_fault(Fault::next(1, slow).on("Messages"));
    let options = HarnessOptions {
        session: Some(session),
        ..HarnessOptions::default()
    };
    let mut harness = ViewerHarness::new(&service, options);
    let some = |app: &App| {
        app.transcript_pane()
            .is_some_and(|it| !it.transcript().is_empty())
    };
    harness.wait_until("something comes", some).await;
    let pane = harness.app.transcript_pane().unwrap();
    assert!(!pane.is_fully_loaded());
    assert!(pane.transcript().len() < stored_messages(&service, session).len());
    harness
        .wait_until("the rest comes", harness::is_caught_up)
        .await;
    harness.assert_complete(&service, session);
}

#[tokio::test]
async fn one_malformed_message_is_a_line_among_the_others() {
    let service = start_service().await;
    let session = busiest_session(&service);
    service.inject_message(session.0, serde_json::json!(["not", "a", "message"]));
    let mut harness = ViewerHarness::open(&service, session).await;
    harness.post_and_wait(&service, session, "Go on").await;
    let transcript = harness.app.transcript_pane().unwrap().transcript();
    let unreadable = transcript.iter().filter(|it| it.unreadable.is_some());
    assert_eq!(unreadable.count(), 1);
    assert_eq!(transcript.len(), service.messages(session.0).len());
}

#[tokio::test]
async fn the_transcript_of_a_session_that_is_gone_stays_and_the_list_is_polled() {
    let (service, session, mut harness) = open_busiest_session().await;
    let before = shown_messages(&harness.app);
    service.remove_session(session.0);
    let gone = Fault::always(Failure::Status(404));
    service.add_fault(gone.on(&format!("/{session}/Messages")));
    harness
        .wait_until_shown(&format!("Session {session} not found"))
        .await;
    assert!(is_live(&harness.app), "{:?}", freshness(&harness.app));
    assert_eq!(shown_messages(&harness.app), before);
    let other = SessionId(service.open_session());
    service.set_status(other.0, SessionStatus::InQueue);
    let listed = move |app: &App| app.session_list().get(other).is_some();
    harness.wait_until("a new session is listed", listed).await;
    assert_eq!(harness.app.open_session_id(), Some(session));
}
