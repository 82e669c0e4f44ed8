//! `sochat customer`: the conversations of a customer, newest first.
//!
//! A person or company is looked up by its number. For an email address or a name, the live sessions and the
//! archive are read, for an address only what the service finds there; if they are linked to a person or company, its
//! conversations are added.

mod output;
mod query;

use std::cmp::Reverse;
use std::collections::HashSet;

use clap::{Args, ValueEnum};

use super::live_rows::LiveRows;
use super::pages::SessionPages;
use super::{CommandError, Context, ExitStatus, Verbosity};
use crate::chat::{ChannelId, CustomerId, Scope, Session};
use crate::sync::{ApiError, ChatApi, ErrorKind};
use query::{CustomerQuery, group_by_customer};

#[derive(Clone, Debug, PartialEq, Args)]
pub struct CustomerArgs {
    /// The number of a person, contact:ID for a company, an email address, or a name, of which a unique
    /// beginning is enough
    #[arg(required = true, value_name = "CUSTOMER")]
    pub customer: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: CustomerFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CustomerFormat {
    /// Aligned columns
    #[default]
    Text,
    /// One JSON object
    Json,
}

/// Sessions, and why there may be more.
struct FoundSessions {
    sessions: Vec<Session>,
    unreadable: usize,
    interrupted: Option<ApiError>,
}

pub(super) async fn run<S: ChatApi>(
    api: &S,
    args: &CustomerArgs,
    context: &mut Context<'_>,
) -> Result<ExitStatus, CommandError> {
    let query: CustomerQuery = args.customer.join(" ").parse()?;
    let zone = context.resolve_zone(api).await?;
    let mut found = match &query {
        CustomerQuery::Id(id) => fetch_by_id(api, *id, context).await?,
        query => find_in_lists(api, query, context).await?,
    };
    context.print_zone_warning();
    let channels = fetch_channels(api, context).await?;
    let is_own = |session: &Session| {
        let channel = session.channel.id;
        channels
            .as_ref()
            .is_none_or(|own| channel == ChannelId(0) || own.contains(&channel))
    };
    found.sessions.retain(is_own);
    if let CustomerQuery::Name(name) = &query {
        let customers = group_by_customer(&found.sessions);
        if customers.len() > 1 {
            let why = format!(
                "{name:?} fits {} customers: use a number, an email address, or more of the name",
                customers.len()
            );
            context.print_diagnostic(Verbosity::Quiet, why);
            for customer in customers {
                let line = output::describe_customer(&customer);
                context.print_diagnostic(Verbosity::Quiet, format_args!("  {line}"));
            }
            return Ok(ExitStatus::Usage);
        }
    }
    if !matches!(query, CustomerQuery::Id(_)) {
        if found.sessions.is_empty() && found.interrupted.is_none() {
            let why = format!("no session of {query} is listed");
            return Err(ApiError::new(ErrorKind::NotFound, why).into());
        }
        add_linked(api, &mut found.sessions, context).await?;
        found.sessions.retain(is_own);
    }
    found
        .sessions
        .sort_by_key(|session| Reverse((session.requested, session.id)));
    context.clear_progress();
    match args.format {
        CustomerFormat::Json => output::print_json(&found.sessions, &zone, context)?,
        CustomerFormat::Text if found.sessions.is_empty() => {
            context.print_diagnostic(Verbosity::Normal, "no conversations");
        }
        CustomerFormat::Text => output::print_table(&found.sessions, &zone, context)?,
    }
    Ok(context.report_missing(
        "conversations",
        found.interrupted.as_ref(),
        found.unreadable,
    ))
}

/// The channels of the user, to whose sessions the result is limited; `None` if the service does not list them. A
/// session that it lists by person or company has no channel.
async fn fetch_channels<S: ChatApi>(
    api: &S,
    context: &mut Context<'_>,
) -> Result<Option<HashSet<ChannelId>>, ApiError> {
    let channels = context.retry_if_moved(async || api.channels().await);
    match channels.await {
        Ok(channels) => Ok(Some(channels.iter().map(|channel| channel.id).collect())),
        Err(error) if error.kind.is_refusal() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The conversations that the service lists for a person or company, with the values of their live rows.
/// Where the service refuses, those of the live list are a partial result.
async fn fetch_by_id<S: ChatApi>(
    api: &S,
    id: CustomerId,
    context: &mut Context<'_>,
) -> Result<FoundSessions, ApiError> {
    let listed = context.retry_if_moved(async || api.conversations(id).await);
    let listed = listed.await;
    if let Err(error) = &listed
        && !error.kind.is_refusal()
    {
        return Err(error.clone());
    }
    let mut live = LiveRows::fetch(api, Scope::All, context).await?;
    let (listed, interrupted) = match listed {
        Ok(listed) => (listed, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let mut sessions = live.merge_into(listed);
    let unlisted = live.take_unlisted().into_iter();
    sessions.extend(unlisted.filter(|session| session.is_linked_to(id)));
    match interrupted {
        Some(error) if sessions.is_empty() => {
            let why = format!("{}: {error}", CustomerQuery::Id(id));
            Err(ApiError::new(error.kind, why))
        }
        interrupted => Ok(FoundSessions {
            sessions,
            unreadable: live.unreadable,
            interrupted,
        }),
    }
}

/// The sessions that match an email address or a name, among the live ones and those of the archive.
async fn find_in_lists<S: ChatApi>(
    api: &S,
    query: &CustomerQuery,
    context: &mut Context<'_>,
) -> Result<FoundSessions, CommandError> {
    let mut live = LiveRows::fetch(api, Scope::All, context).await?;
    if let CustomerQuery::Mail(mail) = query
        && let Some(archived) = find_by_mail(api, mail, query, context).await
    {
        let mut sessions = live.merge_into(archived);
        let unlisted = live.take_unlisted().into_iter();
        sessions.extend(unlisted.filter(|row| query.matches(row)));
        return Ok(FoundSessions {
            sessions,
            unreadable: live.unreadable,
            interrupted: None,
        });
    }
    let remedy = ", or use the number of the person or company";
    let mut pages = SessionPages::new(live, None).with_limit(context.max_body, remedy);
    let list = async |below| api.sessions(Scope::All, below).await;
    let (mut sessions, mut listed) = (Vec::new(), 0);
    loop {
        let rows = match pages.next(context, list).await {
            Ok(Some(rows)) => rows,
            Ok(None) => break,
            Err(CommandError::Service(error)) if error.kind.is_refusal() => pages.end_early(error),
            Err(error) => return Err(error),
        };
        listed += rows.len();
        context.show_progress(|| format!("{listed} sessions searched"));
        let rows = rows.into_iter().filter(|row| query.matches(row));
        let unlisted = pages.store(rows, &mut sessions).into_iter();
        sessions.extend(unlisted.filter(|row| query.matches(row)));
    }
    query.retain_best(&mut sessions);
    Ok(FoundSessions {
        sessions,
        unreadable: pages.unreadable,
        interrupted: pages.into_interruption(),
    })
}

/// The archived sessions that the service itself finds, so that the others need not be read. `None` where it cannot,
/// and where it finds nothing: it may compare addresses in another way.
async fn find_by_mail<S: ChatApi>(
    api: &S,
    mail: &str,
    query: &CustomerQuery,
    context: &mut Context<'_>,
) -> Option<Vec<Session>> {
    let mut pages = SessionPages::new(LiveRows::default(), None);
    let mut found = Vec::new();
    let list = async |below| api.sessions_of_mail(mail, below).await;
    while let Some(rows) = pages.next(context, list).await.ok()? {
        // A row that does not match means that the service ignores the filter.
        if !rows.iter().all(|row| query.matches(row)) {
            return None;
        }
        found.extend(rows);
    }
    let is_whole = pages.unreadable == 0 && pages.into_interruption().is_none();
    (is_whole && !found.is_empty()).then_some(found)
}

/// Adds the conversations that the service lists for the persons or companies that sessions are linked to. A
/// refusal is reported; the archive has been read anyway.
async fn add_linked<S: ChatApi>(
    api: &S,
    sessions: &mut Vec<Session>,
    context: &mut Context<'_>,
) -> Result<(), ApiError> {
    let mut customers = HashSet::new();
    let linked: Vec<_> = sessions.iter().filter_map(Session::customer_id).collect();
    for customer in linked.into_iter().filter(|id| customers.insert(*id)) {
        let listed = context.retry_if_moved(async || api.conversations(customer).await);
        let listed = match listed.await {
            Err(error) if error.kind.is_refusal() => {
                context.print_diagnostic(Verbosity::Normal, error);
                return Ok(());
            }
            listed => listed?,
        };
        for row in listed {
            let is_known = sessions.iter().any(|session| session.id == row.id);
            // In a company others have conversations, too.
            let mut these = sessions.iter();
            if !is_known && these.any(|session| session.is_of_same_customer(&row)) {
                sessions.push(row);
            }
        }
    }
    Ok(())
}
