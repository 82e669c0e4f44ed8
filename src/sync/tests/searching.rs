//! Searches across conversations beside the other requests.

use std::sync::{Arc, Mutex};

use super::*;
use crate::chat::Timestamp;
use crate::sync::is_low_priority;
use crate::sync::search::SearchRequest;
use crate::text::SearchQuery;

#[tokio::test(start_paused = true)]
async fn what_the_user_looks_at_goes_before_a_search() {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&calls);
    let mut harness = start_poller(INTERVALS, move |call, _| {
        if let ApiCall::List { scope, .. } = call {
            seen.lock().unwrap().push((*scope, is_low_priority()));
        }
        Reply::ok()
    });
    harness.advance(s(1)).await;
    assert_eq!(*calls.lock().unwrap(), [(Scope::Channels, false)]);
    let request = SearchRequest {
        query: SearchQuery::parse("refund").unwrap(),
        scope: Scope::All,
        channels: Vec::new(),
        since: None,
        limit: 100,
        now: Timestamp::default(),
        probe: None,
        seed: 1,
        is_shared: true,
    };
    harness.send(SyncCommand::Search {
        id: 1,
        request: Box::new(request),
    });
    harness.advance(s(1)).await;
    let calls = calls.lock().unwrap();
    let of_search: Vec<_> = calls.iter().skip(1).collect();
    assert!(of_search.contains(&&(Scope::All, true)), "{of_search:?}");
    assert!(
        of_search
            .iter()
            .all(|(_, is_low_priority)| *is_low_priority),
        "{of_search:?}"
    );
}
