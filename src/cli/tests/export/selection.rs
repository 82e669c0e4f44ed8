//! Selection of the sessions to export.

use super::*;
use crate::chat::ChannelId;

#[tokio::test(start_paused = true)]
async fn by_scope_state_channel_agent_and_time_of_request() {
    for (options, wanted) in [
        // 4 and 8 are in a channel that is not the user's.
        ("", &[1, 2, 3, 5, 6, 7, 9][..]),
        ("--scope channels", &[1, 2, 3, 5, 6, 7, 9]),
        ("--scope mine", &[2, 4, 6, 8]),
        ("--scope all", &[1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ("--scope all --status ended --agent ola", &[2, 4, 8]),
        ("--status answered", &[5, 6]),
        ("--scope all --channel bill", &[4, 8]),
        ("--channel 7 --agent 31", &[2, 6]),
        ("--scope all --channel nothing", &[]),
        // Session 3 was requested at 15:00.
        ("--since 2026-03-20T15:00 --until 2026-03-20T18:00", &[3, 5]),
        ("--until 2026-03-20T15:00", &[1, 2]),
        ("3 2 3", &[2, 3]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let service = Service::with_sessions(9);
        let line = format!("{options} --output {}", folder.path().display());
        let result = service.run(line.trim_start()).await;
        assert_eq!(
            result.exit,
            ExitStatus::Success,
            "{options}: {}",
            result.stderr
        );
        assert_eq!(exported(folder.path()), wanted, "{options}");
        let lines = manifest(folder.path());
        assert_eq!(lines.len(), wanted.len(), "{options}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_fits_several_ends_the_command_before_anything_is_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::with_sessions(9);
    service.change(1, |row| {
        row.channel.id = ChannelId(9);
        row.channel.name = "Support EN".to_owned();
    });
    let line = format!(
        "--scope all --channel support --output {}",
        folder.path().display()
    );
    let result = service.run(&line).await;
    assert_eq!(result.exit, ExitStatus::Usage);
    assert!(result.stderr.contains("fits Support EN, Support NO"));
    let requests = service.take_requests();
    assert!(
        !requests.iter().any(|it| it.starts_with("session")),
        "{requests:?}"
    );
}

/// An archive of years is not read for the sessions of a day.
#[tokio::test(start_paused = true)]
async fn the_archive_is_read_as_far_as_its_sessions_are_needed() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::with_sessions(99);
    // Session 90 was requested at 06:00.
    let line = format!(
        "--scope all --since 2026-03-24T06:00 --output {}",
        folder.path().display()
    );
    let result = service.run(&line).await;
    assert_eq!(result.exit, ExitStatus::Success);
    assert_eq!(exported(folder.path()), (90..=99).collect::<Vec<_>>());
    let requests = service.take_requests();
    let lists = requests.iter().filter(|it| *it == "list").count();
    // The last page is 63 to 61: 66 was requested a day earlier, and no more.
    assert_eq!(lists, 13);
}

#[tokio::test(start_paused = true)]
async fn live_sessions_that_the_archive_lacks_are_exported_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = Service::with_sessions(9);
    service.not_archived = Some(5);
    let line = format!("--output {}", folder.path().display());
    let result = service.run(&line).await;
    assert_eq!(result.exit, ExitStatus::Success);
    assert_eq!(exported(folder.path()), [1, 2, 3, 5, 6, 7, 9]);
}
