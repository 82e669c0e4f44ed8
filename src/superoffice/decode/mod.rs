//! The JSON of the service, read leniently in this one place and turned into chat nouns.
//!
//! Every text that leaves is clean, every value that cannot be read costs only itself, and what
//! was sent stays beside it as sent, but for the customer's `SessionKey`, which never gets past here.

mod archive;
mod message;
mod mould;
mod multilingual;
mod object;
mod rewrite;
mod session;
mod special;
mod time;
mod value;
mod zone;

pub(super) use archive::{SESSION_COLUMNS, SESSION_COLUMNS_2021, parse_archive_page};
pub(super) use object::LenientObject;
pub use rewrite::rewrite_times;
pub use time::NaiveZone;

use mould::Moulds;

use crate::chat::{AssociateId, ChannelId, CurrentUser, Timestamp};

/// Reads what the service sent, knowing what was asked of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Decoder {
    /// What times without offset are in.
    pub(super) naive_zone: NaiveZone,
    /// Which language to pick where several are sent.
    pub(super) language: String,
    /// How many properties could not be read so far.
    pub(super) invalid_properties: usize,
    /// The place in time of the message read before.
    pub(super) previous_time: Option<Timestamp>,
    /// What messages have in common with those read before.
    moulds: Moulds,
}

impl Decoder {
    /// A reader of an answer.
    pub(super) fn new(naive_zone: NaiveZone, language: String) -> Self {
        Self {
            naive_zone,
            language,
            ..Self::default()
        }
    }

    /// The same for the next part of the answer, nothing of which was read.
    pub(super) fn fork(&self) -> Self {
        Self {
            invalid_properties: 0,
            previous_time: None,
            ..self.clone()
        }
    }

    /// Takes over what was learnt and counted in a part.
    pub(super) fn absorb(&mut self, part: Self) {
        self.invalid_properties += part.invalid_properties;
        self.moulds = part.moulds;
    }

    /// Reads who we are signed in as (`User/currentPrincipal`).
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

    /// Reads the number and name of a channel (`ChatTopic/ForCurrentUser`).
    pub(super) fn decode_channel(&mut self, element: &[u8]) -> Option<(ChannelId, String)> {
        let json = String::from_utf8_lossy(element);
        let object = LenientObject::parse(&json)?;
        let id = ChannelId(object.id("ChatTopicId")?);
        Some((id, self.localized_line(&object, "Name")))
    }

    fn count_invalid(&mut self, object: &LenientObject<'_>) {
        self.invalid_properties += object.invalid_properties();
    }
}

/// Takes the first text that is not empty.
fn first_non_empty<const N: usize>(texts: [String; N]) -> String {
    texts
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}
