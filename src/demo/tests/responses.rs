//! Responses: routes, time zones, and the quirks that shape values.

use super::*;

/// The oldest session, which is closed.
const SESSION: i64 = 341;

async fn message_with(service: &DemoServer, change: impl FnOnce(&mut Quirks)) -> Value {
    let id = service.open_session();
    let posted = service.post(id, NewMessage::from_customer("Tom & <b>Kari</b>"));
    change_quirks(service, change);
    let path = format!("ChatSession/{id}/Messages?after={}", posted - 1);
    let reply = get_with(service, &path, &[("SO-TimeZone", "NO, includeTZOffset")]).await;
    reply.json()[0].clone()
}

#[tokio::test]
async fn every_route_responds_in_any_case_with_the_tenant_or_without() {
    let service = start_frozen().await;
    let calls = [
        ("ChatSession/ForCurrentUser", "ChatSessionEntities found."),
        ("CHATSESSION/341", "ChatSessionEntity found."),
        ("chatsession/341/messages?after=0", "ChatMessages found."),
        ("ChatSession?$top=2", "Archive found."),
        ("ChatTopic/ForCurrentUser", "ChatTopics found."),
        ("Presence/GetAll", "ChatPresence found."),
        ("Person/500/Summary", "Summary found."),
        ("contact/100/summary?limit=3", "Summary found."),
        ("timezone", "Archive found."),
        ("TimeZone/current", "TimeZoneData found."),
        ("TimeZone/base", "TimeZoneData found."),
        ("User/currentPrincipal", "SoPrincipalCarrier found."),
    ];
    let without = service.base_url().replace("/Cust12345", "");
    for (path, reason) in calls {
        let reply = get(&service, path).await;
        assert_eq!((reply.status(), reply.reason()), (200, reason), "{path}");
        assert_eq!(
            reply.header("content-type"),
            Some("application/json; charset=utf-8")
        );
        let reply = get_url(&format!("{without}{path}")).await;
        assert_eq!(reply.status(), 200, "{path}");
    }
    let api = without.replace("v1/", "");
    let versions = get_url(&api).await.json();
    assert_eq!(versions["v1"], service.base_url());
    let state = get_url(&format!("{api}state/Cust12345")).await.json();
    assert_eq!(state["Api"], service.base_url().replace("/v1/", ""));
    assert_eq!(state["IsRunning"], true);
}

#[tokio::test]
async fn missing_things_get_the_errors_of_the_service() {
    let service = start_frozen().await;
    let cases = [
        ("ChatSession/99999", 404, "ChatSession Not Found"),
        ("Nothing", 404, "Resource Not Found"),
        // A customer who is not linked.
        ("Person/501/Summary", 404, "Entity Not Found"),
        ("Contact/500/Summary", 404, "Entity Not Found"),
        ("Person/500/Summary?limit=x", 400, "Bad Request"),
        ("ChatSession/abc", 400, "Bad Request"),
        ("ChatSession/341/Messages?after=x", 400, "Bad Request"),
    ];
    for (path, status, reason) in cases {
        let reply = get(&service, path).await;
        assert_eq!((reply.status(), reply.reason()), (status, reason), "{path}");
    }
    let missing = get(&service, "ChatSession/99999").await.json();
    assert_eq!(missing["ErrorType"], "SoNotFoundException");
    let messages = get(&service, "ChatSession/99999/Messages").await.json();
    assert_eq!(messages, json!([]));
}

#[tokio::test]
async fn writing_is_refused_and_recorded() {
    let service = start_frozen().await;
    let url = format!("{}ChatSession/341/Messages?after=3", service.base_url());
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        let reply = send(method, &url, &[]).await.unwrap();
        assert_eq!((reply.status(), reply.header("allow")), (405, Some("GET")));
    }
    send("GET", &url, &[("SO-TimeZone", "UTC")]).await.unwrap();
    let requests = service.requests();
    let methods: Vec<&str> = requests.iter().map(|it| it.method.as_str()).collect();
    assert_eq!(methods, ["POST", "PUT", "PATCH", "DELETE", "GET"]);
    let last = requests.last().unwrap();
    assert_eq!(last.path, "/Cust12345/api/v1/ChatSession/341/Messages");
    assert_eq!(last.option("after"), Some("3"));
    assert_eq!(last.header("so-timezone"), Some("UTC"));
}

#[tokio::test]
async fn a_session_is_complete_and_has_its_key() {
    let service = start_frozen().await;
    let path = format!("ChatSession/{SESSION}");
    let session = get(&service, &path).await.json();
    assert_eq!(session["SessionKey"], SESSION_KEY);
    let address = format!("{}{path}/", service.base_url());
    assert_eq!(session["_Links"]["Self"], address);
    let mine = get(&service, "ChatSession/ForCurrentUser").await;
    // The user does not belong to the dealers' channel.
    assert!(!mine.ids("TopicId").contains(&12));
    assert!(service.sessions().iter().any(|it| it["TopicId"] == 12));
}

#[tokio::test]
async fn a_summary_has_the_newest_chats_of_its_customer() {
    let service = start_frozen().await;
    let later = service.open_session();
    let sessions = service.sessions().into_iter();
    let of_kari = sessions.filter(|session| session["Person"]["PersonId"] == 500);
    let mut ids: Vec<_> = of_kari.map(|it| it["ChatSessionId"].clone()).collect();
    ids.reverse();
    assert_eq!((ids.len(), &ids[0]), (3, &json!(later)));
    for (path, count) in [
        ("Person/500/Summary", 3),
        ("Contact/100/Summary?limit=2", 2),
        ("Person/500/Summary?limit=0", 0),
    ] {
        let summary = get(&service, path).await.json();
        let chats = summary["Chats"].as_array().unwrap();
        let listed: Vec<_> = chats.iter().map(|it| it["ChatSessionId"].clone()).collect();
        assert_eq!(listed, ids[..count], "{path}");
    }
}

#[tokio::test]
async fn after_is_exclusive() {
    let service = start_frozen().await;
    let path = format!("ChatSession/{SESSION}/Messages");
    let all = get(&service, &path).await.ids("ChatMessageId");
    assert!(all.len() > 2);
    let rest = get(&service, &format!("{path}?after={}", all[1])).await;
    assert_eq!(rest.ids("ChatMessageId"), all[2..]);
}

#[tokio::test]
async fn times_are_in_the_requested_zone() {
    let service = start_frozen().await;
    let id = service.open_session();
    let cases = [
        (None, "2026-03-28T21:30:00"),
        (Some("UTC"), "2026-03-28T20:30:00"),
        (Some("1"), "2026-03-28T20:30:00"),
        (Some("us-ny"), "2026-03-28T16:30:00"),
        (Some("UTC, includeTZOffset"), "2026-03-28T20:30:00+0000"),
        (Some("NO, includeTZOffset"), "2026-03-28T21:30:00+0100"),
        (Some("US-CA,includetzoffset"), "2026-03-28T13:30:00-0700"),
        (Some("AU-ACT, includeTZOffset"), "2026-03-29T07:30:00+1100"),
        (Some("NP, includeTZOffset"), "2026-03-29T02:15:00+0545"),
        (Some("AQ-RK, includeTZOffset"), "2026-03-29T03:30:00+0700"),
        (Some("XX, includeTZOffset"), "2026-03-28T21:30:00"),
    ];
    for (zone, expected) in cases {
        let header = zone.map(|zone| ("SO-TimeZone", zone));
        let reply = get_with(&service, &format!("ChatSession/{id}"), header.as_slice()).await;
        assert_eq!(reply.json()["WhenRequested"], expected, "{zone:?}");
        assert_eq!(reply.json()["WhenStarted"], "0001-01-01T00:00:00");
    }
}

#[tokio::test]
async fn quirks_change_the_values() {
    type Change = fn(&mut Quirks);
    let none: Change = |_| {};
    let without_offset: Change = |it| it.offset_format = OffsetFormat::None;
    let in_utc: Change = |it| it.offset_format = OffsetFormat::Z;
    let with_colon: Change = |it| it.offset_format = OffsetFormat::Colon;
    let shifted: Change = |it| it.posted_time = PostedTime::ShiftedByBase;
    let one_digit: Change = |it| it.fraction_digits = 1;
    let nine_digits: Change = |it| it.fraction_digits = 9;
    let null: Change = |it| it.empty_text = EmptyText::Null;
    let missing: Change = |it| it.empty_text = EmptyText::Missing;
    let numbers: Change = |it| it.enum_format = EnumFormat::Numbers;
    let unknown: Change = |it| it.enum_format = EnumFormat::Unknown;
    let escaped: Change = |it| it.markup_format = MarkupFormat::Escaped;
    let flipped: Change = |it| it.read_marks_flipped = true;
    let escaped_text = "Tom &amp; &lt;b&gt;Kari&lt;/b&gt;";
    let time = |text: &str| json!(format!("2026-03-28T{text}"));
    let cases = [
        (none, "WhenPosted", time("21:30:00+0100")),
        (without_offset, "WhenPosted", time("21:30:00")),
        (in_utc, "WhenPosted", time("20:30:00Z")),
        (with_colon, "WhenPosted", time("21:30:00+01:00")),
        (shifted, "WhenPosted", time("20:30:00+0100")),
        (one_digit, "WhenPosted", time("21:30:00.0+0100")),
        (nine_digits, "WhenPosted", time("21:30:00.000000000+0100")),
        (none, "SpecialParam", json!("")),
        (null, "SpecialParam", Value::Null),
        (numbers, "Type", json!(2)),
        (unknown, "SpecialType", json!("NewInTheNextVersion")),
        (none, "Message", json!("Tom & <b>Kari</b>")),
        (escaped, "Message", json!(escaped_text)),
        (none, "ReadByCustomer", json!(1)),
        (flipped, "ReadByCustomer", json!(0)),
    ];
    for (case, (change, property, expected)) in cases.into_iter().enumerate() {
        let message = message_with(&start_frozen().await, change).await;
        assert_eq!(message[property], expected, "case {case}");
    }
    let message = message_with(&start_frozen().await, missing).await;
    assert_eq!(message.get("SpecialParam"), None);
}

#[tokio::test]
async fn flags_are_sent_in_each_of_their_formats() {
    let service = start_frozen().await;
    let types = |it: &&Value| it["Flags"] == "CustomerIsTyping";
    let session = service.sessions().iter().find(types).cloned().unwrap();
    let id = session["ChatSessionId"].as_i64().unwrap();
    let path = format!("ChatSession/{id}");
    let mut sent = Vec::new();
    for _ in 0..2 {
        for flags in [TypingFlags::ByName, TypingFlags::AsBits, TypingFlags::Stuck] {
            change_quirks(&service, |it| it.typing_flags = flags);
            sent.push(get(&service, &path).await.json()["Flags"].clone());
        }
        service.set_status(id, SessionStatus::Finished);
    }
    let (customer, user) = (json!("CustomerIsTyping"), json!("UserIsTyping"));
    assert_eq!(sent[..3], [customer.clone(), user, customer.clone()]);
    assert_eq!(sent[3..], [Value::Null, customer.clone(), customer]);
}

#[tokio::test]
async fn all_languages_are_sent_when_none_is_requested() {
    let service = start_frozen().await;
    let path = format!("ChatSession/{SESSION}");
    let category = async |service: &DemoServer, headers: &[(&str, &str)]| {
        get_with(service, &path, headers).await.json()["Contact"]["CategoryName"].clone()
    };
    let both = "NO:\"Kunde\";US:\"Customer\"";
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[], both),
        (&[("Accept-Language", "*")], both),
        (&[("Accept-Language", "en")], "Customer"),
        (&[("SO-Language", "US")], "Customer"),
    ];
    for (headers, expected) in cases {
        assert_eq!(category(&service, headers).await, expected, "{headers:?}");
    }
    change_quirks(&service, |it| it.single_language = true);
    assert_eq!(category(&service, &[]).await, "Customer");
}
