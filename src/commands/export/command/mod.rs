//! `sochat export`: sessions to files, one each, with a manifest by which the next run continues.
//!
//! The sessions are listed page by page and exported side by side as they are listed: no more is in memory than
//! the transcripts being written, and the ids and checksums of the manifest.

mod fetch;
mod selection;
mod session;
mod state;

use std::collections::HashSet;
use std::path::PathBuf;

use clap::Args;
use tokio::sync::{Mutex, mpsc};

use super::super::concurrent::run_all;
use super::super::filter::{FilterArgs, since_help};
use super::super::live_rows::LiveRows;
use super::super::pages::SessionPages;
use super::super::retry::{Retries, concerns_one_session, request};
use super::super::{CommandError, Context, ExitStatus, FormatJson, parse_session_id};
use super::manifest::{ExportOptions, Manifest, RowChecksum};
use crate::chat::{Scope, SessionId, Timestamp};
use crate::sync::ChatApi;
use crate::text::{TimeZone, TranscriptFormat, TypedTime};
pub(crate) use fetch::{Fetch, SpawnFetch};
use selection::Selection;
use state::ExportState;

#[derive(Clone, Debug, PartialEq, Args)]
pub struct ExportArgs {
    /// Numbers of the sessions; without any, those that the options select
    #[arg(value_name = "ID", value_parser = parse_session_id,
        conflicts_with_all = ["scope", "statuses", "channels", "agents", "since", "until"])]
    pub sessions: Vec<SessionId>,
    /// Which sessions to export, from the archive and the live list
    #[arg(long, value_enum, default_value_t)]
    pub scope: Scope,
    #[command(flatten)]
    pub filter: FilterArgs,
    #[arg(long, value_name = "TIME", help = since_help("Only sessions requested"))]
    pub since: Option<TypedTime>,
    /// Only sessions requested before this time
    #[arg(long, value_name = "TIME")]
    pub until: Option<TypedTime>,
    /// Folder for the files; created if it does not exist
    #[arg(long, value_name = "DIR")]
    pub output: PathBuf,
    /// Format of the files
    #[arg(long, value_enum, default_value_t)]
    pub format: TranscriptFormat,
    /// Continue the export in the folder: sessions that changed are fetched again and their files replaced
    #[arg(long)]
    pub update: bool,
    /// Begin CSV files with a byte order mark, which some spreadsheets need
    #[arg(long)]
    pub(crate) bom: bool,
}

/// A session to export.
#[derive(Clone, Copy)]
struct Job {
    id: SessionId,
    /// As listed; `None` for one whose row is still to be fetched.
    row: Option<RowChecksum>,
}

/// What the sessions exported side by side have in common.
struct Exporter<'a, 'b, S> {
    api: &'a S,
    args: &'a ExportArgs,
    zone: TimeZone,
    options: ExportOptions,
    format_json: FormatJson,
    spawn_fetch: Option<SpawnFetch<'a>>,
    now: &'a dyn Fn() -> Timestamp,
    shared: Mutex<ExportState<'a, 'b>>,
}

pub(in crate::commands) async fn run<S: ChatApi>(
    api: &S,
    args: &ExportArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, CommandError> {
    let mut retries = Retries::unattended();
    let zone = context.resolve_zone_with_retries(api, &mut retries).await?;
    let options = ExportOptions {
        // The same zone may be requested by code and by name.
        time_zone: match zone.name() {
            name if name.is_empty() => zone.label(),
            name => name,
        },
        service: context.service.to_owned(),
        format: args.format.name().to_owned(),
        language: context.language.to_owned(),
        bom: args.bom,
        privacy: context.is_private,
    };
    let manifest = Manifest::open(&args.output, &options, args.update)?;
    let (format_json, now) = (context.format_json, context.now);
    let spawn_fetch = context.spawn_fetch;
    let exporter = Exporter {
        api,
        args,
        zone,
        options,
        format_json,
        spawn_fetch,
        now,
        shared: Mutex::new(ExportState::new(context, manifest, retries)),
    };
    let ended = exporter.export_all().await;
    exporter.shared.into_inner().finish(args, ended)
}

impl<S: ChatApi> Exporter<'_, '_, S> {
    async fn export_all(&self) -> Result<(), CommandError> {
        let connections = self.shared.lock().await.context.connections();
        let (sender, receiver) = mpsc::channel(1);
        let receiver = &Mutex::new(receiver);
        let workers = (0..connections).map(|worker| self.export_listed(worker, receiver));
        tokio::try_join!(self.list(sender), run_all(workers))?;
        Ok(())
    }

    async fn export_listed(
        &self,
        worker: usize,
        jobs: &Mutex<mpsc::Receiver<Job>>,
    ) -> Result<(), CommandError> {
        loop {
            let job = jobs.lock().await.recv().await;
            let Some(job) = job else { return Ok(()) };
            self.export_session(worker, &job).await?;
        }
    }

    /// Sends the sessions to export, in the order listed.
    async fn list(&self, jobs: mpsc::Sender<Job>) -> Result<(), CommandError> {
        if !self.args.sessions.is_empty() {
            let mut ids = self.args.sessions.clone();
            let mut seen = HashSet::new();
            ids.retain(|id| seen.insert(*id));
            self.shared.lock().await.begin(ids.len());
            for id in ids {
                self.send(Job { id, row: None }, &jobs).await;
            }
            return Ok(());
        }
        let mut selection = Selection::new(self).await?;
        let mut pages = self.begin_pages(&selection).await?;
        // The list is read to its end before the first session is exported where a name may fit several channels
        // or agents, and where progress is shown, for the time left.
        let is_shown = self.shared.lock().await.context.progress.is_enabled();
        let is_counted = is_shown || selection.has_names();
        let mut listed = Vec::new();
        while let Some(rows) = pages.next_of_archive(self.api, &self.shared).await? {
            for session in rows {
                if !selection.observes(&session) {
                    continue;
                }
                let (id, row) = (session.id, Some(RowChecksum::of(&session)));
                let job = Job { id, row };
                if is_counted {
                    listed.push((job, selection.observed_names(&session)));
                } else {
                    self.send(job, &jobs).await;
                }
            }
            if is_counted {
                let line = || format!("{} sessions listed", listed.len());
                self.shared.lock().await.context.show_progress(line);
            }
        }
        let mut shared = self.shared.lock().await;
        match pages.failure() {
            // Names are not compared with a part of the list.
            Some(failure) if selection.has_names() => return Err(failure.clone().into()),
            Some(_) => {}
            None => selection.check_names(shared.context)?,
        }
        if is_counted {
            listed.retain(|(_, names)| selection.selects(*names));
            shared.begin(listed.len());
        }
        drop(shared);
        for (job, _) in listed {
            self.send(job, &jobs).await;
        }
        let mut shared = self.shared.lock().await;
        shared.unreadable = pages.unreadable;
        shared.interrupted = pages.into_interruption();
        Ok(())
    }

    async fn begin_pages(&self, selection: &Selection<'_>) -> Result<SessionPages, CommandError> {
        let list = async || LiveRows::new(self.api.sessions(Scope::Channels, None).await);
        let live = request(&self.shared, list).await?;
        Ok(SessionPages::new(live, selection.since()))
    }

    /// Sends a listed session to be exported, unless it is unchanged.
    async fn send(&self, job: Job, jobs: &mpsc::Sender<Job>) {
        let path = self.path_of(job.id);
        let is_unchanged = self.shared.lock().await.skip_unchanged(job, &path);
        if !is_unchanged {
            // Without a receiver the export has ended.
            let _ended = jobs.send(job).await;
        }
    }

    fn path_of(&self, id: SessionId) -> PathBuf {
        self.args.output.join(self.args.format.file_name(id))
    }
}
