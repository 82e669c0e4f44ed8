//! Tracked session: how far it was read, and the fingerprint of its row.

use tokio::time::Instant;

use super::fingerprint::SessionFingerprint;
use crate::sync::cursor::PullCursor;
use crate::sync::progress::PullProgress;
use crate::sync::pull::PullReport;

/// An open or watched session, or one that was open.
#[derive(Debug)]
pub(super) struct TrackedSession {
    pub(super) progress: PullProgress,
    pub(super) fingerprint: Option<SessionFingerprint>,
    /// When it was opened last.
    pub(super) opened_at: Option<Instant>,
    /// When it was opened or last changed.
    pub(super) last_change: Instant,
    /// How often in a row its messages were refused: it is not there, or not ours to read.
    pub(super) refusals: u32,
}

impl TrackedSession {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            progress: PullProgress::new(PullCursor::default(), now),
            fingerprint: None,
            opened_at: None,
            last_change: now,
            refusals: 0,
        }
    }

    pub(super) fn on_opened(&mut self, now: Instant) {
        self.opened_at = Some(now);
        self.last_change = now;
        self.progress.on_opened(now);
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
        if report.cursor.newest() > self.progress.cursor.newest() {
            self.last_change = now;
        }
        self.refusals = 0;
        self.progress.on_pull(report, began, now);
    }
}
