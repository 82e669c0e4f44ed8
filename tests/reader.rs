//! The laws of the reader, over random transcripts, arrivals, sizes and keys.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod fixture;
#[path = "reader/named.rs"]
mod named;
#[path = "reader/painted.rs"]
mod painted;
#[path = "reader/random.rs"]
mod random;

use chrono::TimeDelta;
use fixture::Desk;
use fixture::nouns::{customer, now, talk};
use proptest::prelude::*;
use random::{Step, any_message, motions, posted, size, transcript, world};
use sochat::app::AppConfig;
use sochat::app::event::Event;
use sochat::app::layout::Focus;
use sochat::app::transcript_pane::message_layout::{self, RowKind};
use sochat::chat::{Message, SessionId};
use sochat::view::{Appearance, Palette};

/// The reader of one open session, with the keys.
fn reading((width, height): (u16, u16), messages: Vec<Message>) -> Desk {
    let mut desk = Desk::of(AppConfig {
        initial_session: Some(SessionId(1)),
        ..fixture::setup(width, height)
    });
    desk.messages(1, messages);
    desk
}

fn happen(desk: &mut Desk, step: Step) {
    match step {
        Step::Arrive(messages) => desk.messages(1, messages),
        Step::Resize(width, height) => desk.resize(width, height),
        Step::Wait(seconds) => desk.wait(TimeDelta::seconds(seconds)),
    };
}

/// The top row as what stays: its message and the spot in it.
fn top(desk: &Desk) -> (i64, RowKind) {
    let row = desk.rows().first().unwrap().clone();
    (desk.id_at(row.message_index), row.row.kind)
}

/// Tells whether a message still has a row that begins at a spot.
fn has_spot(desk: &Desk, id: i64, spot: RowKind) -> bool {
    let reader = desk.reader();
    let place = reader
        .transcript()
        .index_of(sochat::chat::MessageId(id))
        .unwrap();
    let rows = message_layout::layout(reader.transcript(), place, false, &desk.lens().unwrap());
    rows.iter().any(|row| row.kind == spot)
}

fn newest_ends_on_screen(desk: &Desk) -> bool {
    let rows = desk.rows();
    let last = rows.last().unwrap();
    let newest = desk.reader().transcript().len() - 1;
    let block = message_layout::layout(
        desk.reader().transcript(),
        newest,
        false,
        &desk.lens().unwrap(),
    );
    last.message_index == newest && last.row.kind == block.last().unwrap().kind
}

fn selection_on_screen(desk: &Desk) -> bool {
    let selected = desk.reader().selected_index();
    desk.rows().iter().any(|row| Some(row.message_index) == selected)
}

/// Everything a motion can change.
fn stand(desk: &Desk) -> (Option<i64>, bool, (i64, RowKind)) {
    (
        desk.selected_message(),
        desk.reader().is_following(),
        top(desk),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn paused_only_keys_move_the_view(
        size in size(), messages in transcript(), moves in motions(), world in world(),
    ) {
        let mut desk = reading(size, messages);
        desk.press(&moves.concat());
        if desk.reader().is_following() {
            desk.press("f");
        }
        let (id, spot) = top(&desk);
        for step in world {
            happen(&mut desk, step);
            let (id_now, spot_now) = top(&desk);
            prop_assert_eq!(id_now, id);
            prop_assert!(spot_now <= spot || !has_spot(&desk, id, spot));
        }
        desk.resize(size.0, size.1);
        if has_spot(&desk, id, spot) {
            prop_assert_eq!(top(&desk), (id, spot));
        }
    }

    #[test]
    fn resized_there_and_back_nothing_has_moved(
        size in size(), sizes in proptest::collection::vec(size(), 10),
        messages in transcript(), moves in motions(),
    ) {
        let mut desk = reading(size, messages);
        desk.press(&moves.concat());
        let rows = |desk: &Desk| {
            let rows = desk.rows().into_iter();
            rows.map(|row| (row.message_index, row.row)).collect::<Vec<_>>()
        };
        let before = (stand(&desk), rows(&desk));
        for (width, height) in sizes {
            desk.resize(width, height);
        }
        desk.resize(size.0, size.1);
        prop_assert_eq!((stand(&desk), rows(&desk)), before);
    }

    #[test]
    fn pausing_moves_nothing(size in size(), messages in transcript(), moves in motions(), more in transcript()) {
        let mut desk = reading(size, messages);
        desk.press(&moves.concat());
        desk.messages(1, more);
        desk.press("G");
        let before = top(&desk);
        desk.press("f");
        prop_assert_eq!(top(&desk), before);
    }

    #[test]
    fn following_the_newest_row_is_on_the_screen(
        size in size(), messages in transcript(), moves in motions(), world in world(),
    ) {
        let mut desk = reading(size, messages);
        desk.press(&moves.concat());
        desk.press("G");
        for step in world {
            happen(&mut desk, step);
            prop_assert!(desk.reader().is_following());
            prop_assert!(newest_ends_on_screen(&desk));
        }
    }

    #[test]
    fn after_every_motion_the_selection_is_on_the_screen(
        size in size(), messages in transcript(), moves in motions(), world in world(),
    ) {
        let mut desk = reading(size, messages);
        let mut world = world.into_iter();
        for keys in moves {
            let before = stand(&desk);
            desk.press(keys);
            prop_assert!(stand(&desk) == before || selection_on_screen(&desk), "after {}", keys);
            if let Some(step) = world.next() {
                happen(&mut desk, step);
            }
        }
    }

    #[test]
    fn every_message_is_reached_step_by_step(size in size(), messages in transcript()) {
        let mut desk = reading(size, messages);
        let ids: Vec<_> = desk.reader().transcript().iter().map(|message| message.id.0).collect();
        desk.press("g");
        let mut passed = vec![desk.selected_message().unwrap()];
        while !desk.reader().is_following() {
            let before = stand(&desk);
            desk.press("j");
            prop_assert_ne!(stand(&desk), before);
            passed.extend(desk.selected_message());
        }
        passed.dedup();
        prop_assert_eq!(&passed, &ids);

        let mut passed = vec![desk.selected_message().unwrap()];
        loop {
            let before = stand(&desk);
            desk.press("k");
            if stand(&desk) == before {
                break;
            }
            passed.extend(desk.selected_message());
        }
        passed.dedup();
        passed.reverse();
        prop_assert_eq!(passed, ids);
        prop_assert_eq!(desk.rows()[0].message_index, 0);
    }

    #[test]
    fn pages_down_from_the_top_reach_the_end(size in size(), messages in transcript()) {
        let mut desk = reading(size, messages);
        desk.press("g");
        let mut seen = desk.ids_shown();
        while !desk.reader().is_following() {
            let before = stand(&desk);
            desk.press("<pgdn>");
            prop_assert_ne!(stand(&desk), before);
            seen.extend(desk.ids_shown());
        }
        prop_assert!(newest_ends_on_screen(&desk));
        seen.dedup();
        let all = desk.reader().transcript().iter().map(|message| message.id.0);
        prop_assert!(all.into_iter().all(|id| seen.contains(&id)));
    }

    #[test]
    fn answers_in_any_order_show_the_same(
        size in size(),
        answers in proptest::collection::vec(transcript(), 1..5).prop_flat_map(|answers| {
            let numbered: Vec<_> = (1_u64..).zip(answers).collect();
            (Just(numbered.clone()), Just(numbered).prop_shuffle())
        }),
    ) {
        let show = |answers: Vec<(u64, Vec<Message>)>| {
            let mut desk = reading(size, Vec::new());
            for (request_id, messages) in answers {
                let session = SessionId(1);
                desk.tell(Event::MessagesArrived { session, request_id, messages: messages.into() });
            }
            let end = desk.rows();
            desk.press("g");
            (end, desk.rows(), desk.lines())
        };
        let (in_order, shuffled) = answers;
        prop_assert_eq!(show(in_order), show(shuffled));
    }

    #[test]
    fn the_pill_counts_what_came_in_below(
        size in size(), messages in transcript(), more in proptest::collection::vec(transcript(), 0..4),
    ) {
        let mut desk = reading(size, messages);
        desk.press("f");
        let held: Vec<_> = desk.reader().transcript().iter().map(|message| message.id).collect();
        let posted = || held.iter().map(|id| posted(id.0));
        let pause = posted().filter(|posted| *posted <= now()).max().or(posted().max());
        for messages in more {
            desk.messages(1, messages);
        }
        let below = desk
            .reader()
            .transcript()
            .iter()
            .filter(|message| message.posted > pause && !held.contains(&message.id));
        prop_assert_eq!(desk.reader().new_message_count(), below.count());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_window_is_drawn_and_no_pane_is_overrun(
        sizes in proptest::collection::vec((1..=300_u16, 1..=100_u16), 1..4),
        messages in transcript(), moves in motions(),
        over in proptest::sample::select(&["", "?", "i", "r", "t", "o", "/fo", "z", "<tab>", "<tab>/x", "T", "vv"][..]),
        ascii in any::<bool>(),
    ) {
        let mut desk = fixture::story::desk(100, 30);
        desk.messages(101, messages);
        desk.press(&moves.concat());
        desk.press(over);
        for (width, height) in sizes {
            desk.resize(width, height);
            let look = Appearance::new(Palette::Auto, ascii);
            let canvas = desk.canvas(&look);
            let Some(panes) = desk.app.panes().filter(|_| desk.app.overlay().is_none()) else {
                continue;
            };
            for y in panes.divider.rows().map(|row| row.y) {
                prop_assert_eq!(canvas.buffer[(panes.divider.x, y)].symbol(), look.symbols.divider);
            }
            for y in panes.scrollbar.rows().map(|row| row.y) {
                let cell = canvas.buffer[(panes.scrollbar.x, y)].symbol();
                let shapes = [look.symbols.scrollbar, look.symbols.scrollbar_match].concat();
                prop_assert!(shapes.contains(&cell), "{:?} in the scroll bar", cell);
            }
        }
    }
}

#[test]
fn five_hundred_messages_on_all_sides_move_nothing() {
    let even = |ids: std::ops::Range<i64>| {
        talk(ids)
            .into_iter()
            .filter(|message| message.id.0 % 2 == 0)
    };
    let mut desk = reading((80, 24), even(400..700).collect());
    desk.press("<pgup><pgup><pgup>k");
    let before = stand(&desk);
    for arrival in [talk(1..400), talk(700..1200), talk(400..700)] {
        desk.messages(1, arrival);
        assert_eq!(stand(&desk), before);
    }
}

#[test]
fn the_pane_with_the_keys_keeps_the_place_when_the_other_has_none() {
    let mut desk = reading((120, 30), talk(1..100));
    desk.press("<pgup>");
    let before = stand(&desk);
    desk.press("h");
    desk.resize(60, 20);
    assert_eq!(desk.app.focus(), Focus::List);
    desk.messages(1, talk(100..300));
    desk.messages(1, vec![customer(1000, now(), "late")]);
    desk.resize(120, 30);
    desk.press("l");
    assert_eq!(stand(&desk), before);
}

proptest! {
    #[test]
    fn one_message_alone_is_shown_whole(size in size(), message in any_message(1..90)) {
        let mut desk = reading(size, vec![message]);
        desk.press("g");
        let rows = desk.rows();
        prop_assert!(rows.iter().all(|row| row.message_index == 0));
        prop_assert!(!rows.is_empty());
    }
}
