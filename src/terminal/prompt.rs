//! The prompt for a secret, without echo.

use std::io::{IsTerminal, stderr, stdin};

use secrecy::SecretString;

/// Returns `None` without a terminal or if nothing is entered.
pub(crate) fn read_secret(question: &str) -> Option<SecretString> {
    if !stdin().is_terminal() || !stderr().is_terminal() {
        return None;
    }
    // Ctrl-D is an error.
    let secret = rpassword::prompt_password(question).ok()?;
    (!secret.is_empty()).then(|| secret.into())
}
