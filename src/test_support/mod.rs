//! A program at a desk: fixed time, zone and size; facts are told, keys pressed, pictures taken.

pub(crate) mod builders;
pub(crate) mod scenario;
pub(crate) mod snapshot;

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::keymap::Keymap;
use crate::app::transcript_pane::viewport::Viewport;
use crate::app::transcript_pane::{TranscriptPane, VisibleRow};
use crate::app::{App, AppConfig, keys};
use crate::chat::{Message, MessageId, Scope, Session, SessionId, SessionPage, Timestamp};
use crate::sync::{ConnectionState, Coverage, Feed, SyncCommand, SyncEvent};
use crate::text::TimeZone;
use crate::view::{Appearance, Palette, view};
use chrono::TimeDelta;
use crossterm::event::{KeyModifiers, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use builders::now;
use snapshot::Picture;

/// The program, and what it was last seen to ask for.
pub(crate) struct TestApp {
    pub app: App,
    requests: u64,
}

/// What every desk starts with: times in Oslo.
pub(crate) fn app_config(width: u16, height: u16) -> AppConfig {
    AppConfig {
        size: Size { width, height },
        now: now(),
        service_name: "Fjord AS".to_owned(),
        service_address: "https://fjord.example/api/v1/".to_owned(),
        zone: Some("Europe/Oslo".to_owned()),
        local_zone: None,
        keymap: Keymap::default(),
        initial_session: None,
        intervals: (Some(TimeDelta::seconds(3)), Some(TimeDelta::seconds(1))),
    }
}

pub(crate) fn oslo_zone() -> TimeZone {
    TimeZone::resolve("Europe/Oslo", &[], None, now()).unwrap()
}

impl TestApp {
    /// A desk that knows nothing yet.
    pub(crate) fn new(width: u16, height: u16) -> Self {
        Self::with_config(app_config(width, height))
    }

    pub(crate) fn with_config(setup: AppConfig) -> Self {
        Self::from_app(App::new(setup).0)
    }

    /// A desk with a program that was started elsewhere.
    pub(crate) fn from_app(app: App) -> Self {
        Self { app, requests: 0 }
    }

    pub(crate) fn send(&mut self, event: impl Into<Event>) -> Vec<Effect> {
        self.app.update(event.into())
    }

    /// Presses keys, `jj<enter>/late<esc>`; answers with everything asked for.
    pub(crate) fn press(&mut self, sequence: &str) -> Vec<Effect> {
        let keys = keys::parse_sequence(sequence).unwrap();
        keys.into_iter()
            .flat_map(|key| self.send(Event::KeyPressed(key)))
            .collect()
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) -> Vec<Effect> {
        self.send(Event::Resized(Size { width, height }))
    }

    /// Lets time pass.
    pub(crate) fn advance(&mut self, length: TimeDelta) -> Vec<Effect> {
        self.send(Event::Ticked(self.app.local_now() + length))
    }

    pub(crate) fn send_mouse(
        &mut self,
        kind: MouseEventKind,
        column: u16,
        row: u16,
    ) -> Vec<Effect> {
        self.send(Event::MouseUsed(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        }))
    }

    /// The scope in force is listed whole.
    pub(crate) fn send_list(&mut self, sessions: Vec<Session>) -> Vec<Effect> {
        let scope = self.app.session_list().scope();
        self.send(list_event(scope, None, sessions, None))
    }

    /// Messages arrive with the end of an answer.
    pub(crate) fn send_messages(&mut self, session: i64, messages: Vec<Message>) -> Vec<Effect> {
        self.requests += 1;
        let (session, as_of) = (SessionId(session), self.requests);
        self.send(SyncEvent::MessagesComplete {
            session,
            request_id: as_of,
            coverage: Coverage::Tail,
            messages,
        })
    }

    /// These are all the messages that the service holds.
    pub(crate) fn send_all_messages(
        &mut self,
        session: i64,
        messages: Vec<Message>,
    ) -> Vec<Effect> {
        self.requests += 1;
        let (session, as_of) = (SessionId(session), self.requests);
        self.send(SyncEvent::MessagesComplete {
            session,
            request_id: as_of,
            coverage: Coverage::Full,
            messages,
        })
    }

    /// An answer holds none, not even those it would repeat.
    pub(crate) fn send_no_messages(&mut self, session: i64) -> Vec<Effect> {
        self.send(SyncEvent::MessagesComplete {
            session: SessionId(session),
            request_id: self.requests,
            coverage: Coverage::Empty,
            messages: Vec::new(),
        })
    }

    pub(crate) fn send_connection(&mut self, lane: Feed, link: ConnectionState) -> Vec<Effect> {
        let session = self
            .app
            .open_session_id()
            .filter(|_| lane == Feed::Messages);
        self.send(SyncEvent::ConnectionChanged {
            feed: lane,
            session,
            state: link,
        })
    }

    pub(crate) fn send_live(&mut self) {
        for lane in [Feed::List, Feed::Messages] {
            self.send_connection(lane, ConnectionState::Live);
        }
    }

    pub(crate) fn transcript_pane(&self) -> &TranscriptPane {
        self.app.transcript_pane().unwrap()
    }

    /// What the reader's rows are laid out for, if it has any.
    pub(crate) fn viewport(&self) -> Option<Viewport<'_>> {
        let panes = self
            .app
            .panes()
            .filter(|panes| !panes.transcript.is_empty())?;
        Some(self.app.viewport(&panes))
    }

    /// The rows of the reader on the screen.
    pub(crate) fn visible_rows(&self) -> Vec<VisibleRow> {
        match (self.app.transcript_pane(), self.viewport()) {
            (Some(reader), Some(lens)) => reader.visible_rows(&lens),
            _ => Vec::new(),
        }
    }

    /// The ids of the messages on the screen, each once.
    pub(crate) fn visible_ids(&self) -> Vec<i64> {
        let mut ids: Vec<_> = self
            .visible_rows()
            .iter()
            .map(|row| self.id_at(row.message_index))
            .collect();
        ids.dedup();
        ids
    }

    pub(crate) fn id_at(&self, index: usize) -> i64 {
        self.transcript_pane().transcript().get(index).unwrap().id.0
    }

    pub(crate) fn selected_message(&self) -> Option<i64> {
        let MessageId(id) = self.app.transcript_pane()?.selected_message()?.id;
        Some(id)
    }

    /// The sessions of the list, from the top.
    pub(crate) fn listed_ids(&self) -> Vec<i64> {
        self.app
            .session_list()
            .visible()
            .map(|session| session.id.0)
            .collect()
    }

    pub(crate) fn selected_session(&self) -> Option<i64> {
        self.app
            .session_list()
            .selected()
            .map(|session| session.id.0)
    }

    pub(crate) fn open_session(&self) -> Option<i64> {
        self.app.open_session_id().map(|id| id.0)
    }

    pub(crate) fn notice(&self) -> Option<&str> {
        self.app
            .status()
            .notice()
            .map(|notice| notice.text.as_str())
    }

    pub(crate) fn picture(&self, look: &Appearance) -> Picture {
        let mut buffer = Buffer::empty(Rect::from((Position::ORIGIN, self.app.size())));
        let output = view(&self.app, look, &mut buffer);
        Picture { buffer, output }
    }

    /// The screen as plain lines.
    pub(crate) fn screen_lines(&self) -> Vec<String> {
        snapshot::text_lines(&self.picture(&Appearance::new(Palette::Auto, false)))
    }
}

pub(crate) fn list_event(
    scope: Scope,
    below: Option<i64>,
    sessions: Vec<Session>,
    next: Option<i64>,
) -> SyncEvent {
    SyncEvent::SessionsListed {
        scope,
        below: below.map(SessionId),
        listing: SessionPage {
            sessions,
            next: next.map(SessionId),
            unreadable_count: 0,
        },
    }
}

pub(crate) fn open_effect(session: i64, from_start: bool) -> Effect {
    Effect::Sync(SyncCommand::Open {
        session: SessionId(session),
        from_start,
    })
}

pub(crate) fn seconds_after(moment: Timestamp, seconds: i64) -> Timestamp {
    moment + TimeDelta::seconds(seconds)
}
