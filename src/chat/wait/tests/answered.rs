//! Answered sessions: since when, from rows and from the transcript.

use super::*;

#[test]
fn answered_counts_from_the_agents_last_message_whatever_moves_the_row() {
    let mut polls = Polls::new();
    polls.row(Status::CustomerLast, POLL, seconds(30));
    let row = polls.row(Status::UserLast, POLL, seconds(2));
    assert_eq!(polls.wait(&row), Some((2, true)));
    let row = polls.row(Status::UserLast, seconds(40), seconds(42));
    assert_eq!(polls.wait(&row), Some((42, true)));
    assert!(!polls.is_read_due());
    // A transfer, or an empty message of the customer.
    let moved = polls.row(Status::UserLast, POLL, seconds(1));
    assert_eq!(polls.wait(&moved), Some((1, false)));
    assert!(polls.is_read_due());
    polls.read_answer(Some(seconds(45)), seconds(1));
    assert_eq!(polls.wait(&moved), Some((45, true)));
    assert!(!polls.is_read_due());
    // Another message of the agent.
    let moved = polls.row(Status::UserLast, POLL, seconds(0));
    polls.read_answer(Some(seconds(0)), seconds(0));
    assert_eq!(polls.wait(&moved), Some((0, true)));
    // The state file stores it.
    let records: WaitRecords = polls.tracker.records().collect();
    let mut restarted = Polls::with_records(records);
    restarted.now = polls.now;
    restarted.observe(&moved);
    assert_eq!(restarted.wait(&moved), Some((0, true)));
}

#[test]
fn an_empty_transcript_is_not_read_for_ever() {
    let mut polls = Polls::new();
    let row = polls.row(Status::UserLast, POLL, seconds(90));
    for is_due_again in [true, false] {
        assert!(polls.is_read_due());
        polls
            .tracker
            .apply_scan(SessionId(1), TurnScan::default(), polls.now);
        assert!(!polls.is_read_due());
        polls.now += seconds(60);
        assert_eq!(polls.is_read_due(), is_due_again);
    }
    assert_eq!(polls.wait(&row), Some((210, false)));
}

#[test]
fn answered_is_a_lower_bound_until_the_transcript_is_read() {
    let mut polls = Polls::new();
    let row = polls.row(Status::UserLast, POLL, seconds(90));
    assert_eq!(polls.wait(&row), Some((90, false)));
    // The transcript lacks the answer that the row shows.
    let unanswered = Some((polls.now - seconds(92), MessageId(7)));
    let scan = TurnScan {
        answered: Some((polls.now - seconds(300), MessageId(6))),
        unanswered,
        newest: unanswered.map(|(time, _)| time),
        ..TurnScan::default()
    };
    polls.tracker.apply_scan(SessionId(1), scan, polls.now);
    assert_eq!(polls.wait(&row), Some((90, false)));
    polls.now += seconds(60);
    assert!(polls.is_read_due());
    polls.read_answer(Some(seconds(400)), seconds(150));
    assert_eq!(polls.wait(&row), Some((400, true)));
    // Only the channel has answered, with its welcome message.
    let mut polls = Polls::new();
    let row = polls.row(Status::UserLast, POLL, seconds(90));
    polls.read_answer(None, seconds(90));
    assert_eq!(polls.wait(&row), Some((90, false)));
    assert!(!polls.is_read_due());
}
