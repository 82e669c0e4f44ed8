//! Measurements of an export of the whole archive, and of curl, which fetches the same.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use chrono::DateTime;

use super::Effort;
use super::conversation::MIB;
use super::messages::Generator;
use super::peers::{Peer, SOCHAT};
use super::process;
use super::report::Figures;
use super::service::{ARCHIVED_SESSIONS, Service, Sessions};

/// Messages of one session: a million in all.
const MESSAGES: usize = 50;
const LIVE_SESSIONS: i64 = 20;
/// As many as sochat opens where the limit of requests allows it.
const CONNECTIONS: &str = "16";
/// The time that a service takes for a response, and what an export from it is called.
type ServiceSpeed = (Duration, &'static str);

const FAST: ServiceSpeed = (Duration::ZERO, "export");
/// Real services take tens of milliseconds.
const SLOW: ServiceSpeed = (Duration::from_millis(10), "export, 10 ms a response");
const SAMPLE_INTERVAL: Duration = Duration::from_millis(20);

/// The messages of archived sessions: the same texts in all, with ids of their own. They are put together fast
/// enough to leave the time to the client.
pub struct ArchivedTranscripts {
    /// Each message behind its ids.
    rests: Vec<String>,
}

impl ArchivedTranscripts {
    pub fn generate(messages: usize) -> Self {
        let posted = DateTime::parse_from_rfc3339("2026-03-01T08:00:00Z").unwrap();
        let mut generator = Generator::new();
        let rest = |_| {
            let object = generator.next().json(0, 0, posted);
            let rest = object.strip_prefix(r#"{"ChatMessageId":0,"ChatSessionId":0"#);
            rest.expect("the ids come first").to_owned()
        };
        Self {
            rests: (0..messages).map(rest).collect(),
        }
    }

    pub fn of_session(&self, session: i64) -> String {
        let mut body = String::from("[");
        let mut id = session * 1000;
        for rest in &self.rests {
            id += 1;
            let comma = if body.len() > 1 { "," } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(
                body,
                r#"{comma}{{"ChatMessageId":{id},"ChatSessionId":{session}{rest}"#
            );
        }
        body + "]"
    }
}

/// A program that has ended.
struct Done {
    took: Duration,
    /// Resident memory at each sample.
    memory: Vec<u64>,
    peak: u64,
}

/// Exports the archive in turns with curl, which gets the addresses that sochat requested: first as fast as the
/// service can respond, then with the time that real ones take. The files of all turns stay until `folder` is deleted
/// after the last one: some file systems create files slowly for minutes after many have been deleted.
pub fn measure(columns: &mut [(&'static Peer, Figures)], folder: &Path, effort: &Effort) {
    measure_exports(columns, folder, FAST, effort.opens);
    measure_exports(columns, folder, SLOW, effort.opens / 2);
}

fn measure_exports(
    columns: &mut [(&'static Peer, Figures)],
    folder: &Path,
    (delay, label): ServiceSpeed,
    turns: usize,
) {
    let transcripts = ArchivedTranscripts::generate(MESSAGES);
    let sessions = Sessions::new(LIVE_SESSIONS);
    let service = Service::start_with(sessions, Some(transcripts), delay);
    for turn in 1..=turns {
        eprintln!("archive: {label}, turn {turn}");
        let of_peer = |peer| folder.join(format!("{peer}-{}ms-{turn}", delay.as_millis()));
        let [files, fetched] = ["sochat", "curl"].map(of_peer);
        service.take_targets();
        let exported = run(&mut sochat(&service, folder, &files));
        let targets = service.take_targets();
        let updated = run(sochat(&service, folder, &files).arg("--update"));
        let requested = service.take_targets();
        for (peer, figures) in &mut *columns {
            if peer.name == SOCHAT.name {
                record_export(figures, label, &exported);
                record_update(figures, label, &updated, &requested);
            } else {
                let done = run(&mut curl(&service, folder, &fetched, &targets));
                record_export(figures, label, &done);
            }
        }
    }
}

fn record_export(figures: &mut Figures, label: &str, done: &Done) {
    figures.record_time(&format!("{label}, ms"), Some(done.took));
    let metric = format!("{label}: memory at its peak, MiB");
    figures.record(&metric, done.peak as f64 / MIB);
    let samples = &done.memory;
    if let (Some(quarter), Some(end)) = (samples.get(samples.len() / 4), samples.last()) {
        let percent = *end as f64 / *quarter as f64 * 100.0;
        figures.record(
            &format!("{label}: memory at the end, % of a quarter's"),
            percent,
        );
    }
}

/// Compares what an update requested with the pages of the archive, of which the last is empty.
fn record_update(figures: &mut Figures, label: &str, updated: &Done, requested: &[String]) {
    // `update with nothing new, 10 ms a response`
    let label = label.replacen("export", "update with nothing new", 1);
    figures.record_time(&format!("{label}, ms"), Some(updated.took));
    let pages = requested.iter().filter(|it| it.starts_with("ChatSession?"));
    let all_pages = ARCHIVED_SESSIONS / 100 + 1;
    let per_page = pages.count() as f64 / all_pages as f64;
    figures.record(&format!("{label}, requests a page"), per_page);
    let transcripts = requested.iter().filter(|it| it.contains("/Messages"));
    let transcripts = transcripts.count() as f64;
    figures.record(&format!("{label}, transcripts"), transcripts);
}

/// The export, with the limit of requests lifted.
fn sochat(service: &Service, folder: &Path, files: &Path) -> Command {
    let settings = format!(
        "base_url = \"{}\"\npoll.max_per_second = 100000\n",
        service.base_url()
    );
    let config = folder.join("config.toml");
    fs::write(&config, settings).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sochat"));
    command.args(["export", "--scope", "all", "--format", "jsonl", "--output"]);
    command.arg(files).arg("--config").arg(config);
    command.env_clear().env("HOME", folder);
    command
}

/// A file for each response.
fn curl(service: &Service, folder: &Path, files: &Path, targets: &[String]) -> Command {
    fs::create_dir(files).unwrap();
    let mut list = String::from("globoff\n");
    for (number, target) in targets.iter().enumerate() {
        let (url, file) = (service.base_url(), files.join(number.to_string()));
        let file = file.display();
        writeln!(list, "url = \"{url}{target}\"\noutput = \"{file}\"").unwrap();
    }
    let path = folder.join("addresses");
    fs::write(&path, list).unwrap();
    let mut command = Command::new("curl");
    command.args(["--parallel", "--parallel-max", CONNECTIONS, "--config"]);
    command.arg(path);
    command
}

fn run(command: &mut Command) -> Done {
    let start = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    let (mut memory, mut peak) = (Vec::new(), 0);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        let [now, highest] = process::memory(child.id());
        // A process that has ended has none.
        memory.extend((now > 0).then_some(now));
        peak = peak.max(highest);
        thread::sleep(SAMPLE_INTERVAL);
    };
    let took = start.elapsed();
    assert!(status.success(), "{command:?} ended with {status}");
    Done { took, memory, peak }
}
