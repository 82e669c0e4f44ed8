//! Command lines as users type them, and what they print.

use super::*;
use crate::chat::MessageId;
use crate::commands::{MessagesArgs, ServiceCommand};

mod brief;
mod commands;
mod customer;
mod export;
mod fake_api;
mod follow;
mod messages;
mod privacy;
mod search;
mod session_filters;
mod sessions;
mod stats;

fn read(line: &str) -> Result<Cli, clap::Error> {
    parse(std::iter::once("sochat").chain(line.split_whitespace()))
}

fn command(line: &str) -> Command {
    read(line).unwrap().command.unwrap()
}

#[test]
fn the_definition_is_valid() {
    Cli::command().debug_assert();
}

#[test]
fn commands() {
    assert_eq!(read("").unwrap().command, None);
    assert_eq!(read("--session 341").unwrap().session, "341".parse().ok());
    let message = read("--session 341#7").unwrap().session;
    assert_eq!(message, "341#7".parse().ok());
    assert_eq!(
        command("messages 341 --after 12 --follow --format jsonl"),
        Command::Service(ServiceCommand::Messages(MessagesArgs {
            sessions: vec!["341".parse().unwrap()],
            after: MessageId(12),
            follow: true,
            format: TranscriptFormat::Jsonl,
        }))
    );
    assert_eq!(
        command("demo --serve"),
        Command::Demo(DemoArgs {
            seed: 1,
            sessions: None,
            rate: 1.0,
            serve: Some(([127, 0, 0, 1], 0).into()),
            faults: false,
        })
    );
    assert_eq!(
        command("config init --force"),
        Command::Config {
            command: ConfigCommand::Init { force: true }
        }
    );
}

#[test]
fn global_options_go_before_and_after_the_command() {
    for line in [
        "--base-url u --time-zone NO --color never --privacy zones",
        "zones --base-url u --time-zone NO --color never --privacy",
    ] {
        assert_eq!(
            read(line).unwrap().global.flags(),
            [
                ("base_url", "u".to_owned()),
                ("time_zone", "NO".to_owned()),
                ("color", "never".to_owned()),
                ("privacy", "true".to_owned())
            ]
        );
    }
}

#[test]
fn wrong_usage_exits_with_2_and_names_what_to_write() {
    for (line, expected) in [
        ("messages", "ID"),
        ("messages x", "number of a session"),
        ("messages -- -3", "number of a session"),
        (
            "messages 1 --follow --format json",
            "use --format text, jsonl",
        ),
        ("--session x", "number of a session, such as 341"),
        ("--session 341#", "of a message in it, such as '341#7'"),
        (
            "messages 1 --follow --format html",
            "use --format text, jsonl",
        ),
        ("messages 1 --format xml", "text, json, jsonl"),
        ("customer", "<CUSTOMER>"),
        ("customer 500 --format csv", "text, json"),
        ("--session 1 sessions", "--session opens the viewer"),
        ("sessions --status needs-repyl", "did you mean needs-reply?"),
        (
            "sessions --since soon",
            "yesterday 14:00, monday, 2026-11-03",
        ),
        ("export", "--output"),
        ("export 1 --scope all --output d", "cannot be used with"),
        ("export --output d --bom", "use it with --format csv"),
        ("zones -q -v", "cannot be used with"),
        ("demo --rate 0", "above 0"),
        ("--password hunter2", "unexpected argument"),
        ("config", "path"),
    ] {
        let error = read(line).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
        assert!(error.to_string().contains(expected), "{line}: {error}");
    }
}

#[test]
fn help_and_version_exit_with_0() {
    for line in ["--help", "--version", "sessions --help"] {
        assert_eq!(read(line).unwrap_err().exit_code(), 0, "{line}");
    }
    let help = read("--help").unwrap_err().to_string();
    assert!(help.lines().all(|line| line.len() <= 100), "{help}");
    assert!(help.contains("sochat messages 341 --follow"));
}
