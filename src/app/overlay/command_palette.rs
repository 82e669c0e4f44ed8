//! The command palette: every command by its meaning and name, narrowed by typing.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;

use crossterm::event::KeyEvent;
use tui_input::Input;

use super::{ListSelection, edit_line, insert_text};
use crate::app::App;
use crate::app::command::Command;
use crate::app::fuzzy;
use crate::app::keymap::Binding;
use crate::app::keys;

/// More than any fuzzy score: the query is the whole text, or is contained in it as typed.
const EXACT_SCORE: u32 = 1 << 22;
const LITERAL_SCORE: u32 = 1 << 20;

#[derive(Clone, Debug)]
pub struct CommandPalette {
    pub query: Input,
    pub entries: Vec<PaletteEntry>,
    /// The entries that match the query, the best one first.
    pub matches: Vec<PaletteMatch>,
    /// The selected row among the matches.
    pub selection: ListSelection,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaletteEntry {
    pub command: Command,
    pub help: Cow<'static, str>,
    pub name: &'static str,
    /// Empty if it has none.
    pub keys: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct PaletteMatch {
    /// The index of the entry.
    pub index: usize,
    /// The bytes found in its meaning and in its name, in their order.
    pub hits: [Vec<Range<usize>>; 2],
}

impl CommandPalette {
    /// Lists all commands, those first that do something here.
    pub(crate) fn new(app: &App) -> Self {
        let listed = app
            .keymap()
            .bindings()
            .iter()
            .filter(|it| is_listed(app, it));
        let mut entries: Vec<_> = listed.map(PaletteEntry::new).collect();
        entries.sort_by_cached_key(|entry| app.why_unavailable(entry.command).is_some());
        let mut palette = Self {
            query: Input::default(),
            entries,
            matches: Vec::new(),
            selection: ListSelection::default(),
        };
        palette.search();
        palette
    }

    pub(crate) fn selected_command(&self) -> Option<Command> {
        let found = self.matches.get(self.selection.0)?;
        Some(self.entries.get(found.index)?.command)
    }

    /// Edits the query and narrows the list.
    pub(crate) fn on_key(&mut self, key: KeyEvent) {
        if edit_line(&mut self.query, key) {
            self.search();
        }
    }

    /// Inserts text into the query and narrows the list.
    pub(crate) fn on_text_typed(&mut self, text: &str) {
        if insert_text(&mut self.query, text) {
            self.search();
        }
    }

    /// Finds the entries in whose meaning or name every word of the query is found.
    fn search(&mut self) {
        let query = self.query.value().trim().to_lowercase();
        let entry = |index| PaletteMatch {
            index,
            ..PaletteMatch::default()
        };
        let mut found: Vec<_> = (0..self.entries.len())
            .map(|index| (self.literal_score(index, &query), entry(index)))
            .collect();
        for word in query.split_whitespace() {
            let mut scores = vec![None; self.entries.len()];
            let mut hits = vec![[const { Vec::new() }; 2]; self.entries.len()];
            for (field, text) in [PaletteEntry::help, PaletteEntry::name].iter().enumerate() {
                let texts: Vec<_> = self.entries.iter().map(text).collect();
                for (index, score, ranges) in fuzzy::find_hits(word, &texts) {
                    scores[index] = scores[index].max(Some(u32::from(score)));
                    hits[index][field] = ranges;
                }
            }
            found.retain_mut(|(score, found)| {
                let own = scores[found.index];
                *score += own.unwrap_or(0);
                for (all, new) in found.hits.iter_mut().zip(&mut hits[found.index]) {
                    all.append(new);
                }
                own.is_some()
            });
        }
        found.sort_by_key(|(score, _)| Reverse(*score));
        self.matches = found.into_iter().map(|(_, found)| found).collect();
        self.selection = ListSelection::default();
    }

    /// Score of a query found literally in an entry.
    fn literal_score(&self, index: usize, query: &str) -> u32 {
        let PaletteEntry { help, name, .. } = &self.entries[index];
        let texts = [help.to_lowercase(), (*name).to_owned()];
        if query.is_empty() {
            0
        } else if texts.iter().any(|text| text == query) {
            EXACT_SCORE
        } else if texts.iter().any(|text| text.contains(query)) {
            LITERAL_SCORE
        } else {
            0
        }
    }
}

impl PaletteEntry {
    fn new(binding: &Binding) -> Self {
        Self {
            command: binding.command,
            help: binding.help.clone(),
            name: binding.name,
            keys: binding.keys.iter().map(|&key| keys::format(key)).collect(),
        }
    }

    fn help(&self) -> &str {
        &self.help
    }

    fn name(&self) -> &str {
        self.name
    }
}

/// `undo mark all read` replaces `mark all read` while nothing is unread. Undo and views are listed only if there are
/// any, except the first view, which explains how to configure one.
fn is_listed(app: &App, binding: &Binding) -> bool {
    match binding.command {
        Command::MarkAllRead => !(app.can_undo_mark_all_read() && app.count_unread_sessions() == 0),
        Command::UndoMarkAllRead => app.can_undo_mark_all_read(),
        Command::ToggleView(1) => true,
        command => !app.lacks_view(command),
    }
}
