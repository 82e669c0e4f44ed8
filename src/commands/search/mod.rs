//! `sochat search`: messages of all conversations that contain words, as they are found.

mod output;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};
use tokio::sync::mpsc;

use super::filter::{refuse_ambiguous, since_help};
use super::{CommandError, Context, ExitStatus, Verbosity};
use crate::chat::{Channel, ChannelId, Scope, Session};
use crate::sync::search::{
    SearchEnd, SearchMethod, SearchReport, SearchRequest, SearchUpdate, search,
};
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::{NameField, NameFilter, SearchQuery, TimeZone, TypedTime, count_of};
use output::HitWriter;
pub(crate) use output::MatchMarks;

/// Updates that wait to be printed.
const QUEUE_LENGTH: usize = 8;

#[derive(Clone, Debug, PartialEq, Args)]
pub struct SearchArgs {
    /// What to search for: all words must occur in a message; several in quotes are a phrase. Case and accents
    /// are ignored
    #[arg(required = true)]
    pub words: Vec<String>,
    /// Where to search
    #[arg(long, value_enum, default_value_t)]
    pub scope: Scope,
    /// Only this channel: number or name, of which a unique beginning is enough; repeatable
    #[arg(long = "channel", value_name = "CHANNEL", value_parser = NonEmptyStringValueParser::new())]
    pub channels: Vec<String>,
    #[arg(long, value_name = "TIME", help = since_help("Only messages posted"))]
    pub since: Option<TypedTime>,
    /// Stop after this many hits
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = parse_limit)]
    pub limit: usize,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: SearchFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SearchFormat {
    /// One line per hit
    #[default]
    Text,
    /// One JSON object with the hits and what was searched
    Json,
    /// One JSON object per hit and line
    Jsonl,
}

fn parse_limit(text: &str) -> Result<usize, String> {
    let limit = text.parse().ok().filter(|limit| *limit > 0);
    limit.ok_or_else(|| "must be at least 1".to_owned())
}

pub(super) async fn run<S: ChatApi>(
    api: &S,
    args: &SearchArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, CommandError> {
    let words = quote_phrases(&args.words);
    let query = SearchQuery::parse(&words).ok_or_else(|| {
        let why = "nothing to search for: write words, or several in quotes";
        ApiError::new(ErrorKind::Config, why)
    })?;
    let zone = context.resolve_zone(api).await?;
    let channels = find_channels(api, args, context).await?;
    let now = context.server_now(api);
    let request = SearchRequest {
        query,
        scope: args.scope,
        channels,
        since: args.since.map(|since| since.resolve_since(now, &zone)),
        limit: args.limit,
        now,
        probe: context.search_probe.clone(),
        seed: context.seed,
        is_shared: false,
    };
    let mut writer = HitWriter::begin(args.format, &words, &request.query, &zone, context)?;
    let (sender, mut updates) = mpsc::channel(QUEUE_LENGTH);
    let print = async {
        let mut is_server = true;
        while let Some(update) = updates.recv().await {
            context.print_zone_warning();
            match update {
                SearchUpdate::Hits(hits) => {
                    context.clear_progress();
                    writer.write_hits(&hits, context)?;
                }
                SearchUpdate::Progress(coverage) => {
                    if let (true, SearchMethod::Lists(lists)) = (is_server, &coverage.method) {
                        is_server = false;
                        let line = format_args!("no server search: {}", lists.why);
                        context.print_diagnostic(Verbosity::Normal, line);
                    }
                    context.show_progress(|| coverage.describe(&zone));
                }
                SearchUpdate::Probed(probe) => context.search_probe = Some(probe),
            }
        }
        Ok::<_, CommandError>(())
    };
    let work = async {
        let report = search(api, &request, &sender).await;
        drop(sender);
        Ok::<_, CommandError>(report)
    };
    let (report, ()) = tokio::try_join!(work, print)?;
    writer.finish(&report, context)?;
    Ok(finish(&report, &zone, context)?)
}

/// Words, and phrases: a shell removes the quotes, but leaves the quoted words in one argument.
fn quote_phrases(words: &[String]) -> String {
    let quoted = words.iter().map(|word| {
        if word.contains('"') || !word.contains(char::is_whitespace) {
            word.clone()
        } else {
            format!("\"{word}\"")
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

/// The numbers of the channels as typed.
async fn find_channels<S: ChatApi>(
    api: &S,
    args: &SearchArgs,
    context: &mut Context<'_>,
) -> Result<Vec<ChannelId>, ApiError> {
    if args.channels.is_empty() {
        return Ok(Vec::new());
    }
    let listed = context.retry_if_moved(async || match args.scope {
        Scope::Channels => api.channels().await,
        Scope::Mine | Scope::All => api.all_channels().await,
    });
    let sessions: Vec<_> = listed.await?.into_iter().map(session_in).collect();
    let mut names = NameFilter::new(NameField::Channel, &args.channels);
    for session in &sessions {
        names.observe(session);
    }
    refuse_ambiguous(&names)?;
    if let Some(typed) = names.unknown() {
        let known: Vec<_> = sessions.iter().map(|it| it.channel.name.as_str()).collect();
        let why = format!(
            "no channel is called {typed:?}: there are {}",
            known.join(", ")
        );
        return Err(ApiError::new(ErrorKind::Config, why));
    }
    let matching = sessions.iter().filter(|session| names.matches(session));
    Ok(matching.map(|session| session.channel.id).collect())
}

/// A session in a channel, for a filter of sessions.
fn session_in(channel: Channel) -> Session {
    Session {
        channel,
        ..Session::default()
    }
}

/// Reports what was searched, and what is missing.
fn finish(
    report: &SearchReport,
    zone: &TimeZone,
    context: &mut Context<'_>,
) -> Result<ExitStatus, ApiError> {
    let coverage = &report.coverage;
    if let SearchEnd::Failed(error) = &report.end
        && report.hits == 0
        && !coverage.is_begun()
    {
        return Err(error.clone());
    }
    let hits = count_of(report.hits, "hit");
    let limit = match report.end {
        SearchEnd::Limit => " (--limit), there may be more",
        _ => "",
    };
    let line = format_args!("{hits}{limit}; {}", coverage.describe(zone));
    context.print_diagnostic(Verbosity::Normal, line);
    let failed = match &report.end {
        SearchEnd::Failed(error) => Some(error),
        _ => None,
    };
    let is_missing = coverage.left_out.unreadable > 0 || coverage.incomplete.is_some();
    Ok(context
        .report_missing("hits", failed, 0)
        .partial_if(is_missing))
}
