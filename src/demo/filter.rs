//! `$filter` expressions: conditions joined by `and`, which binds before `or`.
//!
//! Brackets around conditions are not documented for the service, and are refused here.

use super::quirks::FilterQuirks;

/// Alternatives, of each of which all conditions must be true.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Filter(pub(super) Vec<Vec<Condition>>);

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) column: String,
    pub(super) operator: Operator,
    /// Several for `oneOf` only.
    pub(super) operands: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    Less,
    Greater,
    Contains,
    OneOf,
    /// Not before a time.
    AfterTime,
    BeforeTime,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Open,
    Close,
    Comma,
}

impl Filter {
    /// Parses an expression, or returns why it is not valid.
    pub(super) fn parse(expression: &str, quirks: FilterQuirks) -> Result<Self, String> {
        let mut tokens = tokens(expression, quirks)?.into_iter().peekable();
        let mut alternatives = vec![Vec::new()];
        loop {
            let condition = parse_condition(&mut tokens)?;
            if let Some(alternative) = alternatives.last_mut() {
                alternative.push(condition);
            }
            match tokens.next() {
                None => return Ok(Self(alternatives)),
                Some(Token::Word(word)) if word.eq_ignore_ascii_case("and") => {}
                Some(Token::Word(word)) if word.eq_ignore_ascii_case("or") => {
                    alternatives.push(Vec::new());
                }
                Some(token) => return Err(format!("'and' or 'or' instead of {token:?}")),
            }
        }
    }
}

fn parse_condition(tokens: &mut impl Iterator<Item = Token>) -> Result<Condition, String> {
    const END: &str = "the filter ends too early";
    let mut next = || tokens.next().ok_or(END);
    let (column, operator) = match (next()?, next()?) {
        (Token::Word(column), Token::Word(operator)) => (column, operator),
        (column, operator) => return Err(format!("no condition: {column:?} {operator:?}")),
    };
    let operator = match operator.to_ascii_lowercase().as_str() {
        "eq" | "equals" | "is" => Operator::Equals,
        "lt" | "less" => Operator::Less,
        "gt" | "greater" => Operator::Greater,
        "contains" => Operator::Contains,
        "oneof" => Operator::OneOf,
        "aftertime" => Operator::AfterTime,
        "beforetime" => Operator::BeforeTime,
        // Such as `le` and `ge`, which the vendor's own request collection marks as failing.
        _ => return Err(format!("operator '{operator}' is not supported")),
    };
    let mut operands = Vec::new();
    if operator == Operator::OneOf {
        if next()? != Token::Open {
            return Err("'oneOf' without a list".to_owned());
        }
        loop {
            operands.push(operand(next()?)?);
            match next()? {
                Token::Comma => {}
                Token::Close => break,
                token => return Err(format!("a list ends with {token:?}")),
            }
        }
    } else {
        operands.push(operand(next()?)?);
    }
    Ok(Condition {
        column,
        operator,
        operands,
    })
}

fn operand(token: Token) -> Result<String, String> {
    match token {
        Token::Word(text) | Token::Text(text) => Ok(text),
        token => Err(format!("the operand is {token:?}")),
    }
}

fn tokens(expression: &str, quirks: FilterQuirks) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut characters = expression.chars().peekable();
    while let Some(character) = characters.next() {
        tokens.push(match character {
            ' ' => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            ',' => Token::Comma,
            '\'' => Token::Text(quoted(&mut characters, quirks)?),
            first => {
                let mut word = String::from(first);
                while let Some(more) = characters.next_if(|it| !" (),'".contains(*it)) {
                    word.push(more);
                }
                Token::Word(word)
            }
        });
    }
    Ok(tokens)
}

/// The text up to the closing quote. A quote after a backslash is part of it.
fn quoted(
    characters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    quirks: FilterQuirks,
) -> Result<String, String> {
    let mut text = String::new();
    while let Some(character) = characters.next() {
        match character {
            '\'' => return Ok(text),
            '\\' => match characters.next_if(|it| *it == '\'' || quirks.backslash_escapes_all) {
                Some(escaped) => text.push(escaped),
                None => text.push('\\'),
            },
            other => text.push(other),
        }
    }
    Err("a text does not end".to_owned())
}

/// Compares a text with a part of it as SQL's `LIKE` does. Accents count.
pub(super) fn contains(text: &str, part: &str, quirks: FilterQuirks) -> bool {
    let fold = |text: &str| {
        if quirks.case_sensitive {
            text.to_owned()
        } else {
            text.to_lowercase()
        }
    };
    let (text, part) = (fold(text), fold(part));
    if !quirks.like_wildcards {
        return text.contains(&part);
    }
    let text: Vec<char> = text.chars().collect();
    let part: Vec<char> = part.chars().collect();
    (0..=text.len()).any(|start| text.get(start..).is_some_and(|rest| is_like(rest, &part)))
}

/// Returns `true` if a text begins with a match of a pattern of SQL's `LIKE`.
fn is_like(text: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => true,
        ['%', rest @ ..] => {
            (0..=text.len()).any(|skip| text.get(skip..).is_some_and(|text| is_like(text, rest)))
        }
        ['[', rest @ ..] => {
            // A set that does not end matches nothing.
            let Some(end) = rest.iter().position(|it| *it == ']') else {
                return false;
            };
            let (set, rest) = rest.split_at(end);
            match text {
                [first, text @ ..] if set.contains(first) => {
                    is_like(text, rest.get(1..).unwrap_or_default())
                }
                _ => false,
            }
        }
        [first, rest @ ..] => match text {
            [char, text @ ..] if *first == '_' || char == first => is_like(text, rest),
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: FilterQuirks = FilterQuirks {
        backslash_escapes_all: true,
        case_sensitive: true,
        like_wildcards: true,
    };

    fn texts(expression: &str, quirks: FilterQuirks) -> Result<Vec<Vec<String>>, String> {
        let parsed = Filter::parse(expression, quirks)?;
        let alternatives = parsed.0.into_iter().map(|conditions| {
            let conditions = conditions.into_iter();
            conditions
                .flat_map(|condition| condition.operands)
                .collect()
        });
        Ok(alternatives.collect())
    }

    #[test]
    fn and_binds_before_or_and_a_backslash_escapes_a_quote() {
        let plain = FilterQuirks::default();
        let of = |texts: &[&[&str]]| -> Vec<Vec<String>> {
            let owned = |texts: &&[&str]| texts.iter().map(|it| (*it).to_owned()).collect();
            texts.iter().map(owned).collect()
        };
        for (expression, expected) in [
            ("a eq 1 and b lt 2 or c gt 3", of(&[&["1", "2"], &["3"]])),
            (
                "a oneOf (1, 2) or b contains 'x or y'",
                of(&[&["1", "2"], &["x or y"]]),
            ),
            (r"a contains 'it\'s' or b eq 1", of(&[&["it's"], &["1"]])),
        ] {
            assert_eq!(
                texts(expression, plain),
                Ok(expected.clone()),
                "{expression}"
            );
            assert_eq!(texts(expression, ALL), Ok(expected), "{expression}");
        }
        assert_eq!(texts(r"a is 'b\\'", ALL), Ok(of(&[&[r"b\"]])));
        assert_eq!(texts(r"a is 'b\c'", plain), Ok(of(&[&[r"b\c"]])));
        assert!(texts(r"a is 'b\\'", plain).is_err(), "the quote is escaped");
        for invalid in [
            "",
            "a",
            "a eq",
            "a eq 1 b",
            "(a eq 1)",
            "a oneOf 1",
            "a oneOf (1",
            "a le 1",
            "a is 'x",
        ] {
            assert!(texts(invalid, plain).is_err(), "{invalid}");
        }
    }

    #[test]
    fn wildcards_are_those_of_like() {
        for (text, part, expected) in [
            ("100 percent", "0%t", true),
            ("abc", "b_", true),
            ("abc", "c_", false),
            ("a[b", "[", false),
            ("a[b", "[[]", true),
            ("abc", "[xb]c", true),
            ("Abc", "abc", false),
            ("abc", "", true),
        ] {
            assert_eq!(contains(text, part, ALL), expected, "{part}");
        }
        let plain = FilterQuirks::default();
        assert!(contains("ABC", "bc", plain) && !contains("abc", "a_c", plain));
        assert!(!contains("refúnd", "refund", plain));
    }
}
