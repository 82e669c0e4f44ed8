//! Calls the person who looks elsewhere: by the terminal's bell or notification, or by a program.

use std::process::Stdio;

use tokio::process::Command;

use crate::chat::sanitize;
use crate::config::NotifyMethod;

/// Longer sentences are cut: a notification is a glance.
const MAX_LENGTH: usize = 200;
const TITLE: &str = "sochat";

/// How the person is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notifier {
    /// By what.
    pub method: NotifyMethod,
    /// Whether tmux stands between us and the terminal: it keeps what is not marked for the terminal.
    pub in_tmux: bool,
}

impl Notifier {
    /// What the terminal is sent, if it is the terminal that calls.
    pub fn osc_sequence(&self, words: &str) -> Option<String> {
        let words = sanitize(words);
        let escape = match &self.method {
            // A bell passes everywhere.
            NotifyMethod::Bell => return Some("\x07".to_owned()),
            NotifyMethod::Osc9 => format!("\x1b]9;{TITLE}: {words}\x07"),
            // The semicolon parts the fields.
            NotifyMethod::Osc777 => {
                format!("\x1b]777;notify;{TITLE};{}\x07", words.replace(';', ","))
            }
            NotifyMethod::Off | NotifyMethod::Command(_) => return None,
        };
        Some(if self.in_tmux {
            format!("\x1bPtmux;{}\x1b\\", escape.replace('\x1b', "\x1b\x1b"))
        } else {
            escape
        })
    }

    /// Starts the program, if it is a program that calls, and waits for it in the background. The
    /// error is a sentence.
    pub fn spawn_command(&self, words: &str) -> Result<(), String> {
        let NotifyMethod::Command(line) = &self.method else {
            return Ok(());
        };
        let words = sanitize(words);
        let mut line = line.iter().map(|argument| argument.replace("{}", &words));
        let program = line.next().unwrap_or_default();
        let mut command = Command::new(&program);
        command
            .args(line)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        // What the terminal sends to our group is not meant for it.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| {
            format!("{program} did not start ({error}); see `notify` in the configuration")
        })?;
        drop(tokio::spawn(async move {
            // Waited for only so that nothing of it is left; what it says of itself is its own matter.
            let _status = child.wait().await;
        }));
        Ok(())
    }
}

/// A sentence that is safe to hand on: a name like an option must not be taken for one.
fn sanitize(words: &str) -> String {
    let words = sanitize::sanitize_line(words);
    let words = words.trim_start_matches(['-', ' ']);
    words.chars().take(MAX_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notifier(notify: NotifyMethod, in_tmux: bool) -> Notifier {
        Notifier {
            method: notify,
            in_tmux,
        }
    }

    #[test]
    fn each_way_in_and_out_of_tmux() {
        let words = "Kari; waits";
        for (notify, plain, in_tmux) in [
            (NotifyMethod::Bell, Some("\x07"), Some("\x07")),
            (
                NotifyMethod::Osc9,
                Some("\x1b]9;sochat: Kari; waits\x07"),
                Some("\x1bPtmux;\x1b\x1b]9;sochat: Kari; waits\x07\x1b\\"),
            ),
            (
                NotifyMethod::Osc777,
                Some("\x1b]777;notify;sochat;Kari, waits\x07"),
                Some("\x1bPtmux;\x1b\x1b]777;notify;sochat;Kari, waits\x07\x1b\\"),
            ),
            (NotifyMethod::Off, None, None),
            (
                NotifyMethod::Command(vec!["notify-send".to_owned()]),
                None,
                None,
            ),
        ] {
            let escape = |in_tmux| notifier(notify.clone(), in_tmux).osc_sequence(words);
            assert_eq!(escape(false).as_deref(), plain, "{notify:?}");
            assert_eq!(escape(true).as_deref(), in_tmux, "{notify:?}");
        }
    }

    #[test]
    fn nothing_in_a_name_ends_the_escape_and_none_is_endless() {
        let sly = format!("Kari\x07\x1b]52;c;eA==\x1b\\\n{}", "x".repeat(1000));
        let escape = notifier(NotifyMethod::Osc9, false)
            .osc_sequence(&sly)
            .unwrap();
        let inside = escape
            .strip_prefix("\x1b]")
            .unwrap()
            .strip_suffix('\x07')
            .unwrap();
        assert!(!inside.contains(char::is_control), "{inside:?}");
        assert!(inside.chars().count() < 220, "{inside}");
        assert_eq!(sanitize("--icon -x waits"), "icon -x waits");
    }

    #[tokio::test]
    async fn a_program_gets_the_sentence_as_one_argument_and_no_shell() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it's $(here)");
        let command = |program: &str| {
            let line = [program, "-p", "{}"];
            notifier(
                NotifyMethod::Command(line.map(str::to_owned).to_vec()),
                false,
            )
        };
        command("mkdir")
            .spawn_command(path.to_str().unwrap())
            .unwrap();
        let made = async {
            while !path.is_dir() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), made)
            .await
            .expect("the folder is made");
        let why = command("/nowhere/to/be/found")
            .spawn_command("x")
            .unwrap_err();
        assert!(
            why.starts_with("/nowhere/to/be/found did not start"),
            "{why}"
        );
    }
}
