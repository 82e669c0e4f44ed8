//! Decodes a chat session entity (`ForCurrentUser`, `ChatSession/{id}`).
//!
//! An absent entity is either null or an object full of zeros, so only its id shows its absence. The names of
//! states and categories may be multilingual.

use super::multilingual::select;
use super::object::{LenientObject, beginning};
use super::rewrite::remove_property;
use super::{Decoder, first_non_empty, value};
use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, Customer, EntityRef, Original, Session, SessionId,
    Status, Typing, sanitize,
};
use crate::superoffice::html;

/// Bytes of the first and the last message that are stored, of every session in the list.
const MAX_EXCERPT_BYTES: usize = 8 << 10;

/// The customer's access key to the conversation, which must not be shown or exported.
pub(super) const SESSION_KEY: &str = "SessionKey";

impl Decoder {
    /// Decodes a session; `None` if it is not an object or has no id.
    pub(crate) fn decode_session(&mut self, element: &[u8]) -> Option<Session> {
        let json = String::from_utf8_lossy(element);
        let object = LenientObject::parse(&json)?;
        let id = SessionId(object.id("ChatSessionId")?);
        let [agent, transfer_to] =
            ["User", "TransferTo"].map(|name| self.decode_agent(&object, name));
        let naive_zone = self.naive_zone;
        let time = |name| object.timestamp(name, naive_zone);
        let mut entity_ref = |entity: &str, names: &[&str], states: &[&str]| {
            self.decode_entity_ref(&object, entity, names, states)
        };
        let session = Session {
            id,
            channel: Channel {
                id: ChannelId(object.id("TopicId").unwrap_or_default()),
                ..Channel::default()
            },
            status: decode_status(&object, "Status"),
            customer: Customer {
                name: object.clean_line("CustomerName"),
                alias: object.clean_line("CustomerAlias"),
                email: object.clean_line("CustomerEmail"),
                phone: object.clean_line("CustomerPhone"),
                company: object.clean_line("CustomerCompanyName"),
                host: object.clean_line("CustomerHost"),
                consented: object.flag("CustomerConsented"),
            },
            agent,
            transfer_to,
            bot_active: object.flag("ChatbotIsActive"),
            typing: parse_typing(&object.text("Flags")),
            first_message: message_excerpt(&object, "FirstMessage"),
            last_message: message_excerpt(&object, "LastMessage"),
            requested: time("WhenRequested"),
            started: time("WhenStarted"),
            ended: time("WhenEnded"),
            last_activity: time("WhenIdle"),
            customer_last_poll: time("WhenFetched"),
            queue_position: object.integer("InitialQueuePos").unwrap_or_default(),
            alert_level: object.integer("AlertLevel").unwrap_or_default(),
            rating: decode_rating(&object, "Rating"),
            contact: entity_ref("Contact", &["Name", "FullName"], &[]),
            person: entity_ref("Person", &["FullName", "FormalName"], &[]),
            ticket: entity_ref(
                "Ticket",
                &["Title"],
                &["TicketStatusDisplayValue", "BaseStatus"],
            ),
            sale: entity_ref("Sale", &["Title"], &["Status"]),
            project: entity_ref("Project", &["Name"], &["Status"]),
            raw: remove_property(SESSION_KEY, &json).into(),
            original: Original::default(),
        };
        self.count_invalid(&object);
        Some(session)
    }

    fn decode_agent(&mut self, object: &LenientObject<'_>, name: &str) -> Option<Agent> {
        let agent = object.object(name)?;
        let id = AssociateId(agent.id("AssociateId")?);
        let name =
            ["FullName", "FormalName", "UserName", "Name"].map(|name| agent.clean_line(name));
        self.count_invalid(&agent);
        Some(Agent {
            id,
            name: first_non_empty(name),
        })
    }

    /// Decodes a link to another entity, its name and state under the first of several names.
    fn decode_entity_ref(
        &mut self,
        object: &LenientObject<'_>,
        entity: &str,
        names: &[&str],
        states: &[&str],
    ) -> Option<EntityRef> {
        let link = object.object(entity)?;
        let id = link.id(&format!("{entity}Id"))?;
        let name = first_non_empty(names.iter().map(|name| self.localized_line(&link, name)));
        let state = first_non_empty(states.iter().map(|name| self.localized_line(&link, name)));
        self.count_invalid(&link);
        Some(EntityRef {
            id,
            name: match state.as_str() {
                "" => name,
                state => format!("{name} ({state})").trim_start().to_owned(),
            },
        })
    }

    /// Sanitized text on one line, in the requested language.
    pub(super) fn localized_line(&self, object: &LenientObject<'_>, name: &str) -> String {
        sanitize::sanitize_line(select(beginning(&object.text(name)), &self.language).trim())
    }
}

/// A missing status is `Invalid`, the service's own "unknown".
pub(super) fn decode_status(object: &LenientObject<'_>, name: &str) -> Status {
    match value::strip_type_tag(&object.clean_line(name)) {
        "" => Status::Invalid,
        status => Status::parse(status),
    }
}

/// The beginning of a message on one line: the service truncates it itself, to 1024 characters.
pub(super) fn message_excerpt(object: &LenientObject<'_>, name: &str) -> String {
    let html = object.text(name);
    let (excerpt, _) = html.split_at(html.floor_char_boundary(MAX_EXCERPT_BYTES));
    html::parse(excerpt).to_single_line()
}

/// Decodes 1 to 5 stars; 0 means no rating.
pub(super) fn decode_rating(object: &LenientObject<'_>, name: &str) -> Option<u8> {
    let stars = u8::try_from(object.integer(name)?).ok()?;
    (1..=5).contains(&stars).then_some(stars)
}

/// Parses flags: comma-separated names, or a number with bits (customer 1, agent 2).
fn parse_typing(flags: &str) -> Typing {
    let bits: u32 = flags.trim().parse().unwrap_or_default();
    let has = |bit, name: &str| {
        let mut names = flags.split(',').map(str::trim);
        bits & bit != 0 || names.any(|flag| flag.eq_ignore_ascii_case(name))
    };
    Typing {
        customer: has(1, "CustomerIsTyping"),
        agent: has(2, "UserIsTyping"),
    }
}

#[cfg(test)]
mod tests;
