//! A session as one JSON object, its messages as lines of JSON, or as documents for `_bulk` of OpenSearch.

use std::io::{self, Write};
use std::sync::Arc;

use super::document::{Document, Written};
use crate::chat::Message;
use crate::commands::json::{JsonLayout, JsonWriter, is_json};
use crate::text::TranscriptFormat;

pub(super) fn write(
    document: &Document<'_>,
    messages: &[Arc<Message>],
    out: &mut dyn Write,
) -> io::Result<Written> {
    let is_object = document.format == TranscriptFormat::Json;
    let layout = if is_object {
        JsonLayout::Array
    } else {
        JsonLayout::Lines
    };
    if is_object {
        let session = document.session.map(|session| &*session.raw);
        let session = session.filter(|raw| is_json(raw));
        let session = session.map_or_else(|| "null".to_owned(), document.format_json);
        write!(out, "{{\"session\": ")?;
        JsonWriter::write_value(out, &session)?;
        write!(out, ",\n\"messages\": ")?;
    }
    let mut writer = JsonWriter::new(layout);
    let mut written = Written::default();
    for message in messages {
        if write_message(
            &mut writer,
            document.format,
            message,
            document.format_json,
            out,
        )? {
            written.messages += 1;
        } else {
            written.left_out += 1;
        }
    }
    writer.finish(out)?;
    if is_object {
        writeln!(out, "}}")?;
    }
    Ok(written)
}

/// Writes a message as the service sent it. Returns `false` if it is none that JSON can hold.
pub(in crate::commands) fn write_message(
    writer: &mut JsonWriter,
    format: TranscriptFormat,
    message: &Message,
    format_json: &dyn Fn(&str) -> String,
    out: &mut dyn Write,
) -> io::Result<bool> {
    let raw = message.raw.trim();
    let is_bulk = format == TranscriptFormat::Bulk;
    // An index takes objects only.
    if !is_json(raw) || is_bulk && !raw.starts_with('{') {
        return Ok(false);
    }
    if is_bulk {
        let action = format!("{{\"index\":{{\"_id\":\"{}\"}}}}", message.id);
        writer.write_element(out, &action)?;
    }
    writer.write_element(out, &format_json(raw))?;
    Ok(true)
}
