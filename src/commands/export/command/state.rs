//! State shared by the sessions exported side by side: the manifest, the counts, and what is printed.

use std::io;
use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::Instant;

use super::super::super::retry::{FailedAttempt, Retries, RetryPolicy};
use super::super::super::{CommandError, Context, ExitStatus, Verbosity};
use super::super::manifest::{Entry, ExportOptions, Manifest, RowChecksum};
use super::session::Outcome;
use super::{ExportArgs, Job};
use crate::chat::SessionId;
use crate::sync::{ApiError, ErrorKind};
use crate::text::time_format;

/// After this many failed sessions in a row, the service counts as unavailable.
const MAX_FAILED_IN_ROW: u32 = 3;

pub(super) struct ExportState<'a, 'b> {
    pub(super) context: &'a mut Context<'b>,
    manifest: Manifest,
    exported: usize,
    /// Sessions that have failed since the service last sent one, each after all attempts.
    failed_in_row: u32,
    unchanged: usize,
    failed: usize,
    /// Exported sessions of which something is missing.
    with_problem: usize,
    last_failure: ExitStatus,
    /// The number of sessions to export, if it is known.
    total: Option<usize>,
    /// Rows that could not be read.
    pub(super) unreadable: usize,
    /// Why sessions were not listed.
    pub(super) interrupted: Option<ApiError>,
    retries: Retries,
    start: Instant,
}

impl<'a, 'b> ExportState<'a, 'b> {
    pub(super) fn new(context: &'a mut Context<'b>, manifest: Manifest, retries: Retries) -> Self {
        Self {
            context,
            manifest,
            exported: 0,
            failed_in_row: 0,
            unchanged: 0,
            failed: 0,
            with_problem: 0,
            last_failure: ExitStatus::Other,
            total: None,
            unreadable: 0,
            interrupted: None,
            retries,
            start: Instant::now(),
        }
    }

    /// Starts the clock for the rate at the first session.
    pub(super) fn begin(&mut self, total: usize) {
        self.total = Some(total);
        self.start = Instant::now();
    }

    pub(super) fn is_unchanged(&self, id: SessionId, row: RowChecksum, file: &Path) -> bool {
        self.manifest.is_unchanged(id.0, row, file)
    }

    /// Returns `true` if a session is unchanged as far as its row is known, and counts it.
    pub(super) fn skip_unchanged(&mut self, job: Job, file: &Path) -> bool {
        let is_unchanged = job
            .row
            .is_some_and(|row| self.is_unchanged(job.id, row, file));
        if is_unchanged {
            self.unchanged += 1;
            self.show_progress();
        }
        is_unchanged
    }

    /// Counts a failure that outlasted all attempts. Returns `true` if the session alone may be at fault, which is not
    /// so after too many in a row.
    pub(super) fn count_failure(&mut self, kind: ErrorKind) -> bool {
        self.failed_in_row += 1;
        matches!(kind, ErrorKind::Busy { .. } | ErrorKind::Network)
            && self.failed_in_row < MAX_FAILED_IN_ROW
    }

    pub(super) fn on_outcome(
        &mut self,
        id: SessionId,
        outcome: Outcome,
        options: &ExportOptions,
        is_update: bool,
    ) -> io::Result<()> {
        match outcome {
            Outcome::Exported {
                file,
                entry,
                problem,
            } => {
                if is_update {
                    file.keep_replacing()?;
                } else {
                    file.keep_new()?;
                }
                self.manifest.append(&entry)?;
                self.exported += 1;
                self.failed_in_row = 0;
                if let Some(problem) = problem {
                    self.with_problem += 1;
                    let line = format_args!("session {id} {problem}");
                    self.context.print_diagnostic(Verbosity::Quiet, line);
                }
            }
            // Its row was fetched.
            Outcome::Unchanged => {
                self.unchanged += 1;
                self.failed_in_row = 0;
            }
            Outcome::Failed { why, exit } => {
                self.failed += 1;
                self.last_failure = exit;
                let line = format_args!("session {id} was not exported: {why}");
                self.context.print_diagnostic(Verbosity::Quiet, line);
                // A file of it that is there stays.
                let before = self.manifest.entry(id.0)?;
                let before = before.unwrap_or_else(|| Entry::failed(id, options));
                let error = Some(why);
                self.manifest.append(&Entry { error, ..before })?;
            }
        }
        self.show_progress();
        Ok(())
    }

    fn show_progress(&mut self) {
        let done = self.exported + self.unchanged + self.failed;
        let (total, elapsed) = (self.total, self.start.elapsed());
        self.context
            .show_progress(|| format_progress(done, total, elapsed));
    }

    /// Prints the outcome of the export; returns the exit status.
    pub(super) fn finish(
        self,
        args: &ExportArgs,
        ended: Result<(), CommandError>,
    ) -> Result<ExitStatus, CommandError> {
        self.manifest.finish()?;
        let done = self.exported + self.unchanged;
        let interrupted = match ended {
            Err(CommandError::Service(error)) if done > 0 => Some(error),
            Err(error) => return Err(error),
            Ok(()) => self.interrupted,
        };
        let context = self.context;
        let folder = args.output.display();
        let count = |count: usize, what: &str| match count {
            0 => String::new(),
            count => format!(", {count} {what}"),
        };
        let unchanged = count(self.unchanged, "unchanged");
        let failed = count(self.failed, "failed");
        let exported = self.exported;
        let line = format_args!("sessions exported to {folder}: {exported}{unchanged}{failed}");
        context.print_diagnostic(Verbosity::Normal, line);
        if interrupted.is_some() {
            context.print_diagnostic(Verbosity::Normal, "continue with --update");
        }
        let listed = context.report_missing("sessions", interrupted.as_ref(), self.unreadable);
        Ok(
            if done == 0 && self.failed > 0 && !args.sessions.is_empty() {
                self.last_failure
            } else {
                listed.partial_if(self.failed > 0 || self.with_problem > 0)
            },
        )
    }
}

impl RetryPolicy for ExportState<'_, '_> {
    fn on_end(&mut self, ended: Result<(), FailedAttempt<'_>>) -> Option<Duration> {
        self.retries.on_end(ended, self.context)
    }
}

/// `12 of 340 sessions, 3.9 a second, 1 min 24 s left`
fn format_progress(done: usize, total: Option<usize>, elapsed: Duration) -> String {
    let count = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    let of = total.map_or_else(String::new, |total| format!(" of {total}"));
    let seconds = elapsed.as_secs_f64();
    if done == 0 || seconds < 1.0 {
        return format!("{done}{of} sessions");
    }
    let rate = count(done) / seconds;
    let left = total.map_or_else(String::new, |total| {
        let left = count(total.saturating_sub(done)) / rate;
        let left = Duration::try_from_secs_f64(left).unwrap_or(Duration::MAX);
        let left = TimeDelta::from_std(left).unwrap_or(TimeDelta::MAX);
        format!(", {} left", time_format::format_countdown(left))
    });
    format!("{done}{of} sessions, {rate:.1} a second{left}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_has_count_rate_and_time_left() {
        let progress =
            |done, total, seconds| format_progress(done, total, Duration::from_secs_f64(seconds));
        assert_eq!(progress(0, Some(340), 9.0), "0 of 340 sessions");
        assert_eq!(
            progress(40, Some(340), 10.0),
            "40 of 340 sessions, 4.0 a second, 75 s left"
        );
        assert_eq!(
            progress(340, Some(340), 10.0),
            "340 of 340 sessions, 34.0 a second, 0 s left"
        );
        assert_eq!(progress(5, None, 10.0), "5 sessions, 0.5 a second");
    }
}
