//! Theme files: contrast, colours that can be distinguished, and what is wrong in a file.

use std::collections::BTreeSet;

use ratatui::style::Modifier;

use super::color::rgb_of;
use super::*;

const BLACK: [u8; 3] = [0; 3];
const WHITE: [u8; 3] = [255; 3];
const ROLES: [Role; 4] = [Role::Border, Role::Dimmed, Role::Marker, Role::MatchTick];

/// Relative luminance, as in WCAG 2.
fn luminance(rgb: [u8; 3]) -> f64 {
    let linear = rgb.map(|level| {
        let level = f64::from(level) / 255.0;
        if level <= 0.04045 {
            level / 12.92
        } else {
            ((level + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let [one, other] = [one, other].map(|rgb| luminance(rgb) + 0.05);
    one.max(other) / one.min(other)
}

/// Red, green and blue of a colour that is the same in every terminal.
fn rgb(color: Color) -> [u8; 3] {
    match color {
        Color::Indexed(index @ 16..) => rgb_of(index),
        other => panic!("{other} differs between terminals"),
    }
}

#[test]
fn the_contrast_of_every_role_is_enough_on_the_backgrounds_of_its_theme() {
    for (theme_id, backgrounds, text, decoration) in [
        (ThemeId::Auto, &[BLACK, WHITE][..], 4.5, 3.0),
        (ThemeId::Dark, &[BLACK], 4.5, 3.0),
        (ThemeId::Light, &[WHITE], 4.5, 3.0),
        // A theme with a background of its own, see below.
        (ThemeId::ColorBlind, &[], 4.5, 3.0),
        (ThemeId::HighContrast, &[], 7.0, 7.0),
    ] {
        let theme = Theme::built_in(theme_id);
        let own = theme.style(Role::Text);
        let own_background = own.bg.map(rgb);
        assert_eq!(own_background.is_some(), backgrounds.is_empty());
        for (name, style) in Role::NAMES.iter().zip(theme.styles.iter()) {
            assert!(!style.add_modifier.contains(Modifier::DIM), "{name}");
            // Without a colour it is the terminal's own text on its own background.
            let Some(foreground) = style.fg.or(own.fg).map(rgb) else {
                continue;
            };
            let is_decoration = ROLES
                .iter()
                .any(|role| Role::NAMES[*role as usize] == *name);
            let needed = if is_decoration { decoration } else { text };
            let background = style.bg.map(rgb).or(own_background);
            for background in background
                .iter()
                .chain(backgrounds.iter().filter(|_| background.is_none()))
            {
                let found = contrast(foreground, *background);
                assert!(
                    found >= needed,
                    "{theme_id:?} {name} on {background:?}: {found:.2}"
                );
            }
        }
    }
}

/// In the colour of less important text, whose contrast is enough; without colours the terminal dims it.
#[test]
fn data_out_of_date_can_be_read_in_every_theme() {
    for theme_id in ThemeId::BUILT_IN {
        let theme = Theme::built_in(theme_id);
        let muted = theme.style(Role::Muted).fg;
        for style in theme.styles.iter() {
            let mut drawn = Buffer::empty(Rect::new(0, 0, 3, 1));
            drawn.set_string(1, 0, "x", style.bg(Color::Blue).bold());
            theme.dim_stale(drawn.area, &mut drawn);
            assert_eq!(drawn[(0, 0)], Cell::EMPTY);
            let dimmed = drawn[(1, 0)].style();
            let has = |modifier| dimmed.add_modifier.contains(modifier);
            assert_eq!(has(Modifier::DIM), muted.is_none(), "{theme_id:?}");
            assert!(!has(Modifier::BOLD));
            if muted.is_some() {
                assert_eq!((dimmed.fg, dimmed.bg), (muted, Some(Color::Reset)));
            }
        }
    }
}

#[test]
fn the_terminal_and_mono_themes_have_no_colours_of_their_own() {
    for theme_id in [ThemeId::Terminal, ThemeId::Mono] {
        for style in Theme::built_in(theme_id).styles.iter() {
            assert_eq!(style.bg, None);
            assert!(!matches!(
                style.fg,
                Some(Color::Indexed(_) | Color::Rgb(..))
            ));
            assert!(theme_id != ThemeId::Mono || style.fg.is_none());
        }
    }
}

/// Colours as seen without the red or the green kind of cone, after Viénot, Brettel and Mollon (1999).
#[test]
fn the_colours_for_the_colour_blind_can_be_distinguished_by_them() {
    let styles = &Theme::built_in(ThemeId::ColorBlind).styles;
    let colors: BTreeSet<_> = styles.iter().filter_map(|it| it.fg).map(rgb).collect();
    let seen = |rgb: [u8; 3], red_part: f64| {
        let linear = |level: u8| (f64::from(level) / 255.0).powf(2.2);
        let mixed = red_part * linear(rgb[0]) + (1.0 - red_part) * linear(rgb[1]);
        [255.0 * mixed.powf(1.0 / 2.2), f64::from(rgb[2])]
    };
    for red_part in [0.112, 0.293] {
        for one in &colors {
            for other in colors.iter().filter(|other| *other < one) {
                let [a, b] = [one, other].map(|rgb| seen(*rgb, red_part));
                let distance = (a[0] - b[0]).hypot(a[1] - b[1]);
                // Two greys, which differ in use.
                let are_grey = [one, other].iter().all(|rgb| rgb[0] == rgb[2]);
                assert!(
                    are_grey || distance > 30.0,
                    "{one:?} {other:?}: {distance:.0}"
                );
            }
        }
    }
}

#[test]
fn a_theme_of_the_program_names_every_role_once() {
    for theme_id in ThemeId::BUILT_IN {
        let path = format!(
            "{}/assets/themes/{}.toml",
            env!("CARGO_MANIFEST_DIR"),
            theme_id.name()
        );
        let text = std::fs::read_to_string(path).unwrap();
        let lines = text.lines().filter_map(|line| line.split_once(" = "));
        let names: Vec<_> = lines.map(|(name, _)| name).collect();
        assert_eq!(names, Role::NAMES, "{}", theme_id.name());
        assert_eq!(parse(&text).as_ref(), Ok(Theme::built_in(theme_id)));
    }
    assert_eq!(Role::NAMES[Role::Hit as usize], "hit");
}

#[test]
fn a_file_lies_over_its_base() {
    let theme = parse("customer = '#5fd7fe on bright-black bold'\nbase = \"light\"\n").unwrap();
    let light = Theme::built_in(ThemeId::Light);
    let customer = Style::new()
        .fg(Color::Indexed(81))
        .bg(Color::DarkGray)
        .bold();
    assert_eq!(theme.style(Role::Customer), customer);
    assert_eq!(theme.style(Role::Agent), light.style(Role::Agent));
    let plain = parse("customer = ''\nagent = '14 italic'").unwrap();
    assert_eq!(plain.style(Role::Customer), Style::new());
    assert_eq!(
        plain.style(Role::Agent),
        Style::new().fg(Color::Indexed(14)).italic()
    );
}

#[test]
fn all_faults_of_a_file_are_reported_with_their_lines_and_what_to_write() {
    let faults = parse(
        "base = 'drak'\ncustmer = 'cyan'\nagent = 'gren bold'\nbot = 7\nlink = 'blue red'\nerror = 'red on'\ntitle = bold\nzzzzzzzz = ''",
    );
    let faults = faults.unwrap_err();
    let lines: Vec<_> = faults.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7, 8]);
    for ((_, why), expected) in faults.iter().zip([
        "base must be one of auto, dark, light, high-contrast, color-blind, terminal, mono, not \"drak\"",
        "custmer is not a part of the screen: did you mean customer?",
        "agent: \"gren\" is unknown: did you mean green?; write a colour (cyan,",
        "bot must be text in quotes: write a line such as customer = \"cyan bold\"",
        "link: \"red\" is a second word for the colour of the text",
        "error: write a colour after \"on\"",
        "string values must be quoted",
        "zzzzzzzz is not a part of the screen: text, muted,",
    ]) {
        assert!(why.starts_with(expected), "{why}");
    }
}
