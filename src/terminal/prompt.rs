//! The prompt for a secret, without echo.

use std::io::{IsTerminal, stderr, stdin};

use secrecy::SecretString;

/// Returns `None` without a terminal or if nothing is entered.
pub fn read_secret(question: &str) -> Option<SecretString> {
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return None;
    }
    // Ctrl-D is an error.
    let answer = rpassword::prompt_password(question).ok()?;
    (!answer.is_empty()).then(|| answer.into())
}
