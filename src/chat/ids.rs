//! Identities as types of their own, so that a session is never taken for a message.
//!
//! Nothing but the numbers of the service enters; `SessionId(341)` prints as `341`.

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
    /// One chat (`ChatSessionId`).
    SessionId
}
id! {
    /// One message (`ChatMessageId`): ascending, and what `after=` counts in. Negative for a
    /// message that came without a readable id, see [`MessageId::is_known`].
    MessageId
}
id! {
    /// One chat channel (`TopicId`).
    ChannelId
}
id! {
    /// One user of the service (`AssociateId`).
    AssociateId
}

impl MessageId {
    /// Before every message: what the first pull asks after.
    pub const START: Self = Self(0);

    /// Tells whether the service named this id, or it stands in for one that could not be read.
    pub fn is_known(self) -> bool {
        self.0 > 0
    }
}
