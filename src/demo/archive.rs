//! Archive queries: `$select`, `$filter`, `$orderBy`, `$skip`, `$top` and `$mode`, for any kind of row.

use serde_json::{Map, Value, json};

use super::{
    columns::{Column, Provider},
    filter::Filter,
    quirks::{ArchiveColumns, ColumnMember, PrimaryKey},
    request::Request,
};

const MAX_PAGE_SIZE: usize = 1000;

impl<T> Provider<T> {
    /// Returns the requested page in its envelope, or why the query is not valid.
    pub(super) fn run_query<'r>(
        &self,
        rows: impl Iterator<Item = &'r T>,
        request: &Request<'_>,
    ) -> Result<Value, String>
    where
        T: 'r,
    {
        let option = |name| request.recorded.option(name);
        let quirk = request.encoding.quirks.archive_columns;
        let columns = self.select_columns(option("$select"), quirk)?;
        let filter = option("$filter")
            .map(|text| Filter::parse(text, |name| self.find_column(name, quirk)))
            .transpose()?;
        let (now, zone) = (request.now, request.encoding.zone);
        let mut rows: Vec<&T> = rows
            .filter(|row| {
                filter
                    .as_ref()
                    .is_none_or(|filter| filter.matches(row, now, zone))
            })
            .collect();
        if let Some(order) = option("$orderBy") {
            let (name, direction) = order.split_once(' ').unwrap_or((order, "asc"));
            let column = self.find_column(name, quirk)?;
            rows.sort_by_cached_key(|row| (column.value)(row, now));
            if direction.trim().eq_ignore_ascii_case("desc") {
                rows.reverse();
            }
        }
        let number = |name| option(name).and_then(|value| value.parse::<usize>().ok());
        let skip = number("$skip").unwrap_or(0);
        let top = number("$top").map_or(MAX_PAGE_SIZE, |top| top.min(MAX_PAGE_SIZE));
        let next = skip.saturating_add(top);
        let page = rows.iter().skip(skip).take(top);
        let value: Vec<Value> = page
            .map(|row| self.encode_row(row, &columns, request))
            .collect();
        Ok(json!({
            // The doubled slash is the service's.
            "odata.metadata": format!("{}Archive//$metadata", request.base_url()),
            "odata.nextLink": (rows.len() > next).then(|| self.next_link(request, next)),
            "value": value,
        }))
    }

    fn find_column(&self, name: &str, quirk: ArchiveColumns) -> Result<&'static Column<T>, String> {
        let mut columns = self.columns.iter();
        columns
            .find(|column| column.name.eq_ignore_ascii_case(name))
            .filter(|column| quirk == ArchiveColumns::All || !column.newer)
            .ok_or_else(|| format!("unknown column '{name}'"))
    }

    /// The selected columns under the names as requested; the primary key alone when none is selected,
    /// because no default set is documented.
    fn select_columns<'q>(
        &self,
        names: Option<&'q str>,
        quirk: ArchiveColumns,
    ) -> Result<Vec<(&'q str, &'static Column<T>)>, String> {
        let is_left_out = |name: &str| {
            quirk == ArchiveColumns::NewerMissing
                && self.find_column(name, quirk).is_err()
                && self.find_column(name, ArchiveColumns::All).is_ok()
        };
        let names = names.unwrap_or(self.columns[0].name).split(',');
        names
            .map(str::trim)
            .filter(|name| !is_left_out(name))
            .map(|name| Ok((name, self.find_column(name, quirk)?)))
            .collect()
    }

    /// The address of the next page: the same query with another `$skip`.
    fn next_link(&self, request: &Request<'_>, skip: usize) -> String {
        let options = request.recorded.query.iter();
        let others = options.filter(|(key, _)| !key.eq_ignore_ascii_case("$skip"));
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .extend_pairs(others)
            .append_pair("$skip", &skip.to_string());
        format!("{}{}?{}", request.base_url(), self.path, query.finish())
    }

    fn encode_row(&self, row: &T, columns: &[(&str, &Column<T>)], request: &Request<'_>) -> Value {
        let (encoding, now) = (&request.encoding, request.now);
        let mode = request.recorded.option("$mode");
        let full = mode.is_some_and(|mode| mode.eq_ignore_ascii_case("full"));
        let key = (self.columns[0].value)(row, now).to_display_value(encoding);
        let key = match encoding.quirks.primary_key {
            PrimaryKey::Number => key,
            PrimaryKey::ByMode if full => key,
            PrimaryKey::ByMode | PrimaryKey::Text => key.to_string().into(),
        };
        let values = columns
            .iter()
            .map(|(name, column)| ((*name).to_owned(), (column.value)(row, now)));
        if !full {
            let mut slim = Map::new();
            slim.insert("PrimaryKey".to_owned(), key);
            slim.insert("EntityName".to_owned(), self.entity.into());
            slim.extend(values.map(|(name, value)| (name, value.to_display_value(encoding))));
            return slim.into();
        }
        let member = match encoding.quirks.column_member {
            ColumnMember::Column => "Column",
            ColumnMember::Columns => "Columns",
            ColumnMember::ColumnData => "ColumnData",
        };
        let column_data: Map<String, Value> = values
            .map(|(name, value)| {
                let data = json!({
                    "RawValue": value.to_raw_value(encoding),
                    "DisplayValue": value.to_display_value(encoding),
                    "LinkHint": "",
                    "TooltipHint": "",
                });
                (name, data)
            })
            .collect();
        json!({
            "PrimaryKey": key,
            "EntityName": self.entity,
            "StyleHint": "",
            "LinkHint": "",
            "TableRight": {"Mask": 127, "Reason": ""},
            member: column_data,
        })
    }
}
