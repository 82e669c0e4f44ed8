//! A service that answers from a script, and what goes for every command.

use std::collections::VecDeque;
use std::io;
use std::sync::Mutex;

use chrono::DateTime;
use clap::Parser;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::*;
use crate::chat::{
    Direction, SessionPage, CurrentUser, Message, MessageId, Page, RichText, Scope, ServiceZone, Session, SessionId,
};
use crate::cli::{Command, Options};
use crate::sync::Pages;

pub(super) type Answer = Result<Vec<Result<Vec<Message>, Fault>>, Fault>;

/// A service that answers from a script and writes down what it was asked, and when.
pub(super) struct Fake {
    home: Result<ServiceZone, Fault>,
    zones: Vec<ServiceZone>,
    listings: Mutex<VecDeque<Result<SessionPage, Fault>>>,
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<String>>,
    /// The zones that were settled on.
    settled: Mutex<Vec<String>>,
    start: Instant,
    /// Told when the script has ended.
    over: Notify,
}

impl Fake {
    fn new() -> Self {
        let oslo = ServiceZone {
            id: 261,
            code: "NO".to_owned(),
            country: "Norway".to_owned(),
            cities: "Oslo".to_owned(),
            offset: Some(60),
            daylight: Some(120),
            active: true,
            ..ServiceZone::default()
        };
        Self {
            home: Ok(oslo.clone()),
            zones: vec![oslo],
            listings: Mutex::default(),
            answers: Mutex::default(),
            asked: Mutex::default(),
            settled: Mutex::default(),
            start: Instant::now(),
            over: Notify::new(),
        }
    }

    pub(super) fn listing(answers: impl IntoIterator<Item = Result<SessionPage, Fault>>) -> Self {
        let fake = Self::new();
        fake.listings.lock().unwrap().extend(answers);
        fake
    }

    pub(super) fn messages(answers: impl IntoIterator<Item = Answer>) -> Self {
        let fake = Self::new();
        fake.answers.lock().unwrap().extend(answers);
        fake
    }

    fn note(&self, question: &str) {
        let at = self.start.elapsed().as_secs();
        self.asked.lock().unwrap().push(format!("{at}s {question}"));
    }

    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Source for Fake {
    type Pages = Script;

    async fn sessions(&self, scope: Scope, below: Option<SessionId>) -> Result<SessionPage, Fault> {
        self.note(&format!("{} below {below:?}", scope.label()));
        let next = self.listings.lock().unwrap().pop_front();
        next.expect("the script has no more listings")
    }

    async fn session(&self, id: SessionId) -> Result<Session, Fault> {
        self.note(&format!("session {id}"));
        match id.0 {
            999 => Err(fault(FaultKind::NotFound)),
            _ => Ok(Session::default()),
        }
    }

    async fn messages(&self, session: SessionId, after: MessageId) -> Result<Script, Fault> {
        self.note(&format!("{session} after {after}"));
        let next = self.answers.lock().unwrap().pop_front();
        let Some(answer) = next else {
            self.over.notify_one();
            return std::future::pending().await;
        };
        answer.map(|pages| Script(pages.into()))
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, Fault> {
        Ok(self.zones.clone())
    }

    async fn home_zone(&self) -> Result<ServiceZone, Fault> {
        self.home.clone()
    }

    async fn me(&self) -> Result<CurrentUser, Fault> {
        unreachable!("no command asks who we are")
    }

    fn ask_in(&self, zone: &str) {
        self.note(&format!("times in {zone}"));
    }
}

pub(super) struct Script(VecDeque<Result<Vec<Message>, Fault>>);

impl Pages for Script {
    async fn next(&mut self) -> Result<Option<Page>, Fault> {
        let next = self.0.pop_front().transpose()?;
        Ok(next.map(Page::from))
    }

    fn is_list(&self) -> bool {
        true
    }
}

/// What a command did: how it ended, what it printed, what it said.
#[derive(Debug, PartialEq)]
pub(super) struct Done {
    pub(super) exit: Exit,
    pub(super) out: String,
    pub(super) talk: String,
}

pub(super) fn moment(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).unwrap()
}

pub(super) async fn done(line: &str, fake: &Fake) -> Done {
    let mut out = Vec::new();
    let (exit, talk) = to(line, fake, &mut out).await;
    Done {
        exit,
        out: String::from_utf8(out).unwrap(),
        talk,
    }
}

async fn to(line: &str, fake: &Fake, out: &mut dyn Write) -> (Exit, String) {
    let options = Options::try_parse_from(["sochat"].into_iter().chain(line.split(' '))).unwrap();
    let Some(Command::Print(job)) = options.command else {
        unreachable!("{line} prints")
    };
    let mut talk = Vec::new();
    let mut desk = Desk {
        out,
        talk: &mut talk,
        talkative: Talkative::Normal,
        now: &|| moment("2026-03-29T12:00:00Z"),
        zone: options.general.time_zone.as_deref(),
        local: Some("Asia/Kolkata"),
        poll: Duration::from_secs(1),
        seed: 1,
        settled: &|zone| fake.settled.lock().unwrap().push(zone.label()),
        element: &|raw, zone| format!("{raw}@{}", zone.label()),
    };
    let interrupted = async {
        fake.over.notified().await;
        2
    };
    let exit = run(&job, fake, &mut desk, interrupted).await;
    (exit, String::from_utf8(talk).unwrap())
}

pub(super) fn fault(kind: FaultKind) -> Fault {
    Fault::new(kind, "it broke")
}

/// A message of the customer, posted this many seconds after 22:58 UTC on 28 March.
pub(super) fn message(id: i64, seconds: i64, text: &str) -> Message {
    let posted = moment("2026-03-28T22:58:00Z") + chrono::TimeDelta::seconds(seconds);
    Message {
        id: MessageId(id),
        posted: Some(posted),
        inferred_time: None,
        direction: Direction::ToUser,
        author: "Kari".to_owned(),
        body: RichText::plain(text),
        special: None,
        read_by_customer: false,
        unreadable: None,
        raw: format!("{{\"ChatMessageId\":{id}}}").into(),
    }
}

pub(super) fn one(messages: Vec<Message>) -> Vec<Result<Vec<Message>, Fault>> {
    vec![Ok(messages)]
}

#[tokio::test]
async fn each_kind_of_fault_ends_with_its_number() {
    for (kind, code) in [
        (FaultKind::Garbled, 1),
        (FaultKind::TooLarge, 1),
        (FaultKind::Setup, 2),
        (FaultKind::SignIn, 3),
        (FaultKind::Forbidden, 3),
        (FaultKind::Network, 4),
        (FaultKind::NotFound, 5),
        (FaultKind::Busy { retry_after: None }, 6),
    ] {
        let ended = done("messages 341", &Fake::messages([Err(fault(kind))])).await;
        assert_eq!(ended.exit.code(), code, "{kind:?}");
        assert_eq!(
            (ended.out.as_str(), ended.talk.as_str()),
            ("", "sochat: it broke\n")
        );
    }
}

#[tokio::test]
async fn zones_with_todays_offset() {
    let mut fake = Fake::new();
    fake.zones.push(ServiceZone {
        id: 460,
        code: "US-NY".to_owned(),
        country: "USA".to_owned(),
        region: "New York".to_owned(),
        cities: "Albany, Buffalo".to_owned(),
        offset: Some(-300),
        daylight: Some(-240),
        active: false,
    });
    assert_eq!(
        done("zones", &fake).await.out,
        "\
CODE   NUMBER  TODAY   IANA              COUNTRY        CITIES
NO     261     +02:00  Europe/Oslo       Norway         Oslo
US-NY  460     -04:00  America/New_York  USA, New York  Albany, Buffalo
"
    );
    fake.zones.remove(0);
    assert_eq!(
        done("zones --format json", &fake).await.out,
        "[\n{\"id\":460,\"timeZone\":\"US-NY\",\"country\":\"USA\",\"region\":\"New York\",\
         \"cities\":\"Albany, Buffalo\",\"isActive\":false,\"offsetToday\":\"-04:00\",\
         \"iana\":\"America/New_York\"}\n]\n"
    );
}

#[tokio::test]
async fn a_zone_that_is_not_there_is_a_matter_of_usage() {
    let ended = done("sessions --time-zone Europe/Olso", &Fake::new()).await;
    assert_eq!(ended.exit, Exit::Usage);
    assert!(ended.talk.contains("Europe/Oslo"), "{}", ended.talk);
}

#[tokio::test]
async fn without_a_zone_of_the_user_times_are_in_utc() {
    let mut fake = Fake::listing([Ok(SessionPage::default())]);
    fake.home = Err(fault(FaultKind::NotFound));
    let ended = done("sessions --format json", &fake).await;
    assert_eq!(ended.exit, Exit::Fine);
    assert_eq!(ended.talk, "sochat: times are shown in UTC: it broke\n");
    assert_eq!(fake.asked()[0], "0s times in UTC");
    assert_eq!(*fake.settled.lock().unwrap(), ["UTC"]);
}

struct Closed(io::ErrorKind);

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_closed_pipe_ends_quietly_and_a_full_disk_does_not() {
    let fake = || Fake::messages([Ok(one(vec![message(1, 0, "a")]))]);
    let pipe = to(
        "messages 341",
        &fake(),
        &mut Closed(io::ErrorKind::BrokenPipe),
    )
    .await;
    assert_eq!(pipe, (Exit::Fine, String::new()));
    let (exit, talk) = to(
        "messages 341",
        &fake(),
        &mut Closed(io::ErrorKind::StorageFull),
    )
    .await;
    assert_eq!(exit, Exit::Other);
    assert!(
        talk.starts_with("sochat: the results cannot be written: "),
        "{talk}"
    );
}

#[tokio::test]
async fn a_service_that_has_moved_is_asked_again_at_once() {
    let moved = || Err(fault(FaultKind::Moved));
    let fake = Fake::messages([moved(), Ok(one(vec![message(1, 0, "a")]))]);
    let ended = done("messages 341 --format json --time-zone UTC", &fake).await;
    assert_eq!(ended.exit, Exit::Fine);
    assert_eq!(ended.out, "[\n{\"ChatMessageId\":1}@UTC\n]\n");
    assert_eq!(ended.talk, "sochat: it broke\n");

    let ended = done("messages 341", &Fake::messages([moved(), moved()])).await;
    assert_eq!(ended.exit, Exit::Network);
}
