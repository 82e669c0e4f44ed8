//! The list, a session as it happens, and what the picture shows of it.

use std::io;
use std::sync::{Arc, Mutex};

use sochat::app::command::Command;
use sochat::chat::{Direction, Scope};
use sochat::demo::{ArchiveColumns, Flags, Kind, Special};

use super::*;
use stand::{held, holds, is_caught_up, is_live, many, shown};

#[tokio::test]
async fn the_list_the_channels_and_the_zone_come_by_themselves() {
    let service = story().await;
    let mut stand = Stand::new(&service, Wish::default());
    stand
        .until("everything is there", |app| {
            app.me().is_some()
                && app.time_zone().active().code() == Some("NO")
                && !app.time_zone().service_zones().is_empty()
                && is_caught_up(app)
        })
        .await;
    let sessions = stand.app.session_list();
    assert!(sessions.count() > 5);
    assert!(sessions.all().iter().all(|it| !it.channel.name.is_empty()));
    let screen = stand.screen();
    for words in ["Europe/Oslo", &sessions.all()[0].channel.name] {
        assert!(screen.contains(words), "{words} in\n{screen}");
    }
}

#[tokio::test]
async fn what_is_posted_elsewhere_appears_and_each_is_there_once() {
    let service = story().await;
    let session = busiest(&service);
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    assert_eq!(shown(&stand.app), held(&service, session));
    let first = service.post(session.0, Post::from_customer("Are you still there?"));
    stand.until("it appears", holds(first)).await;
    stand.until_shown("Are you still there?").await;
    let late = Post {
        id: Some(first - 3),
        due_in: chrono::TimeDelta::seconds(-90),
        ..Post::from_agent("I am.")
    };
    let second = service.post(session.0, Post::from_customer("Hello?"));
    stand.until("the next one appears", holds(second)).await;
    let late = service.post(session.0, late);
    stand.until("the late one appears", holds(late)).await;
    assert_eq!(shown(&stand.app), held(&service, session));
}

#[tokio::test]
async fn what_is_taken_away_goes_when_somebody_asks_anew() {
    let service = story().await;
    let session = busiest(&service);
    // Enough of them that only the newest are asked for by itself.
    for number in 0..30 {
        service.post(session.0, Post::from_customer(&format!("number {number}")));
    }
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    let ids: Vec<i64> = held(&service, session).iter().map(|told| told.0).collect();
    for id in &ids[2..4] {
        service.remove_message(session.0, *id);
    }
    stand.run(Command::Refresh);
    stand
        .until("they are gone", |app| !holds(ids[2])(app))
        .await;
    assert_eq!(shown(&stand.app), held(&service, session));
    stand.until_shown("2 messages are no longer there").await;
}

#[tokio::test]
async fn it_only_reads_and_every_pull_but_the_first_says_after_what() {
    let service = story().await;
    let session = busiest(&service);
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    for text in ["one", "two", "three"] {
        let id = service.post(session.0, Post::from_customer(text));
        stand.until("it appears", holds(id)).await;
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
async fn read_marks_become_ticks_later() {
    let service = story().await;
    let session = SessionId(service.open_session());
    let said = service.post(session.0, Post::from_agent("Here you are."));
    for number in 0..20 {
        service.post(session.0, Post::from_customer(&format!("number {number}")));
    }
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    let is_read = |app: &App| {
        let message = app.transcript_pane().unwrap().transcript().by_id(MessageId(said));
        message.is_some_and(|message| message.read_by_customer)
    };
    assert!(!is_read(&stand.app));
    service.set_read(session.0, said, true);
    stand.until("the mark is told", is_read).await;
    assert_eq!(shown(&stand.app), held(&service, session));
}

#[tokio::test]
async fn special_messages_are_told_in_full() {
    let service = story().await;
    let session = SessionId(service.open_session());
    let address = "https://nordlys.example/compare?a=fjellro-3&b=vindro-2#weight";
    for post in [
        Post::special(Special::Url, "", address),
        Post {
            kind: Kind::ToCustomer,
            ..Post::special(Special::Options, "Which one?", r#"["Tent","Stove","Rope"]"#)
        },
        Post::special(Special::ClickedOption, "Stove", "Stove"),
        Post::special(Special::TransferedSession, "", "Ingrid Dahl"),
        Post::special(Special::ScreenShared, "", "window 7"),
    ] {
        service.post(session.0, post);
    }
    let stand = Stand::reading(&service, session, Wish::default()).await;
    let screen = stand.screen();
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
async fn flags_that_never_change_are_not_believed() {
    let service = story().await;
    switch(&service, |switches| switches.flags = Flags::Stuck);
    let session = busiest(&service);
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    for _ in 0..2 {
        let id = service.post(session.0, Post::from_customer("and now?"));
        stand.until("it appears", holds(id)).await;
    }
    let sessions = stand.app.session_list();
    assert!(sessions.all().iter().any(|it| it.typing.customer));
    assert!(!sessions.all().iter().any(|it| sessions.is_customer_typing(it)));
}

#[tokio::test]
async fn the_whole_archive_comes_page_by_page() {
    let service = many(250).await;
    for archive in [
        ArchiveColumns::All,
        ArchiveColumns::NewerRefused,
        ArchiveColumns::NewerMissing,
    ] {
        switch(&service, |switches| switches.archive = archive);
        let mut stand = Stand::new(&service, Wish::default());
        stand.run(Command::CycleScope);
        stand.run(Command::CycleScope);
        assert_eq!(stand.app.session_list().scope(), Scope::All);
        let all = service.sessions().len();
        let mut pages = 0;
        while stand.app.session_list().count() < all {
            let before = stand.app.session_list().count();
            stand
                .until("a page comes", |app| app.session_list().count() > before)
                .await;
            stand.run(Command::Last);
            pages += 1;
        }
        assert!(pages >= 3, "{pages}");
        let mut ids: Vec<_> = stand
            .app
            .session_list()
            .all()
            .iter()
            .map(|it| it.id.0)
            .collect();
        ids.reverse();
        let wanted: Vec<_> = service
            .sessions()
            .iter()
            .map(|it| it["ChatSessionId"].as_i64().unwrap())
            .collect();
        assert_eq!(ids, wanted, "{archive:?}");
        let live = |app: &App| app.status().freshness(Feed::List, app.local_now()) == Freshness::Live;
        stand.until("the list is live", live).await;
    }
}

/// Takes what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_tells_neither_the_session_key_nor_what_was_said() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let logging = tracing::subscriber::set_default(subscriber);
    let service = story().await;
    let session = SessionId(service.open_session());
    let id = service.post(session.0, Post::from_customer("my password is swordfish"));
    service.inject_message(session.0, serde_json::json!(["swordfish", 7]));
    service.fail(Fault::next(1, Failure::Cut).on("Messages"));
    service.fail(Fault::next(1, Failure::Status(500)).on("ForCurrentUser"));
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    stand.until("it is there", holds(id)).await;
    stand.until("all is well", is_live).await;
    let message = stand
        .app
        .transcript_pane()
        .unwrap()
        .transcript()
        .by_id(MessageId(id))
        .unwrap();
    assert_eq!(message.direction, &Direction::ToUser);
    drop(logging);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("request failed"), "{log}");
    for secret in [SESSION_KEY, "swordfish"] {
        assert!(!log.contains(secret), "{log}");
    }
}
