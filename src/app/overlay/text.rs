//! Text of the scrollable overlays, wrapped to the window: the number of rows limits scrolling.

use ratatui::layout::Size;

use super::{LEGEND, LabeledLine, Overlay, Shape, heading, present_lines};
use crate::app::App;
use crate::app::keymap::Binding;
use crate::app::keys;
use crate::app::layout::overlay_space;
use crate::chat::{Agent, EntityRef, Session, Timestamp};
use crate::text::{WrappedLine, time_format, width, wrap};

/// Columns between a label and its text.
const LABEL_GAP: usize = 2;
/// Where labels leave fewer columns, texts are below them.
const MIN_TEXT_COLUMNS: usize = 20;
/// The columns of the widest shape.
const SHAPE_WIDTH: usize = 3;
/// Columns before a text below its label.
const INDENT: usize = 2;

#[derive(Clone, Debug)]
pub(crate) struct OverlayText {
    pub rows: Vec<OverlayRow>,
    /// The width of the widest line before wrapping.
    pub max_width: usize,
}

/// A row of an overlay: a heading, or the label and the first line of a text, or a line of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OverlayRow {
    pub label: String,
    /// In place of the label.
    pub shape: Option<Shape>,
    pub text: String,
    /// The column where the text begins.
    pub text_column: usize,
    pub is_heading: bool,
}

impl OverlayText {
    /// Wraps the text of an overlay; lists to choose from have none, and raw JSON has rows of its own.
    pub(crate) fn new(app: &App, overlay: &Overlay) -> Self {
        let lines = match overlay {
            Overlay::Help(_) => help_lines(app),
            Overlay::Details(_) => app
                .focused_session()
                .map_or_else(Vec::new, |session| session_lines(app, session)),
            Overlay::Connection(_) => super::connection::connection_lines(app),
            Overlay::RawJson(_) | Overlay::Links(_) | Overlay::ZonePicker(_) => Vec::new(),
        };
        let widest = |of: fn(&LabeledLine) -> &str| lines.iter().map(|line| width(of(line))).max();
        let label = widest(|(label, text)| if text.is_empty() { "" } else { label }).unwrap_or(0);
        let text_column = if label == 0 { 0 } else { label + LABEL_GAP };
        let widest_label = widest(|(label, _)| label).unwrap_or(0);
        let max_width = widest_label.max(text_column + widest(|(_, text)| text).unwrap_or(0));
        let columns = usize::from(overlay_space(app.size()).size.width);
        let wrap_line = |(label, text): &LabeledLine| wrap_line(label, text, text_column, columns);
        let mut rows: Vec<_> = lines.iter().flat_map(wrap_line).collect();
        if matches!(overlay, Overlay::Help(_)) {
            rows.extend([heading(""), heading("Shapes")].iter().flat_map(wrap_line));
            rows.extend(LEGEND.iter().flat_map(|(shape, meaning)| {
                let mut rows = wrap_line(&(" ".repeat(SHAPE_WIDTH), (*meaning).to_owned()));
                rows[0].shape = Some(*shape);
                rows
            }));
        }
        Self { rows, max_width }
    }

    /// The scroll offset that shows the last row.
    pub(crate) fn max_scroll(&self, window: Size) -> usize {
        let height = usize::from(overlay_space(window).size.height).max(1);
        self.rows.len().saturating_sub(height)
    }
}

/// The rows of a label and its text in some columns.
fn wrap_line(label: &str, text: &str, text_column: usize, columns: usize) -> Vec<OverlayRow> {
    let row = |label: &str, text: &str, text_column| OverlayRow {
        label: label.to_owned(),
        shape: None,
        text: text.to_owned(),
        text_column,
        is_heading: false,
    };
    if text.is_empty() {
        let heading = |line: WrappedLine| OverlayRow {
            is_heading: true,
            ..row(label.get(line.range).unwrap_or_default(), "", 0)
        };
        return wrap(label, columns).map(heading).collect();
    }
    let own_column = width(label) + LABEL_GAP;
    let (first_column, text_column) = if columns >= text_column + MIN_TEXT_COLUMNS {
        (text_column, text_column)
    } else if label.is_empty() {
        (0, 0)
    } else if own_column + width(text) <= columns {
        (own_column, own_column)
    } else {
        (columns, INDENT)
    };
    let space = columns.saturating_sub(text_column).max(1);
    let lines = wrap(text, space).map(|line| text.get(line.range).unwrap_or_default());
    let mut rows: Vec<_> = lines.map(|line| row("", line, text_column)).collect();
    if first_column == columns {
        let labels = wrap(label, columns).map(|line| label.get(line.range).unwrap_or_default());
        let labels: Vec<_> = labels.map(|label| row(label, "", 0)).collect();
        rows.splice(0..0, labels);
    } else if let Some(first) = rows.first_mut() {
        label.clone_into(&mut first.label);
    }
    rows
}

fn help_lines(app: &App) -> Vec<LabeledLine> {
    let line = |binding: &Binding| {
        let keys: Vec<_> = binding.keys.iter().map(|&key| keys::format(key)).collect();
        (keys.join(" "), binding.help.to_owned())
    };
    let mut lines = Vec::new();
    for (topic, bindings) in app.keymap().topics() {
        if !lines.is_empty() {
            lines.push(heading(""));
        }
        lines.push(heading(topic));
        lines.extend(bindings.iter().filter(|it| !it.keys.is_empty()).map(line));
    }
    lines
}

fn session_lines(app: &App, session: &Session) -> Vec<LabeledLine> {
    let zone = app.time_zone().displayed();
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let time = |time: Option<Timestamp>| {
        let time = time?;
        let relative = time_format::format_relative(time, app.now());
        Some(format!(
            "{} ({relative})",
            time_format::format_timestamp(time, zone)
        ))
    };
    let linked = |linked: &Option<EntityRef>| {
        let linked = linked.as_ref()?;
        Some(format!("{} ({})", linked.name, linked.id))
    };
    let agent = |agent: &Option<Agent>| text(&agent.as_ref()?.name);
    let flag = |is_set: bool, text: &str| is_set.then(|| text.to_owned());
    let number = |prefix: &str, number: i64| (number > 0).then(|| format!("{prefix} {number}"));
    let customer = &session.customer;
    present_lines([
        ("Session", Some(session.id.to_string())),
        ("State", text(session.state())),
        ("Channel", text(&session.channel.name)),
        ("Customer", text(&customer.name)),
        ("Alias", text(&customer.alias)),
        ("Company", text(session.company())),
        ("Email", text(&customer.email)),
        ("Phone", text(&customer.phone)),
        ("Host", text(&customer.host)),
        ("Consent", flag(customer.consented, "given at the start")),
        ("Agent", agent(&session.agent)),
        ("Transfer pending to", agent(&session.transfer_to)),
        ("Bot", flag(session.bot_active, "active")),
        ("Requested", time(session.requested)),
        ("Picked up", time(session.started)),
        ("Last message", time(session.last_activity)),
        ("Customer last online", time(session.customer_last_poll)),
        ("Ended", time(session.ended)),
        (
            "Queue",
            number("position", session.queue_position).map(|it| it + " on arrival"),
        ),
        ("Alert", number("level", session.alert_level)),
        (
            "Rating",
            session.rating.map(|stars| format!("{stars} of 5")),
        ),
        ("Contact", linked(&session.contact)),
        ("Person", linked(&session.person)),
        ("Ticket", linked(&session.ticket)),
        ("Sale", linked(&session.sale)),
        ("Project", linked(&session.project)),
    ])
}
