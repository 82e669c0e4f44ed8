//! One pull of a session's messages: pages go out as they arrive, the last one with the end.
//!
//! Only the first pages of a session are waited for by anybody. Later on each page is held back until
//! the next one comes, so that an answer with nothing new wakes the screen once.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::cursor::PullCursor;
use super::{ApiError, ChatApi, MessageStream};
use crate::app::event::{Coverage, Event};
use crate::chat::{Message, MessageId, SessionId};

/// How far a pull came, and what it cost.
#[derive(Debug)]
pub(super) struct PullReport {
    /// The newest that is known after it.
    pub(super) cursor: PullCursor,
    /// Whether it asked for the messages from the first one on.
    pub(super) from_start: bool,
    /// Whether every id was above the one before: then what is below the last of them has come.
    pub(super) is_ordered: bool,
    /// From the question to the end of the answer.
    pub(super) duration: Duration,
    /// Of that, what was spent on messages that were not asked for: the service sends everything
    /// every time.
    pub(super) resend_time: Duration,
}

/// Asks for the messages of a session from where `tail` ends; answers with the end of the answer. An
/// event that nobody takes any more is dropped: the program is ending.
pub(super) async fn pull<S: ChatApi>(
    api: &S,
    events: &mpsc::Sender<Event>,
    (session, request_id): (SessionId, u64),
    cursor: PullCursor,
) -> (Result<Event, ApiError>, PullReport) {
    let began = Instant::now();
    let after = cursor.next_after();
    let is_awaited = cursor.is_new();
    let mut report = PullReport {
        cursor,
        from_start: after == MessageId::START,
        is_ordered: true,
        duration: Duration::ZERO,
        resend_time: Duration::ZERO,
    };
    let send = async |messages: Vec<Message>| {
        let arrived = Event::MessagesArrived {
            session,
            request_id,
            messages,
        };
        let _ended = events.send(arrived).await;
    };
    let mut last = Vec::new();
    let mut highest = after;
    let mut sends_all = false;
    let mut is_empty = true;
    let result = async {
        let mut pages = api.messages(session, after).await?;
        let answered = Instant::now();
        while let Some(messages) = pages.next().await? {
            if !last.is_empty() {
                send(std::mem::take(&mut last)).await;
            }
            for id in messages.iter().map(|message| message.id) {
                report.is_ordered &= id.is_synthetic() || id > highest;
                highest = highest.max(id);
                sends_all |= !id.is_synthetic() && id <= after;
            }
            is_empty &= messages.is_empty();
            report.cursor.observe(&messages);
            if is_awaited {
                send(messages).await;
            } else {
                last = messages;
            }
        }
        if sends_all {
            report.resend_time = answered.elapsed();
        }
        Ok(pages.is_complete_list())
    }
    .await;
    report.duration = began.elapsed();
    let messages = last;
    let ended = match result {
        Ok(is_list) => Ok(Event::MessagesComplete {
            session,
            request_id,
            coverage: match report.from_start {
                true if is_list => Coverage::Full,
                false if is_empty => Coverage::Empty,
                _ => Coverage::Tail,
            },
            messages,
        }),
        Err(error) => {
            if !messages.is_empty() {
                send(messages).await;
            }
            Err(error)
        }
    };
    (ended, report)
}
