//! What the view and the loop may ask: everything that is shown, and when it changes by itself.

use chrono::TimeDelta;
use ratatui::layout::Size;

use super::App;
use super::input::Prompt;
use super::keymap::Keymap;
use super::layout::{Focus, Panes, panes};
use super::overlay::Overlay;
use super::reader::Reader;
use super::reader::block::Lens;
use super::service::Service;
use super::sessions::Sessions;
use super::status::Status;
use super::zones::{Times, Zones};
use crate::chat::{CurrentUser, Timestamp, Session, SessionId, Stage};
use crate::text::time_format;

impl App {
    /// When something visible will change by itself: an age, a countdown, a notice, a due message. They
    /// change together, a second late at most.
    pub fn next_wake(&self) -> Option<Timestamp> {
        let panes = self.panes()?;
        let visible =
            usize::from(panes.list.height / Sessions::rows_each(panes.list.height).max(1));
        let listed = self
            .sessions
            .shown()
            .skip(self.sessions.top())
            .take(visible)
            .filter_map(Session::state_since);
        let waits = [Stage::NeedsReply, Stage::Queued].map(|stage| self.sessions.waiting(stage).1);
        let detailed = self.session_in_focus().filter(|_| self.shows_details());
        let ages = listed
            .chain(waits.into_iter().flatten())
            .chain(detailed.into_iter().flat_map(Session::timestamps))
            .filter_map(|since| time_format::next_age_change(since, self.now));
        let lens = self.lens(&panes);
        let reader = self.reader().filter(|_| !panes.reader.is_empty());
        let is_relative = self.zones.times() == Times::Relative;
        let texts = reader.filter(|_| is_relative).map(|reader| {
            let shown = reader.shown(&lens).into_iter();
            let posted = shown.filter_map(|row| reader.transcript().get(row.place)?.posted);
            posted.filter_map(|posted| time_format::next_age_change(posted, self.now))
        });
        let midnight = time_format::next_midnight(self.now, self.zones.shown())
            .filter(|midnight| *midnight > self.now)
            .filter(|_| reader.is_some_and(|reader| !reader.transcript().is_empty()));
        let texts = texts.into_iter().flatten();
        let by_service = ages
            .chain(texts)
            .map(|wait| self.now + wait)
            .chain(midnight)
            .chain(
                self.readers()
                    .filter_map(|(_, reader)| reader.next_due(&lens)),
            );
        by_service
            .map(|moment| moment - self.service.ahead)
            .chain(self.status.next_change(self.own_now()))
            .chain(self.next_reading())
            .min()
            .map(on_the_second)
    }

    fn shows_details(&self) -> bool {
        matches!(self.overlay, Some(Overlay::Details(_)))
    }

    /// The window.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The time by the service's clock: waits, ages and what is due are told by it.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The time by our own clock, as it was told last: the age of what we know is told by it.
    pub fn own_now(&self) -> Timestamp {
        self.now - self.service.ahead
    }

    /// What is known of the service itself.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Who we are signed in as, once known.
    pub fn me(&self) -> Option<&CurrentUser> {
        self.me.as_ref()
    }

    /// Which pane has the keys.
    pub fn focus(&self) -> Focus {
        self.focus
    }

    /// Tells whether there is no level to go back from.
    pub fn is_at_top(&self) -> bool {
        self.focus == Focus::List && self.sessions.filter().is_empty()
    }

    /// The parts of the window; `None` when it is too small.
    pub fn panes(&self) -> Option<Panes> {
        panes(self.size, self.focus, self.zoomed)
    }

    /// The list pane.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// The reader of the open session.
    pub fn reader(&self) -> Option<&Reader> {
        self.open_id().and_then(|id| self.readers.get(&id))
    }

    /// The transcripts that are kept, by session: the open one, and others it may be gone back to.
    pub fn readers(&self) -> impl ExactSizeIterator<Item = (SessionId, &Reader)> {
        self.readers.iter().map(|(id, reader)| (*id, reader))
    }

    /// The id of the open session.
    pub fn open_id(&self) -> Option<SessionId> {
        self.recent.last().copied()
    }

    /// What is known of the open session.
    pub fn open_session(&self) -> Option<&Session> {
        let id = self.open_id()?;
        self.sessions
            .get(id)
            .or(self.described.as_ref().filter(|session| session.id == id))
    }

    /// The session that details are about: the selected one of the list, or the open one.
    pub fn session_in_focus(&self) -> Option<&Session> {
        match self.focus {
            Focus::List => self.sessions.selected(),
            Focus::Reader => self.open_session(),
        }
    }

    /// Link, freshness and notice.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// The zone in force and how times are shown.
    pub fn zones(&self) -> &Zones {
        &self.zones
    }

    /// What lies over the panes.
    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlay.as_ref()
    }

    /// The line being typed.
    pub fn prompt(&self) -> Option<&Prompt> {
        self.prompt.as_ref()
    }

    /// The keys in force.
    pub fn keymap(&self) -> &Keymap {
        &self.keymap
    }

    /// What the reader's rows are laid out for.
    pub fn lens(&self, panes: &Panes) -> Lens<'_> {
        Lens {
            columns: panes.reader.width,
            rows: panes.reader.height,
            zone: self.zones.shown(),
            now: self.now,
        }
    }
}

/// The end of the second that a moment is in.
fn on_the_second(moment: Timestamp) -> Timestamp {
    // A leap second has more nanoseconds than others.
    let begun = moment.timestamp_subsec_nanos() % 1_000_000_000;
    let begun = TimeDelta::nanoseconds(begun.into());
    if begun.is_zero() {
        moment
    } else {
        moment - begun + TimeDelta::seconds(1)
    }
}
