//! Status of one feed: its connection, and the age and freshness of its last response.

use std::time::Duration;

use chrono::TimeDelta;

use crate::chat::Timestamp;
use crate::sync::ConnectionState;
use crate::text::time_format;

/// How soon a change that another feed reported should have arrived.
const BEHIND_MAX_AGE: TimeDelta = TimeDelta::seconds(15);

#[derive(Clone, Debug)]
pub(crate) struct FeedStatus {
    /// The age from which on data counts as stale; `None` for a feed that is not polled.
    max_age: Option<TimeDelta>,
    connection: ConnectionState,
    answered_at: Option<Timestamp>,
    /// Whether another feed has reported a change that has not arrived yet.
    is_behind: bool,
    /// Whether the machine was suspended since the last response.
    suspect: bool,
    /// Whether the service no longer sends this data, over a connection that works.
    is_refused: bool,
    retry: Option<Retry>,
}

/// When the next attempt is due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Retry {
    after: TimeDelta,
    at: Timestamp,
}

impl Retry {
    pub(super) fn new(after: Duration, now: Timestamp) -> Option<Self> {
        let after = TimeDelta::from_std(after).ok()?;
        let at = now + after;
        Some(Self { after, at })
    }

    /// The time until then, never longer than it was at first, in case the clock is set back.
    pub(super) fn wait(&self, now: Timestamp) -> TimeDelta {
        (self.at - now).clamp(TimeDelta::zero(), self.after)
    }
}

/// The freshness of a feed, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness<'a> {
    /// No response yet.
    Connecting,
    /// The data is up to date.
    Live,
    /// The data is from this time: the feed is not polled.
    Snapshot(Timestamp),
    /// The connection works, but a response is late.
    Slow,
    /// The last request failed.
    Retrying {
        /// Until the next attempt; zero while it is in progress.
        wait: TimeDelta,
        why: &'a str,
    },
    /// Not signed in, or not allowed.
    SignedOut {
        /// Until the next attempt; `None` if there is none before a refresh.
        wait: Option<TimeDelta>,
        why: &'a str,
    },
    /// The tenant is not running; requests are sent all the same.
    Stopped { why: &'a str },
}

impl<'a> Freshness<'a> {
    /// Why the data is not up to date, if known.
    pub fn why(&self) -> Option<&'a str> {
        match self {
            Self::Retrying { why, .. }
            | Self::SignedOut { why, .. }
            | Self::Stopped { why, .. } => Some(why),
            _ => None,
        }
    }
}

impl FeedStatus {
    pub(super) fn new(max_age: Option<TimeDelta>) -> Self {
        Self {
            max_age,
            connection: ConnectionState::Connecting,
            answered_at: None,
            is_behind: false,
            suspect: false,
            is_refused: false,
            retry: None,
        }
    }

    /// Starts over with another scope or session.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.max_age);
    }

    pub(crate) fn answered_at(&self) -> Option<Timestamp> {
        self.answered_at
    }

    /// Replaces the text of the state of the connection.
    pub(crate) fn reword(&mut self, reworded: String) {
        if let Some(why) = self.connection.why_mut() {
            *why = reworded;
        }
    }

    /// Returns `true` if the state changed.
    pub(crate) fn set_connection_state(
        &mut self,
        connection: ConnectionState,
        now: Timestamp,
    ) -> bool {
        let is_changed = self.connection != connection;
        let after = match &connection {
            ConnectionState::Retrying { after, .. } => Some(*after),
            ConnectionState::SignedOut { after, .. } => *after,
            _ => None,
        };
        self.retry = after.and_then(|after| Retry::new(after, now));
        self.connection = connection;
        is_changed
    }

    pub(crate) fn record_answer(&mut self, now: Timestamp) {
        self.answered_at = Some(now);
        self.is_behind = false;
        self.suspect = false;
        self.is_refused = false;
    }

    /// Records that the service no longer sends this data: its age grows.
    pub(crate) fn record_refusal(&mut self) {
        self.is_refused = true;
    }

    /// Records whether the data is still what the service has, as another feed reports. If it is, it
    /// counts as received now.
    pub(crate) fn record_comparison(&mut self, is_same: bool, now: Timestamp) {
        self.is_behind |= !is_same;
        if self.connection == ConnectionState::Live && !self.is_behind && !self.is_refused {
            self.answered_at = Some(now);
        }
    }

    pub(super) fn mark_suspect(&mut self) {
        self.suspect = self.answered_at.is_some();
    }

    /// The age of the data, if it may be out of date.
    pub(super) fn stale_age(&self, now: Timestamp) -> Option<TimeDelta> {
        let given_up = matches!(
            self.connection,
            ConnectionState::SignedOut { .. } | ConnectionState::Stopped { .. }
        );
        self.age(now)
            .filter(|_| given_up || self.is_refused || !self.is_fresh(now))
    }

    pub(crate) fn freshness(&self, now: Timestamp) -> Freshness<'_> {
        let wait = self.retry_in(now);
        match &self.connection {
            ConnectionState::Connecting => Freshness::Connecting,
            ConnectionState::Live => match self.answered_at {
                Some(_) if self.is_refused => Freshness::Live,
                Some(_) if !self.is_fresh(now) => Freshness::Slow,
                Some(answered) if self.max_age.is_none() => Freshness::Snapshot(answered),
                _ => Freshness::Live,
            },
            ConnectionState::Slow => Freshness::Slow,
            ConnectionState::Retrying { why, .. } => Freshness::Retrying { wait, why },
            ConnectionState::SignedOut { why, .. } => {
                let wait = self.retry.map(|_| wait);
                Freshness::SignedOut { wait, why }
            }
            ConnectionState::Stopped { why } => Freshness::Stopped { why },
        }
    }

    /// When the text shown for this feed will change without an event.
    pub(super) fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        if self.connection == ConnectionState::Connecting {
            return None;
        }
        let age_change = self.answered_at.and_then(|answered| {
            if self.stale_age(now).is_none() {
                Some(self.freshness_lifetime()? - self.age(now)?)
            } else {
                time_format::next_staleness_change(answered, now)
            }
        });
        let countdown_change = time_format::next_countdown_change(self.retry_in(now));
        let waits = [countdown_change, age_change].into_iter().flatten();
        waits.min().map(|wait| now + wait)
    }

    /// The time until the next attempt.
    fn retry_in(&self, now: Timestamp) -> TimeDelta {
        let wait = self.retry.map(|retry| retry.wait(now));
        wait.unwrap_or_default()
    }

    fn age(&self, now: Timestamp) -> Option<TimeDelta> {
        let age = now - self.answered_at?;
        Some(age.max(TimeDelta::zero()))
    }

    /// The age from which on data counts as stale: shorter if a change is known to be missing.
    fn freshness_lifetime(&self) -> Option<TimeDelta> {
        let limit = if self.is_behind {
            BEHIND_MAX_AGE
        } else {
            TimeDelta::MAX
        };
        Some(self.max_age?.min(limit))
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        let lifetime = self.freshness_lifetime().zip(self.age(now));
        !self.suspect && lifetime.is_none_or(|(max_age, age)| age < max_age)
    }
}
