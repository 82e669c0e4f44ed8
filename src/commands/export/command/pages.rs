//! The archive page by page, with the rows of live sessions in place of its own.

use chrono::TimeDelta;

use super::super::super::Error;
use super::super::super::live_rows::LiveRows;
use super::{Exporter, Selection};
use crate::chat::{Scope, Session, SessionId, SessionPage};
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::TimePoint;

/// A session may be requested later than those with higher ids: from its id until it is requested, the customer
/// fills in a form.
const FORM_TIME: TimeDelta = TimeDelta::days(1);

pub(super) struct Pages {
    live: LiveRows,
    /// Nothing requested before is needed.
    since: Option<TimePoint>,
    position: Position,
    /// Rows that could not be read.
    pub(super) unreadable: usize,
    /// Why sessions may be missing although the list came to its end.
    pub(super) incomplete: Option<ApiError>,
    /// Why the list ended early. What was listed before is exported all the same.
    pub(super) failure: Option<ApiError>,
}

#[derive(Clone, Copy)]
enum Position {
    Start,
    Below(SessionId),
    /// Only the live sessions that the archive did not list are left.
    AfterArchive,
    End,
}

impl Pages {
    pub(super) async fn begin<S: ChatApi>(
        exporter: &Exporter<'_, '_, S>,
        selection: &Selection<'_>,
    ) -> Result<Self, Error> {
        let list = async |_| {
            let listed = exporter.api.sessions(Scope::Channels, None).await;
            Ok(LiveRows::new(listed)?)
        };
        let live = exporter.request(list).await?;
        Ok(Self {
            unreadable: live.unreadable,
            live,
            since: selection.since(),
            position: Position::Start,
            incomplete: None,
            failure: None,
        })
    }

    /// The next sessions; `None` after the last.
    pub(super) async fn next<S: ChatApi>(
        &mut self,
        exporter: &Exporter<'_, '_, S>,
    ) -> Result<Option<Vec<Session>>, Error> {
        let below = match self.position {
            Position::Start => None,
            Position::Below(id) => Some(id),
            Position::AfterArchive => {
                self.position = Position::End;
                return Ok(Some(self.live.take_unlisted()));
            }
            Position::End => return Ok(None),
        };
        let list = async |_| Ok(exporter.api.sessions(Scope::All, below).await?);
        let page = match exporter.request(list).await {
            Ok(page) if below.is_some() && page.next >= below => {
                let why = "the service sent the same page of sessions twice";
                self.failure = Some(ApiError::new(ErrorKind::InvalidResponse, why));
                SessionPage::default()
            }
            Err(Error::Service(error)) if below.is_some() => {
                self.failure = Some(error);
                SessionPage::default()
            }
            page => page?,
        };
        self.unreadable += page.unreadable_count;
        if let Some(why) = page.incomplete {
            let error = ApiError::new(ErrorKind::InvalidResponse, why);
            self.incomplete.get_or_insert(error);
        }
        self.position = match page.next {
            Some(next) if !self.is_all_before(&page.sessions) => Position::Below(next),
            _ => Position::AfterArchive,
        };
        Ok(Some(self.live.overlay(page.sessions)))
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
