//! What is known of a session that is kept up with: how far it was read, how its row stood, and when
//! it has to be read from its start again.

use std::time::Duration;

use tokio::time::Instant;

use super::feed::Row;
use super::pace;
use crate::sync::pull::Pulled;
use crate::sync::tail::Tail;

/// A session that was asked for.
#[derive(Debug)]
pub(super) struct Kept {
    tail: Tail,
    pub(super) row: Option<Row>,
    /// When it was opened last, if it ever was.
    pub(super) opened: Option<Instant>,
    /// When it was opened or was last seen to move.
    pub(super) stirred: Instant,
    /// When it is to be read from its start again, while it is open.
    reread: Instant,
    /// Nobody but the person may ask before: the service sends everything every time.
    rests_until: Option<Instant>,
}

impl Kept {
    /// Begins to be kept up with.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            tail: Tail::default(),
            row: None,
            opened: None,
            stirred: now,
            reread: pace::reread(now, now, Duration::ZERO),
            rests_until: None,
        }
    }

    /// Notes that it was opened; what is held of it is found wanting after a while.
    pub(super) fn open(&mut self, now: Instant) {
        let tail = std::mem::take(&mut self.tail);
        let row = self.row;
        *self = Self {
            tail,
            row,
            opened: Some(now),
            ..Self::new(now)
        };
    }

    /// Forgets how far it was read.
    pub(super) fn start_over(&mut self) {
        self.tail = Tail::default();
    }

    /// Wants it read from its start at the next opportunity.
    pub(super) fn doubt(&mut self, now: Instant) {
        self.reread = now;
    }

    /// What the next pull begins with.
    pub(super) fn tail(&self, is_open: bool, now: Instant) -> Tail {
        if is_open && now >= self.reread {
            self.tail.again()
        } else {
            self.tail.clone()
        }
    }

    /// Notes a row; tells whether it moved.
    pub(super) fn take_row(&mut self, row: Row, now: Instant) -> bool {
        let moved = self.row.replace(row) != Some(row);
        if moved {
            self.stirred = now;
        }
        moved
    }

    /// Notes how far a pull came that began then.
    pub(super) fn take_pull(&mut self, pulled: Pulled, began: Instant, now: Instant) {
        if pulled.tail.newest() > self.tail.newest() {
            self.stirred = now;
        }
        if pulled.from_start {
            self.reread = pace::reread(self.opened.unwrap_or(began), began, pulled.took);
        }
        self.rests_until = Some(began + pace::rest(pulled.unasked));
        self.tail = pulled.tail;
    }

    /// Notes that a pull failed: what came in order came for good. Tells whether it was one that read
    /// again, which waits for its next turn: what is new does not wait for it.
    pub(super) fn take_failure(&mut self, pulled: Pulled, began: Instant) -> bool {
        let was_again = pulled.from_start && !self.tail.is_new();
        if was_again {
            self.reread = (began + pace::WATCHED).max(began + pace::rest(pulled.took));
        } else if pulled.is_ordered {
            self.tail = pulled.tail;
        }
        was_again
    }

    /// When it may be pulled, if nothing but the passing of time asks for it.
    pub(super) fn not_before(&self, at: Instant) -> Instant {
        self.rests_until.map_or(at, |until| until.max(at))
    }
}
