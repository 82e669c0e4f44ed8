//! Search across conversations: by the service's own search of message texts where it has one, otherwise by the
//! first and last messages of sessions and by transcripts.
//!
//! One engine for the command and the viewer. Every message is checked here, on its decoded text; whatever the
//! service returns is only a candidate. Requests are sent one at a time, with the priority of the caller. To cancel a
//! search, drop its future.

mod coverage;
mod lists;
mod needle;
mod retry;
mod scope;
mod server;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use tokio::sync::mpsc;

use super::{ApiError, ChatApi, ErrorKind};
use crate::chat::{
    ChannelId, Locator, Message, MessageId, Scope, SearchProbe, SearchSupport, Session, SessionId,
    Timestamp,
};
use crate::text::{MatchContext, SearchQuery, TimePoint, message_text};
pub(crate) use coverage::{ListCoverage, SearchCoverage, SearchMethod, TranscriptsSince};
use needle::Needle;
use retry::{Attempts, send_with_retries};
use scope::SearchScope;

/// A stored probe of the service is valid for this long.
const PROBE_INTERVAL: TimeDelta = TimeDelta::days(1);
/// Until it is requested, the customer of a session fills in a form; messages are sent ahead of their time.
const TIME_MARGIN: TimeDelta = TimeDelta::days(1);

/// What to search for, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchRequest {
    pub(crate) query: SearchQuery,
    pub(crate) scope: Scope,
    /// Only these channels; any of the scope if there are none.
    pub(crate) channels: Vec<ChannelId>,
    /// Only messages posted since then.
    pub(crate) since: Option<TimePoint>,
    /// The search ends after this many hits.
    pub(crate) limit: usize,
    /// The time by the service's clock.
    pub(crate) now: Timestamp,
    /// The stored probe of the service.
    pub(crate) probe: Option<SearchProbe>,
    /// Spreads the delays after failures.
    pub(crate) seed: u64,
    /// Whether others send requests meanwhile: lists and transcripts, which may be thousands, are then fetched
    /// with low priority.
    pub(crate) is_shared: bool,
}

/// A message that matches, and its session as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchHit {
    pub(crate) session: Session,
    pub(crate) message: Message,
}

/// What a search reports while it runs.
#[derive(Clone, Debug, PartialEq)]
pub enum SearchUpdate {
    /// More hits, in the order found: the newest first, but by transcripts session by session.
    Hits(Vec<SearchHit>),
    Progress(SearchCoverage),
    /// A probe to store for the next search, also if this one is cancelled.
    Probed(SearchProbe),
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchReport {
    pub(crate) coverage: SearchCoverage,
    pub(crate) hits: usize,
    pub(crate) end: SearchEnd,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SearchEnd {
    Complete,
    /// There were as many hits as requested; there may be more.
    Limit,
    /// The hits found before remain valid.
    Failed(ApiError),
}

impl SearchHit {
    pub(crate) fn locator(&self) -> Locator {
        Locator {
            session: self.session.id,
            message: Some(self.message.id),
        }
    }

    /// The line to show, at most this many columns wide.
    pub(crate) fn context(&self, query: &SearchQuery, columns: usize) -> MatchContext {
        MatchContext::new(&message_text::plain_text(&self.message), query, columns)
    }
}

/// Returns `true` if a message matches, also one that was masked after it was found.
pub(crate) fn is_match(message: &Message, query: &SearchQuery) -> bool {
    let texts = message_text::sections(message).map(|(_, text)| text);
    message.unreadable.is_none() && query.is_match(texts)
}

/// Searches. What is found is sent to `updates` at once; the search ends early when its receiver is dropped.
pub(crate) async fn search<S: ChatApi>(
    api: &S,
    request: &SearchRequest,
    updates: &mpsc::Sender<SearchUpdate>,
) -> SearchReport {
    let needle = Needle::of(&request.query);
    let mut search = SearchRun {
        api,
        request,
        updates,
        coverage: SearchCoverage {
            may_miss_accents: needle.may_miss_accents,
            ..SearchCoverage::default()
        },
        texts: needle.texts,
        hits: 0,
        seen: HashSet::new(),
        archived: HashMap::new(),
        failed_sessions: 0,
    };
    let stop = search.run().await;
    SearchReport {
        coverage: search.coverage,
        hits: search.hits,
        end: match stop {
            Ok(()) | Err(SearchStop::Closed) => SearchEnd::Complete,
            Err(SearchStop::Limit) => SearchEnd::Limit,
            Err(
                SearchStop::Refused(error) | SearchStop::Server(error) | SearchStop::Failed(error),
            ) => SearchEnd::Failed(error),
        },
    }
}

/// Why a search ends before it has searched everything.
enum SearchStop {
    Limit,
    /// The receiver of the updates was dropped.
    Closed,
    /// The service does not search, which is stored.
    Refused(ApiError),
    /// The service's own search failed; another method may do.
    Server(ApiError),
    Failed(ApiError),
}

struct SearchRun<'a, S> {
    api: &'a S,
    request: &'a SearchRequest,
    updates: &'a mpsc::Sender<SearchUpdate>,
    /// The texts that the service is requested to search for.
    texts: Vec<String>,
    coverage: SearchCoverage,
    hits: usize,
    seen: HashSet<(SessionId, MessageId)>,
    /// Sessions looked up in the archive, without their messages; `None` for those that it does not list.
    archived: HashMap<SessionId, Option<Session>>,
    /// Sessions in a row whose transcripts could not be read.
    failed_sessions: u32,
}

impl<S: ChatApi> SearchRun<'_, S> {
    async fn run(&mut self) -> Result<(), SearchStop> {
        let scope = SearchScope::new(self.api, self.request).await?;
        if scope.is_empty() {
            self.coverage.reached_end = true;
            return Ok(());
        }
        let now = self.request.now;
        let known = self.request.probe.as_ref().filter(|probe| {
            let age = now - probe.at;
            age < PROBE_INTERVAL && age >= TimeDelta::zero()
        });
        let newest = match known.map(|probe| &probe.support) {
            Some(SearchSupport::Refused(why)) => {
                return self.search_lists(&scope, why.clone()).await;
            }
            Some(SearchSupport::Available { newest }) => Some(*newest),
            None => None,
        };
        match self.search_messages(&scope, newest).await {
            Ok(()) => Ok(()),
            Err(stop) => {
                let why = self.fallback_reason(stop).await?;
                self.search_lists(&scope, why).await
            }
        }
    }

    /// Returns why the service does not search, if the search continues without it.
    async fn fallback_reason(&mut self, stop: SearchStop) -> Result<String, SearchStop> {
        let is_begun = self.coverage.back_to.is_some();
        match stop {
            SearchStop::Refused(error) => Ok(error.why),
            SearchStop::Server(error) if error.kind.is_refusal() => {
                // The service may refuse the text of this search alone: nothing is concluded for others.
                if error.kind != ErrorKind::Config && !is_begun {
                    self.report_refusal(&error).await?;
                }
                Ok(error.why)
            }
            // Nothing is concluded for the next time.
            SearchStop::Server(error) if !is_begun && may_concern_request(error.kind) => {
                Ok(error.why)
            }
            stop => Err(stop),
        }
    }

    async fn report_refusal(&mut self, error: &ApiError) -> Result<(), SearchStop> {
        self.report_probe(SearchSupport::Refused(error.why.clone()))
            .await
    }

    /// Reports a new probe of the service at once: the search may be cancelled.
    async fn report_probe(&mut self, support: SearchSupport) -> Result<(), SearchStop> {
        let at = self.request.now;
        self.send(SearchUpdate::Probed(SearchProbe { at, support }))
            .await
    }

    fn attempts(&self) -> Attempts {
        Attempts::new(self.request.seed)
    }

    async fn send_request<T, F>(&self, send: impl Fn() -> F) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, ApiError>>,
    {
        send_with_retries(self.request.seed, send).await
    }

    /// Reports hits in this order, up to the limit.
    async fn report(&mut self, mut hits: Vec<SearchHit>) -> Result<(), SearchStop> {
        let seen = &mut self.seen;
        hits.retain(|hit| seen.insert((hit.session.id, hit.message.id)));
        hits.truncate(self.request.limit.saturating_sub(self.hits));
        let oldest = hits.last().and_then(|hit| hit.message.sort_time());
        self.hits += hits.len();
        if !hits.is_empty() {
            self.send(SearchUpdate::Hits(hits)).await?;
        }
        if self.hits >= self.request.limit {
            if self.coverage.method == SearchMethod::Server {
                self.coverage.back_to = oldest.or(self.coverage.back_to);
            }
            return Err(SearchStop::Limit);
        }
        Ok(())
    }

    async fn report_progress(&mut self) -> Result<(), SearchStop> {
        let coverage = self.coverage.clone();
        self.send(SearchUpdate::Progress(coverage)).await
    }

    async fn send(&mut self, update: SearchUpdate) -> Result<(), SearchStop> {
        let sent = self.updates.send(update).await;
        sent.map_err(|_| SearchStop::Closed)
    }

    /// Returns `true` if a message matches and is not too old.
    fn is_wanted(&self, message: &Message) -> bool {
        let posted = message.sort_time();
        let since = self.request.since;
        since.is_none_or(|since| posted.is_some_and(|posted| since.is_reached(posted)))
            && is_match(message, &self.request.query)
    }

    /// Returns `true` if something of this time is before the requested range.
    fn is_too_old(&self, time: Option<Timestamp>) -> bool {
        let since = self.request.since;
        since.is_some_and(|since| time.is_some_and(|time| !since.is_reached(time + TIME_MARGIN)))
    }
}

/// Returns `true` if a failure may be one of this kind of request, so that other kinds may succeed: a search of
/// texts may take the service too long.
fn may_concern_request(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Network
            | ErrorKind::Busy { .. }
            | ErrorKind::InvalidResponse
            | ErrorKind::TooLarge
    )
}
