//! Searching the open session: what is told of it, and the slices done while nothing else is to do.

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::status::Level;
use super::transcript_pane::search::SearchResult;

impl App {
    /// Tells whether there is work for idle moments: a search, or rows to be counted for the scroll bar.
    pub fn has_work(&self) -> bool {
        let panes = self.panes().filter(|panes| !panes.transcript.is_empty());
        panes
            .zip(self.transcript_pane())
            .is_some_and(|(panes, pane)| pane.has_work(&self.viewport(&panes)))
    }

    /// Does a slice of it.
    pub(super) fn work(&mut self) -> Vec<Effect> {
        self.dirty = true;
        let outcome = self.with_transcript_pane(super::transcript_pane::TranscriptPane::work);
        self.notify_search_result(outcome.flatten())
    }

    pub(super) fn search_for(&mut self, words: &str) -> Vec<Effect> {
        let outcome = self.with_transcript_pane(|pane, viewport| pane.search_for(words, viewport));
        self.notify_search_result(outcome.flatten())
    }

    pub(super) fn next_match(&mut self, forward: bool) -> Vec<Effect> {
        if self
            .transcript_pane()
            .is_none_or(|pane| pane.search().is_none())
        {
            let key = self.keymap.first_key(Command::Search);
            return self.show_notice(
                Level::Error,
                format!("Nothing is searched for; press {key}"),
            );
        }
        let outcome =
            self.with_transcript_pane(|pane, viewport| pane.next_match(forward, viewport));
        self.notify_search_result(outcome.flatten())
    }

    fn notify_search_result(&mut self, outcome: Option<SearchResult>) -> Vec<Effect> {
        match outcome {
            None | Some(SearchResult::Found) => Vec::new(),
            Some(SearchResult::Wrapped { forward: true }) => {
                self.show_notice(Level::Info, "Went on from the oldest message")
            }
            Some(SearchResult::Wrapped { forward: false }) => {
                self.show_notice(Level::Info, "Went on from the newest message")
            }
            Some(SearchResult::NotFound) => {
                let search = self.transcript_pane().and_then(|pane| pane.search());
                let words = search.map_or("", |search| search.query());
                let text = format!("\"{words}\" is not in what is loaded");
                self.show_notice(Level::Error, text)
            }
        }
    }
}
