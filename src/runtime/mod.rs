//! Touches the machine: the loop, the terminal, the clock, tasks. No decisions: an `if` about
//! meaning belongs in `app`.

pub mod attend;
pub mod clipboard;
pub mod clock;
pub mod effects;
pub mod input;
pub mod launch;
pub mod log;
pub mod marks;
pub mod prompt;
pub mod screen;
pub mod signals;
pub mod terminal;
mod viewer;

use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::time::Duration;

use ratatui::layout::Size;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, sleep_until};

use crate::app::App;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::chat::Timestamp;
use crate::view::{Appearance, view};
use clock::Wait;
use effects::{Then, World};
use screen::Screen;
use signals::{Signal, Signals};

/// What arrives in bursts is drawn at most this often, which still looks like flowing; a key is drawn
/// at once.
const FRAME: Duration = Duration::from_millis(33);
/// Most keys that are taken in before a picture is drawn.
const BATCH: usize = 64;
/// Most answers that are taken in before the keys are looked at again: pages of a large download
/// come without end, and a key must not wait for many of them.
const PAGES: usize = 4;

/// What the loop is fed with.
#[derive(Debug)]
pub struct Feeds {
    /// Keys, mouse and window.
    pub input: mpsc::Receiver<Vec<Event>>,
    /// What the poller reports.
    pub events: mpsc::Receiver<Event>,
    /// The poller, to notice its end.
    pub poller: JoinHandle<()>,
    /// Signals.
    pub signals: Signals,
}

/// How the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By the key.
    Quit,
    /// By a signal of this number.
    Signalled(u8),
    /// Because the terminal is gone.
    TerminalGone,
    /// Because something in the background panicked; its last words are kept.
    Broken,
}

/// Runs the program until it ends: waits for facts, takes in what is queued, draws once.
pub async fn run<W: Write>(
    app: App,
    look: &Appearance,
    screen: &mut Screen<W>,
    mut feeds: Feeds,
    mut world: World,
    clock: impl Fn() -> Timestamp,
) -> io::Result<Ended> {
    // The system takes everything back at once; giving a long conversation back piece by piece
    // would keep the person waiting.
    let mut app = ManuallyDrop::new(app);
    let mut drawn = Instant::now();
    draw(&mut app, look, screen)?;
    let mut waiting_to_draw = false;
    loop {
        let wake = app
            .next_redraw()
            .map(|wake| Instant::now() + (wake - clock()).to_std().unwrap_or_default());
        let slot = waiting_to_draw.then_some(drawn + FRAME);
        let sleep = wake.into_iter().chain(slot).min();
        let mut facts = Vec::new();
        let mut urgent = false;
        let wait = Wait::begin(sleep);
        tokio::select! {
            biased;
            signal = feeds.signals.next() => match signal {
                Signal::End(number) => return Ok(Ended::Signalled(number)),
                Signal::Suspend => {
                    world.carry_out(Effect::Suspend, screen)?;
                    urgent = true;
                }
                Signal::Continued => {
                    world.continued(screen)?;
                    urgent = true;
                }
            },
            batch = feeds.input.recv() => match batch {
                Some(batch) => {
                    facts.extend(batch);
                    urgent = true;
                }
                None => return Ok(Ended::TerminalGone),
            },
            Some(event) = feeds.events.recv() => facts.push(event),
            Some(done) = world.tasks.join_next() => match done {
                Ok(event) => facts.push(event),
                Err(_) => return Ok(Ended::Broken),
            },
            _ = &mut feeds.poller => return Ok(Ended::Broken),
            () = yield_now(), if app.has_work() => facts.push(Event::Idled),
            () = sleep_until(sleep.unwrap_or_else(Instant::now)), if sleep.is_some() => {}
        }
        facts.extend(wait.slept().map(Event::Resumed));
        while let (true, Ok(batch)) = (facts.len() < BATCH, feeds.input.try_recv()) {
            facts.extend(batch);
            urgent = true;
        }
        facts.extend((1..PAGES).map_while(|_| feeds.events.try_recv().ok()));
        keep_last_resize(&mut facts);
        let worked = facts.contains(&Event::Idled);
        for fact in std::iter::once(Event::Ticked(clock())).chain(facts) {
            for effect in app.update(fact) {
                if world.carry_out(effect, screen)? == Then::Quit {
                    return Ok(Ended::Quit);
                }
            }
        }
        // What a person may wait for is shown as soon as it is done.
        urgent |= worked && !app.has_work();
        waiting_to_draw |= app.take_dirty() || screen.is_unknown();
        if waiting_to_draw && (urgent || drawn.elapsed() >= FRAME) {
            draw(&mut app, look, screen)?;
            drawn = Instant::now();
            waiting_to_draw = false;
        }
    }
}

fn draw<W: Write>(app: &mut App, look: &Appearance, screen: &mut Screen<W>) -> io::Result<()> {
    app.take_dirty();
    let size: Size = app.size();
    screen.draw(size, |canvas| view(app, look, canvas))
}

/// Only the last size counts.
fn keep_last_resize(facts: &mut Vec<Event>) {
    let is_resize = |fact: &Event| matches!(fact, Event::Resized(_));
    if let Some(last) = facts.iter().rposition(is_resize) {
        let mut number = 0;
        facts.retain(|fact| {
            number += 1;
            !is_resize(fact) || number - 1 == last
        });
    }
}
