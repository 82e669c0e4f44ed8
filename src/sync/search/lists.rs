//! Without the service's own search: sessions whose first or last message matches, then the transcripts of the
//! last days.

use std::collections::HashSet;

use chrono::TimeDelta;

use super::{
    ListCoverage, REFUSALS, Search, SearchHit, SearchScope, SearchWay, Stop, TranscriptsSince,
    is_match,
};
use crate::chat::{Message, MessageId, Scope, Session, SessionId, SessionPage};
use crate::sync::rate_limit::IS_BACKGROUND;
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream};

/// Transcripts of so many days are read, at most so many, unless a time is given.
const DAYS: u32 = 30;
const MAX_TRANSCRIPTS: usize = 2000;

impl<S: ChatApi> Search<'_, S> {
    pub(super) async fn search_lists(
        &mut self,
        scope: &SearchScope,
        why: String,
    ) -> Result<(), Stop> {
        self.coverage.back_to = None;
        self.coverage.way = SearchWay::Lists(ListCoverage {
            why,
            since: match self.request.since {
                None => TranscriptsSince::Days(DAYS),
                Some(since) => TranscriptsSince::Time(since),
            },
            sessions: None,
            transcripts: 0,
        });
        self.report_progress().await?;
        let mut read = HashSet::new();
        self.search_first_and_last(scope, &mut read).await?;
        // So many requests are sent in the background: those that a user waits for go first.
        IS_BACKGROUND
            .scope(true, self.search_transcripts(scope, &mut read))
            .await
    }

    /// Reads the transcripts of sessions whose first or last message matches. Where the service does not compare
    /// them, all are compared here.
    async fn search_first_and_last(
        &mut self,
        scope: &SearchScope,
        read: &mut HashSet<SessionId>,
    ) -> Result<(), Stop> {
        let (mut below, mut refusals) = (None, 0);
        loop {
            let is_refused = refusals == REFUSALS;
            let listed = if is_refused {
                self.api.sessions(Scope::All, below).await
            } else {
                self.api.search_sessions(&self.texts, below).await
            };
            let page = match listed {
                Ok(page) => page,
                Err(error) if error.kind.is_refusal() && !is_refused => {
                    refusals += 1;
                    continue;
                }
                Err(error) if is_refused && error.kind.is_refusal() => {
                    return Err(Stop::Failed(error));
                }
                Err(error) => {
                    self.recover(error).await?;
                    continue;
                }
            };
            self.failures = 0;
            let is_last = page.next.is_none() || below.is_some() && page.next >= below;
            let is_old = self.is_page_too_old(&page);
            below = page.next;
            let oldest = page.sessions.iter().filter_map(|row| row.requested).min();
            let rows = self.rows_in_scope(page, scope);
            if is_refused {
                if let SearchWay::Lists(lists) = &mut self.coverage.way {
                    lists.sessions = Some(lists.sessions.unwrap_or(0) + rows.len());
                }
                self.coverage.back_to = oldest.or(self.coverage.back_to);
            }
            for row in rows {
                let texts = [&row.first_message, &row.last_message];
                let mut texts = texts.into_iter();
                if texts.any(|text| self.request.query.is_match([text])) && read.insert(row.id) {
                    self.read_transcript(&row).await?;
                }
            }
            self.report_progress().await?;
            if is_last || is_old {
                return Ok(());
            }
        }
    }

    /// Reads the transcripts of live sessions and of those requested in the last days.
    async fn search_transcripts(
        &mut self,
        scope: &SearchScope,
        read: &mut HashSet<SessionId>,
    ) -> Result<(), Stop> {
        let start = self.request.now - TimeDelta::days(DAYS.into());
        let (mut below, mut is_live) = (None, true);
        loop {
            let listed_scope = if is_live { Scope::Channels } else { Scope::All };
            let page = match self.api.sessions(listed_scope, below).await {
                Ok(page) => page,
                // The archive may be readable without access to the live list, and the other way round.
                Err(error) if error.kind.is_refusal() => SessionPage::default(),
                Err(error) => {
                    self.recover(error).await?;
                    continue;
                }
            };
            self.failures = 0;
            let is_last = page.next.is_none() || below.is_some() && page.next >= below;
            let is_old = match self.request.since {
                Some(_) => self.is_page_too_old(&page),
                None => is_all(&page, |row| row.requested.is_some_and(|at| at < start)),
            };
            below = page.next;
            for row in self.rows_in_scope(page, scope) {
                let is_recent = is_live || row.requested.is_none_or(|at| at >= start);
                let is_wanted = is_recent || self.request.since.is_some();
                if !is_wanted || !read.insert(row.id) {
                    continue;
                }
                let is_too_many = read.len() > MAX_TRANSCRIPTS;
                if is_too_many && self.request.since.is_none() {
                    self.coverage.left_out.too_many += 1;
                } else {
                    self.read_transcript(&row).await?;
                }
            }
            if !is_live && (is_last || is_old) {
                self.coverage.is_whole = true;
                return self.report_progress().await;
            }
            is_live = false;
        }
    }
}

impl<S: ChatApi> Search<'_, S> {
    /// Reads a transcript and reports its hits, the newest first.
    async fn read_transcript(&mut self, row: &Session) -> Result<(), Stop> {
        loop {
            let mut found = Vec::new();
            let ended = self.collect(row.id, &mut found).await;
            let found = self.select(found);
            if !found.is_empty() {
                let session = self.named(row).await;
                let hits = found.into_iter().map(|message| SearchHit {
                    session: session.clone(),
                    message,
                });
                self.report(hits.collect()).await?;
            }
            let left_out = &mut self.coverage.left_out;
            match ended {
                Ok(()) => {
                    if let SearchWay::Lists(lists) = &mut self.coverage.way {
                        lists.transcripts += 1;
                    }
                }
                Err(error) => match error.kind {
                    ErrorKind::Forbidden => left_out.not_allowed += 1,
                    ErrorKind::NotFound => left_out.not_found += 1,
                    ErrorKind::InvalidResponse | ErrorKind::TooLarge => left_out.unreadable += 1,
                    _ => {
                        self.recover(error).await?;
                        continue;
                    }
                },
            }
            break;
        }
        self.failures = 0;
        self.report_progress().await
    }

    /// Collects the messages that match, also those before an error.
    async fn collect(&self, session: SessionId, found: &mut Vec<Message>) -> Result<(), ApiError> {
        let mut pages = self.api.messages(session, MessageId::START).await?;
        while let Some(messages) = pages.next().await? {
            let matching = messages.into_iter();
            found.extend(matching.filter(|message| is_match(message, &self.request.query)));
        }
        Ok(())
    }

    /// The session with the customer, of whom a row of the archive knows little.
    async fn named(&self, row: &Session) -> Session {
        if row.customer_name().is_some() {
            return row.clone();
        }
        self.api
            .session(row.id)
            .await
            .unwrap_or_else(|_| row.clone())
    }

    /// The sessions of a page that may be shown and may have messages that are wanted.
    fn rows_in_scope(&self, page: SessionPage, scope: &SearchScope) -> Vec<Session> {
        let mut rows = page.sessions;
        rows.retain(|row| scope.selects(row) && !self.is_too_old(row.ended));
        for row in &mut rows {
            scope.name_channel(row);
        }
        rows
    }

    fn is_page_too_old(&self, page: &SessionPage) -> bool {
        is_all(page, |row| self.is_too_old(row.requested))
    }
}

/// Returns `true` if there are sessions and the same is true of all.
fn is_all(page: &SessionPage, is: impl Fn(&Session) -> bool) -> bool {
    !page.sessions.is_empty() && page.sessions.iter().all(is)
}
