//! Samples of one program by what was measured.

use std::collections::BTreeMap;
use std::time::Duration;

use super::terminal::Repaint;

/// Bytes of a mebibyte.
pub const MIB: f64 = 1_048_576.0;

/// A measured quantity; times are in milliseconds unless stated otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Start to first character.
    FirstPaint,
    /// Start to messages: the newest ones, or the first where a program begins there.
    Opened,
    /// Start to the last message, including the key that goes there if one is needed.
    OpenedAtLast,
    /// Line key to repaint.
    Line,
    /// Bytes of a line key's repaint.
    LineBytes,
    /// Page key to repaint.
    Page,
    /// Bytes of a page key's repaint.
    PageBytes,
    /// Key to the first message.
    First,
    /// Key to the last message.
    Last,
    /// 200 line keys in one write to the end of the last repaint.
    Burst,
    /// Bytes of the repaints of [`Metric::Burst`].
    BurstBytes,
    /// Frames of [`Metric::Burst`], for programs that delimit their frames.
    BurstFrames,
    /// Enter to the middle message.
    SearchHit,
    /// Enter to the note that there is no hit.
    SearchMiss,
    /// Enter to the count of all messages with a common word.
    CountMatches,
    /// Key to its effect while messages are still loading.
    KeyWhileLoading,
    /// New terminal size to repaint.
    Resize,
    /// Memory after use, in MiB.
    Memory,
    /// Highest memory, in MiB.
    Peak,
    /// CPU while following with nothing new, in percent of a core.
    FollowingCpu,
    /// Wake-ups a second while following.
    FollowingWakeups,
    /// Bytes painted a second while following.
    FollowingBytes,
    /// Requests to the service a second while following.
    FollowingRequests,
    /// Bytes of response bodies a second while following.
    FollowingResponseBytes,
    /// CPU while the terminal is not focused.
    UnfocusedCpu,
    /// Wake-ups a second while the terminal is not focused.
    UnfocusedWakeups,
    /// Bytes painted a second while the terminal is not focused.
    UnfocusedBytes,
    /// CPU with polling off.
    IdleCpu,
    /// Wake-ups a second with polling off.
    IdleWakeups,
    /// Bytes painted a second with polling off.
    IdleBytes,
    /// Message posted to visible.
    Follow,
    /// Quit key to the end of the process.
    Quit,
    /// 1 for a terminal restored by the quit key, 0 for another.
    Restored,
    /// The same for every way to end the program, also while loading.
    RestoredAlways,
    /// SIGHUP to the end of the process.
    HangUp,
    /// Start to the list of the busy service.
    ListOpened,
    /// CPU with the busy service.
    BusyCpu,
    /// Wake-ups a second with the busy service.
    BusyWakeups,
    /// Bytes painted a second with the busy service.
    BusyBytes,
    /// Requests a second to the busy service.
    BusyRequests,
    /// Bytes of response bodies a second of the busy service.
    BusyResponseBytes,
    /// Memory with the busy service, in MiB.
    BusyMemory,
    /// Message posted to visible in its session's row.
    RowUpdated,
    /// Filter key to repaint over the live sessions.
    FilterLive,
    /// Filter key to repaint over the loaded rows of the archive.
    FilterArchive,
}

/// Samples of one program.
#[derive(Debug, Default)]
pub struct Figures(BTreeMap<Metric, Vec<f64>>);

impl Figures {
    /// Adds a sample; a failed measurement adds none.
    pub fn record(&mut self, metric: Metric, sample: impl Into<Option<f64>>) {
        self.0.entry(metric).or_default().extend(sample.into());
    }

    /// Adds a time.
    pub fn record_time(&mut self, metric: Metric, time: Option<Duration>) {
        self.record(metric, time.map(|time| time.as_secs_f64() * 1000.0));
    }

    /// Adds the time and the bytes of a repaint.
    pub fn record_repaint(&mut self, time: Metric, bytes: Metric, repaint: Option<Repaint>) {
        self.record_time(time, repaint.map(|repaint| repaint.took));
        self.record(bytes, repaint.map(|repaint| repaint.bytes as f64));
    }

    /// Returns all samples in the order they were added.
    pub fn samples(&self, metric: Metric) -> &[f64] {
        self.0.get(&metric).map_or(&[], Vec::as_slice)
    }

    /// Returns the nearest-rank quantile: 50 is the median, 100 the largest sample.
    pub fn quantile(&self, metric: Metric, percent: usize) -> Option<f64> {
        let mut samples = self.samples(metric).to_vec();
        samples.sort_by(f64::total_cmp);
        let last = samples.len().checked_sub(1)?;
        Some(samples[(last * percent + 50) / 100])
    }

    pub fn median(&self, metric: Metric) -> Option<f64> {
        self.quantile(metric, 50)
    }
}
