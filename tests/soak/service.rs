//! The service of the day: answers as it stands, in the mood it is in, and notices who does not wait
//! as he was asked to.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use fastrand::Rng;
use sochat::chat::{Message, Timestamp};
use sochat::sync::FaultKind;
use tokio::time::Instant;

use crate::day::{At, Day, moment};
use crate::fake::{Asked, Reply};
use crate::weather::{Mood, mood};

/// Messages in a page of an answer.
const PAGE: usize = 20;
/// What is on its way cannot be called back.
const HEARD: Duration = Duration::from_millis(2);

/// The one clock: that of the tests, and how long the machine was asleep meanwhile.
#[derive(Clone)]
pub struct Clock {
    start: Instant,
    slept: Arc<AtomicI64>,
}

impl Clock {
    pub fn start() -> Self {
        Self {
            start: Instant::now(),
            slept: Arc::default(),
        }
    }

    pub fn at(&self) -> At {
        let awake = At::try_from(self.start.elapsed().as_millis()).unwrap();
        awake + self.slept.load(Ordering::Relaxed)
    }

    pub fn now(&self) -> Timestamp {
        moment(self.at())
    }

    /// The world goes on, and the machine's own clock stands still.
    pub fn sleep(&self, length: At) {
        self.slept.fetch_add(length, Ordering::Relaxed);
    }
}

pub struct Service {
    pub day: Arc<Day>,
    clock: Clock,
    random: Rng,
    /// The pause asked for: from when until when.
    pause: Option<(Instant, Instant)>,
    pauses: usize,
    intrusions: usize,
}

impl Service {
    pub fn new(day: Arc<Day>, clock: Clock, seed: u64) -> Self {
        Self {
            day,
            clock,
            random: Rng::with_seed(seed),
            pause: None,
            pauses: 0,
            intrusions: 0,
        }
    }

    /// How many pauses were asked for, and how often something was asked within one.
    pub fn pauses(&self) -> (usize, usize) {
        (self.pauses, self.intrusions)
    }

    pub fn answer(&mut self, asked: &Asked) -> Reply {
        let now = Instant::now();
        if let Some((from, until)) = self.pause {
            self.intrusions += usize::from(from < now && now < until);
        }
        let at = self.clock.at();
        let mood = mood(at, &mut self.random);
        let delay = Duration::from_millis(self.random.u64(5..120));
        match mood {
            // It is heard at once: whoever gives up waiting has not heard it.
            Mood::Fails(kind) => {
                if let FaultKind::Busy {
                    retry_after: Some(pause),
                } = kind
                {
                    self.pauses += 1;
                    let until = self.pause.map_or(now, |(_, until)| until);
                    self.pause = Some((now + HEARD, until.max(now + pause)));
                }
                Reply::fault(kind)
            }
            Mood::Hangs(time) => Reply::fault(FaultKind::Network).later(time),
            Mood::Slow(time) => self.reply(asked, mood, at).later(time),
            _ => self.reply(asked, mood, at).later(delay),
        }
    }

    fn reply(&self, asked: &Asked, mood: Mood, at: At) -> Reply {
        match asked {
            Asked::List { scope, below } => {
                let listing = self.day.list(*scope, *below, at);
                Reply::listing(listing.sessions, listing.next)
            }
            Asked::Session(id) => match self.day.session(*id, at) {
                Some(session) => Reply::session(session),
                None => Reply::fault(FaultKind::NotFound),
            },
            Asked::Messages { session, after } => match self.day.messages(*session, at) {
                Some(messages) => sent(messages, *after, mood),
                None => Reply::fault(FaultKind::NotFound),
            },
            Asked::HomeZone | Asked::Zones | Asked::Me => Reply::good(),
        }
    }
}

fn sent(mut messages: Vec<Message>, after: i64, mood: Mood) -> Reply {
    if mood != Mood::All {
        messages.retain(|message| message.id.0 > after);
    }
    messages.sort_by_key(|message| message.id);
    let pages = |messages: Vec<Message>| {
        let pages: Vec<_> = messages.chunks(PAGE).map(<[Message]>::to_vec).collect();
        Reply::pages(Duration::from_millis(3), pages)
    };
    match mood {
        Mood::Cut(count) => {
            messages.truncate(count);
            pages(messages).cut()
        }
        Mood::Twice => {
            messages.extend(messages.clone());
            pages(messages)
        }
        Mood::Backwards => {
            messages.reverse();
            pages(messages)
        }
        Mood::Nothing => Reply::nothing(),
        _ => pages(messages),
    }
}
