//! Search across conversations: the prompt, the results as they come, opening one and coming back.

use crate::app::AppConfig;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::layout::Focus;
use crate::app::overlay::Overlay;
use crate::app::status::Level;
use crate::app::tests::{screen_contains, waiting_sessions};
use crate::chat::{LoadedKey, MessageId, Scope, SearchProbe, SearchSupport, SessionId};
use crate::sync::search::{
    SearchCoverage, SearchEnd, SearchHit, SearchReport, SearchRequest, SearchUpdate,
};
use crate::sync::{ApiError, ErrorKind, SyncCommand, SyncEvent};
use crate::test_support::builders::{customer_message, minutes_ago, now};
use crate::test_support::personal::{KEY, personal_messages, personal_session};
use crate::test_support::{TestApp, app_config};

/// Three sessions, the first of them open.
fn test_app() -> TestApp {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(waiting_sessions(3));
    test_app
}

fn hit(session: i64, message: i64, minutes: i64, text: &str) -> SearchHit {
    let mut rows = waiting_sessions(3).into_iter();
    let session = rows.find(|row| row.id == SessionId(session)).unwrap();
    SearchHit {
        session,
        message: customer_message(message, minutes_ago(minutes), text),
    }
}

fn found(id: u64, hits: Vec<SearchHit>) -> SyncEvent {
    SyncEvent::SearchUpdated {
        id,
        update: SearchUpdate::Hits(hits),
    }
}

fn ended(id: u64, end: SearchEnd) -> SyncEvent {
    let report = SearchReport {
        coverage: SearchCoverage::default(),
        hits: 0,
        end,
    };
    SyncEvent::SearchEnded {
        id,
        report: Box::new(report),
    }
}

#[test]
fn a_hit_stores_only_the_shown_line_of_a_long_message() {
    let mut test_app = test_app();
    test_app.press("Srefund<enter>");
    let text = format!(
        "{}refund {}",
        "before ".repeat(150_000),
        "after ".repeat(150_000)
    );
    let hits = (1..=3).map(|id| hit(1, id, 5, &text)).collect();
    test_app.send(found(1, hits));
    let results = test_app.app.search_results().unwrap();
    assert_eq!(results.hits().len(), 3);
    for hit in results.hits() {
        assert!(format!("{hit:?}").len() < 16 << 10);
        let line = hit.context(&results.query, 40).line;
        assert_eq!(line, "…before before before refund after afte…");
    }
}

/// The hits as they are listed.
fn hits(test_app: &TestApp) -> Vec<(i64, i64)> {
    let results = test_app.app.search_results().unwrap();
    let hits = results.hits().iter();
    hits.map(|hit| (hit.session.id.0, hit.locator().message.unwrap().0))
        .collect()
}

fn selected(test_app: &TestApp) -> (i64, i64) {
    let index = test_app.app.search_results().unwrap().selected_index();
    hits(test_app)[index]
}

fn shows_results(test_app: &TestApp) -> bool {
    matches!(test_app.app.overlay(), Some(Overlay::SearchResults))
}

fn is_cancelled(effects: &[Effect]) -> bool {
    effects.contains(&Effect::Sync(SyncCommand::CancelSearch))
}

/// With three hits in two sessions.
fn with_hits() -> TestApp {
    let mut test_app = test_app();
    test_app.press("Srefund<enter>");
    test_app.send(found(
        1,
        vec![hit(2, 7, 5, "a refund"), hit(2, 4, 50, "refund?")],
    ));
    test_app.send(found(1, vec![hit(3, 9, 20, "Refund me")]));
    test_app
}

#[test]
fn the_words_are_searched_in_the_scope_of_the_list() {
    let mut test_app = test_app();
    test_app.press("vS");
    let effects = test_app.press("\"my<space>refund\"<enter>");
    let [Effect::Sync(SyncCommand::Search { id: 1, request })] = &*effects else {
        panic!("{effects:?}");
    };
    let SearchRequest {
        query,
        scope,
        now: at,
        probe,
        ..
    } = &**request;
    assert!(query.is_match(["My REFUND"]) && !query.is_match(["refund my"]));
    assert_eq!((*scope, *at, probe), (Scope::Mine, now(), &None));
    assert!(shows_results(&test_app));
    // The next search does not probe again whether the service searches.
    let probe = SearchProbe {
        at: now(),
        support: SearchSupport::Available {
            newest: MessageId(9),
        },
    };
    test_app.press("<esc>");
    // Also if the search was stopped meanwhile.
    let effects = test_app.send(SyncEvent::SearchUpdated {
        id: 1,
        update: SearchUpdate::Probed(probe.clone()),
    });
    assert_eq!(effects, [Effect::SaveSearchProbe(probe.clone())]);
    let effects = test_app.press("S<c-u>tent<enter>");
    let [Effect::Sync(SyncCommand::Search { id: 2, request })] = &*effects else {
        panic!("{effects:?}");
    };
    assert_eq!(request.probe, Some(probe));
}

#[test]
fn the_probe_of_an_earlier_run_is_part_of_the_first_request() {
    let probe = SearchProbe {
        at: minutes_ago(90),
        support: SearchSupport::Refused("No search".to_owned()),
    };
    let mut test_app = TestApp::with_config(AppConfig {
        search_probe: Some(probe.clone()),
        ..app_config(100, 30)
    });
    let effects = test_app.press("Srefund<enter>");
    let [Effect::Sync(SyncCommand::Search { request, .. })] = &*effects else {
        panic!("{effects:?}");
    };
    assert_eq!(request.probe, Some(probe));
}

#[test]
fn hits_come_newest_first_and_the_selected_one_stays() {
    let mut test_app = with_hits();
    assert_eq!(hits(&test_app), [(2, 7), (3, 9), (2, 4)]);
    assert_eq!(selected(&test_app), (2, 7));
    // The first one, as long as no other was chosen.
    test_app.send(found(1, vec![hit(1, 11, 1, "refund")]));
    assert_eq!(selected(&test_app), (1, 11));
    test_app.press("jj");
    assert_eq!(selected(&test_app), (3, 9));
    test_app.send(found(1, vec![hit(1, 12, 0, "refund")]));
    assert_eq!(selected(&test_app), (3, 9));
    test_app.press("Gj");
    assert_eq!(test_app.notice(), Some("This is the last hit"));
    // Hits of an earlier search do not count.
    test_app.press("S<c-u>tent<enter>");
    test_app.send(found(1, vec![hit(1, 13, 0, "refund")]));
    assert_eq!(hits(&test_app), []);
}

#[test]
fn enter_opens_the_message_with_the_words_and_esc_returns_to_the_results() {
    for back in ["<esc>", "q"] {
        let mut test_app = with_hits();
        let effects = test_app.press("jj<enter>");
        let open = SyncCommand::Open {
            session: SessionId(2),
            from_start: true,
        };
        assert!(effects.contains(&Effect::Sync(open)), "{effects:?}");
        assert!(!shows_results(&test_app));
        assert_eq!(test_app.app.focus(), Focus::Transcript);
        let texts = ["Hello", "refund?", "yes", "a refund"];
        let messages = texts.iter().zip([3, 4, 5, 7]);
        let messages = messages.map(|(text, id)| customer_message(id, minutes_ago(60 - id), text));
        test_app.send_all_messages(2, messages.collect());
        assert_eq!(test_app.selected_message(), Some(4));
        let search = test_app.transcript_pane().search().unwrap();
        assert_eq!((search.text(), search.match_count()), ("refund", 2));
        test_app.press("n");
        assert_eq!(test_app.selected_message(), Some(7));
        // More hits arrive, and the place stays.
        test_app.send(found(1, vec![hit(1, 11, 1, "refund")]));
        test_app.press(back);
        assert!(shows_results(&test_app));
        assert_eq!(selected(&test_app), (2, 4));
        assert!(test_app.transcript_pane().search().is_none());
        // Once they are closed, going back is as usual.
        test_app.send(ended(1, SearchEnd::Complete));
        test_app.press("<esc>");
        assert!(!shows_results(&test_app));
        assert_eq!(test_app.app.focus(), Focus::Transcript);
        test_app.press("<esc>");
        assert!(!shows_results(&test_app));
        assert_eq!(test_app.app.focus(), Focus::List);
    }
}

#[test]
fn another_session_is_not_left_for_the_results() {
    let mut test_app = with_hits();
    test_app.press("<enter>");
    test_app.press("a");
    assert_ne!(test_app.open_session(), Some(2));
    test_app.press("<esc>");
    assert!(!shows_results(&test_app));
    // Without words, the prompt leads to them.
    test_app.press("S<enter>");
    assert!(shows_results(&test_app));
    assert_eq!(hits(&test_app).len(), 3);
}

#[test]
fn esc_stops_a_search_at_once_and_its_hits_stay() {
    let mut test_app = with_hits();
    let effects = test_app.press("<esc>");
    assert_eq!(effects, [Effect::Sync(SyncCommand::CancelSearch)]);
    assert!(shows_results(&test_app));
    assert_eq!(test_app.notice(), Some("Search stopped; Esc: close"));
    test_app.send(found(1, vec![hit(1, 11, 1, "refund")]));
    assert_eq!(hits(&test_app).len(), 3);
    assert_eq!(test_app.press("<esc>"), []);
    assert!(!shows_results(&test_app));
    // One that is closed is stopped as well.
    let mut test_app = with_hits();
    assert!(is_cancelled(&test_app.press("q")));
    assert!(!shows_results(&test_app));
}

#[test]
fn the_end_of_a_search_is_reported_where_its_results_are_not_shown() {
    let mut test_app = with_hits();
    test_app.press("<enter>");
    test_app.send(ended(1, SearchEnd::Complete));
    let text = "Search ended: \"refund\", my channels: 3 hits";
    assert_eq!(test_app.notice(), Some(text));
}

#[test]
fn a_search_that_fails_is_reported_as_a_failure() {
    let mut test_app = with_hits();
    test_app.press("<enter>");
    let error = ApiError::new(ErrorKind::Network, "No route to host.");
    test_app.send(ended(1, SearchEnd::Failed(error)));
    let notice = test_app.app.status().notice().unwrap();
    assert_eq!(notice.level, Level::Error);
    let text = "Search failed: No route to host (\"refund\", my channels: 3 hits)";
    assert_eq!(notice.text, text);
}

#[test]
fn the_results_show_how_the_search_ended() {
    let failed = SearchEnd::Failed(ApiError::new(ErrorKind::Network, "No route to host"));
    for (end, words) in [
        (SearchEnd::Complete, "Searched: server search"),
        (
            SearchEnd::Limit,
            "Stopped at 100 hits; add words to narrow the search. ",
        ),
        (failed, "Search failed: No route to host. Until then: "),
    ] {
        let mut test_app = with_hits();
        let screen = |test_app: &TestApp| test_app.screen_lines().join("\n");
        assert!(screen(&test_app).contains("Searching: server search"));
        test_app.send(ended(1, end));
        assert!(screen(&test_app).contains(words), "{words}");
    }
}

#[test]
fn a_hit_and_its_locator_can_be_copied() {
    let mut test_app = with_hits();
    let copied = |effects: Vec<Effect>| match effects.into_iter().next() {
        Some(Effect::Copy { what, text }) => (what, text),
        other => panic!("{other:?}"),
    };
    let (what, text) = copied(test_app.press("y"));
    assert_eq!(what, "the hit");
    assert!(
        text.starts_with("2#7, ") && text.ends_with(": a refund"),
        "{text}"
    );
    let (what, text) = copied(test_app.press("Y"));
    assert_eq!((what.as_str(), text.lines().count()), ("all hits", 3));
    let (_, text) = copied(test_app.press("c"));
    assert_eq!(text, "sochat --session '2#7'");
    let mut nothing = test_app_without_hits();
    for key in ["<enter>", "y", "Y", "c"] {
        assert_eq!(nothing.press(key), []);
        assert_eq!(nothing.notice(), Some("Nothing found to open or copy"));
    }
}

fn test_app_without_hits() -> TestApp {
    let mut test_app = test_app();
    test_app.press("Szzz<enter>");
    test_app.send(ended(1, SearchEnd::Complete));
    test_app
}

#[test]
fn without_words_nothing_is_searched_and_a_notice_reports_it() {
    let mut test_app = test_app();
    for words in ["", "<space>\""] {
        assert_eq!(test_app.press(&format!("S{words}<enter>")), []);
        assert!(screen_contains(
            &test_app,
            "Search: type the words to look for"
        ));
        assert!(test_app.app.prompt().is_some());
        test_app.press("<esc>");
    }
    assert!(test_app.app.search_results().is_none());
    assert_eq!(test_app.press("Sabc<esc>"), []);
    assert!(test_app.app.overlay().is_none());
}

fn personal_hits() -> Vec<SearchHit> {
    let session = personal_session();
    let messages = personal_messages().into_iter();
    messages
        .map(|message| SearchHit {
            session: session.clone(),
            message,
        })
        .collect()
}

#[test]
fn privacy_masks_hits_and_drops_those_that_no_longer_match() {
    let mut test_app = test_app();
    let loaded = || {
        Event::PrivacyKeyLoaded(LoadedKey {
            key: KEY,
            problem: None,
        })
    };
    test_app.send(loaded());
    test_app.press("Skarine<enter>");
    test_app.send(found(1, personal_hits()));
    assert_eq!(hits(&test_app), []);
    test_app.press("S<c-u>velg<enter>");
    test_app.send(found(2, personal_hits()));
    // The names in a text are not known for a session that is neither listed nor open.
    assert_eq!(hits(&test_app), []);
    test_app.send_list(vec![personal_session()]);
    test_app.press("S<c-u>velg<enter>");
    test_app.send(found(3, personal_hits()));
    assert_eq!(hits(&test_app).len(), 1);
    crate::test_support::personal::assert_masked(
        "a hit",
        &format!("{:?}", test_app.app.search_results().unwrap().hits()),
    );
    // What was typed and found may be a name.
    let mut test_app = with_hits();
    assert!(is_cancelled(&test_app.send(loaded())));
    assert!(test_app.app.search_results().is_none());
    assert!(test_app.app.overlay().is_none());
}
