//! Joins parts of a line, some of which may be empty.

use std::borrow::Borrow;

pub(crate) fn join_non_empty<T: Borrow<str>>(
    parts: impl IntoIterator<Item = T>,
    separator: &str,
) -> String {
    let parts = parts.into_iter().filter(|part| !part.borrow().is_empty());
    parts.collect::<Vec<_>>().join(separator)
}
