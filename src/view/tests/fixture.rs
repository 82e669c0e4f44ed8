//! Completeness of the fixtures: each overlay is among the screens, each kind of special message in the transcript.

use std::collections::BTreeSet;

use crate::app::overlay::Overlay;
use crate::chat::{Message, SpecialKind};
use crate::test_support::personal::personal_messages;
use crate::test_support::scenario;
use crate::view::tests::test_app_after;

/// The screen of [`scenario::SCREENS`] that shows an overlay; a new overlay needs one there.
fn screen_of(overlay: &Overlay) -> &'static str {
    match overlay {
        Overlay::CommandPalette(_) => "command palette",
        Overlay::Help(_) => "help",
        Overlay::Details(_) => "details",
        Overlay::Connection(_) => "connection",
        Overlay::RawJson(_) => "raw JSON",
        Overlay::MessageText(_) => "message alone",
        Overlay::Links(_) => "links",
        Overlay::Overview(_) => "queue overview",
        Overlay::SearchResults => "search results",
        Overlay::ZonePicker(_) => "time zones",
    }
}

#[test]
fn each_overlay_is_on_the_screen_of_its_name() {
    for (name, keys) in scenario::SCREENS {
        let test_app = test_app_after(100, 30, keys);
        if let Some(overlay) = test_app.app.overlay() {
            let expected = screen_of(overlay);
            assert!(name.ends_with(expected), "{name} shows {expected}");
        }
    }
}

/// Kinds of special messages.
const KINDS: usize = 19;

/// The position of a kind in [`SpecialKind`], below [`KINDS`].
fn position(kind: &SpecialKind) -> usize {
    match kind {
        SpecialKind::Notice => 0,
        SpecialKind::Welcome => 1,
        SpecialKind::Url { .. } => 2,
        SpecialKind::Block { .. } => 3,
        SpecialKind::NewSession => 4,
        SpecialKind::Transferred { .. } => 5,
        SpecialKind::Error { .. } => 6,
        SpecialKind::SessionDeleted => 7,
        SpecialKind::FaqSuccessQuestion { .. } => 8,
        SpecialKind::ClosedByUser => 9,
        SpecialKind::ClosedByCustomer => 10,
        SpecialKind::ClosedByIdle => 11,
        SpecialKind::TransferRejected => 12,
        SpecialKind::ReopenedByCustomer => 13,
        SpecialKind::ClickedOption { .. } => 14,
        SpecialKind::BotMessage => 15,
        SpecialKind::Options { .. } => 16,
        SpecialKind::IllegalFileType { .. } => 17,
        SpecialKind::Unknown { .. } => 18,
    }
}

fn positions<'a>(messages: impl IntoIterator<Item = &'a Message>) -> BTreeSet<usize> {
    let kinds = messages.into_iter().filter_map(|it| it.special.as_deref());
    kinds.map(position).collect()
}

#[test]
fn each_kind_of_special_message_is_in_the_transcript_and_among_the_personal_ones() {
    let test_app = scenario::test_app(100, 30);
    let pane = test_app.app.transcript_pane().unwrap();
    let all = (0..KINDS).collect();
    assert_eq!(positions(pane.transcript().iter()), all);
    assert_eq!(positions(&personal_messages()), all);
}
