//! What was measured of one program: samples by what they are samples of.

use std::collections::BTreeMap;
use std::time::Duration;

/// Something that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// From the start to the first character, in milliseconds.
    FirstPaint,
    /// From the start to messages: the newest ones, or the first where a program begins there.
    Opened,
    /// From the start to the last message, with the key that goes there if one is needed.
    OpenedAtLast,
    /// A line key to its repaint.
    Line,
    /// Bytes of that.
    LineBytes,
    /// A page key to its repaint.
    Page,
    /// Bytes of that.
    PageBytes,
    /// The key to the first message.
    First,
    /// The key to the last message.
    Last,
    /// 200 line keys in one write to the end of the last repaint.
    Burst,
    /// Bytes of that.
    BurstBytes,
    /// Enter to the message half way.
    SearchHit,
    /// Enter to the answer that there is none.
    SearchMiss,
    /// Enter to the count of all messages with a common word, whatever its case.
    CountMatches,
    /// A key to its answer while messages are still loading.
    KeyWhileLoading,
    /// A new size to its repaint.
    Resize,
    /// Memory at rest, in MiB.
    Memory,
    /// The most memory there was, in MiB.
    Peak,
    /// Processor while following with nothing new, in percent of one.
    IdleCpu,
    /// Wake-ups a second meanwhile.
    Wakes,
    /// Bytes painted meanwhile, a second.
    Painted,
    /// Requests to the service meanwhile, a second.
    Requests,
    /// Bytes of the service's answers meanwhile, a second.
    Answered,
    /// The same processor, wake-ups and bytes painted while another window has the keyboard.
    UnfocusedCpu,
    /// Wake-ups a second then.
    UnfocusedWakes,
    /// Bytes painted a second then.
    UnfocusedPainted,
    /// The same while nothing is followed.
    StillProcessor,
    /// Wake-ups a second then.
    StillWakes,
    /// Bytes painted a second then.
    StillPainted,
    /// A new message to its being seen.
    Follow,
    /// The last key to the end of the program.
    Quit,
    /// 1 for a terminal left as it was, 0 for another.
    Clean,
}

/// Samples of one program.
#[derive(Debug, Default)]
pub struct Figures(BTreeMap<Metric, Vec<f64>>);

impl Figures {
    /// Keeps a sample; what could not be measured leaves none.
    pub fn record(&mut self, what: Metric, sample: impl Into<Option<f64>>) {
        self.0.entry(what).or_default().extend(sample.into());
    }

    /// Keeps a time, in milliseconds.
    pub fn record_time(&mut self, what: Metric, time: Option<Duration>) {
        self.record(what, time.map(|time| time.as_secs_f64() * 1000.0));
    }

    /// The sample that so many percent of them are not above.
    pub fn quantile(&self, what: Metric, percent: usize) -> Option<f64> {
        let mut samples = self.0.get(&what)?.clone();
        samples.sort_by(f64::total_cmp);
        let last = samples.len().checked_sub(1)?;
        Some(samples[(last * percent + 50) / 100])
    }
}
