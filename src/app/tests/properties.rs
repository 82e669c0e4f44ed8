//! Random events in any order: nothing panics, and the invariants of every screen hold.

use crate::app::event::Event;
use crate::app::session_list::SessionList;
use crate::chat::{ReadState, Scope, Session, SessionId, Status};
use crate::sync::{ConnectionState, Feed, SyncEvent};
use crate::view::{Appearance, ThemeId};
use chrono::TimeDelta;
use crossterm::event::{MouseButton, MouseEventKind};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::test_support::builders::{minutes_ago, numbered_messages, session};
use crate::test_support::{TestApp, list_event};

#[derive(Clone, Debug)]
enum Step {
    Press(&'static str),
    Paste(&'static str),
    Mouse(MouseEventKind, u16, u16),
    Resize(u16, u16),
    Wait(i64),
    List(Scope, Option<i64>, Vec<Session>, Option<i64>),
    Messages(i64, i64, i64),
    AllMessages(i64, i64, i64),
    Focus(bool),
    Session(i64),
    Connection(Feed, ConnectionState),
    LoadReadState(i64),
}

const KEYS: &str = "j k <c-d> <c-u> <pgdn> <pgup> g G <tab> h l <enter> <esc> / n N ] [ a f o y Y i r t T s \
    v z R m M w ? q <down> <up> c u <bs> <left> <c-w> <home> <end> : <c-p> :mark<enter> :order<enter> ?me /cust<enter> /mess<enter>";

fn any_session() -> impl Strategy<Value = Session> {
    let status = proptest::sample::select(vec![
        Status::PreChatForm,
        Status::InQueue,
        Status::CustomerLast,
        Status::UserLast,
        Status::Closed,
        Status::Deleted,
        Status::Other("漢字".to_owned()),
    ]);
    let name = proptest::sample::select(vec![
        "",
        "customer",
        "山田太郎",
        "👩‍🔧",
        "Anne-Grethe Kristoffersen-Hagen",
    ]);
    (1..30_i64, status, name, -5..50_000_i64)
        .prop_map(|(id, status, name, minutes)| session(id, name, status, minutes))
}

fn any_sessions() -> impl Strategy<Value = Vec<Session>> {
    vec(any_session(), 0..20).prop_map(|mut sessions| {
        let mut ids = Vec::new();
        sessions.retain(|session| {
            let is_new = !ids.contains(&session.id);
            ids.push(session.id);
            is_new
        });
        sessions
    })
}

fn any_step() -> impl Strategy<Value = Step> {
    let scopes = [Scope::Channels, Scope::Channels, Scope::Mine, Scope::All];
    let scope = proptest::sample::select(scopes.to_vec());
    let next = proptest::option::of(1..30_i64);
    let mouse = proptest::sample::select(vec![
        MouseEventKind::Down(MouseButton::Left),
        MouseEventKind::ScrollUp,
        MouseEventKind::ScrollDown,
    ]);
    let feed = proptest::sample::select(vec![Feed::List, Feed::Messages]);
    let connection = proptest::sample::select(vec![
        ConnectionState::Live,
        ConnectionState::Retrying {
            after: std::time::Duration::from_secs(7),
            why: "no answer".to_owned(),
            is_pause: false,
        },
        ConnectionState::Stopped {
            why: "it is gone".to_owned(),
        },
    ]);
    prop_oneof![
        12 => proptest::sample::select(KEYS.split(' ').collect::<Vec<_>>()).prop_map(Step::Press),
        1 => proptest::sample::select(vec!["cust\nomer", "東京", ""]).prop_map(Step::Paste),
        2 => (mouse, 0..160_u16, 0..50_u16).prop_map(|(kind, x, y)| Step::Mouse(kind, x, y)),
        2 => (1..160_u16, 1..50_u16).prop_map(|(width, height)| Step::Resize(width, height)),
        1 => (0..100_000_i64).prop_map(Step::Wait),
        3 => (scope, next.clone(), any_sessions(), next)
            .prop_map(|(scope, below, sessions, next)| Step::List(scope, below, sessions, next)),
        3 => (1..30_i64, 1..60_i64, 0..30_i64).prop_map(|(id, from, count)| Step::Messages(id, from, count)),
        1 => (1..30_i64, 1..60_i64, 0..30_i64).prop_map(|(id, from, count)| Step::AllMessages(id, from, count)),
        1 => any::<bool>().prop_map(Step::Focus),
        1 => (1..30_i64).prop_map(Step::Session),
        1 => (0..100_i64).prop_map(Step::LoadReadState),
        1 => (feed, connection).prop_map(|(feed, state)| Step::Connection(feed, state)),
    ]
}

fn apply_step(test_app: &mut TestApp, step: Step) {
    match step {
        Step::Press(keys) => test_app.press(keys),
        Step::Paste(text) => test_app.send(Event::Pasted(text.to_owned())),
        Step::Mouse(kind, column, row) => test_app.send_mouse(kind, column, row),
        Step::Resize(width, height) => test_app.resize(width, height),
        Step::Wait(seconds) => test_app.advance(TimeDelta::seconds(seconds)),
        Step::List(scope, below, sessions, next) => {
            test_app.send(list_event(scope, below, sessions, next))
        }
        Step::Messages(id, from, count) => {
            let session = test_app.open_session().filter(|_| id % 3 > 0).unwrap_or(id);
            test_app.send_messages(session, numbered_messages(from..from + count))
        }
        Step::AllMessages(id, from, count) => {
            let session = test_app.open_session().filter(|_| id % 3 > 0).unwrap_or(id);
            test_app.send_all_messages(session, numbered_messages(from..from + count))
        }
        Step::Session(id) => {
            let session = session(id, "alone", Status::Closed, 5);
            test_app.send(SyncEvent::SessionFetched(Box::new(session)))
        }
        Step::Focus(focused) => test_app.send(Event::FocusChanged(focused)),
        Step::LoadReadState(minutes) => {
            let state = ReadState::starting_at(minutes_ago(minutes));
            test_app.send(Event::ReadStateLoaded(state))
        }
        Step::Connection(feed, state) => test_app.send_connection(feed, state),
    };
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn invariants_hold_after_any_events(steps in vec(any_step(), 1..60)) {
        let appearance = Appearance::new(ThemeId::Auto, false);
        let mut test_app = TestApp::new(100, 30);
        for step in steps {
            apply_step(&mut test_app, step);
            drop(test_app.picture(&appearance));
            let list = test_app.app.session_list();
            if let Some(panes) = test_app.app.panes().filter(|panes| !panes.list.is_empty()) {
                let fits = SessionList::visible_items(panes.list.height);
                if let Some(row) = list.selected_row().filter(|_| !list.is_selection_away()) {
                    prop_assert!((list.offset()..list.offset() + fits).contains(&row), "the selection is off the screen");
                }
            }
            prop_assert!(test_app.app.next_wake().is_none_or(|wake| wake > test_app.app.now()));
            let open = test_app.app.open_session_id();
            prop_assert!(test_app.app.open_session().is_none_or(|session| Some(session.id) == open));
        }
    }

    #[test]
    fn an_unchanged_response_draws_nothing(before in any_sessions(), steps in vec(any_step(), 0..12)) {
        let mut test_app = TestApp::new(100, 30);
        test_app.send_list(before.clone());
        for step in steps {
            apply_step(&mut test_app, step);
        }
        let scope = test_app.app.session_list().scope();
        test_app.send(list_event(scope, None, before.clone(), None));
        test_app.app.take_dirty();
        let lines = test_app.screen_lines();
        test_app.send(list_event(scope, None, before, None));
        prop_assert!(!test_app.app.take_dirty());
        prop_assert_eq!(test_app.screen_lines(), lines);
        prop_assert_eq!(test_app.app.open_session_id().map(|SessionId(id)| id), test_app.open_session());
    }
}
