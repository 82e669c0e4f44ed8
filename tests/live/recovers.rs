//! Whatever goes wrong: what is on the screen stays, the reason is told in words, and afterwards
//! everything arrives.

use std::time::Duration;

use sochat::demo::Status;

use super::*;
use stand::{held, holds, is_live, shown};

#[tokio::test]
async fn on_a_bad_day_everything_arrives_once() {
    let options = demo::Options {
        rate: 0.0,
        faults: true,
        ..demo::Options::default()
    };
    let service = Service::start(options).await.unwrap();
    let session = busiest(&service);
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    for number in 0..20 {
        let posted = service.post(session.0, Post::from_customer(&format!("number {number}")));
        stand.until("it arrives", holds(posted)).await;
    }
    stand.until("all is well", is_live).await;
    assert_eq!(shown(&stand.app), held(&service, session));
    let troubled = |(_, link): &(Feed, ConnectionState)| matches!(link, ConnectionState::Retrying { .. });
    assert!(stand.links.iter().any(troubled));
}

#[tokio::test]
async fn a_slow_answer_is_shown_as_it_comes() {
    let service = story().await;
    let session = busiest(&service);
    let slow = Failure::Slow(600, Duration::from_millis(20));
    service.fail(Fault::next(1, slow).on("Messages"));
    let wish = Wish {
        session: Some(session),
        ..Wish::default()
    };
    let mut stand = Stand::new(&service, wish);
    let some = |app: &App| app.transcript_pane().is_some_and(|it| !it.transcript().is_empty());
    stand.until("something comes", some).await;
    let reader = stand.app.transcript_pane().unwrap();
    assert!(!reader.is_fully_loaded());
    assert!(reader.transcript().len() < held(&service, session).len());
    stand.until("the rest comes", stand::is_caught_up).await;
    assert_eq!(shown(&stand.app), held(&service, session));
}

#[tokio::test]
async fn one_malformed_message_is_a_line_among_the_others() {
    let service = story().await;
    let session = busiest(&service);
    service.inject_message(session.0, serde_json::json!(["not", "a", "message"]));
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    let posted = service.post(session.0, Post::from_customer("Go on"));
    stand.until("the others come", holds(posted)).await;
    let transcript = stand.app.transcript_pane().unwrap().transcript();
    let unreadable = transcript.iter().filter(|it| it.unreadable.is_some());
    assert_eq!(unreadable.count(), 1);
    assert_eq!(transcript.len(), service.messages(session.0).len());
}

#[tokio::test]
async fn a_session_that_is_gone_keeps_its_transcript_and_the_list_goes_on() {
    let service = story().await;
    let session = busiest(&service);
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    let before = shown(&stand.app);
    service.remove_session(session.0);
    let gone = Fault::always(Failure::Status(404));
    service.fail(gone.on(&format!("/{session}/Messages")));
    let stopped = |app: &App| {
        let freshness = app.status().freshness(Feed::Messages, app.local_now());
        matches!(freshness, Freshness::Stopped { .. })
    };
    stand.until("it is told", stopped).await;
    assert_eq!(shown(&stand.app), before);
    let other = SessionId(service.open_session());
    service.set_status(other.0, Status::InQueue);
    let listed = move |app: &App| app.session_list().get(other).is_some();
    stand.until("a new session is listed", listed).await;
    assert_eq!(stand.app.open_session_id(), Some(session));
}
