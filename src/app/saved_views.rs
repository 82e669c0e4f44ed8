//! Saved views: a scope and a filter of the list under a name; and how the list was shown last, which is
//! restored at the next start.

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::layout::Focus;
use super::session_list::{SortOrder, format_narrowing};
use super::status::Level;
use crate::chat::ListState;
pub(crate) use crate::chat::Scope;

/// A view of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    pub name: String,
    /// `None`: the scope shown stays.
    pub scope: Option<Scope>,
    /// As it would be typed.
    pub filter: String,
}

/// The view that was switched on last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ShownView {
    index: usize,
    /// The scope to return to.
    scope_before: Scope,
}

/// What the list state holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SavedList {
    scope: Scope,
    order: SortOrder,
    view: Option<usize>,
    attention_only: bool,
    width: Option<u16>,
}

impl SavedView {
    /// The scopes by their names in the configuration.
    pub(crate) const SCOPES: [(&'static str, Scope); 3] = Scope::NAMES;

    /// Values with quotes are left out.
    pub(crate) fn new(
        name: String,
        scope: Option<Scope>,
        narrowing: &[(&str, &str)],
        words: &str,
    ) -> Self {
        let values = narrowing.iter();
        let values = values.filter_map(|(keyword, value)| format_narrowing(keyword, value));
        let words = Some(words.trim().to_owned()).filter(|words| !words.is_empty());
        let filter: Vec<_> = values.chain(words).collect();
        Self {
            name,
            scope,
            filter: filter.join(" "),
        }
    }
}

impl App {
    /// Returns `true` for the command of a view that is not configured.
    pub(crate) fn lacks_view(&self, command: Command) -> bool {
        matches!(command, Command::ToggleView(number) if self.view_index(number).is_none())
    }

    fn view_index(&self, number: u8) -> Option<usize> {
        let index = usize::from(number).checked_sub(1)?;
        (index < self.views.len()).then_some(index)
    }

    /// The view that the list shows.
    pub(crate) fn shown_view(&self) -> Option<&SavedView> {
        self.shown().map(|shown| &self.views[shown.index])
    }

    /// The view that was switched on, unless filter or scope has changed since.
    fn shown(&self) -> Option<ShownView> {
        self.view.filter(|shown| {
            let view = &self.views[shown.index];
            let scope = self.session_list.scope();
            self.session_list.filter() == view.filter && view.scope.is_none_or(|it| it == scope)
        })
    }

    /// Switches a view on, or off if it is shown.
    pub(super) fn toggle_view(&mut self, number: u8) -> Vec<Effect> {
        let Some(index) = self.view_index(number) else {
            return Vec::new();
        };
        let is_shown = self.shown().is_some_and(|it| it.index == index);
        self.focus = Focus::List;
        let mut effects = if is_shown {
            self.leave_view()
        } else {
            self.show_view(index)
        };
        effects.extend(self.scroll_list_to_selection());
        let name = &self.views[index].name;
        let text = if is_shown {
            format!("View {name} is off")
        } else {
            format!("View {name}")
        };
        self.show_notice(Level::Info, text);
        effects
    }

    fn show_view(&mut self, index: usize) -> Vec<Effect> {
        let scope_before = self
            .shown()
            .map_or(self.session_list.scope(), |it| it.scope_before);
        let SavedView { scope, filter, .. } = self.views[index].clone();
        let scope = scope.unwrap_or(scope_before);
        let effects = if scope == self.session_list.scope() {
            Vec::new()
        } else {
            self.set_scope(scope)
        };
        self.session_list.set_filter(&filter);
        self.view = Some(ShownView {
            index,
            scope_before,
        });
        effects
    }

    /// Clears the filter, and returns to the scope before the view if it had one of its own.
    pub(super) fn leave_view(&mut self) -> Vec<Effect> {
        self.session_list.set_filter("");
        let Some(ShownView {
            index,
            scope_before,
        }) = self.view.take()
        else {
            return Vec::new();
        };
        let scope = self.session_list.scope();
        let is_of_view = self.views[index].scope == Some(scope);
        if is_of_view && scope != scope_before {
            self.set_scope(scope_before)
        } else {
            Vec::new()
        }
    }

    /// Switches a view off whose filter was cleared or changed.
    pub(super) fn drop_changed_view(&mut self) -> Vec<Effect> {
        if self.view.is_none() || self.prompt.is_some() || self.shown().is_some() {
            return Vec::new();
        }
        if self.session_list.filter().trim().is_empty() {
            self.leave_view()
        } else {
            self.view = None;
            Vec::new()
        }
    }

    /// Shows the list as it was shown last.
    pub(super) fn restore_list(&mut self, state: &ListState) {
        self.session_list.set_scope(state.scope);
        let order = SortOrder::from_name(&state.order).unwrap_or_default();
        self.session_list.set_sort_order(order);
        let name = state.view.as_deref();
        let view = self.views.iter().position(|view| Some(&*view.name) == name);
        if let Some(index) = view {
            let SavedView { scope, filter, .. } = &self.views[index];
            self.session_list.set_scope(scope.unwrap_or(state.scope));
            self.session_list.set_filter(filter);
            self.view = Some(ShownView {
                index,
                scope_before: state.scope,
            });
        }
        let attention = state.attention_only.then(Default::default);
        self.session_list.set_attention(attention);
        self.saved_list = self.list_to_save();
    }

    /// Stores how the list is shown, if that has changed.
    pub(super) fn save_list_state(&mut self) -> Option<Effect> {
        let list = self.list_to_save();
        if self.prompt.is_some() || self.divider.is_dragged || list == self.saved_list {
            return None;
        }
        self.saved_list = list;
        Some(Effect::SaveListState(ListState {
            scope: list.scope,
            order: list.order.name().to_owned(),
            view: list.view.map(|index| self.views[index].name.clone()),
            attention_only: list.attention_only,
            width: list.width,
        }))
    }

    fn list_to_save(&self) -> SavedList {
        let shown = self.shown();
        let own_scope = shown.filter(|it| self.views[it.index].scope.is_some());
        let scope = own_scope.map_or(self.session_list.scope(), |it| it.scope_before);
        SavedList {
            scope,
            order: self.session_list.sort_order(),
            view: shown.map(|it| it.index),
            attention_only: self.session_list.shows_attention_only(),
            width: self.divider.list_width,
        }
    }
}
