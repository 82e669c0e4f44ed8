//! The transcript pane: the reader's place, selection, follow, unread, search.
//!
//! The place is a message and a spot in it, never an offset, so nothing that arrives, changes or is
//! resized moves it; only the keys do. Rows are laid out from the place outwards, on demand, so
//! the cost of a screen does not grow with the transcript. What does grow with it, the search and the
//! scroll bar's count of rows, is done in slices while nothing else is to be done.

pub mod bar;
pub mod block;
mod laid;
mod motion;
mod position;
pub mod search;
mod unread;
mod vanished;

use std::borrow::Cow;

use block::{Block, Lens, Row, Spot};
use laid::Laid;
use search::{Outcome, Search};
pub use unread::TOLD_LATER;

use crate::chat::{MergeResult, MessageId, Timestamp, Page, Said, Transcript};

/// A click belongs to options no further back than this many messages.
const CLICKED_WITHIN: usize = 50;
/// Messages searched in one slice: two milliseconds' worth at most.
const SEARCHED: usize = 16_384;
/// Messages measured in one slice: a millisecond's worth.
const MEASURED: usize = 2048;

/// How far a transcript had been seen.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// The newest message then, but for those dated ahead.
    newest: MessageId,
    /// How many dated ahead stood below it already.
    ahead: usize,
}

/// The reader of one session.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    transcript: Transcript,
    anchor: Anchor,
    /// The selected message; the newest while following.
    selected: Option<MessageId>,
    /// What had been seen when following was left; what comes in below is counted as new.
    paused_at: Option<Seen>,
    /// What had been seen when the reader looked away; what comes in below is unread.
    seen: Option<Seen>,
    search: Option<Search>,
    laid: Laid,
    caught_up: bool,
    /// Whether the service shows no messages any more of those held.
    vanished: bool,
    /// Bytes of the messages that came before the transcript was read to its end.
    loaded: usize,
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
    /// The block it is in, where that is remembered: while it is the same one, so are its rows.
    pub block: Option<Block>,
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

    /// Bytes of the messages read so far, as they were sent; counted until the end is reached once.
    pub fn loaded(&self) -> usize {
        self.loaded
    }

    /// Notes that an answer came to its end, and whether it held nothing; tells whether that is news.
    pub fn catch_up(&mut self, is_empty: bool) -> bool {
        let before = (self.caught_up, self.vanished);
        self.caught_up = true;
        self.vanished = is_empty && !self.transcript.is_empty();
        before != (self.caught_up, self.vanished)
    }

    /// Tells whether the service shows none of the messages held any more.
    pub fn has_vanished(&self) -> bool {
        self.vanished
    }

    /// What is searched for.
    pub fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    /// The selected message.
    pub fn selected(&self) -> Option<Said<'_>> {
        self.selected_place()
            .and_then(|place| self.transcript.get(place))
    }

    /// The place of the selected message.
    pub fn selected_place(&self) -> Option<usize> {
        let newest = self.transcript.len().checked_sub(1)?;
        Some(
            self.selected
                .and_then(|id| self.transcript.index_of(id))
                .unwrap_or(newest),
        )
    }

    /// Everything a message says, as it is copied.
    pub fn words_of(message: &Said<'_>) -> String {
        block::parts(message)
            .map(|(_, text)| text)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Which choice of the options at a place was clicked later, if one was.
    pub fn clicked(&self, place: usize) -> Option<u16> {
        let later = place + 1..self.transcript.len().min(place + 1 + CLICKED_WITHIN);
        let later = later.filter_map(|later| self.transcript.get(later));
        let number = self.transcript.get(place)?.clicked(later)?;
        u16::try_from(number).ok()
    }

    /// How many messages came in below since following was left.
    pub fn new_below(&self) -> usize {
        match self.paused_at {
            Some(seen) if !self.is_following() => self.new_since(seen),
            _ => 0,
        }
    }

    /// Takes in messages that request number `as_of` brought.
    pub fn merge(&mut self, messages: Page, as_of: u64) -> MergeResult {
        if !self.caught_up {
            self.loaded += messages.bytes();
        }
        let unread = self.unread_from();
        let (search, transcript) = (&mut self.search, &mut self.transcript);
        let was_complete = search.as_ref().is_some_and(|it| it.is_complete(transcript));
        let merged = transcript.merge(messages, as_of);
        if !merged.is_unchanged() {
            self.laid.forget_from(merged.first_changed);
            if let Some(search) = search {
                search.forget_from(merged.first_changed);
                if was_complete {
                    // A few new ones are looked at before anything is drawn.
                    search.look(transcript, SEARCHED);
                }
            }
            self.unread_moved(unread);
        }
        merged
    }

    /// Tells whether a slice of work waits that nobody has to wait for.
    pub fn has_work(&self, lens: &Lens<'_>) -> bool {
        let search = self.search.as_ref();
        search.is_some_and(|search| !search.is_complete(&self.transcript))
            || self.caught_up && self.laid.wants_measuring(&self.transcript, lens)
    }

    /// Does a slice of the work that waits: searching, then measuring for the scroll bar.
    pub fn work(&mut self, lens: &Lens<'_>) -> Option<Outcome> {
        if let Some(search) = &mut self.search
            && !search.is_complete(&self.transcript)
        {
            return self.look(lens);
        }
        let unread = self.unread_from();
        self.laid.measure(&self.transcript, unread, lens, MEASURED);
        None
    }

    /// Remembers the rows on the screen and a page around it, where the next key is likely to go.
    pub fn lay_out(&mut self, lens: &Lens<'_>) {
        self.laid.fit(lens);
        let Some((place, _)) = self.top(lens) else {
            return;
        };
        let page = isize::from(lens.rows.cast_signed());
        let (first, _) = self.walk((place, 0), -page, lens);
        let (last, _) = self.walk((place, 0), 2 * page, lens);
        let unread = self.unread_from();
        let Self {
            laid, transcript, ..
        } = self;
        laid.keep(first..=last, transcript, lens, |place| {
            block::rows(transcript, place, unread == Some(place), lens)
        });
    }

    /// The rows on the screen, from the top.
    pub fn shown(&self, lens: &Lens<'_>) -> Vec<Shown> {
        let Some((mut place, skip)) = self.top(lens) else {
            return Vec::new();
        };
        let mut shown = Vec::with_capacity(usize::from(lens.rows));
        let mut skip = Some(skip);
        while shown.len() < usize::from(lens.rows) && place < self.transcript.len() {
            let block = self.laid.rows(place, lens);
            let rows = self.rows(place, lens);
            let first = rows
                .iter()
                .position(|row| matches!(row.spot, Spot::Text(..)));
            for (number, row) in rows.iter().enumerate().skip(skip.take().unwrap_or(0)) {
                shown.push(Shown {
                    place,
                    row: row.clone(),
                    is_first: Some(number) == first,
                    block: block.cloned(),
                });
            }
            place += 1;
        }
        shown.truncate(usize::from(lens.rows));
        shown
    }

    /// Notes that the reader looks away: what comes from now on is unread.
    pub fn leave(&mut self, now: Timestamp) {
        if self.is_following() {
            self.set_seen(self.seen_by(now));
        }
    }

    fn set_seen(&mut self, seen: Option<Seen>) {
        let before = self.unread_from();
        self.seen = seen;
        self.unread_moved(before);
    }

    /// Forgets what was laid out when the unread began elsewhere.
    fn unread_moved(&mut self, before: Option<usize>) {
        let after = self.unread_from();
        if before != after
            && let Some(first) = before.into_iter().chain(after).min()
        {
            self.laid.forget_from(first);
        }
    }

    /// Ends the search; tells whether there was one.
    pub fn end_search(&mut self) -> bool {
        self.search.take().is_some()
    }

    /// When a message that is dated ahead will be due, the next one first.
    pub fn next_due(&self, lens: &Lens<'_>) -> Option<Timestamp> {
        let messages = self.transcript.iter().rev();
        messages.map_while(|message| lens.due_at(&message)).min()
    }

    /// The rows of the message at a place.
    fn rows(&self, place: usize, lens: &Lens<'_>) -> Cow<'_, [Row]> {
        let fresh = || {
            let unread = self.unread_from() == Some(place);
            block::rows(&self.transcript, place, unread, lens)
        };
        let remembered = self.laid.rows(place, lens);
        debug_assert!(remembered.is_none_or(|rows| **rows == fresh()));
        remembered.map_or_else(|| Cow::Owned(fresh()), |rows| Cow::Borrowed(&**rows))
    }

    /// The place where the unread begin.
    fn unread_from(&self) -> Option<usize> {
        let seen = self.seen.filter(|seen| self.new_since(*seen) > 0)?;
        Some(self.transcript.index_of(seen.newest)? + 1)
    }

    /// How far the transcript is seen at its end; what is dated ahead stays below what comes in.
    fn seen_by(&self, now: Timestamp) -> Option<Seen> {
        let messages = self.transcript.iter().rev();
        let ahead = messages.take_while(|message| block::is_ahead(message, now));
        let ahead = ahead.count() % self.transcript.len().max(1);
        let newest = self.transcript.iter().rev().nth(ahead)?.id;
        Some(Seen { newest, ahead })
    }

    /// How many messages came in below what had been seen.
    fn new_since(&self, seen: Seen) -> usize {
        let place = self.transcript.index_of(seen.newest);
        place.map_or(0, |place| {
            (self.transcript.len() - 1 - place).saturating_sub(seen.ahead)
        })
    }
}
