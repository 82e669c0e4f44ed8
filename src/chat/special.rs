//! Special messages: what happened besides talk, each kind in its own words.
//!
//! The meanings of most parameters are read off their names, so every sentence holds without one.

/// What a special message tells (`SpecialType` with its parameter); all texts are clean.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SpecialKind {
    /// Type `Special` without a special type: a line of the service itself.
    Notice,
    /// 1: the channel's welcome.
    Welcome,
    /// 2: the customer was sent to an address, shown in full.
    Url {
        /// The target; may be empty or of any scheme.
        address: String,
    },
    /// 3: the customer was blocked.
    Block {
        /// Reason or host, possibly empty.
        detail: String,
    },
    /// 5: the conversation began, or began again.
    NewSession,
    /// 6: handed to another agent.
    Transferred {
        /// Name or id of the other agent, possibly empty.
        to: String,
    },
    /// 7: the service reports an error.
    Error {
        /// What it says, possibly empty.
        detail: String,
    },
    /// 8: the session was removed.
    SessionDeleted,
    /// 9: "did this answer help?"
    FaqSuccessQuestion {
        /// Which answer, possibly empty.
        faq: String,
    },
    /// 10: ended by the agent.
    ClosedByUser,
    /// 11: ended by the customer.
    ClosedByCustomer,
    /// 12: ended because nobody wrote.
    ClosedByIdle,
    /// 13: the other agent declined.
    TransferRejected,
    /// 14: the customer came back after the end.
    ReopenedByCustomer,
    /// 15: the customer chose one of the options.
    ClickedOption {
        /// The chosen text; empty when only the message tells.
        choice: String,
    },
    /// 16: written by a bot.
    BotMessage,
    /// 17: a question with choices.
    Options {
        /// The choices that could be read.
        choices: Vec<Choice>,
        /// What could not be read of them, clean; empty when all could.
        unparsed: String,
    },
    /// An upload was refused.
    IllegalFileType {
        /// The file's name, possibly empty.
        file: String,
    },
    /// A kind we do not know.
    Unknown {
        /// Its name or number as sent.
        name: String,
        /// Its parameter.
        param: String,
    },
}

/// One choice of an options message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// What is written on the button.
    pub label: String,
    /// What a click sends, when that is something else; else empty.
    pub value: String,
}

/// How a special message is told: a short heading and one line of detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventText {
    /// What happened, never empty.
    pub heading: String,
    /// What goes with it: an address, a name, a reason; possibly empty.
    pub detail: String,
}

impl SpecialKind {
    /// Tells it in words.
    pub fn describe(&self) -> EventText {
        let (heading, detail) = match self {
            Self::Notice => ("Service message".to_owned(), ""),
            Self::Welcome => ("Welcome text".to_owned(), ""),
            Self::Url { address } => ("Customer sent to an address".to_owned(), address.as_str()),
            Self::Block { detail } => ("Customer blocked".to_owned(), detail.as_str()),
            Self::NewSession => ("Conversation began".to_owned(), ""),
            Self::Transferred { to } if to.is_empty() => ("Handed to another agent".to_owned(), ""),
            Self::Transferred { to } if to.bytes().all(|byte| byte.is_ascii_digit()) => {
                (format!("Handed to agent {to}"), "")
            }
            Self::Transferred { to } => (format!("Handed to {to}"), ""),
            Self::Error { detail } => ("Service error".to_owned(), detail.as_str()),
            Self::SessionDeleted => ("Session deleted".to_owned(), ""),
            Self::FaqSuccessQuestion { faq } if faq.is_empty() => {
                ("Asked whether the answer helped".to_owned(), "")
            }
            Self::FaqSuccessQuestion { faq } => (format!("Asked whether answer {faq} helped"), ""),
            Self::ClosedByUser => ("Closed by the agent".to_owned(), ""),
            Self::ClosedByCustomer => ("Closed by the customer".to_owned(), ""),
            Self::ClosedByIdle => ("Closed after a long silence".to_owned(), ""),
            Self::TransferRejected => ("Transfer rejected by the other agent".to_owned(), ""),
            Self::ReopenedByCustomer => ("Customer came back".to_owned(), ""),
            Self::ClickedOption { choice } => ("Customer chose".to_owned(), choice.as_str()),
            Self::BotMessage => ("Bot".to_owned(), ""),
            Self::Options { .. } => ("Options offered".to_owned(), ""),
            Self::IllegalFileType { file } => {
                ("File refused, type not allowed".to_owned(), file.as_str())
            }
            Self::Unknown { name, param } => {
                (format!("Special message \"{name}\""), param.as_str())
            }
        };
        EventText {
            heading,
            detail: detail.to_owned(),
        }
    }

    /// Tells whether it is talk with a mark on it, shown as a bubble, rather than an event.
    pub fn is_chat_bubble(&self) -> bool {
        matches!(
            self,
            Self::BotMessage | Self::Options { .. } | Self::Welcome
        )
    }
}
