//! The measures: each program is opened some times, then driven through everything.

use std::path::Path;
use std::time::{Duration, Instant};

use super::figures::{Figures, Metric};
use super::messages::{COMMON, FIRST, HALF, LAST, NEEDLE, NOWHERE};
use super::peers::{self, Peer};
use super::process;
use super::service::Service;
use super::terminal::{ProgramExit, Repaint, SIZE, SMALL, Terminal};

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
const SETTLE_TIME: Duration = Duration::from_secs(3);

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
    measure_keys(&mut terminal, peer, effort, figures);
    if peer.typing.is_some() {
        count_common(&mut terminal, common, figures);
    }
    measure_following(&mut terminal, peer, effort, service, figures);
    leave(terminal, peer, figures);
    measure_idle(peer, effort, figures);
}

/// Follows nothing.
fn measure_idle(peer: &Peer, effort: &Effort, figures: &mut Figures) {
    let mut terminal = Terminal::start(peer.idle_command.clone());
    if terminal.wait_until_opened(peer.opened_text).is_some() {
        terminal.read_for(SETTLE_TIME);
        let still = [
            Metric::StillProcessor,
            Metric::StillWakes,
            Metric::StillPainted,
        ];
        sample_idle(&mut terminal, effort.idle, still, figures);
    }
    terminal.quit(peer.quit);
}

/// Measures what an echo costs: no program can be quicker.
pub fn measure_echo(effort: &Effort, home: &Path) -> Figures {
    let mut figures = Figures::default();
    let mut start = || {
        let mut terminal = Terminal::start(peers::echo(home));
        figures.record_time(Metric::FirstPaint, terminal.first_paint());
        terminal.settle();
        terminal
    };
    for _ in 1..effort.opens {
        start();
    }
    let mut terminal = start();
    for _ in 0..2 * effort.keys {
        record_repaint(
            terminal.press("x"),
            Metric::Line,
            Metric::LineBytes,
            &mut figures,
        );
    }
    figures
}

fn open(peer: &Peer, figures: &mut Figures) -> Option<Terminal> {
    let mut terminal = Terminal::start(peer.command.clone());
    figures.record_time(Metric::FirstPaint, terminal.first_paint());
    let opened = terminal.wait_until_opened(peer.opened_text);
    figures.record_time(Metric::Opened, opened);
    let mut whole = opened?;
    if peer.opened_text != LAST {
        whole += terminal.press_until("G", LAST)?;
    }
    figures.record_time(Metric::OpenedAtLast, Some(whole));
    Some(terminal)
}

/// Opens a line to type in and closes it, again and again until the last message is there.
fn type_while_loading(peer: &Peer, typing: [(&str, &str); 2], figures: &mut Figures) {
    let mut terminal = Terminal::start(peer.command.clone());
    let [_, (_, ready)] = typing;
    terminal.wait_until_opened(ready);
    while !terminal.shows(LAST) {
        for (keys, words) in typing {
            figures.record_time(
                Metric::KeyWhileLoading,
                terminal.press_while_painting(keys, words),
            );
        }
        terminal.read_for(Duration::from_millis(10));
    }
}

/// Searches for a common word, and waits until all messages with it are counted.
fn count_common(terminal: &mut Terminal, common: usize, figures: &mut Figures) {
    terminal.press_all(&format!("/{COMMON}"));
    // The count ends its row, and has a `+` behind it while it grows.
    figures.record_time(
        Metric::CountMatches,
        terminal.press_until("\r", &format!(" of {common}\n")),
    );
    terminal.press_until("G", LAST);
}

/// Keys, searches, sizes, memory; begins and ends at the last message.
fn measure_keys(terminal: &mut Terminal, peer: &Peer, effort: &Effort, figures: &mut Figures) {
    terminal.settle();
    for key in ["k", "j"].map(|key| vec![key; effort.keys]).concat() {
        record_repaint(
            terminal.press(key),
            Metric::Line,
            Metric::LineBytes,
            figures,
        );
    }
    for key in ["b", " "].map(|key| vec![key; effort.keys / 5]).concat() {
        record_repaint(
            terminal.press(key),
            Metric::Page,
            Metric::PageBytes,
            figures,
        );
    }
    for _ in 0..3 {
        figures.record_time(Metric::First, terminal.press_until("g", FIRST));
        figures.record_time(Metric::Last, terminal.press_until("G", LAST));
    }
    let many = terminal.press_all(&"k".repeat(200));
    record_repaint(many, Metric::Burst, Metric::BurstBytes, figures);
    for (words, answer, what) in [
        (NEEDLE, HALF, Metric::SearchHit),
        (NOWHERE, peer.not_found, Metric::SearchMiss),
    ] {
        terminal.press_until("g", FIRST);
        terminal.press_all(&format!("/{words}"));
        figures.record_time(what, terminal.press_until("\r", answer));
    }
    terminal.press_all(peer.dismiss);
    for size in [SMALL, SIZE] {
        let resized = terminal.resize(size);
        figures.record_time(Metric::Resize, resized.map(|repaint| repaint.took));
    }
    terminal.press_until("G", LAST);
    let memory = terminal.memory();
    for (what, bytes) in [
        (Metric::Memory, memory.resident),
        (Metric::Peak, memory.peak),
    ] {
        figures.record(what, bytes as f64 / f64::from(1 << 20));
    }
}

/// Follows: first nothing happens, then messages are posted, out of step with any poll.
fn measure_following(
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
        terminal.press_all(lost);
        let alone = [
            Metric::UnfocusedCpu,
            Metric::UnfocusedWakes,
            Metric::UnfocusedPainted,
        ];
        sample_idle(terminal, effort.idle, alone, figures);
        terminal.press_all(back);
    }
    terminal.press_all(follow);
    let (requests, answered) = (service.requests(), service.bytes_sent());
    let following = [Metric::IdleCpu, Metric::Wakes, Metric::Painted];
    let seconds = sample_idle(terminal, effort.idle, following, figures);
    let requests = service.requests() - requests;
    if requests > 0 {
        let answered = service.bytes_sent() - answered;
        figures.record(Metric::Requests, requests as f64 / seconds);
        figures.record(Metric::Answered, answered as f64 / seconds);
    }
    for post in 0..effort.posts {
        // 1.3 s apart and a bit more each time: every phase of a poll of one second comes up.
        terminal.read_for(Duration::from_millis(1300) + Duration::from_millis(37) * post);
        let words = format!("POSTED{post:03}");
        let start = Instant::now();
        service.post(&words);
        figures.record_time(Metric::Follow, terminal.wait_until_appears(&words, start));
    }
    terminal.press_all(peer.unfollow);
}

/// Leaves a program alone for a while; answers with the seconds.
fn sample_idle(
    terminal: &mut Terminal,
    idle: Duration,
    [processor, wakes, painted]: [Metric; 3],
    figures: &mut Figures,
) -> f64 {
    let before = terminal.painted;
    let work = process::work(terminal.process());
    terminal.read_for(idle);
    let (busy, woken) = process::work(terminal.process()).since(&work);
    let seconds = idle.as_secs_f64();
    figures.record(processor, 100.0 * busy as f64 / 1e9 / seconds);
    figures.record(wakes, woken as f64 / seconds);
    figures.record(painted, (terminal.painted - before) as f64 / seconds);
    seconds
}

fn leave(terminal: Terminal, peer: &Peer, figures: &mut Figures) {
    if let Some(ProgramExit { took, clean }) = terminal.quit(peer.quit) {
        figures.record_time(Metric::Quit, Some(took));
        figures.record(Metric::Clean, f64::from(u8::from(clean)));
    }
}

fn record_repaint(repaint: Option<Repaint>, time: Metric, bytes: Metric, figures: &mut Figures) {
    figures.record_time(time, repaint.map(|repaint| repaint.took));
    figures.record(bytes, repaint.map(|repaint| repaint.bytes as f64));
}
