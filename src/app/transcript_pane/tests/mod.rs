//! Properties of the transcript pane over random transcripts, arrivals, sizes and keys.

mod long_messages;
mod only_matches;
mod properties;
mod regressions;

use crate::app::layout::Focus;
use crate::app::transcript_pane::message_layout::{LayoutRow, RowKind};
use crate::chat::{Message, MessageId, SessionId};
use crate::sync::SyncEvent;
use crate::test_support::TestApp;
use crate::test_support::builders::{customer_message, now, numbered_messages};
use crate::view::{Appearance, ThemeId};
use chrono::TimeDelta;
use properties::{
    Step, any_message, any_motions, any_size, any_steps, any_transcript, posted_time,
};
use proptest::prelude::*;

/// One open session with the focus on its transcript.
fn open_transcript((width, height): (u16, u16), messages: Vec<Message>) -> TestApp {
    let mut test_app = TestApp::with_session(1);
    test_app.resize(width, height);
    test_app.send_messages(1, messages);
    test_app
}

fn apply_step(test_app: &mut TestApp, step: Step) {
    match step {
        Step::Arrive(messages) => test_app.send_messages(1, messages),
        Step::Resize(width, height) => test_app.resize(width, height),
        Step::Wait(seconds) => test_app.advance(TimeDelta::seconds(seconds)),
    };
}

/// The top row: its message and the kind of row in it.
fn top_row(test_app: &TestApp) -> (i64, RowKind) {
    let row = test_app.visible_rows().first().unwrap().clone();
    (test_app.id_at(row.message_index), row.row.kind)
}

/// The first row of the transcript.
fn first_row(test_app: &TestApp) -> (i64, RowKind) {
    let first = test_app.transcript_pane().row_owner(0);
    (test_app.id_at(first), layout(test_app, first)[0].kind)
}

/// The first row with text: its number on the screen, its message and its kind.
fn first_text_row(test_app: &TestApp) -> Option<(usize, i64, RowKind)> {
    let rows = test_app.visible_rows();
    let y = rows.iter().position(|row| row.row.kind.is_text())?;
    let id = test_app.id_at(rows[y].message_index);
    Some((y, id, rows[y].row.kind))
}

fn layout(test_app: &TestApp, index: usize) -> Vec<LayoutRow> {
    test_app
        .transcript_pane()
        .lay_out(index, &test_app.viewport().unwrap())
}

/// Returns `true` if a message has a row of this kind.
fn has_row(test_app: &TestApp, id: i64, kind: RowKind) -> bool {
    let transcript = test_app.transcript_pane().transcript();
    let index = transcript.index_of(MessageId(id)).unwrap();
    layout(test_app, index).iter().any(|row| row.kind == kind)
}

fn is_hidden(test_app: &TestApp, id: i64) -> bool {
    let pane = test_app.transcript_pane();
    let index = pane.transcript().index_of(MessageId(id));
    pane.is_hidden(index.unwrap())
}

fn message_ids(test_app: &TestApp) -> Vec<i64> {
    let transcript = test_app.transcript_pane().transcript();
    transcript.iter().map(|message| message.id.0).collect()
}

fn newest_ends_on_screen(test_app: &TestApp) -> bool {
    let rows = test_app.visible_rows();
    let last = rows.last().unwrap();
    let newest = test_app.transcript_pane().transcript().len() - 1;
    let kind = layout(test_app, newest).last().unwrap().kind;
    last.message_index == newest && last.row.kind == kind
}

fn selection_on_screen(test_app: &TestApp) -> bool {
    let selected = test_app.transcript_pane().selected_index();
    let rows = test_app.visible_rows();
    rows.iter().any(|row| Some(row.message_index) == selected)
}

/// Everything that a key of [`properties::any_motions`] can change.
fn pane_state(test_app: &TestApp) -> (Option<i64>, bool, (i64, RowKind)) {
    (
        test_app.selected_message(),
        test_app.transcript_pane().is_following(),
        top_row(test_app),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn paused_only_keys_move_the_view(
        size in any_size(), messages in any_transcript(), moves in any_motions(), steps in any_steps(),
    ) {
        let mut test_app = open_transcript(size, messages);
        test_app.press(&moves.concat());
        if test_app.transcript_pane().is_following() {
            test_app.press("f");
        }
        let Some((y, id, kind)) = first_text_row(&test_app) else {
            return Ok(());
        };
        for step in steps {
            apply_step(&mut test_app, step);
            // A changed message may match no more.
            if is_hidden(&test_app, id) {
                continue;
            }
            let rows = test_app.visible_rows();
            // Fewer rows are above it only where the transcript begins.
            let Some(row) = rows.get(y).filter(|_| top_row(&test_app) != first_row(&test_app)) else {
                continue;
            };
            prop_assert_eq!(test_app.id_at(row.message_index), id);
            // A changed message may have texts of other kinds.
            let is_same = row.row.kind.is_text() && row.row.kind <= kind;
            prop_assert!(is_same || !has_row(&test_app, id, kind));
        }
        test_app.resize(size.0, size.1);
        if has_row(&test_app, id, kind) && top_row(&test_app) != first_row(&test_app) {
            let row = &test_app.visible_rows()[y];
            prop_assert_eq!((test_app.id_at(row.message_index), row.row.kind), (id, kind));
        }
    }

    #[test]
    fn resizing_back_restores_the_view(
        size in any_size(), sizes in proptest::collection::vec(any_size(), 10),
        messages in any_transcript(), moves in any_motions(),
    ) {
        let mut test_app = open_transcript(size, messages);
        test_app.press(&moves.concat());
        let rows = |test_app: &TestApp| {
            let rows = test_app.visible_rows().into_iter();
            rows.map(|row| (row.message_index, row.row)).collect::<Vec<_>>()
        };
        let before = (pane_state(&test_app), rows(&test_app));
        for (width, height) in sizes {
            test_app.resize(width, height);
        }
        test_app.resize(size.0, size.1);
        prop_assert_eq!((pane_state(&test_app), rows(&test_app)), before);
    }

    #[test]
    fn pausing_moves_nothing(size in any_size(), messages in any_transcript(), moves in any_motions(), more in any_transcript()) {
        let mut test_app = open_transcript(size, messages);
        test_app.press(&moves.concat());
        test_app.send_messages(1, more);
        test_app.press("G");
        let before = top_row(&test_app);
        test_app.press("f");
        prop_assert_eq!(top_row(&test_app), before);
    }

    #[test]
    fn following_the_newest_row_is_on_the_screen(
        size in any_size(), messages in any_transcript(), moves in any_motions(), steps in any_steps(),
    ) {
        let mut test_app = open_transcript(size, messages);
        test_app.press(&moves.concat());
        test_app.press("G");
        for step in steps {
            apply_step(&mut test_app, step);
            prop_assert!(test_app.transcript_pane().is_following());
            prop_assert!(newest_ends_on_screen(&test_app));
        }
    }

    #[test]
    fn after_every_motion_the_selection_is_on_the_screen(
        size in any_size(), messages in any_transcript(), moves in any_motions(), steps in any_steps(),
    ) {
        let mut test_app = open_transcript(size, messages);
        let mut steps = steps.into_iter();
        for keys in moves {
            let before = pane_state(&test_app);
            test_app.press(keys);
            prop_assert!(pane_state(&test_app) == before || selection_on_screen(&test_app), "after {}", keys);
            if let Some(step) = steps.next() {
                apply_step(&mut test_app, step);
            }
        }
    }

    #[test]
    fn every_message_is_reached_step_by_step(size in any_size(), messages in any_transcript()) {
        let mut test_app = open_transcript(size, messages);
        let ids = message_ids(&test_app);
        test_app.press("g");
        let pass = |test_app: &mut TestApp, key: &str| {
            let mut passed = vec![test_app.selected_message().unwrap()];
            let mut before = None;
            while before != Some(pane_state(test_app)) {
                before = Some(pane_state(test_app));
                test_app.press(key);
                passed.extend(test_app.selected_message());
            }
            passed.dedup();
            passed
        };
        prop_assert_eq!(&pass(&mut test_app, "j"), &ids);
        prop_assert!(test_app.transcript_pane().is_following());
        let mut passed = pass(&mut test_app, "k");
        passed.reverse();
        prop_assert_eq!(passed, ids);
        prop_assert_eq!(test_app.visible_rows()[0].message_index, 0);
    }

    #[test]
    fn pages_down_from_the_top_reach_the_end(size in any_size(), messages in any_transcript()) {
        let mut test_app = open_transcript(size, messages);
        test_app.press("g");
        let mut seen = test_app.visible_ids();
        while !test_app.transcript_pane().is_following() {
            let before = pane_state(&test_app);
            test_app.press("<pgdn>");
            prop_assert_ne!(pane_state(&test_app), before);
            seen.extend(test_app.visible_ids());
        }
        prop_assert!(newest_ends_on_screen(&test_app));
        seen.dedup();
        prop_assert!(message_ids(&test_app).iter().all(|id| seen.contains(id)));
    }

    #[test]
    fn responses_in_any_order_show_the_same(
        size in any_size(),
        responses in proptest::collection::vec(any_transcript(), 1..5).prop_flat_map(|responses| {
            let numbered: Vec<_> = (1_u64..).zip(responses).collect();
            (Just(numbered.clone()), Just(numbered).prop_shuffle())
        }),
    ) {
        let show = |responses: Vec<(u64, Vec<Message>)>| {
            let mut test_app = open_transcript(size, Vec::new());
            for (request_id, messages) in responses {
                let session = SessionId(1);
                test_app.send(SyncEvent::MessagesArrived { session, request_id, messages });
            }
            let end = test_app.visible_rows();
            test_app.press("g");
            (end, test_app.visible_rows(), test_app.screen_lines())
        };
        let (in_order, shuffled) = responses;
        prop_assert_eq!(show(in_order), show(shuffled));
    }

    #[test]
    fn the_pill_counts_the_new_messages_below(
        size in any_size(), messages in any_transcript(), more in proptest::collection::vec(any_transcript(), 0..4),
    ) {
        let mut test_app = open_transcript(size, messages);
        test_app.press("f");
        let known = message_ids(&test_app);
        let posted = || known.iter().map(|&id| posted_time(id));
        let pause = posted().filter(|posted| *posted <= now()).max().or(posted().max());
        for messages in more {
            test_app.send_messages(1, messages);
        }
        let mut below = message_ids(&test_app);
        let transcript = test_app.transcript_pane().transcript();
        let future_count = posted().filter(|posted| *posted > now()).count();
        let is_exact = future_count % known.len() == 0;
        let last = test_app.visible_rows().last().unwrap().message_index;
        below.retain(|&id| {
            let is_new = Some(posted_time(id)) > pause && !known.contains(&id);
            is_new && (!is_exact || transcript.index_of(MessageId(id)) > Some(last))
        });
        prop_assert_eq!(test_app.new_message_count(), below.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn windows_of_any_size_are_drawn_within_their_panes(
        sizes in proptest::collection::vec((1..=300_u16, 1..=100_u16), 1..4),
        messages in any_transcript(), moves in any_motions(),
        over in proptest::sample::select(&["", "?", "i", "r", "t", "o", "/fo", "z", "<tab>", "<tab>/x", "T", "vv"][..]),
        ascii in any::<bool>(),
    ) {
        let mut test_app = crate::test_support::scenario::test_app(100, 30);
        test_app.send_messages(101, messages);
        test_app.press(&moves.concat());
        test_app.press(over);
        for (width, height) in sizes {
            test_app.resize(width, height);
            let appearance = Appearance::new(ThemeId::Auto, ascii);
            let (picture, symbols) = (test_app.picture(&appearance), &appearance.symbols);
            let Some(panes) = test_app.app.panes().filter(|_| test_app.app.overlay().is_none()) else {
                continue;
            };
            for y in panes.divider.rows().map(|row| row.y) {
                prop_assert_eq!(picture.buffer[(panes.divider.x, y)].symbol(), symbols.divider);
            }
            for y in panes.scrollbar.rows().map(|row| row.y) {
                let cell = picture.buffer[(panes.scrollbar.x, y)].symbol();
                let shapes = [symbols.scrollbar, symbols.scrollbar_match].concat();
                prop_assert!(shapes.contains(&cell), "{:?} in the scroll bar", cell);
            }
        }
    }
}

#[test]
fn hundreds_of_messages_above_and_below_do_not_move_a_paused_view() {
    let mut even = numbered_messages(400..700);
    even.retain(|message| message.id.0 % 2 == 0);
    let mut test_app = open_transcript((80, 24), even);
    test_app.press("<pgup><pgup><pgup>k");
    let before = pane_state(&test_app);
    for ids in [1..400, 700..1200, 400..700] {
        test_app.send_messages(1, numbered_messages(ids));
        assert_eq!(pane_state(&test_app), before);
    }
}

#[test]
fn the_position_of_a_hidden_transcript_stays() {
    let mut test_app = open_transcript((120, 30), numbered_messages(1..100));
    test_app.press("<pgup>");
    let before = pane_state(&test_app);
    test_app.press("h");
    test_app.resize(60, 20);
    assert_eq!(test_app.app.focus(), Focus::List);
    test_app.send_messages(1, numbered_messages(100..300));
    test_app.send_messages(1, vec![customer_message(1000, now(), "late")]);
    test_app.resize(120, 30);
    test_app.press("l");
    assert_eq!(pane_state(&test_app), before);
}

proptest! {
    #[test]
    fn the_scroll_bar_reaches_an_end_only_with_the_view(
        size in any_size(), messages in any_transcript(), moves in any_motions(),
    ) {
        let mut test_app = open_transcript(size, messages);
        test_app.press(&moves.concat());
        let visible = test_app.visible_rows();
        let viewport = test_app.viewport().unwrap();
        let bar = test_app.transcript_pane().scrollbar(&visible, &viewport);
        // Hidden messages before the first one have a row too.
        let first = test_app.transcript_pane().row_owner(0);
        let begins_on_screen = visible[0].message_index == first && visible[0].row.kind <= RowKind::Day;
        let ends_on_screen = newest_ends_on_screen(&test_app);
        if begins_on_screen && ends_on_screen {
            prop_assert_eq!(bar, []);
            return Ok(());
        }
        prop_assert_eq!(bar.len(), usize::from(viewport.rows));
        let thumb: Vec<_> = bar.iter().map(|cell| cell.is_thumb).collect();
        let blocks = thumb.chunk_by(|one, other| one == other);
        prop_assert_eq!(blocks.filter(|block| block[0]).count(), 1);
        prop_assert!(!begins_on_screen || thumb[0]);
        if thumb.len() > 1 {
            prop_assert_eq!(thumb[thumb.len() - 1], ends_on_screen);
        }
    }

    #[test]
    fn a_single_message_fills_the_pane(size in any_size(), message in any_message(1..90)) {
        let mut test_app = open_transcript(size, vec![message]);
        test_app.press("g");
        let rows = test_app.visible_rows();
        prop_assert!(rows.iter().all(|row| row.message_index == 0));
        prop_assert!(!rows.is_empty());
    }
}
