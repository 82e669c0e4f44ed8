//! Archive columns: what can be selected, filtered and ordered in the archives of sessions and of
//! time zones.
//!
//! Names are the service's. Only columns that a client of this crate selects are here; one more is
//! one more line.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    encoding::Encoding,
    scenario::Customer,
    session::Session,
    zones::{Zone, offset_text},
};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ColumnValue {
    Int(i64),
    Text(String),
    /// `None` is sent as the zero date.
    Time(Option<DateTime<Utc>>),
    /// A list member: its number and its display text.
    Choice(i64, String),
}

impl ColumnValue {
    /// The text that `contains` looks in.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Choice(_, text) => text,
            Self::Int(_) | Self::Time(_) => "",
        }
    }

    pub(super) fn to_display_value(&self, encoding: &Encoding<'_>) -> Value {
        match self {
            Self::Int(number) => (*number).into(),
            Self::Text(text) | Self::Choice(_, text) => text.as_str().into(),
            Self::Time(at) => encoding.time(*at),
        }
    }

    /// The value that only full rows have.
    pub(super) fn to_raw_value(&self, encoding: &Encoding<'_>) -> Value {
        match self {
            Self::Choice(number, _) => (*number).into(),
            _ => self.to_display_value(encoding),
        }
    }
}

#[derive(Debug)]
pub(super) struct Column<T> {
    pub(super) name: &'static str,
    /// Missing in the service's 2021 edition.
    pub(super) newer: bool,
    pub(super) value: fn(&T, DateTime<Utc>) -> ColumnValue,
}

impl<T> Column<T> {
    pub(super) const fn new(
        name: &'static str,
        value: fn(&T, DateTime<Utc>) -> ColumnValue,
    ) -> Self {
        Self {
            name,
            newer: false,
            value,
        }
    }

    const fn newer(name: &'static str, value: fn(&T, DateTime<Utc>) -> ColumnValue) -> Self {
        Self {
            newer: true,
            ..Self::new(name, value)
        }
    }
}

/// An archive of one kind of rows.
#[derive(Debug)]
pub(super) struct Provider<T: 'static> {
    /// Below the base address.
    pub(super) path: &'static str,
    pub(super) entity: &'static str,
    /// The first is the primary key.
    pub(super) columns: &'static [Column<T>],
}

pub(super) static SESSIONS: Provider<Session> = Provider {
    path: "ChatSession",
    entity: "chat",
    columns: &[
        Column::new("chatSessionId", |it, _| ColumnValue::Int(it.id)),
        Column::newer("status", |it, _| {
            ColumnValue::Choice(it.status as i64, it.status.label().to_owned())
        }),
        Column::new("firstMessage", |it, _| {
            ColumnValue::Text(it.first_preview())
        }),
        Column::new("lastMessage", |it, _| ColumnValue::Text(it.last_preview())),
        Column::new("whenRequested", |it, _| {
            ColumnValue::Time(Some(it.requested))
        }),
        Column::new("whenStarted", |it, _| ColumnValue::Time(it.started)),
        Column::new("whenEnded", |it, _| ColumnValue::Time(it.ended)),
        Column::newer("queueLength", |it, _| {
            ColumnValue::Int(i64::try_from(it.queue_position).unwrap_or_default())
        }),
        Column::newer("rating", |it, _| ColumnValue::Int(it.rating)),
        Column::newer("agent", |it, _| {
            it.agent()
                .map_or(ColumnValue::Choice(0, String::new()), |agent| {
                    ColumnValue::Choice(agent.id, agent.login.clone())
                })
        }),
        Column::new("associateId", |it, _| {
            ColumnValue::Int(it.agent().map_or(0, |agent| agent.id))
        }),
        Column::new("associate/fullName", |it, _| {
            ColumnValue::Text(it.agent().map_or(String::new(), |agent| agent.name.clone()))
        }),
        Column::new("chatTopic/chatTopicId", |it, _| {
            ColumnValue::Int(it.channel().id)
        }),
        Column::new("chatTopic/name", |it, _| {
            ColumnValue::Text(it.channel().name.clone())
        }),
        Column::new("person/fullName", |it, _| {
            linked_text(it, |customer| &customer.name)
        }),
        Column::new("person/email/emailAddress", |it, _| {
            linked_text(it, |customer| &customer.email)
        }),
        Column::new("contact/name", |it, _| {
            linked_text(it, |customer| &customer.company)
        }),
    ],
};

pub(super) static ZONES: Provider<Zone> = Provider {
    path: "TimeZone",
    entity: "timezone",
    columns: &[
        Column::new("id", |it, _| ColumnValue::Int(it.id)),
        Column::new("isActive", |_, _| ColumnValue::Int(1)),
        Column::new("timeZone", |it, _| ColumnValue::Text(it.code.clone())),
        Column::new("country", |it, _| ColumnValue::Text(it.country.clone())),
        Column::new("region", |it, _| ColumnValue::Text(it.region.clone())),
        Column::new("cities", |it, _| ColumnValue::Text(it.cities.clone())),
        Column::new("offset", |it, now| {
            ColumnValue::Text(offset_text(it.utc_offset_minutes(now).0))
        }),
        Column::new("daylight", |it, now| {
            let daylight = it.utc_offset_minutes(now).1;
            ColumnValue::Text(daylight.map_or(String::new(), offset_text))
        }),
    ],
};

/// A text of the linked person or company, empty where none is linked.
fn linked_text(session: &Session, field: fn(&Customer) -> &String) -> ColumnValue {
    let customer = session.customer();
    let text = customer.known.then(|| field(customer).clone());
    ColumnValue::Text(text.unwrap_or_default())
}
