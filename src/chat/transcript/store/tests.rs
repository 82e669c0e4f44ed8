use chrono::DateTime;

use super::*;
use crate::chat::{Direction, Format, Raw, RichText};

fn message(id: i64, text: &str, read: bool) -> Message {
    let posted = DateTime::from_timestamp(1_700_000_000 + id, 123_456_700).unwrap();
    let time = posted.format("%Y-%m-%dT%H:%M:%S.%6f").to_string();
    let json = format!("{{\"a\":{id},\"b\":\"{text}\",\"c\":\"{time}+00:00\",\"d\":{read}}}");
    let at = |value: &str| {
        let start = json.find(value).unwrap();
        start..start + value.len()
    };
    let id_at = at(&id.to_string());
    let body_at = if text.is_empty() { 0..0 } else { at(text) };
    Message {
        id: MessageId(id),
        posted: DateTime::parse_from_rfc3339(&format!("{time}+00:00")).ok(),
        inferred_time: None,
        direction: Direction::ToUser,
        author: "Kari".into(),
        body: RichText::plain(text),
        special: None,
        read_by_customer: read,
        unreadable: None,
        raw: Raw::new(&json, id_at, body_at, at(&time)),
    }
}

/// Bytes in use.
fn footprint(store: &Store) -> usize {
    let whole = store.whole.values().map(|message| {
        size_of::<Message>() + message.author.len() + message.body.text.len() + message.raw.len()
    });
    size_of_val(&*store.records) + store.texts.size() + whole.sum::<usize>()
}

#[test]
fn a_plain_message_costs_little_more_than_its_text() {
    let mut store = Store::default();
    let text = "x".repeat(100);
    for id in 1..=10_000 {
        store.push(message(id, &text, id < 9_000), 1);
    }
    assert!(store.whole.is_empty());
    // The index that gives the order has four bytes more.
    assert!(footprint(&store) + 4 * store.len() < (48 + text.len()) * store.len());
}

#[test]
fn a_read_mark_leaves_the_text_where_it_is() {
    let mut store = Store::default();
    store.push(message(1, "one", false), 1);
    let size = store.texts.size();
    store.replace(0, message(1, "one", true), 2);
    assert!(store.said(0).read_by_customer);
    assert_eq!((store.texts.size(), store.litter), (size, 0));
}

#[test]
fn texts_left_behind_are_swept_in_time() {
    let mut store = Store::default();
    store.push(message(1, "stays", false), 1);
    store.push(message(2, "", false), 1);
    let marked = || Message {
        body: RichText {
            annotations: vec![Annotation {
                range: 0..1,
                format: Format::Bold,
            }],
            ..RichText::plain("marked")
        },
        ..message(3, "marked", false)
    };
    store.push(marked(), 1);
    let whole = || Message {
        raw: "none of its own".into(),
        ..message(4, "whole", false)
    };
    store.push(whole(), 1);
    let texts = ["a", "b"].map(|text| text.repeat(300_000));
    for turn in 0..100 {
        store.replace(1, message(2, &texts[turn % 2], false), 2);
    }
    assert!(store.texts.size() < 3 * LITTER, "{}", store.texts.size());
    assert_eq!(store.said(0), message(1, "stays", false).said());
    assert_eq!(store.said(1), message(2, &texts[1], false).said());
    assert_eq!(store.said(2), marked().said());
    assert_eq!(store.said(3), whole().said());
}

#[test]
fn texts_of_messages_that_are_gone_are_swept_in_time() {
    let mut store = Store::default();
    let text = "x".repeat(30_000);
    for turn in 1..200 {
        for id in 1..=5 {
            let number = turn * 10 + id;
            store.push(
                message(number, &text, id == 1),
                u32::try_from(turn).unwrap(),
            );
        }
        store.remove_older_than(u32::try_from(turn).unwrap());
    }
    assert_eq!(store.len(), 5);
    assert!(store.texts.size() < 3 * LITTER, "{}", store.texts.size());
    assert_eq!(store.said(0), message(1991, &text, true).said());
}

#[test]
fn what_shares_nothing_is_kept_whole() {
    let mut store = Store::default();
    let all: Vec<Message> = (1..5_000)
        .map(|id| Message {
            author: id.to_string(),
            ..message(id, "x", false)
        })
        .collect();
    for one in all.clone() {
        store.push(one, 1);
    }
    assert!(!store.whole.is_empty());
    for (index, one) in all.iter().enumerate() {
        assert_eq!(store.said(index), one.said());
    }
}
