//! Messages as text: the sections shown, searched and copied, and the lines that are printed.

use std::borrow::Cow;

use crate::chat::{Message, SpecialKind};

/// One of the texts of a message, in the order shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// What happened, for a special message.
    Event,
    /// The address the customer was redirected to.
    Address,
    Body,
    /// A choice of an options message, by number.
    Choice(u16),
    /// The part of the choices that could not be read.
    Unparsed,
}

/// Returns `true` if a message is shown as an event, with a symbol, rather than as speech.
pub(crate) fn is_event(message: &Message) -> bool {
    message.unreadable.is_some()
        || message
            .special
            .as_deref()
            .is_some_and(|special| !special.is_chat_bubble())
}

/// One text of a message; `None` if it has no such section.
pub(crate) fn section_text(message: &Message, section: Section) -> Option<Cow<'_, str>> {
    if let Some(why) = &message.unreadable {
        let id = if message.id.is_synthetic() {
            String::new()
        } else {
            format!(" (id {})", message.id)
        };
        return (section == Section::Event)
            .then(|| format!("A message could not be read{id}: {why}").into());
    }
    let event = message
        .special
        .as_deref()
        .filter(|_| is_event(message))
        .map(SpecialKind::describe);
    let is_redirect = matches!(message.special.as_deref(), Some(SpecialKind::Url { .. }));
    match section {
        Section::Event => {
            let event = event?;
            let alone = event.detail.is_empty() || is_redirect;
            Some(if alone {
                event.heading.into()
            } else {
                format!("{}: {}", event.heading, event.detail).into()
            })
        }
        Section::Address => event
            .filter(|event| is_redirect && !event.detail.is_empty())
            .map(|event| event.detail.into()),
        Section::Body => {
            let repeats = event.is_some_and(|event| event.detail == message.body.text);
            (!message.body.text.is_empty() && !repeats).then(|| message.body.text.as_str().into())
        }
        Section::Choice(number) => match message.special.as_deref() {
            Some(SpecialKind::Options { choices, .. }) => {
                let choice = choices.get(usize::from(number))?;
                let differs = !choice.value.is_empty() && choice.value != choice.label;
                Some(if differs {
                    format!("{} ({})", choice.label, choice.value).into()
                } else {
                    choice.label.as_str().into()
                })
            }
            _ => None,
        },
        Section::Unparsed => match message.special.as_deref() {
            Some(SpecialKind::Options { unparsed, .. }) if !unparsed.is_empty() => {
                Some(format!("not readable: {unparsed}").into())
            }
            _ => None,
        },
    }
}

/// The sections that a message has, in the order shown.
pub(crate) fn sections(message: &Message) -> impl Iterator<Item = (Section, Cow<'_, str>)> {
    let choices = match message.special.as_deref() {
        Some(SpecialKind::Options { choices, .. }) => {
            u16::try_from(choices.len()).unwrap_or(u16::MAX)
        }
        _ => 0,
    };
    [Section::Event, Section::Address, Section::Body]
        .into_iter()
        .chain((0..choices).map(Section::Choice))
        .chain([Section::Unparsed])
        .filter_map(|section| Some((section, section_text(message, section)?)))
}

/// All sections of a message, one per line, as they are copied.
pub(crate) fn plain_text(message: &Message) -> String {
    let texts: Vec<_> = sections(message).map(|(_, text)| text).collect();
    texts.join("\n")
}

/// A message as lines for `sochat messages`; `later` are the messages after it, one of which may tell
/// the choice that was clicked.
pub(crate) fn printed_lines<'a>(
    message: &Message,
    later: impl Iterator<Item = &'a Message>,
) -> Vec<String> {
    if let Some(why) = &message.unreadable {
        let id = if message.id.is_synthetic() {
            "a message".to_owned()
        } else {
            format!("message {}", message.id)
        };
        return vec![format!("-- {id} could not be read: {why}")];
    }
    let body = message.body.text.as_str();
    match message.special.as_deref() {
        None => speech_lines(message.speaker(), body),
        Some(special) if special.is_chat_bubble() => {
            let heading = special.describe().heading;
            let mut lines = speech_lines(&format!("{} [{heading}]", message.speaker()), body);
            if let SpecialKind::Options { choices, unparsed } = special {
                let clicked = message.clicked(later);
                lines.extend(choices.iter().enumerate().map(|(number, choice)| {
                    let chosen = if clicked == Some(number) {
                        " (chosen)"
                    } else {
                        ""
                    };
                    format!("- {}{chosen}", choice.label)
                }));
                lines.extend(unparsed.lines().map(str::to_owned));
            }
            lines
        }
        Some(special) => event_lines(special, message),
    }
}

fn speech_lines(author: &str, body: &str) -> Vec<String> {
    let mut lines: Vec<_> = body.lines().map(str::to_owned).collect();
    match lines.first_mut() {
        Some(first) => *first = format!("{author}: {first}"),
        None => lines.push(format!("{author}:")),
    }
    lines
}

/// The body is not repeated if it is the detail; a body of one line without a detail becomes one.
fn event_lines(special: &SpecialKind, message: &Message) -> Vec<String> {
    let described = special.describe();
    let mut text: Vec<_> = message.body.text.lines().map(str::to_owned).collect();
    let mut detail = described.detail;
    if text.len() == 1 && (detail.is_empty() || detail == text[0]) {
        detail = text.remove(0);
    }
    let mut head = format!("-- {}", described.heading);
    if !detail.is_empty() {
        head = format!("{head}: {detail}");
    }
    if !message.author.is_empty() {
        head = format!("{head} ({})", message.author);
    }
    text.insert(0, head);
    text
}
