//! What rows of the archive can tell: the columns of sessions and of time zones.
//!
//! Names are the service's; a column is one line here and nothing elsewhere.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{
    cast::Customer,
    session::Session,
    style::Style,
    zones::{Zone, offset_text},
};

/// One value of a row.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Int(i64),
    Text(String),
    When(Option<DateTime<Utc>>),
    /// A member of a list: its number and the words shown for it.
    Choice(i64, String),
    Span(TimeDelta),
}

impl Cell {
    /// The text that text conditions look at.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Text(words) | Self::Choice(_, words) => words,
            Self::Int(_) | Self::When(_) | Self::Span(_) => "",
        }
    }

    /// What a slim row shows.
    pub(super) fn display(&self, style: &Style<'_>) -> Value {
        match self {
            Self::Int(number) => (*number).into(),
            Self::Text(words) | Self::Choice(_, words) => words.as_str().into(),
            Self::When(at) => style.when(*at),
            Self::Span(span) => {
                let seconds = span.num_seconds();
                let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
                format!("{hours:02}:{minutes:02}:{:02}", seconds % 60).into()
            }
        }
    }

    /// What a full row has besides: the value itself.
    pub(super) fn raw(&self, style: &Style<'_>) -> Value {
        match self {
            Self::Choice(number, _) => (*number).into(),
            _ => self.display(style),
        }
    }
}

/// A column: its name, whether older services lack it, and its value in a row.
pub(super) type Column<T> = (&'static str, bool, fn(&T, DateTime<Utc>) -> Cell);

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
        ("chatSessionId", false, |it, _| Cell::Int(it.id)),
        ("status", true, |it, _| {
            Cell::Choice(it.status as i64, it.status.words().to_owned())
        }),
        ("firstMessage", false, |it, _| {
            Cell::Text(Session::copy_of(it.talk().next()))
        }),
        ("lastMessage", false, |it, _| {
            Cell::Text(Session::copy_of(it.talk().next_back()))
        }),
        ("whenRequested", false, |it, _| {
            Cell::When(Some(it.requested))
        }),
        ("whenStarted", false, |it, _| Cell::When(it.started)),
        ("whenEnded", false, |it, _| Cell::When(it.ended)),
        ("duration", true, |it, now| {
            Cell::Span(
                it.started
                    .map_or(TimeDelta::zero(), |at| it.ended.unwrap_or(now) - at),
            )
        }),
        ("timeInQueue", true, |it, now| {
            Cell::Span(it.started.or(it.ended).unwrap_or(now) - it.requested)
        }),
        ("queueLength", true, |it, _| {
            Cell::Int(i64::try_from(it.queue_position).unwrap_or_default())
        }),
        ("rating", true, |it, _| Cell::Int(it.rating)),
        ("agent", true, |it, _| {
            let agent = it.agent();
            let login = agent.map_or(String::new(), |agent| agent.login.clone());
            Cell::Choice(agent.map_or(0, |agent| agent.id), login)
        }),
        ("associateId", false, |it, _| {
            Cell::Int(it.agent().map_or(0, |agent| agent.id))
        }),
        ("associate/fullName", false, |it, _| {
            Cell::Text(it.agent().map_or(String::new(), |agent| agent.name.clone()))
        }),
        ("associate/ejDisplayName", false, |it, _| {
            Cell::Text(
                it.agent()
                    .map_or(String::new(), |agent| agent.nickname.clone()),
            )
        }),
        ("chatTopic/chatTopicId", false, |it, _| {
            Cell::Int(it.channel().id)
        }),
        ("chatTopic/name", false, |it, _| {
            Cell::Text(it.channel().name.clone())
        }),
        ("chatTopic/description", false, |it, _| {
            Cell::Text(it.channel().description.clone())
        }),
        ("person/fullName", false, |it, _| {
            Cell::Text(known(it, |customer| &customer.name))
        }),
        ("person/email/emailAddress", false, |it, _| {
            Cell::Text(known(it, |customer| &customer.email))
        }),
        ("contact/name", false, |it, _| {
            Cell::Text(known(it, |customer| &customer.company))
        }),
        ("contact/nameDepartment", false, |it, _| {
            Cell::Text(known(it, |customer| &customer.company))
        }),
    ],
};

/// The archive of time zones.
pub(super) const ZONES: Provider<Zone> = Provider {
    entity: "timezone",
    columns: &[
        ("id", false, |it, _| Cell::Int(it.id)),
        ("isActive", false, |_, _| Cell::Int(1)),
        ("flag", false, |_, _| Cell::Text(String::new())),
        ("timeZone", false, |it, _| Cell::Text(it.code.clone())),
        ("country", false, |it, _| Cell::Text(it.country.clone())),
        ("region", false, |it, _| Cell::Text(it.region.clone())),
        ("cities", false, |it, _| Cell::Text(it.cities.clone())),
        ("offset", false, |it, now| {
            Cell::Text(offset_text(it.minutes(now).0))
        }),
        ("daylight", false, |it, now| {
            Cell::Text(it.minutes(now).1.map_or(String::new(), offset_text))
        }),
        ("offsetRaw", false, |it, now| {
            Cell::Int((-it.minutes(now).0).into())
        }),
        ("daylightRaw", false, |it, now| {
            Cell::Int(it.minutes(now).1.map_or(0, |minutes| (-minutes).into()))
        }),
    ],
};

/// Something about the customer that only a linked person or company tells.
fn known(session: &Session, what: fn(&Customer) -> &String) -> String {
    let customer = session.customer();
    if customer.known {
        what(customer).clone()
    } else {
        String::new()
    }
}
