//! Rows of the archive in the form requested, slim or full.

use serde_json::{Map, Value, json};

use super::{
    columns::{Column, Provider},
    quirks::PrimaryKey,
    request::Request,
};

impl<T> Provider<T> {
    pub(super) fn encode_row(
        &self,
        row: &T,
        columns: &[(&str, Column<T>)],
        request: &Request<'_>,
    ) -> Value {
        let encoding = &request.encoding;
        let key = (self.columns[0].1)(row, encoding.now).to_display_value(encoding);
        let values = columns.iter().map(|(name, column)| {
            let value = column(row, encoding.now);
            let values = [
                value.to_raw_value(encoding),
                value.to_display_value(encoding),
            ];
            ((*name).to_owned(), values)
        });
        encode_values(self.entity, key, values, request)
    }
}

/// A row in the form requested, of columns with their raw and their display values.
pub(super) fn encode_values(
    entity: &str,
    key: Value,
    values: impl Iterator<Item = (String, [Value; 2])>,
    request: &Request<'_>,
) -> Value {
    let encoding = &request.encoding;
    let mode = request.recorded.option("$mode");
    let full = mode.is_some_and(|mode| mode.eq_ignore_ascii_case("full"))
        && !encoding.quirks.slim_rows_only;
    let key = match encoding.quirks.primary_key {
        PrimaryKey::Number => key,
        PrimaryKey::ByMode if full => key,
        PrimaryKey::ByMode | PrimaryKey::Text => key.to_string().into(),
    };
    if !full {
        let mut slim = Map::new();
        slim.insert("PrimaryKey".to_owned(), key);
        slim.insert("EntityName".to_owned(), entity.into());
        slim.extend(values.map(|(name, [_, display])| (name, display)));
        return slim.into();
    }
    let values = values.map(|(name, [raw, display])| {
        let data = json!({
            "RawValue": raw,
            "DisplayValue": display,
            "LinkHint": "",
            "TooltipHint": "",
        });
        (name, data)
    });
    // The variants of the quirk are named after the property.
    let member = format!("{:?}", encoding.quirks.column_member);
    json!({
        "PrimaryKey": key,
        "EntityName": entity,
        "StyleHint": "",
        "LinkHint": "",
        "TableRight": {"Mask": 127, "Reason": ""},
        member: values.collect::<Value>(),
    })
}
