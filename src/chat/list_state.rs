//! List state: how the session list was shown last; local, never sent.

use super::Scope;

/// What the next start restores.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListState {
    pub scope: Scope,
    /// The name of the sort order.
    pub order: String,
    /// The name of the saved view.
    pub view: Option<String>,
    /// Whether only sessions that need attention are shown.
    pub(crate) attention_only: bool,
    /// The columns of the list, if the divider was dragged.
    pub width: Option<u16>,
}
