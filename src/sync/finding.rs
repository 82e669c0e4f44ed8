//! What a source learns about the service itself besides the answers.

use chrono::TimeDelta;

use crate::app::event::Event;

/// Something learnt on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The service's clock is ahead of ours by so much; behind where it is negative.
    ClockAhead(TimeDelta),
    /// The service is at another address now.
    Moved {
        /// Where it was.
        from: String,
        /// Where it is.
        to: String,
    },
}

impl From<Finding> for Event {
    fn from(finding: Finding) -> Self {
        match finding {
            Finding::ClockAhead(ahead) => Self::ClockOffsetMeasured(ahead),
            Finding::Moved { from, to } => Self::ServiceMoved { from, to },
        }
    }
}
