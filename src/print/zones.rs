//! `sochat zones`: the time zones the service knows, with the offset each has today.

use serde_json::json;

use super::json::{Elements, Form};
use super::{Desk, Stop, rows};
use crate::cli::{Zones, ZonesFormat};
use crate::exit::Exit;
use crate::sync::{Fault, FaultKind, Source};
use crate::text::TimeZone;

/// Prints the zones as wished.
pub(super) async fn print<S: Source>(
    source: &S,
    wish: &Zones,
    desk: &mut Desk<'_>,
) -> Result<Exit, Stop> {
    let listed = desk.ask(async || source.zones().await).await?;
    if listed.is_empty() {
        let why = "the service lists no time zones; they are switched on in its administration";
        return Err(Fault::new(FaultKind::NotFound, why).into());
    }
    // One choice for each row, in the same order.
    let choices = TimeZone::choices(&listed, (desk.now)());
    match wish.format {
        ZonesFormat::Table => {
            let rows: Vec<_> = listed
                .iter()
                .zip(&choices)
                .map(|(row, choice)| {
                    let country = [row.country.as_str(), row.region.as_str()]
                        .into_iter()
                        .filter(|part| !part.is_empty())
                        .collect::<Vec<_>>();
                    [
                        row.code.clone(),
                        row.id.to_string(),
                        choice.offset.clone(),
                        choice.zone.name(),
                        country.join(", "),
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
            rows::table(columns, &rows, desk.out)?;
        }
        ZonesFormat::Json => {
            let mut elements = Elements::new(Form::Array);
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
                elements.write(desk.out, &element.to_string())?;
            }
            elements.end(desk.out)?;
        }
    }
    Ok(Exit::Fine)
}
