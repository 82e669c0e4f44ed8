//! The simulated service: replies from the timeline and the fault schedule, and counts requests during
//! a pause that it requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::chat::Timestamp;
use crate::sync::ErrorKind;
use fastrand::Rng;
use tokio::time::Instant;

use crate::sync::tests::fake_api::{ApiCall, Reply, ReplyMode};
use crate::sync::tests::soak::fault_schedule::choose_mode;
use crate::sync::tests::soak::timeline::{DayMillis, Timeline, to_timestamp};

/// Messages in a page.
const PAGE_SIZE: usize = 20;
/// A request in flight when a pause begins is no violation.
const IN_FLIGHT: Duration = Duration::from_millis(2);

/// The clock of the test plus the time the machine slept.
#[derive(Clone)]
pub(super) struct Clock {
    start: Instant,
    slept: Arc<AtomicI64>,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self {
            start: Instant::now(),
            slept: Arc::default(),
        }
    }

    pub(super) fn at(&self) -> DayMillis {
        let awake = DayMillis::try_from(self.start.elapsed().as_millis()).unwrap();
        awake + self.slept.load(Ordering::Relaxed)
    }

    pub(super) fn now(&self) -> Timestamp {
        to_timestamp(self.at())
    }

    /// Time passes, but the monotonic clock of the machine stops.
    pub(super) fn sleep(&self, length: DayMillis) {
        self.slept.fetch_add(length, Ordering::Relaxed);
    }
}

pub(super) struct SimulatedService {
    pub(crate) timeline: Arc<Timeline>,
    clock: Clock,
    random: Rng,
    /// Begin and end of the current pause. It ends by the clock of the service: while the machine sleeps, time
    /// passes.
    pause: Option<(Instant, DayMillis)>,
    pauses: usize,
    early_requests: usize,
}

impl SimulatedService {
    pub(super) fn new(day: Arc<Timeline>, clock: Clock, seed: u64) -> Self {
        Self {
            timeline: day,
            clock,
            random: Rng::with_seed(seed),
            pause: None,
            pauses: 0,
            early_requests: 0,
        }
    }

    /// The number of pauses, and of requests during one.
    pub(super) fn retry_after_counts(&self) -> (usize, usize) {
        (self.pauses, self.early_requests)
    }

    pub(super) fn respond(&mut self, call: &ApiCall) -> Reply {
        let now = Instant::now();
        let at = self.clock.at();
        if let Some((from, until)) = self.pause {
            self.early_requests += usize::from(from < now && at < until);
        }
        let mode = choose_mode(at, &mut self.random);
        let delay = Duration::from_millis(self.random.u64(5..120));
        match mode {
            // Without a delay: a request aborted before the reply would not show the pause.
            ReplyMode::Fails(kind) => {
                if let ErrorKind::Busy {
                    retry_after: Some(pause),
                } = kind
                {
                    self.pauses += 1;
                    let until = self.pause.map_or(at, |(_, until)| until);
                    let length = DayMillis::try_from(pause.as_millis()).unwrap();
                    self.pause = Some((now + IN_FLIGHT, until.max(at + length)));
                }
                Reply::fault(kind)
            }
            ReplyMode::Hangs(time) => Reply::fault(ErrorKind::Network).with_delay(time),
            ReplyMode::Slow(time) => self.reply(call, mode, at).with_delay(time),
            _ => self.reply(call, mode, at).with_delay(delay),
        }
    }

    fn reply(&self, call: &ApiCall, mode: ReplyMode, at: DayMillis) -> Reply {
        match call {
            ApiCall::List { scope, below } => {
                let listing = self.timeline.list(*scope, *below, at);
                Reply::listing(listing.sessions, listing.next)
            }
            ApiCall::Session(id) => match self.timeline.session(*id, at) {
                Some(session) => Reply::session(session),
                None => Reply::fault(ErrorKind::NotFound),
            },
            ApiCall::Messages { session, after } => match self.timeline.messages(*session, at) {
                Some(mut messages) => {
                    messages.sort_by_key(|message| message.id);
                    Reply::to_pull(messages, *after, mode, PAGE_SIZE)
                }
                None => Reply::fault(ErrorKind::NotFound),
            },
            ApiCall::UserZone
            | ApiCall::Zones
            | ApiCall::Me
            | ApiCall::Conversations(_)
            | ApiCall::Presence => Reply::ok(),
        }
    }
}
