//! Splits HTML into text, known tags and comments.
//!
//! Unknown tags stay text, so that nothing typed is lost. Entities and attributes are decoded by
//! `html5gum`.

use std::borrow::Cow;

use html5gum::{State, Token, Tokenizer};

/// Maximum length of a tag with quoted values; a longer one ends at its first `>`.
const LONGEST_QUOTED_TAG: usize = 4096;

#[derive(Clone, Copy)]
pub(super) enum HtmlToken<'a> {
    Open(Tag, &'a str),
    Close(Tag),
    Nothing,
}

#[derive(Clone, Copy)]
pub(super) enum Tag {
    Emphasis(Emphasis),
    Link,
    Break,
    Block,
    Heading,
    List { numbered: bool },
    Item,
    Cell,
    Rule,
    Image,
    Transparent,
}

#[derive(Clone, Copy)]
pub(super) enum Emphasis {
    Bold,
    Italic,
    Underline,
}

impl Tag {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "b" | "strong" => Self::Emphasis(Emphasis::Bold),
            "i" | "em" => Self::Emphasis(Emphasis::Italic),
            "u" | "ins" => Self::Emphasis(Emphasis::Underline),
            "a" => Self::Link,
            "br" => Self::Break,
            "p" | "div" | "blockquote" | "pre" | "table" | "tr" => Self::Block,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Self::Heading,
            "ul" => Self::List { numbered: false },
            "ol" => Self::List { numbered: true },
            "li" => Self::Item,
            "td" | "th" => Self::Cell,
            "hr" => Self::Rule,
            "img" => Self::Image,
            "span" | "font" | "small" | "big" | "sub" | "sup" | "s" | "strike" | "del" | "code"
            | "tt" | "center" | "html" | "body" | "tbody" | "thead" => Self::Transparent,
            _ => return None,
        })
    }
}

/// The remaining HTML. The flags turn `false` when a search for an end has failed, so that no search
/// is repeated and the total time stays linear.
pub(super) struct HtmlTokenizer<'a> {
    rest: &'a str,
    may_have_tag_end: bool,
    may_have_comment_end: bool,
}

impl<'a> HtmlTokenizer<'a> {
    pub(super) fn new(rest: &'a str) -> Self {
        Self {
            rest,
            may_have_tag_end: true,
            may_have_comment_end: true,
        }
    }

    /// Returns the text up to the next known tag or comment, and that token.
    pub(super) fn next(&mut self) -> Option<(&'a str, HtmlToken<'a>)> {
        if self.rest.is_empty() {
            return None;
        }
        for (at, _) in self.rest.match_indices('<') {
            let (text, html) = self.rest.split_at(at);
            if let Some((token, after)) = self.parse_tag(html).or_else(|| self.parse_comment(html))
            {
                self.rest = after;
                return Some((text, token));
            }
        }
        Some((std::mem::take(&mut self.rest), HtmlToken::Nothing))
    }

    /// Parses a known tag and returns the rest.
    fn parse_tag(&mut self, html: &'a str) -> Option<(HtmlToken<'a>, &'a str)> {
        let inner = html.strip_prefix('<')?;
        let name = inner.strip_prefix('/').unwrap_or(inner);
        let (name, attributes) = name.split_at(name.find(|c: char| !c.is_ascii_alphanumeric())?);
        if !self.may_have_tag_end || !attributes.starts_with(['>', '/', ' ', '\t', '\r', '\n']) {
            return None;
        }
        let known = Tag::from_name(name)?;
        let end = find_tag_end(attributes);
        self.may_have_tag_end = end.is_some();
        let (tag, after) = html.split_at_checked(html.len() - attributes.len() + end?)?;
        let token = if inner.starts_with('/') {
            HtmlToken::Close(known)
        } else {
            HtmlToken::Open(known, tag)
        };
        Some((token, after))
    }

    /// Parses a comment and returns the rest.
    fn parse_comment(&mut self, html: &'a str) -> Option<(HtmlToken<'a>, &'a str)> {
        let inner = html
            .strip_prefix("<!--")
            .filter(|_| self.may_have_comment_end)?;
        let parted = inner.split_once("-->");
        self.may_have_comment_end = parted.is_some();
        parted.map(|(_, after)| (HtmlToken::Nothing, after))
    }
}

/// Returns the end of a tag: after the first `>` outside quoted values.
fn find_tag_end(attributes: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in attributes.char_indices().take(LONGEST_QUOTED_TAG) {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') if before == '=' => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
        if !c.is_ascii_whitespace() {
            before = c;
        }
    }
    attributes.find('>').map(|at| at + 1)
}

/// Decodes each entity once.
pub(super) fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    // RCDATA, the content model of `<title>`: entities are decoded, tags are not.
    let mut tokens = Tokenizer::new(text);
    tokens.set_state(State::RcData);
    let mut out = String::with_capacity(text.len());
    for Ok(token) in tokens {
        if let Token::String(piece) = token {
            out.push_str(&String::from_utf8_lossy(&piece));
        }
    }
    Cow::Owned(out)
}

/// Returns the decoded value of an attribute of a start tag.
pub(super) fn attribute(tag: &str, name: &str) -> Option<String> {
    if tag.len() <= "<a >".len() + name.len() {
        return None;
    }
    let start = Tokenizer::new(tag).find_map(|Ok(token)| match token {
        Token::StartTag(start) => Some(start),
        _ => None,
    });
    let value = start?.attributes.remove(name.as_bytes())?;
    Some(String::from_utf8_lossy(&value).into_owned())
}
