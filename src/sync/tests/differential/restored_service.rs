//! A service that commits rows late and is restored from backups: what it holds at any time is computed
//! from the seed in advance.

use std::time::Duration;

use chrono::TimeDelta;
use fastrand::Rng;

use super::QUIET_FROM;
use crate::chat::{Message, RichText, Session, SessionId, Status};
use crate::sync::ErrorKind;
use crate::sync::tests::fake_api::{self, ApiCall, Reply, ReplyMode};
use crate::sync::tests::{ms, s};

pub(super) const SESSIONS: [SessionId; 3] = [SessionId(1), SessionId(2), SessionId(3)];

/// When it is restored, and to which time before that.
const RESTORES: [(Duration, Duration); 3] = [
    (s(7 * 60), s(90)),
    (s(13 * 60), s(20)),
    (s(19 * 60), s(300)),
];
/// A row is committed this much after its id was taken.
const MAX_COMMIT_DELAY: u64 = 20_000;
/// How many of a thousand replies fail.
const FAULTS: u32 = 180;
/// All readers have had their first answer by then.
const FAULTS_FROM: Duration = s(5);
const PAGE_SIZE: usize = 20;

/// A row with the time in which it is there.
struct Row {
    message: Message,
    from: Duration,
    until: Duration,
}

pub(super) struct RestoredService {
    sessions: Vec<Vec<Row>>,
    /// Whether it only commits late: without faults and restores, only the regular re-read finds a row.
    is_calm: bool,
    start: tokio::time::Instant,
}

impl RestoredService {
    pub(super) fn new(seed: u64, is_calm: bool) -> Self {
        let mut random = Rng::with_seed(seed);
        let restores = if is_calm { &[] } else { &RESTORES[..] };
        Self {
            sessions: SESSIONS.map(|id| rows(id, restores, &mut random)).into(),
            is_calm,
            start: tokio::time::Instant::now(),
        }
    }

    /// The messages of a session at a time, in display order.
    pub(super) fn held(&self, session: SessionId, at: Duration) -> Vec<Message> {
        let mut held = self.messages(session, at, 0);
        held.sort_by_key(|message| (message.posted, message.id));
        held
    }

    /// How much of what it does happened in the first session.
    pub(super) fn summary(&self) -> String {
        let rows = &self.sessions[0];
        let late = rows.iter().filter(|row| row.is_late()).count();
        let lost = rows.iter().filter(|row| row.until < Duration::MAX).count();
        format!("{late} late, {lost} lost in a restore")
    }

    fn rows_at(&self, session: SessionId, at: Duration) -> impl Iterator<Item = &Row> {
        let index = SESSIONS.iter().position(|id| *id == session).unwrap();
        let rows = self.sessions[index].iter();
        rows.filter(move |row| row.from <= at && at < row.until)
    }

    /// The messages above an id, by id.
    fn messages(&self, session: SessionId, at: Duration, after: i64) -> Vec<Message> {
        let rows = self.rows_at(session, at);
        let above = rows.filter(|row| row.message.id.0 > after);
        let mut messages: Vec<_> = above.map(|row| row.message.clone()).collect();
        messages.sort_by_key(|message| message.id);
        messages
    }

    pub(super) fn respond(&self, call: &ApiCall, random: &mut Rng) -> Reply {
        let at = self.start.elapsed();
        let may_fail = !self.is_calm && (FAULTS_FROM..QUIET_FROM).contains(&at);
        let mode = if may_fail && random.u32(0..1000) < FAULTS {
            random_fault(random)
        } else {
            ReplyMode::Fine
        };
        let delay = ms(random.u64(5..100));
        match (mode, call) {
            (ReplyMode::Fails(kind), _) => Reply::fault(kind).with_delay(delay),
            (ReplyMode::Hangs(time), _) => Reply::fault(ErrorKind::Network).with_delay(time),
            (ReplyMode::Slow(pause), ApiCall::Messages { session, after }) => {
                let messages = self.messages(*session, at, *after);
                let pages = messages.chunks(1).map(<[Message]>::to_vec).take(4);
                Reply::pages(pause, pages).truncated()
            }
            (_, ApiCall::Messages { session, after }) => {
                let messages = self.messages(*session, at, *after);
                Reply::to_pull(messages, *after, mode, PAGE_SIZE).with_delay(delay)
            }
            (_, ApiCall::List { .. }) => {
                let rows = SESSIONS.map(|id| self.row(id, at));
                Reply::listing(rows.into(), None).with_delay(delay)
            }
            (_, ApiCall::Session(id)) => Reply::session(self.row(*id, at)).with_delay(delay),
            _ => Reply::ok().with_delay(delay),
        }
    }

    fn row(&self, id: SessionId, at: Duration) -> Session {
        let last = self.rows_at(id, at).max_by_key(|row| row.message.id);
        let last = last.map(|row| &row.message);
        Session {
            id,
            status: Status::CustomerLast,
            last_message: last.map_or_else(String::new, |last| last.body.text.clone()),
            last_activity: last.and_then(|last| last.posted),
            ..Session::default()
        }
    }
}

impl Row {
    fn is_late(&self) -> bool {
        let written = self.message.posted.unwrap() - fake_api::message(0, 0).posted.unwrap();
        self.from > written.to_std().unwrap() + s(1)
    }
}

/// The unique name of a message in a line of output, such as `m1-17-`.
pub(super) fn name_in(line: &str) -> Option<&str> {
    let start = line.find("m1-")?;
    let end = line.get(start + 3..)?.find('-')? + start + 4;
    line.get(start..end)
}

/// The rows of a session. A restore removes the newest, and their ids are used again.
fn rows(session: SessionId, restores: &[(Duration, Duration)], random: &mut Rng) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let (mut written, mut id) = (Duration::ZERO, 0);
    let mut restores = restores.iter().copied().peekable();
    while written + ms(MAX_COMMIT_DELAY) < QUIET_FROM {
        // In some minutes so fast that a row committed late is far below the newest.
        let is_burst = written.as_secs() / 60 % 5 == 2;
        let pause = if is_burst { 100..500 } else { 300..8_000 };
        written += ms(random.u64(pause));
        if let Some((restored, back)) = restores.next_if(|(restored, _)| *restored <= written) {
            for row in &mut rows {
                if row.from + back > restored {
                    row.until = row.until.min(restored);
                }
            }
            let kept = rows.iter().filter(|row| row.until == Duration::MAX);
            id = kept.map(|row| row.message.id.0).max().unwrap_or(0);
        }
        // Some ids were taken by others, or rolled back.
        id += random.i64(1..6);
        let delay = match random.u8(0..10) {
            0..7 => random.u64(0..300),
            _ => random.u64(0..MAX_COMMIT_DELAY),
        };
        let name = format!("m{session}-{}-", rows.len());
        let mut message = fake_api::message(id, 0);
        let posted = message
            .posted
            .map(|at| at + TimeDelta::from_std(written).unwrap());
        message.posted = posted;
        message.raw = format!(r#"{{"ChatMessageId":{id},"Message":"{name}"}}"#).into();
        message.body = RichText::plain(name);
        rows.push(Row {
            message,
            from: written + ms(delay),
            until: Duration::MAX,
        });
    }
    rows
}

fn random_fault(random: &mut Rng) -> ReplyMode {
    let busy = |retry_after| ReplyMode::Fails(ErrorKind::Busy { retry_after });
    match random.u8(0..14) {
        // A reset; a page of HTML; 500; 503; 404; 400; 401.
        0..2 => ReplyMode::Fails(ErrorKind::Network),
        2 => ReplyMode::Fails(ErrorKind::InvalidResponse),
        3 => busy(None),
        4 => busy(Some(ms(random.u64(500..5_000)))),
        5 => ReplyMode::Fails(ErrorKind::NotFound),
        6 => ReplyMode::Fails(ErrorKind::Config),
        7 => ReplyMode::Fails(ErrorKind::SignIn),
        // 429 with `Retry-After: 0` or a date in the past.
        8 => busy(Some(Duration::ZERO)),
        9..11 => ReplyMode::Cut(random.usize(0..30)),
        // `null`, or no content.
        11 => ReplyMode::Nothing,
        // Arrives slowly, then breaks off.
        12 => ReplyMode::Slow(s(3)),
        _ => ReplyMode::Hangs(s(30)),
    }
}
