//! A session with its messages as one document, in any format.
//!
//! Text, Markdown, HTML and CSV have what the transcript pane shows, in its order. JSON has what the service
//! sent, with its times in the zone.

use std::io::{self, Write};
use std::sync::Arc;

use chrono::NaiveDate;

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
    pub(crate) incomplete: Option<&'a str>,
    /// Whether CSV begins with a byte order mark, which some spreadsheets need to read UTF-8.
    pub(crate) has_bom: bool,
    /// Formats a JSON element as it was sent, with its times in the zone.
    pub(crate) format_json: &'a dyn Fn(&str) -> String,
}

/// What a document holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WriteSummary {
    pub messages: usize,
    /// Messages that JSON cannot hold, because they were not JSON.
    pub(crate) left_out: usize,
}

/// A message of a document, and what its neighbours add to it.
pub(super) struct DocumentMessage<'a> {
    pub message: &'a Message,
    /// The date, if it is the first message of a day.
    pub(crate) new_day: Option<NaiveDate>,
    /// The index of the option that the customer chose later.
    pub(crate) clicked: Option<usize>,
}

impl Document<'_> {
    pub(super) fn write_text(
        &self,
        messages: &[Arc<Message>],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        writeln!(out, "{}", self.title())?;
        for (label, text) in self.properties(messages) {
            writeln!(out, "{:<14}{text}", format!("{label}:"))?;
        }
        writeln!(out)?;
        TextWriter::new(self.zone.clone(), self.exported, String::new())
            .write_messages(messages, out)
    }

    /// The messages, which are in the order of the transcript pane, with the days they belong to.
    pub(super) fn messages<'a>(
        &self,
        messages: &'a [Arc<Message>],
    ) -> impl Iterator<Item = DocumentMessage<'a>> {
        let mut shown_day = None;
        messages.iter().enumerate().map(move |(index, message)| {
            let time = message.sort_time();
            let day = time.map(|time| time_format::local_date(time, self.zone));
            let later = messages.iter().skip(index + 1).map(|later| &**later);
            DocumentMessage {
                message,
                new_day: day.filter(|day| shown_day.replace(*day) != Some(*day)),
                clicked: message.clicked(later),
            }
        })
    }

    /// `Chat 341 with Kari Nordmann`.
    pub(super) fn title(&self) -> String {
        match self.session.and_then(Session::customer_name) {
            Some(name) => format!("Chat {} with {name}", self.id),
            None => format!("Chat {}", self.id),
        }
    }

    /// The properties of the session, its messages and the export; each on one line, none empty.
    pub(super) fn properties(&self, messages: &[Arc<Message>]) -> Vec<(&'static str, String)> {
        let time = |time: Timestamp| time_format::format_timestamp(time, self.zone);
        let mut rows = Vec::new();
        if let Some(session) = self.session {
            let moment = |at: Option<Timestamp>| at.map(time).unwrap_or_default();
            let rating = session.rating.map(|stars| format!("{stars} of 5"));
            rows.extend([
                (
                    "Customer",
                    session.customer_name().unwrap_or_default().to_owned(),
                ),
                ("Company", session.company().to_owned()),
                ("Channel", session.channel.name.clone()),
                ("Agent", session.agent_name().to_owned()),
                ("State", session.state().to_owned()),
                ("Requested", moment(session.requested)),
                ("Picked up", moment(session.started)),
                ("Ended", moment(session.ended)),
                (
                    "Ticket",
                    session
                        .ticket
                        .as_ref()
                        .map(ticket_label)
                        .unwrap_or_default(),
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

/// Number and title.
fn ticket_label(ticket: &EntityRef) -> String {
    format!("{} {}", ticket.id, ticket.name)
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Status;
    use crate::test_support::builders::{now, session};
    use crate::test_support::oslo_zone;

    /// The session's number is no name of a customer.
    #[test]
    fn a_session_without_a_name_has_no_customer() {
        let session = session(341, "", Status::InQueue, 1);
        let document = Document {
            format: TranscriptFormat::Text,
            id: session.id,
            session: Some(&session),
            zone: &oslo_zone(),
            exported: now(),
            incomplete: None,
            has_bom: false,
            format_json: &str::to_owned,
        };
        assert_eq!(document.title(), "Chat 341");
        let properties = document.properties(&[]);
        assert!(properties.iter().all(|(label, _)| *label != "Customer"));
    }
}
