//! When the person is called: a customer begins to wait, or a watched session moves.
//!
//! Pure: answers in, sentences out. What an answer tells for the first time is known from then on and
//! no news; the first answer of a scope, or after signing in again, therefore calls nobody. A session
//! calls once in a while at most, with names and no word of what was said.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::App;
use super::effect::Effect;
use super::event::{Event, Lane, Link};
use crate::chat::{
    SessionPage, ReadState, MessageId, Timestamp, Page, Said, Scope, Session, SessionId, Stage,
};

/// A session calls once in this time at most.
const CALLS_EVERY: TimeDelta = TimeDelta::seconds(60);

/// What was known when the person was last called.
#[derive(Clone, Debug, Default)]
pub(super) struct Attention {
    /// How the sessions of the scope stood; `None` before the first answer.
    stood: Option<HashMap<SessionId, Stood>>,
    /// The newest message of each watched session, once it was read to its end.
    newest: HashMap<SessionId, Newest>,
    /// When each session last called.
    called: HashMap<SessionId, Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stood {
    stage: Stage,
    active: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Newest {
    id: MessageId,
    is_complete: bool,
}

/// What the person cares for: nobody is called for what is looked at, more for what is watched.
#[derive(Clone, Copy)]
struct Interest<'a> {
    /// The session on the screen of a window that has the keyboard.
    looks_at: Option<SessionId>,
    /// What is watched.
    marks: &'a ReadState,
    /// The time.
    now: Timestamp,
}

impl Attention {
    /// Takes the next answer for the first: another scope, or signed in anew.
    pub(super) fn restart(&mut self) {
        self.stood = None;
    }

    /// Takes in a list of sessions, the first page of those in pages; answers with what to call out.
    fn listed(&mut self, scope: Scope, listing: &SessionPage, interest: Interest<'_>) -> Vec<String> {
        let is_first = self.stood.is_none();
        let before = self.stood.take().unwrap_or_default();
        // What comes up from below the first page was there all the time.
        let highest = before.keys().max().filter(|_| scope == Scope::All);
        let mut now = HashMap::new();
        let mut calls = Vec::new();
        for session in &listing.sessions {
            let stands = Stood {
                stage: session.status.stage(),
                active: session.last_activity,
            };
            now.insert(session.id, stands);
            let was = before.get(&session.id);
            let waits = matches!(stands.stage, Stage::NeedsReply | Stage::Queued);
            let begins = match was {
                Some(was) => was.stage != stands.stage,
                None => !is_first && highest.is_none_or(|highest| session.id > *highest),
            };
            // An agent's answer is nobody's news.
            let moved = was.is_some_and(|was| *was != stands) && stands.stage != Stage::Active;
            if waits && begins {
                calls.extend(self.call(session.id, waits_words(session), interest));
            } else if moved && interest.marks.is_watched(session.id) {
                let words = news_words(session.id, Some(session));
                calls.extend(self.call(session.id, words, interest));
            }
        }
        if scope == Scope::All {
            // What was on the page may be missing in one answer; what is below it does not come again.
            let lowest = now.keys().min().copied().unwrap_or_default();
            let on_page = before.into_iter().filter(|(id, _)| *id >= lowest);
            now = on_page.chain(now).collect();
        }
        self.stood = Some(now);
        calls
    }

    /// Takes in messages of a session, of which `held` is the newest held if it was read to its end;
    /// answers with what to call out.
    fn arrived(
        &mut self,
        id: SessionId,
        session: Option<&Session>,
        held: Option<MessageId>,
        messages: &Page,
        interest: Interest<'_>,
    ) -> Option<String> {
        if !interest.marks.is_watched(id) {
            self.newest.remove(&id);
            return None;
        }
        let newest = self.newest.entry(id).or_insert(Newest {
            id: held.unwrap_or_default(),
            is_complete: held.is_some(),
        });
        let is_news = |message: Said<'_>| message.id > newest.id && message.is_news();
        let has_news = newest.is_complete && messages.iter().any(is_news);
        let highest = messages.ids().max();
        newest.id = newest.id.max(highest.unwrap_or_default());
        if has_news {
            return self.call(id, news_words(id, session), interest);
        }
        None
    }

    /// Notes that a session was read to its end: what comes now is new.
    fn caught_up(&mut self, id: SessionId) {
        if let Some(newest) = self.newest.get_mut(&id) {
            newest.is_complete = true;
        }
    }

    fn call(&mut self, id: SessionId, words: String, interest: Interest<'_>) -> Option<String> {
        let now = interest.now;
        self.called.retain(|_, called| now < *called + CALLS_EVERY);
        if interest.looks_at == Some(id) || self.called.contains_key(&id) {
            return None;
        }
        self.called.insert(id, now);
        Some(words)
    }
}

impl App {
    /// What there is to call the person for in a fact that is about to be taken in.
    pub(super) fn attend(&mut self, event: &Event) -> Vec<Effect> {
        let interest = Interest {
            looks_at: self.open_id().filter(|_| self.looks_at_reader()),
            marks: &self.marks,
            now: self.now,
        };
        let calls = match event {
            Event::SessionsListed {
                scope,
                below: None,
                listing,
            } if *scope == self.sessions.scope() => {
                self.attention.listed(*scope, listing, interest)
            }
            Event::MessagesArrived {
                session, messages, ..
            }
            | Event::CaughtUp {
                session, messages, ..
            } => {
                let known = self.sessions.get(*session);
                let held = self.readers.get(session).filter(|it| it.is_caught_up());
                let held = held.map(|reader| reader.transcript().max_id());
                let call = (self.attention).arrived(*session, known, held, messages, interest);
                if matches!(event, Event::CaughtUp { .. }) {
                    self.attention.caught_up(*session);
                }
                call.into_iter().collect()
            }
            Event::LinkChanged {
                lane: Lane::List,
                link: Link::SignedOut { .. },
                ..
            } => {
                self.attention.restart();
                Vec::new()
            }
            _ => Vec::new(),
        };
        calls.into_iter().map(Effect::Call).collect()
    }
}

fn waits_words(session: &Session) -> String {
    format!("{} waits{}", session.title(), place(session))
}

fn news_words(id: SessionId, session: Option<&Session>) -> String {
    match session {
        Some(session) => format!("News from {}{}", session.title(), place(session)),
        None => format!("News in session {id}"),
    }
}

fn place(session: &Session) -> String {
    match session.channel.name.as_str() {
        "" => String::new(),
        channel => format!(" in {channel}"),
    }
}
