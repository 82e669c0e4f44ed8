//! Unread messages per session, for the list and the header.

use super::App;
use super::effect::Effect;
use super::session_list::{Attention, HiddenCounts};
use super::status::Level;
use super::transcript_pane::{LIST_LAG, TranscriptPane};
use crate::chat::{Message, ReadPosition, Session, SessionId, Timestamp};
use crate::text::ListedSession;

/// Counting stops at this many unread messages.
const MAX_COUNT: usize = 99;

/// What is unread in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Nothing, as far as known.
    Nothing,
    /// Something, but the messages are not loaded.
    Something,
    /// This many messages.
    Messages(usize),
    /// More than `MAX_COUNT` messages.
    More,
}

impl App {
    /// How many sessions need attention above the visible rows of the list and below them; where there are
    /// any, `covered` of the visible rows at that end count too.
    pub(crate) fn hidden_attention(&self, covered: usize) -> [HiddenCounts; 2] {
        let watched = self.read_state.watched_sessions().into_iter();
        let watched = watched.map(|id| (id, Attention::Watched));
        // For the others the list does not show whether anything is unread.
        let recent = self.recent_sessions.iter().copied();
        let unread = recent.filter(|id| self.is_listed_unread(*id));
        let unread = unread.map(|id| (id, Attention::Unread));
        let others: Vec<_> = watched.chain(unread).collect();
        let hidden = self.session_list.hidden(0, &others);
        let mut counts = self.session_list.hidden(covered, &others);
        for (counts, hidden) in counts.iter_mut().zip(hidden) {
            if hidden == HiddenCounts::default() {
                *counts = hidden;
            }
        }
        counts
    }

    /// What is unread in a session: counted if its messages are loaded, otherwise judged by the list.
    pub fn unread(&self, session: &Session) -> Unread {
        let Some(seen) = self.read_position(session.id) else {
            return Unread::Nothing;
        };
        let loaded = self.loaded_pane(session.id);
        let count = |pane: &TranscriptPane, limit| {
            pane.count_unread(pane.first_unread_index(seen), self.now, limit)
        };
        if let Some(pane) = loaded.filter(|pane| self.is_up_to_date(session, pane, seen)) {
            return match count(pane, MAX_COUNT + 1) {
                0 => Unread::Nothing,
                count if count > MAX_COUNT => Unread::More,
                count => Unread::Messages(count),
            };
        }
        let moved = session.last_activity.or(session.requested) > Some(seen.until);
        let left_unread = || loaded.is_some_and(|pane| count(pane, 1) > 0);
        if (session.stage().is_waiting() && moved) || left_unread() {
            Unread::Something
        } else {
            Unread::Nothing
        }
    }

    /// How many sessions of the list have something unread, and since when the oldest of that waits to be
    /// read, as far as known.
    pub(crate) fn unread_summary(&self) -> (usize, Option<Timestamp>) {
        let all = self.session_list.rows();
        // Counting takes time, and for the others the list does not show whether anything is unread.
        let may_be = |session: &&Session| {
            session.stage().is_waiting() || self.recent_sessions.contains(&session.id)
        };
        let unread = all
            .map(|row| &**row.unmasked())
            .filter(may_be)
            .filter(|session| self.unread(session) != Unread::Nothing);
        unread.fold((0, None), |(count, oldest), session| {
            let times = oldest.into_iter().chain(self.unread_since(session));
            (count + 1, times.min())
        })
    }

    pub(crate) fn count_unread_sessions(&self) -> usize {
        self.unread_summary().0
    }

    /// When the first unread message of a session was posted, according to its messages if they are
    /// loaded. Otherwise it is the first one without an answer, unless that was read: then the last.
    fn unread_since(&self, session: &Session) -> Option<Timestamp> {
        let seen = self.read_position(session.id)?;
        let loaded = self.loaded_pane(session.id);
        let first = loaded.and_then(|pane| pane.first_unread(seen, self.now));
        let unanswered = self.session_list.wait(session).map(|wait| wait.since);
        let unanswered = unanswered.filter(|since| *since > seen.until);
        first
            .and_then(Message::sort_time)
            .or(unanswered)
            .or(session.last_activity)
    }

    /// The next session with unread messages, by the list from the open one on; then one that the filter
    /// hides; the open one last.
    pub(super) fn next_unread(&self) -> Option<SessionId> {
        let open = self.open_session_id();
        let rows: Vec<_> = self.session_list.visible_rows().collect();
        let at = rows.iter().position(|row| Some(row.id()) == open);
        let (before, after) = rows.split_at(at.map_or(0, |at| at + 1));
        let shown = after.iter().chain(before).copied();
        let candidates = shown.chain(self.session_list.rows());
        let is_unread = |session: &Session| self.unread(session) != Unread::Nothing;
        let mut others = candidates.filter(|row| Some(row.id()) != open);
        let next = others
            .find(|row| is_unread(row.unmasked()))
            .map(ListedSession::id);
        let is_open_unread = || self.open_session().is_some_and(is_unread);
        next.or_else(|| open.filter(|_| is_open_unread()))
    }

    /// While the list shows only what needs attention: brings up to date which sessions do beside those
    /// that wait. The open session stays, so that reading it does not take it away.
    pub(super) fn update_attention(&mut self) -> Vec<Effect> {
        if !self.session_list.shows_attention_only() {
            return Vec::new();
        }
        // For the others the list does not show whether anything is unread, except for those that wait.
        let recent = self.recent_sessions.iter().copied();
        let unread = recent.filter(|id| self.is_listed_unread(*id));
        let watched = self.read_state.watched_sessions();
        let kept = unread.chain(watched).chain(self.open_session_id());
        let kept = Some(kept.collect());
        if !self.session_list.set_attention(kept) {
            return Vec::new();
        }
        self.dirty = true;
        self.scroll_list_to_selection()
    }

    /// Shows only sessions that need attention, or all again.
    pub(super) fn toggle_attention(&mut self) -> Vec<Effect> {
        let shows_all = self.session_list.shows_attention_only();
        let kept = (!shows_all).then(Default::default);
        self.session_list.follow_selection();
        self.session_list.set_attention(kept);
        let mut effects = self.update_attention();
        effects.extend(self.scroll_list_to_selection());
        let text = if shows_all {
            "All sessions are shown"
        } else {
            "Only sessions that need attention are shown: waiting, unread, watched"
        };
        self.show_notice(Level::Info, text);
        effects
    }

    /// Returns `true` if the session is in the list, with something unread.
    fn is_listed_unread(&self, id: SessionId) -> bool {
        let row = self.session_list.listed(id);
        row.is_some_and(|row| self.unread(row.unmasked()) != Unread::Nothing)
    }

    /// Returns `true` if the loaded messages cover the last activity that the list reports.
    fn is_up_to_date(&self, session: &Session, pane: &TranscriptPane, seen: ReadPosition) -> bool {
        let newest = pane.transcript().last().and_then(Message::sort_time);
        let covered = newest.map(|newest| newest + LIST_LAG);
        self.open_session_id() == Some(session.id)
            || session.last_activity <= covered.max(Some(seen.until))
    }
}
