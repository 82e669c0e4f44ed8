//! Help: the keys by topic and the legend of shapes, narrowed by typing.

use crossterm::event::KeyEvent;
use tui_input::Input;

use super::{LEGEND, OverlayLine, ScrollOffset, Shape, edit_line, heading, insert_text};
use crate::app::App;
use crate::app::command::Command;
use crate::app::keymap::Binding;
use crate::app::keys;
use crate::text::status_words;

/// The columns of the widest shape.
const SHAPE_WIDTH: usize = 3;

/// What can be typed into the filter of the list, besides `status:`.
const FILTER: [(&str, &str); 6] = [
    (
        "kari nord",
        "names, company, email, phone: letters in order",
    ),
    (
        "\"a phrase\" 341",
        "words of the first and last message, the id",
    ),
    (
        "channel:SALES",
        "only this channel: a number or a name's beginning",
    ),
    ("agent:KARI", "only this agent"),
    ("since:12:00", "only sessions active since then"),
    (
        "since:\"monday 9:00\"",
        "or 30m, 2h, 3d, today, yesterday, 2026-11-03",
    ),
];

/// What privacy can do and what it cannot.
const PRIVACY: [&str; 3] = [
    "names, addresses, numbers of fields are masked, in texts too",
    "a name that is in no field is not recognized",
    "ids, times, states and what you type stay",
];

#[derive(Clone, Debug, Default)]
pub struct Help {
    pub query: Input,
    pub scroll: ScrollOffset,
}

/// A topic with its keys, or the legend.
#[derive(Clone, Debug)]
pub(super) struct HelpSection {
    title: &'static str,
    lines: Vec<HelpLine>,
}

#[derive(Clone, Debug)]
struct HelpLine {
    line: OverlayLine,
    /// The name of the command, which is found as well; empty for a shape.
    name: &'static str,
}

impl Help {
    /// Edits the query and narrows the lines.
    pub(crate) fn on_key(&mut self, key: KeyEvent) {
        if edit_line(&mut self.query, key) {
            self.scroll = ScrollOffset::default();
        }
    }

    /// Inserts text into the query and narrows the lines.
    pub(crate) fn on_text_typed(&mut self, text: &str) {
        if insert_text(&mut self.query, text) {
            self.scroll = ScrollOffset::default();
        }
    }
}

/// All sections. A command without a key has what is typed to run it: the key of the command palette, and its name.
pub(super) fn help_sections(app: &App) -> Vec<HelpSection> {
    let palette = app.keymap().first_key(Command::ShowCommandPalette);
    let gap = if palette.chars().count() > 1 { " " } else { "" };
    let line = |binding: &Binding| {
        let keys: Vec<_> = binding.keys.iter().map(|&key| keys::format(key)).collect();
        let keys = if keys.is_empty() {
            format!("{palette}{gap}{}", binding.name)
        } else {
            keys.join(" ")
        };
        HelpLine {
            line: ((keys, binding.help.to_string()), None),
            name: binding.name,
        }
    };
    let is_listed = |binding: &&Binding| !app.lacks_view(binding.command);
    let topics = app.keymap().topics().map(|(title, bindings)| HelpSection {
        title,
        lines: bindings.iter().filter(is_listed).map(line).collect(),
    });
    let shape = |&(shape, meaning): &(Shape, &str)| {
        let label = " ".repeat(SHAPE_WIDTH);
        HelpLine {
            line: ((label, meaning.to_owned()), Some(shape)),
            name: "",
        }
    };
    let legend = HelpSection {
        title: "Shapes",
        lines: LEGEND.iter().map(shape).collect(),
    };
    let privacy_key = app.keymap().first_key(Command::TogglePrivacy);
    let privacy = HelpSection {
        title: "Privacy",
        lines: (PRIVACY.iter())
            .map(|text| HelpLine {
                line: ((privacy_key.clone(), (*text).to_owned()), None),
                name: "",
            })
            .collect(),
    };
    let filter = HelpSection {
        title: "Filter of the list",
        lines: (FILTER
            .map(|(typed, meaning)| (typed, meaning.to_owned()))
            .into_iter())
        .chain(
            status_words()
                .chunks(4)
                .map(|words| ("status:WORD", words.join(", "))),
        )
        .map(|(typed, meaning)| HelpLine {
            line: ((typed.to_owned(), meaning), None),
            name: "filter",
        })
        .collect(),
    };
    topics.chain([filter, privacy, legend]).collect()
}

/// The lines that contain every word of the query, under the headings of their sections; where only the heading of a
/// section contains them, all its lines.
pub(super) fn matching_lines(sections: &[HelpSection], query: &str) -> Vec<OverlayLine> {
    let query = query.to_lowercase();
    let has_words = |text: &str| {
        let text = text.to_lowercase();
        query.split_whitespace().all(|word| text.contains(word))
    };
    let is_match = |help: &&HelpLine| {
        let ((keys, text), _) = &help.line;
        has_words(&format!("{keys} {text} {}", help.name))
    };
    let mut matching = Vec::new();
    for HelpSection { title, lines } in sections {
        let mut shown: Vec<_> = lines.iter().filter(is_match).collect();
        if shown.is_empty() && has_words(title) {
            shown.extend(lines);
        }
        if !shown.is_empty() {
            if !matching.is_empty() {
                matching.push((heading(""), None));
            }
            matching.push((heading(title), None));
            matching.extend(shown.into_iter().map(|help| help.line.clone()));
        }
    }
    matching
}
