//! What the kernel knows of a process and all its descendants.

use std::collections::HashMap;
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

/// Work done so far, by each thread.
#[derive(Clone, Debug, Default)]
pub struct ThreadWork(HashMap<PathBuf, ThreadCounters>);

#[derive(Clone, Copy, Debug, Default)]
struct ThreadCounters {
    processor: u64,
    wakes: u64,
}

impl ThreadWork {
    /// Nanoseconds on a processor since an earlier look, and how often a thread slept and was
    /// woken; what a thread did that has ended meanwhile is not known.
    pub fn since(&self, earlier: &Self) -> (u64, u64) {
        let done = self.0.iter().map(|(thread, now)| {
            let then = earlier.0.get(thread).copied().unwrap_or_default();
            (now.processor - then.processor, now.wakes - then.wakes)
        });
        done.fold((0, 0), |(processor, wakes), done| {
            (processor + done.0, wakes + done.1)
        })
    }
}

/// The memory of a process and its descendants.
pub fn memory(root: u32) -> Memory {
    let mut memory = Memory::default();
    for process in process_tree(root) {
        let status = read(format!("/proc/{process}/status"));
        memory.resident += 1024 * field(&status, "VmRSS:");
        memory.peak += 1024 * field(&status, "VmHWM:");
    }
    memory
}

/// The work of a process and its descendants, over all threads.
pub fn work(root: u32) -> ThreadWork {
    let done = |thread: &PathBuf| {
        let file = |name| read(thread.join(name).display().to_string());
        ThreadCounters {
            processor: number(file("schedstat").split_whitespace().next()),
            wakes: field(&file("status"), "voluntary_ctxt_switches:"),
        }
    };
    let all = process_tree(root).into_iter().flat_map(threads);
    ThreadWork(all.map(|thread| (thread.clone(), done(&thread))).collect())
}

/// A process and its descendants.
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
