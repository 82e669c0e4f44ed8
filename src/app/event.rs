//! Events. Each describes something that already happened.

use std::time::Duration;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::layout::Size;

use super::theme::Background;
use crate::chat::{LoadedKey, ReadState, SessionId, Timestamp, TrafficStats};
use crate::sync::SyncEvent;
use crate::text::TranscriptFormat;

#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    KeyPressed(KeyEvent),
    /// These characters came at once while a line was being edited.
    TextTyped(String),
    Pasted(String),
    MouseUsed(MouseEvent),
    /// The window has this size now.
    Resized(Size),
    /// The window got the focus, or lost it.
    FocusChanged(bool),
    /// The terminal has this background; `None` if it does not report it.
    BackgroundReported(Option<Background>),
    /// The time; comes before every batch of other events.
    Ticked(Timestamp),
    /// The machine slept this long, or the program was stopped.
    Resumed(Duration),
    Sync(SyncEvent),
    /// The stored read state was read, at the start and whenever another viewer changed it.
    ReadStateLoaded(ReadState),
    PrivacyKeyLoaded(LoadedKey),
    TrafficSampled(TrafficStats),
    /// Text was copied in the way named.
    Copied(String),
    /// This address was opened in the browser.
    LinkOpened(String),
    /// A transcript was exported, or its name is taken.
    Exported(ExportOutcome),
    /// An effect failed: a sentence with what failed and what to do.
    EffectFailed(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportOutcome {
    Written {
        /// Its folder as it is offered next, with the last separator.
        folder: String,
        /// From the root.
        path: String,
        messages: usize,
        /// Messages that the format cannot hold.
        left_out: usize,
        incomplete: Option<String>,
        format: TranscriptFormat,
    },
    /// There is a file of this name already; the next free name is offered.
    NameTaken {
        session: SessionId,
        taken: String,
        free: String,
        format: TranscriptFormat,
    },
    /// The place typed is refused.
    Failed {
        session: SessionId,
        typed: String,
        format: TranscriptFormat,
        why: String,
    },
}

impl From<SyncEvent> for Event {
    fn from(event: SyncEvent) -> Self {
        Self::Sync(event)
    }
}
