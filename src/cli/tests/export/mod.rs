//! `sochat export`: files, manifest, what is selected, and what is left after failures.

mod continuing;
mod demo;
mod failures;
mod selection;
mod service;

use std::fs;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;

use super::commands::CommandResult;
use crate::commands::{ExitStatus, ProgressLine};
use service::{Service, exported, files, manifest};

fn sha256(bytes: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes.as_bytes());
    let digits = digest.as_ref().iter().map(|byte| format!("{byte:02x}"));
    digits.collect::<Vec<_>>().concat()
}

#[tokio::test(start_paused = true)]
async fn a_session_becomes_a_file_and_a_line_of_the_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("new");
    let service = Service::with_sessions(6);
    let result = service
        .run(&format!("2 5 --output {}", output.display()))
        .await;
    assert_eq!(
        result,
        CommandResult {
            exit: ExitStatus::Success,
            out: String::new(),
            stderr: format!("sochat: sessions exported to {}: 2\n", output.display()),
        }
    );
    let written = files(&output);
    assert_eq!(
        written["chat-2.txt"],
        "\
Chat 2 with Kari 2
Customer:     Kari 2
Company:      Fjord AS
Channel:      Support NO
Agent:        Ola Hansen
State:        ended
Requested:    2026-03-20 14:00:00 UTC
Ended:        2026-03-20 14:20:00 UTC
Ticket:       17 Invoice
Rating:       4 of 5
Messages:     2, 2026-03-28 22:58:00 UTC to 2026-03-28 22:59:00 UTC
Time zone:    UTC
Exported:     2026-03-29 12:00:00 UTC

Saturday 28 March 2026
22:58:00  Kari: Hei
22:59:00  Kari: Takk
"
    );
    let mut lines = manifest(&output);
    // That it changes with the session is tested beside it.
    for line in &mut lines {
        let row = line["row"].take();
        assert_eq!(row.as_str().map(str::len), Some(16));
    }
    let options = json!({
        "service": "https://chat.example/Cust1/api/v1/",
        "format": "text",
        "time_zone": "UTC",
        "language": "en",
        "bom": false,
        "privacy": false,
    });
    assert_eq!(
        lines,
        [
            json!({
                "id": 2, "file": "chat-2.txt", "count": 2, "last_message_id": 22, "state": "ended",
                "complete": true, "sha256": sha256(&written["chat-2.txt"]),
                "bytes": written["chat-2.txt"].len(), "row": null, "options": options, "error": null, "customer": "Kari 2", "company": "Fjord AS",
                "channel": "Support NO", "agent": "Ola Hansen", "ticket": 17, "rating": 4,
            }),
            json!({
                "id": 5, "file": "chat-5.txt", "count": 2, "last_message_id": 52,
                "state": "answered", "complete": false,
                "sha256": sha256(&written["chat-5.txt"]), "bytes": written["chat-5.txt"].len(),
                "row": null, "options": options,
                "error": null, "customer": "Kari 5", "company": "Fjord AS",
                "channel": "Support NO", "agent": "Åse Dahl", "ticket": null, "rating": null,
            }),
        ]
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| {
            let file = fs::metadata(output.join(name)).unwrap();
            file.permissions().mode() & 0o777
        };
        let modes = ["", "chat-2.txt", "sochat-export.jsonl"].map(mode);
        assert_eq!(modes, [0o700, 0o600, 0o600]);
    }
}

#[tokio::test(start_paused = true)]
async fn every_format_has_its_extension_and_content() {
    for (format, name, begins, ends) in [
        (
            "text",
            "chat-2.txt",
            "Chat 2 with Kari 2\n",
            "22:59:00  Kari: Takk\n",
        ),
        (
            "markdown",
            "chat-2.md",
            "# Chat 2 with Kari 2\n",
            "22:59:00\n\nTakk\n\n",
        ),
        ("html", "chat-2.html", "<!DOCTYPE html>", "</html>\n"),
        (
            "csv",
            "chat-2.csv",
            "session_id,message_id,time",
            "2,21,2026-03-28T22:59:00+00:00,customer,Kari,,Takk,false\r\n",
        ),
        (
            "csv --bom",
            "chat-2.csv",
            "\u{feff}session_id,message_id,time",
            "Takk,false\r\n",
        ),
        (
            "json",
            "chat-2.json",
            "{\"session\": {\"ChatSessionId\":2}@UTC,\n\"messages\": [\n",
            "[\n{\"ChatMessageId\":22}@UTC,\n{\"ChatMessageId\":21}@UTC\n]\n}\n",
        ),
        (
            "jsonl",
            "chat-2.jsonl",
            "{\"ChatMessageId\":22}@UTC\n",
            "{\"ChatMessageId\":21}@UTC\n",
        ),
        (
            "bulk",
            "chat-2.ndjson",
            "{\"index\":{\"_id\":\"22\"}}\n",
            "{\"index\":{\"_id\":\"21\"}}\n{\"ChatMessageId\":21}@UTC\n",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let line = format!("2 --format {format} --output {}", folder.path().display());
        let result = Service::with_sessions(2).run(&line).await;
        assert_eq!(result.exit, ExitStatus::Success, "{}", result.stderr);
        let written = files(folder.path());
        let text = &written[name];
        assert!(
            text.starts_with(begins) && text.ends_with(ends),
            "{format}: {text}"
        );
        assert_eq!(manifest(folder.path())[0]["sha256"], sha256(text));
        assert_eq!(written.len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_exists_is_replaced_by_an_update_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat-2.txt");
    fs::write(&path, "mine").unwrap();
    let service = Service::with_sessions(3);
    let line = format!("2 3 --output {}", folder.path().display());
    let result = service.run(&line).await;
    assert_eq!(result.exit, ExitStatus::Partial);
    let why = format!(
        "{} exists, and is replaced only with --update",
        path.display()
    );
    let wanted = format!(
        "sochat: session 2 was not exported: {why}\nsochat: sessions exported to {}: 1, 1 failed\n",
        folder.path().display()
    );
    assert_eq!(result.stderr, wanted);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    assert_eq!(service.take_requests(), ["session 3", "messages 3"]);

    // The folder has an export now.
    let refused = service.run(&line).await;
    assert_eq!(refused.exit, ExitStatus::Usage);
    assert!(refused.stderr.contains("continue it with --update"));
    let other = service.run(&format!("{line} --update --format csv")).await;
    assert_eq!(other.exit, ExitStatus::Usage);
    assert!(other.stderr.contains("with another format (text)"));
    let updated = service.run(&format!("{line} --update")).await;
    assert_eq!(updated.exit, ExitStatus::Success);
    assert!(fs::read_to_string(&path).unwrap().starts_with("Chat 2"));
}

#[tokio::test(start_paused = true)]
async fn as_many_transcripts_are_read_at_once_as_the_limit_allows() {
    for (limit, wanted) in [(0.5, 1), (4.0, 4), (1000.0, 16)] {
        let folder = tempfile::tempdir().unwrap();
        let service = Service::with_sessions(40);
        let line = format!("--scope all --output {}", folder.path().display());
        let result = service
            .run_in(&line, |context| context.max_per_second = limit)
            .await;
        assert_eq!(result.exit, ExitStatus::Success, "{}", result.stderr);
        assert_eq!(service.most_open.load(Ordering::SeqCst), wanted, "{limit}");
        assert_eq!(exported(folder.path()).len(), 40);
    }
}

#[tokio::test(start_paused = true)]
async fn a_terminal_shows_how_far_the_export_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = Service::with_sessions(40);
    service.page_time = Duration::from_secs(1);
    let line = format!("--scope all --output {}", folder.path().display());
    let on_terminal = |context: &mut crate::commands::Context<'_>| {
        context.progress = ProgressLine::new(true);
        context.max_per_second = 1.0;
    };
    let result = service.run_in(&line, on_terminal).await;
    let shown: Vec<_> = result.stderr.split('\r').collect();
    assert_eq!(shown[1], "3 sessions listed\u{1b}[K");
    // The time of the list is left out.
    let halfway = "20 of 40 sessions, 4.0 a second, 5 s left\u{1b}[K";
    assert!(shown.contains(&halfway), "{shown:?}");
    // The summary replaces the line.
    let summary = format!(
        "\u{1b}[Ksochat: sessions exported to {}: 40\n",
        folder.path().display()
    );
    assert_eq!(shown.last(), Some(&&*summary));
    // 40 sessions in pages of three, and the empty one that ends the list: no page is requested twice.
    let requests = service.take_requests();
    let count = |request: &str| requests.iter().filter(|it| *it == request).count();
    assert_eq!((count("list"), count("live")), (15, 1));
}
