//! Indents JSON text without parsing its values, so that numbers and strings stay as they were sent, and
//! reads the value of an indented line.

use std::borrow::Cow;

pub(crate) fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut characters = json.chars().peekable();
    let mut in_string = false;
    while let Some(character) = characters.next() {
        if in_string {
            out.push(character);
            match character {
                '\\' => out.extend(characters.next()),
                '"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match character {
            '"' => {
                in_string = true;
                out.push('"');
            }
            '{' | '[' => {
                out.push(character);
                while characters.next_if(|next| next.is_whitespace()).is_some() {}
                if let Some(close) = characters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    push_newline(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                push_newline(&mut out, depth);
                out.push(character);
            }
            ',' => {
                out.push(',');
                push_newline(&mut out, depth);
            }
            ':' => out.push_str(": "),
            blank if blank.is_whitespace() => {}
            other => out.push(other),
        }
    }
    out
}

/// The name, which may be empty, and the value of a line of indented JSON; a text is decoded. `None` if
/// the line begins or ends an object or a list.
pub(crate) fn parse_line(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let line = line.strip_suffix(',').unwrap_or(line);
    let named = line.get(..string_length(line)).unwrap_or_default();
    let after_name = line.get(named.len()..).unwrap_or_default();
    let (name, value) = match after_name.strip_prefix(": ") {
        Some(value) if !named.is_empty() => (named, value),
        _ => ("", line),
    };
    let is_value = !matches!(value, "" | "{" | "[" | "}" | "]");
    is_value.then(|| {
        (
            decode_text(name).into_owned(),
            decode_text(value).into_owned(),
        )
    })
}

/// The bytes of the string that a text begins with, quotation marks included; 0 if it does not.
pub(super) fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().enumerate().skip(1).find(|(_, byte)| {
        let ends = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        ends
    });
    let end = end.filter(|_| text.starts_with('"'));
    end.map_or(0, |(at, _)| at + 1)
}

/// Decodes a string; any other value stays as it is.
pub(super) fn decode_text(value: &str) -> Cow<'_, str> {
    let inner = value.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    let Some(inner) = inner else {
        return value.into();
    };
    if !inner.contains('\\') {
        return inner.into();
    }
    let mut units: Vec<u16> = Vec::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        let escaped = if character == '\\' {
            characters.next()
        } else {
            None
        };
        let decoded = match escaped {
            None => character,
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('u') => {
                let digits: String = characters.by_ref().take(4).collect();
                units.push(u16::from_str_radix(&digits, 16).unwrap_or(0xfffd));
                continue;
            }
            Some(other) => other,
        };
        units.extend_from_slice(decoded.encode_utf16(&mut [0; 2]));
    }
    String::from_utf16_lossy(&units).into()
}

fn push_newline(out: &mut String, depth: usize) {
    out.push('\n');
    // Deeper indentation would push the text off the screen.
    out.extend(std::iter::repeat_n("  ", depth.min(16)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn json_is_indented_and_strings_are_unchanged() {
        let json = r#"{"Id":1,"Text":"a, {b}: \"c\"","List":[1, [],{ }],"None":null}"#;
        let expected = "{\n  \"Id\": 1,\n  \"Text\": \"a, {b}: \\\"c\\\"\",\n  \"List\": [\n    1,\n    [],\n    {}\n  ],\n  \"None\": null\n}";
        assert_eq!(pretty(json), expected);
    }

    #[test]
    fn a_line_has_a_name_and_a_value() {
        let parts = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        for (line, expected) in [
            (r#"  "Id": 12,"#, parts("Id", "12")),
            (r#""None": null"#, parts("None", "null")),
            (
                r#""Text": "a \"b\": c\\\n\u00f8\ud83d\ude00\ud83d","#,
                parts("Text", "a \"b\": c\\\nø😀\u{fffd}"),
            ),
            (r#""A \"b\"": [],"#, parts("A \"b\"", "[]")),
            (r#"    "Delivery: fast","#, parts("", "Delivery: fast")),
            ("3", parts("", "3")),
            (r#""List": ["#, None),
            ("},", None),
            ("{", None),
            ("", None),
        ] {
            assert_eq!(parse_line(line), expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn a_text_is_decoded_as_it_was_encoded(name in ".*", text in ".*") {
            let json = serde_json::json!({ &name: text }).to_string();
            let line = pretty(&json).lines().nth(1).map(str::to_owned);
            prop_assert_eq!(line.and_then(|line| parse_line(&line)), Some((name, text)));
        }

        #[test]
        fn the_json_value_is_unchanged(text in ".*", number in any::<i64>(), nested in any::<bool>()) {
            let mut value = serde_json::json!({ "Text": text, "Number": number });
            if nested {
                value = serde_json::json!([value, { "Deep": [[], {}, null] }]);
            }
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&pretty(&value.to_string())).unwrap(), value);
        }
    }
}
