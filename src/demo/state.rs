//! State shared by all connections, behind one lock, and the way from a request to its response.
//!
//! The lock is held for one request at a time and never across an await.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use hyper::body::Incoming;

use super::{
    DemoOptions,
    clock::Clock,
    encoding::Encoding,
    faults::{self, FaultContext},
    quirks::{Failure, Quirks},
    request::{self, RecordedRequest, Request},
    response::Response,
    routes,
    simulation::Simulation,
    store::Database,
};

/// Older requests are forgotten, so that a service that runs for days does not grow.
const MAX_RECORDED_REQUESTS: usize = 10_000;

#[derive(Debug)]
pub(super) struct AppState {
    state: Mutex<State>,
    /// The first origin, and the one the tenant may move to.
    origins: [String; 2],
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) clock: Clock,
    pub(super) database: Database,
    pub(super) quirks: Quirks,
    pub(super) requests: VecDeque<RecordedRequest>,
    simulation: Simulation,
    request_count: u64,
    /// The seed of random faults, if there are any.
    fault_seed: Option<u64>,
}

impl AppState {
    pub(super) fn new(options: &DemoOptions, origins: [String; 2]) -> Self {
        let state = State {
            clock: Clock::start(options.start, options.rate),
            database: Database::default(),
            quirks: Quirks::default(),
            requests: VecDeque::new(),
            simulation: Simulation::new(options.seed, options.sessions, options.start),
            request_count: 0,
            fault_seed: options.faults.then_some(options.seed),
        };
        Self {
            state: Mutex::new(state),
            origins,
        }
    }

    /// The base address at the origin with this index.
    pub(super) fn base_url(&self, origin: usize) -> String {
        request::base_url(&self.origins[origin])
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is complete before the lock is released, so a panic elsewhere does no harm.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the state after simulating up to the present.
    pub(super) fn lock_and_advance(&self) -> MutexGuard<'_, State> {
        let mut guard = self.lock();
        let state = &mut *guard;
        state
            .simulation
            .advance(&mut state.database, state.clock.now());
        guard
    }

    /// Records a request and responds to it.
    pub(super) fn respond(
        &self,
        origin: usize,
        peer: SocketAddr,
        request: &hyper::Request<Incoming>,
    ) -> Response {
        let mut guard = self.lock_and_advance();
        let state = &mut *guard;
        let recorded = RecordedRequest::new(request, peer, &self.origins[origin]);
        state.record(recorded.clone());
        let address = request.uri().path_and_query().map_or("/", |it| it.as_str());
        let failures = state.take_failures(address);
        let response = routes::respond(
            &state.database,
            &Request {
                recorded: &recorded,
                encoding: requested_encoding(&state.quirks, &recorded),
                now: state.clock.now(),
                tenant_origin: &self.origins[usize::from(state.quirks.moved)],
            },
        );
        let context = FaultContext {
            address,
            origin: &self.origins[origin],
            other_origin: &self.origins[1 - origin],
            now: state.clock.now() + state.quirks.clock_skew,
        };
        let mut response = failures
            .iter()
            .fold(response, |response, failure| {
                faults::apply_failure(response, failure, &context)
            })
            .with_header("date", faults::http_date(context.now));
        if !state.quirks.reason_phrases {
            response.reason = None;
        }
        response
    }
}

impl State {
    fn record(&mut self, request: RecordedRequest) {
        self.request_count += 1;
        if self.requests.len() == MAX_RECORDED_REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    /// Takes the failures of the request that was recorded last.
    fn take_failures(&mut self, address: &str) -> Vec<Failure> {
        let mut failures = faults::take_matching(&mut self.quirks.faults, address);
        let random = |seed| faults::random_fault(seed, self.request_count);
        failures.extend(self.fault_seed.and_then(random));
        failures
    }
}

fn requested_encoding<'s>(quirks: &'s Quirks, request: &RecordedRequest) -> Encoding<'s> {
    let languages = ["so-language", "accept-language"];
    Encoding::new(
        quirks,
        request.header("so-timezone"),
        languages.map(|name| request.header(name)),
    )
}
