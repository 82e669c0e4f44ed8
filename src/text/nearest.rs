//! Nearest word: the known one that was probably meant.

use strsim::osa_distance;

/// The nearest of some words, if it is near.
pub(crate) fn nearest_word<'a>(
    typed: &str,
    words: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    nearest_by(words, |word| osa_distance(typed, word))
}

/// The word of the smallest distance in letters, if that is small for its length.
pub(crate) fn nearest_by<'a>(
    words: impl IntoIterator<Item = &'a str>,
    distance: impl Fn(&str) -> usize,
) -> Option<&'a str> {
    let distances = words.into_iter().map(|word| (distance(word), word));
    let nearest = distances.min_by_key(|(distance, _)| *distance);
    let near = nearest.filter(|(distance, word)| *distance <= 1 + word.len() / 5);
    near.map(|(_, word)| word)
}
