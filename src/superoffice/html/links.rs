//! Finds web addresses in plain text.
//!
//! `linkify` does it for ASCII text. It takes punctuation of other scripts for part of an address, and
//! accepts only hosts that end in letters from A to Z.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use linkify::{LinkFinder, LinkKind};
use regex::Regex;
use url::Host;

/// What ends an address: quotation marks, brackets, and marks that end a sentence or a part of one.
/// ASCII is left to `linkify`. The first alternative, which is longer than one character, ends none:
/// a pair of brackets after which the address goes on.
static ADDRESS_END: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?x)
        [\p{Ps}\p{Pi}--[:ascii:]] [^\s\p{Ps}\p{Pi}\p{Pe}\p{Pf}]* [\p{Pe}\p{Pf}--[:ascii:]] [/?\#&=]
        | [\p{Ps}\p{Pi}\p{Pe}\p{Pf}\p{Terminal_Punctuation}…‥—―〜～--[:ascii:]]";
    Regex::new(pattern).expect("the pattern is valid")
});

/// Byte ranges of the addresses in a text, in their order.
pub(super) fn find_addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !text.contains("://") {
        return found;
    }
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let mut find_between = |from: usize, until: usize| {
        let segment = mask_hosts(text.get(from..until).unwrap_or_default());
        for link in finder.links(&segment) {
            let address = link.as_str();
            let end = without_dash(address).len();
            if !address.get(..end).is_some_and(|it| it.ends_with("://")) {
                let start = from + link.start();
                found.push(start..start + end);
            }
        }
    };
    let mut from = 0;
    if !text.is_ascii() {
        for end in ADDRESS_END.find_iter(text) {
            if end.as_str().chars().nth(1).is_none() {
                find_between(from, end.start());
                from = end.end();
            }
        }
    }
    find_between(from, text.len());
    found
}

/// An address without the dash that follows it, and without what cannot end an address before that.
fn without_dash(address: &str) -> &str {
    let is_dash = |c| {
        matches!(
            c,
            '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe58}' | '\u{ff0d}'
        )
    };
    if address.ends_with(is_dash) {
        address.trim_end_matches(|c| is_dash(c) || ".,:;!?".contains(c))
    } else {
        address
    }
}

/// Replaces hosts that `linkify` does not know as such by letters, byte for byte.
fn mask_hosts(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    for (colon, separator) in text.match_indices("://") {
        let start = colon + separator.len();
        let rest = text.get(start..).unwrap_or_default();
        let ends_authority = |c: char| c.is_whitespace() || "/?#\\<>\"'`|()".contains(c);
        let authority = rest.split(ends_authority).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let start = start + authority.len() - host.len();
        if let Some(length) = unusual_host_length(host) {
            let letters = "a".repeat(length);
            masked
                .to_mut()
                .replace_range(start..start + length, &letters);
        }
    }
    masked
}

/// The length of an IPv6 address, or of a name in other letters, at the start of a text.
fn unusual_host_length(text: &str) -> Option<usize> {
    if text.starts_with('[') {
        let (literal, _) = text.split_at(text.find(']')? + 1);
        return Host::parse(literal).is_ok().then_some(literal.len());
    }
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c) || !c.is_ascii();
    let name = text.split(|c| !is_host(c)).next()?;
    let name = name.trim_end_matches(['-', '.', '_']);
    let is_unusual = !name.is_ascii() || name.contains('_');
    (is_unusual && name.starts_with(char::is_alphanumeric)).then_some(name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let ranges = find_addresses(text).into_iter();
        ranges.map(|range| text.get(range).unwrap()).collect()
    }

    #[test]
    fn an_address_ends_before_closing_punctuation_and_dashes() {
        let url = "https://x.example/a";
        for around in [
            "«URL»",
            "»URL«",
            "“URL”",
            "„URL“",
            "‘URL’",
            "‚URL‘",
            "‹URL›",
            "URL…",
            "URL–",
            "URL–, x",
            "URL —",
            "URL—x",
            "URL.–",
            "URL（x）後",
            "（URL）",
            "「URL」",
            "『URL』。",
            "【URL】",
            "URL。次",
            "URL、次",
            "URL，次",
            "URL：次",
            "URL！",
            "URL？次",
            "URL；",
            "URL｡",
            "URL؟",
            "URL؛ x",
            "URL।",
            "URL〜",
            "URL’s",
            "(URL)",
            "[URL]",
            "<URL>",
            "\"URL\"",
            "'URL'",
            "URL, x",
            "URL.",
            "URL!?",
            "(see URL).",
            "«URL.»",
            "URL‼",
        ] {
            assert_eq!(found(&around.replace("URL", url)), [url], "{around}");
        }
        assert_eq!(
            found("「https://a.example、https://b.example」"),
            ["https://a.example", "https://b.example"]
        );
    }

    #[test]
    fn punctuation_inside_an_address_is_part_of_it() {
        for address in [
            "https://x.example/Rust_(language)",
            "https://x.example/a[1]",
            "https://x.example/Michelson–Morley",
            "https://x.example/東京（1）/地図",
            "https://x.example/«a»?b=c",
            "https://x.example/a,b;c:d.e!f",
            "https://x.example/-",
            "https://x.example/Ελλάδα·Κύπρος",
            "https://x.example/पर्यटन",
        ] {
            assert_eq!(found(&format!("see {address}, and on")), [address]);
        }
    }

    #[test]
    fn hosts_may_be_of_any_script_or_ipv6() {
        for address in [
            "https://例え.テスト/",
            "https://例え.テスト",
            "https://परीक्षा.भारत/a",
            "https://пример.рф:8080/?a=b",
            "https://Ærø.dk/",
            "http://[::1]:8080/",
            "http://[2001:db8::7]/a",
            "http://user@[::1]/",
            "http://user:pass@例え.テスト/a",
            "http://print_server/jobs",
            "http://localhost:8080/a",
            "http://10.0.0.1/",
            "HTTPS://X.EXAMPLE/A",
        ] {
            assert_eq!(found(&format!("see {address} and on")), [address]);
            assert_eq!(found(&format!("（{address}）")), [address]);
        }
        for no_address in [
            "http://[::1",
            "http://[x]/",
            "http://–",
            "https:// x",
            "://",
            "http://…",
            "https://_",
        ] {
            assert_eq!(found(no_address), [""; 0], "{no_address}");
        }
    }

    #[test]
    fn user_info_is_part_of_an_address() {
        let address = "http://evil.example.com@good.example.com:8080/login";
        assert_eq!(found(&format!("see {address}.")), [address]);
    }
}
