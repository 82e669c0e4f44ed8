//! Notifications: the terminal's bell, OSC 9 or OSC 777, or a program.

use std::process::Stdio;

use tokio::process::Command;

use crate::app::effect::Notification;
use crate::chat::sanitize;
use crate::config::NotifyMethod;

const MAX_LENGTH: usize = 200;
/// Notifications of terminals are cut where they are longer.
const MAX_LENGTH_WITH_LOCATOR: usize = 100;
/// The variable that passes the locator of the session to a command.
const LOCATOR_VARIABLE: &str = "SOCHAT_LOCATOR";
const TITLE: &str = "sochat";

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notifier {
    pub(crate) method: NotifyMethod,
    /// tmux drops notification sequences unless they are wrapped as passthrough.
    pub(crate) in_tmux: bool,
}

impl Notifier {
    /// The bytes to write to the terminal, if the method uses it.
    pub(crate) fn osc_sequence(&self, notification: &Notification) -> Option<String> {
        let Notification { text, locator } = notification;
        let with_locator = format!("{text} · {locator}");
        let is_short = with_locator.chars().count() <= MAX_LENGTH_WITH_LOCATOR;
        let text = sanitize(if is_short { &with_locator } else { text });
        let sequence = match &self.method {
            // tmux passes a bell on.
            NotifyMethod::Bell => return Some("\x07".to_owned()),
            NotifyMethod::Osc9 => format!("\x1b]9;{TITLE}: {text}\x07"),
            // A semicolon would begin another field.
            NotifyMethod::Osc777 => {
                format!("\x1b]777;notify;{TITLE};{}\x07", text.replace(';', ","))
            }
            NotifyMethod::Off | NotifyMethod::Command(_) => return None,
        };
        Some(if self.in_tmux {
            format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b"))
        } else {
            sequence
        })
    }

    /// Starts the program, if the method is one. The error is a sentence for the user.
    pub fn spawn_command(&self, notification: &Notification) -> Result<(), String> {
        let NotifyMethod::Command(line) = &self.method else {
            return Ok(());
        };
        let text = sanitize(&notification.text);
        let locator = sanitize::sanitize_line(&notification.locator);
        let fill = |argument: &String| argument.replace("{locator}", &locator).replace("{}", &text);
        let mut line = line.iter().map(fill);
        let program = line.next().unwrap_or_default();
        let mut command = Command::new(&program);
        command.args(line).stdin(Stdio::null());
        command.env(LOCATOR_VARIABLE, locator.as_str());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        // Its own group, so that Ctrl-C in the terminal does not end it.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| {
            format!("Cannot start {program} ({error}): check `notify` in the configuration")
        })?;
        // Reaps the process.
        drop(tokio::spawn(async move { child.wait().await }));
        Ok(())
    }
}

/// Removes control characters, and leading dashes, which a program could take for an option.
fn sanitize(text: &str) -> String {
    let text = sanitize::sanitize_line(text);
    let text = text.trim_start_matches(['-', ' ']);
    text.chars().take(MAX_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notifier(method: NotifyMethod, in_tmux: bool) -> Notifier {
        Notifier { method, in_tmux }
    }

    fn notification(text: &str, locator: &str) -> Notification {
        let [text, locator] = [text, locator].map(str::to_owned);
        Notification { text, locator }
    }

    #[test]
    fn the_way_back_is_in_the_text_while_that_stays_short() {
        let osc9 = notifier(NotifyMethod::Osc9, false);
        let locator = "sochat --session '341'";
        for (name, is_shown) in [("Kari".to_owned(), true), ("x".repeat(80), false)] {
            let sequence = osc9.osc_sequence(&notification(&name, locator)).unwrap();
            let shown = if is_shown {
                format!(" · {locator}")
            } else {
                String::new()
            };
            assert_eq!(sequence, format!("\x1b]9;sochat: {name}{shown}\x07"));
        }
    }

    #[test]
    fn each_method_inside_and_outside_tmux() {
        let waits = notification("Kari; waits", &"x".repeat(100));
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
            (NotifyMethod::Command(vec!["x".to_owned()]), None, None),
        ] {
            let sequence = |in_tmux| notifier(notify.clone(), in_tmux).osc_sequence(&waits);
            assert_eq!(sequence(false).as_deref(), plain, "{notify:?}");
            assert_eq!(sequence(true).as_deref(), in_tmux, "{notify:?}");
        }
    }

    #[test]
    fn text_cannot_end_the_sequence_and_is_truncated() {
        let hostile = format!("Kari\x07\x1b]52;c;eA==\x1b\\\n{}", "x".repeat(1000));
        let hostile = notification(&hostile, "sochat --session '7'");
        let sequence = notifier(NotifyMethod::Osc9, false).osc_sequence(&hostile);
        let sequence = sequence.unwrap();
        let inside = sequence.strip_prefix("\x1b]").unwrap();
        let inside = inside.strip_suffix('\x07').unwrap();
        assert!(!inside.contains(char::is_control), "{inside:?}");
        assert!(inside.chars().count() < 220, "{inside}");
        assert_eq!(sanitize("--icon -x waits"), "icon -x waits");
    }

    #[tokio::test]
    async fn a_program_gets_text_and_locator_as_arguments_without_a_shell() {
        let folder = tempfile::tempdir().unwrap();
        let spawn = |line: &[&str], text: &str, locator: &str| {
            let line = line.iter().map(|argument| (*argument).to_owned()).collect();
            notifier(NotifyMethod::Command(line), false).spawn_command(&notification(text, locator))
        };
        let [text, locator] = ["it's $(here)", "by 'locator'"].map(|name| folder.path().join(name));
        let paths = [&text, &locator].map(|path| path.to_str().unwrap());
        spawn(&["mkdir", "{}", "{locator}"], paths[0], paths[1]).unwrap();
        // The shell is the command here: it sees the variable, not its value as code.
        let by_variable = folder.path().join("from the variable");
        let script = ["sh", "-c", "mkdir \"$SOCHAT_LOCATOR\""];
        spawn(&script, "x", by_variable.to_str().unwrap()).unwrap();
        let created = async {
            while ![&text, &locator, &by_variable]
                .iter()
                .all(|path| path.is_dir())
            {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), created)
            .await
            .expect("the folders are created");
        let why = spawn(&["/nowhere"], "x", "y").unwrap_err();
        assert!(why.starts_with("Cannot start /nowhere ("), "{why}");
    }
}
