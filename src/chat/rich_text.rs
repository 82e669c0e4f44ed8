//! Text with marks: what a message says after its markup has been read and cleaned.
//!
//! Marks are byte ranges over clean text. Nothing here knows HTML or the screen.

use std::ops::Range;

/// Clean text, lines parted by `\n`, and the marks over it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RichText {
    /// What is read: no control characters but `\n`.
    pub text: String,
    /// Sorted by start; marks may overlap; ranges lie on character borders of `text`.
    pub annotations: Vec<Annotation>,
}

/// A [`RichText`] text, borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RichTextRef<'a> {
    /// What is read.
    pub text: &'a str,
    /// The marks over it.
    pub annotations: &'a [Annotation],
}

/// One marked stretch of a [`RichText`] text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Annotation {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What they are.
    pub format: Format,
}

/// How a stretch of text is marked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Strong text.
    Bold,
    /// Emphasised text.
    Italic,
    /// Underlined text.
    Underline,
    /// A link and its cleaned target, of any scheme.
    Link(String),
}

/// Tells whether a link may be opened: http or https, with a host, and nothing a shell or browser could trip over.
pub fn is_openable(target: &str) -> bool {
    let Some((scheme, rest)) = target.split_once("://") else {
        return false;
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("");
    ["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
        && host.starts_with(|c: char| c.is_alphanumeric() || c == '[')
        && !target.contains(|c: char| c.is_whitespace() || c.is_control())
}

impl RichText {
    /// Makes text without marks; the text has to be clean already.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            annotations: Vec::new(),
        }
    }

    /// The same, borrowed.
    pub fn body(&self) -> RichTextRef<'_> {
        RichTextRef {
            text: &self.text,
            annotations: &self.annotations,
        }
    }

    /// Lists the link targets in reading order, each once.
    pub fn links(&self) -> Vec<&str> {
        self.body().links()
    }

    /// The text on one line, for a list row or a notice: line breaks become spaces.
    pub fn to_single_line(&self) -> String {
        self.body().to_single_line()
    }
}

impl<'a> RichTextRef<'a> {
    /// Lists the link targets in reading order, each once.
    pub fn links(&self) -> Vec<&'a str> {
        let mut targets = Vec::new();
        for annotation in self.annotations {
            if let Format::Link(target) = &annotation.format
                && !targets.contains(&target.as_str())
            {
                targets.push(target.as_str());
            }
        }
        targets
    }

    /// The text on one line, for a list row or a notice: line breaks become spaces.
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
