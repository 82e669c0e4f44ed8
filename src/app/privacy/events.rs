//! Masks the events that bring sessions and messages, before anything else sees them.

use super::super::App;
use super::super::event::Event;
use super::names::{mask_message, mask_session, original_session};
use crate::chat::{Message, Session, SessionId};
use crate::sync::{ApiError, ConnectionState, SyncEvent};
use crate::text::Masker;

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
                listing.sessions = self.mask_rows(&masker, listing.sessions);
                SyncEvent::SessionsListed {
                    scope,
                    below,
                    listing,
                }
            }
            SyncEvent::SessionFetched(session) => {
                let mut rows = self.mask_rows(&masker, vec![*session]);
                let session = rows.pop().expect("one row is masked to one");
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
                coverage,
                messages,
            } => SyncEvent::MessagesComplete {
                session,
                request_id,
                coverage,
                messages: self.mask_messages(&masker, session, messages),
            },
            SyncEvent::ConversationsFetched { customer, result } => {
                SyncEvent::ConversationsFetched {
                    customer,
                    result: match result {
                        Ok(rows) => Ok(self.mask_rows(&masker, rows)),
                        Err(error) => Err(mask_error(&masker, &error)),
                    },
                }
            }
            SyncEvent::PresenceFetched(result) => SyncEvent::PresenceFetched(match result {
                Ok(agents) => Ok(agents.iter().map(|it| masker.mask_presence(it)).collect()),
                Err(error) => Err(mask_error(&masker, &error)),
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
            SyncEvent::SignedIn(me) => {
                let shown = masker.mask_agent(&me);
                self.privacy.me = Some(me);
                SyncEvent::SignedIn(shown)
            }
            SyncEvent::SessionUnavailable { session, why } => SyncEvent::SessionUnavailable {
                session,
                why: masker.mask_mails(&why),
            },
            SyncEvent::ConnectionChanged {
                feed,
                session,
                state,
            } => SyncEvent::ConnectionChanged {
                feed,
                session,
                state: mask_state(&masker, state),
            },
            event @ (SyncEvent::UserZoneFetched(_)
            | SyncEvent::ZonesListed(_)
            | SyncEvent::Notice(_)) => event,
        })
    }

    /// Masks rows of the list; one that is as before keeps its masked form.
    fn mask_rows(&mut self, masker: &Masker, rows: Vec<Session>) -> Vec<Session> {
        let rows = rows.into_iter().map(|row| {
            let known = self.session_list.get(row.id);
            let same = known.filter(|known| original_session(known) == &row);
            same.cloned().unwrap_or_else(|| mask_session(masker, &row))
        });
        let rows: Vec<_> = rows.collect();
        for row in &rows {
            if self.transcript_panes.contains_key(&row.id) && self.learn_row(row) {
                let messages = self.original_messages(row.id);
                self.learn_messages(row.id, messages.iter().map(|it| &**it));
                self.replace_messages(row.id);
            }
        }
        rows
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
}

fn mask_state(masker: &Masker, state: ConnectionState) -> ConnectionState {
    match state {
        ConnectionState::Retrying { after, why } => ConnectionState::Retrying {
            after,
            why: masker.mask_mails(&why),
        },
        ConnectionState::SignedOut { after, why } => ConnectionState::SignedOut {
            after,
            why: masker.mask_mails(&why),
        },
        ConnectionState::Stopped { why } => ConnectionState::Stopped {
            why: masker.mask_mails(&why),
        },
        state @ (ConnectionState::Connecting | ConnectionState::Live | ConnectionState::Slow) => {
            state
        }
    }
}

fn mask_error(masker: &Masker, error: &ApiError) -> ApiError {
    error.map_why(|why| masker.mask_mails(why))
}
