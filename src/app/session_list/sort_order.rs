//! Sort orders of the session list.

use std::cmp::Reverse;

use crate::chat::{Session, SessionId, Stage};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortOrder {
    /// Needs reply and then queued, longest wait first; then active; then ended, latest first.
    #[default]
    Urgency,
    /// By last activity, latest first.
    Recent,
    /// By customer name.
    Name,
    /// By channel name, then by urgency.
    Channel,
}

impl SortOrder {
    pub fn label(self) -> &'static str {
        match self {
            Self::Urgency => "by urgency",
            Self::Recent => "latest first",
            Self::Name => "by name",
            Self::Channel => "by channel",
        }
    }

    pub(super) fn next(self) -> Self {
        match self {
            Self::Urgency => Self::Recent,
            Self::Recent => Self::Name,
            Self::Name => Self::Channel,
            Self::Channel => Self::Urgency,
        }
    }
}

pub(super) type SortKey = (u8, String, i64, Reverse<SessionId>);

pub(super) fn sort_key(session: &Session, order: SortOrder) -> SortKey {
    let stage = session.status.stage();
    let since = session
        .state_since()
        .map_or(i64::MAX, |since| since.timestamp_millis());
    // Waiting sessions: the longest wait first. Active and ended ones: the latest first.
    let waits = matches!(stage, Stage::NeedsReply | Stage::Queued | Stage::PreChat);
    let urgency = match stage {
        Stage::NeedsReply => 0,
        Stage::Queued => 1,
        Stage::Active => 2,
        Stage::PreChat => 3,
        Stage::Unknown => 4,
        Stage::Ended | Stage::Missed => 5,
        Stage::Deleted => 6,
    };
    let time = if waits { since } else { since.saturating_neg() };
    let latest = session
        .last_activity
        .max(session.requested)
        .max(session.ended);
    let latest = latest.map_or(i64::MAX, |latest| -latest.timestamp_millis());
    let id = Reverse(session.id);
    match order {
        SortOrder::Urgency => (urgency, String::new(), time, id),
        SortOrder::Recent => (0, String::new(), latest, id),
        SortOrder::Name => (0, session.title().to_lowercase(), time, id),
        SortOrder::Channel => (
            0,
            format!("{}\0{urgency}", session.channel.name.to_lowercase()),
            time,
            id,
        ),
    }
}
