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
        if !with_author {
            return copy("the message", message_text::plain_text(message));
        }
        let author = match message.author.as_str() {
            "" => String::new(),
            author => format!("{author}: "),
        };
        let zone = self.time_zone.displayed();
        let time = message.posted.map_or_else(String::new, |posted| {
            format!("{}  ", time_format::format_timestamp(posted, zone))
        });
        let text = message_text::prefixed_text(time + &author, message);
        copy("the message with author and time", text)
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

/// Copies the value of the selected line of raw JSON, or all of it; of JSON that is too long to be indented
/// always all.
pub(super) fn copy_json(raw: &LongText, is_whole: bool) -> Vec<Effect> {
    let what = "the raw JSON";
    if let Some(json) = raw.long_json().cloned() {
        let what = what.to_owned();
        return vec![Effect::CopyLongJson { what, json }];
    }
    if is_whole {
        return copy(what, sanitize::sanitize_text(raw.text()));
    }
    let line = raw.selected_line();
    let (what, text) = match json::parse_line(line) {
        Some((name, value)) if name.is_empty() => ("the value".to_owned(), value),
        Some((name, value)) => {
            let name = sanitize::sanitize_line(&name);
            (format!("the value of {name}"), value)
        }
        None => ("the line".to_owned(), line.trim().to_owned()),
    };
    // What was escaped in the text is no longer.
    copy(what, sanitize::sanitize_text(&text))
}

pub(super) fn copy(what: impl Into<String>, text: impl Into<String>) -> Vec<Effect> {
    vec![Effect::Copy {
        what: what.into(),
        text: text.into(),
    }]
}
