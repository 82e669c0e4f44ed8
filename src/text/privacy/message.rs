//! Masks a message: author, text with its links, special kind and JSON.

use super::address::MASKED;
use super::fields::Class;
use super::host::{hosts_in, without_port};
use super::known::KnownData;
use super::pseudonym::{Kind, is_pseudonym};
use super::scan::{Form, Replacement, replace};
use super::{Masker, to_html};
use crate::chat::{
    Annotation, Choice, Direction, Format, Message, Original, RichText, SpecialKind,
};

impl Masker {
    /// Adds the author of a message, and the people that its fields name.
    pub(crate) fn add_message(&self, known: &mut KnownData, message: &Message) {
        let author = message.author.as_str();
        let customer = known.customer.filter(|_| is_of_customer(message));
        known.add(author, || {
            customer.unwrap_or_else(|| self.pseudonyms.make(author_kind(message), author))
        });
        if let Some(SpecialKind::Transferred { to }) = message.special.as_deref()
            && !is_number(to)
        {
            known.add(to, || self.pseudonyms.make(Kind::Agent, to));
        }
        if let Some(SpecialKind::Block { detail }) = message.special.as_deref() {
            self.add_blocked(known, detail);
        }
    }

    /// Masks a message by the known data of its session.
    pub(crate) fn mask_message(&self, message: &Message, known: &KnownData) -> Message {
        let author = self.mask_author(message, known);
        let body = self.mask_rich_text(&message.body, known);
        let special = message.special.as_deref();
        let special = special.map(|special| self.mask_special(special, known));
        let direction = match &message.direction {
            Direction::Other(name) => Direction::Other(self.mask_text(name, known)),
            direction => direction.clone(),
        };
        let raw = self.mask_json(&message.raw, known, |class| match class {
            Class::Message => Some(to_html(&body.text)),
            Class::Author => Some(author.clone()),
            Class::SpecialParam => Some(special.as_ref().map_or_else(String::new, parameter)),
            _ => None,
        });
        Message {
            id: message.id,
            posted: message.posted,
            inferred_time: message.inferred_time,
            direction,
            author,
            body,
            special: special.map(Box::new),
            read_by_customer: message.read_by_customer,
            unreadable: message.unreadable.clone(),
            raw: raw.into(),
            time_in_raw: None,
            original: Original::default(),
        }
    }

    /// The customer of a session has one pseudonym, whichever name a message gives.
    fn mask_author(&self, message: &Message, known: &KnownData) -> String {
        let author = message.author.as_str();
        let is_name = !author.trim().is_empty() && !is_pseudonym(author);
        let is_other = is_name && is_of_customer(message) && known.get(author).is_none();
        match known.customer.filter(|_| is_other) {
            Some(customer) => customer.to_string(),
            None => self.mask_value(author_kind(message), author, known),
        }
    }

    fn mask_rich_text(&self, body: &RichText, known: &KnownData) -> RichText {
        let replacements = self.find(&body.text, known, Form::Text);
        let annotations = body.annotations.iter().map(|annotation| {
            let format = match &annotation.format {
                Format::Link(target) => Format::Link(self.mask_address(target, known)),
                Format::Image(target) => Format::Image(self.mask_address(target, known)),
                Format::Bold | Format::Italic | Format::Underline => annotation.format.clone(),
            };
            let range = map_position(annotation.range.start, false, &replacements)
                ..map_position(annotation.range.end, true, &replacements);
            Annotation { range, format }
        });
        RichText {
            text: replace(&body.text, &replacements),
            annotations: annotations.collect(),
        }
    }

    /// What was blocked, or hosts in the reason: the same may be in other texts.
    fn add_blocked(&self, known: &mut KnownData, detail: &str) {
        for host in hosts_in(detail) {
            known.add(host, || self.pseudonyms.make(Kind::Host, host));
        }
        let whole = detail.trim();
        if is_one_word(whole) && !whole.contains('@') {
            let host = without_port(whole);
            known.add(host, || self.pseudonyms.make(Kind::Host, host));
            if let Some(pseudonym) = known.get(host) {
                known.add(whole, || pseudonym);
            }
        }
    }

    fn mask_blocked(&self, detail: &str, known: &KnownData) -> String {
        match detail.trim() {
            mail if is_one_word(mail) && mail.contains('@') => {
                self.mask_value(Kind::Mail, mail, known)
            }
            host if is_one_word(host) => self.mask_value(Kind::Host, host, known),
            reason => self.mask_text(reason, known),
        }
    }

    fn mask_special(&self, special: &SpecialKind, known: &KnownData) -> SpecialKind {
        let text = |text: &String| self.mask_text(text, known);
        match special {
            SpecialKind::Url { address } => SpecialKind::Url {
                address: self.mask_address(address, known),
            },
            SpecialKind::Block { detail } => SpecialKind::Block {
                detail: self.mask_blocked(detail, known),
            },
            SpecialKind::Transferred { to } if is_number(to) => special.clone(),
            SpecialKind::Transferred { to } => SpecialKind::Transferred {
                to: self.mask_value(Kind::Agent, to, known),
            },
            SpecialKind::Error { detail } => SpecialKind::Error {
                detail: text(detail),
            },
            SpecialKind::FaqSuccessQuestion { faq } => {
                SpecialKind::FaqSuccessQuestion { faq: text(faq) }
            }
            SpecialKind::ClickedOption { choice } => SpecialKind::ClickedOption {
                choice: text(choice),
            },
            SpecialKind::Options { choices, unparsed } => SpecialKind::Options {
                choices: (choices.iter())
                    .map(|choice| Choice {
                        label: text(&choice.label),
                        value: text(&choice.value),
                    })
                    .collect(),
                unparsed: text(unparsed),
            },
            SpecialKind::IllegalFileType { file } => {
                SpecialKind::IllegalFileType { file: text(file) }
            }
            SpecialKind::Unknown { name, param } => SpecialKind::Unknown {
                name: text(name),
                // Its content is not known.
                param: if param.trim().is_empty() {
                    String::new()
                } else {
                    MASKED.to_owned()
                },
            },
            SpecialKind::Notice
            | SpecialKind::Welcome
            | SpecialKind::NewSession
            | SpecialKind::SessionDeleted
            | SpecialKind::ClosedByUser
            | SpecialKind::ClosedByCustomer
            | SpecialKind::ClosedByIdle
            | SpecialKind::TransferRejected
            | SpecialKind::ReopenedByCustomer
            | SpecialKind::BotMessage => special.clone(),
        }
    }
}

fn is_of_customer(message: &Message) -> bool {
    message.direction == Direction::ToUser
}

fn author_kind(message: &Message) -> Kind {
    match message.direction {
        Direction::ToUser => Kind::Customer,
        Direction::ToCustomer => Kind::Agent,
        Direction::Special | Direction::Other(_) => Kind::Person,
    }
}

fn is_one_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The parameter of a masked special message, made anew: what was sent may be encoded in any way.
fn parameter(special: &SpecialKind) -> String {
    match special {
        SpecialKind::Transferred { to } => to.clone(),
        SpecialKind::FaqSuccessQuestion { faq } => faq.clone(),
        SpecialKind::Options { choices, unparsed } => {
            let labels = choices.iter().map(|choice| choice.label.as_str());
            let parts = labels
                .chain([unparsed.as_str()])
                .filter(|it| !it.is_empty());
            parts.collect::<Vec<_>>().join("\n")
        }
        special => special.describe().1.to_owned(),
    }
}

/// Where a position of a text is after parts of it were replaced: inside of such a part, at its beginning
/// or end.
fn map_position(position: usize, is_end: bool, replacements: &[Replacement]) -> usize {
    let mut mapped = position;
    for Replacement { range, text } in replacements {
        if range.end <= position {
            mapped = mapped + text.len() - range.len();
        } else if range.start < position {
            let start = mapped - (position - range.start);
            return if is_end { start + text.len() } else { start };
        } else {
            break;
        }
    }
    mapped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::builders::{customer_message, now};
    use crate::test_support::personal::{KEY, personal_session};

    /// Its parameter is the host of somebody, or a reason that names it: also of one that the session does not have.
    #[test]
    fn what_was_blocked_and_the_parameter_of_an_unknown_kind_are_masked() {
        let masker = Masker::new(&KEY);
        let pseudonym = |kind, value: &str| masker.pseudonyms.make(kind, value).to_string();
        let mask_message = |special: SpecialKind, text: &str| {
            let message = Message {
                special: Some(Box::new(special)),
                direction: Direction::Special,
                ..customer_message(1, now(), text)
            };
            let mut known = KnownData::default();
            masker.add_session(&mut known, &personal_session());
            masker.add_message(&mut known, &message);
            masker.mask_message(&message, &known)
        };
        let host = |host: &str| pseudonym(Kind::Host, host);
        for (detail, shown) in [
            ("203.0.113.9", host("203.0.113.9")),
            ("2001:db8::7", host("2001:db8::7")),
            ("dsl-9.provider.test", host("dsl-9.provider.test")),
            ("laptop", host("laptop")),
            ("84.210.13.77", host("84.210.13.77")),
            (
                "kunde@privat.test",
                pseudonym(Kind::Mail, "kunde@privat.test"),
            ),
            ("per@other.test", pseudonym(Kind::Mail, "per@other.test")),
            (
                "spam from 203.0.113.9, again",
                format!("spam from {}, again", host("203.0.113.9")),
            ),
            (
                "reported by Karine",
                format!(
                    "reported by {}",
                    pseudonym(Kind::Customer, "Karine Nordmann-Øvrebø")
                ),
            ),
            ("", String::new()),
        ] {
            let detail = detail.to_owned();
            let message = mask_message(SpecialKind::Block { detail }, "203.0.113.9 is blocked");
            assert_eq!(
                *message.special.unwrap(),
                SpecialKind::Block { detail: shown }
            );
        }
        let [name, param] = ["CoBrowsing", "203.0.113.9"].map(str::to_owned);
        let message = mask_message(SpecialKind::Unknown { name, param }, "");
        let [name, param] = ["CoBrowsing", "masked"].map(str::to_owned);
        assert_eq!(
            *message.special.unwrap(),
            SpecialKind::Unknown { name, param }
        );
    }

    #[test]
    fn texts_name_what_was_blocked_by_its_pseudonym_and_nothing_else() {
        let masker = Masker::new(&KEY);
        for (detail, text, shown) in [
            ("203.0.113.9", "203.0.113.9 is blocked", "* is blocked"),
            ("laptop", "the Laptop, no desktop", "the *, no desktop"),
            (
                "10.0.0.1:443",
                "10.0.0.1:443 is 10.0.0.1, not 10.0.0.2",
                "* is *, not 10.0.0.2",
            ),
            ("[2001:db8::7]:443", "of 2001:db8::7", "of *"),
            ("a1.test,b2.test", "from a1.test", "from *"),
            ("dsl.provider.test:80", "dsl.provider.test!", "*!"),
            (
                "at 14:30, e.g. 1.5 times, from 10.0.0.1:443.",
                "at 14:30, e.g. 1.5: 10.0.0.1",
                "at 14:30, e.g. 1.5: *",
            ),
            ("from dsl-9.provider.test:", "dsl-9.provider.test", "*"),
            ("from 2001:db8::7.", "(2001:db8::7)", "(*)"),
            ("from (fe80::1%eth0)", "fe80::1%eth0", "*"),
            ("by the host laptop", "the laptop", "the laptop"),
            ("IP:203.0.113.9 again", "203.0.113.9", "*"),
            ("IP:2001:db8::7 again", "2001:db8::7", "*"),
            ("ip=10.0.0.1 again", "10.0.0.1", "*"),
            ("host:dsl.provider.test again", "dsl.provider.test", "*"),
            ("of «dsl.provider.test»", "dsl.provider.test", "*"),
            ("in 10.0.0.1-10.0.0.9", "10.0.0.1 10.0.0.9", "* *"),
        ] {
            let blocked = Message {
                special: Some(Box::new(SpecialKind::Block {
                    detail: detail.to_owned(),
                })),
                direction: Direction::Special,
                ..customer_message(1, now(), text)
            };
            let mut known = KnownData::default();
            masker.add_message(&mut known, &blocked);
            let mut found = masker.mask_message(&blocked, &known).body.text;
            for host in hosts_in(detail).chain([without_port(detail)]) {
                let pseudonym = masker.pseudonyms.make(Kind::Host, host);
                found = found.replace(&pseudonym.to_string(), "*");
            }
            assert_eq!(found, shown, "{detail}");
        }
    }
}
