//! Reads from a message which one it is and when it was posted, and only checks the rest of it.
//!
//! An export has millions of messages, of which it writes the JSON. Whatever is unusual is left to the decoder of
//! whole messages.

use std::ops::Range;

use super::object::{MAX_PROPERTIES, same_name};
use super::rewrite::depends_on_zone;
use super::session::SESSION_KEY;

/// The names of the properties that are read.
const NAMES: [&str; 3] = ["ChatMessageId", "ChatSessionId", "WhenPosted"];

/// Names that nearly all other properties have.
const USUAL_NAMES: [&str; 6] = [
    "Message",
    "Author",
    "Type",
    "SpecialType",
    "SpecialParam",
    "ReadByCustomer",
];

/// The value 1 in every byte.
const ONES: u64 = u64::from_ne_bytes([1; 8]);

pub(super) struct MessageIdentity {
    pub(super) id: i64,
    pub(super) session: i64,
    /// Where the time is, inside its quotes.
    pub(super) posted: Range<usize>,
}

impl MessageIdentity {
    /// `None` if the text is anything but an object of texts, integers, booleans and `null` that has each of these
    /// properties once, by its usual name, no other time and no key of the session.
    pub(super) fn parse(json: &str) -> Option<Self> {
        let mut scanner = Scanner { json, at: 0 };
        let mut values = [const { None }; NAMES.len()];
        scanner.skip(b'{')?;
        let mut count = 0;
        loop {
            count += 1;
            let name = json.get(scanner.read_string()?)?;
            scanner.skip(b':')?;
            let value = scanner.read_value()?;
            match NAMES.iter().position(|known| *known == name) {
                Some(index) if values.get(index)?.is_none() => values[index] = Some(value),
                None if count <= MAX_PROPERTIES
                    && (USUAL_NAMES.contains(&name) || !is_read_elsewhere(name)) => {}
                _ => return None,
            }
            match scanner.next()? {
                b',' => {}
                b'}' => break,
                _ => return None,
            }
        }
        scanner.skip_space();
        if scanner.at < json.len() {
            return None;
        }
        let [id, session, posted] = values;
        let posted = posted.filter(|posted| json.as_bytes().get(posted.start) == Some(&b'"'))?;
        Some(Self {
            id: json.get(id?)?.parse().ok()?,
            session: json.get(session?)?.parse().ok()?,
            posted: posted.start + 1..posted.end - 1,
        })
    }
}

/// Returns `true` for another spelling of a property that is read, for other times, and for the key of the session.
fn is_read_elsewhere(name: &str) -> bool {
    name.contains('\\')
        || depends_on_zone(name)
        || same_name(SESSION_KEY, name)
        || NAMES.iter().any(|known| same_name(known, name))
}

/// Reads one token after the other; `None` for what is not valid or not usual.
struct Scanner<'a> {
    json: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// The next byte that is no white space.
    fn next(&mut self) -> Option<u8> {
        self.skip_space();
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn skip(&mut self, wanted: u8) -> Option<()> {
        (self.next()? == wanted).then_some(())
    }

    /// A text, an integer, a boolean or `null`.
    fn read_value(&mut self) -> Option<Range<usize>> {
        self.skip_space();
        let start = self.at;
        let rest = self.json.get(start..)?;
        let length = match self.peek()? {
            b'"' => {
                self.read_string()?;
                return Some(start..self.at);
            }
            b't' => rest.starts_with("true").then_some(4)?,
            b'f' => rest.starts_with("false").then_some(5)?,
            b'n' => rest.starts_with("null").then_some(4)?,
            first => {
                let sign = usize::from(first == b'-');
                let digits = rest.bytes().skip(sign).take_while(u8::is_ascii_digit);
                let digits = digits.count();
                // -0 is no integer: it differs from 0.
                let begins_with_zero = rest.as_bytes().get(sign) == Some(&b'0');
                let is_integer = digits > 0 && (!begins_with_zero || sign + digits == 1);
                is_integer.then_some(sign + digits)?
            }
        };
        self.at += length;
        Some(start..self.at)
    }

    /// The inside of a string, with its escapes.
    fn read_string(&mut self) -> Option<Range<usize>> {
        self.skip(b'"')?;
        let start = self.at;
        let json = self.json.as_bytes();
        loop {
            self.at += plain_length(json.get(self.at..)?);
            self.at += match json.get(self.at..)? {
                [b'"', ..] => {
                    self.at += 1;
                    return Some(start..self.at - 1);
                }
                [
                    b'\\',
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't',
                    ..,
                ] => 2,
                [b'\\', b'u', digits @ ..] => {
                    let digits = digits.first_chunk::<4>()?;
                    digits.iter().all(u8::is_ascii_hexdigit).then_some(6)?
                }
                _ => return None,
            };
        }
    }
}

/// The bytes before the first that may not stand for itself in a string: a quote, a backslash or a control
/// character. Eight of them are examined at once.
fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks();
    let other = words.iter().enumerate().find_map(|(index, word)| {
        let word = u64::from_le_bytes(*word);
        // The highest bit of the first byte that is below the limit is set, and of none before it.
        let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
        let is_byte = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
        let found = below(word, b' ') | is_byte(b'"') | is_byte(b'\\');
        let found = found & (0x80 * ONES);
        (found != 0).then(|| 8 * index + (found.trailing_zeros() / 8) as usize)
    });
    other.unwrap_or_else(|| {
        let plain = rest
            .iter()
            .take_while(|byte| !matches!(byte, ..b' ' | b'"' | b'\\'));
        8 * words.len() + plain.count()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_byte_that_ends_plain_text_is_found_at_any_place() {
        for byte in 0..=u8::MAX {
            for place in 0..18 {
                let mut text = *b"abcdefgh ~\x7f\x80\xffghijk";
                text[place] = byte;
                let is_plain = !matches!(byte, ..b' ' | b'"' | b'\\');
                let wanted = if is_plain { text.len() } else { place };
                assert_eq!(plain_length(&text), wanted, "{byte} at {place}");
            }
        }
    }

    #[test]
    fn the_key_of_the_session_is_never_skipped() {
        for name in ["SessionKey", "sessionkey", "S\\u0065ssionKey"] {
            let json = format!(
                r#"{{"ChatMessageId":1,"ChatSessionId":2,"WhenPosted":"","{name}":"secret"}}"#
            );
            assert!(MessageIdentity::parse(&json).is_none(), "{json}");
        }
    }

    #[test]
    fn numbers_that_are_no_integers_are_left_to_the_decoder() {
        for id in ["-0", "01", "-01", "-", "1.0", "1e3"] {
            let json = format!(r#"{{"ChatMessageId":{id},"ChatSessionId":2,"WhenPosted":""}}"#);
            assert!(MessageIdentity::parse(&json).is_none(), "{json}");
        }
        let json = r#"{"ChatMessageId":0,"ChatSessionId":-10,"WhenPosted":""}"#;
        assert!(MessageIdentity::parse(json).is_some());
    }

    const SENT: &str = "{\"ChatMessageId\":12,\"ChatSessionId\":-7, \"Message\":\"a\\\"b\\u00e5\\n\\\\ø\",\
        \"WhenPosted\":\"2026\" ,\"ReadByCustomer\":true,\"Author\":null,\"New\":0}";

    proptest! {
        /// What is accepted is JSON, and means the same to a full parser.
        #[test]
        fn only_json_is_accepted(
            changes in proptest::collection::vec((0..SENT.len(), "[\\x00-\\x7f]{0,2}"), 0..3)
        ) {
            let mut json = SENT.to_owned();
            for (place, text) in changes {
                let place = json.floor_char_boundary(place.min(json.len()));
                let end = json.ceil_char_boundary((place + 1).min(json.len()));
                json.replace_range(place..end, &text);
            }
            if let Some(identity) = MessageIdentity::parse(&json) {
                serde_json::from_str::<serde::de::IgnoredAny>(&json).unwrap();
                // A string may have half a surrogate pair, as a string of JavaScript may; a `Value` may not.
                if let Ok(value) = serde_json::from_str::<serde_json::Value>(&json) {
                    prop_assert_eq!(&value["ChatMessageId"], identity.id);
                    prop_assert_eq!(&value["ChatSessionId"], identity.session);
                    prop_assert!(value["WhenPosted"].is_string());
                }
            }
            prop_assert!(MessageIdentity::parse(SENT).is_some());
        }
    }
}
