//! What is known of a session that is kept up with: how far it was read, how its row stood, and when
//! it has to be read from its start again.

use std::time::Duration;

use tokio::time::Instant;

use super::change_key::SessionFingerprint;
use super::intervals;
use crate::sync::cursor::PullCursor;
use crate::sync::pull::PullReport;

/// A session that was asked for.
#[derive(Debug)]
pub(super) struct TrackedSession {
    cursor: PullCursor,
    pub(super) fingerprint: Option<SessionFingerprint>,
    /// When it was opened last, if it ever was.
    pub(super) opened_at: Option<Instant>,
    /// When it was opened or was last seen to move.
    pub(super) last_change: Instant,
    /// When it is to be read from its start again, while it is open.
    reread_at: Instant,
    /// Nobody but the person may ask before: the service sends everything every time.
    paused_until: Option<Instant>,
}

impl TrackedSession {
    /// Begins to be kept up with.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            cursor: PullCursor::default(),
            fingerprint: None,
            opened_at: None,
            last_change: now,
            reread_at: intervals::next_reread(now, now, Duration::ZERO),
            paused_until: None,
        }
    }

    /// Notes that it was opened; what is held of it is found wanting after a while.
    pub(super) fn on_opened(&mut self, now: Instant) {
        let cursor = std::mem::take(&mut self.cursor);
        let fingerprint = self.fingerprint;
        *self = Self {
            cursor,
            fingerprint,
            opened_at: Some(now),
            ..Self::new(now)
        };
    }

    /// Forgets how far it was read.
    pub(super) fn reset_cursor(&mut self) {
        self.cursor = PullCursor::default();
    }

    /// Wants it read from its start at the next opportunity.
    pub(super) fn request_reread(&mut self, now: Instant) {
        self.reread_at = now;
    }

    /// What the next pull begins with.
    pub(super) fn next_cursor(&self, is_open: bool, now: Instant) -> PullCursor {
        if is_open && now >= self.reread_at {
            self.cursor.restart()
        } else {
            self.cursor.clone()
        }
    }

    /// Notes a row; tells whether it moved.
    pub(super) fn on_row(&mut self, fingerprint: SessionFingerprint, now: Instant) -> bool {
        let changed = self.fingerprint.replace(fingerprint) != Some(fingerprint);
        if changed {
            self.last_change = now;
        }
        changed
    }

    /// Notes how far a pull came that began then.
    pub(super) fn on_pull(&mut self, report: PullReport, began: Instant, now: Instant) {
        if report.cursor.newest() > self.cursor.newest() {
            self.last_change = now;
        }
        if report.from_start {
            self.reread_at =
                intervals::next_reread(self.opened_at.unwrap_or(began), began, report.duration);
        }
        self.paused_until = Some(began + intervals::cooldown(report.resend_time));
        self.cursor = report.cursor;
    }

    /// Notes that a pull failed: what came in order came for good. Tells whether it was one that read
    /// again, which waits for its next turn: what is new does not wait for it.
    pub(super) fn on_pull_failed(&mut self, report: PullReport, began: Instant) -> bool {
        let restarted = report.from_start && !self.cursor.is_new();
        if restarted {
            self.reread_at = (began + intervals::WATCHED_INTERVAL)
                .max(began + intervals::cooldown(report.duration));
        } else if report.is_ordered {
            self.cursor = report.cursor;
        }
        restarted
    }

    /// When it may be pulled, if nothing but the passing of time asks for it.
    pub(super) fn not_before(&self, at: Instant) -> Instant {
        self.paused_until.map_or(at, |until| until.max(at))
    }
}
