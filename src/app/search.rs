//! Search in the open session: the prompt, jumps between matches, and what is reported of them.

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::input::{Prompt, PromptKind};
use super::status::Level;
use super::transcript_pane::search::SearchResult;

impl App {
    pub(super) fn open_search_prompt(&mut self) {
        self.with_transcript_pane(|pane, _| pane.begin_search());
        self.prompt = Some(Prompt {
            kind: PromptKind::Search,
            input: "".into(),
        });
    }

    /// Shows the first match of what has been typed so far, without a notice: the footer shows the
    /// prompt.
    pub(super) fn preview_search(&mut self, query: &str) {
        self.with_transcript_pane(|pane, viewport| pane.preview_search(query, viewport));
    }

    pub(super) fn accept_search(&mut self, query: &str) -> Vec<Effect> {
        let result =
            self.with_transcript_pane(|pane, viewport| pane.accept_search(query, viewport));
        self.notify_search_result(result.flatten())
    }

    pub(super) fn cancel_search(&mut self) {
        self.with_transcript_pane(|pane, _| pane.cancel_search());
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
        let result = self.with_transcript_pane(|pane, viewport| pane.next_match(forward, viewport));
        self.notify_search_result(result.flatten())
    }

    fn notify_search_result(&mut self, result: Option<SearchResult>) -> Vec<Effect> {
        match result {
            None | Some(SearchResult::Found) => Vec::new(),
            Some(SearchResult::Wrapped { forward: true }) => {
                self.show_notice(Level::Info, "Went on from the oldest message")
            }
            Some(SearchResult::Wrapped { forward: false }) => {
                self.show_notice(Level::Info, "Went on from the newest message")
            }
            Some(SearchResult::NotFound) => {
                let search = self.transcript_pane().and_then(|pane| pane.search());
                let query = search.map_or("", |search| search.query());
                let text = format!("\"{query}\" is not in what is loaded");
                self.show_notice(Level::Error, text)
            }
        }
    }
}
