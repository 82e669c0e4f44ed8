//! The sizes of the screen, and the modes that its model leaves out.

use std::num::NonZeroU16;

use portable_pty::PtySize;
use vt100::{Callbacks, MouseProtocolMode, Parser, Screen};

/// Columns and rows of the terminal.
pub const SIZE: (u16, u16) = (120, 40);
/// The size of the terminal while a resize is measured.
pub const SMALL: (u16, u16) = (80, 24);

#[derive(Default)]
pub struct ModeTracker {
    line_wrap_off: bool,
    /// Number of synchronized updates begun: the frames of a program that uses them.
    pub frames: usize,
}

impl Callbacks for ModeTracker {
    fn unhandled_csi(
        &mut self,
        _: &mut Screen,
        mark: Option<u8>,
        _: Option<u8>,
        numbers: &[&[u16]],
        end: char,
    ) {
        if mark != Some(b'?') {
            return;
        }
        if numbers.contains(&&[7_u16][..]) {
            self.line_wrap_off = end == 'l';
        }
        if numbers.contains(&&[2026_u16][..]) && end == 'h' {
            self.frames += 1;
        }
    }
}

/// Returns `true` if a mode differs from that of a fresh terminal.
pub fn are_modes_changed(parser: &Parser<ModeTracker>) -> bool {
    let screen = parser.screen();
    screen.alternate_screen()
        || screen.hide_cursor()
        || screen.bracketed_paste()
        || screen.mouse_protocol_mode() != MouseProtocolMode::None
        || parser.callbacks().line_wrap_off
}

pub fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}

pub fn cells((columns, rows): (u16, u16)) -> (NonZeroU16, NonZeroU16) {
    let some = |cells| NonZeroU16::new(cells).expect("the terminal has cells");
    (some(columns), some(rows))
}
