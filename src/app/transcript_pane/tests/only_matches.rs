//! Messages that match the search, shown alone with two around each.

use proptest::prelude::*;

use super::properties::{any_motions, any_size, any_steps, any_transcript};
use super::{apply_step, open_transcript, selection_on_screen};
use crate::app::tests::screen_contains;
use crate::app::transcript_pane::VisibleRow;
use crate::app::transcript_pane::message_layout::RowKind;
use crate::chat::ReadPosition;
use crate::test_support::builders::{customer_message, now, numbered_messages};
use crate::test_support::{TestApp, seconds_after};

/// The ids and gaps on the screen, each once: `8 9 10 11 12 …7 20`.
fn shown(test_app: &TestApp) -> String {
    let rows = test_app.visible_rows();
    let label = |row: &VisibleRow| match row.row.kind {
        RowKind::Gap(count) => format!("…{count}"),
        _ => test_app.id_at(row.message_index).to_string(),
    };
    let mut labels: Vec<_> = rows.iter().map(label).collect();
    labels.dedup();
    labels.join(" ")
}

/// The messages 1 to 60 with the search of a phrase, in a window that shows all that is left of them.
fn searched(phrase: &str) -> TestApp {
    let mut test_app = open_transcript((110, 70), numbered_messages(1..61));
    test_app.press(&format!("/\"{phrase}\"<enter>"));
    test_app
}

#[test]
fn matches_are_shown_with_two_messages_around_each() {
    let mut test_app = searched("message 2");
    test_app.press("&");
    assert_eq!(
        shown(&test_app),
        "1 2 3 4 …13 18 19 20 21 22 23 24 25 26 27 28 29 30 31 …29"
    );
    assert!(screen_contains(&test_app, "… 13 messages"));
    assert!(screen_contains(
        &test_app,
        "\"message 2\" 11 of 11, only matches · paused"
    ));
    test_app.press("&");
    assert!(!screen_contains(&test_app, "only matches"));
    // At the beginning too.
    let mut test_app = searched("message 4");
    test_app.press("&");
    assert!(shown(&test_app).starts_with("…1 2 3 4 5 6 …31 38 39 40"));
    assert!(screen_contains(&test_app, "… 1 message"));
}

#[test]
fn movements_skip_what_is_hidden() {
    let mut test_app = searched("message 30");
    test_app.press("&g");
    assert_eq!(test_app.selected_message(), Some(28));
    let mut selected = Vec::new();
    for key in ["j", "j", "j", "j", "k", "g", "G", "k"] {
        test_app.press(key);
        selected.extend(test_app.selected_message());
    }
    assert_eq!(selected, [29, 30, 31, 32, 31, 28, 32, 31]);
    // Turns and specials among what is shown; a time shows all again.
    test_app.press("g}");
    assert_eq!(test_app.selected_message(), Some(29));
    test_app.press("dyesterday<space>12:05<enter>");
    assert_eq!(test_app.selected_message(), Some(5));
    assert!(!test_app.transcript_pane().shows_only_matches());
}

#[test]
fn the_selected_message_stays_in_its_row() {
    let mut test_app = open_transcript((100, 24), numbered_messages(1..400));
    test_app.press("/\"message 20\"<enter>NNNNNNN&");
    let row_of_selected = |test_app: &TestApp| {
        let selected = test_app.transcript_pane().selected_index();
        let rows = test_app.visible_rows();
        let is_first =
            |row: &VisibleRow| row.is_first_text_row && Some(row.message_index) == selected;
        (test_app.selected_message(), rows.iter().position(is_first))
    };
    let before = row_of_selected(&test_app);
    assert!(before.1.is_some());
    for _ in 0..3 {
        test_app.press("&");
        assert_eq!(row_of_selected(&test_app), before);
    }
}

#[test]
fn new_messages_that_match_appear_and_following_goes_on() {
    let mut test_app = searched("message 5");
    test_app.press("G&");
    assert!(test_app.transcript_pane().is_following());
    assert!(
        shown(&test_app).ends_with("58 59 60"),
        "{}",
        shown(&test_app)
    );
    let at = |id| seconds_after(now(), id - 100);
    let say = |id, text: &str| customer_message(id, at(id), text);
    test_app.send_messages(1, (61..70).map(|id| say(id, "no")).collect());
    assert!(
        shown(&test_app).ends_with("59 60 61 …8"),
        "{}",
        shown(&test_app)
    );
    test_app.send_messages(1, vec![say(70, "message 5")]);
    assert!(
        shown(&test_app).ends_with("61 …6 68 69 70"),
        "{}",
        shown(&test_app)
    );
    assert!(test_app.transcript_pane().is_following());
}

#[test]
fn another_search_shows_all_and_a_cancelled_one_does_not() {
    let mut test_app = searched("message 30");
    test_app.press("&");
    let before = test_app.screen_lines();
    test_app.press("/mess");
    assert!(!screen_contains(&test_app, "only matches"));
    test_app.press("<esc>");
    assert_eq!(test_app.screen_lines(), before);
    test_app.press("/message<enter>");
    assert!(!test_app.transcript_pane().shows_only_matches());
    test_app.press("&<esc>");
    assert!(test_app.transcript_pane().search().is_none());
    assert_eq!(test_app.press("&"), []);
    assert!(
        test_app
            .notice()
            .unwrap()
            .ends_with("no search yet; press /")
    );
    test_app.press("/nowhere<enter>&");
    assert!(test_app.notice().unwrap().ends_with("no message matches"));
}

#[test]
fn a_cancelled_search_returns_to_the_matches_that_are_left() {
    let mut test_app = TestApp::with_session(1);
    test_app.resize(100, 24);
    test_app.send_all_messages(1, numbered_messages(1..200));
    test_app.press("/\"message 9\"<enter>&gjjjjjjj/message<space>1");
    // The selected message and those around it are removed meanwhile.
    let mut left = numbered_messages(1..200);
    left.retain(|message| !(90..95).contains(&message.id.0));
    test_app.send_all_messages(1, left);
    test_app.press("<esc>");
    assert!(test_app.transcript_pane().shows_only_matches());
    assert_eq!(test_app.selected_message(), Some(95));
    assert!(selection_on_screen(&test_app));
}

#[test]
fn once_nothing_matches_any_more_all_is_shown() {
    let mut test_app = searched("message 30");
    test_app.press("&");
    let mut changed = numbered_messages(30..31);
    changed[0] = customer_message(30, changed[0].posted.unwrap(), "other");
    test_app.send_messages(1, changed);
    assert!(!test_app.transcript_pane().shows_only_matches());
    assert!(shown(&test_app).contains("29 30 31"));
}

#[test]
fn hidden_messages_are_not_read() {
    let mut test_app = searched("message 30");
    test_app.press("G&");
    let pane = test_app.transcript_pane();
    let position = ReadPosition {
        until: numbered_messages(1..2)[0].posted.unwrap(),
        newest: None,
    };
    let read = pane.read_position(position, None, &test_app.viewport().unwrap());
    assert_eq!(read.unwrap().newest.map(|id| id.0), Some(32));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_matches_and_what_is_near_them_are_on_the_screen(
        size in any_size(), messages in any_transcript(), moves in any_motions(), steps in any_steps(),
    ) {
        let mut test_app = open_transcript(size, messages);
        test_app.press("/and<enter>&");
        for key in moves.into_iter().filter(|key| !key.starts_with('/') && *key != "<esc>") {
            test_app.press(key);
            let pane = test_app.transcript_pane();
            let selected = pane.selected_index().unwrap();
            prop_assert!(!pane.is_hidden(selected));
            prop_assert!(pane.is_following() || selection_on_screen(&test_app), "{key}");
        }
        for step in steps {
            apply_step(&mut test_app, step);
            let pane = test_app.transcript_pane();
            for row in test_app.visible_rows() {
                let is_gap = matches!(row.row.kind, RowKind::Gap(_));
                prop_assert_eq!(pane.is_hidden(row.message_index), is_gap);
            }
        }
    }
}
