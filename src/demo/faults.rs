//! Faults: which of them apply to a request, and how they change its response.
//!
//! Faults are counted down here only. Random ones depend on the seed and the number of the request
//! alone, so that the same requests meet the same faults.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use hyper::body::Bytes;

use super::{
    quirks::{Failure, Fault, RetryAfter},
    response::{BodyEnd, Response},
};

/// What a fault needs to know about the request.
#[derive(Clone, Copy, Debug)]
pub(super) struct FaultContext<'a> {
    /// Path and query.
    pub(super) address: &'a str,
    pub(super) origin: &'a str,
    pub(super) other_origin: &'a str,
    /// The time of the `Date` header.
    pub(super) now: DateTime<Utc>,
}

/// Takes the faults that apply to this address, counting down those that end.
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

/// Changes a response as the failure demands.
pub(super) fn apply_failure(
    mut response: Response,
    failure: &Failure,
    context: &FaultContext<'_>,
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
                    http_date(context.now + TimeDelta::seconds(i64::from(*seconds)))
                }
            };
            return Response::error(*status, "Too many requests.")
                .with_header("retry-after", retry_after);
        }
        Failure::Garbage => {
            return response.with_body(&b"\x00\xff\xfe{[\"half a \x1b[31mthought"[..]);
        }
        Failure::Body(body) => {
            response.status = 200;
            return response.with_body(body.clone());
        }
        Failure::DecompressionBomb => {
            response.status = 200;
            return response
                .with_body(decompression_bomb())
                .with_header("content-encoding", "deflate".to_owned());
        }
        Failure::ContentType(content_type) => {
            return response.with_header("content-type", content_type.clone());
        }
        Failure::RedirectHere => return redirect_to(context.origin, context.address),
        Failure::RedirectAway => return redirect_to(context.other_origin, context.address),
        Failure::Truncated => response.delivery.end = BodyEnd::Truncated,
        Failure::Endless => response.delivery.end = BodyEnd::Endless,
        Failure::Reset => response.delivery.end = BodyEnd::Reset,
        Failure::Chunked(size, pause) => response.delivery.chunks = Some((*size, *pause)),
        Failure::Delay(delay) => response.delivery.delay += *delay,
    }
    response
}

/// One deflate block in the fixed code: a bracket and a space as literals, then copies of 258 bytes
/// from one byte back. The checksum at its end is missing: no client should read that far.
fn decompression_bomb() -> Bytes {
    const COPIES: usize = (32 << 20) / 258;
    let bits = |value: u16, length: u32| (0..length).rev().map(move |bit| value >> bit & 1 == 1);
    let literal = |byte: u8| bits(0x30 + u16::from(byte), 8);
    let copy = || bits(0b1_1000_1010_0000, 13);
    let stream = [true, true, false]
        .into_iter()
        .chain(literal(b'['))
        .chain(literal(b' '))
        .chain((0..COPIES).flat_map(|_| copy()));
    let mut packed = vec![0x78, 0x9c];
    for (number, bit) in stream.enumerate() {
        if number % 8 == 0 {
            packed.push(0);
        }
        let last = packed.len() - 1;
        packed[last] |= u8::from(bit) << (number % 8);
    }
    packed.into()
}

fn redirect_to(origin: &str, address: &str) -> Response {
    Response::html_page(302, "Object moved").with_header("location", format!("{origin}{address}"))
}

/// A time in the format of HTTP headers.
pub(super) fn http_date(at: DateTime<Utc>) -> String {
    httpdate::fmt_http_date(SystemTime::from(at))
}
