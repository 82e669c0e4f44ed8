//! Date, machine and versions of a run.

use std::fs;
use std::process::Command;
use std::thread;

use super::peers::{FZF, JLESS, LESS, PIPELINE, Peer};

/// Date, processors, load and the versions of the programs; then the programs that are missing.
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
    let peers = [&PIPELINE, &LESS, &JLESS, &FZF];
    let requires = peers.iter().flat_map(|peer| peer.requires).copied();
    let (installed, mut missing): (Vec<&str>, Vec<&str>) =
        requires.partition(|name| is_installed(name));
    missing.dedup();
    let mut versions = vec![format!("sochat {}", env!("CARGO_PKG_VERSION"))];
    versions.extend(installed.into_iter().filter_map(version));
    versions.dedup();
    let versions = versions.join(", ");
    let text = format!("{date}, {cores} cores of {model}, load {load} at the start; {versions}.");
    match missing[..] {
        [] => text,
        _ => format!("{text} Not installed, so skipped: {}.", missing.join(", ")),
    }
}

/// Returns `true` if every program of a peer is installed.
pub fn has_peer(peer: &Peer) -> bool {
    peer.requires.iter().all(|program| is_installed(program))
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Name and version of a program, from the first number that `--version` prints.
fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut words = text.split([' ', '-', '\n']);
    let version = words.find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    Some(format!("{program} {version}"))
}
