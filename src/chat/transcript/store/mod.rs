//! The messages of a transcript in little memory: a small record each, its text, and a shape shared
//! with others.
//!
//! What comes out is what went in, to the byte of its JSON. A message that cannot be taken apart
//! without loss, or shares too little, is kept whole; there are few of them in any real conversation.

use std::collections::BTreeMap;

use super::shape::{self, Form, Shape, Shapes};
use super::texts::{Place, Texts};
use crate::chat::raw::{Value, Written};
use crate::chat::said::{Sent, Woven};
use crate::chat::{Annotation, Message, MessageId, RichTextRef, Said, Timestamp};

/// Bytes of texts left behind that are not worth copying the others for.
const LITTER: usize = 1 << 20;

/// Messages by id.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    /// By id, ascending, but for those added last.
    pub(super) records: Vec<Record>,
    pub(super) texts: Texts,
    pub(super) shapes: Shapes,
    /// By where the text starts: a marked text is never empty.
    marks: BTreeMap<u32, Box<[Annotation]>>,
    /// By a number that its record has where others have the start of their text.
    whole: BTreeMap<u32, Message>,
    /// Bytes of texts that no record has any more.
    litter: usize,
}

/// One message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    id: MessageId,
    /// When it was posted.
    ticks: i64,
    /// Where its text is; of one kept whole, its number.
    pub(super) text: Place,
    /// Number of its shape, or that of a message kept whole.
    pub(super) shape: u32,
    /// Number of the request that brought it.
    as_of: u32,
}

/// What messages are sorted by; the instant in seconds and nanoseconds.
pub(super) type Key = (Option<(i64, u32)>, MessageId);

/// The shape of what is kept whole.
const WHOLE: u32 = u32::MAX;

/// A store whose messages move to another one.
#[derive(Debug)]
pub(super) struct Moving {
    from: Store,
    /// Numbers that its shapes have there, so far.
    shapes: Vec<Option<u32>>,
}

impl Moving {
    pub(super) fn new(from: Store) -> Self {
        let shapes = vec![None; from.shapes.len()];
        Self { from, shapes }
    }

    /// What moves.
    pub(super) fn store(&self) -> &Store {
        &self.from
    }
}

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

    /// The id of a message.
    pub(super) fn id(&self, index: usize) -> MessageId {
        self.records[index].id
    }

    /// Number of the request that brought a message.
    pub(super) fn as_of(&self, index: usize) -> u32 {
        self.records[index].as_of
    }

    /// What a message is sorted by: its place in time, then its id.
    pub(super) fn key(&self, index: usize) -> Key {
        let record = &self.records[index];
        let place = match record.shape {
            WHOLE => self.whole[&record.text.start]
                .sort_time()
                .map(shape::instant),
            _ => Some(shape::instant_of(record.ticks)),
        };
        (place, record.id)
    }

    /// A message.
    pub(super) fn said(&self, index: usize) -> Said<'_> {
        let record = &self.records[index];
        match self.shapes.get(record.shape) {
            Some(shape) => self.put_together(record, shape),
            None => self.whole[&record.text.start].said(),
        }
    }

    fn put_together<'a>(&'a self, record: &Record, shape: &'a Shape) -> Said<'a> {
        let posted = shape::moment(record.ticks, shape.offset);
        let text = self.texts.get(record.text);
        let marks = shape.is_marked.then(|| &*self.marks[&record.text.start]);
        Said {
            id: record.id,
            posted: Some(posted),
            placed: None,
            direction: &shape.direction,
            author: &shape.author,
            body: RichTextRef {
                text,
                annotations: marks.unwrap_or_default(),
            },
            special: shape.special.as_ref(),
            read_by_customer: shape.read_by_customer,
            unreadable: None,
            sent: Sent::Woven(Woven {
                skeleton: &shape.skeleton,
                body: if shape.is_marked_up {
                    Written::Sent(self.texts.behind(record.text))
                } else {
                    Written::Plain(text)
                },
                posted,
                width: shape.width,
            }),
        }
    }

    /// Adds a message at the end; unless its id is the highest, [`Self::sort`] has to follow.
    pub(super) fn push(&mut self, message: Message, as_of: u32) {
        let record = self.take_apart(message, as_of, None);
        self.records.push(record);
    }

    /// Adds a message of another store at the end, under the same condition. It is gone there.
    pub(super) fn adopt(&mut self, moving: &mut Moving, index: usize, as_of: u32) {
        let record = moving.from.records[index];
        match self.place_and_shape(moving, &record) {
            Some((text, shape)) => {
                if let Some(marks) = moving.from.take_marks(&record) {
                    self.marks.insert(text.start, marks);
                }
                self.records.push(Record {
                    text,
                    shape,
                    as_of,
                    ..record
                });
            }
            None => self.push(moving.from.take_out(index), as_of),
        }
    }

    /// Copies the text of a record over and finds its shape; `None` where the message is kept whole,
    /// or has to be.
    fn place_and_shape(&mut self, moving: &mut Moving, record: &Record) -> Option<(Place, u32)> {
        let known = moving.shapes.get_mut(record.shape as usize)?;
        let form = || moving.from.shapes.get(record.shape).map(Shape::form);
        let shape = match *known {
            Some(shape) => shape,
            None => *known.insert(self.shapes.number(&form()?)?),
        };
        let text = moving.from.texts.get(record.text);
        let place = self.texts.push(text, moving.from.sent(record))?;
        Some((place, shape))
    }

    /// A message by itself; one that is kept whole is gone here.
    fn take_out(&mut self, index: usize) -> Message {
        let record = &self.records[index];
        let whole = (record.shape == WHOLE).then(|| self.whole.remove(&record.text.start));
        whole
            .flatten()
            .unwrap_or_else(|| self.said(index).to_message())
    }

    /// Removes the messages that a question is answered no for.
    pub(super) fn retain(&mut self, mut keeps: impl FnMut(Said<'_>) -> bool) {
        let keep: Vec<bool> = (0..self.len())
            .map(|index| keeps(self.said(index)))
            .collect();
        let mut keep = keep.into_iter();
        self.remove(|_| !keep.next().unwrap_or(true));
    }

    /// Gives the first messages, as far as they have no place in time, this one.
    pub(super) fn place_first(&mut self, place: Option<Timestamp>) {
        for record in &self.records {
            let whole = (record.shape == WHOLE).then(|| self.whole.get_mut(&record.text.start));
            match whole.flatten() {
                Some(message) if message.sort_time().is_none() => message.inferred_time = place,
                _ => break,
            }
        }
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
        self.forget(&known);
        self.records[index] = self.take_apart(message, as_of, Some(known));
        self.sweep();
    }

    /// The messages that no request from this number on has brought.
    pub(super) fn older_than(&self, as_of: u32) -> impl Iterator<Item = MessageId> {
        let older = self.records.iter().filter(move |it| it.as_of < as_of);
        older.map(|record| record.id)
    }

    /// Removes the messages that no request from this number on has brought; tells how many.
    pub(super) fn remove_older_than(&mut self, as_of: u32) -> usize {
        self.remove(|record| record.as_of < as_of)
    }

    fn remove(&mut self, mut goes: impl FnMut(&Record) -> bool) -> usize {
        let gone: Vec<Record> = self.records.extract_if(.., |it| goes(it)).collect();
        for record in &gone {
            self.litter += self.size(record);
            self.forget(record);
        }
        self.sweep();
        gone.len()
    }

    /// Lets go of what is kept beside a record and its text.
    fn forget(&mut self, record: &Record) {
        if record.shape == WHOLE {
            self.whole.remove(&record.text.start);
        }
        self.take_marks(record);
    }

    fn take_marks(&mut self, record: &Record) -> Option<Box<[Annotation]>> {
        let shape = self.shapes.get(record.shape)?;
        // Where a text is empty, another one starts.
        shape
            .is_marked
            .then(|| self.marks.remove(&record.text.start))?
    }

    /// Keeps what a record does not hold. A text that has not changed stays where it is.
    fn take_apart(&mut self, message: Message, as_of: u32, known: Option<Record>) -> Record {
        let known = known.filter(|known| known.shape != WHOLE);
        let id = message.id;
        let apart = self.text_and_shape(&message, known);
        if let Some(known) = known
            && apart.is_none_or(|(_, place, _)| place != known.text)
        {
            self.litter += self.size(&known);
        }
        let (ticks, text, shape) = apart.unwrap_or_else(|| (0, self.next_whole(), WHOLE));
        if shape == WHOLE {
            self.whole.insert(text.start, message);
        } else if !message.body.annotations.is_empty() {
            self.marks
                .insert(text.start, message.body.annotations.into());
        }
        Record {
            id,
            ticks,
            text,
            shape,
            as_of,
        }
    }

    fn next_whole(&self) -> Place {
        let last = self.whole.last_key_value();
        Place::of_whole(last.map_or(0, |(number, _)| number + 1))
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

    /// Bytes of the texts of a record.
    fn size(&self, record: &Record) -> usize {
        if record.shape == WHOLE {
            return 0;
        }
        self.texts.get(record.text).len() + self.sent(record).map_or(0, str::len)
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
            .map(|record| match record.shape {
                WHOLE => Some(record.text),
                _ => texts.push(self.texts.get(record.text), self.sent(record)),
            })
            .collect();
        if let Some(places) = places {
            let mut marks = BTreeMap::new();
            for (index, place) in places.into_iter().enumerate() {
                let record = self.records[index];
                marks.extend(self.take_marks(&record).map(|it| (place.start, it)));
                self.records[index].text = place;
            }
            self.texts = texts;
            self.marks = marks;
        }
        self.litter = 0;
    }
}

#[cfg(test)]
mod tests;
