//! What rows of the archive can tell: the columns of sessions and of time zones.
//!
//! Names are the service's; a column is one line here and nothing elsewhere.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{
    encoding::Encoding,
    scenario::Customer,
    session::Session,
    zones::{Zone, offset_text},
};

/// One value of a row.
#[derive(Clone, Debug)]
pub(super) enum ColumnValue {
    Int(i64),
    Text(String),
    Time(Option<DateTime<Utc>>),
    /// A member of a list: its number and the words shown for it.
    Choice(i64, String),
    Span(TimeDelta),
}

impl ColumnValue {
    /// The text that text conditions look at.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(words) | Self::Choice(_, words) => words,
            Self::Int(_) | Self::Time(_) | Self::Span(_) => "",
        }
    }

    /// What a slim row shows.
    pub(super) fn to_display_value(&self, encoding: &Encoding<'_>) -> Value {
        match self {
            Self::Int(number) => (*number).into(),
            Self::Text(words) | Self::Choice(_, words) => words.as_str().into(),
            Self::Time(at) => encoding.time(*at),
            Self::Span(span) => {
                let seconds = span.num_seconds();
                let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
                format!("{hours:02}:{minutes:02}:{:02}", seconds % 60).into()
            }
        }
    }

    /// What a full row has besides: the value itself.
    pub(super) fn to_raw_value(&self, encoding: &Encoding<'_>) -> Value {
        match self {
            Self::Choice(number, _) => (*number).into(),
            _ => self.to_display_value(encoding),
        }
    }
}

/// A column: its name, whether older services lack it, and its value in a row.
pub(super) type Column<T> = (&'static str, bool, fn(&T, DateTime<Utc>) -> ColumnValue);

/// What rows of one kind can tell; the first column is the key.
#[derive(Debug)]
pub(super) struct Provider<T: 'static> {
    pub(super) entity: &'static str,
    pub(super) columns: &'static [Column<T>],
}

/// The archive of chat sessions.
pub(super) const SESSIONS: Provider<Session> = Provider {
    entity: "chat",
    columns: &[
        ("chatSessionId", false, |it, _| ColumnValue::Int(it.id)),
        ("status", true, |it, _| {
            ColumnValue::Choice(it.status as i64, it.status.label().to_owned())
        }),
        ("firstMessage", false, |it, _| {
            ColumnValue::Text(Session::preview(it.chat_messages().next()))
        }),
        ("lastMessage", false, |it, _| {
            ColumnValue::Text(Session::preview(it.chat_messages().next_back()))
        }),
        ("whenRequested", false, |it, _| {
            ColumnValue::Time(Some(it.requested))
        }),
        ("whenStarted", false, |it, _| ColumnValue::Time(it.started)),
        ("whenEnded", false, |it, _| ColumnValue::Time(it.ended)),
        ("duration", true, |it, now| {
            ColumnValue::Span(
                it.started
                    .map_or(TimeDelta::zero(), |at| it.ended.unwrap_or(now) - at),
            )
        }),
        ("timeInQueue", true, |it, now| {
            ColumnValue::Span(it.started.or(it.ended).unwrap_or(now) - it.requested)
        }),
        ("queueLength", true, |it, _| {
            ColumnValue::Int(i64::try_from(it.queue_position).unwrap_or_default())
        }),
        ("rating", true, |it, _| ColumnValue::Int(it.rating)),
        ("agent", true, |it, _| {
            let agent = it.agent();
            let login = agent.map_or(String::new(), |agent| agent.login.clone());
            ColumnValue::Choice(agent.map_or(0, |agent| agent.id), login)
        }),
        ("associateId", false, |it, _| {
            ColumnValue::Int(it.agent().map_or(0, |agent| agent.id))
        }),
        ("associate/fullName", false, |it, _| {
            ColumnValue::Text(it.agent().map_or(String::new(), |agent| agent.name.clone()))
        }),
        ("associate/ejDisplayName", false, |it, _| {
            ColumnValue::Text(
                it.agent()
                    .map_or(String::new(), |agent| agent.nickname.clone()),
            )
        }),
        ("chatTopic/chatTopicId", false, |it, _| {
            ColumnValue::Int(it.channel().id)
        }),
        ("chatTopic/name", false, |it, _| {
            ColumnValue::Text(it.channel().name.clone())
        }),
        ("chatTopic/description", false, |it, _| {
            ColumnValue::Text(it.channel().description.clone())
        }),
        ("person/fullName", false, |it, _| {
            ColumnValue::Text(linked_field(it, |customer| &customer.name))
        }),
        ("person/email/emailAddress", false, |it, _| {
            ColumnValue::Text(linked_field(it, |customer| &customer.email))
        }),
        ("contact/name", false, |it, _| {
            ColumnValue::Text(linked_field(it, |customer| &customer.company))
        }),
        ("contact/nameDepartment", false, |it, _| {
            ColumnValue::Text(linked_field(it, |customer| &customer.company))
        }),
    ],
};

/// The archive of time zones.
pub(super) const ZONES: Provider<Zone> = Provider {
    entity: "timezone",
    columns: &[
        ("id", false, |it, _| ColumnValue::Int(it.id)),
        ("isActive", false, |_, _| ColumnValue::Int(1)),
        ("flag", false, |_, _| ColumnValue::Text(String::new())),
        ("timeZone", false, |it, _| {
            ColumnValue::Text(it.code.clone())
        }),
        ("country", false, |it, _| {
            ColumnValue::Text(it.country.clone())
        }),
        ("region", false, |it, _| {
            ColumnValue::Text(it.region.clone())
        }),
        ("cities", false, |it, _| {
            ColumnValue::Text(it.cities.clone())
        }),
        ("offset", false, |it, now| {
            ColumnValue::Text(offset_text(it.utc_offset_minutes(now).0))
        }),
        ("daylight", false, |it, now| {
            ColumnValue::Text(
                it.utc_offset_minutes(now)
                    .1
                    .map_or(String::new(), offset_text),
            )
        }),
        ("offsetRaw", false, |it, now| {
            ColumnValue::Int((-it.utc_offset_minutes(now).0).into())
        }),
        ("daylightRaw", false, |it, now| {
            ColumnValue::Int(
                it.utc_offset_minutes(now)
                    .1
                    .map_or(0, |minutes| (-minutes).into()),
            )
        }),
    ],
};

/// Something about the customer that only a linked person or company tells.
fn linked_field(session: &Session, what: fn(&Customer) -> &String) -> String {
    let customer = session.customer();
    if customer.known {
        what(customer).clone()
    } else {
        String::new()
    }
}
