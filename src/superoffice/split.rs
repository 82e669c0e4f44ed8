//! Cuts a JSON array into its elements while it downloads.
//!
//! Bytes go in as they arrive, whole elements come out as bytes; what is inside an element is the
//! decoder's business, so that one bad element costs one element. The law: what a full JSON parser
//! takes for an array, this takes for the same elements however it is cut, and whatever this lets
//! pass beyond that is refused by a parser of the single element.

use std::ops::Range;

use memchr::memchr2;

/// Deepest nesting of one element.
const DEPTH: usize = 120;

/// Most bytes of one element.
const ELEMENT: usize = 32 << 20;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Why the rest of a body cannot be cut into elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// It is something else than an array (or `null`, which counts as an empty one).
    NotArray,
    /// It ends before the array does.
    CutShort,
    /// Its commas and brackets do not match.
    Malformed,
    /// An element is nested too deeply.
    TooDeep,
    /// An element is too large.
    TooLarge,
}

/// A JSON array on its way in.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    buffer: Vec<u8>,
    /// Where reading goes on.
    at: usize,
    place: Place,
    is_list: bool,
}

/// Where in the array the next byte stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Mark,
    Start,
    FirstOrEnd,
    Next,
    Within {
        start: usize,
        inside: Inside,
    },
    CommaOrEnd,
    After,
    Failed(Broken),
}

/// What kind of element the next byte stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    /// A number, `true`, `false`, `null`.
    Word,
    /// Brackets, the innermost in the lowest bit (1: a square one), below a leading 1; a lone 1 is none.
    Nest(u128),
    /// A string, in brackets or not.
    Text(u128),
}

const FLAT: u128 = 1;

impl Splitter {
    /// Takes the next bytes of the body.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let kept = match self.place {
            Place::Within { start, .. } => start,
            _ => self.at,
        };
        self.buffer.drain(..kept);
        self.at -= kept;
        if let Place::Within { start, .. } = &mut self.place {
            *start = 0;
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Gives the next whole element; `None` asks for more bytes.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, Broken> {
        match self.step() {
            Ok(found) => Ok(found.and_then(|range| self.buffer.get(range))),
            Err(broken) => {
                self.place = Place::Failed(broken);
                Err(broken)
            }
        }
    }

    /// Tells whether the body may end here.
    pub(super) fn finish(&self) -> Result<(), Broken> {
        match self.place {
            Place::After => Ok(()),
            Place::Failed(broken) => Err(broken),
            _ => Err(Broken::CutShort),
        }
    }

    /// Tells whether it is an array, and not `null`.
    pub(super) fn is_list(&self) -> bool {
        self.is_list
    }

    /// Tells whether nothing but white space has come in.
    pub(super) fn is_fresh(&self) -> bool {
        matches!(self.place, Place::Mark | Place::Start) && self.rest().is_empty()
    }

    /// What has come in and is no whole element yet.
    pub(super) fn rest(&self) -> &[u8] {
        let start = match self.place {
            Place::Within { start, .. } => start,
            _ => self.at,
        };
        self.buffer.get(start..).unwrap_or_default()
    }

    fn step(&mut self) -> Result<Option<Range<usize>>, Broken> {
        loop {
            if let Place::Failed(broken) = self.place {
                return Err(broken);
            }
            if let Place::Within { start, inside } = self.place {
                let Some(end) = self.through(start, inside)? else {
                    return Ok(None);
                };
                self.at = end;
                self.place = Place::CommaOrEnd;
                return Ok(Some(start..end));
            }
            if self.place == Place::Mark {
                if !self.skip_mark() {
                    return Ok(None);
                }
                self.place = Place::Start;
            }
            let Some(byte) = self.skip_space() else {
                return Ok(None);
            };
            self.place = match (self.place, byte) {
                (Place::Start, b'[') => {
                    self.is_list = true;
                    self.past(Place::FirstOrEnd)
                }
                (Place::Start, b'n') => {
                    let rest = self.buffer.get(self.at..).unwrap_or_default();
                    if rest.starts_with(b"null") {
                        self.at += 4;
                        Place::After
                    } else if b"null".starts_with(rest) {
                        return Ok(None);
                    } else {
                        return Err(Broken::NotArray);
                    }
                }
                (Place::Mark | Place::Start, _) => return Err(Broken::NotArray),
                (Place::FirstOrEnd | Place::CommaOrEnd, b']') => self.past(Place::After),
                (Place::CommaOrEnd, b',') => self.past(Place::Next),
                (Place::CommaOrEnd | Place::After, _)
                | (Place::FirstOrEnd | Place::Next, b',' | b']' | b'}' | b':') => {
                    return Err(Broken::Malformed);
                }
                (Place::Failed(broken), _) => return Err(broken),
                (Place::FirstOrEnd | Place::Next | Place::Within { .. }, _) => Place::Within {
                    start: self.at,
                    inside: match byte {
                        b'"' => {
                            self.at += 1;
                            Inside::Text(FLAT)
                        }
                        b'[' | b'{' => Inside::Nest(FLAT),
                        _ => Inside::Word,
                    },
                },
            };
        }
    }

    /// Moves on inside an element; `Some` is where it ends.
    fn through(&mut self, start: usize, mut inside: Inside) -> Result<Option<usize>, Broken> {
        let end = loop {
            let ahead = self.buffer.get(self.at..).unwrap_or_default();
            match inside {
                Inside::Word => {
                    let stop = ahead.iter().position(|byte| {
                        matches!(byte, b',' | b']' | b' ' | b'\t' | b'\n' | b'\r')
                    });
                    self.at += stop.unwrap_or(ahead.len());
                    break stop.map(|_| self.at);
                }
                Inside::Text(nest) => match memchr2(b'"', b'\\', ahead) {
                    None => {
                        self.at += ahead.len();
                        break None;
                    }
                    Some(quote) if ahead.get(quote) == Some(&b'"') => {
                        self.at += quote + 1;
                        if nest == FLAT {
                            break Some(self.at);
                        }
                        inside = Inside::Nest(nest);
                    }
                    // The escaped byte may not have arrived: stay before the backslash.
                    Some(escape) if escape + 1 >= ahead.len() => {
                        self.at += escape;
                        break None;
                    }
                    Some(escape) => self.at += escape + 2,
                },
                Inside::Nest(mut nest) => {
                    let stop = ahead.iter().position(|byte| {
                        let square = nest & 1 == 1;
                        match byte {
                            b'{' => nest <<= 1,
                            b'[' => nest = nest << 1 | 1,
                            b'}' if !square => nest >>= 1,
                            b']' if square => nest >>= 1,
                            b'"' | b'}' | b']' => return true,
                            _ => return false,
                        }
                        nest == FLAT || nest >> DEPTH > 0
                    });
                    inside = Inside::Nest(nest);
                    let Some(stop) = stop else {
                        self.at += ahead.len();
                        break None;
                    };
                    let byte = ahead.get(stop).copied();
                    self.at += stop + 1;
                    match byte {
                        Some(b'"') => inside = Inside::Text(nest),
                        _ if nest == FLAT => break Some(self.at),
                        _ if nest >> DEPTH > 0 => return Err(Broken::TooDeep),
                        _ => return Err(Broken::Malformed),
                    }
                }
            }
        };
        if end.unwrap_or(self.at) - start > ELEMENT {
            return Err(Broken::TooLarge);
        }
        if end.is_none() {
            self.place = Place::Within { start, inside };
        }
        Ok(end)
    }

    /// Passes a byte order mark; `false` while it cannot be told yet.
    fn skip_mark(&mut self) -> bool {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        if rest.starts_with(BOM) {
            self.at += BOM.len();
        }
        rest.len() >= BOM.len() || !BOM.starts_with(rest)
    }

    fn skip_space(&mut self) -> Option<u8> {
        let ahead = self.buffer.get(self.at..)?;
        let space = ahead
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
            .unwrap_or(ahead.len());
        let byte = ahead.get(space).copied();
        self.at += space;
        byte
    }

    fn past(&mut self, place: Place) -> Place {
        self.at += 1;
        place
    }
}

#[cfg(test)]
mod tests;
