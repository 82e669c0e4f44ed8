//! Formats of a transcript in a file or in a command's output.

/// A format, in the order that the export prompt offers them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TranscriptFormat {
    Markdown,
    Html,
    #[default]
    Text,
    Csv,
    Json,
    Jsonl,
    /// What `_bulk` of OpenSearch takes.
    Bulk,
}

impl TranscriptFormat {
    pub(crate) const ALL: [Self; 7] = [
        Self::Markdown,
        Self::Html,
        Self::Text,
        Self::Csv,
        Self::Json,
        Self::Jsonl,
        Self::Bulk,
    ];

    /// The name on the command line and on the screen.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Bulk => "bulk",
        }
    }

    /// The extension of its files.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Bulk => "ndjson",
            format => format.name(),
        }
    }

    /// Returns `true` if it holds what the service sent, and not what the transcript pane shows.
    pub(crate) fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl | Self::Bulk)
    }
}
