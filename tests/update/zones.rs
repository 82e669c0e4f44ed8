//! The zone: chosen, cycled, found at the service; read anew only where the service alone knows it.

use sochat::app::AppConfig;
use sochat::app::effect::Effect;
use sochat::app::event::Event;
use sochat::app::overlay::Overlay;
use sochat::app::time_zone::TimeFormat;
use sochat::chat::ServiceZone;
use sochat::text::TimeZone;

use crate::desk;
use crate::fixture::nouns::now;
use crate::fixture::{Desk, oslo, setup, watch};

fn ask_in(name: &str) -> Effect {
    Effect::SetTimeZone(TimeZone::resolve(name, &[], None, now()).unwrap())
}

/// A zone whose summer nobody but the service knows.
fn secret() -> ServiceZone {
    ServiceZone {
        id: 900,
        code: "XX9".to_owned(),
        country: "Atlantis".to_owned(),
        offset: Some(-180),
        daylight: Some(-120),
        active: true,
        ..ServiceZone::default()
    }
}

fn norway() -> ServiceZone {
    ServiceZone {
        id: 261,
        code: "NO".to_owned(),
        country: "Norway".to_owned(),
        offset: Some(60),
        daylight: Some(120),
        active: true,
        ..ServiceZone::default()
    }
}

#[test]
fn a_chosen_zone_is_asked_for() {
    let mut desk = desk();
    assert_eq!(desk.press("tTokyo<enter>"), [ask_in("JP")]);
    assert_eq!(desk.notice(), Some("Times are shown in JP · Asia/Tokyo"));
    assert!(desk.app.overlay().is_none());
    // The one in force again changes nothing.
    assert_eq!(desk.press("tTokyo<enter>"), []);
    assert_eq!(desk.press("tRome<esc>"), []);
    assert_eq!(desk.app.time_zone().active().code(), Some("JP"));
    // Nothing matches: nothing is chosen, and the list stays.
    assert_eq!(desk.press("tzzzz<enter>"), []);
    assert!(matches!(desk.app.overlay(), Some(Overlay::ZonePicker(_))));
}

#[test]
fn the_choice_begins_at_the_zone_in_force() {
    let mut desk = desk();
    let chosen = |desk: &Desk| match desk.app.overlay() {
        Some(Overlay::ZonePicker(zones)) => zones.selected_name(),
        _ => None,
    };
    desk.press("t");
    assert_eq!(chosen(&desk), Some("NO".to_owned()));
    desk.press("<esc>tTokyo<enter>t");
    assert_eq!(chosen(&desk), Some("JP".to_owned()));
    assert_eq!(desk.press("<enter>"), []);
}

#[test]
fn a_zone_that_only_the_service_knows_is_read_anew() {
    let mut desk = desk();
    assert_eq!(desk.tell(Event::ZonesListed(vec![norway(), secret()])), []);
    let zone = TimeZone::from_listed(&secret(), now());
    assert_eq!(
        desk.press("tatlantis<enter>"),
        [Effect::SetTimeZone(zone), watch(1, true)]
    );
    let norway = TimeZone::from_listed(&norway(), now());
    assert_eq!(desk.press("tnorway<enter>"), [Effect::SetTimeZone(norway)]);
}

#[test]
fn times_cycle_without_asking() {
    let mut desk = desk();
    let steps = [
        (TimeFormat::Utc, "UTC", TimeZone::utc()),
        (TimeFormat::Relative, "relative, Europe/Oslo CEST", oslo()),
        (TimeFormat::Zone, "Europe/Oslo CEST", oslo()),
    ];
    for (times, words, zone) in steps {
        assert_eq!(desk.press("T"), []);
        assert_eq!(desk.app.time_zone().time_format(), times);
        assert_eq!(*desk.app.time_zone().displayed(), zone);
        desk.resize(140, 30);
        assert!(desk.lines()[0].contains(words), "{words}");
    }
    // Choosing one shows times in it at once.
    desk.press("TtTokyo<enter>");
    assert_eq!(desk.app.time_zone().time_format(), TimeFormat::Zone);
}

#[test]
fn without_a_wish_the_zone_of_this_user_is_taken() {
    let none = |local: Option<&str>| AppConfig {
        zone: None,
        local_zone: local.map(str::to_owned),
        ..setup(100, 30)
    };
    let mut desk = Desk::of(none(Some("America/New_York")));
    assert_eq!(desk.app.time_zone().active().name(), "America/New_York");
    assert_eq!(desk.tell(Event::UserZoneFetched(norway())), [ask_in("NO")]);
    assert_eq!(desk.tell(Event::UserZoneFetched(norway())), []);
    assert_eq!(desk.app.time_zone().active().name(), "Europe/Oslo");
    let desk = Desk::of(none(None));
    assert_eq!(*desk.app.time_zone().active(), TimeZone::utc());
}

#[test]
fn a_wish_that_nobody_knows_is_told_once_the_service_has_listed_its_zones() {
    let mut desk = Desk::of(AppConfig {
        zone: Some("Europe/Olso".to_owned()),
        ..setup(100, 30)
    });
    assert_eq!(desk.notice(), None);
    assert_eq!(desk.tell(Event::ZonesListed(vec![norway()])), []);
    assert!(desk.notice().unwrap().contains("Europe/Olso"));
    assert_eq!(*desk.app.time_zone().active(), TimeZone::utc());
}
