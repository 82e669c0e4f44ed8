//! `sochat messages --follow`: the sessions are pulled side by side; a lock preserves the order of their output.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, sleep_until};

use super::super::concurrent::run_all;
use super::super::printed::PrintedMessages;
use super::super::{CommandError, Context, ExitStatus, Verbosity};
use super::output::MessagesOutput;
use super::{MessagesArgs, ensure_exists};
use crate::chat::{MessageId, SessionId};
use crate::sync::{ApiError, ChatApi, ErrorKind, PullCursor, PullProgress};

/// Messages that every pull requests again. More than the viewer does: a row committed late is printed
/// nearer to its place.
const OVERLAP: usize = 32;
/// Refusals are retried for this long.
const MAX_REFUSED: Duration = Duration::from_mins(5);

/// What the followed sessions share.
struct FollowState<'a, 'b> {
    context: &'a mut Context<'b>,
    output: MessagesOutput,
}

/// Runs until interrupted, or until an error that a retry cannot resolve.
pub(super) async fn follow<S: ChatApi>(
    api: &S,
    args: &MessagesArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, CommandError> {
    let mut failures = FollowFailures::default();
    let zone = loop {
        match context.resolve_zone(api).await {
            Ok(zone) => break zone,
            Err(error) => sleep(failures.next_delay(error, context)?).await,
        }
    };
    let output = MessagesOutput::new(args, zone);
    let shared = Mutex::new(FollowState { context, output });
    let is_only = args.sessions.len() == 1;
    let shared = &shared;
    // One that is named several times is followed once, from the first of these messages.
    let mut sessions = Vec::<(SessionId, MessageId)>::new();
    for &locator in &args.sessions {
        let after = args.after(locator);
        match sessions.iter_mut().find(|(id, _)| *id == locator.session) {
            Some((_, first)) => *first = after.min(*first),
            None => sessions.push((locator.session, after)),
        }
    }
    let followed = sessions.into_iter().map(|(session, after)| async move {
        let Err(error) = follow_session(api, session, after, shared).await;
        if let (false, CommandError::Service(error)) = (is_only, &error) {
            let context = &mut *shared.lock().await.context;
            context.print_diagnostic(Verbosity::Quiet, error);
        }
        match error {
            // The other sessions are still followed.
            CommandError::Service(error) => Ok(error),
            output => Err(output),
        }
    });
    let ended = run_all(followed).await?;
    match ended.into_iter().last() {
        Some(error) if is_only => Err(error.into()),
        Some(error) => Ok(error.kind.into()),
        None => Ok(ExitStatus::Success),
    }
}

async fn follow_session<S: ChatApi>(
    api: &S,
    session: SessionId,
    after: MessageId,
    shared: &Mutex<FollowState<'_, '_>>,
) -> Result<std::convert::Infallible, CommandError> {
    let mut failures = FollowFailures::default();
    let cursor = PullCursor::starting_after(after, OVERLAP);
    let mut progress = PullProgress::new(cursor, Instant::now());
    let mut printed = PrintedMessages::default();
    loop {
        let began = Instant::now();
        let mut new = Vec::new();
        let pass_on = |batch| {
            new.push(printed.retain_new(batch));
            std::future::ready(())
        };
        let pull = progress.start_pull(began);
        let (result, report) = pull.run(api, session, pass_on).await;
        if !failures.is_answered && result.is_ok() && new.iter().all(Vec::is_empty) {
            ensure_exists(api, session).await?;
        }
        let mut locked = shared.lock().await;
        let FollowState { context, output } = &mut *locked;
        if result.is_ok() {
            context.print_zone_warning();
        }
        let has_new = new.iter().any(|batch| !batch.is_empty());
        for batch in new {
            output.push(session, batch, context)?;
        }
        let now = context.server_now(api);
        // A refusal prints nothing, not even the header of CSV.
        if result.is_ok() || has_new {
            output.flush(session, None, None, now, context)?;
        }
        if result.is_ok() || report.is_ordered {
            printed.drop_oldest();
        }
        if let Err(error) = result {
            let is_too_large = error.kind == ErrorKind::TooLarge;
            progress.on_pull_failed(report, is_too_large, began);
            let delay = failures.next_delay(error, context)?;
            drop(locked);
            sleep(delay).await;
        } else {
            failures = FollowFailures::answered();
            let now = Instant::now();
            let needs_reread = report.needs_reread;
            progress.on_pull(report, began, now);
            let next = progress.not_before(now + context.follow_interval);
            drop(locked);
            let reread_at = progress.reread_at();
            sleep_until(if needs_reread {
                next.min(reread_at)
            } else {
                next
            })
            .await;
        }
    }
}

/// The failures since the last answer.
#[derive(Default)]
struct FollowFailures {
    count: u32,
    /// Since when the service refuses the requests.
    refused_since: Option<Instant>,
    /// Whether the messages could be read at least once.
    is_answered: bool,
}

impl FollowFailures {
    fn answered() -> Self {
        Self {
            is_answered: true,
            ..Self::default()
        }
    }

    /// Reports a failure; returns the wait before the next attempt, or the error if a retry cannot resolve
    /// it: before the first answer a refusal, later only a refused sign-in that lasts.
    fn next_delay(
        &mut self,
        error: ApiError,
        context: &mut Context<'_>,
    ) -> Result<Duration, ApiError> {
        let now = Instant::now();
        let is_permanent = matches!(
            error.kind,
            ErrorKind::NotFound | ErrorKind::TooLarge | ErrorKind::Config
        ) || error.kind.needs_sign_in();
        if is_permanent && !self.is_answered {
            return Err(error);
        }
        if error.kind.needs_sign_in() {
            let since = *self.refused_since.get_or_insert(now);
            if now >= since + MAX_REFUSED {
                return Err(error);
            }
        } else {
            self.refused_since = None;
        }
        self.count += 1;
        Ok(context.report_retry(&error, self.count))
    }
}
