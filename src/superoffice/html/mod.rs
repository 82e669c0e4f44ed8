//! Parses the HTML of a message into annotated text.
//!
//! The service retains a few tags and strips the rest; text typed by customers is sent escaped or
//! raw. Known tags are therefore applied, everything else is shown as typed, and entities are decoded
//! once. Text is sanitized after decoding, because an entity can encode an escape character. The time
//! is linear in the length of any input.

use std::cmp::Reverse;
use std::ops::Range;

use memchr::memchr2;

use crate::chat::{Annotation, Format, MAX_SHOWN_BYTES, RichText, link_target, sanitize};

mod links;
mod tokenizer;

use links::find_addresses;
use tokenizer::{Emphasis, HtmlToken, HtmlTokenizer, Tag, attribute, decode_entities};

/// White space as defined by HTML.
const WHITESPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Parses the body of a message.
pub(crate) fn parse(html: &str) -> RichText {
    if memchr2(b'<', b'&', html.as_bytes()).is_none() {
        let text = sanitize::sanitize_text(html.trim_end_matches(WHITESPACE));
        let annotations = autolink(&text, &[]);
        return RichText { text, annotations };
    }
    let mut builder = TextBuilder::default();
    let mut tokenizer = HtmlTokenizer::new(html);
    while let Some((text, token)) = tokenizer.next() {
        builder.push_text(&decode_entities(text));
        builder.apply(token);
    }
    builder.finish()
}

/// The formats of [`Emphasis`], in its order.
const EMPHASIS: [Format; 3] = [Format::Bold, Format::Italic, Format::Underline];

/// The text so far, not sanitized yet, and the open elements.
#[derive(Default)]
struct TextBuilder {
    out: String,
    annotations: Vec<Annotation>,
    /// White space at the end of the last text; written before more text, dropped before a line break.
    pending_space: String,
    /// The end of the text, if it is at the start of a line begun by a tag; a bullet may precede it.
    line_start: Option<usize>,
    /// A line break precedes the next text.
    break_pending: bool,
    /// For each style, the number of open tags and where the first begins.
    open_emphasis: [(usize, usize); 3],
    /// Start and target.
    open_link: Option<(usize, String)>,
    /// For each open list, its numbers if it has any.
    open_lists: Vec<Option<Numbering>>,
}

/// The numbers of the items of a list.
struct Numbering {
    next: i32,
    step: i32,
}

impl Numbering {
    /// `None` if the first number is not known: that of a reversed list is the number of its items.
    fn from_tag(tag: &str) -> Option<Self> {
        let is_reversed = attribute(tag, "reversed").is_some();
        let start = integer_attribute(tag, "start");
        Some(Self {
            next: start.or((!is_reversed).then_some(1))?,
            step: if is_reversed { -1 } else { 1 },
        })
    }

    /// The number of the next item, which its tag may set.
    fn next(&mut self, tag: &str) -> i32 {
        let number = integer_attribute(tag, "value").unwrap_or(self.next);
        self.next = number.saturating_add(self.step);
        number
    }
}

/// Parses an integer as HTML does: what follows the digits does not matter.
fn integer_attribute(tag: &str, name: &str) -> Option<i32> {
    let value = attribute(tag, name)?;
    let value = value.trim_start();
    let unsigned = value.strip_prefix(['-', '+']).unwrap_or(value);
    let after = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
    value.strip_suffix(after)?.parse().ok()
}

impl TextBuilder {
    fn push_text(&mut self, text: &str) {
        let text = if self.break_pending || self.line_start == Some(self.out.len()) {
            text.trim_start_matches(WHITESPACE)
        } else {
            text
        };
        let (body, space) = text.split_at(text.trim_end_matches(WHITESPACE).len());
        if !body.is_empty() {
            self.flush_pending();
            self.out.push_str(body);
        }
        self.pending_space.push_str(space);
    }

    fn apply(&mut self, token: HtmlToken<'_>) {
        match token {
            HtmlToken::Open(Tag::Emphasis(emphasis), _) => self.start_emphasis(emphasis),
            HtmlToken::Close(Tag::Emphasis(emphasis)) => self.end_emphasis(emphasis as usize),
            HtmlToken::Open(Tag::Link, tag) => {
                self.end_link();
                self.flush_pending();
                let target = sanitize::sanitize_line(&attribute(tag, "href").unwrap_or_default());
                let target = link_target(&target).into_owned();
                self.open_link = Some((self.out.len(), target));
            }
            HtmlToken::Close(Tag::Link) => self.end_link(),
            HtmlToken::Open(Tag::Break, _) | HtmlToken::Close(Tag::Break) => {
                self.pending_space.clear();
                self.flush_pending();
                self.push_line_break();
            }
            HtmlToken::Open(Tag::Block, _) | HtmlToken::Close(Tag::Block | Tag::Item) => {
                self.break_block();
            }
            HtmlToken::Open(Tag::Heading, _) => {
                self.break_block();
                self.start_emphasis(Emphasis::Bold);
            }
            HtmlToken::Close(Tag::Heading) => {
                self.end_emphasis(Emphasis::Bold as usize);
                self.break_block();
            }
            HtmlToken::Open(Tag::List { numbered }, tag) => {
                self.break_block();
                let numbering = numbered.then(|| Numbering::from_tag(tag)).flatten();
                self.open_lists.push(numbering);
            }
            HtmlToken::Close(Tag::List { .. }) => {
                self.break_block();
                self.open_lists.pop();
            }
            HtmlToken::Open(Tag::Item, tag) => self.start_item(tag),
            HtmlToken::Open(Tag::Cell, _) => {
                self.pending_space.clear();
                if !self.break_pending && !self.is_at_line_start() {
                    self.out.push_str(" | ");
                }
            }
            HtmlToken::Open(Tag::Rule, _) => {
                self.break_block();
                self.push_text(if self.is_laid_out() { "───" } else { "-" });
                self.break_block();
            }
            HtmlToken::Open(Tag::Image, tag) => self.push_image(tag),
            HtmlToken::Open(Tag::Transparent, _)
            | HtmlToken::Close(Tag::Cell | Tag::Rule | Tag::Image | Tag::Transparent)
            | HtmlToken::Nothing => {}
        }
    }

    /// Ends the line before or after a block; nested blocks end it only once.
    fn break_block(&mut self) {
        self.pending_space.clear();
        if self.is_at_line_start() {
            self.line_start = Some(self.out.len());
        } else {
            self.break_pending = true;
        }
    }

    /// Returns `true` if the next text is laid out.
    fn is_laid_out(&self) -> bool {
        self.out.len() < MAX_SHOWN_BYTES
    }

    fn is_at_line_start(&self) -> bool {
        self.out.is_empty() || self.line_start == Some(self.out.len()) || self.out.ends_with('\n')
    }

    /// Writes the pending line break and white space.
    fn flush_pending(&mut self) {
        if std::mem::take(&mut self.break_pending) {
            self.push_line_break();
        }
        self.out.push_str(&std::mem::take(&mut self.pending_space));
    }

    fn push_line_break(&mut self) {
        self.out.push('\n');
        self.push_indent(self.open_lists.len());
        self.line_start = Some(self.out.len());
    }

    fn push_indent(&mut self, levels: usize) {
        // Without limits, the indents of nested lists would grow with the square of the depth, and those
        // of what is not laid out could be many times as long as its HTML.
        let levels = if self.is_laid_out() { levels.min(8) } else { 0 };
        for _ in 0..levels {
            self.out.push_str("  ");
        }
    }

    fn start_item(&mut self, tag: &str) {
        self.pending_space.clear();
        self.break_pending = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.push_indent(self.open_lists.len().saturating_sub(1));
        let bullet = match self.open_lists.last_mut() {
            Some(Some(numbering)) => format!("{}. ", numbering.next(tag)),
            _ => "• ".to_owned(),
        };
        self.out.push_str(&bullet);
        self.line_start = Some(self.out.len());
    }

    fn start_emphasis(&mut self, emphasis: Emphasis) {
        self.flush_pending();
        let (open, start) = &mut self.open_emphasis[emphasis as usize];
        if *open == 0 {
            *start = self.out.len();
        }
        *open += 1;
    }

    fn end_emphasis(&mut self, emphasis: usize) {
        let (open, start) = &mut self.open_emphasis[emphasis];
        let range = *start..self.out.len();
        if *open == 1 && !range.is_empty() && range.start < MAX_SHOWN_BYTES {
            let format = EMPHASIS[emphasis].clone();
            self.annotations.push(Annotation { range, format });
        }
        *open = open.saturating_sub(1);
    }

    /// Writes the alternative text of an image. One that the message itself contains has no address.
    fn push_image(&mut self, tag: &str) {
        let alt = sanitize::sanitize_line(&attribute(tag, "alt").unwrap_or_default());
        let alt = Some(alt.trim()).filter(|alt| !alt.is_empty());
        self.flush_pending();
        let start = self.out.len();
        self.out.push_str(alt.unwrap_or("[image]"));
        let source = sanitize::sanitize_line(&attribute(tag, "src").unwrap_or_default());
        let is_embedded = |source: &str| {
            let scheme = source.get(.."data:".len()).unwrap_or_default();
            scheme.eq_ignore_ascii_case("data:")
        };
        if !source.is_empty() && !is_embedded(&source) {
            let target = link_target(&source);
            self.annotate(start..self.out.len(), Format::Image, &target);
        }
    }

    /// Ends a link. The target follows in parentheses unless the text is the same.
    fn end_link(&mut self) {
        let Some((start, target)) = self.open_link.take() else {
            return;
        };
        if target.is_empty() {
            return;
        }
        let label = sanitize::sanitize_line(self.out.get(start..).unwrap_or(""));
        if !label.is_empty() {
            self.annotate(start..self.out.len(), Format::Link, &target);
        }
        if without_scheme(&label) != without_scheme(&target) {
            self.out.push_str(if label.is_empty() { "" } else { " (" });
            let start = self.out.len();
            self.out.push_str(&target);
            self.annotate(start..self.out.len(), Format::Link, &target);
            self.out.push_str(if label.is_empty() { "" } else { ")" });
        }
    }

    fn annotate(&mut self, range: Range<usize>, format: fn(String) -> Format, target: &str) {
        if range.start < MAX_SHOWN_BYTES && target.len() < MAX_SHOWN_BYTES {
            let format = format(target.to_owned());
            self.annotations.push(Annotation { range, format });
        }
    }

    fn finish(mut self) -> RichText {
        self.end_link();
        for emphasis in 0..EMPHASIS.len() {
            let open = &mut self.open_emphasis[emphasis].0;
            *open = (*open).min(1);
            self.end_emphasis(emphasis);
        }
        let mut annotations = self.annotations;
        let mut edges: Vec<&mut usize> = annotations
            .iter_mut()
            .flat_map(|mark| [&mut mark.range.start, &mut mark.range.end])
            .collect();
        edges.sort_unstable_by_key(|edge| **edge);
        let text = sanitize::sanitize_with_offsets(&self.out, &mut edges);
        annotations.retain(|mark| !mark.range.is_empty());
        annotations.sort_by_key(|mark| (mark.range.start, Reverse(mark.range.end)));
        let found = autolink(&text, &annotations);
        annotations.extend(found);
        annotations.sort_by_key(|mark| (mark.range.start, Reverse(mark.range.end)));
        RichText { text, annotations }
    }
}

/// Strips the parts of an address that do not matter when it is compared with a link text.
fn without_scheme(target: &str) -> &str {
    ["https://", "http://", "mailto:", "tel:"]
        .iter()
        .find_map(|scheme| target.strip_prefix(scheme))
        .unwrap_or(target)
        .trim_end_matches('/')
}

/// Finds addresses, in the part of a text that is laid out, that are not part of a link yet.
fn autolink(text: &str, annotations: &[Annotation]) -> Vec<Annotation> {
    let linked: Vec<&Range<usize>> = annotations
        .iter()
        .filter(|mark| matches!(mark.format, Format::Link(_)))
        .map(|mark| &mark.range)
        .collect();
    let is_linked = |found: &Range<usize>| {
        let next = linked.partition_point(|range| range.end <= found.start);
        linked
            .get(next)
            .is_some_and(|range| range.start < found.end)
    };
    // An address that begins in that part may end after it.
    let end = text.floor_char_boundary(2 * MAX_SHOWN_BYTES);
    let searched = text.get(..end).unwrap_or_default();
    let is_whole = |found: &Range<usize>| found.end < end || end == text.len();
    let found = find_addresses(searched).into_iter();
    let found =
        found.filter(|found| found.start < MAX_SHOWN_BYTES && is_whole(found) && !is_linked(found));
    found
        .map(|range| {
            let target = text.get(range.clone()).unwrap_or_default();
            let target = sanitize::sanitize_line(target);
            let format = Format::Link(link_target(&target).into_owned());
            Annotation { range, format }
        })
        .collect()
}

#[cfg(test)]
mod tests;
