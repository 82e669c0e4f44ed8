//! Text with marks: what a message says after its markup has been read and cleaned.
//!
//! Marks are byte ranges over clean text. Nothing here knows HTML or the screen.

use std::ops::Range;

/// Clean text, lines parted by `\n`, and the marks over it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rich {
    /// What is read: no control characters but `\n`.
    pub text: String,
    /// Sorted by start; marks may overlap; ranges lie on character borders of `text`.
    pub marks: Vec<Mark>,
}

/// One marked stretch of a [`Rich`] text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What they are.
    pub kind: MarkKind,
}

/// How a stretch of text is marked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// Strong text.
    Bold,
    /// Emphasised text.
    Italic,
    /// Underlined text.
    Underline,
    /// A link and its cleaned target, of any scheme.
    Link(String),
}

impl Rich {
    /// Makes text without marks; the text has to be clean already.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            marks: Vec::new(),
        }
    }

    /// Lists the link targets in reading order, each once.
    pub fn links(&self) -> Vec<&str> {
        let mut targets = Vec::new();
        for mark in &self.marks {
            if let MarkKind::Link(target) = &mark.kind
                && !targets.contains(&target.as_str())
            {
                targets.push(target.as_str());
            }
        }
        targets
    }

    /// The text on one line, for a list row or a notice: line breaks become spaces.
    pub fn one_line(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
