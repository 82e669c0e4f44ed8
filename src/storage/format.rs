//! The JSON format of the read-state file, separate from the domain types so that they can change.

use std::collections::BTreeMap;

use chrono::{ParseError, SecondsFormat};
use serde::{Deserialize, Serialize};

use crate::chat::{
    MessageId, PrivacyKey, ReadPosition, ReadState, SessionId, SessionReadState, Stage, Timed,
    Timestamp, WaitRecord,
};

/// An RFC 3339 timestamp.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct FileTimestamp(pub(super) Timestamp);

impl TryFrom<String> for FileTimestamp {
    type Error = ParseError;

    fn try_from(written: String) -> Result<Self, ParseError> {
        Timestamp::parse_from_rfc3339(&written).map(Self)
    }
}

impl From<FileTimestamp> for String {
    fn from(instant: FileTimestamp) -> Self {
        let utc = instant.0.to_utc();
        utc.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FileContents {
    since: Option<FileTimestamp>,
    sessions: BTreeMap<i64, FileSession>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    waits: BTreeMap<i64, FileWait>,
    /// Not part of the read state: it is made once and never changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) privacy_key: Option<FilePrivacyKey>,
}

/// A key as hexadecimal digits.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct FilePrivacyKey(pub(super) PrivacyKey);

impl TryFrom<String> for FilePrivacyKey {
    type Error = &'static str;

    fn try_from(written: String) -> Result<Self, Self::Error> {
        const WANTED: &str = "a key has 64 hexadecimal digits";
        let mut bytes = [0; PrivacyKey::LENGTH];
        if written.len() != 2 * bytes.len() {
            return Err(WANTED);
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = written.get(2 * index..2 * index + 2).ok_or(WANTED)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| WANTED)?;
        }
        Ok(Self(PrivacyKey::new(bytes)))
    }
}

impl From<FilePrivacyKey> for String {
    fn from(key: FilePrivacyKey) -> Self {
        let digits = key.0.bytes().iter().map(|byte| format!("{byte:02x}"));
        digits.collect()
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct FileSession {
    #[serde(rename = "heard")]
    last_listed: FileTimestamp,
    #[serde(rename = "seen", skip_serializing_if = "Option::is_none")]
    read_position: Option<FileReadPosition>,
    #[serde(skip_serializing_if = "Option::is_none")]
    watched: Option<FileWatched>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FileReadPosition {
    until: FileTimestamp,
    newest: Option<i64>,
    at: FileTimestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct FileWatched {
    watched: bool,
    at: FileTimestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct FileWait {
    /// Text, because a later version may have more states.
    state: String,
    last_activity: FileTimestamp,
    since: FileTimestamp,
}

const STAGES: [(Stage, &str); 3] = [
    (Stage::NeedsReply, "needs-reply"),
    (Stage::Answered, "answered"),
    (Stage::Queued, "in-queue"),
];

impl FileWait {
    fn new(record: &WaitRecord) -> Option<Self> {
        let (_, state) = STAGES.iter().find(|(stage, _)| *stage == record.stage)?;
        Some(Self {
            state: (*state).to_owned(),
            last_activity: FileTimestamp(record.last_activity),
            since: FileTimestamp(record.since),
        })
    }

    fn record(&self) -> Option<WaitRecord> {
        let (stage, _) = STAGES.iter().find(|(_, state)| *state == self.state)?;
        Some(WaitRecord {
            stage: *stage,
            last_activity: self.last_activity.0,
            since: self.since.0,
        })
    }
}

impl From<&ReadState> for FileContents {
    fn from(read_state: &ReadState) -> Self {
        let sessions = read_state.sessions.iter().map(|(id, state)| {
            let session = FileSession {
                last_listed: FileTimestamp(state.last_listed),
                read_position: state.read_position.map(|position| FileReadPosition {
                    until: FileTimestamp(position.value.until),
                    newest: position.value.newest.map(|id| id.0),
                    at: FileTimestamp(position.at),
                }),
                watched: state.watched.map(|watched| FileWatched {
                    watched: watched.value,
                    at: FileTimestamp(watched.at),
                }),
            };
            (id.0, session)
        });
        Self {
            since: read_state.since.map(FileTimestamp),
            sessions: sessions.collect(),
            waits: (read_state.waits.iter())
                .filter_map(|(id, record)| Some((id.0, FileWait::new(record)?)))
                .collect(),
            privacy_key: None,
        }
    }
}

impl From<FileContents> for ReadState {
    fn from(file: FileContents) -> Self {
        let sessions = file.sessions.into_iter().map(|(id, session)| {
            let state = SessionReadState {
                last_listed: session.last_listed.0,
                read_position: session.read_position.map(|position| Timed {
                    at: position.at.0,
                    value: ReadPosition {
                        until: position.until.0,
                        newest: position.newest.map(MessageId),
                    },
                }),
                watched: session.watched.map(|watched| Timed {
                    at: watched.at.0,
                    value: watched.watched,
                }),
            };
            (SessionId(id), state)
        });
        Self {
            since: file.since.map(|since| since.0),
            sessions: sessions.collect(),
            waits: (file.waits.iter())
                .filter_map(|(id, wait)| Some((SessionId(*id), wait.record()?)))
                .collect(),
        }
    }
}
