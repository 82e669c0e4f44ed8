//! State of a client, derived from earlier responses, which later requests depend on.

use std::collections::HashMap;

use tokio::time::Instant;
use url::Url;

use super::decode::{ListItem, NaiveZone};
use super::fallback::Fallback;
use crate::chat::{Channel, ChannelId, CurrentUser};

#[derive(Debug)]
pub(super) struct ClientState {
    /// Where the service is now, ending in `/api/v1/`.
    pub(super) base_url: Url,
    /// Moves in a row without a good response.
    pub(super) consecutive_moves: u8,
    /// Code of the zone that times are requested in.
    pub(super) requested_zone: String,
    /// Whether a request with this zone has succeeded.
    pub(super) is_zone_accepted: bool,
    /// The zone of times without offset.
    pub(super) naive_zone: NaiveZone,
    pub(super) me: Option<CurrentUser>,
    /// Names and thresholds; the default for a channel that the service does not list.
    pub(super) channels: HashMap<ChannelId, Channel>,
    /// When the channels could not be read.
    pub(super) channels_failed_at: Option<Instant>,
    /// The columns that the archive supports, if it refused some.
    pub(super) archive_columns: Fallback<String>,
    /// Names of statuses that are not known here, once they were needed.
    pub(super) statuses: Option<StatusList>,
    /// What the search of messages accepts, if it refused more.
    pub(super) search_detail: Fallback<SearchDetail>,
    /// Old and new address, until the move is reported.
    pub(super) unreported_move: Option<(Url, Url)>,
}

/// The statuses of the service; none if they could not be read.
#[derive(Debug)]
pub(super) struct StatusList {
    pub(super) items: Vec<ListItem>,
    pub(super) requested_at: Instant,
}

/// How much a search of messages includes. The next variant is tried where one is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SearchDetail {
    /// Only the requested channels, with columns of the session.
    Filtered,
    Joined,
    Own,
}

impl SearchDetail {
    pub(super) const ALL: [Self; 3] = [Self::Filtered, Self::Joined, Self::Own];
}
