//! Tenant relocation: finds the new host of a tenant after 421 or a failed name lookup.
//!
//! Hosts of SuperOffice online are numbered and change with load balancing; the wrong one returns 421
//! Misdirected Request. The tenant state is requested without credentials, and its
//! address is used only if it belongs to the same site as the old one.

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use url::Url;

use super::client::Client;
use super::decode::LenientObject;
use super::error;
use super::settings::is_loopback;
use crate::sync::ApiError;

const ONLINE_DOMAIN: &str = ".superoffice.com";

/// The environments of SuperOffice online: `https://ENV.superoffice.com` serves the tenant states.
const ENVIRONMENTS: [&str; 3] = ["online", "sod", "qaonline"];

/// Consecutive moves without a successful response in between.
const MAX_MOVES: u8 = 3;

impl Client {
    /// Requests the tenant's address and switches to it; returns `fallback` if there is no other.
    pub(super) async fn relocate(&self, from: &Url, fallback: ApiError) -> ApiError {
        let now = self.base_url();
        if now != *from {
            // Another request has found it meanwhile.
            return error::tenant_moved(&now);
        }
        let Some((state, tenant)) = state_url(from) else {
            return fallback;
        };
        let headers =
            HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        // An error of this request would hide the original one, which is more specific.
        let body = match self.http.get(&state, &headers).await {
            Ok(mut response) if response.status().is_success() => response.text().await,
            _ => return fallback,
        };
        let body = body.unwrap_or_default();
        let Some(tenant_state) = LenientObject::parse(body.trim()) else {
            return fallback;
        };
        if tenant_state
            .raw("IsRunning")
            .is_some_and(|raw| raw.get() == "false")
        {
            let state = tenant_state.clean_line("State");
            return error::tenant_stopped(&error::host_label(from), &tenant, &state);
        }
        let Some(to) = parse_base_url(&tenant_state.clean_line("Api"))
            .filter(|to| to != from && may_send_credentials(from, to))
        else {
            return fallback;
        };
        let mut client_state = self.lock_state();
        client_state.consecutive_moves += 1;
        if client_state.consecutive_moves > MAX_MOVES {
            client_state.consecutive_moves = 0;
            return fallback;
        }
        client_state.base_url = to.clone();
        client_state.unreported_move = Some((from.clone(), to.clone()));
        error::tenant_moved(&to)
    }
}

/// The URL of the state of the tenant in a base URL, and the tenant's name.
fn state_url(base: &Url) -> Option<(Url, String)> {
    let tenant = base.path_segments()?.find(|segment| {
        segment.split_at_checked(4).is_some_and(|(cust, number)| {
            let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
            cust.eq_ignore_ascii_case("cust") && is_number && !number.is_empty()
        })
    })?;
    let mut state = base.join(&format!("/api/state/{tenant}")).ok()?;
    if let Some(host) = base.host_str()?.strip_suffix(ONLINE_DOMAIN) {
        let environment = host.trim_end_matches(|char: char| char.is_ascii_digit());
        if base.scheme() != "https" || !ENVIRONMENTS.contains(&environment) {
            return None;
        }
        state
            .set_host(Some(&format!("{environment}{ONLINE_DOMAIN}")))
            .ok()?;
    }
    Some((state, tenant.to_owned()))
}

/// The base URL below the `Api` property of a state (root + `/api`).
fn parse_base_url(api: &str) -> Option<Url> {
    Url::parse(&format!("{}/v1/", api.trim_end_matches('/'))).ok()
}

/// Returns `true` if the credentials for one URL may be sent to the other.
fn may_send_credentials(from: &Url, to: &Url) -> bool {
    let is_online = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        url.scheme() == "https" && host.ends_with(ONLINE_DOMAIN)
    };
    let has_no_userinfo = to.username().is_empty() && to.password().is_none();
    let is_as_secure = to.scheme() == "https" || to.scheme() == from.scheme();
    has_no_userinfo
        && is_as_secure
        && (is_online(from) && is_online(to)
            || is_loopback(from) && is_loopback(to)
            || !is_online(from) && from.host() == to.host())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn the_state_is_requested_from_the_environment() {
        for (base, wanted) in [
            (
                "https://sod2.superoffice.com/Cust12345",
                Some("https://sod.superoffice.com/api/state/Cust12345"),
            ),
            (
                "https://online3.superoffice.com/Cust1",
                Some("https://online.superoffice.com/api/state/Cust1"),
            ),
            (
                "https://qaonline.superoffice.com/Cust1",
                Some("https://qaonline.superoffice.com/api/state/Cust1"),
            ),
            (
                "http://127.0.0.1:8080/Cust7",
                Some("http://127.0.0.1:8080/api/state/Cust7"),
            ),
            (
                "https://crm.example.com/so/Cust7",
                Some("https://crm.example.com/api/state/Cust7"),
            ),
            ("https://evil.superoffice.com/Cust1", None),
            ("http://sod2.superoffice.com/Cust1", None),
            ("https://crm.example.com/SuperOffice", None),
            ("https://crm.example.com/Custom", None),
            ("https://crm.example.com/Cust", None),
        ] {
            let state = state_url(&url(&format!("{base}/api/v1/"))).map(|(state, _)| state);
            assert_eq!(state, wanted.map(url), "{base}");
        }
    }

    #[test]
    fn credentials_stay_within_their_site() {
        const SOD: &str = "https://sod2.superoffice.com/";
        const CRM: &str = "https://crm.example.com/";
        for (from, to, wanted) in [
            (SOD, "https://sod3.superoffice.com/", true),
            (SOD, "http://sod3.superoffice.com/", false),
            (SOD, "https://superoffice.com.evil.example/", false),
            (SOD, "https://evilsuperoffice.com/", false),
            (SOD, "https://u:p@sod3.superoffice.com/", false),
            ("http://127.0.0.1:1/", "http://localhost:2/", true),
            ("http://127.0.0.1:1/", "http://10.0.0.1:2/", false),
            (CRM, "https://crm.example.com:8443/", true),
            (CRM, "http://crm.example.com/", false),
            (CRM, SOD, false),
        ] {
            let may_send = may_send_credentials(&url(from), &url(to));
            assert_eq!(may_send, wanted, "{from} to {to}");
        }
    }

    #[test]
    fn the_base_url_ends_in_the_version() {
        let wanted = Some(url("https://sod3.superoffice.com/Cust1/api/v1/"));
        for api in [
            "https://sod3.superoffice.com:443/Cust1/api",
            "https://sod3.superoffice.com/Cust1/api/",
        ] {
            assert_eq!(parse_base_url(api), wanted);
        }
        assert_eq!(parse_base_url(""), None);
    }
}
