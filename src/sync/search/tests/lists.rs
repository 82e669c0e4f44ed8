//! Searches without the service's own search.

use chrono::TimeDelta;

use super::fake_service::{PAGE, now};
use super::*;
use crate::chat::{Message, Scope, SearchSupport, SpecialKind};
use crate::sync::ErrorKind;
use crate::sync::search::SearchEnd;
use crate::sync::search::coverage::LeftOut;
use crate::text::{SearchQuery, TimePoint};

fn without_search(sessions: Vec<(crate::chat::Session, Vec<crate::chat::Message>)>) -> FakeService {
    FakeService {
        refused: vec![
            ("search", ErrorKind::Forbidden),
            ("Newest", ErrorKind::Forbidden),
        ],
        ..FakeService::new(sessions)
    }
}

/// Old sessions with the word in the middle (1), at the end (3), in another channel (4); recent ones with it in
/// the middle (5) and not at all (7).
fn service() -> FakeService {
    let ended = |id, days| {
        let mut session = session(id, days);
        session.ended = session.requested;
        session
    };
    let texts = |first: i64, days, texts: [&str; 3]| {
        let messages = (first..).zip(texts);
        messages.map(|(id, text)| message(id, days, text)).collect()
    };
    without_search(vec![
        (ended(1, 50), texts(10, 50, ["Hello", "a refund", "Bye"])),
        (
            ended(3, 45),
            texts(30, 45, ["Hello", "a refund", "Refund!"]),
        ),
        (ended(4, 44), texts(40, 44, ["refund", "a refund", "Bye"])),
        (ended(5, 20), texts(50, 20, ["Hello", "my refund", "Bye"])),
        (ended(7, 10), texts(70, 10, ["Hello", "my parcel", "Bye"])),
    ])
}

#[tokio::test(start_paused = true)]
async fn first_and_last_messages_then_the_transcripts_of_the_last_days() {
    let service = service();
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["3#32", "3#31", "5#51"]);
    assert_eq!(outcome.hits[0].session.customer.name, "customer 3");
    assert_eq!(
        outcome.requests,
        [
            "channels",
            "Newest",
            "Newest",
            "first and last refund",
            "messages 3",
            "session 3",
            "first and last refund below 3",
            "channels",
            "all",
            "messages 7",
            "messages 5",
            "session 5",
            "all below 1",
        ]
    );
    assert_eq!(
        outcome.coverage(),
        "first and last messages of all sessions, 2 transcripts of the last 30 days and 1 older; accented forms may be missed"
    );
    // The transcript of session 1 was not read.
    assert!(!outcome.report.coverage.is_complete());
    let Some(probe) = outcome.probe else {
        panic!("the probe is reported")
    };
    assert_eq!(probe.support, SearchSupport::Refused("it broke".to_owned()));
}

/// As the transcript shows them, with their labels.
#[tokio::test(start_paused = true)]
async fn labels_of_special_messages_are_found_in_transcripts() {
    let special = |id, special: SpecialKind| Message {
        special: Some(special.into()),
        ..message(id, 10, "")
    };
    let address = "https://help.fjord.example/refunds".to_owned();
    let to = "Per Olsen".to_owned();
    let messages = vec![
        message(70, 10, "Hello"),
        special(71, SpecialKind::Url { address }),
        special(72, SpecialKind::Transferred { to }),
        special(73, SpecialKind::ClosedByCustomer),
    ];
    let service = without_search(vec![(session(7, 10), messages)]);
    for (typed, ids) in [
        ("\"redirected customer to\"", &["7#71"][..]),
        ("redirected help.fjord.example", &["7#71"]),
        ("\"transferred to per\"", &["7#72"]),
        ("\"Closed by customer\"", &["7#73"]),
        ("customer", &["7#73", "7#71"]),
        ("\"closed by agent\"", &[]),
    ] {
        let outcome = run(&service, &request(typed)).await;
        assert_eq!(outcome.ids(), ids, "{typed}");
        for hit in &outcome.hits {
            let query = SearchQuery::parse(typed).unwrap();
            assert!(!hit.context(&query, 80).matches.is_empty(), "{typed}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_refusal_may_be_a_fault_and_other_failures_are_not_stored() {
    let mut service = service();
    service.refused.clear();
    *service.failures.lock().unwrap() = vec![("Newest", [ErrorKind::Forbidden].into())];
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.requests[1..3], ["Newest", "Newest"]);
    assert!(outcome.coverage().starts_with("server search"));
    service.refused = vec![("Newest", ErrorKind::Busy { retry_after: None })];
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["3#32", "3#31", "5#51"]);
    assert_eq!(outcome.probe, None);
}

#[tokio::test(start_paused = true)]
async fn what_is_left_out_is_counted() {
    let mut service = service();
    service.forbidden = vec![5];
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["3#32", "3#31"]);
    service.forbidden.clear();
    service.refused.extend([
        ("messages 3", ErrorKind::NotFound),
        ("messages 5", ErrorKind::Forbidden),
        ("messages 7", ErrorKind::TooLarge),
    ]);
    let outcome = run(&service, &request("refund")).await;
    let left_out = LeftOut {
        not_allowed: 1,
        not_found: 1,
        unreadable: 1,
        too_many: 0,
    };
    assert_eq!(outcome.report.coverage.left_out, left_out);
    assert_eq!(
        outcome.coverage(),
        "first and last messages of all sessions, 0 transcripts of the last 30 days; 1 left out: not allowed; \
         1 left out: not found; 1 left out: could not be read; accented forms may be missed"
    );
}

#[tokio::test(start_paused = true)]
async fn where_the_archive_compares_no_texts_all_are_compared_here() {
    let mut service = service();
    service.refused.push(("first and last", ErrorKind::Config));
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["3#32", "3#31", "5#51"]);
    assert!(
        outcome.coverage().starts_with(
            "first and last messages of 4 sessions back to 6 February 2026, 2 transcripts of the last 30 days and 1 older"
        ),
        "{}",
        outcome.coverage()
    );
    assert!(!outcome.report.coverage.may_miss_accents);
    service.refused.push(("all", ErrorKind::Forbidden));
    let outcome = run(&service, &request("refund")).await;
    let SearchEnd::Failed(error) = &outcome.report.end else {
        panic!("{:?}", outcome.report.end)
    };
    assert_eq!(error.kind, ErrorKind::Forbidden);
}

#[tokio::test(start_paused = true)]
async fn a_time_decides_which_transcripts_are_read() {
    let mut request = request("refund");
    request.since = Some(TimePoint::Instant(now() - TimeDelta::days(47)));
    let outcome = run(&service(), &request).await;
    assert_eq!(outcome.ids(), ["3#32", "3#31", "5#51"]);
    assert!(!outcome.requests.contains(&"messages 1".to_owned()));
    request.since = Some(TimePoint::Instant(now() - TimeDelta::days(15)));
    let outcome = run(&service(), &request).await;
    assert_eq!(outcome.ids(), [""; 0]);
    assert!(outcome.requests.contains(&"messages 7".to_owned()));
    assert!(!outcome.requests.contains(&"messages 5".to_owned()));
    assert!(
        outcome
            .coverage()
            .contains("1 transcript since 13 March 2026")
    );
    assert!(outcome.report.coverage.is_complete());
    request.scope = Scope::All;
    request.since = Some(TimePoint::Instant(now() - TimeDelta::days(60)));
    let outcome = run(&service(), &request).await;
    assert_eq!(
        outcome.ids(),
        ["4#41", "4#40", "3#32", "3#31", "5#51", "1#11"]
    );
}

#[tokio::test(start_paused = true)]
async fn so_many_transcripts_are_read_at_most_unless_a_time_is_given() {
    let many = (0..2100).map(|number| {
        let id = 2 * number + 1;
        let mut session = session(id, 1);
        session.ended = session.requested;
        (session, vec![message(id, 1, "Hello")])
    });
    let service = without_search(many.collect());
    let outcome = run(&service, &request("refund")).await;
    assert!(
        outcome
            .coverage()
            .contains("2,000 transcripts of the last 30 days; 100 left out: too many"),
        "{}",
        outcome.coverage()
    );
    let lists = outcome.requests.iter().filter(|it| it.starts_with("all"));
    assert_eq!(lists.count(), 2100 / PAGE + 1);
    let mut since = request("refund");
    since.since = Some(TimePoint::Instant(now() - TimeDelta::days(3)));
    let outcome = run(&service, &since).await;
    assert!(outcome.coverage().contains("2,100 transcripts since"));
}

#[tokio::test(start_paused = true)]
async fn dropping_the_receiver_ends_it() {
    let service = service();
    let (sender, updates) = tokio::sync::mpsc::channel(1);
    drop(updates);
    let report = crate::sync::search::search(&service, &request("refund"), &sender).await;
    assert_eq!((report.hits, report.end), (0, SearchEnd::Complete));
    assert_eq!(service.take_requests(), ["channels", "Newest", "Newest"]);
}

#[tokio::test(start_paused = true)]
async fn an_archive_that_refuses_its_pages_ends_the_search_with_an_error() {
    for kind in [ErrorKind::Forbidden, ErrorKind::NotFound, ErrorKind::Config] {
        let mut service = service();
        service.refused.push(("all", kind));
        let outcome = run(&service, &request("refund")).await;
        assert_eq!(outcome.ids(), ["3#32", "3#31"]);
        assert!(
            matches!(&outcome.report.end, SearchEnd::Failed(error) if error.kind == kind),
            "{:?}",
            outcome.report.end
        );
        assert!(!outcome.report.coverage.is_complete());
    }
    // The live list alone is not needed, and one refusal may be a fault.
    let service = service();
    *service.failures.lock().unwrap() = vec![("all", [ErrorKind::Forbidden].into())];
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["3#32", "3#31", "5#51"]);
    assert_eq!(outcome.report.end, SearchEnd::Complete);
}

/// The word only in the middle of three sessions in the user's channel, none of them older than a month.
fn recent() -> Vec<(crate::chat::Session, Vec<crate::chat::Message>)> {
    [1, 3, 5, 7]
        .map(|id| {
            let mut session = session(id, 10);
            session.ended = session.requested;
            let texts = ["Hello", "a refund", "Bye"];
            let messages = (10 * id..).zip(texts);
            let messages = messages.map(|(id, text)| message(id, 10, text));
            (session, messages.collect())
        })
        .into()
}

#[tokio::test(start_paused = true)]
async fn a_search_that_no_limit_or_failure_restricted_is_complete() {
    let mut service = without_search(recent());
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["7#71", "5#51", "3#31", "1#11"]);
    assert!(outcome.report.coverage.is_complete());
    service.unreadable_count = 1;
    let outcome = run(&service, &request("refund")).await;
    assert!(outcome.coverage().contains("left out: could not be read"));
    assert!(!outcome.report.coverage.is_complete());
    service.unreadable_count = 0;
    service.incomplete = Some("The service ignores the order".to_owned());
    let outcome = run(&service, &request("refund")).await;
    assert!(
        outcome
            .coverage()
            .contains("; The service ignores the order")
    );
    assert!(!outcome.report.coverage.is_complete());
}

#[tokio::test(start_paused = true)]
async fn one_transcript_that_fails_does_not_end_the_search() {
    for kind in [
        ErrorKind::Busy { retry_after: None },
        ErrorKind::Network,
        ErrorKind::InvalidResponse,
        ErrorKind::Config,
        ErrorKind::TooLarge,
    ] {
        // One failure may pass.
        let mut service = without_search(recent());
        if kind != ErrorKind::Config && kind != ErrorKind::TooLarge {
            *service.failures.lock().unwrap() = vec![("messages 5", [kind].into())];
            let outcome = run(&service, &request("refund")).await;
            assert_eq!(outcome.hits.len(), 4, "{kind:?}");
            assert!(outcome.report.coverage.is_complete(), "{kind:?}");
        }
        service
            .refused
            .extend([("messages 7", kind), ("messages 5", kind)]);
        let outcome = run(&service, &request("refund")).await;
        assert_eq!(outcome.ids(), ["3#31", "1#11"], "{kind:?}");
        assert_eq!(outcome.report.coverage.left_out.unreadable, 2);
        assert_eq!(outcome.report.end, SearchEnd::Complete);
        service.refused.push(("messages 3", kind));
        let outcome = run(&service, &request("refund")).await;
        let is_failed = matches!(outcome.report.end, SearchEnd::Failed(_));
        assert_eq!(is_failed, kind != ErrorKind::TooLarge, "{kind:?}");
    }
    let mut service = without_search(recent());
    service.refused.push(("messages 7", ErrorKind::SignIn));
    let outcome = run(&service, &request("refund")).await;
    assert!(matches!(outcome.report.end, SearchEnd::Failed(_)));
}

/// The service cuts first and last messages.
#[tokio::test(start_paused = true)]
async fn a_first_message_that_may_be_cut_is_read_whole() {
    let mut old = session(1, 50);
    old.ended = old.requested;
    let text = format!("refund {}", "x".repeat(1017));
    let messages = vec![
        message(11, 50, &format!("{text} tomorrow")),
        message(12, 50, "Bye"),
    ];
    let mut service = without_search(vec![(old, messages)]);
    let (row, _) = service
        .sessions
        .get_mut(&crate::chat::SessionId(1))
        .unwrap();
    row.first_message = text;
    let outcome = run(&service, &request("refund tomorrow")).await;
    assert_eq!(outcome.ids(), ["1#11"]);
}
