//! `sochat messages --follow`.

use std::ops::RangeInclusive;
use std::time::Duration;

use proptest::prelude::*;

use super::commands::{CommandResult, FakeApi, api_error, message, run_command, single_page};
use crate::chat::Message;
use crate::commands::ExitStatus;
use crate::sync::ErrorKind;

#[tokio::test(start_paused = true)]
async fn following_prints_each_message_once_in_order_despite_errors() {
    let first = |ids: std::ops::RangeInclusive<i64>| {
        let mut page: Vec<_> = ids.map(|id| message(id, 1, "a")).collect();
        page.push(message(101, 2, "b"));
        page
    };
    let fake = FakeApi::messages([
        Ok(single_page(first(61..=100))),
        Ok(single_page(first(70..=100))),
        Err(api_error(ErrorKind::Network)),
        Ok(vec![
            Ok(vec![message(103, 9, "d")]),
            Err(api_error(ErrorKind::InvalidResponse)),
        ]),
        Err(api_error(ErrorKind::Busy {
            retry_after: Some(Duration::from_secs(40)),
        })),
        // One committed late, and one with an earlier time.
        Ok(single_page(vec![
            message(102, 8, "c"),
            message(103, 9, "d"),
            message(104, 5, "e"),
        ])),
    ]);
    assert_eq!(
        run_command("messages 341 --follow --time-zone UTC", &fake).await,
        CommandResult {
            exit: ExitStatus::Signalled(2),
            out: format!(
                "\
Yesterday, Saturday 28 March 2026
{}22:58:02  Kari: b
22:58:09  Kari: d
22:58:05  Kari: e
22:58:08  Kari: c
",
                "22:58:01  Kari: a\n".repeat(40)
            ),
            stderr: "\
sochat: it broke; trying again in 1 s
sochat: it broke; trying again in 1 s
sochat: it broke; trying again in 40 s
"
            .to_owned(),
        }
    );
    assert_eq!(
        fake.requests(),
        [
            "0s times in UTC",
            "0s 341 after 0",
            "1s 341 after 69",
            "2s 341 after 69",
            "2s 341 after 69",
            "3s 341 after 70",
            "43s 341 after 70",
            "44s 341 after 72",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn following_never_requests_below_after_and_goes_on_after_a_refusal() {
    let fake = FakeApi::messages([
        Ok(single_page(vec![message(100, 1, "a")])),
        Err(api_error(ErrorKind::NotFound)),
        Err(api_error(ErrorKind::Config)),
        Ok(single_page(vec![
            message(100, 1, "a"),
            message(101, 2, "b"),
        ])),
    ]);
    let result = follow("--after 99", &fake).await;
    assert_eq!(result.exit, ExitStatus::Signalled(2));
    assert_eq!(printed_ids(&result), [100, 101]);
    assert_eq!(
        fake.requests()[1..4],
        ["0s 341 after 99", "1s 341 after 99", "31s 341 after 99"]
    );
    let reported =
        "sochat: it broke; trying again in 30 s\nsochat: it broke; trying again in 1 s\n";
    assert_eq!(result.stderr, reported);
}

async fn follow(arguments: &str, fake: &FakeApi) -> CommandResult {
    let arguments = arguments.split(' ').filter(|word| !word.is_empty());
    let line = ["messages 341 --follow --format jsonl --time-zone UTC"];
    let line: Vec<_> = line.into_iter().chain(arguments).collect();
    run_command(&line.join(" "), fake).await
}

/// The ids in lines such as `{"ChatMessageId":7}@UTC`.
fn printed_ids(result: &CommandResult) -> Vec<i64> {
    let digits = |line: &str| line.trim_matches(|c: char| !c.is_ascii_digit()).parse();
    result
        .out
        .lines()
        .map(|line| digits(line).unwrap())
        .collect()
}

/// Messages with these ids, their times in the same order.
fn page(ids: RangeInclusive<i64>) -> Vec<Message> {
    ids.map(|id| message(id, id, "a")).collect()
}

#[tokio::test(start_paused = true)]
async fn a_row_committed_late_is_printed_when_it_is_found() {
    let all = || page(1..=100).into_iter();
    let first = all().filter(|message| message.id.0 != 50).collect();
    let polls = (0..59).map(|_| Ok(single_page(page(69..=100))));
    let fake = FakeApi::messages(
        [Ok(single_page(first))]
            .into_iter()
            .chain(polls)
            .chain([Ok(single_page(all().collect()))]),
    );
    let result = follow("", &fake).await;
    let ids = printed_ids(&result);
    assert_eq!((ids.len(), ids.last()), (100, Some(&50)));
    assert_eq!(
        fake.requests()[60..62],
        ["59s 341 after 68", "60s 341 after 0"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_restored_service_is_read_from_its_start_at_once() {
    let restored = || {
        let reused = message(61, 400, "after the restore");
        let mut messages = page(1..=60);
        messages.push(reused);
        single_page(messages)
    };
    // Nothing is left of what was requested again; the newest id is lower; ids belong to others.
    for odd in [
        vec![],
        page(69..=70),
        vec![message(100, 400, "another"), message(101, 401, "b")],
    ] {
        let expected = odd.iter().filter(|message| message.body.text != "a");
        let expected = (1..=100)
            .chain(expected.map(|message| message.id.0))
            .chain([61])
            .collect::<Vec<_>>();
        let first = Ok(single_page(page(1..=100)));
        let fake = FakeApi::messages([first, Ok(single_page(odd)), Ok(restored())]);
        let result = follow("", &fake).await;
        assert_eq!(printed_ids(&result), expected);
        assert_eq!(fake.requests()[2..4], ["1s 341 after 68", "1s 341 after 0"]);
    }
}

#[tokio::test(start_paused = true)]
async fn before_the_first_answer_a_refusal_ends_it_with_its_code() {
    for (kind, code) in [
        (ErrorKind::Config, 2),
        (ErrorKind::SignIn, 3),
        (ErrorKind::Forbidden, 3),
        (ErrorKind::NotFound, 5),
    ] {
        let fake = FakeApi::messages([Err(api_error(ErrorKind::Network)), Err(api_error(kind))]);
        let result = follow("", &fake).await;
        assert_eq!(result.exit.code(), code, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_sign_in_ends_it_after_five_minutes() {
    for kind in [ErrorKind::SignIn, ErrorKind::Forbidden] {
        let refused = || (0..100).map(|_| Err(api_error(kind)));
        let answer = || Ok(single_page(page(1..=1)));
        let fake = FakeApi::messages([answer()].into_iter().chain(refused()));
        let result = follow("", &fake).await;
        assert_eq!(result.exit, ExitStatus::SignIn);
        let times = request_times(&fake);
        let refused_for = times.last().unwrap() - times[1];
        assert!((300..=330).contains(&refused_for), "{times:?}");
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] <= 30));
        // Four minutes are no reason to end.
        let some = refused().take(8);
        let fake = FakeApi::messages([answer()].into_iter().chain(some).chain([answer()]));
        assert_eq!(follow("", &fake).await.exit, ExitStatus::Signalled(2));
    }
}

/// When messages were requested, in seconds.
fn request_times(fake: &FakeApi) -> Vec<u64> {
    let requests = fake.requests();
    let times = requests.iter().filter(|request| request.contains("after"));
    let seconds = times.filter_map(|request| request.split('s').next()?.parse().ok());
    seconds.collect()
}

proptest! {
    /// Whatever responses repeat, reorder or truncate, each message is printed once.
    #[test]
    fn following_prints_each_message_once(
        responses in prop::collection::vec((prop::collection::vec(1_i64..30, 0..12), any::<bool>()), 1..8),
    ) {
        let mut sent: Vec<i64> = responses.iter().flat_map(|(ids, _)| ids.clone()).collect();
        sent.sort_unstable();
        sent.dedup();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let out = runtime.block_on(async {
            let fake = FakeApi::messages(responses.iter().map(|(ids, is_cut)| {
                let page = ids.iter().map(|&id| message(id, id % 7, "")).collect();
                let end = is_cut.then(|| Err(api_error(ErrorKind::Network)));
                Ok(std::iter::once(Ok(page)).chain(end).collect())
            }));
            follow("", &fake).await
        });
        let mut printed = printed_ids(&out);
        printed.sort_unstable();
        prop_assert_eq!(printed, sent);
    }
}

#[tokio::test(start_paused = true)]
async fn several_sessions_are_followed_side_by_side() {
    let fake = FakeApi::messages([
        Ok(single_page(vec![message(1, 0, "a")])),
        Err(api_error(ErrorKind::NotFound)),
        Ok(single_page(vec![message(2, 1, "b")])),
        Ok(single_page(vec![message(1, 0, "a"), message(3, 2, "c")])),
    ]);
    let result = run_command("messages 341 999 342 --follow --time-zone UTC", &fake).await;
    assert_eq!(
        result,
        CommandResult {
            exit: ExitStatus::Signalled(2),
            out: "\
341  Yesterday, Saturday 28 March 2026
341  22:58:00  Kari: a
342  Yesterday, Saturday 28 March 2026
342  22:58:01  Kari: b
341  22:58:02  Kari: c
"
            .to_owned(),
            stderr: "sochat: it broke\n".to_owned(),
        }
    );
    // A session that is named twice is one.
    let once = || Ok(single_page(vec![message(1, 0, "a")]));
    let fake = FakeApi::messages([once(), once()]);
    let result = run_command(
        "messages 341 341 --follow --format csv --time-zone UTC",
        &fake,
    )
    .await;
    assert_eq!(result.out.lines().count(), 2, "{}", result.out);
    // From the first of the messages that are named.
    for line in ["341#17 341#9 341#12", "341#17 341", "341 341#17"] {
        let fake = FakeApi::messages([once()]);
        run_command(&format!("messages {line} --follow --time-zone UTC"), &fake).await;
        let after = if line.contains("#9") { 8 } else { 0 };
        let wanted = format!("0s 341 after {after}");
        assert_eq!(fake.requests()[1], wanted, "{line}");
    }
    // A refusal prints nothing, not even a header.
    let none = || Err(api_error(ErrorKind::NotFound));
    let result = run_command(
        "messages 998 --follow --format csv --time-zone UTC",
        &FakeApi::messages([none()]),
    )
    .await;
    assert_eq!(
        (result.exit, result.out),
        (ExitStatus::NotFound, String::new())
    );
    let fake = FakeApi::messages([none(), none()]);
    let result = run_command("messages 998 999 --follow --time-zone UTC", &fake).await;
    assert_eq!(result.exit, ExitStatus::NotFound);
    assert_eq!(result.stderr, "sochat: it broke\nsochat: it broke\n");
}
