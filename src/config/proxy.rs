//! Checks the proxy variables: the HTTP client ignores one that it cannot use, and would connect around
//! the proxy.

use super::settings::PartialConfig;
use super::{Diagnostic, Environment, Origin};
use crate::superoffice::{is_loopback, is_proxy_address};

const HTTPS: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
const HTTP: [&str; 2] = ["HTTP_PROXY", "http_proxy"];
const ALL: [&str; 2] = ["ALL_PROXY", "all_proxy"];

/// Reports the variable that applies to the service if it is no address of a proxy.
pub(super) fn check_variables(
    partial: &PartialConfig,
    environment: &Environment,
    errors: &mut Vec<Diagnostic>,
) {
    let Some(base) = &partial.base_url else {
        return;
    };
    let is_https = base.scheme() == "https";
    if partial.proxy.is_some() || !is_https && is_loopback(base) {
        return;
    }
    // Upper case before lower case, as in the HTTP client; an empty one counts as not set.
    let set = |names: [&'static str; 2]| {
        let first = names
            .into_iter()
            .find(|name| environment.contains_key(*name));
        first.filter(|name| !environment[*name].is_empty())
    };
    if let Some(name) = set(if is_https { HTTPS } else { HTTP }).or_else(|| set(ALL))
        && !is_proxy_address(&environment[name])
    {
        let why = "not the address of a proxy; write http://host:port or socks5://host:port, \
                   or unset it";
        errors.push(Diagnostic::new(Origin::Environment(name), why));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::load_with;

    #[test]
    fn a_proxy_variable_that_is_no_address_is_an_error() {
        const HTTPS: &str = "base_url = 'https://a.example'";
        const HTTP: &str = "base_url = 'http://a.example'\nallow_http = true";
        for (file, variables, wanted) in [
            (
                HTTPS,
                &[("HTTPS_PROXY", "ftp://p:1")][..],
                Some("HTTPS_PROXY"),
            ),
            (HTTPS, &[("HTTPS_PROXY", "http://")], Some("HTTPS_PROXY")),
            (
                HTTPS,
                &[("HTTPS_PROXY", "not an address")],
                Some("HTTPS_PROXY"),
            ),
            (
                HTTPS,
                &[("https_proxy", "socks9://p:1")],
                Some("https_proxy"),
            ),
            (HTTPS, &[("ALL_PROXY", "http://p:port")], Some("ALL_PROXY")),
            (
                HTTPS,
                &[("HTTPS_PROXY", ""), ("all_proxy", "x://p")],
                Some("all_proxy"),
            ),
            (HTTP, &[("http_proxy", "x://p")], Some("http_proxy")),
            (HTTP, &[("https_proxy", "x://p")], None),
            (HTTPS, &[("http_proxy", "x://p")], None),
            (
                HTTPS,
                &[("https_proxy", "p.example:3128"), ("all_proxy", "x://p")],
                None,
            ),
            (
                HTTPS,
                &[("https_proxy", "http://ola:pw@p.example:3128/")],
                None,
            ),
            (HTTPS, &[("https_proxy", "socks5h://[::1]:1080")], None),
            (HTTPS, &[("HTTPS_PROXY", "")], None),
            (
                "base_url = 'http://127.0.0.1:1'",
                &[("http_proxy", "x://p")],
                None,
            ),
            (
                "base_url = 'https://a.example'\nproxy = 'http://p:1'",
                &[("https_proxy", "x://p")],
                None,
            ),
            ("", &[("https_proxy", "x://p")], None),
        ] {
            let errors = load_with(file, variables, &[]).err();
            let reported = errors.map(|errors| errors.to_string());
            let wanted = wanted.map(|name| {
                format!(
                    "{name}: not the address of a proxy; write http://host:port or \
                     socks5://host:port, or unset it"
                )
            });
            assert_eq!(reported, wanted, "{file} {variables:?}");
        }
    }
}
