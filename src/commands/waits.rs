//! Waits of listed sessions: from the rows, the state file, and transcripts where those are not enough.

use super::Context;
use super::retry::concerns_one_session;
use super::transcripts::read_transcript;
use crate::chat::{Session, Timestamp, TurnScan, TurnScanner, WaitTracker};
use crate::sync::ChatApi;

/// Transcripts read for one listing; other waits are shown as lower bounds.
const MAX_READS: usize = 40;

/// The waits of live sessions; lower bounds are made exact, the longest first.
pub(super) async fn read_waits<S: ChatApi>(
    api: &S,
    live: &[Session],
    now: Timestamp,
    context: &mut Context<'_>,
) -> WaitTracker {
    let mut waits = WaitTracker::default();
    waits.observe(live, now, &context.read_state.waits);
    let reads = waits.reads(now, MAX_READS);
    let all = reads.len();
    for (read, number) in reads.into_iter().zip(1..) {
        context.show_progress(|| format!("waits: transcript {number} of {all}"));
        let scanner = TurnScanner::new(TurnScan::default(), now);
        let result = context
            .retry_if_moved(async || read_transcript(api, read.session, scanner.clone()).await);
        match result.await {
            Ok(scanner) => {
                waits.apply_scan(read.session, scanner.finish(), now);
            }
            Err(error) if concerns_one_session(error.kind) => {}
            // The next one would fail as well.
            Err(_) => break,
        }
    }
    waits
}
