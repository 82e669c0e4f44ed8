//! Enumerations of the service, in its own spelling and with its own numbers.

use serde::Deserialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SessionStatus {
    Invalid = 0,
    PreChatForm = 1,
    /// The customer is offered FAQ entries.
    Faq = 2,
    /// No agent is present; the customer may leave a request.
    OfflineForm = 3,
    InQueue = 4,
    CustomerLast = 5,
    /// The agent or the bot wrote last.
    UserLast = 6,
    /// Ended, as all that follow; the customer may come back.
    Finished = 7,
    /// To be removed soon.
    Deleted = 8,
    Closed = 9,
    RequestPosted = 10,
    /// The customer left before an agent picked up.
    ClosedFromQueue = 11,
}

impl SessionStatus {
    pub(super) const ALL: [Self; 12] = [
        Self::Invalid,
        Self::PreChatForm,
        Self::Faq,
        Self::OfflineForm,
        Self::InQueue,
        Self::CustomerLast,
        Self::UserLast,
        Self::Finished,
        Self::Deleted,
        Self::Closed,
        Self::RequestPosted,
        Self::ClosedFromQueue,
    ];

    /// Returns `true` if the session has ended; one that is finished may still be reopened.
    pub(super) fn is_over(self) -> bool {
        self as u8 >= Self::Finished as u8
    }

    /// The display text in the archive.
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

/// `Type` of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageType {
    #[default]
    Invalid = 0,
    /// From an agent or a bot to the customer.
    ToCustomer = 1,
    /// From the customer to an agent.
    ToUser = 2,
    /// An event rather than text.
    Special = 3,
}

/// `SpecialType` of a message; 4 is in no list of the vendor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum SpecialType {
    /// An ordinary message.
    #[default]
    None = 0,
    /// The channel's welcome message.
    Welcome = 1,
    /// The customer is redirected to an address.
    Url = 2,
    Block = 3,
    /// The session begins, or begins again.
    NewSession = 5,
    /// Transferred to another agent, in the service's spelling.
    TransferedSession = 6,
    Error = 7,
    SessionDeleted = 8,
    /// Whether an FAQ entry helped.
    FaqSuccessQuestion = 9,
    ClosedByUser = 10,
    ClosedByCustomer = 11,
    /// Ended after too long without messages.
    ClosedByIdle = 12,
    TransferRejected = 13,
    ReopenedByCustomer = 14,
    ClickedOption = 15,
    BotMessage = 16,
    /// A question of a bot with choices.
    Options = 17,
    /// An upload was refused.
    IllegalFileType = 18,
    /// In no list of the vendor, as a later version might send.
    ScreenShared = 42,
}
