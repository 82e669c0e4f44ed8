//! Reads the addresses of service and proxy. An error never repeats them: they may contain a password.

use url::Url;

use super::parse::{Parsed, RawValue};
use crate::superoffice::check_no_user;

impl RawValue<'_> {
    /// The URL of a service, completed to end in `/api/v1/`.
    pub(super) fn service_url(self) -> Parsed<Url> {
        const WANTED: &str = "a URL such as \"https://online3.superoffice.com/Cust12345\"";
        let text = self.string(WANTED)?;
        let mut url = Url::parse(text.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| {
                // Not quoted: a URL without its scheme may still contain a password.
                format!("must be {WANTED}, including https://")
            })?;
        check_no_user(&url)?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(format!("must be {WANTED}, without ? or # and what follows"));
        }
        let root = url.path().trim_end_matches('/');
        let lower = root.to_ascii_lowercase();
        let path = if lower.ends_with("/api/v1") {
            format!("{root}/")
        } else if lower.ends_with("/api") {
            format!("{root}/v1/")
        } else {
            format!("{root}/api/v1/")
        };
        url.set_path(&path);
        Ok(url)
    }

    pub(super) fn proxy_url(self) -> Parsed<Url> {
        const WANTED: &str = "a URL such as \"http://proxy.example.com:3128\"";
        let text = self.string(WANTED)?;
        Url::parse(text.trim())
            .ok()
            .filter(|url| {
                matches!(
                    url.scheme(),
                    "http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h"
                ) && url.has_host()
            })
            .ok_or_else(|| format!("must be {WANTED}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::tests::read;
    use super::*;

    #[test]
    fn service_urls_end_in_the_version() {
        for (address, normalised) in [
            ("https://a.example/C1", "https://a.example/C1/api/v1/"),
            ("https://a.example/C1/", "https://a.example/C1/api/v1/"),
            ("https://a.example/C1/api", "https://a.example/C1/api/v1/"),
            (
                "https://a.example/C1/api/v1",
                "https://a.example/C1/api/v1/",
            ),
            (
                "https://a.example:443/C1/API/V1//",
                "https://a.example/C1/API/V1/",
            ),
            (" http://localhost:8080 ", "http://localhost:8080/api/v1/"),
        ] {
            let read = read(&format!("{address:?}"), RawValue::service_url).unwrap();
            assert_eq!(read.as_str(), normalised, "{address}");
        }
    }

    #[test]
    fn invalid_urls_are_refused_without_repeating_a_password() {
        for address in [
            "",
            "a.example/Cust1",
            "localhost:8080",
            "ftp://a.example",
            "https://",
            "https://ola:hunter2@a.example/Cust1",
            "https://a.example/Cust1?x=hunter2",
            "https://a.example/Cust1#hunter2",
            "ola:hunter2@a.example",
        ] {
            let refused = read(&format!("{address:?}"), RawValue::service_url).unwrap_err();
            assert!(!refused.contains("hunter2"), "{refused}");
        }
    }
}
