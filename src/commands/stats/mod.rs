//! `sochat stats`: figures of the chats requested in a time, in all or by hour, day, channel or agent.
//!
//! Counted by the service where it can; otherwise from the rows of the archive as they come. With `--exact`,
//! also from the transcripts.

mod aggregates;
mod figures;
mod group;
mod output;
mod rows;

use std::collections::HashSet;

use clap::{Args, ValueEnum};

use super::filter::since_help;
use super::{CommandError, Context, ExitStatus};
use crate::chat::{ChannelId, Session, Timestamp};
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::{TimePoint, TimeZone, TypedTime};
use output::{Report, Source};

#[derive(Clone, Debug, PartialEq, Args)]
pub struct StatsArgs {
    /// A row for each hour of the day, day, channel or agent; without it, one for all chats
    #[arg(long, value_enum)]
    pub by: Option<StatsBy>,
    #[arg(long, value_name = "TIME", default_value = "today", help = since_help("Only chats requested"))]
    pub since: TypedTime,
    /// Only chats requested before this time
    #[arg(long, value_name = "TIME")]
    pub until: Option<TypedTime>,
    /// Also first response and longest wait, from the transcripts
    #[arg(long)]
    pub exact: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: StatsFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatsBy {
    /// Hour of the day
    Hour,
    Day,
    Channel,
    Agent,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StatsFormat {
    /// Aligned columns
    #[default]
    Table,
    /// Comma-separated values, times in seconds
    Csv,
    /// One JSON object, times in seconds
    Json,
}

/// The chats that are counted.
struct Range {
    since: TimePoint,
    until: Option<TimePoint>,
    /// The channels of the user.
    channels: HashSet<ChannelId>,
}

pub(super) async fn run<S: ChatApi>(
    api: &S,
    args: &StatsArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, CommandError> {
    let zone = context.resolve_zone(api).await?;
    let channels = context.retry_if_moved(async || api.channels().await);
    let channels = channels.await?;
    context.print_zone_warning();
    let now = context.server_now(api);
    let channels = channels.iter().map(|channel| channel.id).collect();
    let range = Range::new(args, channels, now, &zone)?;
    let Some(groups) = aggregates::fetch(api, args, &range, context).await? else {
        return rows::count(api, args, &range, &zone, context).await;
    };
    let report = Report {
        source: Source::Aggregates,
        range: &range,
        zone: &zone,
        transcripts: None,
        groups,
    };
    report.print(args, context)?;
    Ok(ExitStatus::Success)
}

impl Range {
    fn new(
        args: &StatsArgs,
        channels: HashSet<ChannelId>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Self, ApiError> {
        let since = args.since.resolve_since(now, zone);
        let until = args.until;
        let until = until.map(|until| until.resolve_until(Some(args.since), now, zone));
        if let Some(until) = until
            && since.earlier(until) == until
        {
            let (since, until) = (since.format(zone), until.format(zone));
            let why = format!(
                "no time is between --since ({since}) and --until ({until}): write an earlier --since or a later --until"
            );
            return Err(ApiError::new(ErrorKind::Config, why));
        }
        Ok(Self {
            since,
            until,
            channels,
        })
    }

    fn contains(&self, session: &Session) -> bool {
        let is_in_time = session.requested.is_some_and(|requested| {
            self.since.is_reached(requested)
                && self.until.is_none_or(|until| !until.is_reached(requested))
        });
        is_in_time && self.channels.contains(&session.channel.id)
    }
}
