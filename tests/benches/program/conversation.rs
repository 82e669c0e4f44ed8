//! Measurements of a program on one conversation.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset, Local, TimeDelta};
use rustix::process::Signal;

use super::Effort;
use super::messages::{Generator, Message};
use super::peers::{FIRST, LAST, Peer};
use super::process;
use super::report::Figures;
use super::service::{OPEN_SESSION, Service, Sessions};
use super::terminal::{SIZE, Terminal};

/// The search text of the middle message.
const NEEDLE: &str = "NEEDLE50";
/// The beginning of the middle message: longer than [`NEEDLE`], so that the echo of the typed
/// search is not taken for the hit.
const HALF: &str = "NEEDLE50 half way";
/// A search text without a hit.
const NOWHERE: &str = "NEEDLE99";
/// A word of many messages, in any case.
const COMMON: &str = "invoice";

/// Columns and rows while a resize is measured.
const SMALL: (u16, u16) = (80, 24);
/// Time after which the work of opening is over.
pub const SETTLE_TIME: Duration = Duration::from_secs(3);
/// Time after which the notice of the last key has expired: its end is painted, once.
const NOTICE_TIME: Duration = Duration::from_secs(8);
/// The median of them is what following costs: at most one has the transcript read again as a whole, which
/// happens a minute after it was opened and every five minutes.
const FOLLOWING_SAMPLES: usize = 3;
pub const MIB: f64 = 1_048_576.0;

/// Settings of the viewer: a million messages exceed the default limit of one response.
const SETTINGS: &str = "max_body = \"1GiB\"\n";
const POLLING_OFF: &str = "max_body = \"1GiB\"\npoll.reader = \"off\"\npoll.list = \"off\"\n";

/// A generated conversation, the same in every run.
pub struct Conversation {
    pub sessions: Sessions,
    /// Number of messages that contain [`COMMON`].
    common: usize,
}

impl Conversation {
    /// Generates messages, and writes them as files for `less` and `jless`.
    pub fn write(count: usize, folder: &Path) -> io::Result<Self> {
        let mut array = BufWriter::new(File::create(folder.join("messages.json"))?);
        let mut lines = BufWriter::new(File::create(folder.join("transcript.txt"))?);
        let mut sessions = Sessions::new(20);
        let mut common = 0;
        let mut generator = Generator::new();
        let mut posted = DateTime::parse_from_rfc3339("2016-07-21T14:13:48.444557+02:00").unwrap()
            - TimeDelta::seconds(20) * i32::try_from(count).unwrap();
        for id in sessions.ids().filter(|&id| id != OPEN_SESSION) {
            let mut message = generator.next();
            message.kind = "ToCustomer";
            sessions.post(id, &message, posted);
        }
        for number in 0..count {
            let mut message = generator.next();
            let begin = match number {
                0 => FIRST,
                last if last + 1 == count => LAST,
                half if half == count / 2 => HALF,
                _ => "",
            };
            if !begin.is_empty() {
                message.text.insert_str(0, &format!("{begin} "));
            }
            common += usize::from(message.text.to_lowercase().contains(COMMON));
            let object = sessions.add(OPEN_SESSION, &message, posted);
            write!(array, "{}{object}", if number == 0 { '[' } else { ',' })?;
            write_line(&mut lines, &message, posted)?;
            posted += TimeDelta::seconds(20);
        }
        array.write_all(b"]")?;
        array.flush()?;
        lines.flush()?;
        Ok(Self { sessions, common })
    }
}

fn write_line(
    mut to: impl Write,
    message: &Message,
    posted: DateTime<FixedOffset>,
) -> io::Result<()> {
    let text = message.text.replace('\n', " / ");
    let posted = posted.format("%F %T");
    writeln!(to, "{posted} {}: {text}", message.author)
}

pub fn message_from_customer(text: String) -> Message {
    Message {
        kind: "ToUser",
        special: "None",
        author: "Anna Schmidt".to_owned(),
        text,
    }
}

/// One program with a service, and the figures measured so far.
pub struct Run<'a> {
    pub peer: &'static Peer,
    pub folder: &'a Path,
    pub service: Arc<Service>,
    pub effort: &'a Effort,
    pub figures: &'a mut Figures,
}

impl Run<'_> {
    pub fn open_and_quit(&mut self) {
        if let Some(terminal) = self.open() {
            self.quit(terminal);
        }
    }

    /// Takes all measurements; none after opening if the program never shows a message.
    pub fn measure(&mut self, conversation: &Conversation) {
        if self.peer.is_viewer() {
            self.type_while_loading();
        }
        let Some(mut terminal) = self.open() else {
            return;
        };
        if self.peer.is_viewer() {
            // Each of the reads may paint a row between a key and its repaint.
            self.wait_for_exact_waits(&mut terminal);
        }
        self.press_keys(&mut terminal);
        self.search(&mut terminal);
        let [resident, peak] = terminal.memory().map(|bytes| bytes as f64 / MIB);
        self.figures.record("memory, MiB", resident);
        self.figures.record("memory at its peak, MiB", peak);
        if self.peer.is_viewer() {
            self.count_common(&mut terminal, conversation.common);
        }
        self.follow(&mut terminal);
        self.quit(terminal);
        let mut terminal = self.peer.start(self.folder, &self.service, POLLING_OFF);
        if terminal.wait_until_opened(self.peer.opened).is_some() {
            terminal.read_for(SETTLE_TIME);
            self.sample_load(&mut terminal, "polling off", self.effort.idle);
        }
    }

    /// Measures the echo of a key.
    pub fn echo(&mut self) {
        for turn in 1..=self.effort.opens {
            let mut terminal = self.start();
            let painted = terminal.wait_until_opened("");
            self.figures
                .record_time("start to first paint, ms", painted);
            if turn == self.effort.opens {
                terminal.settle();
                let keys = vec!["x"; 2 * self.effort.keys];
                self.repaint_each(&mut terminal, &keys, "line key to repaint");
            }
        }
    }

    fn start(&self) -> Terminal {
        self.peer.start(self.folder, &self.service, SETTINGS)
    }

    fn open(&mut self) -> Option<Terminal> {
        let mut terminal = self.start();
        let painted = terminal.wait_until_opened("");
        self.figures
            .record_time("start to first paint, ms", painted);
        let opened = terminal.wait_until_opened(self.peer.opened);
        self.figures.record_time("start to messages, ms", opened);
        let mut at_last = opened?;
        if self.peer.opened != LAST {
            at_last += terminal.press_until("G", LAST)?;
        }
        let last = "start to the last message, ms";
        self.figures.record_time(last, Some(at_last));
        Some(terminal)
    }

    fn quit(&mut self, mut terminal: Terminal) {
        terminal.settle();
        let start = terminal.write(self.peer.quit);
        if let Some(exit) = terminal.end(start) {
            self.figures.record_time("quit, ms", Some(exit.took));
            let failed = f64::from(u8::from(!exit.restored));
            self.figures
                .record("not restored after quit, times", failed);
        }
    }

    /// Opens and closes help until the last message is shown. (Esc would not do: it may begin a sequence, and
    /// is a key only when nothing follows it for a while.)
    fn type_while_loading(&mut self) {
        let mut terminal = self.start();
        let typing = [("?", "↓ ↑ scroll"), ("?", "? help")];
        terminal.wait_until_opened("? help");
        while !terminal.shows(LAST) {
            for (keys, text) in typing {
                let start = terminal.write(keys);
                let time = terminal.wait_for(text, start);
                self.figures.record_time("key while loading, ms", time);
                if time.is_none() {
                    return;
                }
            }
            terminal.read_for(Duration::from_millis(10));
        }
    }

    /// Measures keys and a resize; starts and ends at the last message.
    fn press_keys(&mut self, terminal: &mut Terminal) {
        terminal.settle();
        let lines = ["k", "j"].map(|key| vec![key; self.effort.keys]).concat();
        self.repaint_each(terminal, &lines, "line key to repaint");
        let pages = self.peer.pages.map(|key| vec![key; self.effort.keys / 5]);
        self.repaint_each(terminal, &pages.concat(), "page key to repaint");
        for _ in 0..3 {
            for (key, text, name) in [("g", FIRST, "first"), ("G", LAST, "last")] {
                let time = terminal.press_until(key, text);
                let metric = format!("key to the {name} message, ms");
                self.figures.record_time(&metric, time);
            }
        }
        if let Some(repaint) = terminal.burst(&"k".repeat(200)) {
            self.figures
                .record_repaint("200 keys in one write", &repaint);
            let frames = (repaint.frames > 0).then_some(repaint.frames as f64);
            self.figures.record("200 keys in one write, frames", frames);
        }
        for size in [SMALL, SIZE] {
            if let Some(repaint) = terminal.resize(size) {
                self.figures.record_repaint("resize to repaint", &repaint);
            }
        }
        terminal.press_until("G", LAST);
    }

    /// Presses keys one by one; each is a sample.
    pub fn repaint_each(&mut self, terminal: &mut Terminal, keys: &[&str], name: &str) {
        for key in keys {
            if let Some(repaint) = terminal.press(key) {
                self.figures.record_repaint(name, &repaint);
            }
        }
    }

    fn search(&mut self, terminal: &mut Terminal) {
        for (words, result, metric) in [
            (NEEDLE, HALF, "search, one hit half way, ms"),
            (NOWHERE, self.peer.not_found, "search, no hit, ms"),
        ] {
            terminal.press_until("g", FIRST);
            // jless drops keys that arrive together with the one that opens its input line.
            terminal.press_all("/");
            terminal.press_all(words);
            let time = terminal.press_until("\r", result);
            self.figures.record_time(metric, time);
        }
        terminal.press_all(self.peer.dismiss);
        terminal.press_until("G", LAST);
    }

    /// Searches for a common word and waits until all messages with it are counted.
    fn count_common(&mut self, terminal: &mut Terminal, common: usize) {
        terminal.press_all(&format!("/{COMMON}"));
        // The title shows after the count whether the pane follows.
        let counted = terminal.press_until("\r", &format!(" of {common} "));
        let metric = "search, common word counted, ms";
        self.figures.record_time(metric, counted);
        terminal.press_until("G", LAST);
    }

    /// Waits until the transcripts have been read from which the waits of the list are known: one a second.
    fn wait_for_exact_waits(&self, terminal: &mut Terminal) {
        let deadline = Instant::now() + Duration::from_mins(1);
        while !self.service.sessions().are_read() && Instant::now() < deadline {
            terminal.read_for(Duration::from_secs(1));
        }
    }

    /// Follows: without any message at first, then with messages posted at every phase of a poll.
    fn follow(&mut self, terminal: &mut Terminal) {
        let Some(follow) = self.peer.follow else {
            return;
        };
        if self.peer.is_viewer() {
            terminal.press_all("\x1b[O");
            terminal.read_for(NOTICE_TIME);
            self.sample_load(terminal, "terminal not focused", self.effort.idle);
            terminal.press_all("\x1b[I");
        }
        terminal.press_all(follow);
        terminal.read_for(NOTICE_TIME);
        for _ in 0..FOLLOWING_SAMPLES {
            self.sample_load(terminal, "following", self.effort.idle);
        }
        for post in 0..self.effort.posts {
            // The posts fall into every phase of a poll of one second.
            let phase = Duration::from_secs(1) * post / self.effort.posts;
            terminal.read_for(Duration::from_millis(1300) + phase);
            let message = message_from_customer(format!("POSTED{post:03}"));
            let (start, now) = (Instant::now(), Local::now().fixed_offset());
            if self.peer.is_viewer() {
                let mut sessions = self.service.sessions();
                sessions.add(OPEN_SESSION, &message, now);
            } else {
                let path = self.folder.join("transcript.txt");
                let file = OpenOptions::new().append(true).open(path).unwrap();
                write_line(file, &message, now).unwrap();
            }
            let time = terminal.wait_for(&message.text, start);
            self.figures.record_time("posted to visible, ms", time);
        }
        terminal.press_all(self.peer.unfollow);
    }

    /// Observes a program, and the traffic of its service, for a while.
    pub fn sample_load(&mut self, terminal: &mut Terminal, state: &str, time: Duration) {
        let painted = terminal.painted;
        let [requests, bytes] = self.service.traffic();
        let work = process::work(terminal.process_id());
        terminal.read_for(time);
        let [cpu, wakeups] = process::work_since(&work, terminal.process_id());
        let traffic = self.service.traffic();
        for (metric, amount) in [
            ("CPU, %", cpu as f64 / 1e7),
            ("wake-ups a second", wakeups as f64),
            (
                "bytes painted a second",
                (terminal.painted - painted) as f64,
            ),
            ("requests a second", (traffic[0] - requests) as f64),
            ("response bytes a second", (traffic[1] - bytes) as f64),
        ] {
            let rate = amount / time.as_secs_f64();
            self.figures.record(&format!("{state}: {metric}"), rate);
        }
    }

    /// Ends the program in every way, also while it loads. A panic cannot be provoked from outside;
    /// `tests/program/panics.rs` covers it.
    pub fn end_in_every_way(&mut self) {
        let signals = [Signal::INT, Signal::TERM, Signal::HUP].map(Some);
        for signal in [&[None], &signals[..]].concat().repeat(self.effort.exits) {
            for text in ["", self.peer.opened] {
                let mut terminal = self.start();
                terminal.wait_until_opened(text);
                let start = match signal {
                    Some(signal) => terminal.signal(signal),
                    None => terminal.write(self.peer.quit),
                };
                let exit = terminal.end(start);
                if signal == Some(Signal::HUP) {
                    // A process that still runs must not pass for one that was not measured.
                    let took = exit.map_or(f64::INFINITY, |exit| exit.took.as_secs_f64() * 1e3);
                    self.figures.record("HUP to end, ms", took);
                } else {
                    let failed = f64::from(u8::from(!exit.is_some_and(|exit| exit.restored)));
                    self.figures
                        .record("not restored after any exit, times", failed);
                }
            }
        }
    }
}
