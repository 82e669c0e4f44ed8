//! One session: fetched, written to its file, and added to the manifest.

use std::panic;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::super::super::retry::{repeat, request};
use super::super::super::{CommandError, ExitStatus};
use super::super::file::PartialFile;
use super::super::manifest::{Entry, RowChecksum};
use super::fetch::{Fetch, Fetched};
use super::{Exporter, Job, concerns_one_session};
use crate::chat::{Session, SessionId};
use crate::sync::{ApiError, ChatApi};

/// A response that was truncated this often is saved as far as it goes.
const MAX_CUTS: u32 = 2;

/// The outcome of the export of a session.
pub(super) enum Outcome {
    Exported {
        file: PartialFile,
        entry: Box<Entry>,
        /// What is missing in the file.
        problem: Option<String>,
    },
    Unchanged,
    Failed {
        why: String,
        exit: ExitStatus,
    },
}

impl From<ApiError> for Outcome {
    fn from(error: ApiError) -> Self {
        Self::Failed {
            exit: error.kind.into(),
            why: error.why,
        }
    }
}

impl<S: ChatApi> Exporter<'_, '_, S> {
    /// Exports a session. Only an error that concerns the others as well is returned.
    pub(super) async fn export_session(
        &self,
        worker: usize,
        job: &Job,
    ) -> Result<(), CommandError> {
        let outcome = self.write_session(worker, job).await;
        let mut shared = self.shared.lock().await;
        // From here on nothing is awaited: a file that has its name is in the manifest, whatever ends the export.
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(CommandError::Service(error)) if concerns_one_session(error.kind) => error.into(),
            Err(CommandError::Service(error)) if shared.count_failure(error.kind) => error.into(),
            Err(error) => return Err(error),
        };
        shared.on_outcome(job.id, outcome, &self.options, self.args.update)?;
        Ok(())
    }

    async fn write_session(&self, worker: usize, job: &Job) -> Result<Outcome, CommandError> {
        let path = self.path_of(job.id);
        if !self.args.update && path.symlink_metadata().is_ok() {
            return Ok(Outcome::Failed {
                why: format!(
                    "{} exists, and is replaced only with --update",
                    path.display()
                ),
                exit: ExitStatus::Other,
            });
        }
        let session = Arc::<OnceLock<Session>>::default();
        let row = if let Some(row) = job.row {
            row
        } else {
            let find = async || self.api.session(job.id).await;
            let found = request(&self.shared, find).await?;
            let row = RowChecksum::of(session.get_or_init(|| found));
            if self.shared.lock().await.is_unchanged(job.id, row, &path) {
                return Ok(Outcome::Unchanged);
            }
            row
        };
        let fetch = async |failures| {
            let fetch = self.fetch_of(job.id, &session, &path, failures >= MAX_CUTS);
            self.run_fetch(worker, fetch).await
        };
        let fetched = repeat(&self.shared, fetch).await?;
        let session = session.get().expect("it was fetched");
        let (file, mut entry, problem) = self.entry_of(session, fetched);
        entry.row = Some(row);
        let entry = Box::new(entry);
        Ok(Outcome::Exported {
            file,
            entry,
            problem,
        })
    }

    fn fetch_of(
        &self,
        id: SessionId,
        session: &Arc<OnceLock<Session>>,
        path: &Path,
        saves_cut: bool,
    ) -> Fetch {
        Fetch {
            id,
            session: Arc::clone(session),
            path: path.to_owned(),
            format: self.args.format,
            zone: self.zone.clone(),
            exported: (self.now)() + self.api.clock_offset(),
            has_bom: self.args.bom,
            saves_cut,
            format_json: self.format_json,
        }
    }

    async fn run_fetch(&self, worker: usize, fetch: Fetch) -> Result<Fetched, CommandError> {
        match self.spawn_fetch {
            Some(spawn) => {
                let fetched = spawn(worker, fetch).join_next().await;
                let fetched = fetched.expect("the set has one task");
                fetched.unwrap_or_else(|error| panic::resume_unwind(error.into_panic()))
            }
            None => fetch.run(self.api).await,
        }
    }

    /// The file of a session, its line of the manifest, and what is missing.
    fn entry_of(
        &self,
        session: &Session,
        fetched: Fetched,
    ) -> (PartialFile, Entry, Option<String>) {
        let problem = match &fetched.cut {
            Some(error) => Some(format!("is not complete: {error}")),
            None if fetched.unreadable > 0 => Some(format!(
                "has messages that could not be read: {}",
                fetched.unreadable
            )),
            None => None,
        };
        let last_id = fetched.last_id.filter(|id| !id.is_synthetic());
        let entry = Entry {
            file: Some(self.args.format.file_name(session.id)),
            count: fetched.written.messages,
            last_message_id: last_id.map(|id| id.0),
            complete: session.stage().is_over() && problem.is_none(),
            sha256: Some(fetched.sha256),
            bytes: Some(fetched.bytes),
            error: fetched.cut.map(|error| error.why),
            ..Entry::of_session(session, &self.options)
        };
        (fetched.file, entry, problem)
    }
}
