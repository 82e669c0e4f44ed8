//! What is remembered of the layout, for one width and one zone: the rows of the messages around the
//! screen, and how many rows there are above each message.
//!
//! All of it can be forgotten at any time; that costs time and changes nothing. What depends on the
//! clock, messages dated ahead, is never remembered.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::message_layout::{self, LayoutRow, MessageRows, Viewport};
use crate::chat::Transcript;
use crate::text::OffsetRules;

/// The layout as far as it is known.
#[derive(Clone, Debug, Default)]
pub(super) struct LayoutCache {
    key: Option<(u16, OffsetRules)>,
    /// The rows of the messages around the screen, by place.
    rows: BTreeMap<usize, MessageRows>,
    /// How many rows there are down to the end of each message, from the oldest on.
    ends: Vec<u32>,
}

fn cache_key(viewport: &Viewport<'_>) -> (u16, OffsetRules) {
    (viewport.columns, viewport.zone.rules())
}

impl LayoutCache {
    fn is_valid_for(&self, viewport: &Viewport<'_>) -> bool {
        self.key == Some(cache_key(viewport))
    }

    /// Forgets what was laid out for another width or zone.
    pub(super) fn invalidate_if_changed(&mut self, viewport: &Viewport<'_>) {
        if !self.is_valid_for(viewport) {
            *self = Self {
                key: Some(cache_key(viewport)),
                ..Self::default()
            };
        }
    }

    /// Forgets the messages from a place on.
    pub(super) fn invalidate_from(&mut self, index: usize) {
        drop(self.rows.split_off(&index));
        self.ends.truncate(index);
    }

    /// The rows of the message at a place, if they are remembered.
    pub(super) fn rows(&self, index: usize, viewport: &Viewport<'_>) -> Option<&MessageRows> {
        self.rows
            .get(&index)
            .filter(|_| self.is_valid_for(viewport))
    }

    /// Remembers the rows of the messages at these places, and of no others.
    pub(super) fn retain(
        &mut self,
        indices: RangeInclusive<usize>,
        transcript: &Transcript,
        viewport: &Viewport<'_>,
        layout: impl Fn(usize) -> Vec<LayoutRow>,
    ) {
        self.rows.retain(|index, _| indices.contains(index));
        for index in indices {
            if !self.rows.contains_key(&index) && is_cacheable(transcript, index, viewport) {
                self.rows.insert(index, layout(index).into());
            }
        }
    }

    /// Tells whether there are messages to be measured.
    pub(super) fn wants_measuring(&self, transcript: &Transcript, viewport: &Viewport<'_>) -> bool {
        let next = if self.is_valid_for(viewport) {
            self.ends.len()
        } else {
            0
        };
        is_cacheable(transcript, next, viewport)
    }

    /// Measures a slice of so many messages, or what is left.
    pub(super) fn measure(
        &mut self,
        transcript: &Transcript,
        unread: Option<usize>,
        viewport: &Viewport<'_>,
        slice: usize,
    ) {
        self.invalidate_if_changed(viewport);
        let next = self.ends.len();
        for place in next..next + slice {
            if !is_cacheable(transcript, place, viewport) {
                return;
            }
            let height =
                message_layout::row_count(transcript, place, unread == Some(place), viewport);
            let height = u32::try_from(height).unwrap_or(u32::MAX);
            self.ends.push(self.rows_known().saturating_add(height));
        }
    }

    fn rows_known(&self) -> u32 {
        self.ends.last().copied().unwrap_or_default()
    }

    /// How many rows there are above the message at a place. Where it is not measured, messages
    /// count as high as the measured ones are on average, or else those on the screen.
    pub(super) fn above(&self, place: usize, screen: Heights, viewport: &Viewport<'_>) -> usize {
        let ends = self.ends(viewport);
        let measured = place.min(ends.len());
        let known = measured
            .checked_sub(1)
            .map_or(0, |last| ends[last] as usize);
        let Heights { rows, messages } = mean(ends).unwrap_or(screen);
        known + (place - measured) * rows / messages.max(1)
    }

    /// The place of the first message that begins in a row or below it, by the same reckoning.
    pub(super) fn first_from(&self, row: usize, screen: Heights, viewport: &Viewport<'_>) -> usize {
        let ends = self.ends(viewport);
        let known = ends.last().map_or(0, |end| *end as usize);
        if row <= known {
            let begin = |end: &u32| (*end as usize) < row;
            return ends.partition_point(begin) + usize::from(row > 0);
        }
        let Heights { rows, messages } = mean(ends).unwrap_or(screen);
        ends.len() + ((row - known) * messages).div_ceil(rows.max(1))
    }

    fn ends(&self, viewport: &Viewport<'_>) -> &[u32] {
        if self.is_valid_for(viewport) {
            &self.ends
        } else {
            &[]
        }
    }
}

/// How many rows so many messages take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heights {
    pub(super) rows: usize,
    pub(super) messages: usize,
}

fn mean(ends: &[u32]) -> Option<Heights> {
    let rows = *ends.last()? as usize;
    let messages = ends.len();
    Some(Heights { rows, messages })
}

/// Tells whether the rows of the message at a place are the same at any time: not if it, or the
/// one above it, is dated ahead.
fn is_cacheable(transcript: &Transcript, index: usize, viewport: &Viewport<'_>) -> bool {
    let is_due = |index| {
        transcript
            .get(index)
            .is_some_and(|message| viewport.is_scheduled(message))
    };
    index < transcript.len() && !is_due(index) && !index.checked_sub(1).is_some_and(is_due)
}

#[cfg(test)]
mod tests;
