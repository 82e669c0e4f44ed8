//! Splits a JSON array into its elements while it downloads.
//!
//! Bytes go in as they arrive; complete elements come out as bytes. The contents of an element are
//! left to the decoder, so that one malformed element does not affect the others. Every array that a
//! full JSON parser accepts is split into the same elements, wherever the chunks begin; anything
//! else that passes here is rejected when the single element is parsed.

use std::ops::Range;

use memchr::memchr2;

/// Maximum nesting of one element.
const MAX_DEPTH: usize = 120;

/// Maximum size of one element.
const MAX_ELEMENT_BYTES: usize = 32 << 20;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Why the rest of a body cannot be split into elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SplitError {
    /// Neither an array nor `null`, which counts as an empty one.
    NotArray,
    /// The body ends before the array does.
    Truncated,
    /// Commas or brackets do not match.
    Malformed,
    /// An element exceeds [`MAX_DEPTH`].
    TooDeep,
    /// An element exceeds [`MAX_ELEMENT_BYTES`].
    TooLarge,
}

/// The state of splitting one body.
#[derive(Debug, Default)]
pub(super) struct ArraySplitter {
    buffer: Vec<u8>,
    /// The next byte to scan.
    position: usize,
    state: State,
    is_array: bool,
}

/// The parser state before the next byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Bom,
    Start,
    FirstOrEnd,
    NextElement,
    InElement {
        start: usize,
        token: Token,
    },
    CommaOrEnd,
    Done,
    Failed(SplitError),
}

/// The innermost JSON value around the next byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// A number, `true`, `false` or `null`.
    Scalar,
    /// An object or array. The stack of open brackets, one bit each (1 for `[`), the innermost in the
    /// lowest bit, below a leading 1.
    Container(u128),
    /// A string inside a stack of brackets, which may be empty.
    String(u128),
}

const EMPTY_STACK: u128 = 1;

impl ArraySplitter {
    /// Appends the next bytes of the body.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let keep_from = match self.state {
            State::InElement { start, .. } => start,
            _ => self.position,
        };
        self.buffer.drain(..keep_from);
        self.position -= keep_from;
        if let State::InElement { start, .. } = &mut self.state {
            *start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Returns the next complete element; `None` if more bytes are needed.
    pub(super) fn next_element(&mut self) -> Result<Option<&[u8]>, SplitError> {
        match self.advance() {
            Ok(found) => Ok(found.and_then(|range| self.buffer.get(range))),
            Err(broken) => {
                self.state = State::Failed(broken);
                Err(broken)
            }
        }
    }

    /// Returns an error if the body must not end here.
    pub(super) fn finish(&self) -> Result<(), SplitError> {
        match self.state {
            State::Done => Ok(()),
            State::Failed(broken) => Err(broken),
            _ => Err(SplitError::Truncated),
        }
    }

    /// Returns `true` if the body is an array, and not `null`.
    pub(super) fn is_array(&self) -> bool {
        self.is_array
    }

    /// Returns `true` if the body contains nothing but white space so far.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self.state, State::Bom | State::Start) && self.remaining().is_empty()
    }

    /// The bytes that do not form a complete element yet.
    pub(super) fn remaining(&self) -> &[u8] {
        let start = match self.state {
            State::InElement { start, .. } => start,
            _ => self.position,
        };
        self.buffer.get(start..).unwrap_or_default()
    }

    fn advance(&mut self) -> Result<Option<Range<usize>>, SplitError> {
        loop {
            if let State::Failed(broken) = self.state {
                return Err(broken);
            }
            if let State::InElement { start, token } = self.state {
                let Some(end) = self.scan_element(start, token)? else {
                    return Ok(None);
                };
                self.position = end;
                self.state = State::CommaOrEnd;
                return Ok(Some(start..end));
            }
            if self.state == State::Bom {
                if !self.skip_bom() {
                    return Ok(None);
                }
                self.state = State::Start;
            }
            let Some(byte) = self.skip_whitespace() else {
                return Ok(None);
            };
            self.state = match (self.state, byte) {
                (State::Start, b'[') => {
                    self.is_array = true;
                    self.consume(State::FirstOrEnd)
                }
                (State::Start, b'n') => {
                    let rest = self.buffer.get(self.position..).unwrap_or_default();
                    if rest.starts_with(b"null") {
                        self.position += 4;
                        State::Done
                    } else if b"null".starts_with(rest) {
                        return Ok(None);
                    } else {
                        return Err(SplitError::NotArray);
                    }
                }
                (State::Bom | State::Start, _) => return Err(SplitError::NotArray),
                (State::FirstOrEnd | State::CommaOrEnd, b']') => self.consume(State::Done),
                (State::CommaOrEnd, b',') => self.consume(State::NextElement),
                (State::CommaOrEnd | State::Done, _)
                | (State::FirstOrEnd | State::NextElement, b',' | b']' | b'}' | b':') => {
                    return Err(SplitError::Malformed);
                }
                (State::Failed(broken), _) => return Err(broken),
                (State::FirstOrEnd | State::NextElement | State::InElement { .. }, _) => {
                    State::InElement {
                        start: self.position,
                        token: match byte {
                            b'"' => {
                                self.position += 1;
                                Token::String(EMPTY_STACK)
                            }
                            b'[' | b'{' => Token::Container(EMPTY_STACK),
                            _ => Token::Scalar,
                        },
                    }
                }
            };
        }
    }

    /// Scans the current element and returns its end, if that has arrived.
    fn scan_element(
        &mut self,
        start: usize,
        mut token: Token,
    ) -> Result<Option<usize>, SplitError> {
        let end = loop {
            let ahead = self.buffer.get(self.position..).unwrap_or_default();
            match token {
                Token::Scalar => {
                    let stop = ahead.iter().position(|byte| {
                        matches!(byte, b',' | b']' | b' ' | b'\t' | b'\n' | b'\r')
                    });
                    self.position += stop.unwrap_or(ahead.len());
                    break stop.map(|_| self.position);
                }
                Token::String(stack) => match memchr2(b'"', b'\\', ahead) {
                    None => {
                        self.position += ahead.len();
                        break None;
                    }
                    Some(quote) if ahead.get(quote) == Some(&b'"') => {
                        self.position += quote + 1;
                        if stack == EMPTY_STACK {
                            break Some(self.position);
                        }
                        token = Token::Container(stack);
                    }
                    // The escaped byte has not arrived yet: continue at the backslash.
                    Some(escape) if escape + 1 >= ahead.len() => {
                        self.position += escape;
                        break None;
                    }
                    Some(escape) => self.position += escape + 2,
                },
                Token::Container(mut stack) => {
                    let stop = ahead.iter().position(|byte| {
                        let square = stack & 1 == 1;
                        match byte {
                            b'{' => stack <<= 1,
                            b'[' => stack = stack << 1 | 1,
                            b'}' if !square => stack >>= 1,
                            b']' if square => stack >>= 1,
                            b'"' | b'}' | b']' => return true,
                            _ => return false,
                        }
                        stack == EMPTY_STACK || stack >> MAX_DEPTH > 0
                    });
                    token = Token::Container(stack);
                    let Some(stop) = stop else {
                        self.position += ahead.len();
                        break None;
                    };
                    let byte = ahead.get(stop).copied();
                    self.position += stop + 1;
                    match byte {
                        Some(b'"') => token = Token::String(stack),
                        _ if stack == EMPTY_STACK => break Some(self.position),
                        _ if stack >> MAX_DEPTH > 0 => return Err(SplitError::TooDeep),
                        _ => return Err(SplitError::Malformed),
                    }
                }
            }
        };
        if end.unwrap_or(self.position) - start > MAX_ELEMENT_BYTES {
            return Err(SplitError::TooLarge);
        }
        if end.is_none() {
            self.state = State::InElement { start, token };
        }
        Ok(end)
    }

    /// Skips a byte order mark. Returns `false` if too few bytes have arrived to tell.
    fn skip_bom(&mut self) -> bool {
        let rest = self.buffer.get(self.position..).unwrap_or_default();
        if rest.starts_with(BOM) {
            self.position += BOM.len();
        }
        rest.len() >= BOM.len() || !BOM.starts_with(rest)
    }

    fn skip_whitespace(&mut self) -> Option<u8> {
        let ahead = self.buffer.get(self.position..)?;
        let space = ahead
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            .unwrap_or(ahead.len());
        let byte = ahead.get(space).copied();
        self.position += space;
        byte
    }

    fn consume(&mut self, state: State) -> State {
        self.position += 1;
        state
    }
}

#[cfg(test)]
mod tests;
