//! The states of a session: the service's own, and the stages that the list is ordered by.

/// `Status`; numbers are the service's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Status {
    /// 0: unknown to the service itself.
    #[default]
    Invalid,
    /// 1: the customer is filling in the form.
    PreChatForm,
    /// 2: the customer is offered FAQ answers.
    Faq,
    /// 3: the form shown while no agent is available.
    OfflineForm,
    /// 4: waiting for an agent.
    InQueue,
    /// 5: the last message is from the customer.
    CustomerLast,
    /// 6: the last message is from the agent or a bot.
    UserLast,
    /// 7: ended; the customer may return.
    Finished,
    /// 8: marked for removal.
    Deleted,
    /// 9.
    Closed,
    /// 10: converted to a request.
    RequestPosted,
    /// 11: the customer left before an agent answered.
    ClosedFromQueue,
    /// An unknown value, as received.
    Other(String),
}

/// Groups of states that require the same action, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Stage {
    /// The last message is from the customer.
    NeedsReply,
    /// Waiting for an agent.
    Queued,
    /// The last message is from the agent.
    Answered,
    /// A bot answers now, whoever wrote last.
    Bot,
    /// The customer is at a form.
    Form,
    Unknown,
    /// Ended without an answer.
    Missed,
    Ended,
    Deleted,
}

impl Status {
    const ALL: [(Self, &'static str); 12] = [
        (Self::Invalid, "Invalid"),
        (Self::PreChatForm, "PreChatForm"),
        (Self::Faq, "Faq"),
        (Self::OfflineForm, "OfflineForm"),
        (Self::InQueue, "InQueue"),
        (Self::CustomerLast, "CustomerLast"),
        (Self::UserLast, "UserLast"),
        (Self::Finished, "Finished"),
        (Self::Deleted, "Deleted"),
        (Self::Closed, "Closed"),
        (Self::RequestPosted, "RequestPosted"),
        (Self::ClosedFromQueue, "ClosedFromQueue"),
    ];

    /// The known statuses with the service's names.
    pub fn names() -> impl Iterator<Item = (Self, &'static str)> {
        Self::ALL.into_iter()
    }

    /// Parses a name, in any case, or a number.
    pub fn parse(text: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        let known = match text.trim().parse() {
            Ok(number) => all.nth(number),
            Err(_) => all.find(|(_, name)| name.eq_ignore_ascii_case(text.trim())),
        };
        known.map_or_else(|| Self::Other(text.to_owned()), |(status, _)| status)
    }

    /// The service's name for this status.
    pub(crate) fn api_name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => {
                let mut all = Self::ALL.iter();
                all.find(|row| row.0 == *known).map_or("", |row| row.1)
            }
        }
    }

    pub(super) fn stage(&self) -> Stage {
        match self {
            Self::CustomerLast => Stage::NeedsReply,
            Self::InQueue => Stage::Queued,
            Self::UserLast => Stage::Answered,
            Self::PreChatForm | Self::Faq | Self::OfflineForm => Stage::Form,
            Self::Finished | Self::Closed | Self::RequestPosted => Stage::Ended,
            Self::ClosedFromQueue => Stage::Missed,
            Self::Deleted => Stage::Deleted,
            Self::Invalid | Self::Other(_) => Stage::Unknown,
        }
    }

    /// The text shown to the user.
    pub(super) fn label(&self) -> &str {
        match self {
            Self::PreChatForm => "pre-chat form",
            Self::Faq => "FAQ form",
            Self::OfflineForm => "offline form",
            Self::Invalid | Self::Other(_) => self.api_name(),
            _ => self.stage().label(1),
        }
    }
}

impl Stage {
    /// Returns `true` if the customer waits for an agent.
    pub(crate) fn is_waiting(self) -> bool {
        matches!(self, Self::NeedsReply | Self::Queued)
    }

    /// The words after a number of sessions, as in `2 need reply`.
    pub(crate) const fn label(self, count: usize) -> &'static str {
        match self {
            Self::NeedsReply if count == 1 => "needs reply",
            Self::NeedsReply => "need reply",
            Self::Queued => "in queue",
            Self::Answered => "answered",
            Self::Bot => "bot",
            Self::Form => "form",
            Self::Unknown => "unknown state",
            Self::Missed => "missed",
            Self::Ended => "ended",
            Self::Deleted => "deleted",
        }
    }

    /// Returns `true` if the conversation has ended.
    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Missed | Self::Ended | Self::Deleted)
    }
}
