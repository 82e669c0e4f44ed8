//! The filter of the session list: fuzzy on short fields, literal on messages and the id.

use crate::app::fuzzy;
use crate::chat::Session;

/// More than any text scores: the id itself was typed.
const ID_SCORE: u32 = 1 << 20;

/// The fields that are matched fuzzily.
const FIELDS: [fn(&Session) -> &str; 8] = [
    |session| &session.customer.name,
    |session| &session.customer.alias,
    |session| session.person.as_ref().map_or("", |person| &person.name),
    |session| session.company(),
    |session| &session.customer.email,
    |session| &session.customer.phone,
    |session| &session.channel.name,
    |session| session.agent.as_ref().map_or("", |agent| &agent.name),
];
/// The fields in which a word is only found as it is: in a long text, fuzzy matching finds almost any few
/// letters.
const TEXTS: [fn(&Session) -> &str; 2] = [
    |session| &session.first_message,
    |session| &session.last_message,
];

/// Indices of the sessions in which every word of the filter is found, with how well they match.
pub(super) fn filter_sessions(all: &[Session], filter: &str) -> Vec<(usize, u32)> {
    let mut found: Vec<_> = (0..all.len()).map(|index| (index, 0)).collect();
    for word in filter.split_whitespace() {
        let scores = word_scores(all, word);
        found.retain_mut(|(index, score)| {
            let own = scores[*index];
            *score += own.unwrap_or(0);
            own.is_some()
        });
    }
    found
}

/// How well each session matches a word, in its best field.
fn word_scores(all: &[Session], word: &str) -> Vec<Option<u32>> {
    let mut best: Vec<Option<u32>> = all.iter().map(|it| id_score(it, word)).collect();
    let mut column = Vec::with_capacity(all.len());
    for field in FIELDS {
        column.clear();
        column.extend(all.iter().map(field));
        for (index, score) in fuzzy::score_matches(word, &column) {
            best[index] = best[index].max(Some(u32::from(score) + 1));
        }
    }
    for text in TEXTS {
        column.clear();
        column.extend(all.iter().map(text));
        for index in fuzzy::find_literally(word, &column) {
            best[index] = best[index].or(Some(0));
        }
    }
    best
}

/// The whole id matches best, its first digits match as well as nothing else does.
fn id_score(session: &Session, word: &str) -> Option<u32> {
    if !word.bytes().all(|byte| byte.is_ascii_digit()) {
        // One without a name is shown as `session 341`.
        let has_name = FIELDS[..3].iter().any(|field| !field(session).is_empty());
        let is_begun = !has_name && "session".starts_with(&word.to_lowercase());
        return is_begun.then_some(0);
    }
    let mut digits = itoa::Buffer::new();
    let id = digits.format(session.id.0);
    if id == word {
        Some(ID_SCORE)
    } else {
        id.contains(word).then_some(0)
    }
}
