//! Transcripts of a brief: the waits of now and of then, and links.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use tokio::sync::{Mutex, mpsc};

use super::super::CommandError;
use super::super::transcripts::{SharedContext, TranscriptScan, read_transcripts};
use super::{BriefRows, SentLink, Times, has_activity_since};
use crate::chat::{
    Direction, Message, Session, SessionId, Stage, TurnScan, TurnScanner, Wait, WaitTracker,
    is_openable,
};
use crate::sync::ChatApi;

/// Transcripts read for one brief; what was written last comes first.
const MAX_READS: usize = 200;

/// The results of the transcripts read.
pub(super) struct Reading {
    by_session: HashMap<SessionId, Findings>,
    pub(super) read: usize,
    /// Transcripts that are needed and were not read.
    pub(super) not_read: usize,
}

/// The data stored of a transcript while it is read.
#[derive(Clone)]
struct BriefScan {
    now: TurnScanner,
    then: TurnScanner,
    links: Vec<SentLink>,
    customer: String,
    times: Times,
}

/// What one transcript adds to the brief.
struct Findings {
    now: TurnScan,
    /// The turn at the time that the brief begins at.
    then: TurnScan,
    links: Vec<SentLink>,
    /// The customer as named there; the archive's rows have no names.
    customer: String,
}

/// Reads the transcripts that a brief needs, and makes the waits exact.
pub(super) async fn read_transcripts_of<S: ChatApi>(
    api: &S,
    rows: &mut BriefRows,
    waits: &mut WaitTracker,
    times: Times,
    shared: &Mutex<SharedContext<'_, '_>>,
) -> Result<Reading, CommandError> {
    let needed = needed_transcripts(rows, waits, times);
    let total = needed.len().min(MAX_READS);
    let (sender, receiver) = mpsc::channel(total.max(1));
    for id in needed.iter().take(MAX_READS) {
        // The channel has space for all.
        let _sent = sender.try_send((*id, ()));
    }
    drop(sender);
    let found = Mutex::new(HashMap::new());
    let scan = BriefScan::new(times);
    let finish = async |id: SessionId, (): (), scan: BriefScan| {
        let mut found = found.lock().await;
        found.insert(id, scan.finish());
        let done = found.len();
        let line = || format!("{done} of {total} transcripts read");
        shared.lock().await.context.show_progress(line);
    };
    match read_transcripts(api, shared, receiver, &scan, finish).await {
        Ok(()) => {}
        Err(CommandError::Service(error)) => {
            rows.interrupted.get_or_insert(error);
        }
        Err(error) => return Err(error),
    }
    let by_session = found.into_inner();
    for (id, findings) in &by_session {
        waits.apply_scan(*id, findings.now, times.now);
    }
    Ok(Reading {
        read: by_session.len(),
        not_read: needed.len() - by_session.len(),
        by_session,
    })
}

/// The transcripts to read: those of customers whose wait may be longer, then the others, those first in which
/// something was written last.
fn needed_transcripts(rows: &BriefRows, waits: &WaitTracker, times: Times) -> Vec<SessionId> {
    let waiting = rows.live.iter().filter(|row| row.stage().is_waiting());
    let waiting: HashSet<_> = waiting.map(|row| row.id).collect();
    let bounds = waits.reads(times.now, usize::MAX).into_iter();
    let bounds = bounds.map(|read| read.session);
    let mut needed: Vec<_> = bounds.filter(|id| waiting.contains(id)).collect();
    let mut others: Vec<_> = rows.all().filter(|row| is_needed(row, times)).collect();
    others.sort_by_key(|row| Reverse((row.last_active(), row.id)));
    needed.extend(others.into_iter().map(|row| row.id));
    let mut seen = HashSet::new();
    needed.retain(|id| seen.insert(*id));
    needed
}

/// Returns `true` if links may have been sent today, or if only the transcript shows whether the customer had an
/// answer at the time given.
fn is_needed(row: &Session, times: Times) -> bool {
    let is_of_today = has_activity_since(row, times.today);
    let is_known_from_row = !has_activity_since(row, times.since);
    is_of_today || times.was_open(row) && !is_known_from_row
}

impl BriefScan {
    fn new(times: Times) -> Self {
        let scanner = TurnScanner::new(TurnScan::default(), times.now);
        Self {
            now: scanner.clone(),
            then: scanner,
            links: Vec::new(),
            customer: String::new(),
            times,
        }
    }

    fn finish(self) -> Findings {
        Findings {
            now: self.now.finish(),
            then: self.then.finish(),
            links: self.links,
            customer: self.customer,
        }
    }

    /// Adds the links sent to the customer today that can be opened, each address once.
    fn add_links(&mut self, message: &Message) {
        let sent = message.sort_time().filter(|sent| {
            *sent <= self.times.now && self.times.today.is_reached(*sent) && is_sent(message)
        });
        let Some(sent) = sent else {
            return;
        };
        for link in message.links() {
            let is_known = self.links.iter().any(|known| known.address == link.target);
            if is_openable(&link.target) && !link.is_image && !is_known {
                self.links.push(SentLink {
                    message: message.id,
                    sent,
                    author: message.author_name().to_owned(),
                    address: link.target.into_owned(),
                });
            }
        }
    }
}

impl TranscriptScan for BriefScan {
    fn observe(&mut self, messages: &[Message]) {
        self.now.observe(messages);
        let times = self.times;
        let then = messages.iter();
        self.then
            .observe(then.filter(|message| times.is_before_since(message.sort_time())));
        for message in messages {
            if self.customer.is_empty() && message.is_of_customer() {
                self.customer.clone_from(&message.author);
            }
            self.add_links(message);
        }
    }
}

/// Returns `true` for what agents, bots and the service write.
fn is_sent(message: &Message) -> bool {
    message.direction != Direction::ToUser && !message.is_of_customer()
}

impl Reading {
    /// Since when a customer had no answer at the time given; `None` if the customer did not wait then, as far
    /// as is known.
    pub(super) fn unanswered(
        &self,
        session: &Session,
        waits: &WaitTracker,
        times: Times,
    ) -> Option<Wait> {
        if !times.was_open(session) {
            return None;
        }
        let exact = |since| Wait {
            since,
            is_exact: true,
        };
        let findings = self.by_session.get(&session.id);
        let was_answered = findings.is_some_and(|findings| findings.then.answered.is_some());
        let was_queued = match session.started {
            Some(started) => times.since.is_reached(started),
            None => matches!(session.stage(), Stage::Queued | Stage::Missed),
        };
        if was_queued && !was_answered {
            return session.requested.map(exact);
        }
        if let Some(findings) = findings {
            return findings.then.unanswered.map(|(at, _)| exact(at));
        }
        // No message was written since.
        let is_unmoved = times.is_before_since(session.last_activity);
        let is_same = session.stage() == Stage::NeedsReply && is_unmoved;
        is_same.then(|| waits.wait(session)).flatten()
    }

    /// The session with the name that its transcript has, if its row has none.
    pub(super) fn with_name(&self, session: &Session) -> Session {
        let mut session = session.clone();
        if session.customer_name().is_none()
            && let Some(findings) = self.by_session.get(&session.id)
        {
            session.customer.name.clone_from(&findings.customer);
        }
        session
    }

    /// The links sent today, the latest first.
    pub(super) fn into_links(self) -> Vec<(SessionId, SentLink)> {
        let all = self.by_session.into_iter();
        let all = all.flat_map(|(id, findings)| findings.links.into_iter().map(move |it| (id, it)));
        let mut links: Vec<_> = all.collect();
        links.sort_by_key(|(session, link)| Reverse((link.sent, *session, link.message)));
        links
    }
}
