//! Read access for the view and the event loop: everything that is shown, and when it changes next.

use chrono::TimeDelta;
use ratatui::layout::Size;

use super::App;
use super::keymap::Keymap;
use super::layout::{Focus, Panes, split_panes};
use super::overlay::Overlay;
use super::prompt::Prompt;
use super::service_info::ServiceInfo;
use super::session_list::SessionList;
use super::status::AppStatus;
use super::time_zone::{TimeFormat, TimeZoneState};
use super::transcript_pane::TranscriptPane;
use super::transcript_pane::viewport::Viewport;
use crate::chat::{CurrentUser, Session, SessionId, Stage, Timestamp};
use crate::text::{ListedSession, time_format};

impl App {
    /// When something is to be done without an event: the screen changes, or a wait passes a threshold and
    /// notifies, on the screen or not.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let level = self.next_level_notification();
        let level = level.map(|at| ceil_to_second(at - self.service.clock_offset));
        self.next_redraw().into_iter().chain(level).min()
    }

    /// When something visible will change without an event: an age, a countdown, a notice, a message that
    /// becomes due, a wait that passes a threshold. Rounded up to a second, so that changes within one share a redraw.
    pub fn next_redraw(&self) -> Option<Timestamp> {
        let panes = self.panes()?;
        let wait_of = |row: &ListedSession| {
            let session = row.unmasked();
            let wait = self.session_list.wait(session)?;
            Some((wait.since, self.session_list.thresholds(session)))
        };
        let is_list_shown = !panes.list.is_empty();
        let rows = self
            .session_list
            .visible_rows()
            .skip(self.session_list.offset());
        let listed = rows
            .take(SessionList::visible_items(panes.list.height))
            .filter(|_| is_list_shown)
            .filter_map(wait_of);
        let list = &self.session_list;
        let summaries = [Stage::NeedsReply, Stage::Queued]
            .into_iter()
            .flat_map(|stage| [list.stage_summary(stage), list.visible_summary(stage)])
            .flatten();
        let overview = matches!(self.overlay, Some(Overlay::Overview(_)));
        let counted = self.session_list.rows().filter(|_| overview);
        let counted = counted
            .filter(|row| row.stage().is_waiting())
            .filter_map(wait_of);
        let waits: Vec<_> = listed.chain(counted).collect();
        // The header shows the age of the longest wait, and the worst level of all.
        let longest = summaries.clone().filter_map(|it| it.waits.longest());
        let longest = longest.map(|wait| wait.since);
        let levels = waits.iter().copied();
        let levels = levels.chain(summaries.flat_map(|it| it.waits.moments()));
        let levels =
            levels.filter_map(|(since, thresholds)| thresholds.next_change(since, self.now));
        let details = matches!(self.overlay, Some(Overlay::Details(_)));
        let detailed = self.focused_session().filter(|_| details);
        let ages = waits
            .iter()
            .map(|(since, _)| *since)
            .chain(longest)
            .chain(detailed.into_iter().flat_map(Session::timestamps))
            .filter_map(|since| time_format::next_age_change(since, self.now));
        let viewport = self.viewport(&panes);
        let pane = self
            .transcript_pane()
            .filter(|_| !panes.transcript.is_empty());
        let is_relative = self.time_zone.time_format() == TimeFormat::Relative;
        let texts = pane.filter(|_| is_relative).map(|pane| {
            let shown = pane.visible_rows(&viewport).into_iter();
            let posted = shown.filter_map(|row| pane.transcript().get(row.message_index)?.posted);
            posted.filter_map(|posted| time_format::next_age_change(posted, self.now))
        });
        let midnight = time_format::next_midnight(self.now, self.time_zone.displayed())
            .filter(|midnight| *midnight > self.now)
            .filter(|_| pane.is_some_and(|pane| !pane.transcript().is_empty()));
        let texts = texts.into_iter().flatten();
        let by_service = ages
            .chain(texts)
            .map(|wait| self.now + wait)
            .chain(levels)
            .chain(midnight)
            .chain(
                self.transcript_panes()
                    .filter_map(|(_, pane)| pane.next_due_at(&viewport)),
            );
        by_service
            .map(|time| time - self.service.clock_offset)
            .chain(self.status.next_change(self.local_now()))
            .chain(self.next_traffic_sample())
            .min()
            .map(ceil_to_second)
    }

    pub fn size(&self) -> Size {
        self.size
    }

    /// The time by the service's clock, for waits, ages and due messages.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The time by our own clock, for the age of responses.
    pub fn local_now(&self) -> Timestamp {
        self.now - self.service.clock_offset
    }

    pub fn service(&self) -> &ServiceInfo {
        &self.service
    }

    pub fn me(&self) -> Option<&CurrentUser> {
        self.me.as_ref()
    }

    pub fn focus(&self) -> Focus {
        self.focus
    }

    /// Returns `true` if there is nothing to go back from.
    pub fn is_at_top_level(&self) -> bool {
        self.focus == Focus::List
            && self.session_list.filter().is_empty()
            && self.shown_view().is_none()
    }

    /// The areas of the window; `None` if it is too small.
    pub fn panes(&self) -> Option<Panes> {
        split_panes(self.size, self.focus, self.zoomed, self.divider.list_width)
    }

    pub fn session_list(&self) -> &SessionList {
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
    pub fn transcript_panes(&self) -> impl ExactSizeIterator<Item = (SessionId, &TranscriptPane)> {
        self.transcript_panes.iter().map(|(id, pane)| (*id, pane))
    }

    pub fn open_session_id(&self) -> Option<SessionId> {
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
    pub fn is_open_session_over(&self) -> bool {
        self.open_session()
            .is_some_and(|session| session.stage().is_over())
    }

    /// The session that commands and details apply to: the selected one of the list, or the open one.
    pub fn focused_session(&self) -> Option<&Session> {
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
    pub fn viewport(&self, panes: &Panes) -> Viewport<'_> {
        Viewport {
            columns: panes.transcript.width,
            rows: panes.transcript.height,
            zone: self.time_zone.displayed(),
            now: self.now,
            shows_message_times: self.time_zone.shows_message_times(),
        }
    }
}

/// Rounds a timestamp up to a full second.
fn ceil_to_second(time: Timestamp) -> Timestamp {
    // chrono represents leap seconds as more than a second's worth of nanoseconds.
    let nanos = time.timestamp_subsec_nanos() % 1_000_000_000;
    let nanos = TimeDelta::nanoseconds(nanos.into());
    if nanos.is_zero() {
        time
    } else {
        time - nanos + TimeDelta::seconds(1)
    }
}
