//! A request as it was received, which is recorded for tests.

use std::net::SocketAddr;

use tokio::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRequest {
    pub at: Instant,
    /// Identifies the connection: each has a port of its own.
    pub peer: SocketAddr,
    pub method: String,
    /// The origin it was sent to, one of the service's two.
    pub origin: String,
    /// Path and query as sent.
    pub(super) address: String,
    pub path: String,
    /// Decoded, in the order sent.
    pub query: Vec<(String, String)>,
    /// With names in lower case.
    pub headers: Vec<(String, String)>,
}

impl RecordedRequest {
    pub(super) fn new<B>(request: &hyper::Request<B>, peer: SocketAddr, origin: &str) -> Self {
        let uri = request.uri();
        let query = uri.query().unwrap_or_default().as_bytes();
        let headers = request.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.to_string(), value.into_owned())
        });
        Self {
            at: Instant::now(),
            peer,
            method: request.method().to_string(),
            origin: origin.to_owned(),
            address: uri
                .path_and_query()
                .map_or("/", |it| it.as_str())
                .to_owned(),
            path: uri.path().to_owned(),
            query: url::form_urlencoded::parse(query).into_owned().collect(),
            headers: headers.collect(),
        }
    }

    /// The value of a header, whose name is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(key, _)| key == name)?;
        Some(value)
    }

    /// The value of a query option, whose name is matched in any case; `None` if it is blank.
    pub fn option(&self, name: &str) -> Option<&str> {
        let mut query = self.query.iter();
        let (_, value) = query.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }
}
