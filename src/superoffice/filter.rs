//! `$filter` expressions of the archives with text that a user typed.
//!
//! Documented are `and` before `or` and a backslash before a quote; brackets around conditions are not. So an
//! expression is an `or` of conditions without brackets, and what a backslash means before anything else never
//! matters, because none is sent.

use url::form_urlencoded;

/// IIS refuses longer query strings by default.
const MAX_QUERY: usize = 2048;
/// Characters of a text that are sent. What contains the text contains its beginning.
const MAX_CHARS: usize = 60;

/// Names of the entities for U+00C0 to U+00FF.
const LATIN1: [&str; 64] = [
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute",
    "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute",
    "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute",
    "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil",
    "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde",
    "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc",
    "uuml", "yacute", "thorn", "yuml",
];

/// Percent-encodes a value of a query string.
pub(super) fn encode(value: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    encoded.replace('+', "%20")
}

/// An expression, percent-encoded, for rows in which one of the columns contains one of the texts, as it is or as
/// HTML, and for which `also` is true. As many forms of the texts are sent as fit into a query string beside
/// `others` bytes; with the expression comes whether all did. Without a text that can be sent, `also` alone decides.
pub(super) fn any_contains(
    columns: &[&str],
    texts: &[String],
    also: &str,
    others: usize,
) -> (String, bool) {
    let mut expression = String::new();
    let mut has_all_forms = true;
    let also = if also.is_empty() {
        String::new()
    } else {
        encode(&format!(" and {also}"))
    };
    let or = encode(" or ");
    for form in forms(texts) {
        let conditions = columns.iter().map(|column| {
            let condition = format!("{column} contains {}", quote(&form));
            encode(&condition) + &also
        });
        let alternative = conditions.collect::<Vec<_>>().join(&or);
        let is_full = expression.len() + or.len() + alternative.len() + others > MAX_QUERY;
        if expression.is_empty() {
            expression = alternative;
        } else if is_full {
            has_all_forms = false;
        } else {
            expression += &or;
            expression += &alternative;
        }
    }
    if expression.is_empty() {
        let also = also.trim_start_matches(&encode(" and "));
        return (also.to_owned(), has_all_forms);
    }
    (expression, has_all_forms)
}

fn quote(form: &str) -> String {
    format!("'{}'", form.replace('\'', "\\'"))
}

/// The forms of texts that are sent, the most likely first: how they may be stored, then in other cases, because the
/// service may distinguish upper and lower case.
fn forms(texts: &[String]) -> Vec<String> {
    let per_text: Vec<_> = texts.iter().filter_map(|text| forms_of(text)).collect();
    let longest = per_text.iter().map(Vec::len).max().unwrap_or(0);
    let mut forms = Vec::new();
    for index in 0..longest {
        for form in per_text.iter().filter_map(|forms| forms.get(index)) {
            if !forms.contains(form) {
                forms.push(form.clone());
            }
        }
    }
    forms
}

fn forms_of(text: &str) -> Option<Vec<String>> {
    let text = sendable(text)?;
    let lower = text.to_lowercase();
    let mut characters = lower.chars();
    let first = characters.next()?;
    let capitalized = first.to_uppercase().chain(characters).collect::<String>();
    let upper = text.to_uppercase();
    Some(vec![
        text.to_owned(),
        named_entities(text),
        numeric_entities(text),
        capitalized.clone(),
        named_entities(&capitalized),
        upper.clone(),
        named_entities(&upper),
        // Where the service passes a text on to SQL's `LIKE` as it is, `[` begins a set.
        text.replace('[', "[[]"),
    ])
}

/// The longest part without characters that may end or change the value.
fn sendable(text: &str) -> Option<&str> {
    let parts = text.split(|char: char| char == '\\' || char.is_control());
    let longest = parts.max_by_key(|part| part.len())?;
    let end = longest.char_indices().nth(MAX_CHARS);
    let end = end.map_or(longest.len(), |(end, _)| end);
    longest.get(..end).filter(|part| !part.trim().is_empty())
}

/// Names where there are some, and quotes as they are.
fn named_entities(text: &str) -> String {
    encode_entities(text, |char| {
        let index = u32::from(char).checked_sub(0xc0)?;
        let name = LATIN1.get(usize::try_from(index).ok()?)?;
        Some(format!("&{name};"))
    })
}

/// Numbers, also for quotes.
fn numeric_entities(text: &str) -> String {
    let encoded = encode_entities(text, |_| None);
    encoded.replace('"', "&quot;").replace('\'', "&#39;")
}

/// Encodes what is markup or not ASCII, with a number where `name` has no entity.
fn encode_entities(text: &str, name: impl Fn(char) -> Option<String>) -> String {
    let encoded = text.chars().map(|char| match char {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        char if char.is_ascii() => char.to_string(),
        char => name(char).unwrap_or_else(|| format!("&#{};", u32::from(char))),
    });
    encoded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(columns: &[&str], texts: &[&str], also: &str) -> String {
        let texts: Vec<_> = texts.iter().map(|text| (*text).to_owned()).collect();
        let (encoded, has_all_forms) = any_contains(columns, &texts, also, 300);
        assert_eq!(has_all_forms, encoded.len() < 1000, "{encoded}");
        assert!(encoded.len() <= MAX_QUERY - 300);
        let decoded = percent_decode(&encoded);
        assert_eq!(encode(&decoded), encoded);
        decoded
    }

    fn percent_decode(encoded: &str) -> String {
        let query = format!("q={encoded}");
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.next().unwrap().1.into_owned()
    }

    #[test]
    fn every_form_has_all_conditions() {
        assert_eq!(
            expression(&["m"], &["refund"], "id gt 5"),
            "m contains 'refund' and id gt 5 or m contains 'Refund' and id gt 5 or m contains 'REFUND' and id gt 5"
        );
        assert_eq!(
            expression(&["a", "b"], &["17"], ""),
            "a contains '17' or b contains '17'"
        );
        assert_eq!(
            expression(&["m"], &["bø"], ""),
            "m contains 'bø' or m contains 'b&oslash;' or m contains 'b&#248;' or m contains 'Bø' or \
             m contains 'B&oslash;' or m contains 'BØ' or m contains 'B&Oslash;'"
        );
        assert_eq!(expression(&["m"], &[], "id gt 5"), "id gt 5");
        assert_eq!(expression(&["m"], &["\\", "\n"], "id gt 5"), "id gt 5");
    }

    #[test]
    fn quotes_are_escaped_and_backslashes_never_sent() {
        assert_eq!(
            expression(&["m"], &["' or 1 eq 1 or '"], ""),
            "m contains '\\' or 1 eq 1 or \\'' or m contains '&#39; or 1 eq 1 or &#39;' or \
             m contains '\\' OR 1 EQ 1 OR \\''"
        );
        assert_eq!(
            expression(&["m"], &["a\\' or 12 eq 12"], ""),
            "m contains '\\' or 12 eq 12' or m contains '&#39; or 12 eq 12' or \
             m contains '\\' OR 12 EQ 12'"
        );
        assert_eq!(expression(&["m"], &["12\\"], ""), "m contains '12'");
        assert_eq!(
            expression(&["m"], &["[<&"], ""),
            "m contains '[<&' or m contains '[&lt;&amp;' or m contains '[[]<&'"
        );
    }

    #[test]
    fn a_query_string_is_never_too_long() {
        let long = "æøå".repeat(200);
        let texts = [long.as_str(), "aeoa"];
        let sent = expression(
            &["firstMessage", "lastMessage"],
            &texts,
            "chatSessionId lt 99",
        );
        assert!(sent.contains(&format!("contains '{}'", "æøå".repeat(20))));
    }

    #[test]
    fn entities_are_those_of_html() {
        for char in '\u{c0}'..='\u{ff}' {
            for encoded in [
                named_entities(&char.to_string()),
                numeric_entities(&char.to_string()),
            ] {
                assert_eq!(
                    crate::superoffice::html::parse(&encoded).text,
                    char.to_string()
                );
            }
        }
    }
}
