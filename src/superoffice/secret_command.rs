//! Runs the command that prints a secret.
//!
//! At the start it has the terminal, so that it can prompt for a passphrase. Later the screen uses the
//! terminal, and the command runs without one.

use std::io::{IsTerminal, stderr, stdin};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use secrecy::SecretString;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::settings::SecretCommand;

/// Time to enter a passphrase.
pub(super) const TIMEOUT: Duration = Duration::from_mins(1);
/// How long a command may run after its first line, or its child processes after its end.
const GRACE: Duration = Duration::from_millis(500);
/// No secret is longer.
const MAX_LINE: usize = 1 << 16;

/// Whether a command may read from the terminal and write to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TerminalAccess {
    Granted,
    /// The screen uses the terminal.
    Denied,
}

/// Returns the first line that the command prints; what still runs then is ended.
pub(super) async fn run(
    command: &SecretCommand,
    terminal: TerminalAccess,
    limit: Duration,
) -> Result<SecretString, String> {
    // A group of its own can be ended whole, but cannot read from the terminal.
    let has_terminal = stdin().is_terminal() || stderr().is_terminal();
    let is_own_group = terminal == TerminalAccess::Denied || !has_terminal;
    let mut child = spawn(command, terminal, is_own_group)?;
    let group = child.id().filter(|_| is_own_group);
    let outcome = timeout(limit, read_first_line(&mut child)).await;
    if let Some(group) = group {
        end_group(group);
    }
    // The end of what did not end in time.
    drop(child);
    let (line, status) = outcome
        .map_err(|_| {
            "Timed out waiting for the secret command: run it by hand to see what it waits for"
                .to_owned()
        })?
        .map_err(|cause| {
            format!("Cannot read from the secret command ({cause}): run it by hand")
        })?;
    if let Some(status) = status.filter(|status| !status.success()) {
        let why = match terminal {
            TerminalAccess::Granted => "run it by hand to see why",
            TerminalAccess::Denied => "if it needs a terminal, press R in the viewer",
        };
        return Err(format!("The secret command failed ({status}): {why}"));
    }
    let text = String::from_utf8(line).map_err(
        |_| "The secret command did not print text: it must print the secret on its first line",
    )?;
    first_line(&text).ok_or_else(|| {
        "The secret command printed nothing: it must print the secret on its first line".to_owned()
    })
}

/// The secret in the output of a command or in a file; `None` if the first line is blank.
pub(super) fn first_line(text: &str) -> Option<SecretString> {
    let line = text.trim_start_matches('\u{feff}').lines().next()?.trim();
    (!line.is_empty()).then(|| line.into())
}

fn spawn(
    command: &SecretCommand,
    terminal: TerminalAccess,
    is_own_group: bool,
) -> Result<Child, String> {
    let (program, arguments) = match command {
        SecretCommand::Shell(line) => ("sh", vec!["-c", line]),
        SecretCommand::Program(program, arguments) => {
            let arguments = arguments.iter().map(String::as_str);
            (program.as_str(), arguments.collect())
        }
    };
    let mut process = Command::new(program);
    process
        .args(arguments)
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    if terminal == TerminalAccess::Denied || !stdin().is_terminal() {
        process.stdin(Stdio::null());
    }
    if terminal == TerminalAccess::Denied {
        // Either would draw over the screen.
        process.stderr(Stdio::null()).env_remove("GPG_TTY");
    }
    #[cfg(unix)]
    if is_own_group {
        process.process_group(0);
    }
    process.spawn().map_err(|cause| {
        format!("Cannot run the secret command {program} ({cause}): check auth.secret_command")
    })
}

/// Returns the output up to the end of its first line, and how the command ended, if it has.
async fn read_first_line(child: &mut Child) -> std::io::Result<(Vec<u8>, Option<ExitStatus>)> {
    let mut line = Vec::new();
    let Some(mut output) = child.stdout.take() else {
        return Ok((line, None));
    };
    tokio::select! {
        biased;
        read = read_line(&mut output, &mut line) => read?,
        _ended = child.wait() => {}
    }
    // A process that it started may hold the output open.
    drop(timeout(GRACE, read_line(&mut output, &mut line)).await);
    let status = timeout(GRACE, child.wait()).await.ok().transpose()?;
    Ok((line, status))
}

/// Reads until there is a line break, the end, or too much.
async fn read_line(
    output: &mut (impl AsyncRead + Unpin),
    line: &mut Vec<u8>,
) -> std::io::Result<()> {
    while !line.contains(&b'\n') && line.len() < MAX_LINE && output.read_buf(line).await? > 0 {}
    Ok(())
}

#[cfg(unix)]
fn end_group(group: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(group) = group.try_into().ok().and_then(Pid::from_raw) {
        // It may have ended already.
        let _ended = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(not(unix))]
fn end_group(_: u32) {}

#[cfg(all(test, unix))]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    async fn run_shell(line: &str, limit: Duration) -> Result<String, String> {
        let command = SecretCommand::Shell(line.to_owned());
        let secret = run(&command, TerminalAccess::Denied, limit).await?;
        Ok(secret.expose_secret().to_owned())
    }

    #[tokio::test]
    async fn the_first_line_is_taken_when_it_comes() {
        for line in [
            "echo tok",
            "printf tok",
            "echo tok; echo noise",
            "printf ' tok \\r\\n'",
            "sleep 60 & echo tok",
            "sleep 60 & printf tok",
            "echo tok; sleep 60",
            "printf to; sleep 0.01; echo k",
        ] {
            let secret = run_shell(line, Duration::from_secs(30)).await;
            assert_eq!(secret.as_deref(), Ok("tok"), "{line}");
        }
    }

    #[tokio::test]
    async fn what_is_left_of_a_command_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let line = format!("sleep 60 & echo $! > '{}'; echo tok", pid.display());
        run_shell(&line, TIMEOUT).await.unwrap();
        let pid = std::fs::read_to_string(pid).unwrap();
        let stat = format!("/proc/{}/stat", pid.trim());
        // Gone, or dead and not yet reaped by its new parent.
        let is_dead = || std::fs::read_to_string(&stat).map_or(true, |stat| stat.contains(") Z"));
        let deadline = std::time::Duration::from_secs(10);
        timeout(deadline, async {
            while !is_dead() {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("it ends");
    }

    #[tokio::test]
    async fn a_command_without_a_secret_is_described() {
        for (line, words) in [
            ("true", "printed nothing: "),
            ("echo; echo tok", "printed nothing: "),
            (
                "exit 3",
                "failed (exit status: 3): if it needs a terminal, ",
            ),
            ("echo 'not signed in'; exit 1", "failed (exit status: 1): "),
            ("printf '\\377\\376\\n'", "did not print text: "),
            ("kill -9 $$", "failed (signal: 9"),
        ] {
            let error = run_shell(line, TIMEOUT).await.unwrap_err();
            assert!(error.starts_with("The secret command "), "{error}");
            assert!(error.contains(words), "{line}: {error}");
        }
        let error = run_shell("sleep 60", Duration::from_millis(20)).await;
        assert!(
            error
                .unwrap_err()
                .starts_with("Timed out waiting for the secret command: ")
        );
    }

    #[tokio::test]
    async fn a_list_is_run_without_a_shell() {
        let list = |words: &[&str]| {
            let mut words = words.iter().map(ToString::to_string);
            SecretCommand::Program(words.next().unwrap(), words.collect())
        };
        let secret = run(
            &list(&["printf", "%s", "$HOME 'x'"]),
            TerminalAccess::Denied,
            TIMEOUT,
        )
        .await;
        assert_eq!(secret.unwrap().expose_secret(), "$HOME 'x'");
        let error = run(
            &list(&["/nonexistent/pass"]),
            TerminalAccess::Denied,
            TIMEOUT,
        )
        .await;
        assert!(
            error
                .unwrap_err()
                .starts_with("Cannot run the secret command /nonexistent/pass (")
        );
    }
}
