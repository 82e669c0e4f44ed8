//! Live sessions beside those of the archive, whose rows lack name, email address and last activity.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::Context;
use crate::chat::{Scope, Session, SessionId, SessionPage};
use crate::sync::{ApiError, ChatApi, ErrorKind};

#[derive(Default)]
pub(super) struct LiveRows {
    rows: HashMap<SessionId, Session>,
    /// Whether the live list was received.
    pub(super) is_listed: bool,
    /// Elements of the live list that could not be read.
    pub(super) unreadable: usize,
}

impl LiveRows {
    /// Fetches the live list, which only the archive needs.
    pub(super) async fn fetch<S: ChatApi>(
        api: &S,
        scope: Scope,
        context: &mut Context<'_>,
    ) -> Result<Self, ApiError> {
        if scope != Scope::All {
            return Ok(Self::default());
        }
        let listed = context.retry_if_moved(async || api.sessions(Scope::Channels, None).await);
        Self::new(listed.await)
    }

    /// Takes the live list. The archive may be readable without access to it.
    pub(super) fn new(listed: Result<SessionPage, ApiError>) -> Result<Self, ApiError> {
        let page = match listed {
            Ok(page) => page,
            Err(error) if matches!(error.kind, ErrorKind::Forbidden | ErrorKind::NotFound) => {
                return Ok(Self::default());
            }
            Err(error) => return Err(error),
        };
        let rows = page.sessions.into_iter().map(|row| (row.id, row));
        Ok(Self {
            rows: rows.collect(),
            is_listed: true,
            unreadable: page.unreadable_count,
        })
    }

    /// Replaces rows of the archive by live ones; their JSON stays that of the archive.
    pub(super) fn merge_into(&mut self, archived: Vec<Session>) -> Vec<Session> {
        let archived = archived.into_iter();
        archived
            .map(|archived| match self.rows.remove(&archived.id) {
                Some(live) => Session {
                    raw: archived.raw,
                    ..live
                },
                None => archived,
            })
            .collect()
    }

    /// The live sessions that the archive did not list, newest first.
    pub(super) fn take_unlisted(&mut self) -> Vec<Session> {
        let rows = std::mem::take(&mut self.rows).into_values();
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|row| Reverse(row.id));
        rows
    }
}
