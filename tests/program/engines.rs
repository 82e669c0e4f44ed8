//! Exports in the engines that the README names: its queries are run, and every line is one to be indexed.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::pipe::{DemoProcess, run};
use super::scripts::assert_same;

const README: &str = include_str!("../../README.md");

/// Runs the statements of standard input one by one; prints the rows of each query as a line of JSON.
const RUN_QUERIES: &str = r#"
import sys, duckdb
connection = duckdb.connect()
for statement in sys.stdin.read().split(";"):
    if statement.split()[:1] in (["SELECT"], ["WITH"]):
        rows = f"SELECT CAST(to_json(list(found)) AS VARCHAR) FROM ({statement}) AS found"
        print(connection.execute(rows).fetchone()[0] or "[]")
    elif statement.strip():
        connection.execute(statement)
"#;

/// All sessions of a demo service in the folder `archive`, and what the service has.
struct Archive {
    folder: tempfile::TempDir,
    service: DemoProcess,
}

impl Archive {
    fn export(format: &str) -> Self {
        let archive = Self {
            folder: tempfile::tempdir().unwrap(),
            service: DemoProcess::start("0.000001"),
        };
        let config = archive.folder.path().join("config.toml");
        fs::write(&config, "[poll]\nmax_per_second = 1000\n").unwrap();
        let mut command = archive.service.sochat(&["export", "--scope", "all"]);
        command.args(["--format", format, "--output", "archive"]);
        command.current_dir(archive.folder.path());
        let done = run(command.env("SOCHAT_CONFIG", config));
        assert_eq!(done.code, Some(0), "{}", done.stderr);
        archive
    }

    /// The messages that the service has of each session in the manifest.
    fn sent(&self) -> Vec<(i64, Vec<Value>)> {
        let manifest = self.folder.path().join("archive/sochat-export.jsonl");
        let manifest = fs::read_to_string(manifest).unwrap();
        let sessions = manifest.lines().map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let id = line["id"].as_i64().unwrap();
            let path = format!("ChatSession/{id}/Messages?after=0");
            (
                id,
                self.service.fetch_json(&path).as_array().unwrap().clone(),
            )
        });
        sessions.collect()
    }
}

/// The Python for which `.ci/run` installs the `duckdb` module; `None` where it could not.
fn python_with_duckdb() -> Option<PathBuf> {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let python = target.parent()?.join("duckdb/bin/python");
    python.is_file().then_some(python)
}

#[test]
fn duckdb_answers_the_queries_of_the_readme() {
    let Some(python) = python_with_duckdb() else {
        // Not captured, unlike the output of macros in a test.
        let why = "The queries of the README are not run: DuckDB is not installed, see .ci/run";
        writeln!(io::stderr(), "{why}").unwrap();
        return;
    };
    let archive = Archive::export("jsonl");
    let (_, section) = README.split_once("\n## Beyond one machine\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let blocks = section.split("```sql\n").skip(1);
    let queries: String = blocks.map(|it| it.split_once("```").unwrap().0).collect();
    let mut running = Command::new(python)
        .args(["-c", RUN_QUERIES])
        .current_dir(archive.folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    running
        .stdin
        .take()
        .unwrap()
        .write_all(queries.as_bytes())
        .unwrap();
    let done = running.wait_with_output().unwrap();
    assert!(done.status.success());
    let printed = String::from_utf8(done.stdout).unwrap();
    let tables: Vec<Value> = printed
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    let [per_hour, responses, phrase] = &tables[..] else {
        panic!("{printed}");
    };

    let sent = archive.sent();
    let all: Vec<&Value> = sent.iter().flat_map(|(_, messages)| messages).collect();
    let hours = per_hour.as_array().unwrap();
    let counted: i64 = hours
        .iter()
        .map(|row| row["messages"].as_i64().unwrap())
        .sum();
    assert_eq!(counted, i64::try_from(all.len()).unwrap());
    for row in hours {
        // The service sends its times in the same zone.
        let hour = row["hour"].as_str().unwrap().replace(' ', "T");
        let in_hour = |message: &&&Value| {
            let posted = message["WhenPosted"].as_str().unwrap();
            hour.starts_with(posted.split(':').next().unwrap())
        };
        assert_eq!(row["messages"], all.iter().filter(in_hour).count(), "{row}");
    }

    let is_answer =
        |message: &&Value| message["Type"] == "ToCustomer" && message["SpecialType"] == "None";
    let mut answered = 0;
    for (_, messages) in &sent {
        let asked = messages
            .iter()
            .position(|message| message["Type"] == "ToUser");
        answered +=
            usize::from(asked.is_some_and(|at| messages[at..].iter().any(|it| is_answer(&it))));
    }
    let responses = responses.as_array().unwrap();
    let counted: i64 = responses
        .iter()
        .map(|row| row["sessions"].as_i64().unwrap())
        .sum();
    assert_eq!(counted, i64::try_from(answered).unwrap());
    assert!(answered > 3, "{responses:?}");
    for row in responses {
        let is_of_agent =
            |message: &&&Value| is_answer(message) && message["Author"] == row["agent"];
        assert!(all.iter().any(|it| is_of_agent(&it)), "{row}");
        assert!(row["median_seconds"].as_f64().unwrap() >= 0.0, "{row}");
    }

    let has_phrase = |message: &&Value| {
        let text = message["Message"].as_str().unwrap_or_default();
        text.to_lowercase().contains("delivery note")
    };
    let wanted: Vec<_> = all.into_iter().filter(has_phrase).collect();
    let mut found = phrase.as_array().unwrap().clone();
    found.sort_by_key(|row| row["ChatMessageId"].as_i64());
    assert_eq!(found.len(), wanted.len());
    assert!(!found.is_empty());
    for (row, message) in found.iter().zip(wanted) {
        assert_eq!(row["ChatMessageId"], message["ChatMessageId"]);
        assert_eq!(row["Message"], message["Message"]);
        assert!(row["customer"].is_string(), "{row}");
    }
}

#[test]
fn every_line_of_the_bulk_format_is_one_that_opensearch_takes() {
    let archive = Archive::export("bulk");
    for (id, messages) in archive.sent() {
        let path = archive
            .folder
            .path()
            .join(format!("archive/chat-{id}.ndjson"));
        let text = fs::read_to_string(path).unwrap();
        assert!(text.is_empty() || text.ends_with('\n'), "{id}");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2 * messages.len(), "{id}");
        for (pair, sent) in lines.chunks(2).zip(&messages) {
            let [action, document] = [0, 1].map(|at| serde_json::from_str::<Value>(pair[at]));
            // By the number of the message, so that one that is loaded again is replaced.
            let number = sent["ChatMessageId"].to_string();
            assert_eq!(action.unwrap(), json!({"index": {"_id": number}}));
            let document = document.unwrap();
            assert!(document.is_object(), "{document}");
            assert_same(sent, &document);
        }
    }
}
