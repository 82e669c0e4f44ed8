//! The bytes written, checked against a terminal emulator.

use proptest::prelude::*;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::{Clear, Widget};

use super::*;
use crate::text::{truncate, width};
use crate::view::continued_row;
use crate::view::theme::{Role, Theme, ThemeId};

const SIZE: Size = Size {
    width: 24,
    height: 6,
};

/// A text of a random frame: position, text, number of its style, and whether it is a link.
type Stroke = (u16, u16, &'static str, u8, bool);

fn strokes() -> impl Strategy<Value = Vec<Stroke>> {
    let texts = "a;hello;wörld;日本語;👩‍💻;🇳🇴ok;❤\u{fe0f}x;x  y;|;é̂;      ";
    let text = prop::sample::select(texts.split(';').collect::<Vec<_>>());
    let stroke = (0..SIZE.width, 0..SIZE.height, text, 0..5_u8, any::<bool>());
    prop::collection::vec(stroke, 0..20)
}

fn style(number: u8) -> Style {
    let theme = Theme::built_in(ThemeId::Terminal);
    match number {
        0 => Style::new(),
        1 => theme.style(Role::Selected),
        2 => theme.style(Role::NeedsReply),
        3 => theme.style(Role::Muted),
        _ => theme.style(Role::Link).add_modifier(Modifier::BOLD),
    }
}

fn paint(strokes: &[Stroke], buf: &mut Buffer) -> ViewOutput {
    let mut output = ViewOutput::default();
    for &(x, y, text, number, is_link) in strokes {
        // The terminal of this test joins no characters and wraps what that makes too wide.
        let x = x.min(SIZE.width - 10);
        let mut style = style(number);
        if is_link {
            style = style.patch(output.hyperlinks.add("https://example.com/å"));
        }
        if let Some(before) = x.checked_sub(1).and_then(|x| buf.cell_mut((x, y)))
            && width(before.symbol()) > 1
        {
            before.set_symbol(" ");
        }
        let columns = usize::from(SIZE.width - x);
        buf.set_stringn(x, y, truncate(text, columns), columns, style);
    }
    output
}

fn new_terminal() -> AnsiTerminal<Vec<u8>> {
    Terminal::new(AnsiBackend::new(Vec::new())).unwrap()
}

/// Two rows that are one line, and a third.
fn paint_line(first: &str, buf: &mut Buffer) -> ViewOutput {
    buf.set_string(0, 1, first.repeat(SIZE.width.into()), Style::new());
    buf.set_string(0, 2, "å, and on", Style::new());
    buf.set_string(0, 3, "another line", Style::new());
    let last = (SIZE.width - 1, 1);
    buf[last].set_symbol("é").set_style(continued_row());
    ViewOutput::default()
}

/// However little of them is written again: a selection then copies them as one.
#[test]
fn the_terminal_joins_a_row_that_goes_on_with_the_next() {
    let mut terminal = new_terminal();
    let mut emulator = emulator();
    let full = |buf: &mut Buffer| {
        for y in 0..SIZE.height {
            buf.set_string(0, y, "x".repeat(SIZE.width.into()), Style::new());
        }
        ViewOutput::default()
    };
    emulator.process(&drawn(&mut terminal, full));
    for first in ["a", "b", "b"] {
        emulator.process(&drawn(&mut terminal, |buf| paint_line(first, buf)));
        let rows = [0, 1, 2, 3].map(|row| emulator.screen().row_wrapped(row));
        assert_eq!(rows, [false, true, false, false]);
        let text = emulator.screen().contents();
        let line = format!("{}éå, and on", first.repeat(23));
        assert!(text.contains(&line), "{text}");
    }
}

/// The bytes that a frame is written as.
fn drawn(
    terminal: &mut AnsiTerminal<Vec<u8>>,
    view: impl FnOnce(&mut Buffer) -> ViewOutput,
) -> Vec<u8> {
    draw(terminal, SIZE, view).unwrap();
    std::mem::take(&mut terminal.backend_mut().out)
}

/// The text and the attributes of every cell of an emulated terminal.
fn shown(emulator: &vt100::Parser) -> Vec<String> {
    let screen = emulator.screen();
    (0..SIZE.height)
        .flat_map(|y| (0..SIZE.width).map(move |x| (x, y)))
        .filter_map(|(x, y)| screen.cell(y, x).map(|cell| (x, y, cell)))
        .filter(|(_, _, cell)| !cell.is_wide_continuation())
        .map(|(x, y, cell)| {
            let text = Some(cell.contents()).filter(|text| !text.is_empty());
            let style = (
                cell.fgcolor(),
                cell.bold(),
                cell.inverse(),
                cell.underline(),
            );
            format!("{x},{y} {} {style:?}", text.unwrap_or(" "))
        })
        .collect()
}

fn emulator() -> vt100::Parser {
    let cells = |number: u16| number.try_into().unwrap();
    vt100::Parser::new(cells(SIZE.height), cells(SIZE.width), 0)
}

proptest! {
    #[test]
    fn writing_the_changes_shows_the_same_as_writing_the_whole_frame(frames in prop::collection::vec(strokes(), 1..6)) {
        let mut terminal = new_terminal();
        let mut by_changes = emulator();
        for strokes in &frames {
            by_changes.process(&drawn(&mut terminal, |buf| paint(strokes, buf)));
            let mut at_once = emulator();
            at_once.process(&drawn(&mut new_terminal(), |buf| paint(strokes, buf)));
            prop_assert_eq!(shown(&by_changes), shown(&at_once));
        }
    }

    #[test]
    fn rows_that_moved_end_up_as_if_written(
        text in strokes(), around in strokes(), moves in prop::collection::vec(-4..=4_i32, 1..6), beside in 0..8_u16,
    ) {
        let pane = Rect::new(beside, 1, SIZE.width - beside, SIZE.height - 2);
        let mut terminal = new_terminal();
        let mut by_moves = emulator();
        let mut offset = 0;
        for by in moves {
            offset += by;
            let frame = |buf: &mut Buffer| {
                let mut output = paint(&around, buf);
                // A blank column covers the half of a wide character.
                Clear.render(Rect { x: beside.saturating_sub(1), width: SIZE.width, ..pane }, buf);
                let rows = i32::from(pane.height);
                let visible = text.iter().filter_map(|&(x, y, text, style, link)| {
                    let y = (i32::from(y) - offset).rem_euclid(9);
                    let y = u16::try_from(y).unwrap();
                    (i32::from(y) < rows).then_some((x + beside, pane.y + y, text, style, link))
                });
                let moved = paint(&visible.collect::<Vec<_>>(), buf);
                output.hyperlinks = moved.hyperlinks;
                output
            };
            by_moves.process(&drawn(&mut terminal, frame));
            let mut at_once = emulator();
            at_once.process(&drawn(&mut new_terminal(), frame));
            prop_assert_eq!(shown(&by_moves), shown(&at_once));
        }
    }

    #[test]
    fn the_same_frame_again_writes_nothing(strokes in strokes()) {
        let mut terminal = new_terminal();
        drawn(&mut terminal, |buf| paint(&strokes, buf));
        let again = drawn(&mut terminal, |buf| paint(&strokes, buf));
        prop_assert_eq!(again, b"");
    }
}

#[test]
fn a_link_over_two_rows_is_one_link() {
    let bytes = drawn(&mut new_terminal(), |buf| {
        let mut output = ViewOutput::default();
        let style = output.hyperlinks.add("https://example.com/a b");
        for y in 0..2 {
            buf.set_string(0, y, "https://ex", style);
        }
        output
    });
    let text = String::from_utf8(bytes).unwrap();
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
fn a_very_long_address_is_not_sent_as_a_link() {
    for (length, is_link) in [(2000, true), (2001, false), (32_000, false)] {
        let target = format!("{:x<length$}", "https://example.com/");
        let bytes = drawn(&mut new_terminal(), |buf| {
            let mut output = ViewOutput::default();
            let style = output.hyperlinks.add(&target);
            for y in 0..SIZE.height {
                buf.set_string(0, y, "https://example.com/xxxx", style);
            }
            output
        });
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.contains(&target), is_link, "{length}");
        assert!(text.contains("https://ex"));
    }
}

#[test]
fn the_cursor_is_shown_only_while_typing() {
    let mut terminal = new_terminal();
    let typed = ViewOutput {
        cursor: Some(Position { x: 3, y: 5 }),
        ..ViewOutput::default()
    };
    let bytes = drawn(&mut terminal, |_| typed);
    assert!(String::from_utf8_lossy(&bytes).contains("\x1b[6;4H\x1b[?25h"));
    let bytes = drawn(&mut terminal, |_| ViewOutput::default());
    assert!(String::from_utf8_lossy(&bytes).contains("\x1b[?25l"));
}

#[test]
fn a_cleared_terminal_is_written_whole() {
    let mut terminal = new_terminal();
    let view = |buf: &mut Buffer| {
        buf.set_string(0, 0, "hello", Style::new());
        ViewOutput::default()
    };
    let first = drawn(&mut terminal, view);
    terminal.clear().unwrap();
    assert!(terminal.backend().needs_clear());
    assert_eq!(drawn(&mut terminal, view), first);
    assert!(!terminal.backend().needs_clear());
}

#[test]
fn the_second_column_of_a_pictograph_shows_nothing_old() {
    // This emulator, as some terminals, gives them one column.
    for text in ["❤\u{fe0f}x", "⚠\u{fe0f}x", "1\u{fe0f}\u{20e3}x"] {
        let pictograph = |buf: &mut Buffer| paint(&[(0, 0, text, 0, false)], buf);
        let mut terminal = new_terminal();
        let mut by_changes = emulator();
        by_changes.process(&drawn(&mut terminal, |buf| {
            paint(&[(0, 0, "hello", 0, false)], buf)
        }));
        by_changes.process(&drawn(&mut terminal, pictograph));
        let mut at_once = emulator();
        at_once.process(&drawn(&mut new_terminal(), pictograph));
        assert_eq!(shown(&by_changes), shown(&at_once), "{text:?}");
    }
}

/// It is set with the first frame, when it changes, and after another program had the terminal.
#[test]
fn the_title_is_written_when_it_changes() {
    let titled = |title: &str| {
        let title = title.to_owned();
        move |_: &mut Buffer| ViewOutput {
            title,
            ..ViewOutput::default()
        }
    };
    let mut terminal = Terminal::new(AnsiBackend::new(Vec::new()).with_title()).unwrap();
    let sets = |bytes: &[u8]| String::from_utf8_lossy(bytes).matches("\x1b]2;").count();
    let bytes = drawn(&mut terminal, titled("sochat"));
    assert!(String::from_utf8_lossy(&bytes).contains("\x1b]2;sochat\x1b\\"));
    assert_eq!(drawn(&mut terminal, titled("sochat")), b"");
    let changed = drawn(&mut terminal, titled("sochat: 1 needs reply"));
    assert_eq!(sets(&changed), 1);
    let hostile = drawn(&mut terminal, titled("a\x1b\\\x1b]52;c;eA==\x07\u{9c}b"));
    let hostile = String::from_utf8_lossy(&hostile).replace("\x1b[?2026", "");
    assert_eq!(hostile.matches('\x1b').count(), 2, "{hostile:?}");
    assert!(!hostile.contains(['\x07', '\u{9c}']), "{hostile:?}");
    terminal.clear().unwrap();
    assert_eq!(sets(&drawn(&mut terminal, titled("sochat"))), 1);
    // Not where it could not be restored.
    let mut terminal = new_terminal();
    assert_eq!(sets(&drawn(&mut terminal, titled("sochat"))), 0);
}
