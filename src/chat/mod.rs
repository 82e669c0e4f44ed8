//! Domain types: sessions, messages, transcripts, read state, and sanitized text.
//!
//! Plain values without IO, clocks, drawing or wire formats, so that every other module can use
//! them. Depends on `std` and `chrono` only.

mod ids;
mod message;
mod read_state;
mod rich_text;
pub mod sanitize;
mod session;
mod special;
mod stats;
mod transcript;
mod zone;

pub use ids::{AssociateId, ChannelId, MessageId, SessionId};
pub use message::{Direction, Message};
pub use read_state::{Lww, ReadPosition, ReadState, SessionReadState};
pub use rich_text::{Annotation, Format, RichText, is_openable};
pub use session::{
    Agent, Channel, CurrentUser, Customer, EntityRef, Scope, Session, SessionPage, Stage, Status,
    Typing, Urgency,
};
pub use special::{Choice, EventText, SpecialKind};
pub use stats::TrafficStats;
pub use transcript::{MergeResult, Transcript};
pub use zone::ServiceZone;

/// An instant with its UTC offset: the one received, or the one assumed if none was.
pub type Timestamp = chrono::DateTime<chrono::FixedOffset>;
