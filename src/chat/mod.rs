//! Domain types: sessions, messages, transcripts, read state, and sanitized text.
//!
//! Plain values without IO, clocks, drawing or wire formats, so that every other module can use
//! them. Depends on `std` and `chrono` only.

mod aggregate;
mod customer;
mod figures;
mod ids;
mod list_state;
mod max_body;
mod message;
mod message_search;
mod original;
mod presence;
mod read_state;
mod rich_text;
pub(crate) mod sanitize;
mod session;
mod special;
mod stats;
mod status;
mod thresholds;
mod transcript;
mod wait;
mod zone;

pub(crate) use aggregate::{
    AggregateBy, AggregateFigures, AggregateGroup, AggregateQuery, Aggregates,
};
pub(crate) use customer::CustomerId;
pub(crate) use figures::{ConversationFigures, FigureScanner, Gap};
pub use ids::SessionId;
pub(crate) use ids::{AssociateId, ChannelId, Locator, MessageId};
pub use list_state::ListState;
pub(crate) use max_body::{exceeds_max_body, stored_bytes, stored_session_bytes};
pub(crate) use message::Direction;
pub use message::Message;
pub(crate) use message_search::{
    FoundMessage, MessageEdge, MessageMark, MessagePage, MessageSearch, SearchProbe, SearchSupport,
};
pub(crate) use original::Original;
pub use original::{LoadedKey, PrivacyKey};
pub(crate) use presence::AgentPresence;
pub(crate) use read_state::{ReadPosition, ReadState, SessionReadState, Timed};
pub(crate) use rich_text::{
    Annotation, Authority, Format, RichText, disguised_host, is_openable, link_target,
};
pub use session::Scope;
pub(crate) use session::{
    Agent, Channel, CurrentUser, Customer, EntityRef, Session, SessionPage, Typing,
};
pub(crate) use special::{Choice, SpecialKind};
pub(crate) use stats::TrafficStats;
pub(crate) use status::{Stage, Status};
pub use thresholds::ThresholdSettings;
pub(crate) use thresholds::{ChannelThresholds, Thresholds, WaitLevel};
pub(crate) use transcript::MergeResult;
pub use transcript::Transcript;
pub(crate) use wait::{
    TurnScan, TurnScanner, Wait, WaitRead, WaitRecord, WaitRecords, WaitSummary, WaitTracker,
};
pub(crate) use zone::ServiceZone;

/// An instant with its UTC offset: the one received, or the one assumed if none was.
pub type Timestamp = chrono::DateTime<chrono::FixedOffset>;

/// The bytes of a message that are laid out; more would make every key slow. Formats and links after
/// them are not stored.
pub(crate) const MAX_SHOWN_BYTES: usize = 64 << 10;
