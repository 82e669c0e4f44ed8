//! One session with its transcript, fetched into its file.
//!
//! Fetching takes nearly all of the time of an export and uses no shared state, so that two threads
//! can do it side by side.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use tokio::task::JoinSet;

use super::super::super::printed::PrintedMessages;
use super::super::super::{CommandError, FormatJson};
use super::super::checksum::ChecksumWriter;
use super::super::document::{Document, WriteSummary};
use super::super::file::{PartialFile, buffered, unbuffered};
use super::super::json::JsonTranscript;
use crate::chat::{Message, MessageId, Session, SessionId, Timestamp, Transcript};
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream as _};
use crate::text::{TimeZone, TranscriptFormat};

/// Runs a fetch of a worker, those of each worker on the same thread. It ends with the set.
pub(crate) type SpawnFetch<'a> = &'a dyn Fn(usize, Fetch) -> JoinSet<Result<Fetched, CommandError>>;

/// What is fetched, and how it is written.
#[derive(Clone)]
pub(crate) struct Fetch {
    pub(super) id: SessionId,
    /// Set once it is known, so that another attempt does not request it again.
    pub(super) session: Arc<OnceLock<Session>>,
    pub(super) path: PathBuf,
    pub(super) format: TranscriptFormat,
    pub(super) zone: TimeZone,
    pub(super) exported: Timestamp,
    pub(super) has_bom: bool,
    /// Whether a truncated response is saved as far as it goes.
    pub(super) saves_cut: bool,
    pub(super) format_json: FormatJson,
}

/// A file that is complete but does not have its name yet, and its content in figures.
pub(crate) struct Fetched {
    pub(super) file: PartialFile,
    pub(super) written: WriteSummary,
    pub(super) sha256: String,
    pub(super) bytes: u64,
    pub(super) last_id: Option<MessageId>,
    /// Messages that could not be read.
    pub(super) unreadable: usize,
    /// Why the rest is missing, if it is.
    pub(super) cut: Option<ApiError>,
}

impl Fetch {
    /// Fetches the session and its messages into the file. JSON is written as it arrives; the other formats are in
    /// order of time, which is known at the end only.
    pub(crate) async fn run<S: ChatApi>(self, api: &S) -> Result<Fetched, CommandError> {
        if self.session.get().is_none() {
            let session = api.session(self.id).await?;
            self.session.get_or_init(|| session);
        }
        let mut stream = api.messages(self.id, MessageId::START).await?;
        let mut out = buffered(ChecksumWriter::new(PartialFile::create(&self.path)?));
        let mut json = if self.format.is_json() {
            let begin = |document: &Document<'_>| JsonTranscript::begin(document, &mut out);
            Some(self.with_document(None, begin)?)
        } else {
            None
        };
        let (mut new, mut shown) = (PrintedMessages::default(), Transcript::default());
        let mut last_id = None;
        let cut = loop {
            let batch = match stream.next().await {
                Ok(Some(batch)) => new.retain_new(batch),
                Ok(None) => break None,
                Err(error) if last_id.is_some() && self.is_saved(&error) => break Some(error),
                Err(error) => return Err(error.into()),
            };
            let ids = batch.iter().map(|message| message.id);
            last_id = last_id.max(ids.max());
            if let Some(json) = &mut json {
                self.with_document(None, |document| {
                    let mut batch = batch.iter();
                    batch.try_for_each(|message: &Message| json.write(document, message, &mut out))
                })?;
            } else {
                shown.merge(batch, 0);
            }
        };
        let written = match json {
            Some(json) => json.finish(&mut out)?,
            None => self.with_document(cut.as_ref(), |document| {
                document.write(shown.ordered().to_vec(), &mut out)
            })?,
        };
        let (file, sha256, bytes) = unbuffered(out)?.finish();
        Ok(Fetched {
            file,
            unreadable: new.unreadable.max(written.left_out),
            written,
            sha256,
            bytes,
            last_id,
            cut,
        })
    }

    fn with_document<T>(
        &self,
        cut: Option<&ApiError>,
        write: impl FnOnce(&Document<'_>) -> T,
    ) -> T {
        write(&Document {
            format: self.format,
            id: self.id,
            session: self.session.get(),
            zone: &self.zone,
            exported: self.exported,
            incomplete: cut.map(|error| error.why.as_str()),
            has_bom: self.has_bom,
            format_json: &|raw| (self.format_json)(raw, &self.zone),
        })
    }

    /// Returns `true` if the messages before an error are saved: the next attempt would end there as well.
    fn is_saved(&self, error: &ApiError) -> bool {
        match error.kind {
            ErrorKind::TooLarge => true,
            ErrorKind::InvalidResponse => self.saves_cut,
            _ => false,
        }
    }
}
