//! The prompt: a line being typed in the footer, and what was typed into it before.

use crossterm::event::{KeyCode, KeyEvent};
use tui_input::Input;

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::overlay::{edit_line, edit_request};
use super::session_list::{FilterProblem, TypedFilter};
use super::transcript_pane::Towards;
use crate::chat::SessionId;
use crate::text::TranscriptFormat;

/// Lines that are stored of each kind.
const MAX_STORED: usize = 50;

/// A line being typed in the footer.
#[derive(Clone, Debug)]
pub struct Prompt {
    pub kind: PromptKind,
    pub input: Input,
    /// Which line is shown that was typed before, unless it has been edited since.
    pub(super) recalled: Option<Recalled>,
    /// Why the line was refused, until it is edited.
    pub(crate) refusal: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptKind {
    /// Filters the list while typing. Holds what was shown before, to return to.
    Filter {
        before: TypedFilter,
        selected: Option<SessionId>,
    },
    /// Searches the transcript while typing.
    Search,
    /// Searches across conversations on Enter.
    Conversations,
    /// Goes to a date or time on Enter.
    Time,
    /// Takes the place of an export.
    Export(ExportPrompt),
}

/// What the prompt for the place of an export has besides the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportPrompt {
    /// The format, unless the extension of the path is that of another one.
    pub format: TranscriptFormat,
    /// The path that was entered before and is the name of a file already.
    pub taken: Option<String>,
}

impl ExportPrompt {
    /// The format of a path that is being typed.
    pub(crate) fn format_of(&self, path: &str) -> TranscriptFormat {
        let extension = split_extension(path).map(|(_, extension)| extension);
        let named = TranscriptFormat::ALL
            .into_iter()
            .find(|format| extension.is_some_and(|it| it.eq_ignore_ascii_case(format.extension())));
        named.unwrap_or(self.format)
    }
}

/// What a key does while a prompt is open.
enum PromptAction {
    Accept,
    Cancel,
    /// Shows a line that was typed before.
    Recall(Towards),
    /// Offers the format of an export some steps further, or back.
    CycleFormat(isize),
    /// Selects a session some rows further down the filtered list, or up.
    SelectRelative(isize),
    Edit,
}

/// A line that was typed before is shown.
#[derive(Clone, Debug)]
pub(super) struct Recalled {
    /// 1 is the latest.
    steps: usize,
    /// What was typed before it was recalled.
    typed: String,
}

/// The lines that were accepted, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct PromptHistory {
    filters: Vec<String>,
    searches: Vec<String>,
    conversation_searches: Vec<String>,
    times: Vec<String>,
    export_paths: Vec<String>,
}

impl Prompt {
    pub(super) fn new(kind: PromptKind, text: &str) -> Self {
        Self {
            kind,
            input: text.into(),
            recalled: None,
            refusal: None,
        }
    }
}

impl PromptAction {
    fn new(kind: &PromptKind, key: KeyEvent, command: Option<Command>) -> Self {
        // A key that edits the line does so, whatever it is bound to.
        let command = command.filter(|_| edit_request(key).is_none());
        match (kind, key.code, command) {
            (_, KeyCode::Enter, _) => Self::Accept,
            (_, KeyCode::Up, _) => Self::Recall(Towards::Older),
            (_, KeyCode::Down, _) => Self::Recall(Towards::Newer),
            (PromptKind::Export(_), KeyCode::Tab, _) => Self::CycleFormat(1),
            (PromptKind::Export(_), KeyCode::BackTab, _) => Self::CycleFormat(-1),
            (_, KeyCode::Esc, _) | (_, _, Some(Command::Back)) => Self::Cancel,
            (PromptKind::Filter { .. }, KeyCode::Tab, _)
            | (PromptKind::Filter { .. }, _, Some(Command::Down)) => Self::SelectRelative(1),
            (PromptKind::Filter { .. }, KeyCode::BackTab, _)
            | (PromptKind::Filter { .. }, _, Some(Command::Up)) => Self::SelectRelative(-1),
            _ => Self::Edit,
        }
    }
}

impl PromptHistory {
    fn lines_mut(&mut self, kind: &PromptKind) -> &mut Vec<String> {
        match kind {
            PromptKind::Filter { .. } => &mut self.filters,
            PromptKind::Search => &mut self.searches,
            PromptKind::Conversations => &mut self.conversation_searches,
            PromptKind::Time => &mut self.times,
            PromptKind::Export(_) => &mut self.export_paths,
        }
    }

    /// Stores a line that was accepted; one that was typed before moves to the end.
    pub(super) fn store(&mut self, prompt: &Prompt) {
        let line = prompt.input.value().trim();
        let lines = self.lines_mut(&prompt.kind);
        if line.is_empty() {
            return;
        }
        lines.retain(|known| known != line);
        lines.push(line.to_owned());
        let surplus = lines.len().saturating_sub(MAX_STORED);
        lines.drain(..surplus);
    }
}

impl App {
    pub(super) fn on_prompt_key(&mut self, key: KeyEvent, command: Option<Command>) -> Vec<Effect> {
        let Some(prompt) = &mut self.prompt else {
            return Vec::new();
        };
        match PromptAction::new(&prompt.kind, key, command) {
            PromptAction::Accept => self.accept_prompt(),
            PromptAction::Cancel => self.cancel_prompt(),
            PromptAction::Recall(towards) => self.recall_line(towards),
            PromptAction::CycleFormat(by) => {
                self.cycle_export_format(by);
                Vec::new()
            }
            PromptAction::SelectRelative(by) => {
                self.session_list.select_relative(by);
                self.scroll_list_to_selection()
            }
            PromptAction::Edit if edit_line(&mut prompt.input, key) => {
                prompt.recalled = None;
                self.on_prompt_edited()
            }
            PromptAction::Edit => Vec::new(),
        }
    }

    /// Takes the line. One that is refused stays to be corrected, below the reason.
    fn accept_prompt(&mut self) -> Vec<Effect> {
        let Some(mut prompt) = self.prompt.take() else {
            return Vec::new();
        };
        let line = prompt.input.value();
        let accepted = match &prompt.kind {
            PromptKind::Filter { .. } => self.accept_filter().ok_or(None),
            PromptKind::Search => {
                self.accept_search(line);
                Ok(Vec::new())
            }
            PromptKind::Conversations => self.search_conversations(line).map_err(Some),
            PromptKind::Time => self.go_to_time(line).map_err(Some),
            PromptKind::Export(of) => self.accept_export(line, of).map_err(Some),
        };
        match accepted {
            Ok(effects) => {
                self.prompt_history.store(&prompt);
                effects
            }
            Err(why) => {
                prompt.refusal = why;
                self.prompt = Some(prompt);
                Vec::new()
            }
        }
    }

    /// Closes the prompt, and undoes what typing has changed.
    fn cancel_prompt(&mut self) -> Vec<Effect> {
        match self.prompt.take().map(|prompt| prompt.kind) {
            Some(PromptKind::Filter { before, selected }) => {
                self.session_list.restore_filter(&before);
                if let Some(selected) = selected {
                    self.session_list.select(selected);
                }
                self.scroll_list_to_selection()
            }
            Some(PromptKind::Search) => {
                self.with_transcript_pane(|pane, _| pane.cancel_search());
                Vec::new()
            }
            Some(PromptKind::Conversations | PromptKind::Time | PromptKind::Export(_)) | None => {
                Vec::new()
            }
        }
    }

    pub(super) fn open_filter_prompt(&mut self) {
        let filter = self.session_list.filter().to_owned();
        let selected = self.session_list.selected().map(|session| session.id);
        let before = self.session_list.typed_filter();
        let kind = PromptKind::Filter { before, selected };
        self.prompt = Some(Prompt::new(kind, &filter));
    }

    /// `None` if it has a time that cannot be read, which list and prompt name.
    fn accept_filter(&mut self) -> Option<Vec<Effect>> {
        self.session_list.accept_filter();
        let effects = self.scroll_list_to_selection();
        let problem = self.session_list.filter_problem();
        let is_refused = matches!(problem, Some(FilterProblem::UnreadableTime(_)));
        (!is_refused).then_some(effects)
    }

    /// Shows the line before the one shown, or the one after it; after the latest, what was being typed.
    fn recall_line(&mut self, towards: Towards) -> Vec<Effect> {
        let Some(prompt) = &mut self.prompt else {
            return Vec::new();
        };
        let lines = self.prompt_history.lines_mut(&prompt.kind);
        let recalled = prompt.recalled.take();
        let (steps, typed) = match recalled {
            Some(Recalled { steps, typed }) => (steps, typed),
            None => (0, prompt.input.value().to_owned()),
        };
        let wanted = match towards {
            Towards::Older => (steps + 1).min(lines.len()),
            Towards::Newer => steps.saturating_sub(1),
        };
        let line = match wanted {
            0 => typed.clone(),
            wanted => lines[lines.len() - wanted].clone(),
        };
        prompt.recalled = (wanted > 0).then_some(Recalled {
            steps: wanted,
            typed,
        });
        if wanted == steps {
            return Vec::new();
        }
        prompt.input = line.into();
        self.on_prompt_edited()
    }
}

/// Splits a path before the last `.` of its file name; `None` if there is none, or nothing before it.
pub(super) fn split_extension(path: &str) -> Option<(&str, &str)> {
    let (stem, extension) = path.rsplit_once('.')?;
    let is_name = !extension.contains(['/', '\\']) && !stem.is_empty();
    (is_name && !stem.ends_with(['/', '\\'])).then_some((stem, extension))
}
