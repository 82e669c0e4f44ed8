//! The theme: chosen, and as the background of the terminal requires.

use crate::app::AppConfig;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::theme::{Background, ThemeId};
use crate::test_support::{TestApp, app_config};

fn choose(test_app: &mut TestApp, theme: &str) -> Vec<Effect> {
    test_app.press(&format!(":{theme}<enter>"))
}

#[test]
fn theme_auto_is_what_the_background_requires() {
    let mut test_app = TestApp::new(100, 30);
    test_app.app.take_dirty();
    assert_eq!(test_app.app.theme(ThemeId::Auto), ThemeId::Auto);
    for (reported, theme) in [
        (Background::Light, ThemeId::Light),
        (Background::Dark, ThemeId::Dark),
    ] {
        test_app.send(Event::BackgroundReported(Some(reported)));
        assert!(test_app.app.take_dirty());
        assert_eq!(test_app.app.theme(ThemeId::Auto), theme);
        assert_eq!(test_app.app.theme(ThemeId::Mono), ThemeId::Mono);
        // The end of the answer, and the same again.
        test_app.send(Event::BackgroundReported(None));
        test_app.send(Event::BackgroundReported(Some(reported)));
        assert!(!test_app.app.take_dirty());
    }
    assert_eq!(test_app.notice(), None);
}

#[test]
fn a_background_is_light_from_half_of_the_brightness_on() {
    for (rgb, background) in [
        ([0, 0, 0], Background::Dark),
        ([0, 0x2b2b, 0x3636], Background::Dark),
        ([0x7f7f; 3], Background::Dark),
        ([0, 0, u16::MAX], Background::Dark),
        ([0x8181; 3], Background::Light),
        ([0xfdfd, 0xf6f6, 0xe3e3], Background::Light),
        ([u16::MAX; 3], Background::Light),
    ] {
        assert_eq!(Background::of(rgb), background, "{rgb:x?}");
    }
}

#[test]
fn choosing_theme_auto_queries_the_background_until_it_is_known() {
    let mut test_app = TestApp::new(100, 30);
    assert_eq!(choose(&mut test_app, "theme-dark"), []);
    assert_eq!(
        choose(&mut test_app, "theme-auto"),
        [Effect::QueryBackground]
    );
    test_app.send(Event::BackgroundReported(None));
    assert_eq!(
        test_app.notice(),
        Some("This terminal does not report its background: theme auto has colours for any")
    );
    let light = Event::BackgroundReported(Some(Background::Light));
    test_app.send(light);
    assert_eq!(choose(&mut test_app, "theme-auto"), []);
    assert_eq!(test_app.app.theme(ThemeId::Dark), ThemeId::Light);
}

#[test]
fn a_theme_of_the_users_own_is_named_and_can_be_chosen_where_there_is_one() {
    let mut test_app = TestApp::with_config(AppConfig {
        own_theme: Some("night".to_owned()),
        ..app_config(100, 30)
    });
    assert_eq!(choose(&mut test_app, "theme night"), []);
    assert_eq!(test_app.app.theme(ThemeId::Auto), ThemeId::Own);
    assert_eq!(
        test_app.notice(),
        Some("Theme night; to keep it, set theme = \"night\" in the configuration")
    );
    let mut test_app = TestApp::new(100, 30);
    choose(&mut test_app, "theme-own");
    assert_eq!(test_app.app.theme(ThemeId::Auto), ThemeId::Auto);
    assert_eq!(
        test_app.notice(),
        Some(
            "Theme of your own: none in the configuration; set theme to the name of a file in the folder themes"
        )
    );
}
