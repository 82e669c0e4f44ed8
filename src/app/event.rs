//! Facts, in the past tense: whoever reports one has already done the work.

use std::time::Duration;

use chrono::TimeDelta;
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::layout::Size;

use crate::chat::{
    CurrentUser, Message, ReadState, Scope, ServiceZone, Session, SessionId, SessionPage,
    Timestamp, TrafficStats,
};

/// Something that has happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A key went down.
    KeyPressed(KeyEvent),
    /// Text was pasted into the terminal.
    Pasted(String),
    /// The mouse was used, while it is switched on.
    MouseUsed(MouseEvent),
    /// The window has this size now.
    Resized(Size),
    /// The window got the keyboard, or lost it.
    FocusChanged(bool),
    /// What is remembered was read, at the start and whenever something was added to it.
    ReadStateLoaded(ReadState),
    /// It is this late; comes before every batch of other facts.
    Ticked(Timestamp),
    /// The service listed sessions: the whole scope, or the page below a session; the link is live.
    SessionsListed {
        /// What was asked for.
        scope: Scope,
        /// Where the page began, `None` for the first.
        below: Option<SessionId>,
        /// What there is.
        listing: SessionPage,
    },
    /// Messages of a session came in, some of them perhaps known.
    MessagesArrived {
        /// Whose they are.
        session: SessionId,
        /// Number of the request that brought them; later requests have higher ones.
        request_id: u64,
        /// In the order they were sent.
        messages: Vec<Message>,
    },
    /// An answer with a session's messages came to its end; the link to it is live.
    MessagesComplete {
        /// Whose they are.
        session: SessionId,
        /// Number of the request.
        request_id: u64,
        /// How much it told of.
        coverage: Coverage,
        /// Its last messages; those before came ahead of it.
        messages: Vec<Message>,
    },
    /// A session that the list does not hold was read by itself.
    SessionFetched(Box<Session>),
    /// The service told who we are.
    SignedIn(CurrentUser),
    /// The service told which zone this user has.
    UserZoneFetched(ServiceZone),
    /// The service listed its zones.
    ZonesListed(Vec<ServiceZone>),
    /// A lane of the link changed its state.
    LinkChanged {
        /// Which.
        feed: Feed,
        /// The session, for the reader's lane.
        session: Option<SessionId>,
        /// How it is now.
        state: ConnectionState,
    },
    /// The service's clock was found to be ahead of ours by so much, behind where it is negative.
    ClockOffsetMeasured(TimeDelta),
    /// The service was found at another address.
    ServiceMoved {
        /// Where it was.
        from: String,
        /// Where it is.
        to: String,
    },
    /// What passed between us and the service was read off.
    TrafficSampled(TrafficStats),
    /// The machine slept for so long, or the program stood still.
    Resumed(Duration),
    /// Text was copied; says by which way.
    Copied(String),
    /// A link was handed to the browser.
    LinkOpened(String),
    /// Something asked of the machine did not work; says what and what to do.
    EffectFailed(String),
}

/// How much of a session's messages an answer told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All that there are: what it did not bring is gone.
    Full,
    /// Those after the ones read before, and the last of these again.
    Tail,
    /// None, not even those that every answer repeats.
    Empty,
}

/// Which requests a state of the link is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feed {
    /// The list of sessions.
    List,
    /// The open session's messages.
    Messages,
}

/// The state of our connection to the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ConnectionState {
    /// No answer yet.
    #[default]
    Connecting,
    /// The last request was answered.
    Live,
    /// The last request failed; it is made again after a wait.
    Retrying {
        /// How long, counted from the report.
        after: Duration,
        /// What failed and why.
        why: String,
    },
    /// Not signed in, or not allowed; tried again after a wait, with a renewed secret if there is one.
    SignedOut {
        /// How long, counted from the report.
        after: Duration,
        /// What the service said.
        why: String,
    },
    /// Not asked for any more until a refresh.
    Stopped {
        /// Why not.
        why: String,
    },
}
