//! When the person is called: a customer begins to wait, or a watched session moves.
//!
//! Pure: answers in, sentences out. What an answer tells for the first time is known from then on and
//! no news; the first answer of a scope, or after signing in again, therefore calls nobody. A session
//! calls once in a while at most, with names and no word of what was said.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::App;
use super::effect::Effect;
use super::event::{ConnectionState, Event, Feed};
use crate::chat::{
    Message, MessageId, ReadState, Scope, Session, SessionId, SessionPage, Stage, Timestamp,
};

/// A session calls once in this time at most.
const NOTIFY_INTERVAL: TimeDelta = TimeDelta::seconds(60);

/// What was known when the person was last called.
#[derive(Clone, Debug, Default)]
pub(super) struct Notifications {
    /// How the sessions of the scope stood; `None` before the first answer.
    snapshots: Option<HashMap<SessionId, SessionSnapshot>>,
    /// The newest message of each watched session, once it was read to its end.
    last_seen: HashMap<SessionId, LastSeen>,
    /// When each session last called.
    notified_at: HashMap<SessionId, Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SessionSnapshot {
    stage: Stage,
    last_activity: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct LastSeen {
    id: MessageId,
    is_complete: bool,
}

/// What the person cares for: nobody is called for what is looked at, more for what is watched.
#[derive(Clone, Copy)]
struct NotificationContext<'a> {
    /// The session on the screen of a window that has the keyboard.
    visible_session: Option<SessionId>,
    /// What is watched.
    read_state: &'a ReadState,
    /// The time.
    now: Timestamp,
}

impl Notifications {
    /// Takes the next answer for the first: another scope, or signed in anew.
    pub(super) fn restart(&mut self) {
        self.snapshots = None;
    }

    /// Takes in a list of sessions, the first page of those in pages; answers with what to call out.
    fn on_session_list(
        &mut self,
        scope: Scope,
        listing: &SessionPage,
        context: NotificationContext<'_>,
    ) -> Vec<String> {
        let is_first = self.snapshots.is_none();
        let before = self.snapshots.take().unwrap_or_default();
        // What comes up from below the first page was there all the time.
        let highest = before.keys().max().filter(|_| scope == Scope::All);
        let mut now = HashMap::new();
        let mut notifications = Vec::new();
        for session in &listing.sessions {
            let current = SessionSnapshot {
                stage: session.status.stage(),
                last_activity: session.last_activity,
            };
            now.insert(session.id, current);
            let previous = before.get(&session.id);
            let waits = matches!(current.stage, Stage::NeedsReply | Stage::Queued);
            let is_new_stage = match previous {
                Some(was) => was.stage != current.stage,
                None => !is_first && highest.is_none_or(|highest| session.id > *highest),
            };
            // An agent's answer is nobody's news.
            let moved =
                previous.is_some_and(|was| *was != current) && current.stage != Stage::Active;
            if waits && is_new_stage {
                notifications.extend(self.notify_once(session.id, waiting_text(session), context));
            } else if moved && context.read_state.is_watched(session.id) {
                let text = news_text(session.id, Some(session));
                notifications.extend(self.notify_once(session.id, text, context));
            }
        }
        if scope == Scope::All {
            // What was on the page may be missing in one answer; what is below it does not come again.
            let lowest = now.keys().min().copied().unwrap_or_default();
            let on_page = before.into_iter().filter(|(id, _)| *id >= lowest);
            now = on_page.chain(now).collect();
        }
        self.snapshots = Some(now);
        notifications
    }

    /// Takes in messages of a session, of which `held` is the newest held if it was read to its end;
    /// answers with what to call out.
    fn on_messages(
        &mut self,
        id: SessionId,
        session: Option<&Session>,
        newest_id: Option<MessageId>,
        messages: &[Message],
        context: NotificationContext<'_>,
    ) -> Option<String> {
        if !context.read_state.is_watched(id) {
            self.last_seen.remove(&id);
            return None;
        }
        let newest = self.last_seen.entry(id).or_insert(LastSeen {
            id: newest_id.unwrap_or_default(),
            is_complete: newest_id.is_some(),
        });
        let is_news = |message: &Message| message.id > newest.id && message.is_news();
        let has_news = newest.is_complete && messages.iter().any(is_news);
        let highest = messages.iter().map(|message| message.id).max();
        newest.id = newest.id.max(highest.unwrap_or_default());
        if has_news {
            return self.notify_once(id, news_text(id, session), context);
        }
        None
    }

    /// Notes that a session was read to its end: what comes now is new.
    fn on_messages_complete(&mut self, id: SessionId) {
        if let Some(newest) = self.last_seen.get_mut(&id) {
            newest.is_complete = true;
        }
    }

    fn notify_once(
        &mut self,
        id: SessionId,
        text: String,
        context: NotificationContext<'_>,
    ) -> Option<String> {
        let now = context.now;
        self.notified_at
            .retain(|_, called| now < *called + NOTIFY_INTERVAL);
        if context.visible_session == Some(id) || self.notified_at.contains_key(&id) {
            return None;
        }
        self.notified_at.insert(id, now);
        Some(text)
    }
}

impl App {
    /// What there is to call the person for in a fact that is about to be taken in.
    pub(super) fn collect_notifications(&mut self, event: &Event) -> Vec<Effect> {
        let context = NotificationContext {
            visible_session: self
                .open_session_id()
                .filter(|_| self.is_user_viewing_transcript()),
            read_state: &self.read_state,
            now: self.now,
        };
        let notifications = match event {
            Event::SessionsListed {
                scope,
                below: None,
                listing,
            } if *scope == self.session_list.scope() => {
                self.notifications.on_session_list(*scope, listing, context)
            }
            Event::MessagesArrived {
                session, messages, ..
            }
            | Event::MessagesComplete {
                session, messages, ..
            } => {
                let known = self.session_list.get(*session);
                let loaded = self
                    .transcript_panes
                    .get(session)
                    .filter(|it| it.is_fully_loaded());
                let newest_id = loaded.map(|pane| pane.transcript().max_id());
                let notification =
                    (self.notifications).on_messages(*session, known, newest_id, messages, context);
                if matches!(event, Event::MessagesComplete { .. }) {
                    self.notifications.on_messages_complete(*session);
                }
                notification.into_iter().collect()
            }
            Event::LinkChanged {
                feed: Feed::List,
                state: ConnectionState::SignedOut { .. },
                ..
            } => {
                self.notifications.restart();
                Vec::new()
            }
            _ => Vec::new(),
        };
        notifications.into_iter().map(Effect::Notify).collect()
    }
}

fn waiting_text(session: &Session) -> String {
    format!("{} waits{}", session.title(), channel_suffix(session))
}

fn news_text(id: SessionId, session: Option<&Session>) -> String {
    match session {
        Some(session) => format!("News from {}{}", session.title(), channel_suffix(session)),
        None => format!("News in session {id}"),
    }
}

fn channel_suffix(session: &Session) -> String {
    match session.channel.name.as_str() {
        "" => String::new(),
        channel => format!(" in {channel}"),
    }
}
