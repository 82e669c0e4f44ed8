//! The nouns: sessions, messages, transcripts, and text made safe to show.
//!
//! Plain values that every other room may hold. Nothing here reads, writes, draws, asks the time
//! or knows how the service spells things; only `std` and `chrono` may enter.

pub mod clean;
mod ids;
mod marks;
mod message;
mod raw;
mod rich;
mod said;
mod session;
mod special;
mod traffic;
mod transcript;
mod zone;

pub use ids::{AssociateId, ChannelId, MessageId, SessionId};
pub use marks::{Made, Marks, Remembered, Seen};
pub use message::{Direction, Message};
pub use raw::Raw;
pub use rich::{Body, Mark, MarkKind, Rich, is_openable};
pub use said::Said;
pub use session::{
    Agent, Channel, Customer, Linked, Listing, Me, Scope, Session, Stage, Status, Typing,
};
pub use special::{Choice, Special, Told};
pub use traffic::Traffic;
pub use transcript::{Merged, Page, Transcript};
pub use zone::ServiceZone;

/// An instant together with the offset it was told in, or the one assumed where none was told.
pub type Moment = chrono::DateTime<chrono::FixedOffset>;
