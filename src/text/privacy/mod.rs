//! Privacy: sessions and messages with pseudonyms in place of personal data.
//!
//! A masked value is made where a value enters, so that the code that shows, copies, writes or searches it need
//! not handle privacy. Ids, times, states and channels stay. In fields, names and contact data are
//! replaced; in text, every name, number and address that a field of the session holds, every email
//! address, and every long number. A name that is in no field cannot be recognized.
//!
//! Pseudonyms are not anonymous data: whoever has the key can try names, and text in which people
//! describe themselves stays.

mod address;
mod fields;
mod host;
mod json;
mod known;
mod listed;
mod message;
mod pseudonym;
mod scan;
mod session;
#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;

use crate::chat::{Agent, AgentPresence, PrivacyKey};
use address::MASKED;
pub(crate) use known::KnownData;
pub(crate) use listed::ListedSession;
pub(crate) use pseudonym::drop_label;
use pseudonym::{Kind, Pseudonym, PseudonymMaker, is_pseudonym};
use scan::{Form, replace};

/// Masks values with the pseudonyms of a key.
#[derive(Clone, Debug)]
pub(crate) struct Masker {
    pseudonyms: Arc<PseudonymMaker>,
}

impl Masker {
    pub(crate) fn new(key: &PrivacyKey) -> Self {
        Self {
            pseudonyms: PseudonymMaker::new(key).into(),
        }
    }

    pub(crate) fn mask_agent(&self, agent: &Agent) -> Agent {
        Agent {
            id: agent.id,
            name: self.mask_value(Kind::Agent, &agent.name, &KnownData::default()),
        }
    }

    pub(crate) fn mask_presence(&self, presence: &AgentPresence) -> AgentPresence {
        AgentPresence {
            agent: self.mask_agent(&presence.agent),
            ..presence.clone()
        }
    }

    /// Masks a text in which others may be named.
    pub(crate) fn mask_text(&self, text: &str, known: &KnownData) -> String {
        replace(text, &self.find(text, known, Form::Text))
    }

    /// Masks a sentence of the program, such as an error, in which the service may be quoted.
    pub(crate) fn mask_sentence(&self, sentence: &str, known: &KnownData) -> String {
        replace(sentence, &self.find(sentence, known, Form::Sentence))
    }

    /// Adds an agent to the known data.
    pub(crate) fn add_agent(&self, known: &mut KnownData, agent: &Agent) {
        known.add(&agent.name, || {
            self.pseudonyms.make(Kind::Agent, &agent.name)
        });
    }

    /// Masks the whole value of a field.
    fn mask_value(&self, kind: Kind, value: &str, known: &KnownData) -> String {
        if value.trim().is_empty() || is_pseudonym(value) {
            return value.to_owned();
        }
        let known = known.get(value).filter(|known| known.kind.is_like(kind));
        let pseudonym = known.unwrap_or_else(|| match kind {
            Kind::Mail => self.mail(value),
            _ => self.pseudonyms.make(kind, value),
        });
        pseudonym.to_string()
    }

    fn mail(&self, mail: &str) -> Pseudonym {
        let mail = mail.replace("%40", "@").replace('＠', "@");
        self.pseudonyms.make(Kind::Mail, &mail)
    }

    /// Masks JSON that was sent; `special` returns the replacements of the texts that are decoded elsewhere.
    fn mask_json(
        &self,
        raw: &str,
        known: &KnownData,
        special: impl Fn(fields::Class) -> Option<String>,
    ) -> String {
        let mut masked = String::with_capacity(raw.len());
        let mut done = 0;
        let read = json::visit_tokens(raw, |range, kind, path| {
            let token = raw.get(range.clone()).unwrap_or_default();
            let class = fields::classify(path);
            let by = match kind {
                json::TokenKind::Name if class == fields::Class::Unknown => {
                    self.mask_name_of_property(token, known)
                }
                json::TokenKind::Name => None,
                json::TokenKind::Number => mask_number(class, token),
                json::TokenKind::Text if token == "\"\"" => None,
                json::TokenKind::Text => {
                    let text = special(class);
                    let text = text.unwrap_or_else(|| self.mask_field(class, token, known));
                    Some(json::encode_text(&text))
                }
            };
            if let Some(by) = by {
                masked.push_str(raw.get(done..range.start).unwrap_or_default());
                masked.push_str(&by);
                done = range.end;
            }
        });
        if read.is_none() {
            return MASKED.to_owned();
        }
        masked.push_str(raw.get(done..).unwrap_or_default());
        masked
    }

    /// The name of an unknown property may be data.
    fn mask_name_of_property(&self, token: &str, known: &KnownData) -> Option<String> {
        let name = crate::text::json::decode_text(token);
        let masked = self.mask_text(&name, known);
        (masked != name).then(|| json::encode_text(&masked))
    }

    fn mask_field(&self, class: fields::Class, token: &str, known: &KnownData) -> String {
        use fields::Class;
        let text = crate::text::json::decode_text(token);
        let is_of = |symbols: &str| {
            text.chars()
                .all(|it| it.is_ascii_digit() || symbols.contains(it))
        };
        match class {
            Class::Id if is_of("-[]:I") => text.into_owned(),
            Class::Time if is_of("-+:.TZ/[] D") => text.into_owned(),
            Class::Id | Class::Time | Class::Unknown => MASKED.to_owned(),
            Class::Word | Class::Text => self.mask_text(&text, known),
            Class::Link => self.mask_address(&text, known),
            Class::Customer => self.mask_value(Kind::Customer, &text, known),
            Class::User | Class::TransferTo | Class::Agent => {
                self.mask_value(Kind::Agent, &text, known)
            }
            Class::Company => self.mask_value(Kind::Company, &text, known),
            Class::Mail => self.mask_value(Kind::Mail, &text, known),
            Class::Phone => self.mask_value(Kind::Phone, &text, known),
            Class::Place => self.mask_value(Kind::Place, &text, known),
            Class::Host => self.mask_value(Kind::Host, &text, known),
            // Where it is not decoded elsewhere.
            Class::FirstMessage
            | Class::LastMessage
            | Class::Message
            | Class::Author
            | Class::SpecialParam => MASKED.to_owned(),
        }
    }
}

/// Numbers of entities stay; another long number may be a phone number.
fn mask_number(class: fields::Class, number: &str) -> Option<String> {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    (class != fields::Class::Id && digits >= words::MIN_DIGITS).then(|| "0".to_owned())
}

/// Text as the markup of a message.
fn to_html(text: &str) -> String {
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    escaped.replace('\n', "<br>")
}
