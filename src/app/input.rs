//! Key handling: keys go to the prompt if there is one, else to the overlay, else to the focused pane.

use crossterm::event::{KeyEvent, KeyModifiers};

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::keymap::KeyContext;
use super::layout::Focus;
use super::overlay::{Overlay, edit_request, insert_text};
use super::prompt::PromptKind;
use super::status::Level;
use crate::chat::sanitize;

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
        self.execute_if_available(command)
    }

    /// Executes a command, or shows why it does nothing here.
    pub(super) fn execute_if_available(&mut self, command: Command) -> Vec<Effect> {
        match self.why_unavailable(command) {
            Some(why) => {
                self.show_notice(Level::Error, self.format_unavailable(command, &why));
                Vec::new()
            }
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
    pub(crate) fn typed_character(&self, key: KeyEvent) -> Option<char> {
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
                Some(
                    Overlay::Details(_)
                    | Overlay::Connection(_)
                    | Overlay::RawJson(_)
                    | Overlay::MessageText(_)
                    | Overlay::Links(_)
                    | Overlay::Overview(_)
                    | Overlay::SearchResults,
                )
                | None => {}
            }
        }
        Vec::new()
    }

    /// Filters or searches by what has been typed so far.
    pub(super) fn on_prompt_edited(&mut self) -> Vec<Effect> {
        let Some(prompt) = &mut self.prompt else {
            return Vec::new();
        };
        prompt.refusal = None;
        let typed = prompt.input.value().to_owned();
        match prompt.kind {
            PromptKind::Filter {
                selected: before, ..
            } => {
                self.session_list.preview_filter(&typed);
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
}
