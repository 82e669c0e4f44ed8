//! Searching the open session: what is told of it, and the slices done while nothing else is to do.

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::reader::search::Outcome;
use super::status::Level;

impl App {
    /// Tells whether there is work for idle moments: a search, or rows to be counted for the scroll bar.
    pub fn has_work(&self) -> bool {
        let panes = self.panes().filter(|panes| !panes.reader.is_empty());
        panes
            .zip(self.reader())
            .is_some_and(|(panes, reader)| reader.has_work(&self.lens(&panes)))
    }

    /// Does a slice of it.
    pub(super) fn work(&mut self) -> Vec<Effect> {
        self.dirty = true;
        let outcome = self.with_reader(super::reader::Reader::work);
        self.tell_outcome(outcome.flatten())
    }

    pub(super) fn search_for(&mut self, words: &str) -> Vec<Effect> {
        let outcome = self.with_reader(|reader, lens| reader.search_for(words, lens));
        self.tell_outcome(outcome.flatten())
    }

    pub(super) fn next_match(&mut self, forward: bool) -> Vec<Effect> {
        if self.reader().is_none_or(|reader| reader.search().is_none()) {
            let key = self.keymap.key_of(Command::Search);
            return self.tell(
                Level::Failed,
                format!("Nothing is searched for; press {key}"),
            );
        }
        let outcome = self.with_reader(|reader, lens| reader.next_hit(forward, lens));
        self.tell_outcome(outcome.flatten())
    }

    fn tell_outcome(&mut self, outcome: Option<Outcome>) -> Vec<Effect> {
        match outcome {
            None | Some(Outcome::Found) => Vec::new(),
            Some(Outcome::Round { forward: true }) => {
                self.tell(Level::Done, "Went on from the oldest message")
            }
            Some(Outcome::Round { forward: false }) => {
                self.tell(Level::Done, "Went on from the newest message")
            }
            Some(Outcome::Nowhere) => {
                let search = self.reader().and_then(|reader| reader.search());
                let words = search.map_or("", |search| search.words());
                let told = format!("\"{words}\" is not in what is loaded");
                self.tell(Level::Failed, told)
            }
        }
    }
}
