//! Figures of some chats: counts, medians, averages.

use chrono::TimeDelta;

use crate::chat::{Session, Stage};

/// The figures counted; only the durations are stored, in seconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures {
    pub(super) chats: u64,
    pub(super) missed: u64,
    pickups: Vec<u32>,
    durations: Vec<u32>,
    rated: u64,
    stars: u64,
    first_responses: Vec<u32>,
    longest_wait: Option<TimeDelta>,
}

/// What is printed; `None` for what is not known. Times are in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Summary {
    pub(super) chats: Option<u64>,
    pub(super) missed: Option<u64>,
    pub(super) picked_up_after: Option<u64>,
    pub(super) picked_up_after_p90: Option<u64>,
    pub(super) duration: Option<u64>,
    pub(super) rating: Option<f64>,
    pub(super) rated: Option<u64>,
    pub(super) first_response: Option<u64>,
    pub(super) longest_wait: Option<u64>,
}

impl Figures {
    pub(super) fn count(&mut self, session: &Session) {
        self.chats += 1;
        self.missed += u64::from(session.stage() == Stage::Missed);
        let between = |from, to: Option<_>| Some(to? - from?);
        self.pickups
            .extend(seconds(between(session.requested, session.started)));
        // The duration of a chat that may continue is not final.
        let ended = session.ended.filter(|_| session.stage().is_over());
        self.durations
            .extend(seconds(between(session.started, ended)));
        if let Some(stars) = session.rating {
            self.rated += 1;
            self.stars += u64::from(stars);
        }
    }

    /// Adds the figures of a transcript.
    pub(super) fn add_exact(
        &mut self,
        first_response: Option<TimeDelta>,
        longest_wait: Option<TimeDelta>,
    ) {
        self.first_responses.extend(seconds(first_response));
        self.longest_wait = self.longest_wait.max(longest_wait);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.chats += other.chats;
        self.missed += other.missed;
        self.pickups.extend(&other.pickups);
        self.durations.extend(&other.durations);
        self.rated += other.rated;
        self.stars += other.stars;
        self.first_responses.extend(&other.first_responses);
        self.longest_wait = self.longest_wait.max(other.longest_wait);
    }

    pub(super) fn summary(mut self) -> Summary {
        let pickups = sorted(&mut self.pickups);
        let count = |count: u64| u32::try_from(count).map_or(f64::MAX, f64::from);
        Summary {
            chats: Some(self.chats),
            missed: Some(self.missed),
            picked_up_after: median(pickups),
            picked_up_after_p90: percentile_90(pickups),
            duration: median(sorted(&mut self.durations)),
            rating: (self.rated > 0).then(|| count(self.stars) / count(self.rated)),
            rated: Some(self.rated),
            first_response: median(sorted(&mut self.first_responses)),
            longest_wait: self
                .longest_wait
                .and_then(|wait| seconds(Some(wait)))
                .map(u64::from),
        }
    }
}

/// The seconds of a time. Clocks of two computers may make one negative by a little: it is 0.
pub(super) fn seconds(time: Option<TimeDelta>) -> Option<u32> {
    let seconds = time?.num_seconds().max(0);
    Some(u32::try_from(seconds).unwrap_or(u32::MAX))
}

fn sorted(times: &mut [u32]) -> &[u32] {
    times.sort_unstable();
    times
}

/// The middle one of sorted times; the mean of the two in the middle.
fn median(times: &[u32]) -> Option<u64> {
    let middle = times.len() / 2;
    let upper = u64::from(*times.get(middle)?);
    let lower = if times.len().is_multiple_of(2) {
        u64::from(*times.get(middle - 1)?)
    } else {
        upper
    };
    Some(u64::midpoint(lower, upper))
}

/// The shortest of sorted times that nine in ten do not exceed.
fn percentile_90(times: &[u32]) -> Option<u64> {
    let rank = (times.len() * 9).div_ceil(10);
    times.get(rank.checked_sub(1)?).map(|time| u64::from(*time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_percentiles() {
        let up_to = |count: u32| (1..=count).collect::<Vec<_>>();
        for (times, middle, high) in [
            (vec![], None, None),
            (vec![7], Some(7), Some(7)),
            (vec![2, 9], Some(5), Some(9)),
            (vec![1, 2, 9], Some(2), Some(9)),
            (up_to(10), Some(5), Some(9)),
            (up_to(11), Some(6), Some(10)),
            (up_to(100), Some(50), Some(90)),
        ] {
            assert_eq!(
                (median(&times), percentile_90(&times)),
                (middle, high),
                "{times:?}"
            );
        }
    }

    #[test]
    fn a_time_that_clocks_make_negative_is_none() {
        for (milliseconds, wanted) in [(-3000, 0), (999, 0), (1000, 1), (i64::MAX, u32::MAX)] {
            let time = TimeDelta::try_milliseconds(milliseconds);
            assert_eq!(seconds(time), Some(wanted));
        }
        assert_eq!(seconds(None), None);
    }
}
