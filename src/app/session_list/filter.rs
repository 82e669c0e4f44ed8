//! The filter of the session list: fuzzy on short fields, literal on the last message.

use std::collections::HashSet;

use crate::app::fuzzy;
use crate::chat::Session;

/// Indices of the sessions in which every word of the filter is found. The last message is only
/// searched literally: in a long text, fuzzy matching finds almost any few letters.
pub(super) fn filter_sessions(all: &[Session], filter: &str) -> Vec<usize> {
    let fields: [fn(&Session) -> String; 4] = [
        Session::title,
        |session| session.company().to_owned(),
        |session| session.customer.email.clone(),
        |session| session.channel.name.clone(),
    ];
    let columns = fields.map(|field| all.iter().map(field).collect::<Vec<_>>());
    let mut rows: Vec<usize> = (0..all.len()).collect();
    for word in filter.split_whitespace() {
        let small = word.to_lowercase();
        let found: HashSet<usize> = columns
            .iter()
            .flat_map(|column| fuzzy::rank_matches(word, column))
            .collect();
        rows.retain(|row| {
            found.contains(row) || all[*row].last_message.to_lowercase().contains(&small)
        });
    }
    rows
}
