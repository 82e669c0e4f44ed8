//! Waits of the listed sessions, and what needs attention.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::SessionList;
use crate::chat::{
    Session, SessionId, Stage, Thresholds, Timestamp, TurnScan, Wait, WaitLevel, WaitRead,
    WaitRecord, WaitRecords, WaitSummary, WaitTracker,
};
use crate::text::{ListedSession, time_format};

/// The sessions of a stage.
#[derive(Clone, Debug, Default)]
pub(crate) struct StageSummary {
    pub count: usize,
    pub waits: WaitSummary,
}

/// Why a session needs attention, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attention {
    NeedsReply,
    Queued,
    Unread,
    Watched,
}

/// How many sessions out of sight need attention: by [`Attention`], each counted once.
pub(crate) type HiddenCounts = [usize; 4];

/// The state of a row and its wait: every key needs those of all rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowWait {
    pub(super) id: SessionId,
    pub(super) stage: Stage,
    wait: Option<Wait>,
}

impl RowWait {
    /// See [`WaitTracker::urgency`].
    pub(super) fn urgency(&self) -> (Stage, i64, bool) {
        WaitTracker::urgency_of(self.stage, self.wait)
    }
}

impl SessionList {
    /// Since when a session has been in its state, as far as that is known.
    pub(crate) fn wait(&self, session: &Session) -> Option<Wait> {
        self.waits.wait(session)
    }

    pub(crate) fn wait_level(&self, session: &Session, now: Timestamp) -> WaitLevel {
        self.waits.level(session, now)
    }

    /// The thresholds for the state that a session is in.
    pub(crate) fn thresholds(&self, session: &Session) -> Thresholds {
        self.waits.thresholds(session)
    }

    /// The sessions of a stage, filtered out or not; `None` if there are none.
    pub(crate) fn stage_summary(&self, stage: Stage) -> Option<&StageSummary> {
        self.summaries.get(&stage)
    }

    /// The sessions of a stage that pass the filter; `None` if there are none.
    pub(crate) fn visible_summary(&self, stage: Stage) -> Option<&StageSummary> {
        self.visible_summaries.get(&stage)
    }

    /// When an age or a level of the rows in a pane of this height changes, or of the waits in the header.
    pub(crate) fn next_change(&self, height: u16, now: Timestamp) -> Option<Timestamp> {
        let shown = (height > 0).then(|| Self::visible_items(height));
        let rows = self.visible_rows().skip(self.offset);
        let rows = rows.take(shown.unwrap_or(0));
        // The header shows the age of the longest wait, and the worst level of all.
        let summaries = [Stage::NeedsReply, Stage::Queued]
            .into_iter()
            .flat_map(|stage| [self.stage_summary(stage), self.visible_summary(stage)])
            .flatten();
        let longest = summaries.clone().filter_map(|it| it.waits.longest());
        let ages = longest.filter_map(|wait| time_format::next_age_change(wait.since, now));
        let levels = summaries
            .flat_map(|it| it.waits.moments())
            .filter_map(|(since, thresholds)| thresholds.next_change(since, now));
        let rows = self.next_wait_change(rows, now);
        ages.map(|wait| now + wait).chain(levels).chain(rows).min()
    }

    /// When the age or the level of a wait of these rows changes.
    pub(crate) fn next_wait_change<'a>(
        &self,
        rows: impl Iterator<Item = &'a ListedSession>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let changes = rows.filter_map(|row| {
            let session = row.unmasked();
            let since = self.wait(session)?.since;
            let age = time_format::next_age_change(since, now).map(|wait| now + wait);
            let level = self.thresholds(session).next_change(since, now);
            age.into_iter().chain(level).min()
        });
        changes.min()
    }

    /// Returns `true` if a wait may have changed since the last call.
    pub(crate) fn take_waits_changed(&mut self) -> bool {
        std::mem::take(&mut self.have_waits_changed)
    }

    /// Records rows of the live list, before they are applied: until then the waits of the rows shown stay, from which
    /// the place of the selection is known.
    pub(crate) fn observe_waits(
        &mut self,
        rows: &[ListedSession],
        now: Timestamp,
        records: &WaitRecords,
    ) {
        let rows = rows.iter().map(|row| &**row.unmasked());
        self.waits.observe(rows, now, records);
    }

    /// Applies the waits that were stored; returns `true` if any changed.
    pub(crate) fn apply_wait_records(&mut self, records: &WaitRecords) -> bool {
        self.update_waits(|waits| waits.apply_records(records))
    }

    /// Applies the wait found in a transcript; returns `true` if it changed.
    pub(crate) fn apply_turn_scan(
        &mut self,
        session: SessionId,
        scan: TurnScan,
        now: Timestamp,
    ) -> bool {
        self.update_waits(|waits| waits.apply_scan(session, scan, now))
    }

    pub(crate) fn on_wait_read_failed(&mut self, session: SessionId, now: Timestamp) {
        self.waits.on_read_failed(session, now);
    }

    pub(crate) fn wait_reads(&self, now: Timestamp, limit: usize) -> Vec<WaitRead> {
        self.waits.reads(now, limit)
    }

    pub(crate) fn wait_records(&self) -> impl Iterator<Item = (SessionId, WaitRecord)> {
        self.waits.records()
    }

    /// How many sessions need attention above the visible rows and below them: those that wait, and
    /// `others`. `covered` of the visible rows at each end count too.
    pub(crate) fn hidden(
        &self,
        covered: usize,
        others: &[(SessionId, Attention)],
    ) -> [HiddenCounts; 2] {
        let index_of = |(id, attention): &(SessionId, Attention)| {
            let index = self.indices.get(id)?;
            Some((*index, *attention))
        };
        let others: BTreeMap<_, _> = others.iter().filter_map(index_of).collect();
        let rows = &self.visible_indices;
        let first = self.offset + covered;
        let end = (self.offset + self.fits).saturating_sub(covered);
        [rows.get(..first), rows.get(end..)].map(|rows| {
            let mut counts = HiddenCounts::default();
            for index in rows.unwrap_or_default() {
                let attention = match self.row_waits[*index].stage {
                    Stage::NeedsReply => Some(Attention::NeedsReply),
                    Stage::Queued => Some(Attention::Queued),
                    _ => others.get(index).copied(),
                };
                if let Some(attention) = attention {
                    counts[attention as usize] += 1;
                }
            }
            counts
        })
    }

    /// Returns `true` if only sessions that need attention are shown.
    pub(crate) fn shows_attention_only(&self) -> bool {
        self.attention.is_some()
    }

    /// Shows only sessions that wait for an agent, and these; `None` shows all. Returns `true` if that
    /// changed.
    pub(crate) fn set_attention(&mut self, attention: Option<BTreeSet<SessionId>>) -> bool {
        let before = std::mem::replace(&mut self.attention, attention);
        let is_changed = before != self.attention;
        if is_changed {
            self.resort(self.selected_row());
        }
        is_changed
    }

    /// The session other than `open` that has waited longest for a reply, of those after `open` if
    /// `is_continued` and any is left; `open` if no other waits. Only if the filter shows no other is it one
    /// that the filter hides.
    pub(crate) fn next_needing_reply(
        &self,
        open: Option<SessionId>,
        is_continued: bool,
    ) -> Option<SessionId> {
        let shown = self.next_of(self.visible_rows(), open, is_continued);
        shown
            .filter(|next| Some(*next) != open)
            .or_else(|| self.next_of(self.rows(), open, is_continued))
    }

    fn next_of<'a>(
        &self,
        rows: impl Iterator<Item = &'a ListedSession>,
        open: Option<SessionId>,
        is_continued: bool,
    ) -> Option<SessionId> {
        let sessions = rows.map(ListedSession::unmasked);
        let needs_reply = |session: &&Arc<Session>| session.stage() == Stage::NeedsReply;
        let mut waiting: Vec<_> = sessions.filter(needs_reply).collect();
        waiting.sort_by_key(|session| self.waits.order(session));
        let current = waiting.iter().position(|session| Some(session.id) == open);
        let after = current
            .filter(|_| is_continued)
            .map_or(0, |index| index + 1);
        let is_other = |session: &&&Arc<Session>| Some(session.id) != open;
        let mut from_there = waiting.iter().cycle().skip(after).take(waiting.len());
        let next = from_there.find(is_other).or(waiting.first());
        next.map(|session| session.id)
    }

    fn update_waits(&mut self, update: impl FnOnce(&mut WaitTracker) -> bool) -> bool {
        let before = (self.selected, self.key_of_selected());
        let is_changed = update(&mut self.waits);
        if is_changed {
            self.on_changed(&before, self.selected_row());
        }
        is_changed
    }

    /// Looks up the waits of the rows and counts the sessions of each stage: every frame shows them.
    pub(super) fn summarize(&mut self) {
        self.row_waits.clear();
        self.summarize_more();
    }

    /// Summarizes the rows that were appended.
    pub(super) fn summarize_more(&mut self) {
        self.have_waits_changed = true;
        let more = self.all.iter().skip(self.row_waits.len());
        let more = more.map(|row| RowWait {
            id: row.id(),
            stage: row.stage(),
            wait: self.waits.wait(row.unmasked()),
        });
        self.row_waits.extend(more);
        self.summaries = self.summarize_stages(0..self.all.len());
    }

    /// Counts those that pass the filter.
    pub(super) fn summarize_visible(&mut self) {
        self.visible_summaries = if self.visible_indices.len() == self.all.len() {
            self.summaries.clone()
        } else {
            self.summarize_stages(self.visible_indices.iter().copied())
        };
    }

    /// The rows of sessions that wait for an agent.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (&ListedSession, Stage, Option<Wait>)> {
        let rows = self.all.iter().zip(&self.row_waits);
        let waiting = rows.filter(|(_, row)| row.stage.is_waiting());
        waiting.map(|(session, row)| (session, row.stage, row.wait))
    }

    fn summarize_stages(
        &self,
        indices: impl Iterator<Item = usize>,
    ) -> BTreeMap<Stage, StageSummary> {
        let mut summaries = BTreeMap::<_, StageSummary>::new();
        for index in indices {
            let RowWait { stage, wait, .. } = self.row_waits[index];
            let summary = summaries.entry(stage).or_default();
            summary.count += 1;
            let thresholds = if stage.is_waiting() {
                self.waits.thresholds(self.all[index].unmasked())
            } else {
                Thresholds::default()
            };
            summary.waits.add(wait, thresholds);
        }
        summaries
    }
}
