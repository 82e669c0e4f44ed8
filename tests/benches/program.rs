//! Measures the program beside its peers, each in a pseudo-terminal of its own.
//!
//! - A conversation of 1,000 messages: the viewer, `less` on a transcript, `jless` on the JSON, and
//!   `curl | jq | less` on the same service.
//! - A busy service of 3,000 live sessions and an archive of 20,000: the viewer, and `fzf` on the
//!   same rows.
//! - With `--large`, conversations of 100,000 and 1,000,000 messages.
//!
//! `cargo bench --bench program` prints the goals and the comparison; peers that are not installed
//! are skipped. Options after `--`: `--large`; `--stress N` for a conversation of another size;
//! `--quick` for fewer repetitions; `--only PROGRAM`; `--markdown`. All columns come from one run:
//! compare ratios, not milliseconds.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a bench may panic, prints, reads the clock, and counts nothing a float cannot hold"
)]

#[path = "program/busy.rs"]
mod busy;
#[path = "program/busy_service.rs"]
mod busy_service;
#[path = "program/conversation.rs"]
mod conversation;
#[path = "program/entities.rs"]
mod entities;
#[path = "program/exits.rs"]
mod exits;
#[path = "program/figures.rs"]
mod figures;
#[path = "program/following.rs"]
mod following;
#[path = "program/format.rs"]
mod format;
#[path = "program/goal.rs"]
mod goal;
#[path = "program/goals.rs"]
mod goals;
#[path = "program/http.rs"]
mod http;
#[path = "program/keys_and_search.rs"]
mod keys_and_search;
#[path = "program/live_sessions.rs"]
mod live_sessions;
#[path = "program/machine.rs"]
mod machine;
#[path = "program/measure.rs"]
mod measure;
#[path = "program/messages.rs"]
mod messages;
#[path = "program/options.rs"]
mod options;
#[path = "program/peers.rs"]
mod peers;
#[path = "program/process.rs"]
mod process;
#[path = "program/screen.rs"]
mod screen;
#[path = "program/service.rs"]
mod service;
#[path = "program/table.rs"]
mod table;
#[path = "program/terminal.rs"]
mod terminal;

use std::process::ExitCode;
use std::sync::Arc;

use figures::Figures;
use messages::Messages;
use options::BenchOptions;
use peers::Peer;
use service::Service;
use table::Block;

/// Size of the conversation that the goals are about.
const MESSAGES: usize = 1_000;

fn main() -> ExitCode {
    // `cargo test --all-targets` runs benches too, without this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let options = match BenchOptions::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("program bench: {error}");
            return ExitCode::from(2);
        }
    };
    let machine = machine::describe();
    let mut conversations = vec![measure_conversation(MESSAGES, &options, false)];
    let busy = measure_busy_service(&options);
    for (index, &size) in options.stress.iter().enumerate() {
        conversations.push(measure_conversation(size, &options, index == 0));
    }
    let mut goals = goals::of_conversation(&conversations[0]);
    goals.extend(goals::of_busy_service(&busy));
    for (block, &size) in conversations[1..].iter().zip(&options.stress) {
        goals.extend(goals::of_stress(&conversations[0], block, size));
    }
    println!("{machine}\n");
    println!("{}", goal::render(&goals, options.format));
    println!("{}", table::render(&conversations, options.format));
    println!("{}", table::render(&[busy], options.format));
    let missing = machine::missing_programs();
    if !missing.is_empty() {
        println!("Not installed, so skipped: {}.", missing.join(", "));
    }
    ExitCode::SUCCESS
}

/// Measures all programs on a conversation. They are opened in turns, because the load of the
/// machine changes from minute to minute.
fn measure_conversation(size: usize, options: &BenchOptions, with_exits: bool) -> Block {
    let folder = tempfile::tempdir().unwrap();
    let messages = Arc::new(Messages::write(size, folder.path()));
    let mut columns = columns(&Peer::CONVERSATION, options);
    let service = Service::start(&messages);
    for turn in 1..options.effort.opens {
        eprintln!("{size} messages: opening, turn {turn}");
        for (name, figures) in &mut columns {
            let peer = Peer::by_name(name, &messages, &service);
            measure::open_and_quit(&peer, figures);
        }
    }
    for (name, figures) in &mut columns {
        eprintln!("{size} messages: {name}");
        let service = Service::start(&messages);
        let peer = Peer::by_name(name, &messages, &service);
        let effort = &options.effort;
        measure::measure(&peer, messages.common, effort, &service, figures);
        if with_exits && *name == Peer::SOCHAT {
            exits::measure(&peer, effort, figures);
        }
    }
    Block {
        title: format!("{} messages", format::number(size as f64)),
        columns,
        floor: measure::measure_echo(&options.effort, folder.path()),
    }
}

fn measure_busy_service(options: &BenchOptions) -> Block {
    let folder = tempfile::tempdir().unwrap();
    let (effort, home) = (&options.effort, folder.path());
    let mut columns = columns(&Peer::LIST, options);
    for (name, figures) in &mut columns {
        eprintln!("busy service: {name}");
        if *name == Peer::SOCHAT {
            busy::measure_viewer(effort, home, figures);
            busy::measure_archive(effort, home, figures);
        } else {
            busy::measure_fzf(effort, home, figures);
        }
    }
    Block {
        title: "busy service".to_owned(),
        columns,
        floor: measure::measure_echo(effort, home),
    }
}

/// An empty column for each of these programs that is installed and wanted.
fn columns(names: &[&'static str], options: &BenchOptions) -> Vec<(&'static str, Figures)> {
    let is_wanted = |name: &&str| options.only.as_ref().is_none_or(|only| only == name);
    let names = names.iter().copied().filter(is_wanted);
    let names = names.filter(|name| machine::has_peer(name));
    names.map(|name| (name, Figures::default())).collect()
}
