//! Colours by name, number or `#rrggbb`, which becomes the nearest of the 256 colours that nearly every
//! terminal has.

use std::iter;

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
    // In the cube red, green and blue each have a nearest level of their own.
    let nearest_level = |value: u8| {
        let distance = |level: &u8| LEVELS[usize::from(*level)].abs_diff(value);
        (0..6).min_by_key(distance).unwrap_or(0)
    };
    let [red, green, blue] = rgb.map(nearest_level);
    let in_cube = 16 + 36 * red + 6 * green + blue;
    let greys = 232..=255;
    let candidates = iter::once(in_cube).chain(greys);
    let nearest = candidates.min_by_key(|index| squared_distance(rgb, *index));
    nearest.unwrap_or(in_cube)
}

fn squared_distance(rgb: [u8; 3], index: u8) -> u32 {
    let pairs = rgb.into_iter().zip(rgb_of(index));
    pairs
        .map(|(one, other)| u32::from(one.abs_diff(other)).pow(2))
        .sum()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_colour_is_nearer_than_the_nearest() {
        for sample in (0..1 << 24).step_by(3001) {
            let [_, red, green, blue] = u32::to_be_bytes(sample);
            let rgb = [red, green, blue];
            let nearest = (16..=255).min_by_key(|index| squared_distance(rgb, *index));
            assert_eq!(Some(nearest_index(rgb)), nearest, "{rgb:?}");
        }
    }
}
