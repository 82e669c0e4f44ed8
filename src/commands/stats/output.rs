//! Statistics as a table, comma-separated values, or JSON with keys of our own.

use std::io;

use serde_json::{Value, json};

use super::super::json::{JsonWriter, with_keys};
use super::super::{Context, Verbosity, table};
use super::figures::Summary;
use super::group::{GroupSummary, Summaries};
use super::{Range, StatsArgs, StatsBy, StatsFormat};
use crate::text::TimeZone;

/// Where the figures come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The service has counted.
    Aggregates,
    /// The rows of archive and live list.
    Rows,
}

pub(super) struct Report<'a> {
    pub(super) source: Source,
    pub(super) range: &'a Range,
    pub(super) zone: &'a TimeZone,
    /// With `--exact`.
    pub(super) transcripts: Option<TranscriptCounts>,
    pub(super) groups: Summaries,
}

/// Transcripts that were read, and those that could not be.
#[derive(Clone, Copy)]
pub(super) struct TranscriptCounts {
    pub(super) read: usize,
    pub(super) failed: usize,
}

impl Source {
    fn name(self) -> &'static str {
        match self {
            Self::Aggregates => "aggregates",
            Self::Rows => "rows",
        }
    }

    fn describe(self) -> &'static str {
        match self {
            Self::Aggregates => "counted by the service, without a 90th percentile",
            Self::Rows => "counted from the rows of archive and live list",
        }
    }
}

impl Report<'_> {
    pub(super) fn print(&self, args: &StatsArgs, context: &mut Context<'_>) -> io::Result<()> {
        let transcripts = self.transcripts.map_or_else(String::new, |counts| {
            format!("; transcripts read: {}", counts.read)
        });
        let source = self.source.describe();
        context.clear_progress();
        context.print_diagnostic(Verbosity::Normal, format_args!("{source}{transcripts}"));
        match args.format {
            StatsFormat::Json => self.print_json(args.by, context),
            StatsFormat::Csv => self.print_csv(args.by, context),
            StatsFormat::Table => self.print_table(args.by, context),
        }
    }

    fn print_table(&self, by: Option<StatsBy>, context: &mut Context<'_>) -> io::Result<()> {
        let total = GroupSummary {
            name: "total".to_owned(),
            id: None,
            summary: self.groups.total.clone(),
        };
        let lines = self.groups.groups.iter().chain([&total]);
        let count = |count: Option<u64>| count.map_or_else(String::new, |count| count.to_string());
        let time = |time: Option<u64>| time.map_or_else(String::new, format_seconds);
        let rows = lines.map(|group| {
            let summary = &group.summary;
            let mut row = vec![
                group.label(),
                count(summary.chats),
                count(summary.missed),
                time(summary.picked_up_after),
                time(summary.picked_up_after_p90),
                time(summary.duration),
                summary
                    .rating
                    .map_or_else(String::new, |rating| format!("{rating:.1}")),
                count(summary.rated),
            ];
            if self.transcripts.is_some() {
                row.extend([summary.first_response, summary.longest_wait].map(time));
            }
            row
        });
        let rows: Vec<_> = rows.collect();
        let first = by.map_or("", StatsBy::title);
        let mut columns = vec![
            (first, 24),
            ("CHATS", 9),
            ("MISSED", 9),
            ("PICKED UP AFTER", 15),
            ("P90", 9),
            ("DURATION", 9),
            ("RATING", 6),
            ("RATED", 9),
        ];
        if self.transcripts.is_some() {
            columns.extend([("FIRST RESPONSE", 14), ("LONGEST WAIT", 12)]);
        }
        table::write_table(&columns, &rows, context.out)
    }

    /// Only the groups: a line of all of them would count twice in a sum.
    fn print_csv(&self, by: Option<StatsBy>, context: &mut Context<'_>) -> io::Result<()> {
        let all = GroupSummary {
            name: String::new(),
            id: None,
            summary: self.groups.total.clone(),
        };
        let lines = match by {
            Some(_) => self.groups.groups.iter().collect(),
            None => vec![&all],
        };
        write!(context.out, "{CSV_HEADER}\r\n")?;
        let text = |number: Option<u64>| number.map_or_else(String::new, |it| it.to_string());
        for line in lines {
            let summary = &line.summary;
            let cells = [
                line.name.clone(),
                line.id.map_or_else(String::new, |id| id.to_string()),
                text(summary.chats),
                text(summary.missed),
                text(summary.picked_up_after),
                text(summary.picked_up_after_p90),
                text(summary.duration),
                summary
                    .rating
                    .map_or_else(String::new, |rating| format!("{rating:.2}")),
                text(summary.rated),
                text(summary.first_response),
                text(summary.longest_wait),
            ];
            table::write_csv_record(cells.iter().map(String::as_str), context.out)?;
        }
        Ok(())
    }

    fn print_json(&self, by: Option<StatsBy>, context: &mut Context<'_>) -> io::Result<()> {
        let groups = self.groups.groups.iter().map(|group| {
            let names = json!({"group": group.name, "id": group.id});
            with_keys(names, figures(&group.summary))
        });
        let document = json!({
            "source": self.source.name(),
            "since": self.range.since.to_rfc3339(self.zone),
            "until": self.range.until.map(|until| until.to_rfc3339(self.zone)),
            "time_zone": self.zone.label(),
            "by": by.map(StatsBy::name),
            "groups": groups.collect::<Vec<_>>(),
            "total": figures(&self.groups.total),
            "transcripts_read": self.transcripts.map(|counts| counts.read),
            "transcripts_failed": self.transcripts.map(|counts| counts.failed),
        });
        JsonWriter::write_value(context.out, &document.to_string())?;
        writeln!(context.out)
    }
}

const CSV_HEADER: &str = "group,id,chats,missed,picked_up_after_median,picked_up_after_p90,duration_median,\
    rating_average,rated,first_response_median,longest_wait";

fn figures(summary: &Summary) -> Value {
    json!({
        "chats": summary.chats,
        "missed": summary.missed,
        "picked_up_after_median": summary.picked_up_after,
        "picked_up_after_p90": summary.picked_up_after_p90,
        "duration_median": summary.duration,
        "rating_average": summary.rating.map(|rating| (rating * 100.0).round() / 100.0),
        "rated": summary.rated,
        "first_response_median": summary.first_response,
        "longest_wait": summary.longest_wait,
    })
}

/// `0:42`, `12:05`, `1:02:05`
fn format_seconds(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

impl GroupSummary {
    fn label(&self) -> String {
        match (&*self.name, self.id) {
            ("", Some(id)) => id.to_string(),
            ("", None) => "none".to_owned(),
            (name, _) => name.to_owned(),
        }
    }
}

impl StatsBy {
    fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Channel => "channel",
            Self::Agent => "agent",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Hour => "HOUR",
            Self::Day => "DAY",
            Self::Channel => "CHANNEL",
            Self::Agent => "AGENT",
        }
    }
}
