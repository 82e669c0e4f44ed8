//! One message of a session: author, time, direction, text and special kind.
//!
//! All text except [`Message::raw`] is sanitized. The raw JSON is stored byte for byte because the
//! raw view and the JSON output show exactly what the service sent.

use std::ops::Range;
use std::sync::Arc;

use chrono::TimeDelta;

use super::rich_text::{Link, link_target};
use super::{MessageId, Original, RichText, SpecialKind, Timestamp, stored_bytes};

/// A message dated further ahead than this is scheduled; below that, the clocks merely differ.
const FUTURE_TOLERANCE: TimeDelta = TimeDelta::seconds(2);

/// How many messages after an options message are searched for the click that answers it: where nothing
/// was clicked, a long conversation is not read to its end for each option drawn.
const MAX_CLICK_DISTANCE: usize = 50;

/// A message as decoded from one element of the service's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Derived from the content, and negative, if the element has no readable id.
    pub id: MessageId,
    /// `None` if the element has no readable time; [`Message::sort_time`] then falls back to
    /// `inferred_time`.
    pub posted: Option<Timestamp>,
    /// The sort time of the preceding message in the answer, set if `posted` is `None`.
    pub(crate) inferred_time: Option<Timestamp>,
    pub direction: Direction,
    /// The display name; may be empty.
    pub author: String,
    pub body: RichText,
    /// `None` for ordinary chat messages, which are nearly all; boxed to keep those small.
    pub special: Option<Box<SpecialKind>>,
    pub(crate) read_by_customer: bool,
    /// Why the element could not be parsed, if it is not a JSON object.
    pub(crate) unreadable: Option<String>,
    /// The element as received, as JSON text; not sanitized.
    pub raw: Arc<str>,
    /// Where in `raw` the time is, with its quotes, if that is known and nothing else there depends on the zone.
    pub(crate) time_in_raw: Option<Range<usize>>,
    /// Set if this message is masked.
    pub(crate) original: Original<Message>,
}

/// The sender and recipient of a message (`Type`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From an agent or a bot.
    ToCustomer,
    /// From the customer.
    ToUser,
    /// From the service itself, or about the conversation.
    Special,
    /// An unknown value, by name; empty if the property is missing.
    Other(String),
}

/// Returns `true` for the time of a message that is dated ahead: it is not there yet.
pub(super) fn is_ahead(time: Timestamp, now: Timestamp) -> bool {
    time > now + TimeDelta::minutes(1)
}

impl Message {
    /// When a message that is dated in the future is due; `None` for any other.
    pub(crate) fn due_at(&self, now: Timestamp) -> Option<Timestamp> {
        let due = self.posted.map(|posted| posted - FUTURE_TOLERANCE);
        due.filter(|due| *due > now)
    }

    /// Returns `true` if the message is dated in the future.
    pub(crate) fn is_future(&self, now: Timestamp) -> bool {
        self.due_at(now).is_some()
    }

    /// The time used for ordering.
    pub(crate) fn sort_time(&self) -> Option<Timestamp> {
        self.posted.or(self.inferred_time)
    }

    /// Messages are shown in the order of this key.
    pub(crate) fn sort_key(&self) -> (Option<Timestamp>, MessageId) {
        (self.sort_time(), self.id)
    }

    /// What the message counts towards a limit of memory: its JSON, its text, its formats and its choices are
    /// stored.
    pub(crate) fn stored_bytes(&self) -> usize {
        let special = self.special.as_deref().map_or(0, SpecialKind::stored_bytes);
        let original = self.original.get().map_or(0, |it| it.stored_bytes());
        stored_bytes(self.raw.len() + self.body.stored_bytes() + special) + original
    }

    /// Returns `true` if the message has a special kind: `Type` is `Special`, or `SpecialType` is
    /// anything but `None`.
    pub(crate) fn is_special(&self) -> bool {
        self.special.is_some()
    }

    /// Returns `true` if the customer wrote it, or did something that needs an answer.
    pub(crate) fn is_of_customer(&self) -> bool {
        match self.special.as_deref() {
            Some(SpecialKind::ClickedOption { .. } | SpecialKind::ReopenedByCustomer) => true,
            _ => self.direction == Direction::ToUser,
        }
    }

    /// Returns `true` if an agent or a bot wrote it. A welcome message is sent by the channel when an agent
    /// picks up: it answers nothing.
    pub(crate) fn is_of_agent(&self) -> bool {
        self.direction == Direction::ToCustomer
            && !self.is_of_customer()
            && !matches!(self.special.as_deref(), Some(SpecialKind::Welcome))
    }

    /// Returns `true` if the message counts as unread for an agent. Ordinary messages from agents
    /// do not.
    pub(crate) fn is_news(&self) -> bool {
        self.is_special() || self.direction != Direction::ToCustomer
    }

    /// The author's name, or a name for the role if the author is empty.
    pub(crate) fn author_name(&self) -> &str {
        match (&self.direction, self.special.as_deref()) {
            _ if !self.author.is_empty() => &self.author,
            (Direction::ToUser, _) => "Customer",
            (Direction::ToCustomer, Some(SpecialKind::BotMessage)) => "Bot",
            (Direction::ToCustomer, _) => "Agent",
            (Direction::Special | Direction::Other(_), _) => "Service",
        }
    }

    /// Returns the index of the choice that the customer clicked, if this is an options message.
    ///
    /// `later` are the messages that follow, of which the nearest are searched. The search stops at the
    /// next options message, because a click after that one belongs to it.
    pub(crate) fn clicked<'a>(
        &self,
        later: impl IntoIterator<Item = &'a Message>,
    ) -> Option<usize> {
        let Some(SpecialKind::Options { choices, .. }) = self.special.as_deref() else {
            return None;
        };
        let clicked = later
            .into_iter()
            .take(MAX_CLICK_DISTANCE)
            .map_while(|message| match message.special.as_deref() {
                Some(SpecialKind::Options { .. }) => None,
                Some(SpecialKind::ClickedOption { choice }) if choice.is_empty() => {
                    Some(Some(message.body.text.as_str()))
                }
                Some(SpecialKind::ClickedOption { choice }) => Some(Some(choice.as_str())),
                _ => Some(None),
            })
            .find_map(|clicked| clicked)?;
        choices
            .iter()
            .position(|choice| choice.label == clicked || choice.value == clicked)
    }

    /// Returns the addresses that can be opened or copied, each once: the address of a redirect
    /// first, then the links and images of the text.
    pub(crate) fn links(&self) -> Vec<Link<'_>> {
        let mut links = self.body.links();
        if let Some(SpecialKind::Url { address }) = self.special.as_deref()
            && !address.is_empty()
        {
            let target = link_target(address);
            if links.iter().all(|link| link.target != target) {
                let is_image = false;
                links.insert(0, Link { target, is_image });
            }
        }
        links
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::builders::{now, numbered_messages, options_message, special_message};

    /// Screen and exports show the same option as chosen, so the limit is here.
    #[test]
    fn a_click_is_found_in_the_next_fifty_messages() {
        let options = options_message(1, now(), "What?", &[("no", ""), ("ok", "")]);
        let choice = "ok".to_owned();
        let click = special_message(99, now(), SpecialKind::ClickedOption { choice });
        for (between, wanted) in [(0, Some(1)), (49, Some(1)), (50, None)] {
            let between = numbered_messages(2..2 + between);
            let later = between.iter().chain([&click]);
            assert_eq!(options.clicked(later), wanted, "{}", between.len());
        }
    }
}
