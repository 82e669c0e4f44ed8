//! Saved views in header, list and palette.

use crate::app::AppConfig;
use crate::app::saved_views::SavedView;
use crate::test_support::{TestApp, app_config, scenario};
use crate::view::tests::{assert_screen, assert_screen_with};
use crate::view::{Appearance, ThemeId};

fn test_app(width: u16, height: u16, keys: &str) -> TestApp {
    let view = |name: &str, narrowing: &[(&str, &str)]| {
        SavedView::new(name.to_owned(), None, narrowing, "")
    };
    let views = vec![
        view(
            "Waiting",
            &[("status", "needs-reply"), ("status", "in-queue")],
        ),
        view("Billing", &[("channel", "Billing (EN)")]),
    ];
    let mut test_app = TestApp::with_config(AppConfig {
        views,
        ..app_config(width, height)
    });
    test_app.send_list(scenario::sessions());
    test_app.send_live();
    test_app.press("<f13>");
    test_app.press(keys);
    test_app
}

#[test]
fn a_view_is_named_at_every_size() {
    for (name, keys) in [("view", "1<esc>1"), ("view-empty", "2")] {
        for (width, height) in [(80, 24), (40, 12), (20, 5)] {
            let mut test_app = test_app(width, height, keys);
            // The notice has gone.
            test_app.press("<f13>");
            let name = format!("{name}-{width}x{height}");
            assert_screen(&name, &test_app);
        }
    }
    let appearance = Appearance::new(ThemeId::Mono, true);
    assert_screen_with("view-ascii-80x24", &test_app(80, 24, "1"), &appearance);
    assert_screen("view-palette-80x24", &test_app(80, 24, ":view"));
}
