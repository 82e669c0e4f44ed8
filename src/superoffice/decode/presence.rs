//! Decodes the presence of an agent (`Presence/GetAll`).

use serde_json::value::RawValue;

use super::{LenientObject, value};
use crate::chat::{Agent, AgentPresence, AssociateId, ChannelId};

/// Decodes an element; `None` without the id and the name of an agent.
pub(in super::super) fn decode_presence(object: &LenientObject<'_>) -> Option<AgentPresence> {
    let agent = Agent {
        id: AssociateId(object.id("UserId").unwrap_or_default()),
        name: object.clean_line("DisplayName"),
    };
    let presence = AgentPresence {
        is_present: object.flag("Present"),
        ongoing_chats: object.integer("OngoingChats").unwrap_or_default(),
        channels: object
            .raw("ChatTopics")
            .map(channel_ids)
            .unwrap_or_default(),
        agent,
    };
    (presence.agent != Agent::default()).then_some(presence)
}

/// The numbers of an array; what is none is left out.
fn channel_ids(array: &RawValue) -> Vec<ChannelId> {
    let elements: Vec<&RawValue> = serde_json::from_str(array.get()).unwrap_or_default();
    let ids = elements.into_iter().map(value::integer);
    ids.filter_map(|id| Some(ChannelId(id.ok()??))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(json: &str) -> Option<AgentPresence> {
        decode_presence(&LenientObject::parse(json)?)
    }

    #[test]
    fn presence_of_an_agent_in_every_form() {
        let ola = |is_present, ongoing_chats, channels: &[i64]| AgentPresence {
            agent: Agent {
                id: AssociateId(8),
                name: "Ola Hansen".to_owned(),
            },
            is_present,
            ongoing_chats,
            channels: channels.iter().map(|id| ChannelId(*id)).collect(),
        };
        for (rest, expected) in [
            (
                r#","OngoingChats":3,"Present":true,"ChatTopics":[7,8]"#,
                ola(true, 3, &[7, 8]),
            ),
            (
                r#","OngoingChats":"2","Present":1,"ChatTopics":["7",null,{}]"#,
                ola(true, 2, &[7]),
            ),
            (
                r#","OngoingChats":null,"Present":0,"ChatTopics":null"#,
                ola(false, 0, &[]),
            ),
            (
                r#","OngoingChats":[],"Present":"x","ChatTopics":"7""#,
                ola(false, 0, &[]),
            ),
            ("", ola(false, 0, &[])),
        ] {
            let json = format!(r#"{{"UserId":8,"DisplayName":"Ola Hansen"{rest}}}"#);
            assert_eq!(decode(&json), Some(expected), "{json}");
        }
        for json in ["7", "null", "{}", r#"{"Present":true}"#] {
            assert_eq!(decode(json), None, "{json}");
        }
    }
}
