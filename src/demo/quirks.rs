//! How the service behaves: every doubt about the real one as a switch, and every fault it may have.
//!
//! Switches are plain values. What a service may do and cannot be told from its description, such
//! as statuses that go back, late ids or messages dated ahead, is done by acting on [`super::DemoServer`].

use std::time::Duration;

use chrono::TimeDelta;

/// How the service behaves at the moment; the default is a healthy one.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, on or off"
)]
pub struct Quirks {
    /// How times carry their offset when asked to.
    pub offset_format: OffsetFormat,
    /// Whether `WhenPosted` is converted rightly.
    pub posted_time: PostedTime,
    /// How many digits the fractions of seconds have; none up to nine.
    pub fraction_digits: u8,
    /// How empty texts are sent.
    pub empty_text: EmptyText,
    /// How the values of enumerations are sent.
    pub enum_format: EnumFormat,
    /// Whether the markup of messages is sent as stored or escaped.
    pub markup_format: MarkupFormat,
    /// Whether the read marks of old messages have changed meanwhile.
    pub read_marks_flipped: bool,
    /// What `Flags` says of who types.
    pub typing_flags: TypingFlags,
    /// What an archive without the newer columns does when asked for them.
    pub archive_columns: ArchiveColumns,
    /// How rows of the archive send `PrimaryKey`.
    pub primary_key: PrimaryKey,
    /// Under which name full rows of the archive hold their columns.
    pub column_member: ColumnMember,
    /// Whether a request without a language gets texts in all languages at once.
    pub multi_language: bool,
    /// Whether answers have a reason phrase of their own, even on 200.
    pub reason_phrases: bool,
    /// How far the service's clock, as the `Date` header tells it, is ahead.
    pub clock_skew: TimeDelta,
    /// Whether a request without any credential answers 401.
    pub require_sign_in: bool,
    /// The only `Authorization` that is accepted, where it matters.
    pub credential: Option<String>,
    /// Whether the tenant lives on the other port now, and this one answers 421.
    pub moved: bool,
    /// What goes wrong, in this order.
    pub faults: Vec<Fault>,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            offset_format: OffsetFormat::NoColon,
            posted_time: PostedTime::Correct,
            fraction_digits: 0,
            empty_text: EmptyText::Empty,
            enum_format: EnumFormat::Names,
            markup_format: MarkupFormat::AsStored,
            read_marks_flipped: false,
            typing_flags: TypingFlags::ByName,
            archive_columns: ArchiveColumns::All,
            primary_key: PrimaryKey::ByMode,
            column_member: ColumnMember::ColumnData,
            multi_language: true,
            reason_phrases: true,
            clock_skew: TimeDelta::zero(),
            require_sign_in: false,
            credential: None,
            moved: false,
            faults: Vec::new(),
        }
    }
}

/// How times carry their offset when asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetFormat {
    /// Not at all, as where zones are switched off.
    None,
    /// In UTC, as `Z`.
    Z,
    /// `+02:00`.
    Colon,
    /// `+0200`.
    NoColon,
}

/// Whether `WhenPosted` is converted rightly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostedTime {
    /// As the instant it is.
    Correct,
    /// As if the stored UTC value were in the base zone.
    ShiftedByBase,
}

/// How empty texts are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyText {
    /// As empty texts.
    Empty,
    /// As null.
    Null,
    /// Their properties are missing.
    Missing,
}

/// How the values of enumerations are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumFormat {
    /// As names.
    Names,
    /// As numbers.
    Numbers,
    /// As a name that no list has.
    Unknown,
}

/// Whether the markup of messages is sent as stored or escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkupFormat {
    /// As stored.
    AsStored,
    /// With its angle brackets and ampersands as entities.
    Escaped,
}

/// What `Flags` says of who types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypingFlags {
    /// The one who types, or null.
    ByName,
    /// Stored bits printed as if they were values: nobody prints as the customer, the customer as
    /// the user, the user as a bare number.
    AsBits,
    /// Always `CustomerIsTyping`, as in every sample of the vendor.
    Stuck,
}

/// What an archive without the newer columns does when asked for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveColumns {
    /// It has them.
    All,
    /// It refuses the request.
    NewerRefused,
    /// It leaves them out.
    NewerMissing,
}

/// How rows of the archive send `PrimaryKey`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrimaryKey {
    /// As text in slim rows, as a number in full ones.
    ByMode,
    /// As text.
    Text,
    /// As a number.
    Number,
}

/// Under which name full rows of the archive hold their columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnMember {
    /// `Column`.
    Column,
    /// `Columns`.
    Columns,
    /// `ColumnData`.
    ColumnData,
}

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub failure: Failure,
    /// It befalls the addresses that contain this, in any case; all of them when empty.
    pub address: String,
    /// How many more requests it befalls; all of them when absent.
    pub times: Option<u32>,
}

impl Fault {
    /// A fault that befalls every request.
    pub fn always(failure: Failure) -> Self {
        Self {
            failure,
            address: String::new(),
            times: None,
        }
    }

    /// A fault that befalls the next `times` requests.
    pub fn next(times: u32, failure: Failure) -> Self {
        Self {
            times: Some(times),
            ..Self::always(failure)
        }
    }

    /// The same fault, only for addresses that contain this.
    pub fn on(self, address: &str) -> Self {
        Self {
            address: address.to_owned(),
            ..self
        }
    }
}

/// How a request fails; those that only change how the answer is sent can be combined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// This status with the service's own JSON error.
    Status(u16),
    /// This status with an HTML page.
    HtmlPage(u16),
    /// A sign-in page with status 200.
    SignInPage,
    /// This status with `Retry-After`.
    Busy(u16, RetryAfter),
    /// The answer breaks off in the middle.
    Truncated,
    /// Bytes that are neither JSON nor text.
    Garbage,
    /// This body instead, with status 200.
    Body(String),
    /// The right body under the wrong content type.
    ContentType(String),
    /// The answer comes in pieces of this size with this pause before each.
    Chunked(usize, Duration),
    /// The answer comes this much later.
    Delay(Duration),
    /// An answer without end.
    Endless,
    /// A small deflated body that unpacks to 32 MiB of blanks.
    DecompressionBomb,
    /// A redirect to the same address here.
    RedirectHere,
    /// A redirect to the same address on the other port, which is another origin.
    RedirectAway,
    /// The connection is reset without an answer.
    Reset,
}

/// How `Retry-After` tells when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// In so many seconds.
    Seconds(u32),
    /// As the date that is so many seconds ahead.
    Date(u32),
}
