//! Screens: text, styles and links compared with the snapshots in `tests/screens`.
//!
//! `INSTA_UPDATE=always` rewrites them; a changed snapshot is a change that users see.

mod command_palette;
mod every_key;
mod every_screen;
mod fixture;
mod links;
mod overview;
mod saved_views;
mod search_results;
mod small;
mod states;
mod themes;
mod troubles;
mod wait_levels;

use crate::app::AppConfig;
use crate::app::event::Event;
use crate::chat::{CustomerId, LoadedKey, Session, Status};
use crate::sync::SyncEvent;
use crate::test_support::builders::{agent_message, customer_message, session, today_at};
use crate::test_support::{TestApp, app_config, personal, scenario, snapshot};
use crate::view::{Appearance, ThemeId};

fn assert_screen(name: &str, test_app: &TestApp) {
    assert_screen_with(name, test_app, &Appearance::new(ThemeId::Terminal, false));
}

fn assert_screen_with(name: &str, test_app: &TestApp, appearance: &Appearance) {
    assert_dump(name, &snapshot::dump(&test_app.picture(appearance)));
}

/// Compares text with a file.
fn assert_dump(name: &str, dump: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, dump));
}

/// Compares the scenario in a window of a size, after some keys, with the snapshot of each name.
fn assert_screens(screens: &[(&str, u16, u16, &str)]) {
    for (name, width, height, keys) in screens {
        assert_screen(name, &test_app_after(*width, *height, keys));
    }
}

fn test_app_after(width: u16, height: u16, keys: &str) -> TestApp {
    let mut test_app = scenario::test_app(width, height);
    test_app.press(keys);
    test_app
}

#[test]
fn windows_of_every_size() {
    assert_screens(&[
        ("size-120x36", 120, 36, ""),
        ("size-80x24", 80, 24, ""),
        ("size-40x12", 40, 12, ""),
        ("size-20x5", 20, 5, ""),
        ("size-19x4", 19, 4, ""),
        ("size-79x24-list", 79, 24, "h"),
        ("size-79x24-transcript", 79, 24, ""),
        ("size-20x5-list", 20, 5, "h"),
        ("size-200x20", 200, 20, "h"),
        ("zoomed-list", 100, 24, "hz"),
        ("zoomed-transcript", 100, 24, "z"),
    ]);
}

/// The word is never cut: where too little of the name would be left, the shape is shown alone.
#[test]
fn a_state_is_shown_by_its_whole_word_or_by_its_shape() {
    let sessions = scenario::sessions();
    for (width, height) in [(80, 26), (80, 14), (79, 26), (200, 26), (60, 14), (30, 20)] {
        let test_app = test_app_after(width, height, "h");
        let list = test_app.app.panes().unwrap().list;
        let mut words = 0;
        for line in &test_app.screen_lines()[1..] {
            let line: String = line.chars().take(list.width.into()).collect();
            let of_line = |session: &&Session| {
                let title: String = session.title().chars().take(4).collect();
                line.contains(&title)
            };
            let Some(session) = sessions.iter().find(of_line) else {
                continue;
            };
            let state = session.state();
            for shortened in ["reply", "queue", "form"] {
                let is_shortened =
                    line.contains(&format!(" {shortened} ")) && !line.contains(state);
                assert!(!is_shortened, "{width}: {line}");
            }
            words += usize::from(line.contains(&format!(" {state} ")));
        }
        assert!(words > 2, "{width}x{height}: {words}");
    }
}

/// A name cut to a few letters, such as "Custome", identifies no customer.
#[test]
fn a_name_has_fourteen_columns_before_the_state_is_shown_by_its_word() {
    let name = "Annelise Nordby Kristoffersen";
    let row = |id, status| session(id, name, status, 4);
    for height in [10, 24] {
        for width in 34..=160 {
            let mut test_app = TestApp::new(width, height);
            test_app.send_list(vec![
                row(1, Status::CustomerLast),
                row(2, Status::InQueue),
                row(3, Status::UserLast),
                row(4, Status::Closed),
            ]);
            let lines = test_app.screen_lines();
            let names = lines.iter().filter(|line| line.contains("Annelise"));
            assert_eq!(names.clone().count(), 4);
            for line in names {
                assert!(
                    line.contains("Annelise Nord"),
                    "{width}x{height} {lines:#?}"
                );
            }
        }
    }
}

/// The word in the header stays in any window.
#[test]
fn with_privacy() {
    for (width, height) in [(120, 36), (80, 24), (40, 12), (20, 5)] {
        let key = LoadedKey {
            key: personal::KEY,
            problem: None,
        };
        let test_app = scenario::test_app_with(AppConfig {
            privacy: Some(key),
            ..app_config(width, height)
        });
        assert_screen(&format!("private-{width}x{height}"), &test_app);
    }
}

#[test]
fn the_whole_transcript() {
    assert_screens(&[
        ("transcript-wide", 110, 88, ""),
        ("transcript-narrow", 38, 136, ""),
    ]);
}

/// A run of one author shares a heading, until a pause of more than five minutes.
#[test]
fn a_message_of_one_line_takes_one_row_or_two() {
    for (width, name) in [(60, "Kari Nordmann"), (24, "Kari Nordm…")] {
        let mut test_app = TestApp::with_session(1);
        test_app.resize(width, 12);
        let customer = |id, time, text| customer_message(id, today_at(time), text);
        test_app.send_messages(
            1,
            vec![
                customer(1, "13:00:10", "hello"),
                customer(2, "13:01:00", "anybody?"),
                customer(3, "13:06:00", "hm"),
                customer(4, "13:11:01", "still here"),
                agent_message(5, today_at("13:11:30"), "Hi"),
            ],
        );
        let lines = test_app.screen_lines();
        assert_eq!(
            lines[3..11],
            [
                &format!(" ┃  {name} · 13:00"),
                " ┃╶ hello",
                " ┃╶ anybody?",
                " ┃╶ hm",
                &format!(" ┃  {name} · 13:11"),
                " ┃╶ still here",
                "▌│  Ola Hansen · 13:11",
                "▌│✓ Hi",
            ]
        );
    }
}

#[test]
fn overlays() {
    for (name, keys) in [
        ("help", "?"),
        ("help-typed", "?mess"),
        ("details", "i"),
        ("raw", "/bread<enter>r"),
        ("links", "gggg/pictures<enter>o"),
        ("zones", "t"),
        ("zones-typed", "tnew yo"),
        ("zones-none", "tzzzz"),
    ] {
        assert_screens(&[
            (&format!("over-{name}"), 100, 30, keys),
            (&format!("over-{name}-40x12"), 40, 12, keys),
        ]);
    }
    assert_screens(&[("over-help-scrolled", 100, 30, "?<end>")]);
}

/// At the figures and the other conversations, which are the last lines.
#[test]
fn details_of_the_conversation() {
    for (width, height) in [(80, 24), (40, 12), (20, 5)] {
        let test_app = test_app_after(width, height, "iG");
        let ascii = Appearance::new(ThemeId::Mono, true);
        let name = format!("over-details-figures-{width}x{height}");
        assert_screen(&name, &test_app);
        assert_screen_with(&format!("{name}-ascii"), &test_app, &ascii);
    }
}

/// The customer's other conversations, loaded and not.
#[test]
fn details_with_conversations() {
    for (name, width, height) in [("80x24", 80, 24), ("40x12", 40, 12), ("20x5", 20, 5)] {
        let mut test_app = test_app_after(width, height, "iG");
        assert_screen(&format!("over-conversations-loading-{name}"), &test_app);
        let rows = [
            (80, 1500, "Where is my order?"),
            (
                60,
                90_000,
                "The printer prints only half of each label, and the other half is blank; is that the sensor again?",
            ),
            (40, 400_000, ""),
        ];
        let rows = rows.map(|(id, minutes, first)| {
            let contact = scenario::sessions()[0].contact.clone();
            let first_message = first.to_owned();
            Session {
                contact,
                first_message,
                channel: crate::chat::Channel::default(),
                ..session(id, "Kari Nordmann", Status::Closed, minutes)
            }
        });
        test_app.send(SyncEvent::ConversationsFetched {
            customer: CustomerId::Contact(12),
            result: Ok(rows.to_vec()),
        });
        test_app.press("Gk");
        assert_screen(&format!("over-conversations-{name}"), &test_app);
    }
}

#[test]
fn a_message_alone() {
    for (width, height) in [(80, 24), (40, 12), (20, 5)] {
        let mut test_app = test_app_after(width, height, "/bread<enter>B");
        let name = format!("message-alone-{width}x{height}");
        assert_screen(&name, &test_app);
        test_app.press("y");
        test_app.send(Event::Copied("Copied the message with wl-copy".to_owned()));
        let ascii = Appearance::new(ThemeId::Mono, true);
        assert_screen_with(&format!("{name}-copied-ascii"), &test_app, &ascii);
    }
}

#[test]
fn filters_and_searches() {
    assert_screens(&[
        ("filter", 80, 24, "h/nor"),
        ("filter-set", 80, 24, "h/nor<enter>"),
        ("filter-nothing", 80, 24, "h/zzzz"),
        ("filter-narrowed", 80, 24, "h/status:needs kari"),
        ("filter-keywords", 80, 24, "h/"),
        ("filter-since", 80, 24, "h/since:13:30 kari<enter>"),
        (
            "filter-since-none",
            80,
            24,
            "h/since:\"today 23:00\"<enter>",
        ),
        ("filter-since-typed", 80, 24, "h/since:13:"),
        ("filter-since-problem-40x12", 40, 12, "h/since:noon<enter>"),
        ("filter-problem-80x24", 80, 24, "h/channel:billing"),
        ("filter-problem-40x12", 40, 12, "h/status:waiting"),
        ("filter-problem-20x5", 20, 5, "h/agent:kari<enter>"),
        ("search", 80, 24, "/sens"),
        ("search-hits", 100, 24, "/kari<enter>NN"),
        ("search-label", 100, 24, "/\"bot\"<enter>"),
        ("search-nothing", 80, 24, "/zzzz<enter>"),
        ("search-only-matches", 100, 24, "/kari<enter>&g"),
        ("search-only-matches-20x5", 20, 5, "/kari<enter>&g"),
    ]);
}

#[test]
fn the_prompt_for_an_export() {
    assert_screens(&[
        ("export", 80, 24, "e"),
        ("export-40x12", 40, 12, "e<tab>"),
        ("export-20x5", 20, 5, "e"),
    ]);
}

#[test]
fn time_formats() {
    assert_screens(&[
        ("times-utc", 100, 24, "T"),
        ("times-relative", 100, 24, "TT"),
        ("times-relative-narrow", 40, 24, "TT"),
        ("times-of-messages", 100, 24, ":message-times<enter>"),
        ("times-of-messages-39", 39, 24, "l:message-times<enter>"),
    ]);
}

#[test]
fn themes_and_ascii() {
    for (name, keys, theme_id, ascii) in [
        ("mono", "", ThemeId::Mono, false),
        ("light", "", ThemeId::Light, false),
        ("ascii", "", ThemeId::Dark, true),
        ("ascii-details", "i", ThemeId::Dark, true),
    ] {
        let appearance = Appearance::new(theme_id, ascii);
        assert_screen_with(name, &test_app_after(100, 36, keys), &appearance);
    }
}

/// Symbols that the program puts into text: bullets and rules of HTML, and pictures of control characters.
#[test]
fn symbols_in_texts_are_ascii_too() {
    let mut test_app = TestApp::new(60, 14);
    test_app.send_list(vec![session(1, "Kari", Status::CustomerLast, 3)]);
    test_app.press("<enter>");
    let html = "<ul><li>one<li>two</ul><hr>a \u{7}\u{7f} b";
    test_app.send_all_messages(1, vec![agent_message(1, today_at("13:00"), html)]);
    let ascii = Appearance::new(ThemeId::Mono, true);
    let lines = snapshot::text_lines(&test_app.picture(&ascii)).join("\n");
    assert!(lines.is_ascii(), "{lines}");
    assert!(
        lines.contains("* one") && lines.contains("* two"),
        "{lines}"
    );
}
