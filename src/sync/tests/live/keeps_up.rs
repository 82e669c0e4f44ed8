//! The list and the open session while they change, and what the screen shows of them.

use std::io;
use std::sync::{Arc, Mutex};

use crate::app::command::Command;
use crate::chat::{Direction, Scope};
use crate::demo::{ArchiveColumns, MessageType, SpecialType, TypingFlags};

use super::*;

#[tokio::test]
async fn the_list_the_channels_and_the_zone_arrive_unrequested() {
    let service = start_service().await;
    let mut harness = ViewerHarness::new(&service, HarnessOptions::default());
    harness
        .wait_until("everything is there", |app| {
            app.me().is_some()
                && app.time_zone().active().code() == Some("NO")
                && !app.time_zone().service_zones().is_empty()
                && harness::is_caught_up(app)
        })
        .await;
    let sessions = harness.app.session_list();
    assert!(sessions.count() > 5);
    assert!(sessions.all().all(|it| !it.channel.name.is_empty()));
    let screen = harness.screen_text();
    for words in ["Europe/Oslo", &sessions.all().next().unwrap().channel.name] {
        assert!(screen.contains(words), "{words} in\n{screen}");
    }
}

#[tokio::test]
async fn messages_posted_elsewhere_appear_once_each() {
    let (service, session, mut harness) = open_busiest_session().await;
    harness.assert_complete(&service, session);
    let first = service.post(session.0, NewMessage::from_customer("Are you still there?"));
    harness.wait_for_message(first).await;
    harness.wait_until_shown("Are you still there?").await;
    let late = NewMessage {
        id: Some(first - 3),
        due_in: chrono::TimeDelta::seconds(-90),
        ..NewMessage::from_agent("I am.")
    };
    harness.post_and_wait(&service, session, "Hello?").await;
    let late = service.post(session.0, late);
    harness.wait_for_message(late).await;
    harness.assert_complete(&service, session);
}

#[tokio::test]
async fn removed_messages_disappear_on_refresh() {
    let service = start_service().await;
    let session = busiest_session(&service);
    // Enough messages that only the newest are polled.
    harness::post_many(&service, session, 30);
    let mut harness = ViewerHarness::open(&service, session).await;
    let ids: Vec<i64> = stored_messages(&service, session)
        .iter()
        .map(|message| message.0)
        .collect();
    for id in &ids[2..4] {
        service.remove_message(session.0, *id);
    }
    harness.run(Command::Refresh);
    harness
        .wait_until("they are gone", |app| !has_message(ids[2])(app))
        .await;
    harness.assert_complete(&service, session);
    harness
        .wait_until_shown("2 messages were removed from the session")
        .await;
}

#[tokio::test]
async fn only_get_is_sent_and_every_pull_but_the_first_has_a_cursor() {
    let (service, session, mut harness) = open_busiest_session().await;
    for text in ["one", "two", "three"] {
        harness.post_and_wait(&service, session, text).await;
    }
    let requests = service.requests();
    assert!(requests.iter().all(|request| request.method == "GET"));
    let path = format!("/{session}/Messages");
    let after: Vec<i64> = requests
        .iter()
        .filter(|request| request.path.ends_with(&path))
        .map(|request| request.option("after").unwrap().parse().unwrap())
        .collect();
    assert_eq!(after[0], 0);
    assert!(
        after.len() > 3 && after[1..].iter().all(|after| *after > 0),
        "{after:?}"
    );
}

#[tokio::test]
async fn read_marks_arrive_later() {
    let service = start_service().await;
    let session = SessionId(service.open_session());
    let said = service.post(session.0, NewMessage::from_agent("Here you are."));
    harness::post_many(&service, session, 20);
    let mut harness = ViewerHarness::open(&service, session).await;
    let is_read = |app: &App| {
        let message = app
            .transcript_pane()
            .unwrap()
            .transcript()
            .by_id(MessageId(said));
        message.is_some_and(|message| message.read_by_customer)
    };
    assert!(!is_read(&harness.app));
    service.set_read(session.0, said, true);
    harness.wait_until("the read mark arrives", is_read).await;
    harness.assert_complete(&service, session);
}

#[tokio::test]
async fn special_messages_are_shown_in_full() {
    let service = start_service().await;
    let session = SessionId(service.open_session());
    let address = "https://nordlys.example/compare?a=fjellro-3&b=vindro-2#weight";
    for post in [
        NewMessage::special(SpecialType::Url, "", address),
        NewMessage {
            kind: MessageType::ToCustomer,
            ..NewMessage::special(
                SpecialType::Options,
                "Which one?",
                r#"["Tent","Stove","Rope"]"#,
            )
        },
        NewMessage::special(SpecialType::ClickedOption, "Stove", "Stove"),
        NewMessage::special(SpecialType::TransferedSession, "", "Ingrid Dahl"),
        NewMessage::special(SpecialType::ScreenShared, "", "window 7"),
    ] {
        service.post(session.0, post);
    }
    let harness = ViewerHarness::open(&service, session).await;
    let screen = harness.screen_text();
    for words in [
        address,
        "Which one?",
        "Tent",
        "Stove",
        "Rope",
        "Ingrid Dahl",
        "ScreenShared",
        "window 7",
    ] {
        assert!(screen.contains(words), "{words} in\n{screen}");
    }
}

#[tokio::test]
async fn typing_flags_that_never_change_are_ignored() {
    let service = start_service().await;
    change_quirks(&service, |quirks| {
        quirks.typing_flags = TypingFlags::Stuck;
    });
    let session = busiest_session(&service);
    let mut harness = ViewerHarness::open(&service, session).await;
    for _ in 0..2 {
        harness.post_and_wait(&service, session, "and now?").await;
    }
    let sessions = harness.app.session_list();
    assert!(sessions.all().any(|it| it.typing.customer));
    let now = harness.app.now();
    assert!(
        !sessions
            .all()
            .any(|it| sessions.is_customer_typing(it, now))
    );
}

#[tokio::test]
async fn the_whole_archive_comes_page_by_page() {
    let service = harness::start_service_with(250).await;
    for archive in [
        ArchiveColumns::All,
        ArchiveColumns::NewerRefused,
        ArchiveColumns::NewerMissing,
    ] {
        change_quirks(&service, |quirks| quirks.archive_columns = archive);
        let mut harness = ViewerHarness::new(&service, HarnessOptions::default());
        harness.run(Command::CycleScope);
        harness.run(Command::CycleScope);
        assert_eq!(harness.app.session_list().scope(), Scope::All);
        let all = service.sessions().len();
        let mut pages = 0;
        while harness.app.session_list().count() < all {
            let before = harness.app.session_list().count();
            harness
                .wait_until("a page comes", |app| app.session_list().count() > before)
                .await;
            harness.run(Command::Last);
            pages += 1;
        }
        assert!(pages >= 3, "{pages}");
        let mut ids: Vec<_> = harness.app.session_list().all().map(|it| it.id.0).collect();
        ids.reverse();
        let wanted: Vec<_> = service
            .sessions()
            .iter()
            .map(|it| it["ChatSessionId"].as_i64().unwrap())
            .collect();
        assert_eq!(ids, wanted, "{archive:?}");
        let live =
            |app: &App| app.status().freshness(Feed::List, app.local_now()) == Freshness::Live;
        harness.wait_until("the list is live", live).await;
    }
}

/// Collects the log.
#[derive(Clone, Default)]
struct LogBuffer(Arc<Mutex<Vec<u8>>>);

impl io::Write for LogBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_contains_neither_the_session_key_nor_message_text() {
    let log = LogBuffer::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // With only one subscriber, tracing disables permanently what threads without one log first.
    let _other = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let logging = tracing::subscriber::set_default(subscriber);
    let service = start_service().await;
    let session = SessionId(service.open_session());
    let id = service.post(
        session.0,
        NewMessage::from_customer("my password is swordfish"),
    );
    service.inject_message(session.0, serde_json::json!(["swordfish", 7]));
    service.add_fault(Fault::next(1, Failure::Truncated).on("Messages"));
    service.add_fault(Fault::next(1, Failure::Status(500)).on("ForCurrentUser"));
    let mut harness = ViewerHarness::open(&service, session).await;
    harness.wait_for_message(id).await;
    harness.wait_until("all is well", is_live).await;
    let message = harness
        .app
        .transcript_pane()
        .unwrap()
        .transcript()
        .by_id(MessageId(id))
        .unwrap();
    assert_eq!(message.direction, Direction::ToUser);
    drop(logging);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("request failed"), "{log}");
    for secret in [SESSION_KEY, "swordfish"] {
        assert!(!log.contains(secret), "{log}");
    }
}
