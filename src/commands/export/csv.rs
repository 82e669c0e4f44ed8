//! Messages as comma-separated values, by RFC 4180.

use std::io::{self, Write};
use std::sync::Arc;

use crate::chat::{Message, SessionId};
use crate::commands::table::write_csv_record;
use crate::text::message_text::{content_parts, speaker_of};
use crate::text::{TimeZone, time_format};

const HEADER: [&str; 8] = [
    "session_id",
    "message_id",
    "time",
    "from",
    "author",
    "special",
    "text",
    "read_by_customer",
];

pub(in crate::commands) fn write_header(has_bom: bool, out: &mut dyn Write) -> io::Result<()> {
    if has_bom {
        out.write_all("\u{feff}".as_bytes())?;
    }
    write_csv_record(HEADER, out)
}

pub(in crate::commands) fn write_messages(
    session: SessionId,
    messages: &[Arc<Message>],
    zone: &TimeZone,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, message) in messages.iter().enumerate() {
        let later = messages.iter().skip(index + 1).map(|later| &**later);
        let id = match message.id {
            id if id.is_synthetic() => String::new(),
            id => id.to_string(),
        };
        let time = message.posted.map_or_else(String::new, |posted| {
            time_format::format_rfc3339(posted, zone)
        });
        let special = message.special.as_deref().map(|special| special.describe());
        let special = special.map(|(heading, _)| heading).unwrap_or_default();
        let cells = [
            &session.to_string(),
            &id,
            &time,
            speaker_of(message).name(),
            &message.author,
            &*special,
            &content_parts(message, later).join("\n"),
            &message.read_by_customer.to_string(),
        ];
        write_csv_record(cells, out)?;
    }
    Ok(())
}
