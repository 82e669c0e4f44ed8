//! A panic, on the thread that draws or behind it, gives the terminal back and is told.
//!
//! The very loop that people run is run in a window, by this test program itself, with a clock or a
//! poller that panics.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta};
use ratatui::layout::Size;
use sochat::app::keymap::Keymap;
use sochat::app::{App, AppConfig};
use sochat::chat::TrafficStats;
use sochat::runtime::attend::Call;
use sochat::runtime::clipboard::Desktop;
use sochat::runtime::effects::World;
use sochat::runtime::screen::Screen;
use sochat::runtime::signals::Signals;
use sochat::runtime::terminal::{self, Modes, Terminal};
use sochat::runtime::{Ended, Feeds, input, run};
use sochat::view::{Appearance, Palette};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use super::window::{Left, Start, contains};

/// Which panic the program in the window is to have.
const WISH: &str = "SOCHAT_TEST_PANIC";

#[test]
fn on_the_thread_that_draws() {
    let left = panics("clock");
    assert!(contains(&left.bytes, "the clock is broken"));
}

#[test]
fn behind_it() {
    let left = panics("poller");
    let words = "the poller is broken at tests/program/panics.rs";
    assert!(contains(&left.bytes, words), "{}", left.screen.contents());
}

/// Runs the scenario in a window, up to its panic at the first key.
fn panics(wish: &str) -> Left {
    let this = std::env::current_exe().unwrap();
    let arguments = ["--exact", "panics::scenario", "--nocapture", "--ignored"];
    let mut window = Start::program(&this, &arguments)
        .variable(WISH, wish)
        .open();
    window.wait_for("connecting");
    window.press("j");
    let left = window.left();
    assert_ne!(left.code, 0);
    left.assert_given_back();
    // What is said is said on the shell's own screen.
    let screen_left = left
        .bytes
        .windows(8)
        .rposition(|bytes| bytes == b"\x1b[?1049l");
    let said = left.bytes.windows(6).rposition(|bytes| bytes == b"broken");
    assert!(screen_left < said);
    left
}

#[test]
#[ignore = "is run in a window by the other tests of this file"]
fn scenario() {
    let Ok(wish) = std::env::var(WISH) else {
        return;
    };
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let ended = tokio.block_on(viewer(&wish));
    tokio.shutdown_background();
    terminal::leave();
    assert_eq!(ended.unwrap(), Ended::Broken);
    panic!("{}", terminal::last_words().unwrap());
}

/// The viewer without a service, its parts put together as at a real start.
async fn viewer(wish: &str) -> io::Result<Ended> {
    static PRESSED: AtomicBool = AtomicBool::new(false);
    let now = DateTime::UNIX_EPOCH.fixed_offset();
    let (app, _) = App::new(AppConfig {
        size: Size::new(80, 24),
        now,
        service_name: String::new(),
        service_address: String::new(),
        zone: None,
        local_zone: None,
        keymap: Keymap::default(),
        initial_session: None,
        intervals: (Some(TimeDelta::seconds(3)), Some(TimeDelta::seconds(1))),
    });
    terminal::restore_on_panic();
    let signals = Signals::listen()?;
    let taken = Terminal::enter(Modes::default())?;
    let (sender, input) = mpsc::channel(1);
    let (press, pressed) = oneshot::channel();
    let mut keys = input::listen()?;
    let breaks_clock = wish == "clock";
    tokio::spawn(async move {
        let batch = keys.recv().await.unwrap();
        if breaks_clock {
            PRESSED.store(true, Ordering::SeqCst);
            sender.send(batch).await.unwrap();
        } else {
            press.send(()).unwrap();
        }
        // Keys could still come.
        std::future::pending::<()>().await;
        drop((sender, keys));
    });
    let (asks, _asked) = mpsc::unbounded_channel();
    let (_events, events) = mpsc::channel(1);
    let poller = tokio::spawn(async move {
        assert!(pressed.await.is_err(), "the poller is broken");
    });
    let world = World {
        asks,
        ask_in: Box::new(|_| {}),
        traffic: Box::new(TrafficStats::default),
        marks: mpsc::unbounded_channel().0,
        call: Call::default(),
        desktop: Desktop::default(),
        terminal: Some(taken),
        stopped_ourselves: false,
        tasks: JoinSet::new(),
    };
    let clock = || {
        assert!(!PRESSED.load(Ordering::SeqCst), "the clock is broken");
        now
    };
    let feeds = Feeds {
        input,
        events,
        poller,
        signals,
    };
    let look = Appearance::new(Palette::Mono, false);
    run(
        app,
        &look,
        &mut Screen::new(io::stdout()),
        feeds,
        world,
        clock,
    )
    .await
}
