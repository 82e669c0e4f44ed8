//! Measures the whole program beside its peers: the viewer, `less` on a transcript of the same
//! messages, and `curl | jq | less` on the same service, each in a pseudo-terminal of its own.
//!
//! `cargo bench --bench program` prints one table; after `--` come `--large` for a million messages
//! too, `--quick` for fewer presses and runs, `--only sochat` for no peers, and `--markdown` for the
//! table as the README shows it. All columns come from one run: compare ratios, not milliseconds.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    unreachable_pub,
    reason = "a bench may fail by panicking, prints, reads the clock, and counts nothing that a float cannot hold"
)]

#[path = "program/figures.rs"]
mod figures;
#[path = "program/machine.rs"]
mod machine;
#[path = "program/measure.rs"]
mod measure;
#[path = "program/messages.rs"]
mod messages;
#[path = "program/peers.rs"]
mod peers;
#[path = "program/phrases.rs"]
mod phrases;
#[path = "program/process.rs"]
mod process;
#[path = "program/service.rs"]
mod service;
#[path = "program/table.rs"]
mod table;
#[path = "program/terminal.rs"]
mod terminal;

use std::process::ExitCode;
use std::sync::Arc;

use figures::Figures;
use measure::Effort;
use messages::Messages;
use peers::Peer;
use service::Service;
use table::{SizeResults, TableFormat};

/// What was asked for after `--`.
struct BenchOptions {
    large: bool,
    effort: Effort,
    style: TableFormat,
    only: Option<String>,
}

impl BenchOptions {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut wish = Self {
            large: false,
            effort: Effort::FULL,
            style: TableFormat::Plain,
            only: None,
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                // What `cargo bench` says to every bench.
                "--bench" => {}
                "--large" => wish.large = true,
                "--quick" => wish.effort = Effort::QUICK,
                "--markdown" => wish.style = TableFormat::Markdown,
                "--only" => {
                    let name = words.next().filter(|name| Peer::ALL.contains(&&**name));
                    let wanted = format!("--only wants one of {}", Peer::ALL.join(", "));
                    wish.only = Some(name.ok_or(wanted)?);
                }
                other => {
                    let known = "--large, --quick, --markdown, --only NAME";
                    return Err(format!("{other} is none of {known}"));
                }
            }
        }
        Ok(wish)
    }
}

fn main() -> ExitCode {
    // `cargo test --all-targets` starts benches too, and does not say this word.
    if !std::env::args().any(|word| word == "--bench") {
        return ExitCode::SUCCESS;
    }
    let wish = match BenchOptions::parse(std::env::args().skip(1)) {
        Ok(wish) => wish,
        Err(why) => {
            eprintln!("program bench: {why}");
            return ExitCode::from(2);
        }
    };
    let sizes: &[usize] = if wish.large {
        &[1_000, 100_000, 1_000_000]
    } else {
        &[1_000, 100_000]
    };
    let before = machine::describe();
    let blocks: Vec<SizeResults> = sizes
        .iter()
        .map(|&size| measure_size(size, &wish))
        .collect();
    println!("{before}\n");
    println!("{}", table::render(&blocks, wish.style));
    let missing = machine::missing_programs();
    if !missing.is_empty() {
        println!("Not installed, so skipped: {}.", missing.join(", "));
    }
    ExitCode::SUCCESS
}

/// Measures every program on so many messages. They are opened in turns: what else the machine does
/// changes from minute to minute.
fn measure_size(size: usize, wish: &BenchOptions) -> SizeResults {
    let folder = tempfile::tempdir().unwrap();
    let messages = Arc::new(Messages::write(size, folder.path()));
    let is_wanted = |name: &&str| wish.only.as_ref().is_none_or(|only| only == name);
    let names = Peer::ALL.into_iter().filter(is_wanted);
    let mut columns: Vec<_> = names
        .filter(|name| machine::has_peer(name))
        .map(|name| (name, Figures::default()))
        .collect();
    let service = Service::start(&messages);
    for turn in 1..wish.effort.opens {
        eprintln!("{size} messages: opened for the {turn}. time");
        for (name, figures) in &mut columns {
            let peer = Peer::by_name(name, &messages, &service);
            measure::open_and_leave(&peer, figures);
        }
    }
    for (name, figures) in &mut columns {
        eprintln!("{size} messages: {name}");
        let service = Service::start(&messages);
        let peer = Peer::by_name(name, &messages, &service);
        measure::measure(&peer, messages.common, &wish.effort, &service, figures);
    }
    let floor = measure::measure_echo(&wish.effort, folder.path());
    SizeResults {
        size,
        columns,
        floor,
    }
}
