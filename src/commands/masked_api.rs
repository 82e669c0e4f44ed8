//! A [`ChatApi`] with pseudonyms in place of personal data, for every command.
//!
//! The fields of a session are read before its messages; without them, the messages are not printed.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use chrono::TimeDelta;
use chrono_tz::Tz;
use parking_lot::Mutex;

use crate::chat::{
    Agent, AgentPresence, AggregateBy, AggregateQuery, Aggregates, AssociateId, Channel,
    CurrentUser, CustomerId, FoundMessage, Message, MessageEdge, MessageId, MessageMark,
    MessagePage, MessageSearch, PrivacyKey, Scope, ServiceZone, Session, SessionId, SessionPage,
    TrafficStats,
};
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream, ServiceNotice};
use crate::text::{KnownData, Masker};

/// Sessions whose data is stored; that of others is read again when their messages are. An export may have
/// hundreds of thousands.
const MAX_KNOWN: usize = 4096;

pub(crate) struct MaskedApi<S> {
    api: S,
    masker: Masker,
    /// Known data of the live sessions and of those that were read by themselves.
    known: Mutex<HashMap<SessionId, Arc<Mutex<KnownData>>>>,
    /// The signed-in user, whom an error may name.
    user: Arc<Mutex<KnownData>>,
}

impl<S: ChatApi> MaskedApi<S> {
    pub(crate) fn new(api: S, key: &PrivacyKey) -> Self {
        Self {
            api,
            masker: Masker::new(key),
            known: Mutex::default(),
            user: Arc::default(),
        }
    }

    fn learn(&self, id: SessionId, session: &Session) -> Arc<Mutex<KnownData>> {
        let known = known_of(id, &mut self.known.lock());
        self.masker.add_session(&mut known.lock(), session);
        known
    }

    /// The known data of a session, which is read if it was not yet.
    async fn known_or_read(&self, id: SessionId) -> Result<Arc<Mutex<KnownData>>, ApiError> {
        let known = self.known.lock().get(&id).cloned();
        match known {
            Some(known) => Ok(known),
            None => Ok(self.learn(id, &self.read_session(id).await?)),
        }
    }

    async fn read_session(&self, id: SessionId) -> Result<Session, ApiError> {
        let session = self.api.session(id).await;
        session.map_err(|error| self.mask_error(&error))
    }

    fn mask_error(&self, error: &ApiError) -> ApiError {
        mask_error(&self.masker, error, &[&self.user])
    }
}

#[deny(
    clippy::missing_trait_methods,
    reason = "a default implies that the service cannot do it"
)]
impl<S: ChatApi> ChatApi for MaskedApi<S> {
    type Messages = MaskedMessages<S::Messages>;

    async fn sessions(
        &self,
        scope: Scope,
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let page = self.api.sessions(scope, below).await;
        let mut page = page.map_err(|error| self.mask_error(&error))?;
        // The archive may be too large to store.
        if scope != Scope::All {
            for row in &page.sessions {
                self.learn(row.id, row);
            }
        }
        for session in &mut page.sessions {
            *session = self.masker.mask_session(session);
        }
        Ok(page)
    }

    async fn session(&self, id: SessionId) -> Result<Session, ApiError> {
        let session = self.read_session(id).await?;
        self.learn(id, &session);
        Ok(self.masker.mask_session(&session))
    }

    async fn messages(
        &self,
        session: SessionId,
        after: MessageId,
    ) -> Result<Self::Messages, ApiError> {
        let known = self.known_or_read(session).await?;
        let messages = self.api.messages(session, after).await;
        let messages =
            messages.map_err(|error| mask_error(&self.masker, &error, &[&self.user, &known]));
        Ok(MaskedMessages {
            stream: messages?,
            masker: self.masker.clone(),
            user: Arc::clone(&self.user),
            known,
            batches: VecDeque::new(),
            end: None,
        })
    }

    async fn conversations(&self, customer: CustomerId) -> Result<Vec<Session>, ApiError> {
        let sessions = self.api.conversations(customer).await;
        let sessions = sessions.map_err(|error| self.mask_error(&error))?;
        let masked = sessions
            .iter()
            .map(|session| self.masker.mask_session(session));
        Ok(masked.collect())
    }

    /// Masks what is found, so that what is compared is what is shown. A session that cannot be read has
    /// no known data.
    async fn search_messages(&self, search: &MessageSearch) -> Result<MessagePage, ApiError> {
        let page = self.api.search_messages(search).await;
        let mut page = page.map_err(|error| self.mask_error(&error))?;
        for FoundMessage { session, message } in std::mem::take(&mut page.found) {
            let known = match self.known_or_read(session.id).await {
                Ok(known) => known,
                Err(error) if error.kind.is_refusal() => {
                    page.forbidden += 1;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let mut known = known.lock();
            self.masker.add_session(&mut known, &session);
            self.masker.add_message(&mut known, &message);
            page.found.push(FoundMessage {
                session: self.masker.mask_session(&session),
                message: self.masker.mask_message(&message, &known),
            });
        }
        Ok(page)
    }

    async fn message_at(&self, edge: MessageEdge) -> Result<Option<MessageMark>, ApiError> {
        let mark = self.api.message_at(edge).await;
        mark.map_err(|error| self.mask_error(&error))
    }

    async fn search_sessions(
        &self,
        texts: &[String],
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let page = self.api.search_sessions(texts, below).await;
        let mut page = page.map_err(|error| self.mask_error(&error))?;
        for session in &mut page.sessions {
            *session = self.masker.mask_session(session);
        }
        Ok(page)
    }

    /// Not requested from the service: an address is compared with those that are shown, which are pseudonyms.
    async fn sessions_of_mail(
        &self,
        _: &str,
        _: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let why = "With privacy on, sessions are not found by email address";
        Err(ApiError::new(ErrorKind::Forbidden, why))
    }

    async fn archived_sessions(&self, ids: &[SessionId]) -> Result<Vec<Session>, ApiError> {
        let rows = self.api.archived_sessions(ids).await;
        let rows = rows.map_err(|error| self.mask_error(&error))?;
        Ok(rows
            .iter()
            .map(|row| self.masker.mask_session(row))
            .collect())
    }

    async fn aggregates(&self, query: &AggregateQuery) -> Result<Aggregates, ApiError> {
        // A channel may be named after somebody whose name only the fields of its sessions show.
        if query.by == AggregateBy::Channel {
            let why = "The names of channels can be masked in rows of sessions only";
            return Err(ApiError::new(ErrorKind::Forbidden, why));
        }
        let aggregates = self.api.aggregates(query).await;
        let mut aggregates = aggregates.map_err(|error| self.mask_error(&error))?;
        for group in &mut aggregates.groups {
            let name = std::mem::take(&mut group.name);
            let id = AssociateId(group.id.unwrap_or_default());
            group.name = self.masker.mask_agent(&Agent { id, name }).name;
        }
        Ok(aggregates)
    }

    async fn presence(&self) -> Result<Vec<AgentPresence>, ApiError> {
        let agents = self.api.presence().await;
        let agents = agents.map_err(|error| self.mask_error(&error))?;
        Ok(agents
            .iter()
            .map(|it| self.masker.mask_presence(it))
            .collect())
    }

    async fn channels(&self) -> Result<Vec<Channel>, ApiError> {
        let channels = self.api.channels().await;
        channels.map_err(|error| self.mask_error(&error))
    }

    async fn all_channels(&self) -> Result<Vec<Channel>, ApiError> {
        let channels = self.api.all_channels().await;
        channels.map_err(|error| self.mask_error(&error))
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, ApiError> {
        let zones = self.api.zones().await;
        zones.map_err(|error| self.mask_error(&error))
    }

    async fn user_zone(&self) -> Result<ServiceZone, ApiError> {
        let zone = self.api.user_zone().await;
        zone.map_err(|error| self.mask_error(&error))
    }

    async fn me(&self) -> Result<CurrentUser, ApiError> {
        let me = self.api.me().await;
        let me = me.map_err(|error| self.mask_error(&error))?;
        self.masker.add_agent(&mut self.user.lock(), &me);
        Ok(self.masker.mask_agent(&me))
    }

    fn set_time_zone(&self, code: &str, naive: Option<Tz>) {
        self.api.set_time_zone(code, naive);
    }

    fn take_notices(&self) -> Vec<ServiceNotice> {
        self.api.take_notices()
    }

    fn clock_offset(&self) -> TimeDelta {
        self.api.clock_offset()
    }

    fn traffic(&self) -> TrafficStats {
        self.api.traffic()
    }

    fn retry_sign_in(&self) {
        self.api.retry_sign_in();
    }

    fn needs_terminal(&self) -> bool {
        self.api.needs_terminal()
    }

    async fn run_secret_command(&self) -> Result<(), ApiError> {
        let ended = self.api.run_secret_command().await;
        ended.map_err(|error| self.mask_error(&error))
    }

    fn reconnect(&self) {
        self.api.reconnect();
    }
}

/// The messages of one response. They are masked once all have come: one may name the author of a later
/// one.
pub(crate) struct MaskedMessages<M> {
    stream: M,
    masker: Masker,
    user: Arc<Mutex<KnownData>>,
    /// The known data of the session.
    known: Arc<Mutex<KnownData>>,
    batches: VecDeque<Vec<Message>>,
    /// How the response ended.
    end: Option<Result<(), ApiError>>,
}

impl<M: MessageStream> MessageStream for MaskedMessages<M> {
    async fn next(&mut self) -> Result<Option<Vec<Message>>, ApiError> {
        while self.end.is_none() {
            match self.stream.next().await {
                Ok(Some(batch)) => {
                    let mut known = self.known.lock();
                    for message in &batch {
                        self.masker.add_message(&mut known, message);
                    }
                    drop(known);
                    self.batches.push_back(batch);
                }
                Ok(None) => self.end = Some(Ok(())),
                Err(error) => {
                    let error = mask_error(&self.masker, &error, &[&self.user, &self.known]);
                    self.end = Some(Err(error));
                }
            }
        }
        let Some(batch) = self.batches.pop_front() else {
            let end = self.end.replace(Ok(())).unwrap_or(Ok(()));
            return end.map(|()| None);
        };
        let known = self.known.lock();
        let masked = batch
            .iter()
            .map(|message| self.masker.mask_message(message, &known));
        Ok(Some(masked.collect()))
    }

    fn is_complete_list(&self) -> bool {
        self.stream.is_complete_list()
    }
}

/// The known data of a session. Beyond the limit, that of others is dropped, except of those being read.
fn known_of(
    id: SessionId,
    all: &mut HashMap<SessionId, Arc<Mutex<KnownData>>>,
) -> Arc<Mutex<KnownData>> {
    if all.len() >= MAX_KNOWN && !all.contains_key(&id) {
        all.retain(|_, known| Arc::strong_count(known) > 1);
    }
    Arc::clone(all.entry(id).or_default())
}

/// Masks the people known from several sources: the signed-in user, and those of a session.
fn mask_error(masker: &Masker, error: &ApiError, known: &[&Mutex<KnownData>]) -> ApiError {
    error.map_why(|why| {
        known.iter().fold(why.to_owned(), |why, known| {
            masker.mask_sentence(&why, &known.lock())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_data_is_limited_except_that_of_sessions_being_read() {
        let mut all = HashMap::new();
        let being_read = known_of(SessionId(0), &mut all);
        for id in (1..).map(SessionId).take(3 * MAX_KNOWN) {
            known_of(id, &mut all);
            assert!(all.len() <= MAX_KNOWN);
        }
        assert!(Arc::ptr_eq(&being_read, &all[&SessionId(0)]));
    }
}
