//! Colours by name, number or `#rrggbb`, which becomes the nearest of the 256 colours that nearly every
//! terminal has.

use ratatui::style::Color;

/// The terminal's own colours, of which each also has a bright form.
pub(super) const NAMES: [&str; 8] = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
];

/// The terminal's colours by their index, the bright ones after the others.
pub(crate) const SIXTEEN: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// The levels of red, green and blue in the colours 16 to 231.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Reads `cyan`, `bright-cyan`, `14` or `#5fd7ff`.
pub(super) fn parse_color(word: &str) -> Option<Color> {
    if let Some(digits) = word.strip_prefix('#') {
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        return (digits.len() == 6).then(|| Color::Indexed(nearest_index([red, green, blue])));
    }
    if let Ok(index) = word.parse() {
        return Some(Color::Indexed(index));
    }
    let (name, bright) = match word.strip_prefix("bright-") {
        Some(name) => (name, 8),
        None => (word, 0),
    };
    let index = NAMES.iter().position(|it| *it == name)?;
    SIXTEEN.get(index + bright).copied()
}

/// The nearest of the colours 16 to 255, which are the same in every terminal.
fn nearest_index(rgb: [u8; 3]) -> u8 {
    let distance = |index: &u8| {
        let pairs = rgb.into_iter().zip(rgb_of(*index));
        pairs
            .map(|(one, other)| u32::from(one.abs_diff(other)).pow(2))
            .sum::<u32>()
    };
    (16..=255).min_by_key(distance).unwrap_or(16)
}

/// Red, green and blue of a colour from 16 on.
pub(super) fn rgb_of(index: u8) -> [u8; 3] {
    match index.saturating_sub(16) {
        cube @ 0..216 => {
            [cube / 36, cube / 6 % 6, cube % 6].map(|level| LEVELS[usize::from(level)])
        }
        grey => [8 + 10 * (grey - 216); 3],
    }
}
