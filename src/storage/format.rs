//! The marks as they stand in the file, and nothing else: other rooms change without it.

use std::collections::BTreeMap;

use chrono::{ParseError, SecondsFormat};
use serde::{Deserialize, Serialize};

use crate::chat::{
    Lww, MessageId, ReadPosition, ReadState, SessionId, SessionReadState, Timestamp,
};

/// A moment in the words of RFC 3339.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct FileTimestamp(Timestamp);

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

/// The whole file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FileContents {
    since: Option<FileTimestamp>,
    sessions: BTreeMap<i64, FileSession>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FileSession {
    heard: FileTimestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<FileReadPosition>,
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

impl From<&ReadState> for FileContents {
    fn from(marks: &ReadState) -> Self {
        let sessions = marks.sessions.iter().map(|(id, mark)| {
            let session = FileSession {
                heard: FileTimestamp(mark.last_listed),
                seen: mark.read_position.map(|made| FileReadPosition {
                    until: FileTimestamp(made.value.until),
                    newest: made.value.newest.map(|id| id.0),
                    at: FileTimestamp(made.at),
                }),
                watched: mark.watched.map(|made| FileWatched {
                    watched: made.value,
                    at: FileTimestamp(made.at),
                }),
            };
            (id.0, session)
        });
        Self {
            since: marks.since.map(FileTimestamp),
            sessions: sessions.collect(),
        }
    }
}

impl From<FileContents> for ReadState {
    fn from(wire: FileContents) -> Self {
        let sessions = wire.sessions.into_iter().map(|(id, session)| {
            let mark = SessionReadState {
                last_listed: session.heard.0,
                read_position: session.seen.map(|seen| Lww {
                    at: seen.at.0,
                    value: ReadPosition {
                        until: seen.until.0,
                        newest: seen.newest.map(MessageId),
                    },
                }),
                watched: session.watched.map(|watched| Lww {
                    at: watched.at.0,
                    value: watched.watched,
                }),
            };
            (SessionId(id), mark)
        });
        Self {
            since: wire.since.map(|since| since.0),
            sessions: sessions.collect(),
        }
    }
}
