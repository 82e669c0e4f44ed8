//! The simulation: an endless sequence of events, decided by a seed alone.
//!
//! Coming events are queued in order of time and handled when a request comes, not by a task.
//! Simulating an hour at once or second by second gives the same database.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    enums::{SessionStatus, SpecialType},
    scenario::{CAST, LATER_SCENARIOS, OPENING_SCENARIOS, Scenario, Step},
    session::Typing,
    store::Database,
};

/// How long before a message its author is shown as typing.
const TYPING_TIME: TimeDelta = TimeDelta::seconds(3);
/// How long after its last step a session that nobody ended is closed.
const IDLE_TIMEOUT: TimeDelta = TimeDelta::minutes(10);
const REOPEN_WINDOW: TimeDelta = TimeDelta::minutes(10);
/// How long a session is kept after its end.
const RETENTION: TimeDelta = TimeDelta::hours(24);
/// How long a session keeps the status `Deleted` before it is removed.
const DELETION_DELAY: TimeDelta = TimeDelta::hours(1);
/// How long before the start the sessions of the past began, at least and at most.
const PAST_RANGE: [TimeDelta; 2] = [TimeDelta::hours(2), TimeDelta::hours(22)];

#[derive(Debug)]
pub(super) struct Simulation {
    start: DateTime<Utc>,
    rng: fastrand::Rng,
    queue: BTreeMap<(DateTime<Utc>, u64), SimEvent>,
    /// Orders events of the same time.
    scheduled_count: u64,
    /// The number of open sessions in quiet times.
    target_open: i32,
}

/// An event; ids are those of sessions.
#[derive(Clone, Copy, Debug)]
enum SimEvent {
    /// A new session begins, unless too many are open.
    CustomerArrives,
    BeginSession(&'static Scenario),
    Step(i64, &'static Step),
    SetTyping(i64, Typing),
    /// The customer reads the messages so far.
    MarkRead(i64),
    /// The session ends if it is still open.
    Expire(i64),
    /// The session can no longer be reopened.
    Close(i64),
    Delete(i64),
    Remove(i64),
}

impl Simulation {
    /// Schedules `sessions` sessions for the start, and the first arrival after it.
    pub(super) fn new(seed: u64, sessions: usize, start: DateTime<Utc>) -> Self {
        let mut simulation = Self {
            start,
            rng: fastrand::Rng::with_seed(seed),
            queue: BTreeMap::new(),
            scheduled_count: 0,
            target_open: i32::try_from(sessions / 2).map_or(40, |half| half.clamp(4, 40)),
        };
        for scenario in OPENING_SCENARIOS.iter().take(sessions) {
            simulation.schedule(
                start + TimeDelta::seconds(scenario.begins),
                SimEvent::BeginSession(scenario),
            );
        }
        let past_sessions = sessions.saturating_sub(OPENING_SCENARIOS.len());
        let interval = (PAST_RANGE[1] - PAST_RANGE[0])
            / i32::try_from(past_sessions.max(1)).unwrap_or(i32::MAX);
        let mut begins = start - PAST_RANGE[0];
        for _ in 0..past_sessions {
            begins -= interval;
            if let Some(scenario) = simulation.rng.choice(LATER_SCENARIOS.iter()) {
                simulation.schedule(begins, SimEvent::BeginSession(scenario));
            }
        }
        simulation.schedule(start + TimeDelta::seconds(12), SimEvent::CustomerArrives);
        simulation
    }

    /// Handles the events up to this time.
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
            SimEvent::BeginSession(scenario) => self.begin_session(database, now, scenario),
            SimEvent::Step(id, step) => self.run_step(database, now, id, step),
            SimEvent::SetTyping(id, typing) => {
                if let Some(session) = database.sessions.get_mut(&id)
                    && !session.status.is_over()
                {
                    session.typing = typing;
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

    /// Begins a session while few are open, and schedules the next arrival.
    fn admit_customer(&mut self, database: &mut Database, now: DateTime<Utc>) {
        let open = i32::try_from(database.open_session_count()).unwrap_or(i32::MAX - 1);
        let has_room = open < self.target_open + 4;
        // The fewer are open, the sooner the next customer arrives.
        let pause = TimeDelta::milliseconds(self.rng.i64(12_000..42_000));
        let pause = pause * (open + 1) / self.target_open;
        self.schedule(now + pause, SimEvent::CustomerArrives);
        if has_room && let Some(scenario) = self.rng.choice(LATER_SCENARIOS.iter()) {
            self.schedule(now, SimEvent::BeginSession(scenario));
        }
    }

    /// Opens a session and schedules all its steps.
    fn begin_session(
        &mut self,
        database: &mut Database,
        now: DateTime<Utc>,
        scenario: &'static Scenario,
    ) {
        let channel = CAST.channel_index(scenario.channel).unwrap_or_default();
        let customer = scenario.customer.as_deref();
        let has_named_customer = customer.is_some();
        let customer = customer
            .and_then(|alias| CAST.customer_index(alias))
            .unwrap_or_else(|| self.pick_customer(database, &scenario.language));
        let id = database.open_session(now, channel, customer);
        let mut at = now;
        for line in &scenario.lines {
            at = match line.at {
                Some(seconds) => self.start + TimeDelta::seconds(seconds),
                None => at + self.step_delay(line.after, has_named_customer),
            };
            let typing = match line.step {
                Step::Customer(_) => Typing::Customer,
                Step::Agent(_) => Typing::Agent,
                _ => Typing::Nobody,
            };
            if typing != Typing::Nobody && at - TYPING_TIME > now {
                self.schedule(at - TYPING_TIME, SimEvent::SetTyping(id, typing));
            }
            self.schedule(at, SimEvent::Step(id, &line.step));
        }
        self.schedule(at + IDLE_TIMEOUT, SimEvent::Expire(id));
    }

    /// The delay of a scenario: exact in the opening ones, elsewhere mostly longer.
    fn step_delay(&mut self, seconds: u32, exact: bool) -> TimeDelta {
        let percent = if exact { 100 } else { self.rng.i64(90..200) };
        TimeDelta::milliseconds(i64::from(seconds) * 10 * percent)
    }

    /// A customer of this language, preferably one without an open session.
    fn pick_customer(&mut self, database: &Database, language: &str) -> usize {
        let speaks = |index: &usize| CAST.customers[*index].language == language;
        let all: Vec<usize> = (0..CAST.customers.len()).filter(speaks).collect();
        let mut free = all.clone();
        for session in database.sessions.values() {
            if !session.status.is_over() {
                free.retain(|index| *index != session.customer);
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
                    .filter(|index| CAST.agents[*index].present && Some(*index) != current);
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
            let delay = self.rng.i64(2000..6000);
            self.schedule(now + TimeDelta::milliseconds(delay), SimEvent::MarkRead(id));
        }
        if session.ended == Some(now) {
            self.schedule(now + REOPEN_WINDOW, SimEvent::Close(id));
            self.schedule(now + RETENTION, SimEvent::Delete(id));
        }
    }
}

/// The end of a session that nobody ended.
static IDLE_CLOSE: Step = Step::Special {
    kind: SpecialType::ClosedByIdle,
    text: String::new(),
    param: String::new(),
};
