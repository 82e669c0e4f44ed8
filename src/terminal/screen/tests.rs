use proptest::prelude::*;
use ratatui::style::{Modifier, Style};

use super::*;
use crate::app::transcript_pane::message_layout::RowKind;
use crate::chat::MessageId;
use crate::view::Scrolls;
use crate::view::theme::{Palette, Role, Theme};

const SIZE: Size = Size {
    width: 24,
    height: 6,
};

/// One stroke of a random picture: where, what, how, and whether it is a link.
type Stroke = (u16, u16, &'static str, u8, bool);

fn strokes() -> impl Strategy<Value = Vec<Stroke>> {
    let words = prop::sample::select(vec![
        "a",
        "hello",
        "wörld",
        "日本語",
        "👩‍💻",
        "🇳🇴ok",
        "x  y",
        "|",
        "é̂",
        "      ",
    ]);
    prop::collection::vec(
        (0..SIZE.width, 0..SIZE.height, words, 0..5_u8, any::<bool>()),
        0..20,
    )
}

fn style(number: u8) -> Style {
    let theme = Theme::new(Palette::Auto);
    match number {
        0 => Style::new(),
        1 => theme.style(Role::Selected),
        2 => theme.style(Role::Waiting),
        3 => theme.style(Role::Muted),
        _ => theme.style(Role::Link).add_modifier(Modifier::BOLD),
    }
}

fn paint(strokes: &[Stroke], canvas: &mut Canvas) {
    for &(x, y, words, number, is_link) in strokes {
        // The terminal of this test joins no characters and wraps what it so makes too wide.
        let x = x.min(SIZE.width - 10);
        let end = canvas.text(x, y, SIZE.width - x, words, style(number));
        if is_link {
            canvas.link(x..end, y, "https://example.com/å");
        }
    }
}

/// The rows of a pane, numbered from the first.
fn scrolls(pane: Rect, first: i32) -> Scrolls {
    let rows =
        (0..i64::from(pane.height)).map(|row| (MessageId(i64::from(first) + row), RowKind::Blank));
    Scrolls {
        pane,
        rows: rows.collect(),
    }
}

/// What a terminal makes of bytes: rows of text, and the attributes of every cell.
fn shown(terminal: &vt100::Parser) -> Vec<String> {
    let screen = terminal.screen();
    (0..SIZE.height)
        .flat_map(|y| (0..SIZE.width).map(move |x| (x, y)))
        .filter_map(|(x, y)| screen.cell(y, x).map(|cell| (x, y, cell)))
        .filter(|(_, _, cell)| !cell.is_wide_continuation())
        .map(|(x, y, cell)| {
            let text = if cell.contents().is_empty() {
                " "
            } else {
                cell.contents()
            };
            format!(
                "{x},{y} {text} {:?} {} {} {}",
                cell.fgcolor(),
                cell.bold(),
                cell.inverse(),
                cell.underline()
            )
        })
        .collect()
}

fn terminal() -> vt100::Parser {
    vt100::Parser::new(
        SIZE.height.try_into().unwrap(),
        SIZE.width.try_into().unwrap(),
        0,
    )
}

proptest! {
    #[test]
    fn what_changed_brings_the_terminal_where_a_whole_picture_would(pictures in prop::collection::vec(strokes(), 1..6)) {
        let mut screen = Screen::new(Vec::new());
        let mut by_changes = terminal();
        for strokes in &pictures {
            screen.out.clear();
            screen.draw(SIZE, |canvas| paint(strokes, canvas)).unwrap();
            by_changes.process(&screen.out);
            let mut whole = Screen::new(Vec::new());
            whole.draw(SIZE, |canvas| paint(strokes, canvas)).unwrap();
            let mut at_once = terminal();
            at_once.process(&whole.out);
            prop_assert_eq!(shown(&by_changes), shown(&at_once));
        }
    }

    #[test]
    fn rows_that_moved_end_up_as_if_written(
        text in strokes(), around in strokes(), moves in prop::collection::vec(-4..=4_i32, 1..6), beside in 0..8_u16,
    ) {
        let pane = Rect::new(beside, 1, SIZE.width - beside, SIZE.height - 2);
        let mut screen = Screen::new(Vec::new());
        let mut by_moves = terminal();
        let mut offset = 0;
        for by in moves {
            offset += by;
            let picture = |canvas: &mut Canvas| {
                paint(&around, canvas);
                canvas.clear(pane);
                let rows = i32::from(pane.height);
                let in_sight = text.iter().filter_map(|&(x, y, words, style, link)| {
                    let y = (i32::from(y) - offset).rem_euclid(9);
                    let y = u16::try_from(y).unwrap();
                    (i32::from(y) < rows).then_some((x + beside, pane.y + y, words, style, link))
                });
                paint(&in_sight.collect::<Vec<_>>(), canvas);
                canvas.scrolls = scrolls(pane, offset);
            };
            screen.out.clear();
            screen.draw(SIZE, picture).unwrap();
            by_moves.process(&screen.out);
            let mut whole = Screen::new(Vec::new());
            whole.draw(SIZE, picture).unwrap();
            let mut at_once = terminal();
            at_once.process(&whole.out);
            prop_assert_eq!(shown(&by_moves), shown(&at_once));
        }
    }

    #[test]
    fn the_same_picture_again_costs_nothing(strokes in strokes()) {
        let mut screen = Screen::new(Vec::new());
        screen.draw(SIZE, |canvas| paint(&strokes, canvas)).unwrap();
        screen.out.clear();
        screen.draw(SIZE, |canvas| paint(&strokes, canvas)).unwrap();
        prop_assert_eq!(screen.out, b"");
    }
}

#[test]
fn a_link_over_two_rows_is_one_link() {
    let mut screen = Screen::new(Vec::new());
    screen
        .draw(SIZE, |canvas| {
            for y in 0..2 {
                canvas.text(0, y, 10, "https://ex", Style::new());
                canvas.link(0..10, y, "https://example.com/a b");
            }
        })
        .unwrap();
    let text = String::from_utf8(screen.out).unwrap();
    let opened: Vec<_> = text
        .split('\x1b')
        .filter(|part| part.starts_with("]8;id="))
        .collect();
    assert_eq!(opened.len(), 1, "no need to close it between the rows");
    assert!(
        opened[0].ends_with(";https://example.com/a%20b"),
        "{opened:?}"
    );
    assert!(text.contains("\x1b]8;;\x1b\\"));
}

#[test]
fn the_cursor_shows_only_while_something_is_typed() {
    let mut screen = Screen::new(Vec::new());
    screen
        .draw(SIZE, |canvas| canvas.cursor = Some(Position { x: 3, y: 5 }))
        .unwrap();
    assert!(String::from_utf8_lossy(&screen.out).contains("\x1b[6;4H\x1b[?25h"));
    screen.out.clear();
    screen.draw(SIZE, |_| ()).unwrap();
    assert!(String::from_utf8_lossy(&screen.out).contains("\x1b[?25l"));
}

#[test]
fn a_row_further_costs_a_row() {
    let size = Size {
        width: 100,
        height: 40,
    };
    let mut screen = Screen::new(Vec::new());
    let draw = |from: u32, screen: &mut Screen<Vec<u8>>| {
        screen.out.clear();
        screen
            .draw(size, |canvas| {
                for y in 1..39 {
                    let words = (from + u32::from(y)).to_string().repeat(20);
                    canvas.text(0, y, 100, &words, Style::new());
                }
                canvas.scrolls = scrolls(Rect::new(0, 1, 100, 38), from.cast_signed());
            })
            .unwrap();
        screen.out.len()
    };
    let whole = draw(100, &mut screen);
    for from in [101, 100, 103] {
        let moved = draw(from, &mut screen);
        assert!(moved * 8 < whole, "{moved} bytes instead of {whole}");
    }
}
