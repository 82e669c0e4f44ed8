//! Decodes rows of aggregates: a footer for each group, and a last row for all of them.

use chrono::TimeDelta;
use serde_json::value::RawValue;

use super::Decoder;
use super::object::{LenientObject, same_name};
use super::value::strip_type_tag;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AggregateRow {
    /// Whether it is the row of all sessions.
    pub(crate) is_total: bool,
    /// The number and name that the sessions of a group have in common.
    pub(crate) id: Option<i64>,
    pub(crate) name: String,
    pub(crate) count: u64,
    /// The value of the other function; empty where there is none.
    pub(crate) value: String,
}

impl Decoder {
    /// Decodes a row by the columns that were requested: those of the groups, the one that is counted, and another
    /// function. `None` for any other row, such as those of a service that ignores functions.
    pub(crate) fn decode_aggregate_row(
        &mut self,
        raw: &RawValue,
        groups: [&str; 2],
        count: &str,
        value: &str,
    ) -> Option<AggregateRow> {
        let row = LenientObject::parse(raw.get())?;
        let kinds = ["EntityName", "RowType"].map(|name| row.clean_line(name).to_lowercase());
        let row = row.flatten();
        // The modifiers after the colon may be left out.
        let find = |wanted: &str| {
            let mut names = row.properties().map(|(name, _)| name);
            let is_it = |name: &str| {
                name.split(':')
                    .next()
                    .is_some_and(|it| same_name(it, wanted))
            };
            names.find(|name| is_it(name)).map(ToString::to_string)
        };
        let count = row.integer(&find(count)?)?;
        let [id, name] = groups.map(find);
        let id = id.and_then(|id| row.id(&id));
        let name = name.map_or_else(String::new, |name| self.localized_line(&row, &name));
        let is_of_kind = |kind| kinds.iter().any(|it| it.contains(kind));
        let has_group = id.is_some() || !name.is_empty();
        let decoded = AggregateRow {
            is_total: is_of_kind("grandtotal") || !is_of_kind("footer") && !has_group,
            id,
            name,
            count: u64::try_from(count).ok()?,
            value: find(value).map_or_else(String::new, |value| row.clean_line(&value)),
        };
        self.count_invalid(&row);
        Some(decoded)
    }
}

/// A length of time such as `0:02:05` or `1.00:02:05`; `None` for one without a unit.
pub(crate) fn parse_time_span(text: &str) -> Option<TimeDelta> {
    let text = strip_type_tag(text);
    let (days, time) = match text.split_once('.') {
        Some((days, time)) if time.contains(':') => (days.parse().ok()?, time),
        _ => (0, text),
    };
    let mut parts = time.split(':');
    let hours: i64 = parts.next()?.parse().ok()?;
    let minutes: i64 = parts.next()?.parse().ok()?;
    let seconds = match parts.next() {
        Some(seconds) => seconds.split('.').next()?.parse().ok()?,
        None => 0,
    };
    let is_whole =
        parts.next().is_none() && (0..60).contains(&minutes) && (0..60).contains(&seconds);
    let days = TimeDelta::try_days(days)?;
    let time = TimeDelta::try_hours(hours)? + TimeDelta::seconds(minutes * 60 + seconds);
    is_whole.then(|| days.checked_add(&time)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_have_a_unit() {
        for (text, seconds) in [
            ("00:02:05", Some(125)),
            ("[T:14:52]", Some(53_520)),
            ("1.00:00:01", Some(86_401)),
            ("0:02:05.5000000", Some(125)),
            ("125", None),
            ("[I:125]", None),
            ("125.5", None),
            ("0:99:00", None),
            ("0:0:0:0", None),
            ("soon", None),
            ("", None),
        ] {
            let parsed = parse_time_span(text);
            assert_eq!(parsed.map(|it| it.num_seconds()), seconds, "{text}");
        }
    }

    #[test]
    fn rows_of_groups_and_of_all_are_distinguished_in_every_form() {
        let decode = |json: &str| {
            let raw: &RawValue = serde_json::from_str(json).unwrap();
            let groups = ["GroupBy(chatTopic/chatTopicId)", "GroupBy(chatTopic/name)"];
            let count = "Count(chatSessionId)";
            Decoder::default().decode_aggregate_row(raw, groups, count, "Avg(rating)")
        };
        let footer = AggregateRow {
            id: Some(7),
            name: "Support NO".to_owned(),
            count: 3,
            value: "4.5".to_owned(),
            ..AggregateRow::default()
        };
        for json in [
            r#"{"EntityName":"footer:1","GroupBy(chatTopic/chatTopicId):Footer,HideDetail":7,
                "GroupBy(chatTopic/name):Footer,HideDetail":"Support NO",
                "Count(chatSessionId):HideDetail":3,"Avg(rating):HideDetail":4.5}"#,
            r#"{"EntityName":"footer:1","ColumnData":{
                "GroupBy(chatTopic_chatTopicId)":{"RawValue":7,"DisplayValue":"[I:7]"},
                "groupby(chatTopic_name)":{"RawValue":"Support NO","DisplayValue":"Support NO"},
                "Count(chatSessionId)":{"RawValue":null,"DisplayValue":"[I:3]"},
                "Avg(rating)":{"RawValue":4.5,"DisplayValue":"[F:4.5]"}}}"#,
        ] {
            assert_eq!(decode(json), Some(footer.clone()), "{json}");
        }
        for json in [
            r#"{"EntityName":"grandtotal","Count(chatSessionId)":3}"#,
            r#"{"RowType":"[grandtotal]","GroupBy(chatTopic/chatTopicId)":0,"Count(chatSessionId)":3}"#,
            r#"{"Count(chatSessionId)":3}"#,
        ] {
            let total = AggregateRow {
                is_total: true,
                count: 3,
                ..AggregateRow::default()
            };
            assert_eq!(decode(json), Some(total), "{json}");
        }
        // A row of sessions, from a service that ignores functions.
        assert_eq!(decode(r#"{"EntityName":"chat","chatSessionId":341}"#), None);
    }
}
