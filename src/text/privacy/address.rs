//! Email and web addresses in a text, and web addresses without personal data: the values that a link passes
//! on are left out, its target stays.

use std::borrow::Cow;
use std::ops::Range;

use percent_encoding::percent_decode_str;

use super::Masker;
use super::known::KnownData;
use super::pseudonym::is_masked_mail;
use crate::chat::Authority;

/// The replacement of a part of an address that may hold anything.
pub(super) const MASKED: &str = "masked";
/// Text is percent-encoded more than once where one address is passed on in another.
const MAX_DECODINGS: usize = 3;
/// A number this short in a query is no personal data.
const MAX_SHOWN_DIGITS: usize = 5;

/// An address in a text.
pub(super) struct Address {
    pub(crate) range: Range<usize>,
    pub(crate) is_mail: bool,
}

/// The email and web addresses in a text, in order and without overlap.
pub(super) fn find_addresses(text: &str) -> Vec<Address> {
    let mut found = find_web_addresses(text);
    for (at, sign) in text.match_indices(['@', '＠', '%']) {
        let after = match sign {
            "%" if text.get(at..at + 3) == Some("%40") => at + 3,
            "%" => continue,
            _ => at + sign.len(),
        };
        let is_within = |it: &Address| it.range.contains(&at);
        let Some(range) = mail_around(text, at, after).filter(|_| !found.iter().any(is_within))
        else {
            continue;
        };
        found.push(Address {
            range,
            is_mail: true,
        });
    }
    found.sort_by_key(|address| address.range.start);
    found.dedup_by(|next, last| {
        let overlaps = next.range.start < last.range.end;
        // The second address of `a@b@c` begins within the first: both are one.
        if overlaps {
            let end = last.range.end.max(next.range.end);
            last.range.end = if last.is_mail {
                end
            } else {
                web_address_end(text, end)
            };
        }
        overlaps
    });
    found
}

/// The email address around its `@`, which ends at `after`.
fn mail_around(text: &str, at: usize, after: usize) -> Option<Range<usize>> {
    let is_local = |it: char| it.is_alphanumeric() || "._%+-'!#$&*=~^{}|`".contains(it);
    let is_domain = |it: char| it.is_alphanumeric() || matches!(it, '.' | '-' | '[' | ']' | ':');
    let (before, rest) = (text.get(..at)?, text.get(after..)?);
    let local = before.trim_end_matches(is_local).len();
    let local = before
        .get(local..)?
        .trim_start_matches(['.', '\'', '`', '*', '=', '&', '#']);
    let domain = rest.trim_start_matches(is_domain);
    let domain = rest.get(..rest.len() - domain.len())?;
    let domain = domain.trim_end_matches(['.', '-', ':', ']', '[']);
    let has_name = |part: &str| part.contains(char::is_alphanumeric);
    (has_name(local) && has_name(domain)).then(|| at - local.len()..after + domain.len())
}

/// Web addresses, with a scheme or `www.`.
fn find_web_addresses(text: &str) -> Vec<Address> {
    let mut found: Vec<Address> = Vec::new();
    let marks = text.match_indices("://").map(|(at, _)| {
        let scheme = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.');
        let before = text.get(..at).unwrap_or_default();
        (before.trim_end_matches(scheme).len(), at + "://".len())
    });
    let is_www = |at: &usize| {
        let begins = text
            .get(*at..at + 4)
            .is_some_and(|it| it.eq_ignore_ascii_case("www."));
        let before = text.get(..*at).unwrap_or_default();
        begins && !before.ends_with(char::is_alphanumeric)
    };
    let www = text
        .match_indices(['w', 'W'])
        .map(|(at, _)| at)
        .filter(is_www);
    let mut starts: Vec<_> = marks.chain(www.map(|at| (at, at + 4))).collect();
    starts.sort_unstable();
    for (start, after) in starts {
        if found.last().is_some_and(|it| start < it.range.end) {
            continue;
        }
        let end = web_address_end(text, after);
        if after < end && start < after {
            found.push(Address {
                range: start..end,
                is_mail: false,
            });
        }
    }
    found
}

/// Where a web address ends that reaches a position at least.
fn web_address_end(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let length = rest.find(ends_address).unwrap_or(rest.len());
    let rest = rest.get(..length).unwrap_or_default();
    let rest = rest.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'']);
    from + rest.len()
}

fn ends_address(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || "<>\"`«»“”„‘’，。、；（）「」『』《》【】".contains(character)
}

impl Masker {
    /// Masks an address of any scheme: user, query and fragment are left out, and what is known to be
    /// personal in host and path.
    pub(super) fn mask_address(&self, address: &str, known: &KnownData) -> String {
        let (scheme, rest) = address.split_once(':').unwrap_or(("", address));
        if scheme.eq_ignore_ascii_case("mailto") {
            let mail = decode(rest.split('?').next().unwrap_or_default());
            return if is_masked_mail(&mail) {
                format!("{scheme}:{mail}")
            } else {
                format!("{scheme}:{}", self.mail(&mail))
            };
        }
        let is_web = address.contains("://")
            || address
                .get(..4)
                .is_some_and(|www| www.eq_ignore_ascii_case("www."));
        if !is_web {
            let is_address = !scheme.is_empty()
                && scheme.len() < address.len()
                && scheme.chars().all(|it| it.is_ascii_alphabetic());
            return if is_address {
                format!("{scheme}:{MASKED}")
            } else {
                self.mask_text(address, known)
            };
        }
        let Authority { user_info, host } = Authority::parse(address);
        let part = |range: Range<usize>| address.get(range).unwrap_or_default();
        let user = if user_info.is_empty() { "" } else { "masked@" };
        let authority_end = part(host.end..address.len())
            .find(['/', '?', '#', '\\'])
            .map_or(address.len(), |at| host.end + at);
        let rest = part(authority_end..address.len());
        let path_end = rest.find(['?', '#']).unwrap_or(rest.len());
        let (path, rest) = rest.split_at(path_end);
        let (query, fragment) = rest.split_at(rest.find('#').unwrap_or(rest.len()));
        let segments = path.split('/').map(|it| self.mask_segment(it, known));
        let scheme = part(0..user_info.start);
        let scheme = scheme
            .strip_suffix("://")
            .map(|scheme| self.mask_segment(scheme, known) + "://");
        let mut masked = scheme.unwrap_or_default().into_owned();
        masked.push_str(user);
        masked.push_str(&self.mask_segment(part(host.clone()), known));
        masked.push_str(part(host.end..authority_end));
        masked.push_str(&segments.collect::<Vec<_>>().join("/"));
        if let Some(query) = query.strip_prefix('?') {
            let pairs = query.split('&').map(|pair| self.mask_pair(pair, known));
            masked.push('?');
            masked.push_str(&pairs.collect::<Vec<_>>().join("&"));
        }
        if fragment.len() > 1 {
            masked.push('#');
            masked.push_str(MASKED);
        }
        masked
    }

    /// Masks a host or one part of a path.
    fn mask_segment<'a>(&self, segment: &'a str, known: &KnownData) -> Cow<'a, str> {
        let decoded = decode(segment);
        if decoded.contains(['@', '＠']) {
            return MASKED.into();
        }
        let masked = self.mask_words(&decoded, known);
        if masked == decoded {
            return segment.into();
        }
        masked.replace(char::is_whitespace, "-").into()
    }

    /// Masks the value of a query, which may hold anything.
    fn mask_pair<'a>(&self, pair: &'a str, known: &KnownData) -> Cow<'a, str> {
        let Some((name, value)) = pair.split_once('=') else {
            return if pair.is_empty() { "" } else { MASKED }.into();
        };
        let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.');
        let is_name = name.chars().all(is_plain) && self.mask_words(name, known) == name;
        let is_number =
            value.len() <= MAX_SHOWN_DIGITS && value.bytes().all(|it| it.is_ascii_digit());
        match (is_name, is_number) {
            (true, true) => pair.into(),
            (true, false) => format!("{name}={MASKED}").into(),
            (false, _) => MASKED.into(),
        }
    }
}

/// Decodes percent-encoded text, also if it is encoded more than once.
fn decode(text: &str) -> Cow<'_, str> {
    let mut decoded = Cow::Borrowed(text);
    for _ in 0..MAX_DECODINGS {
        if !decoded.contains('%') {
            break;
        }
        let once = percent_decode_str(&decoded).decode_utf8_lossy();
        decoded = once.into_owned().into();
    }
    decoded
}
