//! Which address answers what.
//!
//! Addresses are matched without regard to case, with the tenant in front or without. Only reading
//! exists here: whatever is not a GET never comes this far.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    TENANT,
    archive::Query,
    columns::{self, Provider},
    encoding::Encoding,
    entities,
    response::ResponseTemplate,
    scenario::CAST,
    store::Database,
    zones::Zone,
};

/// The calls the service has, as its list of routes tells them.
const ROUTES: [&str; 12] = [
    "ChatSession",
    "ChatSession/ForCurrentUser",
    "ChatSession/{id}",
    "ChatSession/{chatSessionId}/Messages",
    "ChatTopic/ForCurrentUser",
    "ChatTopic/{id}",
    "ChatTopic/{id}/Sessions",
    "Presence/GetAll",
    "TimeZone",
    "TimeZone/base",
    "TimeZone/current",
    "User/currentPrincipal",
];
/// How long after its end a session is still among those of the current user.
const LISTED_AFTER_END: TimeDelta = TimeDelta::hours(6);

/// One request, taken apart.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) path: &'a str,
    pub(super) pairs: &'a [(String, String)],
    pub(super) encoding: Encoding<'a>,
    pub(super) now: DateTime<Utc>,
    /// The origin of the port that was asked.
    pub(super) origin: &'a str,
    /// The origin of the port where the tenant lives.
    pub(super) tenant_origin: &'a str,
}

/// Where in the service a path leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// To the state of a tenant, which anyone may ask for.
    State(String),
    /// To the versions there are.
    Versions,
    /// To a call, in lower case and in its parts.
    Call(Vec<String>),
    /// Nowhere.
    NotFound,
}

impl Route {
    /// Finds the way, with the tenant in front or without.
    pub(super) fn parse(path: &str) -> Self {
        let path = path.to_lowercase();
        let mut parts = path.split('/').filter(|part| !part.is_empty()).peekable();
        let tenant = TENANT.to_lowercase();
        parts.next_if(|part| *part == tenant);
        let parts: Vec<String> = parts.map(str::to_owned).collect();
        let words: Vec<&str> = parts.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["api"] => Self::Versions,
            ["api", "state", tenant] => Self::State((*tenant).to_owned()),
            ["api", "v1", ..] => Self::Call(parts.into_iter().skip(2).collect()),
            _ => Self::NotFound,
        }
    }
}

/// Answers one request.
pub(super) fn respond(database: &Database, request: &Request<'_>) -> ResponseTemplate {
    let parts = match Route::parse(request.path) {
        Route::State(tenant) => return tenant_state_response(&tenant, request),
        Route::Versions => return versions_response(request),
        Route::NotFound => {
            return ResponseTemplate::html_page(404, "404 - File or directory not found.");
        }
        Route::Call(parts) => parts,
    };
    let (style, now) = (&request.encoding, request.now);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [] => found(
            "Routes",
            &json!({"Routes": ROUTES.map(|route| json!({"Path": format!("v1/{route}"), "Verbs": ["GET"]}))}),
        ),
        ["chatsession"] => {
            archive_response(&columns::SESSIONS, database.sessions.values(), request)
        }
        ["chatsession", "forcurrentuser"] => current_user_sessions_response(database, request),
        ["chatsession", id] => session_response(database, id, request),
        ["chatsession", id, "messages"] => messages_response(database, id, request),
        ["chattopic", "forcurrentuser"] => {
            let mine = CAST.channels.iter().filter(|channel| channel.mine);
            found(
                "ChatTopics",
                &mine
                    .map(|channel| entities::encode_topic(style, channel, now))
                    .collect(),
            )
        }
        ["chattopic", id] => {
            let channel = id.parse().ok().and_then(|id| CAST.channel_index(id));
            channel.map_or_else(
                || missing("ChatTopic"),
                |place| {
                    found(
                        "ChatTopicEntity",
                        &entities::encode_topic(style, &CAST.channels[place], now),
                    )
                },
            )
        }
        ["chattopic", id, "sessions"] => {
            let in_topic =
                |session: &&super::session::Session| session.channel().id.to_string() == **id;
            archive_response(
                &columns::SESSIONS,
                database.sessions.values().filter(in_topic),
                request,
            )
        }
        ["presence", "getall"] => {
            let agents = CAST.agents.iter();
            found(
                "ChatPresence",
                &agents
                    .map(|agent| entities::encode_presence(agent, database.sessions.values()))
                    .collect(),
            )
        }
        ["timezone"] => archive_response(&columns::ZONES, Zone::all().iter(), request),
        ["timezone", "current" | "base"] => found(
            "TimeZoneData",
            &Zone::base().map_or(Value::Null, |zone| zone.encode_details(now)),
        ),
        ["user", "currentprincipal"] => {
            found("SoPrincipalCarrier", &entities::encode_principal(style))
        }
        _ => missing("Resource"),
    }
}

/// The sessions of my channels that go on or ended not long ago.
fn current_user_sessions_response(database: &Database, request: &Request<'_>) -> ResponseTemplate {
    let recent = |ended: DateTime<Utc>| ended + LISTED_AFTER_END > request.now;
    let sessions = database
        .sessions
        .values()
        .filter(|session| session.channel().mine && session.ended.is_none_or(recent))
        .map(|session| entities::encode_session(&request.encoding, session, request.now))
        .chain(database.injected.iter().cloned());
    found("ChatSessionEntities", &sessions.collect())
}

fn session_response(database: &Database, id: &str, request: &Request<'_>) -> ResponseTemplate {
    let Ok(id) = id.parse::<i64>() else {
        return invalid();
    };
    let Some(session) = database.sessions.get(&id) else {
        return missing("ChatSession");
    };
    let mut entity = entities::encode_session(&request.encoding, session, request.now);
    let archive = format!("{}/{TENANT}/api/v1/ChatSession/", request.origin);
    entity["_Links"] = json!({"Self": format!("{archive}{id}/"), "Archive": archive});
    found("ChatSessionEntity", &entity)
}

fn messages_response(database: &Database, id: &str, request: &Request<'_>) -> ResponseTemplate {
    let after = request
        .pairs
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("after"));
    let after = after.map_or(Ok(0), |(_, value)| value.parse());
    let (Ok(id), Ok(after)) = (id.parse(), after) else {
        return invalid();
    };
    // No 404 is promised here for a session that is not: the list is just empty.
    let messages = database
        .sessions
        .get(&id)
        .map(|session| entities::encode_messages(&request.encoding, session, after));
    found("ChatMessages", &messages.unwrap_or_default().into())
}

fn archive_response<'r, T: 'r>(
    provider: &Provider<T>,
    rows: impl Iterator<Item = &'r T>,
    request: &Request<'_>,
) -> ResponseTemplate {
    let from_api = request
        .path
        .to_lowercase()
        .find("/api/")
        .and_then(|at| request.path.get(at..));
    let address = format!(
        "{}/{TENANT}{}",
        request.origin,
        from_api.unwrap_or_default()
    );
    let query = Query::new(request.pairs);
    match provider.run_query(rows, &query, &request.encoding, request.now, &address) {
        Ok(value) => found("Archive", &value),
        Err(why) => ResponseTemplate::error(400, &why).with_reason("Invalid Archive Request"),
    }
}

/// Where the tenant lives and whether it is up.
fn tenant_state_response(tenant: &str, request: &Request<'_>) -> ResponseTemplate {
    if !tenant.eq_ignore_ascii_case(TENANT) {
        return missing("Tenant");
    }
    let endpoint = format!("{}/{TENANT}", request.tenant_origin);
    let valid = request.now + TimeDelta::minutes(10);
    ResponseTemplate::json(
        200,
        &json!({
            "ContextIdentifier": TENANT,
            "Endpoint": format!("{endpoint}/"),
            "State": "Running",
            "IsRunning": true,
            "ValidUntil": valid.format("%Y-%m-%dT%H:%M:%S%.6f0Z").to_string(),
            "Api": format!("{endpoint}/api"),
        }),
    )
}

fn versions_response(request: &Request<'_>) -> ResponseTemplate {
    found(
        "Versions",
        &json!({
            "v1": format!("{}/{TENANT}/api/v1/", request.origin),
            "NetServerVersion": "10.5.9999.0",
            "Version": "10.5",
            "CodeName": "Nordlys",
            "LatestVersion": "v1",
        }),
    )
}

fn found(what: &str, value: &Value) -> ResponseTemplate {
    ResponseTemplate::json(200, value).with_reason(&format!("{what} found."))
}

fn missing(what: &str) -> ResponseTemplate {
    let reason = format!("{what} Not Found");
    ResponseTemplate::error(404, &reason).with_reason(&reason)
}

fn invalid() -> ResponseTemplate {
    let body =
        json!({"Message": "The request is invalid.", "MessageDetail": "An id is not a number."});
    ResponseTemplate::json(400, &body)
}
