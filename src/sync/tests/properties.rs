//! Properties: whatever responses repeat, reorder, truncate or refuse, and whichever session is open
//! meanwhile, in the end the transcript equals that of the service.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use crate::chat::{Direction, Message, RichText, Session, Status, Transcript};
use crate::sync::PullExtent;
use fake_api::ReplyMode;
use proptest::prelude::*;

use super::*;

/// A change at the service, or an action of the user.
#[derive(Clone, Debug)]
enum Step {
    /// Messages are posted, their times not in the order of their ids.
    Posts(SessionId, u8),
    /// A message appears below the newest few, perhaps below all.
    Late(SessionId, u8),
    /// The customer reads all messages.
    Reads(SessionId),
    /// A message of any age is edited.
    Edits(SessionId, u8),
    /// A message is deleted.
    Vanishes(SessionId, u8),
    /// All messages are deleted.
    Resets(SessionId),
    /// The kind of the next reply.
    SetReplyMode(ReplyMode),
    /// The user opens a session.
    Opens(SessionId),
    /// Both sessions are watched, or neither.
    Watches(bool),
    Focuses(bool),
    Refreshes,
    /// The poller restarts; the transcripts stay.
    Restarts,
    Advances(u16),
}

fn any_step() -> impl Strategy<Value = Step> {
    let session = prop_oneof![Just(A), Just(B)];
    let busy = ErrorKind::Busy {
        retry_after: Some(s(2)),
    };
    let kind = prop_oneof![
        Just(ErrorKind::Network),
        Just(ErrorKind::InvalidResponse),
        Just(ErrorKind::SignIn),
        Just(ErrorKind::Moved),
        Just(busy),
    ];
    let mode = prop_oneof![
        Just(ReplyMode::Twice),
        Just(ReplyMode::Backwards),
        (0_usize..12).prop_map(ReplyMode::Cut),
        kind.prop_map(ReplyMode::Fails),
        Just(ReplyMode::Slow(ms(400))),
        Just(ReplyMode::All),
        Just(ReplyMode::Nothing),
    ];
    prop_oneof![
        3 => (session.clone(), 1_u8..8).prop_map(|(session, count)| Step::Posts(session, count)),
        1 => (session.clone(), 0_u8..9).prop_map(|(session, back)| Step::Late(session, back)),
        1 => session.clone().prop_map(Step::Reads),
        1 => (session.clone(), any::<u8>()).prop_map(|(session, which)| Step::Edits(session, which)),
        2 => (session.clone(), any::<u8>()).prop_map(|(session, which)| Step::Vanishes(session, which)),
        1 => session.clone().prop_map(Step::Resets),
        1 => any::<bool>().prop_map(Step::Watches),
        1 => any::<bool>().prop_map(Step::Focuses),
        1 => Just(Step::Restarts),
        3 => mode.prop_map(Step::SetReplyMode),
        2 => session.prop_map(Step::Opens),
        1 => Just(Step::Refreshes),
        3 => (0_u16..2500).prop_map(Step::Advances),
    ]
}

/// The messages of the service, and the kinds of its next replies.
#[derive(Default)]
struct ServiceState {
    messages: HashMap<SessionId, Vec<Message>>,
    reply_modes: Vec<ReplyMode>,
    last_id: i64,
}

impl ServiceState {
    /// Every second id is reserved for a message committed late.
    fn post(&mut self, session: SessionId, back: Option<u8>) {
        let stored = self.messages.entry(session).or_default();
        let id = match back {
            // Ids are never reused.
            None => {
                self.last_id += 2;
                self.last_id
            }
            Some(back) => match stored.iter().rev().take(usize::from(back) + 1).next_back() {
                Some(near) => near.id.0 - 1,
                None => return,
            },
        };
        let place = stored.partition_point(|message| message.id.0 < id);
        if id < 1 || stored.get(place).is_some_and(|message| message.id.0 == id) {
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
        stored.insert(place, posted);
    }

    fn edit(&mut self, session: SessionId, which: u8) {
        let stored = self.messages.entry(session).or_default();
        let count = stored.len().max(1);
        if let Some(message) = stored.get_mut(usize::from(which) % count) {
            message.body = RichText::plain("edited");
            message.raw = format!("{}, edited", message.id).into();
        }
    }

    fn vanish(&mut self, session: SessionId, which: u8) {
        let stored = self.messages.entry(session).or_default();
        if !stored.is_empty() {
            stored.remove(usize::from(which) % stored.len());
        }
    }

    fn list_reply(&self) -> Reply {
        let row = |id: &SessionId| Session {
            id: *id,
            status: Status::CustomerLast,
            last_message: self
                .messages
                .get(id)
                .and_then(|stored| stored.last())
                .map_or_else(String::new, |last| last.body.text.clone()),
            ..Session::default()
        };
        Reply::listing([A, B].iter().map(row).collect(), None)
    }

    fn mark_read(&mut self, session: SessionId) {
        let stored = self.messages.entry(session).or_default();
        for message in stored
            .iter_mut()
            .filter(|message| !message.read_by_customer)
        {
            message.read_by_customer = true;
            message.raw = format!("{}, read", message.id).into();
        }
    }

    fn messages_reply(&mut self, session: SessionId, after: i64) -> Reply {
        let messages = self.messages.entry(session).or_default().clone();
        let mode = self.reply_modes.pop().unwrap_or(ReplyMode::Fine);
        Reply::to_pull(messages, after, mode, 3)
    }
}

/// The transcripts that a viewer would store.
#[derive(Default)]
struct SessionView {
    transcript: Transcript,
    caught_up: bool,
}

/// The transcript of each session. Request ids continue over all pollers.
#[derive(Default)]
struct ScreenState {
    sessions: HashMap<SessionId, SessionView>,
    pollers: u64,
}

impl ScreenState {
    async fn advance(&mut self, harness: &mut PollerHarness, time: Duration) {
        for (_, event) in harness.advance(time).await {
            match event {
                SyncEvent::MessagesArrived {
                    session,
                    request_id,
                    messages,
                } => self.merge(session, request_id, messages, None),
                SyncEvent::MessagesComplete {
                    session,
                    request_id,
                    extent,
                    messages,
                } => self.merge(
                    session,
                    request_id,
                    messages,
                    Some(extent == PullExtent::Full),
                ),
                _ => {}
            }
        }
    }

    fn merge(
        &mut self,
        session: SessionId,
        request_id: u64,
        messages: Vec<Message>,
        end: Option<bool>,
    ) {
        let request_id = self.pollers * 1_000_000 + request_id;
        let stored = self.sessions.entry(session).or_default();
        stored.transcript.merge(messages, request_id);
        stored.caught_up |= end.is_some();
        if end == Some(true) {
            stored.transcript.remove_missing(request_id);
        }
        let ids: HashSet<_> = stored.transcript.iter().map(|message| message.id).collect();
        assert_eq!(ids.len(), stored.transcript.len(), "each is there once");
    }

    fn open(&self, harness: &PollerHarness, session: SessionId) {
        let from_start = self
            .sessions
            .get(&session)
            .is_none_or(|stored| !stored.caught_up);
        harness.send(SyncCommand::Open {
            session,
            from_start,
        });
    }
}

async fn run_steps(steps: Vec<Step>) {
    let service = Arc::new(Mutex::new(ServiceState::default()));
    let mut harness = start_poller(INTERVALS, {
        let service_state = Arc::clone(&service);
        move |call, _| match call {
            ApiCall::Messages { session, after } => service_state
                .lock()
                .unwrap()
                .messages_reply(*session, *after),
            ApiCall::List { .. } => service_state.lock().unwrap().list_reply(),
            _ => Reply::ok(),
        }
    });
    let service_state = || service.lock().unwrap();
    let mut screen = ScreenState::default();
    let mut open_session = A;
    screen.open(&harness, open_session);
    for step in steps {
        match step {
            Step::Posts(session, count) => {
                for _ in 0..count {
                    service_state().post(session, None);
                }
            }
            Step::Late(session, back) => service_state().post(session, Some(back)),
            Step::Reads(session) => service_state().mark_read(session),
            Step::Edits(session, which) => service_state().edit(session, which),
            Step::Vanishes(session, which) => service_state().vanish(session, which),
            Step::Resets(session) => service_state().messages.entry(session).or_default().clear(),
            Step::SetReplyMode(mode) => service_state().reply_modes.push(mode),
            Step::Opens(session) => {
                open_session = session;
                screen.open(&harness, open_session);
            }
            Step::Watches(all) => {
                let sessions = [A, B].into_iter().filter(|_| all);
                harness.send(SyncCommand::SetWatched(sessions.collect()));
            }
            Step::Focuses(is_focused) => harness.send(SyncCommand::SetFocused(is_focused)),
            Step::Refreshes => harness.send(SyncCommand::Refresh),
            Step::Restarts => {
                harness.restart(INTERVALS);
                screen.pollers += 1;
                screen.open(&harness, open_session);
            }
            Step::Advances(time) => screen.advance(&mut harness, ms(time.into())).await,
        }
    }
    service_state().reply_modes.clear();
    for session in [A, B] {
        screen.open(&harness, session);
        screen.advance(&mut harness, s(100)).await;
        let mut stored = service_state()
            .messages
            .remove(&session)
            .unwrap_or_default();
        stored.sort_by_key(|message| (message.posted, message.id));
        let transcript = &screen.sessions.entry(session).or_default().transcript;
        let shown: Vec<_> = transcript.iter().collect();
        assert_eq!(shown, stored.iter().collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn in_the_end_the_transcript_equals_that_of_the_service(
        steps in prop::collection::vec(any_step(), 1..32),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(run_steps(steps));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_during_the_first_read_does_not_replace_the_reread_after_a_minute() {
    let steps = [
        Step::Posts(A, 6),
        Step::Advances(7),
        Step::Restarts,
        Step::SetReplyMode(ReplyMode::Slow(ms(400))),
        Step::Posts(A, 3),
        Step::SetReplyMode(ReplyMode::Cut(0)),
        Step::Refreshes,
        Step::Advances(340),
        Step::Edits(A, 117),
    ];
    run_steps(steps.into()).await;
}
