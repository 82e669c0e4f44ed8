//! The setting `max_body`: what messages and sessions count towards it, and the sentence for what exceeds it.

/// What a message whose parts have this many bytes counts: a small one takes much more memory.
pub(crate) fn stored_bytes(parts: usize) -> usize {
    parts.max(512)
}

/// What a session of this many bytes of JSON counts: it has many more properties than a message, and two
/// lists are in memory while one replaces the other.
pub(crate) fn stored_session_bytes(json: usize) -> usize {
    json.max(3 << 10)
}

/// Why something is not complete; `purpose` follows the remedy.
pub(crate) fn exceeds_max_body(what: &str, limit: u64, purpose: &str) -> String {
    let size = format_size(limit);
    format!("{what} exceeds max_body ({size}): raise max_body{purpose}")
}

/// A size as the setting is written, in the largest unit that has no fraction.
fn format_size(bytes: u64) -> String {
    let units = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    let unit = units
        .into_iter()
        .find(|(shift, _)| bytes.trailing_zeros() >= *shift);
    unit.map_or_else(
        || format!("{bytes} bytes"),
        |(shift, unit)| format!("{} {unit}", bytes >> shift),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_exact() {
        for (bytes, wanted) in [
            (1000, "1000 bytes"),
            (512 << 10, "512 KiB"),
            (1_500_000, "1500000 bytes"),
            (64 << 20, "64 MiB"),
            ((64 << 20) + 1024, "65537 KiB"),
            (1 << 30, "1 GiB"),
            (u64::MAX, "18446744073709551615 bytes"),
        ] {
            assert_eq!(format_size(bytes), wanted);
        }
    }
}
