//! `sochat zones`: the time zones of the service, each with its offset today.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::json::{JsonLayout, JsonWriter};
use super::{CommandError, Context, ExitStatus, table};
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::TimeZone;

#[derive(Clone, Debug, PartialEq, Args)]
pub struct ZonesArgs {
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    pub format: ZoneFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ZoneFormat {
    /// Aligned columns
    #[default]
    Table,
    /// One JSON array
    Json,
}

pub(super) async fn run<S: ChatApi>(
    api: &S,
    format: ZoneFormat,
    context: &mut Context<'_>,
) -> Result<ExitStatus, CommandError> {
    let listed = context.retry_if_moved(async || api.zones().await).await?;
    if listed.is_empty() {
        let why = "the service lists no time zones: activate them in its administration";
        return Err(ApiError::new(ErrorKind::NotFound, why).into());
    }
    // In the order of the list.
    let choices = TimeZone::listed_choices(&listed, context.server_now(api));
    match format {
        ZoneFormat::Table => {
            let rows: Vec<_> = listed
                .iter()
                .zip(&choices)
                .map(|(row, choice)| {
                    let country = format!("{}, {}", row.country, row.region);
                    [
                        row.code.clone(),
                        row.id.to_string(),
                        choice.offset.clone(),
                        choice.zone.name(),
                        country.trim_matches([',', ' ']).to_owned(),
                        row.cities.clone(),
                    ]
                })
                .collect();
            let columns = [
                ("CODE", 8),
                ("NUMBER", 6),
                ("TODAY", 13),
                ("IANA", 32),
                ("COUNTRY", 32),
                ("CITIES", 48),
            ];
            table::write_table(&columns, &rows, context.out)?;
        }
        ZoneFormat::Json => {
            let mut writer = JsonWriter::new(JsonLayout::Array);
            for (row, choice) in listed.iter().zip(&choices) {
                let element = json!({
                    "id": row.id,
                    "timeZone": row.code,
                    "country": row.country,
                    "region": row.region,
                    "cities": row.cities,
                    "isActive": row.active,
                    "offsetToday": choice.offset,
                    "iana": Some(choice.zone.name()).filter(|name| name.contains('/')),
                });
                writer.write_element(context.out, &element.to_string())?;
            }
            writer.finish(context.out)?;
        }
    }
    Ok(ExitStatus::Success)
}
