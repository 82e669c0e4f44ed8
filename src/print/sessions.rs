//! `sochat sessions`: who is there, how it stands, since when.

use std::cmp::Reverse;
use std::io;

use super::json::{Elements, Form};
use super::{Desk, Stop, Talkative, rows};
use crate::chat::{SessionPage, Timestamp, Scope, Session, SessionId, Stage};
use crate::cli::{Sessions, SessionsFormat};
use crate::exit::Exit;
use crate::sync::{Fault, FaultKind, Source};
use crate::text::{TimeZone, time_format};

/// Prints the sessions as wished.
pub(super) async fn print<S: Source>(
    source: &S,
    wish: &Sessions,
    desk: &mut Desk<'_>,
) -> Result<Exit, Stop> {
    let zone = desk.settle(source).await?;
    let now = (desk.now)();
    let is_wished = |session: &Session| {
        (wish.statuses.is_empty() || wish.statuses.iter().any(|status| status.is_met(session)))
            && wish
                .since
                .is_none_or(|since| since.is_met(session, now, |moment| time_format::local_date(moment, &zone)))
    };
    let mut elements = match wish.format {
        SessionsFormat::Json => Some(Elements::new(Form::Array)),
        SessionsFormat::Jsonl => Some(Elements::new(Form::Lines)),
        SessionsFormat::Table | SessionsFormat::Csv => None,
    };
    let mut collected = Vec::new();
    let mut pages = Pages::new(wish.scope.into());
    let broken = loop {
        let page = match pages.next(source, desk).await {
            Ok(Some(page)) => page,
            Ok(None) => break None,
            Err(fault) if pages.read == 0 => return Err(fault.into()),
            Err(fault) => break Some(fault),
        };
        let wished = page.into_iter().filter(&is_wished);
        if let Some(elements) = &mut elements {
            for session in wished {
                elements.write(desk.out, &(desk.element)(&session.raw, &zone))?;
            }
        } else {
            collected.extend(wished);
        }
    };
    collected.sort_by_key(urgency);
    match (elements, wish.format) {
        (Some(elements), _) => elements.end(desk.out)?,
        (None, SessionsFormat::Csv) => csv(&collected, &zone, desk)?,
        (None, _) if collected.is_empty() => {
            desk.say(Talkative::Normal, "there is no such session");
        }
        (None, _) => table(&collected, now, desk)?,
    }
    if let Some(fault) = &broken {
        desk.say(
            Talkative::Quiet,
            format_args!("the list is not complete: {fault}"),
        );
    }
    Ok(desk.count_up(broken.is_some(), "sessions", pages.unreadable))
}

/// The pages of a listing, one after the other.
struct Pages {
    scope: Scope,
    below: Option<SessionId>,
    /// How many pages have come.
    read: usize,
    is_last: bool,
    unreadable: usize,
}

impl Pages {
    fn new(scope: Scope) -> Self {
        Self {
            scope,
            below: None,
            read: 0,
            is_last: false,
            unreadable: 0,
        }
    }

    async fn next<S: Source>(
        &mut self,
        source: &S,
        desk: &mut Desk<'_>,
    ) -> Result<Option<Vec<Session>>, Fault> {
        if self.is_last {
            return Ok(None);
        }
        let SessionPage {
            sessions,
            next,
            unreadable_count: unreadable,
        } = desk
            .ask(async || source.sessions(self.scope, self.below).await)
            .await?;
        if let (Some(next), Some(below)) = (next, self.below)
            && next >= below
        {
            let why = "the service answered with the same page of sessions twice";
            return Err(Fault::new(FaultKind::Garbled, why));
        }
        self.read += 1;
        self.unreadable += unreadable;
        self.is_last = next.is_none();
        self.below = next;
        Ok(Some(sessions))
    }
}

/// The order of the list: by stage, the longest wait first, what is over newest first.
fn urgency(session: &Session) -> (Stage, Option<Timestamp>, Reverse<Option<Timestamp>>) {
    let stage = session.status.stage();
    let since = session.state_since();
    if stage.is_open() {
        (stage, since, Reverse(None))
    } else {
        (stage, None, Reverse(since))
    }
}

fn table(sessions: &[Session], now: Timestamp, desk: &mut Desk<'_>) -> io::Result<()> {
    let rows: Vec<_> = sessions
        .iter()
        .map(|session| {
            [
                session.id.to_string(),
                session.status.label().to_owned(),
                session
                    .state_since()
                    .map_or_else(String::new, |since| time_format::format_age(now - since)),
                session.title(),
                session.company().to_owned(),
                session.channel.name.clone(),
                agent(session).to_owned(),
                session.last_message.clone(),
            ]
        })
        .collect();
    let columns = [
        ("ID", 12),
        ("STATE", 22),
        ("FOR", 5),
        ("CUSTOMER", 24),
        ("COMPANY", 20),
        ("CHANNEL", 16),
        ("AGENT", 16),
        ("LAST MESSAGE", 60),
    ];
    rows::table(columns, &rows, desk.out)
}

fn csv(sessions: &[Session], zone: &TimeZone, desk: &mut Desk<'_>) -> io::Result<()> {
    let titles = [
        "id",
        "status",
        "customer",
        "email",
        "phone",
        "company",
        "channel",
        "agent",
        "requested",
        "started",
        "ended",
        "last_activity",
        "rating",
        "first_message",
        "last_message",
    ];
    rows::csv(titles, desk.out)?;
    for session in sessions {
        let time = |moment: Option<Timestamp>| {
            moment.map_or_else(String::new, |moment| time_format::format_rfc3339(moment, zone))
        };
        let cells = [
            &session.id.to_string(),
            session.status.api_name(),
            &session.title(),
            &session.customer.email,
            &session.customer.phone,
            session.company(),
            &session.channel.name,
            agent(session),
            &time(session.requested),
            &time(session.started),
            &time(session.ended),
            &time(session.last_activity),
            &session
                .rating
                .map_or_else(String::new, |stars| stars.to_string()),
            &session.first_message,
            &session.last_message,
        ];
        rows::csv(cells, desk.out)?;
    }
    Ok(())
}

fn agent(session: &Session) -> &str {
    session.agent.as_ref().map_or("", |agent| &agent.name)
}

#[cfg(test)]
mod tests;
