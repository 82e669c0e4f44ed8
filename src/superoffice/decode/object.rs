//! A JSON object as an ordered list of properties that are decoded independently.
//!
//! Names match in any case; of repeated ones the last wins. A property that cannot be decoded gets
//! its default value and is counted; its name, never its value, is logged.
#![expect(
    clippy::disallowed_types,
    reason = "invalid properties are counted while the object is read through a shared reference"
)]

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::time::NaiveZone;
use super::value::{self, InvalidValue, LossyString};
use crate::chat::{Timestamp, sanitize};

/// Bytes of a text that is shown on one line: longer ones are no names or addresses.
const MAX_LINE_BYTES: usize = 64 << 10;

/// Properties of an object, each of which takes more memory than its JSON; one with more cannot be read.
pub(super) const MAX_PROPERTIES: usize = 10_000;

/// Where a full archive row may have its columns.
pub(super) const COLUMN_PROPERTIES: [&str; 3] = ["Column", "Columns", "ColumnData"];

/// The part of a text that is shown on one line.
pub(super) fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_LINE_BYTES))
        .unwrap_or_default()
}

/// The properties of one object, in the order received.
#[derive(Debug, Default)]
pub(crate) struct LenientObject<'a> {
    properties: Vec<(Cow<'a, str>, &'a RawValue)>,
    invalid_properties: Cell<usize>,
}

impl<'a> LenientObject<'a> {
    /// Parses an object; `None` if the text is anything else.
    pub(crate) fn parse(json: &'a str) -> Option<Self> {
        let (object, is_complete) = Self::parse_partial(json);
        is_complete.then_some(object)
    }

    /// Parses the properties before the first syntax error, up to [`MAX_PROPERTIES`]. The flag is `true` if
    /// these are all.
    pub(super) fn parse_partial(json: &'a str) -> (Self, bool) {
        let mut object = Self::default();
        let mut parser = serde_json::Deserializer::from_str(json);
        let read = parser.deserialize_map(PropertyCollector(&mut object.properties));
        let is_complete = read.and_then(|()| parser.end()).is_ok();
        (object, is_complete)
    }

    /// Returns the columns of a full archive row, each with `RawValue` and `DisplayValue`; none for any
    /// other object.
    pub(super) fn columns(&self) -> Vec<(Cow<'a, str>, LenientObject<'a>)> {
        COLUMN_PROPERTIES
            .iter()
            .find_map(|name| LenientObject::parse(self.raw(name)?.get()))
            .iter()
            .flat_map(LenientObject::properties)
            .filter_map(|(name, cell)| Some((name.clone(), LenientObject::parse(cell.get())?)))
            .collect()
    }

    /// Converts an archive row of either form to a flat object.
    pub(super) fn flatten(mut self) -> Self {
        let columns = self.columns();
        if columns.is_empty() {
            return self;
        }
        let values = columns.into_iter().filter_map(|(name, cell)| {
            let is_filled = |raw: &&RawValue| !matches!(raw.get(), "null" | "\"\"");
            let value = cell.raw("RawValue").filter(is_filled);
            Some((name, value.or_else(|| cell.raw("DisplayValue"))?))
        });
        self.properties
            .retain(|(name, _)| same_name(name, "PrimaryKey"));
        self.properties.extend(values);
        self
    }

    /// The properties in the order received.
    pub(super) fn properties(&self) -> impl Iterator<Item = (&Cow<'a, str>, &'a RawValue)> {
        self.properties.iter().map(|(name, raw)| (name, *raw))
    }

    /// Returns `true` if there may be more properties than were read.
    pub(super) fn is_full(&self) -> bool {
        self.properties.len() == MAX_PROPERTIES
    }

    /// The number of properties that could not be decoded so far.
    pub(super) fn invalid_properties(&self) -> usize {
        self.invalid_properties.get()
    }

    /// A property as received.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.properties
            .iter()
            .rfind(|(have, _)| same_name(have, name))
            .map(|(_, raw)| *raw)
    }

    /// Unsanitized text; empty if absent.
    pub(super) fn text(&self, name: &str) -> Cow<'a, str> {
        self.decode_property(name, value::text)
    }

    /// Sanitized text on one line, at most [`MAX_LINE_BYTES`] of it; empty if absent.
    pub(crate) fn clean_line(&self, name: &str) -> String {
        sanitize::sanitize_line(beginning(&self.text(name)).trim())
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.decode_property(name, value::integer)
    }

    /// An id; the service sends 0 and -1 for "not linked".
    pub(crate) fn id(&self, name: &str) -> Option<i64> {
        self.integer(name).filter(|id| *id > 0)
    }

    /// A boolean; `false` if absent.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.decode_property(name, value::flag)
    }

    /// A time; `None` for year 1, which means "never".
    pub(super) fn timestamp(&self, name: &str, naive_zone: NaiveZone) -> Option<Timestamp> {
        self.decode_property(name, |raw| naive_zone.parse(&value::text(raw)?))
    }

    pub(super) fn object(&self, name: &str) -> Option<LenientObject<'a>> {
        self.decode_property(name, |raw| match raw.get() {
            "null" => Ok(None),
            json => LenientObject::parse(json).map(Some).ok_or(InvalidValue),
        })
    }

    fn decode_property<T: Default>(
        &self,
        name: &str,
        read: impl Fn(&'a RawValue) -> Result<T, InvalidValue>,
    ) -> T {
        let Some(raw) = self.raw(name) else {
            return T::default();
        };
        read(raw).unwrap_or_else(|InvalidValue| {
            tracing::debug!(property = name, "invalid, treated as missing");
            self.invalid_properties.update(|count| count + 1);
            T::default()
        })
    }
}

/// Returns `true` if two names mean the same property: case is ignored, and `chatTopic/name` may be
/// sent as `chatTopic_name`, as may a name with points.
#[inline]
pub(super) fn same_name(one: &str, other: &str) -> bool {
    let normalize = |byte: u8| match byte {
        b'/' | b'.' => b'_',
        byte => byte.to_ascii_lowercase(),
    };
    one == other
        || one.len() == other.len() && one.bytes().map(normalize).eq(other.bytes().map(normalize))
}

/// Collects properties one by one, so that those before a syntax error are retained.
struct PropertyCollector<'p, 'a>(&'p mut Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Visitor<'a> for PropertyCollector<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        // A message has nine properties; later versions may add a few.
        self.0.reserve(12);
        while let Some(name) = map.next_key_seed(LossyString)? {
            if self.0.len() == MAX_PROPERTIES {
                return Err(A::Error::custom("too many properties"));
            }
            self.0.push((name, map.next_value()?));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_in_any_case_and_the_last_one_wins() {
        let object =
            LenientObject::parse(r#"{"author":"a","AUTHOR":"b","chatTopic_name":"c"}"#).unwrap();
        assert_eq!(object.clean_line("Author"), "b");
        assert_eq!(object.clean_line("chatTopic/name"), "c");
        assert_eq!(object.clean_line("Missing"), "");
    }

    #[test]
    fn an_invalid_value_does_not_affect_the_others() {
        let object = LenientObject::parse(r#"{"A":{"x":1},"B":[],"C":"7","D":"soon"}"#).unwrap();
        assert_eq!(object.clean_line("A"), "");
        assert_eq!(object.integer("B"), None);
        assert_eq!(object.integer("C"), Some(7));
        assert_eq!(object.timestamp("D", NaiveZone::default()), None);
        assert_eq!(object.invalid_properties(), 3);
    }

    #[test]
    fn an_object_of_very_many_properties_is_not_stored() {
        let properties = |count| format!("{{{}\"Z\":1}}", "\"p\":1,".repeat(count - 1));
        assert!(LenientObject::parse(&properties(MAX_PROPERTIES)).is_some());
        let json = properties(1_000_000);
        let (object, whole) = LenientObject::parse_partial(&json);
        assert_eq!((object.properties.len(), whole), (MAX_PROPERTIES, false));
    }

    #[test]
    fn properties_before_a_syntax_error_are_retained() {
        let (object, whole) =
            LenientObject::parse_partial(r#"{"ChatMessageId":5,"Message":"bad \x"}"#);
        assert_eq!((object.id("ChatMessageId"), whole), (Some(5), false));
        assert!(LenientObject::parse("[1]").is_none());
        assert!(LenientObject::parse("{} x").is_none());
    }
}
