//! Bytes from the terminal as events, however they were split into reads.
//!
//! The extent of every sequence is found here, by the rules of ECMA-48, before `terminput` determines its
//! key: a complete sequence that is neither a key nor an expected report is dropped whole, and one that
//! never ends is given up after a timeout ([`Parser::timeout`]), so that nothing a terminal sends blocks later
//! keys.

use std::borrow::Cow;
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

const ESC: u8 = 0x1b;
/// Ends every unfinished sequence: it must always be able to quit the program.
const CTRL_C: u8 = 0x03;
const BEL: u8 = 0x07;
const PASTE_BEGIN: &[u8] = b"\x1b[200~";
const PASTE_END: &[u8] = b"\x1b[201~";

/// Longer than the sequence of any key.
const MAX_SEQUENCE: usize = 128;
/// More than any line that is typed; the rest of a longer paste is dropped.
const MAX_PASTE: usize = 64 * 1024;

/// How long after ESC the rest of a sequence may come; otherwise it is the Esc key.
const ESC_TIMEOUT: Duration = Duration::from_millis(30);
/// How long a sequence or a paste may pause before it ends.
const SEQUENCE_TIMEOUT: Duration = Duration::from_secs(1);
/// As [`SEQUENCE_TIMEOUT`] while a report is expected, whose pieces a slow network may delay: none of it is to
/// be typed. The thread pauses within two seconds, so this is shorter.
const REPORT_TIMEOUT: Duration = Duration::from_millis(1500);
/// How long ESC alone waits then: it may be the key, which must respond promptly.
const EXPECTING_ESC_TIMEOUT: Duration = Duration::from_millis(300);

/// The begin of the report of the background.
const BACKGROUND: &[u8] = b"11;";
/// Longer than the rest of that report.
const MAX_REPORT: usize = 64;
/// How the expected reports, background and attributes, begin after their ESC.
const LATE_PREFIXES: [&[u8]; 2] = [b"]11;", b"[?"];

/// The meaning of the bytes from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Input {
    Event(Event),
    /// The background is this colour.
    Background([u16; 3]),
    /// The attributes, which follow the answers to all queries sent before.
    Attributes,
}

#[derive(Debug, Default)]
pub(super) struct Parser {
    state: State,
    /// The bytes received of a report whose ESC was taken for the key, while that is possible.
    late: Option<Vec<u8>>,
}

#[derive(Debug)]
enum State {
    /// The bytes so far of a key; none between two keys.
    Sequence(Vec<u8>),
    /// In an operating system command or another control string, which is dropped unless it is a report; its
    /// first bytes.
    ControlString { text: Vec<u8>, after_esc: bool },
    /// In a paste; `matched` bytes of its end have come.
    Paste { text: Vec<u8>, matched: usize },
}

impl Default for State {
    fn default() -> Self {
        Self::Sequence(Vec::new())
    }
}

/// The kind of the bytes of a sequence so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    Unfinished,
    Finished,
    ControlString,
    /// The last byte does not belong to it.
    Broken,
}

impl Parser {
    /// Parses bytes; an unfinished sequence is stored for the next ones.
    pub(super) fn advance(&mut self, bytes: &[u8], events: &mut Vec<Input>) {
        for &byte in bytes {
            if !self.is_of_late_report(byte, events) {
                self.advance_byte(byte, events);
            }
        }
    }

    /// Takes a byte that may be of a report whose ESC was taken for the key. Once it can be of none, the bytes
    /// before it are keys.
    fn is_of_late_report(&mut self, byte: u8, events: &mut Vec<Input>) -> bool {
        let Some(mut begin) = self.late.take() else {
            return false;
        };
        begin.push(byte);
        if LATE_PREFIXES.contains(&begin.as_slice()) {
            self.advance_byte(ESC, events);
            for byte in begin {
                self.advance_byte(byte, events);
            }
            return true;
        }
        if LATE_PREFIXES.iter().any(|it| it.starts_with(&begin)) {
            self.late = Some(begin);
            return true;
        }
        begin.pop();
        for byte in begin {
            self.advance_byte(byte, events);
        }
        false
    }

    /// How long to wait for the next byte before [`Self::give_up`]; `None` between two keys.
    pub(super) fn timeout(&self, is_report_expected: bool) -> Option<Duration> {
        match &self.state {
            State::Sequence(bytes) if bytes.is_empty() => {
                let is_begun = self.late.as_ref().is_some_and(|begin| !begin.is_empty());
                is_begun.then_some(if is_report_expected {
                    REPORT_TIMEOUT
                } else {
                    ESC_TIMEOUT
                })
            }
            State::Paste { .. } => Some(SEQUENCE_TIMEOUT),
            State::Sequence(bytes) if is_report_expected && bytes == &[ESC] => {
                Some(EXPECTING_ESC_TIMEOUT)
            }
            _ if is_report_expected => Some(REPORT_TIMEOUT),
            State::Sequence(bytes) if is_key_by_itself(bytes) => Some(ESC_TIMEOUT),
            _ => Some(SEQUENCE_TIMEOUT),
        }
    }

    /// Ends an unfinished sequence: ESC is the Esc key, a paste has the text received, the rest is dropped. While a
    /// report is expected, its rest may still come.
    pub(super) fn give_up(&mut self, is_report_expected: bool, events: &mut Vec<Input>) {
        let is_esc = matches!(&self.state, State::Sequence(bytes) if bytes == &[ESC]);
        if let Some(begin) = self.late.take() {
            for byte in begin {
                self.advance_byte(byte, events);
            }
        }
        self.late = (is_esc && is_report_expected).then(Vec::new);
        self.end_unfinished(events);
    }

    fn end_unfinished(&mut self, events: &mut Vec<Input>) {
        match std::mem::take(&mut self.state) {
            State::Sequence(bytes) => events.extend(introducer_key(&bytes).map(Input::Event)),
            State::ControlString { .. } => {}
            State::Paste { text, .. } => events.push(Input::Event(pasted(&text))),
        }
    }

    /// Ends a control string that is complete.
    fn end_control_string(&mut self, events: &mut Vec<Input>) {
        if let State::ControlString { text, .. } = std::mem::take(&mut self.state) {
            events.extend(background(&text).map(Input::Background));
        }
    }

    fn advance_byte(&mut self, byte: u8, events: &mut Vec<Input>) {
        match &mut self.state {
            _ if byte == CTRL_C => {
                self.end_unfinished(events);
                events.extend(parse(&[byte]));
            }
            State::Paste { text, matched } => {
                if byte == PASTE_END[*matched] {
                    *matched += 1;
                    if *matched == PASTE_END.len() {
                        self.end_unfinished(events);
                    }
                    return;
                }
                // Only its first byte is ESC, so the end can begin anew only with this byte.
                let not_the_end = &PASTE_END[..std::mem::take(matched)];
                text.extend_from_slice(not_the_end);
                if byte == ESC {
                    *matched = 1;
                } else {
                    text.push(byte);
                }
                text.truncate(MAX_PASTE);
            }
            State::ControlString { text, after_esc } => match byte {
                ESC => *after_esc = true,
                BEL => self.end_control_string(events),
                b'\\' if *after_esc => self.end_control_string(events),
                // Another sequence has begun without an end of the string.
                _ if *after_esc => {
                    self.state = State::Sequence(vec![ESC]);
                    self.advance_byte(byte, events);
                }
                // A string contains no other control characters: it was cut short.
                0x00..0x08 | 0x0e..0x20 => {
                    self.state = State::default();
                    self.advance_byte(byte, events);
                }
                _ if text.len() < MAX_REPORT => text.push(byte),
                _ => {}
            },
            State::Sequence(bytes) => {
                let starts = bytes.is_empty();
                bytes.push(byte);
                match extent(bytes) {
                    Extent::Unfinished if bytes.len() < MAX_SEQUENCE => {}
                    Extent::Finished if bytes == PASTE_BEGIN => {
                        let text = Vec::new();
                        self.state = State::Paste { text, matched: 0 };
                    }
                    Extent::Finished => {
                        events.extend(parse(bytes));
                        bytes.clear();
                    }
                    Extent::ControlString => {
                        self.state = State::ControlString {
                            // Only an operating system command is a report.
                            text: if bytes[1] == b']' {
                                Vec::new()
                            } else {
                                vec![ESC]
                            },
                            after_esc: false,
                        };
                        // It may be the end already.
                        self.advance_byte(byte, events);
                    }
                    Extent::Broken if !starts => {
                        bytes.pop();
                        self.end_unfinished(events);
                        self.advance_byte(byte, events);
                    }
                    Extent::Broken | Extent::Unfinished => bytes.clear(),
                }
            }
        }
    }
}

/// The extent of a sequence, which has no bytes after its end.
fn extent(bytes: &[u8]) -> Extent {
    match bytes {
        [ESC] => Extent::Unfinished,
        [ESC, .., ESC] => Extent::Broken,
        // The function keys of the Linux console.
        [ESC, b'[', b'['] => Extent::Unfinished,
        // The oldest mouse reports: three bytes after the final one.
        [ESC, b'[', b'M', rest @ ..] if rest.len() < 3 => Extent::Unfinished,
        [ESC, b'[', b'[' | b'M', ..] => Extent::Finished,
        [ESC, b'[' | b'O'] => Extent::Unfinished,
        [ESC, b'[' | b'O', .., last] => match last {
            0x20..0x40 => Extent::Unfinished,
            0x40..0x7f => Extent::Finished,
            _ => Extent::Broken,
        },
        // Operating system command, device control string, start of string, privacy message,
        // application program command.
        [ESC, b']' | b'P' | b'X' | b'^' | b'_'] => Extent::Unfinished,
        [ESC, b']' | b'P' | b'X' | b'^' | b'_', _] => Extent::ControlString,
        [ESC, character @ ..] | character => match str::from_utf8(character) {
            Ok(_) => Extent::Finished,
            Err(error) if error.error_len().is_none() => Extent::Unfinished,
            Err(_) => Extent::Broken,
        },
    }
}

/// Returns `true` for what is a key if nothing follows.
fn is_key_by_itself(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [ESC] | [ESC, b'[' | b'O' | b']' | b'P' | b'X' | b'^' | b'_']
    )
}

/// The key of a sequence that has only begun: Esc, or Alt with a character that begins other sequences.
fn introducer_key(bytes: &[u8]) -> Option<Event> {
    if !is_key_by_itself(bytes) {
        return None;
    }
    let key = match bytes {
        [ESC, letter] => {
            let shift = if letter.is_ascii_uppercase() {
                KeyModifiers::SHIFT
            } else {
                KeyModifiers::NONE
            };
            KeyEvent::new(KeyCode::Char((*letter).into()), KeyModifiers::ALT | shift)
        }
        _ => KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE),
    };
    Some(Event::Key(key))
}

/// The colour in the text of a report of the background: `11;rgb:ffff/ffff/ffff`, with one to four digits.
fn background(text: &[u8]) -> Option<[u16; 3]> {
    let color = str::from_utf8(text.strip_prefix(BACKGROUND)?).ok()?;
    let levels = color
        .strip_prefix("rgb:")
        .or_else(|| color.strip_prefix("rgba:"))?;
    let mut levels = levels.split('/').map(|digits| {
        let level = u32::from_str_radix(digits, 16).ok()?;
        let max = match digits.len() {
            length @ 1..=4 => (1_u32 << (4 * length)) - 1,
            _ => return None,
        };
        u16::try_from(level * u32::from(u16::MAX) / max).ok()
    });
    let mut next = || levels.next().flatten();
    Some([next()?, next()?, next()?])
}

/// The meaning of a finished sequence, if it is a known one.
fn parse(sequence: &[u8]) -> Option<Input> {
    if sequence.starts_with(b"\x1b[?") && sequence.ends_with(b"c") {
        return Some(Input::Attributes);
    }
    parse_event(sequence).map(Input::Event)
}

fn parse_event(sequence: &[u8]) -> Option<Event> {
    // `terminput` counts mouse positions from zero without looking.
    if is_mouse_report_without_position(sequence) {
        return None;
    }
    let sequence = with_other_modifiers(sequence);
    let event = terminput::Event::parse_from(&sequence).ok()??;
    let event = terminput_crossterm::to_crossterm(event).ok()?;
    // Control characters of eight bits are no text.
    let is_text =
        !matches!(event, Event::Key(key) if key.code.as_char().is_some_and(char::is_control));
    is_text.then_some(event)
}

/// A key in xterm's form of keys with other modifiers, `CSI 27 ; modifiers ; code ~`, which a program
/// that ended without restoring the terminal may have left on, in the form that `terminput` supports.
fn with_other_modifiers(sequence: &[u8]) -> Cow<'_, [u8]> {
    let key = sequence.strip_prefix(b"\x1b[27;");
    let Some(key) = key.and_then(|key| key.strip_suffix(b"~")) else {
        return sequence.into();
    };
    let (code, modifiers) = match key.iter().position(|byte| *byte == b';') {
        Some(end) => (&key[end + 1..], &key[..end]),
        None => return sequence.into(),
    };
    [b"\x1b[", code, b";", modifiers, b"u"].concat().into()
}

fn is_mouse_report_without_position(sequence: &[u8]) -> bool {
    let is_zero = |number: &[u8]| number.iter().all(|digit| *digit == b'0');
    let (Some(parameters), [ESC, b'[', .., b'M' | b'm']) =
        (sequence.get(2..sequence.len() - 1), sequence)
    else {
        return false;
    };
    parameters.split(|byte| *byte == b';').skip(1).any(is_zero)
}

/// Invalid text becomes replacement characters.
fn pasted(text: &[u8]) -> Event {
    Event::Paste(String::from_utf8_lossy(text).into_owned())
}

#[cfg(test)]
mod tests;
