//! A service that ignores the order or the bounds of a search of message texts.

use super::demo::{client_for, start_service};
use super::*;
use crate::chat::{MessageEdge, MessageSearch};
use crate::demo::{IgnoredOption, MessageSearchQuirks, Quirks};

#[tokio::test]
async fn a_service_that_ignores_order_or_bounds_is_noticed() {
    let service = start_service().await;
    let client = client_for(&service);
    let newest = client.message_at(MessageEdge::Newest).await.unwrap();
    let newest = newest.unwrap().id;
    let request = MessageSearch {
        above: MessageId(newest.0 - 5),
        below: Some(newest),
        ..MessageSearch::default()
    };
    let page = client.search_messages(&request).await.unwrap();
    assert_eq!(page.incomplete, None);
    for (ignored, searched, word) in [
        (IgnoredOption::Order, MessageSearch::default(), "order"),
        (IgnoredOption::Bounds, request, "filter"),
    ] {
        service.set_quirks(Quirks {
            message_search: MessageSearchQuirks {
                ignored,
                ..MessageSearchQuirks::default()
            },
            ..Quirks::default()
        });
        let page = client.search_messages(&searched).await.unwrap();
        let why = page.incomplete.unwrap();
        assert!(
            why.contains(&format!("ignores the requested {word}")),
            "{why}"
        );
        let below = MessageEdge::NewestBelow(newest);
        let error = client.message_at(below).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Config);
        assert!(
            error.why.contains(&format!("the requested {word}")),
            "{}",
            error.why
        );
    }
}
