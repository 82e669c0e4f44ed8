//! Who asks, put together: scheme, user and where the secret comes from, all of which must agree.

use url::{Host, Url};

use super::draft::{Draft, SchemeWord};
use super::{Config, Fault, Origin};
use crate::superoffice::{Identity, Scheme, SecretSource, Settings};
use secrecy::SecretString;

/// The service as configured.
#[derive(Debug)]
pub(super) struct Service {
    /// `None` while no address is set.
    pub(super) settings: Option<Settings>,
    /// A scheme whose secret nobody gave.
    pub(super) unanswered: Option<Scheme>,
}

/// Puts the settings of the client together.
pub(super) fn service(draft: &mut Draft, faults: &mut Vec<Fault>) -> Service {
    if let Some(url) = &draft.base_url
        && url.scheme() == "http"
        && !draft.allow_http
        && !is_loopback(url)
    {
        faults.push(Fault::new(
            draft.origin("base_url"),
            "base_url is plain http, which shows secrets and messages to the network; write https://, \
             or allow_http = true if the network is yours",
        ));
    }
    let secret = secret(draft);
    let (identity, unanswered) = match (scheme(draft, faults, secret.is_some()), secret) {
        (Some(scheme), Some(secret)) => (Some(Identity { scheme, secret }), None),
        (scheme, _) => (None, scheme),
    };
    let app_token = draft
        .app_token
        .take()
        .map(SecretSource::Given)
        .or_else(|| draft.app_token_file.take().map(SecretSource::File));
    let settings = draft.base_url.take().map(|base_url| Settings {
        base_url,
        identity,
        app_token,
        language: draft.language.take(),
        culture: draft.culture.take(),
        allow_http: draft.allow_http,
        ca_file: draft.ca_file.take(),
        proxy: draft.proxy.take(),
        timeout: draft.timeout,
        max_body: draft.max_body,
    });
    Service {
        settings,
        unanswered,
    }
}

/// The first source that is set: given, file, command.
fn secret(draft: &mut Draft) -> Option<SecretSource> {
    draft
        .secret
        .take()
        .map(SecretSource::Given)
        .or_else(|| draft.secret_file.take().map(SecretSource::File))
        .or_else(|| draft.secret_command.take().map(SecretSource::Command))
}

fn scheme(draft: &mut Draft, faults: &mut Vec<Fault>, has_secret: bool) -> Option<Scheme> {
    let user = draft.user.take();
    let word = draft.scheme.or(match (&user, has_secret) {
        (Some(_), _) => Some(SchemeWord::Basic),
        (None, true) => Some(SchemeWord::Bearer),
        (None, false) => None,
    })?;
    Some(match (word, user) {
        (SchemeWord::Basic, Some(user)) if user.contains(':') => {
            faults.push(Fault::new(
                draft.origin("auth.user"),
                "auth.user holds a colon, which basic cannot carry; write the user without its secret",
            ));
            Scheme::Basic { user }
        }
        (SchemeWord::Basic, Some(user)) => Scheme::Basic { user },
        (SchemeWord::Basic, None) => {
            faults.push(Fault::new(
                draft.origin("auth.scheme"),
                "auth.scheme basic needs a user; set auth.user, or SOCHAT_USER",
            ));
            return None;
        }
        (SchemeWord::Bearer, _) => Scheme::Bearer,
        (SchemeWord::SoTicket, _) => Scheme::SoTicket,
        (SchemeWord::Xsrf, _) => Scheme::Xsrf,
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl Config {
    /// Asks for the secret that a chosen way to sign in still lacks; `ask` is told the question and
    /// answers `None` where nobody can be asked.
    pub fn sign_in(&mut self, ask: impl FnOnce(&str) -> Option<SecretString>) -> Result<(), Fault> {
        let (Some(settings), Some(scheme)) = (&mut self.service, self.unanswered.take()) else {
            return Ok(());
        };
        let question = match &scheme {
            Scheme::Basic { user } => format!("Password of {user:?}: "),
            Scheme::Bearer => "Access token: ".to_owned(),
            Scheme::SoTicket => "Ticket: ".to_owned(),
            Scheme::Xsrf => "Cookies of the browser's session: ".to_owned(),
        };
        let secret = ask(&question).ok_or_else(|| {
            let origin = self.values.get("auth.scheme").or(self.values.get("auth.user"));
            Fault::new(
                origin.map_or(Origin::Default, |&(_, origin)| origin),
                "there is no secret to sign in with; set SOCHAT_SECRET, auth.secret_file or auth.secret_command",
            )
        })?;
        settings.identity = Some(Identity {
            scheme,
            secret: SecretSource::Given(secret),
        });
        Ok(())
    }
}
