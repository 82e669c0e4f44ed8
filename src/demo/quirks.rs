//! Quirks: behaviour of the service that differs between editions or is not documented.
//!
//! Each open question about the real service is a quirk that covers every possible answer. A status
//! that goes back, a late id or a message dated ahead needs no quirk: see [`super::DemoServer`].

use chrono::TimeDelta;

use super::faults::Fault;

/// The behaviour of the service; by default that of a healthy one.
#[derive(Clone, Debug, Default, PartialEq)]
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
    pub warn_minutes: WarnMinutes,
    pub archive_columns: ArchiveColumns,
    /// Archive rows are slim also where full ones are requested.
    pub slim_rows_only: bool,
    /// The archive lists sessions of the user's channels only.
    pub archive_of_own_channels: bool,
    pub filter: FilterQuirks,
    pub message_search: MessageSearchQuirks,
    pub aggregates: AggregateSupport,
    pub primary_key: PrimaryKey,
    pub column_member: ColumnMember,
    /// Sends display texts in English, not in all languages at once, to a request without a language.
    pub single_language: bool,
    /// Sends the standard reason phrases, not the service's own.
    pub standard_reasons: bool,
    /// How far the `Date` header is ahead of the service's clock.
    pub clock_skew: TimeDelta,
    /// Responds with 401 to a request without any credential.
    pub require_sign_in: bool,
    /// The only `Authorization` that is accepted.
    pub credential: Option<String>,
    /// The tenant is served at the second origin, and the first responds with 421.
    pub moved: bool,
    /// Applied in this order.
    pub faults: Vec<Fault>,
}

/// What `$filter` does with texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FilterQuirks {
    /// A backslash escapes any character, not quotes only.
    pub backslash_escapes_all: bool,
    /// `contains` distinguishes upper and lower case.
    pub case_sensitive: bool,
    /// `contains` supports `%`, `_` and `[`.
    pub like_wildcards: bool,
}

/// What the dynamic archive does with the tables of the chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageSearchQuirks {
    pub access: MessageSearchAccess,
    /// Columns of the session beside those of the message.
    pub joined_columns: ArchiveColumns,
    /// `oneOf` is refused.
    pub lists_refused: bool,
    /// Times are sent as elsewhere, not in UTC without offset.
    pub times_in_zone: bool,
    pub ignored: IgnoredOption,
}

/// The part of a query that the dynamic archive ignores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IgnoredOption {
    #[default]
    Nothing,
    /// `$orderBy`.
    Order,
    /// `lt` and `gt`.
    Bounds,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageSearchAccess {
    /// Rights are not applied.
    #[default]
    AllChannels,
    OwnChannels,
    /// Responds with 403.
    Blocked,
    /// Responds with 404.
    Missing,
}

/// Whether the archive has functions such as `Count`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AggregateSupport {
    #[default]
    All,
    /// Lengths of time are sent as numbers, without a unit.
    NumbersOnly,
    /// A request for one is refused.
    Refused,
    /// Rows are sent as if none were requested.
    Ignored,
}

/// How times carry their offset when it is requested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OffsetFormat {
    /// Not at all, as where time zones are switched off.
    None,
    /// In UTC, as `Z`.
    Z,
    /// `+02:00`.
    Colon,
    /// `+0200`.
    #[default]
    NoColon,
}

/// How `WhenPosted` is converted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PostedTime {
    #[default]
    Correct,
    /// As if the stored UTC value were in the base zone.
    ShiftedByBase,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmptyText {
    #[default]
    Empty,
    Null,
    /// The property is left out.
    Missing,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnumFormat {
    #[default]
    Names,
    Numbers,
    /// A name that is in no list.
    Unknown,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MarkupFormat {
    #[default]
    AsStored,
    /// With angle brackets and ampersands as entities.
    Escaped,
}

/// How `Flags` names the party that is typing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TypingFlags {
    /// The one who is typing, or null.
    #[default]
    ByName,
    /// Stored bits printed as if they were values: no one is printed as the customer, the customer as
    /// the user, the user as a bare number.
    AsBits,
    /// Always `CustomerIsTyping`, as in every sample of the vendor.
    Stuck,
}

/// How channels send the minutes after which a waiting customer is a warning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WarnMinutes {
    #[default]
    Set,
    /// 0, where a channel does not warn.
    Zero,
    Null,
    /// The properties are left out.
    Missing,
    Text,
}

/// Whether the archive has the columns that were added after 2021.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArchiveColumns {
    #[default]
    All,
    /// A request for one is refused.
    NewerRefused,
    /// Only `rating` is refused.
    RatingRefused,
    /// They are left out of the rows.
    NewerMissing,
}

/// How archive rows send `PrimaryKey`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PrimaryKey {
    /// As text in slim rows, as a number in full ones.
    #[default]
    ByMode,
    Text,
    Number,
}

/// The property of full archive rows that holds their columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnMember {
    Column,
    Columns,
    #[default]
    ColumnData,
}
