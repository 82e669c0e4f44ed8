//! Application state: events come in, the state changes, effects go out.
//!
//! [`App::update`] is pure: not async, no error (a failure is an event to show), no clock, file or
//! random number. The view borrows [`App`] and changes nothing.

pub(crate) mod command;
pub(crate) mod effect;
pub(crate) mod event;
mod export;
mod fuzzy;
mod go_to_time;
mod jumps;
pub(crate) mod notifications;
mod open_session;
pub(crate) mod privacy;
mod service_events;

mod accessors;
mod commands;
mod conversations;
mod copying;
pub(crate) mod date_shift;
mod details;
mod display;
mod input;
pub(crate) mod keymap;
pub(crate) mod keys;
pub(crate) mod layout;
mod links;
mod mark_all;
mod mouse;
mod next_change;
pub(crate) mod overlay;
mod presence;
pub(crate) mod prompt;
mod read_state;
pub(crate) mod saved_views;
mod search;
pub(crate) mod search_results;
pub(crate) mod service_info;
pub(crate) mod session_list;
pub(crate) mod status;
pub(crate) mod theme;
pub(crate) mod time_zone;
pub(crate) mod transcript_pane;
mod unavailable;
mod unread;
mod waits;

use std::collections::HashMap;

use chrono::TimeDelta;
use ratatui::layout::Size;

use crate::chat::{
    CurrentUser, ListState, LoadedKey, Message, MessageId, ReadState, SearchProbe, Session,
    SessionId, ThresholdSettings, Timestamp,
};
use crate::sync::SyncCommand;
use crate::text::OffsetRules;

use command::Command;
use conversations::Conversations;
use effect::Effect;
use event::Event;
use export::LastExport;
use go_to_time::PendingDay;
use jumps::PendingJump;
use keymap::Keymap;
use layout::Focus;
use mark_all::MarkedAll;
use mouse::Divider;
use notifications::Notifications;
pub use notifications::NotifySettings;
use overlay::Overlay;
use presence::Presence;
use privacy::Privacy;
use prompt::{Prompt, PromptHistory};
use saved_views::{SavedList, SavedView, ShownView};
use search_results::ConversationSearch;
use service_info::ServiceInfo;
use session_list::SessionList;
use status::{AppStatus, Level};
use theme::{ThemeId, ThemeState};
use time_zone::TimeZoneState;
use transcript_pane::TranscriptPane;
use transcript_pane::viewport::Viewport;
pub(crate) use unread::Unread;
use waits::WaitRequests;

/// What the app starts with.
#[derive(Clone, Debug)]
pub struct AppConfig {
    pub size: Size,
    pub now: Timestamp,
    /// The name of the service on the screen.
    pub service_name: String,
    pub service_address: String,
    /// The configured time zone.
    pub zone: Option<String>,
    pub local_zone: Option<String>,
    pub keymap: Keymap,
    /// `false` with `NO_COLOR`: then no theme can be chosen.
    pub has_color: bool,
    /// The name of the user's own theme, if there is one.
    pub own_theme: Option<String>,
    /// The name of the profile, if there is one.
    pub profile: Option<String>,
    /// The folder that is offered for exports, with its last separator.
    pub export_folder: String,
    pub initial_session: Option<SessionId>,
    /// The message of the initial session to go to.
    pub initial_message: Option<MessageId>,
    /// How often the list is polled; `None` if not automatically.
    pub list_interval: Option<TimeDelta>,
    /// How often the open session is polled; `None` if not automatically.
    pub open_session_interval: Option<TimeDelta>,
    pub views: Vec<SavedView>,
    /// How the list was shown last.
    pub list_state: ListState,
    /// Whether the service searches message texts, as an earlier run has found.
    pub search_probe: Option<SearchProbe>,
    /// Set if privacy is on from the start.
    pub privacy: Option<LoadedKey>,
    /// After how long waits are marked and notify, where that is set.
    pub thresholds: ThresholdSettings,
    pub notify: NotifySettings,
    /// Limit for the stored messages, see [`Message::stored_bytes`](crate::chat::Message::stored_bytes).
    pub max_body: usize,
}

/// The whole state of the viewer.
#[derive(Debug)]
pub struct App {
    size: Size,
    /// The time by the service's clock, so that ages of its timestamps are right.
    now: Timestamp,
    service: ServiceInfo,
    profile: Option<String>,
    focus: Focus,
    zoomed: bool,
    divider: Divider,
    session_list: SessionList,
    transcript_panes: HashMap<SessionId, TranscriptPane>,
    /// Limit for all cached transcripts together.
    max_body: usize,
    /// The sessions with a cached transcript. The last one is open.
    recent_sessions: Vec<SessionId>,
    /// The session that was open before this one.
    previous_session: Option<SessionId>,
    /// Where to go in the open session once its messages are there.
    pending_jump: Option<PendingJump>,
    /// The day that the list is to go to, while the sessions of that time are still being fetched.
    pending_day: Option<PendingDay>,
    /// The session that the command for the next reply has opened last.
    opened_for_reply: Option<SessionId>,
    /// The open session, if it was fetched by itself: it is not in the list, or only in the archive.
    fetched_session: Option<Session>,
    conversations: Conversations,
    presence: Presence,
    /// Why the list may lack sessions, once that was reported.
    incomplete_list: Option<String>,
    read_state: ReadState,
    /// The open session, if it was marked unread: what is on the screen does not count as read until the
    /// pane follows or another session is opened.
    marked_unread: Option<SessionId>,
    /// What can be undone after all sessions were marked read.
    marked_all: MarkedAll,
    notifications: Box<Notifications>,
    wait_requests: WaitRequests,
    /// Whether the window has the focus; `true` in terminals that never report it.
    window_focused: bool,
    status: Box<AppStatus>,
    time_zone: TimeZoneState,
    me: Option<CurrentUser>,
    overlay: Option<Overlay>,
    prompt: Option<Prompt>,
    prompt_history: PromptHistory,
    views: Vec<SavedView>,
    view: Option<ShownView>,
    saved_list: SavedList,
    keymap: Keymap,
    theme: ThemeState,
    last_export: LastExport,
    searches: Box<ConversationSearch>,
    privacy: Privacy,
    dirty: bool,
}

impl App {
    /// Returns the app and the effects to start with.
    pub fn new(config: AppConfig) -> (Self, Vec<Effect>) {
        let (list, open_session) = (config.list_interval, config.open_session_interval);
        let mut app = Self {
            size: config.size,
            now: config.now,
            service: ServiceInfo::new(config.service_name, config.service_address),
            profile: config.profile,
            focus: Focus::List,
            zoomed: false,
            divider: Divider::new(config.list_state.width),
            session_list: SessionList::new(list, config.thresholds),
            transcript_panes: HashMap::new(),
            max_body: config.max_body,
            recent_sessions: Vec::new(),
            previous_session: None,
            pending_jump: None,
            pending_day: None,
            opened_for_reply: None,
            fetched_session: None,
            conversations: Conversations::default(),
            presence: Presence::default(),
            incomplete_list: None,
            read_state: ReadState::default(),
            marked_unread: None,
            marked_all: MarkedAll::default(),
            notifications: Box::new(Notifications::new(&config.notify, config.now)),
            wait_requests: WaitRequests::default(),
            window_focused: true,
            status: Box::new(AppStatus::new(list, open_session)),
            time_zone: TimeZoneState::new(config.zone, config.local_zone, config.now),
            me: None,
            overlay: None,
            prompt: None,
            prompt_history: PromptHistory::default(),
            views: config.views,
            view: None,
            saved_list: SavedList::default(),
            keymap: config.keymap,
            theme: ThemeState {
                own: config.own_theme,
                has_color: config.has_color,
                ..ThemeState::default()
            },
            last_export: LastExport::none(config.export_folder),
            searches: Box::new(ConversationSearch::new(config.search_probe)),
            privacy: Privacy::new(config.privacy.as_ref()),
            dirty: true,
        };
        app.keymap
            .describe_views(app.views.iter().map(|view| view.name.as_str()));
        if let Some(name) = &app.theme.own {
            let own = Command::SetTheme(ThemeId::Own);
            app.keymap.describe(own, format!("theme {name}"));
        }
        app.set_list_clock();
        app.restore_list(&config.list_state);
        if let Some(problem) = config.privacy.and_then(|loaded| loaded.problem) {
            app.warn_of_privacy_key(&problem);
        }
        let mut effects = vec![app.request_zone()];
        if let Some(session) = config.initial_session {
            app.session_list.select(session);
            effects.extend(app.open(session));
            app.pending_jump = config.initial_message.map(PendingJump::Message);
            app.focus = Focus::Transcript;
        }
        (app, effects)
    }

    /// Handles one event and returns the effects to carry out.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        let event = self.mask_event(event);
        let mut effects = self.collect_notifications(&event);
        effects.extend(self.handle(event));
        effects.extend(self.set_list_clock());
        effects.extend(self.notify_of_wait_levels());
        self.with_transcript_pane(TranscriptPane::fill_layout_cache);
        effects.extend(self.mark_visible_as_read());
        effects.extend(self.drop_changed_view());
        effects.extend(self.save_list_state());
        effects.extend(self.update_attention());
        effects.extend(self.update_details());
        effects.extend(self.poll_presence());
        if effects.contains(&Effect::Quit) {
            effects.splice(0..0, self.save_waits());
        }
        effects
    }

    fn handle(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::KeyPressed(key) => {
                self.dirty = true;
                self.status.clear_notice(None);
                self.pending_day = None;
                self.privacy.on_key();
                // A key is proof of focus, in terminals that do not report it too.
                let mut effects = self.on_focus_changed(true);
                effects.extend(self.on_key(key));
                return effects;
            }
            Event::TextTyped(text) => {
                self.dirty = true;
                self.status.clear_notice(None);
                self.privacy.on_key();
                let mut effects = self.on_focus_changed(true);
                effects.extend(self.on_text_typed(&text));
                return effects;
            }
            Event::Pasted(text) => {
                self.dirty = true;
                return self.on_paste(&text);
            }
            Event::MouseUsed(mouse) => {
                self.dirty = true;
                return self.on_mouse(mouse);
            }
            Event::Resized(size) => return self.on_resized(size),
            Event::FocusChanged(focused) => return self.on_focus_changed(focused),
            Event::BackgroundReported(background) => self.on_background(background),
            Event::ReadStateLoaded(loaded) => return self.on_read_state(&loaded),
            Event::Ticked(now) => {
                let is_redraw_due = self.next_redraw().is_some_and(|due| now >= due);
                self.now = now + self.service.clock_offset;
                if self.status.clear_notice(Some(now)) {
                    self.dirty = true;
                    self.privacy.on_notice_expired();
                }
                self.dirty |= is_redraw_due;
                return self.sample_traffic_if_due();
            }
            Event::Sync(event) => return self.on_sync_event(event),
            Event::PrivacyKeyLoaded(loaded) => return self.on_privacy_key(loaded),
            Event::TrafficSampled(traffic) => self.on_traffic_sampled(traffic),
            Event::Resumed(slept) => return self.on_resumed(slept),
            Event::Copied(how) => self.show_notice(Level::Info, how),
            Event::LinkOpened(target) => self.show_notice(Level::Info, format!("Opened {target}")),
            Event::Exported(outcome) => self.on_export(outcome),
            Event::EffectFailed(why) => self.show_notice(Level::Error, why),
        }
        Vec::new()
    }

    /// Returns `true` if the screen has to be drawn again, and resets that.
    pub(crate) fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    fn show_notice(&mut self, level: Level, text: impl Into<String>) {
        self.dirty = true;
        self.status.show_notice(level, text, self.local_now());
    }

    fn request_zone(&self) -> Effect {
        Effect::SetTimeZone(self.time_zone.active().clone())
    }

    /// Requests times in a newly resolved zone. If only the service can convert to it, the open session is
    /// read again, because its timestamps have the offset of the zone before.
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
                    effects.push(Effect::Sync(SyncCommand::Open {
                        session,
                        from_start: true,
                    }));
                }
                effects
            }
            Err(why) => {
                self.show_notice(Level::Error, why);
                Vec::new()
            }
        }
    }

    /// Applies an action to the open transcript pane.
    fn with_transcript_pane<T>(
        &mut self,
        act: impl FnOnce(&mut TranscriptPane, &Viewport<'_>) -> T,
    ) -> Option<T> {
        let panes = self.panes()?;
        // Not `viewport()`, which would borrow the panes as well.
        let viewport = Viewport::new(panes.transcript, &self.time_zone, self.now);
        let pane = self
            .recent_sessions
            .last()
            .and_then(|id| self.transcript_panes.get_mut(id))?;
        Some(act(pane, &viewport))
    }

    fn selected_message(&self) -> Option<&Message> {
        self.transcript_pane()?.selected_message()
    }
}

#[cfg(test)]
mod tests;
