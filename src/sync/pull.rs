//! One pull: requests the messages of a session after its cursor and reports them as they arrive.
//!
//! The user waits for the pages of the first pull only. Later each page is reported when the next
//! one arrives, so that a response without anything new causes a single event.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::cursor::PullCursor;
use super::{ApiError, ChatApi, MessageStream, PullExtent, SyncEvent};
use crate::chat::{Message, MessageId, SessionId, Timestamp, TurnScan, TurnScanner, WaitRead};

/// A response with messages while it arrives: how much has arrived, and what is unusual about it.
#[derive(Debug)]
pub(crate) struct Pull {
    /// The cursor before it, and so far.
    known: PullCursor,
    cursor: PullCursor,
    after: MessageId,
    highest: MessageId,
    is_ordered: bool,
    received: usize,
    /// Ids of known messages that came with their known time, and with another one: one response may have
    /// both.
    confirmed: BTreeSet<MessageId>,
    contradicted: BTreeSet<MessageId>,
    /// Whether messages came that were not requested.
    resends: bool,
    answered_at: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PullStart {
    /// At the first message, the session being new or short.
    First,
    /// At the first message, everything being read again.
    Reread,
    Cursor,
}

/// How far a pull came, and what it cost.
#[derive(Debug)]
pub(crate) struct PullReport {
    /// The cursor after it.
    pub(super) cursor: PullCursor,
    pub(super) start: PullStart,
    /// Whether every id was above the one before: then all messages up to the last one have arrived.
    pub(crate) is_ordered: bool,
    /// Whether the service no longer has what it had, so that everything is to be read again: it was
    /// restored from a backup, or the session was reset.
    pub(crate) needs_reread: bool,
    pub(super) extent: PullExtent,
    /// From the start of the response to its end, without the wait for the rate limit; zero without a
    /// response.
    pub(super) duration: Duration,
    /// The part of it spent on messages that were not requested: some services ignore the cursor
    /// and send everything every time.
    pub(super) resend_time: Duration,
}

impl PullReport {
    /// Returns `true` if it requested the messages from the first one on.
    pub(super) fn is_from_start(&self) -> bool {
        self.start != PullStart::Cursor
    }
}

impl Pull {
    pub(super) fn new(cursor: PullCursor) -> Self {
        let after = cursor.next_after();
        Self {
            known: cursor.clone(),
            cursor,
            after,
            highest: after,
            is_ordered: true,
            received: 0,
            confirmed: BTreeSet::new(),
            contradicted: BTreeSet::new(),
            resends: false,
            answered_at: None,
        }
    }

    /// Requests the messages and passes on each batch as it arrives, also if the response is cut later.
    pub(crate) async fn run<S: ChatApi, F: Future<Output = ()>>(
        mut self,
        api: &S,
        session: SessionId,
        mut pass_on: impl FnMut(Vec<Message>) -> F,
    ) -> (Result<(), ApiError>, PullReport) {
        let is_list = async {
            let mut batches = api.messages(session, self.after).await?;
            self.answered_at = Some(Instant::now());
            while let Some(messages) = batches.next().await? {
                self.on_batch(&messages);
                pass_on(messages).await;
            }
            Ok(batches.is_complete_list())
        }
        .await;
        let report = self.finish(is_list.as_ref().ok().copied());
        (is_list.map(drop), report)
    }

    fn on_batch(&mut self, messages: &[Message]) {
        for message in messages {
            let id = message.id;
            self.is_ordered &= id.is_synthetic() || id > self.highest;
            self.highest = self.highest.max(id);
            self.resends |= !id.is_synthetic() && id <= self.after;
            match self.known.is_same(message) {
                Some(true) => drop(self.confirmed.insert(id)),
                Some(false) => drop(self.contradicted.insert(id)),
                None => {}
            }
        }
        self.received += messages.len();
        self.cursor.observe(messages);
    }

    /// The report at the end; `is_list` is that of the stream, or `None` if the response was cut.
    fn finish(self, is_list: Option<bool>) -> PullReport {
        let duration = self.answered_at.map_or(Duration::ZERO, |at| at.elapsed());
        let start = if self.known.is_reread() {
            PullStart::Reread
        } else if self.known.is_at_start() {
            PullStart::First
        } else {
            PullStart::Cursor
        };
        // Nothing is requested again where the newest message alone is too big.
        let repeated = self.known.newest().filter(|newest| self.after < *newest);
        let is_empty = self.received == 0;
        let is_missing = is_empty && repeated.is_some();
        let is_inconsistent = !self.contradicted.is_subset(&self.confirmed);
        let is_other = repeated > Some(self.highest) || is_inconsistent;
        let extent = match (start, is_list) {
            (PullStart::Cursor, _) => PullExtent::Tail,
            // One empty response may be a fault: the next one decides.
            (_, Some(true)) if !is_missing => PullExtent::Full,
            (PullStart::Reread, Some(false)) if is_empty => PullExtent::Empty,
            _ => PullExtent::Tail,
        };
        PullReport {
            start,
            is_ordered: self.is_ordered,
            needs_reread: is_list.is_some()
                && (is_missing || is_other && start == PullStart::Cursor),
            extent,
            duration,
            resend_time: match is_list {
                Some(_) if self.resends => duration,
                _ => Duration::ZERO,
            },
            cursor: self.cursor,
        }
    }
}

/// Pulls the messages of a session and returns the event for the end of the response. Events that
/// the receiver no longer accepts are dropped: the program is ending.
pub(super) async fn pull<S: ChatApi>(
    api: &S,
    events: &mpsc::Sender<SyncEvent>,
    (session, request_id): (SessionId, u64),
    cursor: PullCursor,
) -> (Result<SyncEvent, ApiError>, PullReport) {
    let is_first = cursor.is_new();
    let send = |messages: Vec<Message>| async move {
        if !messages.is_empty() {
            let arrived = SyncEvent::MessagesArrived {
                session,
                request_id,
                messages,
            };
            let _ended = events.send(arrived).await;
        }
    };
    let mut last = Vec::new();
    let pass_on = |messages| {
        send(if is_first {
            messages
        } else {
            std::mem::replace(&mut last, messages)
        })
    };
    let (result, report) = Pull::new(cursor).run(api, session, pass_on).await;
    if result.is_err() {
        send(std::mem::take(&mut last)).await;
    }
    let completed = result.map(|()| SyncEvent::MessagesComplete {
        session,
        request_id,
        extent: report.extent,
        messages: last,
    });
    (completed, report)
}

/// Ids before the last one that a wait read requests again. They are counted over all sessions, so few
/// of them belong to this one.
const WAIT_OVERLAP: i64 = 500;

/// Messages of a wait read that are not older than this are passed on: others would be no news.
const RECENT: TimeDelta = TimeDelta::minutes(10);

/// Reads a transcript for how long the customer waits; only times, ids and the messages of the last minutes are
/// stored. Where not even the messages come that are requested again, the session was reset
/// or restored: the scan is discarded, and the next read begins at its start.
pub(super) async fn read_wait<S: ChatApi>(
    api: &S,
    read: WaitRead,
    now: Timestamp,
) -> Result<SyncEvent, ApiError> {
    let session = read.session;
    let after = MessageId((read.scan.cursor.0 - WAIT_OVERLAP).max(MessageId::START.0));
    let known = if after > MessageId::START {
        read.scan
    } else {
        TurnScan::default()
    };
    let scanned = scan_turns(api, session, after, known, now).await?;
    let (scan, recent) = scanned.unwrap_or_default();
    Ok(SyncEvent::WaitRead {
        session,
        scan: Some(scan),
        recent,
    })
}

/// Continues a scan, and collects the recent messages; `None` if the response is empty.
async fn scan_turns<S: ChatApi>(
    api: &S,
    session: SessionId,
    after: MessageId,
    scan: TurnScan,
    now: Timestamp,
) -> Result<Option<(TurnScan, Vec<Message>)>, ApiError> {
    let mut scanner = TurnScanner::new(scan, now);
    let mut is_empty = true;
    let mut recent = Vec::new();
    let mut pages = api.messages(session, after).await?;
    while let Some(messages) = pages.next().await? {
        is_empty &= messages.is_empty();
        scanner.observe(&messages);
        let is_recent = |message: &Message| message.posted.is_some_and(|at| at > now - RECENT);
        recent.extend(messages.into_iter().filter(is_recent));
    }
    Ok((!is_empty).then(|| (scanner.finish(), recent)))
}
