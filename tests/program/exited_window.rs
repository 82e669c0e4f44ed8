//! A program that has ended: exit code, output, and whether the terminal was restored.

use vt100::{MouseProtocolMode, Screen};

/// A window whose program has ended.
pub struct ExitedWindow {
    pub code: u32,
    /// The signal that killed the program.
    pub killed_by: Option<String>,
    /// Everything the program wrote.
    pub bytes: Vec<u8>,
    pub screen: Screen,
    /// The terminal modes before and after.
    pub modes: (String, String),
}

impl ExitedWindow {
    /// Asserts that the terminal is restored to what it was at the start.
    pub fn assert_restored(&self) {
        let (before, after) = &self.modes;
        assert_eq!(before, after, "terminal modes");
        let screen = &self.screen;
        assert!(!screen.alternate_screen(), "the shell's screen");
        assert!(!screen.hide_cursor(), "cursor visible");
        assert!(!screen.bracketed_paste(), "bracketed paste off");
        assert_eq!(
            screen.mouse_protocol_mode(),
            MouseProtocolMode::None,
            "mouse off"
        );
        for (on, off) in [
            ("\x1b[?1049h", "\x1b[?1049l"),
            ("\x1b[?2004h", "\x1b[?2004l"),
            ("\x1b[?1004h", "\x1b[?1004l"),
            // The title.
            ("\x1b[22;2t", "\x1b[23;2t"),
        ] {
            assert_eq!(
                count(&self.bytes, on),
                count(&self.bytes, off),
                "{on:?} and {off:?}"
            );
        }
        assert!(contains(&self.bytes, "\x1b[?25h"));
    }

    /// Asserts that the program never changed a mode of the terminal.
    pub fn assert_never_changed(&self) {
        assert!(
            !contains(&self.bytes, "\x1b"),
            "{:?}",
            self.screen.contents()
        );
        let (before, after) = &self.modes;
        assert_eq!(before, after, "terminal modes");
    }
}

pub fn contains(bytes: &[u8], text: &str) -> bool {
    count(bytes, text) > 0
}

pub fn count(bytes: &[u8], text: &str) -> usize {
    bytes
        .windows(text.len())
        .filter(|window| *window == text.as_bytes())
        .count()
}
