//! A line of the manifest: file, state and checksums of one exported session.

use serde::{Deserialize, Serialize};

use super::super::checksum::short_checksum;
use crate::chat::{EntityRef, Session, SessionId, Timestamp};

/// The keys are part of what scripts depend on: more may come, none is renamed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in super::super) struct Entry {
    pub id: i64,
    /// The name of the file; `None` if there is none yet.
    pub file: Option<String>,
    /// Messages in the file.
    pub count: usize,
    pub last_message_id: Option<i64>,
    pub state: String,
    /// Whether the session was over and all of it is in the file.
    pub(crate) complete: bool,
    pub(crate) sha256: Option<String>,
    /// The size of the file.
    pub bytes: Option<u64>,
    /// The session's row before its messages were fetched; `None` if it is to be fetched again.
    pub row: Option<RowChecksum>,
    pub options: ExportOptions,
    /// What went wrong when the session was fetched last.
    pub error: Option<String>,
    pub customer: Option<String>,
    pub company: Option<String>,
    pub channel: Option<String>,
    pub agent: Option<String>,
    pub ticket: Option<i64>,
    pub(crate) rating: Option<u8>,
}

impl Entry {
    /// The properties of the manifest that a session itself has.
    pub(in super::super) fn of_session(session: &Session, options: &ExportOptions) -> Self {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            id: session.id.0,
            state: session.state().to_owned(),
            options: options.clone(),
            customer: session.customer_name().and_then(text),
            company: text(session.company()),
            channel: text(&session.channel.name),
            agent: text(session.agent_name()),
            ticket: session.ticket.as_ref().map(|EntityRef { id, .. }| *id),
            rating: session.rating,
            ..Self::default()
        }
    }

    /// A session that could not be exported.
    pub(in super::super) fn failed(id: SessionId, options: &ExportOptions) -> Self {
        Self {
            id: id.0,
            options: options.clone(),
            ..Self::default()
        }
    }

    /// Returns `true` if the session has to be fetched again even if its row is unchanged.
    pub(in super::super) fn needs_retry(&self) -> bool {
        self.error.is_some() || self.file.is_none()
    }
}

/// What shapes the files: all of a folder have the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(in super::super) struct ExportOptions {
    pub service: String,
    pub format: String,
    pub time_zone: String,
    pub(crate) language: String,
    pub(crate) bom: bool,
    /// Files with names and files with pseudonyms are not mixed.
    pub privacy: bool,
}

impl ExportOptions {
    /// The first option in which another differs, and its value here.
    pub(super) fn difference(&self, other: &Self) -> Option<(&'static str, String)> {
        let texts = [
            ("service", &self.service, &other.service),
            ("format", &self.format, &other.format),
            ("time zone", &self.time_zone, &other.time_zone),
            ("language", &self.language, &other.language),
        ];
        let mut texts = texts.into_iter();
        let text = texts.find(|(_, here, there)| here != there);
        let text = text.map(|(name, here, _)| (name, here.clone()));
        let mut flags = [
            ("--bom", self.bom, other.bom),
            ("--privacy", self.privacy, other.privacy),
        ]
        .into_iter();
        let flag = flags.find(|(_, here, there)| here != there);
        text.or(flag.map(|(name, here, _)| (name, here.to_string())))
    }
}

/// Differs after anything has happened in a session, as far as its row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(in super::super) struct RowChecksum(u64);

impl RowChecksum {
    /// The last activity counts while a session is open only: rows of the archive lack it.
    pub(in super::super) fn of(session: &Session) -> Self {
        let is_over = session.stage().is_over();
        let last_activity = session.last_activity.filter(|_| !is_over);
        let times = [
            session.requested,
            session.started,
            session.ended,
            last_activity,
        ];
        let micros = |time: Option<Timestamp>| time.map(|time| time.timestamp_micros());
        let (status, rating) = (session.status.api_name(), session.rating);
        let row = (status, times.map(micros), rating, &session.last_message);
        Self(short_checksum(&format!("{row:?}")))
    }
}

impl From<RowChecksum> for String {
    fn from(RowChecksum(checksum): RowChecksum) -> Self {
        format!("{checksum:016x}")
    }
}

impl TryFrom<String> for RowChecksum {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        u64::from_str_radix(&text, 16).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Status;
    use crate::test_support::builders::{now, session};

    #[test]
    fn a_row_changes_with_status_times_last_message_and_rating() {
        let row = session(341, "Kari", Status::CustomerLast, 5);
        let same = Session {
            customer_last_poll: Some(now()),
            queue_position: 9,
            raw: "{}".into(),
            ..row.clone()
        };
        assert_eq!(RowChecksum::of(&row), RowChecksum::of(&same));
        let changes: [fn(&mut Session); 5] = [
            |row| row.status = Status::UserLast,
            |row| row.last_activity = Some(now()),
            |row| row.ended = Some(now()),
            |row| row.last_message += "!",
            |row| row.rating = Some(3),
        ];
        for (index, change) in changes.into_iter().enumerate() {
            let mut other = row.clone();
            change(&mut other);
            assert_ne!(RowChecksum::of(&row), RowChecksum::of(&other), "{index}");
        }
        // The archive lacks the last activity of an ended session.
        let live = session(341, "Kari", Status::Closed, 5);
        let archived = Session {
            last_activity: None,
            ..live.clone()
        };
        assert_eq!(RowChecksum::of(&live), RowChecksum::of(&archived));
    }

    #[test]
    fn a_checksum_is_read_as_it_was_written() {
        let checksum = RowChecksum(0x0a);
        let text = String::from(checksum);
        assert_eq!(text, "000000000000000a");
        assert_eq!(RowChecksum::try_from(text), Ok(checksum));
        assert!(RowChecksum::try_from("x".to_owned()).is_err());
    }
}
