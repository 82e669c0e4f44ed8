//! JSON shapes of sessions, messages, channels, agents and customers.
//!
//! Property names and their order are the service's. Every session has the session key, as a real
//! one does, so that tests can prove that the decoder drops it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    encoding::Encoding,
    enums::SessionStatus,
    quirks::{TypingFlags, WarnMinutes},
    scenario::{Agent, CAST, Channel},
    session::{Message, Session, Typing},
    store::Database,
};

/// The secret in every session; it must not appear in any output.
pub(crate) const SESSION_KEY: &str = "demo-session-key-5f2c9ab0e7";

/// How far the ids of persons and of contacts are above those of the customers in the cast.
pub(super) const PERSON_OFFSET: i64 = 500;
pub(super) const CONTACT_OFFSET: i64 = 100;

fn encode_message(encoding: &Encoding<'_>, session: i64, message: &Message) -> Value {
    let content = &message.content;
    let read = content.read != encoding.quirks.read_marks_flipped;
    encoding.apply_empty_text(json!({
        "ChatMessageId": message.id,
        "ChatSessionId": session,
        "Type": encoding.enum_value(content.kind, content.kind as i64),
        "Message": encoding.message_markup(&content.text),
        "Author": content.author,
        "ReadByCustomer": i32::from(read),
        "SpecialType": encoding.enum_value(content.special, content.special as i64),
        "SpecialParam": content.param,
        "WhenPosted": encoding.posted_time(message.posted),
    }))
}

/// The messages of a session above an id, and the injected elements.
pub(super) fn encode_messages(
    encoding: &Encoding<'_>,
    session: &Session,
    after: i64,
) -> Vec<Value> {
    session
        .messages
        .iter()
        .filter(|message| message.id > after)
        .map(|message| encode_message(encoding, session.id, message))
        .chain(session.injected.iter().cloned())
        .collect()
}

pub(super) fn encode_session(encoding: &Encoding<'_>, session: &Session) -> Value {
    let customer = session.customer;
    let [first_message, last_message] = session.previews();
    let linked = |object: Value| customer.known.then_some(object);
    encoding.apply_empty_text(json!({
        "ChatSessionId": session.id,
        "TopicId": session.channel.id,
        "User": encode_associate(encoding, session.agent),
        "Person": linked(json!({
            "PersonId": PERSON_OFFSET + customer.id,
            "FullName": customer.name,
            "FormalName": customer.name,
            "Email": customer.email,
            "DirectPhone": customer.phone,
            "MobilePhone": "",
            "Title": "",
            "Position": "",
            "ContactName": customer.company,
            "ContactDepartment": "",
            "CategoryName": encoding.localized("Kunde", "Customer"),
            "CountryId": 578,
            "SupportLanguageId": 1,
            "Retired": 0,
        })),
        "CustomerAlias": customer.alias,
        "CustomerHost": customer.host,
        "CustomerName": customer.name,
        "CustomerEmail": customer.email,
        "CustomerPhone": customer.phone,
        "CustomerConsented": true,
        "CustomerCompanyName": customer.company,
        "Status": encoding.enum_value(session.status, session.status as i64),
        "FirstMessage": encoding.message_markup(&first_message),
        "LastMessage": encoding.message_markup(&last_message),
        "WhenRequested": encoding.time(Some(session.requested)),
        "WhenStarted": encoding.time(session.started),
        "WhenEnded": encoding.time(session.ended),
        "WhenIdle": encoding.time(Some(session.idle_since)),
        "WhenFetched": encoding.time(Some(last_fetched(session, encoding.now))),
        "SessionKey": SESSION_KEY,
        "InitialQueuePos": session.queue_position,
        "AlertLevel": alert_level(session, encoding),
        "Rank": session.rank,
        "Flags": encode_flags(encoding, session.typing),
        "Contact": linked(json!({
            "ContactId": CONTACT_OFFSET + customer.id,
            "Name": customer.company,
            "Department": "",
            "FullName": customer.company,
            "CategoryName": encoding.localized("Kunde", "Customer"),
            "BusinessName": encoding.localized("Friluftsliv", "Outdoor"),
            "CountryName": customer.country,
            "City": customer.city,
            "EmailAddress": customer.email,
            "DirectPhone": customer.phone,
            "URL": "",
            "AssociateFullName": CAST.agents[0].name,
            "Number1": "",
        })),
        "Project": session.project.as_ref().map(|name| json!({
            "ProjectId": 30 + session.id, "Name": name, "Status": encoding.localized("Pågår", "In progress"),
        })),
        "Sale": session.sale.as_ref().map(|title| json!({
            "SaleId": 2000 + session.id, "Title": title, "Amount": 48_900.0, "Currency": "NOK", "Status": "Open",
        })),
        "Ticket": session.ticket.as_ref().map(|title| json!({
            "TicketId": 70_000 + session.id,
            "Title": title,
            "BaseStatus": "Active",
            "TicketStatusDisplayValue": encoding.localized("Åpen", "Open"),
            "PriorityName": encoding.localized("Middels", "Medium"),
            "OwnedByName": session.agent.map_or("", |agent| agent.name.as_str()),
            "CategoryFullname": "Support",
            "LastChanged": encoding.time(Some(session.idle_since)),
            "Deadline": encoding.time(None),
            "Origin": "Chat",
        })),
        "TransferTo": encode_associate(encoding, session.transfer_to),
        "ChatbotIsActive": session.bot_active,
        "Rating": session.rating,
        "TableRight": {"Mask": "FULL", "Reason": ""},
        "FieldProperties": {
            "ChatSessionId": {"FieldRight": {"Mask": "FULL", "Reason": ""}, "FieldType": "System.Int32", "FieldLength": 0},
        },
    }))
}

/// A chat in the summary of a person or a contact.
pub(super) fn encode_chat_summary(encoding: &Encoding<'_>, session: &Session) -> Value {
    let [first_message, last_message] = session.previews();
    encoding.apply_empty_text(json!({
        "ChatSessionId": session.id,
        "Name": session.customer.name,
        "CompanyName": session.customer.company,
        "FirstMessage": encoding.message_markup(&first_message),
        "LastMessage": encoding.message_markup(&last_message),
        "WhenRequested": encoding.time(Some(session.requested)),
        "WhenEnded": encoding.time(session.ended),
    }))
}

fn encode_flags(encoding: &Encoding<'_>, typing: Typing) -> Value {
    let customer = encoding.enum_value(format_args!("CustomerIsTyping"), 0);
    let user = encoding.enum_value(format_args!("UserIsTyping"), 1);
    match (encoding.quirks.typing_flags, typing) {
        (TypingFlags::ByName, Typing::Nobody) => Value::Null,
        (TypingFlags::ByName, Typing::Customer)
        | (TypingFlags::AsBits, Typing::Nobody)
        | (TypingFlags::Stuck, _) => customer,
        (TypingFlags::ByName, Typing::Agent) | (TypingFlags::AsBits, Typing::Customer) => user,
        (TypingFlags::AsBits, Typing::Agent) => 2.into(),
    }
}

/// The last poll of the customer's browser: seconds ago, unless the window is closed.
fn last_fetched(session: &Session, now: DateTime<Utc>) -> DateTime<Utc> {
    let polled = now - TimeDelta::seconds(session.id % 3);
    session.left_at.or(session.ended).unwrap_or(polled)
}

/// The minutes after which each channel warns its agents, then its managers.
const QUEUE_WARNINGS: [i64; 2] = [2, 5];
const REPLY_WARNINGS: [i64; 2] = [3, 8];

/// The number of the channel's warning times that have passed without a reply.
fn alert_level(session: &Session, encoding: &Encoding<'_>) -> usize {
    let (since, warnings) = match session.status {
        _ if encoding.quirks.warn_minutes == WarnMinutes::Zero => return 0,
        SessionStatus::InQueue => (session.queued_at, QUEUE_WARNINGS),
        SessionStatus::CustomerLast => (session.idle_since, REPLY_WARNINGS),
        _ => return 0,
    };
    let now = encoding.now;
    let passed = |minutes: &&i64| since + TimeDelta::minutes(**minutes) <= now;
    warnings.iter().filter(passed).count()
}

fn encode_associate(encoding: &Encoding<'_>, agent: Option<&Agent>) -> Option<Value> {
    let agent = agent?;
    Some(json!({
        "AssociateId": agent.id,
        "Name": agent.login,
        "PersonId": agent.id + 7,
        "Rank": 0,
        "Tooltip": "",
        "Type": encoding.enum_value(format_args!("InternalAssociate"), 1),
        "GroupIdx": 2,
        "FullName": agent.name,
        "FormalName": agent.name,
        "Deleted": false,
        "EjUserId": agent.id - 1,
        "UserName": null,
    }))
}

/// The signed-in user, who is the first agent.
pub(super) fn encode_principal(encoding: &Encoding<'_>) -> Value {
    let agent = &CAST.agents[0];
    encoding.apply_empty_text(json!({
        "AssociateId": agent.id,
        "EjUserId": agent.id - 1,
        "FullName": agent.name,
        "UserName": format!("{}@nordlys.example", agent.login.to_lowercase()),
        "DatabaseContextIdentifier": super::TENANT,
    }))
}

pub(super) fn encode_topic(encoding: &Encoding<'_>, channel: &Channel) -> Value {
    let mut topic = encoding.apply_empty_text(json!({
        "ChatTopicId": channel.id,
        "Name": channel.name,
        "Description": channel.description,
        "BadgeHeader": "Chat",
        "WelcomeMessage": channel.welcome,
        "WarnNewChatMinutes": QUEUE_WARNINGS[0],
        "WarnManagerNewChatMinutes": QUEUE_WARNINGS[1],
        "WarnChatMessageMinutes": REPLY_WARNINGS[0],
        "WarnManagerChatMessageMinutes": REPLY_WARNINGS[1],
        "SecondsPrAccept": 74,
        "LastAccept": encoding.time(Some(encoding.now)),
        "BotEnabled": channel.bot.is_some(),
        "BotSettings": null,
        "OpeningHoursEnabled": false,
        "OpeningHours": null,
        "Language": channel.language,
        "Widget": null,
    }));
    if let Value::Object(topic) = &mut topic {
        topic.retain(|name, minutes| {
            let quirk = encoding.quirks.warn_minutes;
            if !name.starts_with("Warn") {
                return true;
            }
            match quirk {
                WarnMinutes::Set | WarnMinutes::Missing => {}
                WarnMinutes::Zero => *minutes = 0.into(),
                WarnMinutes::Null => *minutes = Value::Null,
                WarnMinutes::Text => *minutes = minutes.to_string().into(),
            }
            quirk != WarnMinutes::Missing
        });
    }
    topic
}

/// A member of a list of the service.
pub(super) fn encode_list_item(id: i64, name: &Value, extra: &str) -> Value {
    json!({
        "Id": id,
        "Name": name,
        "ToolTip": "",
        "Deleted": false,
        "Rank": id,
        "Type": "",
        "ChildItems": [],
        "ExtraInfo": extra,
        "Hidden": false,
    })
}

pub(super) fn encode_presence(agent: &Agent, database: &Database) -> Value {
    let ongoing = database
        .open_sessions()
        .filter(|session| session.agent.is_some_and(|other| other.id == agent.id));
    let topics: Vec<i64> = CAST.channels.iter().map(|channel| channel.id).collect();
    json!({
        "UserId": agent.id,
        "DisplayName": agent.name,
        "OngoingChats": ongoing.count(),
        "Present": agent.present,
        "ChatTopics": topics,
    })
}
