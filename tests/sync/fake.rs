//! A chat service that answers from a script, and writes down what it was asked, and when.

use std::collections::{HashMap, VecDeque};
use std::mem::{Discriminant, discriminant};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use sochat::chat::{
    Direction, SessionPage, CurrentUser, Message, MessageId, Page, RichText, Scope, ServiceZone, Session, SessionId,
};
use sochat::sync::{Fault, FaultKind, Finding, Pages, Source};
use tokio::time::{Instant, sleep};

/// A question, as it was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    List {
        scope: Scope,
        below: Option<SessionId>,
    },
    Messages {
        session: SessionId,
        after: i64,
    },
    Session(SessionId),
    HomeZone,
    Zones,
    Me,
}

/// How a question is answered.
pub struct Reply {
    delay: Duration,
    is_list: bool,
    listing: SessionPage,
    session: Session,
    fault: Option<Fault>,
    pages: VecDeque<(Duration, Result<Vec<Message>, Fault>)>,
}

impl Reply {
    /// A good answer, at once; of messages these, page by page, and a pause before each.
    pub fn pages(pause: Duration, pages: impl IntoIterator<Item = Vec<Message>>) -> Self {
        Self {
            delay: Duration::ZERO,
            is_list: true,
            listing: SessionPage::default(),
            session: Session::default(),
            fault: None,
            pages: pages.into_iter().map(|page| (pause, Ok(page))).collect(),
        }
    }

    pub fn good() -> Self {
        Self::pages(Duration::ZERO, [])
    }

    pub fn fault(kind: FaultKind) -> Self {
        Self {
            fault: Some(fault(kind)),
            ..Self::good()
        }
    }

    pub fn listing(sessions: Vec<Session>, next: Option<SessionId>) -> Self {
        let listing = SessionPage {
            sessions,
            next,
            unreadable_count: 0,
        };
        Self {
            listing,
            ..Self::good()
        }
    }

    pub fn session(session: Session) -> Self {
        Self {
            session,
            ..Self::good()
        }
    }

    /// Nothing at all, which is no list either.
    pub fn nothing() -> Self {
        Self {
            is_list: false,
            ..Self::good()
        }
    }

    pub fn later(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The same, and then it breaks off.
    pub fn cut(mut self) -> Self {
        let end = Err(fault(FaultKind::Network));
        self.pages.push_back((Duration::ZERO, end));
        self
    }
}

pub fn fault(kind: FaultKind) -> Fault {
    Fault::new(kind, "it broke")
}

/// Tells the answer to a question from how often it was put before.
type Script = dyn Fn(&Asked, usize) -> Reply + Send + Sync;

pub struct Fake {
    script: Box<Script>,
    heard: Mutex<Heard>,
    start: Instant,
    downloads: Arc<AtomicUsize>,
    pages_taken: Arc<AtomicUsize>,
    /// What it learns about the service, told with the next answer.
    pub findings: Mutex<Vec<Finding>>,
    /// When connections were given up.
    pub reconnects: Mutex<Vec<Duration>>,
}

/// What was asked, and how often each kind of question was put.
#[derive(Default)]
struct Heard {
    log: Vec<(Duration, Asked)>,
    times: HashMap<Discriminant<Asked>, usize>,
}

impl Fake {
    pub fn new(script: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self {
            script: Box::new(script),
            heard: Mutex::default(),
            start: Instant::now(),
            downloads: Arc::default(),
            pages_taken: Arc::default(),
            findings: Mutex::default(),
            reconnects: Mutex::default(),
        }
    }

    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// What was asked, and how long after the start.
    pub fn log(&self) -> Vec<(Duration, Asked)> {
        self.heard.lock().unwrap().log.clone()
    }

    /// The same, and forgets it.
    pub fn take_log(&self) -> Vec<(Duration, Asked)> {
        std::mem::take(&mut self.heard.lock().unwrap().log)
    }

    /// When such questions were put.
    pub fn times(&self, which: impl Fn(&Asked) -> bool) -> Vec<Duration> {
        let log = self.log();
        log.into_iter()
            .filter(|(_, asked)| which(asked))
            .map(|(at, _)| at)
            .collect()
    }

    /// How many downloads are neither at their end nor given up.
    pub fn downloads(&self) -> usize {
        self.downloads.load(Ordering::SeqCst)
    }

    /// How many pages were fetched so far.
    pub fn pages_taken(&self) -> usize {
        self.pages_taken.load(Ordering::SeqCst)
    }

    async fn ask(&self, asked: Asked) -> Result<Reply, Fault> {
        let reply = {
            let mut heard = self.heard.lock().unwrap();
            heard.log.push((self.elapsed(), asked.clone()));
            let times = heard.times.entry(discriminant(&asked)).or_default();
            let before = *times;
            *times += 1;
            (self.script)(&asked, before)
        };
        sleep(reply.delay).await;
        match reply.fault {
            Some(fault) => Err(fault),
            None => Ok(reply),
        }
    }
}

impl Source for Fake {
    type Pages = Download;

    async fn sessions(&self, scope: Scope, below: Option<SessionId>) -> Result<SessionPage, Fault> {
        let reply = self.ask(Asked::List { scope, below }).await?;
        Ok(reply.listing)
    }

    async fn session(&self, id: SessionId) -> Result<Session, Fault> {
        let reply = self.ask(Asked::Session(id)).await?;
        Ok(Session {
            id,
            ..reply.session
        })
    }

    async fn messages(&self, session: SessionId, after: MessageId) -> Result<Download, Fault> {
        let after = after.0;
        let reply = self.ask(Asked::Messages { session, after }).await?;
        self.downloads.fetch_add(1, Ordering::SeqCst);
        Ok(Download {
            is_list: reply.is_list,
            pages: reply.pages,
            open: Arc::clone(&self.downloads),
            taken: Arc::clone(&self.pages_taken),
        })
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, Fault> {
        self.ask(Asked::Zones).await?;
        Ok(Vec::new())
    }

    async fn home_zone(&self) -> Result<ServiceZone, Fault> {
        self.ask(Asked::HomeZone).await?;
        Ok(ServiceZone::default())
    }

    async fn me(&self) -> Result<CurrentUser, Fault> {
        self.ask(Asked::Me).await?;
        Ok(CurrentUser::default())
    }

    fn ask_in(&self, zone: &str) {
        unreachable!("the poller chooses no zone, not even {zone}")
    }

    fn findings(&self) -> Vec<Finding> {
        std::mem::take(&mut self.findings.lock().unwrap())
    }

    fn reconnect(&self) {
        self.reconnects.lock().unwrap().push(self.elapsed());
    }
}

pub struct Download {
    is_list: bool,
    pages: VecDeque<(Duration, Result<Vec<Message>, Fault>)>,
    open: Arc<AtomicUsize>,
    taken: Arc<AtomicUsize>,
}

impl Pages for Download {
    async fn next(&mut self) -> Result<Option<Page>, Fault> {
        let Some((pause, page)) = self.pages.pop_front() else {
            return Ok(None);
        };
        sleep(pause).await;
        self.taken.fetch_add(1, Ordering::SeqCst);
        page.map(|messages| Some(messages.into()))
    }

    fn is_list(&self) -> bool {
        self.is_list
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A message of the customer, posted so many seconds after midnight.
pub fn message(id: i64, second: i64) -> Message {
    let midnight = DateTime::from_timestamp(1_774_656_000, 0).unwrap();
    Message {
        id: MessageId(id),
        posted: Some((midnight + TimeDelta::seconds(second)).fixed_offset()),
        inferred_time: None,
        direction: Direction::ToUser,
        author: "Kari".to_owned(),
        body: RichText::plain(format!("message {id}")),
        special: None,
        read_by_customer: true,
        unreadable: None,
        raw: format!("{{\"ChatMessageId\":{id}}}").into(),
    }
}
