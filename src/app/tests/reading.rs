//! The transcript pane: search, special messages, follow and pause, links, copies.

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::overlay::Overlay;
use crate::chat::{Message, SessionId, SpecialKind};

use crate::app::tests::{screen_contains, test_app, waiting_sessions};
use crate::test_support::builders::{
    agent_message, bot_message, customer_message, now, numbered_messages, options_message,
    special_message, today_at,
};
use crate::test_support::{TestApp, copy_effect, seconds_after};

/// A focused transcript with these messages.
fn open_transcript(messages: Vec<Message>) -> TestApp {
    let mut test_app = TestApp::new(100, 20);
    test_app.send_list(waiting_sessions(1));
    test_app.send_messages(1, messages);
    test_app.press("l");
    test_app
}

fn url(address: &str) -> SpecialKind {
    let address = address.to_owned();
    SpecialKind::Url { address }
}

fn match_count(test_app: &TestApp) -> String {
    let title = test_app.screen_lines().remove(1);
    let label = title.rsplit("  ").next().unwrap();
    let states = [" · following", " · paused"];
    let count = states
        .into_iter()
        .find_map(|state| label.strip_suffix(state));
    count.unwrap_or(label).to_owned()
}

#[test]
fn search_cycles_through_the_matches() {
    let mut test_app = open_transcript(numbered_messages(1..41));
    test_app.press("/\"message 1<enter>");
    assert_eq!(test_app.selected_message(), Some(19));
    assert_eq!(match_count(&test_app), "\"message 1\" 11 of 11");
    let steps = [
        ("N", 18, "10"),
        ("n", 19, "11"),
        ("n", 1, "1"),
        ("n", 10, "2"),
        ("N", 1, "1"),
        ("N", 19, "11"),
    ];
    for (key, id, number) in steps {
        assert_eq!(test_app.press(key), []);
        assert_eq!(test_app.selected_message(), Some(id));
        assert_eq!(
            match_count(&test_app),
            format!("\"message 1\" {number} of 11")
        );
    }
    test_app.press("n");
    assert_eq!(
        test_app.notice(),
        Some("Search wrapped to the oldest message")
    );
    test_app.press("N");
    assert_eq!(
        test_app.notice(),
        Some("Search wrapped to the newest message")
    );
    // New matches are counted, and changed messages that no longer match are not.
    let added = customer_message(50, now(), "message 1, again");
    let changed = customer_message(19, today_at("09:19"), "other");
    test_app.send_messages(1, vec![added, changed]);
    assert_eq!(match_count(&test_app), "\"message 1\" - of 11");
    test_app.press("<esc>");
    assert_eq!(match_count(&test_app), "paused");
    test_app.press("n");
    assert_eq!(
        test_app.notice(),
        Some("Next match: no search yet; press /")
    );
}

#[test]
fn search_is_live_while_typing() {
    let mut test_app = open_transcript(numbered_messages(1..41));
    let before = test_app.visible_ids();
    test_app.press("/\"message 1");
    assert_eq!(test_app.selected_message(), Some(19));
    assert_eq!(match_count(&test_app), "\"message 1\" 11 of 11");
    test_app.press("2");
    assert_eq!(test_app.selected_message(), Some(12));
    assert_eq!(match_count(&test_app), "\"message 12\" 1 of 1");
    // Every edit searches from where the search began, as if the query had been typed at once.
    test_app.press("<bs>");
    assert_eq!(test_app.selected_message(), Some(19));
    test_app.press("x");
    assert_eq!(match_count(&test_app), "\"message 1x\" no matches");
    assert_eq!(test_app.notice(), None);
    assert_eq!(test_app.visible_ids(), before);
    assert!(test_app.transcript_pane().is_following());
    assert_eq!(test_app.press("<bs>3<enter>"), []);
    assert_eq!(test_app.selected_message(), Some(13));
    test_app.press("n");
    assert_eq!(
        test_app.notice(),
        Some("Search wrapped to the oldest message")
    );
}

#[test]
fn pasted_text_is_searched_like_typed_text() {
    let mut test_app = open_transcript(numbered_messages(1..41));
    test_app.press("/");
    test_app.send(Event::Pasted("\"message 12\"".to_owned()));
    assert_eq!(test_app.selected_message(), Some(12));
    assert_eq!(match_count(&test_app), "\"message 12\" 1 of 1");
}

#[test]
fn a_cancelled_search_leaves_no_trace() {
    let mut test_app = open_transcript(numbered_messages(1..41));
    let before = (test_app.visible_rows(), test_app.screen_lines());
    test_app.press("/\"message 1<esc>");
    assert!(test_app.transcript_pane().is_following());
    assert_eq!((test_app.visible_rows(), test_app.screen_lines()), before);
    test_app.press("/\"message 2<enter>NN");
    let before = (test_app.visible_rows(), test_app.screen_lines());
    test_app.press("/\"message 30<esc>");
    assert_eq!((test_app.visible_rows(), test_app.screen_lines()), before);
    assert_eq!(match_count(&test_app), "\"message 2\" 9 of 11");
    // A removed message is not returned to.
    test_app.press("g/\"message 30");
    test_app.send_all_messages(1, numbered_messages(10..41));
    test_app.press("<esc>");
    assert_eq!(test_app.selected_message(), Some(10));
    assert_eq!(match_count(&test_app), "\"message 2\" - of 10");
}

#[test]
fn messages_that_arrive_while_typing_a_query_are_new() {
    let mut test_app = open_transcript(numbered_messages(1..41));
    test_app.press("/\"message 1");
    let mut messages = numbered_messages(1..41);
    messages.push(customer_message(50, now(), "message 1, again"));
    test_app.send_messages(1, messages);
    assert_eq!(match_count(&test_app), "\"message 1\" 11 of 12");
    assert_eq!(test_app.new_message_count(), 1);
    test_app.press("2<enter>");
    assert_eq!(test_app.selected_message(), Some(12));
    assert_eq!(test_app.new_message_count(), 1);
}

#[test]
fn search_ignores_case_and_accents_and_finds_visible_text() {
    let mut test_app = open_transcript(vec![
        customer_message(1, today_at("09:00"), "Printer <b>jam</b>med, a.b"),
        options_message(2, today_at("09:01"), "Which?", &[("Laser Printér", "")]),
        special_message(3, today_at("09:02"), url("https://fjord.example/Faq")),
        agent_message(4, today_at("09:03"), "AxB"),
    ]);
    for (query, matches) in [
        ("printer", "2 of 2"),
        ("Printer", "2 of 2"),
        ("PRÏNTER", "2 of 2"),
        ("printer laser", "1 of 1"),
        ("jammed printer", "1 of 1"),
        ("\"jammed printer", "no matches"),
        ("jammed", "1 of 1"),
        ("laser", "1 of 1"),
        ("/Faq", "1 of 1"),
        ("a.b", "1 of 1"),
        ("kari", "1 of 1"),
        ("nowhere", "no matches"),
    ] {
        test_app.press(&format!("/{query}<enter>"));
        let query = query.trim_start_matches('"');
        assert_eq!(match_count(&test_app), format!("\"{query}\" {matches}"));
    }
    assert_eq!(
        test_app.notice(),
        Some("No match for \"nowhere\" in the loaded messages")
    );
    test_app.press("/<enter>");
    assert!(test_app.transcript_pane().search().is_none());
}

#[test]
fn brackets_select_special_messages() {
    let mut messages = numbered_messages(1..60);
    let (name, param) = ("X".to_owned(), String::new());
    messages[9].special = Some(SpecialKind::NewSession.into());
    messages[29].special = Some(SpecialKind::Welcome.into());
    messages[49].special = Some(SpecialKind::Unknown { name, param }.into());
    let mut test_app = open_transcript(messages);
    for (key, id) in "[[[[]]]".chars().zip([50, 30, 10, 10, 30, 50, 50]) {
        assert_eq!(test_app.press(&key.to_string()), []);
        assert_eq!(test_app.selected_message(), Some(id));
    }
    assert_eq!(test_app.notice(), Some("No later special message"));
    test_app.press("g[");
    assert_eq!(test_app.notice(), Some("No earlier special message"));
}

#[test]
fn a_paused_view_counts_new_messages_until_it_follows_again() {
    let mut test_app = open_transcript(numbered_messages(1..41));
    let state = |test_app: &TestApp| {
        (
            test_app.transcript_pane().is_following(),
            test_app.new_message_count(),
        )
    };
    assert_eq!(state(&test_app), (true, 0));
    for pauses in ["f", "k", "<pgup>", "<c-u>", "g", "/message 3<enter>"] {
        test_app.press("G");
        let next = i64::try_from(test_app.transcript_pane().transcript().len()).unwrap() + 1;
        test_app.press(pauses);
        assert_eq!(state(&test_app), (false, 0), "{pauses}");
        test_app.send_messages(1, numbered_messages(next..next + 3));
        assert_eq!(state(&test_app), (false, 3), "{pauses}");
        assert!(screen_contains(&test_app, "↓ 3 new · G"));
        test_app.press("<esc>l");
    }
    for follows in ["f", "G", "<end>", &"<pgdn>".repeat(20)] {
        test_app.press("g");
        test_app.press(follows);
        assert_eq!(state(&test_app), (true, 0), "{follows}");
    }
}

#[test]
fn copied_text_is_the_visible_text() {
    let link = "See <a href=\"https://fjord.example/n\">news</a> &amp; more";
    let mut test_app = open_transcript(vec![
        customer_message(
            1,
            today_at("13:58:20"),
            "Is there <b>any</b> news?<br>Yours",
        ),
        agent_message(2, today_at("13:59"), link),
        special_message(3, today_at("14:00"), SpecialKind::ClosedByUser),
        options_message(
            4,
            today_at("14:01"),
            "Which?",
            &[("Yes", ""), ("No", "no!")],
        ),
        bot_message(5, seconds_after(now(), 0), "Bye"),
    ]);
    for (keys, text) in [
        ("y", "Bye"),
        ("ky", "Which?\nYes\nNo (no!)"),
        (
            "Y",
            "2026-07-25 14:01:00 CEST  Fjordbot: Which?\nYes\nNo (no!)",
        ),
        ("ky", "Closed by agent"),
        ("Y", "2026-07-25 14:00:00 CEST  Closed by agent"),
        ("ky", "See news (https://fjord.example/n) & more"),
        ("ky", "Is there any news?\nYours"),
        (
            "Y",
            "2026-07-25 13:58:20 CEST  Kari Nordmann: Is there any news?\nYours",
        ),
        (
            "TY",
            "2026-07-25 11:58:20 UTC  Kari Nordmann: Is there any news?\nYours",
        ),
    ] {
        let what = if keys.ends_with('Y') {
            "the message with author and time"
        } else {
            "the message"
        };
        assert_eq!(test_app.press(keys), [copy_effect(what, text)], "{keys}");
    }
}

#[test]
fn links_are_listed_before_they_are_opened() {
    let links = [
        "https://fjord.example/a",
        "mailto:kari@nordmann.example",
        "http://fjord.example/b",
    ];
    let html = links
        .map(|link| format!("<a href=\"{link}\">x</a>"))
        .join(" and ");
    let mut test_app = open_transcript(vec![customer_message(1, now(), &html)]);
    let open = |link: &str| Effect::OpenLink(link.to_owned());
    for opens in ["o", "<enter>"] {
        assert_eq!(test_app.press(opens), []);
        let Some(Overlay::Links(shown)) = test_app.app.overlay() else {
            panic!("no links after {opens}");
        };
        let targets: Vec<_> = shown.rows.iter().map(|row| row.target.as_str()).collect();
        assert_eq!((targets, shown.selection.0), (links.to_vec(), 0));
        test_app.press("<esc>");
    }
    assert_eq!(test_app.press("o<enter>"), [open(links[0])]);
    assert_eq!(test_app.press("ojjjj<enter>"), [open(links[2])]);
    assert_eq!(test_app.press("oGo"), [open(links[2])]);
    assert!(test_app.app.overlay().is_none());
    assert_eq!(test_app.press("oj<enter>"), []);
    assert_eq!(
        test_app.notice(),
        Some(
            "Only http and https links can be opened; copy it with y: mailto:kari@nordmann.example"
        )
    );
    // It stays on the screen, to be copied.
    assert!(!screen_contains(&test_app, "Enter open"));
    assert_eq!(test_app.press("y"), [copy_effect("the link", links[1])]);
    test_app.press("<esc>o");
    assert!(screen_contains(&test_app, "Enter open"));
    test_app.press("j");
    assert!(!screen_contains(&test_app, "Enter open") && screen_contains(&test_app, "y copy"));
}

/// Another session takes the row of the one that leaves the list.
#[test]
fn details_never_show_the_figures_of_another_session() {
    let mut test_app = open_transcript(vec![
        customer_message(1, now(), "Hello"),
        agent_message(2, now(), "Hi"),
    ]);
    test_app.send_list(waiting_sessions(2));
    test_app.press("hgi");
    let shown = |test_app: &TestApp| match test_app.app.overlay() {
        Some(Overlay::Details(details)) => (details.session, details.figures.is_some()),
        overlay => panic!("{overlay:?}"),
    };
    let first = shown(&test_app);
    let mut rows = waiting_sessions(2);
    rows.retain(|row| Some(row.id) != first.0);
    let other = rows[0].id;
    test_app.send_list(rows);
    let open = |id: Option<SessionId>| (id, id == Some(SessionId(1)));
    assert_eq!(
        [first, shown(&test_app)],
        [open(first.0), open(Some(other))]
    );
    assert_ne!(first.0, Some(other));
}

#[test]
fn the_links_of_the_conversation_are_listed_newest_first() {
    let page = "https://fjord.example/a";
    let mut test_app = open_transcript(vec![
        customer_message(1, now(), &format!("{page} or www.fjord.example/b")),
        agent_message(
            2,
            now(),
            "<img src='https://fjord.example/c.png' alt='map'>",
        ),
        agent_message(3, now(), "Hello"),
    ]);
    let open = |link: &str| [Effect::OpenLink(link.to_owned())];
    assert_eq!(
        test_app.press("O<enter>"),
        open("https://fjord.example/c.png")
    );
    assert_eq!(
        test_app.press("Ojj<enter>"),
        open("https://www.fjord.example/b")
    );
    assert_eq!(test_app.press("Ojo"), open(page));
    assert_eq!(test_app.press("Ojy"), [copy_effect("the link", page)]);
    // Copying leaves the list open; its own key closes it.
    assert!(matches!(test_app.app.overlay(), Some(Overlay::Links(_))));
    test_app.press("O");
    assert!(test_app.app.overlay().is_none());
    let mut test_app = open_transcript(vec![customer_message(1, now(), "Hello")]);
    assert_eq!(test_app.press("O"), []);
    assert_eq!(test_app.notice(), Some("No link in this conversation"));
}

#[test]
fn only_http_and_https_are_ever_opened() {
    for address in "javascript:alert(1) file:///etc/passwd ftp://x HTTPS: https:// x".split(' ') {
        let mut test_app = open_transcript(vec![special_message(1, now(), url(address))]);
        assert_eq!(test_app.press("o<enter>"), []);
        let notice = test_app.notice().unwrap();
        assert!(notice.starts_with("Only http and https"));
    }
}

#[test]
fn enter_on_a_message_without_links_opens_the_details() {
    let mut test_app = test_app();
    assert_eq!(test_app.press("lo"), []);
    assert_eq!(test_app.notice(), Some("No link in this message"));
    assert_eq!(test_app.press("<enter>"), []);
    assert!(matches!(test_app.app.overlay(), Some(Overlay::Details(_))));
}
