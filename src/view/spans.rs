//! Text in several styles: the formats of a message, links and search matches laid over one row.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::theme::{Role, Theme};
use super::{Hyperlinks, width_u16};
use crate::chat::{Format, RichText, is_openable};

/// A style, and perhaps a hyperlink, over a range of bytes.
#[derive(Clone, Debug)]
pub(super) struct Highlight {
    range: Range<usize>,
    style: Style,
    target: Option<String>,
}

impl Highlight {
    pub(super) fn new(range: Range<usize>, style: Style) -> Self {
        Self {
            range,
            style,
            target: None,
        }
    }

    fn link(range: Range<usize>, target: &str, theme: Theme) -> Self {
        let target = is_openable(target).then(|| target.to_owned());
        let style = theme.style(Role::Link);
        Self {
            range,
            style,
            target,
        }
    }
}

/// The formats and links of a message.
pub(super) fn body_highlights(body: &RichText, theme: Theme) -> Vec<Highlight> {
    let highlights = body.annotations.iter().map(|annotation| {
        let range = annotation.range.clone();
        match &annotation.format {
            Format::Bold => Highlight::new(range, Style::new().bold()),
            Format::Italic => Highlight::new(range, Style::new().italic()),
            Format::Underline => Highlight::new(range, Style::new().underlined()),
            Format::Link(target) => Highlight::link(range, target, theme),
        }
    });
    highlights.collect()
}

/// A link over a whole address, with its host emphasised: that is where it leads.
pub(super) fn url_highlights(url: &str, theme: Theme) -> Vec<Highlight> {
    let mut highlights = vec![Highlight::link(0..url.len(), url, theme)];
    if let Some((scheme, rest)) = url.split_once("://") {
        let host = rest.split(['/', '?', '#']).next().unwrap_or("");
        let start = scheme.len() + "://".len();
        let host = start..start + host.len();
        highlights.push(Highlight::new(host, theme.style(Role::Host)));
    }
    highlights
}

/// Appends the shown bytes of a text to a line; later highlights lie over earlier ones.
pub(super) fn push_highlighted(
    line: &mut Line<'static>,
    text: &str,
    shown: Range<usize>,
    base: Style,
    highlights: &[Highlight],
    hyperlinks: &mut Hyperlinks,
) {
    let mut cuts: Vec<usize> = vec![shown.start, shown.end];
    for highlight in highlights {
        let ends = [highlight.range.start, highlight.range.end];
        cuts.extend(ends.into_iter().filter(|cut| shown.contains(cut)));
    }
    cuts.sort_unstable();
    cuts.dedup();
    for pair in cuts.windows(2) {
        let piece = pair[0]..pair[1];
        let Some(words) = text.get(piece.clone()) else {
            continue;
        };
        let over = highlights
            .iter()
            .filter(|it| it.range.start <= piece.start && piece.end <= it.range.end);
        let mut style = over
            .clone()
            .fold(base, |style, highlight| style.patch(highlight.style));
        if let Some(target) = over.filter_map(|it| it.target.as_deref()).next_back() {
            style = style.patch(hyperlinks.add(target));
        }
        line.push_span(Span::styled(words.to_owned(), style));
    }
}

/// Fills a line with spaces up to a column.
pub(super) fn pad_to(line: &mut Line<'static>, column: u16) {
    let missing = usize::from(column.saturating_sub(line_width(line)));
    if missing > 0 {
        line.push_span(Span::raw(" ".repeat(missing)));
    }
}

/// The columns of a line as [`text::width`](crate::text::width) counts them, which is how they are drawn.
pub(super) fn line_width(line: &Line<'_>) -> u16 {
    let widths = line.spans.iter().map(|span| width_u16(&span.content));
    widths.fold(0, u16::saturating_add)
}
