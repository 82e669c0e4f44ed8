//! What of which session is seen, unread or watched, and what follows from it.
//!
//! Seen is what was on the screen of a window that had the keyboard. The marks themselves are plain
//! values; where they are kept is not known here.

use chrono::TimeDelta;

use super::App;
use super::effect::Effect;
use super::reader::{Reader, TOLD_LATER};
use super::status::Level;
use crate::chat::{
    SessionPage, Lww, ReadState, Timestamp, SessionReadState, Said, ReadPosition, Session, SessionId, Stage,
};

/// That a session was heard of is noted so often.
const HEARD_EVERY: TimeDelta = TimeDelta::days(1);
/// More unread messages than this are not counted.
const MOST_COUNTED: usize = 99;

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
        let Some(seen) = self.seen(session.id) else {
            return Unread::Nothing;
        };
        let held = self.readers.get(&session.id).filter(|it| it.is_caught_up());
        if let Some(reader) = held.filter(|reader| self.is_up_to_date(session, reader, seen)) {
            return match reader.news_from(reader.first_unseen(seen), self.now, MOST_COUNTED + 1) {
                0 => Unread::Nothing,
                count if count > MOST_COUNTED => Unread::More,
                count => Unread::Messages(count),
            };
        }
        let moved = session.last_activity.or(session.requested) > Some(seen.until);
        let left_unread = || {
            held.is_some_and(|reader| reader.news_from(reader.first_unseen(seen), self.now, 1) > 0)
        };
        if (customer_last(session) && moved) || left_unread() {
            Unread::Something
        } else {
            Unread::Nothing
        }
    }

    /// How many sessions of the list have something unread.
    pub fn unread_sessions(&self) -> usize {
        let all = self.sessions.all().iter();
        // Of the others, which may be many, the list tells nothing.
        let may_be =
            |session: &&Session| customer_last(session) || self.recent.contains(&session.id);
        all.filter(may_be)
            .filter(|session| self.unread(session) != Unread::Nothing)
            .count()
    }

    /// Tells whether a session is watched.
    pub fn is_watched(&self, session: SessionId) -> bool {
        self.marks.is_watched(session)
    }

    /// Tells whether the messages held of a session are all that the list tells of.
    fn is_up_to_date(&self, session: &Session, reader: &Reader, seen: ReadPosition) -> bool {
        let newest = reader.transcript().last().and_then(|last| last.place());
        let held = newest.map(|newest| newest + TOLD_LATER);
        self.open_id() == Some(session.id) || session.last_activity <= held.max(Some(seen.until))
    }

    /// Takes in what is remembered.
    pub(super) fn marks_read(&mut self, marks: &ReadState) -> Vec<Effect> {
        let before = self.marks.clone();
        self.marks.merge(marks);
        if self.marks == before {
            return Vec::new();
        }
        self.dirty = true;
        if let Some(open) = self.open_id().filter(|_| before.since.is_none()) {
            self.show_unread_line(open);
        }
        let watched = self.marks.watched_sessions();
        if watched == before.watched_sessions() {
            return Vec::new();
        }
        vec![Effect::AlsoWatch(watched)]
    }

    /// Notes whether the window has the keyboard, and passes it on when that is news; what comes while
    /// it has not is unread.
    pub(super) fn focus_changed(&mut self, focused: bool) -> Vec<Effect> {
        if std::mem::replace(&mut self.focused, focused) == focused {
            return Vec::new();
        }
        if let Some(reader) = self.recent.last().and_then(|id| self.readers.get_mut(id))
            && !focused
        {
            reader.leave(self.now);
        }
        vec![Effect::Attend(focused)]
    }

    /// Draws the line where the unread begin, in a transcript just read to its end.
    pub(super) fn show_unread_line(&mut self, id: SessionId) {
        let Some(seen) = self.seen(id) else {
            return;
        };
        if let Some(reader) = self.readers.get_mut(&id)
            // Whoever reads already must not have rows move.
            && reader.is_caught_up()
            && reader.is_following()
        {
            reader.draw_unread_line(reader.first_unseen(seen), self.now);
        }
    }

    /// After every fact: what the screen shows of the open session is seen.
    pub(super) fn look(&mut self) -> Vec<Effect> {
        let Some(id) = self.open_id().filter(|_| self.looks_at_reader()) else {
            return Vec::new();
        };
        let Some(seen) = self.seen(id) else {
            return Vec::new();
        };
        let told = self.open_session().and_then(|it| it.last_activity);
        let reader = self.reader().filter(|reader| reader.is_caught_up());
        let Some((reader, panes)) = reader.zip(self.panes()) else {
            return Vec::new();
        };
        if self.stays_unread == Some(id) && !reader.is_following() {
            return Vec::new();
        }
        let Some(further) = reader.sees(seen, told, &self.lens(&panes)) else {
            return Vec::new();
        };
        self.stays_unread = None;
        self.dirty = true;
        self.see(id, further)
    }

    /// Marks the session in focus read, as far as is known of it.
    pub(super) fn mark_read(&mut self) -> Vec<Effect> {
        let Some(session) = self.session_in_focus() else {
            return Vec::new();
        };
        let (id, words) = (session.id, format!("{} is marked read", session.title()));
        let reader = self.readers.get(&id).filter(|it| it.is_caught_up());
        let newest = reader.and_then(|reader| reader.newest(self.now));
        let until = newest.and_then(|newest| newest.place());
        let seen = ReadPosition {
            until: until.max(session.last_activity).unwrap_or(self.now),
            newest: newest.map(|newest| newest.id),
        };
        self.stays_unread = self.stays_unread.filter(|stays| *stays != id);
        let mut effects = self.see(id, seen);
        effects.extend(self.tell(Level::Done, words));
        effects
    }

    /// Marks the open session unread from the selected message on, and stops following it.
    pub(super) fn mark_unread(&mut self) -> Vec<Effect> {
        let Some(id) = self.open_id() else {
            return Vec::new();
        };
        let now = self.now;
        let seen = self.with_reader(|reader, lens| {
            let place = reader.selected_place()?;
            reader.pause(lens);
            reader.draw_unread_line(place, now);
            let before = place.checked_sub(1);
            let before = before.and_then(|before| reader.transcript().get(before));
            let first = reader.transcript().get(place)?;
            Some(seen_before(&first, before.as_ref()))
        });
        let Some(seen) = seen.flatten() else {
            return Vec::new();
        };
        self.stays_unread = Some(id);
        let mut effects = self.see(id, seen);
        effects.extend(self.tell(Level::Done, "Marked unread from this message on"));
        effects
    }

    /// Watches the session in focus, or no longer.
    pub(super) fn toggle_watched(&mut self) -> Vec<Effect> {
        let Some(session) = self.session_in_focus() else {
            return Vec::new();
        };
        let (id, title) = (session.id, session.title());
        let watches = !self.marks.is_watched(id);
        let words = if watches {
            format!("Watching {title}")
        } else {
            format!("No longer watching {title}")
        };
        let mut effects = self.remember(id, |mark, now| {
            mark.watched = Some(Lww::set(mark.watched, now, watches));
        });
        effects.insert(0, Effect::AlsoWatch(self.marks.watched_sessions()));
        effects.extend(self.tell(Level::Done, words));
        effects
    }

    /// Notes which of the sessions remembered the service still tells of.
    pub(super) fn heard_of(&mut self, listing: &SessionPage) -> Vec<Effect> {
        let now = self.own_now();
        let mut heard = ReadState::default();
        for session in &listing.sessions {
            if let Some(mark) = self.marks.sessions.get_mut(&session.id)
                && mark.last_listed + HEARD_EVERY <= now
            {
                mark.last_listed = now;
                heard.merge(&ReadState::for_session(session.id, *mark));
            }
        }
        if heard.sessions.is_empty() {
            return Vec::new();
        }
        vec![Effect::KeepMarks(heard)]
    }

    /// How far a session was seen; of one without a mark, what was there at the very first start, which
    /// was told by our clock.
    fn seen(&self, id: SessionId) -> Option<ReadPosition> {
        let seen = self.marks.read_position(id)?;
        let mark = self.marks.sessions.get(&id).and_then(|mark| mark.read_position);
        Some(mark.map_or(
            ReadPosition {
                until: seen.until + self.service.ahead,
                ..seen
            },
            |made| made.value,
        ))
    }

    fn see(&mut self, id: SessionId, seen: ReadPosition) -> Vec<Effect> {
        self.remember(id, |mark, now| {
            mark.read_position = Some(Lww::set(mark.read_position, now, seen));
        })
    }

    fn remember(
        &mut self,
        id: SessionId,
        change: impl FnOnce(&mut SessionReadState, Timestamp),
    ) -> Vec<Effect> {
        let now = self.own_now();
        let sessions = &mut self.marks.sessions;
        let mark = sessions.entry(id).or_insert(SessionReadState::new(now));
        mark.last_listed = now;
        change(mark, now);
        vec![Effect::KeepMarks(ReadState::for_session(id, *mark))]
    }

    /// Tells whether the reader is on the screen of a window that has the keyboard.
    pub(super) fn looks_at_reader(&self) -> bool {
        self.focused && self.panes().is_some_and(|panes| !panes.reader.is_empty())
    }
}

/// Tells whether the customer is known to have written last.
fn customer_last(session: &Session) -> bool {
    matches!(session.status.stage(), Stage::NeedsReply | Stage::Queued)
}

/// Everything before a message.
fn seen_before(first: &Said<'_>, before: Option<&Said<'_>>) -> ReadPosition {
    let just_before = |moment: Timestamp| moment - TimeDelta::milliseconds(1);
    let until = before.and_then(Said::place);
    let until = until.or_else(|| first.place().map(just_before));
    ReadPosition {
        until: until.unwrap_or_default(),
        newest: before.map(|before| before.id),
    }
}
