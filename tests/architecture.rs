//! Checks the structure of the crate: dependencies between modules, the crates each module may use,
//! and the form of the files. Clippy has the finer rules (`.clippy.toml`).
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
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
serde_json:: = commands demo storage superoffice text
TcpListener = demo
TcpStream = demo superoffice
tokio:: = cli commands demo runtime storage superoffice sync terminal
std::env = cli
std::fs = commands config runtime storage superoffice terminal
std::io = cli commands config demo runtime storage superoffice terminal
std::net = cli demo text
std::process = commands runtime superoffice terminal
std::thread = runtime storage terminal
mut App = app runtime
";

/// The rows of a table: a name and the modules after it.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, BTreeSet<&'static str>)> {
    let rows = table.lines().filter_map(|line| line.split_once(" ="));
    rows.map(|(name, modules)| (name, modules.split_whitespace().collect()))
}

/// Paths and texts of the Rust files in a folder of the package and below it.
fn sources(folder: &str) -> Vec<(String, String)> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for entry in fs::read_dir(package.join(folder)).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = format!("{folder}/{name}");
        if package.join(&path).is_dir() {
            files.extend(sources(&path));
        } else if path.rsplit('.').next() == Some("rs") {
            let text = fs::read_to_string(package.join(&path)).unwrap();
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
        let is_left_out = path == "src/build.rs" || path.split('/').any(is_left_out);
        (!is_left_out).then(|| (path.clone(), module.to_owned(), code))
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The code after each occurrence of `name` as a whole word.
fn after<'a>(code: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    code.match_indices(name).filter_map(move |(at, _)| {
        let (before, rest) = (code.get(..at)?, code.get(at + name.len()..)?);
        let starts_inside = before.ends_with(|c| is_word(c) || c == ':');
        let ends_inside = name.ends_with(is_word) && rest.starts_with(is_word);
        (!starts_inside && !ends_inside).then_some(rest)
    })
}

/// The paths that begin with `root`, those of a group one by one.
fn paths(code: &str, root: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for rest in after(code, root) {
        let (mut path, mut groups) = (root.to_owned(), Vec::new());
        for c in rest.chars() {
            match c {
                '{' => groups.push(path.len()),
                ',' | '}' if !groups.is_empty() => {
                    paths.push(path.clone());
                    groups.pop_if(|_| c == '}');
                    path.truncate(groups.last().copied().unwrap_or(0));
                }
                _ if c.is_whitespace() && path.ends_with(':') => {}
                _ if is_word(c) || c == ':' || !groups.is_empty() => path.push(c),
                _ => break,
            }
        }
        paths.push(path);
    }
    paths
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
        for path_used in paths(&code, "crate::") {
            let used = path_used.split("::").nth(1);
            if used.is_some_and(|used| used != module && !allowed.contains(used)) {
                violations.push(format!("{path}: uses `{path_used}`"));
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
fn modules_have_no_cycle_and_siblings_in_them_have_none() {
    let mut files = BTreeMap::new();
    for (path, _, code) in modules() {
        let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
        files.insert(path.replacen("src", "crate", 1).replace('/', "::"), code);
    }
    // What a parent imports from a child, which the other children may name as the parent's.
    let mut imports = BTreeMap::new();
    for child in files.keys() {
        let (parent, name) = child.rsplit_once("::").unwrap();
        let code = files.get(parent).map_or("", String::as_str);
        for path in paths(code, &format!("use {name}::")) {
            let item = path.rsplit("::").next().unwrap();
            imports.insert(format!("{parent}::{item}"), child);
        }
    }
    let mut edges = BTreeSet::new();
    for (file, code) in &files {
        let from: Vec<_> = file.split("::").collect();
        for path in [paths(code, "crate::"), paths(code, "super::")].concat() {
            let names = path.split([':', ' ']).filter(|it| !it.is_empty());
            let mut to: Vec<_> = names.collect();
            let ups = to.iter().take_while(|it| **it == "super").count();
            if ups > 0 {
                to.splice(..ups, from[..from.len() - ups].iter().copied());
            }
            let common = from.iter().zip(&to).take_while(|it| it.0 == it.1).count();
            if let (Some(from), Some(to)) = (from.get(..=common), to.get(..=common)) {
                let (from, to) = (from.join("::"), to.join("::"));
                let to = imports.get(&to).map_or(to, |it| (*it).clone());
                edges.extend(files.contains_key(&to).then_some((from, to)));
            }
        }
    }
    edges.retain(|(from, to)| from != to);
    // Nothing is in a cycle that nothing uses, or that uses nothing.
    for _ in 0..files.len() {
        let (all_from, all_to): (BTreeSet<_>, BTreeSet<_>) = edges.iter().cloned().unzip();
        edges.retain(|it| all_from.contains(&it.1) && all_to.contains(&it.0));
    }
    let describe = |(from, to)| format!("in a cycle: {from} uses {to}");
    assert_none(&edges.into_iter().map(describe).collect::<Vec<_>>());
}

#[test]
fn crates_are_used_only_where_their_row_allows() {
    let mut violations = Vec::new();
    for (path, module, code) in modules() {
        let code = format!("{code}\n{}", paths(&code, "std::").join("\n"));
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
