//! What the client has to be told: where the service is and who asks.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

/// Everything that decides how the service is spoken to.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The service, ending in `/api/v1/`.
    pub base_url: Url,
    /// Who asks; `None` sends no credential.
    pub identity: Option<Identity>,
    /// `SO-AppToken`, which SuperOffice online wants beside a ticket.
    pub app_token: Option<SecretSource>,
    /// `Accept-Language` and `SO-Language`.
    pub language: Option<String>,
    /// `SO-Culture`.
    pub culture: Option<String>,
    /// Whether plain http is allowed to a host that is not loopback.
    pub allow_http: bool,
    /// More certificates to trust, as a PEM file.
    pub ca_file: Option<PathBuf>,
    /// A proxy to use in place of the system's.
    pub proxy: Option<Url>,
    /// Longest silence of a connection before it counts as broken.
    pub timeout: Duration,
    /// Most bytes of one decoded answer.
    pub max_body: u64,
    /// Most requests a second; what comes beyond them waits.
    pub max_per_second: f64,
}

impl Settings {
    /// What speaks to a demo service on this machine.
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
            max_body: 256 << 20,
            max_per_second,
        }
    }
}

/// A way to sign in and where its secret comes from.
#[derive(Clone, Debug)]
pub struct Identity {
    /// How the secret is presented.
    pub scheme: AuthScheme,
    /// Where it comes from.
    pub secret: SecretSource,
}

/// How the secret is presented to the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthScheme {
    /// `Authorization: Basic`, user and password.
    Basic {
        /// The user.
        user: String,
    },
    /// `Authorization: Bearer`.
    Bearer,
    /// `Authorization: SOTicket`.
    SoTicket,
    /// A browser's session: the secret is its cookies as one `Cookie` header
    /// (`name=value; name=value`), and `X-XSRF-TOKEN` repeats the one named `XSRF-TOKEN`.
    Xsrf,
}

/// Where a secret comes from; files and commands are asked again when the service says 401.
#[derive(Clone, Debug)]
pub enum SecretSource {
    /// Given by the environment or typed in.
    Literal(SecretString),
    /// The first line of a file that only its owner can read.
    File(PathBuf),
    /// The first line that a command prints, run by the shell.
    Command(String),
}
