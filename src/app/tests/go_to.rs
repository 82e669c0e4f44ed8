//! Goes to a time, to a day of the list and to a message named at start; copies locators of messages.

use crate::app::AppConfig;
use crate::app::effect::Effect;
use crate::app::layout::Focus;
use crate::chat::{MessageId, Scope, Session, SessionId, Status};
use crate::sync::SyncCommand;

use crate::app::tests::{screen_contains, test_app, waiting_sessions};
use crate::test_support::builders::{
    customer_message, message, minutes_ago, now, numbered_messages, parse_timestamp, session,
};
use crate::test_support::{TestApp, app_config, list_event, list_saved};

/// The focused transcript of the messages 1 to 60: message N is of 12:00 yesterday and N minutes.
fn open_transcript() -> TestApp {
    let mut test_app = TestApp::new(100, 20);
    test_app.send_list(waiting_sessions(1));
    test_app.send_messages(1, numbered_messages(1..61));
    test_app.press("l");
    test_app
}

#[test]
fn d_goes_to_the_first_message_from_a_time_on() {
    for (typed, id) in [
        ("yesterday", 1),
        ("yesterday 12:30", 30),
        ("2026-07-24 12:30", 30),
        ("2026-07-24T12:29:01+02:00", 30),
        ("26h", 3),
    ] {
        let mut test_app = open_transcript();
        assert_eq!(test_app.press("d"), []);
        assert!(screen_contains(&test_app, "go to: "));
        let typed = typed.replace(' ', "<space>");
        test_app.press(&format!("{typed}<enter>"));
        assert_eq!(test_app.selected_message(), Some(id), "{typed}");
        assert!(!test_app.transcript_pane().is_following());
        assert_eq!(test_app.notice(), None);
    }
}

#[test]
fn a_time_is_in_the_zone_that_is_shown() {
    let mut test_app = open_transcript();
    // UTC: 12:30 in Oslo is 10:30.
    test_app.press("Tdyesterday<space>10:30<enter>");
    assert_eq!(test_app.selected_message(), Some(30));
}

#[test]
fn d_reports_why_it_goes_nowhere() {
    let mut test_app = open_transcript();
    let before = test_app.visible_rows();
    test_app.press("dtoday<enter>");
    assert_eq!(
        test_app.notice(),
        Some(
            "The conversation ends before 2026-07-25 00:00: its last message is from 2026-07-24 13:00"
        )
    );
    assert_eq!(test_app.visible_rows(), before);
    // To the first message, which is of a later day.
    let mut test_app = open_transcript();
    test_app.press("d2026-07-01<enter>");
    assert_eq!(test_app.selected_message(), Some(1));
    assert_eq!(
        test_app.notice(),
        Some(
            "The conversation begins after 2026-07-01 00:00: its first message is from 2026-07-24 12:01"
        )
    );
    let mut test_app = open_transcript();
    test_app.press("d<enter>dtoday<esc>");
    assert_eq!(test_app.notice(), None);
    assert!(test_app.app.prompt().is_none());
}

/// What is typed to correct it is no command.
#[test]
fn a_time_that_cannot_be_read_stays_in_the_prompt_below_what_can_be_typed() {
    let mut test_app = open_transcript();
    let before = test_app.visible_rows();
    assert_eq!(test_app.press("dlast<space>week<enter>"), []);
    let typed = |test_app: &TestApp| test_app.app.prompt().unwrap().input.value().to_owned();
    assert_eq!(typed(&test_app), "last week");
    let why =
        "\"last week\" is not a time: write 30m, 2h, 3d, 1w, 14:00, today, yesterday 14:00, monday";
    assert!(screen_contains(&test_app, why));
    assert!(screen_contains(&test_app, "go to: last week"));
    assert_eq!(test_app.visible_rows(), before);
    // The reason is removed by the first edit; a refused line is not stored.
    test_app.press("<c-u>");
    assert!(!screen_contains(&test_app, "is not a time"));
    test_app.press("<up>");
    assert_eq!(typed(&test_app), "");
    test_app.press("yesterday<enter>");
    assert!(test_app.app.prompt().is_none());
    assert_eq!(test_app.selected_message(), Some(1));
    test_app.press("dw<enter><esc>");
    assert!(test_app.app.prompt().is_none());
}

/// An ended session that was requested on a day at ten o'clock.
fn ended(id: i64, day: &str) -> Session {
    let at = parse_timestamp(&format!("{day}T10:00:00+02:00"));
    Session {
        requested: Some(at),
        last_activity: Some(at),
        ended: Some(at),
        ..session(id, "Kari", Status::Closed, 0)
    }
}

#[test]
fn d_in_the_list_goes_to_the_first_session_of_that_day_among_all() {
    let fetch = |below| {
        let below = SessionId(below);
        Effect::Sync(SyncCommand::FetchNextPage { below })
    };
    let page = |test_app: &mut TestApp, below, days: &[(i64, &str)], next| {
        let sessions = days.iter().map(|(id, day)| ended(*id, day)).collect();
        test_app.send(list_event(Scope::All, below, sessions, next))
    };
    let start = || {
        let mut test_app = TestApp::new(60, 20);
        test_app.send_list(waiting_sessions(2));
        // Not among the live ones: all sessions are listed.
        let effects = test_app.press("d2026-07-20<enter>");
        let set_scope = Effect::Sync(SyncCommand::SetScope(Scope::All));
        let saved = list_saved(Scope::All, "urgency");
        assert_eq!(effects, [set_scope, saved]);
        let first = [(9, "2026-07-24"), (8, "2026-07-22")];
        assert_eq!(page(&mut test_app, None, &first, Some(7)), [fetch(7)]);
        let looking = "Searching for 2026-07-20, back to 2026-07-22 so far";
        assert_eq!(test_app.notice(), Some(looking));
        test_app
    };
    let mut test_app = start();
    let second = [(6, "2026-07-21"), (5, "2026-07-20"), (4, "2026-07-20")];
    page(&mut test_app, Some(7), &second, Some(3));
    assert_eq!(test_app.selected_session(), Some(5));
    assert_eq!(
        test_app.notice(),
        Some("First session of 2026-07-20, among all. v: change scope")
    );
    // The day may have no session.
    let mut test_app = start();
    let second = [(6, "2026-07-21"), (5, "2026-07-19")];
    let effects = page(&mut test_app, Some(7), &second, Some(3));
    // The end of the list is on the screen, which fetches a page; then the list is what it was.
    let set_scope = Effect::Sync(SyncCommand::SetScope(Scope::Channels));
    let saved = list_saved(Scope::Channels, "urgency");
    assert_eq!(effects, [fetch(3), set_scope, saved]);
    assert_eq!(test_app.notice(), Some("No session on 2026-07-20"));
    // A key ends the search.
    let mut test_app = start();
    test_app.press("g");
    page(&mut test_app, Some(7), &[(5, "2026-07-20")], None);
    assert_eq!(test_app.selected_session(), Some(9));
}

#[test]
fn a_day_before_the_archive_is_not_found_each_time() {
    let mut test_app = TestApp::new(60, 20);
    test_app.press("vv");
    let first = || list_event(Scope::All, None, vec![ended(9, "2026-07-24")], Some(9));
    let not_found = "No session on 2026-07-20; the earliest of all is from 2026-07-24";
    test_app.send(first());
    test_app.press("d2026-07-20<enter>");
    test_app.send(list_event(Scope::All, Some(9), Vec::new(), None));
    assert_eq!(test_app.notice(), Some(not_found));
    // The first page does not show where the archive ends.
    test_app.send(first());
    assert_eq!(test_app.press("d2026-07-20<enter>"), []);
    assert_eq!(test_app.notice(), Some(not_found));
}

#[test]
fn d_in_the_list_finds_a_live_session_of_the_day() {
    let mut test_app = TestApp::new(60, 20);
    let mut sessions = waiting_sessions(3);
    sessions[1].requested = Some(minutes_ago(3 * 24 * 60));
    test_app.send_list(sessions);
    // It was requested three days ago, and somebody wrote today; in between nothing happened.
    assert_eq!(test_app.press("d3d<enter>"), []);
    assert_eq!(test_app.selected_session(), Some(2));
    test_app.press("g");
    assert_ne!(test_app.press("d2d<enter>"), []);
    assert_ne!(test_app.selected_session(), Some(2));
}

#[test]
fn c_copies_a_command_that_opens_the_viewer_at_the_message() {
    for (profile, start) in [
        (None, "sochat"),
        (Some("work"), "sochat --profile work"),
        (Some("my team's"), r"sochat --profile 'my team'\''s'"),
    ] {
        let mut test_app = TestApp::with_config(AppConfig {
            profile: profile.map(str::to_owned),
            ..app_config(100, 30)
        });
        test_app.send_list(waiting_sessions(1));
        test_app.send_messages(1, numbered_messages(1..41));
        let wanted = Effect::Copy {
            what: "the locator of message 1#40".to_owned(),
            text: format!("{start} --session '1#40'"),
        };
        assert_eq!(test_app.press("lc"), [wanted]);
    }
    let mut test_app = test_app();
    assert_eq!(test_app.press("c"), []);
    let nothing = "Copy locator: select a message first";
    assert_eq!(test_app.notice(), Some(nothing));
    let unreadable = message(-5, Some(now()), crate::chat::Direction::Special, "", "");
    test_app.send_messages(1, vec![unreadable]);
    assert_eq!(test_app.press("lGc"), []);
    let no_id = "The message has no id that could be read, so nothing can refer to it";
    assert_eq!(test_app.notice(), Some(no_id));
}

fn opened_at(message: i64) -> TestApp {
    let mut test_app = TestApp::with_config(AppConfig {
        initial_session: Some(SessionId(1)),
        initial_message: Some(MessageId(message)),
        ..app_config(100, 20)
    });
    test_app.send_messages(1, numbered_messages(1..61));
    test_app
}

#[test]
fn the_viewer_opens_at_a_message_and_stays_there() {
    for id in [1, 20, 60] {
        let mut test_app = opened_at(id);
        assert_eq!(test_app.selected_message(), Some(id));
        assert_eq!(test_app.app.focus(), Focus::Transcript);
        assert!(!test_app.transcript_pane().is_following());
        let before = test_app.visible_ids();
        test_app.send_messages(1, vec![customer_message(70, now(), "new")]);
        assert_eq!(test_app.selected_message(), Some(id));
        assert_eq!(test_app.visible_ids(), before);
    }
    let mut test_app = opened_at(99);
    assert_eq!(test_app.notice(), Some("Message 99 is not in this session"));
    assert!(test_app.transcript_pane().is_following());
    test_app.send_messages(1, vec![customer_message(99, now(), "late")]);
    assert!(test_app.transcript_pane().is_following());
}
