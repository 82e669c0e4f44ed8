//! The original of a masked value, and the key of pseudonyms.

use std::fmt;
use std::sync::Arc;

/// The original of a value, if it is masked: stored to be shown again, and not shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Original<T>(Option<Arc<T>>);

impl<T> Original<T> {
    pub(crate) fn new(original: impl Into<Arc<T>>) -> Self {
        Self(Some(original.into()))
    }

    pub(crate) fn get(&self) -> Option<&Arc<T>> {
        self.0.as_ref()
    }
}

impl<T> Default for Original<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> fmt::Debug for Original<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Masked" } else { "None" })
    }
}

/// The secret that pseudonyms depend on; not shown by `Debug`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PrivacyKey([u8; PrivacyKey::LENGTH]);

impl PrivacyKey {
    pub const LENGTH: usize = 32;

    pub const fn new(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedKey {
    pub key: PrivacyKey,
    /// Why it is not stored for the next run, if it is not.
    pub problem: Option<String>,
}

impl fmt::Debug for PrivacyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivacyKey(..)")
    }
}
