//! Applies commands: the open session, watched sessions, the scope, and the focus of the window.

use std::collections::HashSet;

use tokio::time::Instant;

use super::archive_refresh::ArchiveRefresh;
use super::tracked_session::TrackedSession;
use super::{Query, Scheduler, intervals};
use crate::chat::SessionId;
use crate::sync::SyncCommand;

/// Cursors are stored for this many sessions that were opened and left.
const MAX_CLOSED_TRACKED: usize = 16;

impl Scheduler {
    pub(in crate::sync) fn handle_command(&mut self, command: SyncCommand, now: Instant) {
        match command {
            SyncCommand::Open {
                session,
                from_start,
            } => self.open_session(session, from_start, now),
            SyncCommand::SetWatched(sessions) => self.watch_sessions(sessions, now),
            SyncCommand::ReadWaits {
                reads,
                now: service_time,
            } => self.set_wait_reads(reads, service_time, now),
            SyncCommand::SetScope(scope) => {
                self.scope = scope;
                self.archive_refresh = ArchiveRefresh::default();
                self.unschedule(|query| {
                    matches!(query, Query::List { .. } | Query::ArchivePage { .. })
                });
                self.schedule(Query::List { scope, below: None }, now);
            }
            SyncCommand::FetchNextPage { below } => {
                let (scope, below) = (self.scope, Some(below));
                self.unschedule(|query| matches!(query, Query::List { below: Some(_), .. }));
                self.schedule(Query::List { scope, below }, now);
            }
            SyncCommand::FetchSession(session) => {
                let same = Query::Session(session);
                self.unschedule(|it| matches!(it, Query::Session(_)) && it != same);
                if self.find_mut(same).is_none() {
                    self.schedule(same, now);
                }
            }
            SyncCommand::FetchConversations(customer) => {
                let query = Query::Conversations(customer);
                self.unschedule(|it| matches!(it, Query::Conversations(_)) && it != query);
                if self.find_mut(query).is_none() {
                    self.schedule(query, now);
                }
            }
            SyncCommand::PollPresence(is_polled) => {
                self.unschedule(|query| query == Query::Presence);
                if is_polled {
                    self.schedule(Query::Presence, now);
                }
            }
            SyncCommand::Refresh => {
                let is_wait = |query| matches!(query, Query::Wait(_));
                for due in self.queue.iter_mut().filter(|due| !is_wait(due.query)) {
                    due.failures = 0;
                    due.next_at = Some(now);
                    // Its connection may be broken.
                    let is_slow = |at: Instant| now - at >= intervals::SLOW_AFTER;
                    if due.requested_at.is_some_and(is_slow) {
                        due.in_flight = None;
                    }
                }
                if let Some(tracked) = self.open.and_then(|open| self.sessions.get_mut(&open)) {
                    tracked.progress.request_reread(now);
                }
            }
            SyncCommand::Resume { slept } => {
                // The monotonic clock stops while the machine sleeps; the pause does not.
                self.limiter.shorten_pause(slept);
                for due in &mut self.queue {
                    due.in_flight = None;
                }
                self.schedule_wait_read(now);
                self.handle_command(SyncCommand::Refresh, now);
            }
            // One request after the other, which the poller lets run beside the others.
            SyncCommand::Search { .. } | SyncCommand::CancelSearch => {}
            SyncCommand::SetFocused(is_focused) => self.set_focused(is_focused, now),
        }
    }

    fn open_session(&mut self, session: SessionId, from_start: bool, now: Instant) {
        let query = Query::Messages(session);
        self.open = Some(session);
        let tracked = self.track(session, now);
        tracked.on_opened(now);
        if from_start {
            tracked.progress.reset();
            self.unschedule(|it| it == query);
        }
        self.drop_closed();
        self.unschedule(|it| matches!(it, Query::Session(other) if other != session));
        // One of low priority could still wait behind others: the user's is sent anew.
        self.queue
            .retain(|due| due.query != query || due.in_flight.is_none() || !due.is_low_priority);
        match self.find_mut(query) {
            Some(due) => {
                due.failures = 0;
                due.next_at = Some(now);
            }
            None => self.schedule(query, now),
        }
    }

    fn watch_sessions(&mut self, sessions: Vec<SessionId>, now: Instant) {
        self.watched = sessions.iter().copied().collect();
        self.drop_closed();
        let scheduled = self.queue.iter().filter_map(|due| due.query.session());
        let mut scheduled: HashSet<_> = scheduled.collect();
        for session in sessions.into_iter().filter(|id| scheduled.insert(*id)) {
            self.track(session, now);
            self.schedule(Query::Messages(session), now);
        }
    }

    fn track(&mut self, session: SessionId, now: Instant) -> &mut TrackedSession {
        let tracked = self.sessions.entry(session);
        tracked.or_insert_with(|| TrackedSession::new(now))
    }

    /// Drops sessions that are neither open nor watched. The cursors of those opened last are retained;
    /// others are read from the start when they are opened again.
    fn drop_closed(&mut self) {
        let (open, watched) = (self.open, &self.watched);
        let is_closed = |id: &SessionId| Some(*id) != open && !watched.contains(id);
        self.queue
            .retain(|due| !due.query.session().is_some_and(|id| is_closed(&id)));
        self.sessions
            .retain(|id, tracked| tracked.opened_at.is_some() || !is_closed(id));
        let closed = self.sessions.iter().filter(|(id, _)| is_closed(id));
        let mut left: Vec<_> = closed
            .map(|(id, tracked)| (tracked.opened_at, *id))
            .collect();
        left.sort_unstable();
        for (_, id) in left.iter().rev().skip(MAX_CLOSED_TRACKED) {
            self.sessions.remove(id);
        }
    }

    /// Without focus, intervals are longer; on focus, requests that this has delayed are sent at once.
    fn set_focused(&mut self, is_focused: bool, now: Instant) {
        self.is_focused = is_focused;
        if !is_focused {
            return;
        }
        let (scope, below) = (self.scope, None);
        for (query, interval) in [
            (Some(Query::List { scope, below }), self.intervals.list),
            (self.open.map(Query::Messages), self.intervals.open_session),
        ] {
            if let (Some(query), Some(interval)) = (query, interval)
                && let Some(index) = self.queue.iter().position(|due| due.query == query)
            {
                let requested_at = self.queue[index].requested_at.unwrap_or(now);
                let at = self.not_before(query, requested_at + interval);
                self.queue[index].bring_forward(at);
            }
        }
        self.hurry_wait_reads(now);
    }
}
