//! Reading progress of a session: its cursor, and when it is read from its start again.
//!
//! Between re-reads only the newest messages are requested, so a row committed late far below them,
//! an edit and a removal are found by reading everything again: a minute after opening, then every five
//! minutes, and at once where a response shows that the service no longer has what it had.

use std::time::Duration;

use tokio::time::Instant;

use super::cursor::PullCursor;
use super::pull::{Pull, PullReport, PullStart};

/// A session is read from its start again this long after it was opened.
const FIRST_REREAD_AFTER: Duration = Duration::from_mins(1);
/// After that, a session is read from its start again at this interval.
const REREAD_INTERVAL: Duration = Duration::from_mins(5);
/// A failed re-read is repeated after this long; until then new messages do not wait for it.
const FAILED_REREAD_DELAY: Duration = Duration::from_mins(1);
/// Re-reading may take at most a tenth of the time.
const INVERSE_REREAD_SHARE: u32 = 10;
/// Responses that repeat everything, unasked for, may take at most a hundredth of the time.
const INVERSE_RESEND_SHARE: u32 = 100;

#[derive(Debug)]
pub(crate) struct PullProgress {
    pub(super) cursor: PullCursor,
    /// The next re-read by the timer.
    reread_at: Instant,
    /// Since when the user, or a response that needs it, has requested a re-read. The timer continues.
    reread_requested_at: Option<Instant>,
    /// No re-read before this: the last one took long.
    no_reread_before: Instant,
    /// No automatic pull before this: the service sends everything every time.
    paused_until: Option<Instant>,
}

impl PullProgress {
    pub(crate) fn new(cursor: PullCursor, now: Instant) -> Self {
        Self {
            cursor,
            reread_at: now + FIRST_REREAD_AFTER,
            reread_requested_at: None,
            no_reread_before: now,
            paused_until: None,
        }
    }

    /// The timer of the session continues while others are open.
    pub(super) fn on_opened(&mut self, now: Instant) {
        self.reread_at = self.reread_at.min(now + FIRST_REREAD_AFTER);
        self.paused_until = None;
    }

    /// Discards the progress.
    pub(super) fn reset(&mut self) {
        self.cursor = PullCursor::default();
    }

    /// Reads from the start with the next pull.
    pub(super) fn request_reread(&mut self, now: Instant) {
        self.reread_requested_at = Some(now);
        self.no_reread_before = now;
    }

    pub(super) fn next_cursor(&self, now: Instant) -> PullCursor {
        if now >= self.reread_at() {
            self.cursor.restart()
        } else {
            self.cursor.clone()
        }
    }

    /// When it is read from its start again.
    pub(crate) fn reread_at(&self) -> Instant {
        let requested = self.reread_requested_at.unwrap_or(self.reread_at);
        self.reread_at.min(requested).max(self.no_reread_before)
    }

    pub(crate) fn start_pull(&self, now: Instant) -> Pull {
        Pull::new(self.next_cursor(now))
    }

    pub(crate) fn on_pull(&mut self, report: PullReport, began: Instant, now: Instant) {
        if report.is_from_start() && began >= self.reread_at {
            self.reread_at = began + REREAD_INTERVAL;
        }
        if report.is_from_start() {
            self.reread_requested_at = self.reread_requested_at.filter(|at| began < *at);
            self.no_reread_before = began + report.duration * INVERSE_REREAD_SHARE;
        }
        if report.needs_reread {
            self.reread_requested_at = Some(now);
        }
        self.paused_until = Some(began + report.resend_time * INVERSE_RESEND_SHARE);
        self.cursor = report.cursor;
    }

    /// Advances the cursor only if messages arrived in order: otherwise the missing ones may have any
    /// id. Returns `true` if the pull was a re-read. One that was too large will be again.
    pub(crate) fn on_pull_failed(
        &mut self,
        report: PullReport,
        is_too_large: bool,
        began: Instant,
    ) -> bool {
        let is_reread = report.start == PullStart::Reread;
        if is_reread {
            let delay = if is_too_large {
                REREAD_INTERVAL
            } else {
                FAILED_REREAD_DELAY
            };
            self.reread_at = began + delay;
            self.reread_requested_at = None;
            self.no_reread_before = began + report.duration * INVERSE_REREAD_SHARE;
        } else if report.is_ordered {
            self.cursor = report.cursor;
        }
        is_reread
    }

    /// The earliest automatic pull at or after `at`.
    pub(crate) fn not_before(&self, at: Instant) -> Instant {
        self.paused_until.map_or(at, |until| until.max(at))
    }
}
