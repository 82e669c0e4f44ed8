//! What lies over the panes: help, details, raw JSON, and lists to choose from.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

use crate::text::{TimeZone, ZoneChoice};

mod lines;
mod link;

pub use lines::Page;

/// One thing over the panes.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// The keys.
    Help(Scroll),
    /// What is known of the open or selected session.
    Details(Scroll),
    /// How the link to the service stands.
    Link(Scroll),
    /// The selected message as it was sent, pretty-printed and made safe.
    Raw {
        /// The JSON.
        text: String,
        /// How far it is scrolled.
        scroll: Scroll,
    },
    /// The links of a message, addresses in full.
    Links(Vec<String>, Choice),
    /// The zones.
    Zones(Box<ZoneChooser>),
}

/// How far a long overlay is scrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scroll(pub usize);

/// Which row of a list is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice(pub usize);

/// The zones, what is typed to find one, and which is chosen.
#[derive(Clone, Debug)]
pub struct ZoneChooser {
    /// What is typed.
    pub typed: Input,
    /// Every zone.
    pub zones: Vec<ZoneChoice>,
    /// Numbers of those that match.
    pub matching: Vec<usize>,
    /// Which of those is chosen.
    pub choice: Choice,
}

impl Choice {
    /// Moves by rows within a list of this length.
    pub fn step(&mut self, by: isize, length: usize) {
        self.0 = self
            .0
            .saturating_add_signed(by)
            .min(length.saturating_sub(1));
    }
}

impl ZoneChooser {
    /// Makes a chooser over zones, all of them shown, at the one in force.
    pub fn new(zones: Vec<ZoneChoice>, in_force: &TimeZone) -> Self {
        let matching = (0..zones.len()).collect();
        let find = |is_it: fn(&TimeZone, &TimeZone) -> bool| {
            let mut zones = zones.iter();
            zones.position(|choice| is_it(&choice.zone, in_force))
        };
        let same = |zone: &TimeZone, in_force: &TimeZone| zone == in_force;
        let alike = |zone: &TimeZone, in_force: &TimeZone| zone.rules() == in_force.rules();
        let choice = Choice(find(same).or_else(|| find(alike)).unwrap_or(0));
        Self {
            typed: Input::default(),
            zones,
            matching,
            choice,
        }
    }

    /// The name of the chosen zone.
    pub fn chosen(&self) -> Option<String> {
        let zone = &self.zones.get(*self.matching.get(self.choice.0)?)?.zone;
        Some(zone.code().map_or_else(|| zone.name(), str::to_owned))
    }

    /// Takes a key as typing; narrows the list.
    pub fn type_key(&mut self, key: KeyEvent) {
        if edit(&mut self.typed, key) {
            self.narrow();
        }
    }

    /// Shows other zones, the service having told them meanwhile; what is typed stays.
    pub fn relist(&mut self, zones: Vec<ZoneChoice>, in_force: &TimeZone) {
        let typed = std::mem::take(&mut self.typed);
        *self = Self::new(zones, in_force);
        self.typed = typed;
        if !self.typed.value().is_empty() {
            self.narrow();
        }
    }

    fn narrow(&mut self) {
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
        let typed = self.typed.value();
        self.matching = if typed.is_empty() {
            (0..lines.len()).collect()
        } else {
            super::fuzzy::matching(typed, &lines)
        };
        self.choice = Choice::default();
    }
}

/// Takes a key as typing into a line; tells whether the text changed.
pub fn edit(line: &mut Input, key: KeyEvent) -> bool {
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
