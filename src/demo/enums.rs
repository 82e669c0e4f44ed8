//! The names and numbers the service uses for kinds of messages and states of sessions.
//!
//! The variant names are the service's own spelling, and the numbers are those of its lists.

use serde::Deserialize;

/// How a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SessionStatus {
    /// Not known to the service itself.
    Invalid = 0,
    /// The customer fills in the form.
    PreChatForm = 1,
    /// The customer is offered answers.
    Faq = 2,
    /// Nobody is there; the customer may leave a request.
    OfflineForm = 3,
    /// Waits to be picked up.
    InQueue = 4,
    /// The customer wrote last.
    CustomerLast = 5,
    /// The agent or the bot wrote last.
    UserLast = 6,
    /// Ended; the customer may come back.
    Finished = 7,
    /// About to be removed.
    Deleted = 8,
    /// Closed.
    Closed = 9,
    /// Became a request.
    RequestPosted = 10,
    /// Left before anyone answered.
    ClosedFromQueue = 11,
}

impl SessionStatus {
    /// Tells whether the conversation is over, for now or for good.
    pub(super) fn is_over(self) -> bool {
        matches!(
            self,
            Self::Finished
                | Self::Deleted
                | Self::Closed
                | Self::RequestPosted
                | Self::ClosedFromQueue
        )
    }

    /// The words that display columns of the archive show.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Invalid => "Invalid",
            Self::PreChatForm => "Pre-chat form",
            Self::Faq => "FAQ",
            Self::OfflineForm => "Offline form",
            Self::InQueue => "In queue",
            Self::CustomerLast => "Waiting for agent",
            Self::UserLast => "Waiting for customer",
            Self::Finished => "Finished",
            Self::Deleted => "Deleted",
            Self::Closed => "Closed",
            Self::RequestPosted => "Request posted",
            Self::ClosedFromQueue => "Left the queue",
        }
    }
}

/// Which way a message goes (`Type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageType {
    /// Nothing that exists.
    Invalid = 0,
    /// From an agent or a bot to the customer.
    ToCustomer = 1,
    /// From the customer.
    ToUser = 2,
    /// Not talk.
    Special = 3,
}

/// What a message is besides talk (`SpecialType`); 4 is not in any list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SpecialType {
    /// Ordinary talk.
    None = 0,
    /// The channel's welcome.
    Welcome = 1,
    /// The customer is sent to an address.
    Url = 2,
    /// The customer is blocked.
    Block = 3,
    /// The conversation begins, or begins again.
    NewSession = 5,
    /// Handed to another agent, in the service's spelling.
    TransferedSession = 6,
    /// An error of the service.
    Error = 7,
    /// The session is removed.
    SessionDeleted = 8,
    /// Did the answer help?
    FaqSuccessQuestion = 9,
    /// Ended by the agent.
    ClosedByUser = 10,
    /// Ended by the customer.
    ClosedByCustomer = 11,
    /// Ended by silence.
    ClosedByIdle = 12,
    /// The other agent declines.
    TransferRejected = 13,
    /// The customer comes back after the end.
    ReopenedByCustomer = 14,
    /// The customer chose one of the options.
    ClickedOption = 15,
    /// Written by a bot.
    BotMessage = 16,
    /// A question with choices.
    Options = 17,
    /// An upload is refused.
    IllegalFileType = 18,
    /// A kind that no list names, as a later version might send.
    ScreenShared = 42,
}
