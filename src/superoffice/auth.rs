//! Credentials: secrets are read when first needed, cached, and read again after a refusal.
//!
//! No secret appears in `Debug` output, an error or the log.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use super::error::missing_secret;
use super::settings::{AuthScheme, Identity, SecretSource};
use crate::sync::ApiError;

/// Required by SuperOffice online with a ticket (API.md 6.1).
const APP_TOKEN: HeaderName = HeaderName::from_static("so-apptoken");
/// Repeats the `XSRF-TOKEN` cookie of a browser session (API.md 6.1).
const XSRF: HeaderName = HeaderName::from_static("x-xsrf-token");

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
    /// Nothing is read yet. `timeout` limits a secret command.
    pub(super) fn new(
        identity: Option<Identity>,
        app_token: Option<SecretSource>,
        timeout: Duration,
    ) -> Self {
        let secret = |source| Secret {
            source,
            timeout,
            cached: Mutex::default(),
        };
        Self {
            identity: identity.map(|identity| (identity.scheme, secret(identity.secret))),
            app_token: app_token.map(secret),
        }
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
    timeout: Duration,
    cached: Mutex<Option<SecretString>>,
}

impl Secret {
    /// Sets `from_cache` if the secret was read before.
    async fn read(&self, from_cache: &mut bool) -> Result<SecretString, ApiError> {
        let mut cached = self.cached.lock().await;
        if let Some(secret) = &*cached {
            *from_cache = true;
            return Ok(secret.clone());
        }
        let secret = match &self.source {
            SecretSource::Literal(secret) => secret.clone(),
            SecretSource::File(path) => read_secret_file(path).map_err(missing_secret)?,
            SecretSource::Command(command) => run_secret_command(command, self.timeout)
                .await
                .map_err(missing_secret)?,
        };
        *cached = Some(secret.clone());
        Ok(secret)
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

async fn run_secret_command(command: &str, timeout: Duration) -> Result<SecretString, String> {
    let run = tokio::process::Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        // Its output would overwrite the screen.
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(timeout, run)
        .await
        .map_err(
            |_| "Timed out waiting for the secret command: run it by hand to see what it waits for",
        )?
        .map_err(|cause| format!("Cannot run the secret command ({cause}): it needs sh"))?;
    let status = output.status;
    if !status.success() {
        return Err(format!(
            "The secret command failed ({status}): run it by hand to see why"
        ));
    }
    first_line(&String::from_utf8_lossy(&output.stdout)).ok_or_else(|| {
        "The secret command printed nothing: it must print the secret on its first line".to_owned()
    })
}

fn first_line(text: &str) -> Option<SecretString> {
    let line = text.trim_start_matches('\u{feff}').lines().next()?.trim();
    (!line.is_empty()).then(|| line.into())
}
