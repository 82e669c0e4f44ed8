//! The real client against a scripted service over real HTTP.

mod aggregates;
mod archive;
mod connections;
mod customers;
mod demo;
mod elements;
mod http;
mod http2;
mod ignored_options;
mod limit;
mod lists;
mod message_search;
mod proxy;
mod responses;
mod scripted;
mod signing;
mod tls;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::chat::{ChannelId, Message, MessageId, Scope, Session, SessionId};
use crate::superoffice::{AuthScheme, Client, Identity, SecretCommand, SecretSource, Settings};
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream};
use scripted::{ScriptedService, error_response, http_response, json_response};
use url::Url;

fn settings(base: &Url) -> Settings {
    Settings {
        max_body: 1 << 20,
        ..Settings::demo(base.clone(), 1000.0)
    }
}

fn authenticated_settings(base: &Url, scheme: AuthScheme, secret: SecretSource) -> Settings {
    Settings {
        identity: Some(Identity { scheme, secret }),
        ..settings(base)
    }
}

fn client(service: &ScriptedService) -> Client {
    Client::new(settings(&service.base)).unwrap()
}

fn literal_secret(secret: &str) -> SecretSource {
    SecretSource::Literal(secret.into())
}

/// All messages of one response, and the error it ended with, if any.
async fn messages(client: &Client, after: i64) -> (Vec<Message>, Option<ApiError>) {
    let mut all = Vec::new();
    let mut pages = match client.messages(SessionId(341), MessageId(after)).await {
        Ok(pages) => pages,
        Err(error) => return (all, Some(error)),
    };
    loop {
        match pages.next().await {
            Ok(Some(batch)) => all.extend(batch),
            Ok(None) => return (all, None),
            Err(error) => return (all, Some(error)),
        }
    }
}

fn ids(messages: &[Message]) -> Vec<i64> {
    messages.iter().map(|message| message.id.0).collect()
}

fn session_ids(sessions: &[Session]) -> Vec<i64> {
    sessions.iter().map(|session| session.id.0).collect()
}

/// A service with one entity of each kind.
fn full_service() -> ScriptedService {
    ScriptedService::start(|request| {
        json_response(match request.path() {
            "ChatSession/ForCurrentUser" => {
                r#"[{"ChatSessionId":1,"TopicId":7,"User":{"AssociateId":5},"SessionKey":"k"},7,
                    {"ChatSessionId":2,"TopicId":8,"User":{"AssociateId":6}},
                    {"ChatSessionId":3,"TopicId":7,"User":null}]"#
            }
            "ChatSession/341" => r#"{"ChatSessionId":341,"TopicId":7,"SessionKey":"k"}"#,
            "ChatTopic/ForCurrentUser" => r#"[{"ChatTopicId":7,"Name":"Support NO"}]"#,
            "User/currentPrincipal" => r#"{"AssociateId":5,"FullName":"Ola Hansen"}"#,
            "TimeZone/current" | "TimeZone/base" => r#"{"TZLocationID":261,"TZLocationCode":"NO"}"#,
            path if path.starts_with("TimeZone?") => r#"{"value":[{"id":261,"timeZone":"NO"}]}"#,
            path if path.starts_with("ChatSession?") => r#"{"value":[{"PrimaryKey":"9"}]}"#,
            _ => r#"[{"ChatMessageId":1},{"ChatMessageId":2}]"#,
        })
    })
}
