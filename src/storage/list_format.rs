//! The JSON format of the list state.

use serde::{Deserialize, Serialize};

use crate::chat::{ListState, Scope};

#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct FileListState {
    /// Text, because a later version may have more scopes.
    scope: String,
    order: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    view: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    attention_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u16>,
}

impl Default for FileListState {
    fn default() -> Self {
        Self::from(&ListState::default())
    }
}

impl From<&ListState> for FileListState {
    fn from(state: &ListState) -> Self {
        Self {
            scope: state.scope.name().to_owned(),
            order: state.order.clone(),
            view: state.view.clone(),
            attention_only: state.attention_only,
            width: state.width,
        }
    }
}

impl From<FileListState> for ListState {
    fn from(file: FileListState) -> Self {
        let mut scopes = Scope::NAMES.into_iter();
        let scope = scopes.find(|(name, _)| *name == file.scope);
        Self {
            scope: scope.map(|(_, scope)| scope).unwrap_or_default(),
            order: file.order,
            view: file.view,
            attention_only: file.attention_only,
            width: file.width,
        }
    }
}
