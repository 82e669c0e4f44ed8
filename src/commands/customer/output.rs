//! The conversations of a customer as a table, or as JSON with keys of our own.

use std::io;

use serde_json::{Value, json};

use super::super::json::JsonWriter;
use super::super::{Context, table};
use crate::chat::{EntityRef, Session, Timestamp};
use crate::text::{TimeZone, join_non_empty, time_format};

/// Name, company, email address and number, as far as one of the sessions has them.
pub(super) fn describe_customer(sessions: &[&Session]) -> String {
    let customer = CustomerInfo::of(sessions);
    let number = match (customer.person_id, customer.contact_id) {
        (Some(id), _) => id.to_string(),
        (None, Some(id)) => format!("contact:{id}"),
        (None, None) => String::new(),
    };
    let parts = [customer.name, customer.company, customer.email, &number];
    join_non_empty(parts, ", ")
}

/// The first known value of each property.
struct CustomerInfo<'a> {
    name: &'a str,
    company: &'a str,
    email: &'a str,
    person_id: Option<i64>,
    contact_id: Option<i64>,
}

impl<'a> CustomerInfo<'a> {
    fn of(sessions: &[&'a Session]) -> Self {
        let text = |of: fn(&'a Session) -> &'a str| {
            let mut texts = sessions.iter().map(|session| of(session));
            texts.find(|text| !text.is_empty()).unwrap_or_default()
        };
        let id = |of: fn(&'a Session) -> Option<&'a EntityRef>| {
            let ids = sessions.iter().filter_map(|session| Some(of(session)?.id));
            ids.into_iter().find(|id| *id > 0)
        };
        Self {
            name: text(|session| session.customer_name().unwrap_or_default()),
            company: text(Session::company),
            email: text(|session| &session.customer.email),
            person_id: id(|session| session.person.as_ref()),
            contact_id: id(|session| session.contact.as_ref()),
        }
    }
}

pub(super) fn print_table(
    sessions: &[Session],
    zone: &TimeZone,
    context: &mut Context<'_>,
) -> io::Result<()> {
    let rows = sessions.iter().map(|session| {
        let requested = session.requested;
        let requested = requested.map(|at| time_format::format_timestamp(at, zone));
        [
            session.id.to_string(),
            requested.unwrap_or_default(),
            session.state().to_owned(),
            session.title(),
            session.channel.name.clone(),
            session.agent_name().to_owned(),
            session.first_message.clone(),
        ]
    });
    let columns = [
        ("ID", 12),
        ("REQUESTED", 32),
        ("STATE", 22),
        ("CUSTOMER", 24),
        ("CHANNEL", 16),
        ("AGENT", 16),
        ("FIRST MESSAGE", 60),
    ];
    table::write_table(&columns, &rows.collect::<Vec<_>>(), context.out)
}

pub(super) fn print_json(
    sessions: &[Session],
    zone: &TimeZone,
    context: &mut Context<'_>,
) -> io::Result<()> {
    let customer = CustomerInfo::of(&sessions.iter().collect::<Vec<_>>());
    let conversations = sessions.iter().map(|session| conversation(session, zone));
    let document = json!({
        "customer": {
            "name": customer.name,
            "company": customer.company,
            "email": customer.email,
            "person_id": customer.person_id,
            "contact_id": customer.contact_id,
        },
        "conversations": conversations.collect::<Vec<_>>(),
    });
    JsonWriter::write_value(context.out, &document.to_string())?;
    writeln!(context.out)
}

fn conversation(session: &Session, zone: &TimeZone) -> Value {
    let time = |at: Option<Timestamp>| at.map(|at| time_format::format_rfc3339(at, zone));
    json!({
        "chat_session_id": session.id.0,
        "state": session.state(),
        "customer": session.customer_name(),
        "channel": session.channel.name,
        "agent": session.agent_name(),
        "requested": time(session.requested),
        "started": time(session.started),
        "ended": time(session.ended),
        "rating": session.rating,
        "first_message": session.first_message,
        "last_message": session.last_message,
    })
}
