//! What lies over the panes: help, details, raw JSON, and lists to choose from.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

use crate::text::{TimeZone, ZoneChoice};

mod connection;
mod text;

pub use text::OverlayText;

/// One thing over the panes.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// The keys.
    Help(ScrollOffset),
    /// What is known of the open or selected session.
    Details(ScrollOffset),
    /// How the link to the service stands.
    Connection(ScrollOffset),
    /// The selected message as it was sent, pretty-printed and made safe.
    RawJson {
        /// The JSON.
        text: String,
        /// How far it is scrolled.
        scroll: ScrollOffset,
    },
    /// The links of a message, addresses in full.
    Links(Vec<String>, ListSelection),
    /// The zones.
    ZonePicker(Box<ZonePicker>),
}

/// How far a long overlay is scrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScrollOffset(pub usize);

/// Which row of a list is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListSelection(pub usize);

/// The zones, what is typed to find one, and which is chosen.
#[derive(Clone, Debug)]
pub struct ZonePicker {
    /// What is typed.
    pub query: Input,
    /// Every zone.
    pub zones: Vec<ZoneChoice>,
    /// Numbers of those that match.
    pub matches: Vec<usize>,
    /// Which of those is chosen.
    pub selection: ListSelection,
}

impl ListSelection {
    /// Moves by rows within a list of this length.
    pub fn move_by(&mut self, by: isize, length: usize) {
        self.0 = self
            .0
            .saturating_add_signed(by)
            .min(length.saturating_sub(1));
    }
}

impl ZonePicker {
    /// Makes a chooser over zones, all of them shown, at the one in force.
    pub fn new(zones: Vec<ZoneChoice>, active: &TimeZone) -> Self {
        let matches = (0..zones.len()).collect();
        let find = |is_it: fn(&TimeZone, &TimeZone) -> bool| {
            let mut zones = zones.iter();
            zones.position(|choice| is_it(&choice.zone, active))
        };
        let same = |zone: &TimeZone, in_force: &TimeZone| zone == in_force;
        let alike = |zone: &TimeZone, in_force: &TimeZone| zone.rules() == in_force.rules();
        let selection = ListSelection(find(same).or_else(|| find(alike)).unwrap_or(0));
        Self {
            query: Input::default(),
            zones,
            matches,
            selection,
        }
    }

    /// The name of the chosen zone.
    pub fn selected_name(&self) -> Option<String> {
        let zone = &self.zones.get(*self.matches.get(self.selection.0)?)?.zone;
        Some(zone.code().map_or_else(|| zone.name(), str::to_owned))
    }

    /// Takes a key as typing; narrows the list.
    pub fn on_key(&mut self, key: KeyEvent) {
        if edit_line(&mut self.query, key) {
            self.filter();
        }
    }

    /// Shows other zones, the service having told them meanwhile; what is typed stays.
    pub fn set_items(&mut self, zones: Vec<ZoneChoice>, active: &TimeZone) {
        let query = std::mem::take(&mut self.query);
        *self = Self::new(zones, active);
        self.query = query;
        if !self.query.value().is_empty() {
            self.filter();
        }
    }

    fn filter(&mut self) {
        let words = |choice: &ZoneChoice| {
            [
                &choice.zone.label(),
                &choice.country,
                &choice.region,
                &choice.cities,
            ]
            .map(String::as_str)
            .join(" ")
        };
        let lines: Vec<_> = self.zones.iter().map(words).collect();
        let query = self.query.value();
        self.matches = if query.is_empty() {
            (0..lines.len()).collect()
        } else {
            super::fuzzy::rank_matches(query, &lines)
        };
        self.selection = ListSelection::default();
    }
}

/// Takes a key as typing into a line; tells whether the text changed.
pub fn edit_line(line: &mut Input, key: KeyEvent) -> bool {
    let control = key
        .modifiers
        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    let request = match key.code {
        KeyCode::Char(character) if !control => InputRequest::InsertChar(character),
        KeyCode::Char('u') => InputRequest::DeleteLine,
        KeyCode::Char('w') => InputRequest::DeletePrevWord,
        KeyCode::Char('a') => InputRequest::GoToStart,
        KeyCode::Char('e') => InputRequest::GoToEnd,
        KeyCode::Char('k') => InputRequest::DeleteTillEnd,
        KeyCode::Backspace if control => InputRequest::DeletePrevWord,
        KeyCode::Backspace | KeyCode::Char('h') => InputRequest::DeletePrevChar,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right => InputRequest::GoToNextChar,
        KeyCode::Home => InputRequest::GoToStart,
        KeyCode::End => InputRequest::GoToEnd,
        _ => return false,
    };
    line.handle(request).is_some_and(|changed| changed.value)
}
