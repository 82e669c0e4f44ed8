//! What each command does in the pane that has the keys.

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::event::Lane;
use super::input::{Prompt, Purpose};
use super::layout::Focus;
use super::overlay::{Choice, Overlay, Scroll, ZoneChooser};
use super::reader::Reader;
use super::sessions::Sessions;
use super::status::Level;
use crate::chat::{sanitize, is_openable};
use crate::text::{TimeZone, json, time_format};

impl App {
    pub(super) fn open_link(&mut self, link: &str) -> Vec<Effect> {
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
                    Focus::List => {
                        let selected = self.sessions.selected().map(|session| session.id);
                        Purpose::Filter(self.sessions.filter().to_owned(), selected)
                    }
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
                        reader.pause(lens);
                    } else {
                        reader.follow();
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
                    let text = sanitize::sanitize_text(&json::pretty(&message.raw()));
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
                let zones = TimeZone::choices(self.zones.listed(), self.now);
                self.overlay = Some(Overlay::Zones(Box::new(ZoneChooser::new(
                    zones,
                    self.zones.in_force(),
                ))));
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
                self.attention.restart();
                let scope = self.sessions.scope().next();
                self.sessions.change_scope(scope);
                self.status.restart(Lane::List);
                return vec![Effect::List(scope)];
            }
            Command::Zoom => {
                self.zoomed = !self.zoomed;
                return self.keep_list_in_sight();
            }
            Command::Refresh => return vec![Effect::Refresh],
            Command::Link => {
                self.overlay = Some(Overlay::Link(Scroll::default()));
                return vec![Effect::ReadTraffic];
            }
            Command::Help => self.overlay = Some(Overlay::Help(Scroll::default())),
            Command::MarkRead => return self.mark_read(),
            Command::MarkUnread => return self.mark_unread(),
            Command::WatchSession => return self.toggle_watched(),
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
                    reader.scroll(sign * (page / 2).max(1), lens);
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
        if self.is_at_top() {
            return None;
        }
        if self.focus == Focus::Reader {
            if self.with_reader(|reader, _| reader.end_search()) != Some(true) {
                self.focus = Focus::List;
            }
        } else {
            self.sessions.set_filter("");
        }
        Some(self.keep_list_in_sight())
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
        let mut text = Reader::words_of(&message);
        if whole {
            let stamp = message
                .posted
                .map(|posted| time_format::format_timestamp(posted, self.zones.shown()) + "  ")
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
