//! Commands that do nothing here, and why: checked before a command is executed, so that every key has a visible
//! result.

use super::App;
use super::command::Command;
use super::keymap::{Need, needs_of};
use super::layout::{Focus, TWO_PANE_MIN_WIDTH};
use super::overlay::Overlay;
use super::theme::ThemeId;
use super::transcript_pane::TranscriptPane;
use crate::text::time_format::format_countdown;

/// The commands that are available in every overlay.
const IN_EVERY_OVERLAY: [Command; 7] = [
    Command::Back,
    Command::Quit,
    Command::ForceQuit,
    Command::Redraw,
    Command::Suspend,
    Command::TogglePrivacy,
    Command::Refresh,
];

impl App {
    /// Why a command would do nothing in the focused pane; `None` if it does something.
    pub(crate) fn why_unavailable(&self, command: Command) -> Option<String> {
        let mut needs = needs_of(command).iter();
        let missing = needs.find_map(|need| self.why_missing(*need));
        missing.or_else(|| self.why_idle(command))
    }

    /// Why this need is not met; `None` if it is.
    fn why_missing(&self, need: Need) -> Option<String> {
        let key = |command| self.keymap.first_key(command);
        let is_in_list = self.focus == Focus::List;
        let has_row = self.session_list.selected_row().is_some();
        let has_message = !is_in_list && self.selected_message().is_some();
        let has_session = if is_in_list {
            has_row
        } else {
            self.open_session().is_some()
        };
        let search = self.transcript_pane().and_then(TranscriptPane::search);
        let when = |is_missing: bool, why: &str| is_missing.then(|| why.to_owned());
        match need {
            Need::List => (!is_in_list)
                .then(|| format!("only in the session list ({})", key(Command::FocusList))),
            Need::Transcript => is_in_list
                .then(|| format!("only in the transcript ({})", key(Command::FocusTranscript))),
            Need::LoadedList => when(!self.session_list.is_listed(), "the list is not loaded yet"),
            Need::RowIfInList if is_in_list && !has_row => self
                .why_missing(Need::LoadedList)
                .or_else(|| Some("no session here".to_owned())),
            Need::RowIfInList => None,
            Need::MessageIfInTranscript => when(!is_in_list && !has_message, "no message here"),
            Need::Message => when(!has_message, "select a message first"),
            Need::Session => when(!has_session, "select a session first"),
            Need::SessionOrSummary => when(
                self.focused_session_id().is_none(),
                "select a session first",
            ),
            Need::MessageOrSessionIfInTranscript => when(
                !is_in_list && !has_message && !has_session,
                "no message here",
            ),
            Need::RowOrOpenSessionIfInList => when(
                is_in_list && !has_row && self.open_session_id().is_none(),
                "no session is open",
            ),
            Need::Search => search
                .is_none()
                .then(|| format!("no search yet; press {}", key(Command::Search))),
            Need::Match => when(
                search.is_none_or(|search| search.match_count() == 0),
                "no message matches",
            ),
        }
    }

    /// Why a command that has what it needs would change nothing.
    fn why_idle(&self, command: Command) -> Option<String> {
        let key = |command| self.keymap.first_key(command);
        let why = match command {
            Command::FocusList if self.focus == Focus::List => "already there",
            Command::FocusTranscript if self.focus == Focus::Transcript => "already there",
            Command::PreviousSession if self.previous_session.is_none() => {
                "no session was open before this one"
            }
            Command::Back if self.is_at_top_level() => {
                return Some(format!(
                    "nothing to go back to; {} quits",
                    key(Command::Quit)
                ));
            }
            Command::Refresh => {
                let left = self.status.pause_left(self.local_now())?;
                let left = format_countdown(left);
                return Some(format!("the service requested a pause; next try in {left}"));
            }
            Command::Zoom if self.size.width < TWO_PANE_MIN_WIDTH => {
                return Some(format!("two panes need {TWO_PANE_MIN_WIDTH} columns"));
            }
            Command::CopyExportPath if self.last_export_path().is_none() => {
                "nothing was exported yet"
            }
            Command::MarkAllRead if self.count_unread_sessions() == 0 => "nothing is unread",
            Command::UndoMarkAllRead if !self.can_undo_mark_all_read() => "nothing to undo",
            Command::SetSortOrder(order) if order == self.session_list.sort_order() => {
                "already in this order"
            }
            Command::SetScope(scope) if scope == self.session_list.scope() => "already shown",
            Command::ToggleView(_) if self.lacks_view(command) => {
                "none in the configuration; write one as [views.NAME]"
            }
            Command::SetTheme(_) if !self.theme.has_color => {
                "colours are switched off (NO_COLOR or color)"
            }
            Command::SetTheme(ThemeId::Own) if self.theme.own.is_none() => {
                "none in the configuration; set theme to the name of a file in the folder themes"
            }
            _ => return None,
        };
        Some(why.to_owned())
    }

    /// Why a command does nothing while this overlay is open.
    pub(super) fn why_unavailable_over(
        &self,
        overlay: &Overlay,
        command: Command,
    ) -> Option<String> {
        let is_available = command.is_movement()
            || IN_EVERY_OVERLAY.contains(&command)
            || commands_in(overlay).contains(&command)
            || overlay.is_opened_by(command);
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

/// The commands that do something in this overlay, beside moving in it and closing it.
fn commands_in(overlay: &Overlay) -> &'static [Command] {
    match overlay {
        Overlay::Help(_) => &[],
        Overlay::CommandPalette(_) | Overlay::ZonePicker(_) => &[Command::Open],
        Overlay::Connection(_) | Overlay::RawJson(_) | Overlay::MessageText(_) => {
            &[Command::Copy, Command::CopyWithAuthor]
        }
        Overlay::Details(_) | Overlay::Overview(_) => {
            &[Command::Open, Command::Copy, Command::CopyWithAuthor]
        }
        Overlay::Links(_) => &[
            Command::Open,
            Command::OpenLink,
            Command::Copy,
            Command::CopyWithAuthor,
        ],
        Overlay::SearchResults => &[
            Command::Open,
            Command::Copy,
            Command::CopyWithAuthor,
            Command::CopyLocator,
            Command::Search,
            Command::SearchConversations,
        ],
    }
}
