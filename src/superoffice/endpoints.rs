//! Endpoints: every request the client can send.

use std::collections::HashSet;
use std::slice;

use chrono::TimeDelta;
use chrono_tz::Tz;
use reqwest::StatusCode;

use super::array_stream::ArrayStream;
use super::client::Client;
use super::decode::{
    Decoder, NaiveZone, SESSION_COLUMNS, SESSION_COLUMNS_2021, parse_archive_page,
};
use super::error;
use super::message_stream::HttpMessageStream;
use crate::chat::{
    ChannelId, CurrentUser, MessageId, Scope, ServiceZone, Session, SessionId, SessionPage,
    TrafficStats,
};
use crate::sync::{ApiError, ChatApi, ErrorKind, ServiceNotice};

/// Columns that the archive refused are not requested for this long.
const COLUMNS_RETRY_INTERVAL: TimeDelta = TimeDelta::hours(1);

/// Rows of an archive page.
const PAGE_SIZE: usize = 100;

/// Limit on the pages of the zone list, which has some 500 rows.
const MAX_ZONE_PAGES: usize = 20;

impl ChatApi for Client {
    type Messages = HttpMessageStream;

    async fn sessions(
        &self,
        scope: Scope,
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let mut listing = match scope {
            Scope::Channels => self.fetch_current_sessions().await?,
            Scope::Mine => {
                let me = self.me().await?.id;
                let mut listing = self.fetch_current_sessions().await?;
                let is_mine =
                    |session: &Session| session.agent.as_ref().is_some_and(|agent| agent.id == me);
                listing.sessions.retain(is_mine);
                listing
            }
            Scope::All => self.fetch_archive(below).await?,
        };
        self.fill_channel_names(&mut listing.sessions).await?;
        Ok(listing)
    }

    async fn session(&self, id: SessionId) -> Result<Session, ApiError> {
        let what = format!("session {id}");
        let mut reply = self.get(&format!("ChatSession/{id}"), &what).await?;
        let body = reply.text().await?;
        if body.trim() == "null" || reply.response.status() == StatusCode::NO_CONTENT {
            return Err(error::session_not_found(id, &format!("({})", reply.host)));
        }
        let read = reply.decoder.decode_session(body.trim().as_bytes());
        let mut session = read.ok_or_else(|| reply.unexpected_body(&body))?;
        reply.log_invalid();
        self.fill_channel_names(slice::from_mut(&mut session))
            .await?;
        Ok(session)
    }

    async fn messages(
        &self,
        session: SessionId,
        after: MessageId,
    ) -> Result<HttpMessageStream, ApiError> {
        let what = format!("the messages of session {session}");
        let path = format!("ChatSession/{session}/Messages?after={after}");
        self.get(&path, &what).await.map(HttpMessageStream::new)
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, ApiError> {
        let mut zones = Vec::new();
        let mut skip = 0;
        for _ in 0..MAX_ZONE_PAGES {
            let path = format!(
                "TimeZone?$select=id,isActive,timeZone,country,region,cities,offset,daylight\
                 &$orderBy=timeZone&$skip={skip}"
            );
            let mut reply = self.get(&path, "the time zones").await?;
            let body = reply.text().await?;
            let page = parse_archive_page(&body).ok_or_else(|| reply.unexpected_body(&body))?;
            zones.extend(
                page.rows
                    .iter()
                    .filter_map(|row| reply.decoder.decode_zone_row(row)),
            );
            skip += page.rows.len();
            if !page.has_more || page.rows.is_empty() {
                break;
            }
        }
        Ok(zones)
    }

    async fn user_zone(&self) -> Result<ServiceZone, ApiError> {
        let fetch = async |path| {
            let mut reply = self.get(path, "the time zone of this user").await?;
            let body = reply.text().await?;
            reply
                .decoder
                .decode_zone(body.trim())
                .ok_or_else(|| reply.unexpected_body(&body))
        };
        match fetch("TimeZone/current").await {
            Err(error) if is_unsupported(&error) => fetch("TimeZone/base").await,
            result => result,
        }
    }

    async fn me(&self) -> Result<CurrentUser, ApiError> {
        if let Some(me) = self.lock_state().me.clone() {
            return Ok(me);
        }
        let mut reply = self
            .get("User/currentPrincipal", "the user we are signed in as")
            .await?;
        let body = reply.text().await?;
        let me = reply
            .decoder
            .decode_me(body.trim())
            .ok_or_else(|| reply.unexpected_body(&body))?;
        self.lock_state().me = Some(me.clone());
        Ok(me)
    }

    fn set_time_zone(&self, code: &str, naive: Option<Tz>) {
        let mut state = self.lock_state();
        code.clone_into(&mut state.requested_zone);
        state.naive_zone = NaiveZone(naive);
    }

    fn take_notices(&self) -> Vec<ServiceNotice> {
        let moved = self.lock_state().unreported_move.take();
        let moved = moved.map(|(from, to)| ServiceNotice::Moved {
            from: from.into(),
            to: to.into(),
        });
        let clock = self
            .http
            .stats
            .take_clock_offset_change()
            .map(ServiceNotice::ClockOffset);
        moved.into_iter().chain(clock).collect()
    }

    fn traffic(&self) -> TrafficStats {
        self.http.stats.traffic()
    }

    fn reconnect(&self) {
        self.http.reconnect();
    }
}

impl Client {
    async fn fetch_current_sessions(&self) -> Result<SessionPage, ApiError> {
        let reply = self
            .get("ChatSession/ForCurrentUser", "the chat sessions")
            .await?;
        let mut elements = ArrayStream::new(reply);
        let mut listing = SessionPage::default();
        while let Some(batch) = elements.next_decoded(Decoder::decode_session).await? {
            let sent = batch.len();
            let before = listing.sessions.len();
            listing.sessions.extend(batch.into_iter().flatten());
            listing.unreadable_count += sent - (listing.sessions.len() - before);
        }
        Ok(listing)
    }

    /// Fetches an archive page. Columns that the service does not know are left out for an hour, then
    /// tried again: it may have been upgraded.
    async fn fetch_archive(&self, below: Option<SessionId>) -> Result<SessionPage, ApiError> {
        // Without a clock the hour never ends.
        let now = self.http.stats.now().unwrap_or_default();
        let refused_at = self.lock_state().columns_refused_at;
        let refused = refused_at.filter(|since| now - *since < COLUMNS_RETRY_INTERVAL);
        if refused.is_none() {
            match self.fetch_archive_columns(SESSION_COLUMNS, below).await {
                Err(error) if is_unsupported(&error) => {}
                result => return result,
            }
        }
        let listing = self
            .fetch_archive_columns(SESSION_COLUMNS_2021, below)
            .await?;
        self.lock_state().columns_refused_at = refused.or(Some(now));
        Ok(listing)
    }

    async fn fetch_archive_columns(
        &self,
        columns: &str,
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let filter = below.map_or_else(String::new, |id| format!("&$filter=chatSessionId lt {id}"));
        let path = format!(
            "ChatSession?$select={columns}{filter}&$orderBy=chatSessionId desc&$top={PAGE_SIZE}&$mode=full"
        );
        let mut reply = self.get(&path, "the archived chat sessions").await?;
        let body = reply.text().await?;
        let page = parse_archive_page(&body).ok_or_else(|| reply.unexpected_body(&body))?;
        let read: Vec<Session> = page
            .rows
            .iter()
            .filter_map(|row| reply.decoder.decode_session_row(row))
            .collect();
        let mut listing = SessionPage {
            unreadable_count: page.rows.len() - read.len(),
            next: read.iter().map(|session| session.id).min(),
            sessions: read,
        };
        if let Some(below) = below {
            // A service that ignores the filter would cause an endless loop.
            listing.sessions.retain(|session| session.id < below);
        }
        if listing.sessions.is_empty() || page.rows.len() < PAGE_SIZE && !page.has_more {
            listing.next = None;
        }
        reply.log_invalid();
        Ok(listing)
    }

    /// Fills in channel names where a session only has the id. A missing name fails no listing; an error
    /// that concerns every request does (a pause, a new address).
    async fn fill_channel_names(&self, sessions: &mut [Session]) -> Result<(), ApiError> {
        let unnamed: HashSet<_> = sessions
            .iter()
            .filter(|session| session.channel.name.is_empty() && session.channel.id.0 > 0)
            .map(|session| session.channel.id)
            .collect();
        let is_known = |id| self.lock_state().channels.contains_key(id);
        if !unnamed.iter().all(is_known) {
            self.fetch_channels(unnamed).await?;
        }
        let state = self.lock_state();
        for session in sessions {
            if let Some(name) = state.channels.get(&session.channel.id)
                && session.channel.name.is_empty()
            {
                session.channel.name.clone_from(name);
            }
        }
        Ok(())
    }

    async fn fetch_channels(&self, unnamed: HashSet<ChannelId>) -> Result<(), ApiError> {
        match self
            .get("ChatTopic/ForCurrentUser", "the chat channels")
            .await
        {
            Ok(reply) => {
                let mut elements = ArrayStream::new(reply);
                // A truncated list still names the channels before its end.
                while let Ok(Some(batch)) = elements.next_decoded(Decoder::decode_channel).await {
                    self.lock_state()
                        .channels
                        .extend(batch.into_iter().flatten());
                }
            }
            Err(error) if matches!(error.kind, ErrorKind::Forbidden | ErrorKind::NotFound) => {}
            Err(error) if is_service_wide(&error) => return Err(error),
            Err(error) => {
                tracing::debug!(kind = ?error.kind, "channel names are not available");
                return Ok(());
            }
        }
        let mut state = self.lock_state();
        for id in unnamed {
            // Otherwise every listing would request them again.
            state.channels.entry(id).or_default();
        }
        Ok(())
    }
}

/// Returns `true` if an error concerns every request.
fn is_service_wide(error: &ApiError) -> bool {
    matches!(
        error.kind,
        ErrorKind::Moved
            | ErrorKind::Busy {
                retry_after: Some(_)
            }
    )
}

/// Returns `true` if the service may not support the request, so that a simpler one is worth a try.
fn is_unsupported(error: &ApiError) -> bool {
    matches!(
        error.kind,
        ErrorKind::Config
            | ErrorKind::NotFound
            | ErrorKind::Busy { retry_after: None }
            | ErrorKind::InvalidResponse
    )
}
