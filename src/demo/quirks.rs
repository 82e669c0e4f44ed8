//! Quirks and faults: how this service differs from a plain one, and what goes wrong.
//!
//! Each open question about the real service is a quirk that covers every answer. What needs no
//! quirk, such as a status that goes back, a late id or a message dated ahead, is done through
//! [`super::DemoServer`].

use std::time::Duration;

use chrono::TimeDelta;

/// How the service behaves; the default is a healthy one.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a quirk of its own, on or off"
)]
pub struct Quirks {
    pub offset_format: OffsetFormat,
    pub posted_time: PostedTime,
    /// The number of digits in fractions of seconds, up to nine.
    pub fraction_digits: u8,
    pub empty_text: EmptyText,
    pub enum_format: EnumFormat,
    pub markup_format: MarkupFormat,
    /// Sends the opposite of every `ReadByCustomer`, as if old messages had been read meanwhile.
    pub read_marks_flipped: bool,
    pub typing_flags: TypingFlags,
    pub archive_columns: ArchiveColumns,
    pub primary_key: PrimaryKey,
    pub column_member: ColumnMember,
    /// Sends display texts in all languages at once to a request without a language.
    pub multi_language: bool,
    /// Sends custom reason phrases, even with status 200.
    pub reason_phrases: bool,
    /// How far the `Date` header is ahead of the service's clock.
    pub clock_skew: TimeDelta,
    /// Responds with 401 to a request without any credential.
    pub require_sign_in: bool,
    /// The only `Authorization` that is accepted.
    pub credential: Option<String>,
    /// The tenant lives at the other origin, and this one responds with 421.
    pub moved: bool,
    /// Applied in this order.
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

/// How times carry their offset when it is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetFormat {
    /// Not at all, as where time zones are switched off.
    None,
    /// In UTC, as `Z`.
    Z,
    /// `+02:00`.
    Colon,
    /// `+0200`.
    NoColon,
}

/// How `WhenPosted` is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostedTime {
    Correct,
    /// As if the stored UTC value were in the base zone.
    ShiftedByBase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyText {
    Empty,
    Null,
    /// The property is left out.
    Missing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumFormat {
    Names,
    Numbers,
    /// A name that is in no list.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkupFormat {
    AsStored,
    /// With angle brackets and ampersands as entities.
    Escaped,
}

/// What `Flags` says about who is typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypingFlags {
    /// Who is typing, or null.
    ByName,
    /// Stored bits printed as if they were values: nobody prints as the customer, the customer as
    /// the user, the user as a bare number.
    AsBits,
    /// Always `CustomerIsTyping`, as in every sample of the vendor.
    Stuck,
}

/// Whether the archive has the columns that were added after 2021.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveColumns {
    All,
    /// A request for one is refused.
    NewerRefused,
    /// They are left out of the rows.
    NewerMissing,
}

/// How archive rows send `PrimaryKey`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrimaryKey {
    /// As text in slim rows, as a number in full ones.
    ByMode,
    Text,
    Number,
}

/// The property of full archive rows that holds their columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnMember {
    Column,
    Columns,
    ColumnData,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub failure: Failure,
    /// Applies to addresses that contain this, in any case; to all of them when empty.
    pub address: String,
    /// The number of requests it still applies to; all of them when absent.
    pub times: Option<u32>,
}

impl Fault {
    /// A fault of every request.
    pub fn always(failure: Failure) -> Self {
        Self {
            failure,
            address: String::new(),
            times: None,
        }
    }

    /// A fault of the next `times` requests.
    pub fn next(times: u32, failure: Failure) -> Self {
        Self {
            times: Some(times),
            ..Self::always(failure)
        }
    }

    /// Limits the fault to addresses that contain this.
    pub fn on(self, address: &str) -> Self {
        Self {
            address: address.to_owned(),
            ..self
        }
    }
}

/// How a request fails; failures that only change the delivery can be combined.
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
    /// The body breaks off in the middle.
    Truncated,
    /// Bytes that are neither JSON nor text.
    Garbage,
    /// This body instead, with status 200.
    Body(String),
    /// The right body under the wrong content type.
    ContentType(String),
    /// The body comes in chunks of this size with this pause before each.
    Chunked(usize, Duration),
    /// The response comes this much later.
    Delay(Duration),
    /// The body never ends.
    Endless,
    /// A small deflated body that unpacks to 32 MiB of spaces.
    DecompressionBomb,
    /// A redirect to the same address at this origin.
    RedirectHere,
    /// A redirect to the same address at the other origin.
    RedirectAway,
    /// The connection is reset without a response.
    Reset,
}

/// The value of `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    Seconds(u32),
    /// The date that is this many seconds ahead.
    Date(u32),
}
