//! Transcripts read side by side, as many at once as the limit of requests allows.

use std::time::Duration;

use tokio::sync::{Mutex, mpsc};

use super::concurrent::run_all;
use super::retry::{FailedAttempt, Retries, RetryPolicy, concerns_one_session, request};
use super::{CommandError, Context, Verbosity};
use crate::chat::{Message, MessageId, SessionId, TurnScanner};
use crate::sync::{ApiError, ChatApi, MessageStream as _};

/// The data stored of a transcript while it is read. Messages come in any order, and may come twice.
pub(super) trait TranscriptScan: Clone {
    fn observe(&mut self, messages: &[Message]);
}

impl TranscriptScan for TurnScanner {
    fn observe(&mut self, messages: &[Message]) {
        self.observe(messages);
    }
}

/// A session whose transcript is to be read, and a value for the caller.
pub(super) type TranscriptJob<T> = (SessionId, T);

/// What the requests sent side by side have in common.
pub(super) struct SharedContext<'a, 'b> {
    pub(super) context: &'a mut Context<'b>,
    retries: Retries,
    /// Transcripts that were read, and those that could not be.
    pub(super) read: usize,
    pub(super) failed: usize,
}

impl<'a, 'b> SharedContext<'a, 'b> {
    pub(super) fn new(context: &'a mut Context<'b>, retries: Retries) -> Mutex<Self> {
        Mutex::new(Self {
            context,
            retries,
            read: 0,
            failed: 0,
        })
    }
}

impl RetryPolicy for SharedContext<'_, '_> {
    fn on_end(&mut self, ended: Result<(), FailedAttempt<'_>>) -> Option<Duration> {
        self.retries.on_end(ended, self.context)
    }
}

/// Reads the transcripts of sessions as they come, each with a copy of `scan`, and passes the scan to
/// `finish`. One that cannot be read is named and counted; an error that concerns the others as well is returned.
pub(super) async fn read_transcripts<S: ChatApi, T, C: TranscriptScan>(
    api: &S,
    shared: &Mutex<SharedContext<'_, '_>>,
    jobs: mpsc::Receiver<TranscriptJob<T>>,
    scan: &C,
    finish: impl AsyncFn(SessionId, T, C),
) -> Result<(), CommandError> {
    let connections = shared.lock().await.context.connections();
    let (jobs, finish) = (&Mutex::new(jobs), &finish);
    let workers = (0..connections).map(|_| async move {
        loop {
            let job = jobs.lock().await.recv().await;
            let Some((session, job)) = job else {
                return Ok(());
            };
            let read = async || read_transcript(api, session, scan.clone()).await;
            match request(shared, read).await {
                Ok(scanned) => {
                    shared.lock().await.read += 1;
                    finish(session, job, scanned).await;
                }
                Err(CommandError::Service(error)) if concerns_one_session(error.kind) => {
                    let mut shared = shared.lock().await;
                    shared.failed += 1;
                    let line =
                        format_args!("the messages of session {session} are missing: {error}");
                    shared.context.print_diagnostic(Verbosity::Quiet, line);
                }
                Err(error) => return Err(error),
            }
        }
    });
    run_all(workers).await.map(drop)
}

/// Reads the messages of a session, which are dropped once they are scanned.
pub(super) async fn read_transcript<S: ChatApi, T: TranscriptScan>(
    api: &S,
    session: SessionId,
    mut scan: T,
) -> Result<T, ApiError> {
    let mut stream = api.messages(session, MessageId::START).await?;
    while let Some(messages) = stream.next().await? {
        scan.observe(&messages);
    }
    Ok(scan)
}
