//! Aggregates of an archive: functions in `$select`, with a row for each group and a last one for all rows.
//!
//! The functions are those that the client of this crate sends: `GroupBy`, `Count`, `Median` and `Avg`. Rows
//! themselves are never sent beside them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::archive_row::encode_values;
use super::columns::{Column, ColumnValue, Provider};
use super::encoding::Encoding;
use super::quirks::AggregateSupport;
use super::request::Request;

/// The kind of the row of all rows.
const TOTAL: &str = "grandtotal";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    GroupBy,
    Count,
    Median,
    Avg,
}

/// A function of a column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FunctionCall {
    /// As requested, with its modifiers.
    name: String,
    function: Function,
    column: String,
}

/// Parses the functions of `$select`; `None` if it has columns only.
pub(super) fn parse_functions(select: &str) -> Option<Result<Vec<FunctionCall>, String>> {
    let mut names: Vec<String> = Vec::new();
    for part in select.split(',') {
        match names.last_mut() {
            // A comma separates modifiers, too.
            Some(call) if !part.contains('(') => {
                call.push(',');
                call.push_str(part);
            }
            _ => names.push(part.to_owned()),
        }
    }
    let has_functions = select.contains('(');
    has_functions.then(|| names.into_iter().map(parse_call).collect())
}

fn parse_call(name: String) -> Result<FunctionCall, String> {
    let call = name.split_once('(');
    let call = call.and_then(|(function, rest)| Some((function, rest.split_once(')')?.0)));
    let function = match call
        .map(|(function, _)| function.to_ascii_lowercase())
        .as_deref()
    {
        Some("groupby") => Function::GroupBy,
        Some("count") => Function::Count,
        Some("median") => Function::Median,
        Some("avg") => Function::Avg,
        _ => return Err(format!("unknown column '{name}'")),
    };
    let column = call.map_or_else(String::new, |(_, column)| column.to_owned());
    Ok(FunctionCall {
        name,
        function,
        column,
    })
}

impl<T> Provider<T> {
    /// The rows of the groups, in order, and the one of all rows if it is requested.
    pub(super) fn aggregate(
        &self,
        rows: &[&T],
        calls: &[FunctionCall],
        request: &Request<'_>,
    ) -> Result<Vec<Value>, String> {
        let encoding = &request.encoding;
        match encoding.quirks.aggregates {
            AggregateSupport::Refused => return Err("functions are not supported".to_owned()),
            // The rows without columns.
            AggregateSupport::Ignored => {
                let rows = rows.iter().map(|row| self.encode_row(row, &[], request));
                return Ok(rows.collect());
            }
            AggregateSupport::All | AggregateSupport::NumbersOnly => {}
        }
        let columns = calls.iter().map(|call| {
            let column = self.find_column(&call.column, (self.column_quirk)(encoding.quirks))?;
            Ok((call, column))
        });
        let columns = columns.collect::<Result<Vec<_>, String>>()?;
        let mut groups: BTreeMap<Vec<ColumnValue>, Vec<&T>> = BTreeMap::new();
        for row in rows {
            let keys = columns
                .iter()
                .filter(|it| it.0.function == Function::GroupBy);
            let key = keys.map(|(_, column)| column(row, encoding.now));
            groups.entry(key.collect()).or_default().push(row);
        }
        let options = request.recorded.option("$options").unwrap_or_default();
        let has_total = options.eq_ignore_ascii_case("GrandTotal=True");
        let encode = |kind: &str, number: usize, rows: &[&T]| {
            let is_shown = |it: &&(&FunctionCall, Column<T>)| {
                kind != TOTAL || it.0.function != Function::GroupBy
            };
            let values = columns.iter().filter(is_shown);
            let values = values.filter_map(|(call, column)| {
                let value = apply(call.function, *column, rows, encoding)?;
                Some((call.name.clone(), value))
            });
            encode_values(kind, number.into(), values, request)
        };
        let footers = groups.values().zip(1..);
        let footers = footers.map(|(rows, number)| encode("footer:1", number, rows));
        let total = has_total.then(|| encode(TOTAL, 1, rows));
        Ok(footers.chain(total).collect())
    }
}

/// The raw and the display value of a function over rows; `None` without any.
fn apply<T>(
    function: Function,
    column: Column<T>,
    rows: &[&T],
    encoding: &Encoding<'_>,
) -> Option<[Value; 2]> {
    let mut values: Vec<_> = rows.iter().map(|row| column(row, encoding.now)).collect();
    let both = |value: Value| [value.clone(), value];
    match function {
        Function::GroupBy => {
            let first = values.first()?;
            Some([
                first.to_raw_value(encoding),
                first.to_display_value(encoding),
            ])
        }
        Function::Count => Some(both(json!(values.len()))),
        Function::Median => {
            values.sort();
            let middle = values.len() / 2;
            let upper = values.get(middle)?;
            let lower = values
                .get(middle.saturating_sub(1))
                .filter(|_| values.len().is_multiple_of(2));
            let median = match (lower, upper) {
                (Some(ColumnValue::Span(Some(lower))), ColumnValue::Span(Some(upper))) => {
                    ColumnValue::Span(Some((*lower + *upper) / 2))
                }
                _ => upper.clone(),
            };
            Some(both(median.to_display_value(encoding)))
        }
        Function::Avg => {
            let numbers = values.iter().map(|value| match value {
                ColumnValue::Int(number) => i32::try_from(*number).map_or(0.0, f64::from),
                _ => 0.0,
            });
            let count = u32::try_from(values.len())
                .ok()
                .filter(|count| *count > 0)?;
            Some(both(json!(numbers.sum::<f64>() / f64::from(count))))
        }
    }
}
