//! Special messages: welcome messages, options, closings, transfers and other events.
//!
//! The meaning of most parameters is undocumented and inferred from their names, so every
//! description also works without one: each may be empty.

use std::borrow::Cow;

/// `SpecialType` with its parameter; all text is sanitized. Numbers are the service's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SpecialKind {
    /// `Type` is `Special` but there is no `SpecialType`: a message from the service itself.
    Notice,
    /// 1: the channel's welcome message.
    Welcome,
    /// 2: the customer was redirected to an address, of any scheme.
    Url { address: String },
    /// 3: the customer was blocked; the reason or the host.
    Block { detail: String },
    /// 5: the chat started or restarted.
    NewSession,
    /// 6: transferred to another agent, by name or id.
    Transferred { to: String },
    /// 7: the service reports an error.
    Error { detail: String },
    /// 8: the session was removed.
    SessionDeleted,
    /// 9: "did this FAQ entry help?"
    FaqSuccessQuestion { faq: String },
    /// 10: closed by the agent.
    ClosedByUser,
    /// 11: closed by the customer.
    ClosedByCustomer,
    /// 12: closed after a period without messages.
    ClosedByIdle,
    /// 13: the other agent declined the transfer.
    TransferRejected,
    /// 14: reopened by the customer after the end.
    ReopenedByCustomer,
    /// 15: the text of the option that the customer chose; if empty, the body of the message has it.
    ClickedOption { choice: String },
    /// 16: written by a bot.
    BotMessage,
    /// 17: a question with choices.
    Options {
        choices: Vec<Choice>,
        /// The part of the parameter that could not be parsed; empty if all of it could.
        unparsed: String,
    },
    /// 18: an upload was rejected, by file name.
    IllegalFileType { file: String },
    /// The name or number and the parameter as received.
    Unknown { name: String, param: String },
}

/// One choice of an options message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    pub label: String,
    /// The text a click sends; empty if it is the same as the label.
    pub value: String,
}

impl SpecialKind {
    /// What happened, never empty, and an address, a name or a reason, which may be empty.
    pub fn describe(&self) -> (Cow<'_, str>, &str) {
        let heading = match self {
            Self::Notice => "Service message",
            Self::Welcome => "Welcome message",
            Self::Url { address } if address.is_empty() => "Redirected customer",
            Self::Url { address } => return ("Redirected customer to".into(), address),
            Self::Block { detail } => return ("Blocked".into(), detail),
            Self::NewSession => "Chat started",
            Self::Transferred { to } if to.is_empty() => "Transferred to another agent",
            Self::Transferred { to } if to.bytes().all(|byte| byte.is_ascii_digit()) => {
                return (format!("Transferred to agent {to}").into(), "");
            }
            Self::Transferred { to } => return (format!("Transferred to {to}").into(), ""),
            Self::Error { detail } => return ("Error".into(), detail),
            Self::SessionDeleted => "Session deleted",
            Self::FaqSuccessQuestion { faq } if faq.is_empty() => "Asked if the FAQ helped",
            Self::FaqSuccessQuestion { faq } => {
                return (format!("Asked if FAQ {faq} helped").into(), "");
            }
            Self::ClosedByUser => "Closed by agent",
            Self::ClosedByCustomer => "Closed by customer",
            Self::ClosedByIdle => "Closed: timed out",
            Self::TransferRejected => "Transfer rejected",
            Self::ReopenedByCustomer => "Reopened by customer",
            Self::ClickedOption { choice } => return ("Chose option".into(), choice),
            Self::BotMessage => "Bot",
            Self::Options { .. } => "Options",
            Self::IllegalFileType { file } => return ("File type not allowed".into(), file),
            Self::Unknown { name, param } => {
                return (format!("Special message \"{name}\"").into(), param);
            }
        };
        (heading.into(), "")
    }

    /// The bytes that the choices take, each with two texts; any other parameter is short.
    pub(super) fn stored_bytes(&self) -> usize {
        let Self::Options { choices, .. } = self else {
            return 0;
        };
        let texts = choices.iter().map(|it| it.label.len() + it.value.len());
        texts.sum::<usize>() + 2 * size_of_val(choices.as_slice())
    }

    /// Returns `true` if the message is shown as a chat message rather than as an event.
    pub(crate) fn is_shown_as_message(&self) -> bool {
        matches!(
            self,
            Self::BotMessage | Self::Options { .. } | Self::Welcome
        )
    }
}
