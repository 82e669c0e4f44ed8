//! `sochat sessions`: the sessions of a scope, filtered, in any format.

use std::io;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::json::{JsonLayout, JsonWriter};
use super::{Context, Error, ExitStatus, SinceFilter, StatusFilter, Verbosity, table};
use crate::chat::{Scope, Session, Timestamp, WaitRecords, WaitTracker};
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::{TimeZone, time_format};

#[derive(Clone, Debug, PartialEq, Args)]
pub struct SessionsArgs {
    /// Which sessions to list
    #[arg(long, value_enum, default_value_t)]
    pub scope: Scope,
    /// Only these states: needs-reply, in-queue, answered, bot, pre-chat-form, faq-form, offline-form,
    /// ended, missed, deleted, active (not over), or a status by the service's name; repeatable
    #[arg(long = "status", value_name = "STATUS")]
    pub statuses: Vec<StatusFilter>,
    /// Only sessions active since: 30m, 2h, 3d, 1w, 2026-03-28 or 2026-03-28T14:00:00+01:00
    #[arg(long, value_name = "TIME")]
    pub since: Option<SinceFilter>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: SessionFormat,
}

impl ValueEnum for Scope {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Channels, Self::Mine, Self::All]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Self::Channels => ("channels", "Sessions in my channels"),
            Self::Mine => ("mine", "Sessions assigned to me"),
            Self::All => ("all", "All sessions"),
        };
        Some(PossibleValue::new(name).help(help))
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SessionFormat {
    /// Aligned columns
    #[default]
    Table,
    /// One JSON array
    Json,
    /// One JSON object per line
    Jsonl,
    /// Comma-separated values
    Csv,
}

pub(super) async fn run<S: ChatApi>(
    api: &S,
    args: &SessionsArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let zone = context.resolve_zone(api).await?;
    let mut now = (context.now)();
    let is_match = |session: &Session, now: Timestamp| {
        (args.statuses.is_empty() || args.statuses.iter().any(|status| status.matches(session)))
            && args.since.is_none_or(|since| {
                since.matches(session, now, |timestamp| {
                    time_format::local_date(timestamp, &zone)
                })
            })
    };
    let mut writer = match args.format {
        SessionFormat::Json => Some(JsonWriter::new(JsonLayout::Array)),
        SessionFormat::Jsonl => Some(JsonWriter::new(JsonLayout::Lines)),
        SessionFormat::Table | SessionFormat::Csv => None,
    };
    let mut collected = Vec::new();
    let (mut below, mut unreadable, mut incomplete) = (None, 0, None);
    let interrupted = loop {
        let result = context.retry_if_moved(async || api.sessions(args.scope, below).await);
        let page = match result.await {
            Ok(page) => page,
            Err(error) if below.is_none() => return Err(error.into()),
            Err(error) => break Some(error),
        };
        if below.is_some() && page.next >= below {
            let why = "the service sent the same page of sessions twice";
            break Some(ApiError::new(ErrorKind::InvalidResponse, why));
        }
        context.print_zone_warning();
        unreadable += page.unreadable_count;
        incomplete = incomplete.or(page.incomplete);
        now = context.server_now(api);
        let is_match = |session: &Session| is_match(session, now);
        let matching = page.sessions.into_iter().filter(is_match);
        if let Some(writer) = &mut writer {
            for session in matching {
                writer.write_element(context.out, &(context.format_json)(&session.raw, &zone))?;
            }
        } else {
            collected.extend(matching);
        }
        below = page.next;
        if below.is_none() {
            break incomplete.map(|why| ApiError::new(ErrorKind::InvalidResponse, why));
        }
    };
    let mut waits = WaitTracker::default();
    waits.observe(&collected, now, &WaitRecords::new());
    collected.sort_by_key(|session| waits.urgency(session));
    match (writer, args.format) {
        (Some(writer), _) => writer.finish(context.out)?,
        (None, SessionFormat::Csv) => print_csv(&collected, &zone, context)?,
        (None, _) if collected.is_empty() => {
            context.print_diagnostic(Verbosity::Normal, "no matching sessions");
        }
        (None, _) => print_table(&collected, &waits, now, context)?,
    }
    Ok(context.report_missing("sessions", interrupted.as_ref(), unreadable))
}

fn print_table(
    sessions: &[Session],
    waits: &WaitTracker,
    now: Timestamp,
    context: &mut Context<'_>,
) -> io::Result<()> {
    let rows: Vec<_> = sessions
        .iter()
        .map(|session| {
            [
                session.id.to_string(),
                session.state().to_owned(),
                waits
                    .wait(session)
                    .map_or_else(String::new, |wait| time_format::format_wait(wait, now)),
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

const CSV_HEADER: &str = "id,status,customer,email,phone,company,channel,agent,requested,started,\
    ended,last_activity,rating,first_message,last_message";

fn print_csv(sessions: &[Session], zone: &TimeZone, context: &mut Context<'_>) -> io::Result<()> {
    write!(context.out, "{CSV_HEADER}\r\n")?;
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
