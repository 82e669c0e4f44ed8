//! IP addresses and host names in the reason of a block.

use std::net::IpAddr;

/// Words with a final dot that are no hosts: none ends in a domain of the public DNS, as `f.Kr.` does. Without the dot,
/// and in any other form, they may be hosts of a network of one's own.
const ABBREVIATIONS: [&str; 14] = [
    "el.lign.", "f.eks.", "m.fl.", "n.chr.", "o.dgl.", "o.dyl.", "o.fl.", "o.lign.", "p.ex.",
    "t.ex.", "u.dgl.", "v.chr.", "z.hd.", "z.zt.",
];

/// The IP addresses and host names in the parameter of a `Block` message, without ports.
pub(super) fn hosts_in(detail: &str) -> impl Iterator<Item = &str> {
    let is_separator = |it: char| !(it.is_alphanumeric() || ".-_:%[]".contains(it));
    let is_host = |host: &&str| is_ip_address(host) || is_host_name(host);
    let words = detail.split(is_separator);
    let words = words.filter(|word| !is_abbreviation(word));
    let words = words.map(|word| word.trim_end_matches(['.', '-']));
    words.flat_map(move |word| {
        // `IP:2001:db8::7`
        let value = word.split_once(':').map_or(word, |(_, value)| value);
        let whole = [word, value].map(without_port).into_iter().find(is_host);
        // `host:`, `10.0.0.1-10.0.0.9`
        let parts = if whole.is_some() { "" } else { word };
        let parts = parts.split([':', '-']).filter(is_host);
        whole.into_iter().chain(parts)
    })
}

/// A host without its port and brackets; anything else as it is.
pub(super) fn without_port(text: &str) -> &str {
    if is_ip_address(text) {
        return text;
    }
    let bracketed = text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .map(|(host, _)| host);
    let host = bracketed.or_else(|| {
        let (host, port) = text.rsplit_once(':')?;
        let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
        is_port.then(|| host.trim_end_matches('.'))
    });
    let is_host = |host: &&str| is_ip_address(host) || is_host_name(host);
    host.filter(is_host).unwrap_or(text)
}

fn is_abbreviation(word: &str) -> bool {
    let word = word.trim_end_matches(':');
    let mut all = ABBREVIATIONS.iter();
    all.any(|it| word.eq_ignore_ascii_case(it))
}

fn is_ip_address(text: &str) -> bool {
    // `fe80::1%eth0`
    let address = text.split_once('%').map_or(text, |(address, _)| address);
    address.parse::<IpAddr>().is_ok()
}

/// Returns `true` for words with dots between, of which the last has letters only, at least two: not for times and
/// numbers, nor for abbreviations that end in a single letter.
fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .chars()
                .all(|it| it.is_alphanumeric() || "-_".contains(it))
    };
    text.rsplit_once('.').is_some_and(|(labels, last)| {
        let is_top = last.starts_with("xn--") || last.chars().all(char::is_alphabetic);
        is_top && last.chars().count() >= 2 && labels.split('.').all(is_label)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_names_are_found_with_their_labels_and_ports_around() {
        for (detail, hosts) in [
            ("", &[][..]),
            ("rude, at 14:30, e.g. 1.5 times", &[]),
            ("from 203.0.113.9, again", &["203.0.113.9"]),
            ("from t.co.", &["t.co"]),
            ("IP:2001:db8::7 or [2001:db8::7]:443", &["2001:db8::7"; 2]),
            ("dsl-9.provider.test:80", &["dsl-9.provider.test"]),
            ("10.0.0.1-10.0.0.9", &["10.0.0.1", "10.0.0.9"]),
        ] {
            assert_eq!(hosts_in(detail).collect::<Vec<_>>(), hosts, "{detail}");
        }
    }

    #[test]
    fn an_abbreviation_is_no_host_and_whatever_else_may_be_one_is_found() {
        for (detail, hosts) in [
            ("spam, f.eks. lenker", &[][..]),
            ("F.eks.: lenker (m.fl.), o.lign.", &[]),
            ("t.ex. länkar, z.Hd. und v.Chr.", &[]),
            ("from f.eks, again", &["f.eks"]),
            ("from f.eks:80.", &["f.eks"]),
            ("from a.f.eks.", &["a.f.eks"]),
            ("from f.kr.", &["f.kr"]),
            ("from pc.lan.", &["pc.lan"]),
        ] {
            assert_eq!(hosts_in(detail).collect::<Vec<_>>(), hosts, "{detail}");
        }
    }

    #[test]
    fn a_host_with_a_final_dot_and_a_port_is_found() {
        for (detail, hosts) in [
            ("from dsl-9.provider.test.:443", ["dsl-9.provider.test"]),
            ("host:dsl-9.provider.test.:443", ["dsl-9.provider.test"]),
            ("by pc.lan.: rude", ["pc.lan"]),
            ("by 10.0.0.1.: rude", ["10.0.0.1"]),
        ] {
            assert_eq!(hosts_in(detail).collect::<Vec<_>>(), hosts, "{detail}");
        }
    }
}
