//! Several futures on one task: what they share needs no thread.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

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
    let mut running: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut ended = Vec::new();
    poll_fn(|task| {
        let mut index = 0;
        while let Some(future) = running.get_mut(index) {
            match future.as_mut().poll(task) {
                Poll::Ready(Ok(result)) => {
                    ended.push(result);
                    drop(running.remove(index));
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => index += 1,
            }
        }
        if running.is_empty() {
            Poll::Ready(Ok(std::mem::take(&mut ended)))
        } else {
            Poll::Pending
        }
    })
    .await
}
