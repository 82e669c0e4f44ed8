//! Masks a session, and collects the known data of its people.

use std::sync::Arc;

use super::fields::{Class, classify};
use super::json::{TokenKind, visit_tokens};
use super::known::KnownData;
use super::pseudonym::Kind;
use super::{Masker, to_html};
use crate::chat::{Agent, Channel, Customer, EntityRef, Original, Session};
use crate::text::json::decode_text;

impl Masker {
    /// Adds the values of the fields of a session and of its linked objects, including those that are not
    /// decoded.
    pub(crate) fn add_session(&self, known: &mut KnownData, session: &Session) {
        let customer = &session.customer;
        let person = session.person.as_ref().map_or("", |person| &person.name);
        // Under whatever name, it is one person.
        let names = [customer.name.as_str(), person, &customer.alias];
        let identity = names.into_iter().find(|name| !name.trim().is_empty());
        let identity = identity.unwrap_or_default();
        if !identity.is_empty() {
            let make = || self.pseudonyms.make(Kind::Customer, identity);
            known.customer.get_or_insert_with(make);
        }
        let name_of =
            |agent: &Option<Agent>| agent.as_ref().map_or("", |it| it.name.as_str()).to_owned();
        let [user, transfer_to] = [&session.agent, &session.transfer_to].map(name_of);
        let contact = session.contact.as_ref().map_or("", |contact| &contact.name);
        let decoded = [
            (Class::Customer, names[0]),
            (Class::Customer, names[1]),
            (Class::Customer, names[2]),
            (Class::User, &user),
            (Class::TransferTo, &transfer_to),
            (Class::Company, contact),
            (Class::Company, &customer.company),
            (Class::Phone, &customer.phone),
            (Class::Host, &customer.host),
        ];
        let mut add = |class: Class, value: &str| {
            let (kind, of) = match class {
                Class::Customer if identity.is_empty() => (Kind::Customer, value),
                Class::Customer => (Kind::Customer, identity),
                Class::User if !user.is_empty() => (Kind::Agent, user.as_str()),
                Class::TransferTo if !transfer_to.is_empty() => (Kind::Agent, transfer_to.as_str()),
                Class::User | Class::TransferTo | Class::Agent => (Kind::Agent, value),
                Class::Company => (Kind::Company, value),
                Class::Phone => (Kind::Phone, value),
                Class::Place => (Kind::Place, value),
                Class::Host => (Kind::Host, value),
                _ => return,
            };
            known.add(value, || self.pseudonyms.make(kind, of));
        };
        for (class, value) in decoded {
            add(class, value);
        }
        // What comes before a fault of the JSON is known.
        visit_tokens(&session.raw, |range, kind, path| {
            let text = session.raw.get(range).unwrap_or_default();
            if kind == TokenKind::Text && text.len() > 2 {
                let class = classify(path);
                if is_collected(class) {
                    add(class, &decode_text(text));
                }
            }
        });
    }

    /// Masks a session with its JSON by what its own fields hold.
    pub(crate) fn mask_session(&self, session: &Session) -> Session {
        let mut known = KnownData::default();
        self.add_session(&mut known, session);
        let masked = self.mask_without_json(session, &known);
        let raw = self.mask_json(&session.raw, &known, |class| match class {
            Class::FirstMessage => Some(to_html(&masked.first_message)),
            Class::LastMessage => Some(to_html(&masked.last_message)),
            _ => None,
        });
        Session {
            raw: raw.into(),
            ..masked
        }
    }

    /// Masks a row of a list, whose JSON is not used: it is left out.
    pub(crate) fn mask_row(&self, row: &Session) -> Session {
        let mut known = KnownData::default();
        self.add_session(&mut known, row);
        self.mask_without_json(row, &known)
    }

    fn mask_without_json(&self, session: &Session, known: &KnownData) -> Session {
        let Customer {
            name,
            alias,
            email,
            phone,
            company,
            host,
            consented,
        } = &session.customer;
        let agent = |agent: &Option<Agent>| {
            let Agent { id, name } = agent.as_ref()?;
            Some(Agent {
                id: *id,
                name: self.mask_value(Kind::Agent, name, known),
            })
        };
        let entity = |entity: &Option<EntityRef>, mask: &dyn Fn(&str) -> String| {
            let EntityRef { id, name } = entity.as_ref()?;
            Some(EntityRef {
                id: *id,
                name: mask(name),
            })
        };
        let value = |kind: Kind| move |text: &str| self.mask_value(kind, text, known);
        let text = |text: &str| self.mask_text(text, known);
        Session {
            id: session.id,
            channel: Channel {
                // It may be named for an agent or for a company.
                name: text(&session.channel.name),
                ..session.channel.clone()
            },
            status: session.status.clone(),
            customer: Customer {
                name: value(Kind::Customer)(name),
                alias: value(Kind::Customer)(alias),
                email: value(Kind::Mail)(email),
                phone: value(Kind::Phone)(phone),
                company: value(Kind::Company)(company),
                host: value(Kind::Host)(host),
                consented: *consented,
            },
            agent: agent(&session.agent),
            transfer_to: agent(&session.transfer_to),
            bot_active: session.bot_active,
            typing: session.typing,
            first_message: text(&session.first_message),
            last_message: text(&session.last_message),
            requested: session.requested,
            started: session.started,
            ended: session.ended,
            last_activity: session.last_activity,
            customer_last_poll: session.customer_last_poll,
            queue_position: session.queue_position,
            alert_level: session.alert_level,
            rating: session.rating,
            contact: entity(&session.contact, &value(Kind::Company)),
            person: entity(&session.person, &value(Kind::Customer)),
            ticket: entity(&session.ticket, &text),
            sale: entity(&session.sale, &text),
            project: entity(&session.project, &text),
            raw: Arc::default(),
            original: Original::default(),
        }
    }
}

/// Returns `true` for properties with a name, a number or an address to look for in texts.
fn is_collected(class: Class) -> bool {
    matches!(
        class,
        Class::Customer
            | Class::User
            | Class::TransferTo
            | Class::Agent
            | Class::Company
            | Class::Phone
            | Class::Place
            | Class::Host
    )
}
