//! A session as one JSON object, its messages as lines of JSON, or as documents for `_bulk` of OpenSearch.

use std::io::{self, Write};
use std::sync::Arc;

use super::document::{Document, WriteSummary};
use crate::chat::Message;
use crate::commands::json::{JsonLayout, JsonWriter, is_json};
use crate::text::{TimeZone, TranscriptFormat, time_format};

pub(super) fn write(
    document: &Document<'_>,
    messages: &[Arc<Message>],
    out: &mut dyn Write,
) -> io::Result<WriteSummary> {
    let mut writer = JsonTranscript::begin(document, out)?;
    for message in messages {
        writer.write(document, message, out)?;
    }
    writer.finish(out)
}

/// A transcript that is written as its messages arrive.
pub(super) struct JsonTranscript {
    messages: JsonWriter,
    is_object: bool,
    written: WriteSummary,
}

impl JsonTranscript {
    pub(super) fn begin(document: &Document<'_>, out: &mut dyn Write) -> io::Result<Self> {
        let is_object = document.format == TranscriptFormat::Json;
        if is_object {
            let session = document.session.map(|session| &*session.raw);
            let session = session.filter(|raw| is_json(raw));
            let session = session.map_or_else(|| "null".to_owned(), document.format_json);
            write!(out, "{{\"session\": ")?;
            JsonWriter::write_value(out, &session)?;
            write!(out, ",\n\"messages\": ")?;
        }
        let layout = if is_object {
            JsonLayout::Array
        } else {
            JsonLayout::Lines
        };
        Ok(Self {
            messages: JsonWriter::new(layout),
            is_object,
            written: WriteSummary::default(),
        })
    }

    pub(super) fn write(
        &mut self,
        document: &Document<'_>,
        message: &Message,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Document {
            format,
            zone,
            format_json,
            ..
        } = *document;
        let messages = &mut self.messages;
        if write_message(messages, format, message, (zone, format_json), out)? {
            self.written.messages += 1;
        } else {
            self.written.left_out += 1;
        }
        Ok(())
    }

    pub(super) fn finish(self, out: &mut dyn Write) -> io::Result<WriteSummary> {
        self.messages.finish(out)?;
        if self.is_object {
            writeln!(out, "}}")?;
        }
        Ok(self.written)
    }
}

/// Writes a message as the service sent it, with its times in a zone; `format_json` does that for any element.
/// Returns `false` if it is none that JSON can hold.
pub(in crate::commands) fn write_message(
    writer: &mut JsonWriter,
    format: TranscriptFormat,
    message: &Message,
    (zone, format_json): (&TimeZone, &dyn Fn(&str) -> String),
    out: &mut dyn Write,
) -> io::Result<bool> {
    let raw = message.raw.trim();
    let is_bulk = format == TranscriptFormat::Bulk;
    // What could be read as a message is an object; an index takes nothing else.
    if message.unreadable.is_some() && (!is_json(raw) || is_bulk && !raw.starts_with('{')) {
        return Ok(false);
    }
    if is_bulk {
        let action = format!("{{\"index\":{{\"_id\":\"{}\"}}}}", message.id);
        writer.write_element(out, &action)?;
    }
    match (message.posted, &message.time_in_raw) {
        (Some(posted), Some(place)) => {
            let time = format!("\"{}\"", time_format::format_rfc3339(posted, zone));
            writer.write_replaced(out, &message.raw, place.clone(), &time)?;
        }
        _ => writer.write_element(out, &format_json(raw))?,
    }
    Ok(true)
}
