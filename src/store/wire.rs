//! The marks as they stand in the file, and nothing else: other rooms change without it.

use std::collections::BTreeMap;

use chrono::{ParseError, SecondsFormat};
use serde::{Deserialize, Serialize};

use crate::chat::{Lww, ReadState, MessageId, Timestamp, SessionReadState, ReadPosition, SessionId};

/// A moment in the words of RFC 3339.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Instant(Timestamp);

impl TryFrom<String> for Instant {
    type Error = ParseError;

    fn try_from(written: String) -> Result<Self, ParseError> {
        Timestamp::parse_from_rfc3339(&written).map(Self)
    }
}

impl From<Instant> for String {
    fn from(instant: Instant) -> Self {
        let utc = instant.0.to_utc();
        utc.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}

/// The whole file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Wire {
    since: Option<Instant>,
    sessions: BTreeMap<i64, WireSession>,
}

#[derive(Debug, Serialize, Deserialize)]
struct WireSession {
    heard: Instant,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<WireSeen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    watched: Option<WireWatched>,
}

#[derive(Debug, Serialize, Deserialize)]
struct WireSeen {
    until: Instant,
    newest: Option<i64>,
    at: Instant,
}

#[derive(Debug, Serialize, Deserialize)]
struct WireWatched {
    watched: bool,
    at: Instant,
}

impl From<&ReadState> for Wire {
    fn from(marks: &ReadState) -> Self {
        let sessions = marks.sessions.iter().map(|(id, mark)| {
            let session = WireSession {
                heard: Instant(mark.last_listed),
                seen: mark.read_position.map(|made| WireSeen {
                    until: Instant(made.value.until),
                    newest: made.value.newest.map(|id| id.0),
                    at: Instant(made.at),
                }),
                watched: mark.watched.map(|made| WireWatched {
                    watched: made.value,
                    at: Instant(made.at),
                }),
            };
            (id.0, session)
        });
        Self {
            since: marks.since.map(Instant),
            sessions: sessions.collect(),
        }
    }
}

impl From<Wire> for ReadState {
    fn from(wire: Wire) -> Self {
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
