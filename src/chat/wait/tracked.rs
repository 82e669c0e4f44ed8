//! The wait of one session, from row to row.

use chrono::{SubsecRound, TimeDelta};

use super::super::{Session, Stage, Timestamp};
use super::{MAX_GAP, TurnScan, Wait, WaitRecord};

/// Times that the service writes in one go may differ by this much.
const SAME_MOMENT: TimeDelta = TimeDelta::seconds(5);
/// Offsets of time zones are multiples of this.
const QUARTER_HOUR: i64 = 15 * 60;
/// A transcript that added nothing is read again after this long, then after twice as long, and so on.
const READ_AGAIN_AFTER: TimeDelta = TimeDelta::seconds(30);
/// Doublings of [`READ_AGAIN_AFTER`].
const MAX_DOUBLINGS: u32 = 5;

#[derive(Clone, Debug)]
pub(super) struct TrackedWait {
    pub(super) stage: Stage,
    last_activity: Option<Timestamp>,
    /// When the last row came.
    pub(super) seen_at: Timestamp,
    /// Whether the agent's last message may be the welcome message of the channel, which is no answer.
    may_be_welcome: bool,
    /// For a stage in which one side waits for the other; `None` if the row alone is enough.
    pub(super) wait: Option<Wait>,
    /// The last activity for which `wait` is known to be exact.
    confirmed: Option<Timestamp>,
    /// The scan of the transcript when it was read last.
    pub(super) scan: TurnScan,
    failed_reads: u32,
    /// No read before this.
    read_at: Option<Timestamp>,
}

impl TrackedWait {
    pub(super) fn after_row<'a>(
        previous: Option<&Self>,
        row: &Session,
        now: Timestamp,
        max_gap: TimeDelta,
        record: impl FnOnce() -> Option<&'a WaitRecord>,
    ) -> Self {
        let (stage, last_activity) = (row.stage(), row.last_activity);
        let is_recent = |it: &&Self| (now - it.seen_at).abs() <= max_gap;
        let recent = previous.filter(is_recent);
        let is_same = |it: &&Self| it.stage == stage;
        // After a gap, an answer and another message may both have been missed.
        let unmoved = previous.filter(|it| it.last_activity == last_activity);
        let known = recent.or(unmoved).filter(is_same);
        // Our clock, to the second, as the times of the service are.
        let entered = now.trunc_subsecs(0);
        let is_welcome = |started: Timestamp| last_activity <= Some(started + SAME_MOMENT);
        let may_be_welcome = row.started.is_some_and(is_welcome);
        let wait = match (known, stage) {
            // The agent has written again, or the row has changed without a message.
            (Some(known), Stage::Answered) if known.last_activity != last_activity => {
                last_activity.map(Wait::at_least)
            }
            (Some(known), _) => known.wait,
            (None, Stage::Answered) => last_activity.map(|last_activity| {
                let is_question = |it: &Self| {
                    it.stage == Stage::NeedsReply && it.last_activity < Some(last_activity)
                };
                Wait {
                    since: last_activity,
                    is_exact: !may_be_welcome && recent.is_some_and(is_question),
                }
            }),
            (None, Stage::NeedsReply) => last_activity.map(|last_activity| {
                let is_reply = |it: &Self| {
                    it.stage == Stage::Answered
                        && !it.may_be_welcome
                        && it.last_activity < Some(last_activity)
                };
                Wait {
                    since: last_activity,
                    is_exact: recent.is_some_and(is_reply),
                }
            }),
            (None, Stage::Queued) => match previous.filter(is_same) {
                // It may have left the queue and returned, but was not seen to.
                Some(previous) => previous.wait,
                None => previous.map(|_| Wait {
                    since: row
                        .requested
                        .map_or(entered, |requested| entered.max(requested)),
                    is_exact: recent.is_some(),
                }),
            },
            (None, _) => None,
        };
        let is_exact = wait.is_some_and(|wait| wait.is_exact);
        let confirmed = match known.filter(|_| needs_transcript(stage)) {
            Some(known) => known.confirmed,
            None => last_activity.filter(|_| is_exact),
        };
        let unmoved = unmoved.filter(is_same);
        let mut next = Self {
            stage,
            last_activity,
            seen_at: now,
            may_be_welcome,
            wait,
            confirmed,
            scan: previous.map_or_else(TurnScan::default, |previous| previous.scan),
            failed_reads: unmoved.map_or(0, |it| it.failed_reads),
            read_at: unmoved.and_then(|it| it.read_at),
        };
        let record = if known.is_none() { record() } else { None };
        if let Some(record) = record {
            next.apply_record(record);
        }
        // The transcript of an open session may have been ahead of the row.
        let reaches_row = next.scan.newest.map(|newest| newest + SAME_MOMENT) >= last_activity;
        if reaches_row && !next.is_answer_missing(&next.scan) {
            next.apply_scan(next.scan, now);
        }
        next
    }

    /// Returns `true` if a row with these values was the last one.
    pub(super) fn describes(&self, stage: Stage, last_activity: Option<Timestamp>) -> bool {
        (self.stage, self.last_activity) == (stage, last_activity)
    }

    pub(super) fn apply_record(&mut self, record: &WaitRecord) -> bool {
        let is_known = self.wait.is_some_and(|wait| wait.is_exact);
        if is_known || !self.describes(record.stage, Some(record.last_activity)) {
            return false;
        }
        self.wait = Some(Wait::exact(record.since));
        self.confirmed = self.last_activity;
        true
    }

    pub(super) fn apply_scan(&mut self, scan: TurnScan, now: Timestamp) -> bool {
        let before = std::mem::replace(&mut self.scan, scan);
        let nothing = TurnScan::default();
        if scan == nothing && before != nothing {
            // The session was reset or restored, and is read from its start at once.
            return false;
        }
        let last_activity = self.last_activity;
        let Some(last_activity) = last_activity.filter(|_| needs_transcript(self.stage)) else {
            return false;
        };
        let is_answered = self.stage == Stage::Answered;
        let is_second_try = self.failed_reads > 0 && self.read_at.is_none_or(|at| at <= now);
        let first = if is_answered {
            scan.answered
        } else {
            scan.unanswered
        };
        if is_answered && scan.newest.is_none() && is_second_try {
            // A transcript that is empty twice is not read again.
            self.confirmed = Some(last_activity);
            return false;
        }
        let is_missing = self.is_answer_missing(&scan) && !is_second_try;
        let Some(newest) = scan
            .newest
            .filter(|_| !is_missing && (is_answered || first.is_some()))
        else {
            // Not there yet, or already answered: the next row decides.
            self.delay_read(now);
            return false;
        };
        // Ahead of the row, which will come: the agent has answered, and the customer has written again.
        let first = first.map(|(time, _)| time);
        if first > Some(last_activity + SAME_MOMENT) {
            self.delay_read(now);
            return false;
        }
        // While rows come, the newest message cannot be newer than the last one by that much.
        let is_recent = now - self.seen_at <= MAX_GAP;
        let shift = quarter_hours(last_activity - newest);
        let shift = shift.filter(|_| is_recent);
        let reaches_row = newest + SAME_MOMENT >= last_activity || shift.is_some();
        if !reaches_row && (!is_second_try || scan.has_future) {
            self.delay_read(now);
            return false;
        }
        // The last activity of the row may not be a message.
        self.confirmed = Some(last_activity);
        // Without any message of an agent, a welcome message counts as its answer: since then at least.
        first.is_some_and(|first| {
            let since = first + shift.unwrap_or_default();
            self.wait.replace(Wait::exact(since)) != self.wait
        })
    }

    /// Returns `true` if the agent wrote last, but not in the transcript as far as it was read.
    fn is_answer_missing(&self, scan: &TurnScan) -> bool {
        self.stage == Stage::Answered && scan.unanswered.is_some()
    }

    pub(super) fn delay_read(&mut self, now: Timestamp) {
        // The transcript of an open session comes every second.
        if self.read_at.is_some_and(|at| at > now) {
            return;
        }
        let doublings = self.failed_reads.min(MAX_DOUBLINGS);
        self.failed_reads += 1;
        self.read_at = Some(now + READ_AGAIN_AFTER * (1 << doublings));
    }

    pub(super) fn is_read_due(&self, now: Timestamp) -> bool {
        needs_transcript(self.stage)
            && self.wait.is_some()
            && self.confirmed != self.last_activity
            && self.read_at.is_none_or(|at| at <= now)
    }

    pub(super) fn record(&self) -> Option<WaitRecord> {
        let wait = self.wait.filter(|wait| wait.is_exact)?;
        let last_activity = self
            .confirmed
            .filter(|it| Some(*it) == self.last_activity)?;
        Some(WaitRecord {
            stage: self.stage,
            last_activity,
            since: wait.since,
        })
    }
}

/// Returns `true` for a stage whose beginning is a message that later ones may follow.
fn needs_transcript(stage: Stage) -> bool {
    matches!(stage, Stage::NeedsReply | Stage::Answered)
}

/// The difference, if it is one between two time zones: some services date messages in another zone.
fn quarter_hours(difference: TimeDelta) -> Option<TimeDelta> {
    let seconds = difference.num_seconds();
    let quarters = (seconds + QUARTER_HOUR / 2).div_euclid(QUARTER_HOUR);
    let rest = seconds - quarters * QUARTER_HOUR;
    (quarters != 0 && rest.abs() <= SAME_MOMENT.num_seconds()).then_some(difference)
}
