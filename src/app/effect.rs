//! Effects: what the app requests from outside. Plain data, compared whole in tests.

use std::sync::Arc;

use crate::chat::{ListState, Message, ReadState, SearchProbe, Session, SessionId, Timestamp};
use crate::sync::SyncCommand;
use crate::text::{ListedSession, TimeZone, TranscriptFormat};

/// One request to the outside; its result returns as an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a command to the poller.
    Sync(SyncCommand),
    /// Request times in this zone from now on.
    SetTimeZone(TimeZone),
    /// Count the requests and bytes so far.
    SampleTraffic,
    /// Store these changes for the next run.
    SaveReadState(ReadState),
    /// Read the key of pseudonyms, or make one.
    LoadPrivacyKey,
    /// Mask sessions before they are looked at, as a filter does with all of them.
    MaskSessions(Vec<ListedSession>),
    /// Store how the list is shown, for the next run.
    SaveListState(ListState),
    /// Store whether the service searches message texts, for the next search.
    SaveSearchProbe(SearchProbe),
    /// Notify the user, who may be looking elsewhere, with one sentence.
    Notify(Notification),
    /// Put text on the clipboard; `what` names it in the notice, `the message`.
    Copy {
        what: String,
        text: String,
    },
    /// As [`Self::Copy`], with JSON as it was received: it is sanitized outside, which takes long.
    CopyLongJson {
        what: String,
        json: Arc<str>,
    },
    /// Open an http or https address in the browser.
    OpenLink(String),
    /// Write a transcript to a file.
    Export(Box<ExportRequest>),
    /// Query the terminal for its background.
    QueryBackground,
    /// Draw every cell again.
    Redraw,
    /// Return the terminal to the shell until continued.
    Suspend,
    Quit,
}

/// A sentence for the user, who may be looking elsewhere, and the way back to the session that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    pub text: String,
    /// A command that opens the viewer at the session.
    pub(crate) locator: String,
}

/// The transcript to export, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRequest {
    /// As it was typed.
    pub path: String,
    pub format: TranscriptFormat,
    pub id: SessionId,
    /// `None` if only the messages are known.
    pub session: Option<Session>,
    pub messages: Vec<Arc<Message>>,
    pub zone: TimeZone,
    /// The zone that the service was requested to send its times in.
    pub(crate) requested_zone: TimeZone,
    pub exported: Timestamp,
    /// Why messages are missing, if any are.
    pub(crate) incomplete: Option<String>,
}
