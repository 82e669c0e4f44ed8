//! What passed between us and the service, in numbers.

/// Requests and what they brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrafficStats {
    /// Requests within the last minute.
    pub requests_per_minute: u64,
    /// Bytes of bodies received within the last minute, unpacked.
    pub bytes_per_minute: u64,
    /// Bytes of bodies received in all, unpacked.
    pub total_bytes: u64,
}
