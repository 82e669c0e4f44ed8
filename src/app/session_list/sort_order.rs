//! Sort orders of the session list.

use std::cmp::Reverse;

use super::SessionList;
use super::waits::RowWait;
use crate::chat::SessionId;
use crate::text::ListedSession;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortOrder {
    /// By stage, the longest wait first; sessions that are over last, latest first.
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

    /// The name in the list state.
    pub fn name(self) -> &'static str {
        match self {
            Self::Urgency => "urgency",
            Self::Recent => "latest",
            Self::Name => "name",
            Self::Channel => "channel",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Urgency, Self::Recent, Self::Name, Self::Channel];
        all.into_iter().find(|order| order.name() == name)
    }

    pub fn next(self) -> Self {
        match self {
            Self::Urgency => Self::Recent,
            Self::Recent => Self::Name,
            Self::Name => Self::Channel,
            Self::Channel => Self::Urgency,
        }
    }
}

/// The text is `None` where the order has none: comparing empty texts took most of the time to sort many sessions.
pub(super) type SortKey = (u8, Option<String>, i64, bool, Reverse<SessionId>);

impl SessionList {
    pub(super) fn key_of_selected(&self) -> Option<SortKey> {
        let index = *self.indices.get(&self.selected?)?;
        Some(self.sort_key(index))
    }

    pub(super) fn sort_key(&self, index: usize) -> SortKey {
        sort_key(&self.all[index], &self.row_waits[index], self.sort_order)
    }
}

fn sort_key(row: &ListedSession, wait: &RowWait, order: SortOrder) -> SortKey {
    let (stage, time, is_exact) = wait.urgency();
    let (rank, id) = (stage as u8, Reverse(wait.id));
    match order {
        SortOrder::Urgency => (rank, None, time, is_exact, id),
        SortOrder::Recent => {
            let session = row.unmasked();
            let latest = session
                .last_activity
                .max(session.requested)
                .max(session.ended);
            let latest = latest.map_or(i64::MAX, |latest| -latest.timestamp_millis());
            (0, None, latest, true, id)
        }
        SortOrder::Name => (0, Some(row.title().to_lowercase()), time, is_exact, id),
        SortOrder::Channel => (
            0,
            Some(format!("{}\0{rank}", row.channel.name.to_lowercase())),
            time,
            is_exact,
            id,
        ),
    }
}
