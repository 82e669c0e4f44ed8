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
    pub(crate) const START: Self = Self(0);

    /// Returns `true` if the id was made up for a message whose own id could not be read. The
    /// service's ids are positive.
    pub(crate) fn is_synthetic(self) -> bool {
        self.0 <= 0
    }
}

/// A session, or a message of it: `341`, `341#7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Locator {
    pub session: SessionId,
    pub message: Option<MessageId>,
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message {
            Some(message) => write!(f, "{}#{message}", self.session),
            None => self.session.fmt(f),
        }
    }
}

impl FromStr for Locator {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        fn parse<T: FromStr>(text: &str, is_valid: impl Fn(&T) -> bool) -> Result<T, String> {
            let wanted = "write the number of a session, such as 341, or of a message in it, such as '341#7'";
            let parsed = text.parse().ok();
            parsed.filter(is_valid).ok_or_else(|| wanted.to_owned())
        }
        let (session, message) = match text.split_once('#') {
            Some((session, message)) => (session, Some(message)),
            None => (text, None),
        };
        let message = message.map(|it| parse(it, |id: &MessageId| !id.is_synthetic()));
        Ok(Self {
            session: parse(session, |id: &SessionId| id.0 > 0)?,
            message: message.transpose()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locators_of_sessions_and_messages() {
        for (text, session, message) in [
            ("341", 341, None),
            ("341#7", 341, Some(7)),
            ("9223372036854775807#1", i64::MAX, Some(1)),
        ] {
            let (session, message) = (SessionId(session), message.map(MessageId));
            assert_eq!(text.parse(), Ok(Locator { session, message }));
            assert_eq!(Locator { session, message }.to_string(), text);
        }
        for text in [
            "", "#", "341#", "#7", "0", "-3", "341#0", "341#-7", "341#7#8", "x", "341 #7",
        ] {
            assert!(text.parse::<Locator>().is_err(), "{text}");
        }
    }
}
