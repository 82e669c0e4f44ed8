//! The terminal, taken and given back: what was switched on is switched off in reverse.
//!
//! [`restore`] may run on return, on error, in the panic hook and again after that: the second time it
//! does nothing. It never panics itself, and a terminal that is gone by then is no error.

use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};
use std::sync::Mutex;
use std::thread::{self, ThreadId};

use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture,
};
use crossterm::terminal::{
    DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, queue};

/// What is switched on now, if anything.
static ACTIVE_MODES: Mutex<Option<Modes>> = Mutex::new(None);
/// What a thread other than the screen's said when it panicked.
static BACKGROUND_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// What is asked of the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modes {
    /// Whether the mouse is reported, which takes the terminal's own selection away.
    pub mouse: bool,
}

/// Holds the terminal until it is dropped.
#[derive(Debug)]
pub struct TerminalGuard {
    modes: Modes,
}

impl TerminalGuard {
    /// Takes the terminal; a half-made entry is undone.
    pub fn enter(modes: Modes) -> io::Result<Self> {
        let terminal = Self { modes };
        terminal.resume()?;
        Ok(terminal)
    }

    /// Takes the terminal anew. Who was stopped by somebody else never left it, and cannot know
    /// what the shell has made of it meanwhile.
    pub fn resume(&self) -> io::Result<()> {
        restore();
        *lock(&ACTIVE_MODES) = Some(self.modes);
        let entered = enable_raw_mode().and_then(|()| {
            let mut bytes = Vec::new();
            // A character that a terminal takes for wider than we do must not push the next row down.
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
            write(&bytes)
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

/// Gives the terminal back, if it is taken.
pub fn restore() {
    let Some(modes) = lock(&ACTIVE_MODES).take() else {
        return;
    };
    let mut bytes = Vec::new();
    let made = (|| {
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
    // A terminal that is gone cannot be restored and needs no restoring.
    let _gone = made.and_then(|()| write(&bytes));
    let _gone = disable_raw_mode();
}

/// Tells whether an error means that the terminal itself is gone, as when its window was closed.
pub fn is_disconnected(error: &io::Error) -> bool {
    #[cfg(unix)]
    let hung_up = rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::IO);
    #[cfg(not(unix))]
    let hung_up = false;
    hung_up || error.kind() == io::ErrorKind::BrokenPipe
}

/// Installs the hook that gives the terminal back before a panic is printed. Only the thread that
/// draws may do so: another thread's words are kept for [`background_panic`], and whoever waits for it
/// ends the program in order.
pub fn install_panic_hook() {
    let before = panic::take_hook();
    let screen: ThreadId = thread::current().id();
    panic::set_hook(Box::new(move |panic| {
        tracing::error!(place = ?panic.location(), "panic");
        if thread::current().id() == screen {
            restore();
            before(panic);
        } else {
            *lock(&BACKGROUND_PANIC) = Some(panic_message(panic));
        }
    }));
}

/// What a thread in the background said when it panicked.
pub fn background_panic() -> Option<String> {
    lock(&BACKGROUND_PANIC).take()
}

fn panic_message(panic: &PanicHookInfo<'_>) -> String {
    let place = panic
        .location()
        .map(|place| format!(" at {place}"))
        .unwrap_or_default();
    format!("{}{place}", panic.payload_as_str().unwrap_or("no message"))
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// A lock that was poisoned by a panic is still good: it holds plain values.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
