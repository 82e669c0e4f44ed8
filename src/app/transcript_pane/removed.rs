//! Messages that the service no longer has: they leave the transcript, and the anchor, the selection
//! and the read marks move from them to a neighbour.

use super::message_layout::RowKind;
use super::unread::ReadMark;
use super::{Anchor, TranscriptPane, ViewState};
use crate::chat::{MessageId, Transcript};

impl TranscriptPane {
    /// Removes every message that neither this request nor a later one returned, this response having
    /// been complete. Returns how many were removed; a message without a readable id is not counted,
    /// because it may have returned under another synthetic id.
    pub(crate) fn remove_missing(&mut self, request_id: u64) -> usize {
        let gone = self.transcript.missing_since(request_id);
        if gone.is_empty() {
            return 0;
        }
        let unread = self.unread_marker_index();
        self.view = remaining_view(self.view, &self.transcript, &gone);
        if let Some(origin) = &mut self.search_origin {
            for view in std::iter::once(&mut origin.view).chain(&mut origin.view_of_matches) {
                *view = remaining_view(*view, &self.transcript, &gone);
            }
        }
        let merged = self.transcript.remove_missing(request_id);
        self.update_from(merged.first_changed);
        self.invalidate_if_unread_marker_moved(unread);
        gone.iter().filter(|id| !id.is_synthetic()).count()
    }
}

/// The view once the messages in `gone`, sorted by id, have been removed.
fn remaining_view(view: ViewState, transcript: &Transcript, gone: &[MessageId]) -> ViewState {
    let remaining = |index: usize| {
        let id = transcript.get(index)?.id;
        gone.binary_search(&id).is_err().then_some(id)
    };
    // The message itself if it remains, else the nearest one above or below.
    let above = |id| (0..=transcript.index_of(id)?).rev().find_map(remaining);
    let below = |id| (transcript.index_of(id)?..transcript.len()).find_map(remaining);
    let neighbour = |id| below(id).or_else(|| above(id));
    let remaining_mark = |mark: ReadMark| {
        let newest = above(mark.newest)?;
        Some(ReadMark { newest, ..mark })
    };
    let anchor = match view.anchor {
        Anchor::At { message, .. } if gone.binary_search(&message).is_ok() => neighbour(message)
            .map_or(Anchor::Bottom, |message| Anchor::At {
                message,
                kind: RowKind::Blank,
                rows_above: 0,
            }),
        unchanged => unchanged,
    };
    ViewState {
        anchor,
        selected_id: view.selected_id.and_then(neighbour),
        paused_at: view.paused_at.and_then(remaining_mark),
        read_mark: view.read_mark.and_then(remaining_mark),
    }
}
