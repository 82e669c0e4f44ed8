//! Saved views, and the list as it was shown last.

use crate::app::AppConfig;
use crate::app::effect::Effect;
use crate::app::layout::Focus;
use crate::app::saved_views::SavedView;
use crate::app::session_list::SortOrder;
use crate::chat::{ListState, Scope};
use crate::sync::SyncCommand;
use crate::test_support::{TestApp, app_config, scenario};

use crate::app::tests::screen_contains;

fn view(name: &str, scope: Option<Scope>, narrowing: &[(&str, &str)], words: &str) -> SavedView {
    SavedView::new(name.to_owned(), scope, narrowing, words)
}

fn views() -> Vec<SavedView> {
    vec![
        view("Sales", None, &[("channel", "Sales")], ""),
        view(
            "Late",
            Some(Scope::All),
            &[("status", "needs-reply"), ("status", "in-queue")],
            "",
        ),
        view("Mine", Some(Scope::Mine), &[], ""),
        view("Billing", None, &[("channel", "Billing (EN)")], "refund"),
    ]
}

fn restored(state: ListState) -> TestApp {
    TestApp::with_config(AppConfig {
        views: views(),
        list_state: state,
        ..app_config(100, 30)
    })
}

fn test_app() -> TestApp {
    let mut test_app = restored(ListState::default());
    test_app.send_list(scenario::sessions());
    test_app
}

fn set_scope(scope: Scope) -> Effect {
    Effect::Sync(SyncCommand::SetScope(scope))
}

fn saved(scope: Scope, order: &str, view: Option<&str>) -> Effect {
    Effect::SaveListState(ListState {
        scope,
        order: order.to_owned(),
        view: view.map(str::to_owned),
        ..ListState::default()
    })
}

fn shown(test_app: &TestApp) -> Option<&str> {
    let view = test_app.app.shown_view();
    view.map(|view| view.name.as_str())
}

#[test]
fn a_key_switches_a_view_on_and_off() {
    let mut test_app = test_app();
    let all = test_app.listed_ids();
    assert_eq!(
        test_app.press("1"),
        [saved(Scope::Channels, "urgency", Some("Sales"))]
    );
    assert_eq!(test_app.app.session_list().filter(), "channel:Sales");
    assert_eq!(test_app.listed_ids(), [104, 106, 112]);
    assert_eq!(test_app.notice(), Some("View Sales"));
    assert!(screen_contains(&test_app, "view Sales 3 of 12"));
    let header = test_app.screen_lines().swap_remove(0);
    assert!(
        header.contains("0 of 2 need reply · 1 of 2 in queue"),
        "{header}"
    );
    assert_eq!(
        test_app.press("1"),
        [saved(Scope::Channels, "urgency", None)]
    );
    assert_eq!(test_app.listed_ids(), all);
    assert_eq!(test_app.notice(), Some("View Sales is off"));
    // Nothing is left to go back from.
    assert_eq!(test_app.press("q"), [Effect::Quit]);
}

#[test]
fn a_view_with_a_scope_returns_to_the_one_before() {
    for off in ["2", "<esc>", "/<c-u><enter>", "12<esc>", "22<esc>2<esc>"] {
        let mut test_app = test_app();
        let effects = test_app.press("2");
        assert_eq!(
            effects,
            [
                set_scope(Scope::All),
                saved(Scope::Channels, "urgency", Some("Late"))
            ]
        );
        assert_eq!(test_app.app.session_list().scope(), Scope::All);
        test_app.press(off);
        assert_eq!(
            test_app.app.session_list().scope(),
            Scope::Channels,
            "{off}"
        );
        assert_eq!(test_app.app.session_list().filter(), "", "{off}");
        assert_eq!(shown(&test_app), None);
    }
    // From one view to another, and back to the scope before both.
    let mut test_app = test_app();
    test_app.press("23");
    assert_eq!(shown(&test_app), Some("Mine"));
    assert_eq!(test_app.press("<esc>")[0], set_scope(Scope::Channels));
    assert_eq!(test_app.app.session_list().scope(), Scope::Channels);
}

#[test]
fn a_view_is_no_longer_shown_once_filter_or_scope_change() {
    let mut test_app = test_app();
    test_app.press("1/ hi<enter>");
    assert_eq!(shown(&test_app), None);
    assert_eq!(test_app.app.session_list().filter(), "channel:Sales hi");
    // The scope that the user chooses stays.
    test_app.press("<esc>2v");
    assert_eq!(shown(&test_app), None);
    assert_eq!(test_app.app.session_list().scope(), Scope::Channels);
    test_app.press("<esc>3v");
    assert_eq!(test_app.app.session_list().scope(), Scope::All);
    // A view without a scope is one of every scope.
    test_app.press("<esc>1v");
    assert_eq!(shown(&test_app), Some("Sales"));
    test_app.press("<esc>");
    assert_eq!(test_app.app.session_list().scope(), Scope::Channels);
}

#[test]
fn an_empty_view_shows_what_was_searched_for() {
    let mut test_app = test_app();
    test_app.press("4");
    let screen = test_app.screen_lines().join(" ");
    assert!(screen.contains("View Billing. No channel"), "{screen}");
    let mut rows = scenario::sessions();
    rows[0].channel.name = "Billing (EN)".to_owned();
    test_app.send_list(rows);
    let screen = test_app.screen_lines().join(" ");
    assert!(screen.contains("View Billing. No sessions"), "{screen}");
    assert!(screen.contains("channel:"), "{screen}");
}

#[test]
fn the_key_of_a_view_works_from_the_transcript_and_without_one_shows_why() {
    let mut test_app = test_app();
    test_app.press("<enter>1");
    assert_eq!(test_app.app.focus(), Focus::List);
    assert_eq!(shown(&test_app), Some("Sales"));
    assert_eq!(test_app.press("5"), []);
    assert_eq!(
        test_app.notice(),
        Some("Saved view 5: none in the configuration; write one as [views.NAME]")
    );
}

#[test]
fn views_are_in_palette_and_help_by_their_names() {
    let mut test_app = test_app();
    test_app.press(":view late<enter>");
    assert_eq!(shown(&test_app), Some("Late"));
    test_app.press("?view");
    assert!(screen_contains(&test_app, "view Late"));
    assert!(!screen_contains(&test_app, "saved view"));
}

#[test]
fn without_views_the_palette_explains_how_to_write_one() {
    let mut test_app = TestApp::new(100, 30);
    test_app.press(":view");
    let how = "saved view 1: write one as [views.NAME] in the configuration";
    assert!(screen_contains(&test_app, how));
    assert!(!screen_contains(&test_app, "saved view 2"));
    test_app.press("-1<enter>");
    assert_eq!(
        test_app.notice(),
        Some("Saved view 1: none in the configuration; write one as [views.NAME]")
    );
}

#[test]
fn scope_order_and_view_are_restored() {
    let mut test_app = test_app();
    assert_eq!(
        test_app.press("s"),
        [saved(Scope::Channels, "latest", None)]
    );
    assert_eq!(
        test_app.press("v"),
        [set_scope(Scope::Mine), saved(Scope::Mine, "latest", None)]
    );
    let effects = test_app.press("2");
    let last = saved(Scope::Mine, "latest", Some("Late"));
    assert_eq!(effects, [set_scope(Scope::All), last.clone()]);
    let Effect::SaveListState(state) = last else {
        unreachable!("it is the list state");
    };
    let mut test_app = restored(state);
    assert_eq!(shown(&test_app), Some("Late"));
    assert_eq!(test_app.app.session_list().scope(), Scope::All);
    assert_eq!(test_app.app.session_list().sort_order(), SortOrder::Recent);
    test_app.send_list(scenario::sessions());
    assert_eq!(test_app.listed_ids().len(), 4);
    assert_eq!(
        test_app.press("<esc>"),
        [set_scope(Scope::Mine), saved(Scope::Mine, "latest", None)]
    );
}

#[test]
fn what_needs_attention_is_restored_as_the_only_sessions_shown() {
    let mut test_app = test_app();
    let state = ListState {
        order: "urgency".to_owned(),
        attention_only: true,
        ..ListState::default()
    };
    assert_eq!(test_app.press("x"), [Effect::SaveListState(state.clone())]);
    let shown = test_app.listed_ids();
    let mut test_app = restored(state);
    test_app.send_list(scenario::sessions());
    assert!(test_app.app.session_list().shows_attention_only());
    assert_eq!(test_app.listed_ids(), shown);
    let all = saved(Scope::Channels, "urgency", None);
    assert_eq!(test_app.press("x"), [all]);
}

#[test]
fn what_is_no_longer_known_is_not_restored() {
    let test_app = restored(ListState {
        scope: Scope::All,
        order: "by moon".to_owned(),
        view: Some("Gone".to_owned()),
        ..ListState::default()
    });
    let list = test_app.app.session_list();
    assert_eq!(
        (list.scope(), list.sort_order(), list.filter()),
        (Scope::All, SortOrder::Urgency, "")
    );
    assert_eq!(shown(&test_app), None);
}

#[test]
fn nothing_is_stored_while_a_filter_is_typed() {
    let mut test_app = test_app();
    test_app.press("1");
    assert_eq!(test_app.press("/ x"), []);
    assert_eq!(test_app.press("<esc>"), []);
    assert_eq!(shown(&test_app), Some("Sales"));
}
