//! Faults, and their selection for a request.
//!
//! Random faults depend on the seed and the number of the request alone, so that they repeat.

use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub failure: Failure,
    /// Applies to addresses that contain this, in any case; to all of them when empty.
    pub address: String,
    /// The number of requests it still applies to; all of them when absent.
    pub times: Option<u32>,
}

impl Fault {
    /// A fault of every request.
    pub fn always(failure: Failure) -> Self {
        Self {
            failure,
            address: String::new(),
            times: None,
        }
    }

    /// A fault of the next `times` requests.
    pub fn next(times: u32, failure: Failure) -> Self {
        Self {
            times: Some(times),
            ..Self::always(failure)
        }
    }

    /// Limits the fault to addresses that contain this.
    pub fn on(self, address: &str) -> Self {
        Self {
            address: address.to_owned(),
            ..self
        }
    }
}

/// How a request fails; failures that only change the delivery can be combined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// This status with the service's own JSON error.
    Status(u16),
    /// This status with an HTML page.
    HtmlPage(u16),
    /// A sign-in page with status 200.
    SignInPage,
    /// This status with `Retry-After`.
    Busy(u16, RetryAfter),
    /// The body breaks off in the middle.
    Truncated,
    /// Bytes that are neither JSON nor text.
    Garbage,
    /// This body instead, with status 200.
    Body(String),
    /// The right body under the wrong content type.
    ContentType(String),
    /// The body comes in chunks of this size with this pause before each.
    Chunked(usize, Duration),
    /// The response comes this much later.
    Delay(Duration),
    /// The body is sent again and again.
    Endless,
    /// A small deflated body that unpacks to 32 MiB of spaces.
    DecompressionBomb,
    /// A redirect to the same address at this origin.
    RedirectHere,
    /// A redirect to the same address at the other origin.
    RedirectAway,
    /// The connection is reset without a response.
    Reset,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    Seconds(u32),
    /// The date that is this many seconds ahead.
    Date(u32),
}

/// The failures for this address; faults of limited number are counted down.
pub(super) fn take_matching(faults: &mut Vec<Fault>, address: &str) -> Vec<Failure> {
    let address = address.to_lowercase();
    let mut taken = Vec::new();
    faults.retain_mut(|fault| {
        let applies = address.contains(&fault.address.to_lowercase());
        if applies && fault.times != Some(0) {
            taken.push(fault.failure.clone());
            fault.times = fault.times.map(|times| times - 1);
        }
        fault.times != Some(0)
    });
    taken
}

/// A random fault, for about one request in fifteen.
pub(super) fn random_fault(seed: u64, request: u64) -> Option<Failure> {
    let mut rng = fastrand::Rng::with_seed(seed ^ request.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    if rng.u8(..15) > 0 {
        return None;
    }
    rng.choice([
        Failure::Status(500),
        Failure::HtmlPage(503),
        Failure::Busy(503, RetryAfter::Seconds(3)),
        Failure::Busy(429, RetryAfter::Seconds(2)),
        Failure::Truncated,
        Failure::Garbage,
        Failure::Reset,
        Failure::Delay(Duration::from_millis(2500)),
        Failure::Chunked(2000, Duration::from_millis(120)),
    ])
}
