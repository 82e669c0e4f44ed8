//! What keys and the mouse mean where they are pressed: in a prompt, on an overlay, in a pane.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;
use tui_input::Input;

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::keymap::Place;
use super::layout::Focus;
use super::overlay::{Choice, Overlay, Scroll, ZoneChooser, edit};
use super::reader::Reader;
use super::sessions::Sessions;
use super::status::Level;
use crate::chat::clean;
use crate::chat::is_openable;
use crate::text::{Zone, json, when};

/// Rows that one notch of the wheel moves.
const WHEEL: isize = 3;

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
    /// Narrows the list while typing; holds what stood there before.
    Filter(String),
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
        for character in clean::line(text).chars() {
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

    pub(super) fn mouse_used(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        let Some(panes) = self.panes().filter(|_| self.overlay.is_none()) else {
            return Vec::new();
        };
        let at = Position {
            x: mouse.column,
            y: mouse.row,
        };
        let wheel = match mouse.kind {
            MouseEventKind::ScrollDown => WHEEL,
            MouseEventKind::ScrollUp => -WHEEL,
            MouseEventKind::Down(MouseButton::Left) => 0,
            _ => return Vec::new(),
        };
        if panes.list.contains(at) {
            if wheel != 0 {
                self.sessions.step(wheel);
                return self.keep_list_in_sight();
            }
            let row = (at.y - panes.list.y) / Sessions::rows_each(panes.list.height);
            let row = self.sessions.top() + usize::from(row);
            if row < self.sessions.shown().len() {
                self.focus = Focus::List;
                self.sessions.select_row(row);
                return self.run(Command::Open);
            }
        } else if panes.reader.contains(at) {
            self.focus = Focus::Reader;
            self.with_reader(|reader, lens| {
                if wheel != 0 {
                    reader.scroll(wheel, lens);
                } else if let Some(shown) =
                    reader.shown(lens).get(usize::from(at.y - panes.reader.y))
                {
                    reader.select(shown.place, lens);
                }
            });
        }
        Vec::new()
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
            (KeyCode::Enter, Purpose::Filter(_)) => {}
            (KeyCode::Enter, Purpose::Search) => return self.search(prompt.input.value()),
            (KeyCode::Esc, Purpose::Filter(before)) => {
                self.sessions.set_filter(before);
                return self.keep_list_in_sight();
            }
            (KeyCode::Esc, Purpose::Search) => {}
            (KeyCode::Down | KeyCode::Up, Purpose::Filter(_)) => {
                self.sessions
                    .step(if key.code == KeyCode::Down { 1 } else { -1 });
                self.prompt = Some(prompt);
                return self.keep_list_in_sight();
            }
            (_, purpose) => {
                let changed = edit(&mut prompt.input, key);
                let filters = matches!(purpose, Purpose::Filter(_));
                if changed && filters {
                    self.sessions.set_filter(prompt.input.value());
                }
                self.prompt = Some(prompt);
                return self.keep_list_in_sight();
            }
        }
        Vec::new()
    }

    fn search(&mut self, words: &str) -> Vec<Effect> {
        let found = self.with_reader(|reader, lens| {
            reader.search_for(words, lens);
            reader.search().is_none_or(|search| search.count() > 0)
        });
        if found == Some(false) {
            return self.tell(
                Level::Failed,
                format!("\"{words}\" is not in what is loaded"),
            );
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
            Overlay::Help(scroll) | Overlay::Details(scroll) | Overlay::Raw { scroll, .. } => {
                scroll.0 = if by == isize::MAX {
                    usize::MAX
                } else {
                    scroll.0.saturating_add_signed(by)
                };
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
                    let label = self.zones.in_force().label();
                    effects.extend(self.tell(Level::Done, format!("Times are shown in {label}")));
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

    fn open_link(&mut self, link: &str) -> Vec<Effect> {
        if is_openable(link) {
            return vec![Effect::OpenLink(link.to_owned())];
        }
        let copy = self.keymap.key_of(Command::Copy);
        self.tell(
            Level::Failed,
            format!("Only http and https are opened; copy it with {copy}: {link}"),
        )
    }

    /// Carries out a command in the pane that has the keys.
    pub fn run(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Down
            | Command::Up
            | Command::HalfPageDown
            | Command::HalfPageUp
            | Command::PageDown
            | Command::PageUp
            | Command::First
            | Command::Last => return self.motion(command),
            Command::OtherPane => {
                let other = if self.focus == Focus::List {
                    Focus::Reader
                } else {
                    Focus::List
                };
                return self.focus_on(other);
            }
            Command::ListPane => return self.focus_on(Focus::List),
            Command::ReaderPane => return self.focus_on(Focus::Reader),
            Command::Open => return self.open_selected(),
            Command::Back => return self.back().unwrap_or_default(),
            Command::Quit => return self.back().unwrap_or_else(|| vec![Effect::Quit]),
            Command::QuitNow => return vec![Effect::Quit],
            Command::Search => {
                let purpose = match self.focus {
                    Focus::List => Purpose::Filter(self.sessions.filter().to_owned()),
                    Focus::Reader => Purpose::Search,
                };
                let typed = if self.focus == Focus::List {
                    self.sessions.filter()
                } else {
                    ""
                };
                self.prompt = Some(Prompt {
                    purpose,
                    input: typed.into(),
                });
            }
            Command::NextMatch | Command::PreviousMatch => {
                return self.next_match(command == Command::NextMatch);
            }
            Command::NextSpecial | Command::PreviousSpecial => {
                let forward = command == Command::NextSpecial;
                if self.with_reader(|reader, lens| reader.special(forward, lens)) == Some(false) {
                    let side = if forward { "below" } else { "above" };
                    return self.tell(Level::Failed, format!("No special message {side}"));
                }
            }
            Command::NextReply => return self.next_reply(),
            Command::Follow => {
                self.with_reader(|reader, lens| {
                    if reader.is_following() {
                        reader.pause(lens)
                    } else {
                        reader.follow()
                    }
                });
            }
            Command::OpenLink => {
                let links: Vec<String> = self
                    .selected_message()
                    .map(|message| message.links().into_iter().map(str::to_owned).collect())
                    .unwrap_or_default();
                if links.is_empty() {
                    return self.tell(Level::Failed, "No link in this message");
                }
                self.overlay = Some(Overlay::Links(links, Choice::default()));
            }
            Command::Copy | Command::CopyWhole => return self.copy(command == Command::CopyWhole),
            Command::Raw => {
                if let Some(message) = self.selected_message() {
                    let text = clean::text(&json::pretty(&message.raw));
                    self.overlay = Some(Overlay::Raw {
                        text,
                        scroll: Scroll::default(),
                    });
                }
            }
            Command::Details => {
                if self.session_in_focus().is_some() {
                    self.overlay = Some(Overlay::Details(Scroll::default()));
                }
            }
            Command::ChooseZone => {
                let zones = Zone::choices(self.zones.listed(), self.now);
                self.overlay = Some(Overlay::Zones(Box::new(ZoneChooser::new(zones))));
            }
            Command::CycleTimes => self.zones.cycle_times(),
            Command::Order => {
                self.sessions.change_order();
                let words = self.sessions.order().words();
                let mut effects = self.keep_list_in_sight();
                effects.extend(self.tell(Level::Done, format!("The list is sorted {words}")));
                return effects;
            }
            Command::Scope => {
                let scope = self.sessions.scope().next();
                self.sessions.change_scope(scope);
                self.status.restart(super::event::Lane::List);
                return vec![Effect::List(scope)];
            }
            Command::Zoom => {
                self.zoomed = !self.zoomed;
                return self.keep_list_in_sight();
            }
            Command::Refresh => return vec![Effect::Refresh],
            Command::Help => self.overlay = Some(Overlay::Help(Scroll::default())),
            Command::Redraw => return vec![Effect::Redraw],
            Command::Suspend => return vec![Effect::Suspend],
        }
        Vec::new()
    }

    fn motion(&mut self, command: Command) -> Vec<Effect> {
        let Some(panes) = self.panes() else {
            return Vec::new();
        };
        let forward = matches!(
            command,
            Command::Down | Command::HalfPageDown | Command::PageDown | Command::Last
        );
        let sign = if forward { 1 } else { -1 };
        if self.focus == Focus::List {
            let page = isize::from(
                (panes.list.height / Sessions::rows_each(panes.list.height))
                    .max(1)
                    .cast_signed(),
            );
            self.sessions.step(match command {
                Command::Down | Command::Up => sign,
                Command::HalfPageDown | Command::HalfPageUp => sign * (page / 2).max(1),
                Command::PageDown | Command::PageUp => sign * page,
                _ => sign * isize::MAX,
            });
            return self.keep_list_in_sight();
        }
        self.with_reader(|reader, lens| {
            let page = isize::from(lens.rows.cast_signed());
            match command {
                Command::Down | Command::Up => reader.step(forward, lens),
                Command::HalfPageDown | Command::HalfPageUp => {
                    reader.scroll(sign * (page / 2).max(1), lens)
                }
                Command::First => reader.first(lens),
                Command::Last => reader.follow(),
                // One row of the page before stays, to read on from.
                _ => reader.scroll(sign * (page - 1).max(1), lens),
            }
        });
        Vec::new()
    }

    fn focus_on(&mut self, focus: Focus) -> Vec<Effect> {
        if focus == Focus::Reader && self.open_id().is_none() {
            return self.open_selected();
        }
        self.focus = focus;
        self.keep_list_in_sight()
    }

    fn open_selected(&mut self) -> Vec<Effect> {
        if self.focus == Focus::Reader {
            let has_links = self
                .selected_message()
                .is_some_and(|message| !message.links().is_empty());
            return self.run(if has_links {
                Command::OpenLink
            } else {
                Command::Details
            });
        }
        let Some(id) = self.sessions.selected().map(|session| session.id) else {
            return Vec::new();
        };
        self.focus = Focus::Reader;
        self.open(id)
    }

    /// Goes back one level; `None` at the top.
    fn back(&mut self) -> Option<Vec<Effect>> {
        if self.focus == Focus::Reader {
            if self.with_reader(|reader, _| reader.end_search()) != Some(true) {
                self.focus = Focus::List;
            }
            return Some(self.keep_list_in_sight());
        }
        if self.sessions.filter().is_empty() {
            return None;
        }
        self.sessions.set_filter("");
        Some(self.keep_list_in_sight())
    }

    fn next_match(&mut self, forward: bool) -> Vec<Effect> {
        let round = self.with_reader(|reader, lens| {
            reader
                .search()
                .is_some()
                .then(|| reader.next_hit(forward, lens))
        });
        match round.flatten() {
            None => self.tell(
                Level::Failed,
                format!(
                    "Nothing is searched for; press {}",
                    self.keymap.key_of(Command::Search)
                ),
            ),
            Some(true) => {
                let words = if forward {
                    "Went on from the oldest message"
                } else {
                    "Went on from the newest message"
                };
                self.tell(Level::Done, words)
            }
            Some(false) => Vec::new(),
        }
    }

    fn next_reply(&mut self) -> Vec<Effect> {
        match self.sessions.next_reply(self.open_id()) {
            Some(id) => {
                self.sessions.select(id);
                self.focus = Focus::Reader;
                let mut effects = self.keep_list_in_sight();
                effects.extend(self.open(id));
                self.with_reader(|reader, _| reader.follow());
                effects
            }
            None => self.tell(Level::Done, "No session needs a reply"),
        }
    }

    fn copy(&mut self, whole: bool) -> Vec<Effect> {
        let Some(message) = self.selected_message() else {
            return Vec::new();
        };
        let mut text = Reader::words_of(message);
        if whole {
            let stamp = message
                .posted
                .map(|posted| when::stamp(posted, self.zones.shown()) + "  ")
                .unwrap_or_default();
            let author = if message.author.is_empty() {
                String::new()
            } else {
                format!("{}: ", message.author)
            };
            text = format!("{stamp}{author}{text}");
        }
        vec![Effect::Copy(text)]
    }
}
