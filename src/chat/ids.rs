//! Id newtypes, so that ids of different entities cannot be mixed up.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                text.parse().map(Self)
            }
        }
    };
}

id! {
    /// A chat session (`ChatSessionId`).
    SessionId
}
id! {
    /// A message (`ChatMessageId`). Ids ascend, and the service's `after=` parameter compares them.
    /// Negative if derived from the content of a message without a readable id.
    MessageId
}
id! {
    /// A chat channel (`TopicId`).
    ChannelId
}
id! {
    /// A user of the service (`AssociateId`).
    AssociateId
}

impl MessageId {
    /// Lower than every id from the service; `after=0` requests all messages.
    pub const START: Self = Self(0);

    /// Returns `true` if the id was made up for a message whose own id could not be read. The
    /// service's ids are positive.
    pub fn is_synthetic(self) -> bool {
        self.0 <= 0
    }
}
