//! The filter of the list: what it finds, what it selects, and the next reply under it.

use crate::chat::Status;

use crate::app::tests::waiting_sessions;
use crate::test_support::builders::session;
use crate::test_support::{TestApp, open_effect, scenario};

#[test]
fn the_best_match_is_selected_whatever_was_selected_before() {
    let mut test_app = TestApp::new(100, 30);
    let names = ["Bo Bergkvist", "Ada Bob", "Bob", "Rob Obo", "Kari"];
    let sessions = names
        .iter()
        .zip(1..)
        .map(|(name, id)| session(id, name, Status::CustomerLast, 100 - id));
    test_app.send_list(sessions.collect());
    for before in ["", "j", "jj", "G"] {
        test_app.press(&format!("g{before}/bob"));
        assert_eq!(test_app.selected_session(), Some(3), "after {before}");
        test_app.press("<esc>");
    }
    // With nothing typed any more, what was selected before.
    test_app.press("G/bob<c-u>");
    assert_eq!(test_app.selected_session(), Some(5));
    // Among equal matches the first one; a refresh does not move it.
    test_app.press("<esc>g/o<tab>");
    let selected = test_app.selected_session();
    let sessions = names
        .iter()
        .zip(1..)
        .map(|(name, id)| session(id, name, Status::CustomerLast, 99 - id));
    test_app.send_list(sessions.collect());
    assert_eq!(test_app.selected_session(), selected);
}

#[test]
fn the_filter_finds_id_phone_agent_and_first_message() {
    let mut test_app = TestApp::new(100, 30);
    let mut sessions = scenario::sessions();
    sessions.push(session(1013, "of a longer number", Status::Closed, 1));
    test_app.send_list(sessions);
    for (typed, found) in [
        ("101", 101),
        ("1013", 1013),
        ("90000", 101),
        ("ola hansen", 101),
        ("HELLO?", 103),
        ("session 112", 112),
        ("KARI", 101),
        ("ÅS", 108),
    ] {
        test_app.press(&format!("/{typed}<enter>"));
        assert_eq!(test_app.selected_session(), Some(found), "{typed}");
        test_app.press("<esc>");
    }
    test_app.press("/101<enter>");
    assert_eq!(test_app.listed_ids(), [101, 1013]);
}

#[test]
fn a_misspelt_name_is_found_where_nothing_else_is() {
    let mut test_app = TestApp::new(100, 30);
    let mut sessions = waiting_sessions(3);
    for (session, name) in sessions
        .iter_mut()
        .zip(["Grace Okafor", "Kari Nordmann", "Ola"])
    {
        session.customer.name = name.to_owned();
    }
    test_app.send_list(sessions);
    for (typed, found) in [
        ("okafir", &[1][..]),
        ("nordnamn", &[2]),
        ("grase okafir", &[1]),
        ("okafor", &[1]),
        ("xyzw", &[]),
    ] {
        test_app.press(&format!("/<c-u>{typed}"));
        assert_eq!(test_app.listed_ids(), found, "{typed}");
        let is_similar = typed != "okafor" && !found.is_empty();
        let footer = test_app.screen_lines().pop().unwrap();
        assert_eq!(footer.contains("similar: 1 of 3"), is_similar, "{footer}");
        test_app.press("<esc>");
    }
}

#[test]
fn the_next_reply_never_opens_a_session_that_the_filter_hides() {
    let mut test_app = TestApp::new(100, 30);
    let mut sessions = waiting_sessions(4);
    for (session, name) in sessions.iter_mut().zip(["Ada", "Bob", "Adam", "Bobby"]) {
        session.customer.name = name.to_owned();
    }
    test_app.send_list(sessions);
    // It stays among those shown, as long as there is another.
    test_app.press("/bob<enter>");
    assert_eq!(test_app.press("a"), [open_effect(2, true)]);
    assert_eq!(test_app.press("a"), [open_effect(4, true)]);
    assert_eq!(test_app.press("a").len(), 1);
    assert_eq!(test_app.open_session(), Some(2));
    assert_eq!(test_app.app.session_list().filter(), "bob");
    // None shown: the filter is cleared, and a notice reports it.
    test_app.press("h/<c-u>adam<enter>");
    assert_eq!(test_app.press("a"), [open_effect(3, true)]);
    assert_eq!(test_app.press("a").len(), 1);
    assert_eq!(test_app.app.session_list().filter(), "");
    assert_eq!(
        test_app.notice(),
        Some("Filter cleared: no other session shown needs a reply")
    );
    let open = test_app.open_session();
    assert!(test_app.listed_ids().contains(&open.unwrap()));
    test_app.send_list(waiting_sessions(1));
    test_app.press("a");
    assert_eq!(test_app.press("a"), []);
    assert_eq!(test_app.notice(), Some("No other session needs a reply"));
}

#[test]
fn channel_agent_and_status_narrow_the_list() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(scenario::sessions());
    for (typed, found) in [
        ("channel:sales", &[104, 106, 112][..]),
        ("channel:\"support e\"", &[102]),
        ("channel:sales status:ended", &[112]),
        ("status:needs channel:sup", &[101, 102]),
        ("agent:ola status:needs", &[101]),
        ("agent:ola 101", &[101]),
        ("status:in-queue status:missed", &[103, 104, 109]),
        ("status:4", &[103, 104]),
        ("status:bot", &[106]),
    ] {
        test_app.press(&format!("/{typed}<enter>"));
        let mut listed = test_app.listed_ids();
        let mut wanted = found.to_vec();
        listed.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(listed, wanted, "{typed}");
        assert_eq!(test_app.app.session_list().filter_problem(), None);
        test_app.press("<esc>");
    }
}

#[test]
fn a_value_that_fits_nothing_is_reported() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(scenario::sessions());
    for (typed, short, words) in [
        (
            "channel:xyz",
            "no channel \"xyz\"",
            "No channel here begins with \"xyz\"",
        ),
        (
            "agent:xyz kari",
            "no agent \"xyz\"",
            "No agent here begins with \"xyz\"",
        ),
        (
            "status:waiting",
            "no status \"waiting\"",
            "No session has status \"waiting\": type needs-reply",
        ),
        (
            "status:anwsered",
            "no status \"anwsered\"",
            "No session has status \"anwsered\": did you mean answered?",
        ),
    ] {
        test_app.press(&format!("/{typed}"));
        let screen = test_app.screen_lines();
        assert!(screen[29].contains(short), "{typed}: {screen:?}");
        test_app.press("<enter>");
        let problem = test_app.app.session_list().filter_problem().unwrap();
        assert!(problem.to_string().starts_with(words), "{typed}");
        test_app.press("<esc>");
    }
    // Once such a session comes, it is shown.
    test_app.press("/channel:xyz<enter>");
    let mut rows = scenario::sessions();
    rows[0].channel.name = "XYZ".to_owned();
    test_app.send_list(rows);
    assert_eq!(test_app.listed_ids(), [101]);
    assert_eq!(test_app.app.session_list().filter_problem(), None);
}

#[test]
fn a_status_that_is_not_known_here_is_filtered_by_the_service_s_name() {
    let mut test_app = TestApp::new(100, 30);
    let mut rows = scenario::sessions();
    rows[0].status = Status::parse("OnHold");
    test_app.send_list(rows);
    for typed in ["on", "onhold", "OnHold"] {
        test_app.press(&format!("/status:{typed}<enter>"));
        assert_eq!(test_app.listed_ids(), [101], "{typed}");
        assert_eq!(test_app.app.session_list().filter_problem(), None);
        test_app.press("<esc>");
    }
}
