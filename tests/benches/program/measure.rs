//! The measures: each program is opened some times, then driven through everything.

use std::path::Path;
use std::time::{Duration, Instant};

use super::figures::{Figures, What};
use super::messages::{COMMON, FIRST, HALF, LAST, NEEDLE, NOWHERE};
use super::peers::{self, Peer};
use super::process;
use super::service::Service;
use super::terminal::{Left, Repaint, SIZE, SMALL, Terminal};

/// How much is done for one figure.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How often a program is opened.
    pub opens: usize,
    /// How many keys are pressed each way.
    keys: usize,
    /// How long a program is left alone.
    idle: Duration,
    /// How many messages are posted.
    posts: u32,
}

/// So long after it shows messages, a program does nothing that belongs to opening them.
const AFTERWARDS: Duration = Duration::from_secs(3);

impl Effort {
    /// For figures that are shown to others.
    pub const FULL: Self = Self {
        opens: 5,
        keys: 100,
        idle: Duration::from_secs(10),
        posts: 20,
    };
    /// For a first look.
    pub const QUICK: Self = Self {
        opens: 2,
        keys: 20,
        idle: Duration::from_secs(3),
        posts: 5,
    };
}

/// Opens a program and leaves it.
pub fn open_and_leave(peer: &Peer, figures: &mut Figures) {
    if let Some(terminal) = open(peer, figures) {
        leave(terminal, peer, figures);
    }
}

/// Measures all there is to measure of a program; where it never shows a message, there are no more
/// figures.
pub fn measure(
    peer: &Peer,
    common: usize,
    effort: &Effort,
    service: &Service,
    figures: &mut Figures,
) {
    if let Some(typing) = peer.typing {
        type_while_loading(peer, typing, figures);
    }
    let Some(mut terminal) = open(peer, figures) else {
        return;
    };
    drive(&mut terminal, peer, effort, figures);
    if peer.typing.is_some() {
        count_common(&mut terminal, common, figures);
    }
    watch(&mut terminal, peer, effort, service, figures);
    leave(terminal, peer, figures);
    stand_still(peer, effort, figures);
}

/// Follows nothing.
fn stand_still(peer: &Peer, effort: &Effort, figures: &mut Figures) {
    let mut terminal = Terminal::start(peer.still.clone());
    if terminal.opened(peer.opened).is_some() {
        terminal.pass(AFTERWARDS);
        let still = [What::StillProcessor, What::StillWakes, What::StillPainted];
        rest(&mut terminal, effort.idle, still, figures);
    }
    terminal.quit(peer.quit);
}

/// Measures what an echo costs: no program can be quicker.
pub fn floor(effort: &Effort, home: &Path) -> Figures {
    let mut figures = Figures::default();
    let mut start = || {
        let mut terminal = Terminal::start(peers::echo(home));
        figures.time(What::FirstPaint, terminal.first_paint());
        terminal.settle();
        terminal
    };
    for _ in 1..effort.opens {
        start();
    }
    let mut terminal = start();
    for _ in 0..2 * effort.keys {
        note(terminal.key("x"), What::Line, What::LineBytes, &mut figures);
    }
    figures
}

fn open(peer: &Peer, figures: &mut Figures) -> Option<Terminal> {
    let mut terminal = Terminal::start(peer.command.clone());
    figures.time(What::FirstPaint, terminal.first_paint());
    let opened = terminal.opened(peer.opened);
    figures.time(What::Opened, opened);
    let mut whole = opened?;
    if peer.opened != LAST {
        whole += terminal.until("G", LAST)?;
    }
    figures.time(What::OpenedAtLast, Some(whole));
    Some(terminal)
}

/// Opens a line to type in and closes it, again and again until the last message is there.
fn type_while_loading(peer: &Peer, typing: [(&str, &str); 2], figures: &mut Figures) {
    let mut terminal = Terminal::start(peer.command.clone());
    let [_, (_, ready)] = typing;
    terminal.opened(ready);
    while !terminal.shows(LAST) {
        for (keys, words) in typing {
            figures.time(What::Busy, terminal.answer(keys, words));
        }
        terminal.pass(Duration::from_millis(10));
    }
}

/// Searches for a common word, and waits until all messages with it are counted.
fn count_common(terminal: &mut Terminal, common: usize, figures: &mut Figures) {
    terminal.keys(&format!("/{COMMON}"));
    // The count ends its row, and has a `+` behind it while it grows.
    figures.time(
        What::Common,
        terminal.until("\r", &format!(" of {common}\n")),
    );
    terminal.until("G", LAST);
}

/// Keys, searches, sizes, memory; begins and ends at the last message.
fn drive(terminal: &mut Terminal, peer: &Peer, effort: &Effort, figures: &mut Figures) {
    terminal.settle();
    for key in ["k", "j"].map(|key| vec![key; effort.keys]).concat() {
        note(terminal.key(key), What::Line, What::LineBytes, figures);
    }
    for key in ["b", " "].map(|key| vec![key; effort.keys / 5]).concat() {
        note(terminal.key(key), What::Page, What::PageBytes, figures);
    }
    for _ in 0..3 {
        figures.time(What::First, terminal.until("g", FIRST));
        figures.time(What::Last, terminal.until("G", LAST));
    }
    let many = terminal.keys(&"k".repeat(200));
    note(many, What::Many, What::ManyBytes, figures);
    for (words, answer, what) in [
        (NEEDLE, HALF, What::Hit),
        (NOWHERE, peer.not_found, What::Miss),
    ] {
        terminal.until("g", FIRST);
        terminal.keys(&format!("/{words}"));
        figures.time(what, terminal.until("\r", answer));
    }
    terminal.keys(peer.dismiss);
    for size in [SMALL, SIZE] {
        let resized = terminal.resize(size);
        figures.time(What::Resize, resized.map(|repaint| repaint.took));
    }
    terminal.until("G", LAST);
    let memory = terminal.memory();
    for (what, bytes) in [(What::Memory, memory.resident), (What::Peak, memory.peak)] {
        figures.note(what, bytes as f64 / f64::from(1 << 20));
    }
}

/// Follows: first nothing happens, then messages are posted, out of step with any poll.
fn watch(
    terminal: &mut Terminal,
    peer: &Peer,
    effort: &Effort,
    service: &Service,
    figures: &mut Figures,
) {
    let Some(follow) = peer.follow else {
        return;
    };
    if let Some([lost, back]) = peer.focus {
        terminal.keys(lost);
        let alone = [What::AloneProcessor, What::AloneWakes, What::AlonePainted];
        rest(terminal, effort.idle, alone, figures);
        terminal.keys(back);
    }
    terminal.keys(follow);
    let (requests, answered) = (service.requests(), service.bytes_sent());
    let following = [What::Processor, What::Wakes, What::Painted];
    let seconds = rest(terminal, effort.idle, following, figures);
    let requests = service.requests() - requests;
    if requests > 0 {
        let answered = service.bytes_sent() - answered;
        figures.note(What::Requests, requests as f64 / seconds);
        figures.note(What::Answered, answered as f64 / seconds);
    }
    for post in 0..effort.posts {
        // 1.3 s apart and a bit more each time: every phase of a poll of one second comes up.
        terminal.pass(Duration::from_millis(1300) + Duration::from_millis(37) * post);
        let words = format!("POSTED{post:03}");
        let start = Instant::now();
        service.post(&words);
        figures.time(What::Follow, terminal.appears(&words, start));
    }
    terminal.keys(peer.unfollow);
}

/// Leaves a program alone for a while; answers with the seconds.
fn rest(
    terminal: &mut Terminal,
    idle: Duration,
    [processor, wakes, painted]: [What; 3],
    figures: &mut Figures,
) -> f64 {
    let before = terminal.painted;
    let work = process::work(terminal.process());
    terminal.pass(idle);
    let (busy, woken) = process::work(terminal.process()).since(&work);
    let seconds = idle.as_secs_f64();
    figures.note(processor, 100.0 * busy as f64 / 1e9 / seconds);
    figures.note(wakes, woken as f64 / seconds);
    figures.note(painted, (terminal.painted - before) as f64 / seconds);
    seconds
}

fn leave(terminal: Terminal, peer: &Peer, figures: &mut Figures) {
    if let Some(Left { took, clean }) = terminal.quit(peer.quit) {
        figures.time(What::Quit, Some(took));
        figures.note(What::Clean, f64::from(u8::from(clean)));
    }
}

fn note(repaint: Option<Repaint>, time: What, bytes: What, figures: &mut Figures) {
    figures.time(time, repaint.map(|repaint| repaint.took));
    figures.note(bytes, repaint.map(|repaint| repaint.bytes as f64));
}
