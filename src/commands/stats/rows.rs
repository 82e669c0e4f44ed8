//! Figures from the rows of archive and live list as their pages come, and from transcripts that are read
//! meanwhile. Only the durations of a row are stored.

use chrono::TimeDelta;
use tokio::sync::{Mutex, mpsc};

use super::super::live_rows::LiveRows;
use super::super::pages::SessionPages;
use super::super::retry::{Retries, request};
use super::super::transcripts::{SharedContext, TranscriptJob, TranscriptScan, read_transcripts};
use super::super::{CommandError, Context, ExitStatus};
use super::group::{GroupKey, Groups};
use super::output::{Report, Source, TranscriptCounts};
use super::{Range, StatsArgs};
use crate::chat::{
    FigureScanner, Message, Scope, Session, SessionId, Stage, Timestamp, TurnScan, TurnScanner,
    WaitTracker,
};
use crate::sync::ChatApi;
use crate::text::TimeZone;

/// What is counted while the list is read.
struct Counting {
    groups: Groups,
    waits: WaitTracker,
    now: Timestamp,
}

/// The data stored of a transcript.
#[derive(Clone)]
struct StatsScan {
    figures: FigureScanner,
    turn: TurnScanner,
}

/// A session whose transcript is read.
struct ToRead {
    key: GroupKey,
    /// How long a customer waited who left before anybody answered.
    missed_after: Option<TimeDelta>,
    /// The row of a customer who waits now.
    waiting: Option<Box<Session>>,
}

pub(super) async fn count<S: ChatApi>(
    api: &S,
    args: &StatsArgs,
    range: &Range,
    zone: &TimeZone,
    context: &mut Context<'_>,
) -> Result<ExitStatus, CommandError> {
    let records = context.read_state.waits.clone();
    let shared = SharedContext::new(context, Retries::answered());
    let listed = request(&shared, async || api.sessions(Scope::Channels, None).await).await;
    let listed = match listed {
        Err(CommandError::Service(error)) => Err(error),
        listed => Ok(listed?),
    };
    let now = shared.lock().await.context.server_now(api);
    let mut waits = WaitTracker::default();
    if let Ok(page) = &listed {
        waits.observe(&page.sessions, now, &records);
    }
    let live = LiveRows::new(listed)?;
    let mut pages = SessionPages::new(live, Some(range.since)).allow_live_only();
    let counting = Mutex::new(Counting {
        groups: Groups::new(args.by, zone.clone()),
        waits,
        now,
    });
    let (sender, receiver) = mpsc::channel(1);
    let list = async {
        let sender = args.exact.then_some(sender);
        count_pages(api, &mut pages, range, &counting, sender, &shared).await
    };
    let scan = StatsScan {
        figures: FigureScanner::new(now),
        turn: TurnScanner::new(TurnScan::default(), now),
    };
    let finish = async |id: SessionId, job: ToRead, scan: StatsScan| {
        counting.lock().await.add_transcript(id, job, scan);
    };
    // Where transcripts can no longer be read, the rows are counted all the same.
    let read = async {
        match read_transcripts(api, &shared, receiver, &scan, finish).await {
            Err(CommandError::Service(error)) => Ok(Some(error)),
            other => other.map(|()| None),
        }
    };
    let ((), unread) = tokio::try_join!(list, read)?;
    let shared = shared.into_inner();
    let groups = counting.into_inner().groups;
    let report = Report {
        source: Source::Rows,
        range,
        zone,
        transcripts: args.exact.then_some(TranscriptCounts {
            read: shared.read,
            failed: shared.failed,
        }),
        groups: groups.finish(!pages.lacks_status),
    };
    report.print(args, shared.context)?;
    let unreadable = pages.unreadable;
    let interrupted = pages.into_interruption().or(unread);
    let exit = shared
        .context
        .report_missing("sessions", interrupted.as_ref(), unreadable);
    Ok(exit.partial_if(shared.failed > 0))
}

/// Counts the sessions of all pages, and sends those whose transcripts are to be read.
async fn count_pages<S: ChatApi>(
    api: &S,
    pages: &mut SessionPages,
    range: &Range,
    counting: &Mutex<Counting>,
    transcripts: Option<mpsc::Sender<TranscriptJob<ToRead>>>,
    shared: &Mutex<SharedContext<'_, '_>>,
) -> Result<(), CommandError> {
    let mut listed = 0;
    while let Some(page) = pages.next_of_archive(api, shared).await? {
        for session in page {
            listed += 1;
            if !range.contains(&session) {
                continue;
            }
            let key = counting.lock().await.groups.count(&session);
            if let Some(transcripts) = &transcripts {
                // Without a receiver no transcript can be read any more.
                let _ended = transcripts
                    .send((session.id, ToRead::new(key, session)))
                    .await;
            }
        }
        let mut shared = shared.lock().await;
        let read = shared.read;
        shared.context.show_progress(|| match &transcripts {
            Some(_) => format!("{listed} sessions listed, {read} transcripts read"),
            None => format!("{listed} sessions listed"),
        });
    }
    Ok(())
}

impl TranscriptScan for StatsScan {
    fn observe(&mut self, messages: &[Message]) {
        self.figures.observe(messages);
        self.turn.observe(messages);
    }
}

impl ToRead {
    fn new(key: GroupKey, session: Session) -> Self {
        let stage = session.stage();
        let missed_after = match (session.requested, session.ended) {
            (Some(requested), Some(ended)) if stage == Stage::Missed => Some(ended - requested),
            _ => None,
        };
        Self {
            key,
            missed_after,
            waiting: stage.is_waiting().then(|| Box::new(session)),
        }
    }
}

impl Counting {
    fn add_transcript(&mut self, id: SessionId, job: ToRead, scan: StatsScan) {
        let figures = scan.figures.finish();
        let present = job.waiting.and_then(|session| {
            self.waits.apply_scan(id, scan.turn.finish(), self.now);
            let wait = self.waits.wait(&session)?;
            Some(self.now - wait.since)
        });
        let longest = figures
            .longest_response()
            .max(job.missed_after)
            .max(present);
        self.groups
            .add_exact(&job.key, figures.first_response(), longest);
    }
}
