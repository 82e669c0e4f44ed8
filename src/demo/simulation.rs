//! The simulation: an endless sequence of events, decided by a seed alone.
//!
//! Coming events are queued in order of time and handled when a request comes, not by a task.
//! Simulating an hour at once or second by second gives the same database.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    enums::{SessionStatus, SpecialType},
    scenario::{Agent, CAST, Customer, LATER_SCENARIOS, OPENING_SCENARIOS, Scenario, Step},
    session::Typing,
    store::Database,
};

/// How long before a message its author is shown as typing.
const TYPING_TIME: TimeDelta = TimeDelta::seconds(3);
/// How long after its last step a session that was not ended is closed.
const IDLE_TIMEOUT: TimeDelta = TimeDelta::minutes(10);
const REOPEN_WINDOW: TimeDelta = TimeDelta::minutes(10);
/// How long a session is stored after its end.
const RETENTION: TimeDelta = TimeDelta::hours(24);
/// How long a session has the status `Deleted` before it is removed.
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
    /// A session that ended long ago can no longer be reopened, is deleted or is removed.
    Age(i64),
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
            let begins = start + TimeDelta::seconds(scenario.begins);
            simulation.schedule(begins, SimEvent::BeginSession(scenario));
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

    /// Handles the events up to this time, which is the database's from then on.
    pub(super) fn advance(&mut self, database: &mut Database, until: DateTime<Utc>) {
        while let Some(next) = self.queue.first_entry()
            && next.key().0 <= until
        {
            let ((now, _), event) = next.remove_entry();
            database.now = now;
            self.handle(database, event);
        }
        database.now = until;
    }

    fn schedule(&mut self, at: DateTime<Utc>, event: SimEvent) {
        self.scheduled_count += 1;
        self.queue.insert((at, self.scheduled_count), event);
    }

    fn handle(&mut self, database: &mut Database, event: SimEvent) {
        let now = database.now;
        match event {
            SimEvent::CustomerArrives => self.admit_customer(database),
            SimEvent::BeginSession(scenario) => self.begin_session(database, scenario),
            SimEvent::Step(id, step) => self.run_step(database, id, step),
            SimEvent::SetTyping(id, typing) => {
                if let Some(session) = database.sessions.get_mut(&id)
                    && !session.status.is_over()
                {
                    session.typing = typing;
                }
            }
            SimEvent::MarkRead(id) => {
                if let Some(session) = database.sessions.get_mut(&id)
                    && session.left_at.is_none()
                {
                    for message in &mut session.messages {
                        message.content.read |= message.posted <= now;
                    }
                }
            }
            SimEvent::Age(id) => {
                let Some(session) = database.sessions.get_mut(&id) else {
                    return;
                };
                let age = session.ended.map_or(TimeDelta::zero(), |ended| now - ended);
                if age >= RETENTION + DELETION_DELAY {
                    database.sessions.remove(&id);
                } else if age >= RETENTION {
                    session.set_status(SessionStatus::Deleted, now);
                } else if age >= REOPEN_WINDOW && session.status == SessionStatus::Finished {
                    session.set_status(SessionStatus::Closed, now);
                }
            }
        }
    }

    /// Begins a session while few are open, and schedules the next arrival.
    fn admit_customer(&mut self, database: &mut Database) {
        let open = i32::try_from(database.open_sessions().count()).unwrap_or(i32::MAX - 1);
        let has_room = open < self.target_open + 4;
        // The fewer are open, the sooner the next customer arrives.
        let pause = TimeDelta::milliseconds(self.rng.i64(12_000..42_000));
        let pause = pause * (open + 1) / self.target_open;
        self.schedule(database.now + pause, SimEvent::CustomerArrives);
        if has_room && let Some(scenario) = self.rng.choice(LATER_SCENARIOS.iter()) {
            self.schedule(database.now, SimEvent::BeginSession(scenario));
        }
    }

    /// Opens a session and schedules all its steps.
    fn begin_session(&mut self, database: &mut Database, scenario: &'static Scenario) {
        let now = database.now;
        let customer = scenario.customer();
        let is_exact = customer.is_some();
        let customer = customer.unwrap_or_else(|| self.pick_customer(database, &scenario.language));
        let id = database.open_session(scenario.channel(), customer);
        let mut at = now;
        for line in &scenario.lines {
            at = if let Some(seconds) = line.at {
                self.start + TimeDelta::seconds(seconds)
            } else {
                // Exact in the opening scenarios, elsewhere mostly longer.
                let percent = if is_exact { 100 } else { self.rng.i64(90..200) };
                at + TimeDelta::milliseconds(i64::from(line.after) * 10 * percent)
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
        self.schedule(at + IDLE_TIMEOUT, SimEvent::Step(id, &IDLE_CLOSE));
    }

    /// A customer of this language, preferably one without an open session.
    fn pick_customer(&mut self, database: &Database, language: &str) -> &'static Customer {
        let speakers = CAST.customers.iter().filter(|it| it.language == language);
        let is_free = |customer: &&Customer| {
            let mut open = database.open_sessions();
            open.all(|session| session.customer.id != customer.id)
        };
        let all: Vec<_> = speakers.collect();
        let free: Vec<_> = all.iter().copied().filter(is_free).collect();
        let choice = if free.is_empty() { all } else { free };
        self.rng.choice(choice).unwrap_or(&CAST.customers[0])
    }

    fn run_step(&mut self, database: &mut Database, id: i64, step: &'static Step) {
        let Some(session) = database.sessions.get(&id) else {
            return;
        };
        if std::ptr::eq(step, &raw const IDLE_CLOSE) && session.status.is_over() {
            return;
        }
        let agent = match step {
            Step::Pickup(login) | Step::Transfer(login) => {
                let current = session.agent.map(|agent| agent.id);
                let is_free = |agent: &&Agent| agent.present && Some(agent.id) != current;
                let mut agents = CAST.agents.iter();
                agents.find(|agent| agent.login == *login).or_else(|| {
                    let free: Vec<_> = CAST.agents.iter().filter(is_free).collect();
                    self.rng.choice(free)
                })
            }
            _ => None,
        };
        database.apply_step(id, step, agent);
        let Some(session) = database.sessions.get(&id) else {
            return;
        };
        let now = database.now;
        if session.messages.last().is_some_and(|it| !it.content.read) {
            let delay = self.rng.i64(2000..6000);
            self.schedule(now + TimeDelta::milliseconds(delay), SimEvent::MarkRead(id));
        }
        if session.ended == Some(now) {
            for age in [REOPEN_WINDOW, RETENTION, RETENTION + DELETION_DELAY] {
                self.schedule(now + age, SimEvent::Age(id));
            }
        }
    }
}

/// The end of a session that is still open after its last step.
static IDLE_CLOSE: Step = Step::Special {
    kind: SpecialType::ClosedByIdle,
    text: String::new(),
    param: String::new(),
};
