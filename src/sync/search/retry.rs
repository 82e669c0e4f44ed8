//! Requests that are repeated before they count as failed.

use tokio::time::sleep;

use crate::sync::{ApiError, ErrorKind};

/// Attempts after the first one, while a failure may pass.
const MAX_RETRIES: u32 = 4;
/// One refusal may be a fault: it counts when it comes this often in a row.
const REFUSALS: u32 = 2;

/// The failed attempts of one request.
pub(super) struct Attempts {
    /// Spreads the delays.
    seed: u64,
    failures: u32,
    refusals: u32,
}

impl Attempts {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            failures: 0,
            refusals: 0,
        }
    }

    /// Waits until the request may be repeated; the error if it is not.
    pub(super) async fn wait(&mut self, error: ApiError) -> Result<(), ApiError> {
        match error.kind {
            ErrorKind::Forbidden | ErrorKind::NotFound => {
                self.refusals += 1;
                if self.refusals < REFUSALS {
                    return Ok(());
                }
            }
            ErrorKind::Network
            | ErrorKind::Busy { .. }
            | ErrorKind::InvalidResponse
            | ErrorKind::Moved => {
                self.failures += 1;
                if self.failures <= MAX_RETRIES {
                    sleep(error.kind.retry_delay(self.failures, self.seed)).await;
                    return Ok(());
                }
            }
            // The client has repeated what the service did not accept, in simpler forms too.
            ErrorKind::Config
            | ErrorKind::TooLarge
            | ErrorKind::TenantStopped
            | ErrorKind::SignIn => {}
        }
        Err(error)
    }
}

/// Sends a request until there is a response, or an error that counts.
pub(super) async fn send_with_retries<T, F>(
    seed: u64,
    request: impl Fn() -> F,
) -> Result<T, ApiError>
where
    F: Future<Output = Result<T, ApiError>>,
{
    let mut attempts = Attempts::new(seed);
    loop {
        match request().await {
            Ok(response) => return Ok(response),
            Err(error) => attempts.wait(error).await?,
        }
    }
}
