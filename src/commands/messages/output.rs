//! Output of `sochat messages`, in any format.

use std::collections::HashMap;

use super::super::export::{self, Document};
use super::super::json::{JsonLayout, JsonWriter};
use super::super::text::TextWriter;
use super::super::{CommandError, Context, Verbosity};
use super::MessagesArgs;
use crate::chat::{Message, Session, SessionId, Timestamp, Transcript};
use crate::text::{TimeZone, TranscriptFormat};

pub(super) struct MessagesOutput {
    format: TranscriptFormat,
    zone: TimeZone,
    /// Whether each line of text begins with its session.
    names_sessions: bool,
    json: JsonWriter,
    /// For each session, the messages that arrived since it was written; their order depends on those still
    /// to arrive.
    buffered: HashMap<SessionId, Transcript>,
    /// For each session, what its text continues.
    texts: HashMap<SessionId, TextWriter>,
    /// Whether the beginning of the document is written.
    is_begun: bool,
}

impl MessagesOutput {
    pub(super) fn new(args: &MessagesArgs, zone: TimeZone) -> Self {
        Self {
            format: args.format,
            zone,
            names_sessions: args.sessions.len() > 1,
            json: JsonWriter::new(match args.format {
                TranscriptFormat::Json => JsonLayout::Array,
                _ => JsonLayout::Lines,
            }),
            buffered: HashMap::new(),
            texts: HashMap::new(),
            is_begun: false,
        }
    }

    /// Returns `true` if each session has a head with its properties.
    pub(super) fn needs_session(&self) -> bool {
        matches!(
            self.format,
            TranscriptFormat::Markdown | TranscriptFormat::Html
        )
    }

    /// Takes messages that arrived. JSON is written in the order received, at once.
    pub(super) fn push(
        &mut self,
        session: SessionId,
        messages: Vec<Message>,
        context: &mut Context<'_>,
    ) -> Result<(), CommandError> {
        if !self.format.is_json() {
            let buffered = self.buffered.entry(session).or_default();
            buffered.merge(messages, 0);
            return Ok(());
        }
        for message in &messages {
            let format_json = |raw: &str| (context.format_json)(raw, &self.zone);
            let (writer, out) = (&mut self.json, &mut *context.out);
            let times = (&self.zone, &format_json as &dyn Fn(&str) -> String);
            if !export::json::write_message(writer, self.format, message, times, out)? {
                let which = match message.id {
                    id if id.is_synthetic() => "a message".to_owned(),
                    id => format!("message {id}"),
                };
                let why = message.unreadable.as_deref();
                let why = why.unwrap_or("what the service sent is not a JSON object");
                let line = format_args!("{which} is left out: {why}");
                context.print_diagnostic(Verbosity::Quiet, line);
            }
        }
        context.out.flush()?;
        Ok(())
    }

    /// Writes the buffered messages of a session. `row` and `incomplete` are for the head of a document.
    pub(super) fn flush(
        &mut self,
        session: SessionId,
        row: Option<&Session>,
        incomplete: Option<&str>,
        now: Timestamp,
        context: &mut Context<'_>,
    ) -> Result<(), CommandError> {
        let buffered = self.buffered.remove(&session).unwrap_or_default();
        let messages = buffered.ordered();
        let is_first = !std::mem::replace(&mut self.is_begun, true);
        let (zone, out) = (&self.zone, &mut *context.out);
        let document = Document {
            format: self.format,
            id: session,
            session: row,
            zone,
            exported: now,
            incomplete,
            has_bom: false,
            format_json: &|raw| (context.format_json)(raw, zone),
        };
        match self.format {
            TranscriptFormat::Json | TranscriptFormat::Jsonl | TranscriptFormat::Bulk => {}
            TranscriptFormat::Text => {
                let prefix = if self.names_sessions {
                    format!("{session}  ")
                } else {
                    String::new()
                };
                let text = self.texts.entry(session);
                let text = text.or_insert_with(|| TextWriter::new(zone.clone(), now, prefix));
                text.set_now(now);
                text.write_messages(messages, out)?;
            }
            TranscriptFormat::Csv => {
                if is_first {
                    export::csv::write_header(false, out)?;
                }
                export::csv::write_messages(session, messages, zone, out)?;
            }
            TranscriptFormat::Markdown => {
                export::markdown::write_session(&document, messages, out)?;
            }
            TranscriptFormat::Html => {
                if is_first {
                    export::html::begin("Chats", out)?;
                }
                export::html::write_session(&document, messages, out)?;
            }
        }
        context.out.flush()?;
        Ok(())
    }

    pub(super) fn finish(self, context: &mut Context<'_>) -> Result<(), CommandError> {
        match self.format {
            TranscriptFormat::Json => self.json.finish(context.out)?,
            TranscriptFormat::Html if self.is_begun => export::html::finish(context.out)?,
            TranscriptFormat::Html
            | TranscriptFormat::Text
            | TranscriptFormat::Jsonl
            | TranscriptFormat::Markdown
            | TranscriptFormat::Csv
            | TranscriptFormat::Bulk => {}
        }
        Ok(())
    }
}
