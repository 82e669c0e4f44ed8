//! The HTML of a message read into text with marks.
//!
//! The service keeps a few tags and strips the rest; customers' own text comes escaped or raw.
//! So known tags are obeyed, everything else is shown as typed, and entities are decoded once. Text is
//! cleaned after it is decoded, because an entity can spell an escape. Only `chat` and the two
//! tokenizers may enter; time is linear in the length, whatever is sent.

use std::cmp::Reverse;
use std::ops::Range;

use linkify::{LinkFinder, LinkKind};
use memchr::memchr2;

use crate::chat::{Annotation, Format, RichText, sanitize};

mod source;

use source::{Piece, Source, Style, Tag, attribute, decoded};

/// White space to HTML.
const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

/// Reads the markup of a message.
pub fn read(html: &str) -> RichText {
    if memchr2(b'<', b'&', html.as_bytes()).is_none() {
        let text = sanitize::sanitize_text(html.trim_end_matches(BLANK));
        let marks = bare_links(&text, &[]);
        return RichText { text, annotations: marks };
    }
    let mut page = Page::default();
    let mut source = Source::new(html);
    while let Some((text, piece)) = source.next() {
        page.text(&decoded(text));
        page.obey(piece);
    }
    page.finish()
}

impl Style {
    fn mark(self) -> Format {
        match self {
            Self::Bold => Format::Bold,
            Self::Italic => Format::Italic,
            Self::Underline => Format::Underline,
        }
    }
}

/// The text written so far, not clean yet, and what is open in it.
#[derive(Default)]
struct Page {
    out: String,
    marks: Vec<Annotation>,
    /// White space at the end of the last text: shown between words, not before a break.
    held: String,
    /// Where a line that a tag began has nothing on it yet but a bullet.
    fresh: Option<usize>,
    /// A break is due before whatever comes next.
    due: bool,
    /// Number and start of the open tags of each style.
    styles: [(usize, usize); 3],
    /// Start and target of the open link.
    link: Option<(usize, String)>,
    /// The open lists, and the number of the last item where it has one.
    lists: Vec<Option<usize>>,
}

impl Page {
    fn text(&mut self, text: &str) {
        let text = if self.due || self.fresh == Some(self.out.len()) {
            text.trim_start_matches(BLANK)
        } else {
            text
        };
        let body = text.trim_end_matches(BLANK);
        if !body.is_empty() {
            self.flush();
            self.out.push_str(body);
        }
        self.held.push_str(text.strip_prefix(body).unwrap_or(""));
    }

    fn obey(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Open(Tag::Style(style), _) => self.open(style),
            Piece::Close(Tag::Style(style)) => self.close(style),
            Piece::Open(Tag::Link, source) => {
                self.close_link();
                self.flush();
                let target = sanitize::sanitize_line(&attribute(source, "href"));
                self.link = Some((self.out.len(), target));
            }
            Piece::Close(Tag::Link) => self.close_link(),
            Piece::Open(Tag::Break, _) | Piece::Close(Tag::Break) => {
                self.held.clear();
                self.flush();
                self.new_line();
            }
            Piece::Open(Tag::Block, _) | Piece::Close(Tag::Block | Tag::Item) => self.part(),
            Piece::Open(Tag::Heading, _) => {
                self.part();
                self.open(Style::Bold);
            }
            Piece::Close(Tag::Heading) => {
                self.close(Style::Bold);
                self.part();
            }
            Piece::Open(Tag::List { numbered }, _) => {
                self.part();
                self.lists.push(numbered.then_some(0));
            }
            Piece::Close(Tag::List { .. }) => {
                self.part();
                self.lists.pop();
            }
            Piece::Open(Tag::Item, _) => self.item(),
            Piece::Open(Tag::Cell, _) => {
                self.held.clear();
                if !self.due && !self.is_fresh() {
                    self.out.push_str(" | ");
                }
            }
            Piece::Open(Tag::Rule, _) => {
                self.part();
                self.text("───");
                self.part();
            }
            Piece::Open(Tag::Image, source) => {
                let alt = attribute(source, "alt");
                self.text(if alt.is_empty() { "[image]" } else { &alt });
            }
            Piece::Open(Tag::Plain, _)
            | Piece::Close(Tag::Cell | Tag::Rule | Tag::Image | Tag::Plain)
            | Piece::Nothing => {}
        }
    }

    /// Ends the line before a block or after it; blocks inside blocks end it once.
    fn part(&mut self) {
        self.held.clear();
        if self.is_fresh() {
            self.fresh = Some(self.out.len());
        } else {
            self.due = true;
        }
    }

    fn is_fresh(&self) -> bool {
        self.out.is_empty() || self.fresh == Some(self.out.len()) || self.out.ends_with('\n')
    }

    /// Writes the break that is due and the white space held back.
    fn flush(&mut self) {
        if std::mem::take(&mut self.due) {
            self.new_line();
        }
        self.out.push_str(&std::mem::take(&mut self.held));
    }

    fn new_line(&mut self) {
        self.out.push('\n');
        self.indent(self.lists.len());
        self.fresh = Some(self.out.len());
    }

    fn indent(&mut self, levels: usize) {
        // No one reads a list nested deeper, and its indents would grow with the square of the depth.
        for _ in 0..levels.min(8) {
            self.out.push_str("  ");
        }
    }

    fn item(&mut self) {
        self.held.clear();
        self.due = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.indent(self.lists.len().saturating_sub(1));
        let bullet = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{number}. ")
            }
            _ => "• ".to_owned(),
        };
        self.out.push_str(&bullet);
        self.fresh = Some(self.out.len());
    }

    fn open(&mut self, style: Style) {
        self.flush();
        let (open, start) = &mut self.styles[style as usize];
        if *open == 0 {
            *start = self.out.len();
        }
        *open += 1;
    }

    fn close(&mut self, style: Style) {
        let (open, start) = &mut self.styles[style as usize];
        if *open == 1 {
            let range = *start..self.out.len();
            self.marks.push(Annotation {
                range,
                format: style.mark(),
            });
        }
        *open = open.saturating_sub(1);
    }

    /// Ends a link: its target follows where the text does not tell it.
    fn close_link(&mut self) {
        let Some((start, target)) = self.link.take() else {
            return;
        };
        if target.is_empty() {
            return;
        }
        let shown = sanitize::sanitize_line(self.out.get(start..).unwrap_or(""));
        if !shown.is_empty() {
            self.mark_link(start..self.out.len(), &target);
        }
        if bare(&shown) != bare(&target) {
            self.out.push_str(if shown.is_empty() { "" } else { " (" });
            let start = self.out.len();
            self.out.push_str(&target);
            self.mark_link(start..self.out.len(), &target);
            self.out.push_str(if shown.is_empty() { "" } else { ")" });
        }
    }

    fn mark_link(&mut self, range: Range<usize>, target: &str) {
        let kind = Format::Link(target.to_owned());
        self.marks.push(Annotation { range, format: kind });
    }

    fn finish(mut self) -> RichText {
        self.close_link();
        for style in [Style::Bold, Style::Italic, Style::Underline] {
            if self.styles[style as usize].0 > 0 {
                self.styles[style as usize].0 = 1;
                self.close(style);
            }
        }
        let mut marks = self.marks;
        let mut edges: Vec<&mut usize> = marks
            .iter_mut()
            .flat_map(|mark| [&mut mark.range.start, &mut mark.range.end])
            .collect();
        edges.sort_unstable_by_key(|edge| **edge);
        let text = sanitize::sanitize_with_offsets(&self.out, &mut edges);
        marks.retain(|mark| !mark.range.is_empty());
        marks.sort_by_key(|mark| (mark.range.start, Reverse(mark.range.end)));
        let found = bare_links(&text, &marks);
        marks.extend(found);
        marks.sort_by_key(|mark| (mark.range.start, Reverse(mark.range.end)));
        RichText { text, annotations: marks }
    }
}

/// What of an address a reader would call the same.
fn bare(target: &str) -> &str {
    ["https://", "http://", "mailto:", "tel:"]
        .iter()
        .find_map(|scheme| target.strip_prefix(scheme))
        .unwrap_or(target)
        .trim_end_matches('/')
}

/// Marks the addresses in a text that are not part of a link already.
fn bare_links(text: &str, marks: &[Annotation]) -> Vec<Annotation> {
    if !text.contains("://") {
        return Vec::new();
    }
    let linked: Vec<&Range<usize>> = marks
        .iter()
        .filter(|mark| matches!(mark.format, Format::Link(_)))
        .map(|mark| &mark.range)
        .collect();
    let is_linked = |start: usize, end: usize| {
        let next = linked.partition_point(|range| range.end <= start);
        linked.get(next).is_some_and(|range| range.start < end)
    };
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    finder
        .links(text)
        .filter(|link| !is_linked(link.start(), link.end()))
        .map(|link| Annotation {
            range: link.start()..link.end(),
            format: Format::Link(sanitize::sanitize_line(link.as_str())),
        })
        .collect()
}

#[cfg(test)]
mod tests;
