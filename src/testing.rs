//! Internals for the benchmarks, the README's picture and the tests; not a stable API.

use chrono::TimeDelta;
use ratatui::layout::Size;

pub use crate::app::effect::Effect;
pub use crate::app::event::Event;
pub use crate::app::keymap::{KeyContext, Keymap};
pub use crate::app::keys::{format as format_key, parse_sequence};
pub use crate::app::status::Freshness;
pub use crate::app::transcript_pane::search::Search;
pub use crate::app::{App, AppConfig, NotifySettings};
pub use crate::chat::{
    ListState, LoadedKey, Message, PrivacyKey, Scope, SessionId, ThresholdSettings, Timestamp,
    Transcript,
};
pub use crate::config::{ConfigPath, Environment, load as load_config, show as show_config};
pub use crate::demo::{DemoOptions, DemoServer, NewMessage, Quirks, SessionStatus};
pub use crate::runtime::effects::EffectHandler;
pub use crate::runtime::event_loop::{EventSources, ExitReason, run as run_event_loop};
pub use crate::runtime::io_thread::start as start_io_thread;
pub use crate::superoffice::{Client, MessageDecoder, NaiveZone, Settings};
pub use crate::sync::{ChatApi, Feed, PollIntervals, Poller, SyncEvent};
pub use crate::terminal::backend::{AnsiBackend, AnsiTerminal, draw};
pub use crate::terminal::clipboard::ClipboardProviders;
pub use crate::terminal::guard::{Modes, TerminalGuard, install_panic_hook, restore, thread_panic};
pub use crate::terminal::input::spawn_reader;
pub use crate::terminal::notifier::Notifier;
pub use crate::terminal::output::TerminalOutput;
pub use crate::terminal::signals::Signals;
pub use crate::text::{width, wrap};
pub use crate::view::{Appearance, ThemeId, legend, view};

/// A configuration without a service: nothing is set but the size, the time and the default poll intervals.
pub fn app_config(size: Size, now: Timestamp) -> AppConfig {
    AppConfig {
        size,
        now,
        service_name: String::new(),
        service_address: String::new(),
        zone: None,
        local_zone: None,
        keymap: Keymap::default(),
        has_color: true,
        own_theme: None,
        profile: None,
        export_folder: String::new(),
        initial_session: None,
        initial_message: None,
        list_interval: Some(TimeDelta::seconds(3)),
        open_session_interval: Some(TimeDelta::seconds(1)),
        thresholds: ThresholdSettings::default(),
        notify: NotifySettings::default(),
        max_body: usize::MAX,
        views: Vec::new(),
        list_state: ListState::default(),
        search_probe: None,
        privacy: None,
    }
}
