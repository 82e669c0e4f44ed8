//! What the core asks of the world: plain data, compared whole in tests.

use std::time::Duration;

use crate::chat::{ReadState, Scope, SessionId};
use crate::text::TimeZone;

/// One request outward; its outcome comes back as an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Keep up with this session's messages; `from_start` when none of them are held.
    Open {
        /// The session.
        session: SessionId,
        /// Whether nothing of it is held.
        from_start: bool,
    },
    /// Keep up with these sessions as well, as the list shows that they move; with no others.
    AlsoWatch(Vec<SessionId>),
    /// Remember these changes for the next run.
    SaveReadState(ReadState),
    /// Call the person, who may be looking elsewhere, with one sentence.
    Notify(String),
    /// Read what is known of a session that the list does not hold.
    Describe(SessionId),
    /// Keep the list of this scope.
    List(Scope),
    /// Fetch the page of the list below this session.
    More {
        /// The last session held.
        below: SessionId,
    },
    /// Ask for everything watched now.
    Refresh,
    /// Ask as often as can be, or less while nobody looks.
    Attend(bool),
    /// The same after the machine slept for so long, over new connections.
    Resume(Duration),
    /// Read off what passed between us and the service.
    SampleTraffic,
    /// Ask for times in this zone from now on.
    SetTimeZone(TimeZone),
    /// Put text on the clipboard.
    Copy(String),
    /// Hand an http or https address to the browser.
    OpenLink(String),
    /// Draw every cell again.
    Redraw,
    /// Give the terminal back to the shell until woken.
    Suspend,
    /// End the program.
    Quit,
}
