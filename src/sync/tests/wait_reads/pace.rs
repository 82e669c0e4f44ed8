//! Pace at which transcripts are read for waits.

use super::*;

#[tokio::test(start_paused = true)]
async fn reads_are_made_one_a_second_in_order() {
    let mut harness = start_poller(INTERVALS, |_, _| Reply::ok());
    harness.send(reads(&[7, 5, 9]));
    harness.advance(ms(1500)).await;
    // A new order replaces the rest, and a refresh is no reason to hurry.
    harness.send(reads(&[9, 5, 4]));
    harness.send(SyncCommand::Refresh);
    harness.advance(s(5)).await;
    assert_eq!(
        requested(&harness),
        [(0, 7), (1, 5), (2, 9), (3, 5), (4, 4)]
    );
}

#[tokio::test(start_paused = true)]
async fn confirming_an_exact_wait_is_done_half_as_often() {
    let mut harness = start_poller(INTERVALS, |_, _| Reply::ok());
    let SyncCommand::ReadWaits { mut reads, now } = reads(&[1, 2, 3]) else {
        unreachable!()
    };
    for read in &mut reads {
        read.is_urgent = false;
    }
    harness.send(SyncCommand::ReadWaits { reads, now });
    harness.advance(s(9)).await;
    assert_eq!(requested(&harness), [(0, 1), (2, 2), (4, 3)]);
}

#[tokio::test(start_paused = true)]
async fn reads_are_fewer_without_focus() {
    let mut harness = start_poller(INTERVALS, |_, _| Reply::ok());
    harness.send(SyncCommand::SetFocused(false));
    harness.send(reads(&[1, 2, 3, 4]));
    harness.advance(ms(7500)).await;
    assert_eq!(requested(&harness), [(0, 1), (3, 2), (6, 3)]);
    harness.send(SyncCommand::SetFocused(true));
    harness.advance(ms(1200)).await;
    assert_eq!(requested(&harness).last(), Some(&(8, 4)));
}
