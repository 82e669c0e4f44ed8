//! Wrapped rows of the messages near the viewport, for one width and one time zone.
//!
//! Entries may be dropped at any time at the cost of wrapping again. Rows that depend on the clock,
//! those of future messages, are never cached.

use std::collections::{BTreeMap, BTreeSet};

use super::message_layout::LayoutRow;
use super::viewport::Viewport;
use crate::chat::Transcript;
use crate::text::OffsetRules;

/// Rows by message index.
#[derive(Clone, Debug, Default)]
pub(super) struct LayoutCache {
    key: Option<CacheKey>,
    rows: BTreeMap<usize, Vec<LayoutRow>>,
}

/// The width, whether every message shows its time, and the zone.
type CacheKey = (u16, bool, OffsetRules);

fn cache_key(viewport: &Viewport<'_>) -> CacheKey {
    let Viewport {
        columns,
        shows_message_times,
        zone,
        // These decide which rows are visible; rows that depend on the clock are not cached.
        rows: _,
        now: _,
    } = *viewport;
    (columns, shows_message_times, zone.rules())
}

impl LayoutCache {
    /// Drops what was laid out for another width or zone.
    pub(super) fn invalidate_if_changed(&mut self, viewport: &Viewport<'_>) {
        let key = Some(cache_key(viewport));
        if self.key != key {
            self.rows.clear();
            self.key = key;
        }
    }

    /// Drops the messages from an index on.
    pub(super) fn invalidate_from(&mut self, index: usize) {
        drop(self.rows.split_off(&index));
    }

    pub(super) fn rows(&self, index: usize, viewport: &Viewport<'_>) -> Option<&[LayoutRow]> {
        self.rows
            .get(&index)
            .filter(|_| self.key == Some(cache_key(viewport)))
            .map(Vec::as_slice)
    }

    /// Drops all but these messages.
    pub(super) fn retain(&mut self, indices: &BTreeSet<usize>) {
        self.rows.retain(|index, _| indices.contains(index));
    }

    /// Caches the rows of these messages.
    pub(super) fn fill(
        &mut self,
        indices: &BTreeSet<usize>,
        transcript: &Transcript,
        viewport: &Viewport<'_>,
        layout: impl Fn(usize) -> Vec<LayoutRow>,
    ) {
        for &index in indices {
            if !self.rows.contains_key(&index) && is_cacheable(transcript, index, viewport) {
                self.rows.insert(index, layout(index));
            }
        }
    }
}

/// Returns `true` if the rows of a message are the same at any time: neither it nor the message
/// above it lies in the future.
fn is_cacheable(transcript: &Transcript, index: usize, viewport: &Viewport<'_>) -> bool {
    let is_scheduled = |index| {
        transcript
            .get(index)
            .is_some_and(|it| viewport.is_scheduled(it))
    };
    index < transcript.len() && !(index.saturating_sub(1)..=index).any(is_scheduled)
}

#[cfg(test)]
mod tests {
    use super::super::message_layout;
    use super::*;
    use crate::chat::{Direction, Message, MessageId, RichText, Timestamp};
    use crate::text::TimeZone;
    use chrono::DateTime;

    fn at(minute: i64) -> Timestamp {
        DateTime::from_timestamp(1_700_000_000 + 60 * minute, 0)
            .unwrap()
            .fixed_offset()
    }

    fn transcript(count: i64) -> Transcript {
        let mut transcript = Transcript::default();
        let message = |id: i64| Message {
            id: MessageId(id),
            posted: Some(at(7 * id)),
            inferred_time: None,
            direction: Direction::ToUser,
            author: "Kari".to_owned(),
            body: RichText::plain("a few words ".repeat(usize::try_from(id % 9).unwrap())),
            special: None,
            read_by_customer: true,
            unreadable: None,
            raw: "{}".into(),
            time_in_raw: None,
            original: crate::chat::Original::default(),
        };
        transcript.merge((0..count).map(message).collect::<Vec<_>>(), 1);
        transcript
    }

    /// A cache filled with the messages 5 to 12.
    fn filled_cache(transcript: &Transcript, viewport: &Viewport<'_>) -> LayoutCache {
        let mut cache = LayoutCache::default();
        cache.invalidate_if_changed(viewport);
        cache.fill(&(5..=12).collect(), transcript, viewport, |index| {
            message_layout::layout(transcript, index, index.checked_sub(1), false, viewport)
        });
        cache
    }

    fn cached(cache: &LayoutCache) -> Vec<usize> {
        cache.rows.keys().copied().collect()
    }

    fn viewport(zone: &TimeZone, now: i64) -> Viewport<'_> {
        Viewport {
            columns: 60,
            rows: 20,
            zone,
            now: at(now),
            shows_message_times: false,
        }
    }

    #[test]
    fn future_messages_are_not_cached() {
        let (transcript, zone) = (transcript(13), TimeZone::utc());
        let cache = filled_cache(&transcript, &viewport(&zone, 7 * 9));
        assert_eq!(cached(&cache), [5, 6, 7, 8, 9]);
        let cache = filled_cache(&transcript, &viewport(&zone, 7 * 12));
        assert_eq!(cached(&cache), [5, 6, 7, 8, 9, 10, 11, 12]);
    }

    #[test]
    fn only_messages_near_the_viewport_stay_cached() {
        let (transcript, zone) = (transcript(100), TimeZone::utc());
        let viewport = viewport(&zone, 7 * 100);
        let mut cache = filled_cache(&transcript, &viewport);
        let near = (10..=14).collect();
        cache.fill(&near, &transcript, &viewport, |index| {
            message_layout::layout(&transcript, index, index.checked_sub(1), false, &viewport)
        });
        cache.retain(&near);
        assert_eq!(cached(&cache), [10, 11, 12, 13, 14]);
        cache.invalidate_from(12);
        assert_eq!(cached(&cache), [10, 11]);
    }

    #[test]
    fn another_width_uses_nothing_cached() {
        let (transcript, zone) = (transcript(13), TimeZone::utc());
        let wide = viewport(&zone, 7 * 12);
        let narrow = Viewport {
            columns: 30,
            ..wide
        };
        let mut cache = filled_cache(&transcript, &wide);
        assert!(cache.rows(8, &wide).is_some());
        assert!(cache.rows(8, &narrow).is_none());
        cache.invalidate_if_changed(&narrow);
        assert!(cached(&cache).is_empty());
    }
}
