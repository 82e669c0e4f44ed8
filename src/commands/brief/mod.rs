//! `sochat brief`: what matters now, on one page, for a handover.
//!
//! Rows of the live list and of the archive since the time given or today, and the transcripts of those in which
//! something was written since; waits are those of the list.

mod output;
mod reading;

use std::cmp::Reverse;
use std::collections::HashSet;

use clap::{Args, ValueEnum};
use tokio::sync::Mutex;

use super::filter::since_help;
use super::live_rows::LiveRows;
use super::pages::SessionPages;
use super::retry::{Retries, concerns_one_session, request};
use super::transcripts::SharedContext;
use super::{CommandError, Context, ExitStatus, Verbosity};
use crate::chat::{
    MessageId, Scope, Session, SessionId, SessionPage, Thresholds, Timestamp, Wait, WaitSummary,
    WaitTracker,
};
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::{TimePoint, TypedDay, TypedTime};
use output::PageFormat;
use reading::{Reading, read_transcripts_of};

/// Watched sessions that are requested because no list has them; there are seldom any.
const MAX_WATCHED: usize = 40;

#[derive(Clone, Debug, PartialEq, Args)]
pub struct BriefArgs {
    #[arg(long, value_name = "TIME", default_value = "today",
        help = since_help("List what was unanswered at this time, and watched sessions with activity"))]
    pub since: TypedTime,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: BriefFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum BriefFormat {
    /// One page of plain text
    #[default]
    Text,
    /// One page of Markdown
    Markdown,
    /// One JSON object, with all rows
    Json,
}

/// The times that a brief is about.
#[derive(Clone, Copy)]
struct Times {
    now: Timestamp,
    since: TimePoint,
    /// The beginning of the day.
    today: TimePoint,
}

/// Sessions listed, and why there may be more.
struct BriefRows {
    /// The sessions of the live list.
    live: Vec<Session>,
    archived: Vec<Session>,
    unreadable: usize,
    /// Watched sessions that could not be read.
    unread_watched: usize,
    interrupted: Option<ApiError>,
}

/// What is printed; each list in the order of its importance.
struct Brief {
    times: Times,
    /// Customers who wait, with their waits.
    waiting: Vec<(Session, Option<Wait>)>,
    longest: Option<Wait>,
    /// Customers without an answer at the time given, with the waits of then.
    unanswered: Vec<(Session, Wait)>,
    transfers: Vec<Session>,
    /// Watched sessions in which something has happened since.
    watched: Vec<Session>,
    links: Vec<(SessionId, SentLink)>,
    /// Transcripts that were read, and those that were not.
    read: usize,
    not_read: usize,
}

/// A link that was sent to a customer.
#[derive(Clone)]
struct SentLink {
    message: MessageId,
    sent: Timestamp,
    author: String,
    address: String,
}

pub(super) async fn run<S: ChatApi>(
    api: &S,
    args: &BriefArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, CommandError> {
    let zone = context.resolve_zone(api).await?;
    let records = context.read_state.waits.clone();
    let shared = SharedContext::new(context, Retries::default());
    let listed = request(&shared, async || api.sessions(Scope::Channels, None).await).await?;
    let now = shared.lock().await.context.server_now(api);
    let times = Times {
        now,
        since: args.since.resolve_since(now, &zone),
        today: TypedTime::OnDay(TypedDay::Today, None).resolve(now, &zone),
    };
    let mut rows = list_rows(api, listed, times, &shared).await?;
    let watched = list_watched(api, &mut rows, times, &shared).await?;
    let mut waits = WaitTracker::default();
    waits.observe(&rows.live, now, &records);
    let reading = read_transcripts_of(api, &mut rows, &mut waits, times, &shared).await?;
    let shared = shared.into_inner();
    let (context, failed) = (shared.context, shared.failed + rows.unread_watched);
    let brief = Brief::new(&rows, &watched, &waits, reading, times);
    context.clear_progress();
    match args.format {
        BriefFormat::Json => output::print_json(&brief, &zone, context)?,
        BriefFormat::Text => output::print_page(&brief, &zone, PageFormat::Text, context)?,
        BriefFormat::Markdown => output::print_page(&brief, &zone, PageFormat::Markdown, context)?,
    }
    let exit = context.report_missing("sessions", rows.interrupted.as_ref(), rows.unreadable);
    Ok(exit.partial_if(failed > 0))
}

/// The live sessions, and those of the archive that a brief may be about. Where the archive fails, the live ones
/// are a partial result.
async fn list_rows<S: ChatApi>(
    api: &S,
    listed: SessionPage,
    times: Times,
    shared: &Mutex<SharedContext<'_, '_>>,
) -> Result<BriefRows, CommandError> {
    let max_body = shared.lock().await.context.max_body;
    let live: HashSet<_> = listed.sessions.iter().map(|session| session.id).collect();
    let earliest = times.since.earlier(times.today);
    let pages = SessionPages::new(LiveRows::new(Ok(listed))?, Some(earliest));
    let remedy = ", or write a later --since";
    let mut pages = pages.allow_live_only().with_limit(max_body, remedy);
    let (mut live_sessions, mut archived) = (Vec::new(), Vec::new());
    let channels = match request(shared, async || api.channels().await).await {
        Err(CommandError::Service(error)) => {
            live_sessions = pages.end_early(error);
            Vec::new()
        }
        channels => channels?,
    };
    let channels: HashSet<_> = channels.iter().map(|channel| channel.id).collect();
    while let Some(page) = pages.next_of_archive(api, shared).await? {
        let (of_live, others): (Vec<_>, Vec<_>) = page
            .into_iter()
            // Their JSON, which takes the most memory, is printed nowhere.
            .map(|session| Session {
                raw: "".into(),
                ..session
            })
            .partition(|session| live.contains(&session.id));
        live_sessions.extend(of_live);
        let others = others.into_iter().filter(|session| {
            channels.contains(&session.channel.id) && has_activity_since(session, earliest)
        });
        live_sessions.extend(pages.store(others, &mut archived));
    }
    Ok(BriefRows {
        live: live_sessions,
        archived,
        unreadable: pages.unreadable,
        unread_watched: 0,
        interrupted: pages.into_interruption(),
    })
}

/// The watched sessions in which something has happened. Those that no list has are requested.
async fn list_watched<S: ChatApi>(
    api: &S,
    rows: &mut BriefRows,
    times: Times,
    shared: &Mutex<SharedContext<'_, '_>>,
) -> Result<Vec<Session>, CommandError> {
    let mut ids = shared.lock().await.context.read_state.watched_sessions();
    let mut watched = Vec::new();
    for row in rows.all() {
        let before = ids.len();
        ids.retain(|id| *id != row.id);
        if ids.len() < before {
            watched.push(row.clone());
        }
    }
    let beyond = ids.len().saturating_sub(MAX_WATCHED);
    if beyond > 0 {
        let line = format_args!("watched sessions in no list that were not requested: {beyond}");
        let context = &mut *shared.lock().await.context;
        context.print_diagnostic(Verbosity::Normal, line);
    }
    for id in ids.into_iter().rev().take(MAX_WATCHED) {
        let found = request(shared, async || api.session(id).await).await;
        match found {
            Ok(session) => watched.push(session),
            // The session was deleted.
            Err(CommandError::Service(error)) if error.kind == ErrorKind::NotFound => {}
            Err(CommandError::Service(error)) if concerns_one_session(error.kind) => {
                rows.unread_watched += 1;
                let line = format_args!("the watched session {id} is missing: {error}");
                let context = &mut *shared.lock().await.context;
                context.print_diagnostic(Verbosity::Quiet, line);
            }
            // The others would fail as well.
            Err(CommandError::Service(error)) => {
                rows.interrupted.get_or_insert(error);
                break;
            }
            Err(error) => return Err(error),
        }
    }
    watched.retain(|session| has_activity_since(session, times.since));
    watched.sort_by_key(|session| Reverse((session.last_active(), session.id)));
    Ok(watched)
}

/// Returns `true` if something has happened in a session since.
fn has_activity_since(session: &Session, since: TimePoint) -> bool {
    session.last_active().is_some_and(|at| since.is_reached(at))
}

impl Times {
    /// Returns `true` if a time is before the one given.
    fn is_before_since(self, at: Option<Timestamp>) -> bool {
        at.is_some_and(|at| !self.since.is_reached(at))
    }

    /// Returns `true` if a session was requested before the time given, and not over by then.
    fn was_open(self, session: &Session) -> bool {
        let was_over = session.stage().is_over() && self.is_before_since(session.ended);
        self.is_before_since(session.requested) && !was_over
    }
}

impl BriefRows {
    fn all(&self) -> impl Iterator<Item = &Session> {
        self.live.iter().chain(&self.archived)
    }
}

impl Brief {
    fn new(
        rows: &BriefRows,
        watched: &[Session],
        waits: &WaitTracker,
        reading: Reading,
        times: Times,
    ) -> Self {
        let live = rows.live.iter();
        let waiting = live.filter(|session| session.stage().is_waiting());
        let mut waiting: Vec<_> = waiting
            .map(|session| (reading.with_name(session), waits.wait(session)))
            .collect();
        waiting.sort_by_key(|(session, wait)| {
            (wait.map_or((i64::MAX, true), Wait::sort_key), session.id)
        });
        let mut longest = WaitSummary::default();
        for (_, wait) in &waiting {
            longest.add(*wait, Thresholds::default());
        }
        let unanswered = rows.all().filter_map(|session| {
            let wait = reading.unanswered(session, waits, times)?;
            Some((reading.with_name(session), wait))
        });
        let mut unanswered: Vec<_> = unanswered.collect();
        unanswered.sort_by_key(|(session, wait)| (wait.sort_key(), session.id));
        let transfers = rows.live.iter();
        let transfers = transfers.filter(|session| session.transfer_to.is_some());
        Self {
            times,
            waiting,
            longest: longest.longest(),
            unanswered,
            transfers: transfers.map(|it| reading.with_name(it)).collect(),
            watched: watched.iter().map(|it| reading.with_name(it)).collect(),
            read: reading.read,
            not_read: reading.not_read,
            links: reading.into_links(),
        }
    }
}
