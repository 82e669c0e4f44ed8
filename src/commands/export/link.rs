//! Links that an exported page may contain.

use crate::chat::is_openable;

/// Returns `true` if a target may be a link in a file: it is http, https or mailto.
pub(super) fn is_exported_link(target: &str) -> bool {
    let is_mail = target.split_once(':').is_some_and(|(scheme, address)| {
        scheme.eq_ignore_ascii_case("mailto")
            && address.contains('@')
            && !address.contains(|c: char| c.is_whitespace() || c.is_control())
    });
    is_mail || is_openable(target)
}
