//! A readable transcript: days, times and the lines of each message.

use std::io::{self, Write};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::chat::{Message, Timestamp};
use crate::text::{TimeZone, message_text, time_format};

/// Below the time, for all lines of a message but the first.
const INDENT: &str = "          ";

#[derive(Debug)]
pub(super) struct TextWriter {
    zone: TimeZone,
    /// The time by which a day is called today; `None` in a file, which is read later.
    now: Option<Timestamp>,
    /// Before every line; empty for the messages of one session.
    prefix: String,
    /// The day of the last message.
    day: Option<NaiveDate>,
}

impl TextWriter {
    pub(super) fn new(zone: TimeZone, prefix: String) -> Self {
        Self {
            zone,
            now: None,
            prefix,
            day: None,
        }
    }

    /// Calls the day of this time today.
    pub(super) fn set_now(&mut self, now: Timestamp) {
        self.now = Some(now);
    }

    pub(super) fn write_messages(
        &mut self,
        messages: &[Arc<Message>],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for (index, message) in messages.iter().enumerate() {
            self.write_day_heading(message, out)?;
            let time = format_message_time(message, &self.zone);
            let later = messages.iter().skip(index + 1).map(|later| &**later);
            let text = message_text::printed_text(message, later);
            let mut lines = text.lines();
            let first = format!("{time}  {}", lines.next().unwrap_or_default());
            self.write_line(&first, out)?;
            for line in lines {
                self.write_line(format!("{INDENT}{line}").trim_end(), out)?;
            }
        }
        Ok(())
    }

    fn write_line(&self, line: &str, out: &mut dyn Write) -> io::Result<()> {
        let line = format!("{}{line}", self.prefix);
        writeln!(out, "{}", line.trim_end())
    }

    /// Writes the day if a new one begins.
    fn write_day_heading(&mut self, message: &Message, out: &mut dyn Write) -> io::Result<()> {
        let Some(sort_time) = message.sort_time() else {
            return Ok(());
        };
        let day = time_format::local_date(sort_time, &self.zone);
        if self.day == Some(day) {
            return Ok(());
        }
        if self.day.replace(day).is_some() {
            self.write_line("", out)?;
        }
        let heading = match self.now {
            Some(now) => time_format::format_day(day, time_format::local_date(now, &self.zone)),
            None => time_format::format_date(day),
        };
        self.write_line(&heading, out)
    }
}

/// The time of day of a message, as wide for one without.
pub(super) fn format_message_time(message: &Message, zone: &TimeZone) -> String {
    message.posted.map_or_else(
        || "--:--:--".to_owned(),
        |posted| time_format::format_time(posted, zone, true),
    )
}
