//! Special messages: welcome texts, options, closings, transfers and other events.
//!
//! The meaning of most parameters is undocumented and inferred from their names, so every
//! description also works without one.

/// `SpecialType` with its parameter; all text is sanitized. Numbers are the service's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SpecialKind {
    /// `Type` is `Special` but there is no `SpecialType`: a message from the service itself.
    Notice,
    /// 1: the channel's welcome text.
    Welcome,
    /// 2: the customer was redirected to an address.
    Url {
        /// May be empty or have any scheme.
        address: String,
    },
    /// 3: the customer was blocked.
    Block {
        /// The reason or the host; may be empty.
        detail: String,
    },
    /// 5: the conversation started or restarted.
    NewSession,
    /// 6: transferred to another agent.
    Transferred {
        /// Name or id of the other agent; may be empty.
        to: String,
    },
    /// 7: the service reports an error.
    Error {
        /// May be empty.
        detail: String,
    },
    /// 8: the session was removed.
    SessionDeleted,
    /// 9: "did this answer help?"
    FaqSuccessQuestion {
        /// The FAQ entry; may be empty.
        faq: String,
    },
    /// 10: closed by the agent.
    ClosedByUser,
    /// 11: closed by the customer.
    ClosedByCustomer,
    /// 12: closed after a period without messages.
    ClosedByIdle,
    /// 13: the other agent declined the transfer.
    TransferRejected,
    /// 14: the customer returned after the end.
    ReopenedByCustomer,
    /// 15: the customer chose one of the options.
    ClickedOption {
        /// The text of the option; if empty, it is the body of the message.
        choice: String,
    },
    /// 16: written by a bot.
    BotMessage,
    /// 17: a question with choices.
    Options {
        choices: Vec<Choice>,
        /// The part of the parameter that could not be parsed; empty if all of it could.
        unparsed: String,
    },
    /// 18: an upload was rejected.
    IllegalFileType {
        /// The file name; may be empty.
        file: String,
    },
    Unknown {
        /// The name or number as received.
        name: String,
        param: String,
    },
}

/// One choice of an options message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    pub label: String,
    /// The text a click sends; empty if it is the same as the label.
    pub value: String,
}

/// The description of a special message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventText {
    /// What happened; never empty.
    pub heading: String,
    /// An address, a name or a reason; may be empty.
    pub detail: String,
}

impl SpecialKind {
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

    /// Returns `true` if the message is shown as a chat message rather than as an event.
    pub fn is_chat_bubble(&self) -> bool {
        matches!(
            self,
            Self::BotMessage | Self::Options { .. } | Self::Welcome
        )
    }
}
