//! `sochat search` on the demo service: what is printed in each format, what is reported, and the exit codes.

use serde_json::{Value, json};
use url::Url;

use super::commands::run_on;
use super::*;
use crate::chat::PrivacyKey;
use crate::commands::{Context, MaskedApi, MatchMarks};
use crate::demo::{
    DemoOptions, DemoServer, Failure, Fault, IgnoredOption, MessageSearchAccess,
    MessageSearchQuirks, NewMessage, Quirks,
};
use crate::superoffice::{Client, Settings};
use crate::sync::ChatApi;

fn client_at(address: &str) -> Client {
    let settings = Settings::demo(Url::parse(address).unwrap(), 1000.0);
    Client::new(settings).unwrap()
}

/// Session 341 with two messages that match; its customer is Kari Nordmann.
async fn start() -> (DemoServer, Client) {
    let options = DemoOptions {
        rate: 0.0,
        ..DemoOptions::default()
    };
    let service = DemoServer::start(options).await.unwrap();
    for text in [
        "Where is my <b>Xylophone</b>?",
        "The xyl&ouml;phone &amp; its case",
    ] {
        service.post(341, NewMessage::from_customer(text));
    }
    let client = client_at(&service.base_url());
    (service, client)
}

fn block_search(service: &DemoServer) {
    service.set_quirks(Quirks {
        message_search: MessageSearchQuirks {
            access: MessageSearchAccess::Blocked,
            ..MessageSearchQuirks::default()
        },
        ..Quirks::default()
    });
}

struct Printed {
    code: u8,
    out: String,
    stderr: String,
}

async fn run_with(
    line: &str,
    api: &impl ChatApi,
    change: impl FnOnce(&mut Context<'_>),
) -> Printed {
    let mut out = Vec::new();
    let change = |context: &mut Context<'_>| {
        context.now = &|| "2026-03-28T20:30:00Z".parse().unwrap();
        change(context);
    };
    let (exit, stderr) = run_on(line, api, change, &mut out, std::future::pending()).await;
    Printed {
        code: exit.code(),
        out: String::from_utf8(out).unwrap(),
        stderr,
    }
}

async fn run(line: &str, api: &impl ChatApi) -> Printed {
    run_with(line, api, |_| {}).await
}

#[tokio::test]
async fn hits_are_lines_with_what_was_searched_beside_them() {
    let (service, client) = start().await;
    let printed = run("search xylöphone --time-zone NO", &client).await;
    let newest: Vec<_> = service.messages(341).into_iter().rev().take(2).collect();
    let id = |index: usize| newest[index]["ChatMessageId"].as_i64().unwrap();
    let expected = format!(
        "341#{}  2026-03-28 21:30:00 CET  Kari Nordmann  Support NO  Kari Nordmann: The xylöphone & its case\n\
         341#{}  2026-03-28 21:30:00 CET  Kari Nordmann  Support NO  Kari Nordmann: Where is my Xylophone?\n",
        id(0),
        id(1)
    );
    assert_eq!(printed.out, expected);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    assert!(
        printed
            .stderr
            .starts_with("sochat: 2 hits; server search, all messages back to "),
        "{}",
        printed.stderr
    );
    for (marks, expected) in [
        (MatchMarks::Brackets, "my [Xylophone]?"),
        (MatchMarks::Bold, "my \x1b[1mXylophone\x1b[22m?"),
    ] {
        let change = |context: &mut Context<'_>| context.match_marks = marks;
        let printed = run_with("search where xylophone", &client, change).await;
        assert!(printed.out.contains(expected), "{}", printed.out);
    }
}

#[tokio::test]
async fn json_has_the_hits_and_what_was_searched() {
    let (service, client) = start().await;
    let lines = run("search xylophone --format jsonl --limit 1", &client).await;
    let hit: Value = serde_json::from_str(&lines.out).unwrap();
    let message = service.messages(341).pop().unwrap();
    let expected = json!({
        "ChatSessionId": 341,
        "ChatMessageId": message["ChatMessageId"].as_i64().unwrap() - 1,
        "posted": "2026-03-28T21:30:00+01:00",
        "customer": "Kari Nordmann",
        "company": "Fjordvik Turlag",
        "channel": "Support NO",
        "channel_id": 7,
        "author": "Kari Nordmann",
        "speaker": "customer",
        "context": "Where is my Xylophone?",
        "matches": ["Xylophone"],
        "text": "Where is my Xylophone?",
    });
    assert_eq!(hit, expected);
    assert!(
        lines
            .stderr
            .contains("1 hit (--limit), there may be more; server search")
    );
    let printed = run("search xylophone --format json", &client).await;
    let document: Value = serde_json::from_str(&printed.out).unwrap();
    assert_eq!(document["query"], "xylophone");
    assert_eq!(document["hits"], json!([expected]));
    let coverage = &document["coverage"];
    for (key, expected) in [
        ("method", json!("server")),
        ("complete", json!(true)),
        ("may_miss_accents", json!(true)),
        ("limit_reached", json!(false)),
        ("transcripts", json!(null)),
        ("error", json!(null)),
    ] {
        assert_eq!(coverage[key], expected, "{key}");
    }
    block_search(&service);
    let printed = run("search xylophone where --format json", &client).await;
    let document: Value = serde_json::from_str(&printed.out).unwrap();
    assert_eq!(document["query"], "xylophone where");
    assert_eq!(document["hits"].as_array().unwrap().len(), 1);
    assert_eq!(document["coverage"]["method"], "lists");
    assert_eq!(document["coverage"]["transcripts_since"], "30d");
    let transcripts = document["coverage"]["transcripts"].as_u64().unwrap();
    assert!(transcripts > 10, "{document}");
    let reason = document["coverage"]["reason"].as_str().unwrap();
    assert!(reason.starts_with("Not allowed to read the texts of all messages (403)"));
}

#[tokio::test]
async fn without_the_services_search_the_method_is_reported_and_the_hits_are_the_same() {
    let (service, client) = start().await;
    let by_server = run("search xylöphone", &client).await;
    block_search(&service);
    let printed = run("search xylöphone", &client).await;
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    assert_eq!(printed.out, by_server.out);
    let mut lines = printed.stderr.lines();
    let first = lines.next().unwrap();
    assert!(
        first.starts_with(
            "sochat: no server search: Not allowed to read the texts of all messages (403)"
        ),
        "{first}"
    );
    let last = lines.next().unwrap();
    assert!(
        last.starts_with("sochat: 2 hits; first and last messages of all sessions, "),
        "{last}"
    );
    // One that may not be read.
    service.add_fault(Fault::always(Failure::Status(403)).on("ChatSession/342/Messages"));
    let printed = run("search nowhere-to-be-found", &client).await;
    assert_eq!((printed.code, printed.out.as_str()), (0, ""));
    assert!(printed.stderr.contains("0 hits; "), "{}", printed.stderr);
    assert!(
        printed.stderr.contains("; 1 left out: not allowed"),
        "{}",
        printed.stderr
    );
    // One that cannot be read.
    service.add_fault(Fault::always(Failure::Status(400)).on("ChatSession/343/Messages"));
    let printed = run("search nowhere-to-be-found", &client).await;
    assert_eq!(printed.code, 7, "{}", printed.stderr);
    assert!(printed.stderr.contains("; 1 left out: could not be read"));
}

#[tokio::test]
async fn channels_are_found_by_number_and_name() {
    let (_service, client) = start().await;
    for (line, code, hits) in [
        ("search xylophone --channel 7", 0, 1),
        ("search xylophone --channel support-no", 2, 0),
        ("search xylophone --channel Sales", 0, 0),
        ("search xylophone --channel sal --channel 7", 0, 1),
        ("search xylophone --channel support", 2, 0),
        ("search xylophone --channel nothing", 2, 0),
        ("search xylophone --channel 12", 2, 0),
        ("search xylophone --channel 12 --scope all", 0, 0),
        ("search xylophone --channel dealers --scope all", 0, 0),
        ("search xylophone --channel dealers", 2, 0),
        ("search xylophone --channel 7 --scope all", 0, 1),
    ] {
        let printed = run(line, &client).await;
        assert_eq!(
            (printed.code, printed.out.lines().count()),
            (code, hits),
            "{line}: {}",
            printed.stderr
        );
    }
    let printed = run("search xylophone --channel support", &client).await;
    let why = "sochat: --channel \"support\" fits Support EN, Support NO: write more of it\n";
    assert_eq!(printed.stderr, why);
}

#[tokio::test]
async fn a_time_limits_the_search() {
    let (service, client) = start().await;
    service.advance(chrono::TimeDelta::hours(3));
    service.post(341, NewMessage::from_customer("one xylophone more"));
    let later = |context: &mut Context<'_>| {
        context.now = &|| "2026-03-28T23:30:00Z".parse().unwrap();
    };
    assert_eq!(
        run_with("search xylophone", &client, later)
            .await
            .out
            .lines()
            .count(),
        2
    );
    let printed = run_with("search xylophone --since 1h", &client, later).await;
    assert_eq!(printed.out.lines().count(), 1);
}

#[tokio::test]
async fn words_in_quotes_are_a_phrase() {
    let words = |words: &[&str]| {
        let line = ["sochat", "search"].iter().chain(words).copied();
        let parsed = parse(line).unwrap().command;
        let Some(Command::Service(ServiceCommand::Search(args))) = parsed else {
            unreachable!()
        };
        args.words
    };
    let (_service, client) = start().await;
    assert_eq!(words(&["my xylophone", "case"]), ["my xylophone", "case"]);
    // The line is split at spaces.
    for (line, hits) in [
        ("search my where", 1),
        ("search \"where\u{a0}my\"", 0),
        ("search \"where is my xylophone\"", 1),
        ("search where\u{a0}is", 1),
        ("search is\u{a0}where", 0),
    ] {
        let printed = run(line, &client).await;
        assert_eq!(printed.out.lines().count(), hits, "{line}: {}", printed.out);
    }
    let printed = run("search where\u{a0}is --format json", &client).await;
    let document: Value = serde_json::from_str(&printed.out).unwrap();
    assert_eq!(document["query"], "\"where\u{a0}is\"");
    let nothing = run("search \"\"", &client).await;
    assert_eq!(nothing.code, 2);
    assert!(nothing.stderr.starts_with("sochat: nothing to search for"));
}

#[tokio::test]
async fn the_exit_code_gives_the_kind_of_error() {
    let check = async |status, code| {
        let (service, client) = start().await;
        service.add_fault(Fault::always(Failure::Status(status)).on("/api/v1/"));
        let printed = run("search x --time-zone Europe/Oslo", &client).await;
        assert_eq!(
            (printed.code, printed.out.as_str()),
            (code, ""),
            "{}",
            printed.stderr
        );
    };
    let unreachable = async {
        let refused = client_at("http://127.0.0.1:1/Cust1/api/v1/");
        let printed = run("search x --time-zone Europe/Oslo", &refused).await;
        assert_eq!(printed.code, 4, "{}", printed.stderr);
    };
    // At the same time, because each is tried again for some seconds.
    tokio::join!(
        check(401, 3),
        check(403, 3),
        check(503, 6),
        check(429, 6),
        unreachable
    );
}

#[tokio::test]
async fn nothing_personal_is_printed_with_privacy() {
    let (service, client) = start().await;
    service.post(
        341,
        NewMessage::from_agent(
            "Kari Nordmann: your xylophone, 47555 01234 or kari@fjordvik.example",
        ),
    );
    let masked = MaskedApi::new(client, &PrivacyKey::new([7; PrivacyKey::LENGTH]));
    for is_blocked in [false, true] {
        if is_blocked {
            block_search(&service);
        }
        for format in ["text", "json", "jsonl"] {
            let printed = run(&format!("search xylophone --format {format}"), &masked).await;
            assert_eq!(printed.code, 0, "{}", printed.stderr);
            assert!(printed.out.contains("Customer "), "{}", printed.out);
            for personal in ["Kari", "Nordmann", "kari@", "47555"] {
                let all = printed.out.clone() + &printed.stderr;
                assert!(!all.contains(personal), "{format}: {all}");
            }
        }
        // What is compared is what is shown.
        let printed = run("search Nordmann xylophone", &masked).await;
        assert_eq!((printed.code, printed.out.as_str()), (0, ""));
    }
}

#[tokio::test]
async fn a_search_that_ignores_what_is_requested_is_replaced() {
    for ignored in [IgnoredOption::Order, IgnoredOption::Bounds] {
        let (service, client) = start().await;
        let by_server = run("search xylöphone", &client).await;
        service.set_quirks(Quirks {
            message_search: MessageSearchQuirks {
                ignored,
                ..MessageSearchQuirks::default()
            },
            ..Quirks::default()
        });
        let printed = run("search xylöphone", &client).await;
        assert_eq!(printed.out, by_server.out);
        let why = "sochat: no server search: ";
        assert!(printed.stderr.starts_with(why), "{}", printed.stderr);
        assert!(
            printed.stderr.contains(" ignores the requested "),
            "{}",
            printed.stderr
        );
    }
}
