//! Waits that have passed a threshold, in the list and in the header.

use crate::app::AppConfig;
use crate::app::event::Event;
use crate::app::saved_views::SavedView;
use crate::chat::{
    ChannelThresholds, MessageId, ReadState, Scope, Session, SessionId, Status, TurnScan,
};
use crate::sync::SyncEvent;
use crate::test_support::builders::{in_minutes, minutes_ago, session};
use crate::test_support::{TestApp, app_config, list_event, scenario};
use crate::view::tests::{assert_screen_with, test_app_after};
use crate::view::{Appearance, ThemeId};
use chrono::TimeDelta;

fn rows() -> Vec<Session> {
    [
        ("Kari", Status::CustomerLast, 12),
        ("Ola", Status::CustomerLast, 4),
        ("Per", Status::CustomerLast, 1),
        ("Eva", Status::InQueue, 3),
        ("Nils", Status::InQueue, 1),
        ("Bjørn", Status::UserLast, 90),
    ]
    .into_iter()
    .zip(1..)
    .map(|((name, status, minutes), id)| session(id, name, status, minutes))
    .collect()
}

#[test]
fn both_levels_differ_by_shape_and_weight_as_well_as_by_colour() {
    for (name, theme_id, ascii) in [
        ("colour", ThemeId::Terminal, false),
        ("light", ThemeId::Light, false),
        ("mono", ThemeId::Mono, false),
        ("ascii", ThemeId::Mono, true),
    ] {
        let appearance = Appearance::new(theme_id, ascii);
        for (width, height) in [(60, 16), (60, 9), (24, 9)] {
            let mut test_app = TestApp::new(width, height);
            test_app.send_list(rows());
            test_app.send_live();
            let name = format!("wait-levels-{name}-{width}x{height}");
            assert_screen_with(&name, &test_app, &appearance);
        }
    }
    let mono = Appearance::new(ThemeId::Mono, false);
    assert_screen_with("wait-levels-columns", &test_app_after(160, 20, "h"), &mono);
}

#[test]
fn a_mark_in_the_header_leaves_nothing_out() {
    for width in 20..140 {
        let mut test_app = TestApp::new(width, 9);
        test_app.send_list(rows().split_off(2));
        test_app.send_live();
        let unmarked = rows().into_iter().skip(2).map(|row| Session {
            requested: row.requested.map(|at| at + TimeDelta::minutes(2)),
            last_activity: row.last_activity.map(|at| at + TimeDelta::minutes(2)),
            ..row
        });
        let words = |test_app: &TestApp| {
            let header = test_app.screen_lines().swap_remove(0);
            let only_words = header.replace(|c: char| !c.is_alphabetic(), " ");
            let words: Vec<_> = only_words.split_whitespace().map(str::to_owned).collect();
            words
        };
        let marked = words(&test_app);
        test_app.send_list(unmarked.collect());
        let unmarked = words(&test_app);
        let is_left_out = |word: &&String| !marked.contains(word);
        assert_eq!(unmarked.iter().find(is_left_out), None, "{width}");
    }
}

/// Service, counts of unread sessions and scope leave the header first.
#[test]
fn the_words_of_the_longest_wait_stay_while_anything_less_important_is_there() {
    for width in 20..200 {
        let mut test_app = scenario::test_app(width, 24);
        test_app.send(Event::ReadStateLoaded(ReadState::starting_at(minutes_ago(
            200,
        ))));
        let header = test_app.screen_lines().swap_remove(0);
        let has_words = header.contains("2 need reply, longest ‼>26m · 2 in queue, longest ‼12m");
        for less in ["Fjord AS", "unread", "my channels"] {
            assert!(has_words || !header.contains(less), "{width}: {header}");
        }
        assert!(has_words || width < 80, "{width}: {header}");
        assert!(!header.contains('('), "{width}: {header}");
    }
    let mut test_app = TestApp::new(56, 9);
    test_app.send_list(vec![
        session(1, "Kari", Status::CustomerLast, 1),
        session(2, "Eva", Status::InQueue, 0),
    ]);
    let header = test_app.screen_lines().swap_remove(0);
    assert!(
        header.contains("1 needs reply, >1m · 1 in queue, <1m"),
        "{header}"
    );
}

#[test]
fn the_name_of_the_zone_stays_longer_than_the_service_and_its_abbreviation_in_all_but_the_smallest()
{
    for width in 20..200 {
        let mut test_app = scenario::test_app(width, 24);
        test_app.send(Event::ReadStateLoaded(ReadState::starting_at(minutes_ago(
            200,
        ))));
        let header = test_app.screen_lines().swap_remove(0);
        let has_name = header.contains("Europe/Oslo CEST");
        for less in ["Fjord AS", "unread", "my channels"] {
            assert!(has_name || !header.contains(less), "{width}: {header}");
        }
        assert!(header.contains("CEST") || width < 30, "{width}: {header}");
    }
}

/// A chosen scope, a view and sessions that are not shown stay longer than the name of the zone.
#[test]
fn what_narrows_the_list_stays_while_the_zone_has_its_name() {
    let view = SavedView::new("Billing".to_owned(), None, &[("channel", "Billing")], "");
    for width in 60..140 {
        let mut mine = TestApp::new(width, 24);
        mine.press("v");
        mine.send(list_event(
            Scope::Mine,
            None,
            vec![rows().swap_remove(2)],
            None,
        ));
        mine.send_live();
        let mut in_view = TestApp::with_config(AppConfig {
            views: vec![view.clone()],
            ..app_config(width, 24)
        });
        in_view.send_list(rows());
        in_view.send_live();
        in_view.press("1");
        for (test_app, wanted) in [
            (mine, &["mine"][..]),
            (in_view, &["view Billing", "0 of 2 in queue"]),
        ] {
            let header = test_app.screen_lines().swap_remove(0);
            let has_name = header.contains("Europe/Oslo");
            for part in wanted {
                assert!(header.contains(part) || !has_name, "{width}: {header}");
                assert!(header.contains(part) || width < 80, "{width}: {header}");
            }
        }
    }
}

/// One of equal waits may be in a channel without thresholds, and a lower bound may be longer than all.
#[test]
fn the_header_has_the_worst_level_and_an_age_that_no_wait_can_exceed() {
    let calm = |mut row: Session| {
        row.channel.thresholds = ChannelThresholds {
            queue: in_minutes(None, None),
            reply: in_minutes(None, None),
        };
        row
    };
    let eva = session(1, "Eva", Status::InQueue, 19);
    let nils = calm(session(2, "Nils", Status::InQueue, 19));
    for rows in [[eva.clone(), nils.clone()], [nils, eva]] {
        let mut test_app = TestApp::new(100, 9);
        test_app.send_list(rows.to_vec());
        let header = test_app.screen_lines().swap_remove(0);
        assert!(header.contains("2 in queue, longest ‼19m"), "{header}");
    }
    let mut test_app = TestApp::new(100, 9);
    test_app.send_list(vec![
        session(1, "Kari", Status::CustomerLast, 23),
        session(2, "Ola", Status::CustomerLast, 9),
    ]);
    for (read, longest) in [(1, "longest ‼>23m"), (2, "longest ‼29m")] {
        let minutes = if read == 1 { 23 } else { 29 };
        let scan = TurnScan {
            unanswered: Some((minutes_ago(minutes), MessageId(1))),
            newest: Some(minutes_ago(if read == 1 { 23 } else { 9 })),
            ..TurnScan::default()
        };
        test_app.send(SyncEvent::WaitRead {
            session: SessionId(read),
            scan: Some(scan),
            recent: Vec::new(),
        });
        let header = test_app.screen_lines().swap_remove(0);
        assert!(header.contains(longest), "{header}");
    }
}

/// Only the mark and the age itself change when a threshold is passed.
#[test]
fn nothing_in_the_list_moves_when_a_mark_appears() {
    for width in [20, 24, 30, 40, 60, 79] {
        for height in [9, 20] {
            let mut test_app = TestApp::new(width, height);
            test_app.send_list(rows());
            let marks = ['!', '‼'];
            let without_marks = |line: &String| line.replace(marks, " ");
            let list = |test_app: &TestApp| {
                let lines = test_app.screen_lines();
                let shown = lines[1..usize::from(height) - 1].iter();
                // Ages are digits.
                let blank = |line: String| line.replace(|c: char| c.is_ascii_digit(), "0");
                shown.map(without_marks).map(blank).collect::<Vec<_>>()
            };
            let before = list(&test_app);
            test_app.advance(TimeDelta::minutes(2));
            assert_eq!(list(&test_app), before, "{width}x{height}");
        }
    }
}
