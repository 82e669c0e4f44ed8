//! Indents JSON text without parsing its values, so that numbers and strings stay as they were sent.

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

    proptest! {
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
