//! A readable transcript: days, times and the lines of each message.

use std::io::{self, Write};

use chrono::NaiveDate;

use crate::chat::{Message, Timestamp, Transcript};
use crate::text::{TimeZone, message_text, time_format};

/// Below the time, for all lines of a message but the first.
const INDENT: &str = "          ";

#[derive(Debug)]
pub(super) struct TextWriter {
    zone: TimeZone,
    /// The day of the last message.
    day: Option<NaiveDate>,
}

impl TextWriter {
    pub(super) fn new(zone: TimeZone) -> Self {
        Self { zone, day: None }
    }

    pub(super) fn write_messages(
        &mut self,
        messages: &Transcript,
        now: Timestamp,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for (index, message) in messages.iter().enumerate() {
            self.write_day_heading(message, now, out)?;
            let time = message.posted.map_or_else(
                || "--:--:--".to_owned(),
                |posted| time_format::format_time(posted, &self.zone, true),
            );
            let later = (index + 1..messages.len()).filter_map(|later| messages.get(later));
            let text = message_text::printed_text(message, later);
            let mut lines = text.lines();
            let first = lines.next().unwrap_or_default();
            writeln!(out, "{}", format!("{time}  {first}").trim_end())?;
            for line in lines {
                writeln!(out, "{}", format!("{INDENT}{line}").trim_end())?;
            }
        }
        Ok(())
    }

    /// Writes the day if a new one begins.
    fn write_day_heading(
        &mut self,
        message: &Message,
        now: Timestamp,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Some(sort_time) = message.sort_time() else {
            return Ok(());
        };
        let day = time_format::local_date(sort_time, &self.zone);
        if self.day == Some(day) {
            return Ok(());
        }
        if self.day.replace(day).is_some() {
            writeln!(out)?;
        }
        writeln!(
            out,
            "{}",
            time_format::format_day(day, time_format::local_date(now, &self.zone))
        )
    }
}
