//! Text of the scrollable overlays, wrapped to the window: the number of rows limits scrolling.

use ratatui::layout::Size;

use super::{LabeledLine, Overlay};
use crate::app::App;
use crate::app::keymap::{Binding, KeyContext};
use crate::app::keys;
use crate::app::layout::Focus;
use crate::chat::{Agent, EntityRef, Session, Timestamp};
use crate::text::{time_format, width, wrap};

/// Columns and rows of the window that an overlay leaves for its border and the area around it.
const MARGIN: Size = Size {
    width: 8,
    height: 4,
};
/// Columns between a label and its text.
const LABEL_GAP: usize = 2;

#[derive(Clone, Debug)]
pub(crate) struct OverlayText {
    pub rows: Vec<LabeledLine>,
    /// The column where texts begin, after the labels.
    pub text_column: usize,
    /// The width of the widest line before wrapping.
    pub max_width: usize,
}

impl OverlayText {
    /// Wraps the text of an overlay; lists to choose from have none.
    pub(crate) fn new(app: &App, overlay: &Overlay) -> Self {
        let lines = match overlay {
            Overlay::Help(_) => help_lines(app),
            Overlay::Details(_) => app
                .focused_session()
                .map_or_else(Vec::new, |session| session_lines(app, session)),
            Overlay::Connection(_) => super::connection::connection_lines(app),
            Overlay::RawJson { text, .. } => text
                .lines()
                .map(|line| (String::new(), line.to_owned()))
                .collect(),
            Overlay::Links(..) | Overlay::ZonePicker(_) => Vec::new(),
        };
        let widest = |of: fn(&LabeledLine) -> &str| lines.iter().map(|line| width(of(line))).max();
        let label = widest(|(label, _)| label).unwrap_or(0);
        let text_column = if label == 0 { 0 } else { label + LABEL_GAP };
        let max_width = text_column + widest(|(_, text)| text).unwrap_or(0);
        let text_width = usize::from(app.size().width.saturating_sub(MARGIN.width));
        let text_width = text_width.saturating_sub(text_column).max(1);
        let rows = lines.iter().flat_map(|(label, text)| {
            let rows = wrap(text, text_width).enumerate();
            rows.map(move |(number, row)| {
                let label = if number == 0 { label.as_str() } else { "" };
                let text = text.get(row.range).unwrap_or_default();
                (label.to_owned(), text.to_owned())
            })
        });
        Self {
            rows: rows.collect(),
            text_column,
            max_width,
        }
    }

    /// The scroll offset that shows the last row.
    pub(crate) fn max_scroll(&self, window: Size) -> usize {
        let height = usize::from(window.height.saturating_sub(MARGIN.height)).max(1);
        self.rows.len().saturating_sub(height)
    }
}

fn help_lines(app: &App) -> Vec<LabeledLine> {
    let heading = |text: &str| (text.to_owned(), String::new());
    let line = |binding: &Binding| {
        let keys: Vec<_> = binding.keys.iter().map(|&key| keys::format(key)).collect();
        (keys.join(" "), binding.help.to_owned())
    };
    let of = |context: KeyContext| {
        app.keymap()
            .bindings()
            .iter()
            .filter(move |binding| binding.context == context && !binding.keys.is_empty())
            .map(line)
    };
    let mut contexts = [
        (KeyContext::List, "In the list"),
        (KeyContext::Transcript, "In the reader"),
    ];
    if app.focus() == Focus::Transcript {
        contexts.reverse();
    }
    let [here, there] = contexts;
    let mut lines = Vec::new();
    for (context, title) in [here, (KeyContext::Everywhere, "Everywhere"), there] {
        if !lines.is_empty() {
            lines.push(heading(""));
        }
        lines.push(heading(title));
        lines.extend(of(context));
    }
    lines
}

fn session_lines(app: &App, session: &Session) -> Vec<LabeledLine> {
    let zone = app.time_zone().displayed();
    let time = |time: Option<Timestamp>| {
        time.map(|time| {
            format!(
                "{} ({})",
                time_format::format_timestamp(time, zone),
                time_format::format_relative(time, app.now())
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
    let text_if = |is_true: bool, text: &str| {
        if is_true {
            text.to_owned()
        } else {
            String::new()
        }
    };
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
        ("Consent", text_if(customer.consented, "given at the start")),
        ("Agent", agent(&session.agent)),
        ("Handing to", agent(&session.transfer_to)),
        ("Bot", text_if(session.bot_active, "answers now")),
        ("Asked", time(session.requested)),
        ("Accepted", time(session.started)),
        ("Last message", time(session.last_activity)),
        ("Customer seen", time(session.customer_last_poll)),
        ("Ended", time(session.ended)),
        (
            "Queue",
            text_if(
                session.queue_position > 0,
                &format!("number {} when asked", session.queue_position),
            ),
        ),
        (
            "Alert",
            text_if(
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
