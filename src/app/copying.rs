//! Copies a message, and names what is copied.

use super::App;
use super::effect::Effect;
use crate::text::{message_text, time_format};

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
}

pub(super) fn copy(what: impl Into<String>, text: impl Into<String>) -> Vec<Effect> {
    vec![Effect::Copy {
        what: what.into(),
        text: text.into(),
    }]
}
