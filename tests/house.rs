//! The rules of the house, kept by a machine: who may know whom, who may touch what, how things are
//! named, how long a file may be.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    missing_docs,
    reason = "a test may fail by panicking"
)]

#[path = "house/rules.rs"]
mod rules;
#[path = "house/source.rs"]
mod source;

use rules::{BROKEN, EMPTY_WORDS, LONGEST, MACHINE, MAY_USE, NOWHERE, ONLY_IN, SOUND};
use source::{Source, is_word};

#[test]
fn the_house_keeps_its_rules() {
    let sources = source::all();
    assert!(sources.len() > 50, "the sources are found");
    let broken: Vec<_> = sources.iter().flat_map(broken_in).collect();
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
    assert_eq!(
        events(&sources),
        ["src/app/event.rs"],
        "one vocabulary of facts"
    );
}

#[test]
fn every_room_is_in_the_table_and_needs_what_it_may_use() {
    let sources = source::all();
    let rooms: Vec<_> = sources.iter().map(Source::room).collect();
    for room in &rooms {
        assert!(
            MAY_USE.iter().any(|(name, _)| name == room),
            "{room} is not in the table"
        );
    }
    for (room, allowed) in MAY_USE {
        assert!(rooms.contains(&room), "{room} does not exist");
        let here = sources.iter().filter(|source| source.room() == room);
        let paths: Vec<_> = here.flat_map(Source::paths).collect();
        for allowed in allowed.split_whitespace() {
            let is_used = paths.iter().any(|used| is_below(&used.path, allowed));
            assert!(is_used, "{room} no longer needs {allowed}");
        }
    }
}

#[test]
fn each_rule_can_be_broken_and_kept() {
    let source = |file, line| Source::new(file, &format!("//! A.\n{line}\n"));
    for row in BROKEN.lines().skip(1) {
        let [file, line, why] = row.split(" | ").collect::<Vec<_>>().try_into().unwrap();
        assert_eq!(broken_in(&source(file, line)), [format!("{file}:2: {why}")]);
    }
    for row in SOUND.lines().skip(1) {
        let (file, line) = row.split_once(" | ").unwrap();
        assert_eq!(broken_in(&source(file, line)), [""; 0], "{row}");
    }
    assert_eq!(broken_in(&source("src/app/utils.rs", "")).len(), 1);
    assert_eq!(
        broken_in(&Source::new("src/app/a.rs", "fn a() {}")).len(),
        1
    );
    assert_eq!(
        broken_in(&Source::new("src/app/a.rs", &"//! A.\n".repeat(LONGEST))),
        [""; 0]
    );
    assert_eq!(
        broken_in(&Source::new(
            "src/app/a.rs",
            &"//! A.\n".repeat(LONGEST + 1)
        ))
        .len(),
        1
    );
    let two = ["src/app/a.rs", "src/sync/b.rs"].map(|file| source(file, "enum Event {}"));
    assert_eq!(events(&two).len(), 2);
}

/// Every rule that a file breaks, with its line.
fn broken_in(source: &Source) -> Vec<String> {
    let rules = [foreign, only_in, nowhere, names, shape];
    let broken = rules.iter().flat_map(|rule| rule(source));
    broken
        .map(|(line, why)| format!("{}:{line}: {why}", source.file))
        .collect()
}

type Broken = Vec<(usize, String)>;

/// Who knows whom.
fn foreign(source: &Source) -> Broken {
    let room = source.room();
    let (_, allowed) = MAY_USE
        .into_iter()
        .find(|(name, _)| *name == room)
        .unwrap_or_default();
    let crates = crates();
    let is_foreign = |path: &str| {
        let mut parts = path.split("::");
        let (first, second) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        match first {
            "crate" => second != room,
            "std" => MACHINE.contains(&second),
            name => crates.iter().any(|known| known == name),
        }
    };
    let paths = source
        .paths()
        .into_iter()
        .filter(|used| is_foreign(&used.path));
    paths
        .filter(|used| {
            !allowed
                .split_whitespace()
                .any(|allowed| is_below(&used.path, allowed))
        })
        .map(|used| (used.line, format!("`{room}` may not use `{}`", used.path)))
        .collect()
}

/// What has its place.
fn only_in(source: &Source) -> Broken {
    let mut broken = Vec::new();
    for (paths, places, why) in ONLY_IN {
        if places
            .split_whitespace()
            .any(|place| source.file.starts_with(place))
        {
            continue;
        }
        for used in source.paths() {
            let is_it =
                |path| is_below(&used.path, path) || used.path.ends_with(&format!("::{path}"));
            if paths.split_whitespace().any(is_it) {
                broken.push((used.line, format!("`{}`: {why}", used.path)));
            }
        }
    }
    broken
}

/// What has no place.
fn nowhere(source: &Source) -> Broken {
    let here = NOWHERE
        .into_iter()
        .filter(|(_, place, _)| source.file.starts_with(place));
    here.flat_map(|(tokens, _, why)| {
        let lines = source.lines_of(tokens);
        lines.map(move |line| (line, format!("`{}`: {why}", tokens.concat())))
    })
    .collect()
}

/// What modules, types and functions may not be called.
fn names(source: &Source) -> Broken {
    let own = source.modules().into_iter().map(|name| (1, "mod", name));
    let declared = source.tokens.windows(2).map(|pair| {
        let (kind, name) = (pair[0].text.as_str(), pair[1].text.as_str());
        (pair[1].line, kind, name)
    });
    let is_empty = |kind: &str, name: &str| match kind {
        "fn" => name.starts_with("get_"),
        "mod" | "struct" | "enum" | "trait" => words(name)
            .iter()
            .any(|word| EMPTY_WORDS.contains(&word.as_str())),
        _ => false,
    };
    own.chain(declared)
        .filter(|(_, kind, name)| is_word(name) && is_empty(kind, name))
        .map(|(line, _, name)| (line, format!("`{name}` names nothing; say what it is")))
        .collect()
}

/// How a file begins, and how long it is.
fn shape(source: &Source) -> Broken {
    let lines = source.text.lines().count();
    let silent = (!source.text.starts_with("//!")).then(|| {
        (
            1,
            "a file opens with `//!`: what it does and what may not enter".to_owned(),
        )
    });
    let long = (lines > LONGEST).then(|| {
        (
            lines,
            format!("{lines} lines; past {LONGEST} there is a second room inside"),
        )
    });
    silent.into_iter().chain(long).collect()
}

/// Where a type is declared that is called `Event`.
fn events(sources: &[Source]) -> Vec<&str> {
    let declared = ["enum", "struct", "trait", "type"].map(|kind| [kind, "Event"]);
    let places = sources.iter().flat_map(|source| {
        let lines = declared.iter().flat_map(|tokens| source.lines_of(tokens));
        lines.map(|_| source.file.as_str())
    });
    places.collect()
}

/// `a::b::c` is below `a::b` and below itself.
fn is_below(path: &str, above: &str) -> bool {
    let rest = path.strip_prefix(above);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The words of a name in either of Rust's spellings.
fn words(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    for character in name.chars() {
        if character.is_uppercase() {
            spaced.push('_');
        }
        spaced.extend(character.to_lowercase());
    }
    spaced.split('_').map(str::to_owned).collect()
}

/// The crates that the manifest names, as they are written in a path.
fn crates() -> Vec<String> {
    let manifest = include_str!("../Cargo.toml");
    let lines = manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]");
    let entries = lines.skip(1).take_while(|line| !line.starts_with('['));
    let names = entries.filter_map(|line| line.split_once(" = "));
    names.map(|(name, _)| name.replace('-', "_")).collect()
}
