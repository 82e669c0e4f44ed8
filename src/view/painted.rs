//! Rows of the transcript as they were painted for the last picture: one that only moved is not
//! painted again.
//!
//! All of it can be forgotten at any time; that costs time and changes nothing. Rows whose block is
//! not remembered, as of messages dated ahead, are painted for each picture.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::NaiveDate;

use super::message_row::MessageRow;
use super::{Appearance, Strip};
use crate::app::time_zone::TimeFormat;
use crate::app::transcript_pane::VisibleRow;
use crate::app::transcript_pane::message_layout::{MessageRows, RowKind, Section};
use crate::chat::Timestamp;
use crate::text::time_format;

/// The rows of one picture.
#[derive(Clone, Debug, Default)]
pub struct Painted {
    setting: Option<Setting>,
    rows: VecDeque<(Guise, Strip)>,
    anew: usize,
}

/// What the looks of all rows depend on alike.
#[derive(Clone, Debug, PartialEq)]
struct Setting {
    look: Appearance,
    /// The time, where times are told as passed since.
    now: Option<Timestamp>,
    today: NaiveDate,
    /// What is searched for.
    search: Option<String>,
}

/// What the looks of a row depend on by itself: the block it is in, and what may change around that.
#[derive(Clone, Debug)]
struct Guise {
    block: Option<MessageRows>,
    spot: RowKind,
    /// Whether it begins its message at the top of the screen.
    is_top: bool,
    /// Whether the search is at its message.
    is_here: bool,
    /// Which choice of its message was clicked.
    clicked: Option<u16>,
}

impl Painted {
    /// How many rows were painted anew for the last picture.
    pub fn anew(&self) -> usize {
        self.anew
    }

    /// The rows, from the top.
    pub(super) fn strips(&self) -> impl Iterator<Item = &Strip> {
        self.rows.iter().map(|(_, strip)| strip)
    }

    /// Paints the rows of the next picture, but for those known from the last one.
    pub(super) fn paint(&mut self, painter: &MessageRow<'_>, shown: &[VisibleRow]) {
        let setting = Some(Setting::of(painter));
        let mut last = std::mem::take(&mut self.rows);
        if self.setting != setting {
            last.clear();
            self.setting = setting;
        }
        self.anew = 0;
        let mut above = None;
        for row in shown {
            let guise = Guise::of(painter, row, above);
            let known = last.iter().position(|(known, _)| known.is_as(&guise));
            let known = known.and_then(|known| last.remove(known));
            let strip = known.map_or_else(
                || {
                    self.anew += 1;
                    painter.line(row, above)
                },
                |(_, strip)| strip,
            );
            debug_assert_eq!(strip, painter.line(row, above));
            self.rows.push_back((guise, strip));
            above = Some(row);
        }
    }
}

impl Setting {
    fn of(painter: &MessageRow<'_>) -> Self {
        let now = painter.app.now();
        let is_relative = painter.app.time_zone().time_format() == TimeFormat::Relative;
        Self {
            look: painter.appearance.clone(),
            now: is_relative.then_some(now),
            today: time_format::local_date(now, painter.viewport.zone),
            search: painter
                .pane
                .search()
                .map(|search| search.query().to_owned()),
        }
    }
}

impl Guise {
    fn of(painter: &MessageRow<'_>, row: &VisibleRow, above: Option<&VisibleRow>) -> Self {
        let spot = row.row.kind;
        let is_choice = matches!(spot, RowKind::Text(Section::Choice(_), _));
        Self {
            block: row.cached_rows.clone(),
            spot,
            is_top: row.is_first_text_row && above.is_none(),
            is_here: painter.is_current_match(row.message_index),
            clicked: is_choice
                .then(|| painter.pane.clicked_choice(row.message_index))
                .flatten(),
        }
    }

    /// Tells whether two rows look alike as far as they are known.
    fn is_as(&self, other: &Self) -> bool {
        let rest = |it: &Self| (it.spot, it.is_top, it.is_here, it.clicked);
        let blocks = self.block.as_ref().zip(other.block.as_ref());
        blocks.is_some_and(|(one, other)| Arc::ptr_eq(one, other)) && rest(self) == rest(other)
    }
}
