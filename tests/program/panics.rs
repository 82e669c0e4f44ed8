//! Panics, on the main thread or on another: the terminal is restored, the message printed.
//!
//! This test program runs the real event loop in a window, with a clock or a poller that panics.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::DateTime;
use ratatui::Terminal;
use ratatui::layout::Size;
use sochat::build_runtime;
use sochat::testing::{
    AnsiBackend, App, Appearance, Client, ClipboardProviders, EffectHandler, EventSources,
    ExitReason, Modes, Notifier, Settings, Signals, TerminalGuard, TerminalOutput, ThemeId,
    app_config, install_panic_hook, restore, run_event_loop, spawn_reader, start_io_thread,
    thread_panic,
};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::exited_window::{ExitedWindow, contains};
use super::window::WindowBuilder;

/// Where the program in the window panics.
const PANIC_VAR: &str = "SOCHAT_TEST_PANIC";

#[test]
fn on_the_main_thread() {
    let exited = run_until_panic("clock");
    assert!(contains(&exited.bytes, "the clock is broken"));
}

#[test]
fn on_another_thread() {
    let exited = run_until_panic("poller");
    let message = "the poller is broken at tests/program/panics.rs";
    assert!(
        contains(&exited.bytes, message),
        "{}",
        exited.screen.contents()
    );
}

/// Runs the scenario in a window, up to its panic at the first key.
fn run_until_panic(panic_in: &str) -> ExitedWindow {
    let this = std::env::current_exe().unwrap();
    let arguments = ["--exact", "panics::scenario", "--nocapture", "--ignored"];
    let mut window = WindowBuilder::program(&this, &arguments)
        .env(PANIC_VAR, panic_in)
        .open();
    window.wait_for("connecting");
    window.press("j");
    let exited = window.wait_for_exit();
    assert_ne!(exited.code, 0);
    exited.assert_restored();
    // The message is printed after the alternate screen is left.
    let output = String::from_utf8_lossy(&exited.bytes);
    assert!(output.rfind("\x1b[?1049l") < output.rfind("broken"));
    exited
}

#[test]
#[ignore = "the other tests of this file run it in a window"]
fn scenario() {
    let Ok(panic_in) = std::env::var(PANIC_VAR) else {
        return;
    };
    let tokio = build_runtime().unwrap();
    let ended = tokio.block_on(run_viewer(&panic_in));
    tokio.shutdown_background();
    restore();
    assert_eq!(ended.unwrap(), ExitReason::TaskPanicked);
    panic!("{}", thread_panic().unwrap());
}

/// Runs the viewer without a service, its parts connected as in a real run.
async fn run_viewer(panic_in: &str) -> io::Result<ExitReason> {
    static PRESSED: AtomicBool = AtomicBool::new(false);
    let now = DateTime::UNIX_EPOCH.fixed_offset();
    let (app, _) = App::new(app_config(Size::new(80, 24), now));
    install_panic_hook();
    let mut signals = Signals::listen()?;
    let terminal = TerminalGuard::enter(Modes::default())?;
    let (sender, input) = mpsc::channel(1);
    let (press, pressed) = oneshot::channel();
    let mut keys = spawn_reader()?;
    let breaks_clock = panic_in == "clock";
    tokio::spawn(async move {
        let batch = keys.recv().await.unwrap();
        if breaks_clock {
            PRESSED.store(true, Ordering::SeqCst);
            sender.send(batch).await.unwrap();
        } else {
            press.send(()).unwrap();
        }
        // The channel stays open.
        std::future::pending::<()>().await;
        drop((sender, keys));
    });
    let base_url = "http://127.0.0.1:1/".parse().unwrap();
    let client = Client::new(Settings::demo(base_url, 1.0)).unwrap();
    let (commands, _received) = mpsc::unbounded_channel();
    let (_sync, sync) = mpsc::channel(1);
    let (_read_state, read_state) = mpsc::channel(1);
    let io_thread = start_io_thread()?;
    let poller = io_thread.spawn(async move {
        assert!(pressed.await.is_err(), "the poller is broken");
    });
    let handler = EffectHandler {
        api: Arc::new(client),
        commands,
        read_state: mpsc::unbounded_channel().0,
        notifier: Notifier::default(),
        clipboard: ClipboardProviders::default(),
        terminal: Some(terminal),
        suspended_by_us: false,
        lacks_terminal: false,
        tasks: JoinSet::new(),
        io_thread,
    };
    let clock = || {
        assert!(!PRESSED.load(Ordering::SeqCst), "the clock is broken");
        now
    };
    let sources = EventSources {
        input,
        sync,
        read_state,
        poller,
    };
    let appearance = Appearance::new(ThemeId::Mono, false);
    let mut screen = Terminal::new(AnsiBackend::new(TerminalOutput))?;
    let next_signal = async || signals.next().await;
    run_event_loop(
        app,
        &appearance,
        &mut screen,
        || Ok(sources),
        next_signal,
        handler,
        clock,
    )
    .await
}
