//! Notices a service that dates its messages in another zone than it says.
//!
//! A message that arrives while one reads was posted a moment ago. Where such messages are dated
//! off the service's clock by the same whole quarters of an hour, one after the other, it is not the
//! messages that are early or late: a time stored in UTC was taken for one of the base zone.

use chrono::TimeDelta;

/// All offsets of zones are made of these.
const QUARTER_HOUR: TimeDelta = TimeDelta::minutes(15);
/// How much older a message may be when it arrives, and how much younger by clocks that differ.
const MAX_DELIVERY_DELAY: TimeDelta = TimeDelta::seconds(10);
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::seconds(3);
/// So many in a row are no coincidence.
const MIN_SAMPLES: u32 = 3;

/// By how many quarters the last messages were off, and how many in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateShiftDetector {
    quarters: i64,
    consecutive: u32,
}

impl DateShiftDetector {
    /// Takes in how far ahead of the service's clock a message is dated that has just arrived;
    /// answers with the shift, once, when it has become certain.
    pub fn observe(&mut self, offset: TimeDelta) -> Option<TimeDelta> {
        let reached = (offset + MAX_DELIVERY_DELAY).num_seconds();
        let quarters = reached.div_euclid(QUARTER_HOUR.num_seconds());
        let within = reached.rem_euclid(QUARTER_HOUR.num_seconds());
        if quarters == 0 || within > (MAX_DELIVERY_DELAY + MAX_CLOCK_SKEW).num_seconds() {
            *self = Self::default();
            return None;
        }
        if quarters != self.quarters {
            *self = Self {
                quarters,
                consecutive: 0,
            };
        }
        self.consecutive += 1;
        (self.consecutive == MIN_SAMPLES)
            .then(|| TimeDelta::seconds(QUARTER_HOUR.num_seconds() * quarters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_steady_shift_by_quarters_is_told_and_once() {
        let told = |ahead: &[i64]| -> Vec<i64> {
            let mut shift = DateShiftDetector::default();
            ahead
                .iter()
                .filter_map(|ahead| Some(shift.observe(TimeDelta::seconds(*ahead))?.num_minutes()))
                .collect()
        };
        for (ahead, wanted) in [
            (vec![-1, 0, -2, 1, -9], vec![]),
            (vec![3599, 3598, 3600, 3597, 3602], vec![60]),
            (vec![-18_001, -18_000, -18_005], vec![-300]),
            (vec![20_699, 20_700, 20_698], vec![345]),
            // A bot that plans ahead, and messages that come late.
            (vec![900, -1, 900, -1, 900], vec![]),
            (vec![400, 410, 420, 430], vec![]),
            (vec![-1800, -600, -2700], vec![]),
            // Another shift begins anew.
            (vec![3599, 3599, 7199, 7199, 7199], vec![120]),
        ] {
            assert_eq!(told(&ahead), wanted, "{ahead:?}");
        }
    }
}
