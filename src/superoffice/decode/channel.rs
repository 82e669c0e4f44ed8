//! Decodes channels (`ChatTopic/ForCurrentUser`): their names, and the minutes after which they warn.

use chrono::TimeDelta;

use super::{Decoder, LenientObject};
use crate::chat::{Channel, ChannelId, ChannelThresholds, Thresholds};

impl Decoder {
    pub(in super::super) fn decode_channel(
        &mut self,
        object: &LenientObject<'_>,
    ) -> Option<Channel> {
        let default = ChannelThresholds::default();
        Some(Channel {
            id: ChannelId(object.id("ChatTopicId")?),
            name: self.localized_line(object, "Name"),
            thresholds: ChannelThresholds {
                queue: Thresholds {
                    warning: minutes(object, "WarnNewChatMinutes", default.queue.warning),
                    alarm: minutes(object, "WarnManagerNewChatMinutes", default.queue.alarm),
                },
                reply: Thresholds {
                    warning: minutes(object, "WarnChatMessageMinutes", default.reply.warning),
                    alarm: minutes(object, "WarnManagerChatMessageMinutes", default.reply.alarm),
                },
            },
        })
    }
}

/// A number of minutes, of which 0 means never; the default for anything else.
fn minutes(
    object: &LenientObject<'_>,
    name: &str,
    default: Option<TimeDelta>,
) -> Option<TimeDelta> {
    match object.integer(name) {
        Some(0) => None,
        Some(minutes @ 1..) => TimeDelta::try_minutes(minutes),
        _ => default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(json: &str) -> Option<Channel> {
        let mut decoder = Decoder::new(crate::superoffice::NaiveZone::default(), "en".to_owned());
        decoder.decode_channel(&LenientObject::parse(json)?)
    }

    /// Warning and alarm in the queue, then for a reply, in minutes.
    fn thresholds(json: &str) -> [Option<i64>; 4] {
        let ChannelThresholds { queue, reply } = decode(json).unwrap().thresholds;
        [queue.warning, queue.alarm, reply.warning, reply.alarm]
            .map(|after| after.map(|after| after.num_minutes()))
    }

    #[test]
    fn a_channel_has_its_name_and_thresholds() {
        let channel = decode(
            r#"{"ChatTopicId":7,"Name":"Support NO","WarnNewChatMinutes":1,"WarnManagerNewChatMinutes":4,
                "WarnChatMessageMinutes":2,"WarnManagerChatMessageMinutes":8}"#,
        );
        let minutes = |warning, alarm| Thresholds {
            warning: Some(TimeDelta::minutes(warning)),
            alarm: Some(TimeDelta::minutes(alarm)),
        };
        let expected = Channel {
            id: ChannelId(7),
            name: "Support NO".to_owned(),
            thresholds: ChannelThresholds {
                queue: minutes(1, 4),
                reply: minutes(2, 8),
            },
        };
        assert_eq!(channel, Some(expected));
        assert_eq!(decode(r#"{"Name":"no id"}"#), None);
    }

    #[test]
    fn zero_is_never_and_what_is_no_number_of_minutes_is_the_default() {
        let default = [Some(2), Some(5), Some(3), Some(10)];
        assert_eq!(thresholds(r#"{"ChatTopicId":7}"#), default);
        for value in ["null", "\"\"", "\"soon\"", "-1", "2.5", "[]", "{}"] {
            let json = format!(
                r#"{{"ChatTopicId":7,"WarnNewChatMinutes":{value},"WarnManagerNewChatMinutes":{value},
                    "WarnChatMessageMinutes":{value},"WarnManagerChatMessageMinutes":{value}}}"#
            );
            assert_eq!(thresholds(&json), default, "{value}");
        }
        assert_eq!(
            thresholds(
                r#"{"ChatTopicId":7,"WarnNewChatMinutes":0,"WarnManagerNewChatMinutes":"7",
                    "WarnManagerChatMessageMinutes":"0"}"#
            ),
            [None, Some(7), Some(3), None]
        );
        let huge = r#"{"ChatTopicId":7,"WarnNewChatMinutes":9223372036854775807}"#;
        assert_eq!(thresholds(huge)[0], None);
    }
}
