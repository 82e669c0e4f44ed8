//! Completeness of the fixtures: each overlay is among the screens, each kind of special message in the transcript.

use std::collections::BTreeSet;

use crate::app::overlay::Overlay;
use crate::chat::{Message, SpecialKind};
use crate::test_support::personal::personal_messages;
use crate::test_support::scenario;
use crate::view::tests::{search_results, test_app_after};

/// Kinds of overlays.
const OVERLAYS: usize = 10;

/// The position of an overlay in [`Overlay`], below [`OVERLAYS`].
fn overlay_position(overlay: &Overlay) -> usize {
    match overlay {
        Overlay::CommandPalette(_) => 0,
        Overlay::Help(_) => 1,
        Overlay::Details(_) => 2,
        Overlay::Connection(_) => 3,
        Overlay::RawJson(_) => 4,
        Overlay::MessageText(_) => 5,
        Overlay::Links(_) => 6,
        Overlay::Overview(_) => 7,
        Overlay::SearchResults => 8,
        Overlay::ZonePicker(_) => 9,
    }
}

#[test]
fn each_overlay_is_among_the_screens() {
    let screens = scenario::SCREENS.map(|(_, keys)| test_app_after(100, 30, keys));
    // It opens with what the service has found.
    let found = search_results::searching(100, 30);
    let overlays = screens.iter().chain([&found]);
    let overlays = overlays.filter_map(|test_app| test_app.app.overlay());
    let positions: BTreeSet<_> = overlays.map(overlay_position).collect();
    assert_eq!(positions, (0..OVERLAYS).collect());
}

/// Kinds of special messages.
const KINDS: usize = 19;

/// The position of a kind in [`SpecialKind`], below [`KINDS`].
fn kind_position(kind: &SpecialKind) -> usize {
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

fn kind_positions<'a>(messages: impl IntoIterator<Item = &'a Message>) -> BTreeSet<usize> {
    let kinds = messages.into_iter().filter_map(|it| it.special.as_deref());
    kinds.map(kind_position).collect()
}

#[test]
fn each_kind_of_special_message_is_in_the_transcript_and_among_the_personal_ones() {
    let test_app = scenario::test_app(100, 30);
    let pane = test_app.app.transcript_pane().unwrap();
    let all = (0..KINDS).collect();
    assert_eq!(kind_positions(pane.transcript().iter()), all);
    assert_eq!(kind_positions(&personal_messages()), all);
}
