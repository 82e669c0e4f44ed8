//! One session: fetched, written to its file, and added to the manifest.

use std::path::Path;

use super::super::super::messages::PrintedMessages;
use super::super::super::{Error, ExitStatus};
use super::super::checksum::ChecksumWriter;
use super::super::document::Document;
use super::super::file::PartialFile;
use super::super::json::JsonTranscript;
use super::super::manifest::{Entry, RowChecksum};
use super::{Exporter, Job, is_of_session};
use crate::chat::{MessageId, Session, Transcript};
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream as _};

/// A response that was cut so often is kept as far as it goes.
const MAX_CUTS: u32 = 2;

/// What came of a session.
pub(super) enum Outcome {
    Exported {
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
    pub(super) async fn export_session(&self, job: &Job) -> Result<(), Error> {
        let outcome = match self.write_session(job).await {
            Ok(outcome) => outcome,
            Err(Error::Service(error)) if is_of_session(error.kind) => error.into(),
            Err(error) => return Err(error),
        };
        let mut shared = self.shared.lock().await;
        shared.on_outcome(job.id, outcome, &self.options)?;
        Ok(())
    }

    async fn write_session(&self, job: &Job) -> Result<Outcome, Error> {
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
        let find = async |_| Ok(self.api.session(job.id).await?);
        let session = self.request(find).await?;
        let row = job.row.unwrap_or_else(|| RowChecksum::of(&session));
        let is_listed = job.row.is_some();
        if !is_listed && self.shared.lock().await.is_unchanged(job.id, row, &path) {
            return Ok(Outcome::Unchanged);
        }
        let fetch = async |failures| self.fetch(&session, &path, failures >= MAX_CUTS).await;
        let (mut entry, problem) = self.request(fetch).await?;
        entry.row = Some(row);
        let entry = Box::new(entry);
        Ok(Outcome::Exported { entry, problem })
    }

    /// Fetches the messages of a session into its file; also returns what is missing. JSON is written as it
    /// arrives; the other formats are in order of time, which is known at the end only.
    async fn fetch(
        &self,
        session: &Session,
        path: &Path,
        keeps_cut: bool,
    ) -> Result<(Entry, Option<String>), Error> {
        let format_json = |raw: &str| (self.format_json)(raw, &self.zone);
        let mut stream = self.api.messages(session.id, MessageId::START).await?;
        let mut document = Document {
            format: self.args.format,
            id: session.id,
            session: Some(session),
            zone: &self.zone,
            exported: (self.now)() + self.api.clock_offset(),
            incomplete: None,
            has_bom: self.args.bom,
            format_json: &format_json,
        };
        let mut out = ChecksumWriter::new(PartialFile::create(path)?);
        let mut json = if self.args.format.is_json() {
            Some(JsonTranscript::begin(&document, &mut out)?)
        } else {
            None
        };
        let (mut new, mut shown) = (PrintedMessages::default(), Transcript::default());
        let mut last_id = None;
        let cut = loop {
            let batch = match stream.next().await {
                Ok(Some(batch)) => new.retain_new(batch),
                Ok(None) => break None,
                Err(error) if last_id.is_some() && is_kept(&error, keeps_cut) => break Some(error),
                Err(error) => return Err(error.into()),
            };
            let ids = batch.iter().map(|message| message.id);
            last_id = last_id.max(ids.max());
            if let Some(json) = &mut json {
                for message in &batch {
                    json.write(&document, message, &mut out)?;
                }
            } else {
                shown.merge(batch, 0);
            }
        };
        document.incomplete = cut.as_ref().map(|error| error.why.as_str());
        let written = match json {
            Some(json) => json.finish(&mut out)?,
            None => document.write(shown.ordered().to_vec(), &mut out)?,
        };
        let (file, sha256, bytes) = out.finish();
        if self.args.update {
            file.keep_replacing()?;
        } else {
            file.keep_new()?;
        }
        let unreadable = new.unreadable.max(written.left_out);
        let problem = match &cut {
            Some(error) => Some(format!("is not complete: {error}")),
            None if unreadable > 0 => {
                Some(format!("has messages that could not be read: {unreadable}"))
            }
            None => None,
        };
        let entry = Entry {
            file: Some(self.file_name(session.id)),
            count: written.messages,
            last_message_id: last_id.filter(|id| !id.is_synthetic()).map(|id| id.0),
            complete: session.stage().is_over() && problem.is_none(),
            sha256: Some(sha256),
            bytes: Some(bytes),
            error: cut.map(|error| error.why),
            ..Entry::of_session(session, &self.options)
        };
        Ok((entry, problem))
    }
}

/// Returns `true` if what came before an error is kept: the next attempt would end there as well.
fn is_kept(error: &ApiError, keeps_cut: bool) -> bool {
    match error.kind {
        ErrorKind::TooLarge => true,
        ErrorKind::InvalidResponse => keeps_cut,
        _ => false,
    }
}
