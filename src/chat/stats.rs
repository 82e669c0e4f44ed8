//! Traffic statistics of the connection to the service.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrafficStats {
    pub(crate) requests_per_minute: u64,
    /// Received body bytes in the last minute, after decompression.
    pub(crate) bytes_per_minute: u64,
    /// All received body bytes, after decompression.
    pub(crate) total_bytes: u64,
}
