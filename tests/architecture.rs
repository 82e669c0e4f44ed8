//! Checks the structure of the crate: dependencies between modules, the crates each module may use,
//! and the form of the files. Clippy has the finer rules (`.clippy.toml`).
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const MODULES: &str = "
chat =
demo =
text = chat
sync = chat text
storage = chat
superoffice = chat sync
app = chat sync text
view = app chat text
commands = chat sync text
config = app superoffice text view
terminal = app chat config text view
runtime = app chat commands config storage superoffice sync terminal text view
cli = chat commands config demo runtime superoffice sync terminal text
";

const ONLY_IN: &str = "
reqwest:: = superoffice
hyper:: = demo superoffice
hyper_util:: = demo superoffice
rustls:: = superoffice
clap:: = cli commands
toml:: = config view
aws_lc_rs:: = commands storage superoffice text
crossterm:: = app runtime terminal
ratatui:: = app runtime terminal text view
serde:: = commands demo storage superoffice
serde_json:: = commands demo storage superoffice
TcpListener = demo
TcpStream = demo superoffice
tokio:: = cli commands demo runtime storage superoffice sync terminal
std::env = cli
std::fs = commands config runtime storage superoffice terminal
std::io = cli commands config demo runtime storage superoffice terminal
std::net = cli demo text
std::process = commands runtime superoffice terminal
std::thread = runtime storage terminal
std::{ = cli commands config demo runtime superoffice terminal
mut App = app runtime
";

/// The rows of a table: a name and the modules after it.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, BTreeSet<&'static str>)> {
    let row = |(name, modules): (&'static str, &'static str)| {
        (name, modules.split_whitespace().collect())
    };
    table
        .lines()
        .filter_map(|line| line.split_once(" ="))
        .map(row)
}

/// Paths and texts of the Rust files in a folder of the package and below it.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().into_string().unwrap());
        if entry.file_type().unwrap().is_dir() {
            files.extend(sources(&path));
        } else if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "rs")
        {
            let text = fs::read_to_string(entry.path()).unwrap();
            files.push((path, text.replace('\r', "")));
        }
    }
    files
}

/// Path, module and code of each file that belongs to a module, without tests and comments.
fn modules() -> impl Iterator<Item = (String, String, String)> {
    sources("src").into_iter().filter_map(|(path, text)| {
        let is_left_out = |part| {
            let tests = matches!(part, "tests" | "tests.rs" | "test_support");
            tests || matches!(part, "lib.rs" | "main.rs" | "testing.rs")
        };
        let (module, _) = path.strip_prefix("src/")?.split_once(['/', '.'])?;
        // Unit tests are at the end of a file.
        let code = text.split("#[cfg(test)]\nmod tests {").next()?;
        let code = code.lines().filter_map(|line| line.split("//").next());
        let code = code.collect::<Vec<_>>().join("\n");
        (!path.split('/').any(is_left_out)).then(|| (path.clone(), module.to_owned(), code))
    })
}

/// The code after each occurrence of `name` as a whole word.
fn after<'a>(code: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).filter_map(move |(at, _)| {
        let (before, rest) = (code.get(..at)?, code.get(at + name.len()..)?);
        let starts_inside = before.ends_with(|c| is_word(c) || c == ':');
        let ends_inside = name.ends_with(is_word) && rest.starts_with(is_word);
        (!starts_inside && !ends_inside).then_some(rest)
    })
}

fn assert_none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn modules_use_only_what_their_row_allows() {
    let mut violations = Vec::new();
    for (path, module, code) in modules() {
        let Some((_, allowed)) = rows(MODULES).find(|row| row.0 == module) else {
            violations.push(format!("{path}: `{module}` has no row"));
            continue;
        };
        // A group `crate::{a, b}` gives an empty name, which no row allows.
        for rest in after(&code, "crate::") {
            let used = rest
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next();
            if used != Some(&module) && used.is_none_or(|used| !allowed.contains(used)) {
                violations.push(format!(
                    "{path}: uses `crate::{}`",
                    used.unwrap_or_default()
                ));
            }
        }
        let depth = path.trim_end_matches("/mod.rs").split('/').count() - 1;
        if code.contains(&"super::".repeat(depth)) {
            violations.push(format!("{path}: `super` leaves the module; write `crate`"));
        }
    }
    assert_none(&violations);
}

#[test]
fn the_modules_have_no_cycle() {
    let mut left: Vec<_> = rows(MODULES).collect();
    let mut sorted = BTreeSet::new();
    while let Some(at) = left.iter().position(|row| row.1.is_subset(&sorted)) {
        sorted.insert(left.remove(at).0);
    }
    assert!(
        left.is_empty(),
        "a cycle, or a module without a row: {left:?}"
    );
}

#[test]
fn crates_are_used_only_where_their_row_allows() {
    let mut violations = Vec::new();
    for (path, module, code) in modules() {
        for (name, _) in rows(ONLY_IN).filter(|row| !row.1.contains(&*module)) {
            if after(&code, name).next().is_some() {
                violations.push(format!("{path}: uses `{name}`"));
            }
        }
    }
    assert_none(&violations);
}

#[test]
fn files_are_short_and_begin_with_their_documentation() {
    let mut violations = Vec::new();
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        if text.lines().count() > 400 {
            violations.push(format!("{path}: over 400 lines"));
        }
        if !text.starts_with("//!") {
            violations.push(format!("{path}: does not begin with `//!`"));
        }
    }
    assert_none(&violations);
}
