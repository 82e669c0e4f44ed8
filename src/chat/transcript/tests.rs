use super::*;
use crate::chat::{Annotation, Direction, Format, Message, Raw, RichText, Timestamp};
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
        inferred_time: None,
        direction: Direction::ToUser,
        author: "Kari".into(),
        body: RichText::plain(text),
        special: None,
        read_by_customer: false,
        unreadable: None,
        raw: raw(id, text, posted, ""),
    }
}

/// What the service would have sent, `more` behind it.
fn raw(id: i64, body: &str, posted: Option<Timestamp>, more: &str) -> Raw {
    let mut json = String::new();
    let mut put = |before: &str, value: &str| {
        json.push_str(before);
        json.push_str(value);
        json.len() - value.len()..json.len()
    };
    let posted = posted.map(|posted| posted.to_rfc3339()).unwrap_or_default();
    let id = put("{\"ChatMessageId\":", &id.to_string());
    let body = put(",\"Message\":\"", body);
    let time = put("\",\"WhenPosted\":\"", &posted);
    put("\"", more);
    Raw::new(&json, id, body, time)
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
        MergeResult {
            added: 3,
            ..MergeResult::default()
        }
    );
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
fn what_a_whole_answer_did_not_bring_is_gone() {
    let all = || (1..=4).map(|id| message(id, Some(-id), "text"));
    let mut transcript = Transcript::default();
    transcript.merge(all().collect::<Page>(), 1);
    transcript.merge(all().filter(|it| it.id.0 % 2 == 0).collect::<Page>(), 2);
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
    // It comes again.
    transcript.merge(vec![message(3, Some(-3), "text")], 4);
    assert_eq!(ids(&transcript), [4, 3, 2, 9]);
    assert_eq!(transcript.remove_missing(5).removed, 4);
    assert!(transcript.is_empty());
}

#[test]
fn the_mark_is_never_a_stand_in() {
    let mut transcript = Transcript::default();
    transcript.merge(vec![message(-7, None, "no id")], 1);
    assert_eq!(transcript.max_id(), MessageId::START);
}

#[test]
fn a_message_without_time_stays_where_the_best_guess_put_it() {
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

#[test]
fn what_finds_no_shape_any_more_comes_over_as_it_was() {
    let by = |id: i64, author: String| Message {
        author,
        ..message(id, Some(id), "text")
    };
    let mut transcript = Transcript::default();
    for page in 0..5 {
        let ids = page * 1000 + 1..=(page + 1) * 1000;
        transcript.merge(ids.map(|id| by(id, id.to_string())).collect::<Page>(), 1);
    }
    let late = [
        by(6001, "late".into()),
        message(6002, None, "without a time"),
        by(6003, "later".into()),
    ];
    transcript.merge(late.to_vec(), 2);
    for one in late {
        assert_eq!(transcript.by_id(one.id), Some(one.said()));
    }
    assert_eq!(transcript.len(), 5003);
}

/// Versions of messages of every sort that is kept in a way of its own.
fn versions() -> impl Strategy<Value = Vec<(Message, u64)>> {
    let one = (
        -3_i64..12,
        proptest::option::of(0_i64..6),
        0..3_u8,
        0..6_u8,
        0..4_u64,
    );
    let all = proptest::collection::vec(one, 0..40);
    all.prop_map(|all| all.into_iter().map(version).collect())
}

fn version((id, second, text, sort, as_of): (i64, Option<i64>, u8, u8, u64)) -> (Message, u64) {
    let text = ["", "1", "2"][usize::from(text)];
    let plain = message(id, second, text);
    let mark = Annotation {
        range: 0..1,
        format: Format::Bold,
    };
    let version = match sort {
        0 => Message {
            raw: raw(id, &format!("<b>{text}</b>"), plain.posted, "}"),
            body: RichText {
                annotations: vec![mark],
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
            raw: Raw::from(&*plain.raw),
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
        let mut in_order = Transcript::default();
        for (message, as_of) in versions.clone() {
            in_order.merge(vec![message], as_of);
        }
        let mut shuffled = versions.clone();
        shuffled.extend(versions);
        fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
        let mut any_order = Transcript::default();
        for chunk in shuffled.chunk_by(|a, b| a.1 == b.1) {
            any_order.merge(chunk.iter().map(|(message, _)| message.clone()).collect::<Page>(), chunk[0].1);
        }
        let left: Vec<_> = in_order.iter().collect();
        let right: Vec<_> = any_order.iter().collect();
        prop_assert_eq!(left, right);
    }

    #[test]
    fn what_stands_before_a_change_stays_as_it_was(
        before in versions(), batch in versions(), as_of in 0..9_u64,
    ) {
        let mut transcript = Transcript::default();
        for (message, as_of) in before {
            transcript.merge(vec![message], as_of);
        }
        let known = transcript.clone();
        let merged = transcript.merge(batch.into_iter().map(|(message, _)| message).collect::<Page>(), as_of);
        prop_assert!(merged.first_changed <= known.len());
        prop_assert!(known.iter().take(merged.first_changed).eq(transcript.iter().take(merged.first_changed)));
        if merged.is_unchanged() {
            prop_assert_eq!(merged.first_changed, transcript.len());
        }
    }

    #[test]
    fn what_holds_a_text_is_found(versions in versions(), text in 0..12_u8, chunky in any::<bool>()) {
        let mut transcript = Transcript::default();
        for (message, as_of) in versions {
            transcript.merge(vec![message], as_of);
        }
        let text = text.to_string();
        let shows = |message: &Said<'_>| message.body.text.contains(&text) || message.author.contains(&text);
        // Asked about many, it looks through whole strings first.
        let asked = if chunky { 0..9000 } else { 1..transcript.len() };
        let found = transcript.find_all(asked.clone(), |it| it.contains(&text), shows);
        let naive: Vec<_> = asked.filter(|place| transcript.get(*place).is_some_and(|it| shows(&it))).collect();
        prop_assert_eq!(found, naive);
    }

    #[test]
    fn a_whole_answer_leaves_what_it_and_later_ones_brought(
        versions in versions(),
        whole in 0..5_u64,
    ) {
        let mut transcript = Transcript::default();
        for (message, as_of) in &versions {
            transcript.merge(vec![message.clone()], *as_of);
        }
        let mut expected = transcript.clone();
        let before = transcript.clone();
        let concluded = transcript.remove_missing(whole);
        prop_assert!(before.iter().take(concluded.first_changed).eq(transcript.iter().take(concluded.first_changed)));
        expected = expected.iter().filter(|said| {
            let came = versions.iter().filter(|(message, _)| message.id == said.id);
            came.map(|(_, as_of)| *as_of).max() >= Some(whole)
        }).fold(Transcript::default(), |mut left, said| {
            left.merge(vec![said.to_message()], 0);
            left
        });
        let left: Vec<_> = transcript.iter().collect();
        let right: Vec<_> = expected.iter().collect();
        prop_assert_eq!(left, right);
    }

    #[test]
    fn a_page_holds_what_was_sent(versions in versions(), keeps in 0_i64..4, before in 0_i64..9) {
        let sent: Vec<Message> = versions.into_iter().map(|(message, _)| message).collect();
        let mut page = Page::from(sent.clone());
        prop_assert!(page.iter().eq(sent.iter().map(Message::said)));
        prop_assert!(page.ids().eq(sent.iter().map(|message| message.id)));
        prop_assert_eq!(page.bytes(), sent.iter().map(|message| message.raw.len()).sum::<usize>());
        let before = message(0, Some(before), "").posted;
        let head = sent.iter().take_while(|message| message.sort_time().is_none()).count();
        let last = page.follow(before);
        for (index, said) in page.iter().enumerate() {
            prop_assert_eq!(said.place(), if index < head { before } else { sent[index].sort_time() });
        }
        prop_assert_eq!(last, page.iter().last().map_or(before, |said| said.place()));
        page.retain(|message| message.id.0 > keeps);
        let kept: Vec<_> = page.iter().map(Said::to_message).collect();
        prop_assert!(kept.iter().map(|it| it.id).eq(sent.iter().map(|it| it.id).filter(|id| id.0 > keeps)));
        // Moving on, in one step or one by one, they are the same.
        let (mut at_once, mut singly) = (Transcript::default(), Transcript::default());
        at_once.merge(page, 1);
        for message in kept {
            singly.merge(vec![message], 1);
        }
        prop_assert!(at_once.iter().eq(singly.iter()));
    }

    #[test]
    fn every_message_is_found_at_its_place(versions in versions()) {
        let mut transcript = Transcript::default();
        for (message, as_of) in versions {
            transcript.merge(vec![message], as_of);
        }
        for place in 0..transcript.len() {
            let id = transcript.get(place).unwrap().id;
            prop_assert_eq!(transcript.index_of(id), Some(place));
        }
        let keys: Vec<_> = transcript.iter().map(|message| (message.place(), message.id)).collect();
        prop_assert!(keys.is_sorted());
    }

    #[test]
    fn a_message_kept_is_the_message_that_came(versions in versions()) {
        let mut transcript = Transcript::default();
        for (number, (message, _)) in (0..).zip(versions) {
            let id = message.id;
            let placed = transcript.by_id(id).and_then(|known| known.placed);
            let wanted = Message { inferred_time: placed.max(message.inferred_time), ..message.clone() };
            transcript.merge(vec![message], number);
            let kept = transcript.by_id(id).unwrap();
            prop_assert_eq!(kept, wanted.said());
            prop_assert_eq!(&kept.raw(), &*wanted.raw);
            prop_assert_eq!(kept.to_message(), wanted);
        }
    }
}
