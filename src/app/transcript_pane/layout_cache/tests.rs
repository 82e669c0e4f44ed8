use super::*;
use crate::chat::{Direction, Message, MessageId, RichText, Timestamp};
use crate::text::TimeZone;
use chrono::DateTime;

fn at(minute: i64) -> Timestamp {
    DateTime::from_timestamp(1_700_000_000 + 60 * minute, 0)
        .unwrap()
        .fixed_offset()
}

fn transcript(count: i64, ahead: i64) -> Transcript {
    let mut transcript = Transcript::default();
    let message = |id: i64| Message {
        id: MessageId(id),
        posted: Some(at(7 * id)),
        inferred_time: None,
        direction: Direction::ToUser,
        author: if id % 5 < 3 { "Kari" } else { "Ola" }.to_owned(),
        body: RichText::plain("a few words ".repeat(usize::try_from(id % 9).unwrap())),
        special: None,
        read_by_customer: true,
        unreadable: None,
        raw: "{}".into(),
    };
    transcript.merge((0..count + ahead).map(message), 1);
    transcript
}

fn lens(zone: &TimeZone, count: i64) -> Viewport<'_> {
    Viewport {
        columns: 60,
        rows: 20,
        zone,
        now: at(7 * (count - 1)),
    }
}

const SCREEN: Heights = Heights {
    rows: 20,
    messages: 8,
};

#[test]
fn rows_above_are_exact_where_measured_and_estimated_below() {
    let transcript = transcript(100, 0);
    let zone = TimeZone::utc();
    let lens = lens(&zone, 100);
    let heights = |to: usize| -> usize {
        let heights =
            (0..to).map(|place| message_layout::layout(&transcript, place, false, &lens).len());
        heights.sum()
    };
    let mut laid = LayoutCache::default();
    assert_eq!(laid.above(40, SCREEN, &lens), 100);
    assert_eq!(laid.first_from(100, SCREEN, &lens), 40);
    laid.measure(&transcript, None, &lens, 60);
    assert_eq!(laid.above(40, SCREEN, &lens), heights(40));
    assert_eq!(laid.above(60, SCREEN, &lens), heights(60));
    assert_eq!(
        laid.above(90, SCREEN, &lens),
        heights(60) + 30 * heights(60) / 60
    );
    while laid.wants_measuring(&transcript, &lens) {
        laid.measure(&transcript, None, &lens, 60);
    }
    for place in 0..100 {
        assert_eq!(laid.above(place, SCREEN, &lens), heights(place));
        assert_eq!(laid.first_from(heights(place), SCREEN, &lens), place);
        for row in heights(place) + 1..=heights(place + 1) {
            assert_eq!(laid.first_from(row, SCREEN, &lens), place + 1);
        }
    }
    laid.invalidate_from(50);
    assert!(laid.wants_measuring(&transcript, &lens));
    assert_eq!(laid.above(50, SCREEN, &lens), heights(50));
}

#[test]
fn another_width_is_measured_anew() {
    let transcript = transcript(10, 0);
    let zone = TimeZone::utc();
    let wide = lens(&zone, 10);
    let narrow = Viewport {
        columns: 30,
        ..wide
    };
    let mut laid = LayoutCache::default();
    laid.measure(&transcript, None, &wide, 10);
    assert!(!laid.wants_measuring(&transcript, &wide));
    assert!(laid.wants_measuring(&transcript, &narrow));
    assert_eq!(laid.above(8, SCREEN, &narrow), 20);
}

#[test]
fn what_is_dated_ahead_is_not_remembered() {
    let transcript = transcript(10, 3);
    let zone = TimeZone::utc();
    let lens = lens(&zone, 10);
    let mut laid = LayoutCache::default();
    laid.measure(&transcript, None, &lens, 100);
    assert!(!laid.wants_measuring(&transcript, &lens));
    assert_eq!(laid.ends.len(), 10);
    laid.retain(5..=12, &transcript, &lens, |place| {
        message_layout::layout(&transcript, place, false, &lens)
    });
    assert_eq!(
        laid.rows.keys().copied().collect::<Vec<_>>(),
        [5, 6, 7, 8, 9]
    );
    let later = Viewport {
        now: at(7 * 12),
        ..lens
    };
    assert!(laid.wants_measuring(&transcript, &later));
}
