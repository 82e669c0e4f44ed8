//! Detects a service that dates its messages in another zone than the one it reports.
//!
//! A message that arrives in a session being pulled was posted a moment ago. If such messages are
//! all off the service's clock by the same number of quarter hours, they are neither early nor late:
//! the service reads times stored in UTC as times of its base zone.

use chrono::TimeDelta;

use crate::text::time_format;

/// Zone offsets are multiples of this.
const QUARTER_HOUR: TimeDelta = TimeDelta::minutes(15);
/// A message may be this old when it arrives.
const MAX_DELIVERY_DELAY: TimeDelta = TimeDelta::seconds(10);
/// The clocks may differ by this much, which makes a message look newer than now.
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::seconds(3);
/// This many messages in a row are no coincidence.
const MIN_SAMPLES: u32 = 3;

/// The shift of the last messages in quarter hours, and how many in a row had it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DateShiftDetector {
    quarters: i64,
    consecutive: u32,
}

impl DateShiftDetector {
    /// Records how far ahead of the service's clock a message is dated that has just arrived. Returns
    /// the shift once, when enough messages have had it.
    pub(crate) fn observe(&mut self, offset: TimeDelta) -> Option<TimeDelta> {
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

/// Describes a date shift for the user.
pub(super) fn describe_date_shift(by: TimeDelta) -> String {
    let side = if by > TimeDelta::zero() {
        "ahead of"
    } else {
        "behind"
    };
    format!(
        "{} {side} its clock: its time zone setting may be wrong",
        time_format::format_age(by.abs())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_steady_shift_by_quarter_hours_is_reported_and_once() {
        let reported = |ahead: &[i64]| -> Vec<i64> {
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
            // A bot that schedules messages, and messages that arrive late.
            (vec![900, -1, 900, -1, 900], vec![]),
            (vec![400, 410, 420, 430], vec![]),
            (vec![-1800, -600, -2700], vec![]),
            // A different shift starts over.
            (vec![3599, 3599, 7199, 7199, 7199], vec![120]),
        ] {
            assert_eq!(reported(&ahead), wanted, "{ahead:?}");
        }
    }
}
