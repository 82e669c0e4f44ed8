//! Text with annotations: the body of a message after its HTML has been parsed and sanitized.
//!
//! Annotations are byte ranges of the text. This module does not depend on HTML or the terminal.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// Sanitized text and its annotations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RichText {
    /// Contains no control characters except `\n`.
    pub text: String,
    /// Sorted by start; may overlap; all ranges lie on character boundaries of `text`.
    pub(crate) annotations: Vec<Annotation>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Annotation {
    /// In bytes.
    pub(crate) range: Range<usize>,
    pub format: Format,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    Bold,
    Italic,
    Underline,
    /// A link with its sanitized target, which may have any scheme.
    Link(String),
    /// An image with its sanitized address; the text is its alternative text.
    Image(String),
}

/// An address in a message, of any scheme.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Link<'a> {
    pub target: Cow<'a, str>,
    pub(crate) is_image: bool,
}

/// The part of a web address with its host, as byte ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Authority {
    /// What precedes the host, up to and with the `@`. A browser ignores it, but it can look like a host.
    pub(crate) user_info: Range<usize>,
    pub(crate) host: Range<usize>,
}

impl Authority {
    /// Finds the host of an address, with or without its scheme.
    pub(crate) fn parse(address: &str) -> Self {
        let start = address.find("://").map_or(0, |at| at + "://".len());
        let (_, rest) = address.split_at(start);
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
        let host_start = authority.rfind('@').map_or(0, |at| at + 1);
        let (_, host) = authority.split_at(host_start);
        // An IPv6 address has colons of its own.
        let port = match host.find(']') {
            Some(bracket) if host.starts_with('[') => bracket + 1,
            _ => host.find(':').unwrap_or(host.len()),
        };
        let host_start = start + host_start;
        Self {
            user_info: start..host_start,
            host: host_start..host_start + port,
        }
    }
}

/// The target of an address as it is written: without a scheme, `www.example.com` means https.
pub(crate) fn link_target(address: &str) -> Cow<'_, str> {
    let (www, host) = address.split_at_checked("www.".len()).unwrap_or_default();
    if www.eq_ignore_ascii_case("www.") && host.starts_with(char::is_alphanumeric) {
        format!("https://{address}").into()
    } else {
        address.into()
    }
}

/// Returns `true` if a link may be opened: it is http or https, has a host, and contains no white
/// space or control characters, which a shell or browser might misread.
pub(crate) fn is_openable(target: &str) -> bool {
    let Some((scheme, _)) = target.split_once("://") else {
        return false;
    };
    let host = target.get(Authority::parse(target).host).unwrap_or("");
    ["http", "https"].contains(&&*scheme.to_ascii_lowercase())
        && (host.starts_with(char::is_alphanumeric) || host.starts_with('[') && host.ends_with(']'))
        && !target.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// The host that an address leads to, if what precedes it can be taken for one.
pub(crate) fn disguised_host(target: &str) -> Option<&str> {
    let Authority { user_info, host } = Authority::parse(target);
    let is_disguised = is_openable(target) && !user_info.is_empty();
    is_disguised.then(|| target.get(host)).flatten()
}

impl RichText {
    /// Text without annotations; it must be sanitized already.
    #[cfg(test)]
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            annotations: Vec::new(),
        }
    }

    /// The bytes that the text and its annotations take.
    pub(super) fn stored_bytes(&self) -> usize {
        let target_bytes = |it: &Annotation| match &it.format {
            Format::Link(target) | Format::Image(target) => target.len(),
            Format::Bold | Format::Italic | Format::Underline => 0,
        };
        let targets: usize = self.annotations.iter().map(target_bytes).sum();
        self.text.len() + targets + size_of_val(self.annotations.as_slice())
    }

    /// Returns the links and images in reading order, each once.
    pub(crate) fn links(&self) -> Vec<Link<'_>> {
        let links = self.annotations.iter().filter_map(|it| match &it.format {
            Format::Link(target) => Some((target, false)),
            Format::Image(target) => Some((target, true)),
            Format::Bold | Format::Italic | Format::Underline => None,
        });
        let mut known = HashSet::new();
        let links = links.filter(|link| known.insert(*link));
        links
            .map(|(target, is_image)| Link {
                target: target.into(),
                is_image,
            })
            .collect()
    }

    /// Returns the text on one line, with each run of white space replaced by one space.
    pub(crate) fn to_single_line(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_found_behind_user_info() {
        for (address, user_info, host) in [
            ("https://x.example/a@b", "", "x.example"),
            (
                "http://evil.example@good.example:8080/login",
                "evil.example@",
                "good.example",
            ),
            ("https://a:b@c@x.example?d", "a:b@c@", "x.example"),
            ("https://x.example\\@evil.example/", "", "x.example"),
            ("https://x.example#@evil.example", "", "x.example"),
            ("http://u@[::1]:8080/", "u@", "[::1]"),
            ("http://[::1", "", "["),
            ("x.example:80/a", "", "x.example"),
            ("https://例え.テスト/", "", "例え.テスト"),
            ("https://", "", ""),
            ("", "", ""),
        ] {
            let authority = Authority::parse(address);
            let parts = [authority.user_info, authority.host];
            let parts = parts.map(|part| address.get(part).unwrap());
            assert_eq!(parts, [user_info, host], "{address}");
        }
    }

    #[test]
    fn an_address_without_scheme_is_one_of_https() {
        for (address, target) in [
            ("www.example.com/a?b", "https://www.example.com/a?b"),
            ("WWW.Example.com", "https://WWW.Example.com"),
            ("www.ærø.dk", "https://www.ærø.dk"),
            ("http://www.example.com", "http://www.example.com"),
            ("example.com", "example.com"),
            ("www./", "www./"),
            ("www.", "www."),
            ("wwå", "wwå"),
            ("", ""),
        ] {
            assert_eq!(link_target(address), target);
        }
    }

    #[test]
    fn only_web_addresses_are_openable() {
        for target in [
            "https://help.example.com/faq/91",
            "HTTP://example.com",
            "https://user@[::1]:8443/?q=1",
            "https://æøå.no",
        ] {
            assert!(is_openable(target), "{target:?}");
        }
        for target in [
            "",
            "https://",
            "https:///etc/passwd",
            "https://user@",
            "http://?q",
            "javascript:alert(1)",
            "mailto:kari@example.com",
            "file:///etc/passwd",
            "xhttps://example.com",
            "example.com",
            "http",
            "http://[::1",
            "https://example.com/a b",
            "https://example.com/\u{1b}[1m",
        ] {
            assert!(!is_openable(target), "{target:?}");
        }
    }
}
