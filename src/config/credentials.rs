//! Builds the client settings: checks that scheme, user and secret source agree.

use secrecy::SecretString;

use super::settings::PartialConfig;
use super::{Config, Diagnostic, Diagnostics, Machine, Origin};
use crate::superoffice::{AuthScheme, Identity, SecretSource, Settings, check_plain_http};

/// Returns the settings of the client, `None` without a `base_url`; and a scheme without a secret, which
/// is then prompted for.
pub(super) fn build_service(
    partial: &mut PartialConfig,
    machine: &Machine<'_>,
    errors: &mut Vec<Diagnostic>,
) -> (Option<Settings>, Option<AuthScheme>) {
    if let Some(url) = &partial.base_url
        && let Err(why) = check_plain_http(url, partial.allow_http)
    {
        errors.push(Diagnostic::new(partial.origin_of("base_url"), why));
    }
    for (setting, source) in [
        ("auth.secret_file", &partial.secret),
        ("auth.app_token_file", &partial.app_token),
    ] {
        if let Some(SecretSource::File(path)) = source
            && let Err(why) = (machine.check_secret_file)(path)
        {
            let why = format!("{setting}: {why}");
            errors.push(Diagnostic::new(partial.origin_of(setting), why));
        }
    }
    if let Some(path) = &partial.ca_file
        && let Err(why) = (machine.check_ca_file)(path)
    {
        errors.push(Diagnostic::new(partial.origin_of("ca_file"), why));
    }
    let secret = partial.secret.take();
    let (identity, missing_secret) =
        match (resolve_scheme(partial, errors, secret.is_some()), secret) {
            (Some(scheme), Some(secret)) => (Some(Identity { scheme, secret }), None),
            (scheme, _) => (None, scheme),
        };
    let settings = partial.base_url.take().map(|base_url| Settings {
        base_url,
        identity,
        app_token: partial.app_token.take(),
        language: partial.language.take(),
        culture: partial.culture.take(),
        allow_http: partial.allow_http,
        ca_file: partial.ca_file.take(),
        proxy: partial.proxy.take(),
        timeout: partial.timeout,
        max_body: partial.max_body,
        max_per_second: partial.poll.max_per_second,
    });
    (settings, missing_secret)
}

fn resolve_scheme(
    partial: &mut PartialConfig,
    errors: &mut Vec<Diagnostic>,
    has_secret: bool,
) -> Option<AuthScheme> {
    let user = partial.user.take();
    let default = match (&user, has_secret) {
        (Some(user), _) => Some(AuthScheme::Basic { user: user.clone() }),
        (None, true) => Some(AuthScheme::Bearer),
        (None, false) => None,
    };
    let scheme = partial.scheme.take().or(default)?;
    if !matches!(scheme, AuthScheme::Basic { .. }) {
        return Some(scheme);
    }
    let Some(user) = user else {
        errors.push(Diagnostic::new(
            partial.origin_of("auth.scheme"),
            "auth.scheme \"basic\" requires a user: set auth.user or SOCHAT_USER",
        ));
        return None;
    };
    if user.contains(':') {
        errors.push(Diagnostic::new(
            partial.origin_of("auth.user"),
            // RFC 7617: the first colon ends the user.
            "auth.user contains a colon, which Basic does not allow: write the user without the secret",
        ));
    }
    Some(AuthScheme::Basic { user })
}

impl Config {
    /// Returns the client settings, prompting for a missing secret. `prompt` returns `None` where
    /// there is no terminal, or the input was empty.
    pub(crate) fn resolve_secret(
        &self,
        prompt: impl FnOnce(&str) -> Option<SecretString>,
    ) -> Result<Settings, Diagnostics> {
        let Some(mut settings) = self.service.clone() else {
            let why = "No service configured: run `sochat config init`, or try `sochat demo`";
            return Err(Diagnostics::single(&self.path, Origin::Default, why));
        };
        let Some(scheme) = self.missing_secret.clone() else {
            return Ok(settings);
        };
        let question = match &scheme {
            AuthScheme::Basic { user } => format!("Password for {}: ", user.escape_debug()),
            AuthScheme::Bearer => "Access token: ".to_owned(),
            AuthScheme::SoTicket => "Ticket: ".to_owned(),
            AuthScheme::Xsrf => "Browser cookies: ".to_owned(),
        };
        let Some(secret) = prompt(&question) else {
            let chosen_by = ["auth.scheme", "auth.user"];
            let origin = chosen_by.into_iter().find_map(|name| self.values.get(name));
            let why =
                "No secret configured: set SOCHAT_SECRET, auth.secret_file or auth.secret_command";
            return Err(Diagnostics::single(
                &self.path,
                origin.map_or(Origin::Default, |&(_, origin)| origin),
                why,
            ));
        };
        settings.identity = Some(Identity {
            scheme,
            secret: SecretSource::Literal(secret),
        });
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::super::tests::{config, errors, load_with};
    use super::*;

    #[test]
    fn plain_http_is_for_loopback_or_allow_http() {
        for (address, allowed) in [
            ("http://localhost:8080", true),
            ("http://127.0.0.1/x", true),
            ("http://[::1]:1", true),
            ("https://a.example", true),
            ("http://a.example", false),
            ("http://10.0.0.1", false),
        ] {
            let text = format!("base_url = {address:?}");
            assert_eq!(load_with(&text, &[], &[]).is_ok(), allowed, "{address}");
            assert!(load_with(&format!("{text}\nallow_http = true"), &[], &[]).is_ok());
        }
    }

    /// Scheme and source in short: `Bearer file /etc/sochat/s`.
    fn identity(text: &str, variables: &[(&str, &str)]) -> String {
        let text = format!("base_url = 'https://a.example'\n{text}");
        let config = load_with(&text, variables, &[]).unwrap();
        let identity = config.service.unwrap().identity;
        let (scheme, secret) = match (config.missing_secret, identity) {
            (Some(scheme), _) => (scheme, "prompt".to_owned()),
            (None, None) => return "none".to_owned(),
            (None, Some(Identity { scheme, secret })) => (
                scheme,
                match secret {
                    SecretSource::Literal(secret) => format!("literal {}", secret.expose_secret()),
                    SecretSource::File(path) => format!("file {}", path.display()),
                    SecretSource::Command(command) => format!("{command:?}"),
                },
            ),
        };
        let scheme = format!("{scheme:?}").replace(r#" { user: "ola" }"#, " ola");
        format!("{scheme} {secret}")
    }

    #[test]
    fn scheme_and_secret_source_follow_from_what_is_set() {
        const BOTH: &str = "auth.secret_file = 's'\nauth.secret_command = 'pass x'";
        const PROFILE: &str =
            "profile = 'p'\nauth.secret_file = 's'\n[profiles.p]\nauth.secret_command = 'pass y'";
        const SECRET: (&str, &str) = ("SOCHAT_SECRET", "x");
        for (text, variables, expected) in [
            ("", &[][..], "none"),
            ("auth.user = 'ola'", &[], "Basic ola prompt"),
            ("auth.scheme = 'soticket'", &[], "SoTicket prompt"),
            ("", &[SECRET], "Bearer literal x"),
            ("", &[("SOCHAT_USER", "ola"), SECRET], "Basic ola literal x"),
            ("", &[("SOCHAT_SECRET", "a b\n")], "Bearer literal a b"),
            (
                "",
                &[("SOCHAT_SECRET", "\u{feff}x\r\n\n")],
                "Bearer literal x",
            ),
            (
                "auth.user = 'ola'\nauth.secret_file = '~/s'",
                &[("HOME", "/ola")],
                "Basic ola file /ola/s",
            ),
            (BOTH, &[], "Bearer file /etc/sochat/s"),
            (BOTH, &[SECRET, ("SOCHAT_AUTH", "XSRF")], "Xsrf literal x"),
            (
                "auth.secret_command = 'pass x'",
                &[],
                "Bearer Shell(\"pass x\")",
            ),
            (PROFILE, &[], "Bearer Shell(\"pass y\")"),
        ] {
            assert_eq!(identity(text, variables), expected, "{text} {variables:?}");
        }
    }

    #[test]
    fn basic_needs_a_user_without_a_colon() {
        assert_eq!(
            errors("\n[auth]\nscheme = 'basic'\nsecret_command = 'x'"),
            "/etc/sochat/config.toml:3: auth.scheme \"basic\" requires a user: set auth.user or SOCHAT_USER"
        );
        assert!(errors("auth.user = 'ola:hunter2'").contains("without the secret"));
    }

    #[test]
    fn a_missing_secret_is_prompted_for() {
        let ola = config("base_url = 'https://a.example'\nauth.user = 'ola'");
        let settings = ola.resolve_secret(|question| {
            assert_eq!(question, "Password for ola: ");
            Some("hunter2".into())
        });
        assert!(settings.unwrap().identity.is_some());
        assert_eq!(
            ola.resolve_secret(|_| None).unwrap_err().to_string(),
            "/etc/sochat/config.toml:2: No secret configured: set SOCHAT_SECRET, \
             auth.secret_file or auth.secret_command"
        );

        let anonymous = config("base_url = 'https://a.example'");
        let settings = anonymous.resolve_secret(|_| unreachable!("nothing is missing"));
        assert!(settings.unwrap().identity.is_none());
    }

    #[test]
    fn without_base_url_config_init_and_the_demo_are_suggested() {
        assert_eq!(
            config("").resolve_secret(|_| None).unwrap_err().to_string(),
            "/etc/sochat/config.toml: No service configured: run `sochat config init`, or try `sochat demo`"
        );
    }
}
