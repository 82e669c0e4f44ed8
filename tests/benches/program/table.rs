//! The comparison: one row a figure, with the ratio of the viewer's figure to each peer's.

use super::figures::{Figures, Metric};
use super::format::{self, TableFormat, absent_or, number};
use super::peers::Peer;

/// Figures of all programs for the same work.
pub struct Block {
    pub title: String,
    /// The measured programs, by name.
    pub columns: Vec<(&'static str, Figures)>,
    /// The echo of a key in the same minute.
    pub floor: Figures,
}

/// Label, metric, and quantile in percent: 50 is the median, 100 the largest sample.
const ROWS: [(&str, Metric, usize); 50] = [
    ("start to first paint, ms", Metric::FirstPaint, 50),
    ("start to messages, ms", Metric::Opened, 50),
    ("start to the last message, ms", Metric::OpenedAtLast, 50),
    ("key while loading, p50, ms", Metric::KeyWhileLoading, 50),
    ("key while loading, p99, ms", Metric::KeyWhileLoading, 99),
    ("line key to repaint, p50, ms", Metric::Line, 50),
    ("line key to repaint, p99, ms", Metric::Line, 99),
    ("bytes a line key", Metric::LineBytes, 50),
    ("page key to repaint, p50, ms", Metric::Page, 50),
    ("bytes a page key", Metric::PageBytes, 50),
    ("key to the first message, ms", Metric::First, 50),
    ("key to the last message, ms", Metric::Last, 50),
    ("200 keys in one write, ms", Metric::Burst, 50),
    ("bytes of 200 keys", Metric::BurstBytes, 50),
    ("frames of 200 keys", Metric::BurstFrames, 50),
    ("search, one hit half way, ms", Metric::SearchHit, 50),
    ("search, no hit, ms", Metric::SearchMiss, 50),
    ("search, common word counted, ms", Metric::CountMatches, 50),
    ("resize to repaint, ms", Metric::Resize, 50),
    ("memory, MiB", Metric::Memory, 50),
    ("memory at its peak, MiB", Metric::Peak, 50),
    ("following, nothing new: CPU, %", Metric::FollowingCpu, 50),
    ("… wake-ups a second", Metric::FollowingWakeups, 50),
    ("… bytes painted a second", Metric::FollowingBytes, 50),
    ("… requests a second", Metric::FollowingRequests, 50),
    (
        "… response bytes a second",
        Metric::FollowingResponseBytes,
        50,
    ),
    ("terminal not focused: CPU, %", Metric::UnfocusedCpu, 50),
    ("… wake-ups a second", Metric::UnfocusedWakeups, 50),
    ("… bytes painted a second", Metric::UnfocusedBytes, 50),
    ("polling off: CPU, %", Metric::IdleCpu, 50),
    ("… wake-ups a second", Metric::IdleWakeups, 50),
    ("… bytes painted a second", Metric::IdleBytes, 50),
    ("posted to visible, p50, ms", Metric::Follow, 50),
    ("posted to visible, max, ms", Metric::Follow, 100),
    ("quit, ms", Metric::Quit, 50),
    ("terminal restored", Metric::Restored, 0),
    ("start to the list, ms", Metric::ListOpened, 50),
    ("open session and list: CPU, %", Metric::BusyCpu, 50),
    ("… wake-ups a second", Metric::BusyWakeups, 50),
    ("… bytes painted a second", Metric::BusyBytes, 50),
    ("… requests a second", Metric::BusyRequests, 50),
    ("… response bytes a second", Metric::BusyResponseBytes, 50),
    ("… memory, MiB", Metric::BusyMemory, 50),
    (
        "posted to visible in its row, p50, ms",
        Metric::RowUpdated,
        50,
    ),
    (
        "posted to visible in its row, max, ms",
        Metric::RowUpdated,
        100,
    ),
    ("filter key, live sessions, p50, ms", Metric::FilterLive, 50),
    ("filter key, live sessions, p99, ms", Metric::FilterLive, 99),
    (
        "filter key, whole archive, p50, ms",
        Metric::FilterArchive,
        50,
    ),
    (
        "filter key, whole archive, p99, ms",
        Metric::FilterArchive,
        99,
    ),
    ("HUP to end, max, ms", Metric::HangUp, 100),
];

/// Formats blocks with the same columns; rows without any figure are left out.
pub fn render(blocks: &[Block], format: TableFormat) -> String {
    let Some(first) = blocks.first() else {
        return String::new();
    };
    let mut head = vec![String::new(), "echo".to_owned()];
    for &(peer, _) in &first.columns {
        head.push(peer.to_owned());
        if peer != Peer::SOCHAT {
            head.push("ratio".to_owned());
        }
    }
    let mut lines = vec![head];
    for block in blocks {
        lines.push(match format {
            TableFormat::Plain => vec![block.title.clone()],
            TableFormat::Markdown => vec![format!("**{}**", block.title)],
        });
        lines.extend(ROWS.into_iter().filter_map(|row| block.line(row)));
    }
    format::table(&lines, 1, format)
}

impl Block {
    pub fn figures(&self, name: &str) -> Option<&Figures> {
        let column = self.columns.iter().find(|column| column.0 == name);
        column.map(|(_, figures)| figures)
    }

    /// The viewer's median divided by a peer's.
    pub fn ratio(&self, metric: Metric, peer: &str) -> Option<f64> {
        self.quantile_ratio(metric, 50, peer)
    }

    fn quantile_ratio(&self, metric: Metric, percent: usize, peer: &str) -> Option<f64> {
        let ours = self.figures(Peer::SOCHAT)?.quantile(metric, percent)?;
        let theirs = self.figures(peer)?.quantile(metric, percent)?;
        (theirs > 0.0).then_some(ours / theirs)
    }

    fn line(&self, (label, metric, percent): (&str, Metric, usize)) -> Option<Vec<String>> {
        let measured = |figures: &Figures| !figures.samples(metric).is_empty();
        if !self.columns.iter().any(|(_, figures)| measured(figures)) {
            return None;
        }
        let floor = self.floor.quantile(metric, percent);
        let mut line = vec![label.to_owned(), cell(metric, floor)];
        for (name, figures) in &self.columns {
            line.push(cell(metric, figures.quantile(metric, percent)));
            if *name != Peer::SOCHAT {
                let ratio = self.quantile_ratio(metric, percent, name);
                let ratio = ratio.filter(|_| metric != Metric::Restored);
                line.push(absent_or(ratio.map(number)));
            }
        }
        Some(line)
    }
}

fn cell(metric: Metric, figure: Option<f64>) -> String {
    absent_or(figure.map(|figure| match metric {
        Metric::Restored if figure > 0.0 => "yes".to_owned(),
        Metric::Restored => "no".to_owned(),
        _ => number(figure),
    }))
}
