//! Masks the events that bring sessions and messages, before anything else sees them.

use std::sync::Arc;

use super::super::App;
use super::super::event::Event;
use super::names::{mask_message, mask_session, original_session};
use crate::chat::{Message, Session, SessionId};
use crate::sync::search::{SearchCoverage, SearchEnd, SearchHit, SearchMethod, SearchUpdate};
use crate::sync::{ApiError, ConnectionState, Feed, SyncEvent};
use crate::text::{KnownData, ListedSession, Masker};

impl App {
    /// Masks an event, while privacy is on.
    pub(in crate::app) fn mask_event(&mut self, event: Event) -> Event {
        let Some(masker) = self.privacy.active().cloned() else {
            return event;
        };
        let Event::Sync(event) = event else {
            return event;
        };
        Event::Sync(match event {
            SyncEvent::SessionsListed {
                scope,
                below,
                mut listing,
            } => {
                listing.sessions = self.mask_listed(&masker, listing.sessions);
                SyncEvent::SessionsListed {
                    scope,
                    below,
                    listing,
                }
            }
            SyncEvent::SessionFetched(session) => {
                let session = mask_session(&masker, &session);
                self.learn_new_names(&session);
                SyncEvent::SessionFetched(Box::new(session))
            }
            SyncEvent::MessagesArrived {
                session,
                request_id,
                messages,
            } => SyncEvent::MessagesArrived {
                session,
                request_id,
                messages: self.mask_messages(&masker, session, messages),
            },
            SyncEvent::MessagesComplete {
                session,
                request_id,
                extent,
                messages,
            } => SyncEvent::MessagesComplete {
                session,
                request_id,
                extent,
                messages: self.mask_messages(&masker, session, messages),
            },
            SyncEvent::ConversationsFetched { customer, result } => {
                SyncEvent::ConversationsFetched {
                    customer,
                    result: match result {
                        Ok(rows) => Ok(rows
                            .iter()
                            .map(|row| {
                                let row = mask_session(&masker, row);
                                self.learn_new_names(&row);
                                row
                            })
                            .collect()),
                        Err(error) => Err(self.mask_error(&masker, &error)),
                    },
                }
            }
            SyncEvent::PresenceFetched(result) => SyncEvent::PresenceFetched(match result {
                Ok(agents) => Ok(agents.iter().map(|it| masker.mask_presence(it)).collect()),
                Err(error) => Err(self.mask_error(&masker, &error)),
            }),
            SyncEvent::WaitRead {
                session,
                scan,
                recent,
            } => SyncEvent::WaitRead {
                session,
                scan,
                recent: self.mask_messages(&masker, session, recent),
            },
            SyncEvent::SearchUpdated { id, update } => SyncEvent::SearchUpdated {
                id,
                update: match update {
                    SearchUpdate::Hits(hits) => {
                        let hits = hits.iter().filter_map(|hit| self.mask_hit(&masker, hit));
                        SearchUpdate::Hits(hits.collect())
                    }
                    SearchUpdate::Progress(coverage) => {
                        SearchUpdate::Progress(self.mask_coverage(&masker, coverage))
                    }
                    probed @ SearchUpdate::Probed(_) => probed,
                },
            },
            SyncEvent::SearchEnded { id, report } => {
                let mut report = *report;
                report.coverage = self.mask_coverage(&masker, report.coverage);
                if let SearchEnd::Failed(error) = &mut report.end {
                    *error = self.mask_error(&masker, error);
                }
                SyncEvent::SearchEnded {
                    id,
                    report: Box::new(report),
                }
            }
            SyncEvent::SignedIn(me) => {
                let shown = masker.mask_agent(&me);
                self.privacy.me = Some(me);
                SyncEvent::SignedIn(shown)
            }
            SyncEvent::SessionUnavailable { session, why } => SyncEvent::SessionUnavailable {
                session,
                why: self.mask_sentence(&masker, Some(session), &why),
            },
            SyncEvent::ConnectionChanged {
                feed,
                session,
                state,
            } => SyncEvent::ConnectionChanged {
                feed,
                session,
                state: mask_state(state, |why| self.mask_sentence(&masker, session, why)),
            },
            event @ (SyncEvent::UserZoneFetched(_)
            | SyncEvent::UserZoneRefused
            | SyncEvent::ZonesRefused
            | SyncEvent::ZonesListed(_)
            | SyncEvent::Notice(_)) => event,
        })
    }

    /// Masks rows of the list; one that is as before keeps its masked form.
    fn mask_listed(&mut self, masker: &Masker, rows: Vec<ListedSession>) -> Vec<ListedSession> {
        let rows = rows.into_iter().map(|row| {
            let original = row.unmasked();
            let known = self.session_list.listed(row.id());
            let same = known.filter(|known| {
                let known = known.unmasked();
                Arc::ptr_eq(known, original) || known == original
            });
            same.cloned()
                .unwrap_or_else(|| ListedSession::masked(Arc::clone(original), masker))
        });
        let rows: Vec<_> = rows.collect();
        for row in &rows {
            if self.transcript_panes.contains_key(&row.id()) {
                self.learn_new_names(row);
            }
        }
        rows
    }

    /// Masks the messages of a session anew, if its row names others than before.
    fn learn_new_names(&mut self, row: &Session) {
        if self.transcript_panes.contains_key(&row.id) && self.learn_row(row) {
            let messages = self.original_messages(row.id);
            self.learn_messages(row.id, messages.iter().map(|it| &**it));
            self.replace_messages(row.id);
        }
    }

    fn mask_messages(
        &mut self,
        masker: &Masker,
        id: SessionId,
        messages: Vec<Message>,
    ) -> Vec<Message> {
        if !self.privacy.known.contains_key(&id) {
            let panes = &self.transcript_panes;
            self.privacy.known.retain(|id, _| panes.contains_key(id));
            self.learn_session(id);
        }
        if self.learn_messages(id, &messages) {
            self.replace_messages(id);
        }
        let known = &self.privacy.known.entry(id).or_default().all;
        let messages = messages.into_iter();
        messages
            .map(|message| mask_message(masker, &message.into(), known))
            .collect()
    }

    /// Masks a hit by what is known of its session; `None` for a session that is neither listed nor open: a hit
    /// alone does not tell whose names its text may have.
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
    fn mask_coverage(&self, masker: &Masker, mut coverage: SearchCoverage) -> SearchCoverage {
        if let SearchMethod::Lists(lists) = &mut coverage.method {
            lists.why = self.mask_sentence(masker, None, &lists.why);
        }
        let incomplete = coverage.incomplete.take();
        coverage.incomplete = incomplete.map(|why| self.mask_sentence(masker, None, &why));
        coverage
    }

    /// Masks the errors that are shown already.
    pub(super) fn mask_errors(&mut self, masker: &Masker) {
        for feed in [Feed::List, Feed::Messages] {
            let why = self.status.freshness(feed, self.now).why();
            if let Some(why) = why {
                let shown = self.mask_sentence(masker, self.open_session_id(), why);
                let feed = self.status.feed_mut(feed);
                feed.reword(|state| mask_state(state, |_| shown.clone()));
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
    fn mask_error(&self, masker: &Masker, error: &ApiError) -> ApiError {
        error.map_why(|why| self.mask_sentence(masker, self.open_session_id(), why))
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

fn mask_state(state: ConnectionState, mask: impl Fn(&str) -> String) -> ConnectionState {
    match state {
        ConnectionState::Retrying {
            after,
            why,
            is_pause,
        } => ConnectionState::Retrying {
            after,
            why: mask(&why),
            is_pause,
        },
        ConnectionState::SignedOut { after, why } => ConnectionState::SignedOut {
            after,
            why: mask(&why),
        },
        ConnectionState::Stopped { why } => ConnectionState::Stopped { why: mask(&why) },
        state @ (ConnectionState::Connecting | ConnectionState::Live | ConnectionState::Slow) => {
            state
        }
    }
}
