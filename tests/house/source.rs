//! A source file as the rules see it: words and signs with their lines, without comments, literals
//! and tests; and the paths in it, told from the root of the crate.

use std::fs;
use std::path::Path;

/// A word or a sign; `::` is one sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub line: usize,
    pub text: String,
}

/// One file.
pub struct Source {
    /// Its place, as in `src/app/mod.rs`.
    pub file: String,
    pub text: String,
    pub tokens: Vec<Token>,
}

/// A path as it is used: `crate::chat::Message`, or `tokio::sync::mpsc` of another crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedPath {
    pub line: usize,
    pub path: String,
}

/// Every file under `src` but those of tests, in order.
pub fn all() -> Vec<Source> {
    let mut sources = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        "src",
        &mut sources,
    );
    sources.sort_by(|left, right| left.file.cmp(&right.file));
    sources
}

fn collect(folder: &Path, name: &str, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        let name = format!("{name}/{file}");
        if matches!(file, "tests" | "tests.rs") {
            continue;
        }
        if path.is_dir() {
            collect(&path, &name, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(Source::new(&name, &fs::read_to_string(&path).unwrap()));
        }
    }
}

impl Source {
    pub fn new(file: &str, text: &str) -> Self {
        Self {
            file: file.to_owned(),
            text: text.to_owned(),
            tokens: without_tests(&tokens(text)),
        }
    }

    /// The modules it lies in: `["app", "reader"]` for `src/app/reader/mod.rs`.
    pub fn modules(&self) -> Vec<&str> {
        let place = self.file.strip_prefix("src/").unwrap_or(&self.file);
        let place = place.strip_suffix(".rs").unwrap_or(place);
        place.split('/').filter(|part| *part != "mod").collect()
    }

    /// The room it belongs to: its first module.
    pub fn room(&self) -> &str {
        self.modules()[0]
    }

    /// Where these tokens stand one after the other, by line.
    pub fn lines_of<'a>(&'a self, wanted: &'a [&str]) -> impl Iterator<Item = usize> + 'a {
        let places = self.tokens.windows(wanted.len());
        let found = places.filter(|place| place.iter().map(|token| &token.text).eq(wanted.iter()));
        found.map(|place| place[0].line)
    }

    /// Every path of two parts or more, and every single name that is imported.
    pub fn paths(&self) -> Vec<UsedPath> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let before = at
                .checked_sub(1)
                .map(|before| self.tokens[before].text.as_str());
            if !is_word(&self.tokens[at].text) || before == Some(".") {
                at += 1;
                continue;
            }
            let (mut paths, next) = self.tree(at);
            paths.retain(|(_, path)| path.len() > 1 || before == Some("use"));
            found.extend(paths.into_iter().map(|(line, path)| UsedPath {
                line,
                path: self.told_from_root(&path),
            }));
            at = next;
        }
        found
    }

    /// The paths of a tree such as `a::{b, c::d}` that begins here, and where it ends.
    fn tree(&self, at: usize) -> (Vec<(usize, Vec<&str>)>, usize) {
        let text = |at: usize| self.tokens.get(at).map_or("", |token| token.text.as_str());
        let mut path = vec![text(at)];
        let mut next = at + 1;
        while text(next) == "::" {
            if is_word(text(next + 1)) {
                path.push(text(next + 1));
                next += 2;
            } else if text(next + 1) == "{" {
                let mut paths = Vec::new();
                next += 2;
                while !matches!(text(next), "}" | "") {
                    if is_word(text(next)) {
                        let (below, after) = self.tree(next);
                        let whole = below.into_iter().map(|(line, below)| {
                            (line, path.iter().copied().chain(below).collect())
                        });
                        paths.extend(whole);
                        next = after;
                    } else {
                        next += 1;
                    }
                }
                return (paths, next + 1);
            } else {
                break;
            }
        }
        // What it is called here does not matter.
        let next = if text(next) == "as" { next + 2 } else { next };
        (vec![(self.tokens[at].line, path)], next)
    }

    /// `super`, `self` and the crate's own name resolved.
    fn told_from_root(&self, path: &[&str]) -> String {
        let modules = self.modules();
        let ups = path.iter().take_while(|part| **part == "super").count();
        let own: Vec<&str> = match path[0] {
            "super" => modules[..modules.len().saturating_sub(ups)].to_vec(),
            "self" => modules,
            "sochat" => Vec::new(),
            _ => return path.join("::"),
        };
        let rest = path[ups.max(1)..].iter().copied();
        let whole = std::iter::once("crate").chain(own).chain(rest);
        whole.collect::<Vec<_>>().join("::")
    }
}

/// Whether a token is a name and no number, sign or lifetime.
pub fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.chars().collect();
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    while at < characters.len() {
        let end = token_end(&characters, at);
        let text: String = characters[at..end].iter().collect();
        let is_literal = text.len() > 1 && text.ends_with(['"', '#', '\'']);
        let is_comment = text.starts_with("//") || text.starts_with("/*");
        let is_kept = !is_literal && !is_comment && !text.starts_with(char::is_whitespace);
        let breaks = text.matches('\n').count();
        if is_kept {
            tokens.push(Token { line, text });
        }
        line += breaks;
        at = end;
    }
    tokens
}

/// Where the token, comment or literal that begins here ends.
fn token_end(text: &[char], at: usize) -> usize {
    let here = |offset: usize| text.get(at + offset).copied().unwrap_or('\0');
    let is_part = |character: &char| character.is_alphanumeric() || *character == '_';
    let find = |from: usize, stop: &dyn Fn(&[char]) -> bool| {
        (from..text.len())
            .find(|place| stop(&text[*place..]))
            .unwrap_or(text.len())
    };
    match here(0) {
        '/' if here(1) == '/' => find(at, &|rest| rest[0] == '\n'),
        '/' if here(1) == '*' => find(at + 2, &|rest| rest.starts_with(&['*', '/'])) + 2,
        '"' => string_end(text, at + 1),
        '\'' if here(1) == '\\' => find(at + 3, &|rest| rest[0] == '\'') + 1,
        '\'' if here(2) == '\'' => at + 3,
        '\'' => find(at + 1, &|rest| !is_part(&rest[0])),
        ':' if here(1) == ':' => at + 2,
        first if is_part(&first) => {
            let end = find(at, &|rest| !is_part(&rest[0]));
            let word: String = text[at..end].iter().collect();
            let hashes = text[end..].iter().take_while(|sign| **sign == '#').count();
            let opens = text.get(end + hashes) == Some(&'"');
            match word.as_str() {
                "r" | "br" | "cr" if opens => {
                    let close: Vec<char> = std::iter::once('"')
                        .chain(std::iter::repeat_n('#', hashes))
                        .collect();
                    find(end + hashes + 1, &|rest| rest.starts_with(&close)) + close.len()
                }
                "b" | "c" if opens && hashes == 0 => string_end(text, end + 1),
                "b" if text.get(end) == Some(&'\'') => token_end(text, end),
                _ => end,
            }
        }
        _ => at + 1,
    }
}

fn string_end(text: &[char], mut at: usize) -> usize {
    while let Some(character) = text.get(at) {
        match character {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// Leaves out each item that exists for tests only.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut rest = tokens;
    while let [first, after @ ..] = rest {
        if rest.len() > MARK.len()
            && rest
                .iter()
                .map(|token| &token.text)
                .zip(MARK)
                .all(|(have, want)| have == want)
        {
            rest = after_item(&rest[MARK.len()..]);
        } else {
            kept.push(first.clone());
            rest = after;
        }
    }
    kept
}

/// What follows an item: after its semicolon, or after its braces.
fn after_item(tokens: &[Token]) -> &[Token] {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(token.text.as_str(), ";" | "}") {
            return &tokens[at + 1..];
        }
    }
    &[]
}

#[test]
fn comments_literals_and_tests_are_left_out() {
    let text = r##"
        // a::b
        /* c::d */ let x = 'e'; let y: &'a str = "f::\"g"; let z = r#"h"::i"#; b'\''; '\u{1f}';
        #[cfg(test)]
        #[path = "x.rs"]
        mod tests { fn k() { l::m } }
        #[cfg(test)]
        use n::o;
        #[cfg(unix)]
        p::q();
    "##;
    let tokens: Vec<_> = tokens(text).into_iter().map(|token| token.text).collect();
    let words: Vec<_> = tokens.iter().filter(|text| is_word(text)).collect();
    assert_eq!(words[..6], ["let", "x", "let", "y", "str", "let"]);
    let source = Source::new("src/app/mod.rs", text);
    assert_eq!(
        source.paths(),
        [UsedPath {
            line: 10,
            path: "p::q".into()
        }]
    );
}

#[test]
fn paths_are_told_from_the_root() {
    let text = "use super::{self, text::{Zone as Z, when}, super::view};\n\
                use tokio; fn f() -> self::G { crate::app::H::i::<J>() + k.l::<M>() }";
    let paths: Vec<_> = Source::new("src/app/reader/block.rs", text)
        .paths()
        .into_iter()
        .map(|used| format!("{} {}", used.line, used.path))
        .collect();
    assert_eq!(
        paths,
        [
            "1 crate::app::reader::self",
            "1 crate::app::reader::text::Zone",
            "1 crate::app::reader::text::when",
            "1 crate::app::view",
            "2 tokio",
            "2 crate::app::reader::block::G",
            "2 crate::app::H::i",
        ]
    );
}
