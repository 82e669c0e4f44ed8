//! Decodes `SpecialType` and its parameter.
//!
//! The contents of most parameters are undocumented, so each may be empty. The parameter of an
//! options message is a JSON array that the service's database truncates at 255 characters.

use serde_json::value::RawValue;

use super::super::json_array::ArraySplitter;
use super::object::LenientObject;
use super::{first_non_empty, value};
use crate::chat::{Choice, RichText, SpecialKind, sanitize};

/// The service truncates parameters to this many characters.
const MAX_PARAM_CHARS: usize = 255;

/// Bytes of a parameter that are parsed as choices, each of which takes more memory than its JSON.
const MAX_OPTIONS_BYTES: usize = 1 << 10;

/// Parses a special type, given by name or number; `None` for ordinary messages.
pub(super) fn parse(kind: &str, param: &str, body: &RichText) -> Option<SpecialKind> {
    let kind = kind.trim();
    if kind.is_empty() || kind.eq_ignore_ascii_case("none") || kind == "0" {
        return None;
    }
    let line = || sanitize::sanitize_line(param.trim());
    Some(match kind.to_ascii_lowercase().as_str() {
        "welcome" | "1" => SpecialKind::Welcome,
        "url" | "2" => SpecialKind::Url {
            address: redirect_address(&line(), body),
        },
        "block" | "3" => SpecialKind::Block { detail: line() },
        "newsession" | "5" => SpecialKind::NewSession,
        "transferedsession" | "transferredsession" | "6" => SpecialKind::Transferred { to: line() },
        "error" | "7" => SpecialKind::Error { detail: line() },
        "sessiondeleted" | "deleted" | "8" => SpecialKind::SessionDeleted,
        "faqsuccessquestion" | "9" => SpecialKind::FaqSuccessQuestion { faq: line() },
        "closedbyuser" | "10" => SpecialKind::ClosedByUser,
        "closedbycustomer" | "11" => SpecialKind::ClosedByCustomer,
        "closedbyidle" | "12" => SpecialKind::ClosedByIdle,
        "transferrejected" | "13" => SpecialKind::TransferRejected,
        "reopenedbycustomer" | "14" => SpecialKind::ReopenedByCustomer,
        "clickedoption" | "15" => SpecialKind::ClickedOption { choice: line() },
        "botmessage" | "16" => SpecialKind::BotMessage,
        "options" | "17" => parse_options(param),
        "illegalfiletype" | "18" => SpecialKind::IllegalFileType { file: line() },
        _ => SpecialKind::Unknown {
            name: sanitize::sanitize_line(kind),
            param: line(),
        },
    })
}

/// Returns the address of a redirect: the parameter, or the first link in the text if the parameter is
/// empty or the beginning of that link.
fn redirect_address(param: &str, body: &RichText) -> String {
    let is_whole = !param.is_empty() && param.chars().count() < MAX_PARAM_CHARS;
    match body.links().first() {
        Some(link) if !is_whole && link.target.starts_with(param) => link.target.to_string(),
        _ => param.to_owned(),
    }
}

/// Parses the choices that are complete; anything else is stored in `unparsed`, also the text after
/// [`MAX_OPTIONS_BYTES`].
fn parse_options(param: &str) -> SpecialKind {
    let (param, omitted) = param.split_at(param.floor_char_boundary(MAX_OPTIONS_BYTES));
    let mut splitter = ArraySplitter::default();
    splitter.push(param.as_bytes());
    let mut choices = Vec::new();
    let mut rest = Vec::new();
    // A truncated or malformed array ends the loop too; what remains of it is in `rest`.
    while let Ok(Some(element)) = splitter.next_element() {
        let element = String::from_utf8_lossy(element.bytes());
        match parse_choice(&element) {
            Some(choice) => choices.push(choice),
            None => rest.push(sanitize::sanitize_line(&element)),
        }
    }
    let left = String::from_utf8_lossy(splitter.remaining()) + omitted;
    let left = left.trim_matches(|char: char| char == ',' || char.is_whitespace());
    if !left.is_empty() {
        rest.push(sanitize::sanitize_line(left));
    }
    SpecialKind::Options {
        choices,
        unparsed: rest.join(" "),
    }
}

fn parse_choice(json: &str) -> Option<Choice> {
    let (label, mut value) = if let Some(object) = LenientObject::parse(json) {
        let label = ["text", "title", "label", "name", "value"].map(|name| object.clean_line(name));
        (first_non_empty(label), object.clean_line("value"))
    } else {
        let raw: &RawValue = serde_json::from_str(json).ok()?;
        let label = sanitize::sanitize_line(&value::text(raw).ok()?);
        (label, String::new())
    };
    if value == label {
        value.clear();
    }
    (!label.is_empty()).then_some(Choice { label, value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::superoffice::html;

    fn choices(labels: &[&str], rest: &str) -> SpecialKind {
        let choice = |label: &&str| Choice {
            label: (*label).to_owned(),
            value: String::new(),
        };
        SpecialKind::Options {
            choices: labels.iter().map(choice).collect(),
            unparsed: rest.to_owned(),
        }
    }

    #[test]
    fn options_may_be_complete_truncated_or_malformed() {
        for (param, wanted) in [
            (
                r#"["Faktura","Levering"]"#,
                choices(&["Faktura", "Levering"], ""),
            ),
            (
                "[\n  \"Faktura\",\n  \"Levering\"\n]",
                choices(&["Faktura", "Levering"], ""),
            ),
            (r#"["Faktura","Leve"#, choices(&["Faktura"], "\"Leve")),
            (r#"["Faktura","#, choices(&["Faktura"], "")),
            (r#"["a \"b\"",3]"#, choices(&["a \"b\"", "3"], "")),
            (r#"["a",null,["b"]]"#, choices(&["a"], r#"null ["b"]"#)),
            ("Faktura;Levering", choices(&[], "Faktura;Levering")),
            ("", choices(&[], "")),
            ("[]", choices(&[], "")),
        ] {
            assert_eq!(
                parse("Options", param, &RichText::default()),
                Some(wanted),
                "{param}"
            );
        }
    }

    #[test]
    fn choices_of_a_very_long_parameter_are_not_all_parsed() {
        let param = format!("[1{}]", ",1".repeat(20_000));
        let parsed = parse("Options", &param, &RichText::default());
        let Some(SpecialKind::Options { choices, unparsed }) = parsed else {
            panic!("options");
        };
        assert_eq!(choices.len(), MAX_OPTIONS_BYTES / 2 - 1);
        assert_eq!(unparsed, param.split_at(MAX_OPTIONS_BYTES - 1).1);
    }

    #[test]
    fn options_may_be_objects() {
        let param =
            r#"[{"text":"Yes","value":"1"},{"title":"No"},{"Label":"So","value":"So"},{"x":1}]"#;
        let choice = |label: &str, value: &str| Choice {
            label: label.into(),
            value: value.into(),
        };
        let wanted = SpecialKind::Options {
            choices: vec![choice("Yes", "1"), choice("No", ""), choice("So", "")],
            unparsed: r#"{"x":1}"#.into(),
        };
        assert_eq!(parse("17", param, &RichText::default()), Some(wanted));
    }

    #[test]
    fn every_type_is_known_by_name_and_number() {
        for (number, name) in [
            (1, "Welcome"),
            (2, "Url"),
            (3, "Block"),
            (5, "NewSession"),
            (6, "TransferedSession"),
            (6, "TransferredSession"),
            (7, "Error"),
            (8, "SessionDeleted"),
            (8, "Deleted"),
            (9, "FaqSuccessQuestion"),
            (10, "ClosedByUser"),
            (11, "ClosedByCustomer"),
            (12, "ClosedByIdle"),
            (13, "TransferRejected"),
            (14, "ReopenedByCustomer"),
            (15, "ClickedOption"),
            (16, "BotMessage"),
            (17, "Options"),
            (18, "IllegalFileType"),
        ] {
            let by_name = parse(name, "p", &RichText::default());
            for other in [number.to_string(), name.to_uppercase()] {
                assert_eq!(by_name, parse(&other, "p", &RichText::default()), "{name}");
            }
            let is_known = !matches!(by_name, None | Some(SpecialKind::Unknown { .. }));
            assert!(is_known, "{name}");
        }
        for none in ["", "None", "0", " none "] {
            assert_eq!(parse(none, "p", &RichText::default()), None);
        }
        for unknown in ["4", "19", "Confetti"] {
            let wanted = SpecialKind::Unknown {
                name: unknown.into(),
                param: "p".into(),
            };
            assert_eq!(parse(unknown, "p", &RichText::default()), Some(wanted));
        }
    }

    #[test]
    fn a_redirect_has_its_whole_address() {
        let long = format!("https://example.com/{}", "a".repeat(400));
        let cut: String = long.chars().take(MAX_PARAM_CHARS).collect();
        for (param, text, wanted) in [
            (
                "https://a.example/",
                "see https://b.example/",
                "https://a.example/",
            ),
            ("", "see https://b.example/x.", "https://b.example/x"),
            ("", "nothing here", ""),
            (cut.as_str(), long.as_str(), long.as_str()),
            (cut.as_str(), "https://b.example/", cut.as_str()),
        ] {
            let read = parse("Url", param, &html::parse(text));
            let address = wanted.to_owned();
            let wanted = Some(SpecialKind::Url { address });
            assert_eq!(read, wanted, "{param} in {text}");
        }
    }
}
