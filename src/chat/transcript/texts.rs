//! Texts one behind the other in a few large strings, which never move.
//!
//! A text is found by where it starts and how long it is. Nothing is taken out; whoever leaves a
//! text behind copies the others over in time.

/// Most bytes of one string, unless a single text is longer.
const CHUNK: usize = 1 << SHIFT;
const SHIFT: u32 = 20;
/// Bytes of the first string; each later one has room for as much as there is by then.
const FIRST: usize = 4 << 10;

/// The digits of a length kept between texts, seven bits each, so that it is text itself.
const DIGITS: u32 = 4;

/// Texts that stay where they are.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    chunks: Vec<String>,
}

/// Where a text is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Number of the string, then the byte in it.
    pub(super) start: u32,
    length: u32,
}

impl Place {
    /// The number of something that is no text, as a place.
    pub(super) fn of_whole(number: u32) -> Self {
        Self {
            start: number,
            length: 0,
        }
    }
}

impl Texts {
    /// Keeps a text, and behind it another if there is one; `None` once four gigabytes are kept.
    pub(super) fn push(&mut self, text: &str, behind: Option<&str>) -> Option<Place> {
        let length = u32::try_from(text.len()).ok()?;
        let second = behind.map_or(Some(0), |behind| {
            u32::try_from(behind.len())
                .ok()
                .filter(|length| length >> (7 * DIGITS) == 0)
        })?;
        let needed = text.len() + behind.map_or(0, |behind| behind.len() + DIGITS as usize);
        let is_full =
            |chunk: &String| chunk.len() + needed > chunk.capacity() || chunk.len() >= CHUNK;
        if self.chunks.last().is_none_or(is_full) {
            let room = self.size().clamp(FIRST, CHUNK);
            self.chunks.push(String::with_capacity(needed.max(room)));
        }
        let number = u32::try_from(self.chunks.len() - 1).ok()?;
        let chunk = self.chunks.last_mut()?;
        let start = number.checked_mul(1 << SHIFT)? + u32::try_from(chunk.len()).ok()?;
        chunk.push_str(text);
        if let Some(behind) = behind {
            chunk.extend((0..DIGITS).map(|digit| char::from((second >> (7 * digit) & 0x7f) as u8)));
            chunk.push_str(behind);
        }
        Some(Place { start, length })
    }

    /// A text.
    pub(super) fn get(&self, place: Place) -> &str {
        let length = place.length as usize;
        self.from(place).get(..length).unwrap_or_default()
    }

    /// What is kept behind a text.
    pub(super) fn behind(&self, place: Place) -> &str {
        let rest = self
            .from(place)
            .get(place.length as usize..)
            .unwrap_or_default();
        let (digits, rest) = rest.split_at_checked(DIGITS as usize).unwrap_or_default();
        let length = digits
            .bytes()
            .rev()
            .fold(0, |sum, digit| sum << 7 | usize::from(digit));
        rest.get(..length).unwrap_or_default()
    }

    /// The number of the string that a text is in.
    pub(super) fn chunk_of(place: Place) -> usize {
        (place.start >> SHIFT) as usize
    }

    /// A whole string, with every text in it.
    pub(super) fn chunk(&self, number: usize) -> &str {
        self.chunks.get(number).map_or("", String::as_str)
    }

    /// How many bytes are kept.
    pub(super) fn size(&self) -> usize {
        self.chunks.iter().map(String::len).sum()
    }

    fn from(&self, place: Place) -> &str {
        let at = place.start as usize % CHUNK;
        self.chunk(Self::chunk_of(place))
            .get(at..)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_went_in() {
        let long = "å".repeat(CHUNK);
        let pairs = [
            ("", None),
            ("one", Some("")),
            ("", Some("two")),
            (&*long, Some(&*long)),
            ("z", None),
        ];
        let mut texts = Texts::default();
        let places: Vec<Place> = (0..3)
            .flat_map(|_| pairs)
            .map(|(text, behind)| texts.push(text, behind).unwrap())
            .collect();
        for (place, (text, behind)) in places.iter().zip((0..3).flat_map(|_| pairs)) {
            assert_eq!(texts.get(*place), text);
            if let Some(behind) = behind {
                assert_eq!(texts.behind(*place), behind);
            }
        }
        assert_eq!(texts.size(), 3 * (7 + 12 + 4 * CHUNK));
    }
}
