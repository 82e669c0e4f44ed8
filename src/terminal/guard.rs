//! Terminal modes: entered by [`TerminalGuard`], restored in reverse order.
//!
//! [`restore`] runs on return, on error and in the panic hook; a second call does nothing. It never
//! panics, ignores errors of a terminal that is gone, and does not wait for one that takes no output.

use std::io::{self, Write};
use std::panic;
use std::thread;

use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture,
};
use crossterm::terminal::{
    DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, queue};
use parking_lot::Mutex;
use ratatui::layout::Size;

use super::background::wait_for_answer;
use super::output::{self, TerminalOutput};

static ACTIVE_MODES: Mutex<Option<Modes>> = Mutex::new(None);
/// The message of a panic in a thread other than the main one.
static THREAD_PANIC: Mutex<Option<String>> = Mutex::new(None);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modes {
    /// Whether mouse events are captured, which disables the terminal's own selection.
    pub mouse: bool,
    /// Whether the title of the window is saved, and restored at the end.
    pub title: bool,
}

/// XTPUSHTITLE and XTPOPTITLE, for the title alone.
const SAVE_TITLE: &[u8] = b"\x1b[22;2t";
const RESTORE_TITLE: &[u8] = b"\x1b[23;2t";

/// Restores the terminal when dropped.
#[derive(Debug)]
pub struct TerminalGuard {
    modes: Modes,
}

impl TerminalGuard {
    pub fn enter(modes: Modes) -> io::Result<Self> {
        let guard = Self { modes };
        guard.resume()?;
        Ok(guard)
    }

    /// Enters the modes again, restoring them first: after SIGSTOP they were never left, and the shell may
    /// have changed them since. A failed entry is undone.
    pub(crate) fn resume(&self) -> io::Result<()> {
        restore();
        *ACTIVE_MODES.lock() = Some(self.modes);
        let entered = enable_raw_mode().and_then(|()| {
            let mut bytes = Vec::new();
            // Without line wrap, a character that the terminal draws wider than measured cannot
            // push the next row down.
            queue!(
                bytes,
                EnterAlternateScreen,
                DisableLineWrap,
                EnableBracketedPaste,
                EnableFocusChange,
                cursor::Hide
            )?;
            if self.modes.mouse {
                queue!(bytes, EnableMouseCapture)?;
            }
            if self.modes.title {
                bytes.extend(SAVE_TITLE);
            }
            TerminalOutput.write_all(&bytes)
        });
        if entered.is_err() {
            restore();
        }
        entered
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        restore();
    }
}

/// The line settings of the terminal, such as echo; set again when dropped, because a program that was ended
/// while it prompted for a passphrase leaves them changed.
#[derive(Debug)]
pub(crate) struct LineSettings {
    #[cfg(unix)]
    saved: Option<rustix::termios::Termios>,
}

impl LineSettings {
    pub(crate) fn save() -> Self {
        Self {
            #[cfg(unix)]
            saved: rustix::termios::tcgetattr(io::stdin()).ok(),
        }
    }
}

impl Drop for LineSettings {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(saved) = &self.saved {
            use rustix::termios::{OptionalActions, tcsetattr};
            let _gone = tcsetattr(io::stdin(), OptionalActions::Now, saved);
        }
    }
}

pub fn restore() {
    let Some(modes) = ACTIVE_MODES.lock().take() else {
        return;
    };
    let mut bytes = Vec::new();
    let queued = (|| {
        if modes.title {
            bytes.extend(RESTORE_TITLE);
        }
        if modes.mouse {
            queue!(bytes, DisableMouseCapture)?;
        }
        queue!(
            bytes,
            cursor::Show,
            DisableFocusChange,
            DisableBracketedPaste,
            EnableLineWrap,
            LeaveAlternateScreen
        )
    })();
    // A terminal that is gone does not need to be restored.
    let _gone = queued.and_then(|()| output::push(&bytes));
    output::drain();
    wait_for_answer();
    // In the background the shell has set the modes of the terminal, and a change would stop the program.
    if is_in_foreground() {
        let _gone = disable_raw_mode();
    }
}

/// Whether the terminal belongs to the process group of the program.
pub(crate) fn is_in_foreground() -> bool {
    #[cfg(unix)]
    let is_in_foreground = rustix::termios::tcgetpgrp(io::stdin())
        .map_or(true, |group| group == rustix::process::getpgrp());
    #[cfg(not(unix))]
    let is_in_foreground = true;
    is_in_foreground
}

/// The size of the window now.
pub(crate) fn window_size() -> io::Result<Size> {
    Ok(usable_size(crossterm::terminal::size()?))
}

/// The size to draw for one that the terminal reports: 80 by 24 where it reports none, as over some
/// serial lines, and no more than fits into memory.
pub(super) fn usable_size((width, height): (u16, u16)) -> Size {
    let or = |reported: u16, default| if reported == 0 { default } else { reported };
    Size {
        width: or(width, 80).min(1000),
        height: or(height, 24).min(500),
    }
}

/// Returns `true` if the terminal is gone, as when its window was closed.
pub(crate) fn is_disconnected(error: &io::Error) -> bool {
    #[cfg(unix)]
    let hung_up = rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::IO);
    #[cfg(not(unix))]
    let hung_up = false;
    hung_up || error.kind() == io::ErrorKind::BrokenPipe
}

/// Installs a hook that restores the terminal before a panic of the calling thread is printed. The
/// message of another thread is stored for [`thread_panic`], as the screen is still in use; the
/// event loop then ends the program.
pub fn install_panic_hook() {
    let previous = panic::take_hook();
    let main = thread::current().id();
    panic::set_hook(Box::new(move |panic| {
        tracing::error!(location = ?panic.location(), "panic");
        if thread::current().id() == main {
            restore();
            previous(panic);
        } else {
            let message = panic.payload_as_str().unwrap_or("no message");
            let location = panic.location().map(|location| format!(" at {location}"));
            *THREAD_PANIC.lock() = Some(message.to_owned() + &location.unwrap_or_default());
        }
    }));
}

/// Takes the message of a panic of a thread other than the main one.
pub fn thread_panic() -> Option<String> {
    THREAD_PANIC.lock().take()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_that_the_terminal_does_not_report_is_80_by_24() {
        for (reported, (width, height)) in [
            ((200, 50), (200, 50)),
            ((1, 1), (1, 1)),
            ((0, 0), (80, 24)),
            ((0, 50), (80, 50)),
            ((u16::MAX, u16::MAX), (1000, 500)),
        ] {
            assert_eq!(usable_size(reported), Size { width, height });
        }
    }
}
