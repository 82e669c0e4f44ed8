//! State shared by all connections, and the way from a request to its response.
//!
//! The lock is held for one request at a time and never across an await.

use std::{collections::VecDeque, net::SocketAddr};

use chrono::{DateTime, TimeDelta, Utc};
use hyper::body::Incoming;
use parking_lot::{Mutex, MutexGuard};
use tokio::time::Instant;

use super::{
    DemoOptions,
    encoding::Encoding,
    failed_response::{apply_failure, http_date},
    faults::{random_fault, take_matching},
    quirks::Quirks,
    recorded_request::RecordedRequest,
    request::Request,
    response::Response,
    routes,
    simulation::Simulation,
    store::Database,
};

/// Older requests are discarded, so that a service that runs for days does not grow.
const MAX_RECORDED_REQUESTS: usize = 10_000;
/// At a higher rate, simulating the events would take longer than the time they cover.
const MAX_RATE: f64 = 3600.0;

#[derive(Debug)]
pub(super) struct ServiceState {
    pub(super) clock: Clock,
    pub(super) database: Database,
    pub(super) quirks: Quirks,
    pub(super) requests: VecDeque<RecordedRequest>,
    /// The first origin, and the one the tenant may move to.
    pub(super) origins: [String; 2],
    simulation: Simulation,
    request_count: u64,
    /// The seed of random faults, if there are any.
    fault_seed: Option<u64>,
}

/// Locks the state after simulating up to the present.
pub(super) fn lock(state: &Mutex<ServiceState>) -> MutexGuard<'_, ServiceState> {
    let mut guard = state.lock();
    let state = &mut *guard;
    let now = state.clock.now();
    state.simulation.advance(&mut state.database, now);
    guard
}

impl ServiceState {
    pub(super) fn new(options: &DemoOptions, origins: [String; 2]) -> Self {
        Self {
            clock: Clock::start(options.start, options.rate),
            database: Database::default(),
            quirks: Quirks::default(),
            requests: VecDeque::new(),
            origins,
            simulation: Simulation::new(options.seed, options.sessions, options.start),
            request_count: 0,
            fault_seed: options.faults.then_some(options.seed),
        }
    }

    /// Records a request to the origin with this index and responds to it.
    pub(super) fn respond(
        &mut self,
        origin: usize,
        peer: SocketAddr,
        request: &hyper::Request<Incoming>,
    ) -> Response {
        let recorded = RecordedRequest::new(request, peer, &self.origins[origin]);
        self.request_count += 1;
        let mut failures = take_matching(&mut self.quirks.faults, &recorded.address);
        let random = |seed| random_fault(seed, self.request_count);
        failures.extend(self.fault_seed.and_then(random));
        let now = self.database.now;
        let request = Request {
            recorded: &recorded,
            encoding: Encoding::for_request(&self.quirks, now, &recorded),
            date: now + self.quirks.clock_skew,
            tenant_origin: &self.origins[usize::from(self.quirks.moved)],
            other_origin: &self.origins[1 - origin],
        };
        let mut response = failures
            .iter()
            .fold(routes::respond(&self.database, &request), |response, it| {
                apply_failure(response, it, &request)
            })
            .with_header("date", http_date(request.date));
        if self.quirks.standard_reasons {
            response.reason = None;
        }
        if self.requests.len() == MAX_RECORDED_REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back(recorded);
        response
    }
}

/// The simulated clock: real time since the start, multiplied by a rate, with jumps for tests.
#[derive(Debug)]
pub(super) struct Clock {
    base_time: DateTime<Utc>,
    started_at: Instant,
    rate: f64,
}

impl Clock {
    /// Starts at `base_time`; the clock does not run at rate 0 or at one that is not a number.
    pub(super) fn start(base_time: DateTime<Utc>, rate: f64) -> Self {
        Self {
            base_time,
            started_at: Instant::now(),
            rate: if rate > 0.0 { rate.min(MAX_RATE) } else { 0.0 },
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        let elapsed = self.started_at.elapsed().mul_f64(self.rate);
        self.base_time + elapsed
    }

    /// Jumps ahead.
    pub(super) fn advance(&mut self, by: TimeDelta) {
        self.base_time += by;
    }
}
