//! Finds web addresses in plain text.
//!
//! `linkify` does it for ASCII text. It takes punctuation of other scripts for part of an address, and
//! accepts only hosts that end in letters from A to Z.

use std::borrow::Cow;
use std::ops::Range;

use icu_properties::props::{GeneralCategory, GeneralCategoryGroup, SentenceTerminal};
use icu_properties::{CodePointMapData, CodePointSetData};
use linkify::{LinkFinder, LinkKind};
use memchr::memchr_iter;
use url::Host;

use crate::chat::Authority;

/// What is written before an address without scheme, while addresses are searched.
const SCHEME: &str = "https://";
const WWW: &str = "www.";

/// Opening brackets and quotation marks.
const OPENING: GeneralCategoryGroup =
    GeneralCategoryGroup::OpenPunctuation.union(GeneralCategoryGroup::InitialPunctuation);
/// Closing brackets and quotation marks.
const CLOSING: GeneralCategoryGroup =
    GeneralCategoryGroup::ClosePunctuation.union(GeneralCategoryGroup::FinalPunctuation);

/// Byte ranges of the addresses in a text, in their order.
pub(super) fn find_addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let bare = find_bare(text);
    if bare.is_empty() && !text.contains("://") {
        return found;
    }
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let mut find_between = |from: usize, until: usize| {
        let bare = bare.get(bare.partition_point(|at| *at < from)..);
        let bare = bare
            .unwrap_or_default()
            .iter()
            .take_while(|at| **at < until);
        let segment = Segment::new(text, from..until, bare);
        let masked = mask_hosts(&segment.text);
        for link in finder.links(&masked) {
            let address = link.as_str();
            let end = without_dash(address).len();
            let is_complete = !address.get(..end).is_some_and(|it| it.ends_with("://"));
            let range = segment.original(link.start()..link.start() + end);
            if let Some(range) = range.filter(|_| is_complete) {
                found.push(range);
            }
        }
    };
    let mut from = 0;
    if !text.is_ascii() {
        for end in address_ends(text) {
            find_between(from, end.start);
            from = end.end;
        }
    }
    find_between(from, text.len());
    found
}

/// Where addresses without scheme may begin: at `www.` that nothing precedes which is part of a name,
/// of a path or of an email address.
fn find_bare(text: &str) -> Vec<usize> {
    let starts = memchr_iter(b'.', text.as_bytes()).filter_map(|dot| {
        let start = (dot + 1).checked_sub(WWW.len())?;
        let begins = text.get(start..=dot)?.eq_ignore_ascii_case(WWW);
        begins.then_some(start)
    });
    let is_inside = |c: char| c.is_alphanumeric() || "._-/@\\".contains(c);
    starts
        .filter(|at| {
            let (before, after) = text.split_at(*at);
            let host = after.split_at(WWW.len()).1;
            !before.ends_with(is_inside) && host.starts_with(char::is_alphanumeric)
        })
        .collect()
}

/// Byte ranges of the characters that end an address: quotation marks, brackets, and marks that end a
/// sentence or a part of one. ASCII is left to `linkify`. A pair of brackets after which the address continues
/// ends none.
fn address_ends(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(next..)?;
            let (at, found) = rest.char_indices().find(|(_, c)| ends_address(*c))?;
            let end = next + at..next + at + found.len_utf8();
            next = end.end;
            match bracketed_length(found, text.get(next..)?) {
                Some(length) => next += length,
                None => return Some(end),
            }
        }
    })
}

fn ends_address(character: char) -> bool {
    !character.is_ascii()
        && (is_in(character, OPENING.union(CLOSING))
            || CodePointSetData::new::<SentenceTerminal>().contains(character)
            || "…‥—―〜～،؛、，：；､﹐﹑﹔﹕፣፤፥፦".contains(character))
}

/// The length of what follows an opening bracket, up to the character after the closing one, if that
/// continues an address.
fn bracketed_length(opening: char, rest: &str) -> Option<usize> {
    let is_bracket = |c| is_in(c, OPENING.union(CLOSING));
    let (at, closing) = rest
        .char_indices()
        .find(|(_, c)| c.is_whitespace() || is_bracket(*c))?;
    let after = at + closing.len_utf8();
    let is_pair = is_in(opening, OPENING) && is_in(closing, CLOSING) && !closing.is_ascii();
    let goes_on = rest.get(after..)?.starts_with(['/', '?', '#', '&', '=']);
    (is_pair && goes_on).then_some(after + 1)
}

fn is_in(character: char, group: GeneralCategoryGroup) -> bool {
    group.contains(CodePointMapData::<GeneralCategory>::new().get(character))
}

/// A part of a text, with a scheme written before its addresses that have none.
struct Segment {
    text: String,
    /// Where that was done, each with the number of bytes inserted until then.
    inserted: Vec<(usize, usize)>,
    /// Where the part begins in the original.
    start: usize,
}

impl Segment {
    fn new<'a>(text: &str, range: Range<usize>, bare: impl Iterator<Item = &'a usize>) -> Self {
        let mut segment = Self {
            text: String::with_capacity(range.len()),
            inserted: Vec::new(),
            start: range.start,
        };
        let mut from = range.start;
        for &at in bare {
            let before = text.get(from..at).unwrap_or_default();
            segment.text.push_str(before);
            if before.ends_with([',', ';']) {
                // It ends the address before.
                segment.text.push(' ');
            }
            let count = segment.text.len() + segment.start - at;
            segment.inserted.push((segment.text.len(), count));
            segment.text.push_str(SCHEME);
            from = at;
        }
        let rest = text.get(from..range.end).unwrap_or_default();
        segment.text.push_str(rest);
        segment
    }

    /// The range in the original of an address that was found; `None` if it is one without scheme
    /// whose host has no dot beside that of `www.`.
    fn original(&self, found: Range<usize>) -> Option<Range<usize>> {
        let original = |at: usize| {
            let next = self.inserted.partition_point(|(place, _)| *place < at);
            let count = match (self.inserted.get(next), next.checked_sub(1)) {
                (Some((place, count)), _) if *place == at => *count,
                (_, Some(last)) => self.inserted[last].1 + SCHEME.len(),
                (_, None) => 0,
            };
            self.start + at - count
        };
        let place = |inserted: &(usize, usize)| inserted.0;
        let is_bare = self
            .inserted
            .binary_search_by_key(&found.start, place)
            .is_ok();
        let host = self.text.get(found.clone()).unwrap_or_default();
        let host = host.get(Authority::parse(host).host).unwrap_or_default();
        let has_domain = host.split('.').filter(|label| !label.is_empty()).count() > 2;
        (!is_bare || has_domain).then(|| original(found.start)..original(found.end))
    }
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

/// Replaces hosts that `linkify` does not recognize by letters, byte for byte.
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
    fn an_address_without_scheme_begins_with_www() {
        for address in [
            "www.example.com",
            "WWW.example.com/a?b=c#d",
            "www.example.com:8080/a",
            "www.x.example/Rust_(language)",
            "www.blåbær.no/ø",
            "www.例え.テスト",
        ] {
            for around in [
                "URL",
                "(URL), x",
                "see:URL.",
                "«URL»",
                "å URL。x URL",
                "<URL>",
            ] {
                let count = around.matches("URL").count();
                let text = around.replace("URL", address);
                assert_eq!(found(&text), vec![address; count], "{text}");
            }
        }
        for no_address in [
            "www.",
            "www.example",
            "www.example.",
            "www..com",
            "wwww.example.com",
            "x.www.example.com",
            "kari@www.example.com",
            "/srv/www.example.com",
            "www . example . com",
            "example.com",
        ] {
            assert_eq!(found(no_address), [""; 0], "{no_address}");
        }
        let inside = "https://x.example/?to=www.example.com&b";
        assert_eq!(
            found(&format!(
                "{inside} www.a.example,www.b.example; www.c.example"
            )),
            [inside, "www.a.example", "www.b.example", "www.c.example"]
        );
    }

    #[test]
    fn user_info_is_part_of_an_address() {
        let address = "http://evil.example.com@good.example.com:8080/login";
        assert_eq!(found(&format!("see {address}.")), [address]);
    }
}
