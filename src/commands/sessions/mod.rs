//! `sochat sessions`: who is there, how it stands, since when.

use std::cmp::Reverse;
use std::io;

use super::json::{JsonLayout, JsonWriter};
use super::{Context, Error, Verbosity, table};
use crate::chat::{Scope, Session, SessionId, SessionPage, Stage, Timestamp};
use crate::cli::{SessionFormat, SessionsArgs};
use crate::commands::ExitStatus;
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::{TimeZone, time_format};

/// Prints the sessions as wished.
pub(super) async fn run<S: ChatApi>(
    api: &S,
    args: &SessionsArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let zone = context.resolve_zone(api).await?;
    let now = (context.now)();
    let is_match = |session: &Session| {
        (args.statuses.is_empty() || args.statuses.iter().any(|status| status.matches(session)))
            && args.since.is_none_or(|since| {
                since.matches(session, now, |moment| {
                    time_format::local_date(moment, &zone)
                })
            })
    };
    let mut writer = match args.format {
        SessionFormat::Json => Some(JsonWriter::new(JsonLayout::Array)),
        SessionFormat::Jsonl => Some(JsonWriter::new(JsonLayout::Lines)),
        SessionFormat::Table | SessionFormat::Csv => None,
    };
    let mut collected = Vec::new();
    let mut pages = SessionPages::new(args.scope.into());
    let interrupted = loop {
        let page = match pages.next(api, context).await {
            Ok(Some(page)) => page,
            Ok(None) => break None,
            Err(fault) if pages.pages_read == 0 => return Err(fault.into()),
            Err(fault) => break Some(fault),
        };
        let matching = page.into_iter().filter(&is_match);
        if let Some(writer) = &mut writer {
            for session in matching {
                writer.write_element(context.out, &(context.format_json)(&session.raw, &zone))?;
            }
        } else {
            collected.extend(matching);
        }
    };
    collected.sort_by_key(urgency_key);
    match (writer, args.format) {
        (Some(writer), _) => writer.finish(context.out)?,
        (None, SessionFormat::Csv) => print_csv(&collected, &zone, context)?,
        (None, _) if collected.is_empty() => {
            context.print_diagnostic(Verbosity::Normal, "there is no such session");
        }
        (None, _) => print_table(&collected, now, context)?,
    }
    if let Some(fault) = &interrupted {
        context.print_diagnostic(
            Verbosity::Quiet,
            format_args!("the list is not complete: {fault}"),
        );
    }
    Ok(context.report_invalid(interrupted.is_some(), "sessions", pages.unreadable))
}

/// The pages of a listing, one after the other.
struct SessionPages {
    scope: Scope,
    below: Option<SessionId>,
    /// How many pages have come.
    pages_read: usize,
    is_last: bool,
    unreadable: usize,
}

impl SessionPages {
    fn new(scope: Scope) -> Self {
        Self {
            scope,
            below: None,
            pages_read: 0,
            is_last: false,
            unreadable: 0,
        }
    }

    async fn next<S: ChatApi>(
        &mut self,
        api: &S,
        context: &mut Context<'_>,
    ) -> Result<Option<Vec<Session>>, ApiError> {
        if self.is_last {
            return Ok(None);
        }
        let SessionPage {
            sessions,
            next,
            unreadable_count: unreadable,
        } = context
            .retry_if_moved(async || api.sessions(self.scope, self.below).await)
            .await?;
        if let (Some(next), Some(below)) = (next, self.below)
            && next >= below
        {
            let why = "the service answered with the same page of sessions twice";
            return Err(ApiError::new(ErrorKind::InvalidResponse, why));
        }
        self.pages_read += 1;
        self.unreadable += unreadable;
        self.is_last = next.is_none();
        self.below = next;
        Ok(Some(sessions))
    }
}

/// The order of the list: by stage, the longest wait first, what is over newest first.
fn urgency_key(session: &Session) -> (Stage, Option<Timestamp>, Reverse<Option<Timestamp>>) {
    let stage = session.status.stage();
    let since = session.state_since();
    if stage.is_open() {
        (stage, since, Reverse(None))
    } else {
        (stage, None, Reverse(since))
    }
}

fn print_table(sessions: &[Session], now: Timestamp, context: &mut Context<'_>) -> io::Result<()> {
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
                agent_name(session).to_owned(),
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
    table::write_table(columns, &rows, context.out)
}

fn print_csv(sessions: &[Session], zone: &TimeZone, context: &mut Context<'_>) -> io::Result<()> {
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
    table::write_csv_record(titles, context.out)?;
    for session in sessions {
        let time = |moment: Option<Timestamp>| {
            moment.map_or_else(String::new, |moment| {
                time_format::format_rfc3339(moment, zone)
            })
        };
        let cells = [
            &session.id.to_string(),
            session.status.api_name(),
            &session.title(),
            &session.customer.email,
            &session.customer.phone,
            session.company(),
            &session.channel.name,
            agent_name(session),
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
        table::write_csv_record(cells, context.out)?;
    }
    Ok(())
}

fn agent_name(session: &Session) -> &str {
    session.agent.as_ref().map_or("", |agent| &agent.name)
}

#[cfg(test)]
mod tests;
