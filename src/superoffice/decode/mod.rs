//! Lenient decoding of the service's JSON into the types of `chat`.
//!
//! All decoded text is sanitized. A value that cannot be decoded counts as absent and does not
//! affect the others. The raw JSON is stored beside the decoded values, except for the customer's
//! `SessionKey`, which is removed here because it gives access to the conversation.

mod aggregate;
mod archive;
mod channel;
mod found;
mod identity;
mod list_item;
mod message;
mod multilingual;
mod object;
mod presence;
mod rewrite;
mod session;
mod special;
mod summary;
mod time;
mod value;
mod zone;

pub(super) use aggregate::{AggregateRow, parse_time_span};
pub(super) use archive::{SESSION_COLUMNS, SESSION_COLUMNS_2021, has_status, parse_archive_page};
pub(super) use found::MessageColumn;
pub(super) use list_item::ListItem;
pub(super) use object::LenientObject;
pub(super) use presence::decode_presence;
pub(crate) use rewrite::rewrite_times;
pub use time::NaiveZone;

use super::json_array::Element;
use crate::chat::{AssociateId, CurrentUser, SessionId, Timestamp};

/// Decodes the elements of one response.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// The zone of times without an offset.
    pub(super) naive_zone: NaiveZone,
    /// The language to select from multilingual text.
    pub(super) language: String,
    /// The number of properties that could not be decoded so far.
    pub(super) invalid_properties: usize,
    /// Whether messages are decoded without their texts: only their JSON is needed.
    pub(super) skips_texts: bool,
    /// The session whose messages were requested.
    pub(super) session: Option<SessionId>,
    /// Whether the last message belongs to it, and how many do not.
    pub(super) is_own: bool,
    pub(super) foreign_messages: usize,
    /// The sort time of the previous message.
    previous_time: Option<Timestamp>,
}

impl Decoder {
    pub(super) fn new(naive_zone: NaiveZone, language: String) -> Self {
        Self {
            naive_zone,
            language,
            ..Self::default()
        }
    }

    /// Decodes the signed-in user (`User/currentPrincipal`).
    pub(super) fn decode_me(&mut self, json: &str) -> Option<CurrentUser> {
        let object = LenientObject::parse(json)?;
        let names = [object.clean_line("FullName"), object.clean_line("UserName")];
        let me = CurrentUser {
            id: AssociateId(object.id("AssociateId")?),
            name: first_non_empty(names),
        };
        self.count_invalid(&object);
        Some(me)
    }

    /// Decodes an element that is an object; `None` for another one, and one that was skipped.
    pub(super) fn decode_object<T>(
        &mut self,
        element: Element<'_>,
        decode: fn(&mut Self, &LenientObject<'_>) -> Option<T>,
    ) -> Option<T> {
        let Element::Whole(element) = element else {
            return None;
        };
        let json = String::from_utf8_lossy(element);
        let object = LenientObject::parse(&json)?;
        let decoded = decode(self, &object);
        self.count_invalid(&object);
        decoded
    }

    fn count_invalid(&mut self, object: &LenientObject<'_>) {
        self.invalid_properties += object.invalid_properties();
    }
}

/// Returns the first text that is not empty, or an empty one.
fn first_non_empty(texts: impl IntoIterator<Item = String>) -> String {
    let mut texts = texts.into_iter();
    texts.find(|text| !text.is_empty()).unwrap_or_default()
}
