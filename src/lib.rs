//! A terminal viewer for SuperOffice Service chats.
//!
//! Events come in, the app decides, effects go out, widgets draw the state of the app. Everything that
//! decides is pure; everything that touches the machine is in the outer modules.
//!
//! ```text
//! keys   --+
//! sync   --+--> Event --> App::update --> Vec<Effect> --> runtime (EffectHandler) --+
//! done   --+                  |                                                     |
//!   ^              view(&App)     --> ratatui Terminal<AnsiBackend>                 |
//!   +------------------------------- Event <----------------------------------------+
//! ```
//!
//! # Modules
//!
//! | Module | Responsibility | Must not use |
//! | --- | --- | --- |
//! | [`chat`] | domain types: session, message, transcript, read state; remote text sanitized | IO, JSON, the screen |
//! | [`text`] | widths, wrapping, time formats, time zones, messages as text, privacy | state, the clock |
//! | [`sync`] | polling any [`ChatApi`]: scheduler, pull cursor, back-off, rate limit; search across conversations | HTTP, the screen, `app` |
//! | [`superoffice`] | [`ChatApi`] over HTTP that can only read; lenient decoding | the screen, tasks |
//! | [`app`] | decisions: an [`Event`] in, [`Effect`]s out | clock, files, waiting |
//! | [`view`] | an [`App`] drawn by one ratatui widget per pane | changing anything |
//! | [`commands`] | the subcommands without a UI | the screen |
//! | [`storage`] | the read state, the state of the list and whether the service searches, saved for the next run | decisions, the screen |
//! | [`config`] | defaults, file, environment and flags merged to one checked [`Config`] | signing in, drawing |
//! | [`cli`] | command-line arguments ([`Cli`]) and their dispatch | drawing, HTTP |
//! | [`terminal`] | terminal modes, backend, input, output, signals, clipboard, notifications | decisions |
//! | [`runtime`] | the event loop, effects, clock, log | decisions |
//! | [`demo`] | a fake SuperOffice over real HTTP, for trying the viewer and for tests | any other module |
//!
//! # The screen
//!
//! ```text
//!  sochat  demo · my channels · 1 needs reply, longest !3m  NO · Europe/Oslo CET  ● live   header
//!  ● Kari Nordmann  needs reply   !3m │ Noah Williams  waiting for customer       paused   title
//!    Fjordvik Turlag · Tusen takk!    │ ──────── Today, Saturday 28 March 2026 ─────────   day line
//! ▌◐ Noah Williams     answered    7m │ │  Ingrid · 21:01                                  heading
//! ▌  Support EN · Take your time      │ │✓ The comparison, side by side:
//!  ○ Liam O'Connor     in queue    1m │ │  https://nordlys.example/compare
//!    Billing (EN) · Hiya, I really w… │                                                 ▐  scroll bar
//!  · Priya Raman ★5       ended    2m │▌█→ Redirected customer to · 21:02               ▐  special message
//!    Himal Trek · Billing (EN)        │▌█  https://nordlys.example/compare?a=3          ▐
//!                                     │
//!                                     │ ──────────────────── unread ────────────────────   unread line
//!                                     │ ┃  Noah Williams · 21:03
//!                                     │ ┃╶ Super useful. Is the vest        ↓ 2 new · G    pill
//!  ? help  q back  Enter open  a next reply  / search  f follow  o links  y copy           footer
//! '---------- session list ----------'^'---- gutter: marker, bar, tick; then the text
//!                                  divider
//! ```
//!
//! - The *session list* has two rows per session where there is space; the *transcript pane* shows one
//!   transcript.
//! - A *mark* before a wait shows that it has passed a threshold: `!` the first, `‼` the second.
//! - In the *gutter*, the *marker* is beside the selection, the *bar* shows the author's side by shape
//!   and colour, and the *tick* where a message begins and whether the customer has read it.
//! - A *heading* shows the author of a run of messages and the time of the first; after a pause the same
//!   author gets another one.
//! - A *day line* is above the messages of a day; while they are scrolled, it stays at the top.
//! - `•3` at the end of a row counts *unread* messages, `•` alone means that there are some; `◎` marks
//!   *watched* sessions.
//! - The *title* names the session and shows whether the pane follows the newest message.
//! - The *pill* counts new messages below the visible rows while the pane is paused.
//! - The *footer* shows the keys that apply now, or in their place the *prompt* (the line being typed),
//!   a *notice* (a short sentence that expires), or after the first keys what is wrong with the connection.
//! - An *overlay* covers both panes: command palette, help, session details, queue overview, results of a search
//!   across conversations, connection, raw JSON, links, time zones, a message alone.
//!
//! # A message from socket to cell
//!
//! Helpers are omitted: for single properties and tokens, lines and widths, times and styles.
//!
//! | File | Step |
//! | --- | --- |
//! | `superoffice/http.rs` | a chunk of the response body |
//! | `superoffice/array_stream.rs`, `json_array/mod.rs` | the elements of the array that it completes |
//! | `superoffice/decode/message/mod.rs` | one element to a [`Message`](chat::Message) |
//! | `superoffice/html/mod.rs` | its markup to rich text, and within that |
//! | `chat/sanitize/mod.rs` | the text made safe |
//! | `sync/pull.rs` | a batch of messages to a [`SyncEvent`](sync::SyncEvent) |
//! | `sync/poller.rs` | the last batch reported, unless nothing in it is new |
//! | `runtime/event_loop.rs` | the event to [`App`] |
//! | `app/mod.rs`, `app/privacy/events.rs` | masked, while privacy is on |
//! | `app/service_events.rs` | with the names of agents, to the pane of its session |
//! | `app/transcript_pane/mod.rs`, `chat/transcript/mod.rs` | merged by id, in order of time |
//! | `app/transcript_pane/message_layout.rs`, `layout_cache.rs` | rows, cached near the screen, made of |
//! | `text/message_text.rs` | its sections |
//! | `view/mod.rs` | the panes, one widget each |
//! | `view/transcript/mod.rs`, `message_row.rs` | one ratatui `Line` per row, drawn into the cells of the buffer |
//!
//! `terminal/backend/` writes the cells that changed as escape sequences, and `terminal/output.rs`
//! writes them to the terminal.
//!
//! # Glossary
//!
//! | Term | Meaning |
//! | --- | --- |
//! | session | one chat; a *listed session* is one of a list, masked only when it is looked at |
//! | contact | SuperOffice's word for the company that a session is linked to |
//! | transcript | a session's messages in order of time |
//! | special message | Type `Special`, or a SpecialType other than `None` |
//! | pull cursor | the message id up to which a session was fetched |
//! | anchor | the message and row at the top of the transcript pane |
//! | follow | stay at the newest message |
//! | read state | which messages the user has seen, and which sessions are watched; local, never sent |
//! | wait | since when a session has been in its state; exact, or a lower bound (`>3m`) |
//! | threshold | how long a wait may be before it is marked as a warning, and as an alarm: its *level* |
//! | feed | what is polled: the session list, or the messages of the open session |
//! | coverage | what a search across conversations has covered, and what it left out |
//! | connection | ours to the service; a *link* is a web address |
//! | time zone | the SO-TimeZone in force: decides how times are shown |
//! | profile | one service and one identity |
//!
//! [`App`]: app::App
//! [`ChatApi`]: sync::ChatApi
//! [`Cli`]: cli::Cli
//! [`Config`]: config::Config
//! [`Effect`]: app::effect::Effect
//! [`Event`]: app::event::Event

mod app;
mod chat;
mod cli;
mod commands;
mod config;
mod demo;
mod runtime;
mod storage;
mod superoffice;
mod sync;
mod terminal;
#[cfg(test)]
mod test_support;
#[doc(hidden)]
pub mod testing;
mod text;
mod view;

pub use cli::dispatch::run;
pub use cli::{Cli, env_vars, parse};
pub use commands::ExitStatus;
pub use runtime::io_thread::build_runtime;
