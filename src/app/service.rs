//! What is known of the service itself: its name, where it is and was, its clock, what passed.
//!
//! The service's own times are told by its clock, the age of what we know by ours.

use std::time::Duration;

use chrono::TimeDelta;

use super::App;
use super::effect::Effect;
use super::event::Lane;
use super::overlay::Overlay;
use super::shift::Shift;
use super::status::{Freshness, Level};
use crate::chat::{Timestamp, Page, SessionId, TrafficStats};
use crate::text::time_format;

/// What passed is read off this often while it shows.
const READ_EVERY: TimeDelta = TimeDelta::seconds(1);

/// The service as such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// What it is called on the screen.
    pub name: String,
    /// Its present address.
    pub address: String,
    /// Its address before it moved, if it did.
    pub moved_from: Option<String>,
    /// By how much its clock is ahead of ours.
    pub ahead: TimeDelta,
    /// By how much it dates messages ahead of its clock, where that is certain.
    pub shifted: Option<TimeDelta>,
    shift: Shift,
    /// What passed, and by our clock when that was read off.
    pub traffic: Option<(Timestamp, TrafficStats)>,
}

impl Service {
    /// A service that was not spoken to yet; its clock is taken to go right.
    pub fn new(name: String, address: String) -> Self {
        Self {
            name,
            address,
            moved_from: None,
            ahead: TimeDelta::zero(),
            shifted: None,
            shift: Shift::default(),
            traffic: None,
        }
    }
}

impl App {
    pub(super) fn clock_compared(&mut self, ahead: TimeDelta) -> Vec<Effect> {
        self.dirty = true;
        self.now = self.own_now() + ahead;
        self.service.ahead = ahead;
        Vec::new()
    }

    pub(super) fn service_moved(&mut self, from: String, to: String) -> Vec<Effect> {
        let told = format!("The service has moved to {to}, which is used from now on");
        self.service.moved_from = Some(from);
        self.service.address = to;
        self.tell(Level::Done, told)
    }

    pub(super) fn traffic_read(&mut self, traffic: TrafficStats) -> Vec<Effect> {
        self.service.traffic = Some((self.own_now(), traffic));
        self.dirty |= self.shows_link();
        Vec::new()
    }

    /// When the newest message of these was posted, if it came in while the open session was read.
    pub(super) fn just_posted(&self, session: SessionId, messages: &Page) -> Option<Timestamp> {
        let reader = self.reader().filter(|_| self.open_id() == Some(session))?;
        let live = self.status.freshness(Lane::Reader, self.own_now()) == Freshness::Live;
        if !live || !reader.is_caught_up() {
            return None;
        }
        let newest = messages.iter().max_by_key(|message| message.id)?;
        let is_new = newest.id > reader.transcript().max_id();
        newest.posted.filter(|_| is_new)
    }

    /// Tells a service that dates its messages in another zone.
    pub(super) fn dates_compared(&mut self, posted: Option<Timestamp>) -> Vec<Effect> {
        let shift = posted.and_then(|posted| self.service.shift.note(posted - self.now));
        let Some(by) = shift else {
            return Vec::new();
        };
        self.service.shifted = Some(by);
        let told = format!("This service dates its messages {}", shifted(by));
        self.tell(Level::Failed, told)
    }

    /// Whatever was known may be out of date, and whatever was asked may never be answered.
    pub(super) fn awoke(&mut self, slept: Duration) -> Vec<Effect> {
        self.dirty = true;
        self.status.doubt();
        vec![Effect::Resume(slept)]
    }

    /// Asks what passed meanwhile, where that shows and was read off a while ago.
    pub(super) fn read_traffic(&self) -> Vec<Effect> {
        let due = self.next_reading();
        due.filter(|due| *due <= self.own_now())
            .map(|_| Effect::ReadTraffic)
            .into_iter()
            .collect()
    }

    /// When what passed is to be read off again, while it shows.
    pub(super) fn next_reading(&self) -> Option<Timestamp> {
        let (read, _) = self.service.traffic.filter(|_| self.shows_link())?;
        Some(read + READ_EVERY)
    }

    fn shows_link(&self) -> bool {
        matches!(self.overlay, Some(Overlay::Link(_)))
    }
}

/// A shift of dates in words.
pub(super) fn shifted(by: TimeDelta) -> String {
    let side = if by > TimeDelta::zero() {
        "ahead of"
    } else {
        "behind"
    };
    format!(
        "{} {side} its clock: it may take their times for those of another zone",
        time_format::format_age(by.abs())
    )
}
