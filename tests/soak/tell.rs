//! How the life of a session is made up: it comes, waits, is answered, talks, rests, ends, perhaps comes
//! back or is reset, and goes at last. Its messages come late, with smaller ids, dated ahead; they are
//! read, edited and taken away.

use fastrand::Rng;
use sochat::chat::{Choice, Direction, Message, MessageId, RichText, SessionId, SpecialKind, Status};

use crate::day::{At, HOUR, MINUTE, SECOND, moment};
use crate::fake::message;
use crate::life::{AGENTS, Life, Post, State};

const NEVER: At = At::MAX;
/// Ids of one session's messages.
const IDS: i64 = 1000;
/// What comes at the end of some.
const WIDE: &str = "størrelse 配送 👍🏽";
const WORDS: [&str; 9] = [
    "invoice", "delivery", "tent", "order", "late", "again", "thanks", "address", "refund",
];

pub fn live(id: SessionId, begins: At, random: &mut Rng) -> Life {
    let state = State {
        status: &Status::PreChatForm,
        agent: None,
        transfer: None,
        started: None,
        ended: None,
        active: None,
        last: None,
        bot: random.u8(0..10) == 0,
        types: false,
    };
    let mut teller = Teller {
        id,
        at: begins - begins % SECOND,
        state,
        random,
        next: id.0 * IDS,
        states: Vec::new(),
        posts: Vec::new(),
    };
    teller.tell();
    let (ends, gone) = teller.go();
    Life {
        id,
        states: teller.states,
        posts: teller.posts,
        ends,
        gone,
    }
}

/// Tells a life from its beginning on.
struct Teller<'a> {
    id: SessionId,
    at: At,
    state: State,
    random: &'a mut Rng,
    /// The id given out last; every second one is left for a message that comes with a smaller one.
    next: i64,
    states: Vec<(At, State)>,
    posts: Vec<Post>,
}

impl Teller<'_> {
    fn tell(&mut self) {
        self.stands(&Status::PreChatForm);
        self.special(SpecialKind::NewSession);
        self.pass(2, 20);
        if self.state.bot {
            self.bot_greets();
        }
        self.queue();
        while !self.is_over() {
            self.talk();
            match self.random.u8(0..100) {
                0..3 => {
                    self.reset();
                    continue;
                }
                3..20 => self.rest(),
                _ => {}
            }
            self.end();
            if self.random.u8(0..10) == 0 {
                self.pass(60, 1800);
                self.reopen();
            }
        }
    }

    fn is_over(&self) -> bool {
        self.state.ended.is_some()
    }

    /// Lets between so many seconds pass.
    fn pass(&mut self, least: i64, most: i64) {
        self.at += self.random.i64(least..=most) * SECOND;
    }

    fn chance(&mut self, percent: u8) -> bool {
        self.random.u8(0..100) < percent
    }

    fn stands(&mut self, status: &'static Status) {
        self.state.status = status;
        self.states.push((self.at, self.state));
    }

    fn queue(&mut self) {
        self.state.bot = false;
        self.stands(&Status::InQueue);
        self.says(Direction::ToUser);
        self.stands(&Status::InQueue);
        self.pass(5, 240);
        if self.chance(7) {
            self.state.ended = Some(self.at);
            self.stands(&Status::ClosedFromQueue);
            return;
        }
        self.state.agent = Some(self.random.usize(0..AGENTS.len()));
        self.state.started = Some(self.at);
        self.special(SpecialKind::Welcome);
        self.stands(&Status::UserLast);
    }

    fn bot_greets(&mut self) {
        for wait in [0, 2, 5] {
            let due = self.at + wait * SECOND;
            let mut message = self.message(Direction::ToCustomer, due);
            "Fjordbot".clone_into(&mut message.author);
            message.special = Some(if wait == 5 {
                let choices = ["Invoice", "Delivery"].map(|label| Choice {
                    label: label.to_owned(),
                    value: String::new(),
                });
                SpecialKind::Options {
                    choices: choices.into(),
                    unparsed: String::new(),
                }
            } else {
                SpecialKind::BotMessage
            });
            self.post(message, self.at);
        }
        self.stands(&Status::UserLast);
        self.pass(5, 30);
        self.special(SpecialKind::ClickedOption {
            choice: "Invoice".to_owned(),
        });
    }

    fn talk(&mut self) {
        for _ in 0..self.random.u8(3..12) {
            if self.chance(5) {
                self.hand_over();
            }
            if self.random.bool() {
                self.state.types = true;
                self.stands(self.state.status);
                self.pass(2, 30);
                self.state.types = false;
                self.says(Direction::ToUser);
                self.stands(&Status::CustomerLast);
                self.pass(2, 90);
            } else {
                self.says(Direction::ToCustomer);
                self.stands(&Status::UserLast);
                self.pass(2, 60);
            }
        }
    }

    fn hand_over(&mut self) {
        let other = self.random.usize(0..AGENTS.len());
        self.state.transfer = Some(other);
        self.stands(self.state.status);
        self.pass(5, 40);
        self.state.transfer = None;
        self.state.agent = Some(other);
        self.special(SpecialKind::Transferred {
            to: AGENTS[other].to_owned(),
        });
        self.stands(self.state.status);
    }

    fn rest(&mut self) {
        self.pass(300, 1500);
        self.talk();
    }

    /// Everything said goes, and the customer queues again.
    fn reset(&mut self) {
        for post in &mut self.posts {
            post.vanishes = post.vanishes.min(self.at);
        }
        self.state = State {
            agent: None,
            started: None,
            active: None,
            last: None,
            ..self.state
        };
        self.pass(1, 5);
        self.queue();
    }

    fn end(&mut self) {
        let (special, status) = match self.random.u8(0..10) {
            0..4 => (SpecialKind::ClosedByUser, &Status::Finished),
            4..8 => (SpecialKind::ClosedByCustomer, &Status::Finished),
            8 => (SpecialKind::ClosedByIdle, &Status::Closed),
            _ => (SpecialKind::ClosedByUser, &Status::RequestPosted),
        };
        self.special(special);
        self.state.ended = Some(self.at);
        self.stands(status);
    }

    fn reopen(&mut self) {
        self.state.ended = None;
        self.special(SpecialKind::ReopenedByCustomer);
        self.says(Direction::ToUser);
        self.stands(&Status::CustomerLast);
        self.pass(2, 60);
    }

    /// After the end; tells when that was and when nothing is left.
    fn go(&mut self) -> (At, At) {
        let ends = self.at;
        self.at += self.random.i64(HOUR..6 * HOUR);
        if self.chance(20) {
            return (ends, NEVER);
        }
        self.stands(&Status::Deleted);
        (ends, self.at + self.random.i64(10 * MINUTE..HOUR))
    }

    fn says(&mut self, direction: Direction) {
        let ahead = match self.random.u8(0..100) {
            0..2 => self.random.i64(2..600) * SECOND,
            _ => 0,
        };
        let message = self.message(direction, self.at + ahead);
        let late = match self.random.u8(0..100) {
            // Fewer come meanwhile than are asked for again.
            0..15 => self.random.i64(1..15) * SECOND,
            _ => 0,
        };
        self.post(message, self.at + late);
        if self.chance(4) {
            self.says_below();
        }
    }

    /// A message that comes after another one, with a smaller id.
    fn says_below(&mut self) {
        self.pass(1, 20);
        let mut message = self.message(Direction::ToCustomer, self.at);
        self.next -= 2;
        message.id = MessageId(self.next - 1);
        self.post(message, self.at);
    }

    fn special(&mut self, special: SpecialKind) {
        let mut message = self.message(Direction::Special, self.at);
        message.special = Some(special);
        message.author = String::new();
        self.post(message, self.at);
    }

    fn message(&mut self, direction: Direction, posted: At) -> Message {
        self.next += 2;
        let words = self.random.usize(1..12);
        let mut words: Vec<_> = (0..words)
            .map(|_| WORDS[self.random.usize(0..WORDS.len())])
            .collect();
        if self.chance(10) {
            words.push(WIDE);
        }
        let author = match direction {
            Direction::ToUser => format!("Customer {}", self.id),
            _ => AGENTS[self.state.agent.unwrap_or(0)].to_owned(),
        };
        Message {
            posted: Some(moment(posted)),
            read_by_customer: direction == Direction::ToUser,
            direction,
            author,
            body: RichText::plain(words.join(" ")),
            ..message(self.next, 0)
        }
    }

    fn post(&mut self, message: Message, shows: At) {
        let mut later = |percent: u8, most: At| match self.random.u8(0..100) {
            chance if chance < percent => shows + self.random.i64(SECOND..most),
            _ => NEVER,
        };
        let read = later(if message.read_by_customer { 0 } else { 90 }, 10 * MINUTE);
        let (edited, vanishes) = (later(2, HOUR), later(2, HOUR));
        self.state.active = Some(self.at);
        self.state.last = Some(self.posts.len());
        self.posts.push(Post {
            message,
            shows,
            read,
            edited,
            vanishes,
        });
    }
}
