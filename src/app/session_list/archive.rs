//! Rows of the list, shared between responses; those of the archive in the scope of all sessions: pages
//! merged, limited, and live rows in their place.
//!
//! Every response brings all of its rows again: what is the same is kept, so that nothing is copied and only
//! pointers are compared.

use std::cmp::Reverse;
use std::sync::Arc;

use super::SessionList;
use crate::chat::{Scope, Session, SessionId};

impl SessionList {
    /// Returns `true` if the row of a session is of the archive, which says less than a live one.
    pub fn is_archived(&self, id: SessionId) -> bool {
        self.scope == Scope::All && self.get(id).is_some() && !self.is_live(id)
    }

    /// Keeps who the customer of a session is, which its row of the archive does not say. Returns `true` if
    /// that changes the list.
    pub fn add_customer(&mut self, known: &Session) -> bool {
        add_customer(&mut self.archive, known) && self.replace(overlay(&self.archive, &self.live))
    }
}

/// The rows of a response; one that is the same as the known row of its session is that row.
pub(super) fn share<'a>(
    rows: Vec<Session>,
    known: impl Fn(SessionId) -> Option<&'a Arc<Session>>,
) -> Vec<Arc<Session>> {
    let share = |row: Session| match known(row.id).filter(|known| is_same(known, &row)) {
        Some(known) => Arc::clone(known),
        None => Arc::new(row),
    };
    rows.into_iter().map(share).collect()
}

/// Returns `true` if two rows are the same. What is not in the JSON is compared piece by piece only without it:
/// the channels come from another response, and the times depend on the zone requested.
fn is_same(known: &Session, row: &Session) -> bool {
    if row.raw.is_empty() || known.raw != row.raw {
        return known == row;
    }
    known.channel == row.channel && known.timestamps().eq(row.timestamps())
}

/// The row of a session in the archive, which is sorted newest first.
pub(super) fn find_archived(archive: &[Arc<Session>], id: SessionId) -> Option<&Arc<Session>> {
    archive.get(archived_index(archive, id)?)
}

fn archived_index(archive: &[Arc<Session>], id: SessionId) -> Option<usize> {
    let found = archive.binary_search_by_key(&Reverse(id), |row| Reverse(row.id));
    found.ok()
}

/// Gives the row of a session in the archive the customer, if it does not say who that is. Returns `true` if
/// the row was changed.
pub(super) fn add_customer(archive: &mut [Arc<Session>], known: &Session) -> bool {
    let index = archived_index(archive, known.id);
    let row = index.and_then(|index| archive.get_mut(index));
    let is_unnamed = |row: &&mut Arc<Session>| row.customer_name().is_none();
    let row = row
        .filter(is_unnamed)
        .filter(|_| known.customer_name().is_some());
    if let Some(row) = row {
        Arc::make_mut(row).keep_customer_of(known);
        return true;
    }
    false
}

/// The rows of a page of the archive, with what was learned of their customers.
pub(super) fn with_customers(mut page: Vec<Session>, archive: &[Arc<Session>]) -> Vec<Session> {
    for row in page.iter_mut().filter(|row| row.customer_name().is_none()) {
        if let Some(known) = find_archived(archive, row.id) {
            row.keep_customer_of(known);
        }
    }
    page
}

/// Archive rows and live ones, newest first; of a session in both its live row.
pub(super) fn overlay(archive: &[Arc<Session>], live: &[Arc<Session>]) -> Vec<Arc<Session>> {
    let mut all: Vec<_> = live.iter().chain(archive).cloned().collect();
    all.sort_by_key(|row| Reverse(row.id));
    all.dedup_by_key(|row| row.id);
    all
}

/// Drops the last rows, as far as all together exceed a limit. Returns `true` if there are any.
pub(super) fn truncate_to(rows: &mut Vec<Arc<Session>>, max_bytes: usize) -> bool {
    let before = rows.len();
    let totals = rows.iter().scan(0, |total, row| {
        *total += row.stored_bytes();
        Some(*total)
    });
    let kept = totals.take_while(|total| *total <= max_bytes).count();
    rows.truncate(kept);
    kept < before
}

/// Replaces the sessions in the range of a page of the archive. The result is newest first.
pub(super) fn merge_pages(
    known: &[Arc<Session>],
    page: Vec<Arc<Session>>,
    below: Option<SessionId>,
    next: Option<SessionId>,
) -> Vec<Arc<Session>> {
    let covers =
        |id: SessionId| below.is_none_or(|below| id < below) && next.is_none_or(|next| id >= next);
    let mut all: Vec<_> = known
        .iter()
        .filter(|session| !covers(session.id))
        .cloned()
        .chain(page)
        .collect();
    all.sort_by_key(|session| Reverse(session.id));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Status;
    use crate::test_support::builders::session;

    fn rows(rows: &[(i64, &str)]) -> Vec<Session> {
        let row = |(id, name): &(i64, &str)| session(*id, name, Status::CustomerLast, 5);
        rows.iter().map(row).collect()
    }

    fn names(rows: &[Arc<Session>]) -> Vec<(i64, &str)> {
        let rows = rows.iter();
        rows.map(|row| (row.id.0, row.customer.name.as_str()))
            .collect()
    }

    #[test]
    fn a_row_that_is_the_same_is_not_stored_again() {
        let known = share(rows(&[(2, "Kari"), (1, "Ola")]), |_| None);
        let all = rows(&[(3, "Liam"), (2, "Mona"), (1, "Ola")]);
        let shared = share(all, |id| find_archived(&known, id));
        assert_eq!(names(&shared), [(3, "Liam"), (2, "Mona"), (1, "Ola")]);
        assert!(Arc::ptr_eq(&shared[2], &known[1]));
    }

    #[test]
    fn a_row_with_the_same_json_may_have_another_channel_or_other_times() {
        let row = |raw: &str| Session {
            raw: raw.into(),
            ..session(1, "Kari", Status::CustomerLast, 5)
        };
        let mut renamed = row("{}");
        renamed.channel.name.clear();
        let mut moved = row("{}");
        moved.requested = None;
        let same = [row("{}"), renamed, moved, row("{ }")].map(|it| is_same(&row("{}"), &it));
        assert_eq!(same, [true, false, false, false]);
    }

    #[test]
    fn a_live_row_takes_the_place_of_the_archived_one() {
        let archive = share(rows(&[(5, ""), (3, ""), (1, "")]), |_| None);
        let live = share(rows(&[(4, "Ola"), (3, "Kari"), (6, "Liam")]), |_| None);
        assert_eq!(
            names(&overlay(&archive, &live)),
            [(6, "Liam"), (5, ""), (4, "Ola"), (3, "Kari"), (1, "")]
        );
    }
}
