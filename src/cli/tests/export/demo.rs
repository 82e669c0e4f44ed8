//! An export of the demo service, by the client, over HTTP.

use std::collections::BTreeSet;

use super::super::commands::run_on;
use super::*;
use crate::demo::{DemoOptions, DemoServer};
use crate::superoffice::{Client, Settings};
use crate::sync::ChatApi as _;
use url::Url;

async fn start() -> (DemoServer, Client) {
    let options = DemoOptions {
        rate: 0.0,
        ..DemoOptions::default()
    };
    let service = DemoServer::start(options).await.unwrap();
    let base_url = Url::parse(&service.base_url()).unwrap();
    let client = Client::new(Settings::demo(base_url, 1000.0)).unwrap();
    (service, client)
}

async fn run(line: &str, client: &Client) -> (ExitStatus, String) {
    let mut out = Vec::new();
    let line = format!("export {line}");
    run_on(&line, client, |_| {}, &mut out, std::future::pending()).await
}

#[tokio::test]
async fn all_sessions_are_exported_once_and_not_again() {
    let (service, client) = start().await;
    let all = service.sessions();
    let all: BTreeSet<_> = all
        .iter()
        .filter_map(|it| it["ChatSessionId"].as_i64())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let line = format!("--scope all --format jsonl --output {}", folder.display());
    let (exit, stderr) = run(&line, &client).await;
    assert_eq!(exit, ExitStatus::Success, "{stderr}");
    assert_eq!(exported(folder), all.iter().copied().collect::<Vec<_>>());
    for line in manifest(folder) {
        let id = line["id"].as_i64().unwrap();
        let sent = service.messages(id);
        assert_eq!(line["count"], sent.len());
        let last = sent
            .iter()
            .filter_map(|it| it["ChatMessageId"].as_i64())
            .max();
        assert_eq!(line["last_message_id"], json!(last));
        let text = &files(folder)[&format!("chat-{id}.jsonl")];
        assert_eq!(text.lines().count(), sent.len());
        assert_eq!(line["sha256"], sha256(text));
    }
    let transcripts = || {
        let requests = service.requests();
        let paths = requests.iter().map(|request| &request.path);
        paths.filter(|path| path.ends_with("/Messages")).count()
    };
    assert_eq!(transcripts(), all.len());
    let before = files(folder);
    let (exit, stderr) = run(&format!("{line} --update"), &client).await;
    assert_eq!(exit, ExitStatus::Success, "{stderr}");
    assert_eq!((transcripts(), files(folder)), (all.len(), before));

    // One message more is one transcript more.
    let id = *all.last().unwrap();
    service.post(id, crate::demo::NewMessage::from_customer("Hallo?"));
    run(&format!("{line} --update"), &client).await;
    assert_eq!(transcripts(), all.len() + 1);
    assert!(files(folder)[&format!("chat-{id}.jsonl")].contains("Hallo?"));
}

#[tokio::test]
async fn the_default_scope_is_that_of_the_users_channels() {
    let (service, client) = start().await;
    let folder = tempfile::tempdir().unwrap();
    let line = format!("--output {}", folder.path().display());
    let (exit, stderr) = run(&line, &client).await;
    assert_eq!(exit, ExitStatus::Success, "{stderr}");
    let channels = client.channels().await.unwrap();
    let mine: BTreeSet<_> = channels.iter().map(|channel| channel.id.0).collect();
    let is_mine = |it: &&serde_json::Value| {
        let channel = it["TopicId"].as_i64();
        channel.is_some_and(|channel| mine.contains(&channel))
    };
    let all = service.sessions();
    let wanted = all.iter().filter(is_mine);
    let wanted: Vec<_> = wanted
        .filter_map(|it| it["ChatSessionId"].as_i64())
        .collect();
    assert!(wanted.len() < all.len());
    assert_eq!(exported(folder.path()), wanted);
}
