//! An app for tests, with a fixed time, zone and size: events are sent, keys pressed, screens drawn.

pub(crate) mod builders;
pub(crate) mod personal;
pub(crate) mod scenario;
pub(crate) mod snapshot;

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::transcript_pane::viewport::Viewport;
use crate::app::transcript_pane::{TranscriptPane, VisibleRow};
use crate::app::{App, AppConfig, keys};
use crate::chat::{
    ListState, Message, MessageId, Scope, Session, SessionId, SessionPage, Timestamp, TurnScan,
    WaitRead,
};
use crate::sync::{ConnectionState, Feed, PullExtent, SyncCommand, SyncEvent};
use crate::testing;
use crate::text::TimeZone;
use crate::view::{Appearance, ThemeId, view};
use chrono::TimeDelta;
use crossterm::event::{KeyModifiers, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use builders::now;
use snapshot::Picture;

pub(crate) struct TestApp {
    pub app: App,
    /// The number of transcript requests answered so far.
    requests: u64,
}

/// The configuration that most tests start with: times in Oslo.
pub(crate) fn app_config(width: u16, height: u16) -> AppConfig {
    AppConfig {
        service_name: "Fjord AS".to_owned(),
        service_address: "https://fjord.example/api/v1/".to_owned(),
        zone: Some("Europe/Oslo".to_owned()),
        max_body: 64 << 20,
        export_folder: "~/chats/".to_owned(),
        ..testing::app_config(Size { width, height }, now())
    }
}

pub(crate) fn oslo_zone() -> TimeZone {
    TimeZone::resolve("Europe/Oslo", &[], None, now()).unwrap()
}

impl TestApp {
    pub(crate) fn new(width: u16, height: u16) -> Self {
        Self::with_config(app_config(width, height))
    }

    /// A window of 100 by 30 that opens this session at start.
    pub(crate) fn with_session(session: i64) -> Self {
        Self::with_config(AppConfig {
            initial_session: Some(SessionId(session)),
            ..app_config(100, 30)
        })
    }

    pub(crate) fn with_config(config: AppConfig) -> Self {
        Self::from_app(App::new(config).0)
    }

    pub(crate) fn from_app(app: App) -> Self {
        Self { app, requests: 0 }
    }

    pub(crate) fn send(&mut self, event: impl Into<Event>) -> Vec<Effect> {
        self.app.update(event.into())
    }

    /// Presses keys, `jj<enter>/late<esc>`, and returns all effects.
    pub(crate) fn press(&mut self, sequence: &str) -> Vec<Effect> {
        let keys = keys::parse_sequence(sequence).unwrap();
        keys.into_iter()
            .flat_map(|key| self.send(Event::KeyPressed(key)))
            .collect()
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) -> Vec<Effect> {
        self.send(Event::Resized(Size { width, height }))
    }

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

    /// The whole list of the current scope arrives.
    pub(crate) fn send_list(&mut self, sessions: Vec<Session>) -> Vec<Effect> {
        let scope = self.app.session_list().scope();
        self.send(list_event(scope, None, sessions, None))
    }

    /// New messages arrive, and the response is complete.
    pub(crate) fn send_messages(&mut self, session: i64, messages: Vec<Message>) -> Vec<Effect> {
        self.requests += 1;
        self.send_response(session, PullExtent::Tail, messages)
    }

    /// All messages of the service arrive.
    pub(crate) fn send_all_messages(
        &mut self,
        session: i64,
        messages: Vec<Message>,
    ) -> Vec<Effect> {
        self.requests += 1;
        self.send_response(session, PullExtent::Full, messages)
    }

    /// A response arrives without messages, not even those that it should repeat.
    pub(crate) fn send_no_messages(&mut self, session: i64) -> Vec<Effect> {
        self.send_response(session, PullExtent::Empty, Vec::new())
    }

    fn send_response(
        &mut self,
        session: i64,
        extent: PullExtent,
        messages: Vec<Message>,
    ) -> Vec<Effect> {
        self.send(SyncEvent::MessagesComplete {
            session: SessionId(session),
            request_id: self.requests,
            extent,
            messages,
        })
    }

    pub(crate) fn send_connection(&mut self, feed: Feed, state: ConnectionState) -> Vec<Effect> {
        let open = self.app.open_session_id();
        let session = open.filter(|_| feed == Feed::Messages);
        self.send(SyncEvent::ConnectionChanged {
            feed,
            session,
            state,
        })
    }

    pub(crate) fn send_live(&mut self) {
        for feed in [Feed::List, Feed::Messages] {
            self.send_connection(feed, ConnectionState::Live);
        }
    }

    pub(crate) fn transcript_pane(&self) -> &TranscriptPane {
        self.app.transcript_pane().unwrap()
    }

    /// The viewport of the transcript pane; `None` if the pane is not shown.
    pub(crate) fn viewport(&self) -> Option<Viewport<'_>> {
        let panes = self.app.panes()?;
        (!panes.transcript.is_empty()).then(|| self.app.viewport(&panes))
    }

    /// The rows of the transcript pane on the screen.
    pub(crate) fn visible_rows(&self) -> Vec<VisibleRow> {
        match (self.app.transcript_pane(), self.viewport()) {
            (Some(pane), Some(viewport)) => pane.visible_rows(&viewport),
            _ => Vec::new(),
        }
    }

    /// The number in the pill.
    pub(crate) fn new_message_count(&self) -> usize {
        let pane = self.transcript_pane();
        pane.new_message_count(&self.visible_rows())
    }

    /// The ids of the messages on the screen, each once.
    pub(crate) fn visible_ids(&self) -> Vec<i64> {
        let rows = self.visible_rows();
        let mut ids: Vec<_> = rows
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
        let sessions = self.app.session_list().visible();
        sessions.map(|session| session.id.0).collect()
    }

    pub(crate) fn selected_session(&self) -> Option<i64> {
        let session = self.app.session_list().selected();
        session.map(|session| session.id.0)
    }

    pub(crate) fn open_session(&self) -> Option<i64> {
        self.app.open_session_id().map(|id| id.0)
    }

    pub(crate) fn notice(&self) -> Option<&str> {
        let notice = self.app.status().notice();
        notice.map(|notice| notice.text.as_str())
    }

    pub(crate) fn picture(&self, appearance: &Appearance) -> Picture {
        let mut buffer = Buffer::empty(Rect::from((Position::ORIGIN, self.app.size())));
        let output = view(&self.app, appearance, &mut buffer);
        Picture { buffer, output }
    }

    /// The screen as plain lines.
    pub(crate) fn screen_lines(&self) -> Vec<String> {
        snapshot::text_lines(&self.picture(&Appearance::new(ThemeId::Terminal, false)))
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
            sessions: sessions.into_iter().map(Into::into).collect(),
            next: next.map(SessionId),
            ..SessionPage::default()
        },
    }
}

pub(crate) fn copy_effect(what: &str, text: &str) -> Effect {
    Effect::Copy {
        what: what.to_owned(),
        text: text.to_owned(),
    }
}

pub(crate) fn open_effect(session: i64, from_start: bool) -> Effect {
    Effect::Sync(SyncCommand::Open {
        session: SessionId(session),
        from_start,
    })
}

/// The list is stored with this scope and order, and without a view.
pub(crate) fn list_saved(scope: Scope, order: &str) -> Effect {
    Effect::SaveListState(ListState {
        scope,
        order: order.to_owned(),
        ..ListState::default()
    })
}

/// Reads the transcripts of these sessions, none of which was read before, for their waits.
pub(crate) fn read_waits<const N: usize>(sessions: [i64; N]) -> Effect {
    let read = |session| WaitRead {
        session: SessionId(session),
        scan: TurnScan::default(),
        is_urgent: true,
    };
    Effect::Sync(SyncCommand::ReadWaits {
        reads: sessions.map(read).to_vec(),
        now: now(),
    })
}

pub(crate) fn seconds_after(moment: Timestamp, seconds: i64) -> Timestamp {
    moment + TimeDelta::seconds(seconds)
}
