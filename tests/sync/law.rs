//! Whatever the answers repeat, reorder, cut or refuse, and wherever the reader goes meanwhile, in
//! the end the transcript is what the service holds.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use sochat::chat::{Direction, Message, Transcript};

use super::*;

/// What happens to the service, or what the person does.
#[derive(Clone, Debug)]
enum Step {
    /// So many messages are posted, their times not in the order of their ids.
    Posts(SessionId, u8),
    /// A message appears below the newest few.
    Late(SessionId, u8),
    /// The customer reads what there is.
    Reads(SessionId),
    /// The next answer goes so.
    Mood(Mood),
    /// The reader goes there.
    Opens(SessionId),
    Refreshes,
    Waits(u16),
}

#[derive(Clone, Copy, Debug)]
enum Mood {
    Twice,
    Backwards,
    Cut(u8),
    Fails(FaultKind),
    Slow,
}

fn step() -> impl Strategy<Value = Step> {
    let session = prop_oneof![Just(A), Just(B)];
    let busy = FaultKind::Busy {
        retry_after: Some(s(2)),
    };
    let kind = prop_oneof![
        Just(FaultKind::Network),
        Just(FaultKind::Garbled),
        Just(FaultKind::SignIn),
        Just(FaultKind::Moved),
        Just(busy),
    ];
    let mood = prop_oneof![
        Just(Mood::Twice),
        Just(Mood::Backwards),
        (0_u8..12).prop_map(Mood::Cut),
        kind.prop_map(Mood::Fails),
        Just(Mood::Slow),
    ];
    prop_oneof![
        3 => (session.clone(), 1_u8..8).prop_map(|(session, count)| Step::Posts(session, count)),
        1 => (session.clone(), 0_u8..6).prop_map(|(session, back)| Step::Late(session, back)),
        1 => session.clone().prop_map(Step::Reads),
        3 => mood.prop_map(Step::Mood),
        2 => session.prop_map(Step::Opens),
        1 => Just(Step::Refreshes),
        3 => (0_u16..2500).prop_map(Step::Waits),
    ]
}

/// What the service holds, and how its next answers go.
#[derive(Default)]
struct World {
    held: HashMap<SessionId, Vec<Message>>,
    moods: Vec<Mood>,
}

impl World {
    /// Every second id is left for a message that comes late.
    fn post(&mut self, session: SessionId, back: Option<u8>) {
        let held = self.held.entry(session).or_default();
        let id = match back {
            None => held.last().map_or(2, |last| (last.id.0 / 2 + 1) * 2),
            Some(back) => {
                // The first of a session is never late: it is what opens the session.
                let mut newest = held.iter().skip(1).rev().take(usize::from(back) + 1);
                let Some(near) = newest.next_back() else {
                    return;
                };
                near.id.0 - 1
            }
        };
        let place = held.partition_point(|message| message.id.0 < id);
        if held.get(place).is_some_and(|message| message.id.0 == id) {
            return;
        }
        let agent = id % 3 == 0;
        let direction = if agent {
            Direction::ToCustomer
        } else {
            Direction::ToUser
        };
        let posted = Message {
            direction,
            read_by_customer: !agent,
            ..message(id, id - id * 7 % 5)
        };
        held.insert(place, posted);
    }

    fn read(&mut self, session: SessionId) {
        let held = self.held.entry(session).or_default();
        for message in held.iter_mut().filter(|message| !message.read_by_customer) {
            message.read_by_customer = true;
            message.raw = format!("{}, read", message.id).into();
        }
    }

    fn answer(&mut self, session: SessionId, after: i64) -> Reply {
        let held = self.held.entry(session).or_default();
        let mut sent: Vec<_> = held
            .iter()
            .filter(|message| message.id.0 > after)
            .cloned()
            .collect();
        let pages = |sent: Vec<Message>| {
            let pages: Vec<_> = sent.chunks(3).map(<[Message]>::to_vec).collect();
            Reply::pages(ms(40), pages)
        };
        match self.moods.pop() {
            None => pages(sent),
            Some(Mood::Twice) => {
                sent.extend(sent.clone());
                pages(sent)
            }
            Some(Mood::Backwards) => {
                sent.reverse();
                pages(sent)
            }
            Some(Mood::Cut(count)) => {
                sent.truncate(usize::from(count));
                pages(sent).cut()
            }
            Some(Mood::Fails(kind)) => Reply::fault(kind),
            Some(Mood::Slow) => pages(sent).later(s(3)),
        }
    }
}

/// What a screen would hold.
#[derive(Default)]
struct Held {
    transcript: Transcript,
    caught_up: bool,
}

async fn pass(rig: &mut Rig, time: Duration, readers: &mut HashMap<SessionId, Held>) {
    for (_, event) in rig.pass(time).await {
        match event {
            Event::MessagesArrived {
                session,
                as_of,
                messages,
            } => {
                let transcript = &mut readers.entry(session).or_default().transcript;
                transcript.merge(messages, as_of);
                let ids: HashSet<_> = transcript.iter().map(|message| message.id).collect();
                assert_eq!(ids.len(), transcript.len(), "each is there once");
            }
            Event::CaughtUp { session, .. } => readers.entry(session).or_default().caught_up = true,
            _ => {}
        }
    }
}

fn open(rig: &Rig, session: SessionId, readers: &HashMap<SessionId, Held>) {
    let from_start = readers.get(&session).is_none_or(|held| !held.caught_up);
    rig.ask(Ask::Watch {
        session,
        from_start,
    });
}

async fn lives(steps: Vec<Step>) {
    let world = Arc::new(Mutex::new(World::default()));
    let mut rig = rig(PACE, {
        let world = Arc::clone(&world);
        move |asked, _| match asked {
            Asked::Messages { session, after } => world.lock().unwrap().answer(*session, *after),
            _ => Reply::good(),
        }
    });
    let mut readers = HashMap::new();
    open(&rig, A, &readers);
    for step in steps {
        match step {
            Step::Posts(session, count) => {
                for _ in 0..count {
                    world.lock().unwrap().post(session, None);
                }
            }
            Step::Late(session, back) => world.lock().unwrap().post(session, Some(back)),
            Step::Reads(session) => world.lock().unwrap().read(session),
            Step::Mood(mood) => world.lock().unwrap().moods.push(mood),
            Step::Opens(session) => open(&rig, session, &readers),
            Step::Refreshes => rig.ask(Ask::Refresh),
            Step::Waits(time) => pass(&mut rig, ms(time.into()), &mut readers).await,
        }
    }
    world.lock().unwrap().moods.clear();
    for session in [A, B] {
        open(&rig, session, &readers);
        pass(&mut rig, s(60), &mut readers).await;
        let mut held = world
            .lock()
            .unwrap()
            .held
            .remove(&session)
            .unwrap_or_default();
        held.sort_by_key(|message| (message.posted, message.id));
        let transcript = &readers.entry(session).or_default().transcript;
        let shown: Vec<_> = transcript.iter().collect();
        let held: Vec<_> = held.iter().map(Message::said).collect();
        assert_eq!(shown, held);
        for (shown, held) in shown.iter().zip(held) {
            assert_eq!(shown.raw(), held.raw());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn in_the_end_the_transcript_is_what_the_service_holds(
        steps in prop::collection::vec(step(), 1..24),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(lives(steps));
    }
}
