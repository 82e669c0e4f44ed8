//! What the kernel knows of a process and all its descendants.

use std::fs;
use std::path::PathBuf;

/// Memory in use, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    /// Now.
    pub resident: u64,
    /// The most there ever was, process by process.
    pub peak: u64,
}

/// Work done so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Work {
    /// Nanoseconds on a processor.
    pub processor: u64,
    /// How often a thread slept and was woken.
    pub wakes: u64,
}

/// The memory of a process and its descendants.
pub fn memory(root: u32) -> Memory {
    let mut memory = Memory::default();
    for process in tree(root) {
        let status = read(format!("/proc/{process}/status"));
        memory.resident += 1024 * field(&status, "VmRSS:");
        memory.peak += 1024 * field(&status, "VmHWM:");
    }
    memory
}

/// The work of a process and its descendants, over all threads.
pub fn work(root: u32) -> Work {
    let mut work = Work::default();
    for thread in tree(root).into_iter().flat_map(threads) {
        let thread = thread.display();
        let schedule = read(format!("{thread}/schedstat"));
        work.processor += number(schedule.split_whitespace().next());
        work.wakes += field(
            &read(format!("{thread}/status")),
            "voluntary_ctxt_switches:",
        );
    }
    work
}

/// A process and its descendants.
fn tree(root: u32) -> Vec<u32> {
    let mut all = vec![root];
    let mut seen = 0;
    while let Some(&process) = all.get(seen) {
        for thread in threads(process) {
            let children = read(format!("{}/children", thread.display()));
            all.extend(
                children
                    .split_whitespace()
                    .filter_map(|id| id.parse::<u32>().ok()),
            );
        }
        seen += 1;
    }
    all
}

fn threads(process: u32) -> Vec<PathBuf> {
    fs::read_dir(format!("/proc/{process}/task"))
        .map(|threads| threads.flatten().map(|thread| thread.path()).collect())
        .unwrap_or_default()
}

/// A file of the kernel's; empty when its process has ended.
fn read(path: String) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn field(status: &str, name: &str) -> u64 {
    let value = status.lines().find_map(|line| line.strip_prefix(name));
    number(value.and_then(|value| value.split_whitespace().next()))
}

fn number(text: Option<&str>) -> u64 {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}
