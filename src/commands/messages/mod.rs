//! `sochat messages`: one session's messages, once or as they come, each once.
//!
//! The service hands out ids before it commits messages, so a followed session is asked again from
//! a little before the newest, and what is known already is left out.

use std::collections::HashSet;
use std::mem;

use super::json::{JsonLayout, JsonWriter};
use super::text::TextWriter;
use super::{Context, Error, Verbosity};
use crate::chat::{Message, MessageId, SessionId, Transcript};
use crate::cli::{MessageFormat, MessagesArgs};
use crate::commands::ExitStatus;
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream as _};
use crate::text::TimeZone;

/// How many ids before the newest one a followed session is asked again.
const OVERLAP: i64 = 32;

/// Prints the messages as wished.
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
    let mut cursor = FollowCursor::after(args.after);
    let interrupted = loop {
        match pages.next().await {
            Ok(Some(page)) => output.push(cursor.retain_new(page), context)?,
            Ok(None) => break None,
            Err(fault) if cursor.count == 0 => return Err(fault.into()),
            Err(fault) => break Some(fault),
        }
    };
    if cursor.count == 0 {
        ensure_exists(api, args.session, context).await?;
    }
    output.flush(context)?;
    output.finish(context)?;
    if let Some(fault) = &interrupted {
        context.print_diagnostic(
            Verbosity::Quiet,
            format_args!("the conversation is not complete: {fault}"),
        );
    }
    Ok(context.report_invalid(interrupted.is_some(), "messages", cursor.unreadable))
}

/// Goes on until somebody stops it or a fault comes that no waiting cures.
async fn follow<S: ChatApi>(
    api: &S,
    args: &MessagesArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let mut failures = 0;
    let zone = loop {
        match context.resolve_zone(api).await {
            Ok(zone) => break zone,
            Err(fault) => {
                failures += 1;
                context.back_off(fault, failures).await?;
            }
        }
    };
    let mut output = Output::new(args.format, zone);
    let mut cursor = FollowCursor::after(args.after);
    failures = 0;
    let mut exists = false;
    loop {
        let (new, fault) = fetch_new(api, args, &mut cursor).await;
        let is_empty = new.iter().all(Vec::is_empty);
        if !exists && fault.is_none() && is_empty {
            ensure_exists(api, args.session, context).await?;
        }
        exists |= fault.is_none();
        for page in new {
            output.push(page, context)?;
        }
        output.flush(context)?;
        if let Some(fault) = fault {
            failures += 1;
            context.back_off(fault, failures).await?;
        } else {
            failures = 0;
            tokio::time::sleep(context.follow_interval).await;
        }
    }
}

/// Tells an empty session from one that is not there: the service answers both with no messages.
async fn ensure_exists<S: ChatApi>(
    api: &S,
    session: SessionId,
    context: &mut Context<'_>,
) -> Result<(), ApiError> {
    match context
        .retry_if_moved(async || api.session(session).await)
        .await
    {
        Err(fault) if fault.kind == ErrorKind::NotFound => Err(fault),
        // Whatever else is wrong, no messages were asked for in vain.
        _ => Ok(()),
    }
}

/// What is new, as far as it came.
async fn fetch_new<S: ChatApi>(
    api: &S,
    args: &MessagesArgs,
    cursor: &mut FollowCursor,
) -> (Vec<Vec<Message>>, Option<ApiError>) {
    let mut new = Vec::new();
    let mut pages = match api.messages(args.session, cursor.next_after()).await {
        Ok(pages) => pages,
        Err(fault) => return (new, Some(fault)),
    };
    loop {
        match pages.next().await {
            Ok(Some(page)) => new.push(cursor.retain_new(page)),
            Ok(None) => {
                cursor.complete_until = cursor.newest;
                return (new, None);
            }
            // The mark stays: what is missing may have any id.
            Err(fault) => return (new, Some(fault)),
        }
    }
}

/// Which messages have come.
struct FollowCursor {
    after: MessageId,
    newest: MessageId,
    /// The newest when an answer was last read to its end.
    complete_until: MessageId,
    ids: HashSet<MessageId>,
    count: usize,
    unreadable: usize,
}

impl FollowCursor {
    fn after(after: MessageId) -> Self {
        Self {
            after,
            newest: after,
            complete_until: after,
            ids: HashSet::new(),
            count: 0,
            unreadable: 0,
        }
    }

    fn next_after(&self) -> MessageId {
        MessageId(self.complete_until.0 - OVERLAP).max(self.after)
    }

    /// Leaves out what has come before; the rest counts as seen.
    fn retain_new(&mut self, mut page: Vec<Message>) -> Vec<Message> {
        page.retain(|message| self.ids.insert(message.id));
        for message in &page {
            self.newest = self.newest.max(message.id);
            self.unreadable += usize::from(message.unreadable.is_some());
        }
        self.count += page.len();
        page
    }
}

/// How messages are printed.
enum Output {
    /// The order depends on messages still to come, so they are held back.
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

    /// Takes in messages, each once.
    fn push(&mut self, messages: Vec<Message>, context: &mut Context<'_>) -> Result<(), Error> {
        match self {
            Self::Text(_, buffered) => {
                buffered.merge(messages, 0);
            }
            Self::Json(writer, zone) => {
                for message in &messages {
                    writer
                        .write_element(context.out, &(context.format_json)(&message.raw, zone))?;
                }
                context.out.flush()?;
            }
        }
        Ok(())
    }

    /// Prints what is held back.
    fn flush(&mut self, context: &mut Context<'_>) -> Result<(), Error> {
        if let Self::Text(writer, buffered) = self {
            writer.write_messages(&mem::take(&mut **buffered), (context.now)(), context.out)?;
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

#[cfg(test)]
mod tests;
