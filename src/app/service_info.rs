//! The service: its name and address, the offset of its clock, and traffic statistics.
//!
//! Timestamps of the service are compared with its own clock, the age of responses is measured by ours.

use std::time::Duration;

use chrono::TimeDelta;

use super::App;
use super::date_shift::{DateShiftDetector, describe_date_shift};
use super::effect::Effect;
use super::overlay::Overlay;
use super::status::{Freshness, Level};
use crate::chat::{Message, SessionId, Timestamp, TrafficStats};
use crate::sync::{Feed, SyncCommand, describe_move};

/// How often traffic is sampled while the connection overlay is open.
const TRAFFIC_SAMPLE_INTERVAL: TimeDelta = TimeDelta::seconds(1);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceInfo {
    /// Its name on the screen.
    pub name: String,
    pub address: String,
    /// Its address before it moved.
    pub(crate) moved_from: Option<String>,
    /// How far its clock is ahead of ours.
    pub(crate) clock_offset: TimeDelta,
    /// How far its messages are dated ahead of its clock, once detected.
    pub(crate) date_shift: Option<TimeDelta>,
    date_shift_detector: DateShiftDetector,
    /// The last traffic sample and when it was taken, by our clock.
    pub traffic: Option<(Timestamp, TrafficStats)>,
}

impl ServiceInfo {
    /// A service that has not answered yet, with a clock assumed to be right.
    pub fn new(name: String, address: String) -> Self {
        Self {
            name,
            address,
            moved_from: None,
            clock_offset: TimeDelta::zero(),
            date_shift: None,
            date_shift_detector: DateShiftDetector::default(),
            traffic: None,
        }
    }
}

impl App {
    pub(super) fn on_clock_offset(&mut self, offset: TimeDelta) {
        self.dirty = true;
        self.notifications
            .on_clock_moved(offset - self.service.clock_offset);
        self.now = self.local_now() + offset;
        self.service.clock_offset = offset;
    }

    pub(super) fn on_service_moved(&mut self, from: String, to: String) {
        let text = describe_move(&to);
        self.service.moved_from = Some(from);
        self.service.address = to;
        self.show_notice(Level::Info, text);
    }

    pub(super) fn on_traffic_sampled(&mut self, traffic: TrafficStats) {
        self.service.traffic = Some((self.local_now(), traffic));
        self.dirty |= self.is_showing_connection();
    }

    /// When the newest of these messages was posted, if it is new in the open session while that is live.
    pub(super) fn live_post_time(
        &self,
        session: SessionId,
        messages: &[Message],
    ) -> Option<Timestamp> {
        let pane = self
            .transcript_pane()
            .filter(|_| self.open_session_id() == Some(session))?;
        let live = self.status.freshness(Feed::Messages, self.local_now()) == Freshness::Live;
        if !live || !pane.is_fully_loaded() {
            return None;
        }
        let newest = messages.iter().max_by_key(|message| message.id)?;
        let is_new = newest.id > pane.transcript().max_id();
        newest.posted.filter(|_| is_new)
    }

    /// Reports a service that dates its messages in another zone.
    pub(super) fn check_date_shift(&mut self, posted: Option<Timestamp>) {
        let Some(by) =
            posted.and_then(|posted| self.service.date_shift_detector.observe(posted - self.now))
        else {
            return;
        };
        self.service.date_shift = Some(by);
        let shift = describe_date_shift(by);
        self.show_notice(
            Level::Error,
            format!("This service dates its messages {shift}"),
        );
    }

    /// After a suspend everything may be out of date, and pending requests may never be answered.
    pub(super) fn on_resumed(&mut self, slept: Duration) -> Vec<Effect> {
        self.dirty = true;
        self.status.mark_suspect();
        vec![Effect::Sync(SyncCommand::Resume { slept })]
    }

    /// Requests the next traffic sample if it is due.
    pub(super) fn sample_traffic_if_due(&self) -> Vec<Effect> {
        let due = self.next_traffic_sample();
        due.filter(|due| *due <= self.local_now())
            .map(|_| Effect::SampleTraffic)
            .into_iter()
            .collect()
    }

    /// When the next traffic sample is due, while the connection overlay is open.
    pub(super) fn next_traffic_sample(&self) -> Option<Timestamp> {
        let (sampled_at, _) = self
            .service
            .traffic
            .filter(|_| self.is_showing_connection())?;
        Some(sampled_at + TRAFFIC_SAMPLE_INTERVAL)
    }

    fn is_showing_connection(&self) -> bool {
        matches!(self.overlay, Some(Overlay::Connection(_)))
    }
}
