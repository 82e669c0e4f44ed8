//! Regressions of the transcript pane.

use crate::app::tests::screen_contains;
use crate::app::transcript_pane::message_layout::RowKind;
use crate::chat::{SpecialKind, Status};
use crate::test_support::TestApp;
use chrono::TimeDelta;

use crate::app::transcript_pane::tests::properties::posted_time;
use crate::app::transcript_pane::tests::{open_transcript, pane_state, top_row};
use crate::test_support::builders::{
    agent_message, customer_message, now, numbered_messages, options_message, session,
    special_message, today_at,
};

#[test]
fn messages_above_a_future_one_are_counted_as_new() {
    let mut messages = numbered_messages(1..30);
    messages.push(agent_message(50, now() + TimeDelta::hours(1), "call back"));
    let mut test_app = open_transcript((60, 20), messages);
    test_app.press("f");
    assert_eq!(test_app.new_message_count(), 0);
    test_app.send_messages(1, vec![customer_message(51, today_at("14:02"), "new")]);
    assert_eq!(test_app.new_message_count(), 1);
}

#[test]
fn the_unread_line_is_above_a_new_message_not_above_a_future_one() {
    let mut messages = numbered_messages(1..30);
    messages.push(agent_message(50, now() + TimeDelta::hours(1), "call back"));
    let mut test_app = open_transcript((100, 20), messages);
    test_app.send_list(vec![session(2, "Bjørn Ås", Status::CustomerLast, 1)]);
    test_app.press("h<enter>");
    test_app.send_messages(1, Vec::new());
    test_app.press("h");
    assert_eq!(test_app.open_session(), Some(2));
    test_app.send_messages(1, vec![customer_message(51, today_at("14:02"), "new")]);
    test_app.send_list(vec![session(1, "Kari Nordmann", Status::CustomerLast, 1)]);
    test_app.press("<enter>");
    assert_eq!(test_app.open_session(), Some(1));
    let rows = test_app.visible_rows();
    let unread = rows.iter().find(|row| row.row.kind == RowKind::Unread);
    assert_eq!(test_app.id_at(unread.unwrap().message_index), 51);
}

#[test]
fn moving_up_to_an_unread_message_shows_it_although_the_unread_line_is_removed() {
    let messages = [1, 66].map(|id| customer_message(id, posted_time(id), ""));
    let mut test_app = open_transcript((20, 5), messages.to_vec());
    test_app.press("kj");
    test_app.send_messages(1, vec![customer_message(33, posted_time(33), "")]);
    test_app.press("k");
    assert_eq!(test_app.selected_message(), Some(33));
    assert_eq!(test_app.visible_ids(), [33]);
}

#[test]
fn pausing_moves_the_unread_line_without_moving_a_row() {
    let mut test_app = open_transcript((40, 6), numbered_messages(1..6));
    test_app.press("f");
    let tall = "one row of words<br>".repeat(9);
    test_app.send_messages(1, vec![customer_message(7, today_at("14:00"), &tall)]);
    test_app.press("G");
    let before = (top_row(&test_app), test_app.visible_rows());
    test_app.press("f");
    assert_eq!((top_row(&test_app), test_app.visible_rows()), before);
    test_app.press("kj");
    assert_eq!(pane_state(&test_app).2, before.0);
}

#[test]
fn a_choice_is_marked_once_it_is_clicked() {
    let options = options_message(1, posted_time(1), "What?", &[("ok", "")]);
    let mut test_app = open_transcript((80, 24), vec![options]);
    assert!(screen_contains(&test_app, "○ ok") && !screen_contains(&test_app, "◉ ok"));
    let choice = "ok".to_owned();
    let click = special_message(2, posted_time(2), SpecialKind::ClickedOption { choice });
    test_app.send_messages(1, vec![click]);
    assert!(screen_contains(&test_app, "◉ ok") && !screen_contains(&test_app, "○ ok"));
}

/// A message of 40 rows, `row 1` to `row 40`, between others.
fn open_tall_message(size: (u16, u16)) -> TestApp {
    let mut messages = numbered_messages(1..30);
    let rows: Vec<_> = (1..=40).map(|number| format!("row {number}")).collect();
    messages[14] = customer_message(15, messages[14].posted.unwrap(), &rows.join("<br>"));
    open_transcript(size, messages)
}

/// The rows of the tall message on the screen.
fn tall_rows(test_app: &TestApp) -> Vec<String> {
    let lines = test_app.screen_lines().into_iter();
    let rows = lines.filter_map(|line| Some(line.split_once("row ")?.1.to_owned()));
    let rows = rows.map(|rest| rest.split(' ').next().unwrap().to_owned());
    rows.collect()
}

#[test]
fn a_message_taller_than_the_pane_is_passed_row_by_row() {
    for size in [(60, 8), (60, 16), (100, 24)] {
        let mut test_app = open_tall_message(size);
        for (keys, key) in [("g", "j"), ("G", "k")] {
            test_app.press(keys);
            while test_app.selected_message() != Some(15) {
                test_app.press(key);
            }
            let mut seen = tall_rows(&test_app);
            while test_app.selected_message() == Some(15) {
                let before = tall_rows(&test_app);
                test_app.press(key);
                let after = tall_rows(&test_app);
                assert!(
                    after.len().abs_diff(before.len()) <= 3,
                    "{size:?}: {before:?}, {after:?}"
                );
                let is_overlapping = after.iter().any(|row| before.contains(row));
                assert!(is_overlapping, "{size:?}: {before:?}, {after:?}");
                seen.extend(after);
            }
            let unseen = (1..=40).filter(|number| !seen.contains(&number.to_string()));
            assert_eq!(unseen.count(), 0, "{size:?} {key}");
        }
    }
}

#[test]
fn scrolling_where_nothing_scrolls_does_not_pause() {
    let mut test_app = open_transcript((80, 24), numbered_messages(1..5));
    let before = test_app.visible_rows();
    for key in [
        "<pgup>", "<c-u>", "b", "k", "k", "g", "[", "j", "<pgdn>", "<pgup>",
    ] {
        test_app.press(key);
        assert!(test_app.transcript_pane().is_following(), "{key}");
        assert_eq!(test_app.visible_rows(), before, "{key}");
        assert!(screen_contains(&test_app, "following"));
    }
    test_app.press("g");
    assert_eq!(test_app.selected_message(), Some(1));
    // Once the transcript no longer fits, the selection does not stay behind.
    test_app.send_messages(1, numbered_messages(5..30));
    assert!(test_app.transcript_pane().is_following());
    assert_eq!(test_app.selected_message(), Some(29));
    test_app.press("g");
    test_app.press("<pgup>k<c-u>");
    assert!(screen_contains(&test_app, "paused"));
}

#[test]
fn pausing_selects_a_message_on_the_screen() {
    let mut test_app = open_transcript((80, 24), numbered_messages(1..5));
    test_app.press("g");
    assert_eq!(test_app.selected_message(), Some(1));
    test_app.resize(22, 8);
    test_app.press("f");
    assert!(!test_app.transcript_pane().is_following());
    assert_eq!(test_app.selected_message(), Some(4));
}

#[test]
fn pausing_works_where_the_current_day_covers_the_first_unread_message() {
    let mut test_app = open_transcript((80, 24), numbered_messages(1..6));
    test_app.press("f");
    test_app.send_messages(1, numbered_messages(6..20));
    test_app.press("G");
    let unread = |test_app: &TestApp| {
        let rows = test_app.visible_rows();
        rows[0].is_covered && test_app.id_at(rows[0].message_index) == 6
    };
    let is_covered = (10..100).any(|height| {
        test_app.resize(80, height);
        unread(&test_app)
    });
    assert!(is_covered);
    let before = test_app.visible_rows();
    test_app.press("f");
    assert!(!test_app.transcript_pane().is_following());
    assert_eq!(test_app.visible_rows()[1..], before[1..]);
}

#[test]
fn reaching_the_end_resumes_following() {
    let mut test_app = open_transcript((80, 24), numbered_messages(1..60));
    for (pause, resume) in [
        ("k", "j"),
        ("kk", "jj"),
        ("f", "j"),
        ("f", "<c-d>"),
        ("<pgup>", "<pgdn>"),
        ("<c-u>", "<c-d>"),
        ("g", "G"),
        ("g", "<end>"),
        ("/message 7<enter>", "/message 59<enter>"),
    ] {
        test_app.press(pause);
        assert!(!test_app.transcript_pane().is_following(), "{pause}");
        assert!(screen_contains(&test_app, "paused"), "{pause}");
        test_app.press(resume);
        assert!(test_app.transcript_pane().is_following(), "{resume}");
        assert!(screen_contains(&test_app, "following"), "{resume}");
    }
}

#[test]
fn the_title_shows_following_or_paused_during_a_search() {
    let mut test_app = open_transcript((80, 24), numbered_messages(1..60));
    for (keys, title) in [
        ("/\"message 2", "\"message 2\" 11 of 11 · paused"),
        ("<enter>", "\"message 2\" 11 of 11 · paused"),
        ("G", "\"message 2\" - of 11 · following"),
        ("/\"message 59", "\"message 59\" 1 of 1 · following"),
        ("<esc>", "\"message 2\" - of 11 · following"),
        (
            "/a query that is much too long",
            "\"a quer…\" no matches · following",
        ),
    ] {
        test_app.press(keys);
        let line = test_app.screen_lines().remove(1);
        assert!(line.ends_with(title), "{keys}: {line}");
    }
    test_app.resize(40, 12);
    let line = test_app.screen_lines().remove(1);
    assert!(line.ends_with("no matches · following"), "{line}");
    test_app.resize(20, 8);
    let line = test_app.screen_lines().remove(1);
    assert!(line.ends_with("following"), "{line}");
}

#[test]
fn an_ended_chat_is_at_its_end_not_followed() {
    let mut test_app = open_transcript((100, 24), numbered_messages(1..60));
    test_app.send_list(vec![session(1, "Kari Nordmann", Status::Closed, 1)]);
    let title = |test_app: &TestApp| test_app.screen_lines().remove(1);
    assert!(title(&test_app).ends_with("at the end"));
    assert!(!screen_contains(&test_app, "f pause"));
    test_app.press("k");
    assert!(title(&test_app).ends_with("paused"));
    test_app.press("f");
    let notice = test_app.notice();
    assert_eq!(
        notice,
        Some("This chat has ended: there is nothing to follow")
    );
    test_app.press("G");
    assert!(title(&test_app).ends_with("at the end"));
    // Reopened by the customer.
    test_app.send_list(vec![session(1, "Kari Nordmann", Status::CustomerLast, 1)]);
    assert!(title(&test_app).ends_with("following"));
}

#[test]
fn the_current_day_stays_at_the_top() {
    let mut test_app = open_transcript((80, 24), numbered_messages(700..760));
    // The messages up to 719 are of the first day.
    let [yesterday, today] = [
        "Yesterday, Friday 24 July 2026",
        "Today, Saturday 25 July 2026",
    ];
    let top = |test_app: &TestApp| test_app.screen_lines().remove(2);
    assert!(top(&test_app).contains(today));
    test_app.press("g");
    let mut seen = vec![yesterday];
    while !test_app.transcript_pane().is_following() {
        let lines = test_app.screen_lines();
        let is_yesterday = lines[2].contains(yesterday);
        let is_blank = lines[2].trim_end_matches(['│', '▐', ' ']).ends_with('│');
        let day = if is_yesterday { yesterday } else { today };
        assert!(
            lines[2].contains(day) || lines[3].contains(today),
            "{lines:#?}"
        );
        let days = lines.iter().filter(|line| line.contains(day)).count();
        assert!(days == 1 || is_blank, "{lines:#?}");
        seen.push(day);
        test_app.press("j");
    }
    seen.dedup();
    assert_eq!(seen, [yesterday, today]);
}

#[test]
fn every_row_is_seen_beside_the_line_with_the_current_day() {
    let mut test_app = open_transcript((80, 24), numbered_messages(1..100));
    for (from, key) in [
        ("g", "<pgdn>"),
        ("G", "<pgup>"),
        ("g", "<c-d>"),
        ("G", "<c-u>"),
    ] {
        test_app.press(from);
        let mut seen = Vec::new();
        for _ in 0..60 {
            let rows = test_app.visible_rows().into_iter();
            let texts = rows.filter(|row| row.is_first_text_row && !row.is_covered);
            seen.extend(texts.map(|row| row.message_index));
            test_app.press(key);
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, (0..99).collect::<Vec<_>>(), "{key}");
    }
}

#[test]
fn messages_of_one_minute_remain_distinct() {
    let messages = vec![
        customer_message(1, today_at("13:00:01"), "one of one<br>two of one"),
        customer_message(2, today_at("13:00:02"), "one of two"),
        agent_message(3, today_at("13:00:03"), "one of three"),
        agent_message(4, today_at("13:00:04"), "one of four<br>two of four"),
    ];
    for size in [(80, 24), (30, 24)] {
        let test_app = open_transcript(size, messages.clone());
        for line in test_app.screen_lines() {
            let starts_message = ["╶ one", "✓ one"].iter().any(|start| line.contains(start));
            assert_eq!(starts_message, line.contains("one of"), "{line}");
        }
    }
}

#[test]
fn a_redirect_has_a_bar_and_blank_rows_around() {
    let address =
        "https://help.fjord.example/a/long/way/down/to/the/page?with=a&query=too".to_owned();
    let url = SpecialKind::Url { address };
    let messages = vec![
        special_message(1, today_at("13:00"), SpecialKind::NewSession),
        special_message(2, today_at("13:01"), url.clone()),
        special_message(3, today_at("13:02"), url),
        special_message(4, today_at("13:03"), SpecialKind::ClosedByUser),
    ];
    let mut test_app = open_transcript((60, 24), messages);
    test_app.press("z");
    let lines = test_app.screen_lines();
    let bars: String = lines[2..15]
        .iter()
        .map(|line| match line.contains('█') {
            true => '█',
            false if line.trim_matches(['▌', ' ']).is_empty() => ' ',
            false => '.',
        })
        .collect();
    assert_eq!(bars, ".. ███ ███ . ");
}
