//! Messages that are gone at the service: they leave the transcript, and the place, the selection and
//! what had been seen go from one of them to its neighbour.

use super::block::Spot;
use super::{Anchor, Reader, Seen};
use crate::chat::MessageId;

impl Reader {
    /// Takes answer number `as_of` for all that the service holds; tells how many messages are gone.
    /// A message without a readable id may only have come under another stand-in, and is not counted.
    pub fn conclude(&mut self, as_of: u64) -> usize {
        let gone = self.transcript.missing_since(as_of);
        let unread = self.unread_from();
        if gone.is_empty() {
            return 0;
        }
        if let Anchor::At { message, .. } = self.anchor
            && gone.binary_search(&message).is_ok()
        {
            let next = self.below(message, &gone).or(self.above(message, &gone));
            self.anchor = next.map_or(Anchor::Bottom, |message| {
                let spot = Spot::Gap;
                Anchor::At { message, spot }
            });
        }
        let selected = self.selected;
        self.selected = selected.and_then(|id| self.below(id, &gone).or(self.above(id, &gone)));
        let still_seen = |seen: Seen| {
            let newest = self.above(seen.newest, &gone)?;
            Some(Seen { newest, ..seen })
        };
        (self.paused_at, self.seen) = (
            self.paused_at.and_then(still_seen),
            self.seen.and_then(still_seen),
        );
        let merged = self.transcript.remove_missing(as_of);
        self.laid.forget_from(merged.first_changed);
        if let Some(search) = &mut self.search {
            search.forget_from(merged.first_changed);
        }
        self.unread_moved(unread);
        gone.iter().filter(|id| id.is_known()).count()
    }

    /// A message, or if it is gone the next one below that is not.
    fn below(&self, from: MessageId, gone: &[MessageId]) -> Option<MessageId> {
        let place = self.transcript.index_of(from)?;
        let ids = (place..self.transcript.len()).filter_map(|at| Some(self.transcript.get(at)?.id));
        first_left(ids, gone)
    }

    /// A message, or if it is gone the next one above that is not.
    fn above(&self, from: MessageId, gone: &[MessageId]) -> Option<MessageId> {
        let place = self.transcript.index_of(from)?;
        let ids = (0..=place)
            .rev()
            .filter_map(|at| Some(self.transcript.get(at)?.id));
        first_left(ids, gone)
    }
}

fn first_left(mut ids: impl Iterator<Item = MessageId>, gone: &[MessageId]) -> Option<MessageId> {
    ids.find(|id| gone.binary_search(id).is_err())
}
