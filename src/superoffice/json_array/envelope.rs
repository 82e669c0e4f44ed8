//! Finds the rows in the response of an archive: an object with an array in its property `value`.

use super::{BOM, SplitError, is_whitespace};

/// Properties before the rows are their number and the address of the next page.
const MAX_HEAD_BYTES: usize = 64 << 10;

/// Where the value of `value` begins; `None` if more bytes are needed.
pub(super) fn find_rows(body: &[u8]) -> Result<Option<usize>, SplitError> {
    let head = body.get(..MAX_HEAD_BYTES).unwrap_or(body);
    let mut scan = Scan {
        body: head,
        position: 0,
    };
    match scan.find_rows() {
        Ok(()) => Ok(Some(scan.position)),
        Err(ScanEnd::NeedsMore) if head.len() < MAX_HEAD_BYTES => Ok(None),
        Err(_) => Err(SplitError::NotArray),
    }
}

enum ScanEnd {
    /// The bytes end here.
    NeedsMore,
    /// No object, or one without rows.
    NoRows,
}

struct Scan<'a> {
    body: &'a [u8],
    position: usize,
}

impl Scan<'_> {
    fn find_rows(&mut self) -> Result<(), ScanEnd> {
        if self.rest().starts_with(BOM) {
            self.position += BOM.len();
        } else if BOM.starts_with(self.rest()) {
            return Err(ScanEnd::NeedsMore);
        }
        self.expect(b'{')?;
        loop {
            let is_rows = self.skip_value()?.eq_ignore_ascii_case(b"\"value\"");
            self.expect(b':')?;
            self.peek()?;
            if is_rows {
                return Ok(());
            }
            self.skip_value()?;
            self.expect(b',')?;
        }
    }

    fn rest(&self) -> &[u8] {
        self.body.get(self.position..).unwrap_or_default()
    }

    /// The next byte after white space.
    fn peek(&mut self) -> Result<u8, ScanEnd> {
        let space = self.rest().iter().take_while(|byte| is_whitespace(**byte));
        self.position += space.count();
        self.rest().first().copied().ok_or(ScanEnd::NeedsMore)
    }

    fn expect(&mut self, wanted: u8) -> Result<(), ScanEnd> {
        let is_there = self.peek()? == wanted;
        self.position += 1;
        is_there.then_some(()).ok_or(ScanEnd::NoRows)
    }

    /// Skips a value of any kind; returns its bytes.
    fn skip_value(&mut self) -> Result<&[u8], ScanEnd> {
        self.peek()?;
        let start = self.position;
        let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
        for byte in self.body.get(start..).unwrap_or_default() {
            // A bracket of the object around it.
            let is_end_of_scalar =
                depth == 0 && !in_string && matches!(byte, b'}' | b']' | b',' | b':');
            if !is_end_of_scalar {
                self.position += 1;
            }
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if in_string => is_escaped = true,
                b'"' => in_string = !in_string,
                _ if in_string => continue,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            let is_end = depth == 0 && !in_string && matches!(byte, b'"' | b'}' | b']');
            if is_end_of_scalar || is_end {
                return Ok(self.body.get(start..self.position).unwrap_or_default());
            }
        }
        Err(ScanEnd::NeedsMore)
    }
}
