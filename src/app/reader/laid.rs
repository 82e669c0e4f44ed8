//! What is remembered of the layout, for one width and one zone: the rows of the messages around the
//! screen, and how many rows there are above each message.
//!
//! All of it can be forgotten at any time; that costs time and changes nothing. What depends on the
//! clock, messages dated ahead, is never remembered.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::block::{self, Block, Lens, Row};
use crate::chat::Transcript;
use crate::text::OffsetRules;

/// The layout as far as it is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Laid {
    made_for: Option<(u16, OffsetRules)>,
    /// The rows of the messages around the screen, by place.
    near: BTreeMap<usize, Block>,
    /// How many rows there are down to the end of each message, from the oldest on.
    ends: Vec<u32>,
}

fn what_counts(lens: &Lens<'_>) -> (u16, OffsetRules) {
    (lens.columns, lens.zone.rules())
}

impl Laid {
    fn fits(&self, lens: &Lens<'_>) -> bool {
        self.made_for == Some(what_counts(lens))
    }

    /// Forgets what was laid out for another width or zone.
    pub(super) fn fit(&mut self, lens: &Lens<'_>) {
        if !self.fits(lens) {
            *self = Self {
                made_for: Some(what_counts(lens)),
                ..Self::default()
            };
        }
    }

    /// Forgets the messages from a place on.
    pub(super) fn forget_from(&mut self, place: usize) {
        drop(self.near.split_off(&place));
        self.ends.truncate(place);
    }

    /// The rows of the message at a place, if they are remembered.
    pub(super) fn rows(&self, place: usize, lens: &Lens<'_>) -> Option<&Block> {
        self.near.get(&place).filter(|_| self.fits(lens))
    }

    /// Remembers the rows of the messages at these places, and of no others.
    pub(super) fn keep(
        &mut self,
        places: RangeInclusive<usize>,
        transcript: &Transcript,
        lens: &Lens<'_>,
        rows: impl Fn(usize) -> Vec<Row>,
    ) {
        self.near.retain(|place, _| places.contains(place));
        for place in places {
            if !self.near.contains_key(&place) && is_lasting(transcript, place, lens) {
                self.near.insert(place, rows(place).into());
            }
        }
    }

    /// Tells whether there are messages to be measured.
    pub(super) fn wants_measuring(&self, transcript: &Transcript, lens: &Lens<'_>) -> bool {
        let next = if self.fits(lens) { self.ends.len() } else { 0 };
        is_lasting(transcript, next, lens)
    }

    /// Measures a slice of so many messages, or what is left.
    pub(super) fn measure(
        &mut self,
        transcript: &Transcript,
        unread: Option<usize>,
        lens: &Lens<'_>,
        slice: usize,
    ) {
        self.fit(lens);
        let next = self.ends.len();
        for place in next..next + slice {
            if !is_lasting(transcript, place, lens) {
                return;
            }
            let height = block::height(transcript, place, unread == Some(place), lens);
            let height = u32::try_from(height).unwrap_or(u32::MAX);
            self.ends.push(self.rows_known().saturating_add(height));
        }
    }

    fn rows_known(&self) -> u32 {
        self.ends.last().copied().unwrap_or_default()
    }

    /// How many rows there are above the message at a place. Where it is not measured, messages
    /// count as high as the measured ones are on average, or else those on the screen.
    pub(super) fn above(&self, place: usize, screen: Heights, lens: &Lens<'_>) -> usize {
        let ends = self.ends(lens);
        let measured = place.min(ends.len());
        let known = measured
            .checked_sub(1)
            .map_or(0, |last| ends[last] as usize);
        let Heights { rows, messages } = mean(ends).unwrap_or(screen);
        known + (place - measured) * rows / messages.max(1)
    }

    /// The place of the first message that begins in a row or below it, by the same reckoning.
    pub(super) fn first_from(&self, row: usize, screen: Heights, lens: &Lens<'_>) -> usize {
        let ends = self.ends(lens);
        let known = ends.last().map_or(0, |end| *end as usize);
        if row <= known {
            let begin = |end: &u32| (*end as usize) < row;
            return ends.partition_point(begin) + usize::from(row > 0);
        }
        let Heights { rows, messages } = mean(ends).unwrap_or(screen);
        ends.len() + ((row - known) * messages).div_ceil(rows.max(1))
    }

    fn ends(&self, lens: &Lens<'_>) -> &[u32] {
        if self.fits(lens) { &self.ends } else { &[] }
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
fn is_lasting(transcript: &Transcript, place: usize, lens: &Lens<'_>) -> bool {
    let is_due = |place| {
        transcript
            .get(place)
            .is_some_and(|message| lens.is_due_later(&message))
    };
    place < transcript.len() && !is_due(place) && !place.checked_sub(1).is_some_and(is_due)
}

#[cfg(test)]
mod tests;
