//! Faults: their selection for a request, and the changes they make to its response.
//!
//! Random faults depend on the seed and the number of the request alone, so that they repeat.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    request::Request,
    response::{BodyEnd, Response},
};

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

/// The value of `Retry-After`.
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

/// Applies a failure to a response.
pub(super) fn apply_failure(
    mut response: Response,
    failure: &Failure,
    request: &Request<'_>,
) -> Response {
    match failure {
        Failure::Status(status) => {
            let message = "[SR_DEMO_FAULT] This is a fault of the demo service.";
            return Response::error(*status, message);
        }
        Failure::HtmlPage(status) => return Response::html_page(*status, "Service Unavailable"),
        Failure::SignInPage => return Response::html_page(200, "Sign in to SuperOffice"),
        Failure::Busy(status, retry_after) => {
            let retry_after = match retry_after {
                RetryAfter::Seconds(seconds) => seconds.to_string(),
                RetryAfter::Date(seconds) => {
                    http_date(request.date + TimeDelta::seconds((*seconds).into()))
                }
            };
            return Response::error(*status, "Too many requests.")
                .with_header("retry-after", retry_after);
        }
        Failure::ContentType(content_type) => {
            return response.with_header("content-type", content_type.clone());
        }
        Failure::RedirectHere => return redirect_to(&request.recorded.origin, request),
        Failure::RedirectAway => return redirect_to(request.other_origin, request),
        Failure::Garbage => response.body = b"\x00\xff\xfe{[\"half a \x1b[31mthought".to_vec(),
        Failure::Body(body) => {
            response.status = 200;
            response.body = body.clone().into();
        }
        Failure::DecompressionBomb => {
            response.status = 200;
            response.body = decompression_bomb();
            return response.with_header("content-encoding", "deflate".to_owned());
        }
        Failure::Truncated => response.end = BodyEnd::Truncated,
        Failure::Endless => response.end = BodyEnd::Endless,
        Failure::Reset => response.end = BodyEnd::Reset,
        Failure::Chunked(size, pause) => response.chunks = Some((*size, *pause)),
        Failure::Delay(delay) => response.delay += *delay,
    }
    response
}

/// A deflate block in the fixed code: a bracket and a space as literals, then copies of 258 bytes from
/// one byte back, eight of them in 13 bytes. No client should read to its end, which is missing.
fn decompression_bomb() -> Vec<u8> {
    const START: [u8; 4] = [0x78, 0x9c, 0x8b, 0x56];
    const EIGHT_COPIES: [u8; 13] = *b"\x18\x05\xa3\x60\x14\x8c\x82\x51\x30\x0a\x46\xc1\x28";
    [&START[..], &EIGHT_COPIES.repeat((32 << 20) / (8 * 258) + 1)].concat()
}

fn redirect_to(origin: &str, request: &Request<'_>) -> Response {
    let location = format!("{origin}{}", request.recorded.address);
    Response::html_page(302, "Object moved").with_header("location", location)
}

/// A time in the format of HTTP headers.
pub(super) fn http_date(at: DateTime<Utc>) -> String {
    httpdate::fmt_http_date(SystemTime::from(at))
}
