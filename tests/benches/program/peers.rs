//! The programs that are compared: their commands, and the keys and texts that differ.

use std::path::Path;

use portable_pty::CommandBuilder;

use super::service::{OPEN_SESSION, Service};
use super::terminal::Terminal;

/// Text of a conversation's first message only.
pub const FIRST: &str = "FIRSTMARK";
/// Text of its last message only.
pub const LAST: &str = "LASTMARK";

/// A program. The keys `j k g G /` mean the same to all that show a conversation.
pub struct Peer {
    pub name: &'static str,
    /// Programs that have to be installed.
    pub requires: &'static [&'static str],
    /// Program and arguments; `{folder}`, `{url}` and `{session}` are replaced.
    command: &'static [&'static str],
    /// Text on the screen once it shows messages.
    pub opened: &'static str,
    /// Keys for a page up and a page down.
    pub pages: [&'static str; 2],
    /// Keys that start following; `None` for a program that cannot follow.
    pub follow: Option<&'static str>,
    /// Keys that stop following, where no other key is accepted meanwhile.
    pub unfollow: &'static str,
    /// Text on the screen when a search has no hit.
    pub not_found: &'static str,
    /// Keys that remove this text.
    pub dismiss: &'static str,
    pub quit: &'static str,
}

pub static SOCHAT: Peer = Peer {
    name: "sochat",
    command: &[
        env!("CARGO_BIN_EXE_sochat"),
        "--config",
        "{folder}/config.toml",
        "--session",
        "{session}",
    ],
    opened: LAST,
    follow: Some("G"),
    unfollow: "",
    not_found: "No match for",
    dismiss: "",
    quit: "\x03",
    ..PAGER
};

/// The pager, on a transcript file.
pub static LESS: Peer = Peer {
    name: "less",
    requires: &["less"],
    command: &["less", "{folder}/transcript.txt"],
    follow: Some("F"),
    ..PAGER
};

/// The JSON pager, on a file with the service's response.
pub static JLESS: Peer = Peer {
    name: "jless",
    requires: &["jless"],
    command: &["jless", "{folder}/messages.json"],
    pages: ["\x02", "\x06"],
    dismiss: "",
    ..PAGER
};

/// The usual way without a viewer.
pub static PIPELINE: Peer = Peer {
    name: "curl | jq | less",
    requires: &["curl", "jq", "less"],
    command: &[
        "sh",
        "-c",
        r#"curl -sN '{url}ChatSession/{session}/Messages' |
            jq -r '.[] | "\(.WhenPosted[:19]) \(.Author): \(.Message)"' | less"#,
    ],
    ..PAGER
};

/// The fuzzy finder, on lines of sessions.
pub static FZF: Peer = Peer {
    name: "fzf",
    requires: &["fzf"],
    command: &["sh", "-c", "exec fzf < {folder}/sessions.txt"],
    ..PAGER
};

/// The client that fetches what an export fetches.
pub static CURL: Peer = Peer {
    name: "curl",
    requires: &["curl"],
    ..PAGER
};

/// The floor of key latency: a program that echoes its input.
pub static ECHO: Peer = Peer {
    name: "echo",
    command: &["sh", "-c", "stty raw -echo; printf ready; exec cat"],
    ..PAGER
};

const PAGER: Peer = Peer {
    name: "",
    requires: &[],
    command: &[],
    opened: FIRST,
    pages: ["b", " "],
    follow: None,
    unfollow: "\x03",
    not_found: "Pattern not found",
    dismiss: "\r",
    quit: "q",
};

/// The programs that show a conversation.
pub static CONVERSATION: [&Peer; 5] = [&SOCHAT, &LESS, &JLESS, &PIPELINE, &ECHO];
/// The programs that filter a list of sessions.
pub static LIST: [&Peer; 2] = [&SOCHAT, &FZF];
/// The programs that fetch an archive.
pub static ARCHIVE: [&Peer; 2] = [&SOCHAT, &CURL];

impl Peer {
    pub fn is_viewer(&self) -> bool {
        self.name == SOCHAT.name
    }

    /// Starts the program in a home folder without the user's settings; `settings` are sochat's.
    pub fn start(&self, folder: &Path, service: &Service, settings: &str) -> Terminal {
        let url = service.base_url();
        let config = format!("base_url = \"{url}\"\n{settings}");
        std::fs::write(folder.join("config.toml"), config).unwrap();
        let words = self.command.iter().map(|word| {
            word.replace("{folder}", &folder.display().to_string())
                .replace("{url}", &url)
                .replace("{session}", &OPEN_SESSION.to_string())
                .into()
        });
        let mut command = CommandBuilder::from_argv(words.collect());
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", folder);
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        command.cwd(folder);
        Terminal::start(command)
    }
}
