//! Rows of the archive in the scope of all sessions: pages merged, limited, and live rows in their place.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::chat::{Session, SessionId};

/// Archive rows with live ones in their place, and the other live ones.
pub(super) fn overlay(archive: &[Session], live: &[Session]) -> Vec<Session> {
    let mut live: BTreeMap<_, _> = live.iter().map(|row| (row.id, row)).collect();
    let mut all: Vec<_> = archive
        .iter()
        .map(|row| live.remove(&row.id).unwrap_or(row).clone())
        .collect();
    all.extend(live.into_values().cloned());
    all
}

/// Drops the last rows, as far as all together exceed a limit. Returns `true` if there are any.
pub(super) fn truncate_to(rows: &mut Vec<Session>, max_bytes: usize) -> bool {
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
    known: &[Session],
    page: Vec<Session>,
    below: Option<SessionId>,
    next: Option<SessionId>,
) -> Vec<Session> {
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
