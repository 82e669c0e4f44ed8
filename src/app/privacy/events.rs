//! Masks the events that bring sessions and messages, before anything else sees them.

use std::sync::Arc;

use super::super::App;
use super::super::event::Event;
use super::names::{mask_message, mask_session, original_session};
use crate::chat::{Message, Session, SessionId};
use crate::sync::search::{
    ListCoverage, SearchCoverage, SearchEnd, SearchHit, SearchMethod, SearchReport, SearchUpdate,
};
use crate::sync::{ApiError, Feed, SyncEvent};
use crate::text::{KnownData, ListedSession, Masker};

impl App {
    /// Masks an event, while privacy is on.
    pub(in crate::app) fn mask_event(&mut self, mut event: Event) -> Event {
        if let (Event::Sync(event), Some(masker)) = (&mut event, self.privacy.active().cloned()) {
            self.mask_sync_event(&masker, event);
        }
        event
    }

    /// Destructures every field, also of what an event holds, so that a new one does not compile until it is masked;
    /// of a page of sessions only the sessions are shown.
    fn mask_sync_event(&mut self, masker: &Masker, event: &mut SyncEvent) {
        match event {
            SyncEvent::SessionsListed {
                scope: _,
                below: _,
                listing,
            } => self.mask_listed(masker, &mut listing.sessions),
            SyncEvent::SessionFetched(session) => self.mask_fetched(masker, session),
            SyncEvent::MessagesArrived {
                session,
                request_id: _,
                messages,
            }
            | SyncEvent::MessagesComplete {
                session,
                request_id: _,
                extent: _,
                messages,
            }
            | SyncEvent::WaitRead {
                session,
                scan: _,
                recent: messages,
            } => self.mask_messages(masker, *session, messages),
            SyncEvent::ConversationsFetched {
                customer: _,
                result: Ok(rows),
            } => {
                for row in rows {
                    self.mask_fetched(masker, row);
                }
            }
            SyncEvent::PresenceFetched(Ok(agents)) => {
                for agent in agents {
                    *agent = masker.mask_presence(agent);
                }
            }
            SyncEvent::ConversationsFetched {
                customer: _,
                result: Err(error),
            }
            | SyncEvent::PresenceFetched(Err(error)) => self.mask_error(masker, error),
            SyncEvent::SearchUpdated { id: _, update } => match update {
                SearchUpdate::Hits(hits) => {
                    let shown = hits.iter().filter_map(|hit| self.mask_hit(masker, hit));
                    *hits = shown.collect();
                }
                SearchUpdate::Progress(coverage) => self.mask_coverage(masker, coverage),
                SearchUpdate::Probed(_) => {}
            },
            SyncEvent::SearchEnded { id: _, report } => {
                let SearchReport {
                    coverage,
                    hits: _,
                    end,
                } = &mut **report;
                self.mask_coverage(masker, coverage);
                match end {
                    SearchEnd::Failed(error) => self.mask_error(masker, error),
                    SearchEnd::Complete | SearchEnd::Limit => {}
                }
            }
            SyncEvent::SignedIn(me) => {
                let shown = masker.mask_agent(me);
                self.privacy.me = Some(std::mem::replace(me, shown));
            }
            SyncEvent::SessionUnavailable { session, why } => {
                *why = self.mask_sentence(masker, Some(*session), why);
            }
            SyncEvent::ConnectionChanged {
                feed: _,
                session,
                state,
            } => {
                if let Some(why) = state.why_mut() {
                    *why = self.mask_sentence(masker, *session, why);
                }
            }
            SyncEvent::UserZoneFetched(_)
            | SyncEvent::UserZoneRefused
            | SyncEvent::ZonesRefused
            | SyncEvent::ZonesListed(_)
            | SyncEvent::Notice(_) => {}
        }
    }

    /// Masks rows of the list; an unchanged one keeps its masked form.
    fn mask_listed(&mut self, masker: &Masker, rows: &mut [ListedSession]) {
        for row in &mut *rows {
            let original = row.unmasked();
            let known = self.session_list.listed(row.id());
            let same = known.filter(|known| {
                let known = known.unmasked();
                Arc::ptr_eq(known, original) || known == original
            });
            *row = same
                .cloned()
                .unwrap_or_else(|| ListedSession::masked(Arc::clone(original), masker));
        }
        for row in rows {
            if self.transcript_panes.contains_key(&row.id()) {
                self.learn_new_names(row);
            }
        }
    }

    fn mask_fetched(&mut self, masker: &Masker, session: &mut Session) {
        *session = mask_session(masker, session);
        self.learn_new_names(session);
    }

    /// Masks the messages of a session anew, if its row names others than before.
    fn learn_new_names(&mut self, row: &Session) {
        if self.transcript_panes.contains_key(&row.id) && self.learn_row(row) {
            let messages = self.original_messages(row.id);
            self.learn_messages(row.id, messages.iter().map(|it| &**it));
            self.replace_messages(row.id);
        }
    }

    fn mask_messages(&mut self, masker: &Masker, id: SessionId, messages: &mut Vec<Message>) {
        if !self.privacy.known.contains_key(&id) {
            let panes = &self.transcript_panes;
            self.privacy.known.retain(|id, _| panes.contains_key(id));
            self.learn_session(id);
        }
        if self.learn_messages(id, &*messages) {
            self.replace_messages(id);
        }
        let known = &self.privacy.known.entry(id).or_default().all;
        let shown = std::mem::take(messages).into_iter();
        let shown = shown.map(|message| mask_message(masker, &message.into(), known));
        *messages = shown.collect();
    }

    /// Masks a hit by the known data of its session; `None` for a session that is neither listed nor open: a hit
    /// alone does not show whose names its text may contain.
    fn mask_hit(&self, masker: &Masker, hit: &SearchHit) -> Option<SearchHit> {
        let mut known = KnownData::default();
        let row = self.known_session(hit.session.id).map(original_session)?;
        for session in [row, &hit.session] {
            masker.add_session(&mut known, session);
        }
        masker.add_message(&mut known, &hit.message);
        Some(SearchHit {
            session: masker.mask_row(&hit.session),
            message: masker.mask_message(&hit.message, &known),
        })
    }

    /// Masks why the service does not search.
    fn mask_coverage(&self, masker: &Masker, coverage: &mut SearchCoverage) {
        let SearchCoverage {
            method,
            back_to: _,
            reached_end: _,
            may_miss_accents: _,
            forms_left_out: _,
            left_out: _,
            incomplete,
        } = coverage;
        let lists = match method {
            SearchMethod::Server => None,
            SearchMethod::Lists(ListCoverage {
                why,
                sessions: _,
                has_all_sessions: _,
                transcripts: _,
                older_transcripts: _,
                since: _,
            }) => Some(why),
        };
        for why in lists.into_iter().chain(incomplete) {
            *why = self.mask_sentence(masker, None, why);
        }
    }

    /// Masks the errors that are shown already.
    pub(super) fn mask_errors(&mut self, masker: &Masker) {
        for feed in [Feed::List, Feed::Messages] {
            let why = self.status.freshness(feed, self.now).why();
            if let Some(why) = why {
                let shown = self.mask_sentence(masker, self.open_session_id(), why);
                self.status.feed_mut(feed).reword(shown);
            }
        }
        let whys = self.transcript_panes.iter();
        let whys = whys.filter_map(|(id, pane)| {
            let why = self.mask_sentence(masker, Some(*id), pane.unavailable()?);
            Some((*id, why))
        });
        for (id, why) in whys.collect::<Vec<_>>() {
            if let Some(pane) = self.transcript_panes.get_mut(&id) {
                pane.set_unavailable(Some(why));
            }
        }
    }

    /// Masks an error that may name those of the open session.
    fn mask_error(&self, masker: &Masker, error: &mut ApiError) {
        error.why = self.mask_sentence(masker, self.open_session_id(), &error.why);
    }

    /// Masks an error, in which the service may name the user, an agent, or somebody of the session.
    fn mask_sentence(&self, masker: &Masker, session: Option<SessionId>, why: &str) -> String {
        let mut known = KnownData::default();
        let session = session.and_then(|id| self.known_session(id));
        if let Some(session) = session {
            masker.add_session(&mut known, original_session(session));
        }
        let rows = self.session_list.rows().map(ListedSession::unmasked);
        let agents = rows.filter_map(|row| row.agent.as_ref());
        for agent in self.privacy.me.iter().chain(agents) {
            masker.add_agent(&mut known, agent);
        }
        masker.mask_sentence(why, &known)
    }
}
