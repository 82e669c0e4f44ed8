//! One answer before it is sent: what it says, and how its bytes are delivered.
//!
//! Everything here is a value, so that faults can change an answer without knowing how it came about.

use std::time::Duration;

use hyper::body::Bytes;
use serde_json::{Value, json};

/// What is sent back for one request.
#[derive(Debug)]
pub(super) struct ResponseTemplate {
    pub(super) status: u16,
    /// The service's own words after the status.
    pub(super) reason: Option<String>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Bytes,
    pub(super) delivery: Delivery,
}

/// How the bytes come.
#[derive(Debug, Default)]
pub(super) struct Delivery {
    /// How long until the first of them.
    pub(super) delay: Duration,
    /// The size of the pieces and the pause before each; one piece when absent.
    pub(super) chunks: Option<(usize, Duration)>,
    pub(super) end: BodyEnd,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum BodyEnd {
    /// When all is said.
    #[default]
    Complete,
    /// In the middle.
    Truncated,
    /// Never: the body is said again and again.
    Endless,
    /// Before it began: the connection is reset.
    Reset,
}

impl ResponseTemplate {
    /// A JSON answer.
    pub(super) fn json(status: u16, value: &Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", value.to_string())
    }

    /// An answer of this content type.
    pub(super) fn text(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            reason: None,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
            delivery: Delivery::default(),
        }
    }

    /// The service's own JSON error; its type goes with the status.
    pub(super) fn error(status: u16, message: &str) -> Self {
        let kind = match status {
            400 => "ArgumentException",
            401 => "SoSessionException",
            403 => "SoAccessDeniedException",
            404 => "SoNotFoundException",
            _ => "Exception",
        };
        Self::json(
            status,
            &json!({"Error": true, "ErrorType": kind, "ErrorMessage": message, "ErrorSource": "SoWebApi"}),
        )
    }

    /// An HTML page of a server in front of the service.
    pub(super) fn html_page(status: u16, title: &str) -> Self {
        let page = format!(
            "<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
        );
        Self::text(status, "text/html; charset=utf-8", page)
    }

    /// The same answer with words after its status.
    pub(super) fn with_reason(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }

    /// The same answer with one more header, or another value of one it has.
    pub(super) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value));
        self
    }
}
