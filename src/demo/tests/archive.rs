//! The archive: filters, pages, rows, and the time zones.

use super::*;
use crate::demo::zones::ALL;

#[tokio::test]
async fn the_archive_filters_and_orders() {
    let service = start_frozen().await;
    let sessions = service.sessions();
    let find = |name: &str, value: Value| -> Vec<i64> {
        let found = sessions.iter().filter(|it| it[name] == value);
        found
            .map(|it| it["ChatSessionId"].as_i64().unwrap())
            .collect()
    };
    let queued = find("Status", json!("InQueue"));
    let topic = find("TopicId", json!(9));
    let cases = [
        ("", (341..365).collect()),
        ("$orderBy=chatSessionId desc", (341..365).rev().collect()),
        ("$orderby=chatSessionId asc", (341..365).collect()),
        ("$filter=chatSessionId lt 344", vec![341, 342, 343]),
        ("$filter=chatSessionId GREATER 361", vec![362, 363, 364]),
        ("$filter=chatSessionId equals 350", vec![350]),
        ("$filter=chatSessionId lt x", vec![]),
        ("$filter=status eq 4", queued),
        ("$filter=chatTopic/name is 'sales'", topic.clone()),
        ("$filter=chatTopic/chatTopicId equals 9", topic),
        (
            "$filter=chatSessionId lt 343 or chatSessionId gt 362 and chatSessionId lt 364",
            vec![341, 342, 363],
        ),
        ("$filter=chatSessionId oneOf (350,352)", vec![350, 352]),
    ];
    for (query, expected) in cases {
        let path = format!("ChatSession?$select=chatSessionId&{query}");
        let reply = get(&service, &path).await;
        assert_eq!(reply.status(), 200, "{query}: {reply:?}");
        assert_eq!(reply.ids("chatSessionId"), expected, "{query}");
    }
    for refused in [
        "chatSessionId le 3",
        "chatSessionId lt",
        "nothing eq 1",
        "(status eq 4) or status eq 5",
        "chatTopic/name is 'sales",
    ] {
        let path = format!("ChatSession?$filter={refused}");
        assert_eq!(status(&service, &path, &[]).await, 400, "{refused}");
    }
}

#[tokio::test]
async fn the_archive_pages_by_links_and_by_keys() {
    let service = start_frozen().await;
    let mut seen = Vec::new();
    let mut next = format!(
        "{}ChatSession?$select=chatSessionId&$orderBy=chatSessionId&$top=7",
        service.base_url()
    );
    loop {
        let reply = get_url(&next).await;
        seen.extend(reply.ids("chatSessionId"));
        match reply.json()["odata.nextLink"].as_str() {
            Some(link) => next = link.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, (341..365).collect::<Vec<i64>>());
    assert!(next.starts_with(&service.base_url()), "{next}");
    let by_key = "ChatSession?$filter=chatSessionId lt 350&$orderBy=chatSessionId desc&$top=3";
    let reply = get(&service, by_key).await;
    assert_eq!(reply.ids("chatSessionId"), [349, 348, 347]);
}

#[tokio::test]
async fn archive_rows_are_slim_or_full_in_every_form() {
    let service = start_frozen().await;
    let slim = "ChatSession?$filter=chatSessionId eq 341&$select=chatSessionId,status,chatTopic/name,rating";
    let row = async |service: &DemoServer, path: &str| {
        get(service, path).await.json()["value"][0].clone()
    };
    let expected = json!({"PrimaryKey": "341", "EntityName": "chat", "chatSessionId": 341,
        "status": "Closed", "chatTopic/name": "Support NO", "rating": 5});
    assert_eq!(row(&service, slim).await, expected);
    let full = format!("{slim}&$mode=full");
    let closed =
        json!({"RawValue": 9, "DisplayValue": "Closed", "LinkHint": "", "TooltipHint": ""});
    for (member, name) in [
        (ColumnMember::Column, "Column"),
        (ColumnMember::Columns, "Columns"),
        (ColumnMember::ColumnData, "ColumnData"),
    ] {
        change_quirks(&service, |it| it.column_member = member);
        let row = row(&service, &full).await;
        assert_eq!(
            (&row["PrimaryKey"], &row[name]["status"]),
            (&json!(341), &closed)
        );
    }
    change_quirks(&service, |it| it.primary_key = PrimaryKey::Text);
    assert_eq!(row(&service, &full).await["PrimaryKey"], "341");
    change_quirks(&service, |it| it.primary_key = PrimaryKey::Number);
    assert_eq!(row(&service, slim).await["PrimaryKey"], 341);
    change_quirks(&service, |it| {
        it.archive_columns = ArchiveColumns::NewerMissing;
    });
    assert_eq!(row(&service, slim).await.get("status"), None);
    assert_eq!(row(&service, slim).await["chatSessionId"], 341);
    let filter = "ChatSession?$filter=status eq 9";
    assert_eq!(status(&service, filter, &[]).await, 400);
    change_quirks(&service, |it| {
        it.archive_columns = ArchiveColumns::NewerRefused;
    });
    assert_eq!(status(&service, slim, &[]).await, 400);
}

#[tokio::test]
async fn the_zones_have_their_documented_rows() {
    let service = start_frozen().await;
    let select = "TimeZone?$select=id,timeZone,offset,daylight&$filter=timeZone is ";
    let cases = [
        ("UTC", 1, "0", ""),
        ("AU-ACT", 36, "+10:00", "+11:00"),
        ("BD", 50, "+6:00", ""),
        ("CA-QC", 114, "-5:00", "-4:00"),
        ("DK", 140, "+1:00", "+2:00"),
        ("FR", 156, "+1:00", "+2:00"),
        ("NO", 261, "+1:00", "+2:00"),
        ("US-CA", 425, "-8:00", "-7:00"),
        ("US-HI", 433, "-10:00", ""),
        ("US-NY", 460, "-5:00", "-4:00"),
        ("AQ-RK", 27, "+7:00", ""),
    ];
    for (code, id, offset, daylight) in cases {
        let rows = get(&service, &format!("{select}'{code}'")).await.json()["value"].clone();
        let expected = json!([{"PrimaryKey": id.to_string(), "EntityName": "timezone", "id": id,
            "timeZone": code, "offset": offset, "daylight": daylight}]);
        assert_eq!(rows, expected);
    }
    let current = get(&service, "TimeZone/current").await.json();
    assert_eq!(current["TZLocationCode"], "NO");
}

#[test]
fn every_zone_has_a_known_place() {
    let now = DemoOptions::default().start;
    let (mut ids, mut codes) = (BTreeSet::new(), BTreeSet::new());
    for zone in ALL.iter() {
        let away = zone.utc_offset_minutes(now).0 != 0;
        assert!(
            away || ["UTC", "GB", "IE"].contains(&zone.code.as_str()),
            "{zone:?}"
        );
        assert!(ids.insert(zone.id) && codes.insert(&zone.code), "{zone:?}");
    }
    assert!(
        ids.iter().eq(ALL.iter().map(|zone| &zone.id)),
        "in the order of ids"
    );
}

#[tokio::test]
async fn the_archive_counts_in_groups_and_in_all() {
    let service = start_frozen().await;
    let path = "ChatSession?$select=GroupBy(chatTopic/name):Footer,HideDetail,Count(chatSessionId):HideDetail\
        &$options=GrandTotal=True";
    let counts = async |filter: &str| {
        let reply = get(&service, &format!("{path}{filter}")).await;
        assert_eq!(reply.status(), 200, "{reply:?}");
        let rows = reply.json()["value"].as_array().unwrap().clone();
        let counts = rows.iter().map(|row| {
            let name = row["GroupBy(chatTopic/name):Footer,HideDetail"].as_str();
            let count = row["Count(chatSessionId):HideDetail"].as_u64();
            let kind = row["EntityName"].as_str().unwrap();
            (kind.to_owned(), name.map(str::to_owned), count.unwrap())
        });
        counts.collect::<Vec<_>>()
    };
    let sessions = service.sessions();
    let names = get(&service, "ChatSession?$select=chatTopic/name")
        .await
        .json();
    let names = names["value"].as_array().unwrap().iter();
    let mut expected: std::collections::BTreeMap<_, u64> = std::collections::BTreeMap::new();
    for name in names {
        let name = name["chatTopic/name"].as_str().unwrap().to_owned();
        *expected.entry(name).or_default() += 1;
    }
    let total = ("grandtotal".to_owned(), None, sessions.len() as u64);
    let expected = expected
        .into_iter()
        .map(|(name, count)| ("footer:1".to_owned(), Some(name), count));
    let expected: Vec<_> = expected.chain([total]).collect();
    assert_eq!(counts("").await, expected);
    // In local times: midnight in the zone of the service is before that of UTC.
    let first = sessions[0]["WhenRequested"].as_str().unwrap();
    let first = first.get(..19).unwrap();
    let since = counts(&format!("&$filter=whenRequested beforeTime '{first}'")).await;
    assert_eq!(since, [("grandtotal".to_owned(), None, 0)]);
    for refused in ["GroupBy(nothing)", "Sum(rating)", "Count(chatSessionId"] {
        let path = format!("ChatSession?$select={refused}");
        assert_eq!(status(&service, &path, &[]).await, 400, "{refused}");
    }
}
