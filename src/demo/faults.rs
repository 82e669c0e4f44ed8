//! What goes wrong: which faults befall a request, and what they make of its answer.
//!
//! Faults are counted down here and nowhere else; chance comes from the seed, so that the same
//! requests meet the same trouble.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use hyper::body::Bytes;

use super::{
    quirks::{Failure, Fault, RetryAfter},
    response::{BodyEnd, ResponseTemplate},
};

/// Where and when a request was made, as far as faults need it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FaultContext<'a> {
    /// The address without its origin.
    pub(super) address: &'a str,
    /// The origin of this port.
    pub(super) origin: &'a str,
    /// The origin of the other port.
    pub(super) other_origin: &'a str,
    /// What the service's clock says.
    pub(super) now: DateTime<Utc>,
}

/// Takes the faults that befall this address, counting down those that end.
pub(super) fn take_matching(faults: &mut Vec<Fault>, address: &str) -> Vec<Failure> {
    let address = address.to_lowercase();
    let mut taken = Vec::new();
    faults.retain_mut(|fault| {
        if fault.times == Some(0) {
            return false;
        }
        if address.contains(&fault.address.to_lowercase()) {
            taken.push(fault.failure.clone());
            fault.times = fault.times.map(|times| times - 1);
        }
        fault.times != Some(0)
    });
    taken
}

/// The trouble of an ordinary bad day: about one request in fifteen.
pub(super) fn random_fault(seed: u64, request: u64) -> Option<Failure> {
    let mut chance = fastrand::Rng::with_seed(seed ^ request.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    if chance.u8(..15) > 0 {
        return None;
    }
    chance.choice([
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

/// Changes an answer as a fault would.
pub(super) fn apply_failure(
    answer: ResponseTemplate,
    failure: &Failure,
    context: &FaultContext<'_>,
) -> ResponseTemplate {
    let mut answer = match failure {
        Failure::Status(status) => ResponseTemplate::error(
            *status,
            "[SR_DEMO_FAULT] This is a fault of the demo service.",
        ),
        Failure::HtmlPage(status) => ResponseTemplate::html_page(*status, "Service Unavailable"),
        Failure::SignInPage => ResponseTemplate::html_page(200, "Sign in to SuperOffice"),
        Failure::Busy(status, retry) => {
            let after = match retry {
                RetryAfter::Seconds(seconds) => seconds.to_string(),
                RetryAfter::Date(seconds) => {
                    http_date(context.now + TimeDelta::seconds(i64::from(*seconds)))
                }
            };
            ResponseTemplate::error(*status, "Too many requests.").with_header("retry-after", after)
        }
        Failure::Garbage => ResponseTemplate {
            body: Bytes::from_static(b"\x00\xff\xfe{[\"half a \x1b[31mthought"),
            ..answer
        },
        Failure::Body(body) => ResponseTemplate {
            status: 200,
            body: Bytes::copy_from_slice(body.as_bytes()),
            ..answer
        },
        Failure::DecompressionBomb => ResponseTemplate {
            status: 200,
            body: decompression_bomb(),
            ..answer
        }
        .with_header("content-encoding", "deflate".to_owned()),
        Failure::ContentType(kind) => answer.with_header("content-type", kind.clone()),
        Failure::RedirectHere => redirect_to(context.origin, context.address),
        Failure::RedirectAway => redirect_to(context.other_origin, context.address),
        Failure::Truncated
        | Failure::Chunked(..)
        | Failure::Delay(_)
        | Failure::Endless
        | Failure::Reset => answer,
    };
    let delivery = &mut answer.delivery;
    match failure {
        Failure::Truncated => delivery.end = BodyEnd::Truncated,
        Failure::Endless => delivery.end = BodyEnd::Endless,
        Failure::Reset => delivery.end = BodyEnd::Reset,
        Failure::Chunked(size, pause) => delivery.chunks = Some((*size, *pause)),
        Failure::Delay(delay) => delivery.delay += *delay,
        _ => {}
    }
    answer
}

/// One block in the fixed code: a bracket and a blank as literals, then copies of 258 bytes from one
/// byte back. The check sum at its end is missing; nobody should get that far.
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

fn redirect_to(origin: &str, address: &str) -> ResponseTemplate {
    ResponseTemplate::html_page(302, "Object moved")
        .with_header("location", format!("{origin}{address}"))
}

/// A moment as HTTP headers write it.
pub(super) fn http_date(at: DateTime<Utc>) -> String {
    httpdate::fmt_http_date(SystemTime::from(at))
}
