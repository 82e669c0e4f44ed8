//! The results of a search across conversations, in windows of every size and in every state.

use crate::app::AppConfig;
use crate::app::event::Event;
use crate::app::keymap::Keymap;
use crate::chat::LoadedKey;
use crate::sync::search::{
    ListCoverage, SearchCoverage, SearchEnd, SearchHit, SearchMethod, SearchReport, SearchUpdate,
    TranscriptsSince,
};
use crate::sync::{ApiError, ErrorKind, SyncEvent};
use crate::test_support::builders::{agent_message, customer_message, minutes_ago};
use crate::test_support::{TestApp, app_config, personal, scenario};
use crate::view::tests::{assert_screen, assert_screen_with, test_app_after};
use crate::view::{Appearance, ThemeId};

fn hits() -> Vec<SearchHit> {
    let texts = [
        "My refund has not come, and I have been waiting since the refund was promised on Monday",
        "Refund: order 10234",
        "返金はいつですか (refund)",
        "Hi! I would like to know when the money for the tent that I returned, the refund, arrives",
    ];
    let sessions = scenario::sessions().into_iter().rev();
    let hits = sessions.zip(texts.into_iter().cycle()).zip(0..);
    hits.map(|((session, text), index)| {
        let posted = minutes_ago(7 + index * index * 600);
        let message = if index % 2 == 0 {
            customer_message(index, posted, text)
        } else {
            agent_message(index, posted, text)
        };
        SearchHit { session, message }
    })
    .collect()
}

fn coverage() -> SearchCoverage {
    let mut coverage = SearchCoverage {
        method: SearchMethod::Lists(ListCoverage {
            why: "The service does not search the texts of messages".to_owned(),
            sessions: Some(2140),
            has_all_sessions: false,
            transcripts: 87,
            older_transcripts: 0,
            since: TranscriptsSince::Days(30),
        }),
        ..SearchCoverage::default()
    };
    coverage.left_out.not_allowed = 12;
    coverage
}

fn update(test_app: &mut TestApp, update: SearchUpdate) {
    test_app.send(SyncEvent::SearchUpdated { id: 1, update });
}

fn end(test_app: &mut TestApp, how: SearchEnd) {
    end_with(test_app, coverage(), how);
}

fn end_with(test_app: &mut TestApp, coverage: SearchCoverage, end: SearchEnd) {
    let report = SearchReport {
        coverage,
        hits: 0,
        end,
    };
    test_app.send(SyncEvent::SearchEnded {
        id: 1,
        report: Box::new(report),
    });
}

/// A search that runs and has found something.
pub(super) fn searching(width: u16, height: u16) -> TestApp {
    let mut test_app = test_app_after(width, height, "Srefund<enter>");
    update(&mut test_app, SearchUpdate::Hits(hits()));
    update(&mut test_app, SearchUpdate::Progress(coverage()));
    test_app.press("j");
    test_app
}

#[test]
fn in_windows_of_every_size() {
    for (width, height) in [(200, 50), (120, 36), (80, 24), (40, 12), (20, 5)] {
        let test_app = searching(width, height);
        assert_screen(&format!("search-results-{width}x{height}"), &test_app);
    }
}

#[test]
fn without_colours_and_in_ascii() {
    for (name, ascii) in [("mono", false), ("ascii", true)] {
        let appearance = Appearance::new(ThemeId::Mono, ascii);
        let name = format!("search-results-{name}-80x24");
        assert_screen_with(&name, &searching(80, 24), &appearance);
    }
}

#[test]
fn at_its_end() {
    let why = ApiError::new(ErrorKind::Network, "No route to host (fjord.example)");
    for (name, how) in [
        ("complete", SearchEnd::Complete),
        ("limit", SearchEnd::Limit),
        ("failed", SearchEnd::Failed(why)),
    ] {
        let mut test_app = searching(80, 24);
        end(&mut test_app, how);
        assert_screen(&format!("search-results-{name}-80x24"), &test_app);
    }
    let mut test_app = test_app_after(80, 24, "Szzz<enter>");
    assert_screen("search-results-none-yet-80x24", &test_app);
    end(&mut test_app, SearchEnd::Complete);
    assert_screen("search-results-none-80x24", &test_app);
}

#[test]
fn the_prompt_and_the_way_back() {
    let mut test_app = searching(80, 24);
    end(&mut test_app, SearchEnd::Complete);
    test_app.press("S");
    assert_screen("search-results-prompt-80x24", &test_app);
    test_app.press("<esc><esc>S");
    assert_screen("search-results-prompt-before-80x24", &test_app);
    test_app.press("<enter><enter>");
    assert_screen("search-results-opened-80x24", &test_app);
}

/// Privacy leaves out hits, and the filter may have no key.
#[test]
fn nothing_was_found_in_any_text_only_where_all_were_searched() {
    let all = SearchCoverage {
        reached_end: true,
        ..SearchCoverage::default()
    };
    let [no_text, no_hits] = ["No message texts contain", "No hits for"];
    for (coverage, is_private, said) in [
        (all.clone(), false, no_text),
        (all, true, no_hits),
        (coverage(), false, no_hits),
        (SearchCoverage::default(), false, no_hits),
    ] {
        let mut keymap = Keymap::default();
        keymap.rebind(&[("search", &[])]);
        for (keymap, remedy) in [
            (Keymap::default(), "names are found with / in the list."),
            (keymap, "names are found with the filter in the list."),
        ] {
            let mut test_app = scenario::test_app_with(AppConfig {
                keymap,
                ..app_config(120, 24)
            });
            if is_private {
                let key = personal::KEY;
                test_app.send(Event::PrivacyKeyLoaded(LoadedKey { key, problem: None }));
            }
            test_app.press("S");
            let footer = test_app.screen_lines().join(" ");
            assert!(!footer.contains("names:  in"), "{footer}");
            test_app.press("zzz<enter>");
            end_with(&mut test_app, coverage.clone(), SearchEnd::Complete);
            let screen = test_app.screen_lines().join(" ");
            assert!(screen.contains(said) && screen.contains(remedy), "{screen}");
        }
    }
}
