//! The customer's other conversations: in the details, and by the keys that open them.

use crate::app::effect::Effect;
use crate::app::layout::Focus;
use crate::chat::{CustomerId, EntityRef, Session, SessionId, Status};
use crate::sync::{ApiError, ErrorKind, SyncCommand, SyncEvent};
use crate::test_support::builders::session;
use crate::test_support::{TestApp, copy_effect, open_effect};

const KARI: CustomerId = CustomerId::Person(500);

/// A session that was requested that many days ago.
fn conversation(id: i64, days: i64) -> Session {
    let mut session = session(id, "Kari", Status::Closed, days * 24 * 60);
    session.first_message = format!("question {id}");
    session
}

fn linked(mut session: Session) -> Session {
    let name = "Kari".to_owned();
    session.person = Some(EntityRef { id: 500, name });
    session
}

fn of_company(mut session: Session, email: &str) -> Session {
    session.customer.company = "Fjord AS".to_owned();
    session.customer.email = email.to_owned();
    session
}

/// Session 5 is open, of a customer with a number in the service, as is 3; 9 is of another customer.
fn linked_app() -> TestApp {
    let mut test_app = TestApp::new(100, 40);
    let open = linked(session(5, "Kari", Status::CustomerLast, 4));
    let other = session(9, "Ola", Status::UserLast, 2);
    test_app.send_list(vec![open, linked(conversation(3, 1)), other]);
    test_app.press("<enter>");
    assert_eq!(test_app.open_session(), Some(5));
    test_app
}

fn answer(test_app: &mut TestApp, customer: CustomerId, ids: &[(i64, i64)]) -> Vec<Effect> {
    let rows = ids
        .iter()
        .map(|(id, days)| linked(conversation(*id, *days)));
    test_app.send(SyncEvent::ConversationsFetched {
        customer,
        result: Ok(rows.collect()),
    })
}

fn refuse(test_app: &mut TestApp, kind: ErrorKind) -> Vec<Effect> {
    test_app.send(SyncEvent::ConversationsFetched {
        customer: KARI,
        result: Err(ApiError::new(kind, "Not allowed (403)")),
    })
}

fn fetch(customer: CustomerId) -> Effect {
    Effect::Sync(SyncCommand::FetchConversations(customer))
}

fn fetch_session(id: i64) -> Effect {
    Effect::Sync(SyncCommand::FetchSession(SessionId(id)))
}

/// The lines of the details from the first heading of conversations on.
fn detail_lines(test_app: &TestApp) -> Vec<String> {
    let lines = test_app.screen_lines().into_iter().map(|line| {
        let text = line.replace(['│', '╭', '╰', '─', '╯'], " ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    let lines = lines.skip_while(|line| !line.contains("conversations"));
    let lines = lines.take_while(|line| !line.is_empty() && !line.starts_with("Esc"));
    lines.collect()
}

#[test]
fn the_keys_go_through_the_conversations_that_the_service_lists() {
    let mut test_app = linked_app();
    assert_eq!(test_app.press("<lt>"), [fetch(KARI)]);
    let loading = "Loading the customer's conversations…";
    assert_eq!(test_app.notice(), Some(loading));
    // Once more while they are awaited.
    assert_eq!(test_app.press("<lt>"), []);
    assert_eq!(test_app.notice(), Some(loading));
    // 3 is in the list, 2 and 1 are not.
    let effects = answer(&mut test_app, KARI, &[(1, 90), (2, 30), (5, 0)]);
    assert_eq!(effects, [open_effect(3, true)]);
    assert_eq!(test_app.notice(), Some("Conversation 3 of 4 with Kari"));
    assert_eq!(test_app.app.focus(), Focus::Transcript);
    assert_eq!(test_app.selected_session(), Some(3));
    assert_eq!(
        test_app.press("<lt>"),
        [open_effect(2, true), fetch_session(2)]
    );
    // Before its customer is known.
    assert_eq!(
        test_app.press("<lt>"),
        [open_effect(1, true), fetch_session(1)]
    );
    assert_eq!(test_app.notice(), Some("Conversation 1 of 4 with Kari"));
    assert_eq!(test_app.press("<lt>"), []);
    assert_eq!(
        test_app.notice(),
        Some("No earlier conversation with Kari is known")
    );
    // The fetched session has no linked customer: the way back is still known.
    test_app.send(SyncEvent::SessionFetched(Box::new(conversation(1, 90))));
    for wanted in [2, 3, 5] {
        test_app.press(">");
        assert_eq!(test_app.open_session(), Some(wanted));
    }
    assert_eq!(test_app.press(">"), []);
    assert_eq!(
        test_app.notice(),
        Some("No later conversation with Kari is known")
    );
    assert_eq!(test_app.app.focus(), Focus::Transcript);
}

#[test]
fn nothing_is_requested_before_a_key_or_for_a_customer_who_is_not_linked() {
    let mut test_app = TestApp::new(100, 40);
    let alone = of_company(session(5, "Kari", Status::CustomerLast, 4), "");
    let mail = of_company(conversation(3, 1), "kari@fjord.example");
    let mut renamed = of_company(conversation(2, 2), "KARI@fjord.example");
    renamed.customer.name = "K. Nordmann".to_owned();
    let rows = vec![alone, mail, renamed, conversation(1, 3)];
    let is_fetch =
        |effect: &Effect| matches!(effect, Effect::Sync(SyncCommand::FetchConversations(_)));
    assert!(!test_app.send_list(rows).iter().any(is_fetch));
    assert!(!test_app.press("<enter>i<esc>").iter().any(is_fetch));
    // By name in the company; from there, by address. A name alone is not enough.
    for (key, wanted) in [("<lt>", 3), ("<lt>", 2), ("<lt>", 2), (">", 3)] {
        assert!(!test_app.press(key).iter().any(is_fetch));
        assert_eq!(test_app.open_session(), Some(wanted), "{key}");
    }
    test_app.press("hG<lt>");
    assert_eq!(
        test_app.notice(),
        Some("No other conversation with Kari is known")
    );
}

#[test]
fn a_refusal_is_reported_once_and_those_of_the_list_are_used() {
    for kind in [ErrorKind::Forbidden, ErrorKind::NotFound] {
        let mut test_app = linked_app();
        assert_eq!(test_app.press("<lt>"), [fetch(KARI)]);
        assert_eq!(refuse(&mut test_app, kind), [open_effect(3, true)]);
        let refused = "Not allowed (403); only sessions of the list are known";
        assert_eq!(test_app.notice(), Some(refused));
        assert_eq!(test_app.press(">"), [open_effect(5, true)]);
        assert_eq!(test_app.notice(), Some("Conversation 2 of 2 with Kari"));
        assert_eq!(test_app.press("i"), []);
        let lines = detail_lines(&test_app);
        assert_eq!(lines[2..], ["not available: only those of the list"]);
    }
}

#[test]
fn what_failed_is_requested_again_by_the_next_key() {
    let mut test_app = linked_app();
    test_app.press("<lt>");
    refuse(&mut test_app, ErrorKind::Network);
    assert_eq!(test_app.open_session(), Some(3));
    assert_eq!(test_app.press(">"), [fetch(KARI)]);
    answer(&mut test_app, KARI, &[(4, 0), (2, 7)]);
    assert_eq!(test_app.open_session(), Some(5));
}

/// The user went elsewhere meanwhile: nothing is opened there.
#[test]
fn a_late_answer_opens_nothing() {
    for keys in ["-", "i", "/", "hjj<enter>"] {
        let mut test_app = linked_app();
        test_app.press("hj<enter>hk<enter>");
        assert_eq!(test_app.press("<lt>"), [fetch(KARI)]);
        test_app.press(keys);
        let open = test_app.open_session();
        assert_eq!(answer(&mut test_app, KARI, &[(2, 7)]), [], "{keys}");
        assert_eq!(test_app.open_session(), open, "{keys}");
    }
    // Nor does the answer for another customer.
    let mut test_app = linked_app();
    test_app.press("<lt>");
    assert_eq!(answer(&mut test_app, CustomerId::Person(7), &[(2, 7)]), []);
    assert_eq!(test_app.open_session(), Some(5));
}

#[test]
fn details_list_the_conversations_and_enter_opens_one() {
    let mut test_app = linked_app();
    assert_eq!(test_app.press("i"), [fetch(KARI)]);
    let heading = "Earlier conversations (Enter opens)";
    let yesterday = "Fri 14:02 Support NO · question 3";
    assert_eq!(detail_lines(&test_app), [heading, yesterday, "loading…"]);
    answer(&mut test_app, KARI, &[(1, 90), (3, 1), (6, 0)]);
    assert_eq!(
        detail_lines(&test_app),
        [
            "Later conversations (Enter opens)",
            "14:02 Support NO · question 6"
        ]
    );
    test_app.press("G");
    assert_eq!(test_app.press("y"), copy(1));
    assert_eq!(test_app.press("k"), []);
    assert_eq!(test_app.press("y"), copy(3));
    assert_eq!(test_app.press("<enter>"), [open_effect(3, true)]);
    assert!(test_app.app.overlay().is_none());
    assert_eq!(
        (test_app.selected_session(), test_app.app.focus()),
        (Some(3), Focus::Transcript)
    );
    // Each time the details are opened, the list is brought up to date.
    assert_eq!(test_app.press("i"), [fetch(KARI)]);
    answer(&mut test_app, KARI, &[]);
    test_app.press("G");
    assert_eq!(test_app.press("<enter>"), []);
    assert_eq!(test_app.notice(), Some("Nothing to open in this line"));
}

fn copy(id: i64) -> [Effect; 1] {
    [copy_effect("the session id", &id.to_string())]
}
