//! Search in the open session: the prompt, jumps between matches, and the notices about them.

use super::App;
use super::prompt::{Prompt, PromptKind};
use super::status::Level;
use super::transcript_pane::search::SearchResult;
use super::transcript_pane::{Towards, TranscriptPane};

impl App {
    pub(super) fn open_search_prompt(&mut self) {
        self.with_transcript_pane(TranscriptPane::begin_search);
        self.prompt = Some(Prompt::new(PromptKind::Search, ""));
    }

    pub(super) fn accept_search(&mut self, query: &str) {
        let result =
            self.with_transcript_pane(|pane, viewport| pane.accept_search(query, viewport));
        self.show_search_notice(result.flatten());
    }

    pub(super) fn go_to_match(&mut self, towards: Towards) {
        let result =
            self.with_transcript_pane(|pane, viewport| pane.select_match(towards, viewport));
        self.show_search_notice(result.flatten());
    }

    fn show_search_notice(&mut self, result: Option<SearchResult>) {
        match result {
            None | Some(SearchResult::Found) => {}
            Some(SearchResult::Wrapped(towards)) => {
                let text = match towards {
                    Towards::Newer => "Search wrapped to the oldest message",
                    Towards::Older => "Search wrapped to the newest message",
                };
                self.show_notice(Level::Info, text);
            }
            Some(SearchResult::NotFound) => {
                let search = self.transcript_pane().and_then(|pane| pane.search());
                let query = search.map_or("", |search| search.shown_text());
                let text = format!("No match for \"{query}\" in the loaded messages");
                self.show_notice(Level::Error, text);
            }
        }
    }
}
