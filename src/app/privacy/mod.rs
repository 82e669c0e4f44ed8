//! Privacy: while it is on, events are masked as they come in, so that nothing behind that point has
//! personal data to show. The originals are stored within the masked values, to be shown again.
//!
//! Switching it on or off replaces every value that is there; [`App::replace_values`] lists them all.

mod events;
mod names;

use std::collections::HashMap;
use std::sync::Arc;

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::overlay::{Help, Overlay};
use super::prompt::PromptHistory;
use super::status::Level;
use crate::chat::{CurrentUser, LoadedKey, Session, SessionId};
use crate::text::{ListedSession, Masker};
pub(super) use names::original_session;
use names::{SessionNames, mask_session};

/// Fewer sessions are masked when they are looked at: they take no longer than a frame.
const MIN_MASKED_AHEAD: usize = 300;

#[derive(Debug, Default)]
pub(super) struct Privacy {
    is_on: bool,
    /// `None` until privacy is switched on for the first time.
    masker: Option<Masker>,
    /// Whether flag or file switch it on: then switching it off has to be confirmed.
    is_configured: bool,
    confirmation: Confirmation,
    /// Known data of the sessions whose messages are stored.
    known: HashMap<SessionId, SessionNames>,
    /// The signed-in user, unmasked.
    me: Option<CurrentUser>,
}

/// The state of the confirmation that switching privacy off requires.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Confirmation {
    #[default]
    None,
    /// The last key has requested it.
    Asked,
    /// The key before this one has requested it.
    Given,
}

impl Privacy {
    /// Privacy as flag or file set it.
    pub(super) fn new(configured: Option<&LoadedKey>) -> Self {
        Self {
            is_on: configured.is_some(),
            masker: configured.map(|loaded| Masker::new(&loaded.key)),
            is_configured: configured.is_some(),
            ..Self::default()
        }
    }

    /// Another key was pressed: it ends a confirmation.
    pub(super) fn on_key(&mut self) {
        self.confirmation = match self.confirmation {
            Confirmation::Asked => Confirmation::Given,
            Confirmation::None | Confirmation::Given => Confirmation::None,
        };
    }

    /// The question is no longer on the screen.
    pub(super) fn on_notice_expired(&mut self) {
        self.confirmation = Confirmation::None;
    }

    fn active(&self) -> Option<&Masker> {
        self.masker.as_ref().filter(|_| self.is_on)
    }
}

impl App {
    /// Returns `true` while personal data is masked.
    pub(crate) fn is_private(&self) -> bool {
        self.privacy.is_on
    }

    pub(super) fn toggle_privacy(&mut self) -> Vec<Effect> {
        if self.privacy.masker.is_none() {
            return vec![Effect::LoadPrivacyKey];
        }
        let is_confirmed = self.privacy.confirmation == Confirmation::Given;
        let needs_confirmation = self.privacy.is_configured && !is_confirmed;
        if self.privacy.is_on && needs_confirmation {
            self.privacy.confirmation = Confirmation::Asked;
            let key = self.keymap.first_key(Command::TogglePrivacy);
            let text = format!(
                "Privacy is set by --privacy or the configuration; {key} again shows names"
            );
            self.show_notice(Level::Error, text);
            return Vec::new();
        }
        self.set_privacy(!self.privacy.is_on)
    }

    pub(super) fn on_privacy_key(&mut self, loaded: LoadedKey) -> Vec<Effect> {
        if self.privacy.masker.is_none() {
            self.privacy.masker = Some(Masker::new(&loaded.key));
        }
        if self.privacy.is_on {
            return Vec::new();
        }
        let effects = self.set_privacy(true);
        if let Some(problem) = loaded.problem {
            self.warn_of_privacy_key(&problem);
        }
        effects
    }

    pub(super) fn warn_of_privacy_key(&mut self, problem: &str) {
        let text = format!("Privacy is on; pseudonyms will differ in the next run: {problem}");
        self.show_notice(Level::Error, text);
    }

    fn set_privacy(&mut self, is_on: bool) -> Vec<Effect> {
        self.privacy.is_on = is_on;
        self.privacy.known.clear();
        // What was typed may be a name, and what an overlay shows was made before.
        let overlay = self.overlay.take();
        self.prompt = None;
        self.prompt_history = PromptHistory::default();
        if self.shown_view().is_none() {
            self.session_list.set_filter("");
        }
        let mut effects = self.drop_search_results();
        self.forget_presence();
        self.replace_values();
        effects.extend(self.mask_ahead());
        self.overlay = overlay.and_then(|overlay| self.drawn_anew(overlay));
        effects.extend(self.scroll_list_to_selection());
        let text = if is_on {
            "Privacy is on: pseudonyms in place of names, addresses and long numbers; a name that is in no \
             field is not recognized"
        } else {
            "Privacy is off: names are shown"
        };
        self.show_notice(Level::Info, text);
        effects
    }

    /// Requests masking ahead of drawing if many rows are not masked yet.
    pub(super) fn mask_ahead(&self) -> Option<Effect> {
        let pending = self.session_list.rows().filter(|row| row.is_pending());
        let pending: Vec<_> = pending.cloned().collect();
        (pending.len() >= MIN_MASKED_AHEAD).then_some(Effect::MaskSessions(pending))
    }

    /// An overlay that holds nothing to be masked, as it is made of the values of now whenever it is drawn;
    /// `None` for any other.
    fn drawn_anew(&self, overlay: Overlay) -> Option<Overlay> {
        match overlay {
            Overlay::Help(_) => Some(Overlay::Help(Help::default())),
            Overlay::Connection(scroll) => Some(Overlay::Connection(scroll)),
            Overlay::Overview(overview) => {
                let overview = overview.renamed(&self.overview_rows());
                Some(Overlay::Overview(overview))
            }
            Overlay::CommandPalette(_)
            | Overlay::Details(_)
            | Overlay::RawJson(_)
            | Overlay::MessageText(_)
            | Overlay::Links(_)
            | Overlay::SearchResults
            | Overlay::ZonePicker(_) => None,
        }
    }

    /// Replaces every value with personal data by its masked form or its original.
    fn replace_values(&mut self) {
        let masker = self.privacy.active().cloned();
        let session = |session: &Session| match &masker {
            Some(masker) => mask_session(masker, original_session(session)),
            None => original_session(session).clone(),
        };
        self.session_list.replace_sessions(|row| {
            let original = Arc::clone(row.unmasked());
            match &masker {
                Some(masker) => ListedSession::masked(original, masker),
                None => original.into(),
            }
        });
        self.fetched_session = self.fetched_session.as_ref().map(session);
        self.conversations.replace_sessions(session);
        if let Some(me) = std::mem::take(&mut self.privacy.me).or(self.me.take()) {
            self.set_me(me);
        }
        if let Some(masker) = &masker {
            self.mask_errors(masker);
        }
        let viewed: Vec<_> = self.transcript_panes.keys().copied().collect();
        for id in viewed {
            if masker.is_some() {
                let messages = self.original_messages(id);
                self.learn_session(id);
                self.learn_messages(id, messages.iter().map(|it| &**it));
            }
            if let Some(pane) = self.transcript_panes.get_mut(&id) {
                pane.end_search();
            }
            self.replace_messages(id);
        }
    }

    fn set_me(&mut self, me: CurrentUser) {
        self.me = Some(
            match self.privacy.active().map(|masker| masker.mask_agent(&me)) {
                Some(masked) => {
                    self.privacy.me = Some(me);
                    masked
                }
                None => me,
            },
        );
    }
}
