//! The viewer on the demo service: what it shows, and what the keys do.

use super::exited_window::contains;
use super::pipe::{DemoProcess, start_token_server};
use super::window::{HELP, Window, WindowBuilder};

/// A demo in which nothing happens.
const SLOW_DEMO: [&str; 3] = ["demo", "--rate", "0.001"];

fn open_demo() -> Window {
    WindowBuilder::sochat(&SLOW_DEMO).open_demo()
}

#[test]
fn starts_with_list_transcript_zone_and_connection() {
    let window = WindowBuilder::sochat(&SLOW_DEMO).open();
    for text in ["live", "Kari Nordmann", "NO · Europe/Oslo", "following"] {
        window.wait_for(text);
    }
    window.wait_until("a transcript at the right", |screen| {
        let mut rows = screen.rows(34, 60);
        rows.any(|row| row.contains("Hva gjør jeg med den gamle?"))
    });
}

#[test]
fn new_messages_arrive_by_themselves() {
    let mut window = WindowBuilder::sochat(&["demo", "--rate", "6"]).open_demo();
    window.press_for("\r", "f pause");
    window.press_for("k", "paused");
    window.wait_for(" new · G");
    window.press("G");
    window.wait_for("following");
}

#[test]
fn keys_do_what_footer_and_help_describe() {
    let mut window = open_demo();
    // The list.
    window.press_for("/zzqqzzqq", "filter: zzqqzzqq");
    window.wait_gone("▲1");
    window.press("\x1b");
    window.wait_gone("filter: ");
    window.press("g");
    window.wait_for("▲1");
    window.press("j\r");
    window.wait_for("Grace Okafor  needs reply");
    window.press("hk\r");
    window.wait_for("Kari Nordmann  needs reply");
    // The transcript.
    window.wait_for("f pause");
    window.press_for("k", "paused");
    window.press_for("r", "\"ChatMessageId\": ");
    window.press("\x1b");
    window.wait_gone("ChatMessageId");
    window.press_for("/stang", "search: stang");
    window.press("\r");
    window.wait_gone("search: ");
    // Everywhere.
    window.press_for("i", "kari.nordmann@fjordvik.example");
    window.press("\x1b");
    window.wait_gone("kari.nordmann@");
    window.press_for("t", "Time zone");
    // The zones of the service, this one among them, arrive a while after the start.
    window.press_for("new york", "new york");
    window.wait_for("America/New_York");
    window.press("\r");
    window.wait_gone("Time zone");
    window.wait_for("America/New_York");
    window.show_help();
}

#[test]
fn focus_changes_do_not_disturb_the_screen() {
    let mut window = open_demo();
    window.wait_for_bytes("\x1b[?1004h");
    window.press("\x1b[O");
    window.press("\x1b[I");
    window.show_help();
    window.quit("q");
}

#[test]
fn follows_the_size_of_its_window_down_to_one_cell() {
    let mut window = open_demo();
    window.press_for("\r", "f pause");
    window.resize(200, 60);
    window.wait_for("following");
    window.resize(20, 5);
    window.wait_until("a transcript of five rows", |screen| {
        screen.contents().contains("Kari") && screen.contents().contains("? help")
    });
    window.resize(10, 3);
    window.wait_for("Window too");
    window.resize(1, 1);
    window.wait_until("one cell", |screen| !screen.contents().is_empty());
    window.resize(100, 30);
    window.wait_for("Kari Nordmann");
    window.quit("\x03");
}

#[test]
fn starts_in_a_window_of_any_size() {
    for (columns, rows, shows) in [
        (200, 60, "Hva gjør jeg med den gamle?"),
        (20, 5, "? help"),
        (10, 3, "Window too"),
        (1, 1, "s"),
    ] {
        let mut window = WindowBuilder::sochat(&SLOW_DEMO).size(columns, rows).open();
        window.wait_for(shows);
        window.quit("q");
    }
}

#[test]
fn without_colour_the_selection_is_still_visible() {
    let ways = [
        WindowBuilder::sochat(&SLOW_DEMO).env("NO_COLOR", "1"),
        WindowBuilder::sochat(&[&SLOW_DEMO[..], &["--color", "never"]].concat()),
        WindowBuilder::sochat(&SLOW_DEMO).config_file("color = \"never\"\n"),
    ];
    for way in ways {
        let window = way.open_demo();
        window.wait_until("a selected row", |screen| {
            let (rows, columns) = screen.size();
            let mut cells = (0..rows.get()).flat_map(|row| {
                (0..columns.get()).filter_map(move |column| screen.cell(row, column))
            });
            cells.any(vt100::Cell::inverse)
        });
        assert_eq!(sgr_colors(&window.bytes()), Vec::<String>::new());
    }
    let colors = sgr_colors(&open_demo().bytes());
    assert!(!colors.is_empty(), "colours are found where there are some");
}

#[test]
fn ascii_draws_no_other_shapes() {
    let window = WindowBuilder::sochat(&SLOW_DEMO).config_file("ascii = true\n");
    let mut window = window.open_demo();
    window.wait_for("live");
    // Lines, boxes, blocks, bullets and ticks; arrows are the names of keys.
    let shapes = |text: &str| -> String {
        let is_shape = |character: &char| matches!(u32::from(*character), 0x2022 | 0x2300..=0x27bf);
        text.chars().filter(is_shape).collect()
    };
    assert_eq!(shapes(&window.screen().contents()), "");
    window.press_for("?", HELP);
    assert_eq!(shapes(&window.screen().contents()), "");
    let found = shapes(&open_demo().screen().contents());
    assert_ne!(found, "", "shapes are found where there are some");
}

#[test]
fn the_mouse_is_captured_only_if_configured() {
    for (text, is_on) in [("", false), ("mouse = true\n", true)] {
        let mut window = WindowBuilder::sochat(&SLOW_DEMO).config_file(text).open();
        window.wait_for("live");
        assert_eq!(contains(&window.bytes(), "\x1b[?1000h"), is_on);
        window.quit("q").assert_restored();
    }
}

/// The style escapes that name a colour other than the terminal's own.
fn sgr_colors(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let escapes = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|character: char| !matches!(character, '0'..='9' | ';' | ':'))?;
        let (codes, rest) = rest.split_at(end);
        rest.starts_with('m').then(|| codes.to_owned())
    });
    let names_one = |escape: &String| {
        escape.split([';', ':']).any(|code| {
            matches!(code.parse().unwrap_or(0), 30..=38_u32 | 40..=48 | 58 | 90..=97 | 100..=107)
        })
    };
    escapes.filter(names_one).collect()
}

#[test]
fn a_secret_command_may_prompt_for_a_passphrase_before_the_screen_is_drawn() {
    let demo = DemoProcess::start("0.001");
    let command = "printf 'Passphrase: ' >&2; read -r line; echo \"$line\"";
    let config = format!(
        "base_url = {:?}\nauth.secret_command = {command:?}",
        demo.base_url
    );
    let mut window = WindowBuilder::sochat(&[]).config_file(&config).open();
    window.wait_for("Passphrase: ");
    assert!(!window.screen().alternate_screen());
    window.press("token\r");
    window.wait_for("live");
    window.quit("q");
}

#[test]
fn refresh_gives_the_terminal_to_a_secret_command_that_needs_it() {
    let mut window = open_at_passphrase_prompt();
    window.press("second\r");
    window.wait_for("live");
    window.quit("q").assert_restored();
}

/// A viewer whose secret command has the terminal after `R`, and has switched its echo off.
pub fn open_at_passphrase_prompt() -> Window {
    let service = start_token_server("second");
    let command = "[ -t 0 ] || exit 1; stty -echo; printf 'Passphrase: ' >&2; read -r line; stty echo; \
                   echo \"$line\"";
    let config = format!("base_url = {service:?}\nauth.secret_command = {command:?}");
    let mut window = WindowBuilder::sochat(&[]).config_file(&config).open();
    window.wait_for("Passphrase: ");
    window.press("first\r");
    // The token is refused, and without a terminal there is no other.
    window.wait_for("press R");
    window.press("R");
    window.wait_until("the prompt", |screen| {
        !screen.alternate_screen() && screen.contents().matches("Passphrase: ").count() == 2
    });
    window
}
