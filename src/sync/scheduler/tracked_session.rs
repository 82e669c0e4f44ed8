//! Tracked session: the cursor, the fingerprint of its row, and when it is read from its start again.

use std::time::Duration;

use tokio::time::Instant;

use super::fingerprint::SessionFingerprint;
use super::intervals;
use crate::sync::cursor::PullCursor;
use crate::sync::pull::PullReport;

/// An open or watched session, or one that was open.
#[derive(Debug)]
pub(super) struct TrackedSession {
    pub(super) cursor: PullCursor,
    pub(super) fingerprint: Option<SessionFingerprint>,
    /// When it was opened last.
    pub(super) opened_at: Option<Instant>,
    /// When it was opened or last changed.
    pub(super) last_change: Instant,
    /// When it is read from its start again, while it is open.
    pub(super) reread_at: Instant,
    /// No automatic pull before this: the service sends everything every time.
    paused_until: Option<Instant>,
}

impl TrackedSession {
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

    /// Keeps the cursor; the messages stored so far are re-read after a delay.
    pub(super) fn on_opened(&mut self, now: Instant) {
        self.opened_at = Some(now);
        self.last_change = now;
        self.reread_at = intervals::next_reread(now, now, Duration::ZERO);
        self.paused_until = None;
    }

    pub(super) fn next_cursor(&self, is_open: bool, now: Instant) -> PullCursor {
        if is_open && now >= self.reread_at {
            self.cursor.restart()
        } else {
            self.cursor.clone()
        }
    }

    /// Records a row of the list; returns `true` if it changed.
    pub(super) fn on_row(&mut self, fingerprint: SessionFingerprint, now: Instant) -> bool {
        let changed = self.fingerprint.replace(fingerprint) != Some(fingerprint);
        if changed {
            self.last_change = now;
        }
        changed
    }

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

    /// Advances the cursor only if messages arrived in order: otherwise the missing ones may have any
    /// id. Returns `true` if the pull read from the start again; that waits for its next turn, so that
    /// new messages do not wait for it.
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

    /// The earliest automatic pull at or after `at`.
    pub(super) fn not_before(&self, at: Instant) -> Instant {
        self.paused_until.map_or(at, |until| until.max(at))
    }
}
