//! The conversations of a customer: requested once, when they are needed.

use super::*;
use crate::chat::{CustomerId, Session};

const KARI: CustomerId = CustomerId::Person(500);
const FJORD: CustomerId = CustomerId::Contact(100);

type Answers = Vec<(Duration, CustomerId, Result<Vec<SessionId>, ErrorKind>)>;

fn answers(passed: Vec<(Duration, SyncEvent)>) -> Answers {
    let answer = |(at, event)| match event {
        SyncEvent::ConversationsFetched { customer, result } => {
            let ids = result.map(|rows| rows.iter().map(|row| row.id).collect());
            Some((at, customer, ids.map_err(|error| error.kind)))
        }
        _ => None,
    };
    passed.into_iter().filter_map(answer).collect()
}

fn is_conversations_call(call: &ApiCall) -> bool {
    matches!(call, ApiCall::Conversations(_))
}

#[tokio::test(start_paused = true)]
async fn they_are_requested_when_needed_and_not_again() {
    let mut harness = start_poller(INTERVALS, |call, _| match call {
        ApiCall::Conversations(_) => {
            let session = Session {
                id: B,
                ..Session::default()
            };
            Reply::listing(vec![session], None).with_delay(s(2))
        }
        _ => Reply::ok(),
    });
    harness.open(A);
    harness.advance(s(10)).await;
    assert_eq!(harness.api.times(is_conversations_call), []);
    // Pressed twice while the answer is awaited.
    for _ in 0..2 {
        harness.send(SyncCommand::FetchConversations(KARI));
    }
    let passed = harness.advance(s(60)).await;
    assert_eq!(answers(passed), [(s(12), KARI, Ok(vec![B]))]);
    assert_eq!(harness.api.times(is_conversations_call), [s(10)]);
    // Conversations of another customer replace the awaited ones.
    harness.send(SyncCommand::FetchConversations(KARI));
    harness.advance(s(1)).await;
    harness.send(SyncCommand::FetchConversations(FJORD));
    let passed = harness.advance(s(60)).await;
    assert_eq!(answers(passed), [(s(73), FJORD, Ok(vec![B]))]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_reported_and_not_repeated_unless_the_service_moved() {
    for (kind, requests) in [
        (ErrorKind::Forbidden, 1),
        (ErrorKind::NotFound, 1),
        (ErrorKind::Network, 1),
        (ErrorKind::Moved, 2),
    ] {
        let mut harness = start_poller(INTERVALS, move |call, before| match call {
            ApiCall::Conversations(_) if before == 0 => Reply::fault(kind),
            _ => Reply::ok(),
        });
        harness.send(SyncCommand::FetchConversations(KARI));
        let passed = harness.advance(s(120)).await;
        let is_state =
            |(_, event): &(_, SyncEvent)| matches!(event, SyncEvent::ConnectionChanged { .. });
        assert!(!passed.iter().any(is_state), "{kind:?}");
        let answered: Vec<_> = answers(passed).into_iter().map(|it| it.2).collect();
        let expected = match kind {
            ErrorKind::Moved => Ok(Vec::new()),
            kind => Err(kind),
        };
        assert_eq!(answered, [expected]);
        let times = harness.api.times(is_conversations_call);
        assert_eq!(times.len(), requests, "{kind:?}");
    }
}
