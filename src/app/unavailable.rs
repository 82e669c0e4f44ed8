//! Commands that do nothing here, and why: checked before a command is executed, so that no key is silent.

use super::App;
use super::command::Command;
use super::keymap::KeyContext;
use super::layout::{Focus, TWO_PANE_MIN_WIDTH};
use super::overlay::Overlay;
use super::theme::ThemeId;
use crate::text::time_format::format_countdown;

impl App {
    /// Why a command would do nothing in the focused pane; `None` if it does something.
    pub fn why_unavailable(&self, command: Command) -> Option<String> {
        let key = |command| self.keymap.first_key(command);
        let is_in_list = self.focus == Focus::List;
        let has_row = self.session_list.selected_row().is_some();
        let has_session = if is_in_list {
            has_row
        } else {
            self.open_session().is_some()
        };
        let has_message = !is_in_list && self.selected_message().is_some();
        let needs_list = match command {
            Command::NextReply | Command::NextUnread | Command::MarkAllRead => true,
            Command::Open => is_in_list && !has_row,
            _ => command.is_movement() && is_in_list && !has_row,
        };
        let why = match command {
            _ if needs_list && !self.session_list.is_listed() => {
                "the list is not loaded yet".to_owned()
            }
            Command::OpenLink
            | Command::Copy
            | Command::CopyWithAuthor
            | Command::ShowMessageText
            | Command::CopyLocator
            | Command::ShowRawJson
            | Command::MarkUnread
                if !has_message =>
            {
                "select a message first".to_owned()
            }
            Command::ShowDetails
            | Command::MarkRead
            | Command::WatchSession
            | Command::CopySessionId
                if !has_session =>
            {
                "select a session first".to_owned()
            }
            Command::EarlierConversation | Command::LaterConversation
                if self.focused_conversation().is_none() =>
            {
                "select a session first".to_owned()
            }
            _ if self.keymap.context_of(command) == KeyContext::Transcript && is_in_list => {
                let other_pane = key(Command::FocusTranscript);
                format!("only in the transcript ({other_pane})")
            }
            _ if self.keymap.context_of(command) == KeyContext::List && !is_in_list => {
                format!("only in the session list ({})", key(Command::FocusList))
            }
            _ if command.is_movement() && is_in_list && !has_row => "no session here".to_owned(),
            _ if command.is_movement() && !is_in_list && !has_message => {
                "no message here".to_owned()
            }
            Command::Follow
            | Command::NextSpecial
            | Command::PreviousSpecial
            | Command::ShowAllLinks
            | Command::NextTurn
            | Command::PreviousTurn
            | Command::Export
                if !has_message =>
            {
                "no message here".to_owned()
            }
            Command::GoToTime if !is_in_list && !has_message => "no message here".to_owned(),
            Command::PreviousSession if self.previous_session.is_none() => {
                "no session was open before this one".to_owned()
            }
            Command::Open if is_in_list && !has_row => "no session here".to_owned(),
            Command::Open if !is_in_list && !has_message && !has_session => {
                "no message here".to_owned()
            }
            Command::FocusTranscript | Command::FocusOtherPane
                if is_in_list && !has_row && self.open_session_id().is_none() =>
            {
                "no session is open".to_owned()
            }
            Command::FocusList if is_in_list => "already there".to_owned(),
            Command::FocusTranscript if !is_in_list => "already there".to_owned(),
            Command::Back if self.is_at_top_level() => {
                format!("nothing to go back to; {} quits", key(Command::Quit))
            }
            Command::Refresh => {
                let left = self.status.pause_left(self.local_now())?;
                let left = format_countdown(left);
                format!("the service asked to wait; next try in {left}")
            }
            Command::NextMatch | Command::PreviousMatch | Command::ToggleMatches
                if self
                    .transcript_pane()
                    .is_none_or(|pane| pane.search().is_none()) =>
            {
                format!("no search yet; press {}", key(Command::Search))
            }
            Command::ToggleMatches
                if self
                    .transcript_pane()
                    .and_then(|pane| pane.search())
                    .is_some_and(|search| search.match_count() == 0) =>
            {
                "no message matches".to_owned()
            }
            Command::Zoom if self.size.width < TWO_PANE_MIN_WIDTH => {
                format!("two panes need {TWO_PANE_MIN_WIDTH} columns")
            }
            Command::CopyExportPath if self.last_export_path().is_none() => {
                "nothing was exported yet".to_owned()
            }
            Command::MarkAllRead if self.count_unread_sessions() == 0 => {
                "nothing is unread".to_owned()
            }
            Command::UndoMarkAllRead if !self.can_undo_mark_all_read() => {
                "nothing to undo".to_owned()
            }
            Command::SetSortOrder(order) if order == self.session_list.sort_order() => {
                "already in this order".to_owned()
            }
            _ if self.lacks_view(command) => {
                "none in the configuration; write one as [views.NAME]".to_owned()
            }
            Command::SetScope(scope) if scope == self.session_list.scope() => {
                "already shown".to_owned()
            }
            Command::SetTheme(_) if !self.theme.has_color => {
                "colours are switched off (NO_COLOR or color)".to_owned()
            }
            Command::SetTheme(ThemeId::Own) if self.theme.own.is_none() => {
                "none in the configuration; set theme to the name of a file in the folder themes"
                    .to_owned()
            }
            _ => return None,
        };
        Some(why)
    }

    /// Why a command does nothing while this overlay is open.
    pub(super) fn why_unavailable_over(
        &self,
        overlay: &Overlay,
        command: Command,
    ) -> Option<String> {
        let is_list = matches!(
            overlay,
            Overlay::Links(_)
                | Overlay::ZonePicker(_)
                | Overlay::CommandPalette(_)
                | Overlay::Overview(_)
                | Overlay::SearchResults
        );
        let is_available = match command {
            _ if command.is_movement() => true,
            Command::Back
            | Command::Quit
            | Command::ForceQuit
            | Command::Redraw
            | Command::Suspend
            | Command::TogglePrivacy
            | Command::Refresh => true,
            Command::Open => is_list || matches!(overlay, Overlay::Details(_)),
            Command::OpenLink => matches!(overlay, Overlay::Links(_)),
            Command::Copy | Command::CopyWithAuthor => matches!(
                overlay,
                Overlay::Details(_)
                    | Overlay::Links(_)
                    | Overlay::RawJson(_)
                    | Overlay::MessageText(_)
                    | Overlay::SearchResults
                    | Overlay::Overview(_)
                    | Overlay::Connection(_)
            ),
            Command::SearchConversations | Command::Search | Command::CopyLocator => {
                matches!(overlay, Overlay::SearchResults)
            }
            _ => is_opened_by(overlay, command),
        };
        let why = "close this first (Esc)";
        (!is_available).then(|| self.format_unavailable(command, why))
    }

    /// The notice for a command that does nothing.
    pub(super) fn format_unavailable(&self, command: Command, why: &str) -> String {
        let name = self.keymap.label(command);
        let mut letters = name.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        format!("{}{}: {why}", first.collect::<String>(), letters.as_str())
    }
}

/// Returns `true` if this command opens this overlay: it also closes it.
pub(super) fn is_opened_by(overlay: &Overlay, command: Command) -> bool {
    if let (Overlay::Links(links), Command::ShowAllLinks) = (overlay, command) {
        return links.is_of_conversation;
    }
    matches!(
        (overlay, command),
        (Overlay::Help(_), Command::ShowHelp)
            | (Overlay::Overview(_), Command::ShowOverview)
            | (Overlay::CommandPalette(_), Command::ShowCommandPalette)
            | (Overlay::Details(_), Command::ShowDetails)
            | (Overlay::Connection(_), Command::ShowConnection)
            | (Overlay::RawJson(_), Command::ShowRawJson)
            | (Overlay::MessageText(_), Command::ShowMessageText)
    )
}
