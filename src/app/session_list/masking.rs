//! Sessions of the list masked, or as they were, where privacy is switched on or off.

use super::SessionList;
use super::archive::merge_live;
use crate::chat::Scope;
use crate::text::ListedSession;

impl SessionList {
    /// Replaces each session by another form of it: masked, or as it was.
    pub(crate) fn replace_sessions(&mut self, form: impl Fn(&ListedSession) -> ListedSession) {
        let replace = |rows: &mut Vec<ListedSession>| {
            for row in rows {
                *row = form(row);
            }
        };
        if self.scope == Scope::All {
            replace(&mut self.archive);
            replace(&mut self.live);
            self.all = merge_live(&self.archive, &self.live);
        } else {
            replace(&mut self.all);
        }
        self.matches.clear();
        let row = self.selected_row();
        self.summarize();
        self.resort(row);
    }
}
