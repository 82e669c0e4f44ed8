//! Scan of a transcript for a wait: since when the customer has had no answer.

use std::sync::Arc;

use super::super::message::is_ahead;
use super::super::{Message, MessageId, Timestamp, Transcript};

/// Messages of a customer without an answer that are stored while a transcript is read. They
/// arrive in order, so more than the first matter only where an answer comes late.
const MAX_UNANSWERED: usize = 10_000;

/// The turn of a conversation, as far as it was read: times and ids only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TurnScan {
    /// The agent's last message.
    pub answered: Option<(Timestamp, MessageId)>,
    /// The first message of the customer after it.
    pub(crate) unanswered: Option<(Timestamp, MessageId)>,
    /// The time of the newest message.
    pub newest: Option<Timestamp>,
    /// The highest id.
    pub cursor: MessageId,
    /// Whether messages dated ahead were left out: the customer has not seen them.
    pub(crate) has_future: bool,
}

impl TurnScan {
    /// Scans a transcript in memory, of which only the agent's last message and those after it matter.
    pub(crate) fn of_transcript(transcript: &Transcript, now: Timestamp) -> Self {
        let is_answer = |message: &Arc<Message>| {
            let time = message.sort_time();
            message.is_of_agent() && time.is_some_and(|time| !is_ahead(time, now))
        };
        let ordered = transcript.ordered();
        let answered = ordered.iter().rposition(is_answer).unwrap_or(0);
        let scan = Self {
            cursor: transcript.max_id(),
            ..Self::default()
        };
        let mut scanner = TurnScanner::new(scan, now);
        scanner.observe(ordered.iter().skip(answered).map(|message| &**message));
        scanner.finish()
    }
}

/// Scans messages as they arrive, in any order.
#[derive(Clone, Debug)]
pub(crate) struct TurnScanner {
    scan: TurnScan,
    now: Timestamp,
    /// The customer's messages after the agent's last one.
    unanswered: Vec<(Timestamp, MessageId)>,
}

impl TurnScanner {
    /// Continues from a scan.
    pub(crate) fn new(scan: TurnScan, now: Timestamp) -> Self {
        Self {
            now,
            unanswered: scan.unanswered.into_iter().collect(),
            scan,
        }
    }

    pub(crate) fn observe<'a>(&mut self, messages: impl IntoIterator<Item = &'a Message>) {
        for message in messages {
            self.scan.cursor = self.scan.cursor.max(message.id);
            let Some(time) = message.sort_time() else {
                continue;
            };
            if is_ahead(time, self.now) {
                self.scan.has_future = true;
                continue;
            }
            self.scan.newest = self.scan.newest.max(Some(time));
            let key = (time, message.id);
            if message.is_of_agent() {
                if self.scan.answered < Some(key) {
                    self.scan.answered = Some(key);
                    self.unanswered.retain(|customer| *customer > key);
                }
            } else if message.is_of_customer()
                && self.scan.answered < Some(key)
                && self.unanswered.len() < MAX_UNANSWERED
            {
                self.unanswered.push(key);
            }
        }
    }

    pub(crate) fn finish(self) -> TurnScan {
        TurnScan {
            unanswered: self.unanswered.into_iter().min(),
            ..self.scan
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::chat::{Direction, SpecialKind};
    use crate::test_support::builders::{
        agent_message, bot_message, customer_message, message, minutes_ago, now, special_message,
    };

    fn scan(messages: &[Message]) -> TurnScan {
        let mut scanner = TurnScanner::new(TurnScan::default(), now());
        scanner.observe(messages);
        scanner.finish()
    }

    fn welcome(id: i64, posted: Timestamp) -> Message {
        let mut welcome = message(id, Some(posted), Direction::ToCustomer, "Fjord AS", "Hi");
        welcome.special = Some(SpecialKind::Welcome.into());
        welcome
    }

    #[test]
    fn the_first_message_after_the_agents_last_one_counts() {
        let choice = "Delivery".to_owned();
        let clicked = SpecialKind::ClickedOption { choice };
        let reopened = SpecialKind::ReopenedByCustomer;
        let at = minutes_ago;
        let customer = |id, minutes| customer_message(id, at(minutes), "Hello??");
        for (messages, unanswered) in [
            (vec![], None),
            (
                vec![customer(1, 20), customer(2, 9), customer(3, 1)],
                Some(1),
            ),
            (
                vec![
                    customer(1, 20),
                    agent_message(2, at(19), ""),
                    customer(3, 8),
                    customer(4, 2),
                ],
                Some(3),
            ),
            (vec![customer(1, 20), agent_message(2, at(19), "")], None),
            (
                vec![customer(1, 20), bot_message(2, at(19), ""), customer(3, 8)],
                Some(3),
            ),
            // The welcome message of the channel is no answer, nor are messages of the service itself.
            (
                vec![customer(1, 20), welcome(2, at(10)), customer(3, 8)],
                Some(1),
            ),
            (
                vec![
                    customer(1, 20),
                    special_message(2, at(10), SpecialKind::Notice),
                ],
                Some(1),
            ),
            (
                vec![
                    bot_message(1, at(9), ""),
                    special_message(2, at(5), clicked),
                ],
                Some(2),
            ),
            (
                vec![
                    agent_message(1, at(9), ""),
                    special_message(2, at(5), reopened),
                    customer(3, 4),
                ],
                Some(2),
            ),
            // A reply that the customer cannot see yet.
            (
                vec![customer(1, 20), agent_message(2, at(-30), "")],
                Some(1),
            ),
            // By time, not by id: a message may come late.
            (
                vec![
                    customer(1, 20),
                    agent_message(3, at(19), ""),
                    customer(2, 25),
                    customer(4, 3),
                ],
                Some(4),
            ),
        ] {
            let found = scan(&messages).unanswered.map(|(_, id)| id.0);
            assert_eq!(found, unanswered, "{messages:?}");
        }
    }

    proptest! {
        #[test]
        fn any_order_and_any_cut_give_the_same_as_all_messages_at_once(
            (kinds, order) in proptest::collection::vec(0..4_u8, 0..12).prop_flat_map(|kinds| {
                let order: Vec<usize> = (0..kinds.len()).collect();
                (Just(kinds), Just(order).prop_shuffle())
            }),
            cut in 0..12_usize,
        ) {
            let messages: Vec<_> = kinds.iter().zip(1..).map(|(kind, id)| {
                let posted = now() + TimeDelta::seconds(id);
                match kind {
                    0 => agent_message(id, posted, ""),
                    1 => welcome(id, posted),
                    2 => special_message(id, posted, SpecialKind::Notice),
                    _ => customer_message(id, posted, ""),
                }
            }).collect();
            let key = |message: &Message| (message.posted.unwrap(), message.id);
            let agent = messages.iter().filter(|message| message.is_of_agent());
            let answered = agent.map(key).max();
            let customer = messages.iter().filter(|message| message.is_of_customer());
            let newest = messages.last();
            let whole = TurnScan {
                answered,
                unanswered: customer.map(key).find(|key| answered < Some(*key)),
                newest: newest.and_then(|newest| newest.posted),
                cursor: newest.map_or(MessageId::default(), |newest| newest.id),
                has_future: false,
            };
            let shuffled: Vec<_> = order.iter().map(|index| messages[*index].clone()).collect();
            prop_assert_eq!(scan(&shuffled), whole);
            // In two parts, the second one from a cursor on.
            let (first, second) = messages.split_at(cut.min(messages.len()));
            let mut scanner = TurnScanner::new(scan(first), now());
            scanner.observe(second);
            prop_assert_eq!(scanner.finish(), whole);
        }

        #[test]
        fn what_comes_before_the_answer_changes_nothing(
            kinds in proptest::collection::vec((0..5_u8, proptest::option::of(-3..6_i64)), 0..12),
        ) {
            let messages = kinds.iter().zip(1..).map(|((kind, minutes), id)| {
                let mut message = match kind {
                    0 => agent_message(id, now(), ""),
                    1 => welcome(id, now()),
                    2 => special_message(id, now(), SpecialKind::Notice),
                    3 => bot_message(id, now(), ""),
                    _ => customer_message(id, now(), ""),
                };
                message.posted = minutes.map(minutes_ago);
                message
            });
            let mut transcript = Transcript::default();
            transcript.merge(messages, 1);
            let mut scanner = TurnScanner::new(TurnScan::default(), now());
            scanner.observe(transcript.iter());
            let scan = TurnScan::of_transcript(&transcript, now());
            prop_assert_eq!(scan, scanner.finish());
        }
    }
}
