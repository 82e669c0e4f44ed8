//! Resolving zones by every kind of name, and against the offsets of the service's list.

use std::collections::HashSet;

use chrono::DateTime;

use super::*;
use crate::text::table;

fn timestamp(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).unwrap()
}

fn now() -> Timestamp {
    timestamp("2026-07-01T12:00:00Z")
}

fn row(id: i64, code: &str, offset: i32, daylight: Option<i32>) -> ServiceZone {
    ServiceZone {
        id,
        code: code.to_owned(),
        offset: Some(offset),
        daylight,
        active: true,
        ..ServiceZone::default()
    }
}

/// The label, the request code and whether the rules are inferred, or the error.
fn resolved(name: &str, listed: &[ServiceZone]) -> String {
    match TimeZone::resolve(name, listed, Some("Europe/Copenhagen"), now()) {
        Ok(zone) => {
            let shown = format!("{} as {}", zone.label(), zone.request_code());
            if zone.is_inferred() {
                shown + " (inferred)"
            } else {
                shown
            }
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_table_is_valid() {
    let mut codes = HashSet::new();
    for entry in table::entries() {
        assert!(codes.insert(entry.code), "{} is there twice", entry.code);
        for name in entry.zones() {
            assert_eq!(name.parse::<Tz>().map(Tz::name), Ok(name), "{}", entry.code);
        }
        if let Some(id) = entry.id {
            assert!(id.parse::<i64>().is_ok(), "{entry:?}");
        }
    }
    assert!(codes.len() > 500, "{}", codes.len());
}

#[test]
fn zones_are_resolved_by_code_number_and_name() {
    for (name, expected) in [
        ("NO", "NO · Europe/Oslo as UTC"),
        ("no", "NO · Europe/Oslo as UTC"),
        ("US-NY", "US-NY · America/New_York as UTC"),
        ("BD", "BD · Asia/Dhaka as UTC"),
        ("UTC", "UTC as UTC"),
        ("CA-NT2B", "CA-NT2B · America/Rankin_Inlet as UTC"),
        ("PF2A", "PF2A · Pacific/Tahiti as UTC"),
        ("AU1", "AU1 · Australia/Lord_Howe as UTC"),
        ("460", "US-NY · America/New_York as UTC"),
        ("261", "NO · Europe/Oslo as UTC"),
        ("1", "UTC as UTC"),
        ("9999", "9999 as UTC"),
        (" Europe/Oslo ", "Europe/Oslo as UTC"),
        ("europe/oslo", "Europe/Oslo as UTC"),
        ("America/Nuuk", "America/Nuuk as UTC"),
        ("Asia/Calcutta", "Asia/Calcutta as UTC"),
        ("CET", "CET as UTC"),
        ("local", "Europe/Copenhagen as UTC"),
        ("BR-SP7", "BR-SP7 · America/Sao_Paulo as UTC (inferred)"),
        ("XX-NEW", "XX-NEW as UTC"),
    ] {
        assert_eq!(resolved(name, &[]), expected, "{name}");
    }
}

#[test]
fn an_unknown_zone_is_reported_with_the_nearest() {
    for (name, expected) in [
        ("Europe/Olso", r#""Europe/Olso"; did you mean Europe/Oslo"#),
        ("oslo", r#""oslo"; did you mean Europe/Oslo"#),
        ("US-NYY", r#""US-NYY"; did you mean US-NY"#),
        ("", r#"""; `sochat zones` lists them"#),
        ("\u{1b}[1m", r#""\u{1b}[1m"; `sochat zones` lists them"#),
    ] {
        let message = resolved(name, &[row(1, "UTC", 0, None)]);
        let first = message.split(" or ").next().unwrap().trim_end_matches('?');
        assert_eq!(first, format!("unknown time zone {expected}"), "{name}");
    }
    let error = TimeZone::resolve("local", &[], None, now()).unwrap_err();
    assert_eq!(error, resolve::ZoneError::NoLocal);
}

#[test]
fn listed_offsets_override_the_table() {
    let without_offset = |row| ServiceZone {
        offset: None,
        ..row
    };
    let listed = [
        row(261, "NO", 60, Some(120)),
        row(2, "SE", 60, None),
        row(3, "FI", 120, Some(240)),
        row(4, "CA-BC1", -420, None),
        row(5, "CA-BC2", -420, None),
        row(6, "XX-NEW", 330, Some(330)),
        row(7, "IE", 0, Some(60)),
        row(8, "AU1", 630, Some(660)),
        row(9, "Europe/Rome", 60, Some(120)),
        row(10, "BR-SP7", -120, None),
        without_offset(row(11, "DK", 0, None)),
        without_offset(row(12, "YY", 0, None)),
        row(13, "ZZ", 200_000, None),
        row(14, "", 60, Some(120)),
    ];
    for (name, expected) in [
        ("261", "NO · Europe/Oslo as NO"),
        ("SE", "SE · +01:00 as SE"),
        ("FI", "FI as FI"),
        ("CA-BC1", "CA-BC1 · America/Dawson_Creek as CA-BC1"),
        ("CA-BC2", "CA-BC2 · America/Dawson_Creek as CA-BC2"),
        ("xx-new", "XX-NEW · +05:30 as XX-NEW"),
        ("IE", "IE · Europe/Dublin as IE"),
        ("8", "AU1 · Australia/Lord_Howe as AU1"),
        ("europe/rome", "Europe/Rome as Europe/Rome"),
        ("BR-SP7", "BR-SP7 · -02:00 as BR-SP7"),
        ("11", "DK · Europe/Copenhagen as DK"),
        ("12", "YY as YY"),
        ("13", "ZZ as ZZ"),
        ("14", "14 as 14"),
        ("GB", "GB · Europe/London as UTC"),
    ] {
        assert_eq!(resolved(name, &listed), expected, "{name}");
    }
    assert!(resolved("YY-1", &listed).starts_with("unknown time zone \"YY-1\""));
}

#[test]
fn only_a_code_that_the_service_lists_is_requested() {
    let listed = [
        row(1, "UTC", 0, None),
        ServiceZone {
            active: false,
            ..row(460, "US-NY", -300, Some(-240))
        },
        row(2, "IN", 330, None),
    ];
    for (name, expected) in [
        ("Asia/Kolkata", "Asia/Kolkata as IN"),
        ("Asia/Calcutta", "Asia/Calcutta as UTC"),
        ("America/New_York", "America/New_York as UTC"),
        ("Europe/Kyiv", "Europe/Kyiv as UTC"),
        ("Europe/Stockholm", "Europe/Stockholm as UTC"),
        ("SE", "SE · Europe/Stockholm as UTC"),
        ("local", "Europe/Copenhagen as UTC"),
        ("US-NY", "US-NY · America/New_York as US-NY"),
        ("UTC", "UTC as UTC"),
    ] {
        assert_eq!(resolved(name, &listed), expected, "{name}");
    }
}

#[test]
fn timestamps_get_the_offset_of_the_zone() {
    let zone = |name| TimeZone::resolve(name, &[], None, now()).unwrap();
    for [name, at, expected, abbreviation] in table(
        "
        NO    | 2026-03-29T00:59:59Z      | 2026-03-29T01:59:59+01:00 | CET
        NO    | 2026-03-29T01:00:00Z      | 2026-03-29T03:00:00+02:00 | CEST
        AU1   | 2026-04-04T15:00:00Z      | 2026-04-05T01:30:00+10:30 | +1030
        AU1   | 2026-04-04T14:59:59Z      | 2026-04-05T01:59:59+11:00 | +11
        US-NY | 2026-11-01T06:00:00Z      | 2026-11-01T01:00:00-05:00 | EST
        IN    | 2026-01-01T00:00:00Z      | 2026-01-01T05:30:00+05:30 | IST
        NO    | 0001-01-01T00:00:00Z      | 0001-01-01T00:53:00+00:53 | LMT
        IN    | 0001-01-01T00:00:00Z      | 0001-01-01T05:53:00+05:53 | LMT
        US-NY | 0001-01-01T00:00:00Z      | 0000-12-31T19:04:00-04:56 | LMT
        XX-1  | 2026-01-01T00:00:00-04:00 | 2026-01-01T00:00:00-04:00 | -04:00
        ",
    ) {
        let (zone, at) = (zone(name), timestamp(at));
        assert_eq!(zone.to_local(at).to_rfc3339(), expected, "{name}");
        assert_eq!(zone.abbreviation(at), abbreviation, "{name} {at}");
    }
}

#[test]
fn local_times_are_resolved_by_the_rules() {
    let zone = |code: &str| {
        let code = code.to_owned();
        let row = ServiceZone {
            code,
            ..ServiceZone::default()
        };
        TimeZone::from_listed(&row, now())
    };
    for (name, local, expected) in [
        ("NO", "2026-07-01T12:00:00", "2026-07-01T12:00:00+02:00"),
        ("NO", "2026-10-25T02:30:00", "2026-10-25T02:30:00+02:00"),
        ("NO", "2026-03-29T02:30:00", "2026-03-29T03:30:00+02:00"),
        ("AU1", "2026-10-04T02:10:00", "2026-10-04T02:40:00+11:00"),
        ("CET", "2026-07-01T12:00:00", "2026-07-01T12:00:00+00:00"),
        ("XX-1", "2026-07-01T12:00:00", "2026-07-01T12:00:00+00:00"),
    ] {
        let timestamp = zone(name)
            .naive_zone()
            .map_or(OffsetRules::AsReceived, OffsetRules::Named)
            .resolve_local(local.parse().unwrap());
        assert_eq!(timestamp.to_rfc3339(), expected, "{name} {local}");
    }
    for extreme in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
        for name in ["NO", "US-NY", "UTC"] {
            zone(name).rules().resolve_local(extreme);
        }
    }
}

#[test]
fn the_choices_are_local_the_listed_zones_and_all_iana_names() {
    let listed = [
        ServiceZone {
            country: "Norway".into(),
            cities: "Oslo".into(),
            ..row(261, "NO", 60, Some(120))
        },
        row(3, "FI", 120, Some(240)),
        row(14, "", 60, Some(120)),
    ];
    let shown = |choices: &[ZoneChoice]| -> Vec<String> {
        let shown = choices.iter().map(|choice| {
            let (label, offset) = (choice.label(), &choice.offset);
            let places = [&*choice.country, &*choice.cities].join(" ");
            format!("{}: {label}, {offset} {places}", choice.name)
        });
        shown.map(|shown| shown.trim_end().to_owned()).collect()
    };
    let rows = shown(&TimeZone::listed_choices(&listed, now()));
    let listed_rows = [
        "NO: NO · Europe/Oslo, +02:00 Norway Oslo",
        "FI: FI, +02:00/+04:00",
        "14: 14, +01:00/+02:00",
    ];
    assert_eq!(rows, listed_rows);
    let choices = TimeZone::choices(&listed, Some("Asia/Tokyo"), now());
    // Europe/Oslo is there as NO.
    let iana_names = TZ_VARIANTS
        .iter()
        .filter(|zone| !matches!(zone.name(), "GB" | "NZ"));
    let iana_names = iana_names.count();
    assert_eq!(choices.len(), 1 + 3 + iana_names - 1);
    let rows = shown(&choices);
    assert_eq!(rows[0], "local: local · Asia/Tokyo, +09:00");
    assert_eq!(rows[1..4], listed_rows);
    assert!(rows.contains(&"Asia/Tokyo: Asia/Tokyo, +09:00".to_owned()));
    for choice in &choices {
        let resolved = TimeZone::resolve(&choice.name, &listed, Some("Asia/Tokyo"), now());
        let rules = resolved.map(|zone| zone.rules());
        assert_eq!(rules, Ok(choice.zone.rules()), "{choice:?}");
    }
    // Nothing else is certain before the service has listed its zones.
    let unlisted = TimeZone::choices(&[], None, now());
    assert_eq!(unlisted.len(), iana_names);
    assert!(unlisted.iter().all(|choice| choice.zone.code().is_none()));
}
