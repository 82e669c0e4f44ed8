//! A service with an archive that is exported, and that fails on request.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::super::commands::{CommandResult, api_error, message, moment, run_on};
use super::super::fake_api::FakeStream;
use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, CurrentUser, Customer, EntityRef, MessageId, Scope,
    ServiceZone, Session, SessionId, SessionPage, Status,
};
use crate::commands::{Context, ExitStatus};
use crate::sync::{ApiError, ChatApi, ErrorKind};

/// Rows of an archive page.
const PAGE: usize = 3;

#[derive(Default)]
pub(super) struct Service {
    pub(super) rows: Mutex<BTreeMap<i64, Session>>,
    /// Errors of the next requests that are written so.
    errors: Mutex<BTreeMap<String, VecDeque<Option<ErrorKind>>>>,
    requests: Mutex<Vec<String>>,
    /// How long a page of the archive takes.
    pub(super) page_time: Duration,
    /// A session that only the live list has.
    pub(super) not_archived: Option<i64>,
    /// Interrupts the command at this request for messages, counted from 0.
    pub(super) interrupted_at: Option<usize>,
    is_interrupted: Notify,
    streams: AtomicUsize,
    open: AtomicUsize,
    /// The most transcripts that were read at once.
    pub(super) most_open: AtomicUsize,
}

impl Service {
    /// Sessions 1 to `count`, requested an hour apart; 5 and 6 are open, and every fourth is in a channel
    /// that is not the user's.
    pub(super) fn with_sessions(count: i64) -> Self {
        let service = Self::default();
        for id in 1..=count {
            service.rows.lock().unwrap().insert(id, session(id));
        }
        service
    }

    /// Lets the next requests fail: `list`, `live`, `session 3`, `messages 3`, and `end 3` for the end of the
    /// response.
    pub(super) fn fail(&self, request: &str, kinds: impl IntoIterator<Item = ErrorKind>) {
        let mut errors = self.errors.lock().unwrap();
        let kinds = kinds.into_iter().map(Some);
        errors.entry(request.to_owned()).or_default().extend(kinds);
    }

    /// As [`Self::fail`], after this many requests that succeed.
    pub(super) fn fail_after(&self, successes: usize, request: &str, kind: ErrorKind) {
        let mut kinds = vec![None; successes];
        kinds.push(Some(kind));
        let mut errors = self.errors.lock().unwrap();
        errors.insert(request.to_owned(), kinds.into());
    }

    pub(super) fn change(&self, id: i64, change: impl FnOnce(&mut Session)) {
        change(self.rows.lock().unwrap().get_mut(&id).unwrap());
    }

    /// The requests since the last call.
    pub(super) fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    pub(super) async fn run(&self, line: &str) -> CommandResult {
        self.run_in(line, |_| {}).await
    }

    pub(super) async fn run_in(
        &self,
        line: &str,
        change: impl FnOnce(&mut Context<'_>),
    ) -> CommandResult {
        let mut out = Vec::new();
        let line = format!("export {line} --time-zone UTC");
        let interrupted = async {
            self.is_interrupted.notified().await;
            ExitStatus::Signalled(2)
        };
        let (exit, stderr) = run_on(&line, self, change, &mut out, interrupted).await;
        CommandResult {
            exit,
            out: String::from_utf8(out).unwrap(),
            stderr,
        }
    }

    fn answer(&self, request: &str) -> Result<(), ApiError> {
        self.requests.lock().unwrap().push(request.to_owned());
        self.next_error(request)
    }

    fn next_error(&self, request: &str) -> Result<(), ApiError> {
        let mut errors = self.errors.lock().unwrap();
        let next = errors.get_mut(request).and_then(VecDeque::pop_front);
        next.flatten().map_or(Ok(()), |kind| Err(api_error(kind)))
    }
}

pub(super) fn session(id: i64) -> Session {
    let is_open = matches!(id, 5 | 6);
    let (channel, name) = if id % 4 == 0 {
        (8, "Billing")
    } else {
        (7, "Support NO")
    };
    let requested = moment("2026-03-20T12:00:00Z") + TimeDelta::hours(id);
    Session {
        id: SessionId(id),
        status: if is_open {
            Status::UserLast
        } else {
            Status::Closed
        },
        channel: Channel {
            id: ChannelId(channel),
            name: name.to_owned(),
            ..Channel::default()
        },
        customer: Customer {
            name: format!("Kari {id}"),
            company: "Fjord AS".to_owned(),
            ..Customer::default()
        },
        agent: (id != 1).then(|| Agent {
            id: AssociateId(31 + id % 2),
            name: ["Ola Hansen", "Åse Dahl"][usize::from(id % 2 == 1)].to_owned(),
        }),
        requested: Some(requested),
        ended: (!is_open).then(|| requested + TimeDelta::minutes(20)),
        last_message: "Takk".to_owned(),
        rating: (id == 2).then_some(4),
        ticket: (id == 2).then(|| EntityRef {
            id: 17,
            name: "Invoice".to_owned(),
        }),
        raw: format!("{{\"ChatSessionId\":{id}}}").into(),
        ..Session::default()
    }
}

/// A row of the archive lacks what only the session itself has.
fn archive_row(session: &Session) -> Session {
    Session {
        customer: Customer::default(),
        ticket: None,
        last_activity: None,
        ..session.clone()
    }
}

impl ChatApi for Service {
    type Messages = FakeStream;

    async fn sessions(
        &self,
        scope: Scope,
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        if scope == Scope::All {
            sleep(self.page_time).await;
        }
        self.answer(if scope == Scope::All { "list" } else { "live" })?;
        let rows = self.rows.lock().unwrap();
        if scope != Scope::All {
            let live = rows.values().filter(|row| !row.stage().is_over());
            let live = live.filter(|row| row.channel.id == ChannelId(7));
            return Ok(SessionPage {
                sessions: live.cloned().collect(),
                ..SessionPage::default()
            });
        }
        let end = below.map_or(i64::MAX, |id| id.0);
        let archived = rows.range(..end).rev();
        let archived = archived.filter(|(id, _)| Some(**id) != self.not_archived);
        let page: Vec<_> = archived.take(PAGE).collect();
        Ok(SessionPage {
            next: page.last().map(|(id, _)| SessionId(**id)),
            sessions: page.iter().map(|(_, row)| archive_row(row)).collect(),
            ..SessionPage::default()
        })
    }

    async fn session(&self, id: SessionId) -> Result<Session, ApiError> {
        self.answer(&format!("session {id}"))?;
        let rows = self.rows.lock().unwrap();
        let found = rows.get(&id.0).cloned();
        found.ok_or_else(|| ApiError::new(ErrorKind::NotFound, format!("Session {id} not found")))
    }

    async fn messages(&self, session: SessionId, after: MessageId) -> Result<FakeStream, ApiError> {
        assert_eq!(after, MessageId::START);
        self.answer(&format!("messages {session}"))?;
        let number = self.streams.fetch_add(1, Ordering::SeqCst);
        if self.interrupted_at.is_some_and(|at| at <= number) {
            self.is_interrupted.notify_one();
            return std::future::pending().await;
        }
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_open.fetch_max(open, Ordering::SeqCst);
        sleep(Duration::from_millis(250)).await;
        self.open.fetch_sub(1, Ordering::SeqCst);
        let text = self.rows.lock().unwrap()[&session.0].last_message.clone();
        let id = session.0 * 10;
        let end = self.next_error(&format!("end {session}"));
        // The later one has the smaller id.
        let first = Ok(vec![message(id + 2, 0, "Hei"), message(id + 1, 60, &text)]);
        Ok(FakeStream(
            [vec![first], end.err().map(Err).into_iter().collect()]
                .concat()
                .into(),
        ))
    }

    async fn channels(&self) -> Result<Vec<Channel>, ApiError> {
        self.answer("channels")?;
        Ok(vec![session(1).channel])
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, ApiError> {
        Ok(Vec::new())
    }

    async fn user_zone(&self) -> Result<ServiceZone, ApiError> {
        self.answer("zone")?;
        Ok(ServiceZone {
            code: "UTC".to_owned(),
            active: true,
            ..ServiceZone::default()
        })
    }

    async fn me(&self) -> Result<CurrentUser, ApiError> {
        self.answer("me")?;
        Ok(session(2).agent.unwrap())
    }

    fn set_time_zone(&self, _: &str, _: Option<Tz>) {}
}

/// Names and contents of the files in a folder.
pub(super) fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap();
    let file = |entry: Result<fs::DirEntry, _>| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read_to_string(entry.path()).unwrap())
    };
    entries.map(file).collect()
}

/// The numbers of the sessions that have a file.
pub(super) fn exported(folder: &Path) -> Vec<i64> {
    let names = files(folder).into_keys();
    let number = |name: String| name.strip_prefix("chat-")?.split('.').next()?.parse().ok();
    let mut numbers: Vec<i64> = names.filter_map(number).collect();
    numbers.sort_unstable();
    numbers
}

/// The lines of a manifest.
pub(super) fn manifest(folder: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(folder.join("sochat-export.jsonl")).unwrap();
    let lines = text.lines();
    lines.map(|it| serde_json::from_str(it).unwrap()).collect()
}
