//! Session generator: a session is queued, picked up, active, idle, ended, perhaps reopened or reset, and
//! deleted at last. Some messages are committed late, have smaller ids or future timestamps; they are
//! read, edited and deleted.

use crate::chat::{
    Choice, Direction, Message, MessageId, RichText, SessionId, SpecialKind, Status,
};
use fastrand::Rng;

use crate::sync::tests::fake_api::message;
use crate::sync::tests::soak::session_script::{AGENTS, ScriptedMessage, SessionScript, State};
use crate::sync::tests::soak::timeline::{DayMillis, HOUR, MINUTE, SECOND, to_timestamp};

const NEVER: DayMillis = DayMillis::MAX;
/// The range of ids of one session.
const ID_RANGE: i64 = 1000;
/// Appended to some messages.
const WIDE_TEXT: &str = "størrelse 配送 👍🏽";
const WORDS: [&str; 9] = [
    "invoice", "delivery", "tent", "order", "late", "again", "thanks", "address", "refund",
];

pub(super) fn generate(id: SessionId, begins: DayMillis, random: &mut Rng) -> SessionScript {
    let state = State {
        status: &Status::PreChatForm,
        agent: None,
        transfer: None,
        started: None,
        ended: None,
        active: None,
        last_message: None,
        bot_active: random.u8(0..10) == 0,
        customer_typing: false,
    };
    let mut generator = Generator {
        id,
        at: begins - begins % SECOND,
        state,
        random,
        last_id: id.0 * ID_RANGE,
        states: Vec::new(),
        posts: Vec::new(),
    };
    generator.run();
    let (ends, gone) = generator.delete();
    SessionScript {
        id,
        states: generator.states,
        scripted_messages: generator.posts,
        ended_at: ends,
        removed_at: gone,
    }
}

struct Generator<'a> {
    id: SessionId,
    at: DayMillis,
    state: State,
    random: &'a mut Rng,
    /// The last id used; every second one is reserved for a message committed late.
    last_id: i64,
    states: Vec<(DayMillis, State)>,
    posts: Vec<ScriptedMessage>,
}

impl Generator<'_> {
    fn run(&mut self) {
        self.set_status(&Status::PreChatForm);
        self.add_special(SpecialKind::NewSession);
        self.advance(2, 20);
        if self.state.bot_active {
            self.bot_greets();
        }
        self.enter_queue();
        while !self.is_over() {
            self.exchange_messages();
            match self.random.u8(0..100) {
                0..3 => {
                    self.reset();
                    continue;
                }
                3..20 => self.pause_and_resume(),
                _ => {}
            }
            self.end();
            if self.random.u8(0..10) == 0 {
                self.advance(60, 1800);
                self.reopen();
            }
        }
    }

    fn is_over(&self) -> bool {
        self.state.ended.is_some()
    }

    /// Advances the time by a random number of seconds.
    fn advance(&mut self, least: i64, most: i64) {
        self.at += self.random.i64(least..=most) * SECOND;
    }

    fn chance(&mut self, percent: u8) -> bool {
        self.random.u8(0..100) < percent
    }

    fn set_status(&mut self, status: &'static Status) {
        self.state.status = status;
        self.states.push((self.at, self.state));
    }

    fn enter_queue(&mut self) {
        self.state.bot_active = false;
        self.set_status(&Status::InQueue);
        self.say(Direction::ToUser);
        self.set_status(&Status::InQueue);
        self.advance(5, 240);
        if self.chance(7) {
            self.state.ended = Some(self.at);
            self.set_status(&Status::ClosedFromQueue);
            return;
        }
        self.state.agent = Some(self.random.usize(0..AGENTS.len()));
        self.state.started = Some(self.at);
        self.add_special(SpecialKind::Welcome);
        self.set_status(&Status::UserLast);
    }

    fn bot_greets(&mut self) {
        for wait in [0, 2, 5] {
            let due = self.at + wait * SECOND;
            let mut message = self.new_message(Direction::ToCustomer, due);
            "Fjordbot".clone_into(&mut message.author);
            let special = if wait == 5 {
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
            };
            message.special = Some(special.into());
            self.schedule(message, self.at);
        }
        self.set_status(&Status::UserLast);
        self.advance(5, 30);
        self.add_special(SpecialKind::ClickedOption {
            choice: "Invoice".to_owned(),
        });
    }

    fn exchange_messages(&mut self) {
        for _ in 0..self.random.u8(3..12) {
            if self.chance(5) {
                self.hand_over();
            }
            if self.random.bool() {
                self.state.customer_typing = true;
                self.set_status(self.state.status);
                self.advance(2, 30);
                self.state.customer_typing = false;
                self.say(Direction::ToUser);
                self.set_status(&Status::CustomerLast);
                self.advance(2, 90);
            } else {
                self.say(Direction::ToCustomer);
                self.set_status(&Status::UserLast);
                self.advance(2, 60);
            }
        }
    }

    fn hand_over(&mut self) {
        let other = self.random.usize(0..AGENTS.len());
        self.state.transfer = Some(other);
        self.set_status(self.state.status);
        self.advance(5, 40);
        self.state.transfer = None;
        self.state.agent = Some(other);
        self.add_special(SpecialKind::Transferred {
            to: AGENTS[other].to_owned(),
        });
        self.set_status(self.state.status);
    }

    fn pause_and_resume(&mut self) {
        self.advance(300, 1500);
        self.exchange_messages();
    }

    /// Deletes all messages; the customer queues again.
    fn reset(&mut self) {
        for post in &mut self.posts {
            post.removed_at = post.removed_at.min(self.at);
        }
        self.state = State {
            agent: None,
            started: None,
            active: None,
            last_message: None,
            ..self.state
        };
        self.advance(1, 5);
        self.enter_queue();
    }

    fn end(&mut self) {
        let (special, status) = match self.random.u8(0..10) {
            0..4 => (SpecialKind::ClosedByUser, &Status::Finished),
            4..8 => (SpecialKind::ClosedByCustomer, &Status::Finished),
            8 => (SpecialKind::ClosedByIdle, &Status::Closed),
            _ => (SpecialKind::ClosedByUser, &Status::RequestPosted),
        };
        self.add_special(special);
        self.state.ended = Some(self.at);
        self.set_status(status);
    }

    fn reopen(&mut self) {
        self.state.ended = None;
        self.add_special(SpecialKind::ReopenedByCustomer);
        self.say(Direction::ToUser);
        self.set_status(&Status::CustomerLast);
        self.advance(2, 60);
    }

    /// The time after the end; returns when it ended and when it is deleted.
    fn delete(&mut self) -> (DayMillis, DayMillis) {
        let ends = self.at;
        self.at += self.random.i64(HOUR..6 * HOUR);
        if self.chance(20) {
            return (ends, NEVER);
        }
        self.set_status(&Status::Deleted);
        (ends, self.at + self.random.i64(10 * MINUTE..HOUR))
    }

    fn say(&mut self, direction: Direction) {
        let ahead = match self.random.u8(0..100) {
            0..2 => self.random.i64(2..600) * SECOND,
            _ => 0,
        };
        let message = self.new_message(direction, self.at + ahead);
        let late = match self.random.u8(0..100) {
            // Fewer arrive meanwhile than a pull requests again.
            0..15 => self.random.i64(1..15) * SECOND,
            _ => 0,
        };
        self.schedule(message, self.at + late);
        if self.chance(4) {
            self.say_with_smaller_id();
        }
    }

    /// A message committed after another one, with a smaller id.
    fn say_with_smaller_id(&mut self) {
        self.advance(1, 20);
        let mut message = self.new_message(Direction::ToCustomer, self.at);
        self.last_id -= 2;
        message.id = MessageId(self.last_id - 1);
        self.schedule(message, self.at);
    }

    fn add_special(&mut self, special: SpecialKind) {
        let mut message = self.new_message(Direction::Special, self.at);
        message.special = Some(special.into());
        message.author = String::new();
        self.schedule(message, self.at);
    }

    fn new_message(&mut self, direction: Direction, posted: DayMillis) -> Message {
        self.last_id += 2;
        let words = self.random.usize(1..12);
        let mut words: Vec<_> = (0..words)
            .map(|_| WORDS[self.random.usize(0..WORDS.len())])
            .collect();
        if self.chance(10) {
            words.push(WIDE_TEXT);
        }
        let author = match direction {
            Direction::ToUser => format!("Customer {}", self.id),
            _ => AGENTS[self.state.agent.unwrap_or(0)].to_owned(),
        };
        Message {
            posted: Some(to_timestamp(posted)),
            read_by_customer: direction == Direction::ToUser,
            direction,
            author,
            body: RichText::plain(words.join(" ")),
            ..message(self.last_id, 0)
        }
    }

    fn schedule(&mut self, message: Message, shows: DayMillis) {
        let mut later = |percent: u8, most: DayMillis| match self.random.u8(0..100) {
            chance if chance < percent => shows + self.random.i64(SECOND..most),
            _ => NEVER,
        };
        let read = later(if message.read_by_customer { 0 } else { 90 }, 10 * MINUTE);
        let (edited, vanishes) = (later(2, HOUR), later(2, HOUR));
        self.state.active = Some(self.at);
        self.state.last_message = Some(self.posts.len());
        self.posts.push(ScriptedMessage {
            message,
            shown_at: shows,
            read_at: read,
            edited_at: edited,
            removed_at: vanishes,
        });
    }
}
