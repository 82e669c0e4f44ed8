//! Text of the scrollable overlays, wrapped to the window: the number of rows limits scrolling.

use ratatui::layout::Size;

use super::help::{help_sections, matching_lines};
use super::{LabeledLine, Overlay, OverlayLine, Shape, details};
use crate::app::App;
use crate::app::layout::{overlay_space, selectable_size};
use crate::text::{WrappedLine, width, wrap};

/// Columns between a label and its text.
const LABEL_GAP: usize = 2;
/// Where labels leave fewer columns, texts are below them.
const MIN_TEXT_COLUMNS: usize = 20;
/// Columns before a text below its label.
const INDENT: usize = 2;

#[derive(Clone, Debug)]
pub(crate) struct OverlayText {
    pub rows: Vec<OverlayRow>,
    /// The width of the widest line before wrapping.
    pub(crate) max_width: usize,
    /// The number of rows while nothing is typed, so that a box keeps its size.
    pub(crate) row_count: usize,
    /// Whether a line to type into is above the rows.
    pub(crate) has_query: bool,
}

/// A row of an overlay: a heading, or the label and the first line of a text, or a line of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OverlayRow {
    pub label: String,
    /// In place of the label.
    pub shape: Option<Shape>,
    pub text: String,
    /// The column where the text begins.
    pub(crate) text_column: usize,
    pub(crate) is_heading: bool,
    /// The line that it is a row of.
    pub line: usize,
}

impl OverlayText {
    /// Wraps the text of an overlay; lists to choose from have none, and raw JSON has rows of its own.
    pub(crate) fn new(app: &App, overlay: &Overlay) -> Self {
        let (all, shown) = match overlay {
            Overlay::Help(help) => {
                let sections = help_sections(app);
                let shown = matching_lines(&sections, help.query.value());
                (matching_lines(&sections, ""), Some(shown))
            }
            Overlay::Details(details) => {
                let lines = details::detail_lines(app, details).into_iter();
                let lines = lines.map(|line| (line.label, line.text)).collect();
                (without_shapes(lines), None)
            }
            Overlay::Connection(_) => {
                let lines = super::connection::connection_lines(app);
                (without_shapes(lines), None)
            }
            Overlay::CommandPalette(_)
            | Overlay::RawJson(_)
            | Overlay::MessageText(_)
            | Overlay::Links(_)
            | Overlay::Overview(_)
            | Overlay::SearchResults
            | Overlay::ZonePicker(_) => (Vec::new(), None),
        };
        let columns = usize::from(match overlay {
            Overlay::Details(_) => selectable_size(app.size()).width,
            _ => overlay_space(app.size()).size.width,
        });
        let measured = Measured::new(&all);
        let all = measured.wrap_lines(&all, columns);
        Self {
            max_width: measured.max_width,
            row_count: all.len(),
            has_query: shown.is_some(),
            rows: shown.map_or(all, |shown| measured.wrap_lines(&shown, columns)),
        }
    }

    /// The scroll offset that shows the last row.
    pub(crate) fn max_scroll(&self, window: Size) -> usize {
        let height = usize::from(overlay_space(window).size.height);
        let height = height.saturating_sub(usize::from(self.has_query)).max(1);
        self.rows.len().saturating_sub(height)
    }
}

fn without_shapes(lines: Vec<LabeledLine>) -> Vec<OverlayLine> {
    lines.into_iter().map(|line| (line, None)).collect()
}

/// The columns that all lines of an overlay need.
struct Measured {
    text_column: usize,
    max_width: usize,
}

impl Measured {
    fn new(lines: &[OverlayLine]) -> Self {
        let widest = |of: fn(&LabeledLine) -> &str| {
            let widths = lines.iter().map(|(line, _)| width(of(line)));
            widths.max().unwrap_or(0)
        };
        let label = widest(|(label, text)| if text.is_empty() { "" } else { label });
        let text_column = if label == 0 { 0 } else { label + LABEL_GAP };
        let max_width = widest(|(label, _)| label).max(text_column + widest(|(_, text)| text));
        Self {
            text_column,
            max_width,
        }
    }

    fn wrap_lines(&self, lines: &[OverlayLine], columns: usize) -> Vec<OverlayRow> {
        let rows = lines.iter().enumerate().flat_map(|(number, line)| {
            let ((label, text), shape) = line;
            let mut rows = wrap_line(label, text, self.text_column, columns);
            for row in &mut rows {
                row.line = number;
            }
            if let Some(first) = rows.first_mut() {
                first.shape = *shape;
            }
            rows
        });
        rows.collect()
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
        line: 0,
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
