//! Read state: what the user has seen of each session, and which sessions are watched.
//!
//! A message has been seen if it was on the screen of a window with the focus. The state itself is
//! plain data; `storage` stores it.

use chrono::TimeDelta;

use super::App;
use super::effect::Effect;
use super::status::Level;
use crate::chat::{
    Message, ReadPosition, ReadState, SessionId, SessionPage, SessionReadState, Timed, Timestamp,
};
use crate::sync::SyncCommand;
use crate::text::ListedSession;

/// How often it is recorded that a session is still listed, for old entries to be dropped.
const TOUCH_INTERVAL: TimeDelta = TimeDelta::days(1);

impl App {
    pub(crate) fn is_watched(&self, session: SessionId) -> bool {
        self.read_state.is_watched(session)
    }

    /// Merges the read state loaded from disk.
    pub(super) fn on_read_state(&mut self, loaded: &ReadState) -> Vec<Effect> {
        let before = self.read_state.clone();
        self.read_state.merge(loaded);
        if self.read_state == before {
            return Vec::new();
        }
        self.dirty = true;
        let mut effects = Vec::new();
        if self.session_list.apply_wait_records(&self.read_state.waits) {
            effects.extend(self.request_wait_reads());
        }
        if let Some(open) = self.open_session_id().filter(|_| before.since.is_none()) {
            self.show_unread_marker(open);
        }
        let watched = self.read_state.watched_sessions();
        if watched != before.watched_sessions() {
            effects.push(Effect::Sync(SyncCommand::SetWatched(watched)));
        }
        effects
    }

    /// Records whether the window has the focus, and passes a change on to the poller. Messages that
    /// arrive without the focus are unread.
    pub(super) fn on_focus_changed(&mut self, focused: bool) -> Vec<Effect> {
        if std::mem::replace(&mut self.window_focused, focused) == focused {
            return Vec::new();
        }
        let now = self.now;
        if let Some(pane) = self.open_pane_mut().filter(|_| !focused) {
            pane.on_blur(now);
        }
        vec![Effect::Sync(SyncCommand::SetFocused(focused))]
    }

    /// Shows the unread line in a transcript that has just been loaded.
    pub(super) fn show_unread_marker(&mut self, id: SessionId) {
        let Some(seen) = self.read_position(id) else {
            return;
        };
        if let Some(pane) = self.transcript_panes.get_mut(&id)
            // In a paused view the line would move rows.
            && pane.is_fully_loaded()
            && pane.is_following()
        {
            pane.set_unread_marker(pane.first_unread_index(seen), self.now);
        }
    }

    /// After every event: what the screen shows of the open session counts as read.
    pub(super) fn mark_visible_as_read(&mut self) -> Vec<Effect> {
        let id = self.visible_session();
        let Some((id, seen)) = id.and_then(|id| Some((id, self.visible_position(id)?))) else {
            return Vec::new();
        };
        self.marked_unread = None;
        self.dirty = true;
        self.set_read_position(id, seen)
    }

    /// How far the open session is read by what is on the screen, if further than before.
    fn visible_position(&self, id: SessionId) -> Option<ReadPosition> {
        let pane = self.loaded_pane(id)?;
        if self.marked_unread == Some(id) && !pane.is_following() {
            return None;
        }
        let last_activity = self.open_session().and_then(|it| it.last_activity);
        let viewport = self.viewport(&self.panes()?);
        pane.read_position(self.read_position(id)?, last_activity, &viewport)
    }

    /// Marks the focused session read, up to its last known message or activity.
    pub(super) fn mark_read(&mut self) -> Vec<Effect> {
        let Some(session) = self.focused_session() else {
            return Vec::new();
        };
        let (id, text) = (session.id, format!("{} is marked read", session.title()));
        let seen = self.end_position(session);
        self.marked_unread = self.marked_unread.filter(|stays| *stays != id);
        let effects = self.set_read_position(id, seen);
        self.show_notice(Level::Info, text);
        effects
    }

    /// Marks the open session unread from the selected message on, and pauses.
    pub(super) fn mark_unread(&mut self) -> Vec<Effect> {
        let Some(id) = self.open_session_id() else {
            return Vec::new();
        };
        let now = self.now;
        let seen = self.with_transcript_pane(|pane, viewport| {
            let index = pane.selected_index()?;
            pane.pause(viewport);
            pane.set_unread_marker(index, now);
            let before = index
                .checked_sub(1)
                .and_then(|it| pane.transcript().get(it));
            Some(read_position_before(pane.transcript().get(index)?, before))
        });
        let Some(seen) = seen.flatten() else {
            return Vec::new();
        };
        self.marked_unread = Some(id);
        let effects = self.set_read_position(id, seen);
        self.show_notice(Level::Info, "Marked unread from this message on");
        effects
    }

    /// Toggles whether the focused session is watched.
    pub(super) fn toggle_watched(&mut self) -> Vec<Effect> {
        let Some(session) = self.focused_session() else {
            return Vec::new();
        };
        let (id, title) = (session.id, session.title());
        let watches = !self.read_state.is_watched(id);
        let text = if watches {
            format!("Watching {title}")
        } else {
            format!("No longer watching {title}")
        };
        let change = self.update_entry(id, |entry, now| {
            entry.watched = Some(Timed::set(entry.watched, now, watches));
        });
        let sessions = self.read_state.watched_sessions();
        self.show_notice(Level::Info, text);
        vec![
            Effect::Sync(SyncCommand::SetWatched(sessions)),
            Effect::SaveReadState(change),
        ]
    }

    /// Records which of the sessions with a read state the service still lists.
    pub(super) fn touch_listed(&mut self, listing: &SessionPage<ListedSession>) -> Vec<Effect> {
        let now = self.local_now();
        let mut touched = ReadState::default();
        for id in listing.sessions.iter().map(ListedSession::id) {
            if let Some(entry) = self.read_state.sessions.get_mut(&id)
                && entry.last_listed + TOUCH_INTERVAL <= now
            {
                entry.last_listed = now;
                touched.merge(&ReadState::for_session(id, *entry));
            }
        }
        if touched.sessions.is_empty() {
            return Vec::new();
        }
        vec![Effect::SaveReadState(touched)]
    }

    /// How far a session has been read. Without an entry that is what there was at the very first start,
    /// a time by our clock, converted to that of the service.
    pub(super) fn read_position(&self, id: SessionId) -> Option<ReadPosition> {
        let mut seen = self.read_state.read_position(id)?;
        let entry = self.read_state.sessions.get(&id);
        if entry.is_none_or(|entry| entry.read_position.is_none()) {
            seen.until += self.service.clock_offset;
        }
        Some(seen)
    }

    fn set_read_position(&mut self, id: SessionId, seen: ReadPosition) -> Vec<Effect> {
        vec![Effect::SaveReadState(self.record_read_position(id, seen))]
    }

    /// Records how far a session was read; returns the change.
    pub(super) fn record_read_position(&mut self, id: SessionId, seen: ReadPosition) -> ReadState {
        self.update_entry(id, |entry, now| {
            entry.read_position = Some(Timed::set(entry.read_position, now, seen));
        })
    }

    fn update_entry(
        &mut self,
        id: SessionId,
        change: impl FnOnce(&mut SessionReadState, Timestamp),
    ) -> ReadState {
        let now = self.local_now();
        let sessions = &mut self.read_state.sessions;
        let entry = sessions.entry(id).or_insert(SessionReadState::new(now));
        entry.last_listed = now;
        change(entry, now);
        ReadState::for_session(id, *entry)
    }

    /// The open session, if its transcript is visible and the window has the focus.
    pub(super) fn visible_session(&self) -> Option<SessionId> {
        let is_visible = |_: &SessionId| self.panes().is_some_and(|it| !it.transcript.is_empty());
        self.open_session_id()
            .filter(|_| self.window_focused)
            .filter(is_visible)
    }
}

/// The read position just above a message.
fn read_position_before(first: &Message, before: Option<&Message>) -> ReadPosition {
    let just_before = |time: Timestamp| time - TimeDelta::milliseconds(1);
    let until = before.and_then(Message::sort_time);
    let until = until.or_else(|| first.sort_time().map(just_before));
    ReadPosition {
        until: until.unwrap_or_default(),
        newest: before.map(|before| before.id),
    }
}
