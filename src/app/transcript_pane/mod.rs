//! The transcript pane: the reader's place, selection, follow, unread, search.
//!
//! The place is a message and a spot in it, never an offset, so nothing that arrives, changes or is
//! resized moves it; only the keys do. Rows are laid out from the place outwards, on demand, so
//! the cost of a screen does not grow with the transcript. What does grow with it, the search and the
//! scroll bar's count of rows, is done in slices while nothing else is to be done.

mod layout_cache;
pub mod message_layout;
mod navigation;
mod removed;
pub mod scrollbar;
pub mod search;
mod unread;
mod viewport;

use std::borrow::Cow;

use layout_cache::LayoutCache;
use message_layout::{LayoutRow, MessageRows, RowKind, Viewport};
use search::{Search, SearchResult};
pub use unread::LIST_LAG;

use crate::chat::{MergeResult, Message, MessageId, Timestamp, Transcript};

/// A click belongs to options no further back than this many messages.
const MAX_CLICK_DISTANCE: usize = 50;
/// Messages searched in one slice: two milliseconds' worth at most.
const SEARCHED: usize = 16_384;
/// Messages measured in one slice: a millisecond's worth.
const MEASURED: usize = 2048;

/// How far a transcript had been seen.
#[derive(Clone, Copy, Debug)]
struct ReadMark {
    /// The newest message then, but for those dated ahead.
    newest: MessageId,
    /// How many dated ahead stood below it already.
    future_count: usize,
}

/// The reader of one session.
#[derive(Clone, Debug, Default)]
pub struct TranscriptPane {
    transcript: Transcript,
    anchor: Anchor,
    /// The selected message; the newest while following.
    selected_id: Option<MessageId>,
    /// What had been seen when following was left; what comes in below is counted as new.
    paused_at: Option<ReadMark>,
    /// What had been seen when the reader looked away; what comes in below is unread.
    read_mark: Option<ReadMark>,
    search: Option<Search>,
    layout_cache: LayoutCache,
    fully_loaded: bool,
    /// Whether the service shows no messages any more of those held.
    gone: bool,
    /// Bytes of the messages that came before the transcript was read to its end.
    loaded_bytes: usize,
}

/// Where the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Anchor {
    /// At the newest message, and stays there.
    #[default]
    Bottom,
    /// With this spot of a message in the top row.
    At { message: MessageId, spot: RowKind },
}

/// A row of a block by the place of its message and its number in the block.
type RowIndex = (usize, usize);

/// A row on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibleRow {
    /// The place of its message.
    pub message_index: usize,
    /// The row.
    pub row: LayoutRow,
    /// Whether it is the first row with text of its message.
    pub is_first_text_row: bool,
    /// The block it is in, where that is remembered: while it is the same one, so are its rows.
    pub cached_rows: Option<MessageRows>,
}

impl TranscriptPane {
    /// The messages.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Tells whether the newest message is kept in sight.
    pub fn is_following(&self) -> bool {
        self.anchor == Anchor::Bottom
    }

    /// Tells whether the transcript has been read to its end at least once.
    pub fn is_fully_loaded(&self) -> bool {
        self.fully_loaded
    }

    /// Bytes of the messages read so far, as they were sent; counted until the end is reached once.
    pub fn loaded_bytes(&self) -> usize {
        self.loaded_bytes
    }

    /// Notes that an answer came to its end, and whether it held nothing; tells whether that is news.
    pub fn on_messages_complete(&mut self, is_empty: bool) -> bool {
        let before = (self.fully_loaded, self.gone);
        self.fully_loaded = true;
        self.gone = is_empty && !self.transcript.is_empty();
        before != (self.fully_loaded, self.gone)
    }

    /// Tells whether the service shows none of the messages held any more.
    pub fn is_gone(&self) -> bool {
        self.gone
    }

    /// What is searched for.
    pub fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    /// The selected message.
    pub fn selected_message(&self) -> Option<&Message> {
        self.selected_index()
            .and_then(|index| self.transcript.get(index))
    }

    /// The place of the selected message.
    pub fn selected_index(&self) -> Option<usize> {
        let newest = self.transcript.len().checked_sub(1)?;
        Some(
            self.selected_id
                .and_then(|id| self.transcript.index_of(id))
                .unwrap_or(newest),
        )
    }

    /// Everything a message says, as it is copied.
    pub fn message_text(message: &Message) -> String {
        message_layout::sections(message)
            .map(|(_, text)| text)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Which choice of the options at a place was clicked later, if one was.
    pub fn clicked_choice(&self, index: usize) -> Option<u16> {
        let range = index + 1..self.transcript.len().min(index + 1 + MAX_CLICK_DISTANCE);
        let later = range.filter_map(|later| self.transcript.get(later));
        let number = self.transcript.get(index)?.clicked(later)?;
        u16::try_from(number).ok()
    }

    /// How many messages came in below since following was left.
    pub fn new_message_count(&self) -> usize {
        match self.paused_at {
            Some(read_mark) if !self.is_following() => self.count_new_since(read_mark),
            _ => 0,
        }
    }

    /// Takes in messages that request number `as_of` brought.
    pub fn merge(&mut self, messages: Vec<Message>, request_id: u64) -> MergeResult {
        if !self.fully_loaded {
            self.loaded_bytes += messages
                .iter()
                .map(|message| message.raw.len())
                .sum::<usize>();
        }
        let unread = self.unread_marker_index();
        let (search, transcript) = (&mut self.search, &mut self.transcript);
        let was_complete = search.as_ref().is_some_and(|it| it.is_complete(transcript));
        let merged = transcript.merge(messages, request_id);
        if !merged.is_unchanged() {
            self.layout_cache.invalidate_from(merged.first_changed);
            if let Some(search) = search {
                search.invalidate_from(merged.first_changed);
                if was_complete {
                    // A few new ones are looked at before anything is drawn.
                    search.look(transcript, SEARCHED);
                }
            }
            self.invalidate_if_unread_marker_moved(unread);
        }
        merged
    }

    /// Tells whether a slice of work waits that nobody has to wait for.
    pub fn has_work(&self, viewport: &Viewport<'_>) -> bool {
        let search = self.search.as_ref();
        search.is_some_and(|search| !search.is_complete(&self.transcript))
            || self.fully_loaded
                && self
                    .layout_cache
                    .wants_measuring(&self.transcript, viewport)
    }

    /// Does a slice of the work that waits: searching, then measuring for the scroll bar.
    pub fn work(&mut self, viewport: &Viewport<'_>) -> Option<SearchResult> {
        if let Some(search) = &mut self.search
            && !search.is_complete(&self.transcript)
        {
            return self.continue_search(viewport);
        }
        let unread = self.unread_marker_index();
        self.layout_cache
            .measure(&self.transcript, unread, viewport, MEASURED);
        None
    }

    /// Remembers the rows on the screen and a page around it, where the next key is likely to go.
    pub fn fill_layout_cache(&mut self, viewport: &Viewport<'_>) {
        self.layout_cache.invalidate_if_changed(viewport);
        let Some((index, _)) = self.top_row(viewport) else {
            return;
        };
        let page = isize::from(viewport.rows.cast_signed());
        let (first, _) = self.offset_by((index, 0), -page, viewport);
        let (last, _) = self.offset_by((index, 0), 2 * page, viewport);
        let unread = self.unread_marker_index();
        let Self {
            layout_cache,
            transcript,
            ..
        } = self;
        layout_cache.retain(first..=last, transcript, viewport, |index| {
            message_layout::layout(transcript, index, unread == Some(index), viewport)
        });
    }

    /// The rows on the screen, from the top.
    pub fn visible_rows(&self, viewport: &Viewport<'_>) -> Vec<VisibleRow> {
        let Some((mut index, skip)) = self.top_row(viewport) else {
            return Vec::new();
        };
        let mut visible = Vec::with_capacity(usize::from(viewport.rows));
        let mut skip = Some(skip);
        while visible.len() < usize::from(viewport.rows) && index < self.transcript.len() {
            let cached_rows = self.layout_cache.rows(index, viewport);
            let rows = self.message_rows(index, viewport);
            let first = rows
                .iter()
                .position(|row| matches!(row.kind, RowKind::Text(..)));
            for (number, row) in rows.iter().enumerate().skip(skip.take().unwrap_or(0)) {
                visible.push(VisibleRow {
                    message_index: index,
                    row: row.clone(),
                    is_first_text_row: Some(number) == first,
                    cached_rows: cached_rows.cloned(),
                });
            }
            index += 1;
        }
        visible.truncate(usize::from(viewport.rows));
        visible
    }

    /// Notes that the reader looks away: what comes from now on is unread.
    pub fn on_blur(&mut self, now: Timestamp) {
        if self.is_following() {
            self.set_read_mark(self.current_read_mark(now));
        }
    }

    fn set_read_mark(&mut self, read_mark: Option<ReadMark>) {
        let before = self.unread_marker_index();
        self.read_mark = read_mark;
        self.invalidate_if_unread_marker_moved(before);
    }

    /// Forgets what was laid out when the unread began elsewhere.
    fn invalidate_if_unread_marker_moved(&mut self, before: Option<usize>) {
        let after = self.unread_marker_index();
        if before != after
            && let Some(first) = before.into_iter().chain(after).min()
        {
            self.layout_cache.invalidate_from(first);
        }
    }

    /// Ends the search; tells whether there was one.
    pub fn clear_search(&mut self) -> bool {
        self.search.take().is_some()
    }

    /// When a message that is dated ahead will be due, the next one first.
    pub fn next_due_at(&self, viewport: &Viewport<'_>) -> Option<Timestamp> {
        let messages = self.transcript.iter().rev();
        messages.map_while(|message| viewport.due_at(message)).min()
    }

    /// The rows of the message at a place.
    fn message_rows(&self, index: usize, viewport: &Viewport<'_>) -> Cow<'_, [LayoutRow]> {
        let fresh = || {
            let unread = self.unread_marker_index() == Some(index);
            message_layout::layout(&self.transcript, index, unread, viewport)
        };
        let cached = self.layout_cache.rows(index, viewport);
        debug_assert!(cached.is_none_or(|rows| **rows == fresh()));
        cached.map_or_else(|| Cow::Owned(fresh()), |rows| Cow::Borrowed(&**rows))
    }

    /// The place where the unread begin.
    fn unread_marker_index(&self) -> Option<usize> {
        let read_mark = self
            .read_mark
            .filter(|read_mark| self.count_new_since(*read_mark) > 0)?;
        Some(self.transcript.index_of(read_mark.newest)? + 1)
    }

    /// How far the transcript is seen at its end; what is dated ahead stays below what comes in.
    fn current_read_mark(&self, now: Timestamp) -> Option<ReadMark> {
        let messages = self.transcript.iter().rev();
        let future = messages.take_while(|message| message_layout::is_future(message, now));
        let future_count = future.count() % self.transcript.len().max(1);
        let newest = self.transcript.iter().rev().nth(future_count)?.id;
        Some(ReadMark {
            newest,
            future_count,
        })
    }

    /// How many messages came in below what had been seen.
    fn count_new_since(&self, read_mark: ReadMark) -> usize {
        let index = self.transcript.index_of(read_mark.newest);
        index.map_or(0, |index| {
            (self.transcript.len() - 1 - index).saturating_sub(read_mark.future_count)
        })
    }
}

#[cfg(test)]
mod tests;
