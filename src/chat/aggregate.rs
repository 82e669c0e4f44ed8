//! Figures of sessions that the service counts itself.

use chrono::TimeDelta;

use super::{ChannelId, Timestamp};

/// The sessions to count, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AggregateQuery {
    pub by: AggregateBy,
    /// Requested at or after this time.
    pub since: Timestamp,
    /// Requested before this time.
    pub until: Option<Timestamp>,
    /// The channels of the sessions, at least one.
    pub channels: Vec<ChannelId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AggregateBy {
    Channel,
    Agent,
}

/// What the service has counted: for each group, and for all sessions together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Aggregates {
    pub groups: Vec<AggregateGroup>,
    pub total: AggregateFigures,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct AggregateGroup {
    /// The number of the channel or agent; `None` for the sessions without one.
    pub id: Option<i64>,
    pub name: String,
    pub figures: AggregateFigures,
}

/// Medians and averages are `None` where there is nothing to count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AggregateFigures {
    pub chats: u64,
    pub(crate) missed: u64,
    pub(crate) picked_up_after: Option<TimeDelta>,
    pub(crate) duration: Option<TimeDelta>,
    pub(crate) rating: Option<f64>,
    pub(crate) rated: u64,
}
