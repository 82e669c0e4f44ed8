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

use std::io::{self, Write};
use std::sync::Arc;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::chat::Message;
use crate::text::TranscriptFormat;

pub(super) use command::run;
pub(crate) use command::{ExportArgs, Fetch, SpawnFetch};
pub(crate) use document::Document;
use document::WriteSummary;
pub(super) use manifest::ManifestError;
pub(crate) use transcript_file::{FileError, write_new_file};

impl Document<'_> {
    /// Writes the messages, which are in the order received.
    pub(crate) fn write(
        &self,
        mut messages: Vec<Arc<Message>>,
        out: &mut dyn Write,
    ) -> io::Result<WriteSummary> {
        if !self.format.is_json() {
            messages.sort_by_key(|message| message.sort_key());
        }
        match self.format {
            TranscriptFormat::Json | TranscriptFormat::Jsonl | TranscriptFormat::Bulk => {
                return json::write(self, &messages, out);
            }
            TranscriptFormat::Text => self.write_text(&messages, out)?,
            TranscriptFormat::Markdown => markdown::write_session(self, &messages, out)?,
            TranscriptFormat::Html => {
                html::begin(&self.title(), out)?;
                html::write_session(self, &messages, out)?;
                html::finish(out)?;
            }
            TranscriptFormat::Csv => {
                csv::write_header(self.has_bom, out)?;
                csv::write_messages(self.id, &messages, self.zone, out)?;
            }
        }
        Ok(WriteSummary {
            messages: messages.len(),
            left_out: 0,
        })
    }
}

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
