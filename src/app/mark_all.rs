//! Marks all listed sessions read, and undoes it.

use super::effect::Effect;
use super::status::Level;
use super::{App, Unread};
use crate::chat::{Message, ReadPosition, ReadState, Session, SessionId};
use crate::text::count_of;

/// What marking all sessions read changed.
#[derive(Clone, Debug, Default)]
pub(super) struct MarkedAll {
    /// How far each session was read before and after.
    positions: Vec<(SessionId, [ReadPosition; 2])>,
    /// See [`App::marked_unread`].
    marked_unread: Option<SessionId>,
}

impl App {
    /// Returns `true` if the last time that all sessions were marked read can be undone.
    pub(super) fn can_undo_mark_all_read(&self) -> bool {
        !self.marked_all.positions.is_empty()
    }

    /// Marks every session of the list read, also those that the filter hides.
    pub(super) fn mark_all_read(&mut self) -> Vec<Effect> {
        let all = self.session_list.rows().map(|row| &**row.unmasked());
        let unread = all.filter(|session| self.unread(session) != Unread::Nothing);
        let change = |session: &Session| {
            let before = self.read_position(session.id)?;
            Some((session.id, [before, self.end_position(session)]))
        };
        let positions: Vec<_> = unread.filter_map(change).collect();
        let after = positions.iter().map(|(id, [_, after])| (*id, *after));
        let effect = self.set_read_positions(after.collect());
        let count = count_of(positions.len(), "session");
        self.marked_all = MarkedAll {
            positions,
            marked_unread: self.marked_unread.take(),
        };
        let text = format!("{count} marked read; \"undo mark all read\" brings them back");
        self.show_notice(Level::Info, text);
        vec![effect]
    }

    /// Marks the sessions unread again in which nothing was read since.
    pub(super) fn undo_mark_all_read(&mut self) -> Vec<Effect> {
        let marked = std::mem::take(&mut self.marked_all);
        let is_unchanged = |id, after| self.read_position(id) == Some(after);
        let before = marked.positions.into_iter();
        let before: Vec<_> = before
            .filter(|&(id, [_, after])| is_unchanged(id, after))
            .map(|(id, [before, _])| (id, before))
            .collect();
        let text = format!("{} marked unread again", count_of(before.len(), "session"));
        self.marked_unread = self.marked_unread.or(marked.marked_unread);
        self.show_notice(Level::Info, text);
        vec![self.set_read_positions(before)]
    }

    fn set_read_positions(&mut self, positions: Vec<(SessionId, ReadPosition)>) -> Effect {
        let mut changes = ReadState::default();
        for (id, position) in positions {
            changes.merge(&self.record_read_position(id, position));
        }
        Effect::SaveReadState(changes)
    }

    /// The read position behind everything that is known of a session.
    pub(super) fn end_position(&self, session: &Session) -> ReadPosition {
        let pane = self.loaded_pane(session.id);
        let newest = pane.and_then(|pane| pane.newest(self.now));
        let until = newest.and_then(Message::sort_time);
        ReadPosition {
            until: until.max(session.last_activity).unwrap_or(self.now),
            newest: newest.map(|newest| newest.id),
        }
    }
}
