use super::*;
use crate::chat::{Direction, Rich};
use chrono::DateTime;
use proptest::prelude::*;

fn message(id: i64, second: Option<i64>, text: &str) -> Message {
    let posted = second.map(|second| {
        DateTime::from_timestamp(1_700_000_000 + second, 0)
            .unwrap()
            .fixed_offset()
    });
    Message {
        id: MessageId(id),
        posted,
        placed: None,
        direction: Direction::ToUser,
        author: "Kari".into(),
        body: Rich::plain(text),
        special: None,
        read_by_customer: false,
        unreadable: None,
        raw: format!("{id} {second:?} {text}").into(),
    }
}

fn ids(transcript: &Transcript) -> Vec<i64> {
    transcript.iter().map(|message| message.id.0).collect()
}

#[test]
fn shows_by_time_then_id_and_counts_in_ids() {
    let mut transcript = Transcript::default();
    let merged = transcript.merge(
        vec![
            message(1, Some(5), "a"),
            message(3, Some(1), "b"),
            message(2, Some(5), "c"),
        ],
        1,
    );
    assert_eq!(
        merged,
        Merged {
            added: 3,
            changed: 0
        }
    );
    assert_eq!(ids(&transcript), [3, 1, 2]);
    assert_eq!(transcript.mark(), MessageId(3));
    assert_eq!(transcript.place_of(MessageId(1)), Some(1));
}

#[test]
fn a_repeated_batch_changes_nothing() {
    let mut transcript = Transcript::default();
    let batch = vec![message(1, Some(5), "a"), message(2, None, "b")];
    transcript.merge(batch.clone(), 1);
    assert!(transcript.merge(batch, 2).is_nothing());
    assert_eq!(transcript.len(), 2);
}

#[test]
fn a_later_answer_replaces_and_an_older_one_does_not() {
    let mut transcript = Transcript::default();
    transcript.merge(vec![message(1, Some(1), "old")], 1);
    assert_eq!(
        transcript.merge(vec![message(1, Some(9), "new")], 5),
        Merged {
            added: 0,
            changed: 1
        }
    );
    transcript.merge(vec![message(1, Some(1), "old")], 3);
    assert_eq!(transcript.by_id(MessageId(1)).unwrap().body.text, "new");
}

#[test]
fn the_mark_is_never_a_stand_in() {
    let mut transcript = Transcript::default();
    transcript.merge(vec![message(-7, None, "no id")], 1);
    assert_eq!(transcript.mark(), MessageId::START);
}

#[test]
fn a_message_without_time_stays_where_the_best_guess_put_it() {
    let at = |second| message(0, Some(second), "").posted;
    let mut first = message(5, None, "?");
    first.placed = at(3);
    let second = message(5, None, "?");
    for batches in [[first.clone(), second.clone()], [second, first]] {
        let mut transcript = Transcript::default();
        transcript.merge(vec![message(1, Some(1), ""), message(9, Some(9), "")], 0);
        for (number, one) in (1..).zip(batches) {
            transcript.merge(vec![one], number);
        }
        assert_eq!(ids(&transcript), [1, 5, 9]);
    }
}

fn versions() -> impl Strategy<Value = Vec<(Message, u64)>> {
    let one = (
        -3_i64..12,
        proptest::option::of(0_i64..6),
        0..3_u8,
        0..4_u64,
    );
    proptest::collection::vec(one, 0..40).prop_map(|all| {
        all.into_iter()
            .map(|(id, second, text, as_of)| (message(id, second, &text.to_string()), as_of))
            .collect()
    })
}

proptest! {
    #[test]
    fn merging_is_order_free_and_idempotent(versions in versions(), seed in any::<u64>()) {
        let mut in_order = Transcript::default();
        for (message, as_of) in versions.clone() {
            in_order.merge(vec![message], as_of);
        }
        let mut shuffled = versions.clone();
        shuffled.extend(versions);
        fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
        let mut any_order = Transcript::default();
        for chunk in shuffled.chunk_by(|a, b| a.1 == b.1) {
            any_order.merge(chunk.iter().map(|(message, _)| message.clone()).collect(), chunk[0].1);
        }
        let left: Vec<_> = in_order.iter().cloned().collect();
        let right: Vec<_> = any_order.iter().cloned().collect();
        prop_assert_eq!(left, right);
    }

    #[test]
    fn every_message_is_found_at_its_place(versions in versions()) {
        let mut transcript = Transcript::default();
        for (message, as_of) in versions {
            transcript.merge(vec![message], as_of);
        }
        for place in 0..transcript.len() {
            let id = transcript.get(place).unwrap().id;
            prop_assert_eq!(transcript.place_of(id), Some(place));
        }
        let keys: Vec<_> = transcript.iter().map(key).collect();
        prop_assert!(keys.is_sorted());
    }
}
