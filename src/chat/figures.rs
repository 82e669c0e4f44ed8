//! Figures of a conversation, from its transcript: first response, turns, response times, longest gap.

use chrono::TimeDelta;

use super::message::is_ahead;
use super::{Message, MessageId, Timestamp};

/// Only messages of the customer, and of agents and bots, count. A turn is what one side writes until
/// the other does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationFigures {
    pub(crate) customer_turns: usize,
    pub(crate) agent_turns: usize,
    /// For each turn of the customer that was answered, in order, from its first message to the answer.
    pub(crate) response_times: Vec<TimeDelta>,
    pub(crate) longest_gap: Option<Gap>,
}

/// A period without messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    pub length: TimeDelta,
    /// The message that ended it.
    pub(crate) ended_by: MessageId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Customer,
    Agent,
}

/// What counts of a message: when, which and by whom.
type TurnMessage = (Timestamp, MessageId, Side);

/// Computes figures of messages that come in any order; of each only time, id and side are stored.
#[derive(Clone, Debug)]
pub(crate) struct FigureScanner {
    written: Vec<TurnMessage>,
    now: Timestamp,
}

impl FigureScanner {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            written: Vec::new(),
            now,
        }
    }

    pub(crate) fn observe<'a>(&mut self, messages: impl IntoIterator<Item = &'a Message>) {
        let now = self.now;
        let messages = messages.into_iter();
        self.written
            .extend(messages.filter_map(|message| written(message, now)));
    }

    pub(crate) fn finish(mut self) -> ConversationFigures {
        self.written.sort_unstable();
        // A message may come twice.
        self.written.dedup();
        ConversationFigures::of_written(self.written)
    }
}

/// Messages dated ahead do not count yet.
fn written(message: &Message, now: Timestamp) -> Option<TurnMessage> {
    let side = if message.is_of_customer() {
        Side::Customer
    } else if message.is_of_agent() {
        Side::Agent
    } else {
        return None;
    };
    let time = message.sort_time().filter(|time| !is_ahead(*time, now))?;
    Some((time, message.id, side))
}

impl ConversationFigures {
    /// Computes them from messages in order of time.
    pub(crate) fn of_messages<'a>(
        messages: impl IntoIterator<Item = &'a Message>,
        now: Timestamp,
    ) -> Self {
        let messages = messages.into_iter();
        Self::of_written(messages.filter_map(|message| written(message, now)))
    }

    fn of_written(written: impl IntoIterator<Item = TurnMessage>) -> Self {
        let mut figures = Self::default();
        let (mut turn, mut last): (Option<(Side, Timestamp)>, Option<Timestamp>) = (None, None);
        for (time, id, side) in written {
            if let Some(last) = last.replace(time) {
                let (length, ended_by) = (time - last, id);
                if figures.longest_gap.is_none_or(|gap| length > gap.length) {
                    figures.longest_gap = Some(Gap { length, ended_by });
                }
            }
            if turn.is_some_and(|(of, _)| of == side) {
                continue;
            }
            match side {
                Side::Customer => figures.customer_turns += 1,
                Side::Agent => {
                    figures.agent_turns += 1;
                    let asked = turn.map(|(_, asked)| asked);
                    figures
                        .response_times
                        .extend(asked.map(|asked| time - asked));
                }
            }
            turn = Some((side, time));
        }
        figures
    }

    /// From the first message of the customer to the answer; `None` until there is one.
    pub(crate) fn first_response(&self) -> Option<TimeDelta> {
        self.response_times.first().copied()
    }

    pub(crate) fn longest_response(&self) -> Option<TimeDelta> {
        self.response_times.iter().max().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Direction, SpecialKind};
    use crate::test_support::builders::{
        agent_message, bot_message, customer_message, message, minutes_ago, now, special_message,
    };

    /// In order, and also as they may come: in any order, and twice.
    fn figures(messages: &[Message]) -> ConversationFigures {
        let figures = ConversationFigures::of_messages(messages, now());
        let mut scanner = FigureScanner::new(now());
        scanner.observe(messages.iter().rev());
        scanner.observe(messages);
        assert_eq!(scanner.finish(), figures);
        figures
    }

    #[test]
    fn turns_responses_and_gaps_are_counted() {
        let at = minutes_ago;
        let choice = SpecialKind::ClickedOption {
            choice: "Delivery".to_owned(),
        };
        let mut welcome = message(2, Some(at(59)), Direction::ToCustomer, "Fjord AS", "Hi");
        welcome.special = Some(SpecialKind::Welcome.into());
        let messages = [
            customer_message(1, at(60), "Hello"),
            welcome,
            customer_message(3, at(58), "Hello??"),
            bot_message(4, at(57), "What is it about?"),
            special_message(5, at(50), choice),
            special_message(6, at(49), SpecialKind::NewSession),
            agent_message(7, at(48), "Hi"),
            agent_message(8, at(20), "Still there?"),
            customer_message(9, at(19), "Yes"),
            agent_message(10, at(-30), "A reminder that is not there yet"),
        ];
        let expected = ConversationFigures {
            customer_turns: 3,
            agent_turns: 2,
            response_times: [3, 2].map(TimeDelta::minutes).to_vec(),
            longest_gap: Some(Gap {
                length: TimeDelta::minutes(28),
                ended_by: MessageId(8),
            }),
        };
        assert_eq!(figures(&messages), expected);
        assert_eq!(expected.first_response(), Some(TimeDelta::minutes(3)));
        assert_eq!(expected.longest_response(), Some(TimeDelta::minutes(3)));
    }

    #[test]
    fn a_conversation_without_an_answer_has_no_response() {
        assert_eq!(figures(&[]), ConversationFigures::default());
        let one = figures(&[customer_message(1, minutes_ago(5), "Hello")]);
        assert_eq!((one.first_response(), one.longest_gap), (None, None));
        // A bot that greets first answers nothing.
        let greeted = figures(&[
            bot_message(1, minutes_ago(9), "Hi"),
            customer_message(2, minutes_ago(8), "Hello"),
        ]);
        assert_eq!((greeted.agent_turns, greeted.first_response()), (1, None));
    }
}
