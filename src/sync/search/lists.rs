//! Search without the service's own: sessions whose first or last message matches, then the transcripts of the
//! last days.

use std::cmp::Reverse;
use std::collections::HashSet;

use chrono::TimeDelta;

use super::{
    ListCoverage, SearchCoverage, SearchHit, SearchMethod, SearchRun, SearchScope, SearchStop,
    TranscriptsSince, may_concern_request,
};
use crate::chat::{Message, MessageId, Scope, Session, SessionId, SessionPage, Timestamp};
use crate::sync::rate_limit::IS_LOW_PRIORITY;
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream};

/// Days whose transcripts are read, and the most transcripts read, unless a time is given.
const DAYS: u32 = 30;
const MAX_TRANSCRIPTS: usize = 2000;
/// The search fails after this many sessions in a row whose transcripts could not be read.
const MAX_FAILED_SESSIONS: u32 = 3;
/// The service cuts first and last messages after 1,024 characters of HTML, of which a text has fewer.
const MAX_WHOLE_TEXT: usize = 512;

impl<S: ChatApi> SearchRun<'_, S> {
    /// Searches without the service; `why` it does not search. With low priority where others send requests too.
    pub(super) async fn search_lists(
        &mut self,
        scope: &SearchScope,
        why: String,
    ) -> Result<(), SearchStop> {
        let is_low_priority = self.request.is_shared;
        let comparison = self.compare_lists(scope, why);
        IS_LOW_PRIORITY.scope(is_low_priority, comparison).await
    }

    async fn compare_lists(&mut self, scope: &SearchScope, why: String) -> Result<(), SearchStop> {
        let lists = ListCoverage {
            why,
            since: match self.request.since {
                None => TranscriptsSince::Days(DAYS),
                Some(since) => TranscriptsSince::Time(since),
            },
            sessions: None,
            has_all_sessions: false,
            transcripts: 0,
            older_transcripts: 0,
        };
        self.coverage = SearchCoverage {
            method: SearchMethod::Lists(lists),
            may_miss_accents: self.coverage.may_miss_accents,
            ..SearchCoverage::default()
        };
        self.report_progress().await?;
        let mut read = HashSet::new();
        let is_compared_here = self.search_first_and_last(scope, &mut read).await?;
        self.search_transcripts(scope, is_compared_here, &mut read)
            .await
    }

    /// Reads the transcripts of sessions whose first or last message matches. Where the service does not compare
    /// them, all are compared here, and `true` is returned.
    async fn search_first_and_last(
        &mut self,
        scope: &SearchScope,
        read: &mut HashSet<SessionId>,
    ) -> Result<bool, SearchStop> {
        let (api, texts) = (self.api, self.texts.clone());
        let (mut below, mut is_compared_here) = (None, false);
        loop {
            let page = if is_compared_here {
                let page = self.send_request(|| api.sessions(Scope::All, below)).await;
                page.map_err(SearchStop::Failed)?
            } else {
                let page = self
                    .send_request(|| api.search_sessions(&texts, below))
                    .await;
                match page {
                    Ok(page) => page,
                    Err(error) if error.kind.is_refusal() || may_concern_request(error.kind) => {
                        is_compared_here = true;
                        if below.is_none() {
                            self.coverage.may_miss_accents = false;
                            self.coverage.forms_left_out = false;
                        }
                        continue;
                    }
                    Err(error) => return Err(SearchStop::Failed(error)),
                }
            };
            let is_last = is_last(&page, below);
            let is_old = self.is_page_too_old(&page);
            below = page.next;
            let oldest = page.sessions.iter().filter_map(|row| row.requested).min();
            self.coverage.back_to = oldest.or(self.coverage.back_to);
            if !is_compared_here {
                self.coverage.left_out.unreadable += page.unreadable_count;
            }
            let rows = self.rows_in_scope(page, scope);
            if let Some(lists) = self.lists() {
                if is_compared_here {
                    lists.sessions = Some(lists.sessions.unwrap_or(0) + rows.len());
                }
                lists.has_all_sessions = is_last;
            }
            for row in rows {
                let texts = [&row.first_message, &row.last_message];
                let is_candidate = texts.into_iter().any(|text| {
                    self.request.query.is_match([text]) || text.chars().count() > MAX_WHOLE_TEXT
                });
                if is_candidate && read.insert(row.id) {
                    self.read_transcript(&row).await?;
                }
            }
            self.report_progress().await?;
            if is_last || is_old {
                return Ok(is_compared_here);
            }
        }
    }

    /// Reads the transcripts of live sessions and of those requested in the last days.
    async fn search_transcripts(
        &mut self,
        scope: &SearchScope,
        is_compared_here: bool,
        read: &mut HashSet<SessionId>,
    ) -> Result<(), SearchStop> {
        let api = self.api;
        let start = self.first_day();
        let (mut below, mut is_live, mut is_bounded) = (None, true, false);
        loop {
            let listed = if is_live { Scope::Channels } else { Scope::All };
            let page = match self.send_request(|| api.sessions(listed, below)).await {
                // The archive has live sessions too.
                Err(error) if is_live && error.kind.is_refusal() => SessionPage::default(),
                page => page.map_err(SearchStop::Failed)?,
            };
            let is_last = is_last(&page, below);
            let is_old = match self.request.since {
                Some(_) => self.is_page_too_old(&page),
                None => is_all(&page, |row| row.requested.is_some_and(|at| at < start)),
            };
            below = page.next;
            // Rows of the archive were counted before where all its pages were read.
            if is_live || !is_compared_here {
                self.coverage.left_out.unreadable += page.unreadable_count;
            }
            for row in self.rows_in_scope(page, scope) {
                let is_wanted = is_live || self.request.since.is_some() || is_recent(&row, start);
                if !is_wanted {
                    is_bounded |= !read.contains(&row.id);
                    continue;
                }
                if !read.insert(row.id) {
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
                is_bounded |= self.request.since.is_none() && !is_last;
                self.coverage.reached_end = !is_bounded;
                return self.report_progress().await;
            }
            is_live = false;
        }
    }
}

impl<S: ChatApi> SearchRun<'_, S> {
    /// Reads a transcript and reports its hits, the newest first. One that cannot be read is left out.
    async fn read_transcript(&mut self, row: &Session) -> Result<(), SearchStop> {
        let mut attempts = self.attempts();
        let result = loop {
            let mut found = Vec::new();
            let result = self.collect(row.id, &mut found).await;
            found.sort_by_key(|message| Reverse(message.id));
            if !found.is_empty() {
                let session = self.named(row).await;
                let hits = found.into_iter().map(|message| SearchHit {
                    session: session.clone(),
                    message,
                });
                self.report(hits.collect()).await?;
            }
            match result {
                Err(error) if !error.kind.is_refusal() => {
                    if let Err(error) = attempts.wait(error).await {
                        break Err(error);
                    }
                }
                result => break result,
            }
        };
        let left_out = &mut self.coverage.left_out;
        let failure = match result {
            Ok(unreadable) => {
                left_out.unreadable += unreadable;
                let is_older = self.request.since.is_none()
                    && row.ended.is_some()
                    && !is_recent(row, self.first_day());
                if let Some(lists) = self.lists() {
                    lists.older_transcripts += usize::from(is_older);
                    lists.transcripts += usize::from(!is_older);
                }
                None
            }
            Err(error) => match error.kind {
                ErrorKind::SignIn => return Err(SearchStop::Failed(error)),
                ErrorKind::Forbidden => {
                    left_out.not_allowed += 1;
                    None
                }
                ErrorKind::NotFound => {
                    left_out.not_found += 1;
                    None
                }
                kind => {
                    left_out.unreadable += 1;
                    Some(error).filter(|_| kind != ErrorKind::TooLarge)
                }
            },
        };
        match failure {
            None => self.failed_sessions = 0,
            Some(error) => {
                self.failed_sessions += 1;
                if self.failed_sessions == MAX_FAILED_SESSIONS {
                    return Err(SearchStop::Failed(error));
                }
            }
        }
        self.report_progress().await
    }

    /// Collects the messages that match, also those before an error. Returns how many could not be read.
    async fn collect(
        &self,
        session: SessionId,
        found: &mut Vec<Message>,
    ) -> Result<usize, ApiError> {
        let mut pages = self.api.messages(session, MessageId::START).await?;
        let mut unreadable_count = 0;
        while let Some(messages) = pages.next().await? {
            let unreadable = messages.iter().filter(|it| it.unreadable.is_some());
            unreadable_count += unreadable.count();
            let wanted = messages.into_iter();
            found.extend(wanted.filter(|message| self.is_wanted(message)));
        }
        Ok(unreadable_count)
    }

    /// The session with the customer, of whom a row of the archive has few properties.
    async fn named(&self, row: &Session) -> Session {
        if row.customer_name().is_some() {
            return row.clone();
        }
        let found = self.send_request(|| self.api.session(row.id)).await;
        found.unwrap_or_else(|_| row.clone())
    }

    /// The sessions of a page that may be shown and may have messages that match.
    fn rows_in_scope(&mut self, page: SessionPage, scope: &SearchScope) -> Vec<Session> {
        self.coverage.forms_left_out |= page.forms_left_out;
        if page.incomplete.is_some() {
            self.coverage.incomplete = page.incomplete;
        }
        let mut rows = page.sessions;
        rows.retain(|row| scope.selects(row) && !self.is_too_old(row.ended));
        for row in &mut rows {
            scope.name_channel(row);
        }
        rows
    }

    /// Without a time given, transcripts are read of the sessions requested since then.
    fn first_day(&self) -> Timestamp {
        self.request.now - TimeDelta::days(DAYS.into())
    }

    fn lists(&mut self) -> Option<&mut ListCoverage> {
        match &mut self.coverage.method {
            SearchMethod::Lists(lists) => Some(lists),
            SearchMethod::Server => None,
        }
    }

    fn is_page_too_old(&self, page: &SessionPage) -> bool {
        is_all(page, |row| self.is_too_old(row.requested))
    }
}

/// Returns `true` if there are sessions and a condition is true of all.
fn is_all(page: &SessionPage, is: impl Fn(&Session) -> bool) -> bool {
    !page.sessions.is_empty() && page.sessions.iter().all(is)
}

fn is_last(page: &SessionPage, below: Option<SessionId>) -> bool {
    page.next.is_none() || below.is_some() && page.next >= below
}

fn is_recent(row: &Session, start: Timestamp) -> bool {
    row.requested.is_none_or(|at| at >= start)
}
