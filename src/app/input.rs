//! What keys and the mouse mean where they are pressed: in a prompt, on an overlay, in a pane.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::Input;

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::keymap::Place;
use super::layout::Focus;
use super::overlay::{Overlay, Page, ZoneChooser, edit};
use super::status::Level;
use crate::chat::{SessionId, sanitize};

/// A line being typed at the bottom.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What it is for.
    pub purpose: Purpose,
    /// What is typed.
    pub input: Input,
}

/// What a typed line is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Narrows the list while typing; holds the filter and the selection from before.
    Filter(String, Option<SessionId>),
    /// Searches the transcript.
    Search,
}

impl App {
    pub(super) fn key_pressed(&mut self, key: KeyEvent) -> Vec<Effect> {
        let place = self.place();
        let command = self.keymap.command(place, key);
        if command == Some(Command::QuitNow) {
            return vec![Effect::Quit];
        }
        if self.prompt.is_some() {
            return self.key_in_prompt(key);
        }
        if let Some(overlay) = self.overlay.take() {
            return self.key_on_overlay(overlay, key, command);
        }
        match command {
            Some(command) => self.run(command),
            None => Vec::new(),
        }
    }

    pub(super) fn pasted(&mut self, text: &str) {
        for character in sanitize::sanitize_line(text).chars() {
            let key = KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE);
            match (&mut self.prompt, &mut self.overlay) {
                (Some(_), _) => {
                    // Typing has no effects; only Enter has, and a pasted text holds none.
                    let _none = self.key_in_prompt(key);
                }
                (None, Some(Overlay::Zones(chooser))) => chooser.type_key(key),
                _ => {}
            }
        }
    }

    fn place(&self) -> Place {
        match self.focus {
            Focus::List => Place::List,
            Focus::Reader => Place::Reader,
        }
    }

    fn key_in_prompt(&mut self, key: KeyEvent) -> Vec<Effect> {
        let Some(mut prompt) = self.prompt.take() else {
            return Vec::new();
        };
        match (key.code, &prompt.purpose) {
            (KeyCode::Enter, Purpose::Filter(..)) => {}
            (KeyCode::Enter, Purpose::Search) => return self.search_for(prompt.input.value()),
            (KeyCode::Esc, Purpose::Filter(before, selected)) => {
                self.sessions.set_filter(before);
                if let Some(selected) = *selected {
                    self.sessions.select(selected);
                }
                return self.keep_list_in_sight();
            }
            (KeyCode::Esc, Purpose::Search) => {}
            (KeyCode::Down | KeyCode::Up, Purpose::Filter(..)) => {
                self.sessions
                    .step(if key.code == KeyCode::Down { 1 } else { -1 });
                self.prompt = Some(prompt);
                return self.keep_list_in_sight();
            }
            (_, purpose) => {
                let changed = edit(&mut prompt.input, key);
                let filters = matches!(purpose, Purpose::Filter(..));
                if changed && filters {
                    self.sessions.set_filter(prompt.input.value());
                }
                self.prompt = Some(prompt);
                return self.keep_list_in_sight();
            }
        }
        Vec::new()
    }

    fn key_on_overlay(
        &mut self,
        mut overlay: Overlay,
        key: KeyEvent,
        command: Option<Command>,
    ) -> Vec<Effect> {
        let page = isize::try_from(self.size.height / 2).unwrap_or(1);
        let by = match (key.code, command) {
            (KeyCode::Down, _) | (_, Some(Command::Down)) => 1,
            (KeyCode::Up, _) | (_, Some(Command::Up)) => -1,
            (KeyCode::PageDown, _) | (_, Some(Command::PageDown | Command::HalfPageDown)) => page,
            (KeyCode::PageUp, _) | (_, Some(Command::PageUp | Command::HalfPageUp)) => -page,
            (KeyCode::Home, _) | (_, Some(Command::First)) => isize::MIN,
            (KeyCode::End, _) | (_, Some(Command::Last)) => isize::MAX,
            _ => 0,
        };
        let end = Page::of(self, &overlay).end(self.size);
        let closes =
            key.code == KeyCode::Esc || matches!(command, Some(Command::Quit | Command::Back));
        match &mut overlay {
            Overlay::Zones(chooser) => {
                if let Some(effects) = self.key_on_zones(chooser, key) {
                    return effects;
                }
            }
            _ if closes => return Vec::new(),
            Overlay::Links(links, choice) => {
                choice.step(by, links.len());
                match (key.code, command, links.get(choice.0)) {
                    (KeyCode::Enter, _, Some(link)) | (_, Some(Command::OpenLink), Some(link)) => {
                        return self.open_link(&link.clone());
                    }
                    (_, Some(Command::Copy | Command::CopyWhole), Some(link)) => {
                        return vec![Effect::Copy(link.clone())];
                    }
                    _ => {}
                }
            }
            Overlay::Help(scroll)
            | Overlay::Details(scroll)
            | Overlay::Link(scroll)
            | Overlay::Raw { scroll, .. } => {
                scroll.0 = scroll.0.min(end).saturating_add_signed(by).min(end);
                if let (Overlay::Raw { text, .. }, Some(Command::Copy)) = (&overlay, command) {
                    let effect = Effect::Copy(text.clone());
                    self.overlay = Some(overlay);
                    return vec![effect];
                }
            }
        }
        self.overlay = Some(overlay);
        Vec::new()
    }

    /// Takes a key on the zones; `None` keeps them open.
    fn key_on_zones(&mut self, chooser: &mut ZoneChooser, key: KeyEvent) -> Option<Vec<Effect>> {
        let page = isize::try_from(self.size.height / 2).unwrap_or(1);
        let by = match key.code {
            KeyCode::Esc => return Some(Vec::new()),
            KeyCode::Enter => {
                let name = chooser.chosen()?;
                let settled = self.zones.choose(&name, self.now);
                let is_known = settled.is_ok();
                let mut effects = self.zone_settled(settled);
                if is_known {
                    let zone = self.zones.in_force();
                    let guess = if zone.is_inferred() {
                        ", guessed from its code"
                    } else {
                        ""
                    };
                    let told = format!("Times are shown in {}{guess}", zone.label());
                    effects.extend(self.tell(Level::Done, told));
                }
                return Some(effects);
            }
            KeyCode::Down => 1,
            KeyCode::Up => -1,
            KeyCode::PageDown => page,
            KeyCode::PageUp => -page,
            _ => {
                chooser.type_key(key);
                return None;
            }
        };
        chooser.choice.step(by, chooser.matching.len());
        None
    }
}
