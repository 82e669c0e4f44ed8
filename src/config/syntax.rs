//! Mistakes of TOML's syntax, with what to write instead.

/// Quotes of other programs, which TOML does not have.
const FOREIGN_QUOTES: [char; 8] = ['“', '”', '„', '‘', '’', '«', '»', '`'];

/// Returns the value of a line such as `time_zone = NO`, if the error at this column is in the value.
pub(super) fn unquoted_value(line: &str, column: usize) -> Option<&str> {
    let (name, value) = line.split_once('=')?;
    let value = value.split(" #").next().unwrap_or(value).trim();
    let text = value.trim_matches(FOREIGN_QUOTES);
    let is_text = !text.is_empty() && !text.starts_with('=') && !text.contains(STRUCTURE);
    (is_text && column > name.chars().count() + 1).then_some(text)
}

/// Characters of strings, lists and tables.
const STRUCTURE: [char; 7] = ['"', '\'', '[', ']', '{', '}', ','];

/// Describes an error by the line it is in; `at` is the text that the parser objects to.
pub(super) fn describe(line: &str, column: usize, message: &str, at: Option<&str>) -> String {
    let (name, value) = line.split_once('=').unwrap_or((line, ""));
    let (name, value) = (name.trim(), value.trim());
    if message == "duplicate key" {
        let name = at.map_or(name, str::trim);
        return format!("{name} is in this table twice: keep one of the two");
    }
    if line.contains('=') && (value.is_empty() || value.starts_with('#')) {
        return format!("{name} has no value: write one, or remove the line");
    }
    if value.starts_with('"') && value.contains('\\') {
        return format!("{name}: write a value with backslashes in single quotes: 'C:\\folder'");
    }
    let why = match message.split(',').next().unwrap_or(message) {
        "string values must be quoted" | "invalid float" => "write text in quotes",
        _ => message,
    };
    format!("column {column}: {why}")
}
