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
    /// The time of printing: a message after it is due.
    now: Timestamp,
    /// Whether a day may be called today; not in a file, which is read later.
    is_read_now: bool,
    /// Before every line; empty for the messages of one session.
    prefix: String,
    /// The day of the last message.
    day: Option<NaiveDate>,
}

impl TextWriter {
    /// A writer for a file that is written at this time.
    pub(super) fn new(zone: TimeZone, now: Timestamp, prefix: String) -> Self {
        Self {
            zone,
            now,
            is_read_now: false,
            prefix,
            day: None,
        }
    }

    /// Writes from now on for a reader at this time, whose day is called today.
    pub(super) fn set_now(&mut self, now: Timestamp) {
        self.now = now;
        self.is_read_now = true;
    }

    pub(super) fn write_messages(
        &mut self,
        messages: &[Arc<Message>],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for (index, message) in messages.iter().enumerate() {
            self.write_day_heading(message, out)?;
            let time = format_message_time(message, &self.zone, self.now);
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
        let heading = if self.is_read_now {
            time_format::format_day(day, time_format::local_date(self.now, &self.zone))
        } else {
            time_format::format_date(day)
        };
        self.write_line(&heading, out)
    }
}

/// The time of day of a message, as wide for one without; with a word where it is still to come.
pub(super) fn format_message_time(message: &Message, zone: &TimeZone, now: Timestamp) -> String {
    let Some(posted) = message.posted else {
        return "--:--:--".to_owned();
    };
    let time = time_format::format_time(posted, zone, true);
    if message.is_future(now) {
        format!("due {time}")
    } else {
        time
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::test_support::builders::{agent_message, now};
    use crate::test_support::oslo_zone;

    #[test]
    fn a_message_dated_ahead_is_marked_as_due() {
        for (seconds, mark) in [(0, ""), (1, ""), (30, "due ")] {
            let message = agent_message(1, now() + TimeDelta::seconds(seconds), "later");
            let shown = format_message_time(&message, &oslo_zone(), now());
            let time = time_format::format_time(message.posted.unwrap(), &oslo_zone(), true);
            assert_eq!(shown, format!("{mark}{time}"));
        }
    }
}
