//! Selects a language from text such as `NO:"Leverandør";US:"Supplier"`.
//!
//! The service sends such text if no language was requested, and sometimes even if one was.

/// Returns the text in a language, in American English, or the first, whichever exists. Text that is
/// not multilingual is returned unchanged.
pub(super) fn select(text: &str, language: &str) -> String {
    let Some(all) = parse(text) else {
        return text.to_owned();
    };
    let find = |wanted: &str| all.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted));
    language_keys(language)
        .into_iter()
        .find_map(find)
        .or_else(|| find("US"))
        .or(all.first())
        .map_or_else(String::new, |(_, text)| text.clone())
}

/// Returns the service's keys for a language tag: the region, the language, and its main country.
fn language_keys(tag: &str) -> Vec<&str> {
    let mut parts = tag
        .split([',', ';'])
        .next()
        .unwrap_or_default()
        .trim()
        .split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    let country = match language.to_ascii_lowercase().as_str() {
        "nb" | "nn" => "NO",
        "en" => "US",
        "da" => "DK",
        "sv" => "SW",
        "de" => "GE",
        _ => language,
    };
    parts.chain([language, country]).collect()
}

/// Parses `XX:"text";YY:"text"`, where quotes inside are doubled or escaped.
fn parse(text: &str) -> Option<Vec<(&str, String)>> {
    let mut all = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once(":\"")?;
        if key.len() != 2 || !key.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        let (value, after) = parse_quoted(after)?;
        all.push((key, value));
        let after = after.trim_start();
        rest = match after.strip_prefix(';') {
            Some(after) => after.trim_start(),
            None if after.is_empty() => after,
            None => return None,
        };
    }
    Some(all).filter(|all| !all.is_empty())
}

/// Parses up to the closing quote and returns the rest.
fn parse_quoted(text: &str) -> Option<(String, &str)> {
    let mut unquoted = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '\\' | '"' if chars.as_str().starts_with('"') => {
                chars.next();
                unquoted.push('"');
            }
            '"' => return Some((unquoted, chars.as_str())),
            char => unquoted.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requested_language_is_preferred() {
        for (text, language, wanted) in [
            ("NO:\"Leverandør\";US:\"Supplier\"", "no", "Leverandør"),
            ("NO:\"Leverandør\";US:\"Supplier\";", "nb-NO", "Leverandør"),
            ("NO:\"Leverandør\";US:\"Supplier\"", "en", "Supplier"),
            ("NO:\"Leverandør\"; US:\"Supplier\"", "fr", "Supplier"),
            ("NO:\"Leverandør\";SE:\"Leverantör\"", "fr", "Leverandør"),
            ("NO:\"den \"\"gode\"\"\"", "no", "den \"gode\""),
            ("US:\"say \\\"hi\\\"\"", "en", "say \"hi\""),
            ("US:\"\"", "en", ""),
            ("Supplier", "en", "Supplier"),
            ("Note: \"quoted\"", "en", "Note: \"quoted\""),
            ("NO:\"cut off", "no", "NO:\"cut off"),
            ("", "en", ""),
        ] {
            assert_eq!(select(text, language), wanted, "{text} in {language}");
        }
    }
}
