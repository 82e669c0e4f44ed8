//! Session details: their keys, and the figures of the transcript that they show.

use crossterm::event::{KeyCode, KeyEvent};

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::layout::Focus;
use super::overlay::{DetailTarget, Details, Overlay, OverlayText, detail_lines};
use super::status::Level;
use crate::chat::{ConversationFigures, MessageId, SessionId};

impl App {
    pub(super) fn show_details(&mut self) -> Vec<Effect> {
        let Some(session) = self.focused_session().map(|session| session.id) else {
            return Vec::new();
        };
        let figures = self.figures_of(session);
        let details = Details {
            figures,
            ..Details::default()
        };
        self.overlay = Some(Overlay::Details(Box::new(details)));
        Vec::new()
    }

    /// The figures of a session whose transcript is loaded.
    fn figures_of(&self, session: SessionId) -> Option<ConversationFigures> {
        let transcript = self.loaded_pane(session)?.transcript();
        let figures = ConversationFigures::of_messages(transcript.iter(), self.now);
        (!transcript.is_empty()).then_some(figures)
    }

    /// After messages arrived: the details follow.
    pub(super) fn update_figures(&mut self, session: SessionId) {
        let is_shown = self.focused_session().is_some_and(|it| it.id == session);
        if !is_shown || !matches!(self.overlay, Some(Overlay::Details(_))) {
            return;
        }
        let figures = self.figures_of(session);
        if let Some(Overlay::Details(details)) = &mut self.overlay {
            self.dirty |= details.figures != figures;
            details.figures = figures;
        }
    }

    /// Handles a key in the details, which moves by some rows.
    pub(super) fn on_details_key(
        &mut self,
        mut details: Box<Details>,
        key: KeyEvent,
        command: Option<Command>,
        by: isize,
    ) -> Vec<Effect> {
        let lines = detail_lines(self, &details);
        let overlay = Overlay::Details(details.clone());
        let rows = OverlayText::new(self, &overlay).rows;
        // There may be fewer rows than before.
        details.selection.move_by(0, rows.len());
        let is_moved = details.selection.move_by(by, rows.len());
        let selected = rows.get(details.selection.0).map_or(0, |row| row.line);
        self.overlay = Some(Overlay::Details(details));
        if by != 0 {
            return self.notify_end(is_moved, by, ["beginning", "end"]);
        }
        match command {
            _ if key.code == KeyCode::Enter || command == Some(Command::Open) => {
                let target = lines.get(selected).and_then(|line| line.target);
                match target {
                    Some(target) => self.go_to(target),
                    None => self.show_notice(Level::Error, "Nothing to open in this line"),
                }
            }
            Some(Command::Copy | Command::CopyWithAuthor) => {
                let is_whole = command == Some(Command::CopyWithAuthor);
                self.copy_detail(&lines, selected, is_whole)
            }
            _ => Vec::new(),
        }
    }

    fn go_to(&mut self, target: DetailTarget) -> Vec<Effect> {
        self.overlay = None;
        self.focus = Focus::Transcript;
        match target {
            DetailTarget::Message(session, message) => {
                let effects = self.open(session);
                self.select_message(message);
                effects
            }
        }
    }

    /// Selects a message of the open transcript.
    fn select_message(&mut self, message: MessageId) {
        self.with_transcript_pane(|pane, viewport| {
            if let Some(index) = pane.transcript().index_of(message) {
                pane.center_on(index, viewport);
            }
        });
    }
}
