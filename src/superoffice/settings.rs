//! Client settings: base URL, credentials, transport.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::{Host, Url};

#[derive(Clone, Debug)]
pub struct Settings {
    /// Ends in `/api/v1/`.
    pub base_url: Url,
    /// `None` sends no credentials.
    pub identity: Option<Identity>,
    /// `SO-AppToken`, required by SuperOffice online with a ticket.
    pub(crate) app_token: Option<SecretSource>,
    /// `Accept-Language` and `SO-Language`.
    pub(crate) language: Option<String>,
    /// `SO-Culture`.
    pub(crate) culture: Option<String>,
    /// Allows plain http to a host that is not loopback.
    pub(crate) allow_http: bool,
    /// A PEM file with additional trusted certificates.
    pub ca_file: Option<PathBuf>,
    /// Replaces the proxy from the environment.
    pub(crate) proxy: Option<Url>,
    /// Read timeout: the longest pause in a response.
    pub timeout: Duration,
    /// Limit for one response, decoded, and for what is stored of several, in bytes.
    pub max_body: u64,
    /// Requests above this rate wait.
    pub max_per_second: f64,
}

impl Settings {
    /// Settings for a demo service on this machine.
    pub fn demo(base_url: Url, max_per_second: f64) -> Self {
        Self {
            base_url,
            identity: None,
            app_token: None,
            language: None,
            culture: None,
            allow_http: false,
            ca_file: None,
            proxy: None,
            timeout: Duration::from_secs(30),
            max_body: 64 << 20,
            max_per_second,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Identity {
    pub scheme: AuthScheme,
    pub secret: SecretSource,
}

/// How the secret is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthScheme {
    /// `Authorization: Basic`, user and password.
    Basic { user: String },
    /// `Authorization: Bearer`.
    Bearer,
    /// `Authorization: SOTicket`.
    SoTicket,
    /// A browser session: the secret is its `Cookie` header (`name=value; name=value`), and
    /// `X-XSRF-TOKEN` repeats the cookie named `XSRF-TOKEN`.
    Xsrf,
}

/// Where a secret comes from; files and commands are read again after 401 and 403.
#[derive(Clone, Debug)]
pub enum SecretSource {
    /// From the environment or a prompt.
    Literal(SecretString),
    /// The first line of a file that only its owner can read.
    File(PathBuf),
    /// The first line that a command prints.
    Command(SecretCommand),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretCommand {
    /// A line for the shell.
    Shell(String),
    /// A program and its arguments.
    Program(String, Vec<String>),
}

/// Refuses plain http to another machine, unless the user allows it.
pub(crate) fn check_plain_http(base_url: &Url, allow_http: bool) -> Result<(), &'static str> {
    if base_url.scheme() != "http" || allow_http || is_loopback(base_url) {
        return Ok(());
    }
    Err(
        "base_url is plain http, which exposes secrets and messages to the network: use https://, \
         or set allow_http = true if you trust the network",
    )
}

/// Refuses an address with a user or password: errors and requests would repeat them. The sentence goes on
/// after the name of the setting.
pub(crate) fn check_no_user(url: &Url) -> Result<(), &'static str> {
    if url.username().is_empty() && url.password().is_none() {
        return Ok(());
    }
    Err("contains a user or password: remove them, and sign in with [auth]")
}

/// Returns `true` if an address is on this machine, so that plain http exposes nothing.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
