//! Session details: the properties of a session, line by line, each with the value that is copied and
//! perhaps something to go to.

use chrono::TimeDelta;

use super::super::App;
use super::ListSelection;
use crate::chat::{
    Agent, ConversationFigures, EntityRef, Gap, MessageId, Session, SessionId, Timestamp,
};
use crate::text::{join_non_empty, sparkline, time_format, truncate};

/// Older response times are of no use for comparison.
const MAX_BARS: usize = 24;

/// Columns of the first message of another conversation.
const MAX_EXCERPT_WIDTH: usize = 80;

/// The details on the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// The selected row.
    pub selection: ListSelection,
    /// The session that the figures are of.
    pub session: Option<SessionId>,
    /// The figures of the transcript, if that is loaded. Stored because they cost a pass over all messages.
    pub figures: Option<ConversationFigures>,
}

/// A line of the details; without text it is a heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DetailLine {
    pub label: String,
    pub text: String,
    /// The name shown when it is copied, and the text copied; `None` for a heading.
    pub copied: Option<(&'static str, String)>,
    /// What the line leads to.
    pub target: Option<DetailTarget>,
}

/// What a line of the details leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DetailTarget {
    Message(MessageId),
    Session(SessionId),
}

impl DetailLine {
    fn new(label: &str, what: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            label: label.to_owned(),
            copied: Some((what, text.clone())),
            text,
            target: None,
        }
    }

    fn heading(text: &str) -> Self {
        Self {
            label: text.to_owned(),
            ..Self::default()
        }
    }

    /// Sets a value to copy that is less than the text.
    fn copying(mut self, value: impl Into<String>) -> Self {
        self.copied = self.copied.map(|(what, _)| (what, value.into()));
        self
    }
}

/// The lines of the focused session that have a value.
pub(crate) fn detail_lines(app: &App, details: &Details) -> Vec<DetailLine> {
    let Some(session) = app.focused_session() else {
        return Vec::new();
    };
    let mut lines = session_lines(app, session);
    if let Some(figures) = &details.figures {
        lines.extend([DetailLine::default(), DetailLine::heading("Conversation")]);
        lines.extend(figure_lines(figures));
    }
    lines.extend(conversation_lines(app, session));
    lines
}

fn session_lines(app: &App, session: &Session) -> Vec<DetailLine> {
    let zone = app.time_zone().displayed();
    let text =
        |label, what, text: &str| (!text.is_empty()).then(|| DetailLine::new(label, what, text));
    let time = |label, time: Option<Timestamp>| {
        let time = time?;
        let relative = time_format::format_relative(time, app.now());
        let shown = time_format::format_timestamp(time, zone);
        Some(DetailLine::new(label, "the time", format!("{shown} ({relative})")).copying(shown))
    };
    // The number is what other programs require.
    let linked = |label, what, linked: &Option<EntityRef>| {
        let linked = linked.as_ref()?;
        let line = DetailLine::new(label, what, format!("{} ({})", linked.name, linked.id));
        Some(line.copying(linked.id.to_string()))
    };
    let agent = |label, agent: &Option<Agent>| text(label, "the name", &agent.as_ref()?.name);
    let flag = |label, is_set: bool, words| is_set.then(|| DetailLine::new(label, "this", words));
    let number = |label, number: i64, words: &dyn Fn(i64) -> String| {
        (number > 0).then(|| DetailLine::new(label, "this", words(number)))
    };
    let customer = &session.customer;
    let rating = session.rating.map_or(0, i64::from);
    [
        text("Session", "the session id", &session.id.to_string()),
        text("State", "the state", session.state()),
        text("Channel", "the channel", &session.channel.name),
        text("Customer", "the name", &customer.name),
        text("Alias", "the alias", &customer.alias),
        text("Company", "the company", session.company()),
        text("Email", "the email address", &customer.email),
        text("Phone", "the phone number", &customer.phone),
        text("Host", "the host", &customer.host),
        flag("Consent", customer.consented, "given at the start"),
        agent("Agent", &session.agent),
        agent("Transfer pending to", &session.transfer_to),
        flag("Bot", session.bot_active, "active"),
        time("Requested", session.requested),
        time("Picked up", session.started),
        time("Last message", session.last_activity),
        time("Customer last online", session.customer_last_poll),
        time("Ended", session.ended),
        number("Queue", session.queue_position, &|number| {
            format!("position {number} on arrival")
        }),
        number("Alert", session.alert_level, &|level| {
            format!("level {level}")
        }),
        number("Rating", rating, &|stars| format!("{stars} of 5")),
        linked("Contact", "the contact number", &session.contact),
        linked("Person", "the person number", &session.person),
        linked("Ticket", "the ticket number", &session.ticket),
        linked("Sale", "the sale number", &session.sale),
        linked("Project", "the project number", &session.project),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The customer's other conversations, the newest first.
fn conversation_lines(app: &App, session: &Session) -> Vec<DetailLine> {
    let conversations = app.conversations_of(session.id);
    let here = conversations.iter().position(|it| it.id == session.id);
    let (earlier, later) = conversations.split_at(here.unwrap_or(conversations.len()));
    let note = app.conversations_note(session);
    let line = |of: &&Session| {
        let requested = of.requested.map(|at| {
            let zone = app.time_zone().displayed();
            time_format::format_since(at, app.now(), zone)
        });
        let first = truncate(&of.first_message, MAX_EXCERPT_WIDTH);
        let text = match join_non_empty([&*of.channel.name, &*first], " · ") {
            text if text.is_empty() => format!("session {}", of.id),
            text => text,
        };
        let label = requested.unwrap_or_default();
        let line = DetailLine::new(&label, "the session id", text);
        DetailLine {
            target: Some(DetailTarget::Session(of.id)),
            ..line.copying(of.id.to_string())
        }
    };
    let section = |heading, of: &[&Session]| {
        let heading = [DetailLine::default(), DetailLine::heading(heading)];
        let lines = of.iter().rev().map(line);
        heading.into_iter().chain(lines).collect::<Vec<_>>()
    };
    let later = later.get(1..).unwrap_or_default();
    let mut lines = Vec::new();
    if !later.is_empty() {
        lines.extend(section("Later conversations (Enter opens)", later));
    }
    lines.extend(match earlier {
        [] => section("Earlier conversations", earlier),
        _ => section("Earlier conversations (Enter opens)", earlier),
    });
    let note = note.or_else(|| earlier.is_empty().then_some("none known"));
    lines.extend(note.map(|note| DetailLine {
        text: note.to_owned(),
        ..DetailLine::default()
    }));
    lines
}

fn figure_lines(figures: &ConversationFigures) -> impl Iterator<Item = DetailLine> {
    let length = |length: TimeDelta| time_format::format_staleness(length);
    let of_time = |label, time: Option<TimeDelta>| {
        Some(DetailLine::new(label, "the duration", length(time?)))
    };
    let turns = format!(
        "{} of the customer, {} of agents",
        figures.customer_turns, figures.agent_turns
    );
    // A single response time shows no trend.
    let has_trend = figures.response_times.len() > 1;
    let seconds = figures.response_times.iter().map(TimeDelta::num_seconds);
    let bars = sparkline(&seconds.collect::<Vec<_>>(), MAX_BARS);
    let times = figures.response_times.iter().map(|time| length(*time));
    let times = times.collect::<Vec<_>>().join(", ");
    let trend = DetailLine::new("Response times", "the response times", bars).copying(times);
    let gap = figures.longest_gap.map(
        |Gap {
             length: gap,
             ended_by,
         }| {
            let text = format!("{} (Enter goes to its end)", length(gap));
            let line = DetailLine::new("Longest gap", "the duration", text).copying(length(gap));
            DetailLine {
                target: Some(DetailTarget::Message(ended_by)),
                ..line
            }
        },
    );
    [
        of_time("First response", figures.first_response()),
        of_time(
            "Longest response",
            figures.longest_response().filter(|_| has_trend),
        ),
        has_trend.then_some(trend),
        Some(DetailLine::new("Turns", "the turns", turns)),
        gap,
    ]
    .into_iter()
    .flatten()
}
