//! Aggregates of the session archive: the service counts, in one request for each kind of sessions.
//!
//! The unit of its lengths of time is known only where they are sent as hours, minutes and seconds.

use std::fmt::Write as _;

use super::client::Client;
use super::decode::{AggregateRow, Decoder, parse_archive_page, parse_time_span};
use super::error;
use super::resource::Resource;
use crate::chat::{
    AggregateBy, AggregateFigures, AggregateGroup, AggregateQuery, Aggregates, Timestamp,
};
use crate::sync::{ApiError, ErrorKind};

/// What one request counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Chats,
    Missed,
    PickedUp,
    Ended,
    Rated,
}

const PARTS: [Part; 5] = [
    Part::Chats,
    Part::Missed,
    Part::PickedUp,
    Part::Ended,
    Part::Rated,
];

/// Counted in every part.
const COUNT: &str = "Count(chatSessionId)";

/// More groups than this are not expected.
const MAX_GROUPS: usize = 1000;

impl Part {
    /// Which sessions. A time that has not come is in year 1.
    fn condition(self) -> &'static str {
        match self {
            Self::Chats => "",
            Self::Missed => " and status equals 11",
            Self::PickedUp => " and whenStarted afterTime '1970-01-01T00:00:00'",
            Self::Ended => {
                " and whenStarted afterTime '1970-01-01T00:00:00' and whenEnded afterTime '1970-01-01T00:00:00'"
            }
            Self::Rated => " and rating greater 0",
        }
    }

    /// The function beside the count.
    fn function(self) -> &'static str {
        match self {
            Self::Chats | Self::Missed => "",
            Self::PickedUp => "Median(timeInQueue)",
            Self::Ended => "Median(duration)",
            Self::Rated => "Avg(rating)",
        }
    }

    /// Adds the value of a row; `None` if it is not known, or contradicts what was counted before.
    fn apply(self, row: &AggregateRow, figures: &mut AggregateFigures) -> Option<()> {
        if self != Self::Chats && row.count > figures.chats {
            return None;
        }
        let time = || match row.count {
            0 => Some(None),
            _ => parse_time_span(&row.value).map(Some),
        };
        match self {
            Self::Chats => figures.chats = row.count,
            Self::Missed => figures.missed = row.count,
            Self::PickedUp => figures.picked_up_after = time()?,
            Self::Ended => figures.duration = time()?,
            Self::Rated if row.count == 0 => {}
            Self::Rated => {
                figures.rated = row.count;
                let rating = row.value.replace(',', ".").parse().ok();
                figures.rating = Some(rating.filter(|it: &f64| it.is_finite())?);
            }
        }
        Some(())
    }
}

impl Client {
    pub(super) async fn fetch_aggregates(
        &self,
        query: &AggregateQuery,
    ) -> Result<Aggregates, ApiError> {
        let mut all = Aggregates::default();
        for part in PARTS {
            let rows = self.fetch_aggregate_rows(query, part).await?;
            let host = error::host_label(&self.base_url());
            let unusable = || {
                let why = format!("{host} sends no aggregates of its archive that can be read");
                ApiError::new(ErrorKind::InvalidResponse, why)
            };
            // Where sessions were counted, there may be none of a part, and no row.
            let may_be_empty = part != Part::Chats && rows.is_empty();
            if !may_be_empty && rows.iter().filter(|row| row.is_total).count() != 1 {
                return Err(unusable());
            }
            for row in rows {
                let figures = if row.is_total {
                    &mut all.total
                } else {
                    figures_of(&row, &mut all.groups)
                };
                part.apply(&row, figures).ok_or_else(unusable)?;
            }
            let in_groups: u64 = all.groups.iter().map(|group| group.figures.chats).sum();
            if in_groups != all.total.chats {
                return Err(unusable());
            }
        }
        Ok(all)
    }

    async fn fetch_aggregate_rows(
        &self,
        query: &AggregateQuery,
        part: Part,
    ) -> Result<Vec<AggregateRow>, ApiError> {
        let max_body = self.http.max_body();
        let columns = match query.by {
            AggregateBy::Channel => ["chatTopic/chatTopicId", "chatTopic/name"],
            AggregateBy::Agent => ["associateId", "associate/fullName"],
        };
        let groups = columns.map(|column| format!("GroupBy({column})"));
        let [id, name] = &groups;
        let mut select =
            format!("{id}:Footer,HideDetail,{name}:Footer,HideDetail,{COUNT}:HideDetail");
        let function = part.function();
        if !function.is_empty() {
            // Writing to a string cannot fail.
            let _ = write!(select, ",{function}:HideDetail");
        }
        let filter = format!("{}{}", filter(query), part.condition());
        let path = format!(
            "ChatSession?$select={select}&$filter={filter}&$options=GrandTotal=True&$top={MAX_GROUPS}&$mode=full"
        );
        let decode = |decoder: &mut Decoder, body: &str| {
            let page = parse_archive_page(body, max_body)?;
            let groups = [id.as_str(), name.as_str()];
            let rows = page.rows.iter();
            let rows = rows.map(|row| decoder.decode_aggregate_row(row, groups, COUNT, function));
            let is_whole = !page.is_too_large && !page.has_more;
            rows.collect::<Option<Vec<_>>>().filter(|_| is_whole)
        };
        // The filter's times are in the zone that is requested.
        let (rows, _) = self
            .get_json_in_utc(&path, Resource::Aggregates, decode)
            .await?;
        Ok(rows)
    }
}

fn filter(query: &AggregateQuery) -> String {
    let time = |time: Timestamp| time.to_utc().format("%Y-%m-%dT%H:%M:%S").to_string();
    let channels = query.channels.iter().map(ToString::to_string);
    let channels = channels.collect::<Vec<_>>().join(",");
    let until = query.until.map(|until| {
        let until = time(until);
        format!(" and whenRequested beforeTime '{until}'")
    });
    format!(
        "whenRequested afterTime '{}'{} and chatTopic/chatTopicId oneOf ({channels})",
        time(query.since),
        until.unwrap_or_default(),
    )
}

/// The figures of the group of a row.
fn figures_of<'a>(
    row: &AggregateRow,
    groups: &'a mut Vec<AggregateGroup>,
) -> &'a mut AggregateFigures {
    let is_same = |group: &AggregateGroup| (group.id, &group.name) == (row.id, &row.name);
    let known = groups.iter().position(is_same);
    let index = known.unwrap_or_else(|| {
        groups.push(AggregateGroup {
            id: row.id,
            name: row.name.clone(),
            figures: AggregateFigures::default(),
        });
        groups.len() - 1
    });
    &mut groups[index].figures
}
