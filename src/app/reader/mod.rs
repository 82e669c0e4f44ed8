//! The transcript pane: the reader's place, selection, follow, unread, search.
//!
//! The place is a message and a spot in it, never an offset, so nothing that arrives, changes or is
//! resized moves it; only the keys do. Rows are laid out from the place outwards, on demand, so
//! the cost of a screen does not grow with the transcript.

pub mod block;
pub mod search;

use block::{Lens, Row, Spot};
use search::Search;

use crate::chat::{Merged, Message, MessageId, Moment, Special, Transcript};

/// A click belongs to options no further back than this many messages.
const CLICKED_WITHIN: usize = 50;

/// The reader of one session.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    transcript: Transcript,
    anchor: Anchor,
    /// The selected message; the newest while following.
    selected: Option<MessageId>,
    /// The newest message when following was left; what comes after it is counted as new.
    paused_at: Option<MessageId>,
    /// The last message that had been seen when the reader looked away.
    seen: Option<MessageId>,
    search: Option<Search>,
    caught_up: bool,
}

/// Where the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Anchor {
    /// At the newest message, and stays there.
    #[default]
    Bottom,
    /// With this spot of a message in the top row.
    At { message: MessageId, spot: Spot },
}

/// A row of a block by the place of its message and its number in the block.
type Position = (usize, usize);

/// A row on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The place of its message.
    pub place: usize,
    /// The row.
    pub row: Row,
    /// Whether it is the first row with text of its message.
    pub is_first: bool,
}

impl Reader {
    /// The messages.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Tells whether the newest message is kept in sight.
    pub fn is_following(&self) -> bool {
        self.anchor == Anchor::Bottom
    }

    /// Tells whether the transcript has been read to its end at least once.
    pub fn is_caught_up(&self) -> bool {
        self.caught_up
    }

    /// Notes that an answer came to its end; tells whether it is the first to do so.
    pub fn catch_up(&mut self) -> bool {
        !std::mem::replace(&mut self.caught_up, true)
    }

    /// What is searched for.
    pub fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    /// The selected message.
    pub fn selected(&self) -> Option<&Message> {
        self.selected_place()
            .and_then(|place| self.transcript.get(place))
    }

    /// The place of the selected message.
    pub fn selected_place(&self) -> Option<usize> {
        let newest = self.transcript.len().checked_sub(1)?;
        Some(
            self.selected
                .and_then(|id| self.transcript.place_of(id))
                .unwrap_or(newest),
        )
    }

    /// Everything a message says, as it is copied.
    pub fn words_of(message: &Message) -> String {
        block::parts(message)
            .map(|(_, text)| text)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Which choice of the options at a place was clicked later, if one was.
    pub fn clicked(&self, place: usize) -> Option<u16> {
        let Some(Special::Options { choices, .. }) = &self.transcript.get(place)?.special else {
            return None;
        };
        let later =
            (place + 1..self.transcript.len()).filter_map(|later| self.transcript.get(later));
        // The next question ends the search: what is clicked then answers that one.
        let before_next =
            later.take_while(|message| !matches!(message.special, Some(Special::Options { .. })));
        let clicked =
            before_next
                .take(CLICKED_WITHIN)
                .find_map(|message| match &message.special {
                    Some(Special::ClickedOption { choice }) if !choice.is_empty() => {
                        Some(choice.clone())
                    }
                    Some(Special::ClickedOption { .. }) => Some(message.body.one_line()),
                    _ => None,
                })?;
        let number = choices
            .iter()
            .position(|choice| choice.label == clicked || choice.value == clicked)?;
        u16::try_from(number).ok()
    }

    /// How many messages came in below since following was left.
    pub fn new_below(&self) -> usize {
        match self.paused_at.and_then(|id| self.transcript.place_of(id)) {
            Some(place) if !self.is_following() => self.transcript.len() - 1 - place,
            _ => 0,
        }
    }

    /// Takes in messages that request number `as_of` brought.
    pub fn merge(&mut self, messages: Vec<Message>, as_of: u64) -> Merged {
        let ids: Vec<_> = match self.search {
            Some(_) => messages.iter().map(|message| message.id).collect(),
            None => Vec::new(),
        };
        let merged = self.transcript.merge(messages, as_of);
        if let Some(search) = self.search.as_mut().filter(|_| !merged.is_nothing()) {
            for message in ids.into_iter().filter_map(|id| self.transcript.by_id(id)) {
                search.note(message);
            }
        }
        merged
    }

    /// The rows on the screen, from the top.
    pub fn shown(&self, lens: &Lens<'_>) -> Vec<Shown> {
        let Some((mut place, skip)) = self.top(lens) else {
            return Vec::new();
        };
        let mut shown = Vec::with_capacity(usize::from(lens.rows));
        let mut skip = Some(skip);
        while shown.len() < usize::from(lens.rows) && place < self.transcript.len() {
            let rows = self.rows(place, lens);
            let first = rows
                .iter()
                .position(|row| matches!(row.spot, Spot::Text(..)));
            for (number, row) in rows.into_iter().enumerate().skip(skip.take().unwrap_or(0)) {
                shown.push(Shown {
                    place,
                    row,
                    is_first: Some(number) == first,
                });
            }
            place += 1;
        }
        shown.truncate(usize::from(lens.rows));
        shown
    }

    /// The share of the transcript above the top row, and the share on the screen, counted in messages.
    pub fn extent(&self, shown: &[Shown]) -> (f64, f64) {
        let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
            return (0.0, 1.0);
        };
        let all = self.transcript.len() as f64;
        (
            first.place as f64 / all,
            (last.place + 1 - first.place) as f64 / all,
        )
    }

    /// Follows the newest message.
    pub fn follow(&mut self) {
        self.anchor = Anchor::Bottom;
        self.selected = None;
        self.paused_at = None;
    }

    /// Stops following and stays at what is on the screen.
    pub fn pause(&mut self, lens: &Lens<'_>) {
        if self.is_following()
            && let Some(top) = self.top(lens)
        {
            let newest = self.transcript.last().map(|message| message.id);
            self.selected = self.selected.or(newest);
            self.paused_at = newest;
            if !self
                .shown(lens)
                .iter()
                .any(|shown| shown.row.spot == Spot::Unread)
            {
                self.seen = newest;
            }
            self.anchor_at(top, lens);
        }
    }

    /// Notes that the reader looks away: what comes from now on is unread.
    pub fn leave(&mut self) {
        if self.is_following() {
            self.seen = self.transcript.last().map(|message| message.id);
        }
    }

    /// Moves the view by rows, down for positive ones; at the end it follows.
    pub fn scroll(&mut self, rows: isize, lens: &Lens<'_>) {
        self.pause(lens);
        let Some(top) = self.top(lens) else { return };
        let moved = self.walk(top, rows, lens);
        if rows > 0 && self.bottom_top(lens).is_none_or(|bottom| moved >= bottom) {
            self.follow();
            return;
        }
        self.anchor_at(moved, lens);
        self.select_shown(rows > 0, lens);
    }

    /// Moves the selection by one message, or the view by a row within a message taller than it.
    pub fn step(&mut self, down: bool, lens: &Lens<'_>) {
        let Some(place) = self.selected_place() else {
            return;
        };
        if down && self.is_following() {
            return;
        }
        self.pause(lens);
        let shown = self.shown(lens);
        if !shown.iter().any(|row| row.place == place) {
            self.select_shown(down, lens);
            return;
        }
        let rows = self.rows(place, lens);
        let edge = if down { rows.last() } else { rows.first() };
        if !shown
            .iter()
            .any(|shown| shown.place == place && Some(shown.row.spot) == edge.map(|row| row.spot))
        {
            self.scroll(if down { 1 } else { -1 }, lens);
            return;
        }
        let next = if down {
            place + 1
        } else {
            place.saturating_sub(1)
        };
        if next >= self.transcript.len() {
            self.follow();
        } else if next != place {
            self.select(next, lens);
        }
    }

    /// Goes to the oldest message.
    pub fn first(&mut self, lens: &Lens<'_>) {
        if !self.transcript.is_empty() {
            self.pause(lens);
            self.selected = self.transcript.get(0).map(|message| message.id);
            self.anchor_at((0, 0), lens);
        }
    }

    /// Selects a message and brings it into sight, moving the view no further than needed.
    pub fn select(&mut self, place: usize, lens: &Lens<'_>) {
        self.pause(lens);
        self.selected = self.transcript.get(place).map(|message| message.id);
        let rows = self.rows(place, lens).len();
        let Some(top) = self.top(lens) else { return };
        let last_top = self.walk(
            (place, 0),
            rows as isize - isize::from(lens.rows.cast_signed()),
            lens,
        );
        let first_row = (place, 0);
        if top > first_row {
            self.anchor_at(first_row, lens);
        } else if top < last_top {
            self.anchor_at(last_top.min(first_row), lens);
        }
    }

    /// Selects a message far away and shows what is around it, unless it is in sight already.
    pub fn jump(&mut self, place: usize, lens: &Lens<'_>) {
        if !self
            .shown(lens)
            .iter()
            .any(|shown| shown.place == place && shown.is_first)
        {
            self.pause(lens);
            let top = self.walk((place, 0), -isize::from(lens.rows.cast_signed() / 3), lens);
            let top = self.bottom_top(lens).map_or(top, |bottom| top.min(bottom));
            self.anchor_at(top, lens);
        }
        self.select(place, lens);
    }

    /// Goes to the next special message, or the one before; tells whether there is one.
    pub fn special(&mut self, forward: bool, lens: &Lens<'_>) -> bool {
        let Some(from) = self.selected_place() else {
            return false;
        };
        let is_special =
            |place: &usize| self.transcript.get(*place).is_some_and(Message::is_special);
        let found = if forward {
            (from + 1..self.transcript.len()).find(is_special)
        } else {
            (0..from).rev().find(is_special)
        };
        if let Some(place) = found {
            self.jump(place, lens);
        }
        found.is_some()
    }

    /// Searches, and goes to the nearest hit: back from the newest while following, else on from
    /// the selected message. No words end the search.
    pub fn search_for(&mut self, words: &str, lens: &Lens<'_>) {
        self.search = Search::new(words, &self.transcript);
        let (Some(search), Some(from)) = (&self.search, self.selected()) else {
            return;
        };
        let here = search.number_of(from).map(|_| from.id);
        let hit = here.or_else(|| search.next(from, !self.is_following()).map(|hit| hit.0));
        self.go_to(hit, lens);
    }

    /// Goes to the next hit, or the one before; tells whether it went round the end.
    pub fn next_hit(&mut self, forward: bool, lens: &Lens<'_>) -> bool {
        let Some(search) = &self.search else {
            return false;
        };
        let hit = self.selected().and_then(|from| search.next(from, forward));
        self.go_to(hit.map(|hit| hit.0), lens);
        hit.is_some_and(|hit| hit.1)
    }

    /// Ends the search; tells whether there was one.
    pub fn end_search(&mut self) -> bool {
        self.search.take().is_some()
    }

    /// When a message that is dated ahead will be due, the next one first.
    pub fn next_due(&self, lens: &Lens<'_>) -> Option<Moment> {
        let ahead = self
            .transcript
            .iter()
            .rev()
            .take_while(|message| lens.is_due_later(message));
        ahead
            .filter_map(|message| message.posted)
            .map(|posted| posted)
            .min()
    }

    fn go_to(&mut self, message: Option<MessageId>, lens: &Lens<'_>) {
        if let Some(place) = message.and_then(|id| self.transcript.place_of(id)) {
            self.jump(place, lens);
        }
    }

    /// The rows of the message at a place.
    fn rows(&self, place: usize, lens: &Lens<'_>) -> Vec<Row> {
        let before = place
            .checked_sub(1)
            .and_then(|before| self.transcript.get(before));
        let unread = self.seen.is_some() && before.map(|message| message.id) == self.seen;
        block::rows(&self.transcript, place, unread, lens)
    }

    /// The position of the top row.
    fn top(&self, lens: &Lens<'_>) -> Option<Position> {
        match self.anchor {
            Anchor::Bottom => self.bottom_top(lens),
            Anchor::At { message, spot } => {
                let Some(place) = self.transcript.place_of(message) else {
                    return self.bottom_top(lens);
                };
                let rows = self.rows(place, lens);
                Some((
                    place,
                    rows.partition_point(|row| row.spot <= spot)
                        .saturating_sub(1),
                ))
            }
        }
    }

    /// The position of the top row when the last row of the transcript is the last on the screen.
    fn bottom_top(&self, lens: &Lens<'_>) -> Option<Position> {
        let place = self.transcript.len().checked_sub(1)?;
        let last = (place, self.rows(place, lens).len().saturating_sub(1));
        Some(self.walk(last, 1 - isize::from(lens.rows.max(1).cast_signed()), lens))
    }

    /// The position some rows further down, or up for negative ones, stopping at the ends.
    fn walk(&self, from: Position, rows: isize, lens: &Lens<'_>) -> Position {
        let (mut place, mut row) = from;
        let mut left = rows.unsigned_abs();
        while left > 0 {
            if rows < 0 {
                if row >= left {
                    return (place, row - left);
                }
                if place == 0 {
                    return (0, 0);
                }
                left -= row + 1;
                place -= 1;
                row = self.rows(place, lens).len() - 1;
            } else {
                let height = self.rows(place, lens).len();
                if row + left < height {
                    return (place, row + left);
                }
                if place + 1 >= self.transcript.len() {
                    return (place, height - 1);
                }
                left -= height - row;
                place += 1;
                row = 0;
            }
        }
        (place, row)
    }

    fn anchor_at(&mut self, (place, row): Position, lens: &Lens<'_>) {
        let spot = self.rows(place, lens).get(row).map(|row| row.spot);
        if let (Some(message), Some(spot)) = (self.transcript.get(place), spot) {
            self.anchor = Anchor::At {
                message: message.id,
                spot,
            };
        }
    }

    /// Keeps the selection on the screen: the first message that begins there, or the last.
    fn select_shown(&mut self, from_top: bool, lens: &Lens<'_>) {
        let shown = self.shown(lens);
        if shown
            .iter()
            .any(|row| Some(row.place) == self.selected_place())
        {
            return;
        }
        let edge = if from_top {
            shown.first()
        } else {
            shown.last()
        };
        self.selected = edge
            .and_then(|row| self.transcript.get(row.place))
            .map(|message| message.id);
    }
}
