//! Splits a JSON array into its elements while it downloads.
//!
//! Bytes go in as they arrive; complete elements come out as bytes. The contents of an element are
//! left to the decoder, so that one malformed element does not affect the others. Every array that a
//! full JSON parser accepts is split into the same elements, wherever the chunks begin; anything
//! else that passes here is rejected when the single element is parsed. An element that is too deep or
//! too large is skipped, without storing more of it than its beginning.

mod envelope;

use std::ops::Range;

use memchr::memchr2;

/// Maximum nesting of one element.
const MAX_DEPTH: usize = 120;

/// Maximum size of one element.
pub(super) const MAX_ELEMENT_BYTES: usize = 32 << 20;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Bytes stored of a skipped element: its id is usually among them.
const MAX_START_BYTES: usize = 4096;

/// Why the rest of a body cannot be split into elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SplitError {
    /// Neither an array nor `null`, which counts as an empty one.
    NotArray,
    /// The body ends before the array does.
    Truncated,
    /// Commas or brackets do not match.
    Malformed,
}

/// An element of the array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element<'a> {
    Whole(&'a [u8]),
    Skipped {
        /// Its first bytes.
        start: &'a [u8],
        why: Limit,
    },
}

impl<'a> Element<'a> {
    /// Its bytes, or the first of them.
    pub(super) fn bytes(self) -> &'a [u8] {
        match self {
            Self::Whole(bytes) | Self::Skipped { start: bytes, .. } => bytes,
        }
    }
}

/// The limit that an element exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// [`MAX_DEPTH`]
    Depth,
    /// [`MAX_ELEMENT_BYTES`]
    Size,
}

/// The state of splitting one body.
#[derive(Debug, Default)]
pub(super) struct ArraySplitter {
    buffer: Vec<u8>,
    /// The beginning of the current element; outside elements, the same as `position`.
    start: usize,
    /// The next byte to scan.
    position: usize,
    state: State,
    /// The open brackets of the current element, one bit each (1 for `[`), the innermost in the lowest
    /// bit, below a leading 1.
    brackets: u128,
    /// The limit that the current element exceeds, if any; its first bytes, and its open brackets.
    skipped: Option<Limit>,
    skipped_start: Vec<u8>,
    skipped_depth: usize,
    is_array: bool,
    /// Whether the array is in an object, the rest of which is ignored.
    is_in_envelope: bool,
}

/// The parser state before the next byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Start,
    /// Before the rows of an object that has them in its property `value`.
    Envelope,
    FirstOrEnd,
    NextElement,
    /// In an element that is a number, `true`, `false`, `null`, or no JSON at all.
    Scalar,
    /// In an element, between the strings of an object or array.
    Container,
    /// In an element, in a string.
    String,
    CommaOrEnd,
    Done,
    Failed(SplitError),
}

const NO_BRACKETS: u128 = 1;

impl ArraySplitter {
    /// For the response of an archive: an object with the array in its property `value`.
    pub(super) fn of_envelope() -> Self {
        Self {
            state: State::Envelope,
            is_in_envelope: true,
            ..Self::default()
        }
    }

    /// Appends the next bytes of the body.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.start);
        self.position -= self.start;
        self.start = 0;
        // After a large element.
        let needed = self.buffer.len() + bytes.len();
        if self.buffer.capacity() > 4 * needed + (1 << 20) {
            self.buffer.shrink_to(needed);
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Returns the next complete element; `None` if more bytes are needed.
    pub(super) fn next_element(&mut self) -> Result<Option<Element<'_>>, SplitError> {
        let range = match self.advance() {
            Ok(Some(range)) => range,
            Ok(None) => return Ok(None),
            Err(error) => {
                self.state = State::Failed(error);
                return Err(error);
            }
        };
        Ok(Some(match self.skipped.take() {
            Some(why) => Element::Skipped {
                start: &self.skipped_start,
                why,
            },
            None => Element::Whole(self.buffer.get(range).unwrap_or_default().trim_ascii_end()),
        }))
    }

    /// Returns an error if the body must not end here.
    pub(super) fn finish(&self) -> Result<(), SplitError> {
        match self.state {
            State::Done => Ok(()),
            State::Failed(error) => Err(error),
            _ => Err(SplitError::Truncated),
        }
    }

    /// Returns `true` if the body is an array, and not `null`.
    pub(super) fn is_array(&self) -> bool {
        self.is_array
    }

    /// Returns `true` if the body contains nothing but white space so far.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self.state, State::Start | State::Envelope) && self.remaining().is_empty()
    }

    /// The bytes that do not form a complete element yet.
    pub(super) fn remaining(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    fn advance(&mut self) -> Result<Option<Range<usize>>, SplitError> {
        loop {
            if let State::Scalar | State::Container | State::String = self.state {
                let is_complete = self.scan_element()?;
                let element = self.start..self.position;
                if element.len() > MAX_ELEMENT_BYTES {
                    self.skip(Limit::Size);
                }
                if is_complete {
                    self.state = State::CommaOrEnd;
                }
                if is_complete || self.skipped.is_some() {
                    self.start = self.position;
                }
                return Ok(is_complete.then_some(element));
            }
            let space = self
                .remaining()
                .iter()
                .take_while(|byte| is_whitespace(**byte));
            self.start += space.count();
            self.position = self.start;
            let Some(&byte) = self.buffer.get(self.start) else {
                return Ok(None);
            };
            let (length, next) = match (self.state, byte) {
                (State::Done, _) if self.is_in_envelope => (self.remaining().len(), State::Done),
                (State::Envelope, _) => match envelope::find_rows(self.remaining())? {
                    Some(length) => (length, State::Start),
                    None => return Ok(None),
                },
                (State::Start, b'[') => {
                    self.is_array = true;
                    (1, State::FirstOrEnd)
                }
                (State::Start, _) => match self.parse_start()? {
                    Some(found) => found,
                    None => return Ok(None),
                },
                (State::FirstOrEnd | State::CommaOrEnd, b']') => (1, State::Done),
                (State::CommaOrEnd, b',') => (1, State::NextElement),
                (State::Failed(error), _) => return Err(error),
                (State::CommaOrEnd | State::Done, _) | (_, b',' | b']' | b'}' | b':') => {
                    return Err(SplitError::Malformed);
                }
                (_, first) => {
                    self.brackets = NO_BRACKETS;
                    self.state = match first {
                        b'"' => State::String,
                        b'[' | b'{' => State::Container,
                        _ => State::Scalar,
                    };
                    self.position += usize::from(first == b'"');
                    continue;
                }
            };
            self.start += length;
            self.position = self.start;
            self.state = next;
        }
    }

    /// Parses a byte order mark or `null`: its length and the state after it; `None` if more bytes are
    /// needed.
    fn parse_start(&self) -> Result<Option<(usize, State)>, SplitError> {
        let rest = self.remaining();
        for (text, next) in [(BOM, State::Start), (b"null", State::Done)] {
            if rest.starts_with(text) {
                return Ok(Some((text.len(), next)));
            }
            if text.starts_with(rest) {
                return Ok(None);
            }
        }
        Err(SplitError::NotArray)
    }

    /// Drops the current element except for its first bytes.
    fn skip(&mut self, why: Limit) {
        if self.skipped.is_none() {
            let end = self.position.min(self.start + MAX_START_BYTES);
            let start = self.buffer.get(self.start..end).unwrap_or_default();
            self.skipped_start = start.to_vec();
            self.skipped_depth = self.brackets.ilog2() as usize;
            self.skipped = Some(why);
        }
    }

    /// Continues the current element. Returns `true` at its end, `false` if more bytes are needed.
    fn scan_element(&mut self) -> Result<bool, SplitError> {
        loop {
            let is_skipped = self.skipped.is_some();
            let ahead = self.buffer.get(self.position..).unwrap_or_default();
            let stop = match self.state {
                State::String => memchr2(b'"', b'\\', ahead),
                State::Container if is_skipped => ahead.iter().position(|byte| {
                    let depth = &mut self.skipped_depth;
                    match byte {
                        b'{' | b'[' => *depth += 1,
                        b'}' | b']' => *depth = depth.saturating_sub(1),
                        b'"' => return true,
                        _ => {}
                    }
                    *depth == 0
                }),
                State::Container => ahead.iter().position(|byte| {
                    let stack = &mut self.brackets;
                    match (byte, *stack & 1) {
                        (b'{', _) => *stack <<= 1,
                        (b'[', _) => *stack = *stack << 1 | 1,
                        (b'}', 0) | (b']', 1) => *stack >>= 1,
                        (b'"' | b'}' | b']', _) => return true,
                        _ => return false,
                    }
                    *stack == NO_BRACKETS || *stack >> MAX_DEPTH > 0
                }),
                _ => ahead.iter().position(|byte| matches!(byte, b',' | b']')),
            };
            let Some(stop) = stop else {
                self.position = self.buffer.len();
                return Ok(false);
            };
            self.position += stop;
            match (self.state, ahead[stop]) {
                // The escaped byte has not arrived yet: continue at the backslash.
                (State::String, b'\\') if stop + 1 == ahead.len() => return Ok(false),
                (State::String, b'\\') => self.position += 2,
                (State::Container, b'"') => {
                    self.position += 1;
                    self.state = State::String;
                }
                (State::String | State::Container, byte) => {
                    self.position += 1;
                    let is_end = if is_skipped {
                        self.skipped_depth == 0
                    } else {
                        self.brackets == NO_BRACKETS
                    };
                    if is_end {
                        return Ok(true);
                    }
                    if !is_skipped && self.brackets >> MAX_DEPTH > 0 {
                        self.skip(Limit::Depth);
                    } else if !is_skipped && byte != b'"' {
                        return Err(SplitError::Malformed);
                    }
                    self.state = State::Container;
                }
                _ => return Ok(true),
            }
        }
    }
}

fn is_whitespace(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests;
