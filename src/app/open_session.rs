//! The open session: opening one, caching the transcripts of those before it, and what follows from
//! a change of the list.

use super::App;
use super::effect::Effect;
use super::prompt::PromptKind;
use crate::chat::SessionId;
use crate::sync::{Feed, SyncCommand};

/// How many transcripts are cached, watched sessions aside.
const CACHED_TRANSCRIPTS: usize = 8;
/// How many are cached including watched sessions, which may have ended long ago.
const MAX_CACHED_TRANSCRIPTS: usize = 32;

impl App {
    /// Opens a session in the transcript pane, without a change of focus.
    pub(super) fn open(&mut self, id: SessionId) -> Vec<Effect> {
        if self.open_session_id() == Some(id) {
            return Vec::new();
        }
        // The prompt belongs to the session that was open: a query, the place of an export.
        self.prompt
            .take_if(|prompt| matches!(prompt.kind, PromptKind::Search | PromptKind::Export(_)));
        self.previous_session = self.open_session_id();
        self.pending_jump = None;
        let now = self.now;
        if let Some(pane) = self.open_pane_mut() {
            pane.cancel_search();
            pane.on_blur(now);
        }
        self.recent_sessions.retain(|recent| *recent != id);
        self.recent_sessions.push(id);
        self.marked_unread = None;
        // Watched sessions are still pulled, so their transcripts stay cached.
        while self.recent_sessions.len() > CACHED_TRANSCRIPTS
            && let is_full = self.recent_sessions.len() > MAX_CACHED_TRANSCRIPTS
            && let Some(oldest) = (self
                .recent_sessions
                .iter()
                .take(self.recent_sessions.len() - 1))
            .position(|id| !self.read_state.is_watched(*id))
            .or(is_full.then_some(0))
        {
            let oldest = self.recent_sessions.remove(oldest);
            self.transcript_panes.remove(&oldest);
        }
        // An interrupted download starts over.
        let from_start = self.loaded_pane(id).is_none();
        self.transcript_panes.entry(id).or_default();
        if from_start {
            // A response takes several times its size while it is decoded.
            self.drop_transcripts_beyond(self.max_body / 4);
        }
        self.status.feed_mut(Feed::Messages).reset();
        let mut effects = vec![Effect::Sync(SyncCommand::Open {
            session: id,
            from_start,
        })];
        // Before the first list arrives, the session may still be listed.
        if self.session_list.is_listed() && !self.has_whole_row(id) {
            effects.push(Effect::Sync(SyncCommand::FetchSession(id)));
        }
        effects
    }

    /// Returns `true` if the session has a live row; a row of the archive lacks the customer.
    fn has_whole_row(&self, id: SessionId) -> bool {
        self.session_list.get(id).is_some() && !self.session_list.is_archived(id)
    }

    /// Returns `true` if the session was fetched beside its row of the archive.
    fn is_fetched_of_archive(&self, id: SessionId) -> bool {
        let fetched = self.fetched_session.as_ref();
        self.session_list.is_archived(id) && fetched.is_some_and(|session| session.id == id)
    }

    /// Drops cached transcripts, the least recently shown first, until all together are within a limit.
    pub(super) fn drop_transcripts_beyond(&mut self, limit: usize) {
        let panes = self.transcript_panes.values();
        let mut bytes: usize = panes.map(|pane| pane.transcript().bytes()).sum();
        while bytes > limit && self.recent_sessions.len() > 1 {
            let oldest = self.recent_sessions.remove(0);
            let dropped = self.transcript_panes.remove(&oldest);
            bytes -= dropped.map_or(0, |pane| pane.transcript().bytes());
        }
    }

    /// After a change of the list: opens a first session if the transcript pane is visible and empty,
    /// requests the open one if it is not listed, and the next page if the end comes near.
    pub(super) fn on_list_changed(&mut self) -> Vec<Effect> {
        self.name_agents_in_transcript();
        let mut effects = self.scroll_list_to_selection();
        match self.open_session_id() {
            None if self
                .panes()
                .is_some_and(|panes| !panes.transcript.is_empty()) =>
            {
                if let Some(first) = self.session_list.selected().map(|session| session.id) {
                    effects.extend(self.open(first));
                }
            }
            // The row of an archived session is fetched again when it changes.
            Some(id) if !self.has_whole_row(id) && !self.is_fetched_of_archive(id) => {
                effects.push(Effect::Sync(SyncCommand::FetchSession(id)));
            }
            _ => {}
        }
        effects
    }

    pub(super) fn scroll_list_to_selection(&mut self) -> Vec<Effect> {
        let Some(panes) = self.panes().filter(|panes| !panes.list.is_empty()) else {
            return Vec::new();
        };
        self.session_list.scroll_to_selection(panes.list.height);
        let page = self.session_list.next_page_to_fetch(panes.list.height);
        let fetch = page.map(|below| Effect::Sync(SyncCommand::FetchNextPage { below }));
        fetch.into_iter().collect()
    }
}
