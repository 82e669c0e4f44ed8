//! Rows that only moved are not painted again, and nobody can tell.

use proptest::collection::vec;
use proptest::prelude::*;
use sochat::chat::SpecialKind;
use sochat::view::{Canvas, Appearance, Palette};

use crate::fixture::nouns::{event, options, talk};
use crate::fixture::{Desk, picture};
use crate::random::{MOTIONS, Step, posted, size, step, transcript};
use crate::{happen, reading};

/// Keys that change how rows look, beside those that move them.
const LOOKS: [&str; 6] = ["T", "TT", "<tab>", "/error<enter>", "/a<enter>", "<esc>"];

fn keys() -> impl Strategy<Value = &'static str> {
    let motions = proptest::sample::select(&MOTIONS[..]);
    prop_oneof![motions, proptest::sample::select(&LOOKS[..])]
}

fn look() -> Appearance {
    Appearance::new(Palette::Auto, false)
}

/// Time passes more often than anything else happens.
fn happening() -> impl Strategy<Value = Step> {
    prop_oneof![step(), (0..100_000_i64).prop_map(Step::Wait)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_painted_before_makes_no_difference(
        size in size(), messages in transcript(),
        acts in vec((keys(), proptest::option::of(happening())), 1..30),
    ) {
        let look = look();
        let mut desk = reading(size, messages);
        let mut canvas = Canvas::default();
        for (keys, step) in acts {
            desk.press(keys);
            desk.draw(&look, &mut canvas);
            if let Some(step) = step {
                happen(&mut desk, step);
                desk.draw(&look, &mut canvas);
            }
            is_as_alone(&desk, &canvas);
        }
    }
}

/// Holds a picture that came after others against the same one that came first.
fn is_as_alone(desk: &Desk, canvas: &Canvas) {
    let alone = desk.canvas(&look());
    assert_eq!(picture::lines(canvas), picture::lines(&alone));
    assert!(canvas.buffer == alone.buffer, "styles differ");
    assert_eq!(picture::links(canvas), picture::links(&alone));
}

#[test]
fn a_choice_is_marked_once_it_is_clicked() {
    let mut desk = reading(
        (80, 24),
        vec![options(1, posted(1), "What?", &[("ok", "")])],
    );
    let mut canvas = Canvas::default();
    desk.draw(&look(), &mut canvas);
    let choice = "ok".to_owned();
    let click = event(2, posted(2), SpecialKind::ClickedOption { choice });
    desk.messages(1, vec![click]);
    desk.draw(&look(), &mut canvas);
    is_as_alone(&desk, &canvas);
}

#[test]
fn what_stays_on_the_screen_is_not_painted_again() {
    let look = look();
    let mut desk = reading((120, 40), talk(1..200));
    let mut canvas = Canvas::default();
    desk.draw(&look, &mut canvas);
    let spots = |desk: &Desk| {
        let rows = desk.rows().into_iter();
        rows.map(|row| (row.message_index, row.row.kind))
            .collect::<Vec<_>>()
    };
    let mut moved = 0;
    for keys in ["k"; 50].into_iter().chain(["j"; 100]) {
        let before = spots(&desk);
        desk.press(keys);
        desk.draw(&look, &mut canvas);
        let mut came = spots(&desk);
        came.retain(|spot| !before.contains(spot));
        moved += came.len();
        // Besides those, one that begins a message has its time told as it comes to the top.
        let anew = canvas.painted.anew();
        assert!(anew <= came.len() + 1, "{anew} rows for {keys}, {came:?}");
    }
    assert!(moved > 100, "{moved} rows came in");
}
