//! Waits from row to row, from transcripts, and over a restart.

mod answered;
mod unlisted;

use super::*;
use crate::chat::{Customer, MessageId, Status};
use crate::test_support::builders::{minutes_ago, now, session};

const POLL: TimeDelta = TimeDelta::seconds(3);

/// A tracker and its clock; every row is a poll.
struct Polls {
    tracker: WaitTracker,
    now: Timestamp,
    records: WaitRecords,
}

impl Polls {
    fn new() -> Self {
        Self::with_records(WaitRecords::new())
    }

    fn with_records(records: WaitRecords) -> Self {
        let (tracker, now) = (WaitTracker::default(), now());
        Self {
            tracker,
            now,
            records,
        }
    }

    /// The next poll, after `gap`, shows session 1 with this status, its last message `ago`.
    fn row(&mut self, status: Status, gap: TimeDelta, ago: TimeDelta) -> Session {
        self.now += gap;
        let row = Session {
            last_activity: Some(self.now - ago),
            requested: Some(minutes_ago(60)),
            ended: None,
            ..session(1, "Kari", status, 60)
        };
        self.observe(&row);
        row
    }

    fn observe(&mut self, row: &Session) {
        self.tracker
            .observe(std::slice::from_ref(row), self.now, &self.records);
    }

    /// How long the session waits, in seconds, and whether exactly.
    fn wait(&self, row: &Session) -> Option<(i64, bool)> {
        let wait = self.tracker.wait(row)?;
        Some(((self.now - wait.since).num_seconds(), wait.is_exact))
    }

    fn is_read_due(&self) -> bool {
        !self.tracker.reads(self.now, 9).is_empty()
    }

    /// A transcript whose last message of the agent and newest line are this old.
    fn read_answer(&mut self, answered: Option<TimeDelta>, newest: TimeDelta) {
        let scan = TurnScan {
            answered: answered.map(|answered| (self.now - answered, MessageId(1))),
            newest: Some(self.now - newest),
            ..TurnScan::default()
        };
        self.tracker.apply_scan(SessionId(1), scan, self.now);
    }

    /// A transcript whose first unanswered and newest message are this old.
    fn read(&mut self, first: Option<TimeDelta>, newest: TimeDelta) {
        let scan = TurnScan {
            answered: None,
            unanswered: first.map(|first| (self.now - first, MessageId(1))),
            newest: Some(self.now - newest),
            cursor: MessageId(9),
            has_future: false,
        };
        self.tracker.apply_scan(SessionId(1), scan, self.now);
    }
}

fn seconds(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds)
}

#[test]
fn a_second_message_of_the_customer_does_not_reset_the_wait() {
    let mut polls = Polls::new();
    polls.row(Status::UserLast, POLL, seconds(300));
    let mut row = polls.row(Status::CustomerLast, POLL, seconds(2));
    assert_eq!(polls.wait(&row), Some((2, true)));
    assert!(!polls.is_read_due());
    for minute in 1..=20 {
        // "Hello??"
        for _ in 0..20 {
            row = polls.row(Status::CustomerLast, POLL, seconds(1));
        }
        assert_eq!(polls.wait(&row), Some((minute * 60 + 2, true)));
    }
    // The agent may have answered between two polls: that is to be confirmed.
    assert!(polls.is_read_due());
    polls.read(Some(seconds(20 * 60 + 2)), seconds(1));
    assert_eq!(polls.wait(&row), Some((20 * 60 + 2, true)));
    assert!(!polls.is_read_due());
    row = polls.row(Status::CustomerLast, POLL, seconds(1));
    polls.read(Some(seconds(1)), seconds(1));
    assert_eq!(polls.wait(&row), Some((1, true)));
}

#[test]
fn the_first_row_is_a_lower_bound_until_the_transcript_is_read() {
    let mut polls = Polls::new();
    let row = polls.row(Status::CustomerLast, POLL, seconds(180));
    assert_eq!(polls.wait(&row), Some((180, false)));
    // Another message does not lower it.
    let row = polls.row(Status::CustomerLast, POLL, seconds(1));
    assert_eq!(polls.wait(&row), Some((183, false)));
    assert!(polls.is_read_due());
    polls.read(Some(seconds(1200)), seconds(1));
    assert_eq!(polls.wait(&row), Some((1200, true)));
    assert!(!polls.is_read_due());
}

#[test]
fn a_row_is_exact_only_right_after_an_answer() {
    let waits = |previous: Status, gap, ago, change: fn(&mut Session)| {
        let mut polls = Polls::new();
        let mut row = polls.row(previous, POLL, seconds(600));
        change(&mut row);
        polls.observe(&row);
        let row = polls.row(Status::CustomerLast, gap, ago);
        polls.wait(&row)
    };
    let short = seconds(2);
    let same = |_: &mut Session| {};
    assert_eq!(waits(Status::UserLast, POLL, short, same), Some((2, true)));
    // Out of sight for long, the customer may have written more than once.
    let gap = TimeDelta::minutes(30);
    assert_eq!(waits(Status::UserLast, gap, short, same), Some((2, false)));
    // Messages to a bot, in the queue or before the end may be unanswered.
    let bot = |row: &mut Session| row.bot_active = true;
    assert_eq!(waits(Status::UserLast, POLL, short, bot), Some((2, false)));
    assert_eq!(waits(Status::InQueue, POLL, short, same), Some((2, false)));
    assert_eq!(waits(Status::Finished, POLL, short, same), Some((2, false)));
    // The welcome message of the channel is no answer.
    let picked_up = |row: &mut Session| row.started = row.last_activity;
    let welcomed = waits(Status::UserLast, POLL, short, picked_up);
    assert_eq!(welcomed, Some((2, false)));
}

#[test]
fn after_a_gap_a_wait_counts_only_if_nothing_was_written() {
    let mut polls = Polls::new();
    let row = polls.row(Status::CustomerLast, POLL, seconds(60));
    polls.read(Some(seconds(300)), seconds(60));
    polls.now += seconds(1000);
    polls.observe(&row);
    assert_eq!(polls.wait(&row), Some((1300, true)));
    let row = polls.row(Status::CustomerLast, seconds(1000), seconds(5));
    assert_eq!(polls.wait(&row), Some((5, false)));
}

#[test]
fn records_count_while_the_row_is_unchanged() {
    let mut polls = Polls::new();
    let row = polls.row(Status::CustomerLast, POLL, seconds(60));
    assert_eq!(polls.tracker.records().count(), 0);
    polls.read(Some(seconds(1200)), seconds(60));
    let records: WaitRecords = polls.tracker.records().collect();
    let mut restarted = Polls::with_records(records.clone());
    restarted.now = polls.now + POLL;
    restarted.observe(&row);
    assert_eq!(restarted.wait(&row), Some((1203, true)));
    assert!(!restarted.is_read_due());
    // They may be loaded after the first row.
    let mut late = Polls::new();
    late.observe(&row);
    assert!(late.tracker.apply_records(&records) && !late.tracker.apply_records(&records));
    assert_eq!(late.tracker.wait(&row), restarted.tracker.wait(&row));
    // The customer has written since, or the session is in another state.
    let moved = restarted.row(Status::CustomerLast, seconds(600), seconds(1));
    assert_eq!(restarted.wait(&moved), Some((1, false)));
    let mut other = Polls::with_records(records);
    let queued = Session {
        status: Status::InQueue,
        ..row
    };
    other.observe(&queued);
    assert_eq!(other.wait(&queued), Some((3603 - 3, true)));
}

#[test]
fn the_queue_counts_from_the_request_or_from_when_it_was_entered() {
    let mut polls = Polls::new();
    let row = polls.row(Status::InQueue, POLL, seconds(1));
    let requested = Some((3603, true));
    assert_eq!(polls.wait(&row), requested);
    for (status, bot_active) in [(Status::UserLast, true), (Status::Finished, false)] {
        let mut row = polls.row(status, POLL, seconds(1));
        row.bot_active = bot_active;
        polls.observe(&row);
        let row = polls.row(Status::InQueue, POLL, seconds(1));
        assert_eq!(polls.wait(&row), Some((0, true)));
        let row = polls.row(Status::InQueue, POLL, seconds(1));
        assert_eq!(polls.wait(&row), Some((3, true)));
        let records: WaitRecords = polls.tracker.records().collect();
        let mut restarted = Polls::with_records(records);
        restarted.now = polls.now;
        restarted.observe(&row);
        assert_eq!(restarted.wait(&row), Some((3, true)));
    }
}

#[test]
fn the_moment_at_which_the_queue_was_entered_has_whole_seconds() {
    let mut polls = Polls::new();
    polls.row(Status::Finished, POLL, seconds(1));
    polls.now += TimeDelta::nanoseconds(123_456_789);
    let row = polls.row(Status::InQueue, POLL, seconds(0));
    let entered = polls.tracker.wait(&row).map(|wait| wait.since);
    assert_eq!(entered, Some(now() + POLL + POLL));
}

#[test]
fn states_without_a_customer_who_waits() {
    let wait = |status, change: fn(&mut Session)| {
        let mut row = Session {
            requested: Some(minutes_ago(30)),
            last_activity: Some(minutes_ago(20)),
            ..session(1, "Kari", status, 10)
        };
        change(&mut row);
        let mut polls = Polls::new();
        polls.observe(&row);
        polls.wait(&row)
    };
    let same = |_: &mut Session| {};
    assert_eq!(wait(Status::UserLast, same), Some((1200, false)));
    let bot = |row: &mut Session| row.bot_active = true;
    assert_eq!(wait(Status::CustomerLast, bot), Some((1200, true)));
    assert_eq!(wait(Status::PreChatForm, same), Some((1800, true)));
    assert_eq!(wait(Status::Closed, same), Some((600, true)));
    // A row of the archive lacks the time of the last message.
    let archived = |row: &mut Session| row.last_activity = None;
    assert_eq!(wait(Status::CustomerLast, archived), None);
    assert_eq!(wait(Status::UserLast, archived), None);
    assert_eq!(wait(Status::InQueue, archived), Some((1800, true)));
    assert_eq!(wait(Status::Closed, archived), Some((600, true)));
}

#[test]
fn a_transcript_that_does_not_reach_the_row_is_read_again() {
    let mut polls = Polls::new();
    let row = polls.row(Status::CustomerLast, POLL, seconds(60));
    // The row's message is not there yet, and the agent wrote the last one that is.
    polls.read(None, seconds(90));
    assert_eq!(polls.wait(&row), Some((60, false)));
    assert!(!polls.is_read_due());
    polls.now += seconds(30);
    assert!(polls.is_read_due());
    polls.tracker.on_read_failed(SessionId(1), polls.now);
    polls.now += seconds(59);
    assert!(!polls.is_read_due());
    polls.now += seconds(1);
    assert!(polls.is_read_due());
    polls.read(Some(seconds(400)), seconds(150));
    assert_eq!(polls.wait(&row), Some((400, true)));
    assert!(!polls.is_read_due());
}

#[test]
fn a_transcript_that_is_gone_is_read_from_its_start_at_once_and_then_later() {
    let mut polls = Polls::new();
    polls.row(Status::CustomerLast, POLL, seconds(30));
    polls.read(Some(seconds(600)), seconds(600));
    assert!(!polls.is_read_due(), "it does not reach the row");
    polls.now += seconds(40);
    let nothing = TurnScan::default();
    for is_due in [true, false] {
        polls.tracker.apply_scan(SessionId(1), nothing, polls.now);
        assert_eq!(polls.is_read_due(), is_due);
        let reads = polls.tracker.reads(polls.now, 9);
        assert!(reads.iter().all(|read| read.scan == nothing));
    }
}

#[test]
fn messages_dated_in_another_zone_are_moved_to_the_row() {
    let mut polls = Polls::new();
    let row = polls.row(Status::CustomerLast, POLL, seconds(60));
    let hour = TimeDelta::hours(1);
    polls.read(Some(seconds(1200) + hour), seconds(61) + hour);
    assert_eq!(polls.wait(&row), Some((1199, true)));
    assert!(!polls.is_read_due());
}

#[test]
fn a_transcript_ahead_of_the_row_counts_once_the_row_comes() {
    let mut polls = Polls::new();
    let row = polls.row(Status::CustomerLast, POLL, seconds(60));
    polls.read(Some(seconds(1200)), seconds(60));
    // The agent has answered, and the customer has written again.
    polls.now += seconds(2);
    polls.read(Some(seconds(1)), seconds(0));
    assert_eq!(polls.wait(&row), Some((1202, true)));
    assert!(!polls.is_read_due());
    let row = polls.row(Status::CustomerLast, seconds(1), seconds(1));
    assert_eq!(polls.wait(&row), Some((2, true)));
    assert!(!polls.is_read_due());
}

#[test]
fn lower_bounds_are_read_first_the_longest_wait_first() {
    let mut tracker = WaitTracker::default();
    let row = |id: i64, minutes| Session {
        customer: Customer::default(),
        ..session(id, "", Status::CustomerLast, minutes)
    };
    let rows = [row(1, 5), row(2, 50), row(3, 20), row(4, 9)];
    let reads = |tracker: &mut WaitTracker, rows: &[Session]| -> Vec<(i64, bool)> {
        tracker.observe(rows, now(), &WaitRecords::new());
        let reads = tracker.reads(now(), 3).into_iter();
        reads.map(|read| (read.session.0, read.is_urgent)).collect()
    };
    assert_eq!(
        reads(&mut tracker, &rows),
        [(2, true), (3, true), (4, true)]
    );
    let read = TurnScan {
        unanswered: Some((minutes_ago(70), MessageId(1))),
        newest: Some(minutes_ago(50)),
        ..TurnScan::default()
    };
    tracker.apply_scan(SessionId(2), read, now());
    let mut rows = [row(1, 5), row(2, 1), row(3, 20), row(4, 9)];
    assert_eq!(
        reads(&mut tracker, &rows),
        [(3, true), (4, true), (1, true)]
    );
    for index in [0, 2, 3] {
        rows[index].status = Status::UserLast;
    }
    // Answered sessions come last.
    assert_eq!(
        reads(&mut tracker, &rows),
        [(2, false), (3, false), (4, false)]
    );
}

#[test]
fn sessions_are_ordered_by_stage_and_then_by_the_longest_wait() {
    let mut tracker = WaitTracker::default();
    let bot = |mut row: Session| {
        row.bot_active = true;
        row
    };
    let other = Status::Other("Paused".to_owned());
    let rows = [
        session(1, "", Status::Deleted, 1),
        session(2, "", Status::Closed, 2),
        session(3, "", Status::Closed, 1),
        session(4, "", Status::ClosedFromQueue, 9),
        session(5, "", other, 9),
        session(6, "", Status::OfflineForm, 1),
        session(7, "", Status::PreChatForm, 2),
        bot(session(8, "", Status::CustomerLast, 90)),
        session(9, "", Status::UserLast, 1),
        session(10, "", Status::UserLast, 2),
        session(11, "", Status::InQueue, 5),
        session(12, "", Status::CustomerLast, 5),
        session(13, "", Status::CustomerLast, 5),
        session(14, "", Status::CustomerLast, 20),
    ];
    tracker.observe(&rows, now(), &WaitRecords::new());
    let scan = TurnScan {
        unanswered: Some((minutes_ago(5), MessageId(1))),
        newest: Some(minutes_ago(5)),
        ..TurnScan::default()
    };
    tracker.apply_scan(SessionId(12), scan, now());
    let mut sorted: Vec<_> = rows.iter().collect();
    sorted.sort_by_key(|row| tracker.urgency(row));
    let ids: Vec<_> = sorted.into_iter().map(|row| row.id.0).collect();
    // A lower bound before an exact wait of the same length.
    assert_eq!(ids, [14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
}
