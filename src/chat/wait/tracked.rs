//! The wait of one session, from rows of the list and scans of its transcript.
//!
//! A session stays in its stage if the row before has the same stage, and either came just before or has
//! the same last activity. Otherwise it has entered the stage. Where there is a gap between the two rows, an
//! answer and another message may both have been missed.
//!
//! | Stage of the row | Since the row before | Wait |
//! | --- | --- | --- |
//! | answered | stayed, with another last activity | at least since that: it may be no message |
//! | any | stayed | as before |
//! | needs reply | entered | since the last activity; exact if seen to follow an answer |
//! | answered | entered | since the last activity; exact if seen to follow a question |
//! | in queue | there was none | none |
//! | in queue | was in the queue before a gap | as before: it was not seen to leave |
//! | in queue | entered from another stage | since now, or a later request; exact without a gap |
//! | any other | entered | none |
//!
//! Without a wait here, the row alone is enough. The welcome message of the channel is no answer.
//!
//! In the stages needs reply and answered, the transcript makes the wait exact once it reaches the row:
//!
//! | Transcript | Outcome |
//! | --- | --- |
//! | gone: the session was reset or restored | none; it is read from its start at once |
//! | empty | read again; if answered, twice only |
//! | needs reply, but no message is without an answer | read again: not there yet, or answered |
//! | answered, but a message is without an answer | read again, once: the answer is not there yet |
//! | the turn begins after the last activity | read again: the row will follow |
//! | ends before the last activity | read again, once, or while messages are dated ahead |
//! | any other | confirmed: exactly since the turn began; as before if it has no message yet |

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

/// What follows from a scan for the last row.
enum ScanOutcome {
    /// Not enough, or not yet.
    ReadAgain,
    /// Enough; the turn began then, if it has a message.
    Confirmed { since: Option<Timestamp> },
}

impl TrackedWait {
    pub(super) fn after_row<'a>(
        previous: Option<&Self>,
        row: &Session,
        now: Timestamp,
        max_gap: TimeDelta,
        record: impl FnOnce() -> Option<&'a WaitRecord>,
    ) -> Self {
        let mut next = Self::new(row, now);
        let has_gap = previous.is_none_or(|it| (now - it.seen_at).abs() > max_gap);
        let has_stayed = |previous: &&Self| {
            let is_unmoved = previous.last_activity == next.last_activity;
            previous.stage == next.stage && (!has_gap || is_unmoved)
        };
        if let Some(previous) = previous.filter(has_stayed) {
            next.stay(previous);
        } else {
            next.enter(previous, has_gap, row.requested);
            if let Some(record) = record() {
                next.apply_record(record);
            }
        }
        if let Some(previous) = previous {
            next.scan = previous.scan;
            // The transcript of an open session may have been ahead of the row.
            if next.reaches_row(next.scan.newest) && !next.is_answer_missing() {
                next.apply_scan(next.scan, now);
            }
        }
        next
    }

    /// A session of which nothing is known but its row.
    fn new(row: &Session, now: Timestamp) -> Self {
        let last_activity = row.last_activity;
        let is_welcome = |started: Timestamp| last_activity <= Some(started + SAME_MOMENT);
        Self {
            stage: row.stage(),
            last_activity,
            seen_at: now,
            may_be_welcome: row.started.is_some_and(is_welcome),
            wait: None,
            confirmed: None,
            scan: TurnScan::default(),
            failed_reads: 0,
            read_at: None,
        }
    }

    /// Takes over what is known of a session that has stayed in its stage.
    fn stay(&mut self, previous: &Self) {
        let is_unmoved = previous.last_activity == self.last_activity;
        self.wait = match self.stage {
            Stage::Answered if !is_unmoved => self.last_activity.map(Wait::at_least),
            _ => previous.wait,
        };
        self.confirmed = if needs_transcript(self.stage) {
            previous.confirmed
        } else {
            self.exact_activity()
        };
        if is_unmoved {
            self.failed_reads = previous.failed_reads;
            self.read_at = previous.read_at;
        }
    }

    /// Begins the wait of a session that has entered its stage, or is new.
    fn enter(&mut self, previous: Option<&Self>, has_gap: bool, requested: Option<Timestamp>) {
        let since_activity = |is_exact| {
            let since = self.last_activity?;
            Some(Wait { since, is_exact })
        };
        let seen = previous.filter(|_| !has_gap);
        self.wait = match self.stage {
            Stage::NeedsReply => since_activity(seen.is_some_and(|it| self.follows_answer(it))),
            Stage::Answered => since_activity(seen.is_some_and(|it| self.follows_question(it))),
            Stage::Queued => previous.and_then(|previous| match previous.stage {
                Stage::Queued => previous.wait,
                _ => Some(self.wait_in_queue(has_gap, requested)),
            }),
            Stage::Bot
            | Stage::Form
            | Stage::Unknown
            | Stage::Missed
            | Stage::Ended
            | Stage::Deleted => None,
        };
        self.confirmed = self.exact_activity();
    }

    /// The wait of a session that has entered the queue since the row before.
    fn wait_in_queue(&self, has_gap: bool, requested: Option<Timestamp>) -> Wait {
        // Our clock, to the second, as the times of the service are.
        let entered = self.seen_at.trunc_subsecs(0);
        Wait {
            since: requested.map_or(entered, |requested| entered.max(requested)),
            is_exact: !has_gap,
        }
    }

    /// Returns `true` if the customer has written after an answer that the row before has shown.
    fn follows_answer(&self, previous: &Self) -> bool {
        previous.stage == Stage::Answered
            && !previous.may_be_welcome
            && previous.last_activity < self.last_activity
    }

    /// Returns `true` if an agent has written after a question that the row before has shown.
    fn follows_question(&self, previous: &Self) -> bool {
        previous.stage == Stage::NeedsReply
            && !self.may_be_welcome
            && previous.last_activity < self.last_activity
    }

    /// The last activity, if the wait is exact.
    fn exact_activity(&self) -> Option<Timestamp> {
        let is_exact = self.wait.is_some_and(|wait| wait.is_exact);
        self.last_activity.filter(|_| is_exact)
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

    /// Applies a scan of the transcript; returns `true` if that changes the wait.
    pub(super) fn apply_scan(&mut self, scan: TurnScan, now: Timestamp) -> bool {
        let before = std::mem::replace(&mut self.scan, scan);
        let is_gone = scan == TurnScan::default() && scan != before;
        let Some(last_activity) = self
            .last_activity
            .filter(|_| !is_gone && needs_transcript(self.stage))
        else {
            return false;
        };
        match self.evaluate_scan(last_activity, now) {
            ScanOutcome::ReadAgain => {
                self.delay_read(now);
                false
            }
            ScanOutcome::Confirmed { since } => {
                self.confirmed = Some(last_activity);
                // Without any message of an agent, a welcome message counts as its answer: since then at least.
                let wait = since.map(Wait::exact).or(self.wait);
                std::mem::replace(&mut self.wait, wait) != wait
            }
        }
    }

    /// Compares the scan with the last activity of the row.
    fn evaluate_scan(&self, last_activity: Timestamp, now: Timestamp) -> ScanOutcome {
        let scan = &self.scan;
        let is_read_again = self.failed_reads > 0 && self.read_at.is_none_or(|at| at <= now);
        let is_answered = self.stage == Stage::Answered;
        let Some(newest) = scan.newest else {
            return if is_answered && is_read_again {
                ScanOutcome::Confirmed { since: None }
            } else {
                ScanOutcome::ReadAgain
            };
        };
        let turn = if is_answered {
            scan.answered
        } else {
            scan.unanswered
        };
        let began = turn.map(|(time, _)| time);
        let is_message_missing = !is_answered && began.is_none();
        let is_answer_missing = self.is_answer_missing() && !is_read_again;
        let is_ahead = began > Some(last_activity + SAME_MOMENT);
        if is_message_missing || is_answer_missing || is_ahead {
            return ScanOutcome::ReadAgain;
        }
        // While rows come, the newest message cannot be newer than the last one by that much.
        let is_recent = now - self.seen_at <= MAX_GAP;
        let shift = quarter_hours(last_activity - newest).filter(|_| is_recent);
        let reaches_row = self.reaches_row(Some(newest)) || shift.is_some();
        if !reaches_row && (!is_read_again || scan.has_future) {
            return ScanOutcome::ReadAgain;
        }
        // The last activity of the row may not be a message.
        ScanOutcome::Confirmed {
            since: began.map(|began| began + shift.unwrap_or_default()),
        }
    }

    /// Returns `true` if the newest message may be the last activity of the row.
    fn reaches_row(&self, newest: Option<Timestamp>) -> bool {
        newest.map(|newest| newest + SAME_MOMENT) >= self.last_activity
    }

    /// Returns `true` if the agent wrote last, but not in the transcript as far as it was read.
    fn is_answer_missing(&self) -> bool {
        self.stage == Stage::Answered && self.scan.unanswered.is_some()
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
