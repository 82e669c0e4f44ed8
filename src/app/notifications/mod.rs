//! Notifications: a customer begins to wait or has waited long, something new happens in a watched
//! session, or a watched word is written.
//!
//! All but those of [`levels`] come from changes between responses. The first response of a scope, or after signing
//! in again, has nothing to be compared with and therefore notifies of nothing. A session notifies at
//! most once per interval, with names and without any message text; each message with a watched word
//! notifies.

mod levels;
mod words;

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;

use super::App;
use super::effect::{Effect, Notification};
use super::event::Event;
use super::privacy::original_session;
use super::session_list::SessionList;
use crate::chat::{
    Locator, Message, MessageId, ReadState, Scope, Session, SessionId, SessionPage, Stage,
    Timestamp,
};
use crate::sync::{ConnectionState, Feed, SyncEvent};
use crate::text::{ListedSession, NameField, NameFilter};
use levels::LevelNotifications;
use words::{WatchedWords, word_text};

/// A session notifies at most once in this time.
const NOTIFY_INTERVAL: TimeDelta = TimeDelta::seconds(60);

/// The settings of notifications, besides waits and watched sessions.
#[derive(Clone, Debug, Default)]
pub struct NotifySettings {
    /// Numbers, names or beginnings of the channels that notify; all of them where there are none.
    pub channels: Vec<String>,
    /// Words and phrases that notify wherever they are written.
    pub words: Vec<String>,
}

/// The state of the sessions in the last response.
#[derive(Clone, Debug)]
pub(super) struct Notifications {
    /// The channels that notify.
    channels: NameFilter,
    words: WatchedWords,
    /// The sessions of the scope, after its first response; in the scope of all sessions also the live ones.
    snapshots: HashMap<Scope, HashMap<SessionId, SessionSnapshot>>,
    /// The newest message of each watched session.
    last_seen: HashMap<SessionId, LastSeen>,
    /// When each session last notified.
    notified_at: HashMap<SessionId, Timestamp>,
    levels: LevelNotifications,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct SessionSnapshot {
    stage: Stage,
    last_activity: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct LastSeen {
    id: MessageId,
    /// Whether the session was read to its end, so that any newer message is new.
    is_complete: bool,
}

/// What the user sees and watches: a visible session does not notify, a watched one notifies of more.
#[derive(Clone, Copy)]
struct NotificationContext<'a> {
    /// The open session, if the window has the focus and shows it.
    visible_session: Option<SessionId>,
    read_state: &'a ReadState,
    now: Timestamp,
}

impl Notifications {
    pub(super) fn new(settings: &NotifySettings, now: Timestamp) -> Self {
        Self {
            channels: NameFilter::new(NameField::Channel, &settings.channels),
            words: WatchedWords::new(&settings.words, now),
            snapshots: HashMap::new(),
            last_seen: HashMap::new(),
            notified_at: HashMap::new(),
            levels: LevelNotifications::default(),
        }
    }

    /// Returns `true` if the channel of a session notifies; that of one that is not listed may. The
    /// configuration has its own name, also while privacy is on.
    fn is_of_channel(&self, session: Option<&Session>) -> bool {
        session.is_none_or(|session| self.channels.matches(original_session(session)))
    }

    /// Treats the next response as the first: after a change of scope, or signing in again.
    pub(super) fn restart(&mut self) {
        self.snapshots.clear();
        self.levels = LevelNotifications::default();
    }

    /// The clock of the service turns out to be ahead by this much more.
    pub(super) fn on_clock_moved(&mut self, by: TimeDelta) {
        self.levels.on_clock_moved(by);
        self.words.on_clock_moved(by);
    }

    /// Looks for watched words in the last messages of a list, of which `before` has those shown so far.
    fn find_words_in_list(
        &mut self,
        listing: &SessionPage<ListedSession>,
        before: &SessionList,
        context: NotificationContext<'_>,
    ) -> Vec<(SessionId, String)> {
        if self.words.is_empty() {
            return Vec::new();
        }
        let mut notifications = Vec::new();
        for row in &listing.sessions {
            let known = before.get(row.id()).map(|row| row.last_message.as_str());
            let word = self.words.find_in_row(row, known).map(str::to_owned);
            notifications.extend(self.notify_of_word(word, row.id(), Some(row), context));
        }
        notifications
    }

    /// Looks for watched words in messages.
    fn find_words_in_messages(
        &mut self,
        id: SessionId,
        session: Option<&Session>,
        messages: &[Message],
        context: NotificationContext<'_>,
    ) -> Option<(SessionId, String)> {
        let word = self.words.find_in_messages(id, messages).map(str::to_owned);
        self.notify_of_word(word, id, session, context)
    }

    /// The notification of a word that was found. Its message needs no other one.
    fn notify_of_word(
        &mut self,
        word: Option<String>,
        id: SessionId,
        session: Option<&Session>,
        context: NotificationContext<'_>,
    ) -> Option<(SessionId, String)> {
        let word = word.filter(|_| context.visible_session != Some(id))?;
        self.notified_at.insert(id, context.now);
        Some((id, word_text(&word, id, session)))
    }

    /// Compares a list of sessions, or its first page, with the one before. Returns the notifications.
    fn on_session_list(
        &mut self,
        scope: Scope,
        listing: &SessionPage<ListedSession>,
        context: NotificationContext<'_>,
    ) -> Vec<(SessionId, String)> {
        let before = self.snapshots.remove(&scope);
        let is_first = before.is_none();
        let before = before.unwrap_or_default();
        let at = context.now;
        (self.notified_at).retain(|_, notified| at < *notified + NOTIFY_INTERVAL);
        // A session that moves up to the first page is not a new one.
        let highest = before.keys().max().filter(|_| scope == Scope::All);
        let mut now = HashMap::with_capacity(listing.sessions.len());
        let mut notifications = Vec::new();
        for row in &listing.sessions {
            let session = row.unmasked();
            let current = SessionSnapshot {
                stage: session.stage(),
                last_activity: session.last_activity,
            };
            now.insert(session.id, current);
            let previous = before.get(&session.id);
            let waits = current.stage.is_waiting();
            let is_new_stage = match previous {
                Some(was) => was.stage != current.stage,
                None => !is_first && highest.is_none_or(|highest| session.id > *highest),
            };
            // A reply by an agent does not notify.
            let moved =
                previous.is_some_and(|was| *was != current) && current.stage != Stage::Answered;
            if waits && is_new_stage {
                let text = || waiting_text(row);
                notifications.extend(self.notify_once(session.id, text, context));
            } else if moved && context.read_state.is_watched(session.id) {
                let text = || new_message_text(session.id, Some(row));
                notifications.extend(self.notify_once(session.id, text, context));
            }
        }
        if scope == Scope::All {
            // A session may be missing from one response, so those on the page stay. Those below
            // it are not listed again and would accumulate.
            let lowest = now.keys().min().copied().unwrap_or_default();
            let on_page = before.into_iter().filter(|(id, _)| *id >= lowest);
            now = on_page.chain(now).collect();
        }
        self.snapshots.insert(scope, now);
        notifications
    }

    /// Handles messages of a session. `newest_id` is the newest one so far, if the session was read
    /// to its end. Returns the notification.
    fn on_messages(
        &mut self,
        id: SessionId,
        session: Option<&Session>,
        newest_id: Option<MessageId>,
        messages: &[Message],
        context: NotificationContext<'_>,
    ) -> Option<(SessionId, String)> {
        let by_word = self.find_words_in_messages(id, session, messages, context);
        let by_message = self.watch_messages(id, session, newest_id, messages, context);
        by_word.or(by_message)
    }

    /// The notification of a watched session.
    fn watch_messages(
        &mut self,
        id: SessionId,
        session: Option<&Session>,
        newest_id: Option<MessageId>,
        messages: &[Message],
        context: NotificationContext<'_>,
    ) -> Option<(SessionId, String)> {
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
            return self.notify_once(id, || new_message_text(id, session), context);
        }
        None
    }

    fn notify_once(
        &mut self,
        id: SessionId,
        text: impl FnOnce() -> String,
        context: NotificationContext<'_>,
    ) -> Option<(SessionId, String)> {
        let now = context.now;
        let is_recent = |notified: &Timestamp| now < *notified + NOTIFY_INTERVAL;
        if context.visible_session == Some(id) || self.notified_at.get(&id).is_some_and(is_recent) {
            return None;
        }
        self.notified_at.insert(id, now);
        Some((id, text()))
    }
}

impl App {
    /// The notifications of an event that is about to be handled.
    pub(super) fn collect_notifications(&mut self, event: &Event) -> Vec<Effect> {
        let context = NotificationContext {
            visible_session: self.visible_session(),
            read_state: &self.read_state,
            now: self.now,
        };
        let mut listed: &[ListedSession] = &[];
        let notifications = match event {
            Event::Sync(SyncEvent::SessionsListed {
                scope,
                below,
                listing,
            }) => {
                listed = &listing.sessions;
                for row in listed {
                    self.notifications.channels.observe(row.unmasked());
                }
                let before = &self.session_list;
                let mut all = (self.notifications).find_words_in_list(listing, before, context);
                let shown = self.session_list.scope();
                let is_live = shown == Scope::All && *scope == Scope::Channels;
                if (*scope == shown || is_live) && below.is_none() {
                    all.extend(self.notifications.on_session_list(*scope, listing, context));
                }
                all
            }
            Event::Sync(
                SyncEvent::MessagesArrived {
                    session, messages, ..
                }
                | SyncEvent::MessagesComplete {
                    session, messages, ..
                },
            ) => {
                let known = self.session_list.get(*session);
                let loaded = self.loaded_pane(*session);
                let newest_id = loaded.map(|pane| pane.transcript().max_id());
                let notification =
                    (self.notifications).on_messages(*session, known, newest_id, messages, context);
                if matches!(event, Event::Sync(SyncEvent::MessagesComplete { .. }))
                    && let Some(newest) = self.notifications.last_seen.get_mut(session)
                {
                    newest.is_complete = true;
                }
                notification.into_iter().collect()
            }
            Event::Sync(SyncEvent::WaitRead {
                session, recent, ..
            }) => {
                let known = self.session_list.get(*session);
                let words =
                    (self.notifications).find_words_in_messages(*session, known, recent, context);
                words.into_iter().collect()
            }
            Event::Sync(SyncEvent::ConnectionChanged {
                feed: Feed::List,
                state: ConnectionState::SignedOut { .. },
                ..
            }) => {
                self.notifications.restart();
                Vec::new()
            }
            _ => Vec::new(),
        };
        let notified: HashSet<_> = notifications.iter().map(|(id, _)| *id).collect();
        let rows = listed.iter().filter(|row| notified.contains(&row.id()));
        let rows: HashMap<_, _> = rows.map(|row| (row.id(), row)).collect();
        let is_wanted = |(id, _): &(SessionId, String)| {
            let row = rows.get(id).copied();
            let row = row.or_else(|| self.session_list.listed(*id));
            let session = row.map(|row| &**row.unmasked());
            self.read_state.is_watched(*id) || self.notifications.is_of_channel(session)
        };
        let wanted = notifications.into_iter().filter(is_wanted);
        wanted.map(|(id, text)| self.notify(id, text)).collect()
    }

    fn notify(&self, session: SessionId, text: String) -> Effect {
        let message = None;
        let locator = self.locator_command(Locator { session, message });
        Effect::Notify(Notification { text, locator })
    }
}

fn waiting_text(session: &Session) -> String {
    format!(
        "{} {}{}",
        session.title(),
        session.state(),
        channel_suffix(session)
    )
}

fn new_message_text(id: SessionId, session: Option<&Session>) -> String {
    match session {
        Some(session) => {
            format!(
                "New message from {}{}",
                session.title(),
                channel_suffix(session)
            )
        }
        None => format!("New message in session {id}"),
    }
}

fn channel_suffix(session: &Session) -> String {
    match session.channel.name.as_str() {
        "" => String::new(),
        channel => format!(" ({channel})"),
    }
}
