//! `sochat messages`: the messages of sessions, once or as they arrive, each printed once.

mod follow;
mod output;

use clap::Args;

use super::printed::PrintedMessages;
use super::retry::concerns_one_session;
use super::{CommandError, Context, ExitStatus, Verbosity};
use crate::chat::{Locator, MessageId, Session, SessionId};
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream as _};
use crate::text::TranscriptFormat;
use output::MessagesOutput;

#[derive(Clone, Debug, PartialEq, Args)]
pub struct MessagesArgs {
    /// Numbers of the sessions; 341#17 starts at message 17 of session 341. With several sessions, each line of text
    /// begins with its session
    #[arg(value_name = "ID", required = true)]
    pub sessions: Vec<Locator>,
    /// Only print messages with ids above this one
    #[arg(long, value_name = "N", default_value = "0")]
    pub after: MessageId,
    /// Print new messages as they arrive, until Ctrl-C (text, jsonl, csv or bulk)
    #[arg(long)]
    pub follow: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: TranscriptFormat,
}

impl MessagesArgs {
    /// The message after which those of a session are printed.
    fn after(&self, locator: Locator) -> MessageId {
        let before = locator.message.map(|MessageId(id)| MessageId(id - 1));
        self.after.max(before.unwrap_or(MessageId::START))
    }
}

pub(super) async fn run<S: ChatApi>(
    api: &S,
    args: &MessagesArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, CommandError> {
    if args.follow {
        follow::follow(api, args, context).await
    } else {
        print_once(api, args, context).await
    }
}

async fn print_once<S: ChatApi>(
    api: &S,
    args: &MessagesArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, CommandError> {
    let zone = context.resolve_zone(api).await?;
    let mut output = MessagesOutput::new(args, zone);
    let mut unreadable = 0;
    let (mut is_begun, mut failed, mut interrupted) = (false, None, None);
    for &locator in &args.sessions {
        match print_session(api, args, locator, &mut output, context).await {
            Ok((printed, cut)) => {
                is_begun = true;
                unreadable += printed.unreadable;
                interrupted = interrupted.or(cut);
            }
            Err(CommandError::Service(error))
                if args.sessions.len() > 1 && concerns_one_session(error.kind) =>
            {
                context.print_diagnostic(Verbosity::Quiet, &error);
                failed = Some(error.kind);
            }
            Err(CommandError::Service(error)) if is_begun => {
                interrupted = Some(error);
                break;
            }
            Err(error) => return Err(error),
        }
    }
    output.finish(context)?;
    let exit = context.report_missing("messages", interrupted.as_ref(), unreadable);
    Ok(match failed {
        Some(kind) if !is_begun => kind.into(),
        Some(_) => ExitStatus::Partial,
        None => exit,
    })
}

/// Prints the messages of a session; also returns why some are missing, if any are.
async fn print_session<S: ChatApi>(
    api: &S,
    args: &MessagesArgs,
    locator: Locator,
    output: &mut MessagesOutput,
    context: &mut Context<'_>,
) -> Result<(PrintedMessages, Option<ApiError>), CommandError> {
    let (session, after) = (locator.session, args.after(locator));
    let mut pages = context
        .retry_if_moved(async || api.messages(session, after).await)
        .await?;
    context.print_zone_warning();
    let mut printed = PrintedMessages::default();
    let interrupted = loop {
        match pages.next().await {
            Ok(Some(page)) => output.push(session, printed.retain_new(page), context)?,
            Ok(None) => break None,
            Err(error) if printed.is_empty() => return Err(error.into()),
            Err(error) => break Some(error),
        }
    };
    if printed.is_empty() {
        ensure_exists(api, session).await?;
    }
    let row = if output.needs_session() {
        find_session(api, session, context).await
    } else {
        None
    };
    let now = context.server_now(api);
    let why = interrupted.as_ref().map(|error| error.why.as_str());
    output.flush(session, row.as_ref(), why, now, context)?;
    Ok((printed, interrupted))
}

/// The session for the head of a document, which has fewer properties without it: messages that have arrived are
/// printed all the same.
async fn find_session<S: ChatApi>(
    api: &S,
    session: SessionId,
    context: &mut Context<'_>,
) -> Option<Session> {
    let found = context
        .retry_if_moved(async || api.session(session).await)
        .await;
    match found {
        Ok(row) => Some(row),
        Err(error) => {
            let message = format_args!("session {session} is printed without its details: {error}");
            context.print_diagnostic(Verbosity::Normal, message);
            None
        }
    }
}

/// Fails if the session does not exist: the service returns an empty list for it as well.
async fn ensure_exists<S: ChatApi>(api: &S, session: SessionId) -> Result<(), ApiError> {
    match api.session(session).await {
        Err(error) if error.kind == ErrorKind::NotFound => Err(error),
        // The messages could be requested, so any other error is not about them.
        _ => Ok(()),
    }
}
