//! Which messages hold something, found without looking at each of them: what is in none of a string's
//! texts is looked for once in the whole string, and an author once for all his messages.

use super::store::Store;
use super::texts::Texts;

/// Looking through a whole string pays when so many messages are asked about.
const MANY: usize = 1024;

/// What is known so far of the strings and the authors of a store.
pub(super) struct Sieve<'a, F> {
    store: &'a Store,
    finds: F,
    strings: Vec<Option<bool>>,
    authors: Vec<Option<bool>>,
    whole_strings: bool,
}

impl<'a, F: Fn(&str) -> bool> Sieve<'a, F> {
    /// A sieve for about so many messages.
    pub(super) fn new(store: &'a Store, finds: F, messages: usize) -> Self {
        Self {
            store,
            finds,
            strings: Vec::new(),
            authors: Vec::new(),
            whole_strings: messages >= MANY,
        }
    }

    /// Tells whether a message holds it; `None` for one that shows more than an author and a text.
    pub(super) fn holds(&mut self, index: usize) -> Option<bool> {
        let record = self.store.records.get(index)?;
        let shape = self.store.shapes.get(record.shape)?;
        if shape.special.is_some() {
            return None;
        }
        let Self {
            store,
            finds,
            strings,
            authors,
            whole_strings,
        } = self;
        let author = || finds(&shape.author);
        let chunk = Texts::chunk_of(record.text);
        let string = || finds(store.texts.chunk(chunk));
        Some(
            known(authors, record.shape as usize, author)
                || (!*whole_strings || known(strings, chunk, string))
                    && finds(store.texts.get(record.text)),
        )
    }
}

/// The answer to a question by its number, asked once.
fn known(answers: &mut Vec<Option<bool>>, number: usize, ask: impl FnOnce() -> bool) -> bool {
    if answers.len() <= number {
        answers.resize(number + 1, None);
    }
    match answers.get_mut(number) {
        Some(answer) => *answer.get_or_insert_with(ask),
        None => ask(),
    }
}
