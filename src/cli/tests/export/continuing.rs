//! `--update`: what an interrupted export left is continued, and what is unchanged is not fetched.

use std::fs;
use std::path::Path;

use super::*;
use crate::chat::Status;

const SESSIONS: i64 = 9;

fn line(folder: &Path, options: &str) -> String {
    format!("--scope all --output {} {options}", folder.display())
        .trim_end()
        .to_owned()
}

/// The requests for sessions and messages.
fn fetches(service: &Service) -> Vec<String> {
    let mut requests = service.take_requests();
    requests.retain(|it| it.starts_with("messages") || it.starts_with("session"));
    requests.sort();
    requests
}

#[tokio::test(start_paused = true)]
async fn wherever_it_was_interrupted_an_update_completes_the_export() {
    for format in ["text", "json"] {
        let whole = tempfile::tempdir().unwrap();
        let options = format!("--format {format}");
        Service::with_sessions(SESSIONS)
            .run(&line(whole.path(), &options))
            .await;
        let wanted = files(whole.path());
        assert_eq!(wanted.len(), 10);
        for interrupted_at in 0..9 {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path();
            let mut service = Service::with_sessions(SESSIONS);
            service.interrupted_at = Some(interrupted_at);
            let result = service.run(&line(folder, &options)).await;
            assert_eq!(result.exit, ExitStatus::Signalled(2));
            let finished = manifest(folder).len();
            // No half of a file is left.
            assert_eq!(exported(folder).len(), finished);
            assert_eq!(files(folder).len(), finished + 1);

            service.interrupted_at = None;
            service.take_requests();
            let result = service
                .run(&line(folder, &format!("{options} --update")))
                .await;
            assert_eq!(result.exit, ExitStatus::Success, "{}", result.stderr);
            assert_eq!(
                fetches(&service).len(),
                2 * (9 - finished),
                "{interrupted_at}"
            );
            assert_eq!(files(folder), wanted, "{interrupted_at}");
        }
    }
}

/// A killed program leaves a line without its end, a file without its line, and half a file.
#[tokio::test(start_paused = true)]
async fn what_a_killed_program_leaves_is_continued() {
    let whole = tempfile::tempdir().unwrap();
    let service = Service::with_sessions(SESSIONS);
    service.run(&line(whole.path(), "")).await;
    let wanted = files(whole.path());
    let manifest = &wanted["sochat-export.jsonl"];
    for cut in (0..manifest.len()).step_by(97) {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for (name, text) in &wanted {
            fs::write(folder.join(name), text).unwrap();
        }
        fs::write(
            folder.join("sochat-export.jsonl"),
            &manifest.as_bytes()[..cut],
        )
        .unwrap();
        fs::write(folder.join("chat-9.txt.partial"), "Chat 9 wi").unwrap();
        let result = service.run(&line(folder, "--update")).await;
        assert_eq!(result.exit, ExitStatus::Success, "{}", result.stderr);
        assert_eq!(files(folder), wanted, "{cut}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_unchanged_is_not_fetched_and_what_changed_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let service = Service::with_sessions(SESSIONS);
    service.run(&line(folder, "")).await;
    let before = files(folder);
    service.take_requests();

    let result = service.run(&line(folder, "--update")).await;
    assert_eq!(result.exit, ExitStatus::Success);
    let summary = format!(
        "sochat: sessions exported to {}: 0, 9 unchanged\n",
        folder.display()
    );
    assert_eq!(result.stderr, summary);
    assert_eq!(fetches(&service), Vec::<String>::new());
    assert_eq!(files(folder), before);

    // Another row, a new session, and a file that was removed.
    service.change(5, |row| {
        row.status = Status::Closed;
        row.ended = row.requested;
        row.last_message = "Ha det".to_owned();
    });
    service
        .rows
        .lock()
        .unwrap()
        .insert(10, service::session(10));
    fs::remove_file(folder.join("chat-3.txt")).unwrap();
    let result = service.run(&line(folder, "--update")).await;
    assert_eq!(result.exit, ExitStatus::Success);
    let fetched = fetches(&service);
    assert_eq!(
        fetched,
        [
            "messages 10",
            "messages 3",
            "messages 5",
            "session 10",
            "session 3",
            "session 5"
        ]
    );
    let after = files(folder);
    assert!(after["chat-5.txt"].ends_with("Kari: Ha det\n"));
    assert!(before["chat-5.txt"].ends_with("Kari: Takk\n"));
    let ids = manifest(folder).into_iter().map(|line| line["id"].as_i64());
    assert_eq!(
        ids.collect::<Vec<_>>(),
        (1..=10).map(Some).collect::<Vec<_>>()
    );
    assert_eq!(manifest(folder)[4]["complete"], true);
}

/// A row that is requested alone is compared as well.
#[tokio::test(start_paused = true)]
async fn sessions_by_number_are_not_fetched_again_either() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let service = Service::with_sessions(SESSIONS);
    // The archive's rows and the sessions themselves have the same checksum.
    service.run(&line(folder, "")).await;
    service.take_requests();
    let by_number = format!("1 5 --output {} --update", folder.display());
    let result = service.run(&by_number).await;
    assert!(
        result.stderr.ends_with(": 0, 2 unchanged\n"),
        "{}",
        result.stderr
    );
    assert_eq!(fetches(&service), ["session 1", "session 5"]);
}
