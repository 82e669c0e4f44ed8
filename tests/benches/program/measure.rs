//! The sequence of measurements of one program on one conversation.

use std::path::Path;
use std::time::Duration;

use super::figures::{Figures, Metric};
use super::following;
use super::keys_and_search as keys;
use super::messages::LAST;
use super::peers::{self, Peer};
use super::service::Service;
use super::terminal::{EndBy, ProgramExit, Terminal};

/// Number of repetitions, and durations.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How often a program is opened.
    pub opens: usize,
    /// Line keys in each direction.
    pub keys: usize,
    /// How long an idle program is observed.
    pub idle: Duration,
    /// Messages posted one by one.
    pub posts: u32,
    /// How often a word is typed into the filter.
    pub filters: usize,
    /// How often a program is ended in each way.
    pub exits: usize,
}

impl Effort {
    /// For published figures.
    pub const FULL: Self = Self {
        opens: 5,
        keys: 100,
        idle: Duration::from_secs(10),
        posts: 20,
        filters: 10,
        exits: 20,
    };
    /// For a quick check.
    pub const QUICK: Self = Self {
        opens: 2,
        keys: 20,
        idle: Duration::from_secs(3),
        posts: 5,
        filters: 2,
        exits: 2,
    };
}

pub fn open_and_quit(peer: &Peer, figures: &mut Figures) {
    if let Some(terminal) = open(peer, figures) {
        quit(terminal, peer, figures);
    }
}

/// Takes all measurements of a program; none after opening if it never shows a message.
pub fn measure(
    peer: &Peer,
    common: usize,
    effort: &Effort,
    service: &Service,
    figures: &mut Figures,
) {
    if let Some(typing) = peer.typing {
        keys::measure_while_loading(peer, typing, figures);
    }
    let Some(mut terminal) = open(peer, figures) else {
        return;
    };
    keys::measure(&mut terminal, peer, effort, figures);
    if peer.typing.is_some() {
        keys::count_common(&mut terminal, common, figures);
    }
    following::measure(&mut terminal, peer, effort, service, figures);
    quit(terminal, peer, figures);
    following::measure_idle(peer, effort, figures);
}

/// Measures the echo of a key, the floor of all key latencies.
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
        let echo = terminal.press("x");
        figures.record_repaint(Metric::Line, Metric::LineBytes, echo);
    }
    figures
}

fn open(peer: &Peer, figures: &mut Figures) -> Option<Terminal> {
    let mut terminal = Terminal::start(peer.command.clone());
    figures.record_time(Metric::FirstPaint, terminal.first_paint());
    let opened = terminal.wait_until_opened(peer.opened_text);
    figures.record_time(Metric::Opened, opened);
    let mut at_last = opened?;
    if peer.opened_text != LAST {
        at_last += terminal.press_until("G", LAST)?;
    }
    figures.record_time(Metric::OpenedAtLast, Some(at_last));
    Some(terminal)
}

fn quit(mut terminal: Terminal, peer: &Peer, figures: &mut Figures) {
    terminal.settle();
    if let Some(ProgramExit { took, restored }) = terminal.end(EndBy::Keys(peer.quit)) {
        figures.record_time(Metric::Quit, Some(took));
        figures.record(Metric::Restored, f64::from(u8::from(restored)));
    }
}
