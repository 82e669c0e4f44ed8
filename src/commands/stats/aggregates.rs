//! Figures that the service has counted.

use super::super::retry::{Retries, request};
use super::super::transcripts::SharedContext;
use super::super::{CommandError, Context, Verbosity};
use super::figures::{Summary, seconds};
use super::group::{GroupSummary, Summaries};
use super::{Range, StatsArgs, StatsBy};
use crate::chat::{AggregateBy, AggregateFigures, AggregateQuery};
use crate::sync::{ChatApi, ErrorKind};

/// Lets the service count; `None` where it cannot.
pub(super) async fn fetch<S: ChatApi>(
    api: &S,
    args: &StatsArgs,
    range: &Range,
    context: &mut Context<'_>,
) -> Result<Option<Summaries>, CommandError> {
    let Some(query) = query(args, range) else {
        return Ok(None);
    };
    let shared = SharedContext::new(context, Retries::answered());
    let counted = request(&shared, async || match api.aggregates(&query).await {
        // The same figures can be counted from the rows.
        Err(error) if error.kind.is_refusal() || error.kind == ErrorKind::InvalidResponse => {
            Ok(Err(error))
        }
        counted => counted.map(Ok),
    });
    let aggregates = match counted.await? {
        Ok(aggregates) => aggregates,
        Err(error) => {
            context.print_diagnostic(Verbosity::Verbose, error);
            return Ok(None);
        }
    };
    let groups = aggregates.groups.into_iter().filter(|_| args.by.is_some());
    let groups = groups.map(|group| GroupSummary {
        name: group.name,
        id: group.id,
        summary: summary(&group.figures),
    });
    let total = summary(&aggregates.total);
    Ok(Some(Summaries::new(groups, total)))
}

/// The query for what the service can count: no figures of transcripts, and hours and days of its own zones only.
fn query(args: &StatsArgs, range: &Range) -> Option<AggregateQuery> {
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
    Some(AggregateQuery {
        by,
        since: range.since.instant()?,
        until: match range.until {
            Some(until) => Some(until.instant()?),
            None => None,
        },
        channels,
    })
}

fn summary(figures: &AggregateFigures) -> Summary {
    Summary {
        chats: Some(figures.chats),
        missed: Some(figures.missed),
        picked_up_after: seconds(figures.picked_up_after).map(u64::from),
        duration: seconds(figures.duration).map(u64::from),
        rating: figures.rating,
        rated: Some(figures.rated),
        ..Summary::default()
    }
}
