//! A notification: one sentence, and the way back to the session that it is about.

use crate::app::App;
use crate::app::effect::Effect;
use crate::chat::{Locator, SessionId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    pub text: String,
    /// A command that opens the viewer at the session.
    pub locator: String,
}

impl App {
    pub(super) fn notify(&self, session: SessionId, text: String) -> Effect {
        let message = None;
        let locator = self.locator_command(Locator { session, message });
        Effect::Notify(Notification { text, locator })
    }
}
