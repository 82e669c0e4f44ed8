//! Read access for the view and the event loop: everything that is shown.

use ratatui::layout::Size;

use super::App;
use super::keymap::Keymap;
use super::layout::{Focus, Panes, split_panes};
use super::overlay::Overlay;
use super::prompt::Prompt;
use super::service_info::ServiceInfo;
use super::session_list::SessionList;
use super::status::AppStatus;
use super::time_zone::TimeZoneState;
use super::transcript_pane::TranscriptPane;
use super::transcript_pane::viewport::Viewport;
use crate::chat::{CurrentUser, Session, SessionId, Timestamp};

impl App {
    pub fn size(&self) -> Size {
        self.size
    }

    /// The time by the service's clock, for waits, ages and due messages.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The time by our own clock, for the age of responses.
    pub(crate) fn local_now(&self) -> Timestamp {
        self.now - self.service.clock_offset
    }

    pub fn service(&self) -> &ServiceInfo {
        &self.service
    }

    pub(crate) fn me(&self) -> Option<&CurrentUser> {
        self.me.as_ref()
    }

    pub(crate) fn focus(&self) -> Focus {
        self.focus
    }

    /// Returns `true` if there is nothing to go back from.
    pub(crate) fn is_at_top_level(&self) -> bool {
        match self.focus {
            Focus::List => self.session_list.filter().is_empty() && self.shown_view().is_none(),
            Focus::Transcript => false,
        }
    }

    /// The areas of the window; `None` if it is too small.
    pub fn panes(&self) -> Option<Panes> {
        split_panes(self.size, self.focus, self.zoomed, self.divider.list_width)
    }

    pub(crate) fn session_list(&self) -> &SessionList {
        &self.session_list
    }

    pub fn transcript_pane(&self) -> Option<&TranscriptPane> {
        self.open_session_id()
            .and_then(|id| self.transcript_panes.get(&id))
    }

    /// The transcript pane of a session that was read to its end at least once.
    pub(super) fn loaded_pane(&self, id: SessionId) -> Option<&TranscriptPane> {
        self.transcript_panes
            .get(&id)
            .filter(|pane| pane.is_fully_loaded())
    }

    pub(super) fn open_pane_mut(&mut self) -> Option<&mut TranscriptPane> {
        let id = self.open_session_id()?;
        self.transcript_panes.get_mut(&id)
    }

    /// The cached transcripts, that of the open session included.
    pub(crate) fn transcript_panes(
        &self,
    ) -> impl ExactSizeIterator<Item = (SessionId, &TranscriptPane)> {
        self.transcript_panes.iter().map(|(id, pane)| (*id, pane))
    }

    pub(crate) fn open_session_id(&self) -> Option<SessionId> {
        self.recent_sessions.last().copied()
    }

    pub fn open_session(&self) -> Option<&Session> {
        self.known_session(self.open_session_id()?)
    }

    /// A session of the list, or the open one, which may have been fetched beside its row of the archive.
    pub(super) fn known_session(&self, id: SessionId) -> Option<&Session> {
        let listed = self.session_list.get(id);
        let fetched = self.fetched_session.as_ref();
        let fetched = fetched.filter(|session| session.id == id);
        match (listed, fetched) {
            (Some(_), Some(fetched)) if self.session_list.is_archived(id) => Some(fetched),
            (listed, fetched) => listed.or(fetched),
        }
    }

    /// Returns `true` if the open session has ended.
    pub(crate) fn is_open_session_over(&self) -> bool {
        self.open_session()
            .is_some_and(|session| session.stage().is_over())
    }

    /// The session that commands and details apply to: the selected one of the list, or the open one.
    pub(crate) fn focused_session(&self) -> Option<&Session> {
        match self.focus {
            Focus::List => self.known_session(self.session_list.selected()?.id),
            Focus::Transcript => self.open_session(),
        }
    }

    pub fn status(&self) -> &AppStatus {
        &self.status
    }

    pub fn time_zone(&self) -> &TimeZoneState {
        &self.time_zone
    }

    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlay.as_ref()
    }

    pub fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    pub fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// What the rows of the transcript are laid out for.
    pub(crate) fn viewport(&self, panes: &Panes) -> Viewport<'_> {
        Viewport::new(panes.transcript, &self.time_zone, self.now)
    }
}
