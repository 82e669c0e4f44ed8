//! One pull: requests the messages of a session after its cursor and reports them as they arrive.
//!
//! The user waits for the pages of the first pull only. Later each page is reported when the next
//! one arrives, so that a response without anything new causes a single event.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::cursor::PullCursor;
use super::{ApiError, ChatApi, Coverage, MessageStream, SyncEvent};
use crate::chat::{Message, MessageId, SessionId};

/// How far a pull came, and what it cost.
#[derive(Debug)]
pub(super) struct PullReport {
    /// The cursor after it.
    pub(super) cursor: PullCursor,
    /// Whether it requested the messages from the first one on.
    pub(super) from_start: bool,
    /// Whether every id was above the one before: then all messages up to the last one have arrived.
    pub(super) is_ordered: bool,
    /// From the start of the response to its end, without the wait for the rate limit; zero without a
    /// response.
    pub(super) duration: Duration,
    /// The part of it spent on messages that were not requested: some services ignore the cursor
    /// and send everything every time.
    pub(super) resend_time: Duration,
}

/// Pulls the messages of a session and returns the event for the end of the response. Events that
/// the receiver no longer accepts are dropped: the program is ending.
pub(super) async fn pull<S: ChatApi>(
    api: &S,
    events: &mpsc::Sender<SyncEvent>,
    (session, request_id): (SessionId, u64),
    cursor: PullCursor,
) -> (Result<SyncEvent, ApiError>, PullReport) {
    let after = cursor.next_after();
    let is_first = cursor.is_new();
    let mut report = PullReport {
        cursor,
        from_start: after == MessageId::START,
        is_ordered: true,
        duration: Duration::ZERO,
        resend_time: Duration::ZERO,
    };
    let send = async |messages: &mut Vec<Message>| {
        if !messages.is_empty() {
            let arrived = SyncEvent::MessagesArrived {
                session,
                request_id,
                messages: std::mem::take(messages),
            };
            let _ended = events.send(arrived).await;
        }
    };
    let mut answered_at = None;
    let mut last = Vec::new();
    let mut highest = after;
    let mut resends = false;
    let mut is_empty = true;
    let result = async {
        let mut pages = api.messages(session, after).await?;
        answered_at = Some(Instant::now());
        while let Some(messages) = pages.next().await? {
            send(&mut last).await;
            for id in messages.iter().map(|message| message.id) {
                report.is_ordered &= id.is_synthetic() || id > highest;
                highest = highest.max(id);
                resends |= !id.is_synthetic() && id <= after;
            }
            is_empty &= messages.is_empty();
            report.cursor.observe(&messages);
            last = messages;
            if is_first {
                send(&mut last).await;
            }
        }
        Ok(pages.is_complete_list())
    }
    .await;
    report.duration = answered_at.map_or(Duration::ZERO, |at| at.elapsed());
    if result.is_err() {
        send(&mut last).await;
    } else if resends {
        report.resend_time = report.duration;
    }
    let completed = result.map(|is_list| SyncEvent::MessagesComplete {
        session,
        request_id,
        coverage: match report.from_start {
            true if is_list => Coverage::Full,
            false if is_empty => Coverage::Empty,
            _ => Coverage::Tail,
        },
        messages: last,
    });
    (completed, report)
}
