//! A brief as a page of text or Markdown, or as JSON with keys of our own.

use std::io;

use serde_json::{Value, json};

use super::super::Context;
use super::super::export::markdown::{escape, link};
use super::super::json::{JsonWriter, with_keys};
use super::{Brief, SentLink};
use crate::chat::{Agent, Session, SessionId, Timestamp, Wait, disguised_host};
use crate::text::{TimeZone, join_non_empty, time_format, truncate, width};

/// Columns of the page.
const COLUMNS: usize = 80;
/// Columns of the time at the beginning of a line, at least.
const MIN_LEAD: usize = 10;

/// A list on the page.
struct PageSection {
    title: String,
    lines: Vec<PageLine>,
    /// Lines that are printed; together they fit on a page of 60 rows.
    limit: usize,
}

struct PageLine {
    /// How long, or since when.
    lead: String,
    text: Text,
    /// Below the text; may be empty.
    detail: String,
}

enum Text {
    Plain(String),
    /// A link and who sent it.
    Link {
        from: String,
        address: String,
        /// A warning, where another host can be taken for that of the address.
        mark: String,
    },
}

/// How a page is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PageFormat {
    Text,
    Markdown,
}

pub(super) fn print_page(
    brief: &Brief,
    zone: &TimeZone,
    format: PageFormat,
    context: &mut Context<'_>,
) -> io::Result<()> {
    let out = &mut *context.out;
    let sections = sections(brief, zone);
    let leads = sections.iter().flat_map(PageSection::shown);
    let leads = leads.map(|line| width(&line.lead));
    let lead_columns = leads.max().unwrap_or_default().max(MIN_LEAD);
    let title = title(brief, zone);
    let write = |mark: &str, text: &str| match format {
        PageFormat::Text => text.to_owned(),
        PageFormat::Markdown => format!("{mark}{}", escape(text)),
    };
    writeln!(out, "{}", write("# ", &title))?;
    for section in sections {
        writeln!(out, "\n{}", write("## ", &section.title))?;
        if format == PageFormat::Markdown && !section.lines.is_empty() {
            writeln!(out)?;
        }
        for line in section.shown() {
            let line = match format {
                PageFormat::Text => format_text(line, lead_columns),
                PageFormat::Markdown => format_markdown(line),
            };
            writeln!(out, "{line}")?;
        }
        if let Some(more) = section.more() {
            match format {
                PageFormat::Text => writeln!(out, "{:lead_columns$}  {more}", "")?,
                PageFormat::Markdown => writeln!(out, "- {more}")?,
            }
        }
    }
    if let Some(omitted) = omitted(brief) {
        writeln!(out, "\n{}", write("", &omitted))?;
    }
    Ok(())
}

fn format_text(line: &PageLine, lead_columns: usize) -> String {
    let cut = |line: &str| truncate(line, COLUMNS).trim_end().to_owned();
    let lead = format!("{:>lead_columns$}  ", line.lead);
    let first = match &line.text {
        Text::Plain(text) => cut(&(lead + text)),
        // It is to be opened, so it stays whole.
        Text::Link {
            from,
            address,
            mark,
        } => format!("{lead}{from}: {address}{mark}"),
    };
    if line.detail.is_empty() {
        return first;
    }
    let detail = cut(&format!("{:lead_columns$}  {}", "", line.detail));
    format!("{first}\n{detail}")
}

fn format_markdown(line: &PageLine) -> String {
    let lead = match line.lead.as_str() {
        "" => String::new(),
        lead => format!("**{}** ", escape(lead)),
    };
    let text = match &line.text {
        Text::Plain(text) => escape(text),
        Text::Link {
            from,
            address,
            mark,
        } => {
            let (from, mark) = (escape(from), escape(mark));
            format!("{from}: {}{mark}", link(address, address))
        }
    };
    let detail = match line.detail.as_str() {
        "" => String::new(),
        detail => format!("\n  > {}", escape(detail)),
    };
    format!("- {lead}{text}{detail}")
}

fn title(brief: &Brief, zone: &TimeZone) -> String {
    let now = time_format::format_timestamp(brief.times.now, zone);
    format!("Brief of {now}")
}

fn omitted(brief: &Brief) -> Option<String> {
    let count = brief.not_read;
    match count {
        0 => None,
        1 => Some("1 transcript was not read: its links and waits are missing".to_owned()),
        _ => Some(format!(
            "{count} transcripts were not read: their links and waits are missing"
        )),
    }
}

fn sections(brief: &Brief, zone: &TimeZone) -> [PageSection; 5] {
    let (now, since) = (brief.times.now, brief.times.since.format(zone));
    let at = |at: Timestamp| time_format::format_since(at, now, zone);
    let wait = |wait: Option<Wait>| {
        wait.map_or_else(String::new, |wait| time_format::format_wait(wait, now))
    };
    let plain = |lead: String, text: String| PageLine {
        lead,
        text: Text::Plain(text),
        detail: String::new(),
    };
    let longest = brief.longest.map(|longest| wait(Some(longest)));
    let longest = longest.map_or_else(String::new, |longest| format!(", longest {longest}"));
    let waiting = brief.waiting.iter().map(|(session, since)| PageLine {
        detail: session.last_message.clone(),
        ..plain(wait(*since), describe(session))
    });
    let unanswered = brief.unanswered.iter().map(|(session, wait)| {
        let bound = if wait.is_exact { "" } else { "before " };
        plain(format!("{bound}{}", at(wait.since)), describe(session))
    });
    let transfers = brief.transfers.iter().map(|session| {
        let to = session.transfer_to.as_ref().map_or("", |to| &to.name);
        let to = if to.is_empty() { "another agent" } else { to };
        plain(String::new(), format!("to {to}: {}", describe(session)))
    });
    let watched = brief.watched.iter().map(|session| {
        let active = session.last_active().map_or_else(String::new, at);
        plain(active, describe(session))
    });
    let links = brief.links.iter().map(|(session, link)| PageLine {
        text: Text::Link {
            from: format!("{session} {}", link.author),
            address: link.address.clone(),
            mark: disguised_host(&link.address)
                .map_or_else(String::new, |host| format!(" (leads to {host})")),
        },
        ..plain(at(link.sent), String::new())
    });
    [
        PageSection::new("Waiting now", &longest, waiting, 8),
        PageSection::new(&format!("Unanswered at {since}"), "", unanswered, 8),
        PageSection::new("Transfers pending", "", transfers, 4),
        PageSection::new(
            &format!("Watched sessions with activity since {since}"),
            "",
            watched,
            6,
        ),
        PageSection::new("Links sent today", "", links, 8),
    ]
}

/// `344 Kari Nordmann, Fjord AS · needs reply · Ola Hansen · Support NO`
fn describe(session: &Session) -> String {
    let names = [
        session.customer_name().unwrap_or_default(),
        session.company(),
    ];
    let customer = match &*join_non_empty(names, ", ") {
        "" => session.title(),
        names => format!("{} {names}", session.id),
    };
    let parts = [
        customer.as_str(),
        session.state(),
        session.agent_name(),
        &session.channel.name,
    ];
    join_non_empty(parts, " · ")
}

impl PageSection {
    fn new(what: &str, longest: &str, lines: impl Iterator<Item = PageLine>, limit: usize) -> Self {
        let lines: Vec<_> = lines.collect();
        let title = match lines.len() {
            0 => format!("{what}: none"),
            count => format!("{what}: {count}{longest}"),
        };
        Self {
            title,
            lines,
            limit,
        }
    }

    /// The lines that the page has space for.
    fn shown(&self) -> impl Iterator<Item = &PageLine> {
        self.lines.iter().take(self.limit)
    }

    /// The number of lines that the page has no space for, in words.
    fn more(&self) -> Option<String> {
        let more = self.lines.len().saturating_sub(self.limit);
        (more > 0).then(|| format!("… and {more} more (--format json has all)"))
    }
}

pub(super) fn print_json(
    brief: &Brief,
    zone: &TimeZone,
    context: &mut Context<'_>,
) -> io::Result<()> {
    let time = |at: Timestamp| time_format::format_rfc3339(at, zone);
    let waiting = brief.waiting.iter().map(|(row, wait)| {
        with_keys(
            session(row, zone),
            json!({
                "waiting_since": wait.map(|wait| time(wait.since)),
                "waiting_exact": wait.map(|wait| wait.is_exact),
            }),
        )
    });
    let unanswered = brief.unanswered.iter().map(|(row, wait)| {
        with_keys(
            session(row, zone),
            json!({
                "unanswered_since": time(wait.since),
                "unanswered_exact": wait.is_exact,
            }),
        )
    });
    let transfers = brief.transfers.iter().map(|row| {
        let to = row.transfer_to.as_ref().map(|Agent { name, .. }| name);
        with_keys(session(row, zone), json!({ "transfer_to": to }))
    });
    let watched = brief.watched.iter().map(|row| session(row, zone));
    let links = brief.links.iter();
    let links = links.map(|(session, link)| sent_link(*session, link, zone));
    let document = json!({
        "time": time(brief.times.now),
        "since": brief.times.since.to_rfc3339(zone),
        "time_zone": zone.label(),
        "waiting": waiting.collect::<Vec<_>>(),
        "unanswered": unanswered.collect::<Vec<_>>(),
        "transfers": transfers.collect::<Vec<_>>(),
        "watched": watched.collect::<Vec<_>>(),
        "links": links.collect::<Vec<_>>(),
        "transcripts_read": brief.read,
        "transcripts_not_read": brief.not_read,
    });
    JsonWriter::write_value(context.out, &document.to_string())?;
    writeln!(context.out)
}

/// The properties of a session in every list.
fn session(session: &Session, zone: &TimeZone) -> Value {
    let time = |at: Timestamp| time_format::format_rfc3339(at, zone);
    json!({
        "chat_session_id": session.id.0,
        "state": session.state(),
        "customer": session.customer_name(),
        "company": session.company(),
        "channel": session.channel.name,
        "agent": session.agent_name(),
        "last_activity": session.last_active().map(time),
        "last_message": session.last_message,
    })
}

fn sent_link(session: SessionId, link: &SentLink, zone: &TimeZone) -> Value {
    json!({
        "chat_session_id": session.0,
        "chat_message_id": link.message.0,
        "sent": time_format::format_rfc3339(link.sent, zone),
        "author": link.author,
        "address": link.address,
    })
}
