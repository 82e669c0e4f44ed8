//! Key latency, searches, resizing and memory.

use std::time::Duration;

use super::figures::{Figures, MIB, Metric};
use super::measure::Effort;
use super::messages::{COMMON, FIRST, HALF, LAST, NEEDLE, NOWHERE};
use super::peers::Peer;
use super::screen::{SIZE, SMALL};
use super::terminal::Terminal;

/// Opens and closes an input line until the last message is shown.
pub fn measure_while_loading(
    peer: &Peer,
    typing: [(&'static str, &'static str); 2],
    figures: &mut Figures,
) {
    let mut terminal = Terminal::start(peer.command.clone());
    let [_, (_, ready)] = typing;
    terminal.wait_until_opened(ready);
    while !terminal.shows(LAST) {
        for (keys, text) in typing {
            let time = terminal.press_while_painting(keys, text);
            figures.record_time(Metric::KeyWhileLoading, time);
            if time.is_none() {
                return;
            }
        }
        terminal.read_for(Duration::from_millis(10));
    }
}

/// Takes all measurements of keys; starts and ends at the last message.
pub fn measure(terminal: &mut Terminal, peer: &Peer, effort: &Effort, figures: &mut Figures) {
    terminal.settle();
    for key in ["k", "j"].map(|key| vec![key; effort.keys]).concat() {
        figures.record_repaint(Metric::Line, Metric::LineBytes, terminal.press(key));
    }
    for key in peer.pages.map(|key| vec![key; effort.keys / 5]).concat() {
        figures.record_repaint(Metric::Page, Metric::PageBytes, terminal.press(key));
    }
    for _ in 0..3 {
        figures.record_time(Metric::First, terminal.press_until("g", FIRST));
        figures.record_time(Metric::Last, terminal.press_until("G", LAST));
    }
    let burst = terminal.burst(&"k".repeat(200));
    figures.record_repaint(Metric::Burst, Metric::BurstBytes, burst);
    let frames = burst.map(|burst| burst.frames as f64);
    figures.record(Metric::BurstFrames, frames.filter(|frames| *frames > 0.0));
    search(terminal, peer, figures);
    for size in [SMALL, SIZE] {
        let repaint = terminal.resize(size);
        figures.record_time(Metric::Resize, repaint.map(|repaint| repaint.took));
    }
    terminal.press_until("G", LAST);
    let memory = terminal.memory();
    figures.record(Metric::Memory, memory.resident as f64 / MIB);
    figures.record(Metric::Peak, memory.peak as f64 / MIB);
}

fn search(terminal: &mut Terminal, peer: &Peer, figures: &mut Figures) {
    for (words, result, metric) in [
        (NEEDLE, HALF, Metric::SearchHit),
        (NOWHERE, peer.not_found, Metric::SearchMiss),
    ] {
        terminal.press_until("g", FIRST);
        // jless drops keys that arrive together with the one that opens its input line.
        terminal.press_all("/");
        terminal.press_all(words);
        figures.record_time(metric, terminal.press_until("\r", result));
    }
    terminal.press_all(peer.dismiss);
}

/// Searches for a common word and waits until all messages with it are counted.
pub fn count_common(terminal: &mut Terminal, common: usize, figures: &mut Figures) {
    terminal.press_all(&format!("/{COMMON}"));
    // The count ends its row; while it grows, a `+` follows.
    let counted = terminal.press_until("\r", &format!(" of {common}\n"));
    figures.record_time(Metric::CountMatches, counted);
    terminal.press_until("G", LAST);
}
