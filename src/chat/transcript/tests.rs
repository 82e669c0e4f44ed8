//! Merging and ordering of a transcript, as properties and by example.

use super::*;
use crate::chat::{Annotation, Direction, Format, RichText, Timestamp};
use chrono::DateTime;
use proptest::prelude::*;

fn message(id: i64, second: Option<i64>, text: &str) -> Message {
    let posted = second.map(|second| {
        let posted = DateTime::from_timestamp(1_700_000_000 + second, 0);
        posted.unwrap().fixed_offset()
    });
    Message {
        id: MessageId(id),
        posted,
        inferred_time: None,
        direction: Direction::ToUser,
        author: "Kari".into(),
        body: RichText::plain(text),
        special: None,
        read_by_customer: false,
        unreadable: None,
        raw: raw(id, text, posted, ""),
        time_in_raw: None,
        original: crate::chat::Original::default(),
    }
}

/// The JSON the service would send; `more` follows the last property.
fn raw(id: i64, body: &str, posted: Option<Timestamp>, more: &str) -> std::sync::Arc<str> {
    let posted = posted.map(|posted| posted.to_rfc3339()).unwrap_or_default();
    format!(r#"{{"ChatMessageId":{id},"Message":"{body}","WhenPosted":"{posted}"{more}"#).into()
}

fn ids(transcript: &Transcript) -> Vec<i64> {
    transcript.iter().map(|message| message.id.0).collect()
}

#[test]
fn sorts_by_time_then_id() {
    let mut transcript = Transcript::default();
    let batch = [(1, 5), (3, 1), (2, 5)].map(|(id, second)| message(id, Some(second), "a"));
    let merged = transcript.merge(batch, 1);
    let added = MergeResult {
        added: 3,
        ..MergeResult::default()
    };
    assert_eq!(merged, added);
    assert_eq!(ids(&transcript), [3, 1, 2]);
    assert_eq!(transcript.max_id(), MessageId(3));
    assert_eq!(transcript.index_of(MessageId(1)), Some(1));
}

#[test]
fn a_repeated_batch_changes_nothing() {
    let mut transcript = Transcript::default();
    let batch = vec![message(1, Some(5), "a"), message(2, None, "b")];
    transcript.merge(batch.clone(), 1);
    assert!(transcript.merge(batch, 2).is_unchanged());
    assert_eq!(transcript.len(), 2);
}

#[test]
fn a_later_answer_replaces_and_an_older_one_does_not() {
    let mut transcript = Transcript::default();
    transcript.merge(vec![message(1, Some(1), "old")], 1);
    assert_eq!(
        transcript.merge(vec![message(1, Some(9), "new")], 5),
        MergeResult {
            changed: 1,
            ..MergeResult::default()
        }
    );
    transcript.merge(vec![message(1, Some(1), "old")], 3);
    assert_eq!(transcript.by_id(MessageId(1)).unwrap().body.text, "new");
}

#[test]
fn messages_missing_from_a_full_answer_are_removed() {
    let all = || (1..=4).map(|id| message(id, Some(-id), "text"));
    let mut transcript = Transcript::default();
    transcript.merge(all(), 1);
    transcript.merge(all().filter(|it| it.id.0 % 2 == 0), 2);
    transcript.merge(vec![message(9, Some(9), "later")], 3);
    assert_eq!(transcript.missing_since(2), [MessageId(1), MessageId(3)]);
    let removed = MergeResult {
        removed: 2,
        first_changed: 1,
        ..MergeResult::default()
    };
    assert_eq!(transcript.remove_missing(2), removed);
    assert!(transcript.remove_missing(2).is_unchanged());
    assert_eq!(ids(&transcript), [4, 2, 9]);
    assert_eq!(transcript.index_of(MessageId(3)), None);
    // A later answer may contain it again.
    transcript.merge(vec![message(3, Some(-3), "text")], 4);
    assert_eq!(ids(&transcript), [4, 3, 2, 9]);
    assert_eq!(transcript.remove_missing(5).removed, 4);
    assert!(transcript.is_empty());
}

#[test]
fn a_synthetic_id_is_never_the_highest() {
    let mut transcript = Transcript::default();
    transcript.merge(vec![message(-7, None, "no id")], 1);
    assert_eq!(transcript.max_id(), MessageId::START);
}

#[test]
fn a_message_without_time_retains_its_latest_inferred_time() {
    let at = |second| message(0, Some(second), "").posted;
    let mut first = message(5, None, "?");
    first.inferred_time = at(3);
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

fn merged(versions: &[(Message, u64)]) -> Transcript {
    let mut transcript = Transcript::default();
    for (message, request) in versions {
        transcript.merge(vec![message.clone()], *request);
    }
    transcript
}

/// Versions of a few messages, each with the request that returned it.
fn versions() -> impl Strategy<Value = Vec<(Message, u64)>> {
    let second = proptest::option::of(0_i64..6);
    let version = (-3_i64..12, second, 0..3_u8, 0..6_u8, 0..4_u64).prop_map(version);
    proptest::collection::vec(version, 0..40)
}

fn version((id, second, text, sort, as_of): (i64, Option<i64>, u8, u8, u64)) -> (Message, u64) {
    let text = ["", "1", "2"][usize::from(text)];
    let plain = message(id, second, text);
    let bold = Annotation {
        range: 0..1,
        format: Format::Bold,
    };
    let version = match sort {
        0 => Message {
            raw: raw(id, &format!("<b>{text}</b>"), plain.posted, "}"),
            body: RichText {
                annotations: vec![bold],
                ..plain.body
            },
            ..plain
        },
        1 => Message {
            raw: raw(id, &format!("{text} "), plain.posted, "}"),
            ..plain
        },
        2 => Message {
            raw: raw(id, text, plain.posted, ",\"ReadByCustomer\":1}"),
            read_by_customer: true,
            ..plain
        },
        3 => Message {
            inferred_time: message(0, Some(2), "").posted,
            ..plain
        },
        _ => plain,
    };
    (version, as_of)
}

proptest! {
    #[test]
    fn merging_is_order_free_and_idempotent(versions in versions(), seed in any::<u64>()) {
        let in_order = merged(&versions);
        let mut shuffled = versions.clone();
        shuffled.extend(versions);
        fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
        let mut any_order = Transcript::default();
        for chunk in shuffled.chunk_by(|a, b| a.1 == b.1) {
            any_order.merge(chunk.iter().map(|(message, _)| message.clone()), chunk[0].1);
        }
        prop_assert!(in_order.iter().eq(any_order.iter()));
    }

    #[test]
    fn messages_before_the_first_changed_index_stay_the_same(
        before in versions(), batch in versions(), as_of in 0..9_u64,
    ) {
        let mut transcript = merged(&before);
        let known = transcript.clone();
        let merged = transcript.merge(batch.into_iter().map(|(message, _)| message), as_of);
        prop_assert!(merged.first_changed <= known.len());
        prop_assert!(known.iter().take(merged.first_changed).eq(transcript.iter().take(merged.first_changed)));
        if merged.is_unchanged() {
            prop_assert_eq!(merged.first_changed, transcript.len());
        }
    }

    #[test]
    fn a_full_answer_retains_what_it_and_later_answers_contain(
        versions in versions(),
        whole in 0..5_u64,
    ) {
        let mut transcript = merged(&versions);
        let before = transcript.clone();
        let unchanged = transcript.remove_missing(whole).first_changed;
        prop_assert!(before.iter().take(unchanged).eq(transcript.iter().take(unchanged)));
        let expected = before.iter().filter(|message| {
            versions.iter().any(|(version, request)| version.id == message.id && *request >= whole)
        });
        prop_assert!(transcript.iter().eq(expected));
    }

    #[test]
    fn a_batch_merges_like_its_messages_one_by_one(versions in versions()) {
        let messages: Vec<Message> = versions.into_iter().map(|(message, _)| message).collect();
        let (mut at_once, mut singly) = (Transcript::default(), Transcript::default());
        let merged = at_once.merge(messages.clone(), 1);
        prop_assert_eq!((merged.added, merged.changed), (at_once.len(), 0));
        for message in messages {
            singly.merge(vec![message], 1);
        }
        prop_assert!(at_once.iter().eq(singly.iter()));
    }

    #[test]
    fn every_message_is_found_at_its_index(versions in versions()) {
        let transcript = merged(&versions);
        for index in 0..transcript.len() {
            let id = transcript.get(index).unwrap().id;
            prop_assert_eq!(transcript.index_of(id), Some(index));
        }
        let keys: Vec<_> = transcript.iter().map(Message::sort_key).collect();
        prop_assert!(keys.is_sorted());
    }

    #[test]
    fn a_stored_message_is_the_message_that_was_merged(versions in versions()) {
        let mut transcript = Transcript::default();
        for (number, (message, _)) in (0..).zip(versions) {
            let id = message.id;
            let inferred_time = transcript.by_id(id).and_then(|known| known.inferred_time);
            let wanted = Message {
                inferred_time: inferred_time.max(message.inferred_time),
                ..message.clone()
            };
            transcript.merge(vec![message], number);
            prop_assert_eq!(transcript.by_id(id), Some(&wanted));
        }
    }
}
