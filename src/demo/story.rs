//! What happens and when: an endless story, decided by a seed alone.
//!
//! The agenda holds the beats to come in order of time. They are played when somebody looks, not
//! by a task of their own; playing an hour at once or second by second gives the same world.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    cast::{Act, CAST, OPENING, Script, TALK},
    kinds::{Special, Status},
    session::Typing,
    world::World,
};

/// How long before a message its author is seen typing.
const TYPES_FOR: TimeDelta = TimeDelta::seconds(3);
/// How long after the last line a conversation that nobody ended is closed.
const PATIENCE: TimeDelta = TimeDelta::minutes(10);
/// How long a finished conversation may still be taken up again.
const RETURN: TimeDelta = TimeDelta::minutes(10);
/// How long a conversation is kept after its end.
const KEEP: TimeDelta = TimeDelta::hours(24);
/// How long one that is marked for removal is still there.
const LINGER: TimeDelta = TimeDelta::hours(1);
/// How long before the start the conversations of the past lie, at least and at most.
const PAST: [TimeDelta; 2] = [TimeDelta::hours(2), TimeDelta::hours(22)];

/// The story so far to be told.
#[derive(Debug)]
pub(super) struct Story {
    start: DateTime<Utc>,
    chance: fastrand::Rng,
    agenda: BTreeMap<(DateTime<Utc>, u64), Beat>,
    planned: u64,
    /// How many conversations go on at once in quiet times.
    level: i32,
}

/// One thing that is going to happen.
#[derive(Clone, Copy, Debug)]
enum Beat {
    /// A new customer comes, if there is room.
    Arrive,
    /// A conversation begins.
    Begin(&'static Script),
    /// Its next step.
    Act(i64, &'static Act),
    /// Someone starts typing.
    Type(i64, Typing),
    /// The customer has seen what was written.
    Read(i64),
    /// Nobody has written for long.
    Expire(i64),
    /// A finished conversation is closed.
    Close(i64),
    /// An old one is marked for removal.
    Delete(i64),
    /// It is removed.
    Remove(i64),
}

impl Story {
    /// Plans the opening of `sessions` conversations, those who come soon, and no more.
    pub(super) fn new(seed: u64, sessions: usize, start: DateTime<Utc>) -> Self {
        let mut story = Self {
            start,
            chance: fastrand::Rng::with_seed(seed),
            agenda: BTreeMap::new(),
            planned: 0,
            level: i32::try_from(sessions / 2).map_or(40, |half| half.clamp(4, 40)),
        };
        for script in OPENING.iter().take(sessions) {
            story.plan(
                start + TimeDelta::seconds(script.begins),
                Beat::Begin(script),
            );
        }
        let others = sessions.saturating_sub(OPENING.len());
        let step = (PAST[1] - PAST[0]) / i32::try_from(others.max(1)).unwrap_or(i32::MAX);
        let mut past = start - PAST[0];
        for _ in 0..others {
            past -= step;
            if let Some(script) = story.chance.choice(TALK.iter()) {
                story.plan(past, Beat::Begin(script));
            }
        }
        story.plan(start + TimeDelta::seconds(12), Beat::Arrive);
        story
    }

    /// Plays everything that is due.
    pub(super) fn play(&mut self, world: &mut World, until: DateTime<Utc>) {
        while let Some(next) = self.agenda.first_entry()
            && next.key().0 <= until
        {
            let ((now, _), beat) = next.remove_entry();
            self.beat(world, now, beat);
        }
    }

    fn plan(&mut self, at: DateTime<Utc>, beat: Beat) {
        self.planned += 1;
        self.agenda.insert((at, self.planned), beat);
    }

    fn beat(&mut self, world: &mut World, now: DateTime<Utc>, beat: Beat) {
        match beat {
            Beat::Arrive => self.arrive(world, now),
            Beat::Begin(script) => self.begin(world, now, script),
            Beat::Act(id, act) => self.act(world, now, id, act),
            Beat::Type(id, who) => {
                if let Some(session) = world.sessions.get_mut(&id)
                    && !session.status.is_over()
                {
                    session.typing = who;
                }
            }
            Beat::Read(id) => {
                let session = world.sessions.get_mut(&id);
                if let Some(session) = session.filter(|session| session.left.is_none()) {
                    for message in &mut session.messages {
                        message.read |= message.posted <= now;
                    }
                }
            }
            Beat::Expire(id) => {
                if let Some(session) = world.sessions.get(&id)
                    && !session.status.is_over()
                {
                    self.act(world, now, id, &SILENCE);
                }
            }
            Beat::Close(id) => {
                if let Some(session) = world.sessions.get_mut(&id)
                    && session.status == Status::Finished
                    && session.ended.is_some_and(|ended| ended + RETURN <= now)
                {
                    session.set_status(Status::Closed, now);
                }
            }
            Beat::Delete(id) => {
                if let Some(session) = world.sessions.get_mut(&id)
                    && session.ended.is_some_and(|ended| ended + KEEP <= now)
                {
                    session.set_status(Status::Deleted, now);
                    self.plan(now + LINGER, Beat::Remove(id));
                }
            }
            Beat::Remove(id) => {
                world.sessions.remove(&id);
            }
        }
    }

    /// Lets someone in while there are fewer than usual, and looks again later.
    fn arrive(&mut self, world: &mut World, now: DateTime<Utc>) {
        let open = i32::try_from(world.open_sessions()).unwrap_or(i32::MAX - 1);
        let room = open < self.level + 4;
        // The fewer there are, the sooner the next one comes.
        let pause = TimeDelta::milliseconds(self.chance.i64(12_000..42_000));
        let pause = pause * (open + 1) / self.level;
        self.plan(now + pause, Beat::Arrive);
        if room && let Some(script) = self.chance.choice(TALK.iter()) {
            self.plan(now, Beat::Begin(script));
        }
    }

    /// Opens a session and plans all its steps.
    fn begin(&mut self, world: &mut World, now: DateTime<Utc>, script: &'static Script) {
        let channel = CAST.channel(script.channel).unwrap_or_default();
        let named = script.customer.as_deref();
        let customer = named
            .and_then(|alias| CAST.customer(alias))
            .unwrap_or_else(|| self.someone(world, &script.language));
        let id = world.open(now, channel, customer);
        let mut at = now;
        for line in &script.lines {
            at = match line.at {
                Some(seconds) => self.start + TimeDelta::seconds(seconds),
                None => at + self.pause(line.after, named.is_some()),
            };
            let types = match line.act {
                Act::Customer(_) => Typing::Customer,
                Act::Agent(_) => Typing::Agent,
                _ => Typing::Nobody,
            };
            if types != Typing::Nobody && at - TYPES_FOR > now {
                self.plan(at - TYPES_FOR, Beat::Type(id, types));
            }
            self.plan(at, Beat::Act(id, &line.act));
        }
        self.plan(at + PATIENCE, Beat::Expire(id));
    }

    /// The pause of the script: exactly so long in the opening, elsewhere rather longer.
    fn pause(&mut self, seconds: u32, exact: bool) -> TimeDelta {
        let percent = if exact { 100 } else { self.chance.i64(90..200) };
        TimeDelta::milliseconds(i64::from(seconds) * 10 * percent)
    }

    /// A customer who speaks the language, rather one who is not already talking.
    fn someone(&mut self, world: &World, language: &str) -> usize {
        let speaks = |place: &usize| CAST.customers[*place].language == language;
        let all: Vec<usize> = (0..CAST.customers.len()).filter(speaks).collect();
        let mut free = all.clone();
        for session in world.sessions.values() {
            if !session.status.is_over() {
                free.retain(|place| *place != session.customer);
            }
        }
        let choice = if free.is_empty() { all } else { free };
        self.chance.choice(choice).unwrap_or_default()
    }

    fn act(&mut self, world: &mut World, now: DateTime<Utc>, id: i64, act: &'static Act) {
        let Some(current) = world.sessions.get(&id).map(|session| session.agent) else {
            return;
        };
        let agent = match act {
            Act::Pickup(login) | Act::Transfer(login) => {
                let free = (0..CAST.agents.len())
                    .filter(|place| CAST.agents[*place].present && Some(*place) != current);
                CAST.agent(login)
                    .or_else(|| self.chance.choice(free.collect::<Vec<_>>()))
            }
            _ => None,
        };
        world.act(now, id, act, agent);
        let Some(session) = world.sessions.get(&id) else {
            return;
        };
        if session.messages.last().is_some_and(|last| !last.read) {
            let glance = self.chance.i64(2000..6000);
            self.plan(now + TimeDelta::milliseconds(glance), Beat::Read(id));
        }
        if session.ended == Some(now) {
            self.plan(now + RETURN, Beat::Close(id));
            self.plan(now + KEEP, Beat::Delete(id));
        }
    }
}

/// The end of a conversation that nobody ended.
static SILENCE: Act = Act::Special {
    kind: Special::ClosedByIdle,
    text: String::new(),
    param: String::new(),
};
