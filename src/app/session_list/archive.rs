//! Rows of the list, shared between responses; those of the archive in the scope of all sessions: pages
//! merged, limited, and live rows in their place.
//!
//! Every response has all of its rows again: unchanged ones are reused, so that nothing is copied and only
//! pointers are compared.

use std::cmp::Reverse;

use super::SessionList;
use crate::chat::{Scope, Session, SessionId};
use crate::text::ListedSession;

impl SessionList {
    /// Returns `true` if the row of a session is of the archive, which has fewer properties than a live one.
    pub(crate) fn is_archived(&self, id: SessionId) -> bool {
        self.scope == Scope::All && self.listed(id).is_some() && !self.is_live(id)
    }

    /// Applies a page of the archive. Returns `true` if anything visible may have changed.
    pub(super) fn apply_page(
        &mut self,
        page: Vec<ListedSession>,
        below: Option<SessionId>,
        next: Option<SessionId>,
        max_bytes: usize,
    ) -> bool {
        let page = with_customers(page, &self.archive);
        let page = share(page, |id| find_archived(&self.archive, id));
        // A first page with other rows than before replaces them.
        let is_next =
            below.is_some() && continues(&self.archive, &page) && continues(&self.all, &page);
        if is_next && !page.is_empty() {
            return self.append(page, max_bytes);
        }
        self.archive = merge_pages(&self.archive, page, below, next);
        let before = self.archive.len();
        self.archive_bytes = truncate_to(&mut self.archive, max_bytes);
        self.is_over_limit |= self.archive.len() < before;
        self.replace(merge_live(&self.archive, &self.live))
    }

    /// Appends a page that is below all rows, as far as there is space; the other rows stay.
    fn append(&mut self, mut page: Vec<ListedSession>, max_bytes: usize) -> bool {
        let before = page.len();
        let max_bytes = max_bytes.saturating_sub(self.archive_bytes);
        self.archive_bytes += truncate_to(&mut page, max_bytes);
        self.is_over_limit |= page.len() < before;
        let first = self.all.len();
        let ids = page.iter().map(ListedSession::id);
        self.indices.extend(ids.zip(first..));
        self.archive.extend(page.iter().cloned());
        self.all.extend(page);
        self.matches.clear();
        self.summarize_more();
        self.resort(self.selected_row());
        true
    }

    /// As [`Self::request_next_page`], once the end of the list comes near.
    pub(crate) fn next_page_to_fetch(&mut self, height: u16) -> Option<SessionId> {
        let near = self.offset + 2 * usize::from(height) >= self.visible_indices.len();
        near.then(|| self.request_next_page()).flatten()
    }

    /// Returns `true` if the service has sessions below the last page.
    pub(crate) fn has_next_page(&self) -> bool {
        self.next_page.is_some()
    }

    /// The oldest session of the archive so far.
    pub(crate) fn oldest_archived(&self) -> Option<&ListedSession> {
        self.archive.last()
    }

    /// The session below which the next page of the archive begins. Each page is returned once.
    pub(crate) fn request_next_page(&mut self) -> Option<SessionId> {
        let below = self.next_page?;
        let is_requested = self.requested_page.replace(below) == Some(below);
        (!is_requested).then_some(below)
    }

    /// Stores the customer of a session, which its row of the archive lacks. Returns `true` if
    /// that changes the list.
    pub(crate) fn add_customer(&mut self, known: &Session) -> bool {
        add_customer(&mut self.archive, known)
            && self.replace(merge_live(&self.archive, &self.live))
    }
}

/// The rows of a response; where a known row is equal, the known one is reused.
fn share<'a>(
    rows: Vec<ListedSession>,
    known: impl Fn(SessionId) -> Option<&'a ListedSession>,
) -> Vec<ListedSession> {
    let share = |row: ListedSession| {
        let known = known(row.id()).filter(|known| known.is_same_row(&row));
        known.cloned().unwrap_or(row)
    };
    rows.into_iter().map(share).collect()
}

/// The row of a session in the archive, which is sorted newest first.
fn find_archived(archive: &[ListedSession], id: SessionId) -> Option<&ListedSession> {
    archive.get(archived_index(archive, id)?)
}

fn archived_index(archive: &[ListedSession], id: SessionId) -> Option<usize> {
    let found = archive.binary_search_by_key(&Reverse(id), |row| Reverse(row.id()));
    found.ok()
}

/// Adds the customer to the row of a session in the archive, if it has none. Returns `true` if
/// the row was changed.
pub(super) fn add_customer(archive: &mut [ListedSession], known: &Session) -> bool {
    let index = archived_index(archive, known.id);
    let row = index.and_then(|index| archive.get_mut(index));
    row.is_some_and(|row| copy_missing_customer(row, known))
}

fn copy_missing_customer(row: &mut ListedSession, known: &Session) -> bool {
    let is_unnamed = row.unmasked().customer_name().is_none();
    let is_learnt = is_unnamed && known.customer_name().is_some();
    if is_learnt {
        row.copy_customer_of(known);
    }
    is_learnt
}

/// The rows of a page of the archive, with their customers as far as known.
fn with_customers(mut page: Vec<ListedSession>, archive: &[ListedSession]) -> Vec<ListedSession> {
    for row in &mut page {
        let known = find_archived(archive, row.id());
        if let Some(known) = known.filter(|it| it.unmasked().customer_name().is_some()) {
            copy_missing_customer(row, known);
        }
    }
    page
}

/// Archive rows and live ones, newest first; a session in both has its live row.
pub(super) fn merge_live(archive: &[ListedSession], live: &[ListedSession]) -> Vec<ListedSession> {
    let mut all: Vec<_> = live.iter().chain(archive).cloned().collect();
    all.sort_by_key(|row| Reverse(row.id()));
    all.dedup_by_key(|row| row.id());
    all
}

/// Returns `true` if a page is newest first and below all rows.
fn continues(rows: &[ListedSession], page: &[ListedSession]) -> bool {
    let last = rows.last().map(ListedSession::id);
    let ids = last.into_iter().chain(page.iter().map(ListedSession::id));
    last.is_some() && ids.is_sorted_by(|one, next| one > next)
}

/// Drops the last rows, as far as all together exceed a limit. Returns the bytes of the remaining ones.
fn truncate_to(rows: &mut Vec<ListedSession>, max_bytes: usize) -> usize {
    let totals = rows.iter().scan(0, |total, row| {
        *total += row.stored_bytes();
        Some(*total)
    });
    let kept: Vec<_> = totals.take_while(|total| *total <= max_bytes).collect();
    rows.truncate(kept.len());
    kept.last().copied().unwrap_or_default()
}

/// Replaces the sessions in the range of a page of the archive. The result is newest first.
fn merge_pages(
    known: &[ListedSession],
    page: Vec<ListedSession>,
    below: Option<SessionId>,
    next: Option<SessionId>,
) -> Vec<ListedSession> {
    let covers =
        |id: SessionId| below.is_none_or(|below| id < below) && next.is_none_or(|next| id >= next);
    let mut all: Vec<_> = known
        .iter()
        .filter(|session| !covers(session.id()))
        .cloned()
        .chain(page)
        .collect();
    all.sort_by_key(|session| Reverse(session.id()));
    all
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::chat::Status;
    use crate::test_support::builders::session;

    fn rows(rows: &[(i64, &str)]) -> Vec<ListedSession> {
        let row = |(id, name): &(i64, &str)| session(*id, name, Status::CustomerLast, 5).into();
        rows.iter().map(row).collect()
    }

    fn names(rows: &[ListedSession]) -> Vec<(i64, &str)> {
        let rows = rows.iter();
        rows.map(|row| (row.id.0, row.customer.name.as_str()))
            .collect()
    }

    #[test]
    fn an_unchanged_row_is_reused() {
        let known = share(rows(&[(2, "Kari"), (1, "Ola")]), |_| None);
        let all = rows(&[(3, "Liam"), (2, "Mona"), (1, "Ola")]);
        let shared = share(all, |id| find_archived(&known, id));
        assert_eq!(names(&shared), [(3, "Liam"), (2, "Mona"), (1, "Ola")]);
        assert!(Arc::ptr_eq(shared[2].unmasked(), known[1].unmasked()));
    }

    #[test]
    fn a_live_row_takes_the_place_of_the_archived_one() {
        let archive = share(rows(&[(5, ""), (3, ""), (1, "")]), |_| None);
        let live = share(rows(&[(4, "Ola"), (3, "Kari"), (6, "Liam")]), |_| None);
        assert_eq!(
            names(&merge_live(&archive, &live)),
            [(6, "Liam"), (5, ""), (4, "Ola"), (3, "Kari"), (1, "")]
        );
    }
}
