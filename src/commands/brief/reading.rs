//! What the transcripts of a brief tell: waits of now and of then, and links.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use tokio::sync::{Mutex, mpsc};

use super::super::filter::last_activity;
use super::super::retry::Retries;
use super::super::transcripts::{SharedContext, read_transcripts};
use super::super::{Context, Error};
use super::{Rows, SentLink, Times, has_moved};
use crate::chat::{
    Direction, Message, Session, SessionId, Stage, Transcript, TurnScan, TurnScanner, Wait,
    WaitTracker,
};
use crate::sync::ChatApi;

/// Transcripts read for one brief; what was written last comes first.
const MAX_READS: usize = 200;

/// What was read.
pub(super) struct Reading {
    by_session: HashMap<SessionId, Findings>,
    /// Transcripts that could not be read.
    pub(super) failed: usize,
    pub(super) read: usize,
    /// Transcripts that are needed and were not read.
    pub(super) not_read: usize,
}

/// What one transcript tells.
struct Findings {
    now: TurnScan,
    /// At the time that the brief is since.
    then: TurnScan,
    links: Vec<SentLink>,
    /// The customer as named there; the archive's rows have no names.
    customer: String,
}

/// Reads the transcripts that a brief needs, and makes the waits exact.
pub(super) async fn read_transcripts_of<S: ChatApi>(
    api: &S,
    rows: &mut Rows,
    waits: &mut WaitTracker,
    times: Times,
    context: &mut Context<'_>,
) -> Result<Reading, Error> {
    let needed = needed_transcripts(rows, waits, times);
    let total = needed.len().min(MAX_READS);
    let (sender, receiver) = mpsc::channel(total.max(1));
    for id in needed.iter().take(MAX_READS) {
        // There is space for all.
        let _sent = sender.try_send((*id, ()));
    }
    drop(sender);
    let found = Mutex::new(HashMap::new());
    let shared = SharedContext::new(context, Retries::answered());
    let observe = async |id: SessionId, (): (), transcript: Transcript| {
        let mut found = found.lock().await;
        found.insert(id, Findings::of(id, &transcript, times));
        let done = found.len();
        let line = || format!("{done} of {total} transcripts read");
        shared.lock().await.context.show_progress(line);
    };
    match read_transcripts(api, &shared, receiver, observe).await {
        Ok(()) => {}
        Err(Error::Service(error)) => {
            rows.interrupted.get_or_insert(error);
        }
        Err(error) => return Err(error),
    }
    let failed = shared.into_inner().failed;
    let by_session = found.into_inner();
    for (id, findings) in &by_session {
        waits.apply_scan(*id, findings.now, times.now);
    }
    Ok(Reading {
        failed,
        read: by_session.len(),
        not_read: needed.len() - by_session.len(),
        by_session,
    })
}

/// The transcripts to read: those of customers whose wait may be longer, then the others, those first in which
/// something was written last.
fn needed_transcripts(rows: &Rows, waits: &WaitTracker, times: Times) -> Vec<SessionId> {
    let waiting = rows.live.iter().filter(|row| row.stage().is_waiting());
    let waiting: HashSet<_> = waiting.map(|row| row.id).collect();
    let bounds = waits.reads(times.now, usize::MAX).into_iter();
    let bounds = bounds.map(|read| read.session);
    let mut needed: Vec<_> = bounds.filter(|id| waiting.contains(id)).collect();
    let mut others: Vec<_> = rows.all().filter(|row| is_needed(row, times)).collect();
    others.sort_by_key(|row| Reverse((last_activity(row), row.id)));
    needed.extend(others.into_iter().map(|row| row.id));
    let mut seen = HashSet::new();
    needed.retain(|id| seen.insert(*id));
    needed
}

/// Returns `true` if links may have been sent today, or if only the transcript tells whether the customer had an
/// answer at the time given.
fn is_needed(row: &Session, times: Times) -> bool {
    let is_of_today = has_moved(row, times.today);
    let is_told_by_row = !has_moved(row, times.since);
    is_of_today || times.was_open(row) && !is_told_by_row
}

impl Findings {
    fn of(session: SessionId, transcript: &Transcript, times: Times) -> Self {
        let mut then = TurnScanner::new(TurnScan::default(), times.now);
        let messages = transcript.iter();
        then.observe(messages.filter(|message| times.is_before_since(message.sort_time())));
        Self {
            now: TurnScan::of_transcript(transcript, times.now),
            then: then.finish(),
            links: links_of_today(session, transcript, times),
            customer: transcript
                .iter()
                .find(|message| message.is_of_customer() && !message.author.is_empty())
                .map_or_else(String::new, |message| message.author.clone()),
        }
    }
}

/// The links sent to the customer today, each address once.
fn links_of_today(session: SessionId, transcript: &Transcript, times: Times) -> Vec<SentLink> {
    let mut links: Vec<SentLink> = Vec::new();
    for message in transcript.iter().filter(|message| is_sent(message)) {
        let Some(sent) = message.sort_time() else {
            continue;
        };
        if sent > times.now || !times.today.is_reached(sent) {
            continue;
        }
        for link in message.links() {
            if !link.is_image && links.iter().all(|known| known.address != link.target) {
                links.push(SentLink {
                    session,
                    message: message.id,
                    sent,
                    author: message.speaker().to_owned(),
                    address: link.target.into_owned(),
                });
            }
        }
    }
    links
}

/// Returns `true` for what agents, bots and the service write.
fn is_sent(message: &Message) -> bool {
    message.direction != Direction::ToUser && !message.is_of_customer()
}

impl Reading {
    /// Since when a customer had no answer at the time given; `None` if nobody waited then, as far as is known.
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
        // Nobody has written since.
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
    pub(super) fn into_links(self) -> Vec<SentLink> {
        let all = self.by_session.into_values();
        let mut links: Vec<_> = all.flat_map(|findings| findings.links).collect();
        links.sort_by_key(|link| Reverse((link.sent, link.session, link.message)));
        links
    }
}
