//! Archive queries: `$select`, `$filter`, `$orderBy`, `$skip`, `$top` and `$mode`, for any kind of row.

use serde_json::{Map, Value, json};

use super::{
    aggregates::parse_functions,
    columns::{Column, Provider},
    encoding::Encoding,
    filter::{Filter, Operator},
    quirks::{ArchiveColumns, IgnoredOption},
    request::{Request, base_url},
};

const MAX_PAGE_SIZE: usize = 1000;

impl<T> Provider<T> {
    /// Returns the requested page in its envelope, or why the query is not valid.
    pub(super) fn run_query(
        &self,
        mut rows: Vec<&T>,
        request: &Request<'_>,
    ) -> Result<Value, String> {
        let option = |name| request.recorded.option(name);
        let quirk = (self.column_quirk)(request.encoding.quirks);
        if let Some(filter) = option("$filter") {
            self.filter_rows(&mut rows, filter, &request.encoding)?;
        }
        if let Some(calls) = option("$select").and_then(parse_functions) {
            let rows = self.aggregate(&rows, &calls?, request)?;
            return Ok(envelope(rows, None, request));
        }
        let columns = self.select_columns(option("$select"), quirk)?;
        let now = request.encoding.now;
        let ignores_order = self.ignored(&request.encoding) == IgnoredOption::Order;
        if let Some(order) = option("$orderBy").filter(|_| !ignores_order) {
            let (name, direction) = order.split_once(' ').unwrap_or((order, "asc"));
            let column = self.find_column(name, quirk)?;
            rows.sort_by_cached_key(|row| column(row, now));
            if direction.trim().eq_ignore_ascii_case("desc") {
                rows.reverse();
            }
        }
        let number = |name| option(name).and_then(|value| value.parse::<usize>().ok());
        let skip = number("$skip").unwrap_or(0);
        let top = number("$top").map_or(MAX_PAGE_SIZE, |top| top.min(MAX_PAGE_SIZE));
        let next = skip.saturating_add(top);
        let page = rows.iter().skip(skip).take(top);
        let value = page.map(|row| self.encode_row(row, &columns, request));
        let next = (rows.len() > next).then(|| self.next_link(request, next));
        Ok(envelope(value.collect(), next, request))
    }

    pub(super) fn find_column(
        &self,
        name: &str,
        quirk: ArchiveColumns,
    ) -> Result<Column<T>, String> {
        let mut columns = self.columns.iter();
        columns
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .filter(|_| match quirk {
                ArchiveColumns::All => true,
                ArchiveColumns::RatingRefused => !name.eq_ignore_ascii_case("rating"),
                ArchiveColumns::NewerRefused | ArchiveColumns::NewerMissing => !self.is_newer(name),
            })
            .map(|(_, column)| *column)
            .ok_or_else(|| format!("unknown column '{name}'"))
    }

    /// Only the dynamic archive ignores any.
    fn ignored(&self, encoding: &Encoding<'_>) -> IgnoredOption {
        match self.entity {
            "dynamic" => encoding.quirks.message_search.ignored,
            _ => IgnoredOption::Nothing,
        }
    }

    /// Retains the rows that match a filter.
    fn filter_rows(
        &self,
        rows: &mut Vec<&T>,
        filter: &str,
        encoding: &Encoding<'_>,
    ) -> Result<(), String> {
        let quirks = encoding.quirks;
        let filter = Filter::parse(filter, quirks.filter)?;
        let mut alternatives = Vec::new();
        for conditions in filter.0 {
            let mut resolved = Vec::new();
            for condition in conditions {
                let is_list = condition.operator == Operator::OneOf;
                if is_list && quirks.message_search.lists_refused {
                    return Err("operator 'oneOf' is not supported".to_owned());
                }
                let column = self.find_column(&condition.column, (self.column_quirk)(quirks))?;
                let is_bound = matches!(condition.operator, Operator::Less | Operator::Greater);
                if is_bound && self.ignored(encoding) == IgnoredOption::Bounds {
                    continue;
                }
                resolved.push((column, condition));
            }
            alternatives.push(resolved);
        }
        rows.retain(|row| {
            alternatives.iter().any(|conditions| {
                conditions.iter().all(|(column, condition)| {
                    let value = column(row, encoding.now);
                    let mut operands = condition.operands.iter();
                    operands.any(|it| value.matches(condition.operator, it, encoding))
                })
            })
        });
        Ok(())
    }

    /// The columns that can be requested; which properties a description of a column has is documented.
    pub(super) fn encode_metadata(&self, quirk: ArchiveColumns) -> Value {
        let names = self.columns.iter().map(|(name, _)| *name);
        let known = names.filter(|name| self.find_column(name, quirk).is_ok());
        let columns = known.map(|name| {
            json!({
                "Name": name,
                "CanOrderBy": name != "duration",
                "CanRestrictBy": true,
                "RestrictionType": "string",
            })
        });
        json!({"value": columns.collect::<Value>()})
    }

    fn is_newer(&self, name: &str) -> bool {
        let mut newer = self.newer.iter();
        newer.any(|other| other.eq_ignore_ascii_case(name))
    }

    /// The selected columns under the names as requested; the primary key alone when none is selected,
    /// because no default set is documented.
    fn select_columns<'q>(
        &self,
        names: Option<&'q str>,
        quirk: ArchiveColumns,
    ) -> Result<Vec<(&'q str, Column<T>)>, String> {
        let leaves_out_newer = quirk == ArchiveColumns::NewerMissing;
        let names = names.unwrap_or(self.columns[0].0).split(',');
        names
            .map(str::trim)
            .filter(|name| !leaves_out_newer || !self.is_newer(name))
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
        format!(
            "{}{}?{}",
            base_url(&request.recorded.origin),
            self.path,
            query.finish()
        )
    }
}

/// The response, with the link to the next page.
fn envelope(rows: Vec<Value>, next: Option<String>, request: &Request<'_>) -> Value {
    // The doubled slash is the service's.
    let metadata = format!("{}Archive//$metadata", base_url(&request.recorded.origin));
    let mut envelope = Map::new();
    envelope.insert("odata.metadata".to_owned(), metadata.into());
    envelope.insert("odata.nextLink".to_owned(), next.into());
    envelope.insert("value".to_owned(), rows.into());
    envelope.into()
}
