//! The archive: rows of chosen columns, filtered, ordered and page by page.
//!
//! One engine for every kind of row; what a row can tell is a table of columns.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::{
    columns::{Column, ColumnValue, Provider},
    encoding::Encoding,
    filter::Filter,
    quirks::{ArchiveColumns, ColumnMember, PrimaryKey},
};

/// No page is longer than this.
const MAX_PAGE_SIZE: usize = 1000;

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
        found
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.option(name).and_then(|value| value.parse().ok())
    }

    fn option_is(&self, name: &str, value: &str) -> bool {
        self.option(name)
            .is_some_and(|it| it.eq_ignore_ascii_case(value))
    }

    /// The address of the rows after `skip`, everything else being the same.
    fn next_link(&self, address: &str, skip: usize) -> String {
        let others = self
            .pairs
            .iter()
            .filter(|(key, _)| !key.eq_ignore_ascii_case("$skip"));
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .extend_pairs(others)
            .append_pair("$skip", &skip.to_string());
        format!("{address}?{}", query.finish())
    }
}

impl<T> Provider<T> {
    /// Answers a query over all rows, or tells why it cannot.
    pub(super) fn run_query<'r>(
        &self,
        rows: impl Iterator<Item = &'r T>,
        query: &Query<'_>,
        encoding: &Encoding<'_>,
        now: DateTime<Utc>,
        address: &str,
    ) -> Result<Value, String>
    where
        T: 'r,
    {
        let columns = self.select_columns(query, encoding.quirks.archive_columns)?;
        let mut rows = self.filter_rows(rows, query, encoding, now)?;
        self.sort_rows(&mut rows, query.option("$orderBy"), now)?;
        let skip = query.number("$skip").unwrap_or(0);
        let top = query
            .number("$top")
            .unwrap_or(MAX_PAGE_SIZE)
            .min(MAX_PAGE_SIZE);
        let more = rows.len() > skip.saturating_add(top);
        let page = rows.into_iter().skip(skip).take(top);
        let value: Vec<Value> = page
            .map(|row| {
                let of = |column: &Column<T>| column.2(row, now);
                let key = of(&self.columns[0]);
                self.encode_row(
                    &key,
                    columns.iter().map(|(name, column)| (*name, of(column))),
                    query,
                    encoding,
                )
            })
            .collect();
        let root = address
            .rsplit_once("/api/v1/")
            .map_or(address, |(root, _)| root);
        Ok(json!({
            "odata.metadata": format!("{root}/api/v1/Archive//$metadata"),
            "odata.nextLink": more.then(|| query.next_link(address, skip + top)),
            "value": value,
        }))
    }

    fn column(&self, name: &str) -> Option<&'static Column<T>> {
        self.columns
            .iter()
            .find(|column| column.0.eq_ignore_ascii_case(name))
    }

    /// The columns asked for, under the names as written there.
    fn select_columns<'q>(
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

    fn filter_rows<'r>(
        &self,
        rows: impl Iterator<Item = &'r T>,
        query: &Query<'_>,
        encoding: &Encoding<'_>,
        now: DateTime<Utc>,
    ) -> Result<Vec<&'r T>, String> {
        let filter = query.option("$filter").map(Filter::parse).transpose()?;
        let mut passing = Vec::new();
        for row in rows {
            let cell = |name: &str| self.column(name).map(|column| column.2(row, now));
            if filter
                .as_ref()
                .map_or(Ok(true), |filter| filter.passes(&cell, encoding.zone))?
            {
                passing.push(row);
            }
        }
        Ok(passing)
    }

    fn sort_rows(
        &self,
        rows: &mut [&T],
        order: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), String> {
        let Some(order) = order else {
            return Ok(());
        };
        let (name, direction) = order.split_once(' ').unwrap_or((order, "asc"));
        let column = self
            .column(name)
            .ok_or_else(|| format!("unknown column '{name}'"))?;
        rows.sort_by_cached_key(|row| match column.2(row, now) {
            ColumnValue::Int(number) | ColumnValue::Choice(number, _) => (number, String::new()),
            ColumnValue::Time(at) => (
                at.map_or(i64::MIN, |at| at.timestamp_millis()),
                String::new(),
            ),
            ColumnValue::Span(span) => (span.num_seconds(), String::new()),
            ColumnValue::Text(text) => (0, text),
        });
        if direction.trim().eq_ignore_ascii_case("desc") {
            rows.reverse();
        }
        Ok(())
    }

    fn encode_row<'q>(
        &self,
        key: &ColumnValue,
        cells: impl Iterator<Item = (&'q str, ColumnValue)>,
        query: &Query<'_>,
        encoding: &Encoding<'_>,
    ) -> Value {
        let full = query.option_is("$mode", "full");
        let number = match encoding.quirks.primary_key {
            PrimaryKey::ByMode => full,
            PrimaryKey::Text => false,
            PrimaryKey::Number => true,
        };
        let key = key.to_display_value(encoding);
        let key = if number { key } else { key.to_string().into() };
        let name = |name: &str| {
            if query.option_is("$jsonSafe", "true") {
                name.replace('/', "_")
            } else {
                name.to_owned()
            }
        };
        if !full {
            let mut row = Map::new();
            row.insert("PrimaryKey".to_owned(), key);
            row.insert("EntityName".to_owned(), self.entity.into());
            row.extend(cells.map(|(column, cell)| (name(column), cell.to_display_value(encoding))));
            return row.into();
        }
        let member = match encoding.quirks.column_member {
            ColumnMember::Column => "Column",
            ColumnMember::Columns => "Columns",
            ColumnMember::ColumnData => "ColumnData",
        };
        let columns: Map<String, Value> = cells
            .map(|(column, cell)| {
                let value = json!({
                    "RawValue": cell.to_raw_value(encoding),
                    "DisplayValue": cell.to_display_value(encoding),
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
