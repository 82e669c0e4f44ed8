//! Parses theme files: `role = "style"`, a style being words such as `cyan bold`, over those of a `base`.

use ratatui::style::{Color, Modifier, Style};
use toml::de::{DeTable, DeValue};

use super::color::parse_color;
use super::{Role, Theme, ThemeId};
use crate::text::nearest_word;

const ATTRIBUTES: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];

/// What a line could be.
const EXAMPLE: &str = "write a line such as customer = \"cyan bold\"";

/// Parses a theme file. The error has the faults with their lines, each with what to write instead.
pub(crate) fn parse(text: &str) -> Result<Theme, Vec<(usize, String)>> {
    let line_of = |byte: usize| text.get(..byte).unwrap_or(text).matches('\n').count() + 1;
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut faults: Vec<(usize, String)> = Vec::new();
    for error in errors {
        let line = line_of(error.span().map_or(0, |span| span.start));
        // The first error of a line causes the others.
        if faults.iter().all(|(faulty, _)| *faulty != line) {
            faults.push((line, format!("{}: {EXAMPLE}", error.message())));
        }
    }
    let mut theme = Theme::plain();
    let mut entries: Vec<_> = document.get_ref().iter().collect();
    // The base first: the file's own styles lie over it.
    entries.sort_by_key(|(name, _)| (name.get_ref() != "base", name.span().start));
    for (name, value) in entries {
        let line = line_of(name.span().start);
        if faults.iter().any(|(faulty, _)| *faulty == line) {
            continue;
        }
        if let Err(why) = theme.set(name.get_ref(), value.get_ref()) {
            faults.push((line, why));
        }
    }
    if faults.is_empty() {
        return Ok(theme);
    }
    faults.sort();
    Err(faults)
}

impl Theme {
    fn set(&mut self, name: &str, value: &DeValue<'_>) -> Result<(), String> {
        let Some(value) = value.as_str() else {
            return Err(format!("{name} must be text in quotes: {EXAMPLE}"));
        };
        if name == "base" {
            let base = ThemeId::BUILT_IN.iter().find(|it| it.name() == value);
            let base = base.ok_or_else(|| {
                let names = ThemeId::BUILT_IN.map(ThemeId::name).join(", ");
                format!("base must be one of {names}, not {value:?}")
            })?;
            *self = Self::built_in(*base).clone();
            return Ok(());
        }
        let Some(index) = Role::NAMES.iter().position(|role| *role == name) else {
            let names = Role::NAMES.into_iter().chain(["base"]);
            let hint = nearest_hint(name, names).unwrap_or_else(|| Role::NAMES.join(", "));
            return Err(format!("{name} is not a part of the screen: {hint}"));
        };
        self.styles[index] = parse_style(value).map_err(|why| format!("{name}: {why}"))?;
        Ok(())
    }
}

fn parse_style(text: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if let Some((_, modifier)) = ATTRIBUTES.iter().find(|(name, _)| *name == word) {
            style = style.add_modifier(*modifier);
        } else if word == "on" {
            let color = words.next().ok_or("write a colour after \"on\"")?;
            style.bg = Some(color_word(color)?);
        } else if style.fg.is_some() {
            return Err(format!(
                "{word:?} is a second word for the colour of the text, or no word for a style: {WORDS}"
            ));
        } else {
            style.fg = Some(color_word(word)?);
        }
    }
    Ok(style)
}

const WORDS: &str = "write a colour (cyan, bright-cyan, 0 to 255, #5fd7ff), \"on\" and a colour for the background, \
                     bold, dim, italic, underlined, reversed";

fn color_word(word: &str) -> Result<Color, String> {
    parse_color(word).ok_or_else(|| {
        let attributes = ATTRIBUTES.iter().map(|(name, _)| *name);
        let names = attributes.chain(super::color::NAMES);
        let hint = nearest_hint(word, names).map_or_else(String::new, |hint| hint + "; ");
        format!("{word:?} is unknown: {hint}{WORDS}")
    })
}

/// The question whether the nearest of some names was meant, if one is near.
fn nearest_hint(word: &str, names: impl Iterator<Item = &'static str>) -> Option<String> {
    nearest_word(word, names).map(|name| format!("did you mean {name}?"))
}
