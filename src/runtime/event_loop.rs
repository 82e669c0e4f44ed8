//! The event loop: waits for keys, events and signals, updates the app, handles its effects, draws.

use std::io::{self, Write};
use std::iter::Peekable;
use std::mem::ManuallyDrop;
use std::ops::ControlFlow;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use super::clock::SleepDetector;
use super::effects::EffectHandler;
use crate::app::App;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::chat::Timestamp;
use crate::storage::ReadStateEvent;
use crate::sync::{ChatApi, SyncEvent};
use crate::terminal::backend::{self, AnsiTerminal};
use crate::terminal::guard::window_size;
use crate::terminal::output;
use crate::terminal::signals::Signal;
use crate::view::{Appearance, ThemeId, view};

/// Minimum time between frames while the parts of a large response arrive, which still looks smooth.
/// Keys and complete responses are drawn at once: there are only a few of them in a second.
const MIN_FRAME_TIME: Duration = Duration::from_millis(33);
/// Input events after which a frame is drawn before more input is taken.
const MAX_INPUT_BATCH: usize = 64;
/// A program that is continued without the terminal has this long to receive the signal that is to end it,
/// then it is suspended again.
const TERMINATION_TIME: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub struct EventSources {
    /// Keys, mouse, resizes and focus.
    pub input: mpsc::Receiver<Vec<Event>>,
    pub sync: mpsc::Receiver<SyncEvent>,
    pub read_state: mpsc::Receiver<ReadStateEvent>,
    /// Awaited to detect a panic of the poller.
    pub poller: JoinHandle<()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitReason {
    Quit,
    /// By a signal of this number.
    Signalled(u8),
    TerminalGone,
    /// A task panicked; [`crate::terminal::guard::thread_panic`] has the message.
    TaskPanicked,
}

/// Runs the program until it ends: waits for an event, handles it, draws. Queued input is handled at once; of the
/// service's events only one, because a key must not wait for the many pages of a large transcript. `sources` is
/// called after the first frame: starting the thread that reads the input takes about as long as drawing it.
pub async fn run<W: Write, S: ChatApi>(
    app: App,
    appearance: &Appearance,
    terminal: &mut AnsiTerminal<W>,
    sources: impl FnOnce() -> io::Result<EventSources>,
    mut next_signal: impl AsyncFnMut() -> Signal,
    mut handler: EffectHandler<S>,
    clock: impl Fn() -> Timestamp,
) -> io::Result<ExitReason> {
    // Never dropped: freeing a long transcript message by message would delay the exit.
    let mut app = ManuallyDrop::new(app);
    let mut last_draw = Instant::now();
    draw(&mut app, appearance, terminal)?;
    let mut sources = sources()?;
    if app.theme(appearance.theme_id) == ThemeId::Auto {
        let _never_quits = handler.handle(Effect::QueryBackground, terminal)?;
    }
    let mut redraw_pending = false;
    loop {
        if handler.lacks_terminal {
            let terminated = timeout(TERMINATION_TIME, next_termination(&mut next_signal));
            if let Ok(number) = terminated.await {
                return Ok(ExitReason::Signalled(number));
            }
            handler.resume_or_suspend(terminal)?;
            continue;
        }
        // A terminal that has not taken the last frame gets no other; all else continues.
        let is_drained = output::is_drained();
        let wake = app
            .next_wake()
            .map(|wake| Instant::now() + (wake - clock()).to_std().unwrap_or_default());
        let next_frame = (redraw_pending && is_drained).then_some(last_draw + MIN_FRAME_TIME);
        let sleep = wake.into_iter().chain(next_frame).min();
        let mut events = Vec::new();
        let mut draw_now = false;
        let sleep_detector = SleepDetector::start(sleep);
        tokio::select! {
            biased;
            signal = next_signal() => {
                match signal {
                    Signal::Terminate(number) => return Ok(ExitReason::Signalled(number)),
                    Signal::Suspend => handler.suspend(terminal)?,
                    Signal::Continued => handler.on_sigcont(terminal)?,
                    Signal::WindowResized => {}
                }
                // A stopped program receives no resizes.
                events.extend(window_size().ok().map(Event::Resized));
                draw_now = true;
            }
            batch = sources.input.recv() => match batch {
                Some(batch) => events.extend(batch),
                None => return Ok(ExitReason::TerminalGone),
            },
            Some(event) = sources.sync.recv() => events.push(event.into()),
            Some(event) = sources.read_state.recv() => events.push(event.into()),
            Some(done) = handler.tasks.join_next() => match done {
                Ok(event) => events.push(event),
                Err(_) => return Ok(ExitReason::TaskPanicked),
            },
            _ = &mut sources.poller => return Ok(ExitReason::TaskPanicked),
            () = output::drained(), if redraw_pending && !is_drained => draw_now = true,
            () = sleep_until(sleep.unwrap_or_else(Instant::now)), if sleep.is_some() => {}
        }
        events.extend(sleep_detector.elapsed_in_suspend().map(Event::Resumed));
        while events.len() < MAX_INPUT_BATCH {
            let Ok(batch) = sources.input.try_recv() else {
                break;
            };
            events.extend(batch);
        }
        coalesce_resizes(&mut events);
        draw_now |= !events.iter().all(is_partial_response);
        if events.iter().any(is_list) {
            // Not by a timer of its own, which would wake the program more often.
            handler.check_read_state();
        }
        events.insert(0, Event::Ticked(clock()));
        if update(&mut app, events, &mut handler, terminal)?.is_break() {
            return Ok(ExitReason::Quit);
        }
        redraw_pending |= app.take_dirty() || terminal.backend().needs_clear();
        if redraw_pending
            && output::is_drained()
            && (draw_now || last_draw.elapsed() >= MIN_FRAME_TIME)
        {
            draw(&mut app, appearance, terminal)?;
            last_draw = Instant::now();
            redraw_pending = false;
        }
    }
}

/// Updates the app with each event, and handles the effects.
fn update<W: Write, S: ChatApi>(
    app: &mut App,
    events: Vec<Event>,
    handler: &mut EffectHandler<S>,
    terminal: &mut AnsiTerminal<W>,
) -> io::Result<ControlFlow<()>> {
    let mut events = events.into_iter().peekable();
    while let Some(event) = events.next() {
        let event = join_typed(app, event, &mut events);
        for effect in app.update(event) {
            if handler.handle(effect, terminal)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Waits for a signal that ends the program; returns its number.
async fn next_termination(next_signal: &mut impl AsyncFnMut() -> Signal) -> u8 {
    loop {
        if let Signal::Terminate(number) = next_signal().await {
            return number;
        }
    }
}

fn draw<W: Write>(
    app: &mut App,
    appearance: &Appearance,
    terminal: &mut AnsiTerminal<W>,
) -> io::Result<()> {
    app.take_dirty();
    backend::draw(terminal, app.size(), |buf| view(app, appearance, buf))
}

fn is_partial_response(event: &Event) -> bool {
    matches!(event, Event::Sync(SyncEvent::MessagesArrived { .. }))
}

fn is_list(event: &Event) -> bool {
    matches!(event, Event::Sync(SyncEvent::SessionsListed { .. }))
}

/// Joins characters that are typed into a line at once, as a terminal without bracketed paste does: each
/// edit filters or searches.
fn join_typed(app: &App, event: Event, rest: &mut Peekable<impl Iterator<Item = Event>>) -> Event {
    let typed = |event: &Event| match event {
        Event::KeyPressed(key) => app.typed_character(*key),
        _ => None,
    };
    let Some(first) = typed(&event) else {
        return event;
    };
    let mut text = String::from(first);
    while let Some(next) = rest.peek().and_then(typed) {
        text.push(next);
        rest.next();
    }
    Event::TextTyped(text)
}

/// Drops all resizes but the last.
fn coalesce_resizes(events: &mut Vec<Event>) {
    let is_resize = |event: &Event| matches!(event, Event::Resized(_));
    let last = events.iter().rposition(is_resize);
    let mut indices = 0..;
    events.retain(|event| indices.next() == last || !is_resize(event));
}

#[cfg(test)]
mod tests;
