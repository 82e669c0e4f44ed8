//! A session with its messages as one document, in any format.
//!
//! Text, Markdown, HTML and CSV have what the transcript pane shows, in its order. JSON has what the service
//! sent, with its times in the zone.

use std::io::{self, Write};
use std::sync::Arc;

use super::{csv, html, json, markdown};
use crate::chat::{EntityRef, Message, Session, SessionId, Timestamp};
use crate::commands::text::TextWriter;
use crate::text::{TimeZone, TranscriptFormat, time_format};

/// A session to write, apart from its messages.
#[derive(Clone, Copy)]
pub(crate) struct Document<'a> {
    pub format: TranscriptFormat,
    pub id: SessionId,
    /// `None` if only the messages are known.
    pub session: Option<&'a Session>,
    pub zone: &'a TimeZone,
    /// The time of the export.
    pub exported: Timestamp,
    /// Why messages are missing, if any are.
    pub incomplete: Option<&'a str>,
    /// Whether CSV begins with a byte order mark, which some spreadsheets need to read UTF-8.
    pub has_bom: bool,
    /// Formats a JSON element as it was sent, with its times in the zone.
    pub format_json: &'a dyn Fn(&str) -> String,
}

/// What a document holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub messages: usize,
    /// Messages that JSON cannot hold, because they were not JSON.
    pub left_out: usize,
}

impl Document<'_> {
    /// Writes the messages, which are in the order received.
    pub(crate) fn write(
        &self,
        mut messages: Vec<Arc<Message>>,
        out: &mut dyn Write,
    ) -> io::Result<Written> {
        if self.format.is_json() {
            return json::write(self, &messages, out);
        }
        messages.sort_by_key(|message| (message.sort_time(), message.id));
        match self.format {
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
            _ => self.write_text(&messages, out)?,
        }
        Ok(Written {
            messages: messages.len(),
            left_out: 0,
        })
    }

    fn write_text(&self, messages: &[Arc<Message>], out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.title())?;
        for (label, text) in self.properties(messages) {
            writeln!(out, "{:<14}{text}", format!("{label}:"))?;
        }
        writeln!(out)?;
        TextWriter::new(self.zone.clone(), String::new()).write_messages(messages, out)
    }

    /// `Chat 341 with Kari Nordmann`.
    pub(super) fn title(&self) -> String {
        match self.session.map(Session::title) {
            Some(name) if name != format!("session {}", self.id) => {
                format!("Chat {} with {name}", self.id)
            }
            _ => format!("Chat {}", self.id),
        }
    }

    /// What is known of the session, its messages and the export; each on one line, none empty.
    pub(super) fn properties(&self, messages: &[Arc<Message>]) -> Vec<(&'static str, String)> {
        let time = |time: Timestamp| time_format::format_timestamp(time, self.zone);
        let mut rows = Vec::new();
        if let Some(session) = self.session {
            let moment = |at: Option<Timestamp>| at.map(time).unwrap_or_default();
            let agent = session.agent.as_ref().map(|agent| agent.name.clone());
            let rating = session.rating.map(|stars| format!("{stars} of 5"));
            rows.extend([
                ("Customer", session.title()),
                ("Company", session.company().to_owned()),
                ("Channel", session.channel.name.clone()),
                ("Agent", agent.unwrap_or_default()),
                ("State", session.state().to_owned()),
                ("Requested", moment(session.requested)),
                ("Picked up", moment(session.started)),
                ("Ended", moment(session.ended)),
                (
                    "Ticket",
                    session.ticket.as_ref().map(linked).unwrap_or_default(),
                ),
                ("Rating", rating.unwrap_or_default()),
            ]);
        }
        let mut times = messages.iter().filter_map(|message| message.posted);
        let range = match (times.next(), times.next_back()) {
            (Some(first), Some(last)) => format!(", {} to {}", time(first), time(last)),
            (Some(only), None) => format!(", {}", time(only)),
            _ => String::new(),
        };
        rows.extend([
            ("Messages", format!("{}{range}", messages.len())),
            (
                "Not complete",
                self.incomplete.unwrap_or_default().to_owned(),
            ),
            ("Time zone", self.zone.label()),
            ("Exported", time(self.exported)),
        ]);
        rows.retain(|(_, text)| !text.is_empty());
        rows
    }
}

/// Number and title of a ticket.
pub(super) fn linked(entity: &EntityRef) -> String {
    format!("{} {}", entity.id, entity.name)
        .trim_end()
        .to_owned()
}
