//! Each effect to a message, a task or a call; what it brings comes back as an event.

use std::fmt;
use std::future::ready;
use std::io::{self, Write};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::attend::Call;
use super::clipboard::{self, Desktop};
use super::clock::Wait;
use super::screen::Screen;
use super::terminal::{self, Terminal};
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::chat::{ReadState, TrafficStats};
use crate::sync::Ask;
use crate::text::TimeZone;

/// Where effects go.
pub struct World {
    /// To the poller. Unbounded: a person asks slowly, and waiting here for a poller that waits
    /// for us would stop both.
    pub asks: mpsc::UnboundedSender<Ask>,
    /// Is told the zone to ask for times in, at once: a request in between would ask in the one and
    /// be read in the other.
    pub ask_in: Box<dyn Fn(&TimeZone)>,
    /// What passed between us and the service.
    pub traffic: Box<dyn Fn() -> TrafficStats>,
    /// To whoever keeps the marks.
    pub marks: mpsc::UnboundedSender<ReadState>,
    /// How the person is called.
    pub call: Call,
    /// What can be reached of the desktop.
    pub desktop: Desktop,
    /// The terminal to give back when suspended; none in tests.
    pub terminal: Option<Terminal>,
    /// Whether the next wake-up ends a stop that we asked for.
    pub stopped_ourselves: bool,
    /// Work under way that ends in an event.
    pub tasks: JoinSet<Event>,
}

/// What follows from an effect for the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Go on.
    GoOn,
    /// End the program.
    Quit,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("desktop", &self.desktop)
            .finish_non_exhaustive()
    }
}

impl World {
    /// Carries out an effect, without waiting for anything.
    pub fn carry_out<W: Write>(
        &mut self,
        effect: Effect,
        screen: &mut Screen<W>,
    ) -> io::Result<Then> {
        match effect {
            Effect::Open {
                session,
                from_start,
            } => self.ask(Ask::Open {
                session,
                from_start,
            }),
            Effect::AlsoWatch(sessions) => self.ask(Ask::AlsoWatch(sessions)),
            Effect::SaveReadState(marks) => {
                // Nobody keeps those of the demo, or the program is ending.
                let _nobody = self.marks.send(marks);
            }
            Effect::Notify(words) => self.call(&words, screen)?,
            Effect::Describe(session) => self.ask(Ask::Describe(session)),
            Effect::List(scope) => self.ask(Ask::List(scope)),
            Effect::More { below } => self.ask(Ask::More { below }),
            Effect::Refresh => self.ask(Ask::Refresh),
            Effect::Attend(attended) => self.ask(Ask::Attend(attended)),
            Effect::Resume(slept) => self.ask(Ask::Resume { slept }),
            Effect::SampleTraffic => {
                let traffic = (self.traffic)();
                self.tasks.spawn(ready(Event::TrafficSampled(traffic)));
            }
            Effect::SetTimeZone(zone) => (self.ask_in)(&zone),
            Effect::Copy(text) => self.copy(text, screen)?,
            Effect::OpenLink(target) => self.open(target),
            Effect::Redraw => screen.forget(),
            Effect::Suspend => self.suspend(screen)?,
            Effect::Quit => return Ok(Then::Quit),
        }
        Ok(Then::GoOn)
    }

    /// Takes the terminal again after somebody else stopped us. The wake-up after a stop of our own
    /// finds it taken: taking it twice would drop a key typed in between.
    pub fn continued<W: Write>(&mut self, screen: &mut Screen<W>) -> io::Result<()> {
        if std::mem::take(&mut self.stopped_ourselves) {
            return Ok(());
        }
        if let Some(terminal) = &self.terminal {
            terminal.resume()?;
            screen.forget();
        }
        Ok(())
    }

    fn ask(&self, ask: Ask) {
        // A poller that has ended is noticed by the loop, which waits for it.
        let _ended = self.asks.send(ask);
    }

    /// The terminal's escape goes out at once; a program of the desktop is tried beside it.
    fn copy<W: Write>(&mut self, text: String, screen: &mut Screen<W>) -> io::Result<()> {
        let escape = clipboard::escape(&text);
        if let Some(escape) = &escape {
            screen.write(escape.as_bytes())?;
        }
        let (desktop, characters) = (self.desktop.clone(), text.chars().count());
        self.tasks.spawn(async move {
            match (clipboard::hand_to_program(&desktop, &text).await, escape) {
                (Some(program), _) => Event::Copied(format!("Copied {characters} characters with {program}")),
                (None, Some(_)) => Event::Copied(format!(
                    "Sent {characters} characters to the terminal's clipboard (OSC 52)"
                )),
                (None, None) => Event::EffectFailed(format!(
                    "{characters} characters are too many for the terminal's clipboard; nothing was copied"
                )),
            }
        });
        Ok(())
    }

    /// Calls the person: the terminal at once, a program beside it.
    fn call<W: Write>(&mut self, words: &str, screen: &mut Screen<W>) -> io::Result<()> {
        if let Some(escape) = self.call.escape(words) {
            screen.write(escape.as_bytes())?;
        }
        if let Err(why) = self.call.start(words) {
            self.tasks.spawn(async { Event::EffectFailed(why) });
        }
        Ok(())
    }

    /// Without a screen to show a browser on, the address is what can be given.
    fn open(&mut self, target: String) {
        let can_show = self.desktop.shows_windows;
        self.tasks.spawn(async move {
            if !can_show {
                return Event::EffectFailed(format!(
                    "No browser can be shown from here; the address is {target}"
                ));
            }
            let opened = tokio::task::spawn_blocking({
                let target = target.clone();
                move || open::that_detached(target)
            });
            match opened.await {
                Ok(Ok(())) => Event::LinkOpened(target),
                Ok(Err(error)) => Event::EffectFailed(format!(
                    "The browser did not start ({error}); the address is {target}"
                )),
                Err(_) => Event::EffectFailed(format!(
                    "The browser did not start; the address is {target}"
                )),
            }
        });
    }

    /// Gives the terminal to the shell and stops until the shell wakes us.
    fn suspend<W: Write>(&mut self, screen: &mut Screen<W>) -> io::Result<()> {
        let Some(terminal) = &self.terminal else {
            return Ok(());
        };
        if !can_be_woken() {
            self.tasks
                .spawn(async { Event::EffectFailed("There is no shell to go back to".to_owned()) });
            return Ok(());
        }
        terminal::leave();
        self.stopped_ourselves = true;
        let stopped = Wait::begin(Some(Instant::now()));
        stop();
        terminal.resume()?;
        screen.forget();
        if let Some(slept) = stopped.slept() {
            self.tasks.spawn(ready(Event::Resumed(slept)));
        }
        Ok(())
    }
}

/// A program that leads its session has no shell behind it that could wake it.
#[cfg(unix)]
fn can_be_woken() -> bool {
    rustix::process::getsid(None).is_ok_and(|leader| leader != rustix::process::getpid())
}

#[cfg(unix)]
fn stop() {
    // Stopping oneself cannot fail; if it did, the program would simply go on.
    let _goes_on =
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
}

#[cfg(not(unix))]
fn can_be_woken() -> bool {
    false
}

#[cfg(not(unix))]
fn stop() {}
