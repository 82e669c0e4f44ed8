//! Problems on the screen: in full where a pane is empty, once everywhere.

use std::time::Duration;

use chrono::TimeDelta;

use crate::app::AppConfig;
use ratatui::style::Modifier;

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::chat::{Customer, Scope, ServiceZone, Session, SessionId, Status};
use crate::sync::{ConnectionState, Feed, SyncEvent};
use crate::test_support::builders::{customer_message, now, session};
use crate::test_support::{TestApp, app_config, list_event, scenario};
use crate::view::tests::assert_screen;
use crate::view::{Appearance, ThemeId};

const REFUSED: &str =
    "Sign-in refused (401): check auth.user, auth.scheme and the secret (fjord.example)";
const NO_API: &str = "No SuperOffice API at https://fjord.example/sales/api/v1/ (404): check base_url (fjord.example)";
const NOT_FOUND: &str = "Session 341 not found (fjord.example)";

/// All words on the screen, as if it were one line.
fn words(test_app: &TestApp) -> String {
    let lines = test_app.screen_lines().join(" ");
    lines.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn signed_out() -> ConnectionState {
    ConnectionState::SignedOut {
        after: Some(Duration::from_secs(30)),
        why: REFUSED.to_owned(),
    }
}

fn retrying(why: &str) -> ConnectionState {
    ConnectionState::Retrying {
        after: Duration::from_secs(20),
        why: why.to_owned(),
        is_pause: false,
    }
}

fn with_session_in(width: u16, height: u16) -> TestApp {
    TestApp::with_config(AppConfig {
        initial_session: Some(SessionId(341)),
        ..app_config(width, height)
    })
}

#[test]
fn an_error_that_leaves_a_pane_empty_is_whole_and_shown_once() {
    for (width, height) in [(200, 50), (100, 24), (80, 24), (60, 15), (40, 12)] {
        for (state, why) in [(signed_out(), REFUSED), (retrying(NO_API), NO_API)] {
            let mut list = TestApp::new(width, height);
            let mut transcript = with_session_in(width, height);
            list.send_connection(Feed::List, state.clone());
            for feed in [Feed::List, Feed::Messages] {
                transcript.send_connection(feed, state.clone());
            }
            for test_app in [list, transcript] {
                let words = words(&test_app);
                // Beside each other, the lines of two panes are mixed.
                if test_app.app.open_session_id().is_none() && width < 80 {
                    assert_eq!(words.matches(why).count(), 1, "{width}: {words}");
                }
                let footer = test_app.screen_lines().pop().unwrap();
                assert!(footer.starts_with(" ? help  q "), "{footer}");
                assert!(footer.contains("L connection"), "{footer}");
                assert!(!footer.contains("40"), "{footer}");
                assert!(words.contains("R: try again now"), "{words}");
            }
        }
    }
}

#[test]
fn no_key_is_named_that_does_not_shorten_the_pause_of_a_service() {
    let mut test_app = TestApp::new(79, 24);
    let why = "Too many requests (429): retried after a pause (fjord.example)";
    let pause = ConnectionState::Retrying {
        after: Duration::from_secs(77),
        why: why.to_owned(),
        is_pause: true,
    };
    test_app.send_connection(Feed::List, pause);
    assert!(words(&test_app).contains(why));
    assert!(words(&test_app).contains("retrying in 77 s"));
    assert!(!words(&test_app).contains("try again now"));
    test_app.advance(TimeDelta::seconds(77));
    assert!(words(&test_app).contains("R: try again now"));
}

#[test]
fn a_wrong_secret_or_address_at_60_columns() {
    let mut test_app = TestApp::new(60, 12);
    test_app.send_connection(Feed::List, signed_out());
    assert_screen("trouble-secret-60", &test_app);
    test_app.send_connection(Feed::List, retrying(NO_API));
    assert_screen("trouble-address-60", &test_app);
    test_app.resize(20, 5);
    assert_screen("trouble-address-20x5", &test_app);
}

#[test]
fn a_session_that_does_not_exist_is_reported_and_the_connection_stays_live() {
    for (width, height) in [(60, 12), (100, 12)] {
        let mut test_app = with_session_in(width, height);
        test_app.send_list(scenario::sessions());
        test_app.send(SyncEvent::SessionUnavailable {
            session: SessionId(341),
            why: NOT_FOUND.to_owned(),
        });
        assert!(words(&test_app).contains(NOT_FOUND));
        assert!(!words(&test_app).contains("Loading"));
        assert!(test_app.screen_lines()[0].ends_with("● live"));
        let footer = test_app.screen_lines().pop().unwrap();
        assert!(footer.contains("L connection"), "{footer}");
        assert_screen(&format!("trouble-session-{width}"), &test_app);
        // It may still appear.
        test_app.send_messages(341, vec![customer_message(1, now(), "Hello")]);
        assert!(!words(&test_app).contains("not found"));
        assert!(words(&test_app).contains("following"));
    }
}

#[test]
fn a_session_that_is_refused_later_still_has_its_messages_and_shows_the_reason() {
    let mut test_app = scenario::test_app(120, 16);
    let why = "Not allowed to read session 101 (403): ask for access, or renew the secret";
    test_app.send(SyncEvent::SessionUnavailable {
        session: SessionId(101),
        why: why.to_owned(),
    });
    assert!(words(&test_app).contains("Is there any news on this?"));
    assert_eq!(words(&test_app).matches(why).count(), 1);
    let footer = test_app.screen_lines().pop().unwrap();
    assert!(footer.starts_with(" ? help  q back  L connection  Not allowed"));
    let is_dimmed = |test_app: &TestApp| {
        let drawn = test_app.picture(&Appearance::new(ThemeId::Terminal, false));
        let pane = test_app.app.panes().unwrap().transcript;
        let cells = pane.positions().map(|position| &drawn.buffer[position]);
        let mut cells = cells.filter(|cell| !cell.symbol().trim().is_empty());
        cells.all(|cell| cell.modifier.contains(Modifier::DIM))
    };
    assert!(is_dimmed(&test_app));
    // The list still shows the session as unchanged, and the service still refuses it.
    for _ in 0..3 {
        test_app.advance(TimeDelta::seconds(20));
        test_app.send_list(scenario::sessions());
        test_app.send(SyncEvent::SessionUnavailable {
            session: SessionId(101),
            why: why.to_owned(),
        });
    }
    assert!(test_app.screen_lines()[0].ends_with("● live"));
    let title = "no longer available, 60 s old · following";
    assert!(words(&test_app).contains(title), "{}", words(&test_app));
    for (width, title) in [
        (100, "no longer available, 60 s old · following"),
        (60, "no longer available · following"),
        (40, "unavailable · following"),
        (20, "following"),
    ] {
        test_app.resize(width, 16);
        assert!(words(&test_app).contains(title), "{width}");
    }
    test_app.resize(120, 40);
    test_app.press("k");
    assert!(words(&test_app).contains("60 s old · paused"));
    test_app.press("L");
    let details = words(&test_app);
    for line in ["State not available", why, "Last response 60 s ago"] {
        assert!(details.contains(line), "{details}");
    }
    test_app.press("<esc>");
    let message = customer_message(99, now(), "Still there?");
    test_app.send_messages(101, vec![message]);
    assert!(!is_dimmed(&test_app));
    assert!(!words(&test_app).contains("no longer available"));
}

#[test]
fn a_late_response_is_slow_and_the_age_of_old_data_is_shown_once() {
    let mut test_app = scenario::test_app(100, 16);
    test_app.send_connection(Feed::List, ConnectionState::Slow);
    assert!(test_app.screen_lines()[0].ends_with("○ slow"));
    let footer = test_app.screen_lines().pop().unwrap();
    assert!(footer.starts_with(" ? help  q back  L connection"));
    test_app.advance(TimeDelta::seconds(22));
    assert!(test_app.screen_lines()[0].ends_with("○ slow, data 22 s old"));
    test_app.send_connection(Feed::List, retrying("fjord.example did not answer"));
    test_app.send_connection(Feed::Messages, signed_out());
    for (width, height) in [(200, 40), (100, 16), (80, 10), (60, 10), (40, 12), (20, 8)] {
        test_app.resize(width, height);
        for key in ["h", "l"] {
            test_app.press(key);
            let words = words(&test_app);
            let count = words.matches(" old").count();
            assert!(count == 1 || count == 0 && width == 20, "{words}");
        }
    }
}

#[test]
fn signed_out_is_shown_once_whatever_the_errors_of_the_two_feeds() {
    let with_reply = ConnectionState::SignedOut {
        after: Some(Duration::from_secs(30)),
        why: REFUSED.replace("fjord.example", "fjord.example: Authentication failed"),
    };
    for (list, messages) in [
        (with_reply.clone(), signed_out()),
        (signed_out(), with_reply),
    ] {
        let mut loaded = scenario::test_app(200, 30);
        let mut empty = with_session_in(200, 30);
        for test_app in [&mut loaded, &mut empty] {
            test_app.send_connection(Feed::List, list.clone());
            test_app.send_connection(Feed::Messages, messages.clone());
        }
        let footer = |test_app: &TestApp| test_app.screen_lines().pop().unwrap();
        assert_eq!(footer(&loaded).matches("Sign-in refused").count(), 1);
        assert_eq!(footer(&empty).matches("Sign-in refused").count(), 0);
    }
}

#[test]
fn signed_out_with_nothing_to_come_names_the_key_that_tries_again() {
    let mut test_app = TestApp::new(100, 24);
    let why = REFUSED.to_owned();
    test_app.send_connection(Feed::List, ConnectionState::SignedOut { after: None, why });
    let header = test_app.screen_lines()[0].clone();
    assert!(header.ends_with("signed out, R tries again"), "{header}");
    test_app.press("L");
    assert!(!words(&test_app).contains("Next try"));
}

#[test]
fn the_time_of_the_next_try_stays_at_80_columns_once_the_data_is_old() {
    let mut test_app = scenario::test_app(80, 24);
    test_app.send_connection(Feed::List, retrying("fjord.example did not answer"));
    test_app.advance(TimeDelta::seconds(16));
    let header = test_app.screen_lines()[0].clone();
    assert!(header.ends_with("○ retrying in 4 s, 16 s old"), "{header}");
}

#[test]
fn a_notice_longer_than_the_footer_is_whole() {
    let mut test_app = scenario::test_app(60, 12);
    let why = "unknown time zone \"XX-99\"; did you mean NO or US-NY or Europe/Oslo?";
    test_app.send(Event::EffectFailed(why.to_owned()));
    assert_screen("notice-long", &test_app);
    for width in [20, 40, 60, 80] {
        test_app.resize(width, 12);
        let rows = test_app.screen_lines();
        let notice = rows[6..]
            .join(" ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(notice.ends_with(why), "{notice}");
    }
}

#[test]
fn a_wrong_zone_is_whole_at_60_columns_and_stays_in_the_connection_details() {
    let mut test_app = TestApp::with_config(AppConfig {
        zone: Some("Europe/Olso".to_owned()),
        ..app_config(60, 16)
    });
    test_app.send_list(scenario::sessions());
    test_app.send(SyncEvent::ZonesListed(vec![ServiceZone {
        code: "NO".to_owned(),
        ..ServiceZone::default()
    }]));
    let why = "unknown time zone \"Europe/Olso\"; did you mean Europe/Oslo";
    assert!(words(&test_app).contains(why), "{}", words(&test_app));
    test_app.press("j");
    let footer = test_app.screen_lines().pop().unwrap();
    assert!(footer.starts_with(" ? help  q quit  L connection  unknown time zone"));
    test_app.press("L");
    assert!(
        words(&test_app).replace("│ ", "").contains(why),
        "{}",
        words(&test_app)
    );
    test_app.press("<esc>tEurope/Oslo<enter>");
    test_app.press("j");
    assert!(!words(&test_app).contains("unknown time zone"));
}

#[test]
fn live_rows_stay_fresh_while_the_archive_fails() {
    let archived = Session {
        customer: Customer::default(),
        ..session(3, "", Status::Closed, 30)
    };
    let live = vec![session(2, "Kari", Status::CustomerLast, 2)];
    let live = || list_event(Scope::Channels, None, live.clone(), None);
    // In one pane no session is opened by itself.
    let mut test_app = TestApp::new(79, 30);
    test_app.send(live());
    test_app.press("vv");
    test_app.send(list_event(Scope::All, None, vec![archived], None));
    test_app.send(live());
    // Two rows a session, below the header.
    let dimmed = |test_app: &TestApp| {
        let drawn = test_app.picture(&Appearance::new(ThemeId::Terminal, false));
        [1, 3].map(|row| {
            let cell = &drawn.buffer[(3, row)];
            (
                cell.symbol().to_owned(),
                cell.modifier.contains(Modifier::DIM),
            )
        })
    };
    let rows = |kari: bool, archived: bool| [("K".to_owned(), kari), ("s".to_owned(), archived)];
    test_app.send_connection(Feed::List, retrying("no answer"));
    test_app.advance(TimeDelta::seconds(50));
    test_app.send(live());
    assert_eq!(dimmed(&test_app), rows(false, true));
    // A wait that passes a threshold notifies.
    let effects = test_app.advance(TimeDelta::seconds(11));
    let is_notified = |effect: &Effect| matches!(effect, Effect::Notify(_));
    assert!(effects.iter().any(is_notified), "{effects:?}");
    test_app.advance(TimeDelta::seconds(60));
    assert_eq!(dimmed(&test_app), rows(true, true));
}
