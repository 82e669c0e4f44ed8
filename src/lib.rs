//! A terminal viewer for SuperOffice Service chats: the map of the house.
//!
//! Facts come in, the core decides, requests go out, the screen is drawn from what is known.
//! Everything that decides is pure; everything that touches the machine lives at the edge.
//!
//! ```text
//! keys --+
//! sync --+--> Event --> App::update --> Effect --> runtime --> sync, clipboard, browser
//! done --+                  |                                            |
//!   ^                 view onto Canvas --> the terminal                  |
//!   |                                                                    |
//!   +---------------------------- Event ---------------------------------+
//! ```
//!
//! # Rooms
//!
//! | Room | Task | Never |
//! | --- | --- | --- |
//! | [`chat`] | the nouns: session, message, transcript; text made safe | IO, JSON, the screen |
//! | [`text`] | measures: width, wrapping, times, zones | state, the clock |
//! | [`app`] | decides: an [`Event`] in, [`Effect`]s out | clock, files, waiting |
//! | [`view`] | draws an [`App`] onto a [`Canvas`] | changes anything |
//! | [`superoffice`] | speaks to the service, and can only read | the screen, tasks |
//! | [`sync`] | keeps up with any [`Source`]: what to ask when, trying again | HTTP, the screen |
//! | [`storage`] | keeps what was seen and what is watched, for the next run | decisions, the screen |
//! | [`commands`] | the commands without a screen | the screen |
//! | [`demo`] | a made-up service over real HTTP, for looking around and for tests | any other room |
//! | [`config`] | defaults, file, environment and flags to one checked [`Config`] | signing in, drawing |
//! | [`cli`] | arguments and environment to [`Options`] | anything else |
//! | [`runtime`] | touches the machine: loop, terminal, signals, clipboard, clock | decisions |
//!
//! # The screen
//!
//! ```text
//!  sochat  demo · my channels · 1 needs reply (3m)     NO · Europe/Oslo CET  ● live   header
//!  ● Kari Nordmann   reply   3m │ Noah Williams  waiting for customer        paused   title
//!    Fjordvik Turlag · Tusen t… │────────── Today, Saturday 28 March 2026 ─────────   day line
//! ▌◐ Noah Williams    idle   7m │       │  Ingrid                                     heading
//! ▌  Support EN · Take your ti… │ 21:01 │✓ The comparison, side by side:
//!  ○ Liam O'Connor   queue   1m │       │  https://nordlys.example/compare
//!    Billing (EN) · Hiya, I re… │                                                  ┃  scroll bar
//!  · Priya Raman ★5   ended  2m │▌21:02  → Customer sent to an address             ┃  special message
//!    Himal Trek · Billing (EN)… │▌         https://nordlys.example/compare?a=3     ┃
//!                               │────────────────────── unread ────────────────────   unread line
//!                               │       ┃  Noah Williams
//!                               │ 21:03 ┃  Super useful. Is the vesti  ↓ 2 new · G    pill
//!  ? keys  q back  Enter open  a next reply  / search  f follow  o links              footer
//! '------------ list -----------'^'---- gutter: marker, time, bar, tick; then the text
//!                            divider
//! ```
//!
//! - The *list* has two lines a session where there is room; the *reader* shows one transcript.
//! - In the *gutter*, the *marker* is beside what is selected, the *bar* tells by shape and colour who
//!   speaks, and the *tick* that the customer has read it.
//! - `•3` at the end of a row counts what is *unread*, `•` alone says that something is; `◎` marks what
//!   is *watched*.
//! - The *title* says whose transcript it is and whether the reader follows the newest message.
//! - The *pill* counts what came below while the reader is paused.
//! - The *footer* shows the keys that apply now; in their place, when there is one, the *prompt* (the
//!   line being typed), a *notice* (a short sentence that goes by itself) or what is wrong with the link.
//! - An *overlay* lies over both panes: help, details, the link, raw JSON, links, zones.
//!
//! # Words
//!
//! A *session* is one chat, its messages in order are the *transcript*. Answers arrive in *batches*;
//! the *mark* is how far a session was read from the service, the *anchor* where the person reads;
//! *marks* kept for the next run tell how far the person has *seen* each session and which are
//! *watched*. The *zone* in force decides how times are shown; the *link* is our connection to the service; a
//! *profile* is one service and one identity.
//!
//! [`App`]: app::App
//! [`Canvas`]: view::Canvas
//! [`Config`]: config::Config
//! [`Effect`]: app::effect::Effect
//! [`Event`]: app::event::Event
//! [`Options`]: cli::Cli
//! [`Source`]: sync::ChatApi

pub mod app;
pub mod chat;
pub mod cli;
pub mod commands;
pub mod config;
pub mod demo;
pub mod runtime;
pub mod storage;
pub mod superoffice;
pub mod sync;
pub mod terminal;
#[cfg(test)]
mod test_support;
pub mod text;
pub mod view;
