//! Export: transcripts as files in any format, for the subcommands and the viewer.

mod checksum;
mod command;
pub(super) mod csv;
mod document;
mod file;
pub(super) mod html;
pub(super) mod json;
mod link;
mod manifest;
pub(super) mod markdown;
#[cfg(test)]
mod tests;
mod transcript_file;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::text::TranscriptFormat;

pub(super) use command::run;
pub(crate) use command::{ExportArgs, Fetch, SpawnFetch};
pub(crate) use document::Document;
pub(super) use manifest::ManifestError;
pub(crate) use transcript_file::{FileError, write_new_file};

impl ValueEnum for TranscriptFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Text => "Readable transcript",
            Self::Json => "One JSON document, as the service sent it",
            Self::Jsonl => "One JSON object per line",
            Self::Markdown => "Markdown",
            Self::Html => "One self-contained page",
            Self::Csv => "Comma-separated values, one message per record",
            Self::Bulk => "Documents for the `_bulk` API of OpenSearch and Elasticsearch",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}
