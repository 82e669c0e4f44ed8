//! Text with annotations: the body of a message after its HTML has been parsed and sanitized.
//!
//! Annotations are byte ranges of the text. This module does not depend on HTML or the terminal.

use std::ops::Range;

/// Sanitized text and its annotations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RichText {
    /// Contains no control characters except `\n`.
    pub text: String,
    /// Sorted by start; may overlap; all ranges lie on character boundaries of `text`.
    pub annotations: Vec<Annotation>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Annotation {
    /// In bytes.
    pub range: Range<usize>,
    pub format: Format,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Bold,
    Italic,
    Underline,
    /// A link with its sanitized target, which may have any scheme.
    Link(String),
}

/// Returns `true` if a link may be opened: it is http or https, has a host, and contains no white
/// space or control characters, which a shell or browser might misread.
pub(crate) fn is_openable(target: &str) -> bool {
    let Some((scheme, rest)) = target.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    ["http", "https"].contains(&&*scheme.to_ascii_lowercase())
        && host.starts_with(|c: char| c.is_alphanumeric() || c == '[')
        && !target.contains(|c: char| c.is_whitespace() || c.is_control())
}

impl RichText {
    /// Text without annotations; it must be sanitized already.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            annotations: Vec::new(),
        }
    }

    /// Returns the link targets in reading order, each once.
    pub fn links(&self) -> Vec<&str> {
        let mut targets = Vec::new();
        for annotation in &self.annotations {
            if let Format::Link(target) = &annotation.format
                && !targets.contains(&target.as_str())
            {
                targets.push(target.as_str());
            }
        }
        targets
    }

    /// Returns the text on one line, with each run of white space replaced by one space.
    pub fn to_single_line(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_openable() {
        for target in [
            "https://help.example.com/faq/91",
            "HTTP://example.com",
            "https://user@[::1]:8443/?q=1",
            "https://æøå.no",
        ] {
            assert!(is_openable(target), "{target:?}");
        }
        for target in [
            "",
            "https://",
            "https:///etc/passwd",
            "https://user@",
            "http://?q",
            "javascript:alert(1)",
            "mailto:kari@example.com",
            "file:///etc/passwd",
            "xhttps://example.com",
            "example.com",
            "https://example.com/a b",
            "https://example.com/\u{1b}[1m",
        ] {
            assert!(!is_openable(target), "{target:?}");
        }
    }
}
