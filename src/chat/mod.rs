//! The nouns: sessions, messages, transcripts, and text made safe to show.
//!
//! Plain values that every other room may hold. Nothing here reads, writes, draws, asks the time
//! or knows how the service spells things; only `std` and `chrono` may enter.

mod ids;
mod message;
mod raw;
mod read_state;
mod rich_text;
mod said;
pub mod sanitize;
mod session;
mod special;
mod stats;
mod transcript;
mod zone;

pub use ids::{AssociateId, ChannelId, MessageId, SessionId};
pub use message::{Direction, Message};
pub use raw::Raw;
pub use read_state::{Lww, ReadPosition, ReadState, SessionReadState};
pub use rich_text::{Annotation, Format, RichText, RichTextRef, is_openable};
pub use said::Said;
pub use session::{
    Agent, Channel, CurrentUser, Customer, EntityRef, Scope, Session, SessionPage, Stage, Status,
    Typing,
};
pub use special::{Choice, EventText, SpecialKind};
pub use stats::TrafficStats;
pub use transcript::{MergeResult, Page, Transcript};
pub use zone::ServiceZone;

/// An instant together with the offset it was told in, or the one assumed where none was told.
pub type Timestamp = chrono::DateTime<chrono::FixedOffset>;
