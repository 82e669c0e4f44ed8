//! Several futures on one task: what they share needs no thread.

use futures_util::stream::{FuturesUnordered, TryStreamExt};

use super::Context;

/// More connections than this make nothing faster.
const MAX_CONNECTIONS: u16 = 16;

impl Context<'_> {
    /// Requests that are sent side by side: as many as may be sent in a second.
    pub(super) fn connections(&self) -> usize {
        let limit = self.max_per_second;
        let below = (1..MAX_CONNECTIONS).take_while(|count| f64::from(*count) < limit);
        below.count() + 1
    }
}

/// Runs futures side by side until all have ended, or one has failed; returns their results in the order
/// in which they ended.
pub(super) async fn run_all<T, E, F: Future<Output = Result<T, E>>>(
    futures: impl IntoIterator<Item = F>,
) -> Result<Vec<T>, E> {
    let running: FuturesUnordered<F> = futures.into_iter().collect();
    running.try_collect().await
}
