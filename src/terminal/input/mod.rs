//! Input thread: blocks on the terminal and sends keys, mouse, pastes and focus changes.
//!
//! Input that arrives together is sent as one batch, so that it is drawn once. Key releases and mouse
//! movements are dropped.
//! On Unix the terminal's bytes are read and parsed here: crossterm's reader stops at an unknown
//! report or a paste that does not end. Its types are used, and on Windows its reader, which
//! gets keys instead of bytes.

#[cfg(unix)]
mod parser;
#[cfg(unix)]
mod pause;
#[cfg(unix)]
mod unix;
#[cfg(not(unix))]
mod windows;

use std::io;
use std::thread;

use crossterm::event::{Event as Raw, KeyEventKind, MouseEventKind};
use tokio::sync::mpsc;

#[cfg(unix)]
use super::background::end_answer;
use super::guard::usable_size;
use crate::app::event::Event;
#[cfg(unix)]
use crate::app::theme::Background;
#[cfg(unix)]
use parser::Input;
#[cfg(unix)]
pub(crate) use pause::pause;
#[cfg(not(unix))]
use to_event as read_input;
#[cfg(unix)]
use unix::Reader;
#[cfg(not(unix))]
use windows::Reader;
#[cfg(not(unix))]
pub(crate) use windows::pause;

/// A batch of this many events is sent without looking for more.
const MAX_BATCH: usize = 256;

/// Starts the thread; it ends when the receiver is dropped or the terminal is gone.
pub fn spawn_reader() -> io::Result<mpsc::Receiver<Vec<Event>>> {
    let (sender, receiver) = mpsc::channel(16);
    thread::Builder::new()
        .name("input".to_owned())
        .spawn(move || {
            let mut reader = Reader::default();
            while let Ok(batch) = reader.read_batch() {
                let batch: Vec<_> = batch.into_iter().filter_map(read_input).collect();
                if !batch.is_empty() && sender.blocking_send(batch).is_err() {
                    return;
                }
            }
        })?;
    Ok(receiver)
}

/// The event for an input; the answer to the last query ends the wait for the answers.
#[cfg(unix)]
fn read_input(input: Input) -> Option<Event> {
    match input {
        Input::Event(raw) => to_event(raw),
        Input::Background(rgb) => Some(Event::BackgroundReported(Some(Background::of(rgb)))),
        Input::Attributes => {
            end_answer();
            Some(Event::BackgroundReported(None))
        }
    }
}

fn to_event(raw: Raw) -> Option<Event> {
    match raw {
        Raw::Key(key) => (key.kind != KeyEventKind::Release).then_some(Event::KeyPressed(key)),
        // Reported for every cell that the pointer crosses.
        Raw::Mouse(mouse) => {
            (mouse.kind != MouseEventKind::Moved).then_some(Event::MouseUsed(mouse))
        }
        Raw::Paste(text) => Some(Event::Pasted(text)),
        Raw::Resize(width, height) => Some(Event::Resized(usable_size((width, height)))),
        Raw::FocusGained => Some(Event::FocusChanged(true)),
        Raw::FocusLost => Some(Event::FocusChanged(false)),
    }
}
