//! The hidden prompt for a secret, on a terminal only.

use std::io::{IsTerminal, stderr, stdin};

use secrecy::SecretString;

/// Asks for a secret without showing it; `None` where nobody can be asked or nothing is typed.
pub fn read_secret(question: &str) -> Option<SecretString> {
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return None;
    }
    // A prompt that fails, as by Ctrl-D, is no answer.
    let answer = rpassword::prompt_password(question).ok()?;
    (!answer.is_empty()).then(|| answer.into())
}
