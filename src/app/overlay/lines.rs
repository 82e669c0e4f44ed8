//! What the long overlays say, wrapped for a window: their heights decide how far they scroll.

use ratatui::layout::Size;

use super::Overlay;
use crate::app::App;
use crate::app::keymap::{Binding, Place};
use crate::app::keys;
use crate::app::layout::Focus;
use crate::chat::{Agent, EntityRef, Timestamp, Session};
use crate::text::{time_format, width, wrap};

/// Columns and rows of the window that an overlay leaves for its frame and what is around it.
const AROUND: Size = Size {
    width: 8,
    height: 4,
};
/// Columns between a label and its text.
const GAP: usize = 2;

/// A label and what it says; a label alone is a heading.
pub(super) type Line = (String, String);

/// The rows of a long overlay in a window.
#[derive(Clone, Debug)]
pub struct Page {
    /// Label and text of each row.
    pub rows: Vec<Line>,
    /// The column that texts begin in.
    pub text_from: usize,
    /// The columns of its widest line, not wrapped.
    pub columns: usize,
}

impl Page {
    /// Lays out help, details or raw JSON; the other overlays have no lines.
    pub fn of(app: &App, over: &Overlay) -> Self {
        let lines = match over {
            Overlay::Help(_) => help(app),
            Overlay::Details(_) => app
                .session_in_focus()
                .map_or_else(Vec::new, |session| details(app, session)),
            Overlay::Link(_) => super::link::lines(app),
            Overlay::Raw { text, .. } => text
                .lines()
                .map(|line| (String::new(), line.to_owned()))
                .collect(),
            Overlay::Links(..) | Overlay::Zones(_) => Vec::new(),
        };
        let widest = |of: fn(&Line) -> &str| lines.iter().map(|line| width(of(line))).max();
        let label = widest(|(label, _)| label).unwrap_or(0);
        let text_from = if label == 0 { 0 } else { label + GAP };
        let columns = text_from + widest(|(_, text)| text).unwrap_or(0);
        let room = usize::from(app.size().width.saturating_sub(AROUND.width));
        let room = room.saturating_sub(text_from).max(1);
        let rows = lines.iter().flat_map(|(label, text)| {
            let rows = wrap(text, room).enumerate();
            rows.map(move |(number, row)| {
                let label = if number == 0 { label.as_str() } else { "" };
                let text = text.get(row.range).unwrap_or_default();
                (label.to_owned(), text.to_owned())
            })
        });
        Self {
            rows: rows.collect(),
            text_from,
            columns,
        }
    }

    /// The first row on the screen when the last one is on it.
    pub fn end(&self, window: Size) -> usize {
        let height = usize::from(window.height.saturating_sub(AROUND.height)).max(1);
        self.rows.len().saturating_sub(height)
    }
}

fn help(app: &App) -> Vec<Line> {
    let heading = |text: &str| (text.to_owned(), String::new());
    let line = |binding: &Binding| {
        let keys: Vec<_> = binding.keys.iter().map(|&key| keys::show(key)).collect();
        (keys.join(" "), binding.sentence.to_owned())
    };
    let of = |place: Place| {
        app.keymap()
            .all()
            .iter()
            .filter(move |binding| binding.place == place && !binding.keys.is_empty())
            .map(line)
    };
    let mut places = [
        (Place::List, "In the list"),
        (Place::Reader, "In the reader"),
    ];
    if app.focus() == Focus::Reader {
        places.reverse();
    }
    let [here, there] = places;
    let mut lines = Vec::new();
    for (place, words) in [here, (Place::Everywhere, "Everywhere"), there] {
        if !lines.is_empty() {
            lines.push(heading(""));
        }
        lines.push(heading(words));
        lines.extend(of(place));
    }
    lines
}

fn details(app: &App, session: &Session) -> Vec<Line> {
    let zone = app.zones().shown();
    let time = |moment: Option<Timestamp>| {
        moment
            .map(|moment| {
                format!(
                    "{} ({})",
                    time_format::format_timestamp(moment, zone),
                    time_format::format_relative(moment, app.now())
                )
            })
            .unwrap_or_default()
    };
    let linked = |linked: &Option<EntityRef>| {
        linked
            .as_ref()
            .map(|to| format!("{} ({})", to.name, to.id))
            .unwrap_or_default()
    };
    let agent = |agent: &Option<Agent>| {
        agent
            .as_ref()
            .map(|agent| agent.name.clone())
            .unwrap_or_default()
    };
    let yes = |is: bool, words: &str| if is { words.to_owned() } else { String::new() };
    let customer = &session.customer;
    let all = [
        ("Session", session.id.to_string()),
        ("State", session.status.label().to_owned()),
        ("Channel", session.channel.name.clone()),
        ("Customer", customer.name.clone()),
        ("Alias", customer.alias.clone()),
        ("Company", session.company().to_owned()),
        ("Mail", customer.email.clone()),
        ("Phone", customer.phone.clone()),
        ("Host", customer.host.clone()),
        ("Consent", yes(customer.consented, "given at the start")),
        ("Agent", agent(&session.agent)),
        ("Handing to", agent(&session.transfer_to)),
        ("Bot", yes(session.bot_active, "answers now")),
        ("Asked", time(session.requested)),
        ("Accepted", time(session.started)),
        ("Last message", time(session.last_activity)),
        ("Customer seen", time(session.customer_last_poll)),
        ("Ended", time(session.ended)),
        (
            "Queue",
            yes(
                session.queue_position > 0,
                &format!("number {} when asked", session.queue_position),
            ),
        ),
        (
            "Alert",
            yes(
                session.alert_level > 0,
                &format!("level {}", session.alert_level),
            ),
        ),
        (
            "Rating",
            session
                .rating
                .map(|stars| format!("{stars} of 5"))
                .unwrap_or_default(),
        ),
        ("Contact", linked(&session.contact)),
        ("Person", linked(&session.person)),
        ("Request", linked(&session.ticket)),
        ("Sale", linked(&session.sale)),
        ("Project", linked(&session.project)),
    ];
    let known = all.into_iter().filter(|(_, text)| !text.is_empty());
    known
        .map(|(label, text)| (label.to_owned(), text))
        .collect()
}
