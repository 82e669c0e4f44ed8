//! Rows of the whole lists, shared from response to response: an unchanged row is reused.
//!
//! What takes long with thousands of rows is done here, beside the viewer: comparing them, and freeing those that
//! were replaced.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::chat::{Session, SessionId, SessionPage};
use crate::text::ListedSession;

/// The rows of the last response.
#[derive(Debug, Default)]
pub(super) struct ListedRows(Mutex<Rows>);

#[derive(Debug, Default)]
struct Rows {
    last: HashMap<SessionId, Arc<Session>>,
    /// Rows that the last response has replaced: they are freed with the next one, when the viewer no longer holds
    /// them.
    replaced: Vec<Arc<Session>>,
}

impl ListedRows {
    pub(super) fn share(&self, page: SessionPage) -> SessionPage<ListedSession> {
        let mut rows = self.0.lock();
        let mut before = std::mem::take(&mut rows.last);
        let mut replaced = Vec::new();
        let page = page.map_sessions(|row| match before.remove(&row.id) {
            Some(known) if known.is_same_row(&row) => known,
            known => {
                replaced.extend(known);
                Arc::new(row)
            }
        });
        let last = page.sessions.iter().map(|row| (row.id, Arc::clone(row)));
        replaced.extend(before.into_values());
        rows.last = last.collect();
        drop(std::mem::replace(&mut rows.replaced, replaced));
        page.map_sessions(ListedSession::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Status;
    use crate::test_support::builders::session;

    #[test]
    fn an_unchanged_row_is_reused() {
        let known = ListedRows::default();
        let list = |rows: &[(i64, &str)]| {
            let rows = rows.iter();
            let rows = rows.map(|(id, name)| session(*id, name, Status::CustomerLast, 5));
            let page = SessionPage {
                sessions: rows.collect(),
                ..SessionPage::default()
            };
            known.share(page).sessions
        };
        let first = list(&[(2, "Kari"), (1, "Ola")]);
        let next = list(&[(3, "Liam"), (2, "Mona"), (1, "Ola")]);
        let names: Vec<_> = next.iter().map(|row| row.customer.name.as_str()).collect();
        assert_eq!(names, ["Liam", "Mona", "Ola"]);
        assert!(Arc::ptr_eq(next[2].unmasked(), first[1].unmasked()));
        assert_ne!(next[1], first[0]);
    }
}
