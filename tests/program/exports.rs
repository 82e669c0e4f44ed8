//! `sochat export` of a served demo: killed, interrupted, without a reader, and exit codes of its own.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};

use super::pipe::{DemoProcess, RunningCommand, run, wait_until};

/// A service on which nothing happens, and a folder.
struct Fixture {
    service: DemoProcess,
    folder: tempfile::TempDir,
}

impl Fixture {
    fn start() -> Self {
        let fixture = Self {
            service: DemoProcess::start("0.000001"),
            folder: tempfile::tempdir().unwrap(),
        };
        let config = "[poll]\nmax_per_second = 40\n";
        fs::write(fixture.folder.path().join("config.toml"), config).unwrap();
        fixture
    }

    fn export(&self, output: &str, arguments: &[&str]) -> Command {
        let output = self.folder.path().join(output);
        let mut command = self
            .service
            .sochat(&["export", "--scope", "all", "--format", "html"]);
        command.args(arguments).arg("--output").arg(output);
        command.env("SOCHAT_CONFIG", self.folder.path().join("config.toml"));
        command
    }

    /// Names and contents of the files, without the time of the export.
    fn files(&self, output: &str) -> BTreeMap<String, String> {
        let entries = fs::read_dir(self.folder.path().join(output)).unwrap();
        let files = entries.map(|entry| {
            let entry = entry.unwrap();
            let text = fs::read_to_string(entry.path()).unwrap();
            let lines = text
                .lines()
                .filter(|line| !line.contains("<dt>Exported</dt>"));
            let name = entry.file_name().into_string().unwrap();
            (name, lines.collect::<Vec<_>>().join("\n"))
        });
        let mut files: BTreeMap<_, _> = files.collect();
        // It has the checksums of the files with that time.
        files.remove("sochat-export.jsonl");
        files
    }

    /// The sessions in the manifest.
    fn manifest(&self, output: &str) -> Vec<i64> {
        let path = self.folder.path().join(output).join("sochat-export.jsonl");
        let text = fs::read_to_string(path).unwrap_or_default();
        let lines = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        lines
            .filter_map(|line: serde_json::Value| line["id"].as_i64())
            .collect()
    }

    /// Starts an export, and ends it by a signal once some sessions are exported.
    fn interrupt(&self, output: &str, signal: Signal) -> Option<i32> {
        let running = RunningCommand::start(&mut self.export(output, &[]));
        wait_until("some sessions are exported", || {
            self.manifest(output).len() > 2
        });
        kill_process(Pid::from_child(&running.0), signal).unwrap();
        running.wait_within_deadline()
    }
}

#[test]
fn an_export_that_was_ended_at_any_moment_is_completed_by_an_update() {
    let fixture = Fixture::start();
    let whole = run(&mut fixture.export("whole", &[]));
    assert_eq!(whole.code, Some(0), "{}", whole.stderr);
    assert_eq!(whole.stdout, "");
    let wanted = fixture.files("whole");
    assert_eq!(wanted.len(), 24);
    for (output, signal, code) in [
        ("killed", Signal::KILL, None),
        ("ended", Signal::INT, Some(130)),
    ] {
        assert_eq!(fixture.interrupt(output, signal), code);
        let before = fixture.manifest(output).len();
        assert!((3..24).contains(&before), "{before}");
        if code.is_some() {
            assert_eq!(fixture.files(output).len(), before);
        }
        let updated = run(&mut fixture.export(output, &["--update"]));
        assert_eq!(updated.code, Some(0), "{}", updated.stderr);
        let unchanged = format!(": {}, {before} unchanged\n", 24 - before);
        assert!(updated.stderr.ends_with(&unchanged), "{}", updated.stderr);
        assert!(fixture.files(output) == wanted, "{output}");
        assert_eq!(fixture.manifest(output), fixture.manifest("whole"));
    }
}

/// The results are files.
#[test]
fn the_output_need_not_be_read() {
    let fixture = Fixture::start();
    let mut running = RunningCommand::start(&mut fixture.export("whole", &[]));
    drop(running.lines());
    assert_eq!(running.wait_within_deadline(), Some(0));
    assert_eq!(fixture.files("whole").len(), 24);
}

#[test]
fn exit_codes() {
    let service = DemoProcess::start("0.000001");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let output = |name: &str| folder.path().join(name).display().to_string();
    let session = service.fetch_json("ChatSession/ForCurrentUser")[0]["ChatSessionId"].to_string();
    let zone = ["--time-zone", "Europe/Oslo"];
    for (arguments, output, code) in [
        (&[&*session][..], output("a"), 0),
        // A file is no folder.
        (&[&session], output("file/a"), 1),
        // The folder has an export.
        (&[&session], output("a"), 2),
        (&["--channel", "nothing", "--channel", ""], output("b"), 2),
        (&["999999"], output("c"), 5),
        (&[&session, "999999"], output("d"), 7),
    ] {
        let mut command = service.sochat(&["export"]);
        let done = run(command
            .args(arguments)
            .args(zone)
            .args(["--output", &output]));
        assert_eq!(done.code, Some(code), "{arguments:?}: {}", done.stderr);
    }
}
