//! The clipboard: a program of the desktop where there is one, else the terminal's own escape.
//!
//! Whichever way was taken is told truthfully: nobody can know whether a terminal obeys the escape.

use std::process::Stdio;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// Many terminals ignore longer escapes without a word.
const MAX_OSC52_LENGTH: usize = 74_000;

/// What of the desktop can be reached from here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClipboardProviders {
    /// Programs that take a text for the clipboard, best first.
    programs: Vec<&'static [&'static str]>,
    /// Whether a browser can be shown.
    pub has_display: bool,
}

impl ClipboardProviders {
    /// Reads it off the environment: over SSH the desktop is another machine's.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
        let is_near = !is_set("SSH_CONNECTION") && !is_set("SSH_TTY");
        let (wayland, x11) = (is_set("WAYLAND_DISPLAY"), is_set("DISPLAY"));
        let candidates: [(bool, &'static [&'static str]); 5] = [
            (is_near && cfg!(target_os = "macos"), &["pbcopy"]),
            (is_near && wayland, &["wl-copy"]),
            (is_near && x11, &["xclip", "-selection", "clipboard"]),
            (is_near && x11, &["xsel", "--clipboard", "--input"]),
            (is_set("TMUX"), &["tmux", "load-buffer", "-w", "-"]),
        ];
        let programs = candidates.into_iter().filter(|(usable, _)| *usable);
        Self {
            programs: programs.map(|(_, program)| program).collect(),
            has_display: is_near && (wayland || x11 || cfg!(any(target_os = "macos", windows))),
        }
    }
}

/// Hands text to the first program that takes it; answers with its name.
pub async fn copy_with_program(providers: &ClipboardProviders, text: &str) -> Option<&'static str> {
    for program in &providers.programs {
        if pipe_to(program, text).await.is_ok() {
            return Some(program[0]);
        }
    }
    None
}

async fn pipe_to(program: &[&str], text: &str) -> std::io::Result<()> {
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
    let status = child.wait().await?;
    if status.success() {
        Ok(())
    } else {
        Err(std::io::Error::other("it failed"))
    }
}

/// The escape (OSC 52) that asks the terminal to copy; `None` for more text than terminals take.
pub fn osc52(text: &str) -> Option<String> {
    let encoded = STANDARD.encode(text);
    (encoded.len() <= MAX_OSC52_LENGTH).then(|| format!("\x1b]52;c;{encoded}\x1b\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_escape_carries_the_text_or_is_not_made() {
        assert_eq!(osc52("Hei").unwrap(), "\x1b]52;c;SGVp\x1b\\");
        assert_eq!(osc52(&"x".repeat(60_000)), None);
    }

    #[test]
    fn over_ssh_no_program_of_this_machine_is_asked() {
        let far = |name: &str| {
            ["SSH_TTY", "DISPLAY"]
                .contains(&name)
                .then(|| "x".to_owned())
        };
        assert_eq!(
            ClipboardProviders::detect(far),
            ClipboardProviders::default()
        );
        let near = |name: &str| ["DISPLAY", "TMUX"].contains(&name).then(|| "x".to_owned());
        let programs: Vec<_> = ClipboardProviders::detect(near)
            .programs
            .iter()
            .map(|program| program[0])
            .collect();
        assert_eq!(programs, ["xclip", "xsel", "tmux"]);
    }
}
