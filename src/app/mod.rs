//! Decides: facts come in, the state changes, requests go out.
//!
//! [`App::update`] is the one way in: it is not async, returns no error (a failure is a fact to
//! show), and never reads a clock, a file or a random number. Drawing borrows [`App`] and changes nothing.

pub mod command;
pub mod effect;
pub mod event;
mod fuzzy;
mod notifications;
mod service_events;

mod accessors;
mod commands;
pub mod date_shift;
pub mod input;
pub mod keymap;
pub mod keys;
pub mod layout;
mod mouse;
pub mod overlay;
mod read_state;
mod search;
pub mod service_info;
pub mod session_list;
pub mod status;
pub mod time_zone;
pub mod transcript_pane;

use std::collections::HashMap;

use chrono::TimeDelta;
use ratatui::layout::Size;

use crate::chat::{CurrentUser, Message, ReadState, Session, SessionId, Timestamp};
use crate::text::OffsetRules;

use effect::Effect;
use event::{Event, Feed};
use input::Prompt;
use keymap::Keymap;
use layout::Focus;
use notifications::Notifications;
use overlay::Overlay;
pub use read_state::Unread;
use service_info::ServiceInfo;
use session_list::SessionList;
use status::{AppStatus, Level};
use time_zone::TimeZoneState;
use transcript_pane::TranscriptPane;
use transcript_pane::message_layout::Viewport;

/// How many transcripts are kept, besides those of watched sessions.
const CACHED_TRANSCRIPTS: usize = 8;
/// How many are kept with those: what was watched may be over and gone for long.
const MAX_CACHED_TRANSCRIPTS: usize = 32;

/// What the program starts with.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// The window.
    pub size: Size,
    /// The time.
    pub now: Timestamp,
    /// What the service is called on the screen.
    pub service_name: String,
    /// Its address.
    pub service_address: String,
    /// The zone asked for, if any.
    pub zone: Option<String>,
    /// The machine's own zone, if it tells.
    pub local_zone: Option<String>,
    /// The keys in force.
    pub keymap: Keymap,
    /// The session to open at once.
    pub initial_session: Option<SessionId>,
    /// Time between two looks at the list, and between two pulls of the open session; `None` for what
    /// is not asked for by itself.
    pub intervals: (Option<TimeDelta>, Option<TimeDelta>),
}

/// Everything that is known and shown.
#[derive(Debug)]
pub struct App {
    size: Size,
    /// The time by the service's clock, which its own times are told by.
    now: Timestamp,
    service: ServiceInfo,
    focus: Focus,
    zoomed: bool,
    session_list: SessionList,
    transcript_panes: HashMap<SessionId, TranscriptPane>,
    /// The sessions whose readers are kept, the one opened last at the end.
    recent_sessions: Vec<SessionId>,
    /// What is known of an open session that the list does not hold.
    unlisted_session: Option<Session>,
    read_state: ReadState,
    /// The open session, if it was marked unread: it stays so until the reader follows or another opens.
    marked_unread: Option<SessionId>,
    notifications: Notifications,
    /// Whether the window has the keyboard; a terminal that never tells counts as if it had.
    window_focused: bool,
    status: AppStatus,
    time_zone: TimeZoneState,
    me: Option<CurrentUser>,
    overlay: Option<Overlay>,
    prompt: Option<Prompt>,
    keymap: Keymap,
    dirty: bool,
}

impl App {
    /// Starts; the effects open the session asked for.
    pub fn new(config: AppConfig) -> (Self, Vec<Effect>) {
        let (list, messages) = config.intervals;
        let mut app = Self {
            size: config.size,
            now: config.now,
            service: ServiceInfo::new(config.service_name, config.service_address),
            focus: Focus::List,
            zoomed: false,
            session_list: SessionList::default(),
            transcript_panes: HashMap::new(),
            recent_sessions: Vec::new(),
            unlisted_session: None,
            read_state: ReadState::default(),
            marked_unread: None,
            notifications: Notifications::default(),
            window_focused: true,
            status: AppStatus::new(list, messages),
            time_zone: TimeZoneState::new(config.zone, config.local_zone, config.now),
            me: None,
            overlay: None,
            prompt: None,
            keymap: config.keymap,
            dirty: true,
        };
        let mut effects = vec![app.request_zone()];
        if let Some(session) = config.initial_session {
            app.session_list.select(session);
            effects.extend(app.open(session));
            app.focus = Focus::Transcript;
        }
        (app, effects)
    }

    /// Takes in one fact and answers with what the world is asked for.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = self.collect_notifications(&event);
        effects.extend(self.handle(event));
        effects.extend(self.mark_visible_as_read());
        effects
    }

    fn handle(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::KeyPressed(key) => {
                self.dirty = true;
                self.status.clear_notice(None);
                // Whoever types is there, whatever the terminal told of it.
                let mut effects = self.on_focus_changed(true);
                effects.extend(self.on_key(key));
                effects
            }
            Event::Pasted(text) => {
                self.dirty = true;
                self.on_paste(&text);
                Vec::new()
            }
            Event::MouseUsed(mouse) => {
                self.dirty = true;
                self.on_mouse(mouse)
            }
            Event::Resized(size) => {
                self.dirty = true;
                self.size = size;
                self.scroll_list_to_selection()
            }
            Event::FocusChanged(focused) => self.on_focus_changed(focused),
            Event::ReadStateLoaded(marks) => self.on_read_state(&marks),
            Event::Ticked(now) => {
                let woken = self.next_redraw().is_some_and(|wake| now >= wake);
                self.now = now + self.service.clock_offset;
                self.dirty |= woken | self.status.clear_notice(Some(now));
                self.sample_traffic_if_due()
            }
            Event::Idled => self.work(),
            Event::SessionsListed {
                scope,
                below,
                listing,
            } => self.on_session_list(scope, below, listing),
            Event::SessionFetched(session) => self.on_session(*session),
            Event::MessagesArrived {
                session,
                request_id,
                messages,
            } => {
                let arrived = self.live_post_time(session, &messages);
                self.on_messages(session, request_id, messages);
                self.check_date_shift(arrived)
            }
            Event::MessagesComplete {
                session,
                request_id,
                coverage,
                messages,
            } => {
                let arrived = self.live_post_time(session, &messages);
                self.on_messages(session, request_id, messages);
                let mut effects = self.check_date_shift(arrived);
                effects.extend(self.on_messages_complete(session, request_id, coverage));
                effects
            }
            Event::SignedIn(me) => {
                self.dirty = true;
                self.me = Some(me);
                Vec::new()
            }
            Event::UserZoneFetched(zone) => {
                let settled = self.time_zone.set_user_zone(zone, self.now);
                self.on_zone_resolved(settled)
            }
            Event::ZonesListed(zones) => self.on_zones(zones),
            Event::LinkChanged {
                feed,
                session,
                state,
            } => {
                if feed == Feed::List || session == self.open_session_id() {
                    self.dirty |= self
                        .status
                        .set_connection_state(feed, state, self.local_now());
                }
                Vec::new()
            }
            Event::ClockOffsetMeasured(offset) => self.on_clock_offset(offset),
            Event::ServiceMoved { from, to } => self.on_service_moved(from, to),
            Event::TrafficSampled(traffic) => self.on_traffic_sampled(traffic),
            Event::Resumed(slept) => self.on_resumed(slept),
            Event::Copied(how) => self.show_notice(Level::Info, how),
            Event::LinkOpened(target) => self.show_notice(Level::Info, format!("Opened {target}")),
            Event::EffectFailed(why) => self.show_notice(Level::Error, why),
        }
    }

    /// Tells whether the screen has to be drawn anew, and takes it as done.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    fn show_notice(&mut self, level: Level, text: impl Into<String>) -> Vec<Effect> {
        self.dirty = true;
        self.status.notify(level, text, self.local_now());
        Vec::new()
    }

    fn request_zone(&self) -> Effect {
        Effect::SetTimeZone(self.time_zone.active().clone())
    }

    /// Puts a newly settled zone in force; one that only the service can tell times in is read anew.
    fn on_zone_resolved(&mut self, resolved: Result<bool, String>) -> Vec<Effect> {
        match resolved {
            Ok(false) => Vec::new(),
            Ok(true) => {
                self.dirty = true;
                let mut effects = vec![self.request_zone()];
                if let (true, Some(session)) = (
                    self.time_zone.active().rules() == OffsetRules::AsReceived,
                    self.open_session_id(),
                ) {
                    effects.push(Effect::Open {
                        session,
                        from_start: true,
                    });
                }
                effects
            }
            Err(why) => self.show_notice(Level::Error, why),
        }
    }

    /// Opens a session in the reader; the keys stay where they are.
    fn open(&mut self, id: SessionId) -> Vec<Effect> {
        if self.open_session_id() == Some(id) {
            return Vec::new();
        }
        if let Some(pane) = self
            .open_session_id()
            .and_then(|open| self.transcript_panes.get_mut(&open))
        {
            pane.on_blur(self.now);
        }
        self.recent_sessions.retain(|recent| *recent != id);
        self.recent_sessions.push(id);
        self.marked_unread = None;
        // What is watched is kept up to date, and so it is kept.
        while self.recent_sessions.len() > CACHED_TRANSCRIPTS
            && let is_full = self.recent_sessions.len() > MAX_CACHED_TRANSCRIPTS
            && let Some(oldest) = (self
                .recent_sessions
                .iter()
                .take(self.recent_sessions.len() - 1))
            .position(|id| !self.read_state.is_watched(*id))
            .or(is_full.then_some(0))
        {
            let oldest = self.recent_sessions.remove(oldest);
            self.transcript_panes.remove(&oldest);
        }
        // A download that was left before its end starts over.
        let from_start = self
            .transcript_panes
            .get(&id)
            .is_none_or(|pane| !pane.is_fully_loaded());
        self.transcript_panes.entry(id).or_default();
        self.status.reset(Feed::Messages);
        let mut effects = vec![Effect::Open {
            session: id,
            from_start,
        }];
        // A list on its way may hold it.
        if self.session_list.is_listed() && self.session_list.get(id).is_none() {
            effects.push(Effect::Describe(id));
        }
        effects
    }

    /// After the list has changed: opens the first session of the day where there is room for it,
    /// keeps what is known of the open one fresh, asks for more pages.
    fn on_list_changed(&mut self) -> Vec<Effect> {
        let mut effects = self.scroll_list_to_selection();
        let reader_shows = self
            .panes()
            .is_some_and(|panes| !panes.transcript.is_empty());
        match self.open_session_id() {
            None if reader_shows => {
                if let Some(first) = self.session_list.selected().map(|session| session.id) {
                    effects.extend(self.open(first));
                }
            }
            Some(id) if self.session_list.get(id).is_none() => effects.push(Effect::Describe(id)),
            _ => {}
        }
        effects
    }

    fn scroll_list_to_selection(&mut self) -> Vec<Effect> {
        let Some(height) = self
            .panes()
            .map(|panes| panes.list.height)
            .filter(|height| *height > 0)
        else {
            return Vec::new();
        };
        self.session_list.scroll_to_selection(height);
        self.session_list
            .next_page_to_fetch(height)
            .map(|below| Effect::More { below })
            .into_iter()
            .collect()
    }

    /// Runs something on the open reader with what its rows are laid out for.
    fn with_transcript_pane<T>(
        &mut self,
        act: impl FnOnce(&mut TranscriptPane, &Viewport<'_>) -> T,
    ) -> Option<T> {
        let panes = self.panes()?;
        let viewport = Viewport {
            columns: panes.transcript.width,
            rows: panes.transcript.height,
            zone: self.time_zone.displayed(),
            now: self.now,
        };
        let pane = self
            .recent_sessions
            .last()
            .and_then(|id| self.transcript_panes.get_mut(id))?;
        let acted = act(pane, &viewport);
        pane.fill_layout_cache(&viewport);
        Some(acted)
    }

    /// The selected message of the open session.
    fn selected_message(&self) -> Option<&Message> {
        self.transcript_pane()
            .and_then(TranscriptPane::selected_message)
    }
}

#[cfg(test)]
mod tests;
