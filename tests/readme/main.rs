//! Checks the README against the program: its picture, keys, settings and commands.
//!
//! `INSTA_UPDATE=always cargo test --test readme` rewrites the picture and the keys.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a test may fail by panicking, and reads INSTA_UPDATE"
)]

mod picture;
mod svg;

use sochat::testing::{
    ConfigPath, Environment, KeyContext, Keymap, format_key, legend, load_config, show_config,
};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const README: &str = include_str!("../../README.md");

/// Compares a file of the repository with its expected content, or writes it with `INSTA_UPDATE=always`.
fn assert_up_to_date(file: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        fs::write(&path, expected).unwrap();
    }
    assert!(
        fs::read_to_string(&path).is_ok_and(|actual| actual == expected),
        "{file} is out of date; INSTA_UPDATE=always cargo test --test readme rewrites it"
    );
}

#[tokio::test]
async fn the_picture_is_what_the_demo_shows() {
    let picture = tokio::time::timeout(Duration::from_mins(1), picture::draw_demo());
    let buffer = picture.await.expect("the demo loads within a minute");
    assert_up_to_date("assets/screen.svg", &svg::to_svg(&buffer));
}

#[test]
fn the_keys_and_shapes_are_those_of_the_program() {
    let with_keys = replace_table(README, "keys", &key_table(&Keymap::default()));
    assert_up_to_date(
        "README.md",
        &replace_table(&with_keys, "shapes", &shape_table()),
    );
}

/// Replaces the table between two comments.
fn replace_table(readme: &str, name: &str, table: &str) -> String {
    let (before, rest) = readme.split_once(&format!("<!-- {name}")).unwrap();
    let (opening, rest) = rest.split_once('\n').unwrap();
    let end = format!("<!-- end of {name} -->");
    let (_, after) = rest.split_once(&end).unwrap();
    format!("{before}<!-- {name}{opening}\n\n{table}\n{end}{after}")
}

fn shape_table() -> String {
    let mut table = "| Shape | In ASCII | Meaning |\n| --- | --- | --- |\n".to_owned();
    for (shape, ascii, meaning) in legend() {
        let ascii = ascii.replace('|', "\\|");
        writeln!(table, "| {shape} | `{ascii}` | {meaning} |").unwrap();
    }
    table
}

fn key_table(keymap: &Keymap) -> String {
    let mut table = String::new();
    for (topic, bindings) in keymap.topics() {
        let before = if table.is_empty() { "" } else { "\n" };
        write!(table, "{before}### {topic}\n\n").unwrap();
        table.push_str("| Keys | Only in | Meaning | Name |\n| --- | --- | --- | --- |\n");
        for binding in bindings {
            let keys = binding
                .keys
                .iter()
                .map(|&key| format!("`{}`", format_key(key)));
            let keys = keys.collect::<Vec<_>>().join(" ");
            let context = match binding.context {
                KeyContext::Everywhere => "",
                KeyContext::List => "list",
                KeyContext::Transcript => "transcript",
            };
            let (help, name) = (&binding.help, binding.name);
            writeln!(table, "| {keys} | {context} | {help} | `{name}` |").unwrap();
        }
    }
    table
}

#[test]
fn the_settings_are_those_of_the_program() {
    let nowhere = ConfigPath::Default(PathBuf::from("/nowhere/config.toml"));
    let config = load_config(&nowhere, &Environment::new(), &Vec::new(), None).unwrap();
    let mut shown = Vec::new();
    show_config(&config, &mut shown).unwrap();
    let shown = String::from_utf8(shown).unwrap();
    let names = shown
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next());
    let mut expected: BTreeSet<_> = names.collect();
    // The secret itself cannot be in the file; keys and views are tables, empty here.
    expected.remove("auth.secret");
    expected.extend(["keys", "views.NAME"]);
    let (_, table) = README.split_once("| In the file |").unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let cells = rows.map(|row| row.split('|').nth(1).unwrap());
    let documented: BTreeSet<_> = cells
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert_eq!(documented, expected);
}

#[test]
fn the_commands_are_those_of_the_program() {
    let mut commands = 0;
    for block in README.split("```sh\n").skip(1) {
        let (block, _) = block.split_once("```").unwrap();
        for line in block.lines() {
            let line = line.replace("cargo run --locked -- ", "sochat ");
            let words = line.split(['#', '|', '>']).next().unwrap();
            if words.starts_with("sochat") {
                let parsed = sochat::parse(words.split_whitespace());
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
                commands += 1;
            }
        }
    }
    assert!(commands > 8, "only {commands} commands were found");
}
