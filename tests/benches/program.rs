//! Measures the program beside its peers, each in a pseudo-terminal of its own.
//!
//! - A conversation of 1,000 messages: the viewer, `less` on a transcript, `jless` on the JSON, and
//!   `curl | jq | less` on the same service.
//! - A busy service of 3,000 live sessions and an archive of 20,000: the viewer, and `fzf` on the
//!   same rows.
//! - An export of this archive with a million messages: the program, and `curl` on the same addresses.
//! - With `--large`, conversations of 100,000 and 1,000,000 messages.
//!
//! `cargo bench --bench program` prints goals and comparisons in Markdown; peers that are not
//! installed are skipped. Options after `--`: `--large`; `--stress N` for a conversation of another
//! size; `--quick` for fewer repetitions; `--only PROGRAM`. All columns come from one run: compare
//! ratios, not milliseconds.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a bench may panic, prints, reads the clock, and counts nothing a float cannot hold"
)]

#[path = "program/busy.rs"]
mod busy;
#[path = "program/conversation.rs"]
mod conversation;
#[path = "program/export.rs"]
mod export;
#[path = "program/goals.rs"]
mod goals;
#[path = "program/machine.rs"]
mod machine;
#[path = "program/messages.rs"]
mod messages;
#[path = "program/peers.rs"]
mod peers;
#[path = "program/process.rs"]
mod process;
#[path = "program/report.rs"]
mod report;
#[path = "program/search.rs"]
mod search;
#[path = "program/service.rs"]
mod service;
#[path = "program/terminal.rs"]
mod terminal;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use conversation::{Conversation, Run};
use peers::{ECHO, Peer};
use report::{Block, Figures};
use service::Service;

struct Options {
    /// Sizes of the stress conversations.
    stress: Vec<usize>,
    effort: Effort,
    /// The only program to measure.
    only: Option<String>,
}

/// Number of repetitions, and durations.
struct Effort {
    /// How often a program is opened.
    opens: usize,
    /// Line keys in each direction.
    keys: usize,
    /// How long an idle program is observed.
    idle: Duration,
    /// Messages posted one by one.
    posts: u32,
    /// How often a word is typed into the filter.
    filters: usize,
    /// How often a program is ended in each way.
    exits: usize,
}

/// For published figures.
const FULL: Effort = Effort {
    opens: 5,
    keys: 100,
    idle: Duration::from_secs(10),
    posts: 20,
    filters: 10,
    exits: 20,
};

const QUICK: Effort = Effort {
    opens: 3,
    keys: 20,
    idle: Duration::from_secs(3),
    posts: 5,
    filters: 2,
    exits: 20,
};

fn main() -> ExitCode {
    // `cargo test --all-targets` runs benches too, without this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let Some(options) = parse_options(std::env::args().skip(1)) else {
        eprintln!("options: --large, --stress N, --quick, --only PROGRAM");
        return ExitCode::from(2);
    };
    println!("{}", machine::describe());
    let mut blocks = vec![
        measure_conversation(1_000, &options),
        measure_busy_service(&options),
        measure_export(&options),
    ];
    for &size in &options.stress {
        blocks.push(measure_conversation(size, &options));
    }
    for block in &blocks {
        println!("\n### {}\n", block.title);
        println!("{}", goals::render(block, &blocks[0]));
        print!("{}", block.comparison());
    }
    ExitCode::SUCCESS
}

/// Returns `None` for an unknown option or a wrong value.
fn parse_options(mut arguments: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options {
        stress: Vec::new(),
        effort: FULL,
        only: None,
    };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            // Cargo passes it to every bench.
            "--bench" => {}
            "--large" => options.stress.extend([100_000, 1_000_000]),
            "--stress" => {
                let size = arguments.next()?.parse().ok()?;
                options.stress.push(std::cmp::max(size, 2));
            }
            "--quick" => options.effort = QUICK,
            "--only" => {
                let all = [&peers::CONVERSATION[..], &peers::LIST, &peers::ARCHIVE].concat();
                let name = arguments.next()?;
                all.iter().find(|peer| peer.name == name)?;
                options.only = Some(name);
            }
            _ => return None,
        }
    }
    Some(options)
}

/// Measures all programs on a conversation. They are opened in turns, because the load of the
/// machine changes from minute to minute.
fn measure_conversation(size: usize, options: &Options) -> Block {
    let folder = tempfile::tempdir().unwrap();
    let conversation = Conversation::write(size, folder.path())
        .expect("the temporary folder is writable and large enough");
    let title = format!("{} messages", report::number(size as f64));
    let mut columns = columns(&peers::CONVERSATION, options);
    let (path, effort) = (folder.path(), &options.effort);
    let service = Service::start(conversation.sessions.clone());
    for turn in 1..effort.opens {
        eprintln!("{title}: opening, turn {turn}");
        for (peer, figures) in &mut columns {
            if peer.name != ECHO.name {
                run(peer, path, &service, effort, figures).open_and_quit();
            }
        }
    }
    for (peer, figures) in &mut columns {
        eprintln!("{title}: {}", peer.name);
        let service = Service::start(conversation.sessions.clone());
        let mut run = run(peer, path, &service, effort, figures);
        if peer.name == ECHO.name {
            run.echo();
            continue;
        }
        run.measure(&conversation);
        if peer.is_viewer() && options.stress.contains(&size) {
            run.end_in_every_way();
        }
    }
    let mut goals: Vec<_> = match size {
        0..=1_000 => goals::CONVERSATION.iter().collect(),
        1_001..=100_000 => goals::LARGE.iter().chain(&goals::STRESS).collect(),
        _ => goals::HUGE.iter().chain(&goals::STRESS).collect(),
    };
    goals.sort_by_key(|goal| goal.0);
    Block {
        title,
        goals,
        columns,
    }
}

fn measure_busy_service(options: &Options) -> Block {
    let folder = tempfile::tempdir().unwrap();
    let mut columns = columns(&peers::LIST, options);
    for (peer, figures) in &mut columns {
        eprintln!("busy service: {}", peer.name);
        let service = Service::start(busy::live_sessions(busy::Waits::Unknown));
        let mut run = run(peer, folder.path(), &service, &options.effort, figures);
        if peer.is_viewer() {
            run.busy();
            run.search_conversations();
            // From then on the scope is all, in which a hit's session is looked up first.
            run.archive();
        } else {
            run.filter_lines();
        }
    }
    Block {
        title: "busy service".to_owned(),
        goals: goals::BUSY.iter().collect(),
        columns,
    }
}

fn measure_export(options: &Options) -> Block {
    let folder = tempfile::tempdir().unwrap();
    let mut columns = columns(&peers::ARCHIVE, options);
    export::measure(&mut columns, folder.path(), &options.effort);
    Block {
        title: "export of 20 000 sessions".to_owned(),
        goals: goals::ARCHIVE.iter().collect(),
        columns,
    }
}

fn run<'a>(
    peer: &'static Peer,
    folder: &'a Path,
    service: &Arc<Service>,
    effort: &'a Effort,
    figures: &'a mut Figures,
) -> Run<'a> {
    Run {
        peer,
        folder,
        service: Arc::clone(service),
        effort,
        figures,
    }
}

/// An empty column for each of these programs that is installed and selected.
fn columns(peers: &[&'static Peer], options: &Options) -> Vec<(&'static Peer, Figures)> {
    let is_wanted = |peer: &&&Peer| {
        let only = options.only.as_deref().unwrap_or(peer.name);
        [only, ECHO.name].contains(&peer.name) && machine::has_peer(peer)
    };
    let wanted = peers.iter().filter(is_wanted);
    wanted.map(|&peer| (peer, Figures::default())).collect()
}
