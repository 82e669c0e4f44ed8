//! `sochat messages`, once and followed.

use super::commands::{
    CommandResult, FakeApi, api_error, message, moment, run_command, single_page,
};
use crate::chat::{Choice, Direction, Message, SpecialKind};
use crate::commands::ExitStatus;
use crate::sync::ErrorKind;

fn special(id: i64, seconds: i64, author: &str, special: SpecialKind, text: &str) -> Message {
    Message {
        author: author.to_owned(),
        direction: Direction::Special,
        special: Some(special.into()),
        ..message(id, seconds, text)
    }
}

fn a_conversation() -> Vec<Message> {
    let choice = |label: &str| Choice {
        label: label.to_owned(),
        value: String::new(),
    };
    let options = SpecialKind::Options {
        choices: ["Faktura", "Levering"].map(choice).into(),
        unparsed: String::new(),
    };
    let choice = "Faktura".to_owned();
    let address = "https://help.example.com".to_owned();
    vec![
        special(9001, 1, "", SpecialKind::NewSession, ""),
        Message {
            direction: Direction::ToCustomer,
            ..special(9003, 44, "FjordBot", options, "Hva gjelder saken?")
        },
        // A smaller id after a larger one: sorted by time.
        message(9002, 40, "Hei\n\nfeil beløp"),
        special(
            9004,
            62,
            "Kari",
            SpecialKind::ClickedOption { choice },
            "Faktura",
        ),
        special(9005, 70, "Ola", SpecialKind::Url { address }, "Se her"),
        Message {
            author: String::new(),
            ..message(9006, 7325, "Takk")
        },
        Message {
            unreadable: Some("it is no object".to_owned()),
            posted: None,
            inferred_time: Some(moment("2026-03-29T01:00:06Z")),
            ..message(-5, 0, "")
        },
    ]
}

#[tokio::test]
async fn today_is_the_day_of_the_service() {
    let mut fake = FakeApi::messages([Ok(single_page(vec![message(1, -43_200, "Hei")]))]);
    fake.clock_offset = chrono::TimeDelta::days(-1);
    let result = run_command("messages 341 --time-zone UTC", &fake).await;
    assert_eq!(
        result.out,
        "Today, Saturday 28 March 2026\n10:58:00  Kari: Hei\n"
    );
}

#[tokio::test]
async fn messages_as_a_readable_transcript() {
    let fake = FakeApi::messages([Ok(vec![
        Ok(a_conversation()[..2].to_vec()),
        Ok(a_conversation()[2..].to_vec()),
    ])]);
    assert_eq!(
        run_command("messages 341 --after 12", &fake).await,
        CommandResult {
            exit: ExitStatus::Partial,
            out: "\
Yesterday, Saturday 28 March 2026
23:58:01  -- Chat started
23:58:40  Kari: Hei

          feil beløp
23:58:44  FjordBot [Options]: Hva gjelder saken?
          - Faktura (chosen)
          - Levering
23:59:02  -- Chose option: Faktura (Kari)
23:59:10  -- Redirected customer to: https://help.example.com (Ola)
          Se her

Today, Sunday 29 March 2026
03:00:05  Customer: Takk
--:--:--  -- A message could not be read: it is no object
"
            .to_owned(),
            stderr: "sochat: messages that could not be read: 1\n".to_owned(),
        }
    );
    assert_eq!(fake.requests(), ["0s times in NO", "0s 341 after 12"]);
}

#[tokio::test]
async fn messages_as_json_stream_in_the_order_sent() {
    let json = async |format: &str, batches: &[&[i64]]| {
        let batch = |ids: &&[i64]| Ok(ids.iter().map(|&id| message(id, 9 - id, "")).collect());
        let fake = FakeApi::messages([Ok(batches.iter().map(batch).collect())]);
        let line = format!("messages 341 --format {format} --time-zone UTC");
        let result = run_command(&line, &fake).await;
        assert_eq!(result.exit, ExitStatus::Success);
        result.out
    };
    assert_eq!(
        json("json", &[&[2, 1], &[3]]).await,
        "[\n{\"ChatMessageId\":2}@UTC,\n{\"ChatMessageId\":1}@UTC,\n{\"ChatMessageId\":3}@UTC\n]\n"
    );
    assert_eq!(
        json("jsonl", &[&[2, 1], &[3]]).await,
        "{\"ChatMessageId\":2}@UTC\n{\"ChatMessageId\":1}@UTC\n{\"ChatMessageId\":3}@UTC\n"
    );
    assert_eq!(json("json", &[]).await, "[]\n");
}

#[tokio::test]
async fn json_output_leaves_out_what_is_not_json() {
    let unreadable = |id, raw: &str| Message {
        unreadable: Some("the service sent something other than a message".to_owned()),
        raw: raw.into(),
        ..message(id, 0, "")
    };
    let messages = vec![
        message(1, 0, ""),
        unreadable(-5, "\u{1b}[2Jowned"),
        unreadable(2, "{\"ChatMessageId\":2,\"a\":\"\r\"}"),
        unreadable(-6, "7"),
        message(3, 0, ""),
    ];
    let fake = FakeApi::messages([Ok(single_page(messages))]);
    let result = run_command("messages 341 --format jsonl --time-zone UTC", &fake).await;
    assert_eq!(
        result,
        CommandResult {
            exit: ExitStatus::Partial,
            out: "{\"ChatMessageId\":1}@UTC\n7@UTC\n{\"ChatMessageId\":3}@UTC\n".to_owned(),
            stderr: "sochat: a message is left out: the service sent something other than a message\n\
                     sochat: message 2 is left out: the service sent something other than a message\n\
                     sochat: messages that could not be read: 3\n"
                .to_owned(),
        }
    );
}

#[tokio::test]
async fn a_session_that_does_not_exist_is_not_an_empty_one() {
    for line in [
        "messages 999 --time-zone UTC",
        "messages 999 --time-zone UTC --follow",
    ] {
        let result = run_command(line, &FakeApi::messages([Ok(vec![])])).await;
        assert_eq!(
            result,
            CommandResult {
                exit: ExitStatus::NotFound,
                out: String::new(),
                stderr: "sochat: it broke\n".to_owned(),
            },
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_truncated_response_is_still_one_document_and_partial() {
    let fake = FakeApi::messages([Ok(vec![
        Ok(vec![message(1, 0, "")]),
        Err(api_error(ErrorKind::Network)),
    ])]);
    assert_eq!(
        run_command("messages 341 --format json --time-zone UTC", &fake).await,
        CommandResult {
            exit: ExitStatus::Partial,
            out: "[\n{\"ChatMessageId\":1}@UTC\n]\n".to_owned(),
            stderr: "sochat: not all messages were received: it broke\n".to_owned(),
        }
    );
}

#[tokio::test]
async fn with_several_sessions_each_line_names_its_own() {
    let fake = || {
        FakeApi::messages([
            Ok(single_page(vec![message(1, 0, "Hei\nhallo")])),
            Ok(vec![]),
            Ok(single_page(vec![message(2, 1, "Hi")])),
        ])
    };
    assert_eq!(
        run_command("messages 341 999 342 --time-zone UTC", &fake()).await,
        CommandResult {
            exit: ExitStatus::Partial,
            out: "\
341  Yesterday, Saturday 28 March 2026
341  22:58:00  Kari: Hei
341            hallo
342  Yesterday, Saturday 28 March 2026
342  22:58:01  Kari: Hi
"
            .to_owned(),
            stderr: "sochat: it broke\n".to_owned(),
        }
    );
    let json = run_command(
        "messages 341 999 342 --time-zone UTC --format json",
        &fake(),
    )
    .await;
    assert_eq!(
        json.out,
        "[\n{\"ChatMessageId\":1}@UTC,\n{\"ChatMessageId\":2}@UTC\n]\n"
    );
    let csv = run_command("messages 341 999 342 --time-zone UTC --format csv", &fake()).await;
    let cells: Vec<_> = csv
        .out
        .lines()
        .filter_map(|line| line.split(',').next())
        .collect();
    assert_eq!(cells, ["session_id", "341", "hallo\"", "342"]);
    let nothing = FakeApi::messages([Ok(vec![]), Ok(vec![])]);
    let result = run_command("messages 999 999 --time-zone UTC", &nothing).await;
    assert_eq!(result.exit, ExitStatus::NotFound);
}

#[tokio::test]
async fn a_failure_of_the_service_ends_the_rest() {
    let fake = FakeApi::messages([
        Ok(single_page(vec![message(1, 0, "Hei")])),
        Err(api_error(ErrorKind::Network)),
    ]);
    let result = run_command("messages 341 342 343 --time-zone UTC --format jsonl", &fake).await;
    assert_eq!(
        result,
        CommandResult {
            exit: ExitStatus::Partial,
            out: "{\"ChatMessageId\":1}@UTC\n".to_owned(),
            stderr: "sochat: not all messages were received: it broke\n".to_owned(),
        }
    );
}

#[tokio::test]
async fn documents_have_the_session_at_their_head() {
    let fake = || FakeApi::messages([Ok(single_page(vec![message(1, 0, "Hei <b>")]))]);
    let markdown = run_command("messages 341 --time-zone UTC --format markdown", &fake()).await;
    assert!(markdown.out.starts_with("# Chat 341"), "{}", markdown.out);
    assert!(
        markdown
            .out
            .ends_with("**Kari** · 22:58:00\n\nHei &lt;b&gt;\n\n")
    );
    let html = run_command("messages 341 --time-zone UTC --format html", &fake()).await;
    assert!(html.out.starts_with("<!DOCTYPE html>") && html.out.ends_with("</html>\n"));
}

#[tokio::test]
async fn a_locator_prints_the_session_from_its_message_on() {
    for (line, request) in [
        ("messages 341#17", "0s 341 after 16"),
        ("messages 341#1", "0s 341 after 0"),
        ("messages 341#17 --after 20", "0s 341 after 20"),
        ("messages 341#17 --after 3", "0s 341 after 16"),
    ] {
        let fake = FakeApi::messages([Ok(single_page(vec![message(21, 0, "Hei")]))]);
        let result = run_command(&format!("{line} --time-zone UTC"), &fake).await;
        assert_eq!(result.exit, ExitStatus::Success);
        assert_eq!(fake.requests(), ["0s times in UTC", request], "{line}");
    }
}
