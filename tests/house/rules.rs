//! The tables: who may know whom, what has its place, what has none. A rule that turns out wrong is
//! changed here, with its reason.

/// What each room may use besides itself and the plain part of `std`; a path allows all below it.
pub const MAY_USE: [(&str, &str); 15] = [
    // The nouns know nothing.
    ("chat", "chrono"),
    // The ruler; times and zones are nouns, and so is text made safe.
    (
        "text",
        "crate::chat chrono chrono_tz ratatui::buffer::CellWidth strsim thiserror unicode_segmentation",
    ),
    // Decides; of the terminal it knows plain values only.
    (
        "app",
        "crate::chat crate::text chrono crossterm::event frizbee ratatui::layout regex tui_input",
    ),
    (
        "view",
        "crate::app crate::chat crate::text chrono ratatui::buffer ratatui::layout ratatui::style",
    ),
    // Implements the trait that `sync` owns; may run the command that tells a secret.
    (
        "superoffice",
        "crate::chat crate::sync base64 chrono chrono_tz html5gum httpdate hyper::body linkify memchr \
         reqwest secrecy serde serde_json std::fs std::io std::process \
         std::thread::available_parallelism tokio::process tokio::sync tokio::task tokio::time tracing url",
    ),
    (
        "sync",
        "crate::app::event crate::chat chrono::TimeDelta fastrand tokio::select tokio::sync tokio::task tokio::time tracing",
    ),
    (
        "print",
        "crate::chat crate::cli crate::exit crate::sync crate::text chrono serde_json std::io \
         tokio::select tokio::time",
    ),
    // Keeps plain values in files of its own; the pause of a lock is waited for beside the loop.
    (
        "store",
        "crate::chat chrono serde serde_json std::fs std::io std::thread thiserror",
    ),
    // Its own reading of the service: it shares nothing with the client that is tested against it.
    (
        "demo",
        "chrono chrono_tz fastrand httpdate hyper hyper_util serde serde_json std::io \
         std::net tokio url",
    ),
    (
        "runtime",
        "crate base64 chrono crossterm fastrand iana_time_zone itoa open ratatui::buffer \
         ratatui::layout rpassword rustix secrecy std::fs std::io std::process std::thread tokio tracing \
         tracing_subscriber",
    ),
    (
        "config",
        "crate::superoffice directories secrecy std::fs std::io strsim toml url",
    ),
    (
        "cli",
        "crate::chat crate::config crate::print clap std::env std::net tracing",
    ),
    ("exit", "crate::sync std::process"),
    (
        "main",
        "crate::cli crate::exit crate::runtime std::env std::io std::process tokio",
    ),
    ("lib", ""),
];

/// The parts of `std` that touch the machine.
pub const MACHINE: [&str; 6] = ["env", "fs", "io", "net", "process", "thread"];

/// What only some places may use, and why no other. Each is a whole path or the end of one.
pub const ONLY_IN: [(&str, &str, &str); 7] = [
    (
        "Utc::now Local::now SystemTime::now chrono::Local std::time::Instant",
        "src/runtime/clock.rs",
        "the time is asked in runtime/clock.rs; elsewhere it is an argument",
    ),
    (
        "Instant::now",
        "src/runtime/ src/sync/ src/demo/",
        "only what waits looks at a clock, and only at one that tests can pause",
    ),
    (
        "ratatui::style::Color ratatui::style::Stylize",
        "src/view/theme.rs",
        "colours have their names in view/theme.rs; elsewhere they are roles",
    ),
    (
        "crossterm::style",
        "src/runtime/",
        "styles are made by the theme and written by the runtime",
    ),
    (
        "reqwest::Client reqwest::ClientBuilder reqwest::RequestBuilder reqwest::Request",
        "src/superoffice/get.rs",
        "superoffice/get.rs holds the one line to the service, and can only read",
    ),
    (
        "reqwest::Method reqwest::blocking reqwest::get",
        "",
        "the service is only ever read, over the one line",
    ),
    // The lenient reader counts what it could not read.
    (
        "std::cell",
        "src/superoffice/wire/object.rs",
        "state has one owner, who is told of changes",
    ),
];

/// What is not written, where, and why.
pub const NOWHERE: [(&[&str], &str, &str); 16] = [
    (&[".", "unwrap", "("], "src/", FAULT),
    (&["panic", "!"], "src/", FAULT),
    (&["todo", "!"], "src/", "nothing is left to do"),
    (&["unimplemented", "!"], "src/", "nothing is left to do"),
    (&["dbg", "!"], "src/", WRITER),
    (&["print", "!"], "src/", WRITER),
    (&["println", "!"], "src/", WRITER),
    (&["eprint", "!"], "src/", WRITER),
    (&["eprintln", "!"], "src/", WRITER),
    // No other room knows an HTTP client.
    (&[".", "post", "("], "src/superoffice/", READ),
    (&[".", "put", "("], "src/superoffice/", READ),
    (&[".", "patch", "("], "src/superoffice/", READ),
    (&[".", "delete", "("], "src/superoffice/", READ),
    (&[".", "request", "("], "src/superoffice/", READ),
    (&[".", "execute", "("], "src/superoffice/", READ),
    (
        &["&", "mut", "App"],
        "src/view/",
        "the view draws from `&App` and changes nothing",
    ),
];

const FAULT: &str = "a fault is an error, or an `expect` with its reason";
const WRITER: &str = "what is printed goes to a writer that is handed in";
const READ: &str = "the service is only ever read";

/// Words that name nothing, and the project's own, which goes without saying.
pub const EMPTY_WORDS: [&str; 11] = [
    "manager", "handler", "helper", "helpers", "util", "utils", "common", "misc", "data", "info",
    "sochat",
];

/// Lines of a file at most.
pub const LONGEST: usize = 400;

/// File, what is written in its second line, and what is said of it.
pub const BROKEN: &str = r"
src/chat/a.rs | use serde::Serialize; | `chat` may not use `serde::Serialize`
src/chat/a.rs | use std::{fmt, fs}; | `chat` may not use `std::fs`
src/text/a.rs | use crate::{app, chat}; | `text` may not use `crate::app`
src/app/a.rs | use super::super::view::Look; | `app` may not use `crate::view::Look`
src/app/a.rs | fn a() -> tokio::task::Id {} | `app` may not use `tokio::task::Id`
src/sync/a.rs | use crate::app::App; | `sync` may not use `crate::app::App`
src/demo/a.rs | use crate::superoffice::wire; | `demo` may not use `crate::superoffice::wire`
src/config/a.rs | std::env::var(name); | `config` may not use `std::env::var`
src/app/a.rs | let now = Utc::now(); | `Utc::now`: the time is asked in runtime/clock.rs; elsewhere it is an argument
src/sync/a.rs | use std::time::{Duration, Instant}; | `std::time::Instant`: the time is asked in runtime/clock.rs; elsewhere it is an argument
src/view/a.rs | Instant::now(); | `Instant::now`: only what waits looks at a clock, and only at one that tests can pause
src/view/a.rs | use ratatui::style::{Color, Style}; | `ratatui::style::Color`: colours have their names in view/theme.rs; elsewhere they are roles
src/superoffice/a.rs | use reqwest::Client; | `reqwest::Client`: superoffice/get.rs holds the one line to the service, and can only read
src/superoffice/get.rs | reqwest::Method::PUT | `reqwest::Method::PUT`: the service is only ever read, over the one line
src/superoffice/get.rs | client.post(url) | `.post(`: the service is only ever read
src/superoffice/a.rs | client.delete(url) | `.delete(`: the service is only ever read
src/app/a.rs | x.unwrap(); | `.unwrap(`: a fault is an error, or an `expect` with its reason
src/print/a.rs | println!() | `println!`: what is printed goes to a writer that is handed in
src/view/a.rs | fn a(app: &mut App) {} | `&mutApp`: the view draws from `&App` and changes nothing
src/app/a.rs | struct SessionManager; | `SessionManager` names nothing; say what it is
src/app/a.rs | mod utils; | `utils` names nothing; say what it is
src/app/a.rs | fn get_name() {} | `get_name` names nothing; say what it is
";

/// File, and what may be written in its second line.
pub const SOUND: &str = r#"
src/chat/a.rs | use chrono::Utc; use super::b; // x.unwrap()
src/view/a.rs | use super::super::app::App; fn a(app: &App) { b.c("println!()") }
src/app/a.rs | #[cfg(test)] mod tests { fn a() { b.unwrap(); tokio::spawn(c) } }
src/sync/a.rs | use tokio::time::Instant; fn a() { Instant::now(); }
src/superoffice/get.rs | fn get(client: reqwest::Client) { client.get(url) }
src/config/a.rs | layer.put(key, value)
"#;
