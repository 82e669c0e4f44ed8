//! Search across conversations: the prompt, the results as they come, and the way back to them.

mod listed_hit;

use std::cmp::Reverse;

use crossterm::event::KeyEvent;

use super::App;
use super::command::Command;
use super::copying::copy;
use super::effect::Effect;
use super::jumps::PendingJump;
use super::layout::Focus;
use super::overlay::{Overlay, is_open_key};
use super::prompt::{Prompt, PromptKind};
use super::status::Level;
use crate::chat::{MessageId, Scope, SearchProbe, Session, SessionId};
use crate::sync::SyncCommand;
use crate::sync::search::{
    SearchCoverage, SearchEnd, SearchHit, SearchMethod, SearchReport, SearchRequest, SearchUpdate,
    is_match,
};
use crate::text::{SearchQuery, TimeZone, count_of, join_non_empty, time_format};
pub(crate) use listed_hit::ListedHit;

/// The search ends after this many hits.
const MAX_HITS: usize = 100;
/// Columns of a line that is copied.
const COPIED_COLUMNS: usize = 200;

#[derive(Debug)]
pub(super) struct ConversationSearch {
    /// The results of the last search.
    results: Option<SearchResults>,
    /// Searches so far.
    count: u64,
    /// Whether the service searches message texts, once that is known.
    probe: Option<SearchProbe>,
}

impl ConversationSearch {
    pub(super) fn new(probe: Option<SearchProbe>) -> Self {
        Self {
            results: None,
            count: 0,
            probe,
        }
    }

    /// The results of this search, unless it is over or another one has taken its place.
    fn running(&mut self, id: u64) -> Option<&mut SearchResults> {
        let results = self.results.as_mut();
        results.filter(|it| it.id == id && it.is_running())
    }
}

/// A search, and what it has found so far.
#[derive(Clone, Debug)]
pub(crate) struct SearchResults {
    id: u64,
    /// As typed.
    text: String,
    pub(crate) query: SearchQuery,
    scope: Scope,
    /// The newest first.
    hits: Vec<ListedHit>,
    /// The selected hit; `None` for the first, so that newer ones come into view.
    selected: Option<(SessionId, MessageId)>,
    coverage: SearchCoverage,
    state: SearchState,
    /// The session in which a hit was opened last, until the results are closed.
    opened: Option<SessionId>,
}

#[derive(Clone, Debug, PartialEq)]
enum SearchState {
    Running,
    Stopped,
    Ended(SearchEnd),
}

fn key_of(hit: &ListedHit) -> (SessionId, MessageId) {
    (hit.session.id, hit.message)
}

impl SearchResults {
    pub(crate) fn hits(&self) -> &[ListedHit] {
        &self.hits
    }

    pub(crate) fn is_running(&self) -> bool {
        self.state == SearchState::Running
    }

    /// The index of the selected hit.
    pub(crate) fn selected_index(&self) -> usize {
        let is_selected = |hit: &ListedHit| Some(key_of(hit)) == self.selected;
        self.hits.iter().position(is_selected).unwrap_or(0)
    }

    fn selected_hit(&self) -> Option<&ListedHit> {
        self.hits.get(self.selected_index())
    }

    /// Moves by hits. Returns `true` if that moved the selection.
    fn move_by(&mut self, by: isize) -> bool {
        let before = self.selected_index();
        let last = self.hits.len().saturating_sub(1);
        let index = before.saturating_add_signed(by).min(last);
        if index != before {
            self.selected = self.hits.get(index).map(key_of);
        }
        index != before
    }

    /// Adds hits, the newest first.
    fn add(&mut self, hits: Vec<SearchHit>) {
        let hits = hits.into_iter();
        self.hits
            .extend(hits.map(|hit| ListedHit::new(hit, &self.query)));
        self.hits
            .sort_by_key(|hit| Reverse((hit.sort_time, key_of(hit))));
    }

    /// Reports that nothing was found, and where names are found: `filter` is the key for it. Under privacy
    /// hits are left out.
    pub(crate) fn no_hits_text(&self, is_private: bool, filter: &str) -> String {
        let text = self.quoted();
        let is_complete = self.coverage.is_complete() && !self.coverage.may_miss_accents;
        let found = match self.state {
            SearchState::Ended(SearchEnd::Complete) if is_complete && !is_private => {
                format!("No message texts contain {text}")
            }
            _ => format!("No hits for {text} in what was searched"),
        };
        let filter = Some(filter).filter(|key| !key.is_empty());
        let filter = filter.unwrap_or("the filter");
        format!("{found}; names are found with {filter} in the list.")
    }

    fn quoted(&self) -> String {
        format!("\"{}\"", self.text.replace('"', "").trim())
    }

    /// The query in quotes, the scope and the number of hits.
    pub(crate) fn title(&self) -> String {
        let count = count_of(self.hits.len(), "hit");
        format!("{}, {}: {count}", self.quoted(), self.scope.label())
    }

    /// The state of the search, and what it has covered, in words.
    pub(crate) fn status(&self, zone: &TimeZone) -> String {
        let mut searched = self.coverage.describe(zone);
        if let SearchMethod::Lists(lists) = &self.coverage.method
            && !lists.why.is_empty()
        {
            searched = format!("{searched} ({})", lists.why.trim_end_matches('.'));
        }
        match &self.state {
            SearchState::Running => format!("Searching: {searched}"),
            SearchState::Stopped => format!("Stopped: {searched}"),
            SearchState::Ended(SearchEnd::Complete) => format!("Searched: {searched}"),
            SearchState::Ended(SearchEnd::Limit) => {
                format!("Stopped at {MAX_HITS} hits; add words to narrow the search. {searched}")
            }
            SearchState::Ended(SearchEnd::Failed(error)) => {
                let why = error.why.trim_end_matches('.');
                format!("Search failed: {why}. Until then: {searched}")
            }
        }
    }
}

impl App {
    pub(crate) fn search_results(&self) -> Option<&SearchResults> {
        self.searches.results.as_ref()
    }

    pub(super) fn open_conversation_search_prompt(&mut self) {
        let is_shown = matches!(self.overlay, Some(Overlay::SearchResults));
        let before = self.searches.results.as_ref().filter(|_| is_shown);
        let text = before.map_or_else(String::new, |results| results.text.clone());
        self.prompt = Some(Prompt::new(PromptKind::Conversations, &text));
    }

    /// Searches across conversations, in place of the search before; without words its results are shown.
    pub(super) fn search_conversations(&mut self, text: &str) -> Result<Vec<Effect>, String> {
        let Some(query) = SearchQuery::parse(text) else {
            if self.searches.results.is_none() {
                return Err("Search: type the words to look for".to_owned());
            }
            self.overlay = Some(Overlay::SearchResults);
            return Ok(Vec::new());
        };
        let scope = self.session_list.scope();
        self.searches.count += 1;
        self.searches.results = Some(SearchResults {
            id: self.searches.count,
            text: text.to_owned(),
            query: query.clone(),
            scope,
            hits: Vec::new(),
            selected: None,
            coverage: SearchCoverage::default(),
            state: SearchState::Running,
            opened: None,
        });
        self.overlay = Some(Overlay::SearchResults);
        let request = SearchRequest {
            query,
            scope,
            channels: Vec::new(),
            since: None,
            limit: MAX_HITS,
            now: self.now,
            probe: self.searches.probe.clone(),
            seed: self.searches.count,
            is_shared: true,
        };
        Ok(vec![Effect::Sync(SyncCommand::Search {
            id: self.searches.count,
            request: Box::new(request),
        })])
    }

    pub(super) fn on_search_update(&mut self, id: u64, update: SearchUpdate) -> Vec<Effect> {
        let is_private = self.is_private();
        match (update, self.searches.running(id)) {
            (SearchUpdate::Probed(probe), _) => {
                self.searches.probe = Some(probe.clone());
                return vec![Effect::SaveSearchProbe(probe)];
            }
            (_, None) => return Vec::new(),
            (SearchUpdate::Hits(mut hits), Some(results)) => {
                // Masked, it may no longer have the words.
                hits.retain(|hit| !is_private || is_match(&hit.message, &results.query));
                results.add(hits);
            }
            (SearchUpdate::Progress(coverage), Some(results)) => results.coverage = coverage,
        }
        self.dirty |= matches!(self.overlay, Some(Overlay::SearchResults));
        Vec::new()
    }

    pub(super) fn on_search_ended(&mut self, id: u64, report: SearchReport) -> Vec<Effect> {
        let Some(results) = self.searches.running(id) else {
            return Vec::new();
        };
        results.coverage = report.coverage;
        let title = results.title();
        let (level, notice) = match &report.end {
            SearchEnd::Failed(error) => {
                let why = error.why.trim_end_matches('.');
                (Level::Error, format!("Search failed: {why} ({title})"))
            }
            SearchEnd::Complete | SearchEnd::Limit => {
                (Level::Info, format!("Search ended: {title}"))
            }
        };
        results.state = SearchState::Ended(report.end);
        if matches!(self.overlay, Some(Overlay::SearchResults)) {
            self.dirty = true;
        } else {
            self.show_notice(level, notice);
        }
        Vec::new()
    }

    /// Handles a key in the results, which moves by some hits.
    pub(super) fn on_search_results_key(
        &mut self,
        key: KeyEvent,
        command: Option<Command>,
        by: isize,
    ) -> Vec<Effect> {
        self.overlay = Some(Overlay::SearchResults);
        let is_moved = self
            .searches
            .results
            .as_mut()
            .is_some_and(|results| results.move_by(by));
        match command {
            _ if by != 0 => self.show_end_notice(is_moved, by, ["first hit", "last hit"]),
            Some(Command::SearchConversations | Command::Search) => {
                self.open_conversation_search_prompt();
            }
            _ if self.selected_hit().is_none() => {
                self.show_notice(Level::Error, "Nothing found to open or copy");
            }
            _ if is_open_key(key, command) => return self.open_hit(),
            Some(Command::Copy) => return copy("the hit", self.hit_lines(true)),
            Some(Command::CopyWithAuthor) => return copy("all hits", self.hit_lines(false)),
            Some(Command::CopyLocator) => return self.copy_hit_locator(),
            _ => {}
        }
        Vec::new()
    }

    fn selected_hit(&self) -> Option<&ListedHit> {
        self.searches.results.as_ref()?.selected_hit()
    }

    /// The session of a hit: its row in the list, which has more properties, or else as the search returned it.
    pub(crate) fn session_of_hit<'a>(&'a self, hit: &'a ListedHit) -> &'a Session {
        self.known_session(hit.session.id).unwrap_or(&hit.session)
    }

    /// Opens the session of the selected hit at its message, with the words searched there.
    fn open_hit(&mut self) -> Vec<Effect> {
        let Some(results) = &mut self.searches.results else {
            return Vec::new();
        };
        let Some((session, message)) = results.selected_hit().map(key_of) else {
            return Vec::new();
        };
        // Hits that come later do not move it.
        results.selected = Some((session, message));
        results.opened = Some(session);
        let text = results.text.clone();
        self.overlay = None;
        let effects = self.go_to_session(session, "Filter cleared: it hides this session");
        self.with_transcript_pane(|pane, viewport| pane.mark_matches(&text, viewport));
        self.jump_now_or_when_loaded(PendingJump::Message(message));
        effects
    }

    /// Closes the results, or first stops the search.
    pub(super) fn close_search_results(&mut self, stays: bool) -> Vec<Effect> {
        let Some(results) = &mut self.searches.results else {
            return Vec::new();
        };
        results.opened = None;
        if !results.is_running() {
            return Vec::new();
        }
        results.state = SearchState::Stopped;
        if stays {
            self.overlay = Some(Overlay::SearchResults);
            self.show_notice(Level::Info, "Search stopped; Esc: close");
        }
        vec![Effect::Sync(SyncCommand::CancelSearch)]
    }

    /// Drops the results: the query and the hits may contain names.
    pub(super) fn drop_search_results(&mut self) -> Vec<Effect> {
        let results = self.searches.results.take();
        let is_running = results.is_some_and(|results| results.is_running());
        let cancel = is_running.then_some(Effect::Sync(SyncCommand::CancelSearch));
        cancel.into_iter().collect()
    }

    /// Returns `true` if going back leads to the results: the session open was opened from them.
    pub(crate) fn is_opened_from_results(&self) -> bool {
        let opened = self.searches.results.as_ref().and_then(|it| it.opened);
        self.focus == Focus::Transcript && opened.is_some() && opened == self.open_session_id()
    }

    /// Session, place and time of hits, each with its line.
    fn hit_lines(&self, is_selected_only: bool) -> String {
        let Some(results) = &self.searches.results else {
            return String::new();
        };
        let hits = if is_selected_only {
            results.selected_hit().into_iter().collect()
        } else {
            results.hits.iter().collect::<Vec<_>>()
        };
        let lines = hits.into_iter().map(|hit| {
            let zone = self.time_zone.displayed();
            let time = hit
                .posted
                .map(|posted| time_format::format_timestamp(posted, zone));
            let session = self.session_of_hit(hit);
            let parts = [
                hit.locator().to_string(),
                session.title(),
                session.channel.name.clone(),
                time.unwrap_or_default(),
                hit.author_name.clone(),
            ];
            let line = hit.context(&results.query, COPIED_COLUMNS).line;
            format!("{}: {line}", join_non_empty(parts, ", "))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn copy_hit_locator(&mut self) -> Vec<Effect> {
        let Some((session, message)) = self.selected_hit().map(key_of) else {
            return Vec::new();
        };
        self.copy_locator_of(session, message)
    }
}
