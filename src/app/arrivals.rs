//! What answers of the service bring: rows of the list, messages, what is gone, zones.

use super::App;
use super::effect::Effect;
use super::event::{Extent, Lane, Link};
use super::overlay::Overlay;
use super::status::Level;
use crate::chat::{SessionPage, Page, Scope, ServiceZone, Session, SessionId};
use crate::text::TimeZone;

impl App {
    pub(super) fn sessions_listed(
        &mut self,
        scope: Scope,
        below: Option<SessionId>,
        listing: SessionPage,
    ) -> Vec<Effect> {
        if scope != self.sessions.scope() {
            return Vec::new();
        }
        self.live(Lane::List);
        let is_open = |session: &&Session| Some(session.id) == self.open_id();
        if let Some(row) = listing.sessions.iter().find(is_open) {
            self.compare(row);
        }
        let mut effects = self.heard_of(&listing);
        self.dirty |= self.sessions.take(below, listing);
        effects.extend(self.list_changed());
        effects
    }

    pub(super) fn session_read(&mut self, session: Session) -> Vec<Effect> {
        if Some(session.id) == self.open_id() {
            self.compare(&session);
            self.dirty |= self.described.as_ref() != Some(&session);
            self.described = Some(session);
        }
        Vec::new()
    }

    /// The row of the open session tells whether its messages are still those that were pulled last,
    /// however seldom they are pulled.
    fn compare(&mut self, row: &Session) {
        let told = |row: &Session| {
            (
                row.status.clone(),
                row.last_activity,
                row.last_message.clone(),
            )
        };
        let known = self.open_session().map(told);
        let is_same = known.is_none_or(|known| known == told(row));
        let now = self.own_now();
        self.status.compared(Lane::Reader, is_same, now);
    }

    pub(super) fn messages_arrived(&mut self, session: SessionId, as_of: u64, messages: Page) {
        if let Some(reader) = self.readers.get_mut(&session) {
            let merged = reader.merge(messages, as_of);
            self.dirty |= !merged.is_unchanged();
        }
    }

    /// An answer with messages has ended; a whole one tells what is gone as well.
    pub(super) fn caught_up(
        &mut self,
        session: SessionId,
        as_of: u64,
        extent: Extent,
    ) -> Vec<Effect> {
        let is_open = Some(session) == self.open_id();
        let Some(reader) = self.readers.get_mut(&session) else {
            return Vec::new();
        };
        let held = reader.transcript().len();
        let is_first = !reader.is_caught_up();
        self.dirty |= reader.catch_up(extent == Extent::Nothing);
        let removed = match extent {
            Extent::Whole => reader.conclude(as_of),
            Extent::Rest | Extent::Nothing => 0,
        };
        self.dirty |= reader.transcript().len() != held;
        let is_empty = reader.transcript().is_empty();
        if is_first {
            self.show_unread_line(session);
        }
        if !is_open {
            return Vec::new();
        }
        self.live(Lane::Reader);
        let words = match removed {
            0 => return Vec::new(),
            _ if is_empty => {
                "The service holds no messages of this session any more: it was reset or deleted"
                    .to_owned()
            }
            1 => "1 message is no longer there".to_owned(),
            _ => format!("{removed} messages are no longer there"),
        };
        self.tell(Level::Done, words)
    }

    /// The zones are told; who is choosing one chooses among them.
    pub(super) fn zones_listed(&mut self, zones: Vec<ServiceZone>) -> Vec<Effect> {
        let settled = self.zones.listed_now(zones, self.now);
        if let Some(Overlay::Zones(chooser)) = &mut self.overlay {
            let choices = TimeZone::choices(self.zones.listed(), self.now);
            chooser.relist(choices, self.zones.in_force());
            self.dirty = true;
        }
        self.zone_settled(settled)
    }

    /// Notes that the service answered.
    fn live(&mut self, lane: Lane) {
        let now = self.own_now();
        self.status.answered(lane, now);
        self.dirty |= self.status.link_changed(lane, Link::Live, now);
    }
}
