//! Secrets: read when first needed, kept, presented in headers, read again when refused.
//!
//! No secret gets into a `Debug` text, an error or the log. A source that fails says what to do.

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

/// What SuperOffice online wants beside a ticket.
const APP_TOKEN: HeaderName = HeaderName::from_static("so-apptoken");
/// What repeats the token of a browser's session.
const XSRF: HeaderName = HeaderName::from_static("x-xsrf-token");

/// Who asks, and how that is shown to the service.
#[derive(Debug)]
pub(super) struct Credentials {
    identity: Option<(AuthScheme, Secret)>,
    app_token: Option<Secret>,
}

/// Credentials as headers.
#[derive(Debug, Default)]
pub(super) struct AuthHeaders {
    pub(super) headers: HeaderMap,
    /// Whether a secret in them was read for an earlier request.
    pub(super) from_cache: bool,
}

impl Credentials {
    /// Takes the sources; nothing is read yet. A command gets `patience` to end.
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

    /// Makes the headers, reading what is not kept.
    pub(super) async fn headers(&self) -> Result<AuthHeaders, ApiError> {
        let mut auth = AuthHeaders::default();
        if let Some((scheme, secret)) = &self.identity {
            let secret = secret.read(&mut auth.from_cache).await?;
            let secret = secret.expose_secret();
            let headers = &mut auth.headers;
            match scheme {
                AuthScheme::Basic { user } => {
                    let pair = STANDARD.encode(format!("{user}:{secret}"));
                    insert_sensitive(headers, AUTHORIZATION, &format!("Basic {pair}"))?;
                }
                AuthScheme::Bearer => {
                    insert_sensitive(headers, AUTHORIZATION, &format!("Bearer {secret}"))?;
                }
                AuthScheme::SoTicket => {
                    insert_sensitive(headers, AUTHORIZATION, &format!("SOTicket {secret}"))?;
                }
                AuthScheme::Xsrf => {
                    insert_sensitive(headers, XSRF, xsrf_token(secret)?)?;
                    insert_sensitive(headers, COOKIE, secret)?;
                }
            }
        }
        if let Some(secret) = &self.app_token {
            let secret = secret.read(&mut auth.from_cache).await?;
            insert_sensitive(&mut auth.headers, APP_TOKEN, secret.expose_secret())?;
        }
        Ok(auth)
    }

    /// Forgets what is kept, so that the next request reads the sources again.
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
        missing_secret(
            "the secret holds characters that cannot be sent - check what its source gives"
                .to_owned(),
        )
    })?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}

/// Finds the token among the cookies.
fn xsrf_token(cookies: &str) -> Result<&str, ApiError> {
    cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(name, _)| name.replace('_', "-").eq_ignore_ascii_case("XSRF-TOKEN"))
        .map(|(_, token)| token)
        .ok_or_else(|| {
            missing_secret("the cookies hold no XSRF-TOKEN - copy the whole Cookie header of a signed-in browser".to_owned())
        })
}

#[derive(Debug)]
struct Secret {
    source: SecretSource,
    timeout: Duration,
    cached: Mutex<Option<SecretString>>,
}

impl Secret {
    /// Gives the secret, and notes if it was read before.
    async fn read(&self, from_cache: &mut bool) -> Result<SecretString, ApiError> {
        let mut cached = self.cached.lock().await;
        if let Some(secret) = &*cached {
            *from_cache = true;
            return Ok(secret.clone());
        }
        let secret = match &self.source {
            SecretSource::Literal(secret) => secret.clone(),
            SecretSource::File(path) => read_secret_file(path)?,
            SecretSource::Command(command) => run_secret_command(command, self.timeout).await?,
        };
        *cached = Some(secret.clone());
        Ok(secret)
    }
}

fn read_secret_file(path: &Path) -> Result<SecretString, ApiError> {
    let shown = path.display();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let open = fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0);
        if open {
            return Err(missing_secret(format!(
                "the secret file {shown} can be read by others - run chmod 600 on it"
            )));
        }
    }
    let text = fs::read_to_string(path).map_err(|cause| {
        missing_secret(format!(
            "could not read the secret file {shown}: {cause} - write the secret into its first line"
        ))
    })?;
    first_line(&text).ok_or_else(|| {
        missing_secret(format!(
            "the secret file {shown} is empty - write the secret into its first line"
        ))
    })
}

async fn run_secret_command(command: &str, timeout: Duration) -> Result<SecretString, ApiError> {
    let run = tokio::process::Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        // What it complains about would land on the screen that we draw.
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(timeout, run)
        .await
        .map_err(|_| {
            missing_secret(
                "the secret command did not end in time - run it by hand to see what it waits for"
                    .to_owned(),
            )
        })?
        .map_err(|cause| {
            missing_secret(format!(
                "could not run the secret command: {cause} - it needs sh"
            ))
        })?;
    if !output.status.success() {
        return Err(missing_secret(format!(
            "the secret command failed ({}) - run it by hand to see why",
            output.status
        )));
    }
    first_line(&String::from_utf8_lossy(&output.stdout)).ok_or_else(|| {
        missing_secret(
            "the secret command printed nothing - it has to print the secret on its first line"
                .to_owned(),
        )
    })
}

fn first_line(text: &str) -> Option<SecretString> {
    let line = text.trim_start_matches('\u{feff}').lines().next()?.trim();
    (!line.is_empty()).then(|| line.into())
}
