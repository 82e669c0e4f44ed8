//! Endpoints: the requests of [`ChatApi`] below the base address. Those of archives are built in `archive`,
//! `aggregates` and `message_search`; `tenant` has the one for the state of a tenant.

use std::collections::HashSet;
use std::slice;

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::archive::ArchiveQuery;
use super::array_stream::ArrayStream;
use super::client::{Client, UTC};
use super::decode::{Decoder, NaiveZone, decode_presence, parse_archive_page};
use super::error;
use super::fallback::repeat_refused;
use super::json_array::Element;
use super::lists::SessionForm;
use super::resource::Resource;
use crate::chat::{
    AgentPresence, AggregateQuery, Aggregates, Channel, CurrentUser, CustomerId, MessageEdge,
    MessageId, MessageMark, MessagePage, MessageSearch, Scope, ServiceZone, Session, SessionId,
    SessionPage, TrafficStats, stored_session_bytes,
};
use crate::sync::{ApiError, ChatApi, ErrorKind, ServiceNotice};

/// Conversations of a customer that are requested.
const MAX_CONVERSATIONS: usize = 100;

/// Limit on the pages of the zone list, which has some 500 rows.
const MAX_ZONE_PAGES: usize = 20;

impl ChatApi for Client {
    type Messages = ArrayStream;

    async fn sessions(
        &self,
        scope: Scope,
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let mut page = match scope {
            Scope::Channels => self.fetch_current_sessions().await?,
            Scope::Mine => {
                let me = self.me().await?.id;
                let mut page = self.fetch_current_sessions().await?;
                let is_mine =
                    |session: &Session| session.agent.as_ref().is_some_and(|agent| agent.id == me);
                page.sessions.retain(is_mine);
                page
            }
            Scope::All => {
                let query = ArchiveQuery {
                    below,
                    ..ArchiveQuery::default()
                };
                return self.fetch_archive_page(query).await;
            }
        };
        remove_repeated(&mut page.sessions);
        self.fill_names(&mut page.sessions, SessionForm::Entity)
            .await?;
        Ok(page)
    }

    async fn session(&self, id: SessionId) -> Result<Session, ApiError> {
        let path = format!("ChatSession/{id}");
        let decode = |decoder: &mut Decoder, body: &str| match body {
            "null" => Some(None),
            body => decoder.decode_session(body.as_bytes()).map(Some),
        };
        let found = self
            .get_entity(&path, Resource::Session(id), decode)
            .await?;
        let mut session = found.ok_or_else(|| {
            error::session_not_found(id, &format!("({})", error::host_label(&self.base_url())))
        })?;
        self.fill_names(slice::from_mut(&mut session), SessionForm::Entity)
            .await?;
        Ok(session)
    }

    async fn conversations(&self, customer: CustomerId) -> Result<Vec<Session>, ApiError> {
        let (entity, id) = match customer {
            CustomerId::Person(id) => ("Person", id),
            CustomerId::Contact(id) => ("Contact", id),
        };
        let path = format!("{entity}/{id}/Summary?limit={MAX_CONVERSATIONS}");
        let max_body = self.http.max_body();
        let decode =
            |decoder: &mut Decoder, body: &str| decoder.decode_summary(body, customer, max_body);
        self.get_json(&path, Resource::Conversations, decode).await
    }

    async fn search_messages(&self, search: &MessageSearch) -> Result<MessagePage, ApiError> {
        self.fetch_found(search).await
    }

    async fn message_at(&self, edge: MessageEdge) -> Result<Option<MessageMark>, ApiError> {
        self.fetch_message_at(edge).await
    }

    async fn search_sessions(
        &self,
        texts: &[String],
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let query = ArchiveQuery {
            below,
            texts,
            mail: None,
        };
        self.fetch_archive_page(query).await
    }

    async fn sessions_of_mail(
        &self,
        mail: &str,
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let is_plain = |char: char| char.is_alphanumeric() || "@.+-_".contains(char);
        if !mail.chars().all(is_plain) {
            return Err(error::config(
                "This email address cannot be sent in a filter",
            ));
        }
        let query = ArchiveQuery {
            below,
            texts: &[],
            mail: Some(mail),
        };
        self.fetch_archive_page(query).await
    }

    async fn archived_sessions(&self, ids: &[SessionId]) -> Result<Vec<Session>, ApiError> {
        let mut rows = self.fetch_archived(ids).await?;
        self.fill_names(&mut rows, SessionForm::ArchiveRow).await?;
        Ok(rows)
    }

    async fn aggregates(&self, query: &AggregateQuery) -> Result<Aggregates, ApiError> {
        self.fetch_aggregates(query).await
    }

    async fn presence(&self) -> Result<Vec<AgentPresence>, ApiError> {
        let response = self.get("Presence/GetAll", Resource::Presence).await?;
        let list = ArrayStream::new(response);
        list.collect(|_, object| decode_presence(object)).await
    }

    async fn messages(
        &self,
        session: SessionId,
        after: MessageId,
    ) -> Result<ArrayStream, ApiError> {
        let path = format!("ChatSession/{session}/Messages?after={after}");
        let response = self.get(&path, Resource::Messages(session)).await?;
        Ok(ArrayStream::of_session(response, session))
    }

    async fn channels(&self) -> Result<Vec<Channel>, ApiError> {
        self.list_channels().await
    }

    async fn all_channels(&self) -> Result<Vec<Channel>, ApiError> {
        self.list_all_channels().await
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, ApiError> {
        let max_body = self.http.max_body();
        let mut zones = Vec::new();
        let mut skip = 0;
        for _ in 0..MAX_ZONE_PAGES {
            let path = format!(
                "TimeZone?$select=id,isActive,timeZone,country,region,cities,offset,daylight\
                 &$orderBy=timeZone&$skip={skip}"
            );
            let decode = |decoder: &mut Decoder, body: &str| {
                let page = parse_archive_page(body, max_body)?;
                let rows = page.rows.iter();
                zones.extend(rows.filter_map(|row| decoder.decode_zone_row(row)));
                Some((page.rows.len(), page.has_more))
            };
            let (rows, has_more) = self.get_json(&path, Resource::TimeZones, decode).await?;
            skip += rows;
            if !has_more || rows == 0 {
                break;
            }
        }
        Ok(zones)
    }

    async fn user_zone(&self) -> Result<ServiceZone, ApiError> {
        let decode = |decoder: &mut Decoder, body: &str| match body.trim() {
            "null" => Some(None),
            body => decoder.decode_zone(body).map(Some),
        };
        let path = "TimeZone/current";
        let fetch = || self.get_entity(path, Resource::UserZone, decode);
        match repeat_refused(is_unsupported, fetch).await {
            Ok(Some(zone)) => return Ok(zone),
            // The user has no zone.
            Ok(None) => {}
            Err(error) if is_unsupported(&error) => {}
            Err(error) => return Err(error),
        }
        self.get_entity("TimeZone/base", Resource::UserZone, Decoder::decode_zone)
            .await
    }

    async fn me(&self) -> Result<CurrentUser, ApiError> {
        if let Some(me) = self.lock_state().me.clone() {
            return Ok(me);
        }
        let path = "User/currentPrincipal";
        let me = self
            .get_entity(path, Resource::SignedInUser, Decoder::decode_me)
            .await?;
        self.lock_state().me = Some(me.clone());
        Ok(me)
    }

    fn set_time_zone(&self, code: &str, naive: Option<Tz>) {
        let mut state = self.lock_state();
        state.is_zone_accepted = code == UTC;
        code.clone_into(&mut state.requested_zone);
        state.naive_zone = NaiveZone(naive);
    }

    fn take_notices(&self) -> Vec<ServiceNotice> {
        let moved = self.lock_state().unreported_move.take();
        let moved = moved.map(|(from, to)| ServiceNotice::Moved {
            from: from.into(),
            to: to.into(),
        });
        let offset = self.http.stats.take_clock_offset_change();
        let clock = offset.map(ServiceNotice::ClockOffset);
        moved.into_iter().chain(clock).collect()
    }

    fn clock_offset(&self) -> TimeDelta {
        self.http.stats.clock_offset()
    }

    fn traffic(&self) -> TrafficStats {
        self.http.stats.traffic()
    }

    fn retry_sign_in(&self) {
        self.sign_in.forget_refusal();
    }

    fn needs_terminal(&self) -> bool {
        self.credentials.needs_terminal()
    }

    async fn run_secret_command(&self) -> Result<(), ApiError> {
        self.credentials.run_secret_command().await
    }

    fn reconnect(&self) {
        self.http.reconnect();
    }
}

impl Client {
    async fn fetch_current_sessions(&self) -> Result<SessionPage, ApiError> {
        let response = self
            .get("ChatSession/ForCurrentUser", Resource::SessionList)
            .await?;
        let mut elements = ArrayStream::new(response);
        let mut page = SessionPage::default();
        let decode = |decoder: &mut Decoder, element: Element<'_>| match element {
            Element::Whole(element) => decoder.decode_session(element),
            Element::Skipped { .. } => None,
        };
        let stored = |session: &Option<Session>| {
            let bytes = session.as_ref().map(Session::stored_bytes);
            bytes.unwrap_or_else(|| stored_session_bytes(0))
        };
        while let Some(batch) = elements.next_decoded(decode, stored).await? {
            page.unreadable_count += batch.iter().filter(|session| session.is_none()).count();
            page.sessions.extend(batch.into_iter().flatten());
        }
        elements.require_array()?;
        Ok(page)
    }

    /// Fetches a page of the archive, with the names that its rows lack.
    async fn fetch_archive_page(&self, query: ArchiveQuery<'_>) -> Result<SessionPage, ApiError> {
        let mut page = self.fetch_archive(query).await?;
        remove_repeated(&mut page.sessions);
        self.fill_names(&mut page.sessions, SessionForm::ArchiveRow)
            .await?;
        Ok(page)
    }

    /// Names the channels and statuses of sessions.
    async fn fill_names(
        &self,
        sessions: &mut [Session],
        form: SessionForm,
    ) -> Result<(), ApiError> {
        self.fill_channels(sessions).await?;
        self.fill_statuses(sessions, form).await;
        Ok(())
    }

    pub(super) async fn request_channels(&self) -> Result<ArrayStream, ApiError> {
        let response = self
            .get("ChatTopic/ForCurrentUser", Resource::Channels)
            .await?;
        Ok(ArrayStream::new(response))
    }
}

/// Drops all but the first session of each id.
fn remove_repeated(sessions: &mut Vec<Session>) {
    let mut ids = HashSet::new();
    sessions.retain(|session| ids.insert(session.id));
}

/// Returns `true` if the service may not support the request, so that a simpler one may succeed.
fn is_unsupported(error: &ApiError) -> bool {
    matches!(error.kind, ErrorKind::Config | ErrorKind::NotFound)
}
