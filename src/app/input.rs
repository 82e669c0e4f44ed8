//! Key handling: keys go to the prompt if there is one, else to the overlay, else to the focused pane.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::App;
use super::command::Command;
use super::copying::{copy, copy_json};
use super::jumps::Towards;
use super::effect::Effect;
use super::keymap::KeyContext;
use super::layout::{Focus, selectable_size};
use super::overlay::{Help, Overlay, OverlayText, edit_line, edit_request, insert_text};
use super::prompt::PromptKind;
use super::status::Level;
use super::unavailable::is_opened_by;
use crate::chat::{is_openable, sanitize};

impl App {
    pub(super) fn on_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let context = self.keymap_context();
        let command = self.keymap.command_anywhere(context, key);
        match command {
            Some(Command::ForceQuit) => return vec![Effect::Quit],
            Some(command @ (Command::Redraw | Command::Suspend))
                if !self.is_editing() || edit_request(key).is_none() =>
            {
                return self.execute(command);
            }
            _ => {}
        }
        if self.prompt.is_some() {
            return self.on_prompt_key(key, command);
        }
        if let Some(overlay) = self.overlay.take() {
            return self.on_overlay_key(overlay, key, command);
        }
        let Some(command) = command else {
            return Vec::new();
        };
        match self.why_unavailable(command) {
            Some(why) => self.show_notice(Level::Error, self.format_unavailable(command, &why)),
            None => self.execute(command),
        }
    }

    /// Returns `true` if a line is being edited.
    fn is_editing(&self) -> bool {
        let query = self.overlay.as_ref().and_then(Overlay::query);
        self.prompt.is_some() || query.is_some()
    }

    pub(super) fn on_paste(&mut self, text: &str) -> Vec<Effect> {
        self.on_text_typed(&sanitize::sanitize_line(text))
    }

    /// The character that a key types into the line being edited, if there is one.
    pub fn typed_character(&self, key: KeyEvent) -> Option<char> {
        let command = self.keymap.command_for(self.keymap_context(), key);
        let is_typed = match (&self.prompt, &self.overlay) {
            (Some(_), _) => true,
            (None, Some(overlay)) => overlay.is_typed(key, command),
            (None, None) => false,
        };
        let is_command = key
            .modifiers
            .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
            || command == Some(Command::ForceQuit);
        key.code.as_char().filter(|_| is_typed && !is_command)
    }

    /// Inserts text into the line being edited, filtering or searching once.
    pub(super) fn on_text_typed(&mut self, text: &str) -> Vec<Effect> {
        if let Some(prompt) = &mut self.prompt {
            if insert_text(&mut prompt.input, text) {
                prompt.recalled = None;
                return self.on_prompt_edited();
            }
        } else {
            match &mut self.overlay {
                Some(Overlay::ZonePicker(picker)) => picker.on_text_typed(text),
                Some(Overlay::CommandPalette(palette)) => palette.on_text_typed(text),
                Some(Overlay::Help(help)) => help.on_text_typed(text),
                _ => {}
            }
        }
        Vec::new()
    }

    /// Filters or searches by what has been typed so far.
    pub(super) fn on_prompt_edited(&mut self) -> Vec<Effect> {
        let Some(prompt) = &self.prompt else {
            return Vec::new();
        };
        let typed = prompt.input.value().to_owned();
        match prompt.kind {
            PromptKind::Filter(_, before) => {
                self.session_list.set_filter(&typed);
                if let Some(before) = before.filter(|_| typed.trim().is_empty()) {
                    self.session_list.select(before);
                }
            }
            // Without a notice: the footer shows the prompt.
            PromptKind::Search => {
                self.with_transcript_pane(|pane, viewport| pane.preview_search(&typed, viewport));
            }
            PromptKind::Conversations | PromptKind::Time | PromptKind::Export(_) => {}
        }
        self.scroll_list_to_selection()
    }

    fn keymap_context(&self) -> KeyContext {
        match self.focus {
            Focus::List => KeyContext::List,
            Focus::Transcript => KeyContext::Transcript,
        }
    }

    fn on_prompt_key(&mut self, key: KeyEvent, command: Option<Command>) -> Vec<Effect> {
        let Some(mut prompt) = self.prompt.take() else {
            return Vec::new();
        };
        // What edits the line does so, whatever it is bound to.
        let command = command.filter(|_| edit_request(key).is_none());
        let is_cancelled = key.code == KeyCode::Esc || command == Some(Command::Back);
        let by = match (key.code, command) {
            (KeyCode::Tab, _) | (_, Some(Command::Down)) => 1,
            (KeyCode::BackTab, _) | (_, Some(Command::Up)) => -1,
            _ => 0,
        };
        if key.code == KeyCode::Enter {
            self.prompt_history.remember(&prompt);
        }
        match (key.code, &prompt.kind) {
            (KeyCode::Up | KeyCode::Down, _) => {
                self.prompt = Some(prompt);
                return self.recall_line(Towards::Older);
            }
            (KeyCode::Down, _) => {
                self.prompt = Some(prompt);
                return self.recall_line(Towards::Newer);
            }
            (KeyCode::Enter, PromptKind::Filter(..)) => {}
            (KeyCode::Enter, PromptKind::Search) => {
                return self.accept_search(prompt.input.value());
            }
            (KeyCode::Enter, PromptKind::Conversations) => {
                return self.search_conversations(prompt.input.value());
            }
            (KeyCode::Enter, PromptKind::Time) => return self.go_to_time(prompt.input.value()),
            (_, PromptKind::Conversations | PromptKind::Time) if is_cancelled => {}
            (KeyCode::Enter, PromptKind::Export(of)) => {
                return self.accept_export(prompt.input.value(), of);
            }
            (KeyCode::Tab | KeyCode::BackTab, PromptKind::Export(of)) => {
                self.cycle_export_format(&prompt, of, by);
            }
            (_, PromptKind::Export(_)) if is_cancelled => {}
            (_, PromptKind::Filter(before, selected)) if is_cancelled => {
                self.session_list.set_filter(before);
                if let Some(selected) = *selected {
                    self.session_list.select(selected);
                }
                return self.scroll_list_to_selection();
            }
            (_, PromptKind::Search) if is_cancelled => {
                self.with_transcript_pane(|pane, _| pane.cancel_search());
            }
            (_, PromptKind::Filter(..)) if by != 0 => {
                self.session_list.select_relative(by);
                self.prompt = Some(prompt);
                return self.scroll_list_to_selection();
            }
            _ => {
                let is_changed = edit_line(&mut prompt.input, key);
                if is_changed {
                    prompt.recalled = None;
                }
                self.prompt = Some(prompt);
                if is_changed {
                    return self.on_prompt_edited();
                }
            }
        }
        Vec::new()
    }

    fn on_overlay_key(
        &mut self,
        mut overlay: Overlay,
        key: KeyEvent,
        command: Option<Command>,
    ) -> Vec<Effect> {
        let is_typed = overlay.is_typed(key, command);
        let command = command.filter(|_| !is_typed);
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
        let end = OverlayText::new(self, &overlay).max_scroll(self.size);
        let closes =
            key.code == KeyCode::Esc || matches!(command, Some(Command::Quit | Command::Back));
        let is_opener = command.is_some_and(|command| is_opened_by(&overlay, command));
        let copies = matches!(command, Some(Command::Copy | Command::CopyWithAuthor));
        let copies_all = command == Some(Command::CopyWithAuthor);
        let why = command.and_then(|command| self.why_unavailable_over(&overlay, command));
        if let Some(why) = why.filter(|_| !closes) {
            self.overlay = Some(overlay);
            return self.show_notice(Level::Error, why);
        }
        match &mut overlay {
            Overlay::SearchResults if closes => {
                return self.close_search_results(command != Some(Command::Quit));
            }
            _ if closes || is_opener => return Vec::new(),
            _ if command == Some(Command::Refresh) => {
                self.overlay = Some(overlay);
                return self.execute(Command::Refresh);
            }
            _ if command == Some(Command::TogglePrivacy) => {
                self.overlay = Some(overlay);
                return self.execute(Command::TogglePrivacy);
            }
            Overlay::ZonePicker(picker) => match key.code {
                KeyCode::Enter => {
                    if let Some(name) = picker.selected_name() {
                        return self.choose_zone(&name);
                    }
                }
                _ if by != 0 && !is_typed => {
                    let is_moved = picker.selection.move_by(by, picker.matches.len());
                    self.overlay = Some(overlay);
                    return self.notify_end(is_moved, by, ["first zone", "last zone"]);
                }
                _ => picker.on_key(key),
            },
            Overlay::CommandPalette(palette) => match key.code {
                KeyCode::Enter => {
                    let command = palette.selected_command();
                    return self.run_from_palette(overlay, command);
                }
                _ if by != 0 && !is_typed => {
                    let is_moved = palette.selection.move_by(by, palette.matches.len());
                    self.overlay = Some(overlay);
                    return self.notify_end(is_moved, by, ["first command", "last command"]);
                }
                _ => palette.on_key(key),
            },
            Overlay::Links(links) => {
                if by != 0 {
                    let size = selectable_size(self.size);
                    let is_moved = links.move_by(by, size.width.into(), size.height.into());
                    self.overlay = Some(overlay);
                    return self.notify_end(is_moved, by, ["first link", "last link"]);
                }
                let link = links.selected().map(|link| link.target.clone());
                match (key.code, command, link) {
                    (KeyCode::Enter, _, Some(link)) | (_, Some(Command::OpenLink), Some(link)) => {
                        // A link that cannot be opened stays on the screen, to be copied.
                        let opens = is_openable(&link) && !self.is_private();
                        self.overlay = (!opens).then_some(overlay);
                        return self.open_link(&link);
                    }
                    (_, _, Some(link)) if copies => {
                        self.overlay = Some(overlay);
                        return copy("the link", link);
                    }
                    _ => {}
                }
            }
            Overlay::RawJson(raw) => {
                let size = selectable_size(self.size);
                let is_moved = raw.select(by, size.width.into(), size.height.into());
                let copy_effects = copies.then(|| copy_json(raw, copies_all));
                self.overlay = Some(overlay);
                if by != 0 {
                    return self.notify_end(is_moved, by, ["beginning", "end"]);
                }
                return copy_effects.unwrap_or_default();
            }
            Overlay::MessageText(message) => {
                let (columns, height) = (self.size.width, self.size.height);
                let is_moved = message.scroll(by, columns.into(), height.into());
                let copy_effects = copies.then(|| copy("the message", message.text()));
                self.overlay = Some(overlay);
                if by != 0 {
                    return self.notify_end(is_moved, by, ["beginning", "end"]);
                }
                return copy_effects.unwrap_or_default();
            }
            Overlay::Details(details) => {
                let details = std::mem::take(details);
                return self.on_details_key(details, key, command, by);
            }
            Overlay::Overview(overview) => {
                let overview = std::mem::take(overview);
                return self.on_overview_key(overview, key, command, by);
            }
            Overlay::SearchResults => return self.on_search_results_key(key, command, by),
            Overlay::Help(help) if by == 0 => help.on_key(key),
            Overlay::Help(Help { scroll, .. }) | Overlay::Connection(scroll) => {
                let before = scroll.0.min(end);
                scroll.0 = before.saturating_add_signed(by).min(end);
                if by != 0 {
                    let is_moved = scroll.0 != before;
                    self.overlay = Some(overlay);
                    return self.notify_end(is_moved, by, ["beginning", "end"]);
                }
            }
        }
        self.overlay = Some(overlay);
        Vec::new()
    }

    /// Runs a command where the palette was opened; one that does nothing there leaves it open.
    fn run_from_palette(&mut self, palette: Overlay, command: Option<Command>) -> Vec<Effect> {
        let why = command.and_then(|command| {
            let why = self.why_unavailable(command)?;
            Some(self.format_unavailable(command, &why))
        });
        match (command, why) {
            (Some(command), None) => self.execute(command),
            (_, why) => {
                self.overlay = Some(palette);
                let why = why.unwrap_or_else(|| "No command matches".to_owned());
                self.show_notice(Level::Error, why)
            }
        }
    }

    fn choose_zone(&mut self, name: &str) -> Vec<Effect> {
        let resolved = self.time_zone.choose(name, self.now);
        let is_known = resolved.is_ok();
        let mut effects = self.on_zone_resolved(resolved);
        if is_known {
            let zone = self.time_zone.active().label();
            let text = format!(
                "Times are shown in {zone}{}",
                self.time_zone.inference_note()
            );
            effects.extend(self.show_notice(Level::Info, text));
        }
        effects
    }
}
