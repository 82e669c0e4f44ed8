//! Session details: their keys, and the figures of the transcript that they show.

use crossterm::event::KeyEvent;

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::jumps::PendingJump;
use super::layout::Focus;
use super::overlay::{DetailTarget, Details, Overlay, OverlayText, detail_lines, is_open_key};
use super::status::Level;
use crate::chat::{ConversationFigures, MessageId, Session, SessionId};

impl App {
    pub(super) fn show_details(&mut self) -> Vec<Effect> {
        if self.focused_session().is_none() {
            return Vec::new();
        }
        self.overlay = Some(Overlay::Details(Box::default()));
        self.update_details()
    }

    /// The details are those of the focused session, also after another one has taken its place.
    pub(super) fn update_details(&mut self) -> Vec<Effect> {
        let session = self.focused_session().map(|session| session.id);
        match &self.overlay {
            Some(Overlay::Details(details)) if details.session != session => {}
            _ => return Vec::new(),
        }
        let figures = session.and_then(|session| self.figures_of(session));
        self.overlay = Some(Overlay::Details(Box::new(Details {
            session,
            figures,
            ..Details::default()
        })));
        self.dirty = true;
        let customer = self.focused_session().and_then(Session::customer_id);
        customer.map_or_else(Vec::new, |customer| self.request_conversations(customer))
    }

    /// The figures of a session whose transcript is loaded.
    fn figures_of(&self, session: SessionId) -> Option<ConversationFigures> {
        let transcript = self.loaded_pane(session)?.transcript();
        let figures = ConversationFigures::of_messages(transcript.iter(), self.now);
        (!transcript.is_empty()).then_some(figures)
    }

    /// Recomputes the figures in the open details after messages arrived.
    pub(super) fn update_figures(&mut self, session: SessionId) {
        match &self.overlay {
            Some(Overlay::Details(details)) if details.session == Some(session) => {}
            _ => return,
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
            self.show_end_notice(is_moved, by, ["beginning", "end"]);
            return Vec::new();
        }
        match command {
            _ if is_open_key(key, command) => {
                let target = lines.get(selected).and_then(|line| line.target);
                match target {
                    Some(DetailTarget::Message(message)) => self.go_to_message_of_details(message),
                    Some(DetailTarget::Session(session)) => {
                        self.overlay = None;
                        self.open_conversation(session)
                    }
                    None => {
                        self.show_notice(Level::Error, "Nothing to open in this line");
                        Vec::new()
                    }
                }
            }
            Some(Command::Copy | Command::CopyWithAuthor) => {
                let is_whole = command == Some(Command::CopyWithAuthor);
                self.copy_detail(&lines, selected, is_whole)
            }
            _ => Vec::new(),
        }
    }

    fn go_to_message_of_details(&mut self, message: MessageId) -> Vec<Effect> {
        let session = self.focused_session().map(|session| session.id);
        self.overlay = None;
        self.focus = Focus::Transcript;
        let effects = session.map_or_else(Vec::new, |session| self.open(session));
        self.jump_now_or_when_loaded(PendingJump::Message(message));
        effects
    }
}
