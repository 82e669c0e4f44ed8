//! Unread messages per session, for the list and the window title.

use super::App;
use super::transcript_pane::{LIST_LAG, TranscriptPane};
use crate::chat::{Message, ReadPosition, Session, Stage};

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
        if (is_last_from_customer(session) && moved) || left_unread() {
            Unread::Something
        } else {
            Unread::Nothing
        }
    }

    /// How many sessions of the list have something unread.
    pub fn count_unread_sessions(&self) -> usize {
        let all = self.session_list.all().iter();
        // Counting is not free, and of the others the list cannot say that anything is unread.
        let may_be = |session: &&Session| {
            is_last_from_customer(session) || self.recent_sessions.contains(&session.id)
        };
        all.filter(may_be)
            .filter(|session| self.unread(session) != Unread::Nothing)
            .count()
    }

    /// Returns `true` if the loaded messages cover the last activity that the list reports.
    fn is_up_to_date(&self, session: &Session, pane: &TranscriptPane, seen: ReadPosition) -> bool {
        let newest = pane.transcript().last().and_then(Message::sort_time);
        let covered = newest.map(|newest| newest + LIST_LAG);
        self.open_session_id() == Some(session.id)
            || session.last_activity <= covered.max(Some(seen.until))
    }
}

/// Returns `true` if the customer wrote last, according to the list.
fn is_last_from_customer(session: &Session) -> bool {
    matches!(session.stage(), Stage::NeedsReply | Stage::Queued)
}
