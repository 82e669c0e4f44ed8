//! Constructors of sessions and messages; fields without an argument have the default of the service.

use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, Choice, Customer, Direction, Message, MessageId,
    Session, SessionId, SpecialKind, Status, Thresholds, Timestamp,
};
use crate::superoffice::html;
use chrono::TimeDelta;

/// A summer afternoon in Oslo.
pub(crate) fn now() -> Timestamp {
    parse_timestamp("2026-07-25T14:02:31+02:00")
}

pub(crate) fn parse_timestamp(written: &str) -> Timestamp {
    Timestamp::parse_from_rfc3339(written).unwrap()
}

/// A time of today in Oslo, `13:58` or `13:58:05`.
pub(crate) fn today_at(time: &str) -> Timestamp {
    let seconds = if time.len() == 5 { ":00" } else { "" };
    parse_timestamp(&format!("2026-07-25T{time}{seconds}+02:00"))
}

pub(crate) fn minutes_ago(minutes: i64) -> Timestamp {
    now() - TimeDelta::minutes(minutes)
}

/// Thresholds of this many minutes.
pub(crate) fn in_minutes(warning: Option<i64>, alarm: Option<i64>) -> Thresholds {
    Thresholds {
        warning: warning.map(TimeDelta::minutes),
        alarm: alarm.map(TimeDelta::minutes),
    }
}

/// A session that has been in a state for some minutes.
pub(crate) fn session(id: i64, name: &str, status: Status, minutes: i64) -> Session {
    let since = minutes_ago(minutes);
    let has_ended = Session {
        status: status.clone(),
        ..Session::default()
    };
    let has_ended = has_ended.stage().is_over();
    Session {
        id: SessionId(id),
        channel: Channel {
            id: ChannelId(7),
            name: "Support NO".to_owned(),
            ..Channel::default()
        },
        status,
        customer: Customer {
            name: name.to_owned(),
            ..Customer::default()
        },
        requested: Some(since),
        last_activity: Some(since),
        ended: has_ended.then_some(since),
        ..Session::default()
    }
}

pub(crate) fn agent(name: &str) -> Agent {
    Agent {
        id: AssociateId(5),
        name: name.to_owned(),
    }
}

pub(crate) fn customer_message(id: i64, posted: Timestamp, html: &str) -> Message {
    message(id, Some(posted), Direction::ToUser, "Kari Nordmann", html)
}

/// A message of the agent, read by the customer.
pub(crate) fn agent_message(id: i64, posted: Timestamp, html: &str) -> Message {
    Message {
        read_by_customer: true,
        ..message(id, Some(posted), Direction::ToCustomer, "Ola Hansen", html)
    }
}

/// A special message without text.
pub(crate) fn special_message(id: i64, posted: Timestamp, special: SpecialKind) -> Message {
    Message {
        special: Some(special.into()),
        ..message(id, Some(posted), Direction::Special, "", "")
    }
}

pub(crate) fn bot_message(id: i64, posted: Timestamp, html: &str) -> Message {
    Message {
        special: Some(SpecialKind::BotMessage.into()),
        ..message(id, Some(posted), Direction::ToCustomer, "Fjordbot", html)
    }
}

pub(crate) fn options_message(
    id: i64,
    posted: Timestamp,
    html: &str,
    choices: &[(&str, &str)],
) -> Message {
    let choices = choices.iter().map(|(label, value)| Choice {
        label: (*label).to_owned(),
        value: (*value).to_owned(),
    });
    let options = SpecialKind::Options {
        choices: choices.collect(),
        unparsed: String::new(),
    };
    Message {
        special: Some(options.into()),
        ..bot_message(id, posted, html)
    }
}

pub(crate) fn message(
    id: i64,
    posted: Option<Timestamp>,
    direction: Direction,
    author: &str,
    html: &str,
) -> Message {
    let mut message = Message {
        id: MessageId(id),
        posted,
        inferred_time: None,
        direction,
        author: author.to_owned(),
        body: html::parse(html),
        special: None,
        read_by_customer: false,
        unreadable: None,
        raw: "".into(),
        time_in_raw: None,
        original: crate::chat::Original::default(),
    };
    set_raw_json(&mut message, html);
    message
}

/// Sets the raw JSON again after a change.
pub(crate) fn set_raw_json(message: &mut Message, html: &str) {
    let object = serde_json::json!({
        "ChatMessageId": message.id.0,
        "Author": message.author,
        "Message": html,
        "ReadByCustomer": message.read_by_customer,
        "WhenPosted": message.posted.map(|posted| posted.to_rfc3339()),
    });
    message.raw = object.to_string().into();
}

/// Short messages, one a minute from noon yesterday, of customer and agent in turn.
pub(crate) fn numbered_messages(ids: std::ops::Range<i64>) -> Vec<Message> {
    ids.map(|id| {
        let posted = parse_timestamp("2026-07-24T12:00:00+02:00") + TimeDelta::minutes(id);
        let author = if id % 2 == 0 {
            agent_message
        } else {
            customer_message
        };
        author(id, posted, &format!("message {id}"))
    })
    .collect()
}
