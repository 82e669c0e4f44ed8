//! Wait reads: transcripts that are read, one at a time, to find since when a session has been in its state.

use std::time::Duration;

use tokio::time::Instant;

use super::intervals::adjust_for_focus;
use super::{Query, ScheduledQuery, Scheduler};
use crate::chat::{Timestamp, WaitRead};
use crate::sync::{ErrorKind, SyncEvent};

/// Between a read for a customer who may have waited longer and the next.
const URGENT_INTERVAL: Duration = Duration::from_secs(1);
/// After any other: a busy service has one to confirm, or an answer to find, at any time.
const INTERVAL: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
pub(super) struct WaitReads {
    /// The reads in their order, the one that is scheduled included.
    wanted: Vec<WaitRead>,
    /// The time by the clock of the service, and when it was that.
    clock: Option<(Timestamp, Instant)>,
    /// No read before this.
    not_before: Option<Instant>,
    /// Failures in a row.
    failures: u32,
}

impl Scheduler {
    pub(super) fn set_wait_reads(
        &mut self,
        reads: Vec<WaitRead>,
        service_time: Timestamp,
        now: Instant,
    ) {
        self.wait_reads.wanted = reads;
        self.wait_reads.clock = Some((service_time, now));
        self.schedule_wait_read(now);
    }

    /// Schedules the first of the requested reads, unless one is in flight. Without a polled list nothing
    /// is read automatically.
    pub(super) fn schedule_wait_read(&mut self, now: Instant) {
        let is_wait = |due: &ScheduledQuery| matches!(due.query, Query::Wait(_));
        let is_in_flight = |due: &ScheduledQuery| is_wait(due) && due.in_flight.is_some();
        if self.queue.iter().any(is_in_flight) || self.intervals.list.is_none() {
            return;
        }
        self.queue.retain(|due| !is_wait(due));
        if let Some(first) = self.wait_reads.wanted.first() {
            let at = self.wait_reads.not_before.map_or(now, |at| at.max(now));
            self.schedule(Query::Wait(*first), at);
        }
    }

    /// The time by the clock of the service.
    pub(in crate::sync) fn service_time(&self, now: Instant) -> Timestamp {
        let (time, at) = self.wait_reads.clock.unwrap_or((Timestamp::default(), now));
        time + (now - at)
    }

    pub(super) fn on_wait_read_sent(&mut self, read: WaitRead, now: Instant) {
        let interval = if read.is_urgent {
            URGENT_INTERVAL
        } else {
            INTERVAL
        };
        let interval = adjust_for_focus(interval, self.is_focused);
        self.wait_reads.not_before = Some(now + interval);
    }

    /// On focus the next read need not wait as long as without.
    pub(super) fn hurry_wait_reads(&mut self, now: Instant) {
        let reads = &mut self.wait_reads;
        if reads.failures == 0 {
            reads.not_before = reads.not_before.map(|at| at.min(now + URGENT_INTERVAL));
        }
        self.schedule_wait_read(now);
    }

    /// Goes on to the next read after one that succeeded, or that is not to be tried again.
    pub(super) fn on_wait_read_done(&mut self, read: WaitRead, now: Instant) {
        let wanted = &mut self.wait_reads.wanted;
        wanted.retain(|other| other.session != read.session);
        self.wait_reads.failures = 0;
        self.queue.retain(|due| due.query != Query::Wait(read));
        self.schedule_wait_read(now);
    }

    /// Waits before a read is tried again; one that failed for reasons of its session is given up.
    pub(super) fn on_wait_read_failed(
        &mut self,
        read: WaitRead,
        kind: ErrorKind,
        now: Instant,
    ) -> Option<SyncEvent> {
        let is_passing = matches!(
            kind,
            ErrorKind::Network | ErrorKind::Busy { .. } | ErrorKind::Moved | ErrorKind::SignIn
        );
        if !is_passing {
            self.on_wait_read_done(read, now);
            return Some(SyncEvent::WaitRead {
                session: read.session,
                scan: None,
                recent: Vec::new(),
            });
        }
        let reads = &mut self.wait_reads;
        reads.failures += 1;
        let retry_at = now + kind.retry_delay(reads.failures, self.seed);
        reads.not_before = reads.not_before.max(Some(retry_at));
        self.schedule_wait_read(now);
        None
    }

    /// Returns `true` while the list cannot be requested: then no transcript can, either.
    pub(super) fn is_list_failing(&self) -> bool {
        let is_list = |due: &&ScheduledQuery| matches!(due.query, Query::List { below: None, .. });
        let lists = self.queue.iter().filter(is_list);
        lists.into_iter().any(|due| due.failures > 0)
    }
}
