//! Copies the selected line of details or raw JSON, or all of it.

use super::{DetailLine, DetailTarget, LongText};
use crate::app::App;
use crate::app::copying::copy;
use crate::app::effect::Effect;
use crate::app::status::Level;
use crate::chat::sanitize;
use crate::text::json;

impl App {
    /// Copies the value of the selected line of the details, or all lines.
    pub(in crate::app) fn copy_detail(
        &mut self,
        lines: &[DetailLine],
        selected: usize,
        is_whole: bool,
    ) -> Vec<Effect> {
        if is_whole {
            let line = |line: &DetailLine| match (&line.copied, line.text.as_str()) {
                (_, "") => line.label.clone(),
                // Its text also names the key that leads there.
                (Some((_, value)), _) if matches!(line.target, Some(DetailTarget::Message(_))) => {
                    format!("{}: {value}", line.label)
                }
                (_, text) => format!("{}: {text}", line.label),
            };
            let all: Vec<_> = lines.iter().map(line).collect();
            return copy("all details", all.join("\n"));
        }
        let copied = lines.get(selected).and_then(|line| line.copied.clone());
        let Some((what, value)) = copied else {
            self.show_notice(Level::Error, "Nothing to copy in this line");
            return Vec::new();
        };
        copy(what, value)
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
    // The copied value is without the escapes of the JSON text.
    copy(what, sanitize::sanitize_text(&text))
}
