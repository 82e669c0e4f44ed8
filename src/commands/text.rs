//! A conversation as lines for people: days, times, authors, and special messages in their words.

use std::io::{self, Write};

use chrono::NaiveDate;

use crate::chat::{Message, SpecialKind, Timestamp, Transcript};
use crate::text::{TimeZone, time_format};

/// What stands under a time: the rest of a message of several lines.
const INDENT: &str = "          ";

/// Prints messages; remembers the day of the last one.
#[derive(Debug)]
pub(super) struct TextWriter {
    zone: TimeZone,
    day: Option<NaiveDate>,
}

impl TextWriter {
    pub(super) fn new(zone: TimeZone) -> Self {
        Self { zone, day: None }
    }

    /// Prints messages in their order.
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
            let mut lines = message_lines(message, later).into_iter();
            writeln!(out, "{time}  {}", lines.next().unwrap_or_default())?;
            for line in lines {
                writeln!(out, "{}", format!("{INDENT}{line}").trim_end())?;
            }
        }
        Ok(())
    }

    /// Prints the day where a new one begins.
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

/// One message line by line; `later` are those that follow it.
fn message_lines<'a>(message: &Message, later: impl Iterator<Item = &'a Message>) -> Vec<String> {
    if let Some(why) = &message.unreadable {
        let id = if message.id.is_synthetic() {
            "a message".to_owned()
        } else {
            format!("message {}", message.id)
        };
        return vec![format!("-- {id} could not be read: {why}")];
    }
    let body = &message.body.text;
    match message.special.as_deref() {
        None => speech_lines(message.speaker(), body),
        Some(special) if special.is_chat_bubble() => {
            let heading = special.describe().heading;
            let mut lines = speech_lines(&format!("{} [{heading}]", message.speaker()), body);
            if let SpecialKind::Options {
                choices,
                unparsed: rest,
            } = special
            {
                let clicked = message.clicked(later);
                lines.extend(choices.iter().enumerate().map(|(number, choice)| {
                    let chosen = if clicked == Some(number) {
                        " (chosen)"
                    } else {
                        ""
                    };
                    format!("- {}{chosen}", choice.label)
                }));
                lines.extend(rest.lines().map(str::to_owned));
            }
            lines
        }
        Some(special) => event_lines(special, message),
    }
}

fn speech_lines(author: &str, body: &str) -> Vec<String> {
    let mut lines: Vec<_> = body.lines().map(str::to_owned).collect();
    match lines.first_mut() {
        Some(first) => *first = format!("{author}: {first}"),
        None => lines.push(format!("{author}:")),
    }
    lines
}

/// What happened, in one line where the text only repeats the detail.
fn event_lines(special: &SpecialKind, message: &Message) -> Vec<String> {
    let described = special.describe();
    let mut text: Vec<_> = message.body.text.lines().map(str::to_owned).collect();
    let mut detail = described.detail;
    if text.len() == 1 && (detail.is_empty() || detail == text[0]) {
        detail = text.remove(0);
    }
    let mut head = format!("-- {}", described.heading);
    if !detail.is_empty() {
        head = format!("{head}: {detail}");
    }
    if !message.author.is_empty() {
        head = format!("{head} ({})", message.author);
    }
    text.insert(0, head);
    text
}
