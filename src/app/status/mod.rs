//! Status of the feeds and short notices, as header and footer show them.

use chrono::TimeDelta;

mod feed;

pub use feed::Freshness;
use feed::{FeedStatus, Retry};

use crate::chat::Timestamp;
use crate::sync::ConnectionState;
pub(crate) use crate::sync::Feed;

/// A notice is shown for this long, to be noticed, and as long as it takes to read.
const INFO_DURATION: TimeDelta = TimeDelta::seconds(4);
const ERROR_DURATION: TimeDelta = TimeDelta::seconds(6);
const READING_MILLIS_PER_CHARACTER: i64 = 60;
/// A text of the service may be of any length.
const MAX_NOTICE_DURATION: TimeDelta = TimeDelta::seconds(30);
/// The list is shown as stale, even with a working connection, once it is this many intervals old,
/// and at least this much time.
const LIST_MAX_AGE: (i32, TimeDelta) = (5, TimeDelta::seconds(15));
/// As [`LIST_MAX_AGE`] for messages. Those of an ended session, or of a window without focus, are pulled
/// almost this rarely.
const MESSAGES_MAX_AGE: (i32, TimeDelta) = (16, TimeDelta::seconds(35));

#[derive(Clone, Debug)]
pub struct AppStatus {
    feeds: [FeedStatus; 2],
    /// The live rows in the scope of all sessions, where the feed of the list is the archive.
    live_rows: FeedStatus,
    /// The end of the pause that the service requested last.
    pause: Option<Retry>,
    notice: Option<Notice>,
}

/// A short sentence in the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    pub level: Level,
    expires_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something was done.
    Info,
    /// Something could not be done.
    Error,
}

impl AppStatus {
    /// Takes the poll intervals of both feeds. Messages that are not polled are read again when the list
    /// shows a change, so their age is measured by the interval of the list.
    pub fn new(list: Option<TimeDelta>, messages: Option<TimeDelta>) -> Self {
        let new_feed = |interval: Option<TimeDelta>, (intervals, at_least): (i32, TimeDelta)| {
            FeedStatus::new(interval.map(|interval| (interval * intervals).max(at_least)))
        };
        Self {
            live_rows: new_feed(list, LIST_MAX_AGE),
            feeds: [
                new_feed(list, LIST_MAX_AGE),
                new_feed(messages.or(list), MESSAGES_MAX_AGE),
            ],
            pause: None,
            notice: None,
        }
    }

    pub(crate) fn feed(&self, feed: Feed) -> &FeedStatus {
        &self.feeds[feed as usize]
    }

    pub(super) fn feed_mut(&mut self, feed: Feed) -> &mut FeedStatus {
        &mut self.feeds[feed as usize]
    }

    /// Records the state of the connection of a feed; returns `true` if it changed.
    pub(super) fn set_connection_state(
        &mut self,
        feed: Feed,
        state: ConnectionState,
        now: Timestamp,
    ) -> bool {
        if let ConnectionState::Retrying {
            after,
            is_pause: true,
            ..
        } = &state
        {
            let pauses = self.pause.into_iter().chain(Retry::new(*after, now));
            self.pause = pauses.max_by_key(|pause| pause.wait(now));
        }
        self.feed_mut(feed).set_connection_state(state, now)
    }

    /// The remaining pause that the service has requested, which a refresh does not shorten.
    pub(crate) fn pause_left(&self, now: Timestamp) -> Option<TimeDelta> {
        let left = self.pause?.wait(now);
        (!left.is_zero()).then_some(left)
    }

    /// Marks all data as stale until the next response: the machine was suspended.
    pub(crate) fn mark_suspect(&mut self) {
        self.feeds.iter_mut().for_each(FeedStatus::mark_suspect);
        self.live_rows.mark_suspect();
    }

    /// Starts over with another scope.
    pub(super) fn reset_list(&mut self) {
        self.feed_mut(Feed::List).reset();
        self.live_rows.reset();
    }

    /// Live rows arrived in the scope of all sessions.
    pub(super) fn record_live_rows(&mut self, now: Timestamp) {
        self.live_rows
            .set_connection_state(ConnectionState::Live, now);
        self.live_rows.record_answer(now);
    }

    /// Returns `true` if the live rows in the scope of all sessions may be out of date, or are not there.
    pub(super) fn are_live_rows_stale(&self, now: Timestamp) -> bool {
        self.live_rows.answered_at().is_none() || self.live_rows.stale_age(now).is_some()
    }

    /// The age of the data of a feed, if it may be out of date. Before the first response there is none.
    pub(crate) fn stale_age(&self, feed: Feed, now: Timestamp) -> Option<TimeDelta> {
        self.feed(feed).stale_age(now)
    }

    pub fn freshness(&self, feed: Feed, now: Timestamp) -> Freshness<'_> {
        self.feed(feed).freshness(now)
    }

    /// When the text shown for a feed or the notice will change without an event.
    pub(crate) fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let feeds = self.feeds.iter().chain([&self.live_rows]);
        let feeds = feeds.filter_map(|feed| feed.next_change(now));
        let notice = self.notice.as_ref().map(|notice| notice.expires_at);
        let pause_end = self.pause_left(now).map(|left| now + left);
        feeds.chain(notice).chain(pause_end).min()
    }

    /// Shows a notice for a while.
    pub(crate) fn show_notice(&mut self, level: Level, text: impl Into<String>, now: Timestamp) {
        let text = text.into();
        let characters = i64::try_from(text.chars().count()).unwrap_or(0);
        let reading = TimeDelta::milliseconds(characters * READING_MILLIS_PER_CHARACTER);
        let noticing = match level {
            Level::Info => INFO_DURATION,
            Level::Error => ERROR_DURATION,
        };
        self.notice = Some(Notice {
            text,
            level,
            expires_at: now + (noticing + reading).min(MAX_NOTICE_DURATION),
        });
    }

    /// Removes the notice if it has expired by `now`, or in any case if that is `None`. Returns `true` if
    /// it was removed.
    pub(crate) fn clear_notice(&mut self, now: Option<Timestamp>) -> bool {
        let is_over = |notice: &mut Notice| now.is_none_or(|now| now >= notice.expires_at);
        self.notice.take_if(is_over).is_some()
    }

    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }
}

#[cfg(test)]
mod tests;
