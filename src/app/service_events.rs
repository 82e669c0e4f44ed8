//! Handles events of the poller: rows of the list, messages, zones, the state of the connection.

use super::App;
use super::effect::Effect;
use super::overlay::Overlay;
use super::status::Level;
use super::time_zone::TimeZoneState;
use super::transcript_pane::TranscriptPane;
use crate::chat::{Message, Scope, ServiceZone, Session, SessionId, SessionPage, exceeds_max_body};
use crate::sync::{ConnectionState, Feed, PullExtent, ServiceNotice, SyncCommand, SyncEvent};
use crate::text::ListedSession;

impl App {
    pub(super) fn on_sync_event(&mut self, event: SyncEvent) -> Vec<Effect> {
        match event {
            SyncEvent::SessionsListed {
                scope,
                below,
                listing,
            } => return self.on_session_list(scope, below, listing),
            SyncEvent::SessionFetched(session) => self.on_session(*session),
            SyncEvent::SessionUnavailable { session, why } => {
                self.on_session_unavailable(session, why);
            }
            SyncEvent::ConversationsFetched { customer, result } => {
                return self.on_conversations(customer, result);
            }
            SyncEvent::PresenceFetched(agents) => self.on_presence(agents),
            SyncEvent::SearchUpdated { id, update } => return self.on_search_update(id, update),
            SyncEvent::SearchEnded { id, report } => return self.on_search_ended(id, *report),
            SyncEvent::WaitRead { session, scan, .. } => return self.on_wait_read(session, scan),
            SyncEvent::MessagesArrived {
                session,
                request_id,
                messages,
            } => self.on_messages(session, request_id, messages),
            SyncEvent::MessagesComplete {
                session,
                request_id,
                extent,
                messages,
            } => {
                self.on_messages(session, request_id, messages);
                self.on_messages_complete(session, request_id, extent);
            }
            SyncEvent::SignedIn(me) => {
                self.dirty = true;
                self.me = Some(me);
            }
            SyncEvent::UserZoneFetched(zone) => {
                let resolved = self.time_zone.set_user_zone(zone, self.now);
                return self.on_zone_resolved(resolved);
            }
            SyncEvent::UserZoneRefused => self.on_zone_refused(TimeZoneState::on_user_zone_refused),
            SyncEvent::ZonesRefused => self.on_zone_refused(TimeZoneState::on_zones_refused),
            SyncEvent::ZonesListed(zones) => return self.on_zones(zones),
            SyncEvent::ConnectionChanged {
                feed,
                session,
                state,
            } => {
                if feed == Feed::List || session == self.open_session_id() {
                    let now = self.local_now();
                    self.dirty |= self.status.set_connection_state(feed, state, now);
                }
            }
            SyncEvent::Notice(ServiceNotice::ClockOffset(offset)) => self.on_clock_offset(offset),
            SyncEvent::Notice(ServiceNotice::Moved { from, to }) => self.on_service_moved(from, to),
        }
        Vec::new()
    }

    fn on_session_list(
        &mut self,
        scope: Scope,
        below: Option<SessionId>,
        listing: SessionPage<ListedSession>,
    ) -> Vec<Effect> {
        let is_archive = self.session_list.scope() == Scope::All;
        if is_archive && scope == Scope::Channels {
            return self.on_live_rows(listing);
        }
        if scope != self.session_list.scope() {
            return Vec::new();
        }
        self.mark_feed_live(Feed::List);
        let is_open = |row: &&ListedSession| Some(row.id()) == self.open_session_id();
        // A row of the archive has fewer properties than a live one.
        let open_row = listing.sessions.iter().find(is_open);
        let mut effects = Vec::new();
        if let Some(row) = open_row.filter(|row| !self.session_list.is_live(row.id)) {
            let known = self.session_list.get(row.id).or(self.open_session());
            let is_same = known.is_none_or(|known| is_same_activity(known, row));
            self.compare_open_session(is_same);
            if is_archive && !is_same {
                effects.push(Effect::Sync(SyncCommand::FetchSession(row.id)));
            }
        }
        if !is_archive {
            self.observe_waits(&listing.sessions);
        }
        effects.extend(self.touch_listed(&listing));
        if let Some(why) = &listing.incomplete
            && self.incomplete_list.as_ref() != Some(why)
        {
            self.incomplete_list = Some(why.clone());
            self.show_notice(Level::Error, why.clone());
        }
        let was_over_limit = self.session_list.is_over_limit();
        self.dirty |= self.session_list.apply(below, listing, self.max_body);
        if self.session_list.is_over_limit() && !was_over_limit {
            let limit = self.max_body as u64;
            let text = exceeds_max_body("List", limit, " to see older sessions");
            self.show_notice(Level::Error, text);
        }
        effects.extend(self.mask_ahead());
        effects.extend(self.on_list_changed());
        effects.extend(self.go_to_pending_day());
        effects.extend(self.request_wait_reads());
        effects.extend(self.save_waits_if_due());
        effects
    }

    /// Live rows arrive beside those of the archive.
    fn on_live_rows(&mut self, listing: SessionPage<ListedSession>) -> Vec<Effect> {
        let is_open = |row: &&ListedSession| Some(row.id()) == self.open_session_id();
        if let Some(row) = listing.sessions.iter().find(is_open) {
            let known = self.open_session();
            let is_same = known.is_none_or(|known| is_same_activity(known, row));
            self.compare_open_session(is_same);
        }
        let was_stale = self.are_live_rows_stale();
        self.status.record_live_rows(self.local_now());
        self.dirty |= was_stale;
        self.observe_waits(&listing.sessions);
        let mut effects = self.touch_listed(&listing);
        self.dirty |= self.session_list.set_live(listing.sessions);
        effects.extend(self.mask_ahead());
        effects.extend(self.scroll_list_to_selection());
        effects.extend(self.request_wait_reads());
        effects.extend(self.save_waits_if_due());
        effects
    }

    fn on_session(&mut self, session: Session) {
        if Some(session.id) == self.open_session_id() {
            // A row of the archive lacks the last activity.
            let is_archived = self.session_list.is_archived(session.id);
            let known = self.open_session().filter(|_| !is_archived);
            let is_same = known.is_none_or(|known| is_same_activity(known, &session));
            self.compare_open_session(is_same);
            // Otherwise it is the messages that are refused, and the next response decides.
            let is_loaded = self.loaded_pane(session.id).is_some();
            if let Some(pane) = self.open_pane_mut().filter(|_| is_loaded) {
                let is_changed = pane.set_unavailable(None);
                self.dirty |= is_changed;
            }
            self.dirty |= self.fetched_session.as_ref() != Some(&session);
            if is_archived {
                self.dirty |= self.session_list.add_customer(&session);
            }
            self.fetched_session = Some(session);
        }
    }

    /// The session is not there, or may not be read: its pane shows the reason, and the connection stays live.
    fn on_session_unavailable(&mut self, session: SessionId, why: String) {
        if let Some(pane) = self.transcript_panes.get_mut(&session) {
            self.dirty |= pane.set_unavailable(Some(why));
        }
        if Some(session) == self.open_session_id() {
            self.mark_messages_live();
        }
    }

    /// A row of the open session that has not changed confirms its messages between two pulls.
    fn compare_open_session(&mut self, is_same: bool) {
        let now = self.local_now();
        self.status
            .feed_mut(Feed::Messages)
            .record_comparison(is_same, now);
    }

    fn on_messages(&mut self, session: SessionId, request_id: u64, messages: Vec<Message>) {
        let messages = self.with_agent_names(messages);
        let posted = self.live_post_time(session, &messages);
        if let Some(pane) = self.transcript_panes.get_mut(&session) {
            if !messages.is_empty() {
                self.dirty |= pane.set_unavailable(None);
            }
            let was_over_limit = pane.is_over_limit();
            let merged = pane.merge_within(messages, request_id, self.max_body);
            self.dirty |= !merged.is_unchanged() || pane.is_over_limit() != was_over_limit;
            self.drop_transcripts_beyond(self.max_body);
        }
        self.with_transcript_pane(|pane, viewport| {
            // Before rows are counted: otherwise the new ones are laid out each time.
            pane.fill_layout_cache(viewport);
            pane.release_hidden_selection(viewport);
        });
        self.update_figures(session);
        self.check_date_shift(posted);
    }

    /// After a full response, messages that were not in it are removed.
    fn on_messages_complete(&mut self, session: SessionId, request_id: u64, extent: PullExtent) {
        let is_open = Some(session) == self.open_session_id();
        let Some(pane) = self.transcript_panes.get_mut(&session) else {
            return;
        };
        let previous_count = pane.transcript().len();
        let is_first = !pane.is_fully_loaded();
        self.dirty |= pane.on_messages_complete(extent == PullExtent::Empty);
        let removed = match extent {
            PullExtent::Full => pane.remove_missing(request_id),
            PullExtent::Tail | PullExtent::Empty => 0,
        };
        self.dirty |= pane.transcript().len() != previous_count;
        let is_empty = pane.transcript().is_empty();
        self.update_wait_from_transcript(session);
        self.update_figures(session);
        if is_first {
            self.show_unread_marker(session);
        }
        if !is_open {
            return;
        }
        self.mark_messages_live();
        self.jump_if_pending();
        let text = match removed {
            0 => return,
            _ if is_empty => {
                "All messages were removed: the session was reset or deleted".to_owned()
            }
            1 => "1 message was removed from the session".to_owned(),
            _ => format!("{removed} messages were removed from the session"),
        };
        self.show_notice(Level::Info, text);
    }

    /// Goes on without a zone that the service does not provide.
    fn on_zone_refused(&mut self, go_on: fn(&mut TimeZoneState) -> Option<&'static str>) {
        let Some(why) = go_on(&mut self.time_zone) else {
            return;
        };
        let zone = self.time_zone.active().label();
        self.show_notice(Level::Info, format!("{why}: times are in {zone}"));
    }

    /// Also replaces the items of an open zone picker.
    fn on_zones(&mut self, zones: Vec<ServiceZone>) -> Vec<Effect> {
        let resolved = self.time_zone.set_service_zones(zones, self.now);
        if let Some(Overlay::ZonePicker(picker)) = &mut self.overlay {
            let choices = self.time_zone.choices(self.now);
            picker.set_items(&choices, self.time_zone.active());
            self.dirty = true;
        }
        self.on_zone_resolved(resolved)
    }

    /// Returns `true` if what the list shows of the live sessions may be out of date. In the scope of all
    /// sessions they have a response of their own, whatever becomes of that of the archive.
    pub(crate) fn are_live_rows_stale(&self) -> bool {
        let now = self.local_now();
        match self.session_list.scope() {
            Scope::All => self.status.are_live_rows_stale(now),
            Scope::Channels | Scope::Mine => self.status.stale_age(Feed::List, now).is_some(),
        }
    }

    fn mark_feed_live(&mut self, feed: Feed) {
        let now = self.local_now();
        let feed = self.status.feed_mut(feed);
        feed.record_answer(now);
        self.dirty |= feed.set_connection_state(ConnectionState::Live, now);
    }

    /// A response that refuses the messages confirms none of those that are there.
    fn mark_messages_live(&mut self) {
        if !self
            .transcript_pane()
            .is_some_and(TranscriptPane::is_refused)
        {
            return self.mark_feed_live(Feed::Messages);
        }
        let now = self.local_now();
        let feed = self.status.feed_mut(Feed::Messages);
        feed.record_refusal();
        self.dirty |= feed.set_connection_state(ConnectionState::Live, now);
    }
}

/// Returns `true` if nothing was written in a session between two rows of it.
fn is_same_activity(known: &Session, row: &Session) -> bool {
    known.status == row.status
        && known.last_activity == row.last_activity
        && known.last_message == row.last_message
}
