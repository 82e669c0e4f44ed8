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
    Options, TENANT,
    answer::Answer,
    clock::Clock,
    faults::{self, Place},
    routes::{self, Asked, Room},
    story::Story,
    style::Style,
    switches::{Failure, Switches},
    world::World,
};

/// How many requests are remembered.
const REMEMBERED: usize = 10_000;

/// One request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
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

impl Request {
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
pub(super) struct Shared {
    state: Mutex<State>,
    origins: [String; 2],
}

/// Everything that changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) clock: Clock,
    pub(super) world: World,
    pub(super) switches: Switches,
    pub(super) requests: VecDeque<Request>,
    story: Story,
    /// How many requests there were, and the seed of the trouble they meet, if they meet any.
    asked: u64,
    bad_day: Option<u64>,
}

impl Shared {
    /// Sets the scene; `origins` are those of the first port and of the new host.
    pub(super) fn new(options: &Options, origins: [String; 2]) -> Self {
        let state = State {
            clock: Clock::start(options.start, options.rate),
            world: World::default(),
            switches: Switches::default(),
            requests: VecDeque::new(),
            story: Story::new(options.seed, options.sessions, options.start),
            asked: 0,
            bad_day: options.faults.then_some(options.seed),
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
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Every change is complete before the lock is given back, so a panic elsewhere harms nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state with the story told up to now.
    pub(super) fn played(&self) -> MutexGuard<'_, State> {
        let mut guard = self.state();
        let state = &mut *guard;
        state.story.play(&mut state.world, state.clock.now());
        guard
    }

    /// Remembers a request and answers it.
    pub(super) fn answer(
        &self,
        port: usize,
        peer: SocketAddr,
        request: &hyper::Request<Incoming>,
    ) -> Answer {
        let mut guard = self.played();
        let state = &mut *guard;
        let address = request.uri().path_and_query().map_or("/", |it| it.as_str());
        let query = request.uri().query().unwrap_or_default().as_bytes();
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(query).into_owned().collect();
        state.remember(Request {
            at: Instant::now(),
            peer,
            method: request.method().to_string(),
            origin: self.origins[port].clone(),
            path: request.uri().path().to_owned(),
            query: pairs.clone(),
            headers: told(request.headers()),
        });
        let failures = state.failures(address);
        let home = usize::from(state.switches.moved);
        let asked = Asked {
            path: request.uri().path(),
            pairs: &pairs,
            style: style(&state.switches, request.headers()),
            now: state.clock.now(),
            here: &self.origins[port],
            home: &self.origins[home],
        };
        let refused = refused(&state.switches, request, port == home);
        let answer = refused.unwrap_or_else(|| routes::answer(&state.world, &asked));
        let place = Place {
            address,
            here: &self.origins[port],
            elsewhere: &self.origins[1 - port],
            now: state.clock.now() + state.switches.clock_skew,
        };
        let mut answer = failures
            .iter()
            .fold(answer, |answer, failure| {
                faults::befall(answer, failure, &place)
            })
            .with("date", faults::http_date(place.now));
        if !state.switches.reason_phrases {
            answer.reason = None;
        }
        answer
    }
}

impl State {
    fn remember(&mut self, request: Request) {
        self.asked += 1;
        if self.requests.len() == REMEMBERED {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    /// What befalls the request that was remembered last.
    fn failures(&mut self, address: &str) -> Vec<Failure> {
        let mut failures = faults::take(&mut self.switches.faults, address);
        let chance = |seed| faults::bad_day(seed, self.asked);
        failures.extend(self.bad_day.and_then(chance));
        failures
    }
}

fn told(headers: &HeaderMap) -> Vec<(String, String)> {
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

fn style<'s>(switches: &'s Switches, headers: &HeaderMap) -> Style<'s> {
    let language = |name| header(headers, name).unwrap_or_default();
    let languages = [language("so-language"), language("accept-language")];
    Style::asked(switches, header(headers, "so-timezone"), &languages)
}

/// Why a request is not answered at all: not reading, the wrong host, or not signed in.
fn refused(
    switches: &Switches,
    request: &hyper::Request<Incoming>,
    at_home: bool,
) -> Option<Answer> {
    if request.method() != Method::GET {
        let refusal = Answer::error(405, "This service is for reading only.");
        return Some(refusal.with("allow", "GET".to_owned()));
    }
    if matches!(Room::find(request.uri().path()), Room::State(_)) {
        return None;
    }
    if !at_home {
        return Some(Answer::error(421, "Wrong subdomain.").because("Misdirected Request"));
    }
    let headers = request.headers();
    let authorization = header(headers, "authorization");
    let browser = headers.contains_key("x-xsrf-token") && headers.contains_key("cookie");
    let signed_in = match &switches.credential {
        Some(credential) => authorization == Some(credential),
        None => !switches.require_sign_in || authorization.is_some() || browser,
    };
    (!signed_in).then(|| {
        let refusal = Answer::error(401, "Not signed in, or no longer.");
        refusal.with("www-authenticate", "Bearer".to_owned())
    })
}
