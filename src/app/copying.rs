//! Copies a message, or the selected line of an overlay, and names what is copied.

use super::App;
use super::effect::Effect;
use super::overlay::{DetailLine, DetailTarget, LongText};
use super::status::Level;
use crate::chat::sanitize;
use crate::text::{json, message_text, time_format};

impl App {
    pub(super) fn copy_message(&self, with_author: bool) -> Vec<Effect> {
        let Some(message) = self.selected_message() else {
            return Vec::new();
        };
        let text = message_text::plain_text(message);
        if !with_author {
            return copy("the message", text);
        }
        let author = match message.author.as_str() {
            "" => String::new(),
            author => format!("{author}: "),
        };
        let zone = self.time_zone.displayed();
        let time = message.posted.map_or_else(String::new, |posted| {
            format!("{}  ", time_format::format_timestamp(posted, zone))
        });
        copy(
            "the message with author and time",
            format!("{time}{author}{text}"),
        )
    }

    /// Copies the value of the selected line of the details, or all lines.
    pub(super) fn copy_detail(
        &mut self,
        lines: &[DetailLine],
        selected: usize,
        is_whole: bool,
    ) -> Vec<Effect> {
        if is_whole {
            let line = |line: &DetailLine| match (&line.copied, line.text.as_str()) {
                (_, "") => line.label.clone(),
                // Its text also says that Enter leads there.
                (Some((_, value)), _) if matches!(line.target, Some(DetailTarget::Message(_))) => {
                    format!("{}: {value}", line.label)
                }
                (_, text) => format!("{}: {text}", line.label),
            };
            let all: Vec<_> = lines.iter().map(line).collect();
            return copy("all details", all.join("\n"));
        }
        match lines.get(selected).and_then(|line| line.copied.clone()) {
            Some((what, value)) => copy(what, value),
            None => self.show_notice(Level::Error, "Nothing to copy in this line"),
        }
    }
}

/// Copies the value of the selected line of raw JSON, or all of it.
pub(super) fn copy_json(raw: &LongText, is_whole: bool) -> Vec<Effect> {
    if is_whole {
        return copy("the raw JSON", raw.text());
    }
    match json::parse_line(raw.selected_line()) {
        // What was escaped in the text is no longer.
        Some((name, value)) if name.is_empty() => {
            copy("the value", sanitize::sanitize_text(&value))
        }
        Some((name, value)) => copy(
            format!("the value of {name}"),
            sanitize::sanitize_text(&value),
        ),
        None => copy("the line", raw.selected_line().trim()),
    }
}

pub(super) fn copy(what: impl Into<String>, text: impl Into<String>) -> Vec<Effect> {
    vec![Effect::Copy {
        what: what.into(),
        text: text.into(),
    }]
}
