//! Text in several styles: the formats of a message, links and search matches laid over one row.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::theme::{Role, Theme};
use super::{Hyperlinks, width_u16};
use crate::chat::{Authority, Format, RichText, is_openable};

/// A style, and perhaps a hyperlink, over a range of bytes.
#[derive(Clone, Debug)]
pub(super) struct Highlight<'a> {
    range: Range<usize>,
    style: Style,
    target: Option<Cow<'a, str>>,
}

impl Highlight<'_> {
    pub(super) fn new(range: Range<usize>, style: Style) -> Self {
        Self {
            range,
            style,
            target: None,
        }
    }
}

/// The formats and links in the shown bytes of a message.
pub(super) fn body_highlights<'a>(
    body: &'a RichText,
    shown: &Range<usize>,
    theme: &Theme,
) -> Vec<Highlight<'a>> {
    let all = &body.annotations;
    let before_end = all.partition_point(|it| it.range.start < shown.end);
    let mut highlights = Vec::new();
    for annotation in all.iter().take(before_end) {
        if annotation.range.end <= shown.start {
            continue;
        }
        let range = annotation.range.clone();
        match &annotation.format {
            Format::Bold => highlights.push(Highlight::new(range, Style::new().bold())),
            Format::Italic => highlights.push(Highlight::new(range, Style::new().italic())),
            Format::Underline => highlights.push(Highlight::new(range, Style::new().underlined())),
            Format::Link(target) => {
                let label = body.text.get(range.clone()).unwrap_or_default();
                highlights.extend(link_highlights(range.start, label, target.into(), theme));
            }
            // Its text does not show where it leads: the list of links does.
            Format::Image(_) => {}
        }
    }
    highlights
}

/// A link over its label, which begins at a byte; nothing if it cannot be opened. In a label that is
/// the address itself the host is emphasized, since it shows where the link leads, and the user info before it
/// is marked.
pub(super) fn link_highlights<'a>(
    start: usize,
    label: &str,
    target: Cow<'a, str>,
    theme: &Theme,
) -> Vec<Highlight<'a>> {
    if !is_openable(&target) {
        return Vec::new();
    }
    let [address, label_address] = [&*target, label].map(|it| it.trim_end_matches('/'));
    let without_scheme = address.split_once("://").map(|(_, rest)| rest);
    let shows_address = label_address == address || Some(label_address) == without_scheme;
    let mut highlights = vec![Highlight {
        range: start..start + label.len(),
        style: theme.style(Role::Link),
        target: Some(target),
    }];
    if shows_address {
        let Authority { user_info, host } = Authority::parse(label);
        for (part, role) in [(user_info, Role::Suspicious), (host, Role::Host)] {
            let part = start + part.start..start + part.end;
            highlights.push(Highlight::new(part, theme.style(role)));
        }
    }
    highlights
}

/// Appends the shown bytes of a text to a line; later highlights lie over earlier ones.
pub(super) fn push_highlighted(
    line: &mut Line<'static>,
    text: &str,
    shown: Range<usize>,
    base: Style,
    highlights: &[Highlight<'_>],
    hyperlinks: &mut Hyperlinks,
) {
    let overlaps = |it: &&Highlight<'_>| it.range.start < shown.end && shown.start < it.range.end;
    let highlights: Vec<_> = highlights.iter().filter(overlaps).collect();
    let mut cuts: Vec<usize> = vec![shown.start, shown.end];
    for highlight in &highlights {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::superoffice::html;
    use crate::view::ThemeId;

    #[test]
    fn only_the_shown_links_of_many_get_a_style() {
        let links = (1000..3000).map(|number| format!("https://x.example/{number}"));
        let body = html::parse(&links.collect::<Vec<_>>().join(" "));
        assert_eq!(body.links().len(), 2000);
        // Two links in part and one whole, each with its host and an empty user info.
        let highlights = body_highlights(&body, &(50..100), Theme::built_in(ThemeId::Terminal));
        let targets = highlights.iter().filter_map(|it| it.target.as_deref());
        let targets: Vec<_> = targets.collect();
        let expected = [1002, 1003, 1004].map(|number| format!("https://x.example/{number}"));
        assert_eq!(targets, expected);
        assert_eq!(highlights.len(), 9);
    }
}
