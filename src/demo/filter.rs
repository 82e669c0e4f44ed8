//! The archive's `$filter`: conditions joined by `and` and `or`, where `and` binds first.
//!
//! Only what a client of this crate sends is understood. `le` and `ge` are refused on purpose: the
//! vendor's own request collection marks them as failing, although they are documented.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};

use super::{
    columns::{Column, ColumnValue},
    zones::Zone,
};

/// The alternatives, in each of which all conditions must hold.
#[derive(Debug)]
pub(super) struct Filter<T: 'static>(Vec<Vec<Condition<T>>>);

/// Holds when the comparison with any of the operands does.
#[derive(Debug)]
struct Condition<T: 'static> {
    column: &'static Column<T>,
    operator: Operator,
    operands: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
enum Operator {
    Equal,
    Less,
    Greater,
    NotLess,
    Contains,
}

impl Operator {
    fn parse(word: &str) -> Result<Self, String> {
        match word.to_ascii_lowercase().as_str() {
            "eq" | "equals" | "is" | "oneof" => Ok(Self::Equal),
            "lt" | "less" | "beforetime" => Ok(Self::Less),
            "gt" | "greater" => Ok(Self::Greater),
            // The service documents `afterTime` as inclusive.
            "aftertime" => Ok(Self::NotLess),
            "contains" => Ok(Self::Contains),
            _ => Err(format!("operator '{word}' is not supported")),
        }
    }
}

impl<T> Filter<T> {
    /// Parses a filter; `find_column` fails for a column that the archive does not have.
    pub(super) fn parse(
        text: &str,
        find_column: impl Fn(&str) -> Result<&'static Column<T>, String>,
    ) -> Result<Self, String> {
        let mut tokens = tokenize(text)?.into_iter();
        let mut next = || tokens.next().ok_or("the filter ends too early");
        let mut alternatives = Vec::new();
        let mut conditions = Vec::new();
        loop {
            let column = find_column(&next()?)?;
            let operator = Operator::parse(&next()?)?;
            let mut token = next()?;
            let mut operands = Vec::new();
            if token == "(" {
                token = next()?;
                while token != ")" {
                    operands.push(unquote(&token));
                    token = next()?;
                }
            } else {
                operands.push(unquote(&token));
            }
            conditions.push(Condition {
                column,
                operator,
                operands,
            });
            match next().map(|word| word.to_ascii_lowercase()).as_deref() {
                Ok("and") => {}
                Ok("or") => alternatives.push(std::mem::take(&mut conditions)),
                Ok(word) => return Err(format!("'{word}' is not expected in the filter")),
                Err(_) => break,
            }
        }
        alternatives.push(conditions);
        Ok(Self(alternatives))
    }

    /// Returns `true` if the row passes; times without an offset are in `zone`.
    pub(super) fn matches(&self, row: &T, now: DateTime<Utc>, zone: &Zone) -> bool {
        let holds = |condition: &Condition<T>| {
            let value = (condition.column.value)(row, now);
            condition.holds(&value, zone)
        };
        self.0.iter().any(|conditions| conditions.iter().all(holds))
    }
}

impl<T> Condition<T> {
    fn holds(&self, value: &ColumnValue, zone: &Zone) -> bool {
        self.operands.iter().any(|operand| {
            let order = compare(value, operand, zone);
            match self.operator {
                Operator::Equal => order == Some(Ordering::Equal),
                Operator::Less => order == Some(Ordering::Less),
                Operator::Greater => order == Some(Ordering::Greater),
                Operator::NotLess => order.is_some_and(Ordering::is_ge),
                Operator::Contains => {
                    let text = value.text().to_lowercase();
                    text.contains(&operand.to_lowercase())
                }
            }
        })
    }
}

/// Returns `None` if the operand is not a value of the column's kind.
fn compare(value: &ColumnValue, operand: &str, zone: &Zone) -> Option<Ordering> {
    Some(match value {
        ColumnValue::Int(number) | ColumnValue::Choice(number, _) => {
            number.cmp(&operand.parse().ok()?)
        }
        ColumnValue::Text(text) => text.to_lowercase().cmp(&operand.to_lowercase()),
        ColumnValue::Time(at) => at.cmp(&Some(parse_time(operand, zone)?)),
    })
}

fn parse_time(text: &str, zone: &Zone) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    let local: NaiveDateTime = text.parse().ok()?;
    let offset = zone.offset_at(local.and_utc());
    let at = offset.from_local_datetime(&local).single()?;
    Some(at.to_utc())
}

fn unquote(token: &str) -> String {
    token.strip_prefix('\'').unwrap_or(token).to_owned()
}

/// Splits a filter into words, parentheses and quoted texts; these keep their opening quote, so that
/// `'('` is not taken for a parenthesis. Commas separate like spaces.
fn tokenize(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        let mut token = String::from(char);
        match char {
            ',' => continue,
            _ if char.is_whitespace() => continue,
            '(' | ')' => {}
            '\'' => loop {
                match chars.next() {
                    Some('\'') => break,
                    // A quote inside a text is escaped with a backslash.
                    Some('\\') => token.push(chars.next_if_eq(&'\'').unwrap_or('\\')),
                    Some(char) => token.push(char),
                    None => return Err("a quoted text of the filter does not end".to_owned()),
                }
            },
            _ => {
                let in_word = |char: &char| !char.is_whitespace() && !"(),'".contains(*char);
                while let Some(char) = chars.next_if(in_word) {
                    token.push(char);
                }
            }
        }
        tokens.push(token);
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A row is the text of its only column.
    static NAME: Column<&str> = Column::new("name", |row, _| ColumnValue::Text((*row).to_owned()));

    fn parse(text: &str) -> Result<Filter<&'static str>, String> {
        Filter::parse(text, |_| Ok(&NAME))
    }

    #[test]
    fn conditions_are_parsed_with_their_operands() {
        let cases = [
            ("name is 'a (b) or c'", "a (b) or c", true),
            ("name is 'it\\'s'", "it's", true),
            ("name is 'C:\\x'", "C:\\x", true),
            ("name contains '('", "a (b)", true),
            ("name ONEOF('a','b')", "B", true),
            ("name oneOf (a, b)", "c", false),
            ("name oneOf ()", "", false),
            ("name is x or name is a and name is b", "x", true),
            ("name is a and name is b or name is x", "x", true),
            ("name is a and name is b or name is x", "a", false),
            ("name lt b", "a", true),
            ("name gt b", "b", false),
            ("name afterTime b", "b", true),
        ];
        let now = DateTime::UNIX_EPOCH;
        for (text, row, expected) in cases {
            let filter = parse(text).unwrap();
            assert_eq!(filter.matches(&row, now, Zone::base()), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused(text in "[a-z ()',0-9]{0,80}|\\PC{0,40}") {
            let _either = parse(&text);
        }
    }
}
