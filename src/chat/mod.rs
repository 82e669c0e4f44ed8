//! The nouns: sessions, messages, transcripts, and text made safe to show.
//!
//! Plain values that every other room may hold. Nothing here reads, writes, draws, asks the time
//! or knows how the service spells things; only `std` and `chrono` may enter.

pub mod sanitize;
mod ids;
mod read_state;
mod message;
mod raw;
mod rich_text;
mod said;
mod session;
mod special;
mod stats;
mod transcript;
mod zone;

pub use ids::{AssociateId, ChannelId, MessageId, SessionId};
pub use read_state::{Lww, ReadState, SessionReadState, ReadPosition};
pub use message::{Direction, Message};
pub use raw::Raw;
pub use rich_text::{RichTextRef, Annotation, Format, RichText, is_openable};
pub use said::Said;
pub use session::{
    Agent, Channel, Customer, EntityRef, SessionPage, CurrentUser, Scope, Session, Stage, Status, Typing,
};
pub use special::{Choice, SpecialKind, EventText};
pub use stats::TrafficStats;
pub use transcript::{MergeResult, Page, Transcript};
pub use zone::ServiceZone;

/// An instant together with the offset it was told in, or the one assumed where none was told.
pub type Timestamp = chrono::DateTime<chrono::FixedOffset>;
