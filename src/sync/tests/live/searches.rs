//! Searches across conversations, from the key to the screen.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::*;
use crate::app::keys::parse_sequence;
use crate::demo::MessageSearchAccess;

fn press(harness: &mut ViewerHarness, keys: &str) {
    for key in parse_sequence(keys).unwrap() {
        harness.send(Event::KeyPressed(key));
    }
}

/// By the service, and by lists and transcripts where it does not search.
#[tokio::test]
async fn a_message_of_another_conversation_is_found_opened_and_left() {
    for access in [
        MessageSearchAccess::OwnChannels,
        MessageSearchAccess::Blocked,
    ] {
        let service = start_service().await;
        change_quirks(&service, |quirks| quirks.message_search.access = access);
        let session = busiest_session(&service);
        let text = "The zeppelin of last Saturday";
        let message = service.post(session.0, NewMessage::from_customer(text));
        let mut harness = ViewerHarness::new(&service, HarnessOptions::default());
        let is_listed = |app: &App| app.session_list().is_listed();
        harness.wait_until("the list is there", is_listed).await;
        press(&mut harness, "SZEPPELIN<space>saturday<enter>");
        harness.wait_until_shown(text).await;
        let is_ended = |app: &App| app.search_results().is_some_and(|it| !it.is_running());
        harness.wait_until("the search ends", is_ended).await;
        harness.wait_until_shown("1 hit").await;
        press(&mut harness, "<enter>");
        let is_open = |app: &App| {
            let selected = app
                .transcript_pane()
                .and_then(|pane| pane.selected_message());
            app.open_session_id() == Some(session)
                && selected.is_some_and(|it| it.id == MessageId(message))
        };
        harness.wait_until("the message is selected", is_open).await;
        harness.send(Event::KeyPressed(KeyEvent::new(
            KeyCode::Esc,
            KeyModifiers::NONE,
        )));
        harness.wait_until_shown("Searched: ").await;
    }
}
