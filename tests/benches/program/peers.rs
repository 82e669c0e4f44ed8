//! The programs that are compared: how each is started, and where it differs in keys and words.

use std::path::Path;

use portable_pty::CommandBuilder;

use super::messages::{FIRST, LAST, Messages, SESSION};
use super::service::Service;

/// One program on one set of messages. `j k b space g G /` mean the same to all of them.
pub struct Peer {
    /// How it is started.
    pub command: CommandBuilder,
    /// How it is started when it is to follow nothing.
    pub idle_command: CommandBuilder,
    /// What is on the screen once it shows messages.
    pub opened_text: &'static str,
    /// Keys that make it follow; `None` for a program that cannot.
    pub follow: Option<&'static str>,
    /// Keys that end the following, so that other keys are heard.
    pub unfollow: &'static str,
    /// Keys that open a line to type in and close it, and the words that show it done.
    pub typing: Option<[(&'static str, &'static str); 2]>,
    /// What a terminal writes when its window loses the keyboard, and when it gets it back; `None`
    /// for a program that does not ask for it.
    pub focus: Option<[&'static str; 2]>,
    /// What it says when a search finds nothing.
    pub not_found: &'static str,
    /// Keys that take this away.
    pub dismiss: &'static str,
    /// Keys that end it.
    pub quit: &'static str,
}

impl Peer {
    /// The viewer.
    pub const SOCHAT: &str = "sochat";
    /// The pager on a transcript.
    pub const LESS: &str = "less";
    /// What people type who have no viewer.
    pub const PIPELINE: &str = "curl | jq | less";
    /// All of them, the viewer first.
    pub const ALL: [&str; 3] = [Self::SOCHAT, Self::LESS, Self::PIPELINE];

    /// The other programs that one is made of.
    pub fn required_programs(name: &str) -> &'static [&'static str] {
        match name {
            Self::LESS => &["less"],
            Self::PIPELINE => &["curl", "jq", "less"],
            _ => &[],
        }
    }

    /// A program by its name.
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
            _ => {
                let mut shell = program("sh", home);
                let url = format!("{}ChatSession/{SESSION}/Messages", service.base_url());
                let line = r#".[] | "\(.WhenPosted[:19]) \(.Author): \(.Message)""#;
                shell.args(["-c", &format!("curl -sN '{url}' | jq -r '{line}' | less")]);
                pager(shell)
            }
        }
    }
}

/// A program that repeats what is typed: the least a key can cost here.
pub fn echo(home: &Path) -> CommandBuilder {
    let mut shell = program("sh", home);
    shell.args(["-c", "stty raw -echo; printf ready; exec cat"]);
    shell
}

fn sochat(home: &Path, service: &Service) -> Peer {
    // A million messages are more than the usual limit on one answer.
    let settings = format!(
        "base_url = \"{}\"\nmax_body = \"1GiB\"\n",
        service.base_url()
    );
    let still = "poll.reader = \"off\"\npoll.list = \"off\"\n";
    let command = |file: &str, settings: String| {
        let config = home.join(file);
        std::fs::write(&config, settings).unwrap();
        let mut command = program(env!("CARGO_BIN_EXE_sochat"), home);
        command.arg("--config");
        command.arg(config);
        command.args(["--session", &SESSION.to_string()]);
        command
    };
    Peer {
        idle_command: command("still.toml", settings.clone() + still),
        command: command("sochat.toml", settings),
        opened_text: LAST,
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
        follow: None,
        unfollow: "\x03",
        typing: None,
        focus: None,
        not_found: "Pattern not found",
        dismiss: "\r",
        quit: "q",
    }
}

/// A program without anybody's settings.
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
