//! Effect handler: turns each effect into a message, a task or a call. Results return as events.

use std::future::ready;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::{Arc, mpsc as std_mpsc};

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::{JoinSet, spawn_blocking, yield_now};
use tokio::time::Instant;

use super::clock::SleepDetector;
use super::export::export;
use crate::app::effect::{Effect, Notification};
use crate::app::event::Event;
use crate::chat::sanitize;
use crate::storage::{ReadStateEvent, ReadStateRequest};
use crate::sync::{ChatApi, SyncCommand};
use crate::terminal::backend::AnsiTerminal;
use crate::terminal::background;
use crate::terminal::clipboard::{self, ClipboardProviders};
use crate::terminal::guard::{self, LineSettings, TerminalGuard};
use crate::terminal::input;
use crate::terminal::notifier::Notifier;
use crate::terminal::signals::wait_for_termination;
use crate::text::{ListedSession, format_bytes};

impl From<ReadStateEvent> for Event {
    fn from(event: ReadStateEvent) -> Self {
        match event {
            ReadStateEvent::Loaded(read_state) => Self::ReadStateLoaded(read_state),
            ReadStateEvent::PrivacyKeyLoaded(loaded) => Self::PrivacyKeyLoaded(loaded),
            ReadStateEvent::Failed(why) => Self::EffectFailed(why),
        }
    }
}

pub struct EffectHandler<S> {
    /// The service that the poller reads.
    pub api: Arc<S>,
    /// Sends commands to the poller. Unbounded: commands are rare, and a loop that waits for the poller while the
    /// poller waits for the loop would be a deadlock.
    pub commands: mpsc::UnboundedSender<SyncCommand>,
    /// Sends requests to the writer of the read state.
    pub read_state: mpsc::UnboundedSender<ReadStateRequest>,
    pub notifier: Notifier,
    pub clipboard: ClipboardProviders,
    /// The terminal to restore when suspended; none in tests.
    pub terminal: Option<TerminalGuard>,
    /// Whether the next SIGCONT ends a stop caused by [`Self::suspend`].
    pub suspended_by_us: bool,
    /// Whether the program was continued without the terminal, as by `bg` or `kill %1`.
    pub lacks_terminal: bool,
    /// Tasks that end in an event.
    pub tasks: JoinSet<Event>,
    pub io_thread: Handle,
}

impl<S: ChatApi> EffectHandler<S> {
    /// Handles an effect without waiting for anything. Breaks where the program is to end.
    pub fn handle<W: Write>(
        &mut self,
        effect: Effect,
        screen: &mut AnsiTerminal<W>,
    ) -> io::Result<ControlFlow<()>> {
        match effect {
            Effect::Sync(command) => {
                if command == SyncCommand::Refresh && self.api.needs_terminal() {
                    self.run_secret_command(screen)?;
                }
                // The loop notices a poller that has ended.
                drop(self.commands.send(command));
            }
            // Not a command of the poller: requests sent before it is handled would use the old zone.
            Effect::SetTimeZone(zone) => {
                self.api
                    .set_time_zone(zone.request_code(), zone.naive_zone());
            }
            Effect::SampleTraffic => {
                let traffic = self.api.traffic();
                self.tasks.spawn(ready(Event::TrafficSampled(traffic)));
            }
            // Without a writer nothing is stored, as for the demo; or the program is ending.
            Effect::SaveReadState(changes) => {
                drop(self.read_state.send(ReadStateRequest::Save(changes)));
            }
            Effect::SaveListState(state) => {
                drop(self.read_state.send(ReadStateRequest::SaveListState(state)));
            }
            Effect::SaveSearchProbe(probe) => {
                drop(
                    self.read_state
                        .send(ReadStateRequest::SaveSearchProbe(probe)),
                );
            }
            Effect::LoadPrivacyKey => {
                drop(self.read_state.send(ReadStateRequest::LoadPrivacyKey));
            }
            Effect::MaskSessions(sessions) => self.mask(sessions),
            Effect::Notify(notification) => self.notify(&notification, screen)?,
            Effect::Copy { what, text } => self.copy(what, text, screen)?,
            Effect::CopyLongJson { what, json } => self.copy_long_json(what, json),
            Effect::OpenLink(target) => self.open_link(target),
            Effect::Export(request) => {
                self.tasks.spawn_blocking(move || export(*request));
            }
            Effect::QueryBackground => self.query_background(screen)?,
            Effect::Redraw => screen.clear()?,
            Effect::Suspend => self.suspend(screen)?,
            Effect::Quit => return Ok(ControlFlow::Break(())),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn mask(&self, sessions: Vec<ListedSession>) {
        self.io_thread.spawn(async move {
            for session in sessions {
                session.mask();
                // The poller does not wait for all of them.
                yield_now().await;
            }
        });
    }

    /// Requests the read state if another viewer has changed it.
    pub(crate) fn check_read_state(&self) {
        drop(self.read_state.send(ReadStateRequest::Check));
    }

    /// Enters the terminal again after another program stopped this one. After [`Self::suspend`] it
    /// is entered already, and doing so twice would drop a key typed in between.
    pub(crate) fn on_sigcont<W: Write>(&mut self, screen: &mut AnsiTerminal<W>) -> io::Result<()> {
        if std::mem::take(&mut self.suspended_by_us) {
            return Ok(());
        }
        self.resume(screen)
    }

    /// Enters the terminal again, if it is ours.
    fn resume<W: Write>(&mut self, screen: &mut AnsiTerminal<W>) -> io::Result<()> {
        let Some(terminal) = &self.terminal else {
            return Ok(());
        };
        self.lacks_terminal = !guard::is_in_foreground();
        if !self.lacks_terminal {
            terminal.resume()?;
            screen.clear()?;
        }
        Ok(())
    }

    /// Writes OSC 52 at once and runs a clipboard program as well: neither is certain to work.
    fn copy<W: Write>(
        &mut self,
        what: String,
        text: String,
        screen: &mut AnsiTerminal<W>,
    ) -> io::Result<()> {
        let escape = clipboard::osc52(&text);
        if let Some(escape) = &escape {
            screen.backend_mut().write(escape.as_bytes())?;
        }
        let providers = self.clipboard.clone();
        self.tasks.spawn(async move {
            let is_written = escape.is_some();
            copy_with_program(&providers, &what, &text, is_written).await
        });
        Ok(())
    }

    /// Sanitizes JSON beside the loop and gives it to a program: it is too long for OSC 52.
    fn copy_long_json(&mut self, what: String, json: Arc<str>) {
        if self.clipboard.is_empty() {
            let failed = copying_failed(&what, json.len());
            self.tasks.spawn(ready(failed));
            return;
        }
        let providers = self.clipboard.clone();
        self.tasks.spawn(async move {
            let sanitizing = spawn_blocking(move || sanitize::sanitize_text(&json));
            match sanitizing.await {
                Ok(text) => copy_with_program(&providers, &what, &text, false).await,
                Err(error) => Event::EffectFailed(format!("Cannot copy {what}: {error}")),
            }
        });
    }

    fn notify<W: Write>(
        &mut self,
        notification: &Notification,
        screen: &mut AnsiTerminal<W>,
    ) -> io::Result<()> {
        if let Some(escape) = self.notifier.osc_sequence(notification) {
            screen.backend_mut().write(escape.as_bytes())?;
        }
        if let Err(why) = self.notifier.spawn_command(notification) {
            self.tasks.spawn(ready(Event::EffectFailed(why)));
        }
        Ok(())
    }

    fn query_background<W: Write>(&self, screen: &mut AnsiTerminal<W>) -> io::Result<()> {
        if self.terminal.is_some() {
            background::expect_answer();
            screen.backend_mut().write(background::QUERY.as_bytes())?;
        }
        Ok(())
    }

    /// Without a display there is no browser: the notice shows the address.
    fn open_link(&mut self, target: String) {
        if !self.clipboard.has_display {
            let why = format!("No browser available here; copy the link: {target}");
            self.tasks.spawn(ready(Event::EffectFailed(why)));
            return;
        }
        self.tasks
            .spawn_blocking(move || match open::that_detached(&target) {
                Ok(()) => Event::LinkOpened(target),
                Err(error) => {
                    Event::EffectFailed(format!("Cannot start the browser ({error}): {target}"))
                }
            });
    }

    /// Gives the terminal to the secret command until it has ended, or a signal ends the program; the loop
    /// waits meanwhile.
    fn run_secret_command<W: Write>(&mut self, screen: &mut AnsiTerminal<W>) -> io::Result<()> {
        let Some(terminal) = &self.terminal else {
            return Ok(());
        };
        background::wait_for_answer();
        let paused = input::pause();
        guard::restore();
        let line_settings = LineSettings::save();
        let api = Arc::clone(&self.api);
        let (sender, receiver) = std_mpsc::channel();
        self.io_thread.spawn(async move {
            tokio::select! {
                result = api.run_secret_command() => drop(sender.send(result)),
                // Ends the command; the loop receives the signal as well.
                _number = wait_for_termination() => {}
            }
        });
        let result = receiver.recv();
        drop(line_settings);
        terminal.resume()?;
        drop(paused);
        screen.clear()?;
        // A panic of the command's task is reported by the panic hook.
        if let Ok(Err(error)) = result {
            self.tasks.spawn(ready(Event::EffectFailed(error.why)));
        }
        Ok(())
    }

    /// Enters the terminal if it has become ours, otherwise stops again.
    pub(crate) fn resume_or_suspend<W: Write>(
        &mut self,
        screen: &mut AnsiTerminal<W>,
    ) -> io::Result<()> {
        self.resume(screen)?;
        if self.lacks_terminal {
            self.suspend(screen)?;
        }
        Ok(())
    }

    /// Restores the terminal and stops until SIGCONT.
    pub fn suspend<W: Write>(&mut self, screen: &mut AnsiTerminal<W>) -> io::Result<()> {
        if self.terminal.is_none() {
            return Ok(());
        }
        if !has_parent_shell() {
            let why = "Cannot suspend: not started from a shell".to_owned();
            self.tasks.spawn(ready(Event::EffectFailed(why)));
            return Ok(());
        }
        guard::restore();
        self.suspended_by_us = true;
        let sleep_detector = SleepDetector::start(Some(Instant::now()));
        raise_sigstop();
        self.resume(screen)?;
        if let Some(slept) = sleep_detector.elapsed_in_suspend() {
            self.tasks.spawn(ready(Event::Resumed(slept)));
        }
        Ok(())
    }
}

/// Copies with a program of the desktop, and reports how it was copied: perhaps by OSC 52 alone, if that was
/// written.
async fn copy_with_program(
    providers: &ClipboardProviders,
    what: &str,
    text: &str,
    is_osc52_written: bool,
) -> Event {
    match clipboard::copy_with_program(providers, text).await {
        Some(program) => Event::Copied(format!("Copied {what} with {program}")),
        None if is_osc52_written => {
            Event::Copied(format!("Copied {what} through the terminal (OSC 52)"))
        }
        None => copying_failed(what, text.len()),
    }
}

fn copying_failed(what: &str, bytes: usize) -> Event {
    let size = format_bytes(bytes as u64);
    Event::EffectFailed(format!(
        "Cannot copy {what}: {size} are too much for the terminal (OSC 52). \
         Install wl-copy, xclip or xsel, or select the text on the screen"
    ))
}

/// A session leader has no shell to send SIGCONT.
#[cfg(unix)]
fn has_parent_shell() -> bool {
    rustix::process::getsid(None).is_ok_and(|leader| leader != rustix::process::getpid())
}

#[cfg(unix)]
fn raise_sigstop() {
    // Cannot fail; if it did, the program would continue.
    let _continues =
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
}

#[cfg(not(unix))]
fn has_parent_shell() -> bool {
    false
}

#[cfg(not(unix))]
fn raise_sigstop() {}
