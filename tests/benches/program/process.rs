//! Memory, CPU time and wake-ups of a process and its descendants, from `/proc`.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

/// Resident memory, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Memory {
    pub resident: u64,
    /// The sum of each process's own peak.
    pub peak: u64,
}

/// Work done so far, by thread.
#[derive(Clone, Debug, Default)]
pub struct WorkByThread(HashMap<PathBuf, ThreadWork>);

#[derive(Clone, Copy, Debug, Default)]
struct ThreadWork {
    cpu_nanoseconds: u64,
    wakeups: u64,
}

impl WorkByThread {
    /// CPU time in nanoseconds and wake-ups since an earlier reading; the work of threads that have
    /// ended since is not included.
    pub fn since(&self, earlier: &Self) -> (u64, u64) {
        let done = self.0.iter().map(|(thread, now)| {
            let then = earlier.0.get(thread).copied().unwrap_or_default();
            (
                now.cpu_nanoseconds - then.cpu_nanoseconds,
                now.wakeups - then.wakeups,
            )
        });
        done.fold((0, 0), |(cpu, wakeups), done| {
            (cpu + done.0, wakeups + done.1)
        })
    }
}

pub fn memory(root: u32) -> Memory {
    let mut memory = Memory::default();
    for process in process_tree(root) {
        let status = read(format!("/proc/{process}/status"));
        memory.resident += 1024 * field(&status, "VmRSS:");
        memory.peak += 1024 * field(&status, "VmHWM:");
    }
    memory
}

pub fn work(root: u32) -> WorkByThread {
    let done = |thread: &PathBuf| {
        let file = |name| read(thread.join(name).display().to_string());
        ThreadWork {
            cpu_nanoseconds: number(file("schedstat").split_whitespace().next()),
            wakeups: field(&file("status"), "voluntary_ctxt_switches:"),
        }
    };
    let all = process_tree(root).into_iter().flat_map(threads);
    WorkByThread(all.map(|thread| (thread.clone(), done(&thread))).collect())
}

fn process_tree(root: u32) -> Vec<u32> {
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
