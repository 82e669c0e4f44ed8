//! Rows that only moved are not painted again, and nobody can tell.

use crate::chat::SpecialKind;
use crate::view::{Appearance, Canvas, Palette};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::app::transcript_pane::tests::properties::{
    MOTION_KEYS, Step, any_size, any_step, any_transcript, posted_time,
};
use crate::app::transcript_pane::tests::{apply_step, open_transcript};
use crate::test_support::builders::{numbered_messages, options_message, special_message};
use crate::test_support::{TestApp, snapshot};

/// Keys that change how rows look, beside those that move them.
const LOOKS: [&str; 6] = ["T", "TT", "<tab>", "/error<enter>", "/a<enter>", "<esc>"];

fn any_key() -> impl Strategy<Value = &'static str> {
    let motions = proptest::sample::select(&MOTION_KEYS[..]);
    prop_oneof![motions, proptest::sample::select(&LOOKS[..])]
}

fn look() -> Appearance {
    Appearance::new(Palette::Auto, false)
}

/// Time passes more often than anything else happens.
fn any_happening() -> impl Strategy<Value = Step> {
    prop_oneof![any_step(), (0..100_000_i64).prop_map(Step::Wait)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_painted_before_makes_no_difference(
        size in any_size(), messages in any_transcript(),
        acts in vec((any_key(), proptest::option::of(any_happening())), 1..30),
    ) {
        let look = look();
        let mut test_app = open_transcript(size, messages);
        let mut canvas = Canvas::default();
        for (keys, step) in acts {
            test_app.press(keys);
            test_app.draw(&look, &mut canvas);
            if let Some(step) = step {
                apply_step(&mut test_app, step);
                test_app.draw(&look, &mut canvas);
            }
            assert_same_as_fresh_draw(&test_app, &canvas);
        }
    }
}

/// Holds a picture that came after others against the same one that came first.
fn assert_same_as_fresh_draw(test_app: &TestApp, canvas: &Canvas) {
    let alone = test_app.canvas(&look());
    assert_eq!(snapshot::text_lines(canvas), snapshot::text_lines(&alone));
    assert!(canvas.buffer == alone.buffer, "styles differ");
    assert_eq!(snapshot::links(canvas), snapshot::links(&alone));
}

#[test]
fn a_choice_is_marked_once_it_is_clicked() {
    let mut test_app = open_transcript(
        (80, 24),
        vec![options_message(1, posted_time(1), "What?", &[("ok", "")])],
    );
    let mut canvas = Canvas::default();
    test_app.draw(&look(), &mut canvas);
    let choice = "ok".to_owned();
    let click = special_message(2, posted_time(2), SpecialKind::ClickedOption { choice });
    test_app.send_messages(1, vec![click]);
    test_app.draw(&look(), &mut canvas);
    assert_same_as_fresh_draw(&test_app, &canvas);
}

#[test]
fn what_stays_on_the_screen_is_not_painted_again() {
    let look = look();
    let mut test_app = open_transcript((120, 40), numbered_messages(1..200));
    let mut canvas = Canvas::default();
    test_app.draw(&look, &mut canvas);
    let spots = |test_app: &TestApp| {
        let rows = test_app.visible_rows().into_iter();
        rows.map(|row| (row.message_index, row.row.kind))
            .collect::<Vec<_>>()
    };
    let mut moved = 0;
    for keys in ["k"; 50].into_iter().chain(["j"; 100]) {
        let before = spots(&test_app);
        test_app.press(keys);
        test_app.draw(&look, &mut canvas);
        let mut came = spots(&test_app);
        came.retain(|spot| !before.contains(spot));
        moved += came.len();
        // Besides those, one that begins a message has its time told as it comes to the top.
        let anew = canvas.painted.anew();
        assert!(anew <= came.len() + 1, "{anew} rows for {keys}, {came:?}");
    }
    assert!(moved > 100, "{moved} rows came in");
}
