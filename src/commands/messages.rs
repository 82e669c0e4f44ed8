//! `sochat messages`: the messages of a session, once or as they arrive, each printed once.

use std::collections::HashSet;
use std::mem;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio::time::{Instant, sleep_until};

use super::json::{JsonLayout, JsonWriter, is_json};
use super::text::TextWriter;
use super::{Context, Error, ExitStatus, Verbosity, parse_session_id};
use crate::chat::{Message, MessageId, SessionId, Timestamp, Transcript};
use crate::sync::{
    ApiError, ChatApi, ErrorKind, MessageStream as _, PullCursor, PullProgress, PullReport,
};
use crate::text::TimeZone;

/// Messages that every pull requests again. More than the viewer does: a row committed late is printed
/// nearer to its place.
const OVERLAP: usize = 32;
/// Sign-in and rights may come back for this long.
const MAX_REFUSED: Duration = Duration::from_mins(5);

#[derive(Clone, Debug, PartialEq, Args)]
pub struct MessagesArgs {
    /// Number of the session
    #[arg(value_name = "ID", value_parser = parse_session_id)]
    pub session: SessionId,
    /// Only print messages with ids above this one
    #[arg(long, value_name = "N", default_value = "0")]
    pub after: MessageId,
    /// Print new messages as they arrive, until Ctrl-C
    #[arg(long)]
    pub follow: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: MessageFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// Readable transcript
    #[default]
    Text,
    /// One JSON array
    Json,
    /// One JSON object per line
    Jsonl,
}

pub(super) async fn run<S: ChatApi>(
    api: &S,
    args: &MessagesArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    if args.follow {
        follow(api, args, context).await
    } else {
        print_once(api, args, context).await
    }
}

async fn print_once<S: ChatApi>(
    api: &S,
    args: &MessagesArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let zone = context.resolve_zone(api).await?;
    let mut pages = context
        .retry_if_moved(async || api.messages(args.session, args.after).await)
        .await?;
    context.print_zone_warning();
    let mut output = Output::new(args.format, zone);
    let mut printed = PrintedMessages::default();
    let interrupted = loop {
        match pages.next().await {
            Ok(Some(page)) => output.push(printed.retain_new(page), context)?,
            Ok(None) => break None,
            Err(error) if printed.ids.is_empty() => return Err(error.into()),
            Err(error) => break Some(error),
        }
    };
    if printed.ids.is_empty() {
        ensure_exists(api, args.session, context).await?;
    }
    output.flush(api, context)?;
    output.finish(context)?;
    Ok(context.report_missing("messages", interrupted.as_ref(), printed.unreadable))
}

/// Runs until interrupted, or until an error that waiting does not cure.
async fn follow<S: ChatApi>(
    api: &S,
    args: &MessagesArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let mut failures = FollowFailures::default();
    let zone = loop {
        match context.resolve_zone(api).await {
            Ok(zone) => break zone,
            Err(error) => failures.wait(error, context).await?,
        }
    };
    let mut output = Output::new(args.format, zone);
    let cursor = PullCursor::starting_after(args.after, OVERLAP);
    let mut progress = PullProgress::new(cursor, Instant::now());
    let mut printed = PrintedMessages::default();
    loop {
        let began = Instant::now();
        let (new, result, report) = pull(api, args.session, &progress, &mut printed).await;
        if !failures.is_answered && result.is_ok() && new.iter().all(Vec::is_empty) {
            ensure_exists(api, args.session, context).await?;
        }
        if result.is_ok() {
            context.print_zone_warning();
        }
        for batch in new {
            output.push(batch, context)?;
        }
        output.flush(api, context)?;
        if let Err(error) = result {
            let is_too_large = error.kind == ErrorKind::TooLarge;
            progress.on_pull_failed(report, is_too_large, began);
            failures.wait(error, context).await?;
        } else {
            failures = FollowFailures::answered();
            let now = Instant::now();
            let needs_reread = report.needs_reread;
            progress.on_pull(report, began, now);
            let next = progress.not_before(now + context.follow_interval);
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
    /// Since when the service refuses us.
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

    /// Waits before the next attempt. Returns the error if waiting does not cure it: before the first
    /// answer a refusal, later only one of us that lasts.
    async fn wait(&mut self, error: ApiError, context: &mut Context<'_>) -> Result<(), ApiError> {
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
        context.back_off(&error, self.count).await;
        Ok(())
    }
}

/// Fails if the session does not exist: the service returns an empty list for it as well.
async fn ensure_exists<S: ChatApi>(
    api: &S,
    session: SessionId,
    context: &mut Context<'_>,
) -> Result<(), ApiError> {
    match context
        .retry_if_moved(async || api.session(session).await)
        .await
    {
        Err(error) if error.kind == ErrorKind::NotFound => Err(error),
        // The messages could be requested, so any other error is not about them.
        _ => Ok(()),
    }
}

/// Requests the messages after the cursor; returns the new ones, also if the response is truncated.
async fn pull<S: ChatApi>(
    api: &S,
    session: SessionId,
    progress: &PullProgress,
    printed: &mut PrintedMessages,
) -> (Vec<Vec<Message>>, Result<(), ApiError>, PullReport) {
    let mut new = Vec::new();
    let mut pull = progress.start_pull(Instant::now());
    let result = async {
        let mut stream = api.messages(session, pull.after()).await?;
        pull.on_response();
        while let Some(batch) = stream.next().await? {
            pull.on_batch(&batch);
            new.push(printed.retain_new(batch));
        }
        Ok(stream.is_complete_list())
    }
    .await;
    let report = pull.finish(result.as_ref().ok().copied());
    (new, result.map(drop), report)
}

#[derive(Default)]
struct PrintedMessages {
    /// With its time: a service restored from a backup uses ids again.
    ids: HashSet<(MessageId, Option<Timestamp>)>,
    unreadable: usize,
}

impl PrintedMessages {
    /// Removes the messages printed before; the others count as printed.
    fn retain_new(&mut self, mut batch: Vec<Message>) -> Vec<Message> {
        batch.retain(|message| self.ids.insert((message.id, message.posted)));
        self.unreadable += batch.iter().filter(|it| it.unreadable.is_some()).count();
        batch
    }
}

enum Output {
    /// Buffered until a response ends: the order depends on messages still to arrive.
    Text(TextWriter, Box<Transcript>),
    Json(JsonWriter, TimeZone),
}

impl Output {
    fn new(format: MessageFormat, zone: TimeZone) -> Self {
        match format {
            MessageFormat::Text => Self::Text(TextWriter::new(zone), Box::default()),
            MessageFormat::Json => Self::Json(JsonWriter::new(JsonLayout::Array), zone),
            MessageFormat::Jsonl => Self::Json(JsonWriter::new(JsonLayout::Lines), zone),
        }
    }

    fn push(&mut self, messages: Vec<Message>, context: &mut Context<'_>) -> Result<(), Error> {
        match self {
            Self::Text(_, buffered) => {
                buffered.merge(messages, 0);
            }
            Self::Json(writer, zone) => {
                for message in &messages {
                    if let Some(why) = &message.unreadable
                        && !is_json(&message.raw)
                    {
                        let which = match message.id {
                            id if id.is_synthetic() => "a message".to_owned(),
                            id => format!("message {id}"),
                        };
                        let line = format_args!("{which} is left out: {why}");
                        context.print_diagnostic(Verbosity::Quiet, line);
                        continue;
                    }
                    writer
                        .write_element(context.out, &(context.format_json)(&message.raw, zone))?;
                }
                context.out.flush()?;
            }
        }
        Ok(())
    }

    /// Writes the buffered messages.
    fn flush<S: ChatApi>(&mut self, api: &S, context: &mut Context<'_>) -> Result<(), Error> {
        if let Self::Text(writer, buffered) = self {
            let now = context.server_now(api);
            writer.write_messages(&mem::take(&mut **buffered), now, context.out)?;
            context.out.flush()?;
        }
        Ok(())
    }

    fn finish(self, context: &mut Context<'_>) -> Result<(), Error> {
        if let Self::Json(writer, _) = self {
            writer.finish(context.out)?;
        }
        Ok(())
    }
}
