//! Endpoints: the requests below the base address. `tenant` has the one for the state of a tenant.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::slice;

use chrono::TimeDelta;
use chrono_tz::Tz;

use super::array_stream::ArrayStream;
use super::client::{Client, UTC};
use super::decode::{
    Decoder, NaiveZone, SESSION_COLUMNS, SESSION_COLUMNS_2021, has_status, parse_archive_page,
};
use super::error::{self, CONVERSATIONS, PRESENCE, SESSION_LIST, SIGNED_IN_USER};
use super::json_array::Element;
use crate::chat::{
    AgentPresence, Channel, CurrentUser, CustomerId, MessageId, Scope, ServiceZone, Session,
    SessionId, SessionPage, TrafficStats, stored_session_bytes,
};
use crate::sync::{ApiError, ChatApi, ErrorKind, ServiceNotice};

/// Columns that the archive refused are not requested for this long.
const COLUMNS_RETRY_INTERVAL: TimeDelta = TimeDelta::hours(1);

/// A request is replaced by a simpler one after this many refusals in a row: one may be a fault.
const REFUSALS: usize = 2;

/// Rows of an archive page.
const PAGE_SIZE: usize = 100;

/// More rows than this of one response come with the pages after it: the screen waits while rows are listed.
const MAX_PAGE_ROWS: usize = 1000;

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
            Scope::All => self.fetch_archive(below).await?,
        };
        let mut ids = HashSet::new();
        page.sessions.retain(|session| ids.insert(session.id));
        self.fill_channels(&mut page.sessions).await?;
        Ok(page)
    }

    async fn session(&self, id: SessionId) -> Result<Session, ApiError> {
        let (path, what) = (format!("ChatSession/{id}"), format!("session {id}"));
        let decode = |decoder: &mut Decoder, body: &str| match body {
            "null" => Some(None),
            body => decoder.decode_session(body.as_bytes()).map(Some),
        };
        let found = self.get_entity(&path, &what, decode).await?;
        let mut session = found.ok_or_else(|| {
            error::session_not_found(id, &format!("({})", error::host_label(&self.base_url())))
        })?;
        self.fill_channels(slice::from_mut(&mut session)).await?;
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
        self.get_json(&path, CONVERSATIONS, decode).await
    }

    async fn presence(&self) -> Result<Vec<AgentPresence>, ApiError> {
        let mut elements = ArrayStream::new(self.get("Presence/GetAll", PRESENCE).await?);
        let mut all = Vec::new();
        let stored = |_: &Option<AgentPresence>| stored_session_bytes(0);
        while let Some(batch) = elements
            .next_decoded(Decoder::decode_presence, stored)
            .await?
        {
            all.extend(batch.into_iter().flatten());
        }
        let is_list = elements.is_array();
        is_list.then_some(all).ok_or_else(|| elements.no_list())
    }

    async fn messages(
        &self,
        session: SessionId,
        after: MessageId,
    ) -> Result<ArrayStream, ApiError> {
        let what = format!("the messages of session {session}");
        let path = format!("ChatSession/{session}/Messages?after={after}");
        let response = self.get(&path, &what).await?;
        Ok(ArrayStream::of_session(response, session))
    }

    async fn channels(&self) -> Result<Vec<Channel>, ApiError> {
        self.list_channels().await
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
            let (rows, has_more) = self.get_json(&path, "the time zones", decode).await?;
            skip += rows;
            if !has_more || rows == 0 {
                break;
            }
        }
        Ok(zones)
    }

    async fn user_zone(&self) -> Result<ServiceZone, ApiError> {
        const WHAT: &str = "the time zone of this user";
        let decode = |decoder: &mut Decoder, body: &str| match body.trim() {
            "null" => Some(None),
            body => decoder.decode_zone(body).map(Some),
        };
        for _ in 0..REFUSALS {
            match self.get_entity("TimeZone/current", WHAT, decode).await {
                Ok(Some(zone)) => return Ok(zone),
                // The user has none.
                Ok(None) => break,
                Err(error) if is_unsupported(&error) => {}
                Err(error) => return Err(error),
            }
        }
        self.get_entity("TimeZone/base", WHAT, Decoder::decode_zone)
            .await
    }

    async fn me(&self) -> Result<CurrentUser, ApiError> {
        if let Some(me) = self.lock_state().me.clone() {
            return Ok(me);
        }
        let path = "User/currentPrincipal";
        let me = self
            .get_entity(path, SIGNED_IN_USER, Decoder::decode_me)
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
        let response = self.get("ChatSession/ForCurrentUser", SESSION_LIST).await?;
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
        // An empty body would otherwise pass for a list without sessions.
        elements
            .is_array()
            .then_some(page)
            .ok_or_else(|| elements.no_list())
    }

    /// Fetches an archive page. Columns that the service refuses twice are left out for an hour, then
    /// tried again: it may have been upgraded.
    async fn fetch_archive(&self, below: Option<SessionId>) -> Result<SessionPage, ApiError> {
        // Without a clock the hour never ends.
        let now = self.http.stats.now().unwrap_or_default();
        let refused_at = self.lock_state().columns_refused_at;
        let refused = refused_at.filter(|since| now - *since < COLUMNS_RETRY_INTERVAL);
        if refused.is_none() {
            for _ in 0..REFUSALS {
                match self.fetch_archive_columns(SESSION_COLUMNS, below).await {
                    Err(error) if error.kind == ErrorKind::Config => {}
                    result => return result,
                }
            }
        }
        let columns = SESSION_COLUMNS_2021;
        let page = self.fetch_archive_columns(columns, below).await?;
        self.lock_state().columns_refused_at = refused.or(Some(now));
        Ok(page)
    }

    /// Fetches a page. Whether more sessions follow is known from an empty page only: some services
    /// send fewer rows than requested, without a link to the next.
    async fn fetch_archive_columns(
        &self,
        columns: &str,
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let max_body = self.http.max_body();
        let filter = below.map_or_else(String::new, |id| format!("&$filter=chatSessionId lt {id}"));
        let path = format!(
            "ChatSession?$select={columns}{filter}&$orderBy=chatSessionId desc&$top={PAGE_SIZE}&$mode=full"
        );
        let decode = |decoder: &mut Decoder, body: &str| {
            let page = parse_archive_page(body, max_body)?;
            if page.is_too_large {
                return Some(None);
            }
            let rows = page.rows.iter();
            let sessions: Vec<Session> = rows
                .filter_map(|row| decoder.decode_session_row(row))
                .collect();
            let lacks_status = page.rows.first().is_some_and(|row| !has_status(row));
            Some(Some((page.rows.len(), sessions, lacks_status)))
        };
        let what = "the archived chat sessions";
        let page = self.get_json(&path, what, decode).await?;
        let (rows, mut sessions, lacks_status) = page.ok_or_else(|| {
            error::exceeds_max_body(&error::host_label(&self.base_url()), max_body)
        })?;
        let unreadable_count = rows - sessions.len();
        let is_sorted = sessions.is_sorted_by(|one, next| one.id >= next.id);
        let is_filtered = below.is_none_or(|below| sessions.iter().all(|it| it.id < below));
        // A service that ignores the filter would cause an endless loop.
        sessions.retain(|session| below.is_none_or(|below| session.id < below));
        if sessions.len() > MAX_PAGE_ROWS {
            sessions.sort_by_key(|session| Reverse(session.id));
            sessions.truncate(MAX_PAGE_ROWS);
        }
        let host = error::host_label(&self.base_url());
        let ignored = match (is_filtered, is_sorted) {
            (false, _) => Some("filter"),
            (true, false) => Some("order"),
            (true, true) => None,
        };
        let incomplete = match (ignored, below) {
            (Some(ignored), _) => Some(format!(
                "{host} ignores the requested {ignored} of its archive: sessions may be missing"
            )),
            // Where the next page begins is known from the rows alone.
            (None, Some(below)) if rows > 0 && sessions.is_empty() => Some(format!(
                "No archived session below {below} could be read: older ones are missing"
            )),
            _ => None,
        };
        Ok(SessionPage {
            unreadable_count,
            next: sessions.iter().map(|session| session.id).min(),
            sessions,
            incomplete,
            lacks_status,
        })
    }

    pub(super) async fn request_channels(&self) -> Result<ArrayStream, ApiError> {
        let response = self
            .get("ChatTopic/ForCurrentUser", "the chat channels")
            .await?;
        Ok(ArrayStream::new(response))
    }
}

/// Returns `true` if the service may not support the request, so that a simpler one is worth a try.
fn is_unsupported(error: &ApiError) -> bool {
    matches!(error.kind, ErrorKind::Config | ErrorKind::NotFound)
}
