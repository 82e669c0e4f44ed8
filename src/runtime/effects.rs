//! Each effect to a message, a task or a call; what it brings comes back as an event.

use std::fmt;
use std::future::ready;
use std::io::{self, Write};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::clock::SleepDetector;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::chat::{ReadState, TrafficStats};
use crate::storage::ReadStateEvent;
use crate::sync::SyncCommand;
use crate::terminal::backend::AnsiTerminal;
use crate::terminal::clipboard::{self, ClipboardProviders};
use crate::terminal::guard::{self, TerminalGuard};
use crate::terminal::notifier::Notifier;
use crate::text::TimeZone;

impl From<ReadStateEvent> for Event {
    fn from(event: ReadStateEvent) -> Self {
        match event {
            ReadStateEvent::Loaded(read_state) => Self::ReadStateLoaded(read_state),
            ReadStateEvent::Failed(why) => Self::EffectFailed(why),
        }
    }
}

/// Where effects go.
pub struct EffectHandler {
    /// To the poller. Unbounded: a person asks slowly, and waiting here for a poller that waits
    /// for us would stop both.
    pub commands: mpsc::UnboundedSender<SyncCommand>,
    /// Is told the zone to ask for times in, at once: a request in between would ask in the one and
    /// be read in the other.
    pub set_time_zone: Box<dyn Fn(&TimeZone)>,
    /// What passed between us and the service.
    pub sample_traffic: Box<dyn Fn() -> TrafficStats>,
    /// To whoever keeps the marks.
    pub read_state: mpsc::UnboundedSender<ReadState>,
    /// How the person is called.
    pub notifier: Notifier,
    /// What can be reached of the desktop.
    pub clipboard: ClipboardProviders,
    /// The terminal to give back when suspended; none in tests.
    pub terminal: Option<TerminalGuard>,
    /// Whether the next wake-up ends a stop that we asked for.
    pub suspended_by_us: bool,
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

impl fmt::Debug for EffectHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("desktop", &self.clipboard)
            .finish_non_exhaustive()
    }
}

impl EffectHandler {
    /// Carries out an effect, without waiting for anything.
    pub fn handle<W: Write>(
        &mut self,
        effect: Effect,
        screen: &mut AnsiTerminal<W>,
    ) -> io::Result<Then> {
        match effect {
            Effect::Open {
                session,
                from_start,
            } => self.send_command(SyncCommand::Open {
                session,
                from_start,
            }),
            Effect::AlsoWatch(sessions) => self.send_command(SyncCommand::SetWatched(sessions)),
            Effect::SaveReadState(marks) => {
                // Nobody keeps those of the demo, or the program is ending.
                let _nobody = self.read_state.send(marks);
            }
            Effect::Notify(words) => self.notify(&words, screen)?,
            Effect::Describe(session) => self.send_command(SyncCommand::FetchSession(session)),
            Effect::List(scope) => self.send_command(SyncCommand::SetScope(scope)),
            Effect::More { below } => self.send_command(SyncCommand::FetchNextPage { below }),
            Effect::Refresh => self.send_command(SyncCommand::Refresh),
            Effect::Attend(attended) => self.send_command(SyncCommand::SetFocused(attended)),
            Effect::Resume(slept) => self.send_command(SyncCommand::Resume { slept }),
            Effect::SampleTraffic => {
                let traffic = (self.sample_traffic)();
                self.tasks.spawn(ready(Event::TrafficSampled(traffic)));
            }
            Effect::SetTimeZone(zone) => (self.set_time_zone)(&zone),
            Effect::Copy(text) => self.copy(text, screen)?,
            Effect::OpenLink(target) => self.open_link(target),
            Effect::Redraw => screen.clear()?,
            Effect::Suspend => self.suspend(screen)?,
            Effect::Quit => return Ok(Then::Quit),
        }
        Ok(Then::GoOn)
    }

    /// Takes the terminal again after somebody else stopped us. The wake-up after a stop of our own
    /// finds it taken: taking it twice would drop a key typed in between.
    pub fn on_sigcont<W: Write>(&mut self, screen: &mut AnsiTerminal<W>) -> io::Result<()> {
        if std::mem::take(&mut self.suspended_by_us) {
            return Ok(());
        }
        if let Some(terminal) = &self.terminal {
            terminal.resume()?;
            screen.clear()?;
        }
        Ok(())
    }

    fn send_command(&self, ask: SyncCommand) {
        // A poller that has ended is noticed by the loop, which waits for it.
        let _ended = self.commands.send(ask);
    }

    /// The terminal's escape goes out at once; a program of the desktop is tried beside it.
    fn copy<W: Write>(&mut self, text: String, screen: &mut AnsiTerminal<W>) -> io::Result<()> {
        let escape = clipboard::osc52(&text);
        if let Some(escape) = &escape {
            screen.backend_mut().write(escape.as_bytes())?;
        }
        let (providers, characters) = (self.clipboard.clone(), text.chars().count());
        self.tasks.spawn(async move {
            match (clipboard::copy_with_program(&providers, &text).await, escape) {
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
    fn notify<W: Write>(&mut self, message: &str, screen: &mut AnsiTerminal<W>) -> io::Result<()> {
        if let Some(escape) = self.notifier.osc_sequence(message) {
            screen.backend_mut().write(escape.as_bytes())?;
        }
        if let Err(why) = self.notifier.spawn_command(message) {
            self.tasks.spawn(async { Event::EffectFailed(why) });
        }
        Ok(())
    }

    /// Without a screen to show a browser on, the address is what can be given.
    fn open_link(&mut self, target: String) {
        let can_show = self.clipboard.has_display;
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
    fn suspend<W: Write>(&mut self, screen: &mut AnsiTerminal<W>) -> io::Result<()> {
        let Some(terminal) = &self.terminal else {
            return Ok(());
        };
        if !has_parent_shell() {
            self.tasks
                .spawn(async { Event::EffectFailed("There is no shell to go back to".to_owned()) });
            return Ok(());
        }
        guard::restore();
        self.suspended_by_us = true;
        let sleep_detector = SleepDetector::start(Some(Instant::now()));
        raise_sigstop();
        terminal.resume()?;
        screen.clear()?;
        if let Some(slept) = sleep_detector.elapsed_in_suspend() {
            self.tasks.spawn(ready(Event::Resumed(slept)));
        }
        Ok(())
    }
}

/// A program that leads its session has no shell behind it that could wake it.
#[cfg(unix)]
fn has_parent_shell() -> bool {
    rustix::process::getsid(None).is_ok_and(|leader| leader != rustix::process::getpid())
}

#[cfg(unix)]
fn raise_sigstop() {
    // Stopping oneself cannot fail; if it did, the program would simply go on.
    let _goes_on =
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
}

#[cfg(not(unix))]
fn has_parent_shell() -> bool {
    false
}

#[cfg(not(unix))]
fn raise_sigstop() {}
