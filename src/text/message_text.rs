//! Messages as text: the sections shown, searched and copied, and the lines that are printed.

use std::borrow::Cow;

use super::format_bytes;
use crate::chat::{Direction, MAX_SHOWN_BYTES, Message, SpecialKind};

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
    /// How much of a long message is not laid out; no part of the message.
    Omitted,
}

/// The author of a message, as far as it changes its appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Speaker {
    Customer,
    Agent,
    Bot,
    /// The service, or unknown.
    Service,
}

impl Speaker {
    /// The word for it in files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent => "agent",
            Self::Bot => "bot",
            Self::Service => "service",
        }
    }
}

pub(crate) fn speaker_of(message: &Message) -> Speaker {
    match (message.special.as_deref(), &message.direction) {
        (Some(SpecialKind::BotMessage | SpecialKind::Options { .. }), _) => Speaker::Bot,
        (_, Direction::ToUser) => Speaker::Customer,
        (_, Direction::ToCustomer) => Speaker::Agent,
        (_, Direction::Special | Direction::Other(_)) => Speaker::Service,
    }
}

/// Returns `true` if a message is shown as an event, with a symbol, rather than as speech.
pub(crate) fn is_event(message: &Message) -> bool {
    let special = message.special.as_deref();
    message.unreadable.is_some() || special.is_some_and(|special| !special.is_shown_as_message())
}

/// One text of a message; `None` if it has no such section.
pub(crate) fn section_text(message: &Message, section: Section) -> Option<Cow<'_, str>> {
    if let Some(why) = &message.unreadable {
        let id = match message.id {
            id if id.is_synthetic() => String::new(),
            id => format!(" (id {id})"),
        };
        return (section == Section::Event)
            .then(|| format!("A message could not be read{id}: {why}").into());
    }
    if section == Section::Omitted {
        let bytes: usize = sections(message).map(|(_, text)| text.len()).sum();
        let omitted = format_bytes(bytes.saturating_sub(MAX_SHOWN_BYTES) as u64);
        let words = format!(
            "… {omitted} more, not shown or searched here, nor its links: raw JSON and copies have all of it"
        );
        return (bytes > MAX_SHOWN_BYTES).then(|| words.into());
    }
    let special = message.special.as_deref();
    let event = special.filter(|_| is_event(message));
    let event = event.map(SpecialKind::describe);
    let text = match (section, special) {
        (Section::Event, Some(SpecialKind::Url { .. })) => event?.0,
        (Section::Event, _) => match event? {
            (heading, "") => heading,
            (heading, detail) => format!("{heading}: {detail}").into(),
        },
        (Section::Address, Some(SpecialKind::Url { address })) => address.into(),
        (Section::Body, _) if event.as_ref().is_some_and(|it| it.1 == message.body.text) => {
            "".into()
        }
        (Section::Body, _) => message.body.text.as_str().into(),
        (Section::Choice(number), Some(SpecialKind::Options { choices, .. })) => {
            let choice = choices.get(usize::from(number))?;
            if choice.value.is_empty() || choice.value == choice.label {
                choice.label.as_str().into()
            } else {
                format!("{} ({})", choice.label, choice.value).into()
            }
        }
        (Section::Unparsed, Some(SpecialKind::Options { unparsed, .. }))
            if !unparsed.is_empty() =>
        {
            format!("Unreadable options: {unparsed}").into()
        }
        _ => return None,
    };
    (!text.is_empty() || matches!(section, Section::Choice(_))).then_some(text)
}

/// The sections that a message has, in the order shown.
pub(crate) fn sections(message: &Message) -> impl Iterator<Item = (Section, Cow<'_, str>)> {
    let choices = match message.special.as_deref() {
        Some(SpecialKind::Options { choices, .. }) => choices.len(),
        _ => 0,
    };
    [Section::Event, Section::Address, Section::Body]
        .into_iter()
        .chain((0..=u16::MAX).take(choices).map(Section::Choice))
        .chain([Section::Unparsed])
        .filter_map(|section| Some((section, section_text(message, section)?)))
}

/// The label in the heading of a special message that is shown as speech: "Welcome message".
pub(crate) fn heading_label(message: &Message) -> Option<Cow<'_, str>> {
    let special = message.special.as_deref();
    let special = special.filter(|_| !is_event(message))?;
    Some(special.describe().0)
}

/// The author in the heading of a message. An event has none if the service names none.
pub(crate) fn heading_author(message: &Message) -> &str {
    if is_event(message) {
        &message.author
    } else {
        message.author_name()
    }
}

/// What follows a choice in printed and exported text if it is the one that was clicked.
pub(crate) fn choice_mark(number: u16, clicked: Option<usize>) -> &'static str {
    if clicked == Some(number.into()) {
        " (chosen)"
    } else {
        ""
    }
}

/// What is shown of a message, and so is searched in a transcript: its sections as far as they are laid out, its author,
/// and its label.
pub(crate) fn shown_texts(message: &Message) -> impl Iterator<Item = Cow<'_, str>> {
    let heading = [Some(heading_author(message).into()), heading_label(message)];
    let sections = shown_sections(message).map(|(_, text, _)| text);
    sections.chain(heading.into_iter().flatten())
}

/// The sections of a message as far as they are laid out, each with whether something of it is left out; none
/// after that.
pub(crate) fn shown_sections(
    message: &Message,
) -> impl Iterator<Item = (Section, Cow<'_, str>, bool)> {
    let mut space = Some(MAX_SHOWN_BYTES);
    sections(message).map_while(move |(section, mut text)| {
        let left = space?;
        let end = text.floor_char_boundary(left);
        let is_cut = end < text.len();
        space = (!is_cut).then_some(left - end);
        match &mut text {
            Cow::Borrowed(text) => *text = text.get(..end).unwrap_or_default(),
            Cow::Owned(text) => text.truncate(end),
        }
        Some((section, text, is_cut))
    })
}

/// All sections of a message, one per line, as they are copied.
pub(crate) fn plain_text(message: &Message) -> String {
    prefixed_text(String::new(), message)
}

/// The text of a message after a prefix. A message of megabytes is not copied more than once.
pub(crate) fn prefixed_text(mut prefix: String, message: &Message) -> String {
    let texts: Vec<_> = sections(message).map(|(_, text)| text).collect();
    prefix.reserve_exact(texts.iter().map(|text| text.len() + 1).sum());
    for (index, text) in texts.iter().enumerate() {
        prefix.push_str(if index == 0 { "" } else { "\n" });
        prefix.push_str(text);
    }
    prefix
}

/// The texts of a message without its author, each of one or several lines; the choice that was clicked is
/// found in the messages after it, `later`.
pub(crate) fn content_parts<'a>(
    message: &Message,
    later: impl Iterator<Item = &'a Message>,
) -> Vec<String> {
    let clicked = message.clicked(later);
    // Some of several lines: as texts of their own, millions of lines would take much memory.
    let mut parts: Vec<String> = Vec::new();
    for (section, text) in sections(message) {
        match section {
            Section::Choice(number) => {
                parts.push(format!("- {text}{}", choice_mark(number, clicked)));
            }
            Section::Address => parts[0] = format!("{}: {text}", parts[0]),
            _ => parts.push(text.into_owned()),
        }
    }
    parts
}

/// A message as `sochat messages` prints it, in one or several lines.
pub(crate) fn printed_text<'a>(
    message: &Message,
    later: impl Iterator<Item = &'a Message>,
) -> String {
    let mut parts = content_parts(message, later);
    let special = message.special.as_deref().map(SpecialKind::describe);
    if is_event(message) {
        // A body of one line takes the place of a missing detail.
        if parts.len() == 2
            && !parts[1].contains('\n')
            && special
                .as_ref()
                .is_some_and(|(_, detail)| detail.is_empty())
        {
            parts = vec![parts.join(": ")];
        }
        let author = match message.author.as_str() {
            author if special.is_some() && !author.is_empty() => format!(" ({author})"),
            _ => String::new(),
        };
        parts[0] = format!("-- {}{author}", parts[0]);
        return parts.join("\n");
    }
    if message.body.text.is_empty() {
        parts.insert(0, String::new());
    }
    let kind = special.map_or_else(String::new, |(heading, _)| format!(" [{heading}]"));
    let first = format!("{}{kind}: {}", message.author_name(), parts[0]);
    first.trim_end().clone_into(&mut parts[0]);
    parts.join("\n")
}
