//! Decodes one JSON value as the requested type, whatever type it was sent as.
//!
//! Numbers may be sent as text, booleans as numbers, text as numbers, and enum names as their numbers.
//! A value that cannot be converted is an error; `null` is not.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Visitor};
use serde_json::value::RawValue;

/// The value cannot be converted to the requested type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InvalidValue;

/// Decodes text; numbers and booleans are returned as written, `null` as empty.
pub(super) fn text(raw: &RawValue) -> Result<Cow<'_, str>, InvalidValue> {
    let json = raw.get();
    match json.as_bytes().first() {
        // Without escapes, as most texts are, the text is the value between the quotes.
        Some(b'"') if memchr::memchr(b'\\', json.as_bytes()).is_none() => {
            Ok(json.get(1..json.len() - 1).unwrap_or_default().into())
        }
        Some(b'"') => LossyString
            .deserialize(&mut serde_json::Deserializer::from_str(json))
            .map_err(|_| InvalidValue),
        Some(b'{' | b'[') => Err(InvalidValue),
        Some(b'n') => Ok(Cow::default()),
        _ => Ok(json.into()),
    }
}

/// Decodes an integer, also from text (`"341"`, `"[I:341]"`), a boolean, and a float without fraction.
pub(super) fn integer(raw: &RawValue) -> Result<Option<i64>, InvalidValue> {
    if let Ok(number) = raw.get().parse() {
        return Ok(Some(number));
    }
    match strip_type_tag(&text(raw)?) {
        "" => Ok(None),
        word if word.eq_ignore_ascii_case("true") => Ok(Some(1)),
        word if word.eq_ignore_ascii_case("false") => Ok(Some(0)),
        number => parse_integer(number).map(Some),
    }
}

/// Decodes a boolean, also from a number (`true` unless 0) and from either as text.
pub(super) fn flag(raw: &RawValue) -> Result<bool, InvalidValue> {
    Ok(integer(raw)?.is_some_and(|number| number != 0))
}

fn parse_integer(text: &str) -> Result<i64, InvalidValue> {
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    let number: f64 = text.parse().map_err(|_| InvalidValue)?;
    // Beyond 2^53 a float cannot represent every integer.
    if number.fract() != 0.0 || number.abs() > 9_007_199_254_740_992.0 {
        return Err(InvalidValue);
    }
    format!("{number:.0}").parse().map_err(|_| InvalidValue)
}

/// Strips the type tag of the archive's encoding, as in `[I:341]` or `[DT:11/09/2017 14:53:18]`.
pub(super) fn strip_type_tag(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .and_then(|inner| inner.split_once(':'))
        .filter(|(kind, _)| matches!(*kind, "I" | "D" | "DT" | "T" | "F" | "M" | "B"))
        .map_or(text, |(_, value)| value.trim())
}

/// Decodes a string, with U+FFFD for lone surrogates, which `String` would reject.
pub(super) struct LossyString;

impl<'a> DeserializeSeed<'a> for LossyString {
    type Value = Cow<'a, str>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Cow<'a, str>, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl<'a> Visitor<'a> for LossyString {
    type Value = Cow<'a, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'a [u8]) -> Result<Cow<'a, str>, E> {
        Ok(decode_utf8_lossy(bytes))
    }

    /// Decodes a string with escapes. The parser leaves lone surrogates in their three-byte form, of
    /// which only the first byte is replaced.
    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Cow<'a, str>, E> {
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            if chunk.invalid().first() == Some(&0xED) {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        Ok(Cow::Owned(text))
    }
}

/// Returns the byte range of a part of a text; the part must be borrowed from the text.
pub(super) fn subslice_range(part: &str, text: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    start..start + part.len()
}

/// Decodes UTF-8, with U+FFFD for invalid bytes.
pub(super) fn decode_utf8_lossy(bytes: &[u8]) -> Cow<'_, str> {
    // Nearly all text is valid, and checking that first is much faster.
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> &RawValue {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn integers_come_in_many_forms() {
        for (json, wanted) in [
            ("341", Ok(Some(341))),
            ("-1", Ok(Some(-1))),
            ("341.0", Ok(Some(341))),
            ("3.41e2", Ok(Some(341))),
            ("\"341\"", Ok(Some(341))),
            ("\" 341 \"", Ok(Some(341))),
            ("\"[I:341]\"", Ok(Some(341))),
            ("true", Ok(Some(1))),
            ("null", Ok(None)),
            ("\"\"", Ok(None)),
            ("3.5", Err(InvalidValue)),
            ("1e300", Err(InvalidValue)),
            ("\"OLA\"", Err(InvalidValue)),
            ("{}", Err(InvalidValue)),
        ] {
            assert_eq!(integer(raw(json)), wanted, "{json}");
        }
    }

    #[test]
    fn booleans_come_as_numbers_and_words() {
        for (json, wanted) in [
            ("true", Ok(true)),
            ("false", Ok(false)),
            ("1", Ok(true)),
            ("-7", Ok(true)),
            ("0", Ok(false)),
            ("\"True\"", Ok(true)),
            ("\"0\"", Ok(false)),
            ("null", Ok(false)),
            ("\"maybe\"", Err(InvalidValue)),
            ("[]", Err(InvalidValue)),
        ] {
            assert_eq!(flag(raw(json)), wanted, "{json}");
        }
    }

    #[test]
    fn texts_survive_lone_surrogates_and_wrong_types() {
        for (json, wanted) in [
            (r#""a\ud83dz""#, Ok("a\u{fffd}z")),
            (r#""\ude00\ud83d""#, Ok("\u{fffd}\u{fffd}")),
            (r#""\ud83d\ude00""#, Ok("😀")),
            ("12.50", Ok("12.50")),
            ("true", Ok("true")),
            ("null", Ok("")),
            ("[\"a\"]", Err(InvalidValue)),
        ] {
            assert_eq!(text(raw(json)), wanted.map(Cow::from), "{json}");
        }
    }
}
