//! Figures that the service has counted.

use super::super::{Context, Verbosity};
use super::figures::Summary;
use super::group::{GroupSummary, Summaries};
use super::{Range, StatsArgs, StatsBy};
use crate::chat::{AggregateBy, AggregateFigures, AggregateQuery};
use crate::sync::ChatApi;
use crate::text::TimeZone;

/// Lets the service count; `None` where it cannot. By hour and day it may count in another zone, and it knows
/// nothing of transcripts.
pub(super) async fn fetch<S: ChatApi>(
    api: &S,
    args: &StatsArgs,
    range: &Range,
    zone: &TimeZone,
    context: &mut Context<'_>,
) -> Option<Summaries> {
    let by = match args.by {
        None | Some(StatsBy::Channel) => AggregateBy::Channel,
        Some(StatsBy::Agent) => AggregateBy::Agent,
        Some(StatsBy::Hour | StatsBy::Day) => return None,
    };
    if args.exact || range.channels.is_empty() {
        return None;
    }
    let mut channels: Vec<_> = range.channels.iter().copied().collect();
    channels.sort_unstable();
    let query = AggregateQuery {
        by,
        since: range.since.local(zone),
        until: range.until.map(|until| until.local(zone)),
        channels,
    };
    let aggregates = match api.aggregates(&query).await {
        Ok(aggregates) => aggregates,
        // The rows tell, or the next request fails as well.
        Err(error) => {
            context.print_diagnostic(Verbosity::Verbose, error);
            return None;
        }
    };
    let groups = aggregates.groups.into_iter().filter(|_| args.by.is_some());
    let groups = groups.map(|group| GroupSummary {
        name: group.name,
        id: group.id,
        summary: summary(&group.figures),
    });
    Some(Summaries::new(groups, summary(&aggregates.total)))
}

fn summary(figures: &AggregateFigures) -> Summary {
    let seconds = |time: chrono::TimeDelta| u64::try_from(time.num_seconds()).ok();
    Summary {
        chats: Some(figures.chats),
        missed: Some(figures.missed),
        picked_up_after: figures.picked_up_after.and_then(seconds),
        duration: figures.duration.and_then(seconds),
        rating: figures.rating,
        rated: Some(figures.rated),
        ..Summary::default()
    }
}
