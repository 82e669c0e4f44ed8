//! The same screen when little is known, when the link is in trouble, and in the hour autumn repeats.

use std::time::Duration;

use crate::app::AppConfig;
use crate::app::event::Event;
use crate::chat::{ReadState, SessionId, SpecialKind, TrafficStats};
use crate::sync::{ConnectionState, Feed, ServiceNotice, SyncEvent};
use crate::view::{Appearance, Palette};
use chrono::TimeDelta;

use crate::test_support::builders::{
    agent_message, customer_message, minutes_ago, numbered_messages, parse_timestamp,
    special_message, today_at,
};
use crate::test_support::{TestApp, app_config, scenario};
use crate::view::tests::{assert_screen, assert_screen_with, test_app_after};

#[test]
fn little_is_known() {
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
fn a_long_answer_on_its_way() {
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

#[test]
fn the_link_in_words() {
    let after_seconds = Duration::from_secs;
    for (name, link) in [
        (
            "retrying",
            ConnectionState::Retrying {
                after: after_seconds(17),
                why: "fjord.example did not answer within 20 s".to_owned(),
            },
        ),
        (
            "signed-out",
            ConnectionState::SignedOut {
                after: after_seconds(30),
                why: "The service did not accept the sign-in (401); renew the token with `sochat login`".to_owned(),
            },
        ),
        (
            "stopped",
            ConnectionState::Stopped {
                why: "the answer was larger than 256 MiB".to_owned(),
            },
        ),
        ("old", ConnectionState::Live),
    ] {
        let mut test_app = scenario::test_app(100, 12);
        if name == "old" {
            test_app.advance(TimeDelta::seconds(75));
        }
        test_app.send_connection(Feed::Messages, link);
        test_app.advance(TimeDelta::seconds(5));
        assert_screen(&format!("link-{name}"), &test_app);
        test_app.resize(40, 12);
        assert_screen(&format!("link-{name}-narrow"), &test_app);
    }
}

/// What is not asked for by itself shows the time it is of, and the day where that is over.
#[test]
fn asked_for_only_when_somebody_does() {
    let still = AppConfig {
        intervals: (None, None),
        ..app_config(100, 12)
    };
    let mut test_app = scenario::test_app_with(still);
    test_app.advance(TimeDelta::hours(2));
    assert_screen("link-as-of", &test_app);
    test_app.press("k");
    test_app.advance(TimeDelta::hours(20));
    test_app.resize(60, 12);
    assert_screen("link-as-of-yesterday", &test_app);
}

/// Each pane tells its own age and next try, the footer both reasons, in any look.
#[test]
fn both_lanes_in_trouble() {
    let mut test_app = scenario::test_app(100, 16);
    test_app.advance(TimeDelta::seconds(75));
    let after = Duration::from_secs(12);
    let why = |what: &str| format!("{what} did not answer within 20 s");
    test_app.send_connection(
        Feed::List,
        ConnectionState::Retrying {
            after,
            why: why("fjord.example"),
        },
    );
    test_app.send_connection(
        Feed::Messages,
        ConnectionState::Stopped {
            why: "the session is gone".to_owned(),
        },
    );
    test_app.advance(TimeDelta::seconds(5));
    assert_screen("link-both", &test_app);
    assert_screen_with(
        "link-both-mono",
        &test_app,
        &Appearance::new(Palette::Mono, false),
    );
    assert_screen_with(
        "link-both-ascii",
        &test_app,
        &Appearance::new(Palette::Dark, true),
    );
    test_app.press("L");
    test_app.resize(100, 30);
    assert_screen("over-link-trouble", &test_app);
}

/// What is known of the service after it moved and with a clock that is off.
#[test]
fn the_link_in_full() {
    let mut test_app = scenario::test_app(100, 30);
    test_app.send(SyncEvent::Notice(ServiceNotice::Moved {
        from: "https://sod2.superoffice.com/Cust12345/api/v1/".to_owned(),
        to: "https://sod3.superoffice.com/Cust12345/api/v1/".to_owned(),
    }));
    test_app.send(SyncEvent::Notice(ServiceNotice::ClockOffset(
        TimeDelta::seconds(-200),
    )));
    test_app.press("L");
    test_app.send(Event::TrafficSampled(TrafficStats {
        requests_per_minute: 79,
        bytes_per_minute: 48_120,
        total_bytes: 3_141_592,
    }));
    assert_screen("over-link", &test_app);
    test_app.resize(40, 12);
    assert_screen("over-link-40x12", &test_app);
}

#[test]
fn paused_with_new_messages_below() {
    let mut test_app = scenario::test_app(80, 16);
    test_app.press("<pgup>k");
    test_app.send_messages(
        101,
        vec![customer_message(
            40,
            today_at("14:02:20"),
            "I can wait another hour, not more",
        )],
    );
    assert_screen("paused", &test_app);
    test_app.resize(30, 10);
    assert_screen("paused-narrow", &test_app);
}

#[test]
fn what_is_unread_and_what_is_watched() {
    let mut test_app = scenario::test_app(120, 36);
    test_app.send(Event::ReadStateLoaded(ReadState::starting_at(minutes_ago(
        200,
    ))));
    test_app.send(Event::FocusChanged(false));
    let hello = [1, 2].map(|id| customer_message(id, minutes_ago(12), "Hello?"));
    test_app.send_messages(103, hello.to_vec());
    test_app.send_messages(
        101,
        vec![customer_message(41, minutes_ago(0), "Is anybody there?")],
    );
    test_app.press("hjwjjjjw");
    assert_screen("unread", &test_app);
    for (width, height) in [(80, 24), (80, 10), (40, 12), (20, 8)] {
        test_app.resize(width, height);
        assert_screen(&format!("unread-{width}x{height}"), &test_app);
    }
    test_app.resize(80, 24);
    assert_screen_with(
        "unread-ascii",
        &test_app,
        &Appearance::new(Palette::Mono, true),
    );
}

#[test]
fn a_notice_takes_the_footer() {
    let mut test_app = scenario::test_app(80, 12);
    test_app.send(Event::Copied("Copied 26 characters".to_owned()));
    assert_screen("notice", &test_app);
    test_app.send(Event::EffectFailed(
        "No browser could be started; set BROWSER or copy the link with y".to_owned(),
    ));
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
    test_app.send_messages(
        101,
        vec![
            customer_message(1, parse_timestamp("2026-10-25T01:59:00+02:00"), "before"),
            customer_message(
                2,
                parse_timestamp("2026-10-25T02:30:00+02:00"),
                "in summer time",
            ),
            customer_message(
                3,
                parse_timestamp("2026-10-25T02:31:00+02:00"),
                "in summer time too",
            ),
            special_message(
                4,
                parse_timestamp("2026-10-25T02:45:00+02:00"),
                SpecialKind::ClosedByIdle,
            ),
            agent_message(
                5,
                parse_timestamp("2026-10-25T02:30:00+01:00"),
                "an hour later",
            ),
            agent_message(
                6,
                parse_timestamp("2026-10-25T02:31:00+01:00"),
                "a minute more",
            ),
        ],
    );
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
