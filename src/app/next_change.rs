//! Next change: the earliest time at which the screen changes without an event.

use chrono::TimeDelta;

use super::App;
use super::overlay::Overlay;
use super::time_zone::TimeFormat;
use crate::chat::Timestamp;
use crate::text::time_format;

impl App {
    /// When something is to be done without an event: the screen changes, or a wait passes a threshold and
    /// notifies, on the screen or not.
    pub(crate) fn next_wake(&self) -> Option<Timestamp> {
        let level = self.next_level_notification();
        let level = level.map(|at| ceil_to_second(at - self.service.clock_offset));
        self.next_redraw().into_iter().chain(level).min()
    }

    /// When something visible will change without an event: an age, a countdown, a notice, a message that
    /// becomes due, a wait that passes a threshold. Rounded up to a second, so that changes within one share a redraw.
    pub fn next_redraw(&self) -> Option<Timestamp> {
        let panes = self.panes()?;
        let viewport = self.viewport(&panes);
        let list = self.session_list.next_change(panes.list.height, self.now);
        let is_relative = self.time_zone.time_format() == TimeFormat::Relative;
        let pane = self
            .transcript_pane()
            .filter(|_| !panes.transcript.is_empty());
        let transcript = pane.and_then(|pane| pane.next_change(&viewport, is_relative));
        let overlay = self.overlay.as_ref();
        let overlay = overlay.and_then(|overlay| self.next_change_of(overlay));
        let due = self
            .transcript_panes()
            .filter_map(|(_, pane)| pane.next_due_at(&viewport));
        let by_service = [list, transcript, overlay].into_iter().flatten().chain(due);
        by_service
            .map(|time| time - self.service.clock_offset)
            .chain(self.status.next_change(self.local_now()))
            .chain(self.next_traffic_sample())
            .min()
            .map(ceil_to_second)
    }

    /// When an overlay changes with the clock of the service; that of the connection follows ours.
    fn next_change_of(&self, overlay: &Overlay) -> Option<Timestamp> {
        match overlay {
            Overlay::Overview(_) => {
                let rows = self.session_list.rows();
                let waiting = rows.filter(|row| row.stage().is_waiting());
                self.session_list.next_wait_change(waiting, self.now)
            }
            Overlay::Details(_) => {
                let times = self.focused_session()?.timestamps();
                let ages = times.filter_map(|time| time_format::next_age_change(time, self.now));
                ages.min().map(|wait| self.now + wait)
            }
            Overlay::CommandPalette(_)
            | Overlay::Help(_)
            | Overlay::Connection(_)
            | Overlay::RawJson(_)
            | Overlay::MessageText(_)
            | Overlay::Links(_)
            | Overlay::SearchResults
            | Overlay::ZonePicker(_) => None,
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
