//! Tests of the search against a plain scan of all messages.

use super::*;
use crate::chat::{Direction, Message, MessageId, RichText, SpecialKind};
use crate::test_support::scenario;
use crate::text::message_text::{is_event, sections};
use proptest::prelude::*;

/// A message with the text "Yes" or "no", as plain text or in a special message.
fn message((id, holds, is_special): (i64, bool, bool)) -> Message {
    let word = if holds { "Yes" } else { "no" }.to_owned();
    let (body, special) = if is_special {
        (
            String::new(),
            Some(SpecialKind::Error { detail: word }.into()),
        )
    } else {
        (word, None)
    };
    Message {
        id: MessageId(id),
        posted: None,
        inferred_time: None,
        direction: Direction::ToUser,
        author: "Kari".to_owned(),
        body: RichText::plain(&body),
        special,
        read_by_customer: true,
        unreadable: None,
        raw: "{}".into(),
        time_in_raw: None,
        original: crate::chat::Original::default(),
    }
}

fn matching(transcript: &Transcript, query: &str) -> Vec<usize> {
    let is_match =
        |message: &Message| sections(message).any(|(_, text)| text.to_lowercase().contains(query));
    let all = transcript.iter().enumerate().filter(|(_, it)| is_match(it));
    all.map(|(index, _)| index).collect()
}

/// The nearest match, by looking at every one.
fn nearest(
    hits: &[usize],
    from: usize,
    towards: Towards,
    include_current: bool,
) -> (SearchResult, Option<usize>) {
    let is_reached = |hit: &&usize| {
        let is_beyond = match towards {
            Towards::Newer => **hit > from,
            Towards::Older => **hit < from,
        };
        is_beyond || include_current && **hit == from
    };
    let (near, wrapped) = match towards {
        Towards::Newer => (hits.iter().find(is_reached), hits.first()),
        Towards::Older => (hits.iter().rev().find(is_reached), hits.last()),
    };
    match (near, wrapped) {
        (Some(hit), _) => (SearchResult::Found, Some(*hit)),
        (None, Some(hit)) => (SearchResult::Wrapped(towards), Some(*hit)),
        (None, None) => (SearchResult::NotFound, None),
    }
}

#[derive(Clone, Debug)]
enum Step {
    Arrive(Vec<Message>),
    Jump(usize, Towards, bool),
}

fn batch(ids: Range<i64>) -> impl Strategy<Value = Vec<Message>> {
    let one = (ids, proptest::bool::weighted(0.2), any::<bool>());
    proptest::collection::vec(one.prop_map(message), 0..20)
}

fn towards() -> impl Strategy<Value = Towards> {
    prop_oneof![Just(Towards::Newer), Just(Towards::Older)]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        batch(0..60).prop_map(Step::Arrive),
        (0..60_usize, towards(), any::<bool>())
            .prop_map(|(from, towards, include)| Step::Jump(from, towards, include)),
    ]
}

proptest! {
    #[test]
    fn every_match_is_found_and_jumps_lead_to_the_nearest(
        first in batch(0..60), typed in 0..3_usize, steps in proptest::collection::vec(step(), 0..40),
    ) {
        let mut transcript = Transcript::default();
        transcript.merge(first, 0);
        let previous = Search::new("yes".get(..typed).unwrap(), None, &transcript);
        let mut search = Search::new("yes", previous.as_ref(), &transcript).unwrap();
        for (request_id, step) in (1..).zip(steps) {
            if let Step::Arrive(messages) = step {
                let merged = transcript.merge(messages, request_id);
                search.update_from(merged.first_changed, &transcript);
            } else if let Step::Jump(from, towards, include_current) = step {
                let hits = matching(&transcript, "yes");
                prop_assert_eq!(
                    search.nearest(from, towards, include_current),
                    nearest(&hits, from, towards, include_current)
                );
            }
            prop_assert_eq!(&search.matches, &matching(&transcript, "yes"));
        }
    }
}

#[test]
fn matches_are_numbered_and_found_by_range() {
    let mut transcript = Transcript::default();
    let messages = (0..100).map(|id| message((id, id % 10 == 0, false)));
    transcript.merge(messages.collect::<Vec<_>>(), 0);
    let search = Search::new("yes", None, &transcript).unwrap();
    assert_eq!(
        search.nearest(99, Towards::Older, true),
        (SearchResult::Found, Some(90))
    );
    assert_eq!(
        (search.match_number(90), search.match_count()),
        (Some(10), 10)
    );
    assert_eq!(search.match_number(91), None);
    assert!(search.has_match_in(&(85..95)) && !search.has_match_in(&(91..100)));
}

#[test]
fn words_may_be_in_any_text_of_a_message() {
    let mut transcript = Transcript::default();
    transcript.merge(
        vec![message((1, true, false)), message((2, false, true))],
        0,
    );
    for (text, count) in [
        ("yes", 1),
        ("YÉS", 1),
        ("kari", 2),
        ("kari yes", 1),
        ("no kari", 1),
        ("\"kari no\"", 0),
        ("yes no", 0),
        (".es", 0),
    ] {
        for typed in 0..text.len() {
            let previous = text
                .get(..typed)
                .and_then(|it| Search::new(it, None, &transcript));
            let search = Search::new(text, previous.as_ref(), &transcript).unwrap();
            assert_eq!(search.match_count(), count, "{text}");
        }
    }
}

/// The label in the row of an event or in a heading, and the author, by the name that is shown.
#[test]
fn what_is_shown_of_a_message_is_found() {
    let test_app = scenario::test_app(100, 30);
    let transcript = test_app.transcript_pane().transcript();
    for (index, message) in transcript.iter().enumerate() {
        let special = message.special.as_deref();
        let label = special.map(|special| special.describe().0);
        let speaker = (!is_event(message)).then(|| message.author_name().into());
        for text in label.into_iter().chain(speaker) {
            let search = Search::new(&format!("\"{text}\""), None, transcript).unwrap();
            assert!(search.match_number(index).is_some(), "{text}");
        }
    }
    for (typed, count) in [
        ("redirected customer", 1),
        ("transferred to", 1),
        ("\"closed by customer\"", 1),
        ("\"welcome message\"", 1),
        ("\"chat started\"", 1),
        ("chose", 1),
    ] {
        let search = Search::new(typed, None, transcript).unwrap();
        assert_eq!(search.match_count(), count, "{typed}");
    }
}
