//! Transcripts as one page of HTML that needs nothing else: no script, no request, and a policy that
//! forbids both.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;

use super::document::{Document, DocumentMessage};
use super::link::is_exported_link;
use crate::chat::{Annotation, Format, Message, RichText};
use crate::commands::text::format_message_time;
use crate::text::message_text::{
    Section, Speaker, choice_mark, heading_author, heading_label, is_event, sections, speaker_of,
};
use crate::text::time_format;

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
"#;

const STYLE: &str = include_str!("page.css");

pub(in crate::commands) fn begin(title: &str, out: &mut dyn Write) -> io::Result<()> {
    let title = escape(title);
    write!(
        out,
        "{HEAD}<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    )
}

pub(in crate::commands) fn finish(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"</body>\n</html>\n")
}

/// Writes a session with its messages, in the order of the transcript pane.
pub(in crate::commands) fn write_session(
    document: &Document<'_>,
    messages: &[Arc<Message>],
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "<main>\n<h1>{}</h1>\n<dl>", escape(&document.title()))?;
    for (label, text) in document.properties(messages) {
        writeln!(out, "<dt>{label}</dt><dd>{}</dd>", escape(&text))?;
    }
    writeln!(out, "</dl>")?;
    for message in document.messages(messages) {
        if let Some(day) = message.new_day {
            writeln!(out, "<h2>{}</h2>", time_format::format_date(day))?;
        }
        write_message(document, &message, out)?;
    }
    writeln!(out, "</main>")
}

fn write_message(
    document: &Document<'_>,
    message: &DocumentMessage<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let DocumentMessage {
        message, clicked, ..
    } = *message;
    let class = if is_event(message) {
        "event"
    } else {
        speaker_of(message).name()
    };
    write!(out, "<article class=\"{class}\"><p class=\"by\">")?;
    write_time(document, message, out)?;
    let author = heading_author(message);
    if !author.is_empty() {
        write!(out, " <b>{}</b>", escape(author))?;
    }
    if let Some(label) = heading_label(message) {
        write!(out, " <i>{}</i>", escape(&label))?;
    }
    if speaker_of(message) == Speaker::Agent && message.read_by_customer {
        write!(out, " <i>read</i>")?;
    }
    out.write_all(b"</p>")?;
    for (section, text) in sections(message) {
        match section {
            Section::Address => write!(out, "<p>{}</p>", link(&text, &escape(&text)))?,
            Section::Body => write!(out, "<p>{}</p>", rich_text(&message.body))?,
            Section::Choice(number) => {
                let mark = choice_mark(number, clicked);
                write!(out, "<p class=\"choice\">{}{mark}</p>", escape(&text))?;
            }
            Section::Event => write!(out, "<p class=\"what\">{}</p>", escape(&text))?,
            Section::Unparsed | Section::Omitted => write!(out, "<p>{}</p>", escape(&text))?,
        }
    }
    writeln!(out, "</article>")
}

fn write_time(document: &Document<'_>, message: &Message, out: &mut dyn Write) -> io::Result<()> {
    let shown = format_message_time(message, document.zone, document.exported);
    match message.posted {
        Some(posted) => {
            let machine = time_format::format_rfc3339(posted, document.zone);
            write!(out, "<time datetime=\"{machine}\">{shown}</time>")
        }
        None => write!(out, "<time>{shown}</time>"),
    }
}

/// A link if the target may be one, otherwise its text.
fn link(target: &str, html: &str) -> String {
    if is_exported_link(target) {
        format!(
            "<a href=\"{}\" rel=\"noreferrer\">{html}</a>",
            escape(target)
        )
    } else {
        html.to_owned()
    }
}

/// Formats overlap in any way, so each stretch between their ends has elements of its own.
fn rich_text(body: &RichText) -> String {
    let ranges = body.annotations.iter().map(|it| &it.range);
    let mut cuts: BTreeSet<usize> = ranges.flat_map(|range| [range.start, range.end]).collect();
    cuts.extend([0, body.text.len()]);
    let cuts: Vec<usize> = cuts.into_iter().collect();
    let mut html = String::with_capacity(body.text.len() * 2);
    let mut coming = body.annotations.iter().peekable();
    let mut open: Vec<&Annotation> = Vec::new();
    for cut in cuts.windows(2) {
        let &[start, end] = cut else { continue };
        open.retain(|annotation| annotation.range.end > start);
        while let Some(next) = coming.next_if(|next| next.range.start <= start) {
            open.extend((next.range.end > start).then_some(next));
        }
        let mut stretch = escape(body.text.get(start..end).unwrap_or_default());
        for annotation in &open {
            stretch = match &annotation.format {
                Format::Bold => format!("<b>{stretch}</b>"),
                Format::Italic => format!("<i>{stretch}</i>"),
                Format::Underline => format!("<u>{stretch}</u>"),
                Format::Link(target) | Format::Image(target) if !stretch.contains("<a ") => {
                    link(target, &stretch)
                }
                Format::Link(_) | Format::Image(_) => stretch,
            };
        }
        html.push_str(&stretch);
    }
    html
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            char => out.push(char),
        }
    }
    out
}
