//! `since:` in the filter of the list: sessions with activity at or after a time as typed.

use chrono::TimeDelta;

use crate::app::AppConfig;
use crate::app::event::Event;
use crate::app::saved_views::SavedView;
use crate::app::tests::screen_contains;
use crate::chat::LoadedKey;
use crate::sync::SyncEvent;
use crate::test_support::builders::minutes_ago;
use crate::test_support::{TestApp, app_config, personal, scenario};

/// On a Saturday at 14:02:31, with sessions that were last active 0 to 31,000 minutes ago.
fn test_app() -> TestApp {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(scenario::sessions());
    test_app
}

fn listed(test_app: &TestApp) -> Vec<i64> {
    let mut listed = test_app.listed_ids();
    listed.sort_unstable();
    listed
}

fn problem(test_app: &TestApp) -> Option<String> {
    let problem = test_app.app.session_list().filter_problem();
    problem.map(ToString::to_string)
}

/// The words of the list, in a window of their own.
fn words(test_app: &mut TestApp) -> String {
    test_app.resize(60, 12);
    let words = test_app.screen_lines().join(" ");
    test_app.resize(100, 30);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_list_is_narrowed_to_sessions_active_since_then() {
    const HOUR: [i64; 7] = [101, 102, 103, 104, 105, 106, 107];
    let with = |others: &[i64]| [&HOUR[..], others].concat();
    for (typed, found) in [
        ("since:13:30", with(&[])),
        ("since:12:00", with(&[111])),
        // It is 14:02: that of yesterday, and a time that lies ahead if the day is given.
        ("since:23:00", with(&[108, 111, 112])),
        ("since:\"today 23:00\"", vec![]),
        ("since:2h", with(&[111])),
        ("SINCE:10m", vec![101, 104, 105, 106, 107]),
        // At that moment, and a second later.
        ("since:13:50:31", vec![101, 103, 104, 105, 106, 107]),
        ("since:13:50:32", vec![101, 104, 105, 106, 107]),
        ("since:today", with(&[108, 111, 112])),
        ("since:\"yesterday 13:00\"", with(&[108, 109, 111, 112])),
        ("since:\"yesterday 13:03\"", with(&[108, 111, 112])),
        ("since:monday", with(&[108, 109, 111, 112])),
        ("since:2026-07-01", with(&[108, 109, 110, 111, 112])),
        ("since:10m kari", vec![101]),
        ("agent:ola since:12:00", vec![101]),
        ("since:12:00 status:ended", vec![]),
        // Several widen the list, as several of any kind do.
        ("since:5m since:13:30", with(&[])),
    ] {
        let mut test_app = test_app();
        test_app.press(&format!("/{typed}<enter>"));
        assert_eq!(listed(&test_app), found, "{typed}");
        assert_eq!(problem(&test_app), None, "{typed}");
    }
}

#[test]
fn the_end_of_a_session_is_activity() {
    let mut test_app = TestApp::new(100, 30);
    let mut rows = scenario::sessions();
    rows[7].ended = Some(minutes_ago(3));
    rows[8].last_activity = None;
    rows[8].requested = None;
    rows[8].ended = None;
    test_app.send_list(rows);
    test_app.press("/since:10m status:ended<enter>");
    assert_eq!(test_app.listed_ids(), [108]);
    // Without any time.
    test_app.press("/<c-u>since:2020-01-01 109<enter>");
    assert!(test_app.listed_ids().is_empty());
}

#[test]
fn no_beginning_of_a_time_is_an_error_while_it_is_typed() {
    for whole in [
        "since:30m",
        "since:13:30",
        "since:\"yesterday 13:30\"",
        "since:saturday",
        "since:\"2026-07-25 13:30\"",
        "kari since:monday",
    ] {
        let mut test_app = test_app();
        test_app.press("/");
        for character in whole.chars() {
            test_app.send(Event::TextTyped(character.to_string()));
            assert_eq!(problem(&test_app), None, "{whole} at {character}");
            // The letters of the keyword are words until its colon.
            let is_word = !test_app.app.session_list().filter().contains(':');
            assert!(is_word || !test_app.listed_ids().is_empty(), "{whole}");
            assert!(!screen_contains(&test_app, "no time"), "{whole}");
        }
    }
}

#[test]
fn what_cannot_be_read_is_reported() {
    for (typed, value) in [
        ("since:soon", "soon"),
        ("since:14.30", "14.30"),
        ("since:12: kari", "12:"),
        ("since:2h since:then", "then"),
    ] {
        let mut test_app = test_app();
        test_app.press(&format!("/{typed}"));
        let footer = test_app.screen_lines().pop().unwrap();
        assert!(footer.contains(&format!("no time \"{value}\"")), "{footer}");
        test_app.press("<enter>");
        assert_eq!(test_app.listed_ids().is_empty(), !typed.contains("2h"));
        let words = problem(&test_app).unwrap();
        let wanted = format!("\"{value}\" is not a time: type 30m, 2h, 3d, ");
        assert!(words.starts_with(&wanted), "{words}");
        assert!(test_app.app.prompt().is_some());
        test_app.press("<c-u>kari<enter>");
        assert!(test_app.app.prompt().is_none());
    }
    // What may still become one, once it is accepted.
    let mut test_app = test_app();
    test_app.press("/since:12:");
    assert_eq!((problem(&test_app), listed(&test_app).len()), (None, 12));
    test_app.press("<enter>");
    assert!(problem(&test_app).unwrap().starts_with("\"12:\" is not"));
    assert!(screen_contains(&test_app, "\"12:\" is not a time"));
    // Typing continues where it ended.
    test_app.send(Event::TextTyped("00".to_owned()));
    assert_eq!((problem(&test_app), listed(&test_app).len()), (None, 8));
    // What is cancelled is as it was.
    test_app.press("<esc>");
    assert_eq!((problem(&test_app), listed(&test_app).len()), (None, 12));
}

#[test]
fn the_selection_stays_when_a_filter_is_accepted() {
    let mut test_app = test_app();
    test_app.press("/since:13:30<tab><tab>");
    let selected = test_app.selected_session();
    test_app.press("<enter>");
    assert_eq!(test_app.selected_session(), selected);
    assert_eq!(listed(&test_app).len(), 7);
}

/// The zone shown, also one that is chosen later, and UTC.
#[test]
fn times_are_those_of_the_zone_shown() {
    let mut test_app = test_app();
    test_app.press("/since:12:00<enter>");
    assert_eq!(listed(&test_app).len(), 8);
    // 14:00 in Oslo.
    test_app.press("T");
    assert_eq!(listed(&test_app), [104, 105, 106, 107]);
    test_app.press("TT");
    assert_eq!(listed(&test_app).len(), 8);
    test_app.press("tTokyo<enter>");
    let since_five = [101, 102, 103, 104, 105, 106, 107, 108, 111, 112];
    assert_eq!(listed(&test_app), since_five);
    test_app.press("/<c-u>since:\"today<space>23:00\"<enter>");
    assert!(words(&mut test_app).contains("(active since 2026-07-25 23:00)."));
    // From the start too.
    let zone = AppConfig {
        zone: Some("Asia/Tokyo".to_owned()),
        ..app_config(100, 30)
    };
    let mut test_app = TestApp::with_config(zone);
    test_app.send_list(scenario::sessions());
    test_app.press("/since:20:50<enter>");
    assert_eq!(listed(&test_app), [101, 103, 104, 105, 106, 107]);
    test_app.send(SyncEvent::ZonesListed(Vec::new()));
    assert_eq!(listed(&test_app), [101, 103, 104, 105, 106, 107]);
}

/// Without a wake-up of its own: what is due anyway is enough.
#[test]
fn as_time_passes_sessions_leave_the_list() {
    let mut plain = test_app();
    let mut test_app = test_app();
    test_app.press("/since:10m<enter>");
    plain.press("/kari<enter>");
    assert_eq!(listed(&test_app), [101, 104, 105, 106, 107]);
    test_app.press("g");
    test_app.advance(TimeDelta::minutes(7));
    plain.advance(TimeDelta::minutes(7));
    assert_eq!(listed(&test_app), [104, 105, 106, 107]);
    assert!(test_app.app.take_dirty());
    assert!(test_app.selected_session().is_some());
    assert!(test_app.app.next_wake() >= plain.app.next_wake());
    // What is active again comes back.
    let mut rows = scenario::sessions();
    rows[0].last_activity = Some(minutes_ago(-6));
    test_app.send_list(rows);
    assert_eq!(listed(&test_app), [101, 104, 105, 106, 107]);
}

/// At 14:02 that of yesterday, also when 15:00 has passed; typed anew then, it is that of the day.
#[test]
fn a_time_of_day_stays_that_of_when_it_was_typed() {
    let since = |test_app: &TestApp| {
        let list = test_app.app.session_list();
        let zone = test_app.app.time_zone().displayed();
        list.filter_since().map(|since| since.format(zone))
    };
    for keys in ["/since:15:00<enter>", "1"] {
        let mut test_app = TestApp::with_config(AppConfig {
            views: vec![SavedView::new(
                "Afternoon".to_owned(),
                None,
                &[],
                "since:15:00",
            )],
            ..app_config(100, 30)
        });
        test_app.send_list(scenario::sessions());
        test_app.press(keys);
        let before = (since(&test_app), listed(&test_app));
        assert_eq!(before.0.as_deref(), Some("2026-07-24 15:00"), "{keys}");
        for _ in 0..3 {
            test_app.advance(TimeDelta::hours(9));
            assert_eq!((since(&test_app), listed(&test_app)), before, "{keys}");
        }
        // Another filter that is not accepted, and more words, leave it as it is.
        test_app.press("/<c-u>since:14:00<esc>");
        assert_eq!((since(&test_app), listed(&test_app)), before, "{keys}");
        test_app.press("/ kari<enter>v");
        test_app.send_list(scenario::sessions());
        assert_eq!(since(&test_app), before.0);
        test_app.press("/<c-u>x<enter>/<c-u>since:15:00<enter>");
        assert_eq!(since(&test_app).as_deref(), Some("2026-07-26 15:00"));
    }
}

#[test]
fn saved_views_history_and_privacy_have_it() {
    let view = |name: &str, words: &str| SavedView::new(name.to_owned(), None, &[], words);
    let views = vec![
        view("Lunch", "since:12:00 kari"),
        view("Wrong", "since:noon"),
    ];
    let mut test_app = TestApp::with_config(AppConfig {
        views,
        ..app_config(100, 30)
    });
    test_app.send_list(scenario::sessions());
    test_app.press("1");
    assert_eq!(listed(&test_app), [101]);
    test_app.press("2");
    assert!(words(&mut test_app).contains("View Wrong. \"noon\" is not a time"));
    test_app.press("<esc>/since:10m<enter><esc>/<up>");
    assert_eq!(listed(&test_app), [101, 104, 105, 106, 107]);
    test_app.press("<enter>p");
    let key = personal::KEY;
    test_app.send(Event::PrivacyKeyLoaded(LoadedKey { key, problem: None }));
    assert!(test_app.app.is_private());
    test_app.press("/since:10m<enter>");
    assert_eq!(listed(&test_app), [101, 104, 105, 106, 107]);
    test_app.press("/ agent:agent<enter>");
    assert_eq!(listed(&test_app), [101]);
}
