//! Notifications of waits that pass a threshold: each level once a wait, at the moment it is passed.
//!
//! A threshold that a wait had passed before its session was seen, or that a correction of the wait shows
//! to have been passed earlier, does not notify.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::channel_suffix;
use crate::app::App;
use crate::app::effect::Effect;
use crate::app::status::{Feed, Freshness};
use crate::chat::{Session, SessionId, Stage, Timestamp, Wait, WaitLevel};
use crate::text::time_format::format_wait;

#[derive(Clone, Debug, Default)]
pub(super) struct LevelNotifications {
    sessions: HashMap<SessionId, WaitingSession>,
    /// When the next wait passes a threshold.
    next_check: Option<Timestamp>,
}

/// A session that waits in one stage.
#[derive(Clone, Copy, Debug)]
struct WaitingSession {
    stage: Stage,
    first_seen: Timestamp,
    /// The level that notified last, and when.
    notified: Option<(WaitLevel, Timestamp)>,
}

impl LevelNotifications {
    /// The clock of the service turns out to be ahead by this much more.
    pub(super) fn on_clock_moved(&mut self, by: TimeDelta) {
        for session in self.sessions.values_mut() {
            session.first_seen += by;
            session.notified = session.notified.map(|(level, at)| (level, at + by));
        }
    }
}

impl WaitingSession {
    fn new(stage: Stage, now: Timestamp) -> Self {
        Self {
            stage,
            first_seen: now,
            notified: None,
        }
    }

    /// Drops the notifications of an earlier wait: the session was answered between two responses.
    fn on_wait(&mut self, wait: Wait) {
        self.notified = self.notified.filter(|(_, at)| wait.since <= *at);
    }
}

impl App {
    /// When a wait passes a threshold and notifies, by the clock of the service.
    pub(in crate::app) fn next_level_notification(&self) -> Option<Timestamp> {
        self.notifications.levels.next_check
    }

    /// The notifications of waits that have passed a threshold, after a change of waits or when one is due.
    pub(in crate::app) fn notify_of_wait_levels(&mut self) -> Vec<Effect> {
        let now = self.now;
        let due = self.notifications.levels.next_check;
        let is_due = due.is_some_and(|due| due <= now);
        if !self.session_list.take_waits_changed() && !is_due {
            return Vec::new();
        }
        let before = std::mem::take(&mut self.notifications.levels);
        // Without automatic polling nothing notifies: the customer may have been answered long ago.
        let freshness = self.status.freshness(Feed::List, self.local_now());
        let is_snapshot = matches!(freshness, Freshness::Snapshot(_));
        // Nor does old data: a threshold passed meanwhile notifies when the service responds again.
        let is_current = !self.are_live_rows_stale();
        if self.notifications.snapshots.is_empty() || is_snapshot {
            return Vec::new();
        }
        let visible_session = self.visible_session();
        let mut after = LevelNotifications::default();
        let mut effects = Vec::new();
        for (row, stage, wait) in self.session_list.waiting() {
            let Some(wait) = wait else {
                continue;
            };
            let session = row.unmasked();
            let thresholds = self.session_list.thresholds(session);
            let known = before.sessions.get(&session.id).copied();
            let known = known.filter(|known| known.stage == stage);
            let mut waiting = known.unwrap_or_else(|| WaitingSession::new(stage, now));
            waiting.on_wait(wait);
            let level = thresholds.level(wait.since, now);
            let is_higher = waiting.notified.is_none_or(|(before, _)| level > before);
            let reached_at = thresholds.reached_at(level, wait.since);
            if is_current && is_higher && reached_at > Some(waiting.first_seen) {
                waiting.notified = Some((level, now));
                let is_wanted = self.read_state.is_watched(session.id)
                    || self.notifications.is_of_channel(Some(session));
                if visible_session != Some(session.id) && is_wanted {
                    effects.push(self.notify(session.id, wait_text(row, wait, now)));
                }
            }
            let next = thresholds.next_change(wait.since, now);
            after.next_check = after.next_check.into_iter().chain(next).min();
            after.sessions.insert(session.id, waiting);
        }
        self.notifications.levels = after;
        effects
    }
}

fn wait_text(session: &Session, wait: Wait, now: Timestamp) -> String {
    let place = match session.stage() {
        Stage::Queued => "in the queue",
        _ => "for a reply",
    };
    let (title, age) = (session.title(), format_wait(wait, now));
    format!(
        "{title} has waited {age} {place}{}",
        channel_suffix(session)
    )
}
