//! What is told at the edges: the link, how fresh the data is, and short notices.

use chrono::TimeDelta;

use super::event::{Lane, Link};
use crate::chat::Timestamp;
use crate::text::time_format;

/// How long a notice stays.
const NOTICE_STAYS: TimeDelta = TimeDelta::seconds(4);
/// Answers of the list this many intervals old, and never fewer seconds, are told with their age
/// even while the link counts as live.
const LIST_FRESH: (i32, TimeDelta) = (5, TimeDelta::seconds(15));
/// The same for messages: those of a session that is over, or that nobody looks at, are asked for no
/// more often than nearly so.
const READER_FRESH: (i32, TimeDelta) = (16, TimeDelta::seconds(35));
/// What another lane has told of should be there by then.
const BEHIND_FRESH: TimeDelta = TimeDelta::seconds(15);

/// Link, freshness and notices.
#[derive(Clone, Debug)]
pub struct Status {
    lanes: [State; 2],
    notice: Option<Notice>,
}

#[derive(Clone, Debug)]
struct State {
    /// How old an answer may be before that is told; `None` where none comes by itself.
    longest: Option<TimeDelta>,
    link: Link,
    answered: Option<Timestamp>,
    /// Whether more is known to be at the service than was brought.
    is_behind: bool,
    /// Whether the machine slept since.
    doubted: bool,
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
    until: Timestamp,
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something was done.
    Done,
    /// Something could not be done.
    Failed,
}

impl State {
    fn new(longest: Option<TimeDelta>) -> Self {
        Self {
            longest,
            link: Link::Connecting,
            answered: None,
            is_behind: false,
            doubted: false,
            retry: None,
        }
    }

    /// Until the next try; a clock that was set back makes it no longer.
    fn wait(&self, now: Timestamp) -> TimeDelta {
        self.retry.map_or(TimeDelta::zero(), |retry| {
            (retry.at - now).clamp(TimeDelta::zero(), retry.after)
        })
    }

    fn age(&self, now: Timestamp) -> Option<TimeDelta> {
        let age = now - self.answered?;
        Some(age.max(TimeDelta::zero()))
    }

    /// How old an answer may be before that is told; sooner where more is known to be there.
    fn fresh_for(&self) -> Option<TimeDelta> {
        let longest = self.longest?;
        Some(if self.is_behind {
            longest.min(BEHIND_FRESH)
        } else {
            longest
        })
    }

    /// Tells whether answers are as new as they should be.
    fn is_recent(&self, now: Timestamp) -> bool {
        let lasts = self.fresh_for().zip(self.age(now));
        !self.doubted && lasts.is_none_or(|(longest, age)| age < longest)
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
    AsOf(Timestamp),
    /// The link counts as live, but the last answer is this old.
    Old(TimeDelta),
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
            Self::Connecting | Self::Live | Self::AsOf(_) | Self::Old(_) => None,
            Self::Retrying { why, .. }
            | Self::SignedOut { why, .. }
            | Self::Stopped { why, .. } => Some(why),
        }
    }
}

impl Status {
    /// Starts with no answer yet; the intervals are those at which the lanes are asked. A reader that is
    /// not asked for goes by the list.
    pub fn new(list: Option<TimeDelta>, reader: Option<TimeDelta>) -> Self {
        let lane = |interval: Option<TimeDelta>, (intervals, at_least): (i32, TimeDelta)| {
            State::new(interval.map(|interval| (interval * intervals).max(at_least)))
        };
        Self {
            lanes: [lane(list, LIST_FRESH), lane(reader.or(list), READER_FRESH)],
            notice: None,
        }
    }

    /// Notes the state of a lane; tells whether it is news.
    pub fn link_changed(&mut self, lane: Lane, link: Link, now: Timestamp) -> bool {
        let state = &mut self.lanes[lane as usize];
        let news = state.link != link;
        state.retry = match &link {
            Link::Retrying { after, .. } | Link::SignedOut { after, .. } => {
                let after = TimeDelta::from_std(*after).ok();
                after.map(|after| Retry {
                    after,
                    at: now + after,
                })
            }
            Link::Connecting | Link::Live | Link::Stopped { .. } => None,
        };
        state.link = link;
        news
    }

    /// Notes that a lane was answered now.
    pub fn answered(&mut self, lane: Lane, now: Timestamp) {
        let state = &mut self.lanes[lane as usize];
        state.answered = Some(now);
        state.is_behind = false;
        state.doubted = false;
    }

    /// Notes whether what a lane brought last still is what the service holds, another lane having
    /// told so.
    pub fn compared(&mut self, lane: Lane, is_same: bool, now: Timestamp) {
        let state = &mut self.lanes[lane as usize];
        state.is_behind |= !is_same;
        if state.link == Link::Live && !state.is_behind {
            state.answered = Some(now);
        }
    }

    /// Takes everything as old that was answered before now: the machine slept.
    pub fn doubt(&mut self) {
        for state in &mut self.lanes {
            state.doubted = state.answered.is_some();
        }
    }

    /// When a lane was last answered.
    pub fn last_answer(&self, lane: Lane) -> Option<Timestamp> {
        self.lanes[lane as usize].answered
    }

    /// Tells whether what is shown of a lane may no longer be what the service holds; before the
    /// first answer nothing is.
    pub fn is_old(&self, lane: Lane, now: Timestamp) -> bool {
        let state = &self.lanes[lane as usize];
        let given_up = matches!(state.link, Link::SignedOut { .. } | Link::Stopped { .. });
        state.answered.is_some() && (given_up || !state.is_recent(now))
    }

    /// Forgets what was known of a lane: it is about something else from now on.
    pub fn restart(&mut self, lane: Lane) {
        let state = &mut self.lanes[lane as usize];
        *state = State::new(state.longest);
    }

    /// How a lane stands.
    pub fn freshness(&self, lane: Lane, now: Timestamp) -> Freshness<'_> {
        let state = &self.lanes[lane as usize];
        let (wait, age) = (state.wait(now), state.age(now));
        match &state.link {
            Link::Connecting => Freshness::Connecting,
            Link::Live => match (age, state.answered) {
                (Some(age), _) if !state.is_recent(now) => Freshness::Old(age),
                (_, Some(answered)) if state.longest.is_none() => Freshness::AsOf(answered),
                _ => Freshness::Live,
            },
            Link::Retrying { why, .. } => Freshness::Retrying { wait, why, age },
            Link::SignedOut { why, .. } => Freshness::SignedOut { wait, why, age },
            Link::Stopped { why } => Freshness::Stopped { why, age },
        }
    }

    /// When what is told of the lanes or the notice reads otherwise by itself.
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let lanes = self.lanes.iter().flat_map(|state| {
            let fresh = match state.link {
                Link::Connecting => return [None, None],
                Link::Live => state.is_recent(now),
                Link::Retrying { .. } | Link::SignedOut { .. } | Link::Stopped { .. } => false,
            };
            let grows = state.answered.and_then(|answered| {
                if fresh {
                    Some(state.fresh_for()? - state.age(now)?)
                } else {
                    time_format::next_staleness_change(answered, now)
                }
            });
            [time_format::next_countdown_change(state.wait(now)), grows]
        });
        let lanes = lanes.flatten().map(|wait| now + wait);
        lanes
            .chain(self.notice.as_ref().map(|notice| notice.until))
            .min()
    }

    /// Shows a short sentence for a while.
    pub fn notify(&mut self, level: Level, text: impl Into<String>, now: Timestamp) {
        self.notice = Some(Notice {
            text: text.into(),
            level,
            until: now + NOTICE_STAYS,
        });
    }

    /// Takes the notice away: the next key was pressed, or its time is over.
    pub fn clear_notice(&mut self, now: Option<Timestamp>) -> bool {
        let over = self
            .notice
            .as_ref()
            .is_some_and(|notice| now.is_none_or(|now| now >= notice.until));
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
