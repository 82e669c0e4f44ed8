//! Transcripts as Markdown, in which no text of a customer is markup.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use super::document::{Document, DocumentMessage};
use super::link::is_exported_link;
use crate::chat::{Format, Message, RichText};
use crate::commands::text::format_message_time;
use crate::text::message_text::{
    Section, choice_mark, heading_author, heading_label, is_event, sections,
};
use crate::text::time_format;

/// Lines with this many spaces in front are code or a table: their layout is preserved.
const INDENTED: &str = "    ";

/// Writes a session with its messages, in the order of the transcript pane.
pub(in crate::commands) fn write_session(
    document: &Document<'_>,
    messages: &[Arc<Message>],
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "# {}\n", escape(&document.title()))?;
    for (label, text) in document.properties(messages) {
        writeln!(out, "- **{label}:** {}", escape(&text))?;
    }
    for message in document.messages(messages) {
        if let Some(day) = message.new_day {
            writeln!(out, "\n## {}", time_format::format_date(day))?;
        }
        write_message(document, &message, out)?;
    }
    writeln!(out)
}

fn write_message(
    document: &Document<'_>,
    message: &DocumentMessage<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let DocumentMessage {
        message, clicked, ..
    } = *message;
    let time = format_message_time(message, document.zone, document.exported);
    let is_event = is_event(message);
    let author = escape(heading_author(message));
    let author = if is_event {
        author
    } else {
        format!("**{author}**")
    };
    let label = heading_label(message).map(|label| escape(&label));
    let mut parts: Vec<_> = [author].into_iter().chain(label).chain([time]).collect();
    parts.retain(|part| !part.is_empty());
    let mut is_first_choice = true;
    let heading = parts.join(" · ");
    if !is_event {
        writeln!(out, "\n{heading}")?;
    }
    for (section, text) in sections(message) {
        match section {
            Section::Event => {
                let what = text.split_whitespace().collect::<Vec<_>>().join(" ");
                writeln!(out, "\n**{}** · {heading}", escape(&what))?;
            }
            Section::Address => writeln!(out, "\n{}", link(&text, &text))?,
            Section::Body => writeln!(out, "\n{}", body(&message.body))?,
            Section::Choice(number) => {
                if std::mem::take(&mut is_first_choice) {
                    writeln!(out)?;
                }
                let mark = choice_mark(number, clicked);
                writeln!(out, "- {}{mark}", escape(&text))?;
            }
            Section::Unparsed | Section::Omitted => writeln!(out, "\n{}", lines(&escape(&text)))?,
        }
    }
    Ok(())
}

/// The text of a message: in a fence if it has indented lines, otherwise escaped and with its links.
fn body(body: &RichText) -> String {
    if body.text.lines().any(|line| line.starts_with(INDENTED)) {
        return fenced(&body.text);
    }
    let mut escaped = String::new();
    let mut done = 0;
    for annotation in &body.annotations {
        let (Format::Link(target) | Format::Image(target)) = &annotation.format else {
            continue;
        };
        if let (Some(before), Some(text)) = (
            body.text.get(done..annotation.range.start),
            body.text.get(annotation.range.clone()),
        ) && !text.contains('\n')
            && !text.is_empty()
        {
            push_escaped(&mut escaped, before);
            // With an exclamation mark before it, a link would be an image, which viewers load.
            if escaped.ends_with('!') {
                escaped.insert(escaped.len() - 1, '\\');
            }
            escaped.push_str(&link(target, text));
            done = annotation.range.end;
        }
    }
    push_escaped(&mut escaped, body.text.get(done..).unwrap_or_default());
    lines(&escaped)
}

/// Each line as one of its own, in a paragraph with those around it.
fn lines(escaped: &str) -> String {
    let mut out = String::new();
    let mut lines = escaped.lines().map(str::trim_end).peekable();
    while let Some(line) = lines.next() {
        out.push_str(line);
        if let Some(next) = lines.peek() {
            // A backslash at the end of a line breaks it; at the end of a paragraph it would be shown.
            let breaks = !line.is_empty() && !next.is_empty();
            out.push_str(if breaks { "\\\n" } else { "\n" });
        }
    }
    out
}

/// A fence is longer than any run of its character inside.
fn fenced(text: &str) -> String {
    let (mut longest, mut run) = (0, 0);
    for char in text.chars() {
        run = if char == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}\n{text}\n{fence}")
}

/// A link if the target may be one, otherwise its text.
pub(in crate::commands) fn link(target: &str, text: &str) -> String {
    if !is_exported_link(target) {
        return escape(text);
    }
    let mut address = String::with_capacity(target.len());
    for char in target.chars() {
        match char {
            '<' | '>' | '\\' | '`' | '|' | '(' | ')' | '[' | ']' | '*' | '"' => {
                // Writing to a string cannot fail.
                let _ = write!(address, "%{:02X}", u32::from(char));
            }
            '&' => address.push_str("&amp;"),
            char => address.push(char),
        }
    }
    format!("[{}](<{address}>)", escape(text))
}

/// Escapes a text so that none of it is markup.
pub(in crate::commands) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    push_escaped(&mut out, text);
    out
}

/// Appends a text; what begins a line there may also mark a heading, a list or a rule.
fn push_escaped(out: &mut String, text: &str) {
    let mut starts_line = out.is_empty() || out.ends_with('\n');
    let mut is_number = false;
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            ' ' if starts_line => out.push_str("&nbsp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '#' | '|' | '~' | '$' | '^' => {
                out.extend(['\\', char]);
            }
            '+' | '-' | '=' | ':' if starts_line => out.extend(['\\', char]),
            '.' | ')' if is_number => out.extend(['\\', char]),
            char => out.push(char),
        }
        is_number = (starts_line || is_number) && char.is_ascii_digit();
        starts_line = char == '\n' || starts_line && char == ' ';
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::builders::{customer_message, now};

    /// Viewers load images.
    #[test]
    fn an_exclamation_mark_before_a_link_makes_no_image() {
        let text = "Look!<a href=\"https://a.example/p.png\">here</a>";
        let message = customer_message(1, now(), text);
        let markdown = body(&message.body);
        assert!(
            markdown.starts_with("Look\\![here](<https://a.example/p.png>)"),
            "{markdown}"
        );
    }
}
