//! The questions that are put to the service, and the only ones.

use std::collections::HashSet;
use std::slice;

use chrono::TimeDelta;
use reqwest::StatusCode;

use super::client::Client;
use super::elements::Elements;
use super::pages::MessagePages;
use super::wire::{COLUMNS, COLUMNS_2021, Reader, page};
use crate::chat::{ChannelId, SessionPage, CurrentUser, MessageId, Scope, ServiceZone, Session, SessionId};
use crate::sync::{Fault, FaultKind, Finding, Source};

/// Every call the client may make, all of them GET, below the base address but for the last.
pub const CALLS: [&str; 10] = [
    "ChatSession/ForCurrentUser",
    "ChatSession/{id}",
    "ChatSession/{id}/Messages?after={id}",
    "ChatSession?$select=...",
    "ChatTopic/ForCurrentUser",
    "TimeZone?$select=...",
    "TimeZone/current",
    "TimeZone/base",
    "User/currentPrincipal",
    "/api/state/{tenant}",
];

/// How long an archive that lacks columns is not asked for them again.
const OLD_FOR: TimeDelta = TimeDelta::hours(1);

/// Rows of one page of the archive.
const PAGE: usize = 100;

/// Most pages of the list of zones, which has some 500 rows.
const ZONE_PAGES: usize = 20;

impl Source for Client {
    type Pages = MessagePages;

    async fn sessions(&self, scope: Scope, below: Option<SessionId>) -> Result<SessionPage, Fault> {
        let mut listing = match scope {
            Scope::Channels => self.for_current_user().await?,
            Scope::Mine => {
                let me = self.me().await?.id;
                let mut listing = self.for_current_user().await?;
                let mine =
                    |session: &Session| session.agent.as_ref().is_some_and(|agent| agent.id == me);
                listing.sessions.retain(mine);
                listing
            }
            Scope::All => self.archive(below).await?,
        };
        self.name_channels(&mut listing.sessions).await?;
        Ok(listing)
    }

    async fn session(&self, id: SessionId) -> Result<Session, Fault> {
        let what = format!("session {id}");
        let mut reply = self.ask(&format!("ChatSession/{id}"), &what).await?;
        let body = reply.text().await?;
        if body.trim() == "null" || reply.answer.status() == StatusCode::NO_CONTENT {
            return Err(Fault::new(
                FaultKind::NotFound,
                format!(
                    "{} does not know {what} (any more) - check the number",
                    reply.host
                ),
            ));
        }
        let read = reply.reader.session(body.trim().as_bytes());
        let mut session = read.ok_or_else(|| reply.garbled(&body))?;
        reply.note();
        self.name_channels(slice::from_mut(&mut session)).await?;
        Ok(session)
    }

    async fn messages(&self, session: SessionId, after: MessageId) -> Result<MessagePages, Fault> {
        let what = format!("the messages of session {session}");
        let path = format!("ChatSession/{session}/Messages?after={after}");
        self.ask(&path, &what).await.map(MessagePages::new)
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, Fault> {
        let mut zones = Vec::new();
        let mut skip = 0;
        for _ in 0..ZONE_PAGES {
            let path = format!(
                "TimeZone?$select=id,isActive,timeZone,country,region,cities,offset,daylight\
                 &$orderBy=timeZone&$skip={skip}"
            );
            let mut reply = self.ask(&path, "the time zones").await?;
            let body = reply.text().await?;
            let page = page(&body).ok_or_else(|| reply.garbled(&body))?;
            zones.extend(
                page.rows
                    .iter()
                    .filter_map(|row| reply.reader.zone_row(row)),
            );
            skip += page.rows.len();
            if !page.more || page.rows.is_empty() {
                break;
            }
        }
        Ok(zones)
    }

    async fn home_zone(&self) -> Result<ServiceZone, Fault> {
        let read = async |path| {
            let mut reply = self.ask(path, "the time zone of this user").await?;
            let body = reply.text().await?;
            reply
                .reader
                .zone(body.trim())
                .ok_or_else(|| reply.garbled(&body))
        };
        match read("TimeZone/current").await {
            Err(fault) if may_lack(&fault) => read("TimeZone/base").await,
            told => told,
        }
    }

    async fn me(&self) -> Result<CurrentUser, Fault> {
        if let Some(me) = self.known().me.clone() {
            return Ok(me);
        }
        let mut reply = self
            .ask("User/currentPrincipal", "the user we are signed in as")
            .await?;
        let body = reply.text().await?;
        let me = reply
            .reader
            .me(body.trim())
            .ok_or_else(|| reply.garbled(&body))?;
        self.known().me = Some(me.clone());
        Ok(me)
    }

    fn ask_in(&self, zone: &str) {
        zone.clone_into(&mut self.known().zone);
    }

    fn findings(&self) -> Vec<Finding> {
        let moved = self.known().moved.take();
        let moved = moved.map(|(from, to)| Finding::Moved {
            from: from.into(),
            to: to.into(),
        });
        let clock = self.line.meter.clock_news().map(Finding::ClockAhead);
        moved.into_iter().chain(clock).collect()
    }

    fn reconnect(&self) {
        self.line.reconnect();
    }
}

impl Client {
    async fn for_current_user(&self) -> Result<SessionPage, Fault> {
        let reply = self
            .ask("ChatSession/ForCurrentUser", "the chat sessions")
            .await?;
        let mut elements = Elements::new(reply);
        let mut listing = SessionPage::default();
        while let Some(batch) = elements.next(Reader::session).await? {
            let sent = batch.len();
            let before = listing.sessions.len();
            listing.sessions.extend(batch.into_iter().flatten());
            listing.unreadable_count += sent - (listing.sessions.len() - before);
        }
        Ok(listing)
    }

    /// One page of the archive. Columns that the service does not know yet are left out for an hour:
    /// it may be upgraded meanwhile.
    async fn archive(&self, below: Option<SessionId>) -> Result<SessionPage, Fault> {
        // Without a clock no hour ever passes.
        let now = self.line.meter.now().unwrap_or_default();
        let refused = self.known().old_archive;
        let refused = refused.filter(|since| now - *since < OLD_FOR);
        if refused.is_none() {
            match self.archive_of(COLUMNS, below).await {
                Err(fault) if may_lack(&fault) => {}
                told => return told,
            }
        }
        let listing = self.archive_of(COLUMNS_2021, below).await?;
        self.known().old_archive = refused.or(Some(now));
        Ok(listing)
    }

    async fn archive_of(&self, columns: &str, below: Option<SessionId>) -> Result<SessionPage, Fault> {
        let filter = below.map_or_else(String::new, |id| format!("&$filter=chatSessionId lt {id}"));
        let path = format!(
            "ChatSession?$select={columns}{filter}&$orderBy=chatSessionId desc&$top={PAGE}&$mode=full"
        );
        let mut reply = self.ask(&path, "the archived chat sessions").await?;
        let body = reply.text().await?;
        let page = page(&body).ok_or_else(|| reply.garbled(&body))?;
        let read: Vec<Session> = page
            .rows
            .iter()
            .filter_map(|row| reply.reader.session_row(row))
            .collect();
        let mut listing = SessionPage {
            unreadable_count: page.rows.len() - read.len(),
            next: read.iter().map(|session| session.id).min(),
            sessions: read,
        };
        if let Some(below) = below {
            // A service that takes no heed of the filter would have us go round for ever.
            listing.sessions.retain(|session| session.id < below);
        }
        if listing.sessions.is_empty() || page.rows.len() < PAGE && !page.more {
            listing.next = None;
        }
        reply.note();
        Ok(listing)
    }

    /// Puts the names of channels to sessions that only have their number. No listing fails for want
    /// of a name, only for what concerns every question: a pause asked for, a new address.
    async fn name_channels(&self, sessions: &mut [Session]) -> Result<(), Fault> {
        let unnamed: HashSet<_> = sessions
            .iter()
            .filter(|session| session.channel.name.is_empty() && session.channel.id.0 > 0)
            .map(|session| session.channel.id)
            .collect();
        let is_known = |id| self.known().channels.contains_key(id);
        if !unnamed.iter().all(is_known) {
            self.learn_channels(unnamed).await?;
        }
        let known = self.known();
        for session in sessions {
            if let Some(name) = known.channels.get(&session.channel.id)
                && session.channel.name.is_empty()
            {
                session.channel.name.clone_from(name);
            }
        }
        Ok(())
    }

    async fn learn_channels(&self, unnamed: HashSet<ChannelId>) -> Result<(), Fault> {
        match self
            .ask("ChatTopic/ForCurrentUser", "the chat channels")
            .await
        {
            Ok(reply) => {
                let mut elements = Elements::new(reply);
                // A list that breaks off names the channels before the break.
                while let Ok(Some(batch)) = elements.next(Reader::channel).await {
                    self.known().channels.extend(batch.into_iter().flatten());
                }
            }
            Err(fault) if matches!(fault.kind, FaultKind::Forbidden | FaultKind::NotFound) => {}
            Err(fault) if concerns_all(&fault) => return Err(fault),
            Err(fault) => {
                tracing::debug!(kind = ?fault.kind, "names of channels could not be had this time");
                return Ok(());
            }
        }
        let mut known = self.known();
        for id in unnamed {
            // What has no name now is not asked for again at each listing.
            known.channels.entry(id).or_default();
        }
        Ok(())
    }
}

/// Tells whether a fault is about more than the question that met it.
fn concerns_all(fault: &Fault) -> bool {
    matches!(
        fault.kind,
        FaultKind::Moved
            | FaultKind::Busy {
                retry_after: Some(_)
            }
    )
}

/// Tells whether the service may lack what was asked for, so that less is worth asking for.
fn may_lack(fault: &Fault) -> bool {
    matches!(
        fault.kind,
        FaultKind::Setup
            | FaultKind::NotFound
            | FaultKind::Busy { retry_after: None }
            | FaultKind::Garbled
    )
}
