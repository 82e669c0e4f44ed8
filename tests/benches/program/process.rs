//! Memory, CPU time and wake-ups of a process and its descendants, from `/proc`.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

/// CPU nanoseconds and wake-ups of every thread.
pub type Work = HashMap<PathBuf, [u64; 2]>;

/// Resident memory in bytes: now, and the sum of each process's own peak.
pub fn memory(root: u32) -> [u64; 2] {
    let mut memory = [0; 2];
    for process in process_tree(root) {
        let status = read(format!("/proc/{process}/status"));
        memory[0] += 1024 * field(&status, "VmRSS:");
        memory[1] += 1024 * field(&status, "VmHWM:");
    }
    memory
}

pub fn work(root: u32) -> Work {
    let done = |thread: PathBuf| {
        let file = |name| read(thread.join(name).display().to_string());
        let cpu = number(file("schedstat").split_whitespace().next());
        let wakeups = field(&file("status"), "voluntary_ctxt_switches:");
        (thread, [cpu, wakeups])
    };
    let all = process_tree(root).into_iter().flat_map(threads);
    all.map(done).collect()
}

/// CPU nanoseconds and wake-ups since an earlier reading, without threads that have ended since.
pub fn work_since(earlier: &Work, root: u32) -> [u64; 2] {
    let mut sum = [0; 2];
    for (thread, now) in work(root) {
        let then = earlier.get(&thread).copied().unwrap_or_default();
        sum[0] += now[0] - then[0];
        sum[1] += now[1] - then[1];
    }
    sum
}

fn process_tree(root: u32) -> Vec<u32> {
    let mut all = vec![root];
    let mut seen = 0;
    while let Some(&process) = all.get(seen) {
        for thread in threads(process) {
            let children = read(format!("{}/children", thread.display()));
            let ids = children.split_whitespace();
            all.extend(ids.filter_map(|id| id.parse::<u32>().ok()));
        }
        seen += 1;
    }
    all
}

fn threads(process: u32) -> Vec<PathBuf> {
    let threads = fs::read_dir(format!("/proc/{process}/task"));
    let threads = threads.into_iter().flatten().flatten();
    threads.map(|thread| thread.path()).collect()
}

/// Reads a file of `/proc`; empty when its process has ended.
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
