//! The time zone: choosing and cycling it, and zones that only the service can convert to.

use crate::app::AppConfig;
use crate::app::effect::Effect;
use crate::app::overlay::Overlay;
use crate::app::time_zone::TimeFormat;
use crate::chat::ServiceZone;
use crate::sync::SyncEvent;
use crate::text::TimeZone;

use crate::app::tests::screen_contains;
use crate::app::tests::test_app;
use crate::test_support::builders::now;
use crate::test_support::{TestApp, app_config, open_effect, oslo_zone};

fn set_time_zone_effect(name: &str) -> Effect {
    Effect::SetTimeZone(TimeZone::resolve(name, &[], None, now()).unwrap())
}

fn service_zone(id: i64, code: &str, country: &str, offset: i32) -> ServiceZone {
    ServiceZone {
        id,
        code: code.to_owned(),
        country: country.to_owned(),
        offset: Some(offset),
        daylight: Some(offset + 60),
        active: true,
        ..ServiceZone::default()
    }
}

/// A zone whose rules only the service has.
fn service_only_zone() -> ServiceZone {
    service_zone(900, "XX9", "Atlantis", -180)
}

fn norway_zone() -> ServiceZone {
    service_zone(261, "NO", "Norway", 60)
}

#[test]
fn times_are_requested_in_the_chosen_zone() {
    let mut test_app = test_app();
    assert_eq!(
        test_app.press("tTokyo<enter>"),
        [set_time_zone_effect("Asia/Tokyo")]
    );
    assert_eq!(test_app.notice(), Some("Times are shown in Asia/Tokyo"));
    assert!(test_app.app.overlay().is_none());
    // Choosing the active zone again changes nothing.
    assert_eq!(test_app.press("tTokyo<enter>"), []);
    assert_eq!(test_app.press("tRome<esc>"), []);
    assert_eq!(test_app.app.time_zone().active().name(), "Asia/Tokyo");
    // Without a match nothing is chosen, and the picker stays open.
    assert_eq!(test_app.press("tzzzz<enter>"), []);
    assert!(matches!(
        test_app.app.overlay(),
        Some(Overlay::ZonePicker(_))
    ));
    assert_eq!(test_app.notice(), Some("No zone matches"));
}

#[test]
fn until_the_service_has_sent_the_zone_the_header_names_none() {
    let started = |zone: Option<&str>| {
        let mut test_app = TestApp::with_config(AppConfig {
            zone: zone.map(str::to_owned),
            local_zone: Some("Etc/UTC".to_owned()),
            ..app_config(120, 30)
        });
        test_app.send_list(Vec::new());
        test_app
    };
    let header = |test_app: &TestApp| test_app.screen_lines().swap_remove(0);
    let mut test_app = started(None);
    assert!(header(&test_app).contains("  UTC, zone not yet known  "));
    test_app.send(SyncEvent::UserZoneFetched(norway_zone()));
    assert!(header(&test_app).contains("  NO · Europe/Oslo CEST  "));
    // Chosen by the user.
    let mut test_app = started(None);
    test_app.press("tlocal<enter>");
    assert!(header(&test_app).contains("  Etc/UTC UTC  "));
    let test_app = started(Some("Asia/Tokyo"));
    assert!(header(&test_app).contains("  Asia/Tokyo JST  "));
    // A code that only the service has.
    let mut test_app = started(Some("XX9"));
    assert!(header(&test_app).contains("  UTC, zone not yet known  "));
    test_app.send(SyncEvent::ZonesListed(vec![service_only_zone()]));
    assert!(header(&test_app).contains("  XX9"), "{}", header(&test_app));
}

#[test]
fn a_zone_that_the_service_does_not_send_is_not_awaited() {
    for (zone, refused, shown, told) in [
        (
            None,
            SyncEvent::UserZoneRefused,
            "  Etc/UTC UTC  ",
            "your time zone",
        ),
        (
            Some("XX9"),
            SyncEvent::ZonesRefused,
            "  UTC",
            "its time zones",
        ),
    ] {
        let mut test_app = TestApp::with_config(AppConfig {
            zone: zone.map(str::to_owned),
            local_zone: Some("Etc/UTC".to_owned()),
            ..app_config(120, 30)
        });
        test_app.send_list(Vec::new());
        test_app.send(refused.clone());
        assert!(test_app.notice().unwrap().contains(told));
        test_app.press("R");
        // It is reported once, and the list of zones changes nothing.
        test_app.send(refused);
        assert_eq!(test_app.notice(), None);
        test_app.send(SyncEvent::ZonesListed(vec![norway_zone()]));
        let header = test_app.screen_lines().swap_remove(0);
        assert!(
            header.contains(shown) && !header.contains("not yet known"),
            "{header}"
        );
    }
    // The response to the other request is still awaited, and a zone that arrives after all counts.
    let mut test_app = TestApp::with_config(AppConfig {
        zone: None,
        ..app_config(120, 30)
    });
    test_app.send_list(Vec::new());
    test_app.send(SyncEvent::ZonesRefused);
    assert!(screen_contains(&test_app, "zone not yet known"));
    test_app.send(SyncEvent::UserZoneRefused);
    assert!(!screen_contains(&test_app, "zone not yet known"));
    test_app.send(SyncEvent::UserZoneFetched(norway_zone()));
    assert!(screen_contains(&test_app, "Europe/Oslo"));
}

#[test]
fn the_active_zone_is_selected_first() {
    let mut test_app = test_app();
    let chosen = |test_app: &TestApp| match test_app.app.overlay() {
        Some(Overlay::ZonePicker(zones)) => zones.selected_name(),
        _ => None,
    };
    test_app.press("t");
    assert_eq!(chosen(&test_app), Some("Europe/Oslo".to_owned()));
    test_app.press("<esc>tTokyo<enter>t");
    assert_eq!(chosen(&test_app), Some("Asia/Tokyo".to_owned()));
    assert_eq!(test_app.press("<enter>"), []);
}

#[test]
fn all_iana_names_and_local_can_be_chosen_beside_the_listed_zones() {
    let mut test_app = TestApp::with_config(AppConfig {
        local_zone: Some("America/New_York".to_owned()),
        ..app_config(100, 30)
    });
    test_app.send(SyncEvent::ZonesListed(vec![norway_zone()]));
    for (typed, shown) in [
        ("kolkata", "Asia/Kolkata"),
        ("Calcutta", "Asia/Calcutta"),
        ("local", "America/New_York"),
        ("new_y", "America/New_York"),
        ("norway", "NO · Europe/Oslo"),
        ("europe/oslo", "NO · Europe/Oslo"),
    ] {
        test_app.press(&format!("t{typed}<enter>"));
        assert_eq!(test_app.app.time_zone().active().label(), shown, "{typed}");
    }
}

#[test]
fn the_transcript_is_read_again_in_a_zone_with_rules_of_the_service_alone() {
    let mut test_app = test_app();
    let zones = vec![norway_zone(), service_only_zone()];
    let oslo = TimeZone::resolve("Europe/Oslo", &zones, None, now()).unwrap();
    assert_eq!(oslo.request_code(), "NO");
    assert_eq!(
        test_app.send(SyncEvent::ZonesListed(zones)),
        [Effect::SetTimeZone(oslo)]
    );
    let zone = TimeZone::from_listed(&service_only_zone(), now());
    assert_eq!(
        test_app.press("tatlantis<enter>"),
        [Effect::SetTimeZone(zone), open_effect(1, true)]
    );
    let norway = TimeZone::from_listed(&norway_zone(), now());
    assert_eq!(
        test_app.press("tnorway<enter>"),
        [Effect::SetTimeZone(norway)]
    );
}

#[test]
fn time_formats_cycle_without_a_request() {
    let mut test_app = test_app();
    let steps = [
        (TimeFormat::Utc, "UTC", TimeZone::utc()),
        (
            TimeFormat::Relative,
            "relative, Europe/Oslo CEST",
            oslo_zone(),
        ),
        (TimeFormat::Zone, "Europe/Oslo CEST", oslo_zone()),
    ];
    for (format, text, zone) in steps {
        assert_eq!(test_app.press("T"), []);
        assert_eq!(test_app.app.time_zone().time_format(), format);
        assert_eq!(*test_app.app.time_zone().displayed(), zone);
        test_app.resize(140, 30);
        assert!(test_app.screen_lines()[0].contains(text), "{text}");
    }
    // A chosen zone is shown at once.
    test_app.press("TtTokyo<enter>");
    assert_eq!(test_app.app.time_zone().time_format(), TimeFormat::Zone);
}

#[test]
fn without_a_configured_zone_that_of_the_user_is_active() {
    let none = |local: Option<&str>| AppConfig {
        zone: None,
        local_zone: local.map(str::to_owned),
        ..app_config(100, 30)
    };
    let mut test_app = TestApp::with_config(none(Some("America/New_York")));
    assert_eq!(test_app.app.time_zone().active().name(), "America/New_York");
    assert_eq!(
        test_app.send(SyncEvent::UserZoneFetched(norway_zone())),
        [Effect::SetTimeZone(TimeZone::from_listed(
            &norway_zone(),
            now()
        ))]
    );
    assert_eq!(test_app.send(SyncEvent::UserZoneFetched(norway_zone())), []);
    assert_eq!(test_app.app.time_zone().active().name(), "Europe/Oslo");
    let test_app = TestApp::with_config(none(None));
    assert_eq!(*test_app.app.time_zone().active(), TimeZone::utc());
}

#[test]
fn a_code_that_is_not_confirmed_is_not_requested() {
    let mut test_app = TestApp::with_config(AppConfig {
        zone: Some("XX9".to_owned()),
        ..app_config(100, 30)
    });
    assert_eq!(*test_app.app.time_zone().active(), TimeZone::utc());
    let zone = TimeZone::from_listed(&service_only_zone(), now());
    assert_eq!(
        test_app.send(SyncEvent::ZonesListed(vec![service_only_zone()]))[0],
        Effect::SetTimeZone(zone)
    );
    assert_eq!(test_app.notice(), None);
}

#[test]
fn an_unknown_zone_is_reported_once_the_service_has_listed_its_zones() {
    let mut test_app = TestApp::with_config(AppConfig {
        zone: Some("Europe/Olso".to_owned()),
        ..app_config(100, 30)
    });
    assert_eq!(test_app.notice(), None);
    assert_eq!(
        test_app.send(SyncEvent::ZonesListed(vec![norway_zone()])),
        []
    );
    assert!(test_app.notice().unwrap().contains("Europe/Olso"));
    assert_eq!(*test_app.app.time_zone().active(), TimeZone::utc());
}
