//! What of which session is seen, unread or watched, and what follows from it.
//!
//! Seen is what was on the screen of a window that had the keyboard. The marks themselves are plain
//! values; where they are kept is not known here.

use chrono::TimeDelta;

use super::App;
use super::effect::Effect;
use super::status::Level;
use super::transcript_pane::{LIST_LAG, TranscriptPane};
use crate::chat::{
    Lww, Message, ReadPosition, ReadState, Session, SessionId, SessionPage, SessionReadState,
    Stage, Timestamp,
};

/// That a session was heard of is noted so often.
const TOUCH_INTERVAL: TimeDelta = TimeDelta::days(1);
/// More unread messages than this are not counted.
const MAX_COUNT: usize = 99;

/// What of a session is unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Nothing, as far as is known.
    Nothing,
    /// Something; how much is not known.
    Something,
    /// So many messages.
    Messages(usize),
    /// More messages than are counted.
    More,
}

impl App {
    /// What of a session is unread: counted where its messages are held, else as the list tells.
    pub fn unread(&self, session: &Session) -> Unread {
        let Some(seen) = self.read_position(session.id) else {
            return Unread::Nothing;
        };
        let loaded = self
            .transcript_panes
            .get(&session.id)
            .filter(|it| it.is_fully_loaded());
        if let Some(pane) = loaded.filter(|pane| self.is_up_to_date(session, pane, seen)) {
            return match pane.count_unread(pane.first_unread_index(seen), self.now, MAX_COUNT + 1) {
                0 => Unread::Nothing,
                count if count > MAX_COUNT => Unread::More,
                count => Unread::Messages(count),
            };
        }
        let moved = session.last_activity.or(session.requested) > Some(seen.until);
        let left_unread = || {
            loaded.is_some_and(|pane| {
                pane.count_unread(pane.first_unread_index(seen), self.now, 1) > 0
            })
        };
        if (is_last_from_customer(session) && moved) || left_unread() {
            Unread::Something
        } else {
            Unread::Nothing
        }
    }

    /// How many sessions of the list have something unread.
    pub fn count_unread_sessions(&self) -> usize {
        let all = self.session_list.all().iter();
        // Of the others, which may be many, the list tells nothing.
        let may_be = |session: &&Session| {
            is_last_from_customer(session) || self.recent_sessions.contains(&session.id)
        };
        all.filter(may_be)
            .filter(|session| self.unread(session) != Unread::Nothing)
            .count()
    }

    /// Tells whether a session is watched.
    pub fn is_watched(&self, session: SessionId) -> bool {
        self.read_state.is_watched(session)
    }

    /// Tells whether the messages held of a session are all that the list tells of.
    fn is_up_to_date(&self, session: &Session, pane: &TranscriptPane, seen: ReadPosition) -> bool {
        let newest = pane.transcript().last().and_then(Message::sort_time);
        let held = newest.map(|newest| newest + LIST_LAG);
        self.open_session_id() == Some(session.id)
            || session.last_activity <= held.max(Some(seen.until))
    }

    /// Takes in what is remembered.
    pub(super) fn on_read_state(&mut self, loaded: &ReadState) -> Vec<Effect> {
        let before = self.read_state.clone();
        self.read_state.merge(loaded);
        if self.read_state == before {
            return Vec::new();
        }
        self.dirty = true;
        if let Some(open) = self.open_session_id().filter(|_| before.since.is_none()) {
            self.show_unread_marker(open);
        }
        let watched = self.read_state.watched_sessions();
        if watched == before.watched_sessions() {
            return Vec::new();
        }
        vec![Effect::AlsoWatch(watched)]
    }

    /// Notes whether the window has the keyboard, and passes it on when that is news; what comes while
    /// it has not is unread.
    pub(super) fn on_focus_changed(&mut self, focused: bool) -> Vec<Effect> {
        if std::mem::replace(&mut self.window_focused, focused) == focused {
            return Vec::new();
        }
        if let Some(pane) = self
            .recent_sessions
            .last()
            .and_then(|id| self.transcript_panes.get_mut(id))
            && !focused
        {
            pane.on_blur(self.now);
        }
        vec![Effect::Attend(focused)]
    }

    /// Draws the line where the unread begin, in a transcript just read to its end.
    pub(super) fn show_unread_marker(&mut self, id: SessionId) {
        let Some(seen) = self.read_position(id) else {
            return;
        };
        if let Some(pane) = self.transcript_panes.get_mut(&id)
            // Whoever reads already must not have rows move.
            && pane.is_fully_loaded()
            && pane.is_following()
        {
            pane.set_unread_marker(pane.first_unread_index(seen), self.now);
        }
    }

    /// After every fact: what the screen shows of the open session is seen.
    pub(super) fn mark_visible_as_read(&mut self) -> Vec<Effect> {
        let Some(id) = self
            .open_session_id()
            .filter(|_| self.is_user_viewing_transcript())
        else {
            return Vec::new();
        };
        let Some(seen) = self.read_position(id) else {
            return Vec::new();
        };
        let last_activity = self.open_session().and_then(|it| it.last_activity);
        let pane = self.transcript_pane().filter(|pane| pane.is_fully_loaded());
        let Some((pane, panes)) = pane.zip(self.panes()) else {
            return Vec::new();
        };
        if self.marked_unread == Some(id) && !pane.is_following() {
            return Vec::new();
        }
        let Some(further) = pane.read_position(seen, last_activity, &self.viewport(&panes)) else {
            return Vec::new();
        };
        self.marked_unread = None;
        self.dirty = true;
        self.set_read_position(id, further)
    }

    /// Marks the session in focus read, as far as is known of it.
    pub(super) fn mark_read(&mut self) -> Vec<Effect> {
        let Some(session) = self.focused_session() else {
            return Vec::new();
        };
        let (id, text) = (session.id, format!("{} is marked read", session.title()));
        let pane = self
            .transcript_panes
            .get(&id)
            .filter(|it| it.is_fully_loaded());
        let newest = pane.and_then(|pane| pane.newest(self.now));
        let until = newest.and_then(Message::sort_time);
        let seen = ReadPosition {
            until: until.max(session.last_activity).unwrap_or(self.now),
            newest: newest.map(|newest| newest.id),
        };
        self.marked_unread = self.marked_unread.filter(|stays| *stays != id);
        let mut effects = self.set_read_position(id, seen);
        effects.extend(self.show_notice(Level::Info, text));
        effects
    }

    /// Marks the open session unread from the selected message on, and stops following it.
    pub(super) fn mark_unread(&mut self) -> Vec<Effect> {
        let Some(id) = self.open_session_id() else {
            return Vec::new();
        };
        let now = self.now;
        let seen = self.with_transcript_pane(|pane, viewport| {
            let index = pane.selected_index()?;
            pane.pause(viewport);
            pane.set_unread_marker(index, now);
            let before = index.checked_sub(1);
            let before = before.and_then(|before| pane.transcript().get(before));
            let first = pane.transcript().get(index)?;
            Some(read_position_before(first, before))
        });
        let Some(seen) = seen.flatten() else {
            return Vec::new();
        };
        self.marked_unread = Some(id);
        let mut effects = self.set_read_position(id, seen);
        effects.extend(self.show_notice(Level::Info, "Marked unread from this message on"));
        effects
    }

    /// Watches the session in focus, or no longer.
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
        let mut effects = self.update_entry(id, |mark, now| {
            mark.watched = Some(Lww::set(mark.watched, now, watches));
        });
        effects.insert(0, Effect::AlsoWatch(self.read_state.watched_sessions()));
        effects.extend(self.show_notice(Level::Info, text));
        effects
    }

    /// Notes which of the sessions remembered the service still tells of.
    pub(super) fn touch_listed(&mut self, listing: &SessionPage) -> Vec<Effect> {
        let now = self.local_now();
        let mut touched = ReadState::default();
        for session in &listing.sessions {
            if let Some(mark) = self.read_state.sessions.get_mut(&session.id)
                && mark.last_listed + TOUCH_INTERVAL <= now
            {
                mark.last_listed = now;
                touched.merge(&ReadState::for_session(session.id, *mark));
            }
        }
        if touched.sessions.is_empty() {
            return Vec::new();
        }
        vec![Effect::SaveReadState(touched)]
    }

    /// How far a session was seen; of one without a mark, what was there at the very first start, which
    /// was told by our clock.
    fn read_position(&self, id: SessionId) -> Option<ReadPosition> {
        let seen = self.read_state.read_position(id)?;
        let mark = self
            .read_state
            .sessions
            .get(&id)
            .and_then(|mark| mark.read_position);
        Some(mark.map_or(
            ReadPosition {
                until: seen.until + self.service.clock_offset,
                ..seen
            },
            |made| made.value,
        ))
    }

    fn set_read_position(&mut self, id: SessionId, seen: ReadPosition) -> Vec<Effect> {
        self.update_entry(id, |mark, now| {
            mark.read_position = Some(Lww::set(mark.read_position, now, seen));
        })
    }

    fn update_entry(
        &mut self,
        id: SessionId,
        change: impl FnOnce(&mut SessionReadState, Timestamp),
    ) -> Vec<Effect> {
        let now = self.local_now();
        let sessions = &mut self.read_state.sessions;
        let mark = sessions.entry(id).or_insert(SessionReadState::new(now));
        mark.last_listed = now;
        change(mark, now);
        vec![Effect::SaveReadState(ReadState::for_session(id, *mark))]
    }

    /// Tells whether the reader is on the screen of a window that has the keyboard.
    pub(super) fn is_user_viewing_transcript(&self) -> bool {
        self.window_focused
            && self
                .panes()
                .is_some_and(|panes| !panes.transcript.is_empty())
    }
}

/// Tells whether the customer is known to have written last.
fn is_last_from_customer(session: &Session) -> bool {
    matches!(session.status.stage(), Stage::NeedsReply | Stage::Queued)
}

/// Everything before a message.
fn read_position_before(first: &Message, before: Option<&Message>) -> ReadPosition {
    let just_before = |moment: Timestamp| moment - TimeDelta::milliseconds(1);
    let until = before.and_then(Message::sort_time);
    let until = until.or_else(|| first.sort_time().map(just_before));
    ReadPosition {
        until: until.unwrap_or_default(),
        newest: before.map(|before| before.id),
    }
}
