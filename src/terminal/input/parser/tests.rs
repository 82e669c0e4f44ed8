//! Input as terminals send it, finished and unfinished, in any number of reads.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;

use super::*;

fn inputs(bytes: &[u8]) -> Vec<Input> {
    let mut inputs = Vec::new();
    Parser::default().advance(bytes, &mut inputs);
    inputs
}

/// Keys and the like, without reports.
fn events(inputs: Vec<Input>) -> Vec<Event> {
    let event = |input| match input {
        Input::Event(event) => Some(event),
        Input::Background(_) | Input::Attributes => None,
    };
    inputs.into_iter().filter_map(event).collect()
}

fn parsed(bytes: &[u8]) -> Vec<Event> {
    events(inputs(bytes))
}

/// The events of bytes that nothing follows.
fn parsed_to_end(bytes: &[u8]) -> Vec<Event> {
    let (mut parser, mut inputs) = (Parser::default(), Vec::new());
    parser.advance(bytes, &mut inputs);
    parser.give_up(false, &mut inputs);
    assert_eq!(parser.timeout(false), None);
    events(inputs)
}

fn key_with(code: KeyCode, modifiers: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, modifiers))
}

fn key(code: KeyCode) -> Event {
    key_with(code, KeyModifiers::NONE)
}

fn character(character: char) -> Event {
    key(KeyCode::Char(character))
}

fn control(character: char) -> Event {
    key_with(KeyCode::Char(character), KeyModifiers::CONTROL)
}

fn alt(character: char) -> Event {
    key_with(KeyCode::Char(character), KeyModifiers::ALT)
}

#[test]
fn keys_are_recognized() {
    let (shift, control_key) = (KeyModifiers::SHIFT, KeyModifiers::CONTROL);
    for (bytes, event) in [
        ("q", character('q')),
        ("ø", character('ø')),
        ("🙂", character('🙂')),
        ("G", key_with(KeyCode::Char('G'), shift)),
        ("\r", key(KeyCode::Enter)),
        ("\t", key(KeyCode::Tab)),
        ("\x7f", key(KeyCode::Backspace)),
        ("\x1a", control('z')),
        ("\x03", control('c')),
        ("\0", control(' ')),
        ("\x1ba", alt('a')),
        ("\x1bø", alt('ø')),
        ("\x1b[A", key(KeyCode::Up)),
        ("\x1bOB", key(KeyCode::Down)),
        ("\x1b[1;5C", key_with(KeyCode::Right, control_key)),
        ("\x1b[H", key(KeyCode::Home)),
        ("\x1b[4~", key(KeyCode::End)),
        ("\x1b[6~", key(KeyCode::PageDown)),
        ("\x1b[5;5~", key_with(KeyCode::PageUp, control_key)),
        ("\x1b[Z", key_with(KeyCode::BackTab, shift)),
        ("\x1bOP", key(KeyCode::F(1))),
        ("\x1b[[A", key(KeyCode::F(1))),
        ("\x1b[15~", key(KeyCode::F(5))),
        ("\x1b[106u", character('j')),
        ("\x1b[99;5u", control('c')),
        ("\x1b[27;5;99~", control('c')),
        ("\x1b[27;2;13~", key_with(KeyCode::Enter, shift)),
        ("\x1b[I", Event::FocusGained),
        ("\x1b[O", Event::FocusLost),
        ("\x1b[200~a\nb\x1b[201~", Event::Paste("a\nb".to_owned())),
    ] {
        assert_eq!(parsed(bytes.as_bytes()), [event], "{bytes:?}");
    }
}

#[test]
fn the_mouse_is_recognized_in_each_form() {
    let click = |kind, column, row| {
        Event::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    };
    let down = click(MouseEventKind::Down(MouseButton::Left), 4, 7);
    let up = click(MouseEventKind::Up(MouseButton::Left), 4, 7);
    for (bytes, event) in [
        ("\x1b[<0;5;8M", down.clone()),
        ("\x1b[<0;5;8m", up),
        ("\x1b[32;5;8M", down.clone()),
        ("\x1b[M %(", down),
        ("\x1b[<65;1;1M", click(MouseEventKind::ScrollDown, 0, 0)),
    ] {
        assert_eq!(parsed(bytes.as_bytes()), [event], "{bytes:?}");
    }
    // Positions count from one.
    for bytes in ["\x1b[<0;0;0M", "\x1b[<0;1;0m", "\x1b[32;0;8M", "\x1b[32;;M"] {
        assert_eq!(parsed(bytes.as_bytes()), [], "{bytes:?}");
    }
}

#[test]
fn what_is_no_key_is_dropped_whole() {
    for report in [
        // Modes, colour scheme, cursor position, attributes, window size, keyboard flags.
        "\x1b[?2026;2$y",
        "\x1b[?997;1n",
        "\x1b[?12;40R",
        "\x1b[?62;22c",
        "\x1b[>1;4600;0c",
        "\x1b[=0c",
        "\x1b[48;24;80;0;0t",
        "\x1b[?1u",
        "\x1b[0n",
        "\x1b[999~",
        "\x1b[27~",
        "\x1b[27;5~",
        "\x1b[27;5;~",
        "\x1b[201~",
        "\x1b[ q",
        "\x1b[[~",
        "\x1bO5P",
        "\x1bOy",
        // Colours and clipboard, terminal name, settings, graphics; either end.
        "\x1b]11;rgb:0000/0000/0000\x1b\\",
        "\x1b]10;rgb:ffff/ffff/ffff\x07",
        "\x1b]52;c;cXFxcQ==\x07",
        "\x1bP>|tmux 3.3a\x1b\\",
        "\x1bP1$r0 q\x1b\\",
        "\x1bP1+r544e=78\r\n\x1b\\",
        "\x1b_Gi=31;OK\x1b\\",
        "\x1b^privacy\x1b\\",
        "\x1bXstart of string\x1b\\",
        // A control character of eight bits.
        "\u{9b}",
    ] {
        let bytes = [report, "q"].concat();
        assert_eq!(parsed(bytes.as_bytes()), [character('q')], "{report:?}");
    }
    // Invalid UTF-8.
    for bytes in [b"\xf8q".as_slice(), b"\x80\xbfq", b"\xe6\x97q"] {
        assert_eq!(parsed(bytes), [character('q')], "{bytes:?}");
    }
}

#[test]
fn the_background_is_reported_in_each_form_and_never_typed() {
    let white = Input::Background([u16::MAX; 3]);
    for (report, background) in [
        ("11;rgb:ffff/ffff/ffff", Some(white.clone())),
        ("11;rgb:ff/ff/ff", Some(white.clone())),
        ("11;rgba:ffff/ffff/ffff/0000", Some(white)),
        (
            "11;rgb:0/80/8000",
            Some(Input::Background([0, 32896, 32768])),
        ),
        ("11;rgb:ffff/ffff", None),
        ("11;rgb:ffff/xyz/ffff", None),
        ("11;rgb:fffff/0/0", None),
        ("11;#ffffff", None),
        ("10;rgb:ffff/ffff/ffff", None),
        ("11;", None),
    ] {
        for end in ["\x1b\\", "\x07"] {
            let bytes = format!("\x1b]{report}{end}\x1b[?62;4cq");
            let expected: Vec<_> = (background.clone().into_iter())
                .chain([Input::Attributes, Input::Event(character('q'))])
                .collect();
            assert_eq!(inputs(bytes.as_bytes()), expected, "{report:?}");
            // In two pieces, between which nothing else comes.
            for middle in 1..bytes.len() - 1 {
                let (mut parser, mut inputs) = (Parser::default(), Vec::new());
                parser.advance(&bytes.as_bytes()[..middle], &mut inputs);
                let timeout = parser.timeout(true);
                let is_esc = middle == 1 || middle == bytes.find("\x1b[?").unwrap() + 1;
                let longest = if is_esc {
                    EXPECTING_ESC_TIMEOUT
                } else {
                    REPORT_TIMEOUT
                };
                assert!(timeout.is_none_or(|it| it == longest));
                parser.advance(&bytes.as_bytes()[middle..], &mut inputs);
                assert_eq!(inputs, expected, "{report:?} {middle}");
            }
        }
    }
    // A settings report that reads like one.
    assert_eq!(inputs(b"\x1bP11;rgb:ff/ff/ff\x1b\\"), []);
}

/// A lone ESC is the key before the rest of a report can be expected to have come.
#[test]
fn the_rest_of_a_report_whose_esc_was_the_key_is_not_typed() {
    let rest = "]11;rgb:ffff/ffff/ffff\x1b\\";
    for (rest, report) in [
        (rest, Input::Background([u16::MAX; 3])),
        ("[?62;4c", Input::Attributes),
    ] {
        let esc = Input::Event(key(KeyCode::Esc));
        let expected = [esc, report, Input::Event(character('q'))];
        for middle in 0..rest.len() {
            let (mut parser, mut inputs) = (Parser::default(), Vec::new());
            parser.advance(b"\x1b", &mut inputs);
            assert_eq!(parser.timeout(true), Some(EXPECTING_ESC_TIMEOUT));
            parser.give_up(true, &mut inputs);
            assert_eq!(parser.timeout(true), None);
            parser.advance(&rest.as_bytes()[..middle], &mut inputs);
            if middle > 0 {
                assert_eq!(parser.timeout(true), Some(REPORT_TIMEOUT));
            }
            parser.advance(&rest.as_bytes()[middle..], &mut inputs);
            parser.advance(b"q", &mut inputs);
            assert_eq!(inputs, expected, "{rest} {middle}");
        }
    }
}

/// After the Esc key, keys that a report could begin with are typed, at once where it cannot.
#[test]
fn keys_after_the_esc_key_are_typed() {
    for keys in ["]", "]1", "[", "[j", "]1x", "q]", "]]11;"] {
        let (mut parser, mut inputs) = (Parser::default(), Vec::new());
        parser.advance(b"\x1b", &mut inputs);
        parser.give_up(true, &mut inputs);
        parser.advance(keys.as_bytes(), &mut inputs);
        parser.give_up(true, &mut inputs);
        let expected = [key(KeyCode::Esc)].into_iter();
        let expected: Vec<_> = expected.chain(keys.chars().map(character)).collect();
        assert_eq!(events(inputs), expected, "{keys}");
        assert_eq!(parser.timeout(true), None);
    }
}

#[test]
fn what_does_not_end_is_given_up() {
    let pasted = |text: &str| vec![Event::Paste(text.to_owned())];
    let alt_shift = |letter| {
        vec![key_with(
            KeyCode::Char(letter),
            KeyModifiers::ALT | KeyModifiers::SHIFT,
        )]
    };
    for (bytes, events, timeout) in [
        ("", vec![], None),
        ("\x1b", vec![key(KeyCode::Esc)], Some(ESC_TIMEOUT)),
        ("\x1b[", vec![alt('[')], Some(ESC_TIMEOUT)),
        ("\x1b]", vec![alt(']')], Some(ESC_TIMEOUT)),
        ("\x1bO", alt_shift('O'), Some(ESC_TIMEOUT)),
        ("\x1bP", alt_shift('P'), Some(ESC_TIMEOUT)),
        ("\x1b[1;", vec![], Some(SEQUENCE_TIMEOUT)),
        ("\x1b[M !", vec![], Some(SEQUENCE_TIMEOUT)),
        ("\x1b]11;rgb:", vec![], Some(SEQUENCE_TIMEOUT)),
        ("\x1bP>|tmux\x1b", vec![], Some(SEQUENCE_TIMEOUT)),
        ("\x1b[200~", pasted(""), Some(SEQUENCE_TIMEOUT)),
        ("\x1b[200~abc", pasted("abc"), Some(SEQUENCE_TIMEOUT)),
        ("\x1b[200~abc\x1b[20", pasted("abc"), Some(SEQUENCE_TIMEOUT)),
    ] {
        let mut parser = Parser::default();
        parser.advance(bytes.as_bytes(), &mut Vec::new());
        assert_eq!(parser.timeout(false), timeout, "{bytes:?}");
        assert_eq!(parsed_to_end(bytes.as_bytes()), events, "{bytes:?}");
    }
}

#[test]
fn another_sequence_ends_an_unfinished_one() {
    let (esc, up) = (key(KeyCode::Esc), key(KeyCode::Up));
    for (bytes, events) in [
        ("\x1b\x1b[A", vec![esc.clone(), up.clone()]),
        ("\x1b\x03", vec![esc, control('c')]),
        ("\x1b[1;\x1b[A", vec![up.clone()]),
        ("\x1b[1;\r", vec![key(KeyCode::Enter)]),
        ("\x1b[1;øq", vec![character('ø'), character('q')]),
        ("\x1b]11;rgb:\x1b[A", vec![up]),
        ("\x1b]11;rgb:\x03", vec![control('c')]),
        ("\x1b]11;rgb:\x1a", vec![control('z')]),
    ] {
        assert_eq!(parsed(bytes.as_bytes()), events, "{bytes:?}");
    }
}

#[test]
fn a_paste_is_taken_as_it_is_up_to_a_limit() {
    for text in ["\x1b[A\x1b]0;x\x07\x1b", "\x1b[20", "\x1b\x1b[201", "ø\r\n"] {
        let bytes = ["\x1b[200~", text, "\x1b[201~q"].concat();
        let events = [Event::Paste(text.to_owned()), character('q')];
        assert_eq!(parsed(bytes.as_bytes()), events, "{text:?}");
    }
    let long = "x".repeat(3 * MAX_PASTE);
    let bytes = ["\x1b[200~", &long, "\x1b[201~q"].concat();
    let events = [Event::Paste("x".repeat(MAX_PASTE)), character('q')];
    assert_eq!(parsed(bytes.as_bytes()), events);
    let interrupted = [Event::Paste("abc".to_owned()), control('c'), character('q')];
    assert_eq!(parsed(b"\x1b[200~abc\x03q"), interrupted);
}

/// Keys, reports and their pieces, and bytes that mean nothing.
fn terminal_output() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "q",
        "ø",
        "\x1b",
        "[",
        "O",
        "]",
        "P",
        "_",
        "\\",
        "\x1b\\",
        "\x07",
        "\x1b[A",
        "\x1b[1;5C",
        "\x1b[<0;5;8M",
        "\x1b[M",
        "\x1b[?2026;2$y",
        "\x1b]11;rgb:00",
        "\x1b[200~",
        "\x1b[201~",
        "\x1b[20",
        "1;2",
        "~",
        "\r",
        "\x03",
        "山",
    ];
    let piece = prop::sample::select(pieces.map(|piece| piece.as_bytes().to_vec()).to_vec());
    let noise = prop::collection::vec(any::<u8>(), 0..6);
    prop::collection::vec(prop_oneof![3 => piece, 1 => noise], 0..24)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_split_into_reads_gives_the_same_events(
        bytes in terminal_output(),
        ends in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut ends: Vec<_> = ends.iter().map(|end| end.index(bytes.len() + 1)).collect();
        ends.push(bytes.len());
        ends.sort_unstable();
        let (mut parser, mut inputs, mut begin) = (Parser::default(), Vec::new(), 0);
        for end in ends {
            parser.advance(&bytes[begin..end], &mut inputs);
            begin = end;
        }
        parser.give_up(false, &mut inputs);
        prop_assert_eq!(events(inputs), parsed_to_end(&bytes));
    }

    #[test]
    fn nothing_blocks_the_next_keys(bytes in terminal_output()) {
        let (mut parser, mut inputs) = (Parser::default(), Vec::new());
        parser.advance(&bytes, &mut inputs);
        parser.give_up(false, &mut inputs);
        inputs.clear();
        parser.advance("q\x1b[A".as_bytes(), &mut inputs);
        prop_assert_eq!(events(inputs), [character('q'), key(KeyCode::Up)]);
    }

    #[test]
    fn ctrl_c_is_read_whatever_came_before(bytes in terminal_output()) {
        let bytes = [&bytes[..], b"\x03"].concat();
        prop_assert_eq!(parsed(&bytes).pop(), Some(control('c')));
    }
}
