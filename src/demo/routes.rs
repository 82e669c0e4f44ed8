//! Routes: the response to each address.
//!
//! Addresses are matched without regard to case, with or without the tenant in front.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    TENANT,
    columns::{self, Provider},
    entities,
    enums::SessionStatus,
    messages,
    request::{Request, base_url},
    response::Response,
    scenario::CAST,
    store::Database,
    zones::{self, Zone},
};

/// How long after its end a session is still listed by `ForCurrentUser`.
const LISTED_AFTER_END: TimeDelta = TimeDelta::hours(6);

pub(super) fn respond(database: &Database, request: &Request<'_>) -> Response {
    if request.recorded.method != "GET" {
        return Response::error(405, "This service is read-only.")
            .with_header("allow", "GET".to_owned());
    }
    let path = request.recorded.path.to_lowercase();
    let mut segments: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    if segments
        .first()
        .is_some_and(|first| first.eq_ignore_ascii_case(TENANT))
    {
        segments.remove(0);
    }
    if let ["api", "state", tenant] = segments[..] {
        return tenant_state_response(tenant, request);
    }
    if let Some(refusal) = refuse(request) {
        return refusal;
    }
    match segments[..] {
        ["api"] => {
            let versions = json!({
                "v1": base_url(&request.recorded.origin),
                "NetServerVersion": "10.5.9999.0",
                "Version": "10.5",
                "CodeName": "Nordlys",
                "LatestVersion": "v1",
            });
            found("Versions", &versions)
        }
        ["api", "v1", ref call @ ..] => respond_to_call(database, call, request),
        _ => Response::html_page(404, "404 - File or directory not found."),
    }
}

fn respond_to_call(database: &Database, call: &[&str], request: &Request<'_>) -> Response {
    let encoding = &request.encoding;
    match *call {
        ["chatsession"] => {
            let own_only = encoding.quirks.archive_of_own_channels;
            let sessions = database.sessions.values();
            let sessions = sessions.filter(|session| !own_only || session.channel.mine);
            archive_response(&columns::SESSIONS, sessions.collect(), request)
        }
        ["chatsession", "forcurrentuser"] => current_user_sessions_response(database, request),
        ["chatsession", id] => session_response(database, id, request),
        ["chatsession", id, "messages"] => messages_response(database, id, request),
        ["chattopic", "forcurrentuser"] => {
            let mine = CAST.channels.iter().filter(|channel| channel.mine);
            let topics = mine.map(|channel| entities::encode_topic(encoding, channel));
            found("ChatTopics", &topics.collect())
        }
        ["presence", "getall"] => {
            let agents = CAST.agents.iter();
            let presence = agents.map(|agent| entities::encode_presence(agent, database));
            found("ChatPresence", &presence.collect())
        }
        ["person", id, "summary"] => {
            summary_response(database, id, entities::PERSON_OFFSET, request)
        }
        ["contact", id, "summary"] => {
            summary_response(database, id, entities::CONTACT_OFFSET, request)
        }
        ["archive", "dynamic"] => messages::refuse(request).unwrap_or_else(|| {
            let rows = messages::rows(database, encoding.quirks.message_search.access);
            archive_response(&messages::MESSAGES, rows.iter().collect(), request)
        }),
        ["mdolist", "chatsessionstatus"] => {
            let statuses = SessionStatus::ALL.into_iter();
            let items = statuses.map(|status| {
                entities::encode_list_item(
                    status as i64,
                    &json!(status.label()),
                    &format!("{status:?}"),
                )
            });
            found("MDOList", &items.collect())
        }
        ["mdolist", "chatchannel"] => {
            let channels = CAST.channels.iter();
            let items = channels.map(|it| entities::encode_list_item(it.id, &json!(it.name), ""));
            found("MDOList", &items.collect())
        }
        ["archive", "chatsession", "$metadata"] => {
            let quirk = encoding.quirks.archive_columns;
            found("Metadata", &columns::SESSIONS.encode_metadata(quirk))
        }
        ["timezone"] => archive_response(&columns::ZONES, zones::ALL.iter().collect(), request),
        ["timezone", "current" | "base"] => {
            found("TimeZoneData", &Zone::base().encode_details(encoding.now))
        }
        ["user", "currentprincipal"] => {
            found("SoPrincipalCarrier", &entities::encode_principal(encoding))
        }
        _ => not_found("Resource"),
    }
}

/// The refusal of a request to the wrong host or without the right credentials.
fn refuse(request: &Request<'_>) -> Option<Response> {
    let (recorded, quirks) = (request.recorded, request.encoding.quirks);
    if recorded.origin != request.tenant_origin {
        let refusal = Response::error(421, "Wrong subdomain.");
        return Some(refusal.with_reason("Misdirected Request"));
    }
    let authorization = recorded.header("authorization");
    let has_header = |name| recorded.header(name).is_some();
    let is_browser = has_header("x-xsrf-token") && has_header("cookie");
    let is_signed_in = match &quirks.credential {
        Some(credential) => authorization == Some(credential),
        None => !quirks.require_sign_in || authorization.is_some() || is_browser,
    };
    (!is_signed_in).then(|| {
        Response::error(401, "Not signed in, or no longer.")
            .with_header("www-authenticate", "Bearer".to_owned())
    })
}

/// The sessions of the user's channels that are open or ended not long ago.
fn current_user_sessions_response(database: &Database, request: &Request<'_>) -> Response {
    let is_recent = |ended: DateTime<Utc>| ended + LISTED_AFTER_END > request.encoding.now;
    let sessions = database
        .sessions
        .values()
        .filter(|session| session.channel.mine && session.ended.is_none_or(is_recent))
        .map(|session| entities::encode_session(&request.encoding, session));
    found("ChatSessionEntities", &sessions.collect())
}

fn session_response(database: &Database, id: &str, request: &Request<'_>) -> Response {
    let Ok(id) = id.parse::<i64>() else {
        return invalid_request();
    };
    let Some(session) = database.sessions.get(&id) else {
        return not_found("ChatSession");
    };
    let mut entity = entities::encode_session(&request.encoding, session);
    let archive = format!("{}ChatSession/", base_url(&request.recorded.origin));
    entity["_Links"] = json!({"Self": format!("{archive}{id}/"), "Archive": archive});
    found("ChatSessionEntity", &entity)
}

fn messages_response(database: &Database, id: &str, request: &Request<'_>) -> Response {
    let after = request.recorded.option("after").unwrap_or("0").parse();
    let (Ok(id), Ok(after)) = (id.parse(), after) else {
        return invalid_request();
    };
    // The service documents no 404 here: an unknown session has an empty list.
    let messages = database
        .sessions
        .get(&id)
        .map(|session| entities::encode_messages(&request.encoding, session, after));
    found("ChatMessages", &messages.unwrap_or_default().into())
}

/// The newest chats of a customer whose id is this far above that in the cast. The service documents no
/// order.
fn summary_response(database: &Database, id: &str, offset: i64, request: &Request<'_>) -> Response {
    let limit = request.recorded.option("limit").unwrap_or("10").parse();
    let (Ok(id), Ok(limit)) = (id.parse::<i64>(), limit) else {
        return invalid_request();
    };
    let mut customers = CAST.customers.iter().filter(|customer| customer.known);
    let Some(customer) = customers.find(|customer| customer.id + offset == id) else {
        return not_found("Entity");
    };
    let sessions = database.sessions.values().rev();
    let chats = sessions
        .filter(|session| session.customer.id == customer.id)
        .take(limit)
        .map(|session| entities::encode_chat_summary(&request.encoding, session));
    let summary = json!({
        "Tickets": [],
        "Followups": [],
        "Documents": [],
        "Chats": chats.collect::<Value>(),
        "Sales": [],
    });
    found("Summary", &summary)
}

fn archive_response<T>(provider: &Provider<T>, rows: Vec<&T>, request: &Request<'_>) -> Response {
    match provider.run_query(rows, request) {
        Ok(value) => found("Archive", &value),
        Err(reason) => Response::error(400, &reason).with_reason("Invalid Archive Request"),
    }
}

fn tenant_state_response(tenant: &str, request: &Request<'_>) -> Response {
    if !tenant.eq_ignore_ascii_case(TENANT) {
        return not_found("Tenant");
    }
    let endpoint = format!("{}/{TENANT}", request.tenant_origin);
    let valid_until = request.encoding.now + TimeDelta::minutes(10);
    let state = json!({
        "ContextIdentifier": TENANT,
        "Endpoint": format!("{endpoint}/"),
        "State": "Running",
        "IsRunning": true,
        // Seven digits, as the service sends them.
        "ValidUntil": valid_until.format("%Y-%m-%dT%H:%M:%S%.6f0Z").to_string(),
        "Api": format!("{endpoint}/api"),
    });
    Response::json(200, &state)
}

fn found(entity: &str, value: &Value) -> Response {
    Response::json(200, value).with_reason(&format!("{entity} found."))
}

fn not_found(entity: &str) -> Response {
    let reason = format!("{entity} Not Found");
    Response::error(404, &reason).with_reason(&reason)
}

fn invalid_request() -> Response {
    let body =
        json!({"Message": "The request is invalid.", "MessageDetail": "An id is not a number."});
    Response::json(400, &body)
}
