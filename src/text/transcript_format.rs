//! Formats of a transcript in a file or in a command's output.

use crate::chat::SessionId;

/// A format, in the order that help lists and the export prompt offers them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TranscriptFormat {
    #[default]
    Text,
    Json,
    Jsonl,
    Markdown,
    Html,
    Csv,
    /// The input of `_bulk` of OpenSearch.
    Bulk,
}

impl TranscriptFormat {
    pub(crate) const ALL: [Self; 7] = [
        Self::Text,
        Self::Json,
        Self::Jsonl,
        Self::Markdown,
        Self::Html,
        Self::Csv,
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

    /// The name of the file of a session: `chat-341.md`.
    pub(crate) fn file_name(self, session: SessionId) -> String {
        format!("chat-{session}.{}", self.extension())
    }

    /// Returns `true` if it contains the JSON of the service, not the text of the transcript pane.
    pub(crate) fn is_json(self) -> bool {
        match self {
            Self::Json | Self::Jsonl | Self::Bulk => true,
            Self::Text | Self::Markdown | Self::Html | Self::Csv => false,
        }
    }
}
