//! A chat session entity (`ForCurrentUser`, `ChatSession/{id}`) as a session.
//!
//! Linked objects come as null or as an object full of zeros: the id decides whether there is a
//! link. The names of states and categories may carry several languages at once.

use super::object::Object;
use super::reprint::without;
use super::words::pick;
use super::{Reader, first_filled};
use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, Customer, EntityRef, Session, SessionId, Status, Typing,
    sanitize,
};
use crate::superoffice::markup;

/// What lets the customer's window in: not for us, and for nobody else.
pub(super) const SECRET: &str = "SessionKey";

impl Reader {
    /// Reads a session; `None` for what is none or has no id.
    pub(in crate::superoffice) fn session(&mut self, element: &[u8]) -> Option<Session> {
        let json = String::from_utf8_lossy(element);
        let object = Object::read(&json)?;
        let session = Session {
            id: SessionId(object.id("ChatSessionId")?),
            channel: Channel {
                id: ChannelId(object.id("TopicId").unwrap_or_default()),
                name: String::new(),
            },
            status: status(&object, "Status"),
            customer: Customer {
                name: object.line("CustomerName"),
                alias: object.line("CustomerAlias"),
                email: object.line("CustomerEmail"),
                phone: object.line("CustomerPhone"),
                company: object.line("CustomerCompanyName"),
                host: object.line("CustomerHost"),
                consented: object.flag("CustomerConsented"),
            },
            agent: self.agent(&object, "User"),
            transfer_to: self.agent(&object, "TransferTo"),
            bot_active: object.flag("ChatbotIsActive"),
            typing: typing(&object.text("Flags")),
            first_message: excerpt(&object, "FirstMessage"),
            last_message: excerpt(&object, "LastMessage"),
            requested: object.moment("WhenRequested", self.naive),
            started: object.moment("WhenStarted", self.naive),
            ended: object.moment("WhenEnded", self.naive),
            last_activity: object.moment("WhenIdle", self.naive),
            customer_last_poll: object.moment("WhenFetched", self.naive),
            queue_position: object.whole("InitialQueuePos").unwrap_or_default(),
            alert_level: object.whole("AlertLevel").unwrap_or_default(),
            rating: rating(&object, "Rating"),
            contact: self.linked(&object, "Contact", "ContactId", ["Name", "FullName"], []),
            person: self.linked(
                &object,
                "Person",
                "PersonId",
                ["FullName", "FormalName"],
                [],
            ),
            ticket: self.linked(
                &object,
                "Ticket",
                "TicketId",
                ["Title"],
                ["TicketStatusDisplayValue", "BaseStatus"],
            ),
            sale: self.linked(&object, "Sale", "SaleId", ["Title"], ["Status"]),
            project: self.linked(&object, "Project", "ProjectId", ["Name"], ["Status"]),
            raw: without(SECRET, &json).into(),
        };
        self.count(&object);
        Some(session)
    }

    fn agent(&mut self, object: &Object<'_>, name: &str) -> Option<Agent> {
        let agent = object.object(name)?;
        let id = AssociateId(agent.id("AssociateId")?);
        let name = ["FullName", "FormalName", "UserName", "Name"].map(|name| agent.line(name));
        self.count(&agent);
        Some(Agent {
            id,
            name: first_filled(name),
        })
    }

    fn linked<const N: usize, const S: usize>(
        &mut self,
        object: &Object<'_>,
        name: &str,
        id: &str,
        names: [&str; N],
        states: [&str; S],
    ) -> Option<EntityRef> {
        let link = object.object(name)?;
        let id = link.id(id)?;
        let name = first_filled(names.map(|name| self.words(&link, name)));
        let state = first_filled(states.map(|state| self.words(&link, state)));
        self.count(&link);
        Some(EntityRef {
            id,
            name: match state.as_str() {
                "" => name,
                state => format!("{name} ({state})").trim_start().to_owned(),
            },
        })
    }

    /// A clean line in the language asked for.
    pub(super) fn words(&self, object: &Object<'_>, name: &str) -> String {
        sanitize::sanitize_line(pick(&object.text(name), &self.language).trim())
    }
}

/// How it stands; a session that does not say is `Invalid`, the service's own "unknown".
pub(super) fn status(object: &Object<'_>, name: &str) -> Status {
    match object.line(name).as_str() {
        "" => Status::Invalid,
        status => Status::parse(status),
    }
}

/// The beginning of a message on one line.
pub(super) fn excerpt(object: &Object<'_>, name: &str) -> String {
    markup::read(&object.text(name)).to_single_line()
}

/// Stars given, 1 to 5; 0 is "none given".
pub(super) fn rating(object: &Object<'_>, name: &str) -> Option<u8> {
    let stars = object.whole(name)?;
    u8::try_from(stars)
        .ok()
        .filter(|stars| (1..=5).contains(stars))
}

/// Reads the flags: names, parted by commas, or the bits themselves (customer 1, agent 2).
fn typing(flags: &str) -> Typing {
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
