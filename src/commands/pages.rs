//! The sessions of a scope, page by page: what is listed beside the pages, where the list ends, and why sessions
//! may be missing.

use chrono::TimeDelta;

use tokio::sync::Mutex;

use super::live_rows::LiveRows;
use super::retry::{RetryPolicy, request};
use super::{CommandError, Context};
use crate::chat::{Scope, Session, SessionId, SessionPage, exceeds_max_body};
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::TimePoint;

/// A session may be requested later than those with higher ids: from its id until it is requested, the customer
/// fills in a form.
const FORM_TIME: TimeDelta = TimeDelta::days(1);

pub(super) struct SessionPages {
    live: LiveRows,
    /// Nothing requested before is needed.
    since: Option<TimePoint>,
    position: Position,
    /// Rows that could not be read.
    pub(super) unreadable: usize,
    /// Whether rows lack status and rating.
    pub(super) lacks_status: bool,
    /// Whether the live sessions alone are a result.
    allows_live_only: bool,
    /// Why sessions may be missing although the list came to its end.
    incomplete: Option<ApiError>,
    /// Why the list ended early.
    failure: Option<ApiError>,
    /// The bytes of the sessions that may still be stored, see [`Session::stored_bytes`], and the error for more.
    limit: Option<(u64, ApiError)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    Start,
    Below(SessionId),
    End,
}

impl SessionPages {
    /// Begins a list. Once no page can have a session requested since the time given, it ends.
    pub(super) fn new(live: LiveRows, since: Option<TimePoint>) -> Self {
        Self {
            unreadable: live.unreadable,
            lacks_status: false,
            allows_live_only: false,
            live,
            since,
            position: Position::Start,
            incomplete: None,
            failure: None,
            limit: None,
        }
    }

    /// Where the live list was received, it is a partial result if the archive fails.
    pub(super) fn allow_live_only(mut self) -> Self {
        self.allows_live_only = self.live.is_listed;
        self
    }

    /// Limits the sessions that are stored; `remedy` is what to do about more of them.
    pub(super) fn with_limit(mut self, max_body: u64, remedy: &str) -> Self {
        let why = exceeds_max_body("The list", max_body, remedy);
        self.limit = Some((max_body, ApiError::new(ErrorKind::TooLarge, why)));
        self
    }

    /// Stores sessions. If they exceed the limit, the list ends: returns the live sessions that no page had.
    pub(super) fn store(
        &mut self,
        sessions: impl IntoIterator<Item = Session>,
        stored: &mut Vec<Session>,
    ) -> Vec<Session> {
        for session in sessions {
            if let Some((bytes_left, exceeded)) = &mut self.limit {
                let Some(left) = bytes_left.checked_sub(session.stored_bytes() as u64) else {
                    let exceeded = exceeded.clone();
                    return self.end_early(exceeded);
                };
                *bytes_left = left;
            }
            stored.push(session);
        }
        Vec::new()
    }

    /// The next sessions; `None` after the last. Only a failure of the first page is an error: the sessions before
    /// another one stay.
    pub(super) async fn next(
        &mut self,
        context: &mut Context<'_>,
        list: impl AsyncFn(Option<SessionId>) -> Result<SessionPage, ApiError>,
    ) -> Result<Option<Vec<Session>>, CommandError> {
        let fetch = async |below| Ok(context.retry_if_moved(async || list(below).await).await?);
        self.next_by(fetch).await
    }

    /// The next sessions of the archive, whose pages are requested as long as that may help.
    pub(super) async fn next_of_archive<S: ChatApi>(
        &mut self,
        api: &S,
        policy: &Mutex<impl RetryPolicy>,
    ) -> Result<Option<Vec<Session>>, CommandError> {
        let fetch =
            async |below| request(policy, async || api.sessions(Scope::All, below).await).await;
        self.next_by(fetch).await
    }

    async fn next_by(
        &mut self,
        fetch: impl AsyncFnOnce(Option<SessionId>) -> Result<SessionPage, CommandError>,
    ) -> Result<Option<Vec<Session>>, CommandError> {
        let below = match self.position {
            Position::Start => None,
            Position::Below(id) => Some(id),
            Position::End => return Ok(None),
        };
        let page = match fetch(below).await {
            Err(CommandError::Service(error)) => Err(error),
            page => Ok(page?),
        };
        Ok(Some(self.accept(below, page)?))
    }

    /// Takes the response to the request for a page; returns its sessions. With the last one, also the live sessions
    /// that no page had.
    fn accept(
        &mut self,
        below: Option<SessionId>,
        page: Result<SessionPage, ApiError>,
    ) -> Result<Vec<Session>, ApiError> {
        let page = match page {
            Ok(page) if below.is_some() && page.next >= below => {
                let why = "the service sent the same page of sessions twice";
                return Ok(self.end_early(ApiError::new(ErrorKind::InvalidResponse, why)));
            }
            Ok(page) => page,
            Err(error) if below.is_some() || self.allows_live_only => {
                return Ok(self.end_early(error));
            }
            Err(error) => return Err(error),
        };
        self.unreadable += page.unreadable_count;
        self.lacks_status |= page.lacks_status;
        if let Some(why) = page.incomplete {
            let error = ApiError::new(ErrorKind::InvalidResponse, why);
            self.incomplete.get_or_insert(error);
        }
        self.position = match page.next {
            Some(next) if !self.is_all_before(&page.sessions) => Position::Below(next),
            _ => Position::End,
        };
        let mut sessions = self.live.merge_into(page.sessions);
        if self.position == Position::End {
            sessions.extend(self.live.take_unlisted());
        }
        Ok(sessions)
    }

    /// Ends the list for a reason; returns the live sessions that no page had.
    pub(super) fn end_early(&mut self, why: ApiError) -> Vec<Session> {
        self.position = Position::End;
        self.failure = Some(why);
        self.live.take_unlisted()
    }

    /// Why the list ended early.
    pub(super) fn failure(&self) -> Option<&ApiError> {
        self.failure.as_ref()
    }

    /// Why sessions are missing, or may be.
    pub(super) fn into_interruption(self) -> Option<ApiError> {
        self.failure.or(self.incomplete)
    }

    /// Returns `true` if no later page can have a session that is needed.
    fn is_all_before(&self, rows: &[Session]) -> bool {
        self.since.is_some_and(|since| {
            rows.iter().all(|row| {
                let latest = row.requested.map(|requested| requested + FORM_TIME);
                latest.is_some_and(|latest| !since.is_reached(latest))
            })
        })
    }
}
