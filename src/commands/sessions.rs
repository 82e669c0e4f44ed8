//! `sochat sessions`: the sessions of a scope, filtered, in any format.

use std::io;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::filter::{FilterArgs, SessionFilter, since_help};
use super::json::{JsonLayout, JsonWriter};
use super::live_rows::LiveRows;
use super::pages::SessionPages;
use super::waits::read_waits;
use super::{CommandError, Context, ExitStatus, Verbosity, table};
use crate::chat::{Scope, Session, Stage, Timestamp, WaitTracker};
use crate::sync::ChatApi;
use crate::text::{TimeZone, TypedTime, time_format};

#[derive(Clone, Debug, PartialEq, Args)]
pub struct SessionsArgs {
    /// Which sessions to list
    #[arg(long, value_enum, default_value_t)]
    pub scope: Scope,
    #[command(flatten)]
    pub filter: FilterArgs,
    #[arg(long, value_name = "TIME", help = since_help("Only sessions active"))]
    pub since: Option<TypedTime>,
    /// Only sessions last active before this time
    #[arg(long, value_name = "TIME")]
    pub until: Option<TypedTime>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: SessionFormat,
}

impl ValueEnum for Scope {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Channels, Self::Mine, Self::All]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Channels => "Sessions in my channels",
            Self::Mine => "Sessions assigned to me",
            Self::All => "All sessions",
        };
        Some(PossibleValue::new(self.name()).help(help))
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
) -> Result<ExitStatus, CommandError> {
    let zone = context.resolve_zone(api).await?;
    let mut now = (context.now)();
    let mut filter = SessionFilter::new(&args.filter, args.since, args.until, Session::last_active);
    let layout = match args.format {
        SessionFormat::Json => Some(JsonLayout::Array),
        SessionFormat::Jsonl => Some(JsonLayout::Lines),
        SessionFormat::Table | SessionFormat::Csv => None,
    };
    let mut writer = layout.map(JsonWriter::new);
    // The archive may be too large to collect: as JSON it is printed as it comes, in its order. Which channel or
    // agent a name matches is known once all have arrived.
    let is_archive = args.scope == Scope::All;
    let is_streamed = is_archive && !filter.has_names();
    let live = LiveRows::fetch(api, args.scope, context).await?;
    let remedy = ", list fewer with --since or --status, or use --format jsonl";
    let mut pages = SessionPages::new(live, None).with_limit(context.max_body, remedy);
    let (mut collected, mut listed): (Vec<Session>, _) = (Vec::new(), 0);
    let list = async |below| api.sessions(args.scope, below).await;
    while let Some(mut sessions) = pages.next(context, list).await? {
        context.print_zone_warning();
        now = context.server_now(api);
        listed += sessions.len();
        if !is_streamed {
            context.show_progress(|| format!("{listed} sessions listed"));
        }
        sessions.retain(|session| filter.observe(session, now, &zone));
        if let (Some(writer), true) = (&mut writer, is_streamed) {
            for session in sessions {
                writer.write_element(context.out, &(context.format_json)(&session.raw, &zone))?;
            }
            continue;
        }
        let unlisted = pages.store(sessions, &mut collected).into_iter();
        collected.extend(unlisted.filter(|session| filter.observe(session, now, &zone)));
    }
    let (unreadable, interrupted) = (pages.unreadable, pages.into_interruption());
    filter.check_names(context)?;
    collected.retain(|session| filter.matches_names(session));
    let waits = if is_archive && layout.is_some() {
        WaitTracker::default()
    } else {
        let waits = read_waits(api, &collected, now, context).await;
        collected.sort_by_cached_key(|session| waits.order(session));
        waits
    };
    context.clear_progress();
    match (writer, args.format) {
        (Some(mut writer), _) => {
            for session in &collected {
                writer.write_element(context.out, &(context.format_json)(&session.raw, &zone))?;
            }
            writer.finish(context.out)?;
        }
        (None, SessionFormat::Csv) => print_csv(&collected, &waits, &zone, context)?,
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
                session.agent_name().to_owned(),
                session.last_message.clone(),
            ]
        })
        .collect();
    let columns = [
        ("ID", 12),
        ("STATE", 22),
        ("FOR", 6),
        ("CUSTOMER", 24),
        ("COMPANY", 20),
        ("CHANNEL", 16),
        ("AGENT", 16),
        ("LAST MESSAGE", 60),
    ];
    table::write_table(&columns, &rows, context.out)
}

const CSV_HEADER: &str = "id,status,customer,email,phone,company,channel,agent,requested,started,\
    ended,last_activity,rating,first_message,last_message,state,waiting_since,waiting_exact";

fn print_csv(
    sessions: &[Session],
    waits: &WaitTracker,
    zone: &TimeZone,
    context: &mut Context<'_>,
) -> io::Result<()> {
    write!(context.out, "{CSV_HEADER}\r\n")?;
    for session in sessions {
        let time = |timestamp: Option<Timestamp>| {
            timestamp.map_or_else(String::new, |timestamp| {
                time_format::format_rfc3339(timestamp, zone)
            })
        };
        let is_waiting = matches!(
            session.stage(),
            Stage::NeedsReply | Stage::Queued | Stage::Answered
        );
        let wait = waits.wait(session).filter(|_| is_waiting);
        let cells = [
            &session.id.to_string(),
            session.status.api_name(),
            &session.title(),
            &session.customer.email,
            &session.customer.phone,
            session.company(),
            &session.channel.name,
            session.agent_name(),
            &time(session.requested),
            &time(session.started),
            &time(session.ended),
            &time(session.last_activity),
            &session
                .rating
                .map_or_else(String::new, |stars| stars.to_string()),
            &session.first_message,
            &session.last_message,
            session.state(),
            &time(wait.map(|wait| wait.since)),
            &wait.map_or_else(String::new, |wait| wait.is_exact.to_string()),
        ];
        table::write_csv_record(cells, context.out)?;
    }
    Ok(())
}
