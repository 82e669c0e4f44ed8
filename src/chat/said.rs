//! A message as it is looked at: borrowed, whether it stands alone or in a transcript.
//!
//! One type for layout, drawing, search and print, so that none of them knows how messages are kept.

use std::borrow::Cow;

use super::raw::{Skeleton, Written};
use super::{Direction, Message, MessageId, Raw, RichText, RichTextRef, SpecialKind, Timestamp};

/// A message, borrowed; its fields mean what those of [`Message`] mean.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The id.
    pub id: MessageId,
    /// When it was posted.
    pub posted: Option<Timestamp>,
    /// Where it stands in time if it does not tell.
    pub placed: Option<Timestamp>,
    /// Which way it went.
    pub direction: &'a Direction,
    /// The name over the bubble.
    pub author: &'a str,
    /// What was said.
    pub body: RichTextRef<'a>,
    /// What kind of special message it is.
    pub special: Option<&'a SpecialKind>,
    /// Whether the customer's window has shown it.
    pub read_by_customer: bool,
    /// Why it could not be read.
    pub unreadable: Option<&'a str>,
    pub(super) sent: Sent<'a>,
}

/// The JSON it was sent as.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sent<'a> {
    Whole(&'a Raw),
    Woven(Woven<'a>),
}

/// JSON that is put together from what is shared and what is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Woven<'a> {
    pub(super) skeleton: &'a Skeleton,
    pub(super) body: Written<'a>,
    pub(super) posted: Timestamp,
    /// Bytes of the time.
    pub(super) width: usize,
}

impl Woven<'_> {
    fn raw(self, id: MessageId) -> Raw {
        self.skeleton.woven(id, self.body, self.posted, self.width)
    }
}

impl<'a> Said<'a> {
    /// The time this message is sorted by: its own, or that of the one sent before it.
    pub fn place(&self) -> Option<Timestamp> {
        self.posted.or(self.placed)
    }

    /// Tells whether it stands out: Type `Special`, any special type but `None`, or a type we do not know.
    pub fn is_special(&self) -> bool {
        self.special.is_some()
    }

    /// Tells whether it is news to an agent: what the customer says and what stands out is, what an agent
    /// says is not.
    pub fn is_news(&self) -> bool {
        self.is_special() || *self.direction != Direction::ToCustomer
    }

    /// Who speaks: the name over the bubble, else what the direction tells.
    pub fn speaker(&self) -> &'a str {
        match self.direction {
            _ if !self.author.is_empty() => self.author,
            Direction::ToUser => "Customer",
            Direction::ToCustomer if matches!(self.special, Some(SpecialKind::BotMessage)) => "Bot",
            Direction::ToCustomer => "Agent",
            Direction::Special | Direction::Other(_) => "Service",
        }
    }

    /// The choice of this question that was clicked, by its number. `later` are the messages that
    /// follow; the next question ends the search, as what is clicked then answers that one.
    pub fn clicked(&self, later: impl Iterator<Item = Self>) -> Option<usize> {
        let Some(SpecialKind::Options { choices, .. }) = self.special else {
            return None;
        };
        let clicked = later
            .take_while(|message| !matches!(message.special, Some(SpecialKind::Options { .. })))
            .find_map(|message| match message.special {
                Some(SpecialKind::ClickedOption { choice }) if choice.is_empty() => {
                    Some(message.body.text)
                }
                Some(SpecialKind::ClickedOption { choice }) => Some(choice.as_str()),
                _ => None,
            })?;
        choices
            .iter()
            .position(|choice| choice.label == clicked || choice.value == clicked)
    }

    /// Lists what can be opened or copied: links of the text, then the address of a redirect.
    pub fn links(&self) -> Vec<&'a str> {
        let mut links = self.body.links();
        if let Some(SpecialKind::Url { address }) = self.special
            && !address.is_empty()
            && !links.contains(&address.as_str())
        {
            links.insert(0, address);
        }
        links
    }

    /// The element exactly as it was sent, as JSON text; not clean.
    pub fn raw(&self) -> Cow<'a, str> {
        match self.sent {
            Sent::Whole(raw) => Cow::Borrowed(raw),
            Sent::Woven(woven) => Cow::Owned(woven.raw(self.id).into_text()),
        }
    }

    /// Tells whether the JSON is that of another message with this id.
    fn was_sent_as(&self, other: &Self) -> bool {
        match (self.sent, other.sent) {
            // Put together the same way from the same, there is nothing to compare.
            (Sent::Woven(own), Sent::Woven(its)) if own == its => true,
            _ => self.raw() == other.raw(),
        }
    }

    /// The same as a message of its own.
    pub fn to_message(self) -> Message {
        Message {
            id: self.id,
            posted: self.posted,
            inferred_time: self.placed,
            direction: self.direction.clone(),
            author: self.author.to_owned(),
            body: RichText {
                text: self.body.text.to_owned(),
                annotations: self.body.annotations.to_vec(),
            },
            special: self.special.cloned(),
            read_by_customer: self.read_by_customer,
            unreadable: self.unreadable.map(str::to_owned),
            raw: match self.sent {
                Sent::Whole(raw) => raw.clone(),
                Sent::Woven(woven) => woven.raw(self.id),
            },
        }
    }
}

impl PartialEq for Said<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.id, self.posted, self.placed) == (other.id, other.posted, other.placed)
            && self.read_by_customer == other.read_by_customer
            && self.direction == other.direction
            && self.author == other.author
            && self.body == other.body
            && self.special == other.special
            && self.unreadable == other.unreadable
            && self.was_sent_as(other)
    }
}

impl Eq for Said<'_> {}
