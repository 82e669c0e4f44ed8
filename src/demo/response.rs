//! A response before it is sent: its content, and the delivery of its bytes.
//!
//! A plain value, so that a fault can change any response.

use std::time::Duration;

use serde_json::{Value, json};

#[derive(Debug, Default)]
pub(super) struct Response {
    pub(super) status: u16,
    /// A reason phrase other than the standard one.
    pub(super) reason: Option<String>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// The time before the first byte.
    pub(super) delay: Duration,
    /// The size of the chunks and the pause before each; one chunk when absent.
    pub(super) chunks: Option<(usize, Duration)>,
    pub(super) end: BodyEnd,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum BodyEnd {
    #[default]
    Complete,
    /// The connection closes after half of the body.
    Truncated,
    /// The body is sent again and again.
    Endless,
    /// The connection is reset before the first byte.
    Reset,
}

impl Response {
    pub(super) fn json(status: u16, value: &Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", value.to_string())
    }

    fn text(status: u16, content_type: &str, body: String) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
            ..Self::default()
        }
    }

    /// The service's own JSON error.
    pub(super) fn error(status: u16, message: &str) -> Self {
        let error_type = match status {
            400 => "ArgumentException",
            401 => "SoSessionException",
            403 => "SoAccessDeniedException",
            404 => "SoNotFoundException",
            _ => "Exception",
        };
        Self::json(
            status,
            &json!({"Error": true, "ErrorType": error_type, "ErrorMessage": message, "ErrorSource": "SoWebApi"}),
        )
    }

    /// An HTML page, as a server in front of the service sends it.
    pub(super) fn html_page(status: u16, title: &str) -> Self {
        let page = format!(
            "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
        );
        Self::text(status, "text/html; charset=utf-8", page)
    }

    pub(super) fn with_reason(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }

    /// Adds a header, or replaces the one of this name.
    pub(super) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value));
        self
    }
}
