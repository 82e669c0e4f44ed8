//! The level of a session's wait: none, a warning or an alarm.

use super::super::{Session, Stage, Thresholds, Timestamp, WaitLevel};
use super::WaitTracker;

impl WaitTracker {
    /// The thresholds for the state that a session is in; none where no agent has to act.
    pub(crate) fn thresholds(&self, session: &Session) -> Thresholds {
        let (settings, channel) = (self.settings, &session.channel.thresholds);
        match session.stage() {
            Stage::NeedsReply => settings.reply.unwrap_or(channel.reply),
            Stage::Queued => settings.queue.unwrap_or(channel.queue),
            _ => Thresholds::default(),
        }
    }

    /// The level of the wait of a session; a lower bound that has passed a threshold counts as an exact wait.
    pub(crate) fn level(&self, session: &Session, now: Timestamp) -> WaitLevel {
        let wait = self.wait(session);
        wait.map_or(WaitLevel::None, |wait| {
            self.thresholds(session).level(wait.since, now)
        })
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::chat::{Channel, ChannelThresholds, Status, ThresholdSettings};
    use crate::test_support::builders::{in_minutes, minutes_ago, now, session};

    #[test]
    fn settings_come_before_the_channel_and_other_states_have_no_level() {
        use WaitLevel::{Alarm, None as Normal, Warning};
        let channel = ChannelThresholds {
            queue: in_minutes(Some(1), None),
            reply: in_minutes(None, Some(2)),
        };
        let set = in_minutes(Some(30), Some(60));
        let own = ThresholdSettings {
            queue: Some(set),
            reply: Some(set),
        };
        let none = ThresholdSettings::default();
        let default = ChannelThresholds::default();
        for (status, settings, channel, waited, level) in [
            (Status::InQueue, none, default, 1, Normal),
            (Status::InQueue, none, default, 2, Warning),
            (Status::InQueue, none, default, 5, Alarm),
            (Status::CustomerLast, none, default, 2, Normal),
            (Status::CustomerLast, none, default, 3, Warning),
            (Status::CustomerLast, none, default, 10, Alarm),
            (Status::InQueue, none, channel, 90, Warning),
            (Status::CustomerLast, none, channel, 1, Normal),
            (Status::CustomerLast, none, channel, 2, Alarm),
            (Status::InQueue, own, channel, 29, Normal),
            (Status::CustomerLast, own, channel, 59, Warning),
            (Status::UserLast, none, default, 90, Normal),
            (Status::PreChatForm, none, default, 90, Normal),
            (Status::Closed, none, default, 90, Normal),
        ] {
            let row = session(1, "Kari", status.clone(), waited);
            let row = Session {
                channel: Channel {
                    thresholds: channel,
                    ..row.channel
                },
                requested: Some(minutes_ago(waited)),
                ..row
            };
            let tracker = WaitTracker {
                settings,
                ..WaitTracker::default()
            };
            assert_eq!(tracker.level(&row, now()), level, "{status:?} {waited}");
        }
    }
}
