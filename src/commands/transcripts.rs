//! Transcripts read side by side, as many at once as the limit of requests allows.

use std::time::Duration;

use tokio::sync::{Mutex, mpsc};

use super::concurrent::run_all;
use super::retry::{Retries, repeat};
use super::waits::is_of_session;
use super::{Context, Error, Verbosity};
use crate::chat::{Message, MessageId, SessionId, Transcript};
use crate::sync::{ApiError, ChatApi, MessageStream as _};

/// A session whose transcript is to be read, and what the caller wants to know when it is.
pub(super) type Job<T> = (SessionId, T);

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

    fn on_end(&mut self, ended: Result<(), (&ApiError, u32)>) -> Option<Duration> {
        match ended {
            Ok(()) => {
                self.retries.on_answer(self.context);
                None
            }
            Err((error, failures)) => self.retries.on_failure(error, failures, self.context),
        }
    }
}

/// Repeats a request as long as that may help.
pub(super) async fn request<T>(
    shared: &Mutex<SharedContext<'_, '_>>,
    request: impl AsyncFn() -> Result<T, ApiError>,
) -> Result<T, Error> {
    let on_end = async |ended: Result<(), (&ApiError, u32)>| shared.lock().await.on_end(ended);
    repeat(async |_| Ok(request().await?), on_end).await
}

/// Reads the transcripts of sessions as they come, and hands each to `observe`. One that cannot be read is named
/// and counted; an error that concerns the others as well is returned.
pub(super) async fn read_transcripts<S: ChatApi, T>(
    api: &S,
    shared: &Mutex<SharedContext<'_, '_>>,
    jobs: mpsc::Receiver<Job<T>>,
    observe: impl AsyncFn(SessionId, T, Transcript),
) -> Result<(), Error> {
    let connections = shared.lock().await.context.connections();
    let (jobs, observe) = (&Mutex::new(jobs), &observe);
    let workers = (0..connections).map(|_| async move {
        loop {
            let job = jobs.lock().await.recv().await;
            let Some((session, job)) = job else {
                return Ok(());
            };
            match request(shared, async || read_transcript(api, session).await).await {
                Ok(transcript) => {
                    shared.lock().await.read += 1;
                    observe(session, job, transcript).await;
                }
                Err(Error::Service(error)) if is_of_session(error.kind) => {
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

async fn read_transcript<S: ChatApi>(api: &S, session: SessionId) -> Result<Transcript, ApiError> {
    let mut stream = api.messages(session, MessageId::START).await?;
    let mut transcript = Transcript::default();
    while let Some(batch) = stream.next().await? {
        // Their JSON, which takes the most memory, is printed nowhere.
        let batch = batch.into_iter().map(|message| Message {
            raw: "".into(),
            ..message
        });
        transcript.merge(batch, 0);
    }
    Ok(transcript)
}
