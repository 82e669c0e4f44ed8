//! The viewer at work: the real core and the real poller, tied together as the loop of the program
//! does it, without a terminal.

use std::collections::HashMap;
use std::ops::Sub;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use sochat::app::effect::Effect;
use sochat::app::event::Event;
use sochat::app::{App, AppConfig};
use sochat::chat::{ReadState, MessageId, Timestamp, Scope, SessionId};
use sochat::sync::Pace;
use sochat::view::{Appearance, Palette};
use tokio::time::{Instant, sleep_until};

use crate::asks::ask_of;
use crate::day::{At, MINUTE};
use crate::fixture::{self, Desk};
use crate::rig::{self, Rig};
use crate::service::{Clock, Service};

/// So often the loop may be woken without any time having passed.
const AT_ONCE: usize = 5;

pub struct Viewer {
    pub desk: Desk,
    pub clock: Clock,
    pub rig: Rig,
    service: Arc<Mutex<Service>>,
    /// What is remembered over restarts.
    pub marks: ReadState,
    /// What each transcript was seen to hold.
    held: HashMap<SessionId, Vec<MessageId>>,
    pub wakes: Wakes,
}

/// How often the loop was woken, and by what.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wakes {
    pub by_answers: usize,
    pub by_time: usize,
}

impl Sub for Wakes {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            by_answers: self.by_answers - before.by_answers,
            by_time: self.by_time - before.by_time,
        }
    }
}

impl Viewer {
    /// Starts the program; `marks` are what the one before remembered.
    pub fn start(service: &Arc<Mutex<Service>>, clock: &Clock, pace: Pace, marks: ReadState) -> Self {
        let rig = rig::seeded(pace, 1, {
            let service = Arc::clone(service);
            move |asked, _| service.lock().unwrap().answer(asked)
        });
        let interval = |length| TimeDelta::from_std(length).unwrap();
        let (app, first) = App::new(AppConfig {
            now: clock.now(),
            intervals: (pace.list.map(interval), pace.reader.map(interval)),
            ..fixture::setup(84, 20)
        });
        let mut viewer = Self {
            desk: Desk::with(app),
            clock: clock.clone(),
            rig,
            service: Arc::clone(service),
            marks: ReadState::default(),
            held: HashMap::new(),
            wakes: Wakes::default(),
        };
        viewer.carry_out(first);
        viewer.tell([Event::ReadStateLoaded(marks.clone())]);
        viewer.marks = marks;
        viewer
    }

    /// Ends the program.
    pub fn quit(self) -> ReadState {
        self.rig.poller.abort();
        self.marks
    }

    pub fn press(&mut self, keys: &str) {
        let effects = self.desk.press(keys);
        self.carry_out(effects);
        self.forget_what_was_left();
        // Whatever is there can be drawn.
        self.desk.canvas(&Appearance::new(Palette::Auto, false));
    }

    /// Goes to the archive and down to its end.
    pub async fn loads_the_archive(&mut self) {
        while self.desk.app.session_list().scope() != Scope::All {
            self.press("<esc><esc><esc>v");
        }
        let mut before = None;
        while before != Some(self.desk.app.session_list().count()) {
            before = Some(self.desk.app.session_list().count());
            self.press("<esc><esc><esc>hG");
            self.pass_until(self.clock.at() + MINUTE).await;
        }
    }

    /// Finds a session in the list and opens it.
    pub fn opens(&mut self, id: SessionId) {
        self.press(&format!("<esc><esc><esc>h/customer{id}@<enter>g"));
        let row = self.desk.listed().iter().position(|row| *row == id.0);
        self.press(&("j".repeat(row.unwrap()) + "<enter>"));
        assert_eq!(self.desk.app.open_session_id(), Some(id));
    }

    /// Tells facts, after the time.
    pub fn tell(&mut self, facts: impl IntoIterator<Item = Event>) {
        let ticked = Event::Ticked(self.clock.now());
        for fact in std::iter::once(ticked).chain(facts) {
            let touched = match &fact {
                Event::MessagesArrived { session, .. } | Event::MessagesComplete { session, .. } => {
                    Some(*session)
                }
                _ => None,
            };
            let effects = self.desk.tell(fact);
            self.carry_out(effects);
            if let Some(session) = touched {
                self.look_at(session);
            }
        }
    }

    /// Runs the loop until a moment of the day.
    pub async fn pass_until(&mut self, end: At) {
        let mut at_once = 0;
        let mut before = self.clock.at();
        while self.clock.at() < end {
            let left = end - self.clock.at();
            let end = Instant::now() + Duration::from_millis(left.unsigned_abs());
            let wake = self.desk.app.next_redraw().map(|wake| self.instant(wake));
            let mut facts = Vec::new();
            tokio::select! {
                biased;
                event = self.rig.events.recv() => facts.push(event.expect("the poller goes on")),
                () = sleep_until(wake.map_or(end, |wake| wake.min(end))) => {}
            }
            while let Ok(event) = self.rig.events.try_recv() {
                facts.push(event);
            }
            if facts.is_empty() {
                self.wakes.by_time += 1;
                at_once = if self.clock.at() == before {
                    at_once + 1
                } else {
                    0
                };
                assert!(
                    at_once <= AT_ONCE,
                    "woken again and again: {:?}",
                    self.desk.app
                );
                before = self.clock.at();
            } else {
                self.wakes.by_answers += 1;
            }
            self.tell(facts);
        }
    }

    fn instant(&self, moment: Timestamp) -> Instant {
        Instant::now() + (moment - self.clock.now()).to_std().unwrap_or_default()
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match ask_of(effect) {
                Ok(ask) => self.rig.ask(ask),
                Err(Effect::SaveReadState(marks)) => self.marks.merge(&marks),
                Err(Effect::Quit) => panic!("nobody wants to quit"),
                Err(
                    Effect::SetTimeZone(_)
                    | Effect::Notify(_)
                    | Effect::Copy(_)
                    | Effect::OpenLink(_)
                    | Effect::SampleTraffic
                    | Effect::Redraw
                    | Effect::Suspend,
                ) => {}
                Err(other) => panic!("{other:?} goes to the poller"),
            }
        }
    }

    /// Each message stands once and in order, and none goes that the service still holds.
    fn look_at(&mut self, session: SessionId) {
        let mut readers = self.desk.app.transcript_panes();
        let Some((_, reader)) = readers.find(|(id, _)| *id == session) else {
            return;
        };
        let keys: Vec<_> = reader
            .transcript()
            .iter()
            .map(|message| (message.place(), message.id))
            .collect();
        let mut ids: Vec<_> = keys.iter().map(|(_, id)| *id).collect();
        ids.sort_unstable();
        let before = self.held.insert(session, ids.clone()).unwrap_or_default();
        if before == ids {
            return;
        }
        assert!(keys.is_sorted(), "out of order in {session}: {keys:?}");
        assert!(
            ids.windows(2).all(|pair| pair[0] < pair[1]),
            "twice in {session}: {ids:?}"
        );
        let gone = before.iter().filter(|id| ids.binary_search(id).is_err());
        let service = self.service.lock().unwrap();
        let there = service.day.messages(session, self.clock.at());
        let there = there.unwrap_or_default();
        let lost: Vec<_> = gone
            .filter(|id| there.iter().any(|message| message.id == **id))
            .collect();
        assert!(lost.is_empty(), "lost from {session}: {lost:?}");
    }

    /// Transcripts that are not kept are read anew when they are opened again.
    fn forget_what_was_left(&mut self) {
        let mut readers = self.desk.app.transcript_panes();
        let kept: HashMap<_, _> = readers
            .by_ref()
            .map(|(id, reader)| (id, reader.transcript().len()))
            .collect();
        self.held
            .retain(|id, _| kept.get(id).is_some_and(|held| *held > 0));
    }
}
