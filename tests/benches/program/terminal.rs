//! A program in a pseudo-terminal of 120x40, with the screen it paints and a clock on every byte.
//!
//! A thread of its own reads and stamps, so that no time is lost on making sense of the bytes.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use vt100::{Callbacks, Parser, Screen};

use super::process::{self, Memory};

/// Columns and rows of the terminal.
pub const SIZE: (u16, u16) = (120, 40);
/// The smaller one that it is made for a moment.
pub const SMALL: (u16, u16) = (80, 24);
/// Silence that ends a repaint.
const REPAINT_SILENCE: Duration = Duration::from_millis(30);
/// Silence that ends whatever a program does.
const SETTLE_SILENCE: Duration = Duration::from_millis(250);
/// How long a key may be without any answer.
const FIRST_BYTE_TIMEOUT: Duration = Duration::from_millis(600);
/// How often memory is looked at while waiting.
const MEMORY_INTERVAL: Duration = Duration::from_millis(20);
/// How long anything may take.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A running program and its terminal.
pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    chunks: Receiver<(Instant, Vec<u8>)>,
    parser: Parser<LineWrapTracker>,
    /// The line's settings, in words, before the program.
    line: String,
    /// When the program was started.
    pub started: Instant,
    /// How many bytes it has painted.
    pub painted: usize,
    painted_at: Instant,
    peak: u64,
}

/// What one key did.
#[derive(Clone, Copy, Debug)]
pub struct Repaint {
    /// From the key to the last byte.
    pub took: Duration,
    /// How many bytes.
    pub bytes: usize,
}

/// How a program left.
pub struct ProgramExit {
    /// From the key to its end.
    pub took: Duration,
    /// Whether the terminal is as it was.
    pub clean: bool,
}

/// Keeps what the screen model does not: whether lines wrap.
#[derive(Default)]
struct LineWrapTracker {
    off: bool,
}

impl Callbacks for LineWrapTracker {
    fn unhandled_csi(
        &mut self,
        _: &mut Screen,
        mark: Option<u8>,
        _: Option<u8>,
        numbers: &[&[u16]],
        end: char,
    ) {
        if mark == Some(b'?') && numbers.contains(&&[7_u16][..]) {
            self.off = end == 'l';
        }
    }
}

impl Terminal {
    /// Starts a program.
    pub fn start(command: CommandBuilder) -> Self {
        let pair = native_pty_system().openpty(pty_size(SIZE)).unwrap();
        let mut output = pair.master.try_clone_reader().unwrap();
        let (sender, chunks) = channel();
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                if sender
                    .send((Instant::now(), buffer[..count].to_vec()))
                    .is_err()
                {
                    break;
                }
            }
        });
        let line = format!("{:?}", pair.master.get_termios());
        let keyboard = pair.master.take_writer().unwrap();
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        let (columns, rows) = cells(SIZE);
        Self {
            master: pair.master,
            keyboard,
            child,
            chunks,
            parser: Parser::new_with_callbacks(rows, columns, 0, LineWrapTracker::default()),
            line,
            started,
            painted: 0,
            painted_at: started,
            peak: 0,
        }
    }

    /// The number of the process.
    pub fn process(&self) -> u32 {
        self.child
            .process_id()
            .expect("a program that was started has a number")
    }

    /// Memory now, and the most that was seen at once.
    pub fn memory(&mut self) -> Memory {
        let memory = process::memory(self.process());
        self.peak = self.peak.max(memory.peak);
        Memory {
            peak: self.peak,
            ..memory
        }
    }

    /// Waits for the first character on the screen.
    pub fn first_paint(&mut self) -> Option<Duration> {
        self.wait_for("", self.started)
    }

    /// Waits for words on the screen.
    pub fn wait_until_opened(&mut self, words: &str) -> Option<Duration> {
        self.wait_for(words, self.started)
    }

    /// Writes keys and waits for words on the screen.
    pub fn press_until(&mut self, keys: &str, words: &str) -> Option<Duration> {
        self.settle();
        let start = self.write(keys);
        self.wait_for(words, start)
    }

    /// Writes keys, whatever else is being painted, and waits for words on the screen.
    pub fn press_while_painting(&mut self, keys: &str, words: &str) -> Option<Duration> {
        let start = self.write(keys);
        self.wait_for(words, start)
    }

    /// Waits for words on the screen that something else has caused at a moment.
    pub fn wait_until_appears(&mut self, words: &str, start: Instant) -> Option<Duration> {
        self.wait_for(words, start)
    }

    /// Presses a key; `None` when nothing was painted.
    pub fn press(&mut self, key: &str) -> Option<Repaint> {
        self.repaint(|terminal| terminal.write(key), REPAINT_SILENCE)
    }

    /// Writes many keys at once.
    pub fn press_all(&mut self, keys: &str) -> Option<Repaint> {
        self.settle();
        self.repaint(|terminal| terminal.write(keys), SETTLE_SILENCE)
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, size: (u16, u16)) -> Option<Repaint> {
        self.settle();
        let change = |terminal: &mut Self| {
            let (columns, rows) = cells(size);
            terminal.parser.set_size(rows, columns);
            let start = Instant::now();
            terminal.master.resize(pty_size(size)).unwrap();
            start
        };
        self.repaint(change, SETTLE_SILENCE)
    }

    /// Reads until nothing comes any more.
    pub fn settle(&mut self) {
        while self.read_chunk(SETTLE_SILENCE).is_ok() {}
    }

    /// Reads for so long.
    pub fn read_for(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Some(rest) = end.checked_duration_since(Instant::now()) {
            if self.read_chunk(rest) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    }

    /// Writes the keys that end the program and waits for its end.
    pub fn quit(mut self, keys: &str) -> Option<ProgramExit> {
        self.settle();
        let start = self.write(keys);
        let end = start + TIMEOUT;
        while let Some(rest) = end.checked_duration_since(Instant::now()) {
            if self.read_chunk(rest) == Err(RecvTimeoutError::Disconnected) {
                let took = start.elapsed();
                let screen = self.parser.screen();
                let modes =
                    screen.alternate_screen() || screen.hide_cursor() || screen.bracketed_paste();
                let line = format!("{:?}", self.master.get_termios());
                let clean = !modes && !self.parser.callbacks().off && line == self.line;
                return self
                    .child
                    .wait()
                    .is_ok()
                    .then_some(ProgramExit { took, clean });
            }
        }
        None
    }

    fn write(&mut self, keys: &str) -> Instant {
        let start = Instant::now();
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        start
    }

    fn repaint(
        &mut self,
        cause: impl FnOnce(&mut Self) -> Instant,
        silence: Duration,
    ) -> Option<Repaint> {
        let before = self.painted;
        let start = cause(self);
        let mut last = self.read_chunk(FIRST_BYTE_TIMEOUT).ok()?;
        while let Ok(more) = self.read_chunk(silence) {
            last = more;
        }
        Some(Repaint {
            took: last - start,
            bytes: self.painted - before,
        })
    }

    /// Reads until words are on the screen, and tells how long after `start` they came; `None`
    /// when they never do.
    fn wait_for(&mut self, words: &str, start: Instant) -> Option<Duration> {
        let end = Instant::now() + TIMEOUT;
        while Instant::now() < end {
            if self.painted_at >= start && self.shows(words) {
                return Some(self.painted_at - start);
            }
            match self.read_chunk(MEMORY_INTERVAL) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => {
                    self.memory();
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let screen = self.parser.screen().contents();
        eprintln!("waited in vain for {words:?}; the screen shows\n{screen}");
        None
    }

    /// Tells whether words are on the screen; no words stand for any at all.
    pub fn shows(&self, words: &str) -> bool {
        let screen = self.parser.screen().contents();
        screen.contains(words) && !screen.trim().is_empty()
    }

    fn read_chunk(&mut self, patience: Duration) -> Result<Instant, RecvTimeoutError> {
        let (at, bytes) = self.chunks.recv_timeout(patience)?;
        self.painted += bytes.len();
        self.painted_at = at;
        self.parser.process(&bytes);
        Ok(at)
    }
}

impl Drop for Terminal {
    /// Ends a program that would not end by itself.
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            // One that ends by itself just now needs no ending.
            drop(self.child.kill());
        }
    }
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}

fn cells((columns, rows): (u16, u16)) -> (NonZeroU16, NonZeroU16) {
    let some = |cells| NonZeroU16::new(cells).expect("a terminal has cells");
    (some(columns), some(rows))
}
