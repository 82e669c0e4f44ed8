//! Parses and formats keys: one notation for bindings, configuration, help and tests.
//!
//! A key is a character (`j`, `G`, `]`) or a name (`Enter`, `PgDn`, `F1`), optionally after `Ctrl-`,
//! `Alt-` or `Shift-`. In a sequence, names are in angle brackets: `jj<enter>/late<esc>`.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Names of keys that are not characters. The first name is the one shown, but for `<`, which needs its
/// name only in a sequence.
const KEY_NAMES: [(KeyCode, &[&str]); 17] = [
    (KeyCode::Enter, &["Enter", "cr"]),
    (KeyCode::Esc, &["Esc"]),
    (KeyCode::Tab, &["Tab"]),
    (KeyCode::BackTab, &["Shift-Tab", "btab"]),
    (KeyCode::Up, &["↑", "up"]),
    (KeyCode::Down, &["↓", "down"]),
    (KeyCode::Left, &["←", "left"]),
    (KeyCode::Right, &["→", "right"]),
    (KeyCode::PageUp, &["PgUp"]),
    (KeyCode::PageDown, &["PgDn"]),
    (KeyCode::Home, &["Home"]),
    (KeyCode::End, &["End"]),
    (KeyCode::Backspace, &["Backspace", "bs"]),
    (KeyCode::Delete, &["Delete", "del"]),
    (KeyCode::Insert, &["Insert", "ins"]),
    (KeyCode::Char(' '), &["Space"]),
    (KeyCode::Char('<'), &["lt"]),
];

/// Parses one key, such as `j`, `Ctrl-d` or `PgDn`. Names are case-insensitive.
pub(crate) fn parse(text: &str) -> Option<KeyEvent> {
    let mut rest = text;
    let mut modifiers = KeyModifiers::NONE;
    if let Some(code) = parse_code(rest) {
        return Some(normalize(KeyEvent::new(code, modifiers)));
    }
    loop {
        let (prefix, key) = rest.split_once('-').filter(|(_, key)| !key.is_empty())?;
        modifiers |= match prefix.to_ascii_lowercase().as_str() {
            "ctrl" | "c" => KeyModifiers::CONTROL,
            "alt" | "a" => KeyModifiers::ALT,
            "shift" | "s" => KeyModifiers::SHIFT,
            _ => return None,
        };
        if let Some(code) = parse_code(key) {
            return Some(normalize(KeyEvent::new(code, modifiers)));
        }
        rest = key;
    }
}

/// Parses a sequence of keys. `None` if a name is unknown or its bracket is not closed.
pub fn parse_sequence(text: &str) -> Option<Vec<KeyEvent>> {
    let mut keys = Vec::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character == '<' {
            let (name, after) = rest.as_str().split_once('>')?;
            keys.push(parse(name)?);
            rest = after.chars();
        } else {
            keys.push(KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE));
        }
    }
    Some(keys)
}

/// Formats a key as help shows it.
pub fn format(key: KeyEvent) -> String {
    let known = KEY_NAMES.iter().find(|(code, _)| *code == key.code);
    let name = match known.filter(|_| key.code != KeyCode::Char('<')) {
        Some((_, names)) => names[0].to_owned(),
        None => match key.code {
            KeyCode::Char(character) => character.to_string(),
            KeyCode::F(number) => format!("F{number}"),
            other => other.to_string(),
        },
    };
    let mut shown = String::new();
    for (modifier, prefix) in [
        (KeyModifiers::CONTROL, "Ctrl-"),
        (KeyModifiers::ALT, "Alt-"),
        (KeyModifiers::SHIFT, "Shift-"),
    ] {
        if key.modifiers.contains(modifier) && !name.starts_with(prefix) {
            shown.push_str(prefix);
        }
    }
    shown + &name
}

/// Makes keys comparable across terminals: Shift is already part of the character or of `BackTab`,
/// and a letter with Ctrl is in lower case.
pub(crate) fn normalize(key: KeyEvent) -> KeyEvent {
    let mut code = key.code;
    let mut modifiers =
        key.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
    match code {
        KeyCode::Char(character) => {
            if modifiers.contains(KeyModifiers::CONTROL) {
                code = KeyCode::Char(character.to_ascii_lowercase());
            }
            modifiers -= KeyModifiers::SHIFT;
        }
        KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => {
            code = KeyCode::BackTab;
            modifiers -= KeyModifiers::SHIFT;
        }
        KeyCode::BackTab => modifiers -= KeyModifiers::SHIFT,
        _ => {}
    }
    KeyEvent::new(code, modifiers)
}

fn parse_code(name: &str) -> Option<KeyCode> {
    let mut characters = name.chars();
    if let (Some(character), None) = (characters.next(), characters.next())
        && KEY_NAMES.iter().all(|(_, names)| names[0] != name)
    {
        return Some(KeyCode::Char(character));
    }
    let named = KEY_NAMES
        .iter()
        .find(|(_, names)| names.iter().any(|known| known.eq_ignore_ascii_case(name)));
    if let Some((code, _)) = named {
        return Some(*code);
    }
    let number = name.strip_prefix(['F', 'f'])?.parse().ok()?;
    (1..=24).contains(&number).then_some(KeyCode::F(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(code, modifiers)
    }

    #[test]
    fn formatted_keys_parse() {
        let keys = "j G ] - < Alt-< Ctrl-d Alt-a Enter Shift-Tab PgDn ↓ Space F1 F12 Ctrl-PgUp";
        for text in keys.split(' ') {
            assert_eq!(format(parse(text).unwrap()), text);
        }
    }

    #[test]
    fn other_spellings() {
        let table = [
            ("c-d", key(KeyCode::Char('d'), KeyModifiers::CONTROL)),
            ("CTRL-D", key(KeyCode::Char('d'), KeyModifiers::CONTROL)),
            ("down", key(KeyCode::Down, KeyModifiers::NONE)),
            ("pgdn", key(KeyCode::PageDown, KeyModifiers::NONE)),
            ("btab", key(KeyCode::BackTab, KeyModifiers::NONE)),
            ("ctrl--", key(KeyCode::Char('-'), KeyModifiers::CONTROL)),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
        for wrong in ["", "F0", "F99", "Hyper-x", "Ctrl-", "jj"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn shift_is_part_of_the_character() {
        let typed = key(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(normalize(typed), parse("G").unwrap());
        assert_eq!(
            normalize(key(KeyCode::Tab, KeyModifiers::SHIFT)),
            parse("Shift-Tab").unwrap()
        );
    }

    #[test]
    fn sequences() {
        let keys: Vec<_> = parse_sequence("j<c-d>/<lt>a<esc>")
            .unwrap()
            .into_iter()
            .map(format)
            .collect();
        assert_eq!(keys, ["j", "Ctrl-d", "/", "<", "a", "Esc"]);
        assert_eq!(parse_sequence("<nope>"), None);
        assert_eq!(parse_sequence("a<esc"), None);
    }
}
