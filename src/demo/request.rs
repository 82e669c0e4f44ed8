//! A request together with the state of the service.

use chrono::{DateTime, Utc};

use super::{TENANT, encoding::Encoding, recorded_request::RecordedRequest};

/// A request together with the state of the service that its response depends on.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) recorded: &'a RecordedRequest,
    pub(super) encoding: Encoding<'a>,
    /// The time of the `Date` header.
    pub(super) date: DateTime<Utc>,
    /// The origin where the tenant is served, which may be the other one.
    pub(super) tenant_origin: &'a str,
    /// The origin that the request was not sent to.
    pub(super) other_origin: &'a str,
}

/// The base address at an origin.
pub(super) fn base_url(origin: &str) -> String {
    format!("{origin}/{TENANT}/api/v1/")
}
