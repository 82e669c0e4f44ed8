//! Decodes a chat session entity (`ForCurrentUser`, `ChatSession/{id}`).
//!
//! A missing link to another entity is either null or an object full of zeros, so only the id tells.
//! The names of states and categories may be multilingual.

use super::multilingual::select;
use super::object::LenientObject;
use super::rewrite::remove_property;
use super::{Decoder, first_non_empty};
use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, Customer, EntityRef, Session, SessionId, Status,
    Typing, sanitize,
};
use crate::superoffice::html;

/// The customer's access key to the conversation, which must not be shown or exported.
pub(super) const SESSION_KEY: &str = "SessionKey";

impl Decoder {
    /// Decodes a session; `None` if it is not an object or has no id.
    pub(in crate::superoffice) fn decode_session(&mut self, element: &[u8]) -> Option<Session> {
        let json = String::from_utf8_lossy(element);
        let object = LenientObject::parse(&json)?;
        let session = Session {
            id: SessionId(object.id("ChatSessionId")?),
            channel: Channel {
                id: ChannelId(object.id("TopicId").unwrap_or_default()),
                name: String::new(),
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
            agent: self.decode_agent(&object, "User"),
            transfer_to: self.decode_agent(&object, "TransferTo"),
            bot_active: object.flag("ChatbotIsActive"),
            typing: parse_typing(&object.text("Flags")),
            first_message: message_excerpt(&object, "FirstMessage"),
            last_message: message_excerpt(&object, "LastMessage"),
            requested: object.timestamp("WhenRequested", self.naive_zone),
            started: object.timestamp("WhenStarted", self.naive_zone),
            ended: object.timestamp("WhenEnded", self.naive_zone),
            last_activity: object.timestamp("WhenIdle", self.naive_zone),
            customer_last_poll: object.timestamp("WhenFetched", self.naive_zone),
            queue_position: object.integer("InitialQueuePos").unwrap_or_default(),
            alert_level: object.integer("AlertLevel").unwrap_or_default(),
            rating: decode_rating(&object, "Rating"),
            contact: self.decode_entity_ref(
                &object,
                "Contact",
                "ContactId",
                ["Name", "FullName"],
                [],
            ),
            person: self.decode_entity_ref(
                &object,
                "Person",
                "PersonId",
                ["FullName", "FormalName"],
                [],
            ),
            ticket: self.decode_entity_ref(
                &object,
                "Ticket",
                "TicketId",
                ["Title"],
                ["TicketStatusDisplayValue", "BaseStatus"],
            ),
            sale: self.decode_entity_ref(&object, "Sale", "SaleId", ["Title"], ["Status"]),
            project: self.decode_entity_ref(&object, "Project", "ProjectId", ["Name"], ["Status"]),
            raw: remove_property(SESSION_KEY, &json).into(),
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

    fn decode_entity_ref<const N: usize, const S: usize>(
        &mut self,
        object: &LenientObject<'_>,
        name: &str,
        id: &str,
        names: [&str; N],
        states: [&str; S],
    ) -> Option<EntityRef> {
        let link = object.object(name)?;
        let id = link.id(id)?;
        let name = first_non_empty(names.map(|name| self.localized_line(&link, name)));
        let state = first_non_empty(states.map(|state| self.localized_line(&link, state)));
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
        sanitize::sanitize_line(select(&object.text(name), &self.language).trim())
    }
}

/// A missing status is `Invalid`, the service's own "unknown".
pub(super) fn decode_status(object: &LenientObject<'_>, name: &str) -> Status {
    match object.clean_line(name).as_str() {
        "" => Status::Invalid,
        status => Status::parse(status),
    }
}

pub(super) fn message_excerpt(object: &LenientObject<'_>, name: &str) -> String {
    html::parse(&object.text(name)).to_single_line()
}

/// Decodes 1 to 5 stars; 0 means no rating.
pub(super) fn decode_rating(object: &LenientObject<'_>, name: &str) -> Option<u8> {
    let stars = object.integer(name)?;
    u8::try_from(stars)
        .ok()
        .filter(|stars| (1..=5).contains(stars))
}

/// Parses flags: comma-separated names, or a number with bits (customer 1, agent 2).
fn parse_typing(flags: &str) -> Typing {
    if let Ok(bits) = flags.trim().parse::<u32>() {
        return Typing {
            customer: bits & 1 != 0,
            agent: bits & 2 != 0,
        };
    }
    let has = |name: &str| {
        flags
            .split(',')
            .any(|flag| flag.trim().eq_ignore_ascii_case(name))
    };
    Typing {
        customer: has("CustomerIsTyping"),
        agent: has("UserIsTyping"),
    }
}

#[cfg(test)]
mod tests;
