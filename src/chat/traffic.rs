//! What passed between us and the service, in numbers.

/// Requests and what they brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests within the last minute.
    pub requests: u64,
    /// Bytes of bodies received within the last minute, unpacked.
    pub bytes: u64,
    /// Bytes of bodies received in all, unpacked.
    pub all_bytes: u64,
}
