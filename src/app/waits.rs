//! Waits: which transcripts are read to make them exact, and what is stored for the next run.

use chrono::TimeDelta;

use super::App;
use super::effect::Effect;
use crate::chat::{ReadState, SessionId, Timestamp, TurnScan, WaitRead};
use crate::sync::SyncCommand;
use crate::text::ListedSession;

/// Reads that are passed on at a time: they are made one a second, and the order may change.
const MAX_READS: usize = 16;
/// Waits are stored this often at most: in a busy service some change every second.
const SAVE_INTERVAL: TimeDelta = TimeDelta::seconds(15);

/// Waits stay in memory for this long, as they do in the file.
const KEPT_FOR: TimeDelta = TimeDelta::days(1);

#[derive(Clone, Debug, Default)]
pub(super) struct WaitRequests {
    /// The reads passed on last.
    passed_on: Vec<WaitRead>,
    /// When waits were stored last, by our clock.
    saved_at: Option<Timestamp>,
}

impl App {
    /// Records rows of the live list, before the list shows them.
    pub(super) fn observe_waits(&mut self, rows: &[ListedSession]) {
        let (now, records) = (self.now, &self.read_state.waits);
        self.session_list.observe_waits(rows, now, records);
    }

    /// A transcript was read for a wait.
    pub(super) fn on_wait_read(
        &mut self,
        session: SessionId,
        scan: Option<TurnScan>,
    ) -> Vec<Effect> {
        // The read is complete, or passed on again if it is due.
        let passed_on = &mut self.wait_requests.passed_on;
        passed_on.retain(|read| read.session != session);
        match scan {
            Some(scan) => self.apply_turn_scan(session, scan),
            None => self.session_list.on_wait_read_failed(session, self.now),
        }
        self.request_wait_reads()
    }

    /// Updates a wait from a transcript that is polled anyway.
    pub(super) fn update_wait_from_transcript(&mut self, session: SessionId) {
        if let Some(pane) = self.loaded_pane(session) {
            let scan = TurnScan::of_transcript(pane.transcript(), self.now);
            self.apply_turn_scan(session, scan);
        }
    }

    fn apply_turn_scan(&mut self, session: SessionId, scan: TurnScan) {
        let now = self.now;
        self.dirty |= self.session_list.apply_turn_scan(session, scan, now);
    }

    /// Passes on which transcripts to read, where that has changed.
    pub(super) fn request_wait_reads(&mut self) -> Vec<Effect> {
        let mut reads = self.session_list.wait_reads(self.now, MAX_READS);
        let open = self.open_session_id();
        reads.retain(|read| Some(read.session) != open);
        if reads == self.wait_requests.passed_on {
            return Vec::new();
        }
        self.wait_requests.passed_on.clone_from(&reads);
        let now = self.now;
        vec![Effect::Sync(SyncCommand::ReadWaits { reads, now })]
    }

    /// Stores the exact waits that have changed, if it is time to.
    pub(super) fn save_waits_if_due(&mut self) -> Option<Effect> {
        let now = self.local_now();
        let saved_at = self.wait_requests.saved_at;
        let is_due = saved_at.is_none_or(|at| at + SAVE_INTERVAL <= now || at > now);
        is_due.then(|| self.save_waits()).flatten()
    }

    pub(super) fn save_waits(&mut self) -> Option<Effect> {
        // Before the state is loaded it is not known what is stored.
        self.read_state.since?;
        let stored = &self.read_state.waits;
        let records = self.session_list.wait_records();
        let waits = records.filter(|(id, record)| stored.get(id) != Some(record));
        let changes = ReadState::for_waits(waits.collect());
        self.read_state.forget_waits_before(self.now - KEPT_FOR);
        if changes.waits.is_empty() {
            return None;
        }
        self.wait_requests.saved_at = Some(self.local_now());
        self.read_state.merge(&changes);
        Some(Effect::SaveReadState(changes))
    }
}
