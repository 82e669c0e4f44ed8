//! Key handling of overlays: each gets the key with its command, and by how many rows it moves.

use crossterm::event::{KeyCode, KeyEvent};

use super::connection::connection_text;
use super::copying::copy_json;
use super::{
    CommandPalette, Help, LinkList, LongText, Overlay, OverlayText, ZonePicker, is_open_key,
};
use crate::app::App;
use crate::app::command::Command;
use crate::app::copying::copy;
use crate::app::effect::Effect;
use crate::app::layout::selectable_size;
use crate::app::status::Level;
use crate::chat::is_openable;

impl App {
    pub(in crate::app) fn on_overlay_key(
        &mut self,
        overlay: Overlay,
        key: KeyEvent,
        command: Option<Command>,
    ) -> Vec<Effect> {
        let is_typed = overlay.is_typed(key, command);
        let command = command.filter(|_| !is_typed);
        let by = self.rows_to_move(key, command);
        let closes =
            key.code == KeyCode::Esc || matches!(command, Some(Command::Quit | Command::Back));
        let why = command.and_then(|command| self.why_unavailable_over(&overlay, command));
        if let Some(why) = why.filter(|_| !closes) {
            self.overlay = Some(overlay);
            self.show_notice(Level::Error, why);
            return Vec::new();
        }
        if closes && matches!(overlay, Overlay::SearchResults) {
            return self.close_search_results(command != Some(Command::Quit));
        }
        if closes || command.is_some_and(|command| overlay.is_opened_by(command)) {
            return Vec::new();
        }
        if let Some(command @ (Command::Refresh | Command::TogglePrivacy)) = command {
            self.overlay = Some(overlay);
            return self.execute_if_available(command);
        }
        // A key that is typed moves the cursor, not the selection.
        let by_unless_typed = if is_typed { 0 } else { by };
        match overlay {
            Overlay::ZonePicker(picker) => {
                self.on_zone_picker_key(picker, key, command, by_unless_typed)
            }
            Overlay::CommandPalette(palette) => {
                self.on_palette_key(palette, key, command, by_unless_typed)
            }
            Overlay::Links(links) => self.on_links_key(links, key, command, by),
            Overlay::RawJson(raw) => self.on_json_key(raw, command, by),
            Overlay::MessageText(text) => self.on_message_text_key(text, command, by),
            Overlay::Details(details) => self.on_details_key(details, key, command, by),
            Overlay::Overview(overview) => self.on_overview_key(overview, key, command, by),
            Overlay::SearchResults => self.on_search_results_key(key, command, by),
            Overlay::Help(mut help) if by == 0 => {
                help.on_key(key);
                self.overlay = Some(Overlay::Help(help));
                Vec::new()
            }
            Overlay::Connection(_)
                if matches!(command, Some(Command::Copy | Command::CopyWithAuthor)) =>
            {
                self.overlay = Some(overlay);
                copy("the connection details", connection_text(self))
            }
            Overlay::Help(_) | Overlay::Connection(_) => self.scroll_overlay(overlay, by),
        }
    }

    /// How many rows a key moves the selection down; 0 if it moves nothing.
    fn rows_to_move(&self, key: KeyEvent, command: Option<Command>) -> isize {
        let page = isize::try_from(self.size.height / 2).unwrap_or(1);
        match (key.code, command) {
            (KeyCode::Down, _) | (_, Some(Command::Down)) => 1,
            (KeyCode::Up, _) | (_, Some(Command::Up)) => -1,
            (KeyCode::PageDown, _) | (_, Some(Command::PageDown | Command::HalfPageDown)) => page,
            (KeyCode::PageUp, _) | (_, Some(Command::PageUp | Command::HalfPageUp)) => -page,
            (KeyCode::Home, _) | (_, Some(Command::First)) => isize::MIN,
            (KeyCode::End, _) | (_, Some(Command::Last)) => isize::MAX,
            _ => 0,
        }
    }

    fn on_zone_picker_key(
        &mut self,
        mut picker: Box<ZonePicker>,
        key: KeyEvent,
        command: Option<Command>,
        by: isize,
    ) -> Vec<Effect> {
        if is_open_key(key, command) {
            return self.choose_zone(picker);
        }
        let is_moved = picker.selection.move_by(by, picker.matches.len());
        if by == 0 {
            picker.on_key(key);
        }
        self.overlay = Some(Overlay::ZonePicker(picker));
        self.show_end_notice(is_moved, by, ["first zone", "last zone"]);
        Vec::new()
    }

    fn on_palette_key(
        &mut self,
        mut palette: CommandPalette,
        key: KeyEvent,
        command: Option<Command>,
        by: isize,
    ) -> Vec<Effect> {
        if is_open_key(key, command) {
            let command = palette.selected_command();
            return self.run_from_palette(Overlay::CommandPalette(palette), command);
        }
        let is_moved = palette.selection.move_by(by, palette.matches.len());
        if by == 0 {
            palette.on_key(key);
        }
        self.overlay = Some(Overlay::CommandPalette(palette));
        self.show_end_notice(is_moved, by, ["first command", "last command"]);
        Vec::new()
    }

    fn on_links_key(
        &mut self,
        mut links: LinkList,
        key: KeyEvent,
        command: Option<Command>,
        by: isize,
    ) -> Vec<Effect> {
        let size = selectable_size(self.size);
        let is_moved = links.move_by(by, size.width.into(), size.height.into());
        let link = links.selected().map(|link| link.target.clone());
        self.overlay = Some(Overlay::Links(links));
        let Some(link) = link.filter(|_| by == 0) else {
            self.show_end_notice(is_moved, by, ["first link", "last link"]);
            return Vec::new();
        };
        if is_open_key(key, command) || command == Some(Command::OpenLink) {
            // A link that cannot be opened stays on the screen, to be copied.
            if is_openable(&link) && !self.is_private() {
                self.overlay = None;
            }
            return self.open_link(&link);
        }
        match command {
            Some(Command::Copy | Command::CopyWithAuthor) => copy("the link", link),
            _ => Vec::new(),
        }
    }

    fn on_json_key(
        &mut self,
        mut raw: LongText,
        command: Option<Command>,
        by: isize,
    ) -> Vec<Effect> {
        let size = selectable_size(self.size);
        let is_moved = raw.select(by, size.width.into(), size.height.into());
        let effects = match command {
            Some(Command::Copy) => copy_json(&raw, false),
            Some(Command::CopyWithAuthor) => copy_json(&raw, true),
            _ => {
                self.show_end_notice(is_moved, by, ["beginning", "end"]);
                Vec::new()
            }
        };
        self.overlay = Some(Overlay::RawJson(raw));
        effects
    }

    fn on_message_text_key(
        &mut self,
        mut text: LongText,
        command: Option<Command>,
        by: isize,
    ) -> Vec<Effect> {
        let (columns, height) = (self.size.width, self.size.height);
        let is_moved = text.scroll(by, columns.into(), height.into());
        let is_copied = matches!(command, Some(Command::Copy | Command::CopyWithAuthor));
        let effects = if is_copied {
            copy("the message", text.text())
        } else {
            self.show_end_notice(is_moved, by, ["beginning", "end"]);
            Vec::new()
        };
        self.overlay = Some(Overlay::MessageText(text));
        effects
    }

    /// Scrolls the help or the connection.
    fn scroll_overlay(&mut self, mut overlay: Overlay, by: isize) -> Vec<Effect> {
        let end = OverlayText::new(self, &overlay).max_scroll(self.size);
        let mut is_moved = false;
        if let Overlay::Help(Help { scroll, .. }) | Overlay::Connection(scroll) = &mut overlay {
            let before = scroll.0.min(end);
            scroll.0 = before.saturating_add_signed(by).min(end);
            is_moved = scroll.0 != before;
        }
        self.overlay = Some(overlay);
        self.show_end_notice(is_moved, by, ["beginning", "end"]);
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
                self.show_notice(Level::Error, why);
                Vec::new()
            }
        }
    }

    /// Takes the selected zone; the picker stays where there is none, or it is refused.
    fn choose_zone(&mut self, picker: Box<ZonePicker>) -> Vec<Effect> {
        let Some(name) = picker.selected_name() else {
            self.overlay = Some(Overlay::ZonePicker(picker));
            self.show_notice(Level::Error, "No zone matches");
            return Vec::new();
        };
        let resolved = self.time_zone.choose(&name, self.now);
        if resolved.is_err() {
            self.overlay = Some(Overlay::ZonePicker(picker));
            return self.on_zone_resolved(resolved);
        }
        let effects = self.on_zone_resolved(resolved);
        let zone = self.time_zone.active().label();
        let text = format!(
            "Times are shown in {zone}{}",
            self.time_zone.inference_note()
        );
        self.show_notice(Level::Info, text);
        effects
    }
}
