//! What a source learns about the service itself besides the answers.

use chrono::TimeDelta;

use crate::app::event::Event;

/// Something learnt on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceNotice {
    /// The service's clock is ahead of ours by so much; behind where it is negative.
    ClockOffset(TimeDelta),
    /// The service is at another address now.
    Moved {
        /// Where it was.
        from: String,
        /// Where it is.
        to: String,
    },
}

impl From<ServiceNotice> for Event {
    fn from(notice: ServiceNotice) -> Self {
        match notice {
            ServiceNotice::ClockOffset(offset) => Self::ClockOffsetMeasured(offset),
            ServiceNotice::Moved { from, to } => Self::ServiceMoved { from, to },
        }
    }
}
