//! Display: size of the window, sort order, scope and times of messages.

use ratatui::layout::Size;

use super::App;
use super::effect::Effect;
use super::session_list::SortOrder;
use super::status::Level;
use crate::chat::Scope;
use crate::sync::SyncCommand;

impl App {
    pub(super) fn set_sort_order(&mut self, order: SortOrder) -> Vec<Effect> {
        self.session_list.set_sort_order(order);
        let effects = self.scroll_list_to_selection();
        self.show_notice(Level::Info, format!("Sorted {}", order.label()));
        effects
    }

    pub(super) fn on_resized(&mut self, size: Size) -> Vec<Effect> {
        self.dirty = true;
        self.size = size;
        self.session_list.follow_selection();
        self.scroll_list_to_selection()
    }

    /// Times in the filter of the list are in the zone shown.
    pub(super) fn set_list_clock(&mut self) -> Vec<Effect> {
        let zone = self.time_zone.displayed();
        if !self.session_list.set_times(self.now, zone) {
            return Vec::new();
        }
        self.dirty = true;
        self.scroll_list_to_selection()
    }

    pub(super) fn set_scope(&mut self, scope: Scope) -> Vec<Effect> {
        self.notifications.restart();
        self.session_list.set_scope(scope);
        self.status.reset_list();
        vec![Effect::Sync(SyncCommand::SetScope(scope))]
    }

    /// Shows the time of every message to the second, or that of a run of messages.
    pub(super) fn toggle_message_times(&mut self) {
        let text = if self.time_zone.toggle_message_times() {
            "Each message shows its own time"
        } else {
            "A run of messages shows the time of its first"
        };
        self.show_notice(Level::Info, text);
    }
}
