//! `sochat messages`: one session's messages, once or as they come, each once.
//!
//! The service hands out ids before it commits messages, so a followed session is asked again from
//! a little before the newest, and what is known already is left out.

use std::collections::HashSet;
use std::mem;

use super::json::{Elements, Form};
use super::text::Conversation;
use super::{Desk, Stop, Talkative};
use crate::chat::{MessageId, Page, SessionId, Transcript};
use crate::cli::{Messages, MessagesFormat};
use crate::exit::Exit;
use crate::sync::{Fault, FaultKind, Pages as _, Source};
use crate::text::TimeZone;

/// How many ids before the newest one a followed session is asked again.
const OVERLAP: i64 = 32;

/// Prints the messages as wished.
pub(super) async fn print<S: Source>(
    source: &S,
    wish: &Messages,
    desk: &mut Desk<'_>,
) -> Result<Exit, Stop> {
    if wish.follow {
        follow(source, wish, desk).await
    } else {
        once(source, wish, desk).await
    }
}

async fn once<S: Source>(source: &S, wish: &Messages, desk: &mut Desk<'_>) -> Result<Exit, Stop> {
    let zone = desk.settle(source).await?;
    let mut pages = desk
        .ask(async || source.messages(wish.session, wish.after).await)
        .await?;
    let mut printing = Printing::new(wish.format, zone);
    let mut seen = Seen::after(wish.after);
    let broken = loop {
        match pages.next().await {
            Ok(Some(page)) => printing.take(seen.leave_out(page), desk)?,
            Ok(None) => break None,
            Err(fault) if seen.count == 0 => return Err(fault.into()),
            Err(fault) => break Some(fault),
        }
    };
    if seen.count == 0 {
        must_exist(source, wish.session, desk).await?;
    }
    printing.print(desk)?;
    printing.end(desk)?;
    if let Some(fault) = &broken {
        desk.say(
            Talkative::Quiet,
            format_args!("the conversation is not complete: {fault}"),
        );
    }
    Ok(desk.count_up(broken.is_some(), "messages", seen.unreadable))
}

/// Goes on until somebody stops it or a fault comes that no waiting cures.
async fn follow<S: Source>(source: &S, wish: &Messages, desk: &mut Desk<'_>) -> Result<Exit, Stop> {
    let mut failures = 0;
    let zone = loop {
        match desk.settle(source).await {
            Ok(zone) => break zone,
            Err(fault) => {
                failures += 1;
                desk.wait_out(fault, failures).await?;
            }
        }
    };
    let mut printing = Printing::new(wish.format, zone);
    let mut seen = Seen::after(wish.after);
    failures = 0;
    let mut exists = false;
    loop {
        let (new, fault) = read_new(source, wish, &mut seen).await;
        let is_empty = new.iter().all(Page::is_empty);
        if !exists && fault.is_none() && is_empty {
            must_exist(source, wish.session, desk).await?;
        }
        exists |= fault.is_none();
        for page in new {
            printing.take(page, desk)?;
        }
        printing.print(desk)?;
        if let Some(fault) = fault {
            failures += 1;
            desk.wait_out(fault, failures).await?;
        } else {
            failures = 0;
            tokio::time::sleep(desk.poll).await;
        }
    }
}

/// Tells an empty session from one that is not there: the service answers both with no messages.
async fn must_exist<S: Source>(
    source: &S,
    session: SessionId,
    desk: &mut Desk<'_>,
) -> Result<(), Fault> {
    match desk.ask(async || source.session(session).await).await {
        Err(fault) if fault.kind == FaultKind::NotFound => Err(fault),
        // Whatever else is wrong, no messages were asked for in vain.
        _ => Ok(()),
    }
}

/// What is new, as far as it came.
async fn read_new<S: Source>(
    source: &S,
    wish: &Messages,
    seen: &mut Seen,
) -> (Vec<Page>, Option<Fault>) {
    let mut new = Vec::new();
    let mut pages = match source.messages(wish.session, seen.ask_after()).await {
        Ok(pages) => pages,
        Err(fault) => return (new, Some(fault)),
    };
    loop {
        match pages.next().await {
            Ok(Some(page)) => new.push(seen.leave_out(page)),
            Ok(None) => {
                seen.mark = seen.newest;
                return (new, None);
            }
            // The mark stays: what is missing may have any id.
            Err(fault) => return (new, Some(fault)),
        }
    }
}

/// Which messages have come.
struct Seen {
    after: MessageId,
    newest: MessageId,
    /// The newest when an answer was last read to its end.
    mark: MessageId,
    ids: HashSet<MessageId>,
    count: usize,
    unreadable: usize,
}

impl Seen {
    fn after(after: MessageId) -> Self {
        Self {
            after,
            newest: after,
            mark: after,
            ids: HashSet::new(),
            count: 0,
            unreadable: 0,
        }
    }

    fn ask_after(&self) -> MessageId {
        MessageId(self.mark.0 - OVERLAP).max(self.after)
    }

    /// Leaves out what has come before; the rest counts as seen.
    fn leave_out(&mut self, mut page: Page) -> Page {
        page.retain(|message| self.ids.insert(message.id));
        for message in page.iter() {
            self.newest = self.newest.max(message.id);
            self.unreadable += usize::from(message.unreadable.is_some());
        }
        self.count += page.len();
        page
    }
}

/// How messages are printed.
enum Printing {
    /// The order depends on messages still to come, so they are held back.
    Text(Conversation, Box<Transcript>),
    Json(Elements, TimeZone),
}

impl Printing {
    fn new(format: MessagesFormat, zone: TimeZone) -> Self {
        match format {
            MessagesFormat::Text => Self::Text(Conversation::new(zone), Box::default()),
            MessagesFormat::Json => Self::Json(Elements::new(Form::Array), zone),
            MessagesFormat::Jsonl => Self::Json(Elements::new(Form::Lines), zone),
        }
    }

    /// Takes in messages, each once.
    fn take(&mut self, messages: Page, desk: &mut Desk<'_>) -> Result<(), Stop> {
        match self {
            Self::Text(_, held) => {
                held.merge(messages, 0);
            }
            Self::Json(elements, zone) => {
                for message in messages.iter() {
                    elements.write(desk.out, &(desk.element)(&message.raw(), zone))?;
                }
                desk.out.flush()?;
            }
        }
        Ok(())
    }

    /// Prints what is held back.
    fn print(&mut self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        if let Self::Text(conversation, held) = self {
            conversation.print(&mem::take(&mut **held), (desk.now)(), desk.out)?;
            desk.out.flush()?;
        }
        Ok(())
    }

    fn end(self, desk: &mut Desk<'_>) -> Result<(), Stop> {
        if let Self::Json(elements, _) = self {
            elements.end(desk.out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
