//! The screen before data arrives, while the connection fails, and in the hour that autumn repeats.

use std::time::Duration;

use crate::app::AppConfig;
use crate::app::event::Event;
use crate::chat::{ReadState, SessionId, SpecialKind, Status, TrafficStats};
use crate::sync::{ConnectionState, Feed, ServiceNotice, SyncEvent};
use crate::view::{Appearance, ThemeId};
use chrono::TimeDelta;

use crate::test_support::builders::{
    agent_message, customer_message, minutes_ago, numbered_messages, parse_timestamp, session,
    special_message, today_at,
};
use crate::test_support::{TestApp, app_config, scenario};
use crate::view::tests::{assert_screen, assert_screen_with, test_app_after};

#[test]
fn before_data_arrives() {
    let mut test_app = TestApp::new(80, 12);
    assert_screen("start", &test_app);
    test_app.send_list(Vec::new());
    assert_screen("start-no-sessions", &test_app);
    test_app.send_list(scenario::sessions());
    assert_screen("start-loading", &test_app);
    test_app.send_messages(102, Vec::new());
    test_app.send_live();
    assert_screen("start-no-messages", &test_app);
    let test_app = TestApp::with_config(AppConfig {
        initial_session: Some(SessionId(341)),
        ..app_config(80, 12)
    });
    assert_screen("start-unknown-session", &test_app);
}

#[test]
fn a_long_response_while_it_arrives() {
    let mut test_app = TestApp::with_config(AppConfig {
        initial_session: Some(SessionId(102)),
        ..app_config(120, 8)
    });
    test_app.send_list(scenario::sessions());
    test_app.send(SyncEvent::MessagesArrived {
        session: SessionId(102),
        request_id: 1,
        messages: numbered_messages(1..4_321),
    });
    for width in [120, 80, 30] {
        test_app.resize(width, 8);
        assert_screen(&format!("loading-{width}"), &test_app);
    }
}

/// Neither before the list is loaded, nor where nothing is to be chosen.
#[test]
fn the_footer_names_no_key_that_does_nothing() {
    let footer = |test_app: &TestApp| test_app.screen_lines().pop().unwrap();
    let mut test_app = TestApp::new(200, 30);
    let starts = footer(&test_app);
    for hint in ["Enter", "next reply", "copy"] {
        assert!(!starts.contains(hint), "{starts}");
    }
    test_app.send_list(Vec::new());
    assert!(
        !footer(&test_app).contains("Enter"),
        "{}",
        footer(&test_app)
    );
    test_app.press("W");
    assert_eq!(footer(&test_app), " Esc close");
    test_app.press("<esc>");
    test_app.send_list(scenario::sessions());
    assert!(footer(&test_app).contains("Enter open  a next reply"));
    for (keys, shown) in [
        (":zzzz", " Esc close  type to find"),
        (":theme", " Enter run  Esc close  type to find"),
        ("tzzzz", " Esc close  type to find"),
        ("toslo", " Enter choose  Esc close  type to find"),
        ("Szzzz<enter>", " Esc stop  S search again"),
    ] {
        test_app.press(keys);
        assert_eq!(footer(&test_app), shown, "{keys}");
        test_app.press("<esc>");
    }
}

fn retrying(seconds: u64, why: &str) -> ConnectionState {
    ConnectionState::Retrying {
        after: Duration::from_secs(seconds),
        why: why.to_owned(),
        is_pause: false,
    }
}

fn stopped(why: &str) -> ConnectionState {
    ConnectionState::Stopped {
        why: why.to_owned(),
    }
}

#[test]
fn connection_states() {
    let why = "Sign-in refused (401): check auth.user, auth.scheme and the secret";
    let signed_out = ConnectionState::SignedOut {
        after: Some(Duration::from_secs(30)),
        why: why.to_owned(),
    };
    let silent = "fjord.example did not answer within 20 s";
    let too_large = "the answer was larger than 256 MiB";
    for (name, state) in [
        ("retrying", retrying(17, silent)),
        ("signed-out", signed_out),
        ("stopped", stopped(too_large)),
        ("old", ConnectionState::Live),
    ] {
        let mut test_app = scenario::test_app(100, 12);
        if name == "old" {
            test_app.advance(TimeDelta::seconds(75));
        }
        test_app.send_connection(Feed::Messages, state);
        test_app.advance(TimeDelta::seconds(5));
        assert_screen(&format!("connection-{name}"), &test_app);
        test_app.resize(40, 12);
        assert_screen(&format!("connection-{name}-narrow"), &test_app);
    }
}

/// Feeds that are not polled show the time of their data, with the day once that is over.
#[test]
fn feeds_that_are_not_polled() {
    let not_polled = AppConfig {
        list_interval: None,
        open_session_interval: None,
        ..app_config(100, 12)
    };
    let mut test_app = scenario::test_app_with(not_polled);
    test_app.advance(TimeDelta::hours(2));
    assert_screen("connection-as-of", &test_app);
    test_app.press("k");
    test_app.advance(TimeDelta::hours(20));
    test_app.resize(60, 12);
    assert_screen("connection-as-of-yesterday", &test_app);
}

/// Each pane shows its own age and next attempt, the footer both reasons, with any theme.
#[test]
fn both_feeds_fail() {
    let mut test_app = scenario::test_app(100, 16);
    test_app.advance(TimeDelta::seconds(75));
    let silent = retrying(12, "fjord.example did not answer within 20 s");
    test_app.send_connection(Feed::List, silent);
    test_app.send_connection(Feed::Messages, stopped("the session is gone"));
    test_app.advance(TimeDelta::seconds(5));
    assert_screen("connection-both", &test_app);
    let mono = Appearance::new(ThemeId::Mono, false);
    assert_screen_with("connection-both-mono", &test_app, &mono);
    let ascii = Appearance::new(ThemeId::Dark, true);
    assert_screen_with("connection-both-ascii", &test_app, &ascii);
    test_app.press("L");
    test_app.resize(100, 30);
    assert_screen("over-connection-trouble", &test_app);
}

/// The service has moved, and its clock differs.
#[test]
fn connection_details() {
    let mut test_app = scenario::test_app(100, 30);
    let [from, to] =
        ["sod2", "sod3"].map(|host| format!("https://{host}.superoffice.com/Cust12345/api/v1/"));
    let offset = ServiceNotice::ClockOffset(TimeDelta::seconds(-200));
    test_app.send(SyncEvent::Notice(ServiceNotice::Moved { from, to }));
    test_app.send(SyncEvent::Notice(offset));
    test_app.press("L");
    test_app.send(Event::TrafficSampled(TrafficStats {
        requests_per_minute: 79,
        bytes_per_minute: 48_120,
        total_bytes: 3_141_592,
    }));
    assert_screen("over-connection", &test_app);
    test_app.resize(40, 12);
    assert_screen("over-connection-40x12", &test_app);
}

#[test]
fn paused_with_new_messages_below() {
    let mut test_app = scenario::test_app(80, 16);
    test_app.press("<pgup>k");
    let text = "I can wait another hour, not more";
    test_app.send_messages(101, vec![customer_message(40, today_at("14:02:20"), text)]);
    assert_screen("paused", &test_app);
    test_app.resize(30, 10);
    assert_screen("paused-narrow", &test_app);
}

#[test]
fn the_new_messages_pill_takes_no_style_or_link_of_the_text_under_it() {
    let mut test_app = scenario::test_app(40, 24);
    test_app.press("gG<pgup><pgup>");
    let message = customer_message(40, today_at("14:02:20"), "Hello?");
    test_app.send_messages(101, vec![message]);
    for height in 6..24 {
        test_app.resize(40, height);
        let buffer = test_app
            .picture(&Appearance::new(ThemeId::Terminal, false))
            .buffer;
        let transcript = test_app.app.panes().unwrap().transcript;
        let last_row = transcript.rows().next_back().unwrap();
        let cells = last_row.columns().rev().map(|column| &buffer[column]);
        let pill: Vec<_> = cells.take(" ↓ 1 new · G ".chars().count()).collect();
        assert_eq!(pill.last().unwrap().symbol(), " ");
        assert_eq!(pill[1].symbol(), "G");
        assert!(pill.iter().all(|cell| cell.style() == pill[1].style()));
    }
}

#[test]
fn unread_and_watched_sessions() {
    let mut test_app = scenario::test_app(120, 36);
    let read_state = ReadState::starting_at(minutes_ago(200));
    test_app.send(Event::ReadStateLoaded(read_state));
    test_app.send(Event::FocusChanged(false));
    let hello = [1, 2].map(|id| customer_message(id, minutes_ago(12), "Hello?"));
    test_app.send_messages(103, hello.to_vec());
    let question = customer_message(41, minutes_ago(0), "Is anybody there?");
    test_app.send_messages(101, vec![question]);
    test_app.press("hjwjjjjw");
    assert_screen("unread", &test_app);
    for (width, height) in [(80, 24), (80, 10), (40, 12), (20, 8)] {
        test_app.resize(width, height);
        assert_screen(&format!("unread-{width}x{height}"), &test_app);
    }
    test_app.resize(80, 24);
    let ascii = Appearance::new(ThemeId::Mono, true);
    assert_screen_with("unread-ascii", &test_app, &ascii);
}

#[test]
fn a_notice_takes_the_footer() {
    let mut test_app = scenario::test_app(80, 12);
    test_app.send(Event::Copied("Copied 26 characters".to_owned()));
    assert_screen("notice", &test_app);
    let failed = "No browser could be started; set BROWSER or copy the link with y";
    test_app.send(Event::EffectFailed(failed.to_owned()));
    assert_screen("notice-failed", &test_app);
}

/// On 25 October 2026 at 03:00 summer time it is 02:00 again.
#[test]
fn the_hour_that_autumn_repeats() {
    let mut test_app = TestApp::with_config(AppConfig {
        now: parse_timestamp("2026-10-25T02:40:00+01:00"),
        initial_session: Some(SessionId(101)),
        ..app_config(90, 30)
    });
    let summer = |time: &str| parse_timestamp(&format!("2026-10-25T{time}:00+02:00"));
    let winter = |time: &str| parse_timestamp(&format!("2026-10-25T{time}:00+01:00"));
    let messages = vec![
        customer_message(1, summer("01:59"), "before"),
        customer_message(2, summer("02:30"), "in summer time"),
        customer_message(3, summer("02:31"), "in summer time too"),
        special_message(4, summer("02:45"), SpecialKind::ClosedByIdle),
        agent_message(5, winter("02:30"), "an hour later"),
        agent_message(6, winter("02:31"), "a minute more"),
    ];
    test_app.send_messages(101, messages);
    test_app.send_live();
    assert_screen("autumn", &test_app);
    test_app.resize(39, 30);
    assert_screen("autumn-narrow", &test_app);
}

#[test]
fn a_long_transcript_has_a_scroll_bar() {
    let mut test_app = test_app_after(80, 16, "");
    test_app.send_messages(101, numbered_messages(300..700));
    assert_screen("long-end", &test_app);
    test_app.press("<pgup><pgup>");
    assert_screen("long-middle", &test_app);
    test_app.press("g");
    assert_screen("long-start", &test_app);
}

#[test]
fn the_title_of_the_window_shows_who_waits() {
    let title = |test_app: &TestApp| {
        let appearance = Appearance::new(ThemeId::Auto, false);
        test_app.picture(&appearance).output.title
    };
    let test_app = scenario::test_app(100, 30);
    let waits = "sochat: 2 need reply, longest >26m; 2 in queue, longest 12m";
    assert_eq!(title(&test_app), waits);
    // Also where the window is too small for anything else.
    assert_eq!(title(&scenario::test_app(10, 3)), waits);
    let mut test_app = TestApp::new(100, 30);
    assert_eq!(title(&test_app), "sochat");
    test_app.send_list(vec![session(1, "Kari", Status::CustomerLast, 20)]);
    assert_eq!(title(&test_app), "sochat: 1 needs reply, longest >20m");
}

#[test]
fn every_message_can_show_its_own_time() {
    let mut test_app = TestApp::with_session(341);
    test_app.send_messages(
        341,
        vec![
            customer_message(1, today_at("13:58:05"), "first"),
            customer_message(2, today_at("13:58:20"), "second"),
            special_message(3, today_at("13:58:50"), SpecialKind::ClosedByUser),
        ],
    );
    let times = |test_app: &TestApp| {
        let lines = test_app.screen_lines().into_iter();
        let is_time = |c: &char| c.is_ascii_digit() || *c == ':';
        let times = lines.filter_map(|line| {
            let time = line.get(line.find("13:58")?..)?.chars();
            Some(time.take_while(is_time).collect::<String>())
        });
        times.collect::<Vec<_>>()
    };
    let toggle = ":message-times<enter>";
    for columns in [60, 30] {
        test_app.resize(columns, 20);
        // The run has the time of its first message, the event its own.
        assert_eq!(times(&test_app), ["13:58", "13:58"], "{columns}");
        test_app.press(toggle);
        assert_eq!(times(&test_app), ["13:58:05", "13:58:20", "13:58:50"]);
        test_app.press(toggle);
        assert_eq!(times(&test_app), ["13:58", "13:58"], "{columns}");
    }
}
