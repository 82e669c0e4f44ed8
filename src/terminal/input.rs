//! Input thread: blocks on the terminal and sends keys, mouse, resizes and focus changes.
//!
//! Input that arrives together is sent as one batch, so that it is drawn once. Key releases are dropped.

use std::io;
use std::thread;
use std::time::Duration;

use crossterm::event::{self, Event as Raw, KeyEventKind};
use ratatui::layout::Size;
use tokio::sync::mpsc;

use crate::app::event::Event;

const MAX_BATCH: usize = 256;

/// Starts the thread; it ends when the receiver is dropped or the terminal is gone.
pub fn spawn_reader() -> io::Result<mpsc::Receiver<Vec<Event>>> {
    let (sender, receiver) = mpsc::channel(16);
    thread::Builder::new()
        .name("input".to_owned())
        .spawn(move || {
            while let Ok(batch) = read_batch() {
                if sender.blocking_send(batch).is_err() {
                    return;
                }
            }
        })?;
    Ok(receiver)
}

/// Waits for an event and collects what else is available.
fn read_batch() -> io::Result<Vec<Event>> {
    let mut batch = Vec::new();
    batch.extend(to_event(event::read()?));
    while batch.len() < MAX_BATCH && event::poll(Duration::ZERO)? {
        batch.extend(to_event(event::read()?));
    }
    Ok(batch)
}

fn to_event(raw: Raw) -> Option<Event> {
    match raw {
        Raw::Key(key) => (key.kind != KeyEventKind::Release).then_some(Event::KeyPressed(key)),
        Raw::Mouse(mouse) => Some(Event::MouseUsed(mouse)),
        Raw::Paste(text) => Some(Event::Pasted(text)),
        Raw::Resize(width, height) => Some(Event::Resized(Size { width, height })),
        Raw::FocusGained => Some(Event::FocusChanged(true)),
        Raw::FocusLost => Some(Event::FocusChanged(false)),
    }
}
