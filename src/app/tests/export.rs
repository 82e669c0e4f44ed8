//! Export from the transcript pane: the prompt, what is requested, and how the outcome is reported.

use crate::app::effect::{Effect, ExportRequest};
use crate::app::event::{Event, ExportOutcome};
use crate::app::tests::{screen_contains, test_app};
use crate::chat::SessionId;
use crate::sync::SyncEvent;
use crate::test_support::builders::{customer_message, now};
use crate::test_support::{TestApp, oslo_zone};
use crate::text::TranscriptFormat;

/// The path in the prompt.
fn offered(test_app: &TestApp) -> &str {
    test_app.app.prompt().unwrap().input.value()
}

fn requested(effects: &[Effect]) -> ExportRequest {
    match effects {
        [Effect::Export(request)] => (**request).clone(),
        other => unreachable!("{other:?}"),
    }
}

fn written(name: &str, incomplete: Option<&str>) -> Event {
    Event::Exported(ExportOutcome::Written {
        folder: "~/notes/".to_owned(),
        path: format!("/home/ola/notes/{name}"),
        messages: 40,
        left_out: 0,
        incomplete: incomplete.map(str::to_owned),
        format: TranscriptFormat::Html,
    })
}

#[test]
fn enter_takes_the_format_and_place_offered() {
    let mut test_app = test_app();
    test_app.press("le");
    assert_eq!(offered(&test_app), "~/chats/chat-1.md");
    assert!(screen_contains(&test_app, "export: ~/chats/chat-1.md"));
    let effects = test_app.press("<enter>");
    let app = &test_app.app;
    assert_eq!(
        requested(&effects),
        ExportRequest {
            path: "~/chats/chat-1.md".to_owned(),
            format: TranscriptFormat::Markdown,
            id: SessionId(1),
            session: app.open_session().cloned(),
            messages: app.transcript_pane().unwrap().transcript().ordered().into(),
            zone: oslo_zone(),
            requested_zone: oslo_zone(),
            exported: now(),
            incomplete: None,
        }
    );
    assert!(app.prompt().is_none());
}

#[test]
fn tab_cycles_the_format_and_the_extension_typed_decides() {
    let mut test_app = test_app();
    test_app.press("le");
    let mut paths = Vec::new();
    for _ in 0..7 {
        test_app.press("<tab>");
        paths.push(offered(&test_app).to_owned());
    }
    let extensions = ["html", "csv", "ndjson", "txt", "json", "jsonl", "md"];
    assert_eq!(paths, extensions.map(|it| format!("~/chats/chat-1.{it}")));
    test_app.press("<s-tab>");
    assert_eq!(offered(&test_app), "~/chats/chat-1.jsonl");
    test_app.press("<c-u>a.b/notes.CSV");
    assert_eq!(
        requested(&test_app.press("<enter>")).format,
        TranscriptFormat::Csv
    );
    test_app.press("e<tab><c-u>a.b/notes");
    let request = requested(&test_app.press("<enter>"));
    assert_eq!(
        (&*request.path, request.format),
        ("a.b/notes", TranscriptFormat::Html)
    );
}

#[test]
fn escape_and_a_missing_name_export_nothing() {
    let mut test_app = test_app();
    assert_eq!(test_app.press("le<esc>"), []);
    assert!(test_app.app.prompt().is_none());
    test_app.press("e");
    for name in ["", "notes/"] {
        assert_eq!(test_app.press(&format!("<c-u>{name}<enter>")), []);
        assert_eq!(offered(&test_app), name);
        let text = "Not exported: write the name of a file";
        assert!(screen_contains(&test_app, text));
    }
}

#[test]
fn the_path_is_shown_and_copied_and_the_place_offered_again() {
    let mut test_app = test_app();
    test_app.press("l");
    assert_eq!(test_app.press(":copy the path<enter>"), []);
    let nothing = "nothing was exported yet";
    assert!(screen_contains(&test_app, nothing));
    test_app.press("<esc>");
    test_app.send(written("chat-1.html", None));
    let told = "Exported 40 messages to /home/ola/notes/chat-1.html";
    assert!(screen_contains(&test_app, told));
    assert_eq!(
        test_app.press(":copy the path<enter>"),
        [Effect::Copy {
            what: "the path".to_owned(),
            text: "/home/ola/notes/chat-1.html".to_owned(),
        }]
    );
    test_app.press("hj<enter>");
    test_app.send_messages(2, vec![customer_message(50, now(), "Hello")]);
    test_app.press("e");
    assert_eq!(offered(&test_app), "~/notes/chat-2.html");
}

#[test]
fn a_name_that_is_taken_is_replaced_by_a_free_one() {
    let mut test_app = test_app();
    test_app.press("le<enter>");
    let taken = || {
        Event::Exported(ExportOutcome::NameTaken {
            session: SessionId(1),
            taken: "~/chats/chat-1.md".to_owned(),
            free: "~/chats/chat-1-2.md".to_owned(),
            format: TranscriptFormat::Markdown,
        })
    };
    test_app.send(taken());
    assert_eq!(offered(&test_app), "~/chats/chat-1-2.md");
    assert!(screen_contains(&test_app, " chat-1.md exists"));
    test_app.press("<esc>?");
    test_app.send(taken());
    assert!(test_app.app.prompt().is_none());
    let text = "Not exported: ~/chats/chat-1.md exists; export to ~/chats/chat-1-2.md";
    assert!(screen_contains(&test_app, text));
}

#[test]
fn a_place_that_is_refused_stays_in_the_prompt_below_the_reason() {
    let mut test_app = test_app();
    test_app.press("le<c-u>none/a.md<enter>");
    let failed = || {
        Event::Exported(ExportOutcome::Failed {
            session: SessionId(1),
            typed: "none/a.md".to_owned(),
            format: TranscriptFormat::Markdown,
            why: "Not exported: no such folder".to_owned(),
        })
    };
    test_app.send(failed());
    assert_eq!(offered(&test_app), "none/a.md");
    assert!(screen_contains(&test_app, "Not exported: no such folder"));
    test_app.press("<backspace>");
    assert!(!screen_contains(&test_app, "no such folder"));
    test_app.press("<esc>?");
    test_app.send(failed());
    assert_eq!(test_app.notice(), Some("Not exported: no such folder"));
}

#[test]
fn an_incomplete_transcript_is_reported() {
    let mut test_app = TestApp::with_session(7);
    test_app.send(SyncEvent::MessagesArrived {
        session: SessionId(7),
        request_id: 1,
        messages: vec![customer_message(1, now(), "Hello")],
    });
    let request = requested(&test_app.press("e<enter>"));
    let why = "it was still being loaded";
    assert_eq!(request.incomplete.as_deref(), Some(why));
    assert_eq!((request.session, request.messages.len()), (None, 1));
    test_app.send(written("a.html", Some(why)));
    let told = "Exported 40 messages to /home/ola/notes/a.html; the transcript is not complete: it was still being loaded";
    assert_eq!(test_app.notice(), Some(told));
}

/// The place that is being typed is for the session it was opened in.
#[test]
fn another_session_ends_the_prompt() {
    let mut test_app = test_app();
    test_app.press("le");
    test_app
        .app
        .execute(crate::app::command::Command::NextReply);
    assert_eq!(test_app.app.open_session_id(), Some(SessionId(2)));
    assert!(test_app.app.prompt().is_none());
}
