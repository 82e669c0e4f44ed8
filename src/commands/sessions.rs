//! `sochat sessions`: the sessions of a scope, filtered, in any format.

use std::io;

use clap::ValueEnum;

use super::json::{JsonLayout, JsonWriter};
use super::{Context, Error, ExitStatus, SinceFilter, StatusFilter, Verbosity, table};
use crate::chat::{Scope, Session, SessionId, SessionPage, Timestamp};
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::{TimeZone, time_format};

#[derive(Clone, Debug, PartialEq)]
pub struct SessionsCommand {
    pub scope: Scope,
    /// Any of these; every status where empty.
    pub statuses: Vec<StatusFilter>,
    pub since: Option<SinceFilter>,
    pub format: SessionFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SessionFormat {
    /// Columns for people
    #[default]
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values
    Csv,
}

pub(super) async fn run<S: ChatApi>(
    api: &S,
    command: &SessionsCommand,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let zone = context.resolve_zone(api).await?;
    let now = (context.now)();
    let is_match = |session: &Session| {
        (command.statuses.is_empty()
            || command
                .statuses
                .iter()
                .any(|status| status.matches(session)))
            && command.since.is_none_or(|since| {
                since.matches(session, now, |timestamp| {
                    time_format::local_date(timestamp, &zone)
                })
            })
    };
    let mut writer = match command.format {
        SessionFormat::Json => Some(JsonWriter::new(JsonLayout::Array)),
        SessionFormat::Jsonl => Some(JsonWriter::new(JsonLayout::Lines)),
        SessionFormat::Table | SessionFormat::Csv => None,
    };
    let mut collected = Vec::new();
    let mut pages = SessionPages::new(command.scope);
    let interrupted = loop {
        let page = match pages.next(api, context).await {
            Ok(Some(page)) => page,
            Ok(None) => break None,
            Err(error) if pages.pages_read == 0 => return Err(error.into()),
            Err(error) => break Some(error),
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
    collected.sort_by_key(Session::urgency);
    match (writer, command.format) {
        (Some(writer), _) => writer.finish(context.out)?,
        (None, SessionFormat::Csv) => print_csv(&collected, &zone, context)?,
        (None, _) if collected.is_empty() => {
            context.print_diagnostic(Verbosity::Normal, "there is no such session");
        }
        (None, _) => print_table(&collected, now, context)?,
    }
    if let Some(error) = &interrupted {
        context.print_diagnostic(
            Verbosity::Quiet,
            format_args!("the list is not complete: {error}"),
        );
    }
    Ok(context.report_invalid(interrupted.is_some(), "sessions", pages.unreadable))
}

struct SessionPages {
    scope: Scope,
    below: Option<SessionId>,
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
            unreadable_count,
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
        self.unreadable += unreadable_count;
        self.is_last = next.is_none();
        self.below = next;
        Ok(Some(sessions))
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
        let time = |timestamp: Option<Timestamp>| {
            timestamp.map_or_else(String::new, |timestamp| {
                time_format::format_rfc3339(timestamp, zone)
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
