//! Credentials: secrets are read when first needed, cached, and read again after a refusal.
//!
//! No secret appears in `Debug` output, an error or the log.

use std::fs;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::error::missing_secret;
use super::secret_command::{self, TerminalAccess, first_line};
use super::settings::{AuthScheme, Identity, SecretCommand, SecretSource};
use crate::sync::ApiError;

/// A secret command is run again after this long where the service refuses what it printed.
const COMMAND_INTERVAL: Duration = Duration::from_mins(1);
/// Required by SuperOffice online with a ticket.
const APP_TOKEN: HeaderName = HeaderName::from_static("so-apptoken");
/// Repeats the `XSRF-TOKEN` cookie of a browser session.
const XSRF: HeaderName = HeaderName::from_static("x-xsrf-token");

/// How long a command that failed without a terminal is not run again without one.
const FAILURE_PAUSE: Duration = Duration::from_mins(1);
/// How long the user waits for a command that runs already.
const LOCK_TIMEOUT: Duration = Duration::from_secs(3);
/// The longest secret that fits into a header of common servers.
const MAX_SECRET: usize = 16 << 10;

#[derive(Debug)]
pub(super) struct Credentials {
    identity: Option<(AuthScheme, Secret)>,
    app_token: Option<Secret>,
}

#[derive(Debug, Default)]
pub(super) struct AuthHeaders {
    pub(super) headers: HeaderMap,
    /// Whether a secret was read for an earlier request, so that its source may have a newer one.
    pub(super) from_cache: bool,
}

impl Credentials {
    /// Nothing is read yet.
    pub(super) fn new(identity: Option<Identity>, app_token: Option<SecretSource>) -> Self {
        let secret = |source, scheme| Secret {
            source,
            scheme,
            failure: parking_lot::Mutex::default(),
            cached: Mutex::default(),
        };
        Self {
            identity: identity.map(
                |Identity {
                     scheme,
                     secret: source,
                 }| { (scheme.clone(), secret(source, Some(scheme))) },
            ),
            app_token: app_token.map(|source| secret(source, None)),
        }
    }

    /// Runs the secret command while the screen does not use the terminal.
    pub(super) async fn run_secret_command(&self) -> Result<(), ApiError> {
        match &self.identity {
            Some((_, secret)) => secret.run_at_terminal().await,
            None => Ok(()),
        }
    }

    /// Returns `true` if the secret command could not be run without a terminal.
    pub(super) fn needs_terminal(&self) -> bool {
        let identity = self.identity.as_ref();
        identity.is_some_and(|(_, secret)| secret.failure.lock().is_some())
    }

    /// Returns `true` if requests carry an identity.
    pub(super) fn is_configured(&self) -> bool {
        self.identity.is_some()
    }

    /// Returns the headers, reading secrets that are not cached.
    pub(super) async fn headers(&self) -> Result<AuthHeaders, ApiError> {
        let mut auth = AuthHeaders::default();
        if let Some((scheme, secret)) = &self.identity {
            let secret = secret.read(&mut auth.from_cache).await?;
            let secret = secret.expose_secret();
            let (name, value) = match scheme {
                AuthScheme::Basic { user } => {
                    let pair = STANDARD.encode(format!("{user}:{secret}"));
                    (AUTHORIZATION, format!("Basic {pair}"))
                }
                AuthScheme::Bearer => (AUTHORIZATION, format!("Bearer {secret}")),
                AuthScheme::SoTicket => (AUTHORIZATION, format!("SOTicket {secret}")),
                AuthScheme::Xsrf => {
                    insert_sensitive(&mut auth.headers, XSRF, xsrf_token(secret)?)?;
                    (COOKIE, secret.to_owned())
                }
            };
            insert_sensitive(&mut auth.headers, name, &value)?;
        }
        if let Some(secret) = &self.app_token {
            let secret = secret.read(&mut auth.from_cache).await?;
            insert_sensitive(&mut auth.headers, APP_TOKEN, secret.expose_secret())?;
        }
        Ok(auth)
    }

    /// Clears the cache of what may be read often: a command may prompt the user.
    pub(super) async fn expire(&self) {
        let identity = self.identity.iter().map(|(_, secret)| secret);
        for secret in identity.chain(&self.app_token) {
            let mut cached = secret.cached.lock().await;
            let is_command = matches!(secret.source, SecretSource::Command(_));
            cached.take_if(|cached| !is_command || cached.read_at.elapsed() >= COMMAND_INTERVAL);
        }
    }

    /// Clears the cache, so that the next request reads the sources again.
    pub(super) async fn invalidate(&self) {
        let identity = self.identity.iter().map(|(_, secret)| secret);
        for secret in identity.chain(&self.app_token) {
            *secret.cached.lock().await = None;
        }
    }
}

fn insert_sensitive(
    headers: &mut HeaderMap,
    name: HeaderName,
    value: &str,
) -> Result<(), ApiError> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        missing_secret("The secret contains characters that cannot be sent: check its source")
    })?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}

fn xsrf_token(cookies: &str) -> Result<&str, ApiError> {
    cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| name.replace('_', "-").eq_ignore_ascii_case("XSRF-TOKEN"))
        .map(|(_, token)| token)
        .ok_or_else(|| {
            missing_secret("The cookies have no XSRF-TOKEN: copy the whole Cookie header of a signed-in browser")
        })
}

#[derive(Debug)]
struct Secret {
    source: SecretSource,
    /// `None` for the application token.
    scheme: Option<AuthScheme>,
    /// When and why the command failed, if it last ran without a terminal and failed.
    failure: parking_lot::Mutex<Option<(Instant, String)>>,
    cached: Mutex<Option<CachedSecret>>,
}

#[derive(Debug)]
struct CachedSecret {
    secret: SecretString,
    /// Whether a request was sent with it.
    is_used: bool,
    read_at: Instant,
}

impl Secret {
    /// Sets `from_cache` if the secret was read before.
    async fn read(&self, from_cache: &mut bool) -> Result<SecretString, ApiError> {
        let mut cached = self.cached.lock().await;
        if let Some(cached) = &mut *cached {
            *from_cache |= std::mem::replace(&mut cached.is_used, true);
            return Ok(cached.secret.clone());
        }
        let secret = match &self.source {
            SecretSource::Literal(secret) => secret.clone(),
            SecretSource::File(path) => read_secret_file(path).map_err(missing_secret)?,
            SecretSource::Command(command) => {
                // Each request would run it again, and the terminal could not be given to it.
                if let Some((at, why)) = &*self.failure.lock()
                    && at.elapsed() < FAILURE_PAUSE
                {
                    return Err(missing_secret(why.clone()));
                }
                self.run(command, TerminalAccess::Denied).await?
            }
        };
        *cached = Some(CachedSecret {
            secret: secret.clone(),
            is_used: true,
            read_at: Instant::now(),
        });
        Ok(secret)
    }

    /// Runs the command with the terminal, if there is one and it has not run yet.
    async fn run_at_terminal(&self) -> Result<(), ApiError> {
        let locked = tokio::time::timeout(LOCK_TIMEOUT, self.cached.lock()).await;
        let mut cached = locked.map_err(|_| {
            missing_secret("The secret command is still running: press R again when it has ended")
        })?;
        if let (SecretSource::Command(command), None) = (&self.source, &*cached) {
            *cached = Some(CachedSecret {
                secret: self.run(command, TerminalAccess::Granted).await?,
                is_used: false,
                read_at: Instant::now(),
            });
        }
        Ok(())
    }

    async fn run(
        &self,
        command: &SecretCommand,
        terminal: TerminalAccess,
    ) -> Result<SecretString, ApiError> {
        let printed = secret_command::run(command, terminal, secret_command::TIMEOUT).await;
        *self.failure.lock() = match (&printed, terminal) {
            (Err(why), TerminalAccess::Denied) => Some((Instant::now(), why.clone())),
            _ => None,
        };
        let secret = printed.map_err(missing_secret)?;
        match implausible(secret.expose_secret(), self.scheme.as_ref()) {
            None => Ok(secret),
            Some(why) => Err(missing_secret(format!(
                "The secret command did not print a secret ({why}): make it print the secret alone"
            ))),
        }
    }
}

/// Returns an error, a sentence for the user, for a secret file that cannot be used.
pub(crate) fn check_secret_file(path: &Path) -> Result<(), String> {
    read_secret_file(path).map(drop)
}

fn read_secret_file(path: &Path) -> Result<SecretString, String> {
    let shown = path.display();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0) {
            return Err(format!(
                "The secret file {shown} can be read by others: run chmod 600 on it"
            ));
        }
    }
    let text = fs::read_to_string(path).map_err(|cause| {
        format!("Cannot read the secret file {shown} ({cause}): write the secret on its first line")
    })?;
    first_line(&text).ok_or_else(|| {
        format!("The secret file {shown} is empty: write the secret on its first line")
    })
}

/// Returns why the output of a command cannot be the secret; `None` if it can.
fn implausible(secret: &str, scheme: Option<&AuthScheme>) -> Option<&'static str> {
    let is_token = matches!(scheme, Some(AuthScheme::Bearer | AuthScheme::SoTicket));
    let is_odd = |c: char| !c.is_ascii_graphic() || matches!(c, '"' | '\'' | '<' | '>' | '{' | '}');
    if secret.len() > MAX_SECRET {
        Some("it is longer than 16 KiB")
    } else if secret.contains(char::is_control) {
        Some("it contains control characters")
    } else if is_token && secret.contains(char::is_whitespace) {
        Some("it contains spaces")
    } else if is_token && secret.contains(is_odd) {
        Some("it contains quotes, brackets or letters that no token has")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn headers_with_secrets_are_marked_sensitive() {
        let cookies = "XSRF-TOKEN=hunter2; session=hunter2";
        for (scheme, names) in [
            (
                AuthScheme::Basic { user: "ola".into() },
                &[AUTHORIZATION][..],
            ),
            (AuthScheme::Bearer, &[AUTHORIZATION]),
            (AuthScheme::SoTicket, &[AUTHORIZATION]),
            (AuthScheme::Xsrf, &[XSRF, COOKIE]),
        ] {
            let secret = || SecretSource::Literal(cookies.into());
            let identity = Identity {
                scheme,
                secret: secret(),
            };
            let credentials = Credentials::new(Some(identity), Some(secret()));
            let headers = credentials.headers().await.unwrap().headers;
            for name in names.iter().chain(&[APP_TOKEN]) {
                assert!(headers[name].is_sensitive(), "{name}");
            }
            let shown = format!("{credentials:?} {headers:?}");
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }

    #[test]
    fn only_one_plausible_token_is_taken_from_a_command() {
        let basic = AuthScheme::Basic { user: "ola".into() };
        for (scheme, secret, is_plausible) in [
            (&AuthScheme::Bearer, "8A:Cust12345.AbC-_~+/=", true),
            (&AuthScheme::SoTicket, "7T:AbCd==", true),
            (&basic, "correct hörse {battery}", true),
            (&AuthScheme::Xsrf, "a=\"1\"; XSRF-TOKEN=2", true),
            (&AuthScheme::Bearer, "Error: not signed in", false),
            (&AuthScheme::Bearer, "{\"access_token\":\"x\"}", false),
            (&AuthScheme::Bearer, "\"8A:x\"", false),
            (&AuthScheme::Bearer, "<html>", false),
            (&AuthScheme::SoTicket, "tökén", false),
            (&basic, "a\u{7}b", false),
            (&basic, &*"a".repeat(MAX_SECRET + 1), false),
        ] {
            assert_eq!(
                implausible(secret, Some(scheme)).is_none(),
                is_plausible,
                "{secret}"
            );
        }
    }
}
