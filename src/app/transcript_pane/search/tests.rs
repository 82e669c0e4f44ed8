use super::*;
use crate::chat::{Direction, Message, MessageId, RichText, SpecialKind};
use proptest::prelude::*;

/// A message that holds "yes" or not, as talk or as a special one.
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
    }
}

fn holding(transcript: &Transcript, words: &str) -> Vec<usize> {
    let mut all = transcript.iter().enumerate();
    let all = all.by_ref().filter(|(_, message)| {
        sections(message).any(|(_, text)| text.to_lowercase().contains(words))
    });
    all.map(|(place, _)| place).collect()
}

/// Where a wish leads, by looking at every message.
fn nearest(hits: &[usize], from: usize, wish: Wish) -> (SearchResult, Option<usize>) {
    let Wish { forward, here } = wish;
    let is_on =
        |hit: &&usize| here && **hit == from || if forward { **hit > from } else { **hit < from };
    let (near, round) = if forward {
        (hits.iter().find(is_on), hits.first())
    } else {
        (hits.iter().rev().find(is_on), hits.last())
    };
    match (near, round) {
        (Some(hit), _) => (SearchResult::Found, Some(*hit)),
        (None, Some(hit)) => (SearchResult::Wrapped { forward }, Some(*hit)),
        (None, None) => (SearchResult::NotFound, None),
    }
}

#[derive(Clone, Debug)]
enum Step {
    Look(usize),
    Arrive(Vec<Message>),
    Wish(usize, Wish),
}

fn wish() -> impl Strategy<Value = Wish> {
    any::<(bool, bool)>().prop_map(|(forward, here)| Wish { forward, here })
}

fn batch(ids: std::ops::Range<i64>) -> impl Strategy<Value = Vec<Message>> {
    let one = (ids, proptest::bool::weighted(0.2), any::<bool>());
    proptest::collection::vec(one.prop_map(message), 0..20)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..6_usize).prop_map(Step::Look),
        1 => batch(0..60).prop_map(Step::Arrive),
        1 => (0..60_usize, wish()).prop_map(|(from, wish)| Step::Wish(from, wish)),
    ]
}

proptest! {
    #[test]
    fn what_is_found_is_what_is_there_and_the_nearest_comes_first(
        first in batch(0..60), from in 0..60_usize, begun in wish(),
        steps in proptest::collection::vec(step(), 0..40),
    ) {
        let mut transcript = Transcript::default();
        transcript.merge(first, 0);
        let from = from.min(transcript.len().saturating_sub(1));
        let mut search = Search::new("yes", from, begun, &transcript).unwrap();
        let mut wished = Some((from, begun));
        let finish = std::iter::repeat_n(Step::Look(3), 60);
        for (as_of, step) in (1..).zip(steps.into_iter().chain(finish)) {
            match step {
                Step::Look(slice) => if !search.is_complete(&transcript) {
                    search.look(&transcript, slice);
                },
                Step::Arrive(messages) => {
                    let merged = transcript.merge(messages, as_of);
                    search.invalidate_from(merged.first_changed);
                }
                Step::Wish(from, wish) => {
                    wished = Some((from.min(transcript.len().saturating_sub(1)), wish));
                    search.wish(Some(wish));
                }
            }
            let there = holding(&transcript, "yes");
            let looked: Vec<_> = there.iter().copied().filter(|hit| search.looked.contains(hit)).collect();
            prop_assert!(search.matches.iter().eq(&looked));
            if let Some((from, wish)) = wished
                && let Some(outcome) = search.fulfil(from, &transcript)
            {
                prop_assert_eq!(outcome, nearest(&there, from, wish));
                wished = None;
            }
        }
        prop_assert!(search.is_complete(&transcript));
        prop_assert_eq!(wished, None);
    }
}

#[test]
fn the_nearest_hit_is_known_before_the_rest_is_looked_at() {
    let mut transcript = Transcript::default();
    transcript.merge((0..100).map(|id| message((id, id % 10 == 0, false))), 0);
    let back = Wish {
        forward: false,
        here: true,
    };
    let mut search = Search::new("yes", 99, back, &transcript).unwrap();
    search.look(&transcript, 10);
    assert_eq!(
        search.fulfil(99, &transcript),
        Some((SearchResult::Found, Some(90)))
    );
    assert!(!search.is_complete(&transcript));
    assert_eq!(
        (search.match_number(90), search.match_count()),
        (Some(1), 1)
    );
    assert!(search.has_match_in(&(85..95)) && !search.has_match_in(&(91..100)));
}

#[test]
fn capitals_mind_the_case() {
    let mut transcript = Transcript::default();
    transcript.merge(vec![message((1, true, false)), message((2, true, true))], 0);
    for (words, count) in [("yes", 2), ("Yes", 2), ("YES", 0), (".es", 0)] {
        let wish = Wish {
            forward: true,
            here: true,
        };
        let mut search = Search::new(words, 0, wish, &transcript).unwrap();
        search.look(&transcript, 10);
        assert_eq!(search.match_count(), count, "{words}");
    }
}
