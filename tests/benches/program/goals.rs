//! The goals of a release, with their measured values.

use self::How::{AboveEcho, Max, OfBase, P50, Ratio};
use super::peers::{CURL, ECHO, LESS, PIPELINE, Peer, SOCHAT};
use super::report::{Block, number, number_or_dash, table, with_quantile};

/// How the value of a goal follows from the figures of a metric.
pub enum How {
    P50(&'static str),
    /// The largest sample; of failures, their number.
    Max(&'static str),
    /// The median divided by a peer's.
    Ratio(&'static str, &'static Peer),
    /// The p99 less the p99 of the echo.
    AboveEcho(&'static str, &'static str),
    /// The median divided by that of the first conversation.
    OfBase(&'static str),
}

/// Number, value, the upper bound that a release must hold, and the one it should reach.
pub type Goal = (u8, How, f64, f64);

const LINE_KEY: &str = "line key to repaint, ms";
const LAST_VISIBLE: &str = "start to the last message, ms";

/// Goals for a conversation of 1,000 messages, polled every 1,000 ms.
pub static CONVERSATION: [Goal; 16] = [
    (1, Ratio("start to first paint, ms", &LESS), 2.4, 1.5),
    (2, Ratio("start to messages, ms", &PIPELINE), 0.35, 0.25),
    (3, P50(LINE_KEY), 0.8, 0.5),
    (3, AboveEcho(LINE_KEY, LINE_KEY), 3.0, 3.0),
    (4, P50("200 keys in one write, frames"), 2.0, 1.0),
    (4, P50("200 keys in one write, ms"), 10.0, 10.0),
    (5, P50("memory, MiB"), 13.0, 9.0),
    (6, P50("polling off: wake-ups a second"), 0.0, 0.0),
    (6, P50("polling off: bytes painted a second"), 0.0, 0.0),
    (6, P50("following: CPU, %"), 0.1, 0.05),
    (6, P50("following: wake-ups a second"), 5.0, 3.0),
    (6, P50("following: bytes painted a second"), 0.0, 0.0),
    (7, P50("posted to visible, ms"), 530.0, 530.0),
    (7, Max("posted to visible, ms"), 1050.0, 1020.0),
    (8, P50("quit, ms"), 5.0, 3.0),
    (8, Max("not restored after quit, times"), 0.0, 0.0),
];

/// Goals for a busy service with 3,000 live sessions and 20 messages a second; the list interval is 3,000 ms.
pub static BUSY: [Goal; 11] = [
    (9, P50("busy, waits exact: requests a second"), 2.0, 1.3),
    (9, P50("busy, waits exact: CPU, %"), 3.0, 1.5),
    (9, P50("busy, waits exact: memory, MiB"), 45.0, 30.0),
    // Where customers wait since a time that only their transcripts show, one of these is read a second.
    (9, P50("busy, waits not exact: requests a second"), 3.0, 3.0),
    (9, P50("busy, waits not exact: CPU, %"), 3.0, 1.5),
    (9, P50("busy, waits not exact: memory, MiB"), 45.0, 30.0),
    (10, Max("posted to visible in its row, ms"), 6e3, 3e3),
    (11, P50("filter key, 3 000 rows, ms"), 4.0, 2.0),
    (11, P50("filter key, 20 000 rows, ms"), 16.0, 8.0),
    (14, P50("hit sent to visible, ms"), 20.0, 10.0),
    (15, Max("page key while pages arrive, ms"), 16.0, 8.0),
];

/// Goals for an archive of 20,000 sessions with a million messages.
pub static ARCHIVE: [Goal; 6] = [
    (12, Ratio("export, ms", &CURL), 1.3, 1.1),
    (12, Ratio("export, 10 ms a response, ms", &CURL), 1.3, 1.1),
    (12, P50("export: memory at its peak, MiB"), 40.0, 25.0),
    (
        12,
        P50("export: memory at the end, % of a quarter's"),
        // The index of the manifest grows by some 80 bytes a session.
        125.0,
        110.0,
    ),
    (
        13,
        P50("update with nothing new, requests a page"),
        1.0,
        1.0,
    ),
    (13, P50("update with nothing new, transcripts"), 0.0, 0.0),
];

/// Goals for a conversation of up to 100,000 messages.
pub static LARGE: [Goal; 3] = [
    (16, Ratio(LAST_VISIBLE, &PIPELINE), 0.35, 0.25),
    (19, P50("memory, MiB"), 100.0, 70.0),
    (19, P50("memory at its peak, MiB"), 100.0, 70.0),
];

/// Goals for a conversation of up to 1,000,000 messages.
pub static HUGE: [Goal; 3] = [
    (16, Ratio(LAST_VISIBLE, &PIPELINE), 0.5, 0.35),
    (19, P50("memory, MiB"), 850.0, 600.0),
    (19, P50("memory at its peak, MiB"), 850.0, 600.0),
];

/// Goals for every conversation with more than 1,000 messages.
pub static STRESS: [Goal; 5] = [
    (17, OfBase(LINE_KEY), 1.3, 1.1),
    (17, AboveEcho("key while loading, ms", LINE_KEY), 16.0, 5.0),
    (18, Ratio("search, no hit, ms", &LESS), 0.35, 0.2),
    (20, Max("not restored after any exit, times"), 0.0, 0.0),
    (20, Max("HUP to end, ms"), 1000.0, 1000.0),
];

/// Formats the goals of a block; `base` is the conversation of 1,000 messages.
pub fn render(block: &Block, base: &Block) -> String {
    let head = ["goal", "must", "reach", "measured", "holds", "reached"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (goal, how, must, reach) in &block.goals {
        let viewer = |metric, percent| block.quantile(&SOCHAT, metric, percent);
        let (label, value) = match how {
            P50(metric) => ((*metric).to_owned(), viewer(metric, 50)),
            Max(metric) if metric.ends_with(", times") => {
                ((*metric).to_owned(), viewer(metric, 100))
            }
            Max(metric) => (with_quantile(metric, "max"), viewer(metric, 100)),
            Ratio(metric, peer) => {
                let label = format!("{}, ratio to {}", without_unit(metric), peer.name);
                (label, block.ratio(peer, metric, 50))
            }
            AboveEcho(metric, echo) => {
                let echo = block.quantile(&ECHO, echo, 99);
                let above = viewer(metric, 99).zip(echo).map(|(ours, echo)| ours - echo);
                (with_quantile(metric, "p99 above the echo's"), above)
            }
            OfBase(metric) => {
                let base = base.quantile(&SOCHAT, metric, 50);
                let ratio = viewer(metric, 50).zip(base).map(|(ours, base)| ours / base);
                let label = format!("{}, ratio to 1 000 messages", without_unit(metric));
                (label, ratio)
            }
        };
        let holds = |limit: &f64| {
            let holds = value.map(|value| value <= *limit);
            holds
                .map_or("–", |holds| if holds { "yes" } else { "no" })
                .to_owned()
        };
        rows.push(vec![
            format!("{goal}: {label}"),
            format!("≤ {}", number(*must)),
            format!("≤ {}", number(*reach)),
            number_or_dash(value),
            holds(must),
            holds(reach),
        ]);
    }
    table(&rows)
}

fn without_unit(metric: &str) -> &str {
    metric.rsplit_once(", ").map_or(metric, |(name, _)| name)
}
