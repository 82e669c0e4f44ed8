//! The messages of a transcript in little memory: a small record each, its text, and a shape shared
//! with others.
//!
//! What comes out is what went in, to the byte of its JSON. A message that cannot be taken apart
//! without loss, or shares too little, is kept whole; there are few of them in any real conversation.

use std::collections::BTreeMap;

use super::shape::{self, Form, Shape, Shapes};
use super::texts::{Place, Texts};
use crate::chat::raw::{Value, Written};
use crate::chat::said::Sent;
use crate::chat::{Body, Mark, Message, MessageId, Moment, Said};

/// Bytes of texts left behind that are not worth copying the others for.
const LITTER: usize = 1 << 20;

/// Messages by id.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    /// By id, ascending, but for those added last.
    pub(super) records: Vec<Record>,
    pub(super) texts: Texts,
    pub(super) shapes: Shapes,
    marks: BTreeMap<MessageId, Box<[Mark]>>,
    whole: BTreeMap<MessageId, Message>,
    /// Bytes of texts that no record has any more.
    litter: usize,
}

/// One message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    id: MessageId,
    /// When it was posted.
    ticks: i64,
    pub(super) text: Place,
    /// Number of its shape, or that of a message kept whole.
    pub(super) shape: u32,
    /// Number of the request that brought it.
    as_of: u32,
}

/// The shape of what is kept whole.
const WHOLE: u32 = u32::MAX;

impl Store {
    /// How many messages there are.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    /// The index of the message with this id, or where it would stand.
    pub(super) fn find(&self, id: MessageId) -> Result<usize, usize> {
        match self.records.last() {
            Some(last) if last.id < id => Err(self.records.len()),
            _ => self.records.binary_search_by_key(&id, |record| record.id),
        }
    }

    /// The highest id.
    pub(super) fn highest(&self) -> Option<MessageId> {
        self.records.last().map(|record| record.id)
    }

    /// Number of the request that brought a message.
    pub(super) fn as_of(&self, index: usize) -> u32 {
        self.records[index].as_of
    }

    /// What a message is sorted by.
    pub(super) fn key(&self, index: usize) -> (Option<Moment>, MessageId) {
        let record = &self.records[index];
        let place = match self.shapes.get(record.shape) {
            Some(shape) => Some(shape::moment(record.ticks, shape.offset)),
            None => self.whole[&record.id].place(),
        };
        (place, record.id)
    }

    /// A message.
    pub(super) fn said(&self, index: usize) -> Said<'_> {
        let record = &self.records[index];
        match self.shapes.get(record.shape) {
            Some(shape) => self.put_together(record, shape),
            None => self.whole[&record.id].said(),
        }
    }

    fn put_together<'a>(&'a self, record: &Record, shape: &'a Shape) -> Said<'a> {
        let posted = shape::moment(record.ticks, shape.offset);
        let text = self.texts.get(record.text);
        let marks = shape.is_marked.then(|| &*self.marks[&record.id]);
        Said {
            id: record.id,
            posted: Some(posted),
            placed: None,
            direction: &shape.direction,
            author: &shape.author,
            body: Body {
                text,
                marks: marks.unwrap_or_default(),
            },
            special: shape.special.as_ref(),
            read_by_customer: shape.read_by_customer,
            unreadable: None,
            sent: Sent::Woven {
                skeleton: &shape.skeleton,
                body: if shape.is_marked_up {
                    Written::Sent(self.texts.behind(record.text))
                } else {
                    Written::Plain(text)
                },
                posted,
                width: shape.width,
            },
        }
    }

    /// Adds a message at the end; unless its id is the highest, [`Self::sort`] has to follow.
    pub(super) fn push(&mut self, message: Message, as_of: u32) {
        let record = self.take_apart(message, as_of, None);
        self.records.push(record);
    }

    /// Brings the messages into order.
    pub(super) fn sort(&mut self) {
        self.records.sort_by_key(|record| record.id);
    }

    /// Notes that a later request brought a message again.
    pub(super) fn confirm(&mut self, index: usize, as_of: u32) {
        let record = &mut self.records[index];
        record.as_of = record.as_of.max(as_of);
    }

    /// Puts another version in the place of a message.
    pub(super) fn replace(&mut self, index: usize, message: Message, as_of: u32) {
        let known = self.records[index];
        self.marks.remove(&known.id);
        self.whole.remove(&known.id);
        self.records[index] = self.take_apart(message, as_of, Some(known));
        self.sweep();
    }

    /// Keeps what a record does not hold. A text that has not changed stays where it is.
    fn take_apart(&mut self, message: Message, as_of: u32, known: Option<Record>) -> Record {
        let known = known.filter(|known| known.shape != WHOLE);
        let id = message.id;
        let apart = self.text_and_shape(&message, known);
        if let Some(known) = known
            && apart.is_none_or(|(_, place, _)| place != known.text)
        {
            self.litter += self.texts.get(known.text).len() + self.sent(&known).map_or(0, str::len);
        }
        let (ticks, text, shape) = apart.unwrap_or((0, Place::default(), WHOLE));
        if shape == WHOLE {
            self.whole.insert(id, message);
        } else if !message.body.marks.is_empty() {
            self.marks.insert(id, message.body.marks.into());
        }
        Record {
            id,
            ticks,
            text,
            shape,
            as_of,
        }
    }

    fn text_and_shape(
        &mut self,
        message: &Message,
        known: Option<Record>,
    ) -> Option<(i64, Place, u32)> {
        let (form, ticks) = Form::of(message)?;
        let number = self.shapes.number(&form)?;
        let text = message.body.text.as_str();
        let sent = form.is_marked_up.then(|| message.raw.value(Value::Body));
        let place = match known {
            Some(known) if self.texts.get(known.text) == text && self.sent(&known) == sent => {
                known.text
            }
            _ => self.texts.push(text, sent)?,
        };
        Some((ticks, place, number))
    }

    /// The body as it was sent, where it is kept.
    fn sent(&self, record: &Record) -> Option<&str> {
        let shape = self.shapes.get(record.shape)?;
        shape.is_marked_up.then(|| self.texts.behind(record.text))
    }

    /// Copies the texts over when more of them are left behind than in use.
    fn sweep(&mut self) {
        if self.litter < LITTER || self.litter < self.texts.size() / 2 {
            return;
        }
        let mut texts = Texts::default();
        let places: Option<Vec<Place>> = self
            .records
            .iter()
            .map(|record| texts.push(self.texts.get(record.text), self.sent(record)))
            .collect();
        if let Some(places) = places {
            for (record, place) in self.records.iter_mut().zip(places) {
                record.text = place;
            }
            self.texts = texts;
        }
        self.litter = 0;
    }
}

#[cfg(test)]
#[path = "store/tests.rs"]
mod tests;
