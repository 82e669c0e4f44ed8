//! A service with sessions and messages, and with or without a search of its own.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, CurrentUser, Direction, FoundMessage, Message,
    MessageEdge, MessageId, MessageMark, MessagePage, MessageSearch, Original, RichText, Scope,
    SearchProbe, ServiceZone, Session, SessionId, SessionPage, Timestamp,
};
use crate::sync::search::{SearchHit, SearchReport, SearchRequest, SearchUpdate, search};
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream};
use crate::text::{SearchQuery, TimeZone};

/// Rows of a page.
pub(super) const PAGE: usize = 10;

pub(super) fn now() -> Timestamp {
    "2026-03-28T20:30:00Z".parse().unwrap()
}

/// Session `id` was requested this many days ago; its channel is 7, or 8 for an even id.
pub(super) fn session(id: i64, days: i64) -> Session {
    let channel = if id % 2 == 0 { 8 } else { 7 };
    Session {
        id: SessionId(id),
        channel: Channel {
            id: ChannelId(channel),
            ..Channel::default()
        },
        agent: Some(Agent {
            id: AssociateId(id % 3),
            name: String::new(),
        }),
        requested: Some(now() - TimeDelta::days(days)),
        ..Session::default()
    }
}

/// Message `id` was posted this many days ago.
pub(super) fn message(id: i64, days: i64, text: &str) -> Message {
    Message {
        id: MessageId(id),
        posted: Some(now() - TimeDelta::days(days)),
        inferred_time: None,
        direction: Direction::ToUser,
        author: "Kari".to_owned(),
        body: RichText::plain(text),
        special: None,
        read_by_customer: false,
        unreadable: None,
        raw: "".into(),
        time_in_raw: None,
        original: Original::default(),
    }
}

#[derive(Default)]
pub(super) struct FakeService {
    pub(super) sessions: BTreeMap<SessionId, (Session, Vec<Message>)>,
    /// The channels of the user.
    pub(super) channels: Vec<i64>,
    /// Sessions that the archive does not list, and whose transcripts may not be read.
    pub(super) forbidden: Vec<i64>,
    /// The next failures of a request whose name begins with this.
    pub(super) failures: Mutex<Vec<(&'static str, VecDeque<ErrorKind>)>>,
    /// Requests of this name are refused.
    pub(super) refused: Vec<(&'static str, ErrorKind)>,
    /// How long the service takes for an id that its search scans.
    pub(super) per_id: Duration,
    /// Messages by place are found without the filter.
    pub(super) ignores_filter: bool,
    /// In each page of the archive: rows that cannot be read, and why there may be more.
    pub(super) unreadable_count: usize,
    pub(super) incomplete: Option<String>,
    pub(super) requests: Mutex<Vec<String>>,
}

impl FakeService {
    pub(super) fn new(sessions: impl IntoIterator<Item = (Session, Vec<Message>)>) -> Self {
        let sessions = sessions.into_iter().map(|(mut session, messages)| {
            let texts = [messages.first(), messages.last()];
            let [first, last] =
                texts.map(|it| it.map_or(String::new(), |message| message.body.text.clone()));
            (session.first_message, session.last_message) = (first, last);
            (session.id, (session, messages))
        });
        Self {
            sessions: sessions.collect(),
            channels: vec![7],
            ..Self::default()
        }
    }

    /// The requests since the last time.
    pub(super) fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    fn respond(&self, request: &str) -> Result<(), ApiError> {
        self.requests.lock().unwrap().push(request.to_owned());
        let failure = {
            let mut failures = self.failures.lock().unwrap();
            let mut failures = failures.iter_mut();
            let of_request = failures.find(|(name, _)| request.starts_with(name));
            of_request.and_then(|(_, kinds)| kinds.pop_front())
        };
        let mut refused = self.refused.iter();
        let refused = refused.find(|(name, _)| request.starts_with(name));
        match failure.or(refused.map(|(_, kind)| *kind)) {
            Some(kind) => Err(ApiError::new(kind, "it broke")),
            None => Ok(()),
        }
    }

    fn rows(&self, below: Option<SessionId>, is: impl Fn(&Session) -> bool) -> SessionPage {
        let rows = self.sessions.values().rev().map(|(session, _)| session);
        let rows = rows.filter(|it| below.is_none_or(|below| it.id < below) && is(it));
        let rows = rows.filter(|it| !self.forbidden.contains(&it.id.0));
        let sessions: Vec<_> = rows.take(PAGE).cloned().collect();
        SessionPage {
            next: sessions.iter().map(|row| row.id).min(),
            sessions,
            unreadable_count: self.unreadable_count,
            incomplete: self.incomplete.clone(),
            ..SessionPage::default()
        }
    }

    fn messages_by_id(&self) -> BTreeMap<MessageId, FoundMessage> {
        let sessions = self.sessions.values();
        let all = sessions.flat_map(|(session, messages)| {
            messages.iter().map(|message| FoundMessage {
                session: Session {
                    id: session.id,
                    channel: session.channel.clone(),
                    ..Session::default()
                },
                message: message.clone(),
            })
        });
        all.map(|found| (found.message.id, found)).collect()
    }
}

/// As a database that ignores case but not accents.
fn contains(text: &str, searched: &[String]) -> bool {
    let text = text.to_lowercase();
    searched.is_empty() || searched.iter().any(|it| text.contains(it.as_str()))
}

impl ChatApi for FakeService {
    type Messages = FakeMessages;

    async fn sessions(
        &self,
        scope: Scope,
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let below_text = below.map_or(String::new(), |below| format!(" below {below}"));
        self.respond(&format!("{}{below_text}", scope.name()))?;
        Ok(match scope {
            Scope::All => self.rows(below, |_| true),
            Scope::Channels | Scope::Mine => SessionPage {
                next: None,
                ..self.rows(None, |row| {
                    row.ended.is_none() && row.channel.id == ChannelId(7)
                })
            },
        })
    }

    async fn session(&self, id: SessionId) -> Result<Session, ApiError> {
        self.respond(&format!("session {id}"))?;
        let (session, _) = &self.sessions[&id];
        let mut session = session.clone();
        session.customer.name = format!("customer {id}");
        Ok(session)
    }

    async fn messages(&self, id: SessionId, after: MessageId) -> Result<FakeMessages, ApiError> {
        assert_eq!(after, MessageId::START);
        self.respond(&format!("messages {id}"))?;
        if self.forbidden.contains(&id.0) {
            return Err(ApiError::new(ErrorKind::Forbidden, "not allowed"));
        }
        let (_, messages) = &self.sessions[&id];
        Ok(FakeMessages(Some(messages.clone())))
    }

    async fn search_messages(&self, search: &MessageSearch) -> Result<MessagePage, ApiError> {
        let MessageSearch {
            texts,
            above,
            below,
            channels,
        } = search;
        let to = below.map_or(String::new(), |below| below.to_string());
        self.respond(&format!("search {above}..{to} {}", texts.join(" ")))?;
        let all = self.messages_by_id();
        let is_within = |id: &MessageId| id > above && below.is_none_or(|below| *id < below);
        let top = all.keys().next_back().map_or(0, |id| id.0);
        let scanned = below.map_or(top, |below| below.0.min(top)) - above.0;
        let duration = self.per_id * u32::try_from(scanned).unwrap_or(0);
        sleep(duration).await;
        let found = all.into_iter().rev().filter(|(id, _)| is_within(id));
        let found = found.filter(|(_, it)| contains(&it.message.body.text, texts));
        let found: Vec<_> = found.map(|(_, found)| found).take(PAGE).collect();
        Ok(MessagePage {
            lowest: found.last().map(|found| found.message.id),
            duration,
            found: found
                .into_iter()
                .filter(|it| {
                    let channels = channels.as_ref();
                    channels.is_none_or(|channels| channels.contains(&it.session.channel.id))
                })
                .collect(),
            ..MessagePage::default()
        })
    }

    async fn message_at(&self, edge: MessageEdge) -> Result<Option<MessageMark>, ApiError> {
        self.respond(&format!("{edge:?}"))?;
        let all = self.messages_by_id();
        let found = match edge {
            MessageEdge::Oldest => all.first_key_value(),
            MessageEdge::Newest => all.last_key_value(),
            MessageEdge::NewestBelow(_) if self.ignores_filter => all.last_key_value(),
            MessageEdge::NewestBelow(below) => all.range(..below).next_back(),
        };
        Ok(found.map(|(id, found)| MessageMark {
            id: *id,
            posted: found.message.posted,
        }))
    }

    async fn search_sessions(
        &self,
        texts: &[String],
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let below_text = below.map_or(String::new(), |below| format!(" below {below}"));
        self.respond(&format!("first and last {}{below_text}", texts.join(" ")))?;
        let texts_of = |row: &Session| [row.first_message.clone(), row.last_message.clone()];
        Ok(self.rows(below, |row| {
            let mut texts_of = texts_of(row).into_iter();
            texts_of.any(|text| contains(&text, texts))
        }))
    }

    async fn archived_sessions(&self, ids: &[SessionId]) -> Result<Vec<Session>, ApiError> {
        let listed: Vec<_> = ids.iter().map(SessionId::to_string).collect();
        self.respond(&format!("rows {}", listed.join(" ")))?;
        let rows = self.sessions.values().map(|(session, _)| session);
        let rows = rows.filter(|row| ids.contains(&row.id) && !self.forbidden.contains(&row.id.0));
        Ok(rows.cloned().collect())
    }

    async fn channels(&self) -> Result<Vec<Channel>, ApiError> {
        self.respond("channels")?;
        let channels = self.channels.iter().map(|id| Channel {
            id: ChannelId(*id),
            name: format!("channel {id}"),
            ..Channel::default()
        });
        Ok(channels.collect())
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, ApiError> {
        unreachable!("a search needs no zones")
    }

    async fn user_zone(&self) -> Result<ServiceZone, ApiError> {
        unreachable!("a search needs no zone")
    }

    async fn me(&self) -> Result<CurrentUser, ApiError> {
        self.respond("me")?;
        Ok(CurrentUser {
            id: AssociateId(1),
            ..CurrentUser::default()
        })
    }

    fn set_time_zone(&self, _: &str, _: Option<Tz>) {}
}

pub(super) struct FakeMessages(Option<Vec<Message>>);

impl MessageStream for FakeMessages {
    async fn next(&mut self) -> Result<Option<Vec<Message>>, ApiError> {
        Ok(self.0.take())
    }

    fn is_complete_list(&self) -> bool {
        true
    }
}

pub(super) fn request(text: &str) -> SearchRequest {
    SearchRequest {
        query: SearchQuery::parse(text).unwrap(),
        scope: Scope::Channels,
        channels: Vec::new(),
        since: None,
        limit: 100,
        now: now(),
        probe: None,
        seed: 1,
        is_shared: false,
    }
}

/// What a search reported.
pub(super) struct Outcome {
    pub(super) hits: Vec<SearchHit>,
    pub(super) report: SearchReport,
    pub(super) probe: Option<SearchProbe>,
    pub(super) requests: Vec<String>,
}

impl Outcome {
    /// `SESSION#MESSAGE` of each hit, in the order reported.
    pub(super) fn ids(&self) -> Vec<String> {
        let hits = self.hits.iter();
        hits.map(|hit| format!("{}#{}", hit.session.id, hit.message.id))
            .collect()
    }

    pub(super) fn coverage(&self) -> String {
        self.report.coverage.describe(&TimeZone::utc())
    }
}

pub(super) async fn run(service: &FakeService, request: &SearchRequest) -> Outcome {
    let (sender, mut updates) = mpsc::channel(1);
    let (mut hits, mut probe) = (Vec::new(), None);
    let work = async {
        let report = search(service, request, &sender).await;
        drop(sender);
        report
    };
    let collect = async {
        while let Some(update) = updates.recv().await {
            match update {
                SearchUpdate::Hits(more) => hits.extend(more),
                SearchUpdate::Probed(found) => probe = Some(found),
                SearchUpdate::Progress(_) => {}
            }
        }
    };
    let (report, ()) = tokio::join!(work, collect);
    assert_eq!(report.hits, hits.len());
    Outcome {
        hits,
        report,
        probe,
        requests: service.take_requests(),
    }
}
