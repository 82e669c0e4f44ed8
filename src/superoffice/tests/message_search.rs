//! The search of message texts and of the archive, against the demo service.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::TimeDelta;

use super::demo::{client_for, start_service};
use super::*;
use crate::chat::{MessageEdge, MessagePage, MessageSearch, Timestamp};
use crate::demo::{
    ArchiveColumns, DemoServer, EnumFormat, FilterQuirks, MessageSearchAccess, MessageSearchQuirks,
    NewMessage, OffsetFormat, Quirks,
};

/// A session of the user and one of another channel, by the names of their channels.
fn find_sessions(service: &DemoServer) -> [i64; 2] {
    let sessions = service.sessions();
    let find = |is_mine: bool| {
        let mut sessions = sessions.iter();
        let found = sessions.find(|it| (it["TopicId"] != 12) == is_mine);
        found.unwrap()["ChatSessionId"].as_i64().unwrap()
    };
    [find(true), find(false)]
}

fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    escaped.replace('>', "&gt;")
}

fn search(texts: &[&str]) -> MessageSearch {
    MessageSearch {
        texts: texts.iter().map(|text| (*text).to_owned()).collect(),
        ..MessageSearch::default()
    }
}

fn found_ids(page: &MessagePage) -> Vec<i64> {
    let found = page.found.iter();
    found.map(|found| found.message.id.0).collect()
}

fn filter_quirks() -> Vec<FilterQuirks> {
    let mut all = Vec::new();
    for bits in 0..8 {
        all.push(FilterQuirks {
            backslash_escapes_all: bits & 1 > 0,
            case_sensitive: bits & 2 > 0,
            like_wildcards: bits & 4 > 0,
        });
    }
    all
}

#[tokio::test]
async fn a_text_is_found_in_every_form_that_it_is_stored_in() {
    let service = start_service().await;
    let [session, _] = find_sessions(&service);
    let texts = [
        "xbeløpx",
        "xbel&oslash;px",
        "xbel&#248;px",
        "<b>Xbeløpx</b>",
        "XBELØPX",
        "XBEL&Oslash;PX",
    ];
    let mut ids: Vec<_> = texts
        .iter()
        .map(|text| service.post(session, NewMessage::from_customer(text)))
        .collect();
    ids.reverse();
    let client = client_for(&service);
    for filter in filter_quirks() {
        service.set_quirks(Quirks {
            filter,
            ..Quirks::default()
        });
        let page = client.search_messages(&search(&["xbeløpx"])).await.unwrap();
        assert_eq!(found_ids(&page), ids, "{filter:?}");
        assert_eq!(page.lowest, page.found.last().map(|it| it.message.id));
    }
}

/// What a user may type, each beginning with a word of its own.
fn hostile_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "quote' or 1 eq 1 or chat_message.message contains 'a",
        "both\\' or 2 eq 2 or chat_message.message contains 'b",
        "ready\\",
        "steady\\\\",
        "quoted'",
        "''doubled''",
        "like % and _ and [a] and [^a]",
        "url &$filter=chat_message.id gt 0&$top=1000#x?y=z+1 %27 %20",
        "brackets) or (chat_message.id gt 0",
        "line\nfeed' or 3 eq 3",
        "nul\0' or 4 eq 4",
        "æøå 山田 😀 e\u{301}",
    ]
    .map(str::to_owned)
    .into();
    let special = (' '..='~').filter(|char| !char.is_alphanumeric());
    texts.extend(special.map(|char| format!("sign{}{char}{char}end", u32::from(char))));
    texts
}

#[tokio::test]
async fn no_text_changes_the_query() {
    let service = start_service().await;
    let [session, _] = find_sessions(&service);
    let before = service.post(session, NewMessage::from_customer("before"));
    let texts = hostile_texts();
    let posts = texts.iter().map(|text| {
        let message = NewMessage::from_customer(&html(text));
        (text, service.post(session, message))
    });
    let posts: Vec<_> = posts.collect();
    let after = service.post(session, NewMessage::from_customer("after"));
    let client = client_for(&service);
    for filter in filter_quirks() {
        service.set_quirks(Quirks {
            filter,
            ..Quirks::default()
        });
        for (text, id) in &posts {
            let request = MessageSearch {
                above: MessageId(before),
                below: Some(MessageId(after)),
                ..search(&[text])
            };
            let page = client.search_messages(&request).await.unwrap();
            assert!(found_ids(&page).contains(id), "{text:?} {filter:?}");
            // Also of the rows that the client drops because they were not requested.
            assert!(page.lowest > Some(MessageId(before)), "{text:?} {filter:?}");
            if !filter.like_wildcards && text.starts_with(char::is_alphabetic) {
                assert_eq!(found_ids(&page), [*id], "{text:?} {filter:?}");
            }
        }
    }
    for request in service.requests() {
        let query = request.query.iter();
        let names: Vec<_> = query.map(|(name, _)| name.as_str()).collect();
        if request.path.ends_with("Archive/dynamic") {
            assert_eq!(names, ["$select", "$filter", "$orderBy", "$top"]);
        }
        assert!(!format!("{request:?}").contains("session_key"));
    }
}

#[tokio::test]
async fn rows_of_other_channels_are_dropped_whatever_the_service_accepts() {
    let service = start_service().await;
    let [mine, other] = find_sessions(&service);
    let client = client_for(&service);
    let channel = client.session(SessionId(mine)).await.unwrap().channel.id;
    let wanted = service.post(mine, NewMessage::from_customer("xylophone"));
    let foreign = service.post(other, NewMessage::from_customer("a Xylophone"));
    let request = MessageSearch {
        channels: Some(vec![channel, ChannelId(99)]),
        ..search(&["xylophone"])
    };
    for (quirks, expected) in [
        (MessageSearchQuirks::default(), vec![wanted]),
        (
            MessageSearchQuirks {
                lists_refused: true,
                ..MessageSearchQuirks::default()
            },
            vec![wanted],
        ),
        (
            MessageSearchQuirks {
                access: MessageSearchAccess::OwnChannels,
                ..MessageSearchQuirks::default()
            },
            vec![wanted],
        ),
        // Without the channel the caller has to look it up.
        (
            MessageSearchQuirks {
                joined_columns: ArchiveColumns::NewerRefused,
                ..MessageSearchQuirks::default()
            },
            vec![foreign, wanted],
        ),
    ] {
        service.set_quirks(Quirks {
            message_search: quirks,
            ..Quirks::default()
        });
        let client = client_for(&service);
        for _ in 0..2 {
            let page = client.search_messages(&request).await.unwrap();
            assert_eq!(found_ids(&page), expected, "{quirks:?}");
        }
        let session = &client.search_messages(&request).await.unwrap().found;
        let is_known = session[0].session.channel.id == channel;
        assert_eq!(is_known, expected.len() == 1, "{quirks:?}");
    }
}

#[tokio::test]
async fn what_is_refused_is_not_requested_again_soon() {
    let service = start_service().await;
    service.set_quirks(Quirks {
        message_search: MessageSearchQuirks {
            joined_columns: ArchiveColumns::NewerRefused,
            ..MessageSearchQuirks::default()
        },
        ..Quirks::default()
    });
    let minutes = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&minutes);
    let client = client_for(&service).with_clock(Arc::new(move || {
        let start: Timestamp = "2026-03-28T20:30:00Z".parse().unwrap();
        start + TimeDelta::minutes(clock.load(Ordering::Relaxed))
    }));
    let request = MessageSearch {
        channels: Some(vec![ChannelId(7)]),
        ..search(&["hei"])
    };
    // The service may have been upgraded after an hour.
    for (at, expected) in [(0, 5), (59, 6), (60, 11)] {
        minutes.store(at, Ordering::Relaxed);
        client.search_messages(&request).await.unwrap();
        assert_eq!(service.requests().len(), expected, "{at}");
    }
}

#[tokio::test]
async fn a_row_is_the_message_of_the_transcript() {
    let service = start_service().await;
    for (enum_format, times_in_zone, offset_format) in [
        (EnumFormat::Names, false, OffsetFormat::NoColon),
        (EnumFormat::Numbers, true, OffsetFormat::Z),
        (EnumFormat::Numbers, true, OffsetFormat::None),
    ] {
        service.set_quirks(Quirks {
            enum_format,
            offset_format,
            message_search: MessageSearchQuirks {
                times_in_zone,
                ..MessageSearchQuirks::default()
            },
            ..Quirks::default()
        });
        let client = client_for(&service);
        // The zone of the user makes no difference.
        client.set_time_zone("NO", Some(chrono_tz::Europe::Oslo));
        let mut pages = client
            .messages(SessionId(341), MessageId::START)
            .await
            .unwrap();
        let mut transcript = Vec::new();
        while let Some(batch) = pages.next().await.unwrap() {
            transcript.extend(batch);
        }
        let (first, last) = (transcript[0].id, transcript[transcript.len() - 1].id);
        let request = MessageSearch {
            above: MessageId(first.0 - 1),
            below: Some(MessageId(last.0 + 1)),
            ..MessageSearch::default()
        };
        let page = client.search_messages(&request).await.unwrap();
        let mut found: Vec<_> = page.found.into_iter().collect();
        found.retain(|found| found.session.id == SessionId(341));
        found.reverse();
        let session = client.session(SessionId(341)).await.unwrap();
        for found in &found {
            assert_eq!(found.session.channel.id, session.channel.id);
            assert_eq!(found.session.customer.name, session.customer.name);
            assert_eq!(found.session.customer.company, session.customer.company);
        }
        let facts = |message: &Message| {
            let Message {
                id,
                posted,
                direction,
                author,
                body,
                special,
                ..
            } = message.clone();
            (
                id,
                posted.map(|at| at.to_utc()),
                direction,
                author,
                body,
                special,
            )
        };
        let found: Vec<_> = found.iter().map(|found| facts(&found.message)).collect();
        let transcript: Vec<_> = transcript.iter().map(facts).collect();
        assert_eq!(found, transcript, "{enum_format:?} {times_in_zone}");
    }
}

#[tokio::test]
async fn the_ends_of_the_ids_are_found() {
    let service = start_service().await;
    let client = client_for(&service);
    let at = async |edge| {
        let mark = client.message_at(edge).await.unwrap();
        mark.map(|mark| (mark.id.0, mark.posted.is_some()))
    };
    assert_eq!(at(MessageEdge::Oldest).await, Some((9001, true)));
    let newest = at(MessageEdge::Newest).await.unwrap().0;
    let below = MessageEdge::NewestBelow(MessageId(newest));
    assert_eq!(at(below).await, Some((newest - 1, true)));
    let below = MessageEdge::NewestBelow(MessageId(9001));
    assert_eq!(at(below).await, None);
    for (access, kind, why) in [
        (
            MessageSearchAccess::Blocked,
            ErrorKind::Forbidden,
            "Not allowed to read the texts of all messages (403)",
        ),
        (
            MessageSearchAccess::Missing,
            ErrorKind::NotFound,
            "The service does not have the texts of all messages (404)",
        ),
    ] {
        service.set_quirks(Quirks {
            message_search: MessageSearchQuirks {
                access,
                ..MessageSearchQuirks::default()
            },
            ..Quirks::default()
        });
        for error in [
            client.message_at(MessageEdge::Newest).await.unwrap_err(),
            client.search_messages(&search(&["x"])).await.unwrap_err(),
        ] {
            assert_eq!(error.kind, kind);
            assert!(error.why.starts_with(why), "{}", error.why);
        }
    }
}

#[tokio::test]
async fn the_archive_is_searched_by_text_and_by_ids() {
    let service = start_service().await;
    let [mine, other] = find_sessions(&service);
    for (session, text) in [
        (mine, "Wo ist mein xylophone?"),
        (other, "xyl&ouml;phone's"),
    ] {
        service.post(session, NewMessage::from_customer(text));
    }
    for columns in [ArchiveColumns::All, ArchiveColumns::NewerRefused] {
        service.set_quirks(Quirks {
            archive_columns: columns,
            ..Quirks::default()
        });
        let client = client_for(&service);
        for (text, expected) in [
            ("xylophone", vec![mine]),
            ("xylöphone's", vec![other]),
            ("' or chatSessionId gt 0 or firstMessage contains '", vec![]),
        ] {
            let page = client
                .search_sessions(&[text.to_owned()], None)
                .await
                .unwrap();
            assert_eq!(session_ids(&page.sessions), expected, "{text} {columns:?}");
        }
        let texts = ["xylophone".to_owned()];
        let page = client.search_sessions(&texts, Some(SessionId(mine))).await;
        assert_eq!(page.unwrap().sessions, []);
        let ids: Vec<_> = (341..400).map(SessionId).collect();
        let rows = client.archived_sessions(&ids).await.unwrap();
        assert_eq!(rows.len(), 24);
    }
    service.set_quirks(Quirks {
        archive_of_own_channels: true,
        ..Quirks::default()
    });
    let ids = [SessionId(mine), SessionId(other)];
    let rows = client_for(&service).archived_sessions(&ids).await.unwrap();
    assert_eq!(session_ids(&rows), [mine]);
}
