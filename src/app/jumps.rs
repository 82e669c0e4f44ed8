//! Jumps: to another session, to a turn of the customer, to the first unread message, to a message by its
//! id; also to messages that are yet to be loaded.

use super::App;
use super::copying::copy;
use super::effect::Effect;
use super::layout::Focus;
use super::status::Level;
use super::transcript_pane::viewport::Viewport;
use super::transcript_pane::{Towards, TranscriptPane};
use crate::chat::{Locator, MessageId, ReadPosition, SessionId};
use crate::text::TimePoint;

/// Where to go in the open session once its messages are there, unless the user moves before.
#[derive(Clone, Copy, Debug)]
pub(super) enum PendingJump {
    /// To the first message after this position that counts as unread.
    Unread(ReadPosition),
    /// To the first message from this time on.
    Time(TimePoint),
    Message(MessageId),
}

impl App {
    pub(super) fn go_to_turn(&mut self, towards: Towards) {
        self.go_to_next("customer turn", towards, TranscriptPane::select_turn);
    }

    pub(super) fn go_to_special(&mut self, towards: Towards) {
        self.go_to_next("special message", towards, TranscriptPane::select_special);
    }

    fn go_to_next(
        &mut self,
        what: &str,
        towards: Towards,
        select: fn(&mut TranscriptPane, Towards, &Viewport<'_>) -> bool,
    ) {
        let found = self.with_transcript_pane(|pane, viewport| select(pane, towards, viewport));
        if found != Some(false) {
            return;
        }
        let order = match towards {
            Towards::Newer => "later",
            Towards::Older => "earlier",
        };
        self.show_notice(Level::Error, format!("No {order} {what}"));
    }

    /// Opens a session with the focus on its transcript, and selects it in the list. A filter that hides it
    /// there is cleared, and `cleared` is shown.
    pub(super) fn go_to_session(&mut self, id: SessionId, cleared: &str) -> Vec<Effect> {
        self.focus = Focus::Transcript;
        let mut effects = self.open(id);
        // The open session is among those that need attention.
        effects.extend(self.update_attention());
        let is_listed = self.session_list.listed(id).is_some();
        let is_filtered = is_listed && !self.session_list.filter().is_empty();
        let is_hidden = is_filtered && self.session_list.visible_rows().all(|it| it.id() != id);
        if is_hidden {
            self.session_list.set_filter("");
        }
        if is_listed {
            self.session_list.select(id);
        }
        effects.extend(self.scroll_list_to_selection());
        if is_hidden {
            self.show_notice(Level::Info, cleared);
        }
        effects
    }

    /// Opens the session that was open before this one; the next time, this one again.
    pub(super) fn open_previous(&mut self) -> Vec<Effect> {
        let Some(id) = self.previous_session else {
            return Vec::new();
        };
        let cleared = "Filter cleared: it hides the session before this one";
        let effects = self.go_to_session(id, cleared);
        if self.session_list.is_listed() && self.session_list.get(id).is_none() {
            let text = format!("Session {id} is no longer in the list; opened by its id");
            self.show_notice(Level::Info, text);
        }
        effects
    }

    /// Opens the next session with unread messages at the first of them.
    pub(super) fn open_next_unread(&mut self) -> Vec<Effect> {
        let Some(id) = self.next_unread() else {
            self.show_notice(Level::Info, "No session has unread messages");
            return Vec::new();
        };
        // Before the session is open: what it shows then counts as read.
        let seen = self.read_position(id);
        let cleared = "Filter cleared: no other session shown has unread messages";
        let effects = self.go_to_session(id, cleared);
        if let Some(seen) = seen {
            self.jump_now_or_when_loaded(PendingJump::Unread(seen));
        }
        effects
    }

    /// Goes to a message of the open session, or waits until the messages that are missing have arrived.
    pub(super) fn jump_now_or_when_loaded(&mut self, jump: PendingJump) {
        if self.jump(jump) {
            return self.show_jump_notice(jump);
        }
        let is_loaded = self
            .transcript_pane()
            .is_some_and(TranscriptPane::is_fully_loaded);
        if is_loaded && !matches!(jump, PendingJump::Unread(_)) {
            return self.show_failed_jump_notice(jump);
        }
        self.with_transcript_pane(|pane, _| pane.follow());
        self.pending_jump = Some(jump);
    }

    /// After the messages of the open session have arrived.
    pub(super) fn jump_if_pending(&mut self) {
        let is_moved = self
            .transcript_pane()
            .is_some_and(|pane| !pane.is_following());
        match self.pending_jump.take().filter(|_| !is_moved) {
            Some(jump) if self.jump(jump) => self.show_jump_notice(jump),
            Some(jump) => self.show_failed_jump_notice(jump),
            None => {}
        }
    }

    fn show_jump_notice(&mut self, jump: PendingJump) {
        if let PendingJump::Time(point) = jump
            && let Some(text) = self.beginning_after(point)
        {
            self.show_notice(Level::Info, text);
        }
    }

    fn show_failed_jump_notice(&mut self, jump: PendingJump) {
        let why = match jump {
            PendingJump::Unread(_) => return,
            PendingJump::Time(point) => self.end_of_conversation(point),
            PendingJump::Message(id) => format!("Message {id} is not in this session"),
        };
        self.show_notice(Level::Error, why);
    }

    /// Copies a command that opens the viewer at the selected message.
    pub(super) fn copy_locator(&mut self) -> Vec<Effect> {
        let (Some(session), Some(message)) = (self.open_session_id(), self.selected_message())
        else {
            return Vec::new();
        };
        let message = message.id;
        self.copy_locator_of(session, message)
    }

    pub(super) fn copy_locator_of(
        &mut self,
        session: SessionId,
        message: MessageId,
    ) -> Vec<Effect> {
        if message.is_synthetic() {
            let text = "The message has no id that could be read, so nothing can refer to it";
            self.show_notice(Level::Error, text);
            return Vec::new();
        }
        let message = Some(message);
        let locator = Locator { session, message };
        let what = format!("the locator of message {locator}");
        copy(what, self.locator_command(locator))
    }

    /// A command that opens the viewer at a session or message.
    pub(super) fn locator_command(&self, locator: Locator) -> String {
        let profile = self.profile.as_deref().map(quote_for_shell);
        let profile = profile.map_or_else(String::new, |name| format!(" --profile {name}"));
        format!("sochat{profile} --session '{locator}'")
    }

    /// Goes to a message of the open session; returns `false` if it is not there.
    fn jump(&mut self, jump: PendingJump) -> bool {
        let jumped = self.with_transcript_pane(|pane, viewport| match jump {
            PendingJump::Unread(seen) => pane.select_first_unread(seen, viewport),
            PendingJump::Time(point) => pane.select_first_since(point, viewport),
            PendingJump::Message(id) => pane.select_by_id(id, viewport),
        });
        jumped == Some(true)
    }
}

/// An argument of a POSIX shell.
fn quote_for_shell(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
