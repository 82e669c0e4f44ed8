//! SHA-256: of a file while it is written, and of a session's row.

use std::fmt::Write as _;
use std::io::{self, Write};

use aws_lc_rs::digest::{Context, SHA256, digest};

/// Computes the checksum of what passes through, and counts its bytes.
pub(super) struct ChecksumWriter<W> {
    out: W,
    context: Context,
    bytes: u64,
}

impl<W: Write> ChecksumWriter<W> {
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            context: Context::new(&SHA256),
            bytes: 0,
        }
    }

    /// What was written to, the checksum in hexadecimal digits, and the number of bytes.
    pub(super) fn finish(self) -> (W, String, u64) {
        let checksum = self.context.finish();
        let mut digits = String::with_capacity(64);
        for byte in checksum.as_ref() {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02x}");
        }
        (self.out, digits, self.bytes)
    }
}

impl<W: Write> Write for ChecksumWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.context.update(bytes.get(..written).unwrap_or(bytes));
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The first 64 bits of the checksum of a text.
pub(super) fn short_checksum(text: &str) -> u64 {
    let checksum = digest(&SHA256, text.as_bytes());
    let first = checksum.as_ref().first_chunk();
    u64::from_be_bytes(*first.expect("a SHA-256 has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_what_was_written() {
        let mut writer = ChecksumWriter::new(Vec::new());
        for part in ["a", "b", "c"] {
            writer.write_all(part.as_bytes()).unwrap();
        }
        let wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(writer.finish(), (b"abc".to_vec(), wanted.to_owned(), 3));
        assert_eq!(short_checksum("abc"), 0xba78_16bf_8f01_cfea);
    }
}
