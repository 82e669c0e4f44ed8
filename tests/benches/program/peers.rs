//! The programs that are compared: their commands, and the keys and texts that differ.

use std::path::Path;

use portable_pty::CommandBuilder;

use super::messages::{FIRST, LAST, Messages, SESSION};
use super::service::Service;

/// A program on one conversation. The keys `j k g G /` mean the same to all of them.
pub struct Peer {
    pub command: CommandBuilder,
    /// The command that starts it without polling.
    pub idle_command: CommandBuilder,
    /// Text on the screen once it shows messages.
    pub opened_text: &'static str,
    /// Keys for a page up and a page down.
    pub pages: [&'static str; 2],
    /// Keys that start following; `None` for a program that cannot follow.
    pub follow: Option<&'static str>,
    /// Keys that stop following, where no other key is accepted meanwhile.
    pub unfollow: &'static str,
    /// Keys that open and close an input line, each with the text that shows it done; `None` for a
    /// program that does not accept keys while loading.
    pub typing: Option<[(&'static str, &'static str); 2]>,
    /// Reports of the terminal that it lost and got the focus; `None` for a program that does not
    /// request them.
    pub focus: Option<[&'static str; 2]>,
    /// Text on the screen when a search has no hit.
    pub not_found: &'static str,
    /// Keys that remove this text.
    pub dismiss: &'static str,
    pub quit: &'static str,
}

impl Peer {
    /// The viewer.
    pub const SOCHAT: &str = "sochat";
    /// The pager, on a transcript file.
    pub const LESS: &str = "less";
    /// The JSON pager, on a file.
    pub const JLESS: &str = "jless";
    /// The usual way without a viewer.
    pub const PIPELINE: &str = "curl | jq | less";
    /// The fuzzy finder, on lines of sessions.
    pub const FZF: &str = "fzf";
    /// The programs that show a conversation.
    pub const CONVERSATION: [&str; 4] = [Self::SOCHAT, Self::LESS, Self::JLESS, Self::PIPELINE];
    /// The programs that filter a list of sessions.
    pub const LIST: [&str; 2] = [Self::SOCHAT, Self::FZF];

    /// The programs that have to be installed for a peer.
    pub fn required_programs(name: &str) -> &'static [&'static str] {
        match name {
            Self::LESS => &["less"],
            Self::JLESS => &["jless"],
            Self::FZF => &["fzf"],
            Self::PIPELINE => &["curl", "jq", "less"],
            _ => &[],
        }
    }

    pub fn by_name(name: &str, messages: &Messages, service: &Service) -> Self {
        let home = messages.folder.as_path();
        match name {
            Self::SOCHAT => sochat(home, service),
            Self::LESS => {
                let mut less = program("less", home);
                less.arg(&messages.transcript);
                Self {
                    follow: Some("F"),
                    ..pager(less)
                }
            }
            Self::JLESS => {
                let mut jless = program("jless", home);
                jless.arg(&messages.array);
                Self {
                    pages: ["\x02", "\x06"],
                    not_found: "Pattern not found",
                    dismiss: "",
                    ..pager(jless)
                }
            }
            _ => {
                let mut shell = program("sh", home);
                let url = format!(
                    "{}ChatSession/{SESSION}/Messages",
                    service.server.base_url()
                );
                let line = r#".[] | "\(.WhenPosted[:19]) \(.Author): \(.Message)""#;
                shell.args(["-c", &format!("curl -sN '{url}' | jq -r '{line}' | less")]);
                pager(shell)
            }
        }
    }
}

/// The floor of key latency: a program that echoes its input.
pub fn echo(home: &Path) -> CommandBuilder {
    let mut shell = program("sh", home);
    shell.args(["-c", "stty raw -echo; printf ready; exec cat"]);
    shell
}

/// The fuzzy finder on the lines of a file.
pub fn fzf(lines: &Path, home: &Path) -> CommandBuilder {
    let mut shell = program("sh", home);
    shell.args(["-c", "exec fzf <\"$0\""]);
    shell.arg(lines);
    shell
}

/// The viewer with its settings in a file of this name.
pub fn viewer(home: &Path, file: &str, settings: &str, session: i64) -> CommandBuilder {
    let config = home.join(file);
    std::fs::write(&config, settings).unwrap();
    let mut command = program(env!("CARGO_BIN_EXE_sochat"), home);
    command.arg("--config");
    command.arg(config);
    command.args(["--session", &session.to_string()]);
    command
}

fn sochat(home: &Path, service: &Service) -> Peer {
    // A million messages exceed the default limit of one response.
    let settings = format!(
        "base_url = \"{}\"\nmax_body = \"1GiB\"\n",
        service.server.base_url()
    );
    let idle = format!("{settings}poll.reader = \"off\"\npoll.list = \"off\"\n");
    Peer {
        idle_command: viewer(home, "idle.toml", &idle, SESSION),
        command: viewer(home, "sochat.toml", &settings, SESSION),
        opened_text: LAST,
        pages: ["b", " "],
        follow: Some("G"),
        unfollow: "",
        typing: Some([("/", "search:"), ("\x1b", "? keys")]),
        focus: Some(["\x1b[O", "\x1b[I"]),
        not_found: "is not in what is loaded",
        dismiss: "",
        quit: "\x03",
    }
}

fn pager(command: CommandBuilder) -> Peer {
    Peer {
        idle_command: command.clone(),
        command,
        opened_text: FIRST,
        pages: ["b", " "],
        follow: None,
        unfollow: "\x03",
        typing: None,
        focus: None,
        not_found: "Pattern not found",
        dismiss: "\r",
        quit: "q",
    }
}

/// A program without the user's settings.
fn program(name: &str, home: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(name);
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear();
    command.env("PATH", path);
    command.env("HOME", home);
    command.env("TERM", "xterm-256color");
    command.env("LC_ALL", "C.UTF-8");
    command.cwd(home);
    command
}
