//! The part of the archive's `$filter` language that the service understands.
//!
//! Comparisons by name and by abbreviation, lists, text and time tests, `and`, `or`, brackets.
//! `le` and `ge` are refused: the vendor's own request collection marks them as failing.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};

use super::{columns::ColumnValue, zones::Zone};

/// Brackets are read by recursion, which has to end before the stack does.
const MOST_BRACKETS: usize = 64;

/// A condition on one row.
#[derive(Debug, PartialEq)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Test(Test),
}

/// A comparison of one column.
#[derive(Debug, PartialEq)]
pub(super) struct Test {
    column: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Equal,
    Unequal,
    Less,
    Greater,
    Between,
    OneOf,
    NotOneOf,
    Begins,
    Contains,
    NotContains,
    After,
    Before,
}

impl Operator {
    fn parse(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "eq" | "equals" | "is" => Self::Equal,
            "ne" | "unequals" | "isnot" => Self::Unequal,
            "lt" | "less" => Self::Less,
            "gt" | "greater" => Self::Greater,
            "between" => Self::Between,
            "oneof" => Self::OneOf,
            "notoneof" => Self::NotOneOf,
            "begins" => Self::Begins,
            "contains" => Self::Contains,
            "notcontains" => Self::NotContains,
            "aftertime" => Self::After,
            "beforetime" => Self::Before,
            _ => return None,
        })
    }
}

impl Filter {
    /// Reads a filter, or tells what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let words = tokens(text);
        if words.iter().filter(|word| *word == "(").count() > MOST_BRACKETS {
            return Err("the filter has too many brackets".to_owned());
        }
        let mut words = words.into_iter().peekable();
        let filter = any(&mut words)?;
        match words.next() {
            None => Ok(filter),
            Some(word) => Err(format!("did not expect '{word}' in the filter")),
        }
    }

    /// Tells whether a row, told column by column, passes; an unknown column is an error.
    pub(super) fn passes(
        &self,
        row: &dyn Fn(&str) -> Option<ColumnValue>,
        zone: Option<&Zone>,
    ) -> Result<bool, String> {
        match self {
            Self::All(parts) => all_of(parts, |part| part.passes(row, zone)),
            Self::Any(parts) => Ok(!all_of(parts, |part| part.passes(row, zone).map(|it| !it))?),
            Self::Test(test) => {
                let cell =
                    row(&test.column).ok_or_else(|| format!("unknown column '{}'", test.column))?;
                Ok(test.holds(&cell, zone))
            }
        }
    }
}

fn all_of(
    parts: &[Filter],
    holds: impl Fn(&Filter) -> Result<bool, String>,
) -> Result<bool, String> {
    for part in parts {
        if !holds(part)? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Test {
    fn holds(&self, cell: &ColumnValue, zone: Option<&Zone>) -> bool {
        let against = |value: &String| compare(cell, value, zone);
        let first = self.values.first().and_then(against);
        let last = self.values.last().and_then(against);
        let text = cell.text().to_lowercase();
        let part = self
            .values
            .first()
            .map_or_else(String::new, |part| part.to_lowercase());
        let listed = || {
            self.values
                .iter()
                .any(|value| against(value) == Some(Ordering::Equal))
        };
        match self.operator {
            Operator::Equal => first == Some(Ordering::Equal),
            Operator::Unequal => first != Some(Ordering::Equal),
            Operator::Less | Operator::Before => first == Some(Ordering::Less),
            Operator::Greater => first == Some(Ordering::Greater),
            Operator::After => first.is_some_and(Ordering::is_ge),
            Operator::Between => {
                first.is_some_and(Ordering::is_ge) && last.is_some_and(Ordering::is_le)
            }
            Operator::OneOf => listed(),
            Operator::NotOneOf => !listed(),
            Operator::Begins => text.starts_with(&part),
            Operator::Contains => text.contains(&part),
            Operator::NotContains => !text.contains(&part),
        }
    }
}

/// How a cell stands to a value; `None` when they cannot be compared.
fn compare(cell: &ColumnValue, value: &str, zone: Option<&Zone>) -> Option<Ordering> {
    match cell {
        ColumnValue::Int(number) | ColumnValue::Choice(number, _) => {
            value.parse().ok().map(|value| number.cmp(&value))
        }
        ColumnValue::Time(at) => {
            let at = at.unwrap_or(DateTime::<Utc>::MIN_UTC);
            moment(value, zone).map(|value| at.cmp(&value))
        }
        ColumnValue::Text(text) => Some(text.to_lowercase().cmp(&value.to_lowercase())),
        ColumnValue::Span(span) => value
            .parse()
            .ok()
            .map(|value| span.num_seconds().cmp(&value)),
    }
}

/// A moment as a filter writes it: with an offset, or in the requested zone.
fn moment(text: &str, zone: Option<&Zone>) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    let offset = zone?.offset_at(local.and_utc());
    offset
        .from_local_datetime(&local)
        .single()
        .map(|at| at.to_utc())
}

type Words = std::iter::Peekable<std::vec::IntoIter<String>>;

fn any(words: &mut Words) -> Result<Filter, String> {
    let mut parts = vec![all(words)?];
    while words
        .next_if(|word| word.eq_ignore_ascii_case("or"))
        .is_some()
    {
        parts.push(all(words)?);
    }
    Ok(Filter::Any(parts))
}

fn all(words: &mut Words) -> Result<Filter, String> {
    let mut parts = vec![one(words)?];
    while words
        .next_if(|word| word.eq_ignore_ascii_case("and"))
        .is_some()
    {
        parts.push(one(words)?);
    }
    Ok(Filter::All(parts))
}

fn one(words: &mut Words) -> Result<Filter, String> {
    let mut next = || words.next().ok_or("the filter ends too early");
    let column = next()?;
    if column == "(" {
        let inner = any(words)?;
        return match words.next().as_deref() {
            Some(")") => Ok(inner),
            _ => Err("a bracket of the filter is not closed".to_owned()),
        };
    }
    let word = next()?;
    let operator =
        Operator::parse(&word).ok_or_else(|| format!("operator '{word}' is not supported"))?;
    let mut values = vec![next()?];
    if values == ["("] {
        values.clear();
        loop {
            match next()?.as_str() {
                ")" => break,
                "," => {}
                value => values.push(unquoted(value)),
            }
        }
    }
    let values = values.iter().map(|value| unquoted(value)).collect();
    Ok(Filter::Test(Test {
        column,
        operator,
        values,
    }))
}

fn unquoted(value: &str) -> String {
    let inner = value
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    inner.unwrap_or(value).to_owned()
}

/// Splits a filter into words, brackets, commas and quoted texts.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = vec![String::new()];
    let mut quoted = false;
    for char in text.chars() {
        let last = tokens.len() - 1;
        match char {
            '\'' => {
                quoted = !quoted;
                tokens[last].push(char);
            }
            _ if quoted => tokens[last].push(char),
            '(' | ')' | ',' => tokens.extend([char.to_string(), String::new()]),
            _ if char.is_whitespace() => tokens.push(String::new()),
            _ => tokens[last].push(char),
        }
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn test(column: &str, operator: Operator, values: &[&str]) -> Filter {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        let column = column.to_owned();
        Filter::Any(vec![Filter::All(vec![Filter::Test(Test {
            column,
            operator,
            values,
        })])])
    }

    #[test]
    fn conditions_are_read_with_their_values() {
        let cases = [
            ("id lt 3", test("id", Operator::Less, &["3"])),
            (
                "status oneOf (4, 5)",
                test("status", Operator::OneOf, &["4", "5"]),
            ),
            (
                "status ONEOF(4,5)",
                test("status", Operator::OneOf, &["4", "5"]),
            ),
            (
                "name is 'a (b) or c'",
                test("name", Operator::Equal, &["a (b) or c"]),
            ),
            ("status oneOf ()", test("status", Operator::OneOf, &[])),
        ];
        for (text, expected) in cases {
            assert_eq!(Filter::parse(text), Ok(expected), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_be_refused(text in "[a-z ()',0-9]{0,80}|\\PC{0,40}") {
            let _either = Filter::parse(&text);
        }

        #[test]
        fn brackets_end_before_the_stack(depth in 0_usize..400) {
            let text = format!("{}id lt 3{}", "(".repeat(depth), ")".repeat(depth));
            prop_assert_eq!(Filter::parse(&text).is_ok(), depth <= MOST_BRACKETS);
        }
    }
}
