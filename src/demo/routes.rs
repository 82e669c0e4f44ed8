//! Which address answers what.
//!
//! Addresses are matched without regard to case, with the tenant in front or without. Only reading
//! exists here: whatever is not a GET never comes this far.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    TENANT,
    answer::Answer,
    archive::Query,
    cast::CAST,
    columns::{self, Provider},
    entities,
    style::Style,
    world::World,
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
const RECENT: TimeDelta = TimeDelta::hours(6);

/// One request, taken apart.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) path: &'a str,
    pub(super) pairs: &'a [(String, String)],
    pub(super) style: Style<'a>,
    pub(super) now: DateTime<Utc>,
    /// The origin of the port that was asked.
    pub(super) here: &'a str,
    /// The origin of the port where the tenant lives.
    pub(super) home: &'a str,
}

/// Where in the service a path leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// To the state of a tenant, which anyone may ask for.
    State(String),
    /// To the versions there are.
    Versions,
    /// To a call, in lower case and in its parts.
    Call(Vec<String>),
    /// Nowhere.
    Nowhere,
}

impl Room {
    /// Finds the way, with the tenant in front or without.
    pub(super) fn find(path: &str) -> Self {
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
            _ => Self::Nowhere,
        }
    }
}

/// Answers one request.
pub(super) fn answer(world: &World, asked: &Asked<'_>) -> Answer {
    let parts = match Room::find(asked.path) {
        Room::State(tenant) => return state(&tenant, asked),
        Room::Versions => return versions(asked),
        Room::Nowhere => return Answer::page(404, "404 - File or directory not found."),
        Room::Call(parts) => parts,
    };
    let (style, now) = (&asked.style, asked.now);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [] => found(
            "Routes",
            &json!({"Routes": ROUTES.map(|route| json!({"Path": format!("v1/{route}"), "Verbs": ["GET"]}))}),
        ),
        ["chatsession"] => list(&columns::SESSIONS, world.sessions.values(), asked),
        ["chatsession", "forcurrentuser"] => for_current_user(world, asked),
        ["chatsession", id] => session(world, id, asked),
        ["chatsession", id, "messages"] => messages(world, id, asked),
        ["chattopic", "forcurrentuser"] => {
            let mine = CAST.channels.iter().filter(|channel| channel.mine);
            found(
                "ChatTopics",
                &mine
                    .map(|channel| entities::topic(style, channel, now))
                    .collect(),
            )
        }
        ["chattopic", id] => {
            let channel = id.parse().ok().and_then(|id| CAST.channel(id));
            channel.map_or_else(
                || missing("ChatTopic"),
                |place| {
                    found(
                        "ChatTopicEntity",
                        &entities::topic(style, &CAST.channels[place], now),
                    )
                },
            )
        }
        ["chattopic", id, "sessions"] => {
            let in_topic =
                |session: &&super::session::Session| session.channel().id.to_string() == **id;
            list(
                &columns::SESSIONS,
                world.sessions.values().filter(in_topic),
                asked,
            )
        }
        ["presence", "getall"] => {
            let agents = CAST.agents.iter();
            found(
                "ChatPresence",
                &agents
                    .map(|agent| entities::presence(agent, world.sessions.values()))
                    .collect(),
            )
        }
        ["timezone"] => list(&columns::ZONES, Zone::all().iter(), asked),
        ["timezone", "current" | "base"] => found(
            "TimeZoneData",
            &Zone::base().map_or(Value::Null, |zone| zone.details(now)),
        ),
        ["user", "currentprincipal"] => found("SoPrincipalCarrier", &entities::principal(style)),
        _ => missing("Resource"),
    }
}

/// The sessions of my channels that go on or ended not long ago.
fn for_current_user(world: &World, asked: &Asked<'_>) -> Answer {
    let recent = |ended: DateTime<Utc>| ended + RECENT > asked.now;
    let sessions = world
        .sessions
        .values()
        .filter(|session| session.channel().mine && session.ended.is_none_or(recent))
        .map(|session| entities::session(&asked.style, session, asked.now))
        .chain(world.injected.iter().cloned());
    found("ChatSessionEntities", &sessions.collect())
}

fn session(world: &World, id: &str, asked: &Asked<'_>) -> Answer {
    let Ok(id) = id.parse::<i64>() else {
        return invalid();
    };
    let Some(session) = world.sessions.get(&id) else {
        return missing("ChatSession");
    };
    let mut entity = entities::session(&asked.style, session, asked.now);
    let archive = format!("{}/{TENANT}/api/v1/ChatSession/", asked.here);
    entity["_Links"] = json!({"Self": format!("{archive}{id}/"), "Archive": archive});
    found("ChatSessionEntity", &entity)
}

fn messages(world: &World, id: &str, asked: &Asked<'_>) -> Answer {
    let after = asked
        .pairs
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("after"));
    let after = after.map_or(Ok(0), |(_, value)| value.parse());
    let (Ok(id), Ok(after)) = (id.parse(), after) else {
        return invalid();
    };
    // No 404 is promised here for a session that is not: the list is just empty.
    let messages = world
        .sessions
        .get(&id)
        .map(|session| entities::messages(&asked.style, session, after));
    found("ChatMessages", &messages.unwrap_or_default().into())
}

fn list<'r, T: 'r>(
    provider: &Provider<T>,
    rows: impl Iterator<Item = &'r T>,
    asked: &Asked<'_>,
) -> Answer {
    let from_api = asked
        .path
        .to_lowercase()
        .find("/api/")
        .and_then(|at| asked.path.get(at..));
    let address = format!("{}/{TENANT}{}", asked.here, from_api.unwrap_or_default());
    let query = Query::new(asked.pairs);
    match provider.answer(rows, &query, &asked.style, asked.now, &address) {
        Ok(value) => found("Archive", &value),
        Err(why) => Answer::error(400, &why).because("Invalid Archive Request"),
    }
}

/// Where the tenant lives and whether it is up.
fn state(tenant: &str, asked: &Asked<'_>) -> Answer {
    if !tenant.eq_ignore_ascii_case(TENANT) {
        return missing("Tenant");
    }
    let endpoint = format!("{}/{TENANT}", asked.home);
    let valid = asked.now + TimeDelta::minutes(10);
    Answer::json(
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

fn versions(asked: &Asked<'_>) -> Answer {
    found(
        "Versions",
        &json!({
            "v1": format!("{}/{TENANT}/api/v1/", asked.here),
            "NetServerVersion": "10.5.9999.0",
            "Version": "10.5",
            "CodeName": "Nordlys",
            "LatestVersion": "v1",
        }),
    )
}

fn found(what: &str, value: &Value) -> Answer {
    Answer::json(200, value).because(&format!("{what} found."))
}

fn missing(what: &str) -> Answer {
    let reason = format!("{what} Not Found");
    Answer::error(404, &reason).because(&reason)
}

fn invalid() -> Answer {
    let body =
        json!({"Message": "The request is invalid.", "MessageDetail": "An id is not a number."});
    Answer::json(400, &body)
}
