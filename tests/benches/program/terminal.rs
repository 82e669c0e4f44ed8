//! A program in a pseudo-terminal of 120x40, its screen, and a time stamp on every read.
//!
//! A thread of its own reads and stamps, so that parsing the bytes does not delay the stamps.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use vt100::{Callbacks, MouseProtocolMode, Parser, Screen};

use super::process;

/// Columns and rows of the terminal.
pub const SIZE: (u16, u16) = (120, 40);
/// Silence that ends the repaint of one key or of a new size: later output comes from service responses.
const REPAINT_SILENCE: Duration = Duration::from_millis(30);
/// Silence after which the program is taken to be idle.
const SETTLE_SILENCE: Duration = Duration::from_millis(250);
/// Longest wait for the first byte of a repaint; some keys cause none.
const FIRST_BYTE_TIMEOUT: Duration = Duration::from_millis(600);
/// Longest wait for the first byte after many keys.
const BURST_TIMEOUT: Duration = Duration::from_secs(10);
/// Interval of memory samples while waiting, for the peak of a process that ends.
const MEMORY_INTERVAL: Duration = Duration::from_millis(20);
/// Longest wait for anything else.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A running program and its terminal.
pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    chunks: Receiver<(Instant, Vec<u8>)>,
    parser: Parser<ModeTracker>,
    /// Settings of the terminal line before the start.
    line: String,
    started: Instant,
    /// Number of bytes painted so far.
    pub painted: usize,
    painted_at: Instant,
    peak: u64,
}

/// The state of the terminal that the model of the screen leaves out.
#[derive(Default)]
struct ModeTracker {
    line_wrap_off: bool,
    /// Number of synchronized updates begun.
    frames: usize,
}

/// The response to keys or to a new size.
pub struct Repaint {
    /// To the last byte.
    pub took: Duration,
    pub bytes: usize,
    /// Number of synchronized updates; 0 for programs that do not use them.
    pub frames: usize,
}

/// The end of a program.
pub struct ProgramExit {
    pub took: Duration,
    /// Whether screen modes and line settings are those of before the start.
    pub restored: bool,
}

/// The query for the terminal's attributes, and the answer of one that reports no colours.
const ATTRIBUTES_QUERY: &str = "\x1b[c";
const ATTRIBUTES: &str = "\x1b[?62c";

impl Terminal {
    pub fn start(command: CommandBuilder) -> Self {
        let pair = native_pty_system().openpty(pty_size(SIZE)).unwrap();
        let mut output = pair.master.try_clone_reader().unwrap();
        let (sender, chunks) = channel();
        thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                let chunk = (Instant::now(), buffer[..count].to_vec());
                if sender.send(chunk).is_err() {
                    break;
                }
            }
        });
        let line = format!("{:?}", pair.master.get_termios());
        let keyboard = pair.master.take_writer().unwrap();
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        let [columns, rows] = cells(SIZE);
        Self {
            master: pair.master,
            keyboard,
            child,
            chunks,
            parser: Parser::new_with_callbacks(rows, columns, 0, ModeTracker::default()),
            line,
            started,
            painted: 0,
            painted_at: started,
            peak: 0,
        }
    }

    pub fn process_id(&self) -> u32 {
        self.child.process_id().expect("the process was started")
    }

    /// Returns resident bytes: now, and the highest peak seen in any call.
    pub fn memory(&mut self) -> [u64; 2] {
        let [resident, peak] = process::memory(self.process_id());
        self.peak = self.peak.max(peak);
        [resident, self.peak]
    }

    /// Writes keys; returns the time before.
    pub fn write(&mut self, keys: &str) -> Instant {
        let start = Instant::now();
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        start
    }

    /// Sends a signal; returns the time before.
    pub fn signal(&self, signal: Signal) -> Instant {
        let pid = i32::try_from(self.process_id()).unwrap();
        let start = Instant::now();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
        start
    }

    /// Waits for a text; returns the time since the start. An empty text matches any character.
    pub fn wait_until_opened(&mut self, text: &str) -> Option<Duration> {
        self.wait_for(text, self.started)
    }

    /// Writes keys to an idle program and waits for a text.
    pub fn press_until(&mut self, keys: &str, text: &str) -> Option<Duration> {
        self.settle();
        let start = self.write(keys);
        self.wait_for(text, start)
    }

    /// Presses a key; `None` when nothing was painted.
    pub fn press(&mut self, key: &str) -> Option<Repaint> {
        let write = |terminal: &mut Self| terminal.write(key);
        self.repaint(write, FIRST_BYTE_TIMEOUT, REPAINT_SILENCE)
    }

    /// Writes keys at once to an idle program and waits until it is idle again.
    pub fn press_all(&mut self, keys: &str) {
        self.settle();
        let write = |terminal: &mut Self| terminal.write(keys);
        self.repaint(write, FIRST_BYTE_TIMEOUT, SETTLE_SILENCE);
    }

    /// Writes many keys at once to an idle program.
    pub fn burst(&mut self, keys: &str) -> Option<Repaint> {
        self.settle();
        let write = |terminal: &mut Self| terminal.write(keys);
        self.repaint(write, BURST_TIMEOUT, SETTLE_SILENCE)
    }

    pub fn resize(&mut self, size: (u16, u16)) -> Option<Repaint> {
        self.settle();
        let change = |terminal: &mut Self| {
            let [columns, rows] = cells(size);
            terminal.parser.set_size(rows, columns);
            let start = Instant::now();
            terminal.master.resize(pty_size(size)).unwrap();
            start
        };
        self.repaint(change, FIRST_BYTE_TIMEOUT, REPAINT_SILENCE)
    }

    /// Reads until the program is idle.
    pub fn settle(&mut self) {
        while self.read_chunk(SETTLE_SILENCE).is_ok() {}
    }

    /// Reads for a while; returns `true` if the program has ended.
    pub fn read_for(&mut self, time: Duration) -> bool {
        let end = Instant::now() + time;
        while let Some(rest) = end.checked_duration_since(Instant::now()) {
            if self.read_chunk(rest) == Err(RecvTimeoutError::Disconnected) {
                return true;
            }
        }
        false
    }

    /// Waits for the end, caused at `start`; `None` when the program does not end in time.
    pub fn end(mut self, start: Instant) -> Option<ProgramExit> {
        if !self.read_for(TIMEOUT) {
            return None;
        }
        let took = start.elapsed();
        let screen = self.parser.screen();
        let is_changed = screen.alternate_screen()
            || screen.hide_cursor()
            || screen.bracketed_paste()
            || screen.mouse_protocol_mode() != MouseProtocolMode::None
            || self.parser.callbacks().line_wrap_off
            || self.line != format!("{:?}", self.master.get_termios());
        self.child.wait().ok()?;
        let restored = !is_changed;
        Some(ProgramExit { took, restored })
    }

    fn repaint(
        &mut self,
        cause: impl FnOnce(&mut Self) -> Instant,
        timeout: Duration,
        silence: Duration,
    ) -> Option<Repaint> {
        let (bytes, frames) = (self.painted, self.parser.callbacks().frames);
        let start = cause(self);
        let mut last = self.read_chunk(timeout).ok()?;
        while let Ok(more) = self.read_chunk(silence) {
            last = more;
        }
        Some(Repaint {
            took: last - start,
            bytes: self.painted - bytes,
            frames: self.parser.callbacks().frames - frames,
        })
    }

    /// Waits for a text that was painted after `start`; returns the time from there, or `None` when
    /// it does not appear in time.
    pub fn wait_for(&mut self, text: &str, start: Instant) -> Option<Duration> {
        let end = Instant::now() + TIMEOUT;
        while Instant::now() < end {
            if self.painted_at >= start && self.shows(text) {
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
        eprintln!("timed out waiting for {text:?}; the screen:\n{screen}");
        None
    }

    /// Returns `true` if a text is on the screen.
    pub fn shows(&self, text: &str) -> bool {
        let screen = self.parser.screen().contents();
        screen.contains(text) && !screen.trim().is_empty()
    }

    fn read_chunk(&mut self, timeout: Duration) -> Result<Instant, RecvTimeoutError> {
        let (at, bytes) = self.chunks.recv_timeout(timeout)?;
        self.painted += bytes.len();
        self.painted_at = at;
        self.parser.process(&bytes);
        let query = ATTRIBUTES_QUERY.as_bytes();
        if bytes.windows(query.len()).any(|part| part == query) {
            self.write(ATTRIBUTES);
        }
        Ok(at)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            // It may have ended since.
            drop(self.child.kill());
        }
    }
}

impl Callbacks for ModeTracker {
    fn unhandled_csi(
        &mut self,
        _: &mut Screen,
        prefix: Option<u8>,
        _: Option<u8>,
        numbers: &[&[u16]],
        end: char,
    ) {
        if prefix != Some(b'?') {
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

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}

fn cells((columns, rows): (u16, u16)) -> [NonZeroU16; 2] {
    [columns, rows].map(|cells| NonZeroU16::new(cells).expect("the terminal has cells"))
}
