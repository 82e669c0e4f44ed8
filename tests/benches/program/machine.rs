//! Date, machine and versions of a run.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use super::peers::Peer;

/// Date, processors, load and the versions of the programs, in one sentence.
pub fn describe() -> String {
    let date = chrono::Local::now().format("%-d %B %Y");
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown", |(_, model)| model);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown");
    let versions: Vec<String> = programs().into_iter().filter_map(version).collect();
    format!(
        "{date}, {cores} cores of {model}, load {load} at the start; sochat {}, {}.",
        env!("CARGO_PKG_VERSION"),
        versions.join(", ")
    )
}

/// Programs of peers that are not installed.
pub fn missing_programs() -> Vec<&'static str> {
    programs()
        .into_iter()
        .filter(|program| !is_installed(program))
        .collect()
}

/// Returns `true` if every program of a peer is installed.
pub fn has_peer(peer: &str) -> bool {
    Peer::required_programs(peer)
        .iter()
        .all(|program| is_installed(program))
}

fn programs() -> Vec<&'static str> {
    let peers = [Peer::CONVERSATION.as_slice(), &Peer::LIST].concat();
    let required = peers.into_iter().flat_map(Peer::required_programs);
    let mut programs: Vec<_> = required.copied().collect();
    programs.sort_unstable();
    programs.dedup();
    programs
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder: PathBuf| folder.join(program).is_file())
}

/// Name and version of a program, from the first number that `--version` prints.
fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text
        .split([' ', '-', '\n'])
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    Some(format!("{program} {version}"))
}
