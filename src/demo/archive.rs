//! The archive: rows of chosen columns, filtered, ordered and page by page.
//!
//! One engine for every provider; a provider is a table of columns.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::{
    filter::Filter,
    style::Style,
    switches::{ArchiveColumns, ColumnMember, PrimaryKey},
    world::Session,
    zones::{Zone, offset_text},
};

/// No page is longer than this.
const LONGEST_PAGE: usize = 1000;

/// One value of a row.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Int(i64),
    Text(String),
    When(Option<DateTime<Utc>>),
    /// A member of a list: its number and the words shown for it.
    Choice(i64, String),
    Span(TimeDelta),
}

impl Cell {
    /// The text that text conditions look at.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Text(words) | Self::Choice(_, words) => words,
            Self::Int(_) | Self::When(_) | Self::Span(_) => "",
        }
    }

    /// What a slim row shows.
    fn display(&self, style: &Style<'_>) -> Value {
        match self {
            Self::Int(number) => (*number).into(),
            Self::Text(words) | Self::Choice(_, words) => words.as_str().into(),
            Self::When(at) => style.when(*at),
            Self::Span(span) => {
                let seconds = span.num_seconds();
                let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
                format!("{hours:02}:{minutes:02}:{:02}", seconds % 60).into()
            }
        }
    }

    /// What a full row has besides: the value itself.
    fn raw(&self, style: &Style<'_>) -> Value {
        match self {
            Self::Choice(number, _) => (*number).into(),
            _ => self.display(style),
        }
    }
}

/// A column: its name, whether older services lack it, and its value in a row.
type Column<T> = (&'static str, bool, fn(&T, DateTime<Utc>) -> Cell);

/// What rows of one kind can tell; the first column is the key.
#[derive(Debug)]
pub(super) struct Provider<T: 'static> {
    entity: &'static str,
    columns: &'static [Column<T>],
}

/// The archive of chat sessions.
pub(super) const SESSIONS: Provider<Session> = Provider {
    entity: "chat",
    columns: &[
        ("chatSessionId", false, |it, _| Cell::Int(it.id)),
        ("status", true, |it, _| {
            Cell::Choice(it.status as i64, it.status.words().to_owned())
        }),
        ("firstMessage", false, |it, _| {
            Cell::Text(Session::copy_of(it.talk().next()))
        }),
        ("lastMessage", false, |it, _| {
            Cell::Text(Session::copy_of(it.talk().next_back()))
        }),
        ("whenRequested", false, |it, _| Cell::When(Some(it.requested))),
        ("whenStarted", false, |it, _| Cell::When(it.started)),
        ("whenEnded", false, |it, _| Cell::When(it.ended)),
        ("duration", true, |it, now| {
            Cell::Span(it.started.map_or(TimeDelta::zero(), |at| it.ended.unwrap_or(now) - at))
        }),
        ("timeInQueue", true, |it, now| {
            Cell::Span(it.started.or(it.ended).unwrap_or(now) - it.requested)
        }),
        ("queueLength", true, |it, _| {
            Cell::Int(i64::try_from(it.queue_position).unwrap_or_default())
        }),
        ("rating", true, |it, _| Cell::Int(it.rating)),
        ("agent", true, |it, _| {
            let agent = it.agent();
            let login = agent.map_or(String::new(), |agent| agent.login.clone());
            Cell::Choice(agent.map_or(0, |agent| agent.id), login)
        }),
        ("associateId", false, |it, _| {
            Cell::Int(it.agent().map_or(0, |agent| agent.id))
        }),
        ("associate/fullName", false, |it, _| {
            Cell::Text(it.agent().map_or(String::new(), |agent| agent.name.clone()))
        }),
        ("associate/ejDisplayName", false, |it, _| {
            Cell::Text(it.agent().map_or(String::new(), |agent| agent.nickname.clone()))
        }),
        ("chatTopic/chatTopicId", false, |it, _| Cell::Int(it.channel().id)),
        ("chatTopic/name", false, |it, _| Cell::Text(it.channel().name.clone())),
        ("chatTopic/description", false, |it, _| {
            Cell::Text(it.channel().description.clone())
        }),
        ("person/fullName", false, |it, _| {
            Cell::Text(known(it, |customer| &customer.name))
        }),
        ("person/email/emailAddress", false, |it, _| {
            Cell::Text(known(it, |customer| &customer.email))
        }),
        ("contact/name", false, |it, _| {
            Cell::Text(known(it, |customer| &customer.company))
        }),
        ("contact/nameDepartment", false, |it, _| {
            Cell::Text(known(it, |customer| &customer.company))
        }),
    ],
};

/// The archive of time zones.
pub(super) const ZONES: Provider<Zone> = Provider {
    entity: "timezone",
    columns: &[
        ("id", false, |it, _| Cell::Int(it.id)),
        ("isActive", false, |_, _| Cell::Int(1)),
        ("flag", false, |_, _| Cell::Text(String::new())),
        ("timeZone", false, |it, _| Cell::Text(it.code.clone())),
        ("country", false, |it, _| Cell::Text(it.country.clone())),
        ("region", false, |it, _| Cell::Text(it.region.clone())),
        ("cities", false, |it, _| Cell::Text(it.cities.clone())),
        ("offset", false, |it, now| Cell::Text(offset_text(it.minutes(now).0))),
        ("daylight", false, |it, now| {
            Cell::Text(it.minutes(now).1.map_or(String::new(), offset_text))
        }),
        ("offsetRaw", false, |it, now| Cell::Int((-it.minutes(now).0).into())),
        ("daylightRaw", false, |it, now| {
            Cell::Int(it.minutes(now).1.map_or(0, |minutes| (-minutes).into()))
        }),
    ],
};

/// Something about the customer that only a linked person or company tells.
fn known(session: &Session, what: fn(&super::cast::Customer) -> &String) -> String {
    let customer = session.customer();
    if customer.known { what(customer).clone() } else { String::new() }
}

/// What a request asks of an archive.
#[derive(Debug)]
pub(super) struct Query<'a> {
    pairs: &'a [(String, String)],
}

impl<'a> Query<'a> {
    /// Takes the pairs of the address.
    pub(super) fn new(pairs: &'a [(String, String)]) -> Self {
        Self { pairs }
    }

    fn option(&self, name: &str) -> Option<&'a str> {
        let mut pairs = self.pairs.iter();
        let found = pairs.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.option(name).and_then(|value| value.parse().ok())
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.option(name).is_some_and(|it| it.eq_ignore_ascii_case(value))
    }

    /// The address of the rows after `skip`, everything else being the same.
    fn address_from(&self, address: &str, skip: usize) -> String {
        let others = self.pairs.iter().filter(|(key, _)| !key.eq_ignore_ascii_case("$skip"));
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(others).append_pair("$skip", &skip.to_string());
        format!("{address}?{}", query.finish())
    }
}

impl<T> Provider<T> {
    /// Answers a query over all rows, or tells why it cannot.
    pub(super) fn answer<'r>(
        &self,
        rows: impl Iterator<Item = &'r T>,
        query: &Query<'_>,
        style: &Style<'_>,
        now: DateTime<Utc>,
        address: &str,
    ) -> Result<Value, String>
    where
        T: 'r,
    {
        let columns = self.selected(query, style.switches.archive)?;
        let mut rows = self.passing(rows, query, style, now)?;
        self.order(&mut rows, query.option("$orderBy"), now)?;
        let skip = query.number("$skip").unwrap_or(0);
        let top = query.number("$top").unwrap_or(LONGEST_PAGE).min(LONGEST_PAGE);
        let more = rows.len() > skip.saturating_add(top);
        let page = rows.into_iter().skip(skip).take(top);
        let value: Vec<Value> = page
            .map(|row| {
                let of = |column: &Column<T>| column.2(row, now);
                let key = of(&self.columns[0]);
                self.row(&key, columns.iter().map(|(name, column)| (*name, of(column))), query, style)
            })
            .collect();
        let root = address.rsplit_once("/api/v1/").map_or(address, |(root, _)| root);
        Ok(json!({
            "odata.metadata": format!("{root}/api/v1/Archive//$metadata"),
            "odata.nextLink": more.then(|| query.address_from(address, skip + top)),
            "value": value,
        }))
    }

    fn column(&self, name: &str) -> Option<&'static Column<T>> {
        self.columns.iter().find(|column| column.0.eq_ignore_ascii_case(name))
    }

    /// The columns asked for, under the names as written there.
    fn selected<'q>(
        &self,
        query: &Query<'q>,
        archive: ArchiveColumns,
    ) -> Result<Vec<(&'q str, &'static Column<T>)>, String> {
        let Some(names) = query.option("$select") else {
            let there = |column: &&Column<T>| archive == ArchiveColumns::All || !column.1;
            let columns = self.columns.iter().filter(there).take(8);
            return Ok(columns.map(|column| (column.0, column)).collect());
        };
        let mut selected = Vec::new();
        for name in names.split(',').map(str::trim) {
            match self.column(name) {
                Some((_, true, _)) if archive == ArchiveColumns::NewerMissing => {}
                Some((_, true, _)) if archive == ArchiveColumns::NewerRefused => {
                    return Err(format!("unknown column '{name}'"));
                }
                Some(column) => selected.push((name, column)),
                None => return Err(format!("unknown column '{name}'")),
            }
        }
        Ok(selected)
    }

    fn passing<'r>(
        &self,
        rows: impl Iterator<Item = &'r T>,
        query: &Query<'_>,
        style: &Style<'_>,
        now: DateTime<Utc>,
    ) -> Result<Vec<&'r T>, String> {
        let filter = query.option("$filter").map(Filter::parse).transpose()?;
        let mut passing = Vec::new();
        for row in rows {
            let cell = |name: &str| self.column(name).map(|column| column.2(row, now));
            if filter.as_ref().map_or(Ok(true), |filter| filter.passes(&cell, style.zone))? {
                passing.push(row);
            }
        }
        Ok(passing)
    }

    fn order(&self, rows: &mut [&T], order: Option<&str>, now: DateTime<Utc>) -> Result<(), String> {
        let Some(order) = order else {
            return Ok(());
        };
        let (name, direction) = order.split_once(' ').unwrap_or((order, "asc"));
        let column = self.column(name).ok_or_else(|| format!("unknown column '{name}'"))?;
        rows.sort_by_cached_key(|row| match column.2(row, now) {
            Cell::Int(number) | Cell::Choice(number, _) => (number, String::new()),
            Cell::When(at) => (at.map_or(i64::MIN, |at| at.timestamp_millis()), String::new()),
            Cell::Span(span) => (span.num_seconds(), String::new()),
            Cell::Text(text) => (0, text),
        });
        if direction.trim().eq_ignore_ascii_case("desc") {
            rows.reverse();
        }
        Ok(())
    }

    fn row<'q>(
        &self,
        key: &Cell,
        cells: impl Iterator<Item = (&'q str, Cell)>,
        query: &Query<'_>,
        style: &Style<'_>,
    ) -> Value {
        let full = query.is("$mode", "full");
        let number = match style.switches.primary_key {
            PrimaryKey::ByMode => full,
            PrimaryKey::Text => false,
            PrimaryKey::Number => true,
        };
        let key = key.display(style);
        let key = if number { key } else { key.to_string().into() };
        let name = |name: &str| {
            if query.is("$jsonSafe", "true") { name.replace('/', "_") } else { name.to_owned() }
        };
        if !full {
            let mut row = Map::new();
            row.insert("PrimaryKey".to_owned(), key);
            row.insert("EntityName".to_owned(), self.entity.into());
            row.extend(cells.map(|(column, cell)| (name(column), cell.display(style))));
            return row.into();
        }
        let member = match style.switches.column_member {
            ColumnMember::Column => "Column",
            ColumnMember::Columns => "Columns",
            ColumnMember::ColumnData => "ColumnData",
        };
        let columns: Map<String, Value> = cells
            .map(|(column, cell)| {
                let value = json!({
                    "RawValue": cell.raw(style),
                    "DisplayValue": cell.display(style),
                    "LinkHint": "",
                    "TooltipHint": "",
                });
                (name(column), value)
            })
            .collect();
        json!({
            "PrimaryKey": key,
            "EntityName": self.entity,
            "StyleHint": "",
            "LinkHint": "",
            "TableRight": {"Mask": 127, "Reason": ""},
            member: columns,
        })
    }
}
