//! Ends the viewer in every way, also while it loads.
//!
//! A panic cannot be provoked from outside; `tests/program/panics.rs` covers it.

use rustix::process::Signal;

use super::figures::{Figures, Metric};
use super::measure::Effort;
use super::peers::Peer;
use super::terminal::{EndBy, Terminal};

pub fn measure(peer: &Peer, effort: &Effort, figures: &mut Figures) {
    let restoring = [
        EndBy::Keys(peer.quit),
        EndBy::Signal(Signal::INT),
        EndBy::Signal(Signal::TERM),
    ];
    for loading in [false, true] {
        for _ in 0..effort.exits {
            for by in restoring {
                let exit = start(peer, loading).end(by);
                let restored = exit.is_some_and(|exit| exit.restored);
                figures.record(Metric::RestoredAlways, f64::from(u8::from(restored)));
            }
            let exit = start(peer, loading).end(EndBy::Signal(Signal::HUP));
            // A process that goes on running must not pass for one that was not measured.
            let took = exit.map_or(f64::INFINITY, |exit| exit.took.as_secs_f64() * 1000.0);
            figures.record(Metric::HangUp, took);
        }
    }
}

fn start(peer: &Peer, loading: bool) -> Terminal {
    let mut terminal = Terminal::start(peer.command.clone());
    if loading {
        terminal.first_paint();
    } else {
        terminal.wait_until_opened(peer.opened_text);
    }
    terminal
}
