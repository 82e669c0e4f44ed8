//! What is told at the edges: the link, how fresh the data is, and short notices.

use chrono::TimeDelta;

use super::event::{Lane, Link};
use crate::chat::Moment;

/// How long a notice stays.
const NOTICE_STAYS: TimeDelta = TimeDelta::seconds(4);
/// Answers this many intervals old, and never fewer seconds, are told with their age even while
/// the link counts as live.
const FRESH_INTERVALS: i32 = 5;
const FRESH_AT_LEAST: TimeDelta = TimeDelta::seconds(15);

/// Link, freshness and notices.
#[derive(Clone, Debug)]
pub struct Status {
    lanes: [State; 2],
    notice: Option<Notice>,
}

#[derive(Clone, Debug)]
struct State {
    fresh_for: TimeDelta,
    link: Link,
    answered: Option<Moment>,
    /// Whether more is known to be at the service than was brought.
    is_behind: bool,
    retry_at: Option<Moment>,
}

/// A short sentence in the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// How much it matters.
    pub level: Level,
    until: Moment,
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
    fn new(fresh_for: TimeDelta) -> Self {
        Self {
            fresh_for,
            link: Link::Connecting,
            answered: None,
            is_behind: false,
            retry_at: None,
        }
    }
}

/// How a lane stands, to be put in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness<'a> {
    /// No answer yet.
    Connecting,
    /// The data is what the service holds.
    Live,
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
    },
    /// Not asked for any more, because.
    Stopped(&'a str),
}

impl Status {
    /// Starts with no answer yet; the intervals are those at which the lanes are asked.
    pub fn new(list: TimeDelta, reader: TimeDelta) -> Self {
        let lane =
            |interval: TimeDelta| State::new((interval * FRESH_INTERVALS).max(FRESH_AT_LEAST));
        Self {
            lanes: [lane(list), lane(reader)],
            notice: None,
        }
    }

    /// Notes the state of a lane; tells whether it is news.
    pub fn link_changed(&mut self, lane: Lane, link: Link, now: Moment) -> bool {
        let state = &mut self.lanes[lane as usize];
        let news = state.link != link;
        state.retry_at = match &link {
            Link::Retrying { after, .. } | Link::SignedOut { after, .. } => {
                TimeDelta::from_std(*after).ok().map(|after| now + after)
            }
            Link::Connecting | Link::Live | Link::Stopped { .. } => None,
        };
        state.link = link;
        news
    }

    /// Notes that a lane was answered now.
    pub fn answered(&mut self, lane: Lane, now: Moment) {
        let state = &mut self.lanes[lane as usize];
        state.answered = Some(now);
        state.is_behind = false;
    }

    /// Notes whether what a lane brought last still is what the service holds, another lane having
    /// told so.
    pub fn compared(&mut self, lane: Lane, is_same: bool, now: Moment) {
        let state = &mut self.lanes[lane as usize];
        state.is_behind |= !is_same;
        if state.link == Link::Live && !state.is_behind {
            state.answered = Some(now);
        }
    }

    /// Forgets what was known of a lane: it is about something else from now on.
    pub fn restart(&mut self, lane: Lane) {
        let state = &mut self.lanes[lane as usize];
        *state = State::new(state.fresh_for);
    }

    /// How a lane stands.
    pub fn freshness(&self, lane: Lane, now: Moment) -> Freshness<'_> {
        let state = &self.lanes[lane as usize];
        let wait = state
            .retry_at
            .map_or(TimeDelta::zero(), |at| (at - now).max(TimeDelta::zero()));
        let age = state.answered.map(|answered| now - answered);
        match &state.link {
            Link::Connecting => Freshness::Connecting,
            Link::Live => match age.filter(|age| *age >= state.fresh_for) {
                Some(age) => Freshness::Old(age),
                None => Freshness::Live,
            },
            Link::Retrying { why, .. } => Freshness::Retrying { wait, why, age },
            Link::SignedOut { why, .. } => Freshness::SignedOut { wait, why },
            Link::Stopped { why } => Freshness::Stopped(why),
        }
    }

    /// When what is told of the lanes or the notice reads otherwise by itself.
    pub fn next_change(&self, now: Moment) -> Option<Moment> {
        let second = TimeDelta::seconds(1);
        let lanes = self.lanes.iter().filter_map(|state| match &state.link {
            // A countdown, second by second, and the age of what is shown meanwhile.
            Link::Retrying { .. } | Link::SignedOut { .. } => Some(now + second),
            Link::Live => {
                let grows_old = state.answered? + state.fresh_for;
                Some(if grows_old > now {
                    grows_old
                } else {
                    now + second
                })
            }
            Link::Connecting | Link::Stopped { .. } => None,
        });
        lanes
            .chain(self.notice.as_ref().map(|notice| notice.until))
            .min()
    }

    /// Shows a short sentence for a while.
    pub fn notify(&mut self, level: Level, text: impl Into<String>, now: Moment) {
        self.notice = Some(Notice {
            text: text.into(),
            level,
            until: now + NOTICE_STAYS,
        });
    }

    /// Takes the notice away: the next key was pressed, or its time is over.
    pub fn clear_notice(&mut self, now: Option<Moment>) -> bool {
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
mod tests {
    use super::*;
    use std::time::Duration;

    fn status() -> Status {
        Status::new(TimeDelta::seconds(3), TimeDelta::seconds(1))
    }

    fn at(second: i64) -> Moment {
        chrono::DateTime::from_timestamp(1_700_000_000 + second, 0)
            .unwrap()
            .fixed_offset()
    }

    #[test]
    fn live_data_needs_no_wake_up_while_answers_come() {
        let mut status = status();
        status.link_changed(Lane::List, Link::Live, at(0));
        status.answered(Lane::List, at(0));
        assert_eq!(status.freshness(Lane::List, at(14)), Freshness::Live);
        assert_eq!(status.next_change(at(0)), Some(at(15)));
        assert_eq!(
            status.freshness(Lane::List, at(20)),
            Freshness::Old(TimeDelta::seconds(20))
        );
    }

    fn fresh(status: &Status, second: i64) -> Freshness<'_> {
        status.freshness(Lane::Reader, at(second))
    }

    #[test]
    fn what_another_lane_confirms_stays_fresh_until_it_moves() {
        let mut status = status();
        status.compared(Lane::Reader, true, at(0));
        assert_eq!(fresh(&status, 0), Freshness::Connecting);
        status.link_changed(Lane::Reader, Link::Live, at(0));
        status.answered(Lane::Reader, at(0));
        status.compared(Lane::Reader, true, at(10));
        assert_eq!(fresh(&status, 20), Freshness::Live);
        // It has moved: nothing but an answer of its own makes it fresh again.
        status.compared(Lane::Reader, false, at(20));
        status.compared(Lane::Reader, true, at(23));
        assert_eq!(fresh(&status, 26), Freshness::Old(TimeDelta::seconds(16)));
        status.answered(Lane::Reader, at(26));
        status.compared(Lane::Reader, true, at(40));
        assert_eq!(fresh(&status, 50), Freshness::Live);
    }

    #[test]
    fn a_retry_counts_down_and_tells_the_age_of_what_is_shown() {
        let mut status = status();
        status.answered(Lane::Reader, at(0));
        let link = Link::Retrying {
            after: Duration::from_secs(8),
            why: "no answer".into(),
        };
        assert!(status.link_changed(Lane::Reader, link.clone(), at(2)));
        assert!(!status.link_changed(Lane::Reader, link, at(2)));
        let expected = Freshness::Retrying {
            wait: TimeDelta::seconds(5),
            why: "no answer",
            age: Some(TimeDelta::seconds(5)),
        };
        assert_eq!(status.freshness(Lane::Reader, at(5)), expected);
        assert_eq!(status.next_change(at(5)), Some(at(6)));
    }

    #[test]
    fn a_notice_goes_by_itself_or_with_the_next_key() {
        let mut status = status();
        status.notify(Level::Done, "copied", at(0));
        assert!(!status.clear_notice(Some(at(3))));
        assert!(status.clear_notice(Some(at(4))));
        status.notify(Level::Done, "copied", at(5));
        assert!(status.clear_notice(None));
        assert_eq!(status.notice(), None);
    }
}
