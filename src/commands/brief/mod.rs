//! `sochat brief`: what matters now, on one page, for a handover.
//!
//! Rows of the live list and of the archive since the time given or today, and the transcripts of those in which
//! something was written since; waits are those of the list.

mod output;
mod reading;

use std::cmp::Reverse;
use std::collections::HashSet;

use clap::{Args, ValueEnum};

use super::filter::last_activity;
use super::live_rows::LiveRows;
use super::pages::SessionPages;
use super::{Context, Error, ExitStatus, Verbosity};
use crate::chat::{
    ChannelId, MessageId, Scope, Session, SessionId, Thresholds, Timestamp, Wait, WaitSummary,
    WaitTracker,
};
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::{TimePoint, TypedDay, TypedTime};
use reading::{Reading, read_transcripts_of};

/// Watched sessions that are requested because no list has them; there are seldom any.
const MAX_WATCHED: usize = 40;

#[derive(Clone, Debug, PartialEq, Args)]
pub struct BriefArgs {
    /// What was unanswered then, and which watched sessions have moved since: 30m, 2h, 3d, 1w, 14:00, today,
    /// "yesterday 14:00", monday, 2026-11-03, "2026-11-03 14:00", or RFC 3339
    #[arg(long, value_name = "TIME", default_value = "today")]
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
struct Rows {
    /// Those that the live list has.
    live: Vec<Session>,
    archived: Vec<Session>,
    unreadable: usize,
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
    moved: Vec<Session>,
    links: Vec<SentLink>,
    /// Transcripts that were read, and those that were not.
    read: usize,
    not_read: usize,
}

/// A link that was sent to a customer.
struct SentLink {
    session: SessionId,
    message: MessageId,
    sent: Timestamp,
    author: String,
    address: String,
}

pub(super) async fn run<S: ChatApi>(
    api: &S,
    args: &BriefArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, Error> {
    let zone = context.resolve_zone(api).await?;
    let listed = context.retry_if_moved(async || api.sessions(Scope::Channels, None).await);
    let listed = listed.await?;
    context.print_zone_warning();
    let now = context.server_now(api);
    let times = Times {
        now,
        since: args.since.resolve(now, &zone),
        today: TypedTime::OnDay(TypedDay::Today, None).resolve(now, &zone),
    };
    let live: HashSet<_> = listed.sessions.iter().map(|session| session.id).collect();
    let incomplete = listed.incomplete.clone();
    let mut rows = list_rows(api, LiveRows::new(Ok(listed))?, &live, times, context).await?;
    let incomplete = incomplete.map(|why| ApiError::new(ErrorKind::InvalidResponse, why));
    rows.interrupted = rows.interrupted.or(incomplete);
    let moved = list_moved(api, &mut rows, times, context).await?;
    let mut waits = WaitTracker::default();
    waits.observe(&rows.live, now, &context.read_state.waits);
    let reading = read_transcripts_of(api, &mut rows, &mut waits, times, context).await?;
    let failed = reading.failed;
    let brief = Brief::new(&rows, &moved, &waits, reading, times);
    match args.format {
        BriefFormat::Json => output::print_json(&brief, &zone, context)?,
        BriefFormat::Text => output::print_text(&brief, &zone, context)?,
        BriefFormat::Markdown => output::print_markdown(&brief, &zone, context)?,
    }
    let exit = context.report_missing("sessions", rows.interrupted.as_ref(), rows.unreadable);
    Ok(match exit {
        ExitStatus::Success if failed > 0 => ExitStatus::Partial,
        exit => exit,
    })
}

/// The live sessions, and those of the archive that a brief may be about. Where the archive is refused, the live ones
/// are a partial result.
async fn list_rows<S: ChatApi>(
    api: &S,
    live_rows: LiveRows,
    live: &HashSet<SessionId>,
    times: Times,
    context: &mut Context<'_>,
) -> Result<Rows, ApiError> {
    let earliest = times.since.earlier(times.today);
    let mut pages = SessionPages::new(live_rows, Some(earliest));
    let channels = context.retry_if_moved(async || api.channels().await).await;
    let channels: Result<HashSet<ChannelId>, _> =
        channels.map(|channels| channels.iter().map(|channel| channel.id).collect());
    let (mut live_sessions, mut archived) = (Vec::new(), Vec::new());
    loop {
        let page = match &channels {
            Err(error) if !pages.is_at_end() => Err(error.clone()),
            _ => pages.next(api, Scope::All, context).await,
        };
        let page = match page {
            Ok(Some(page)) => page,
            Ok(None) => break,
            Err(error) if error.kind.is_refusal() => pages.end_early(error),
            Err(error) => return Err(error),
        };
        let is_mine =
            |channel: &ChannelId| channels.as_ref().is_ok_and(|mine| mine.contains(channel));
        for session in page {
            if live.contains(&session.id) {
                live_sessions.push(session);
            } else if is_mine(&session.channel.id) && has_moved(&session, earliest) {
                archived.push(session);
            }
        }
    }
    Ok(Rows {
        live: live_sessions,
        archived,
        unreadable: pages.unreadable,
        interrupted: pages.into_interruption(),
    })
}

/// The watched sessions in which something has happened. Those that no list has are requested.
async fn list_moved<S: ChatApi>(
    api: &S,
    rows: &mut Rows,
    times: Times,
    context: &mut Context<'_>,
) -> Result<Vec<Session>, ApiError> {
    let mut watched = context.read_state.watched_sessions();
    let mut moved = Vec::new();
    for row in rows.all() {
        let before = watched.len();
        watched.retain(|id| *id != row.id);
        if watched.len() < before {
            moved.push(row.clone());
        }
    }
    for id in watched.into_iter().rev().take(MAX_WATCHED) {
        let found = context.retry_if_moved(async || api.session(id).await);
        match found.await {
            Ok(session) => moved.push(session),
            // It was deleted.
            Err(error) if error.kind == ErrorKind::NotFound => {}
            Err(error) => {
                let line = format_args!("the watched session {id} could not be read: {error}");
                context.print_diagnostic(Verbosity::Quiet, line);
                rows.interrupted.get_or_insert(error);
                break;
            }
        }
    }
    moved.retain(|session| has_moved(session, times.since));
    moved.sort_by_key(|session| Reverse((last_activity(session), session.id)));
    Ok(moved)
}

/// Returns `true` if something has happened in a session since.
fn has_moved(session: &Session, since: TimePoint) -> bool {
    last_activity(session).is_some_and(|at| since.is_reached(at))
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

impl Rows {
    fn all(&self) -> impl Iterator<Item = &Session> {
        self.live.iter().chain(&self.archived)
    }
}

impl Brief {
    fn new(
        rows: &Rows,
        moved: &[Session],
        waits: &WaitTracker,
        reading: Reading,
        times: Times,
    ) -> Self {
        let live = rows.live.iter();
        let waiting = live.filter(|session| session.stage().is_waiting());
        let mut waiting: Vec<_> = waiting
            .map(|session| (session.clone(), waits.wait(session)))
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
            transfers: transfers.cloned().collect(),
            moved: moved.iter().map(|it| reading.with_name(it)).collect(),
            read: reading.read,
            not_read: reading.not_read,
            links: reading.into_links(),
        }
    }
}
