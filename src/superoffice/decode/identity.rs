//! Reads the ids and the time of a message, and skips the rest of it.
//!
//! An export has millions of messages, of which it writes the JSON.

use std::fmt;

use serde::de::{Deserializer as _, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::object::{MAX_PROPERTIES, same_name};
use super::rewrite::depends_on_zone;

/// The names of the properties that are read.
const NAMES: [&str; 3] = ["ChatMessageId", "ChatSessionId", "WhenPosted"];

/// Names that nearly all other properties have.
const USUAL_NAMES: [&str; 6] = [
    "Message",
    "Author",
    "Type",
    "SpecialType",
    "SpecialParam",
    "ReadByCustomer",
];

pub(super) struct MessageIdentity<'a> {
    pub(super) id: &'a RawValue,
    pub(super) session: &'a RawValue,
    pub(super) posted: &'a RawValue,
}

impl<'a> MessageIdentity<'a> {
    /// `None` if the text is no object that has each of these properties once, by its usual name, and no other
    /// time.
    pub(super) fn parse(json: &'a str) -> Option<Self> {
        let mut values = [None; NAMES.len()];
        let mut parser = serde_json::Deserializer::from_str(json);
        parser.deserialize_map(IdentityVisitor(&mut values)).ok()?;
        parser.end().ok()?;
        let [id, session, posted] = values;
        Some(Self {
            id: id?,
            session: session?,
            posted: posted?,
        })
    }
}

struct IdentityVisitor<'v, 'a>(&'v mut [Option<&'a RawValue>; NAMES.len()]);

impl<'a> Visitor<'a> for IdentityVisitor<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let mut count = 0;
        while let Some(name) = map.next_key::<&str>()? {
            count += 1;
            let index = NAMES.iter().position(|known| *known == name);
            let slot = index.and_then(|index| self.0.get_mut(index));
            match slot {
                Some(slot @ None) => *slot = Some(map.next_value()?),
                Some(Some(_)) => return Err(A::Error::custom("a property twice")),
                None if count <= MAX_PROPERTIES
                    && (USUAL_NAMES.contains(&name) || !is_read_elsewhere(name)) =>
                {
                    map.next_value::<IgnoredAny>()?;
                }
                None => return Err(A::Error::custom("an unusual property")),
            }
        }
        Ok(())
    }
}

/// Returns `true` for another spelling of a property that is read, and for other times.
fn is_read_elsewhere(name: &str) -> bool {
    depends_on_zone(name) || NAMES.iter().any(|known| same_name(known, name))
}
