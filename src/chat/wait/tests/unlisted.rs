//! Sessions that are no longer listed.

use super::*;

#[test]
fn sessions_that_are_no_longer_listed_are_not_read() {
    let mut polls = Polls::new();
    let row = polls.row(Status::CustomerLast, POLL, POLL);
    assert!(polls.is_read_due());
    polls.now += POLL;
    polls.tracker.observe(&[], polls.now, &WaitRecords::new());
    assert!(!polls.is_read_due());
    polls.now += POLL;
    polls.observe(&row);
    assert!(polls.is_read_due());
}

#[test]
fn sessions_that_are_no_longer_listed_are_dropped() {
    let mut polls = Polls::new();
    polls.row(Status::CustomerLast, POLL, POLL);
    let later = polls.now + TimeDelta::hours(2);
    polls.tracker.observe(&[], later, &WaitRecords::new());
    assert!(polls.tracker.sessions.is_empty());
}
