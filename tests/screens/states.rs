//! The same screen when little is known, when the link is in trouble, and in the hour autumn repeats.

use std::time::Duration;

use chrono::TimeDelta;
use sochat::app::AppConfig;
use sochat::app::event::{Event, Feed, ConnectionState};
use sochat::chat::{ReadState, SessionId, SpecialKind, TrafficStats};
use sochat::view::{Appearance, Palette};

use crate::fixture::nouns::{ago, customer, event, moment, reply, talk, today};
use crate::fixture::{Desk, setup, story};
use crate::{after, compare, compare_as};

#[test]
fn little_is_known() {
    let mut desk = Desk::new(80, 12);
    compare("start", &desk);
    desk.list(Vec::new());
    compare("start-no-sessions", &desk);
    desk.list(story::sessions());
    compare("start-loading", &desk);
    desk.messages(102, Vec::new());
    desk.live();
    compare("start-no-messages", &desk);
    let desk = Desk::of(AppConfig {
        initial_session: Some(SessionId(341)),
        ..setup(80, 12)
    });
    compare("start-unknown-session", &desk);
}

#[test]
fn a_long_answer_on_its_way() {
    let mut desk = Desk::of(AppConfig {
        initial_session: Some(SessionId(102)),
        ..setup(120, 8)
    });
    desk.list(story::sessions());
    desk.tell(Event::MessagesArrived {
        session: SessionId(102),
        request_id: 1,
        messages: talk(1..4_321).into(),
    });
    for width in [120, 80, 30] {
        desk.resize(width, 8);
        compare(&format!("loading-{width}"), &desk);
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
        let mut desk = story::desk(100, 12);
        if name == "old" {
            desk.wait(TimeDelta::seconds(75));
        }
        desk.link(Feed::Messages, link);
        desk.wait(TimeDelta::seconds(5));
        compare(&format!("link-{name}"), &desk);
        desk.resize(40, 12);
        compare(&format!("link-{name}-narrow"), &desk);
    }
}

/// What is not asked for by itself shows the time it is of, and the day where that is over.
#[test]
fn asked_for_only_when_somebody_does() {
    let still = AppConfig {
        intervals: (None, None),
        ..setup(100, 12)
    };
    let mut desk = story::desk_of(still);
    desk.wait(TimeDelta::hours(2));
    compare("link-as-of", &desk);
    desk.press("k");
    desk.wait(TimeDelta::hours(20));
    desk.resize(60, 12);
    compare("link-as-of-yesterday", &desk);
}

/// Each pane tells its own age and next try, the footer both reasons, in any look.
#[test]
fn both_lanes_in_trouble() {
    let mut desk = story::desk(100, 16);
    desk.wait(TimeDelta::seconds(75));
    let after = Duration::from_secs(12);
    let why = |what: &str| format!("{what} did not answer within 20 s");
    desk.link(
        Feed::List,
        ConnectionState::Retrying {
            after,
            why: why("fjord.example"),
        },
    );
    desk.link(
        Feed::Messages,
        ConnectionState::Stopped {
            why: "the session is gone".to_owned(),
        },
    );
    desk.wait(TimeDelta::seconds(5));
    compare("link-both", &desk);
    compare_as("link-both-mono", &desk, &Appearance::new(Palette::Mono, false));
    compare_as("link-both-ascii", &desk, &Appearance::new(Palette::Dark, true));
    desk.press("L");
    desk.resize(100, 30);
    compare("over-link-trouble", &desk);
}

/// What is known of the service after it moved and with a clock that is off.
#[test]
fn the_link_in_full() {
    let mut desk = story::desk(100, 30);
    desk.tell(Event::ServiceMoved {
        from: "https://sod2.superoffice.com/Cust12345/api/v1/".to_owned(),
        to: "https://sod3.superoffice.com/Cust12345/api/v1/".to_owned(),
    });
    desk.tell(Event::ClockOffsetMeasured(TimeDelta::seconds(-200)));
    desk.press("L");
    desk.tell(Event::TrafficSampled(TrafficStats {
        requests_per_minute: 79,
        bytes_per_minute: 48_120,
        total_bytes: 3_141_592,
    }));
    compare("over-link", &desk);
    desk.resize(40, 12);
    compare("over-link-40x12", &desk);
}

#[test]
fn paused_with_new_messages_below() {
    let mut desk = story::desk(80, 16);
    desk.press("<pgup>k");
    desk.messages(
        101,
        vec![customer(
            40,
            today("14:02:20"),
            "I can wait another hour, not more",
        )],
    );
    compare("paused", &desk);
    desk.resize(30, 10);
    compare("paused-narrow", &desk);
}

#[test]
fn what_is_unread_and_what_is_watched() {
    let mut desk = story::desk(120, 36);
    desk.tell(Event::ReadStateLoaded(ReadState::starting_at(ago(200))));
    desk.tell(Event::FocusChanged(false));
    let hello = [1, 2].map(|id| customer(id, ago(12), "Hello?"));
    desk.messages(103, hello.to_vec());
    desk.messages(101, vec![customer(41, ago(0), "Is anybody there?")]);
    desk.press("hjwjjjjw");
    compare("unread", &desk);
    for (width, height) in [(80, 24), (80, 10), (40, 12), (20, 8)] {
        desk.resize(width, height);
        compare(&format!("unread-{width}x{height}"), &desk);
    }
    desk.resize(80, 24);
    compare_as("unread-ascii", &desk, &Appearance::new(Palette::Mono, true));
}

#[test]
fn a_notice_takes_the_footer() {
    let mut desk = story::desk(80, 12);
    desk.tell(Event::Copied("Copied 26 characters".to_owned()));
    compare("notice", &desk);
    desk.tell(Event::EffectFailed(
        "No browser could be started; set BROWSER or copy the link with y".to_owned(),
    ));
    compare("notice-failed", &desk);
}

/// On 25 October 2026 at 03:00 summer time it is 02:00 again.
#[test]
fn the_hour_that_autumn_repeats() {
    let mut desk = Desk::of(AppConfig {
        now: moment("2026-10-25T02:40:00+01:00"),
        initial_session: Some(SessionId(101)),
        ..setup(90, 30)
    });
    desk.messages(
        101,
        vec![
            customer(1, moment("2026-10-25T01:59:00+02:00"), "before"),
            customer(2, moment("2026-10-25T02:30:00+02:00"), "in summer time"),
            customer(3, moment("2026-10-25T02:31:00+02:00"), "in summer time too"),
            event(
                4,
                moment("2026-10-25T02:45:00+02:00"),
                SpecialKind::ClosedByIdle,
            ),
            reply(5, moment("2026-10-25T02:30:00+01:00"), "an hour later"),
            reply(6, moment("2026-10-25T02:31:00+01:00"), "a minute more"),
        ],
    );
    desk.live();
    compare("autumn", &desk);
    desk.resize(39, 30);
    compare("autumn-narrow", &desk);
}

#[test]
fn a_long_transcript_has_a_scroll_bar() {
    let mut desk = after(80, 16, "");
    desk.messages(101, talk(300..700));
    compare("long-end", &desk);
    desk.press("<pgup><pgup>");
    compare("long-middle", &desk);
    desk.press("g");
    compare("long-start", &desk);
}
