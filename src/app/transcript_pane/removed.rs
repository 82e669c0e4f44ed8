//! Messages that are gone at the service: they leave the transcript, and the place, the selection and
//! what had been seen go from one of them to its neighbour.

use super::message_layout::RowKind;
use super::{Anchor, ReadMark, TranscriptPane};
use crate::chat::MessageId;

impl TranscriptPane {
    /// Takes answer number `as_of` for all that the service holds; tells how many messages are gone.
    /// A message without a readable id may only have come under another stand-in, and is not counted.
    pub fn remove_missing(&mut self, request_id: u64) -> usize {
        let gone = self.transcript.missing_since(request_id);
        let unread = self.unread_marker_index();
        if gone.is_empty() {
            return 0;
        }
        if let Anchor::At { message, .. } = self.anchor
            && gone.binary_search(&message).is_ok()
        {
            let next = self
                .nearest_below(message, &gone)
                .or(self.nearest_above(message, &gone));
            self.anchor = next.map_or(Anchor::Bottom, |message| {
                let spot = RowKind::Blank;
                Anchor::At { message, spot }
            });
        }
        let selected = self.selected_id;
        self.selected_id = selected.and_then(|id| {
            self.nearest_below(id, &gone)
                .or(self.nearest_above(id, &gone))
        });
        let remaining_mark = |read_mark: ReadMark| {
            let newest = self.nearest_above(read_mark.newest, &gone)?;
            Some(ReadMark {
                newest,
                ..read_mark
            })
        };
        (self.paused_at, self.read_mark) = (
            self.paused_at.and_then(remaining_mark),
            self.read_mark.and_then(remaining_mark),
        );
        let merged = self.transcript.remove_missing(request_id);
        self.layout_cache.invalidate_from(merged.first_changed);
        if let Some(search) = &mut self.search {
            search.invalidate_from(merged.first_changed);
        }
        self.invalidate_if_unread_marker_moved(unread);
        gone.iter().filter(|id| id.is_known()).count()
    }

    /// A message, or if it is gone the next one below that is not.
    fn nearest_below(&self, from: MessageId, gone: &[MessageId]) -> Option<MessageId> {
        let index = self.transcript.index_of(from)?;
        let ids = (index..self.transcript.len()).filter_map(|at| Some(self.transcript.get(at)?.id));
        first_remaining(ids, gone)
    }

    /// A message, or if it is gone the next one above that is not.
    fn nearest_above(&self, from: MessageId, gone: &[MessageId]) -> Option<MessageId> {
        let index = self.transcript.index_of(from)?;
        let ids = (0..=index)
            .rev()
            .filter_map(|at| Some(self.transcript.get(at)?.id));
        first_remaining(ids, gone)
    }
}

fn first_remaining(
    mut ids: impl Iterator<Item = MessageId>,
    gone: &[MessageId],
) -> Option<MessageId> {
    ids.find(|id| gone.binary_search(id).is_err())
}
