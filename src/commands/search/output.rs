//! Hits as lines of text, and as JSON with keys of our own.

use std::io;

use serde_json::{Value, json};

use super::super::Context;
use super::super::json::{JsonLayout, JsonWriter};
use super::SearchFormat;
use crate::sync::search::{
    SearchCoverage, SearchEnd, SearchHit, SearchMethod, SearchReport, TranscriptsSince,
};
use crate::text::{MatchContext, SearchQuery, TimeZone, join_non_empty, message_text, time_format};

/// The columns of the text around a match.
const CONTEXT_COLUMNS: usize = 100;

/// How the words searched for are marked in a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MatchMarks {
    /// Not at all, for a program that reads the line.
    #[default]
    None,
    Brackets,
    /// Bold, for a terminal.
    Bold,
}

impl MatchMarks {
    fn strings(self) -> [&'static str; 2] {
        match self {
            Self::None => ["", ""],
            Self::Brackets => ["[", "]"],
            Self::Bold => ["\x1b[1m", "\x1b[22m"],
        }
    }
}

pub(super) struct HitWriter<'a> {
    query: &'a SearchQuery,
    zone: &'a TimeZone,
    json: Option<JsonWriter>,
    is_document: bool,
}

impl<'a> HitWriter<'a> {
    /// Begins the output; `words` are the query as typed.
    pub(super) fn begin(
        format: SearchFormat,
        words: &str,
        query: &'a SearchQuery,
        zone: &'a TimeZone,
        context: &mut Context<'_>,
    ) -> io::Result<Self> {
        let layout = match format {
            SearchFormat::Text => None,
            SearchFormat::Json => Some(JsonLayout::Array),
            SearchFormat::Jsonl => Some(JsonLayout::Lines),
        };
        let is_document = format == SearchFormat::Json;
        if is_document {
            let words = Value::from(words).to_string();
            JsonWriter::write_value(context.out, &format!("{{\"query\":{words},\"hits\":"))?;
        }
        Ok(Self {
            query,
            zone,
            json: layout.map(JsonWriter::new),
            is_document,
        })
    }

    pub(super) fn write_hits(
        &mut self,
        hits: &[SearchHit],
        context: &mut Context<'_>,
    ) -> io::Result<()> {
        for hit in hits {
            if let Some(json) = &mut self.json {
                let element = hit_as_json(hit, self.query, self.zone).to_string();
                json.write_element(context.out, &element)?;
            } else {
                let line = hit_as_line(hit, self.query, self.zone, context.match_marks);
                writeln!(context.out, "{line}")?;
            }
        }
        context.out.flush()
    }

    /// Ends a document, with what was searched.
    pub(super) fn finish(self, report: &SearchReport, context: &mut Context<'_>) -> io::Result<()> {
        let Some(json) = self.json else {
            return Ok(());
        };
        json.finish(context.out)?;
        if self.is_document {
            let coverage = coverage_as_json(report, self.zone).to_string();
            JsonWriter::write_value(context.out, &format!(",\"coverage\":{coverage}}}"))?;
            writeln!(context.out)?;
        }
        Ok(())
    }
}

/// `341#9005  2026-03-28 22:57:50 CET  Kari Nordmann  Support NO  Ola: Your refund is`
fn hit_as_line(hit: &SearchHit, query: &SearchQuery, zone: &TimeZone, marks: MatchMarks) -> String {
    let SearchHit { session, message } = hit;
    let posted = message.posted;
    let posted = posted.map(|at| time_format::format_timestamp(at, zone));
    let text = marked(&hit.context(query, CONTEXT_COLUMNS), marks);
    let parts = [
        hit.locator().to_string(),
        posted.unwrap_or_default(),
        session.customer_name().unwrap_or_default().to_owned(),
        session.channel.name.clone(),
        format!("{}: {text}", message.author_name()),
    ];
    join_non_empty(parts, "  ")
}

fn marked(context: &MatchContext, marks: MatchMarks) -> String {
    let [start, end] = marks.strings();
    let mut line = context.line.clone();
    for range in context.matches.iter().rev() {
        line.insert_str(range.end, end);
        line.insert_str(range.start, start);
    }
    line
}

fn hit_as_json(hit: &SearchHit, query: &SearchQuery, zone: &TimeZone) -> Value {
    let SearchHit { session, message } = hit;
    let context = hit.context(query, CONTEXT_COLUMNS);
    let words = context.matches.iter();
    let words = words.filter_map(|range| context.line.get(range.clone()));
    let words: Vec<_> = words.collect();
    json!({
        "ChatSessionId": session.id.0,
        "ChatMessageId": message.id.0,
        "posted": message.posted.map(|at| time_format::format_rfc3339(at, zone)),
        "customer": session.customer_name(),
        "company": session.company(),
        "channel": session.channel.name,
        "channel_id": session.channel.id.0,
        "author": message.author,
        "speaker": message_text::speaker_of(message).name(),
        "context": context.line,
        "matches": words,
        "text": message_text::plain_text(message),
    })
}

fn coverage_as_json(report: &SearchReport, zone: &TimeZone) -> Value {
    let SearchCoverage {
        method,
        back_to,
        may_miss_accents,
        forms_left_out,
        left_out,
        incomplete,
        ..
    } = &report.coverage;
    let time = |at| time_format::format_rfc3339(at, zone);
    let lists = match method {
        SearchMethod::Server => None,
        SearchMethod::Lists(lists) => Some(lists),
    };
    json!({
        "method": if lists.is_some() { "lists" } else { "server" },
        "reason": lists.map(|lists| &lists.why),
        "back_to": back_to.map(time),
        "complete": report.coverage.is_complete(),
        "incomplete": incomplete,
        "sessions": lists.and_then(|lists| lists.sessions),
        "transcripts": lists.map(|lists| lists.transcripts),
        "older_transcripts": lists.map(|lists| lists.older_transcripts),
        "transcripts_since": lists.map(|lists| match lists.since {
            TranscriptsSince::Days(days) => format!("{days}d"),
            TranscriptsSince::Time(at) => at.format(zone),
        }),
        "left_out": {
            "not_allowed": left_out.not_allowed,
            "not_found": left_out.not_found,
            "unreadable": left_out.unreadable,
            "too_many": left_out.too_many,
        },
        "may_miss_accents": may_miss_accents,
        "forms_left_out": forms_left_out,
        "limit_reached": report.end == SearchEnd::Limit,
        "error": match &report.end {
            SearchEnd::Failed(error) => Some(&error.why),
            SearchEnd::Complete | SearchEnd::Limit => None,
        },
        "text": report.coverage.describe(zone),
    })
}
