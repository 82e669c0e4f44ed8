//! Clipboard: a program of the desktop, else OSC 52.
//!
//! The caller reports which was used, as a terminal does not confirm OSC 52.

use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// Many terminals silently ignore longer sequences.
const MAX_OSC52_LENGTH: usize = 74_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClipboardProviders {
    /// Programs that copy their standard input, best first.
    programs: Vec<&'static [&'static str]>,
    /// Whether a browser can open a window.
    pub(crate) has_display: bool,
}

impl ClipboardProviders {
    /// Reads the environment. Over SSH, the desktop of this machine is not the user's.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
        let is_local = !is_set("SSH_CONNECTION") && !is_set("SSH_TTY");
        let (wayland, x11) = (is_set("WAYLAND_DISPLAY"), is_set("DISPLAY"));
        let candidates: [(bool, &'static [&'static str]); 5] = [
            (is_local && cfg!(target_os = "macos"), &["pbcopy"]),
            (is_local && wayland, &["wl-copy"]),
            (is_local && x11, &["xclip", "-selection", "clipboard"]),
            (is_local && x11, &["xsel", "--clipboard", "--input"]),
            (is_set("TMUX"), &["tmux", "load-buffer", "-w", "-"]),
        ];
        let programs = candidates.into_iter().filter(|(usable, _)| *usable);
        Self {
            programs: programs.map(|(_, program)| program).collect(),
            has_display: is_local && (wayland || x11 || cfg!(any(target_os = "macos", windows))),
        }
    }

    /// Returns `true` if there is no program to copy with.
    pub(crate) fn is_empty(&self) -> bool {
        self.programs.is_empty()
    }
}

/// Copies with the first program that succeeds and returns its name.
pub(crate) async fn copy_with_program(
    providers: &ClipboardProviders,
    text: &str,
) -> Option<&'static str> {
    for program in &providers.programs {
        if pipe_to(program, text).await.unwrap_or(false) {
            return Some(program[0]);
        }
    }
    None
}

async fn pipe_to(program: &[&str], text: &str) -> std::io::Result<bool> {
    let mut child = Command::new(program[0])
        .args(&program[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(text.as_bytes()).await?;
    }
    Ok(child.wait().await?.success())
}

/// The OSC 52 sequence that copies a text; `None` if it is too long for most terminals.
pub(crate) fn osc52(text: &str) -> Option<String> {
    // Base64 has four characters for three bytes.
    (text.len() <= MAX_OSC52_LENGTH / 4 * 3)
        .then(|| format!("\x1b]52;c;{}\x1b\\", STANDARD.encode(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn osc52_contains_the_text_unless_it_is_too_long() {
        assert_eq!(osc52("Hei").unwrap(), "\x1b]52;c;SGVp\x1b\\");
        let longest = osc52(&"x".repeat(55_500)).unwrap();
        assert_eq!(longest.len(), "\x1b]52;c;\x1b\\".len() + MAX_OSC52_LENGTH);
        assert_eq!(osc52(&"x".repeat(55_501)), None);
    }

    #[test]
    fn over_ssh_no_program_of_this_machine_is_used() {
        let detect = |set: [&str; 2]| {
            ClipboardProviders::detect(|name| set.contains(&name).then(|| "x".to_owned()))
        };
        assert_eq!(
            detect(["SSH_TTY", "DISPLAY"]),
            ClipboardProviders::default()
        );
        let local = detect(["DISPLAY", "TMUX"]);
        let programs: Vec<_> = local.programs.iter().map(|program| program[0]).collect();
        assert_eq!(programs, ["xclip", "xsel", "tmux"]);
    }
}
