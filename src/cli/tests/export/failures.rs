//! Failures of the service during an export: of one session, and of all.

use std::path::Path;

use tokio::time::Instant;

use super::*;
use crate::commands::Context;
use crate::sync::ErrorKind;

fn line(folder: &Path, options: &str) -> String {
    format!("--output {} {options}", folder.display())
}

fn busy(seconds: u64) -> ErrorKind {
    ErrorKind::Busy {
        retry_after: Some(Duration::from_secs(seconds)),
    }
}

#[tokio::test(start_paused = true)]
async fn one_bad_session_never_ends_the_export() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let service = Service::with_sessions(6);
    service.fail("messages 2", [ErrorKind::Forbidden]);
    service.fail("session 3", [ErrorKind::NotFound]);
    let result = service.run(&line(folder, "--scope all")).await;
    assert_eq!(result.exit, ExitStatus::Partial);
    let mut named: Vec<_> = result.stderr.lines().collect();
    named.sort_unstable();
    let summary = format!(
        "sochat: sessions exported to {}: 4, 2 failed",
        folder.display()
    );
    assert_eq!(
        named,
        [
            "sochat: session 2 was not exported: it broke",
            "sochat: session 3 was not exported: it broke",
            &*summary,
        ]
    );
    assert_eq!(exported(folder), [1, 4, 5, 6]);
    let failed = &manifest(folder)[1];
    assert_eq!(
        (&failed["id"], &failed["error"]),
        (&json!(2), &json!("it broke"))
    );
    assert_eq!(
        (&failed["file"], &failed["complete"]),
        (&json!(null), &json!(false))
    );

    // The next run tries them again.
    let result = service.run(&line(folder, "--scope all --update")).await;
    assert_eq!(result.exit, ExitStatus::Success);
    assert!(
        result.stderr.ends_with(": 2, 4 unchanged\n"),
        "{}",
        result.stderr
    );
    assert_eq!(exported(folder), [1, 2, 3, 4, 5, 6]);
    assert!(manifest(folder).iter().all(|line| line["error"].is_null()));
}

/// The earlier export is better than none.
#[tokio::test(start_paused = true)]
async fn a_failed_update_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let service = Service::with_sessions(2);
    service.run(&line(folder, "--scope all")).await;
    let before = files(folder);
    service.change(2, |row| row.last_message = "Ny".to_owned());
    service.fail("messages 2", [ErrorKind::Forbidden]);
    let result = service.run(&line(folder, "--scope all --update")).await;
    assert_eq!(result.exit, ExitStatus::Partial);
    assert_eq!(files(folder)["chat-2.txt"], before["chat-2.txt"]);
    let kept = &manifest(folder)[1];
    assert_eq!(kept["sha256"], sha256(&before["chat-2.txt"]));
    assert_eq!(kept["error"], "it broke");
    service.run(&line(folder, "--scope all --update")).await;
    assert!(files(folder)["chat-2.txt"].ends_with("Ny\n"));
}

#[tokio::test(start_paused = true)]
async fn the_only_session_decides_the_exit_code() {
    for (id, request, kind, exit) in [
        (
            2,
            "session 2",
            Some(ErrorKind::Forbidden),
            ExitStatus::SignIn,
        ),
        (
            2,
            "messages 2",
            Some(ErrorKind::TooLarge),
            ExitStatus::Other,
        ),
        (99, "", None, ExitStatus::NotFound),
        (2, "session 2", Some(ErrorKind::SignIn), ExitStatus::SignIn),
        (
            2,
            "session 2",
            Some(ErrorKind::Network),
            ExitStatus::Network,
        ),
        (2, "session 2", Some(ErrorKind::Config), ExitStatus::Usage),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let service = Service::with_sessions(3);
        service.fail(request, kind);
        let result = service.run(&line(folder.path(), &id.to_string())).await;
        assert_eq!(result.exit, exit, "{kind:?}: {}", result.stderr);
        assert_eq!(exported(folder.path()), Vec::<i64>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_stays_overloaded_decides_the_exit_code() {
    for failing in ["zone", "session 2"] {
        let folder = tempfile::tempdir().unwrap();
        let service = Service::with_sessions(3);
        service.fail(failing, vec![busy(5); 99]);
        let line = line(folder.path(), "2");
        let result = service.run_in(&line, |context| context.zone = None).await;
        assert_eq!(result.exit, ExitStatus::Refused, "{}", result.stderr);
        assert_eq!(exported(folder.path()), Vec::<i64>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_error_of_one_session_alone_does_not_end_the_export() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::with_sessions(6);
    service.fail(
        "messages 4",
        vec![ErrorKind::Busy { retry_after: None }; 99],
    );
    let result = service.run(&line(folder.path(), "--scope all")).await;
    assert_eq!(result.exit, ExitStatus::Partial);
    let named = "sochat: session 4 was not exported: it broke";
    assert!(
        result.stderr.lines().any(|line| line == named),
        "{}",
        result.stderr
    );
    assert_eq!(exported(folder.path()), [1, 2, 3, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn the_first_requests_may_be_throttled() {
    for (failing, options) in [
        ("zone", "2 3"),
        ("session 2", "2 3"),
        ("me", "--scope mine"),
        ("channels", "--scope channels"),
        ("live", "--scope all"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let service = Service::with_sessions(3);
        service.fail(failing, [busy(9), ErrorKind::Busy { retry_after: None }]);
        let start = Instant::now();
        let line = line(folder.path(), options);
        let result = service.run_in(&line, |context| context.zone = None).await;
        assert_eq!(result.exit, ExitStatus::Success, "{}", result.stderr);
        assert!((9..12).contains(&start.elapsed().as_secs()), "{failing}");
        let waits = "sochat: it broke; trying again in 9 s\n";
        assert!(result.stderr.starts_with(waits), "{}", result.stderr);
        assert!(exported(folder.path()).contains(&2));
    }
}

#[tokio::test(start_paused = true)]
async fn sessions_that_fail_between_unchanged_ones_are_not_in_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::with_sessions(6);
    service.run(&line(folder.path(), "1 2 3 4 5 6")).await;
    for id in [1, 3, 5] {
        service.change(id, |row| row.last_message = "Ny".to_owned());
        let failures = vec![ErrorKind::Busy { retry_after: None }; 99];
        service.fail(&format!("messages {id}"), failures);
    }
    let update = line(folder.path(), "1 2 3 4 5 6 --update");
    let one_by_one = |context: &mut Context<'_>| context.max_per_second = 1.0;
    let result = service.run_in(&update, one_by_one).await;
    let summary = ": 0, 3 unchanged, 3 failed\n";
    assert!(result.stderr.ends_with(summary), "{}", result.stderr);
    assert_eq!(result.exit, ExitStatus::Partial);
}

#[tokio::test(start_paused = true)]
async fn throttling_is_obeyed_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::with_sessions(6);
    service.fail("messages 4", [busy(70), busy(30)]);
    let start = Instant::now();
    let result = service.run(&line(folder.path(), "--scope all")).await;
    assert_eq!(result.exit, ExitStatus::Success);
    assert_eq!(start.elapsed().as_secs(), 100);
    let waits: Vec<_> = result.stderr.lines().take(2).collect();
    assert_eq!(
        waits,
        [
            "sochat: it broke; trying again in 70 s",
            "sochat: it broke; trying again in 30 s"
        ]
    );
    assert_eq!(exported(folder.path()).len(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_stays_away_ends_the_export_after_some_attempts() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::with_sessions(6);
    for id in 1..=3 {
        service.fail(&format!("session {id}"), vec![ErrorKind::Network; 99]);
    }
    let start = Instant::now();
    let result = service.run(&line(folder.path(), "--scope all")).await;
    assert_eq!(result.exit, ExitStatus::Partial);
    assert!(
        (60..200).contains(&start.elapsed().as_secs()),
        "{:?}",
        start.elapsed()
    );
    // One may be at fault itself, and another; not three in a row.
    let end = "sochat: continue with --update\nsochat: not all sessions were received: it broke\n";
    assert!(result.stderr.ends_with(end), "{}", result.stderr);
    assert_eq!(exported(folder.path()), [4, 5, 6]);
}

/// A session whose listed row is unchanged is not requested: it shows nothing about the service.
#[tokio::test(start_paused = true)]
async fn an_update_ends_with_the_service_also_between_unchanged_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::with_sessions(9);
    let line = line(folder.path(), "--scope all --update");
    service.run(&line).await;
    for id in [3, 5, 7, 9] {
        service.change(id, |row| row.rating = Some(1));
        service.fail(&format!("session {id}"), vec![ErrorKind::Network; 99]);
    }
    service.take_requests();
    let one_by_one = |context: &mut crate::commands::Context<'_>| context.max_per_second = 1.0;
    let result = service.run_in(&line, one_by_one).await;
    assert_eq!(result.exit, ExitStatus::Partial);
    let end = "sochat: continue with --update\nsochat: not all sessions were received: it broke\n";
    assert!(result.stderr.ends_with(end), "{}", result.stderr);
    let requests = service.take_requests();
    assert!(!requests.contains(&"session 3".to_owned()), "{requests:?}");
}

/// What is listed is exported, with the live sessions, and the list is reported as incomplete.
#[tokio::test(start_paused = true)]
async fn a_list_that_breaks_off_is_a_partial_result() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::with_sessions(9);
    service.fail_after(1, "list", ErrorKind::SignIn);
    let result = service.run(&line(folder.path(), "--scope all")).await;
    assert_eq!(result.exit, ExitStatus::Partial);
    let end = "sochat: continue with --update\nsochat: not all sessions were received: it broke\n";
    assert!(result.stderr.ends_with(end), "{}", result.stderr);
    assert_eq!(exported(folder.path()), [5, 6, 7, 8, 9]);

    // Names are not compared with a part of the list.
    let folder = tempfile::tempdir().unwrap();
    service.fail_after(1, "list", ErrorKind::SignIn);
    let result = service.run(&line(folder.path(), "--channel support")).await;
    assert_eq!(result.exit, ExitStatus::SignIn);
    assert_eq!(exported(folder.path()), Vec::<i64>::new());
}

#[tokio::test(start_paused = true)]
async fn a_cut_response_is_fetched_again_and_then_saved_as_far_as_it_goes() {
    for (kinds, is_whole) in [
        (vec![ErrorKind::InvalidResponse; 2], true),
        (vec![ErrorKind::InvalidResponse; 3], false),
        (vec![ErrorKind::Network; 3], true),
        (vec![ErrorKind::TooLarge], false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let service = Service::with_sessions(3);
        service.fail("end 2", kinds.clone());
        let result = service.run(&line(folder, "--scope all")).await;
        assert_eq!(exported(folder), [1, 2, 3]);
        let entry = &manifest(folder)[1];
        let text = &files(folder)["chat-2.txt"];
        assert_eq!(entry["complete"], is_whole, "{kinds:?}");
        assert_eq!(text.contains("Not complete: it broke\n"), !is_whole);
        assert!(text.contains("Kari: Takk\n"));
        let exit = if is_whole {
            ExitStatus::Success
        } else {
            ExitStatus::Partial
        };
        assert_eq!(result.exit, exit, "{kinds:?}");
        let named = "sochat: session 2 is not complete: it broke\n";
        assert_eq!(result.stderr.contains(named), !is_whole);
        service.take_requests();
        // It is complete at the next run.
        service.run(&line(folder, "--scope all --update")).await;
        let requests = service.take_requests();
        assert_eq!(requests.contains(&"messages 2".to_owned()), !is_whole);
        assert_eq!(manifest(folder)[1]["complete"], true);
    }
}
