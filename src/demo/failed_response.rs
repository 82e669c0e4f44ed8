//! The changes that a failure makes to a response.

use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    faults::{Failure, RetryAfter},
    request::Request,
    response::{BodyEnd, Response},
};

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
