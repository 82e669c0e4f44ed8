//! What is told at the edges: the link, how fresh the data is, and short notices.

use chrono::TimeDelta;

use super::event::{ConnectionState, Feed};
use crate::chat::Timestamp;
use crate::text::time_format;

/// How long a notice stays.
const NOTICE_DURATION: TimeDelta = TimeDelta::seconds(4);
/// Answers of the list this many intervals old, and never fewer seconds, are told with their age
/// even while the link counts as live.
const LIST_MAX_AGE: (i32, TimeDelta) = (5, TimeDelta::seconds(15));
/// The same for messages: those of a session that is over, or that nobody looks at, are asked for no
/// more often than nearly so.
const MESSAGES_MAX_AGE: (i32, TimeDelta) = (16, TimeDelta::seconds(35));
/// What another lane has told of should be there by then.
const BEHIND_MAX_AGE: TimeDelta = TimeDelta::seconds(15);

/// Link, freshness and notices.
#[derive(Clone, Debug)]
pub struct AppStatus {
    feeds: [FeedStatus; 2],
    notice: Option<Notice>,
}

#[derive(Clone, Debug)]
struct FeedStatus {
    /// How old an answer may be before that is told; `None` where none comes by itself.
    max_age: Option<TimeDelta>,
    connection: ConnectionState,
    answered_at: Option<Timestamp>,
    /// Whether more is known to be at the service than was brought.
    is_behind: bool,
    /// Whether the machine slept since.
    suspect: bool,
    retry: Option<Retry>,
}

/// When the next try is.
#[derive(Clone, Copy, Debug)]
struct Retry {
    after: TimeDelta,
    at: Timestamp,
}

/// A short sentence in the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// How much it matters.
    pub level: Level,
    expires_at: Timestamp,
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something was done.
    Info,
    /// Something could not be done.
    Error,
}

impl FeedStatus {
    fn new(max_age: Option<TimeDelta>) -> Self {
        Self {
            max_age,
            connection: ConnectionState::Connecting,
            answered_at: None,
            is_behind: false,
            suspect: false,
            retry: None,
        }
    }

    /// Until the next try; a clock that was set back makes it no longer.
    fn retry_in(&self, now: Timestamp) -> TimeDelta {
        self.retry.map_or(TimeDelta::zero(), |retry| {
            (retry.at - now).clamp(TimeDelta::zero(), retry.after)
        })
    }

    fn age(&self, now: Timestamp) -> Option<TimeDelta> {
        let age = now - self.answered_at?;
        Some(age.max(TimeDelta::zero()))
    }

    /// How old an answer may be before that is told; sooner where more is known to be there.
    fn freshness_lifetime(&self) -> Option<TimeDelta> {
        let max_age = self.max_age?;
        Some(if self.is_behind {
            max_age.min(BEHIND_MAX_AGE)
        } else {
            max_age
        })
    }

    /// Tells whether answers are as new as they should be.
    fn is_fresh(&self, now: Timestamp) -> bool {
        let lasts = self.freshness_lifetime().zip(self.age(now));
        !self.suspect && lasts.is_none_or(|(max_age, age)| age < max_age)
    }
}

/// How a lane stands, to be put in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness<'a> {
    /// No answer yet.
    Connecting,
    /// The data is what the service holds.
    Live,
    /// The data is what the service held then: nothing is asked for by itself.
    Snapshot(Timestamp),
    /// The link counts as live, but the last answer is this old.
    Stale(TimeDelta),
    /// Trying again in so long, because.
    Retrying {
        /// Until the next try; none while it is under way.
        wait: TimeDelta,
        /// What failed.
        why: &'a str,
        /// Age of the data, if there is any.
        age: Option<TimeDelta>,
    },
    /// Not signed in or not allowed, because.
    SignedOut {
        /// Until the next try.
        wait: TimeDelta,
        /// What the service said.
        why: &'a str,
        /// Age of the data, if there is any.
        age: Option<TimeDelta>,
    },
    /// Not asked for any more, because.
    Stopped {
        /// What failed.
        why: &'a str,
        /// Age of the data, if there is any.
        age: Option<TimeDelta>,
    },
}

impl<'a> Freshness<'a> {
    /// Why the data is not what the service holds, where that is known.
    pub fn why(&self) -> Option<&'a str> {
        match self {
            Self::Connecting | Self::Live | Self::Snapshot(_) | Self::Stale(_) => None,
            Self::Retrying { why, .. }
            | Self::SignedOut { why, .. }
            | Self::Stopped { why, .. } => Some(why),
        }
    }
}

impl AppStatus {
    /// Starts with no answer yet; the intervals are those at which the lanes are asked. A reader that is
    /// not asked for goes by the list.
    pub fn new(list: Option<TimeDelta>, messages: Option<TimeDelta>) -> Self {
        let new_feed = |interval: Option<TimeDelta>, (intervals, at_least): (i32, TimeDelta)| {
            FeedStatus::new(interval.map(|interval| (interval * intervals).max(at_least)))
        };
        Self {
            feeds: [
                new_feed(list, LIST_MAX_AGE),
                new_feed(messages.or(list), MESSAGES_MAX_AGE),
            ],
            notice: None,
        }
    }

    /// Notes the state of a lane; tells whether it is news.
    pub fn set_connection_state(
        &mut self,
        feed: Feed,
        connection: ConnectionState,
        now: Timestamp,
    ) -> bool {
        let state = &mut self.feeds[feed as usize];
        let is_changed = state.connection != connection;
        state.retry = match &connection {
            ConnectionState::Retrying { after, .. } | ConnectionState::SignedOut { after, .. } => {
                let after = TimeDelta::from_std(*after).ok();
                after.map(|after| Retry {
                    after,
                    at: now + after,
                })
            }
            ConnectionState::Connecting
            | ConnectionState::Live
            | ConnectionState::Stopped { .. } => None,
        };
        state.connection = connection;
        is_changed
    }

    /// Notes that a lane was answered now.
    pub fn record_answer(&mut self, feed: Feed, now: Timestamp) {
        let state = &mut self.feeds[feed as usize];
        state.answered_at = Some(now);
        state.is_behind = false;
        state.suspect = false;
    }

    /// Notes whether what a lane brought last still is what the service holds, another lane having
    /// told so.
    pub fn record_comparison(&mut self, feed: Feed, is_same: bool, now: Timestamp) {
        let state = &mut self.feeds[feed as usize];
        state.is_behind |= !is_same;
        if state.connection == ConnectionState::Live && !state.is_behind {
            state.answered_at = Some(now);
        }
    }

    /// Takes everything as old that was answered before now: the machine slept.
    pub fn mark_suspect(&mut self) {
        for state in &mut self.feeds {
            state.suspect = state.answered_at.is_some();
        }
    }

    /// When a lane was last answered.
    pub fn last_answer(&self, feed: Feed) -> Option<Timestamp> {
        self.feeds[feed as usize].answered_at
    }

    /// Tells whether what is shown of a lane may no longer be what the service holds; before the
    /// first answer nothing is.
    pub fn is_stale(&self, feed: Feed, now: Timestamp) -> bool {
        let state = &self.feeds[feed as usize];
        let given_up = matches!(
            state.connection,
            ConnectionState::SignedOut { .. } | ConnectionState::Stopped { .. }
        );
        state.answered_at.is_some() && (given_up || !state.is_fresh(now))
    }

    /// Forgets what was known of a lane: it is about something else from now on.
    pub fn reset(&mut self, feed: Feed) {
        let state = &mut self.feeds[feed as usize];
        *state = FeedStatus::new(state.max_age);
    }

    /// How a lane stands.
    pub fn freshness(&self, feed: Feed, now: Timestamp) -> Freshness<'_> {
        let state = &self.feeds[feed as usize];
        let (wait, age) = (state.retry_in(now), state.age(now));
        match &state.connection {
            ConnectionState::Connecting => Freshness::Connecting,
            ConnectionState::Live => match (age, state.answered_at) {
                (Some(age), _) if !state.is_fresh(now) => Freshness::Stale(age),
                (_, Some(answered)) if state.max_age.is_none() => Freshness::Snapshot(answered),
                _ => Freshness::Live,
            },
            ConnectionState::Retrying { why, .. } => Freshness::Retrying { wait, why, age },
            ConnectionState::SignedOut { why, .. } => Freshness::SignedOut { wait, why, age },
            ConnectionState::Stopped { why } => Freshness::Stopped { why, age },
        }
    }

    /// When what is told of the lanes or the notice reads otherwise by itself.
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let feeds = self.feeds.iter().flat_map(|state| {
            let fresh = match state.connection {
                ConnectionState::Connecting => return [None, None],
                ConnectionState::Live => state.is_fresh(now),
                ConnectionState::Retrying { .. }
                | ConnectionState::SignedOut { .. }
                | ConnectionState::Stopped { .. } => false,
            };
            let grows = state.answered_at.and_then(|answered| {
                if fresh {
                    Some(state.freshness_lifetime()? - state.age(now)?)
                } else {
                    time_format::next_staleness_change(answered, now)
                }
            });
            [
                time_format::next_countdown_change(state.retry_in(now)),
                grows,
            ]
        });
        let feeds = feeds.flatten().map(|wait| now + wait);
        feeds
            .chain(self.notice.as_ref().map(|notice| notice.expires_at))
            .min()
    }

    /// Shows a short sentence for a while.
    pub fn notify(&mut self, level: Level, text: impl Into<String>, now: Timestamp) {
        self.notice = Some(Notice {
            text: text.into(),
            level,
            expires_at: now + NOTICE_DURATION,
        });
    }

    /// Takes the notice away: the next key was pressed, or its time is over.
    pub fn clear_notice(&mut self, now: Option<Timestamp>) -> bool {
        let over = self
            .notice
            .as_ref()
            .is_some_and(|notice| now.is_none_or(|now| now >= notice.expires_at));
        if over {
            self.notice = None;
        }
        over
    }

    /// The sentence to be shown.
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }
}

#[cfg(test)]
mod tests;
