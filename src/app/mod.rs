//! Decides: facts come in, the state changes, requests go out.
//!
//! [`App::update`] is the one way in: it is not async, returns no error (a failure is a fact to
//! show), and never reads a clock, a file or a random number. Drawing borrows [`App`] and changes nothing.

mod arrivals;
mod attention;
pub mod command;
pub mod effect;
pub mod event;
mod fuzzy;

pub mod input;
pub mod keymap;
pub mod keys;
pub mod layout;
mod marks;
mod mouse;
pub mod overlay;
pub mod reader;
mod run;
mod search;
pub mod service;
pub mod sessions;
pub mod shift;
mod shown;
pub mod status;
pub mod zones;

use std::collections::HashMap;

use chrono::TimeDelta;
use ratatui::layout::Size;

use crate::chat::{ReadState, CurrentUser, Timestamp, Said, Session, SessionId};
use crate::text::OffsetRules;

use attention::Attention;
use effect::Effect;
use event::{Event, Lane};
use input::Prompt;
use keymap::Keymap;
use layout::Focus;
pub use marks::Unread;
use overlay::Overlay;
use reader::Reader;
use reader::block::Lens;
use service::Service;
use sessions::Sessions;
use status::{Level, Status};
use zones::Zones;

/// How many transcripts are kept, besides those of watched sessions.
const KEPT_READERS: usize = 8;
/// How many are kept with those: what was watched may be over and gone for long.
const KEPT_AT_MOST: usize = 32;

/// What the program starts with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The window.
    pub size: Size,
    /// The time.
    pub now: Timestamp,
    /// What the service is called on the screen.
    pub service: String,
    /// Its address.
    pub address: String,
    /// The zone asked for, if any.
    pub zone: Option<String>,
    /// The machine's own zone, if it tells.
    pub local_zone: Option<String>,
    /// The keys in force.
    pub keymap: Keymap,
    /// The session to open at once.
    pub session: Option<SessionId>,
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
    service: Service,
    focus: Focus,
    zoomed: bool,
    sessions: Sessions,
    readers: HashMap<SessionId, Reader>,
    /// The sessions whose readers are kept, the one opened last at the end.
    recent: Vec<SessionId>,
    /// What is known of an open session that the list does not hold.
    described: Option<Session>,
    marks: ReadState,
    /// The open session, if it was marked unread: it stays so until the reader follows or another opens.
    stays_unread: Option<SessionId>,
    attention: Attention,
    /// Whether the window has the keyboard; a terminal that never tells counts as if it had.
    focused: bool,
    status: Status,
    zones: Zones,
    me: Option<CurrentUser>,
    overlay: Option<Overlay>,
    prompt: Option<Prompt>,
    keymap: Keymap,
    dirty: bool,
}

impl App {
    /// Starts; the effects open the session asked for.
    pub fn start(setup: Setup) -> (Self, Vec<Effect>) {
        let (list, reader) = setup.intervals;
        let mut app = Self {
            size: setup.size,
            now: setup.now,
            service: Service::new(setup.service, setup.address),
            focus: Focus::List,
            zoomed: false,
            sessions: Sessions::default(),
            readers: HashMap::new(),
            recent: Vec::new(),
            described: None,
            marks: ReadState::default(),
            stays_unread: None,
            attention: Attention::default(),
            focused: true,
            status: Status::new(list, reader),
            zones: Zones::new(setup.zone, setup.local_zone, setup.now),
            me: None,
            overlay: None,
            prompt: None,
            keymap: setup.keymap,
            dirty: true,
        };
        let mut effects = vec![app.ask_in()];
        if let Some(session) = setup.session {
            app.sessions.select(session);
            effects.extend(app.open(session));
            app.focus = Focus::Reader;
        }
        (app, effects)
    }

    /// Takes in one fact and answers with what the world is asked for.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = self.attend(&event);
        effects.extend(self.take_in(event));
        effects.extend(self.look());
        effects
    }

    fn take_in(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::KeyPressed(key) => {
                self.dirty = true;
                self.status.clear_notice(None);
                // Whoever types is there, whatever the terminal told of it.
                let mut effects = self.focus_changed(true);
                effects.extend(self.key_pressed(key));
                effects
            }
            Event::Pasted(text) => {
                self.dirty = true;
                self.pasted(&text);
                Vec::new()
            }
            Event::MouseUsed(mouse) => {
                self.dirty = true;
                self.mouse_used(mouse)
            }
            Event::Resized(size) => {
                self.dirty = true;
                self.size = size;
                self.keep_list_in_sight()
            }
            Event::FocusChanged(focused) => self.focus_changed(focused),
            Event::MarksRead(marks) => self.marks_read(&marks),
            Event::Ticked(now) => {
                let woken = self.next_wake().is_some_and(|wake| now >= wake);
                self.now = now + self.service.ahead;
                self.dirty |= woken | self.status.clear_notice(Some(now));
                self.read_traffic()
            }
            Event::Idled => self.work(),
            Event::SessionsListed {
                scope,
                below,
                listing,
            } => self.sessions_listed(scope, below, listing),
            Event::SessionRead(session) => self.session_read(*session),
            Event::MessagesArrived {
                session,
                as_of,
                messages,
            } => {
                let arrived = self.just_posted(session, &messages);
                self.messages_arrived(session, as_of, messages);
                self.dates_compared(arrived)
            }
            Event::CaughtUp {
                session,
                as_of,
                extent,
                messages,
            } => {
                let arrived = self.just_posted(session, &messages);
                self.messages_arrived(session, as_of, messages);
                let mut effects = self.dates_compared(arrived);
                effects.extend(self.caught_up(session, as_of, extent));
                effects
            }
            Event::SignedIn(me) => {
                self.dirty = true;
                self.me = Some(me);
                Vec::new()
            }
            Event::HomeZoneFound(zone) => {
                let settled = self.zones.home_found(zone, self.now);
                self.zone_settled(settled)
            }
            Event::ZonesListed(zones) => self.zones_listed(zones),
            Event::LinkChanged {
                lane,
                session,
                link,
            } => {
                if lane == Lane::List || session == self.open_id() {
                    self.dirty |= self.status.link_changed(lane, link, self.own_now());
                }
                Vec::new()
            }
            Event::ClockCompared(ahead) => self.clock_compared(ahead),
            Event::ServiceMoved { from, to } => self.service_moved(from, to),
            Event::TrafficRead(traffic) => self.traffic_read(traffic),
            Event::Awoke(slept) => self.awoke(slept),
            Event::Copied(how) => self.tell(Level::Done, how),
            Event::LinkOpened(target) => self.tell(Level::Done, format!("Opened {target}")),
            Event::EffectFailed(why) => self.tell(Level::Failed, why),
        }
    }

    /// Tells whether the screen has to be drawn anew, and takes it as done.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    fn tell(&mut self, level: Level, text: impl Into<String>) -> Vec<Effect> {
        self.dirty = true;
        self.status.notify(level, text, self.own_now());
        Vec::new()
    }

    fn ask_in(&self) -> Effect {
        Effect::AskIn(self.zones.in_force().clone())
    }

    /// Puts a newly settled zone in force; one that only the service can tell times in is read anew.
    fn zone_settled(&mut self, settled: Result<bool, String>) -> Vec<Effect> {
        match settled {
            Ok(false) => Vec::new(),
            Ok(true) => {
                self.dirty = true;
                let mut effects = vec![self.ask_in()];
                if let (true, Some(session)) = (
                    self.zones.in_force().rules() == OffsetRules::AsReceived,
                    self.open_id(),
                ) {
                    effects.push(Effect::Open {
                        session,
                        from_start: true,
                    });
                }
                effects
            }
            Err(why) => self.tell(Level::Failed, why),
        }
    }

    /// Opens a session in the reader; the keys stay where they are.
    fn open(&mut self, id: SessionId) -> Vec<Effect> {
        if self.open_id() == Some(id) {
            return Vec::new();
        }
        if let Some(reader) = self.open_id().and_then(|open| self.readers.get_mut(&open)) {
            reader.leave(self.now);
        }
        self.recent.retain(|recent| *recent != id);
        self.recent.push(id);
        self.stays_unread = None;
        // What is watched is kept up to date, and so it is kept.
        while self.recent.len() > KEPT_READERS
            && let is_full = self.recent.len() > KEPT_AT_MOST
            && let Some(oldest) = (self.recent.iter().take(self.recent.len() - 1))
                .position(|id| !self.marks.is_watched(*id))
                .or(is_full.then_some(0))
        {
            let oldest = self.recent.remove(oldest);
            self.readers.remove(&oldest);
        }
        // A download that was left before its end starts over.
        let from_start = self
            .readers
            .get(&id)
            .is_none_or(|reader| !reader.is_caught_up());
        self.readers.entry(id).or_default();
        self.status.restart(Lane::Reader);
        let mut effects = vec![Effect::Open {
            session: id,
            from_start,
        }];
        // A list on its way may hold it.
        if self.sessions.is_listed() && self.sessions.get(id).is_none() {
            effects.push(Effect::Describe(id));
        }
        effects
    }

    /// After the list has changed: opens the first session of the day where there is room for it,
    /// keeps what is known of the open one fresh, asks for more pages.
    fn list_changed(&mut self) -> Vec<Effect> {
        let mut effects = self.keep_list_in_sight();
        let reader_shows = self.panes().is_some_and(|panes| !panes.reader.is_empty());
        match self.open_id() {
            None if reader_shows => {
                if let Some(first) = self.sessions.selected().map(|session| session.id) {
                    effects.extend(self.open(first));
                }
            }
            Some(id) if self.sessions.get(id).is_none() => effects.push(Effect::Describe(id)),
            _ => {}
        }
        effects
    }

    fn keep_list_in_sight(&mut self) -> Vec<Effect> {
        let Some(height) = self
            .panes()
            .map(|panes| panes.list.height)
            .filter(|height| *height > 0)
        else {
            return Vec::new();
        };
        self.sessions.keep_in_sight(height);
        self.sessions
            .wants_more(height)
            .map(|below| Effect::More { below })
            .into_iter()
            .collect()
    }

    /// Runs something on the open reader with what its rows are laid out for.
    fn with_reader<T>(&mut self, act: impl FnOnce(&mut Reader, &Lens<'_>) -> T) -> Option<T> {
        let panes = self.panes()?;
        let lens = Lens {
            columns: panes.reader.width,
            rows: panes.reader.height,
            zone: self.zones.shown(),
            now: self.now,
        };
        let reader = self.recent.last().and_then(|id| self.readers.get_mut(id))?;
        let acted = act(reader, &lens);
        reader.lay_out(&lens);
        Some(acted)
    }

    /// The selected message of the open session.
    fn selected_message(&self) -> Option<Said<'_>> {
        self.reader().and_then(Reader::selected)
    }
}
