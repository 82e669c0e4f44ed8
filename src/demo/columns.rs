//! Archive columns: what can be selected, filtered and ordered in the archives of sessions and of
//! time zones.
//!
//! Names are the service's. Only columns that the client of this crate selects are here.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::Value;

use super::filter::{Operator, contains};
use super::quirks::{ArchiveColumns, Quirks};
use super::{
    encoding::Encoding,
    scenario::Customer,
    session::Session,
    zones::{Zone, offset_text},
};
use ColumnValue::{Choice, Int, Span, Text, Time};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ColumnValue {
    Int(i64),
    Text(String),
    /// `None` is sent as the zero date.
    Time(Option<DateTime<Utc>>),
    /// A list member: its number and its display text.
    Choice(i64, String),
    /// An enumeration of the database: its number and name.
    Enum(i64, String),
    /// A time of the database.
    UtcTime(DateTime<Utc>),
    /// A length of time; `None` is sent as none.
    Span(Option<TimeDelta>),
}

impl ColumnValue {
    /// Returns `true` if the value fulfils a condition; `false` if the operand is not a value of this kind.
    pub(super) fn matches(
        &self,
        operator: Operator,
        operand: &str,
        encoding: &Encoding<'_>,
    ) -> bool {
        let order = match self {
            Self::Int(number) | Self::Choice(number, _) | Self::Enum(number, _) => {
                operand.parse().ok().map(|operand| number.cmp(&operand))
            }
            Self::Text(text) if operator == Operator::Contains => {
                return contains(text, operand, encoding.quirks.filter);
            }
            Self::Text(text) => Some(text.to_lowercase().cmp(&operand.to_lowercase())),
            // Times are in the zone that is requested.
            Self::Time(at) => NaiveDateTime::parse_from_str(operand, "%Y-%m-%dT%H:%M:%S")
                .ok()
                .map(|operand| encoding.local_time(*at).cmp(&operand)),
            Self::UtcTime(_) | Self::Span(_) => None,
        };
        order.is_some_and(match operator {
            Operator::Equals | Operator::OneOf => Ordering::is_eq,
            Operator::Less => Ordering::is_lt,
            Operator::Greater => Ordering::is_gt,
            Operator::AfterTime => Ordering::is_ge,
            Operator::BeforeTime => Ordering::is_lt,
            Operator::Contains => |_| false,
        })
    }

    pub(super) fn to_display_value(&self, encoding: &Encoding<'_>) -> Value {
        match self {
            Self::Int(number) => (*number).into(),
            Self::Text(text) | Self::Choice(_, text) => text.as_str().into(),
            Self::Time(at) => encoding.time(*at),
            Self::Enum(number, name) => encoding.enum_value(format_args!("{name}"), *number),
            Self::UtcTime(at) if encoding.quirks.message_search.times_in_zone => {
                encoding.time(Some(*at))
            }
            Self::UtcTime(at) => at.format("%Y-%m-%dT%H:%M:%S").to_string().into(),
            Self::Span(span) => encoding.span(span.unwrap_or_default()),
        }
    }

    /// The value that only full rows have.
    pub(super) fn to_raw_value(&self, encoding: &Encoding<'_>) -> Value {
        match self {
            Self::Choice(number, _) | Self::Enum(number, _) => (*number).into(),
            _ => self.to_display_value(encoding),
        }
    }
}

/// The value of a column in a row, at a time.
pub(super) type Column<T> = fn(&T, DateTime<Utc>) -> ColumnValue;

/// An archive of one kind of rows.
#[derive(Debug)]
pub(super) struct Provider<T: 'static> {
    /// Below the base address.
    pub(super) path: &'static str,
    pub(super) entity: &'static str,
    /// By name; the first is the primary key.
    pub(super) columns: &'static [(&'static str, Column<T>)],
    /// The columns that not every edition of the service has, and whether this one has them.
    pub(super) newer: &'static [&'static str],
    pub(super) column_quirk: fn(&Quirks) -> ArchiveColumns,
}

pub(super) static SESSIONS: Provider<Session> = Provider {
    path: "ChatSession",
    entity: "chat",
    column_quirk: |quirks| quirks.archive_columns,
    newer: &[
        "status",
        "queueLength",
        "rating",
        "agent",
        "timeInQueue",
        "duration",
    ],
    columns: &[
        ("chatSessionId", |it, _| Int(it.id)),
        ("status", |it, _| {
            Choice(it.status as i64, it.status.label().to_owned())
        }),
        ("firstMessage", |it, _| Text(it.previews()[0].clone())),
        ("lastMessage", |it, _| Text(it.previews()[1].clone())),
        ("whenRequested", |it, _| Time(Some(it.requested))),
        ("whenStarted", |it, _| Time(it.started)),
        ("whenEnded", |it, _| Time(it.ended)),
        ("timeInQueue", |it, _| {
            Span(it.started.map(|started| started - it.requested))
        }),
        ("duration", |it, _| {
            Span(it.started.and_then(|started| Some(it.ended? - started)))
        }),
        ("queueLength", |it, _| Int(it.queue_position)),
        ("rating", |it, _| Int(it.rating)),
        ("agent", |it, _| {
            let (id, login) = it.agent.map_or((0, ""), |agent| (agent.id, &agent.login));
            Choice(id, login.to_owned())
        }),
        ("associateId", |it, _| Int(it.agent.map_or(0, |it| it.id))),
        ("associate/fullName", |it, _| {
            Text(it.agent.map_or(String::new(), |agent| agent.name.clone()))
        }),
        ("chatTopic/chatTopicId", |it, _| Int(it.channel.id)),
        ("chatTopic/name", |it, _| Text(it.channel.name.clone())),
        ("person/fullName", |it, _| linked_text(it, |it| &it.name)),
        ("person/email/emailAddress", |it, _| {
            linked_text(it, |customer| &customer.email)
        }),
        ("contact/name", |it, _| linked_text(it, |it| &it.company)),
    ],
};

pub(super) static ZONES: Provider<Zone> = Provider {
    path: "TimeZone",
    entity: "timezone",
    column_quirk: |_| ArchiveColumns::All,
    newer: &[],
    columns: &[
        ("id", |it, _| Int(it.id)),
        ("isActive", |_, _| Int(1)),
        ("timeZone", |it, _| Text(it.code.clone())),
        ("country", |it, _| Text(it.country.clone())),
        ("region", |it, _| Text(it.region.clone())),
        ("cities", |it, _| Text(it.cities.clone())),
        ("offset", |it, now| {
            Text(offset_text(it.utc_offset_minutes(now).0))
        }),
        ("daylight", |it, now| {
            let daylight = it.utc_offset_minutes(now).1;
            Text(daylight.map_or(String::new(), offset_text))
        }),
    ],
};

/// A text of the linked person or contact, empty if none is linked.
fn linked_text(session: &Session, field: fn(&Customer) -> &String) -> ColumnValue {
    let customer = Some(session.customer).filter(|customer| customer.known);
    Text(customer.map_or(String::new(), |it| field(it).clone()))
}
