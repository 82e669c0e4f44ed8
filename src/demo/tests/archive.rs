//! Archive tests: filters, pages, rows, and the time zones.

use super::*;
use crate::demo::zones::Zone;

#[tokio::test]
async fn the_archive_filters_and_orders() {
    let service = start_frozen().await;
    let all: Vec<i64> = (341..365).collect();
    let statuses = |wanted: &[&str]| -> Vec<i64> {
        let sessions = service.sessions().into_iter();
        let found = sessions.filter(|it| wanted.contains(&it["Status"].as_str().unwrap()));
        found
            .map(|it| it["ChatSessionId"].as_i64().unwrap())
            .collect()
    };
    let topic: Vec<i64> = service
        .sessions()
        .iter()
        .filter(|it| it["TopicId"] == 9)
        .map(|it| it["ChatSessionId"].as_i64().unwrap())
        .collect();
    let about_tents: Vec<i64> = service
        .sessions()
        .iter()
        .filter(|it| {
            ["FirstMessage", "LastMessage"].iter().any(|name| {
                let text = it[*name].as_str().unwrap();
                text.to_lowercase().contains("tent")
            })
        })
        .map(|it| it["ChatSessionId"].as_i64().unwrap())
        .collect();
    assert!(!about_tents.is_empty());
    let reversed = |ids: &[i64]| ids.iter().rev().copied().collect::<Vec<_>>();
    let cases = [
        ("", all.clone()),
        ("$orderBy=chatSessionId desc", reversed(&all)),
        ("$orderby=chatSessionId asc", all.clone()),
        ("$filter=chatSessionId lt 344", all[..3].to_vec()),
        ("$filter=chatSessionId gt 360", all[20..].to_vec()),
        ("$filter=chatSessionId equals 350", vec![350]),
        (
            "$filter=status oneOf (4,5)",
            statuses(&["InQueue", "CustomerLast"]),
        ),
        ("$filter=status oneOf (4,5) and chatSessionId lt 0", vec![]),
        (
            "$filter=chatSessionId eq 341 or chatSessionId gt 345 and chatSessionId lt 347",
            vec![341, 346],
        ),
        ("$filter=chatTopic/name is 'sales'", topic.clone()),
        ("$filter=chatTopic/chatTopicId equals 9", topic.clone()),
        ("$filter=lastMessage contains 'brb'", vec![]),
        (
            "$filter=firstMessage contains 'TENT' or lastMessage contains 'tent'",
            about_tents,
        ),
    ];
    for (query, expected) in cases {
        let reply = get(
            &service,
            &format!("ChatSession?$select=chatSessionId&{query}"),
        )
        .await;
        assert_eq!(reply.status(), 200, "{query}: {reply:?}");
        assert_eq!(reply.ids("chatSessionId"), expected, "{query}");
    }
    // The oldest session begins at two o'clock in the base zone.
    let before = "ChatSession?$filter=whenRequested beforeTime '2026-03-28T02:00:00'";
    assert_eq!(get(&service, before).await.ids("chatSessionId"), [0; 0]);
    let after = "ChatSession?$filter=whenRequested afterTime '2026-03-28T02:00:00'&$top=1";
    assert_eq!(get(&service, after).await.ids("chatSessionId"), [341]);
    for bad in [
        "chatSessionId le 3",
        "chatSessionId lt",
        "nothing eq 1",
        "status oneOf (4",
        "status eq 4 5",
        "firstMessage contains 'tent",
    ] {
        assert_eq!(
            get(&service, &format!("ChatSession?$filter={bad}"))
                .await
                .status(),
            400,
            "{bad}"
        );
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
        let reply = send("GET", &next, &[]).await.unwrap();
        seen.extend(reply.ids("chatSessionId"));
        match reply.json()["odata.nextLink"].as_str() {
            Some(link) => next = link.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, (341..365).collect::<Vec<i64>>());
    assert!(next.starts_with(&service.base_url()), "{next}");
    let by_key = "ChatSession?$filter=chatSessionId lt 350&$orderBy=chatSessionId desc&$top=3";
    assert_eq!(
        get(&service, by_key).await.ids("chatSessionId"),
        [349, 348, 347]
    );
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
    let status =
        json!({"RawValue": 9, "DisplayValue": "Closed", "LinkHint": "", "TooltipHint": ""});
    let members = [
        (ColumnMember::Column, "Column"),
        (ColumnMember::Columns, "Columns"),
        (ColumnMember::ColumnData, "ColumnData"),
    ];
    for (member, name) in members {
        change_quirks(&service, |it| it.column_member = member);
        let row = row(&service, &full).await;
        assert_eq!(
            (&row["PrimaryKey"], &row[name]["status"]),
            (&json!(341), &status)
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
    assert_eq!(get(&service, filter).await.status(), 400);
    change_quirks(&service, |it| {
        it.archive_columns = ArchiveColumns::NewerRefused;
    });
    assert_eq!(get(&service, slim).await.status(), 400);
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
    assert_eq!(
        get(&service, "TimeZone/current").await.json()["TZLocationCode"],
        "NO"
    );
}

#[test]
fn every_zone_has_a_known_place() {
    let now = DemoOptions::default().start;
    let (mut ids, mut codes) = (BTreeSet::new(), BTreeSet::new());
    for zone in Zone::all() {
        let away = zone.utc_offset_minutes(now).0 != 0;
        assert!(
            away || ["UTC", "GB", "IE"].contains(&zone.code.as_str()),
            "{zone:?}"
        );
        assert!(ids.insert(zone.id) && codes.insert(&zone.code), "{zone:?}");
    }
    assert!(
        ids.iter().eq(Zone::all().iter().map(|zone| &zone.id)),
        "in the order of ids"
    );
}
