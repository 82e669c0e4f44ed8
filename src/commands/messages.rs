//! `sochat messages`: the messages of a session, once or as they arrive, each printed once.

use std::collections::HashSet;
use std::mem;

use clap::{Args, ValueEnum};

use super::json::{JsonLayout, JsonWriter, is_json};
use super::text::TextWriter;
use super::{Context, Error, ExitStatus, Verbosity, parse_session_id};
use crate::chat::{Message, MessageId, SessionId, Transcript};
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream as _, PullCursor};
use crate::text::TimeZone;

/// Messages that every pull requests again. More than the viewer does: `--follow` never reads a session
/// from its start again, so a row committed late is found here or not at all.
const OVERLAP: usize = 32;

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
    let mut failures = 0;
    let zone = loop {
        match context.resolve_zone(api).await {
            Ok(zone) => break zone,
            Err(error) => {
                failures += 1;
                context.back_off(error, failures).await?;
            }
        }
    };
    let mut output = Output::new(args.format, zone);
    let mut cursor = PullCursor::starting_after(args.after, OVERLAP);
    let mut printed = PrintedMessages::default();
    failures = 0;
    let mut exists = false;
    loop {
        let (new, result) = pull(api, args.session, &mut cursor, &mut printed).await;
        if !exists && result.is_ok() && new.iter().all(Vec::is_empty) {
            ensure_exists(api, args.session, context).await?;
        }
        exists |= result.is_ok();
        for batch in new {
            output.push(batch, context)?;
        }
        output.flush(api, context)?;
        if let Err(error) = result {
            failures += 1;
            context.back_off(error, failures).await?;
        } else {
            failures = 0;
            tokio::time::sleep(context.follow_interval).await;
        }
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
    cursor: &mut PullCursor,
    printed: &mut PrintedMessages,
) -> (Vec<Vec<Message>>, Result<(), ApiError>) {
    let mut new = Vec::new();
    // After a truncated response the cursor stays: the messages missing may have any id.
    let mut next_cursor = cursor.clone();
    let result = async {
        let mut stream = api.messages(session, cursor.next_after()).await?;
        while let Some(batch) = stream.next().await? {
            next_cursor.observe(&batch);
            new.push(printed.retain_new(batch));
        }
        Ok(())
    }
    .await;
    if result.is_ok() {
        *cursor = next_cursor;
    }
    (new, result)
}

#[derive(Default)]
struct PrintedMessages {
    ids: HashSet<MessageId>,
    unreadable: usize,
}

impl PrintedMessages {
    /// Removes the messages printed before; the others count as printed.
    fn retain_new(&mut self, mut batch: Vec<Message>) -> Vec<Message> {
        batch.retain(|message| self.ids.insert(message.id));
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
