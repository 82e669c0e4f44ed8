//! The JSON of the service, read leniently in this one place and turned into chat nouns.
//!
//! Every text that leaves is clean, every value that cannot be read costs only itself, and what
//! was sent stays beside it as sent, but for the customer's `SessionKey`, which never gets past here.

mod archive;
mod message;
mod mould;
mod object;
mod reprint;
mod session;
mod special;
mod time;
mod value;
mod words;
mod zone;

pub(super) use archive::{COLUMNS, COLUMNS_2021, page};
pub(super) use object::Object;
pub use reprint::with_times;
pub use time::Naive;

use mould::Moulds;

use crate::chat::{AssociateId, ChannelId, CurrentUser, Timestamp};

/// Reads what the service sent, knowing what was asked of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {
    /// What times without offset are in.
    pub(super) naive: Naive,
    /// Which language to pick where several are sent.
    pub(super) language: String,
    /// How many properties could not be read so far.
    pub(super) misread: usize,
    /// The place in time of the message read before.
    pub(super) before: Option<Timestamp>,
    /// What messages have in common with those read before.
    moulds: Moulds,
}

impl Reader {
    /// A reader of an answer.
    pub(super) fn new(naive: Naive, language: String) -> Self {
        Self {
            naive,
            language,
            ..Self::default()
        }
    }

    /// The same for the next part of the answer, nothing of which was read.
    pub(super) fn again(&self) -> Self {
        Self {
            misread: 0,
            before: None,
            ..self.clone()
        }
    }

    /// Takes over what was learnt and counted in a part.
    pub(super) fn join(&mut self, part: Self) {
        self.misread += part.misread;
        self.moulds = part.moulds;
    }

    /// Reads who we are signed in as (`User/currentPrincipal`).
    pub(super) fn me(&mut self, json: &str) -> Option<CurrentUser> {
        let object = Object::read(json)?;
        let names = [object.line("FullName"), object.line("UserName")];
        let me = CurrentUser {
            id: AssociateId(object.id("AssociateId")?),
            name: first_filled(names),
        };
        self.count(&object);
        Some(me)
    }

    /// Reads the number and name of a channel (`ChatTopic/ForCurrentUser`).
    pub(super) fn channel(&mut self, element: &[u8]) -> Option<(ChannelId, String)> {
        let json = String::from_utf8_lossy(element);
        let object = Object::read(&json)?;
        let id = ChannelId(object.id("ChatTopicId")?);
        Some((id, self.words(&object, "Name")))
    }

    fn count(&mut self, object: &Object<'_>) {
        self.misread += object.misread();
    }
}

/// Takes the first text that is not empty.
fn first_filled<const N: usize>(texts: [String; N]) -> String {
    texts
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}
