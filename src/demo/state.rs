//! What all connections share: the state behind one lock, and the way from a request to its answer.
//!
//! The lock is held for one request at a time and never across an await.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use hyper::{HeaderMap, Method, body::Incoming};
use tokio::time::Instant;

use super::{
    DemoOptions, TENANT,
    clock::Clock,
    encoding::Encoding,
    faults::{self, FaultContext},
    quirks::{Failure, Quirks},
    response::ResponseTemplate,
    routes::{self, Request, Route},
    simulation::Simulation,
    store::Database,
};

/// How many requests are remembered.
const MAX_RECORDED_REQUESTS: usize = 10_000;

/// One request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRequest {
    /// When it came.
    pub at: Instant,
    /// Where from: each connection has a port of its own.
    pub peer: SocketAddr,
    /// The method.
    pub method: String,
    /// The origin it was sent to, one of the two ports.
    pub origin: String,
    /// The path.
    pub path: String,
    /// The query, decoded, in its order.
    pub query: Vec<(String, String)>,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
}

impl RecordedRequest {
    /// The value of a header, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of an option of the query.
    pub fn option(&self, name: &str) -> Option<&str> {
        let mut query = self.query.iter();
        query
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The service behind its connections.
#[derive(Debug)]
pub(super) struct AppState {
    state: Mutex<State>,
    origins: [String; 2],
}

/// Everything that changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) clock: Clock,
    pub(super) database: Database,
    pub(super) quirks: Quirks,
    pub(super) requests: VecDeque<RecordedRequest>,
    simulation: Simulation,
    /// How many requests there were, and the seed of the trouble they meet, if they meet any.
    request_count: u64,
    fault_seed: Option<u64>,
}

impl AppState {
    /// Sets the scene; `origins` are those of the first port and of the new host.
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

    /// The base address on one of the ports.
    pub(super) fn base_url(&self, port: usize) -> String {
        format!("{}/{TENANT}/api/v1/", self.origins[port])
    }

    /// The state as it was left.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is complete before the lock is given back, so a panic elsewhere harms nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state with the story told up to now.
    pub(super) fn lock_and_advance(&self) -> MutexGuard<'_, State> {
        let mut guard = self.lock();
        let state = &mut *guard;
        state
            .simulation
            .advance(&mut state.database, state.clock.now());
        guard
    }

    /// Remembers a request and answers it.
    pub(super) fn respond(
        &self,
        port: usize,
        peer: SocketAddr,
        request: &hyper::Request<Incoming>,
    ) -> ResponseTemplate {
        let mut guard = self.lock_and_advance();
        let state = &mut *guard;
        let address = request.uri().path_and_query().map_or("/", |it| it.as_str());
        let query = request.uri().query().unwrap_or_default().as_bytes();
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(query).into_owned().collect();
        state.record(RecordedRequest {
            at: Instant::now(),
            peer,
            method: request.method().to_string(),
            origin: self.origins[port].clone(),
            path: request.uri().path().to_owned(),
            query: pairs.clone(),
            headers: header_pairs(request.headers()),
        });
        let failures = state.take_failures(address);
        let home = usize::from(state.quirks.moved);
        let parsed = Request {
            path: request.uri().path(),
            pairs: &pairs,
            encoding: requested_encoding(&state.quirks, request.headers()),
            now: state.clock.now(),
            origin: &self.origins[port],
            tenant_origin: &self.origins[home],
        };
        let refused = refuse(&state.quirks, request, port == home);
        let answer = refused.unwrap_or_else(|| routes::respond(&state.database, &parsed));
        let context = FaultContext {
            address,
            origin: &self.origins[port],
            other_origin: &self.origins[1 - port],
            now: state.clock.now() + state.quirks.clock_skew,
        };
        let mut answer = failures
            .iter()
            .fold(answer, |answer, failure| {
                faults::apply_failure(answer, failure, &context)
            })
            .with_header("date", faults::http_date(context.now));
        if !state.quirks.reason_phrases {
            answer.reason = None;
        }
        answer
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

    /// What befalls the request that was remembered last.
    fn take_failures(&mut self, address: &str) -> Vec<Failure> {
        let mut failures = faults::take_matching(&mut self.quirks.faults, address);
        let chance = |seed| faults::random_fault(seed, self.request_count);
        failures.extend(self.fault_seed.and_then(chance));
        failures
    }
}

fn header_pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let told = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), told(value.as_bytes())))
        .collect()
}

/// The value of a header, if it is there and is text.
fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn requested_encoding<'s>(quirks: &'s Quirks, headers: &HeaderMap) -> Encoding<'s> {
    let language = |name| header(headers, name).unwrap_or_default();
    let languages = [language("so-language"), language("accept-language")];
    Encoding::from_headers(quirks, header(headers, "so-timezone"), &languages)
}

/// Why a request is not answered at all: not reading, the wrong host, or not signed in.
fn refuse(
    quirks: &Quirks,
    request: &hyper::Request<Incoming>,
    at_tenant_origin: bool,
) -> Option<ResponseTemplate> {
    if request.method() != Method::GET {
        let refusal = ResponseTemplate::error(405, "This service is for reading only.");
        return Some(refusal.with_header("allow", "GET".to_owned()));
    }
    if matches!(Route::parse(request.uri().path()), Route::State(_)) {
        return None;
    }
    if !at_tenant_origin {
        return Some(
            ResponseTemplate::error(421, "Wrong subdomain.").with_reason("Misdirected Request"),
        );
    }
    let headers = request.headers();
    let authorization = header(headers, "authorization");
    let browser = headers.contains_key("x-xsrf-token") && headers.contains_key("cookie");
    let signed_in = match &quirks.credential {
        Some(credential) => authorization == Some(credential),
        None => !quirks.require_sign_in || authorization.is_some() || browser,
    };
    (!signed_in).then(|| {
        let refusal = ResponseTemplate::error(401, "Not signed in, or no longer.");
        refusal.with_header("www-authenticate", "Bearer".to_owned())
    })
}
