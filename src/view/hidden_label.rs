//! Words for the sessions that need attention but are out of sight in the list.

use super::theme::Role;
use crate::app::session_list::HiddenCounts;
use crate::chat::Stage;
use crate::text::width;

/// How many sessions need attention above or below, the most urgent first: as many kinds as fit, at least one.
pub(super) fn hidden_label(counts: HiddenCounts, place: &str, columns: usize) -> (String, Role) {
    let [reply, queued, ..] = counts;
    let kinds = [
        (Stage::NeedsReply.label(reply), Role::NeedsReply),
        (Stage::Queued.label(queued), Role::Queued),
        ("unread", Role::Unread),
        ("watched", Role::Special),
    ];
    let kinds = counts.into_iter().zip(kinds);
    let mut kinds = kinds.filter(|(count, _)| *count > 0);
    let words = |(count, (words, _)): (usize, (&str, Role))| format!("{count} {words}");
    let Some(first @ (_, (_, role))) = kinds.next() else {
        return (String::new(), Role::Text);
    };
    let mut label = words(first);
    for kind in kinds {
        let longer = format!("{label}, {}", words(kind));
        if width(&longer) + 1 + width(place) > columns {
            break;
        }
        label = longer;
    }
    (format!("{label} {place}"), role)
}
