//! Completeness of the fixtures: each overlay is among the screens, each kind of special message in the transcript.

use std::collections::BTreeSet;

use crate::app::overlay::Overlay;
use crate::chat::{Message, SpecialKind};
use crate::test_support::personal::personal_messages;
use crate::test_support::scenario;
use crate::view::tests::{search_results, test_app_after};

/// The screens that show an overlay each, named as in [`scenario::SCREENS`].
const OVERLAYS: [&str; 10] = [
    "command palette",
    "help",
    "details",
    "connection",
    "raw JSON",
    "message alone",
    "links",
    "queue overview",
    "search results",
    "time zones",
];

/// The screen for an overlay; the compiler refuses an index that [`OVERLAYS`] does not have.
fn screen_of(overlay: &Overlay) -> &'static str {
    match overlay {
        Overlay::CommandPalette(_) => OVERLAYS[0],
        Overlay::Help(_) => OVERLAYS[1],
        Overlay::Details(_) => OVERLAYS[2],
        Overlay::Connection(_) => OVERLAYS[3],
        Overlay::RawJson(_) => OVERLAYS[4],
        Overlay::MessageText(_) => OVERLAYS[5],
        Overlay::Links(_) => OVERLAYS[6],
        Overlay::Overview(_) => OVERLAYS[7],
        Overlay::SearchResults => OVERLAYS[8],
        Overlay::ZonePicker(_) => OVERLAYS[9],
    }
}

#[test]
fn each_overlay_is_on_the_screen_of_its_name() {
    let screens = scenario::SCREENS.map(|(name, keys)| (name, test_app_after(100, 30, keys)));
    // It opens with what the service has found.
    let found = ("search results", search_results::searching(100, 30));
    let mut shown = BTreeSet::new();
    for (name, test_app) in screens.iter().chain([&found]) {
        if let Some(overlay) = test_app.app.overlay() {
            let expected = screen_of(overlay);
            assert!(name.ends_with(expected), "{name} shows {expected}");
            shown.insert(expected);
        }
    }
    assert_eq!(shown, OVERLAYS.into());
}

/// Kinds of special messages.
const KINDS: [&str; 19] = [
    "Notice",
    "Welcome",
    "Url",
    "Block",
    "NewSession",
    "Transferred",
    "Error",
    "SessionDeleted",
    "FaqSuccessQuestion",
    "ClosedByUser",
    "ClosedByCustomer",
    "ClosedByIdle",
    "TransferRejected",
    "ReopenedByCustomer",
    "ClickedOption",
    "BotMessage",
    "Options",
    "IllegalFileType",
    "Unknown",
];

/// The name of a kind; the compiler refuses an index that [`KINDS`] does not have.
fn name_of(kind: &SpecialKind) -> &'static str {
    match kind {
        SpecialKind::Notice => KINDS[0],
        SpecialKind::Welcome => KINDS[1],
        SpecialKind::Url { .. } => KINDS[2],
        SpecialKind::Block { .. } => KINDS[3],
        SpecialKind::NewSession => KINDS[4],
        SpecialKind::Transferred { .. } => KINDS[5],
        SpecialKind::Error { .. } => KINDS[6],
        SpecialKind::SessionDeleted => KINDS[7],
        SpecialKind::FaqSuccessQuestion { .. } => KINDS[8],
        SpecialKind::ClosedByUser => KINDS[9],
        SpecialKind::ClosedByCustomer => KINDS[10],
        SpecialKind::ClosedByIdle => KINDS[11],
        SpecialKind::TransferRejected => KINDS[12],
        SpecialKind::ReopenedByCustomer => KINDS[13],
        SpecialKind::ClickedOption { .. } => KINDS[14],
        SpecialKind::BotMessage => KINDS[15],
        SpecialKind::Options { .. } => KINDS[16],
        SpecialKind::IllegalFileType { .. } => KINDS[17],
        SpecialKind::Unknown { .. } => KINDS[18],
    }
}

fn kinds_in<'a>(messages: impl IntoIterator<Item = &'a Message>) -> BTreeSet<&'static str> {
    let kinds = messages.into_iter().filter_map(|it| it.special.as_deref());
    kinds.map(name_of).collect()
}

#[test]
fn each_kind_of_special_message_is_in_the_transcript_and_among_the_personal_ones() {
    let test_app = scenario::test_app(100, 30);
    let pane = test_app.app.transcript_pane().unwrap();
    let all = BTreeSet::from(KINDS);
    assert_eq!(kinds_in(pane.transcript().iter()), all);
    assert_eq!(kinds_in(&personal_messages()), all);
}
