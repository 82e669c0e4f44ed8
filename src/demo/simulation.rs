//! What happens and when: an endless story, decided by a seed alone.
//!
//! The agenda holds the beats to come in order of time. They are played when somebody looks, not
//! by a task of their own; playing an hour at once or second by second gives the same world.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    enums::{SessionStatus, SpecialType},
    scenario::{CAST, LATER_SCENARIOS, OPENING_SCENARIOS, Scenario, Step},
    session::Typing,
    store::Database,
};

/// How long before a message its author is seen typing.
const TYPING_TIME: TimeDelta = TimeDelta::seconds(3);
/// How long after the last line a conversation that nobody ended is closed.
const IDLE_TIMEOUT: TimeDelta = TimeDelta::minutes(10);
/// How long a finished conversation may still be taken up again.
const REOPEN_WINDOW: TimeDelta = TimeDelta::minutes(10);
/// How long a conversation is kept after its end.
const RETENTION: TimeDelta = TimeDelta::hours(24);
/// How long one that is marked for removal is still there.
const DELETION_DELAY: TimeDelta = TimeDelta::hours(1);
/// How long before the start the conversations of the past lie, at least and at most.
const PAST_RANGE: [TimeDelta; 2] = [TimeDelta::hours(2), TimeDelta::hours(22)];

/// The story so far to be told.
#[derive(Debug)]
pub(super) struct Simulation {
    start: DateTime<Utc>,
    rng: fastrand::Rng,
    queue: BTreeMap<(DateTime<Utc>, u64), SimEvent>,
    scheduled_count: u64,
    /// How many conversations go on at once in quiet times.
    target_open: i32,
}

/// One thing that is going to happen.
#[derive(Clone, Copy, Debug)]
enum SimEvent {
    /// A new customer comes, if there is room.
    CustomerArrives,
    /// A conversation begins.
    BeginSession(&'static Scenario),
    /// Its next step.
    Step(i64, &'static Step),
    /// Someone starts typing.
    SetTyping(i64, Typing),
    /// The customer has seen what was written.
    MarkRead(i64),
    /// Nobody has written for long.
    Expire(i64),
    /// A finished conversation is closed.
    Close(i64),
    /// An old one is marked for removal.
    Delete(i64),
    /// It is removed.
    Remove(i64),
}

impl Simulation {
    /// Plans the opening of `sessions` conversations, those who come soon, and no more.
    pub(super) fn new(seed: u64, sessions: usize, start: DateTime<Utc>) -> Self {
        let mut simulation = Self {
            start,
            rng: fastrand::Rng::with_seed(seed),
            queue: BTreeMap::new(),
            scheduled_count: 0,
            target_open: i32::try_from(sessions / 2).map_or(40, |half| half.clamp(4, 40)),
        };
        for script in OPENING_SCENARIOS.iter().take(sessions) {
            simulation.schedule(
                start + TimeDelta::seconds(script.begins),
                SimEvent::BeginSession(script),
            );
        }
        let others = sessions.saturating_sub(OPENING_SCENARIOS.len());
        let step =
            (PAST_RANGE[1] - PAST_RANGE[0]) / i32::try_from(others.max(1)).unwrap_or(i32::MAX);
        let mut past = start - PAST_RANGE[0];
        for _ in 0..others {
            past -= step;
            if let Some(script) = simulation.rng.choice(LATER_SCENARIOS.iter()) {
                simulation.schedule(past, SimEvent::BeginSession(script));
            }
        }
        simulation.schedule(start + TimeDelta::seconds(12), SimEvent::CustomerArrives);
        simulation
    }

    /// Plays everything that is due.
    pub(super) fn advance(&mut self, database: &mut Database, until: DateTime<Utc>) {
        while let Some(next) = self.queue.first_entry()
            && next.key().0 <= until
        {
            let ((now, _), event) = next.remove_entry();
            self.handle(database, now, event);
        }
    }

    fn schedule(&mut self, at: DateTime<Utc>, event: SimEvent) {
        self.scheduled_count += 1;
        self.queue.insert((at, self.scheduled_count), event);
    }

    fn handle(&mut self, database: &mut Database, now: DateTime<Utc>, event: SimEvent) {
        match event {
            SimEvent::CustomerArrives => self.admit_customer(database, now),
            SimEvent::BeginSession(script) => self.begin_session(database, now, script),
            SimEvent::Step(id, act) => self.run_step(database, now, id, act),
            SimEvent::SetTyping(id, who) => {
                if let Some(session) = database.sessions.get_mut(&id)
                    && !session.status.is_over()
                {
                    session.typing = who;
                }
            }
            SimEvent::MarkRead(id) => {
                let session = database.sessions.get_mut(&id);
                if let Some(session) = session.filter(|session| session.left_at.is_none()) {
                    for message in &mut session.messages {
                        message.read |= message.posted <= now;
                    }
                }
            }
            SimEvent::Expire(id) => {
                if let Some(session) = database.sessions.get(&id)
                    && !session.status.is_over()
                {
                    self.run_step(database, now, id, &IDLE_CLOSE);
                }
            }
            SimEvent::Close(id) => {
                if let Some(session) = database.sessions.get_mut(&id)
                    && session.status == SessionStatus::Finished
                    && session
                        .ended
                        .is_some_and(|ended| ended + REOPEN_WINDOW <= now)
                {
                    session.set_status(SessionStatus::Closed, now);
                }
            }
            SimEvent::Delete(id) => {
                if let Some(session) = database.sessions.get_mut(&id)
                    && session.ended.is_some_and(|ended| ended + RETENTION <= now)
                {
                    session.set_status(SessionStatus::Deleted, now);
                    self.schedule(now + DELETION_DELAY, SimEvent::Remove(id));
                }
            }
            SimEvent::Remove(id) => {
                database.sessions.remove(&id);
            }
        }
    }

    /// Lets someone in while there are fewer than usual, and looks again later.
    fn admit_customer(&mut self, database: &mut Database, now: DateTime<Utc>) {
        let open = i32::try_from(database.open_session_count()).unwrap_or(i32::MAX - 1);
        let room = open < self.target_open + 4;
        // The fewer there are, the sooner the next one comes.
        let pause = TimeDelta::milliseconds(self.rng.i64(12_000..42_000));
        let pause = pause * (open + 1) / self.target_open;
        self.schedule(now + pause, SimEvent::CustomerArrives);
        if room && let Some(script) = self.rng.choice(LATER_SCENARIOS.iter()) {
            self.schedule(now, SimEvent::BeginSession(script));
        }
    }

    /// Opens a session and plans all its steps.
    fn begin_session(
        &mut self,
        database: &mut Database,
        now: DateTime<Utc>,
        scenario: &'static Scenario,
    ) {
        let channel = CAST.channel_index(scenario.channel).unwrap_or_default();
        let named = scenario.customer.as_deref();
        let customer = named
            .and_then(|alias| CAST.customer_index(alias))
            .unwrap_or_else(|| self.pick_customer(database, &scenario.language));
        let id = database.open_session(now, channel, customer);
        let mut at = now;
        for line in &scenario.lines {
            at = match line.at {
                Some(seconds) => self.start + TimeDelta::seconds(seconds),
                None => at + self.step_delay(line.after, named.is_some()),
            };
            let types = match line.step {
                Step::Customer(_) => Typing::Customer,
                Step::Agent(_) => Typing::Agent,
                _ => Typing::Nobody,
            };
            if types != Typing::Nobody && at - TYPING_TIME > now {
                self.schedule(at - TYPING_TIME, SimEvent::SetTyping(id, types));
            }
            self.schedule(at, SimEvent::Step(id, &line.step));
        }
        self.schedule(at + IDLE_TIMEOUT, SimEvent::Expire(id));
    }

    /// The pause of the script: exactly so long in the opening, elsewhere rather longer.
    fn step_delay(&mut self, seconds: u32, exact: bool) -> TimeDelta {
        let percent = if exact { 100 } else { self.rng.i64(90..200) };
        TimeDelta::milliseconds(i64::from(seconds) * 10 * percent)
    }

    /// A customer who speaks the language, rather one who is not already talking.
    fn pick_customer(&mut self, database: &Database, language: &str) -> usize {
        let speaks = |place: &usize| CAST.customers[*place].language == language;
        let all: Vec<usize> = (0..CAST.customers.len()).filter(speaks).collect();
        let mut free = all.clone();
        for session in database.sessions.values() {
            if !session.status.is_over() {
                free.retain(|place| *place != session.customer);
            }
        }
        let choice = if free.is_empty() { all } else { free };
        self.rng.choice(choice).unwrap_or_default()
    }

    fn run_step(
        &mut self,
        database: &mut Database,
        now: DateTime<Utc>,
        id: i64,
        step: &'static Step,
    ) {
        let Some(current) = database.sessions.get(&id).map(|session| session.agent) else {
            return;
        };
        let agent = match step {
            Step::Pickup(login) | Step::Transfer(login) => {
                let free = (0..CAST.agents.len())
                    .filter(|place| CAST.agents[*place].present && Some(*place) != current);
                CAST.agent_index(login)
                    .or_else(|| self.rng.choice(free.collect::<Vec<_>>()))
            }
            _ => None,
        };
        database.apply_step(now, id, step, agent);
        let Some(session) = database.sessions.get(&id) else {
            return;
        };
        if session.messages.last().is_some_and(|last| !last.read) {
            let glance = self.rng.i64(2000..6000);
            self.schedule(
                now + TimeDelta::milliseconds(glance),
                SimEvent::MarkRead(id),
            );
        }
        if session.ended == Some(now) {
            self.schedule(now + REOPEN_WINDOW, SimEvent::Close(id));
            self.schedule(now + RETENTION, SimEvent::Delete(id));
        }
    }
}

/// The end of a conversation that nobody ended.
static IDLE_CLOSE: Step = Step::Special {
    kind: SpecialType::ClosedByIdle,
    text: String::new(),
    param: String::new(),
};
