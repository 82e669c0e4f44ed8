//! The last line of the window: the prompt, a notice, what is wrong with the connection, or key hints.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget};

use super::freshness::feed_states;
use super::theme::Role;
use super::{Context, ViewOutput, from_column, right_end, set_text, set_text_right, until_column};
use crate::app::App;
use crate::app::command::Command;
use crate::app::input::{Prompt, PromptKind};
use crate::app::keymap::{Binding, KeyContext};
use crate::app::keys;
use crate::app::layout::Focus;
use crate::app::overlay::Overlay;
use crate::app::status::{Feed, Freshness, Level};
use crate::app::transcript_pane::TranscriptPane;
use crate::text::width;

/// The footer: the first of its contents that there is to show.
pub(super) struct Footer<'a>(pub(super) Context<'a>);

impl StatefulWidget for &Footer<'_> {
    type State = ViewOutput;

    fn render(self, area: Rect, buf: &mut Buffer, output: &mut ViewOutput) {
        let Footer(context) = self;
        let inner = area.inner(Margin::new(1, 0));
        if let Some(prompt) = context.app.prompt() {
            self.render_prompt(prompt, inner, buf, output);
        } else if let Some(notice) = context.app.status().notice() {
            let role = match notice.level {
                Level::Info => Role::Success,
                Level::Error => Role::Error,
            };
            set_text(inner, &notice.text, context.style(role), buf);
        } else if let Some(problem) = problem_text(context.app) {
            set_text(inner, &problem, context.style(Role::Error), buf);
        } else {
            self.key_hints(inner.width).render(inner, buf);
        }
    }
}

impl Footer<'_> {
    fn render_prompt(
        &self,
        prompt: &Prompt,
        area: Rect,
        buf: &mut Buffer,
        output: &mut ViewOutput,
    ) {
        let Footer(context) = self;
        let (label, count) = match prompt.kind {
            PromptKind::Filter(..) => {
                let sessions = context.app.session_list();
                let (shown, count) = (sessions.visible().len(), sessions.count());
                ("filter: ", format!("{shown} of {count}"))
            }
            PromptKind::Search => ("search: ", String::new()),
        };
        let count_area = right_end(area, area.width.div_ceil(3));
        let right = set_text_right(count_area, &count, context.style(Role::Muted), buf);
        let x = set_text(area, label, context.style(Role::Key), buf);
        let input = from_column(until_column(area, right.saturating_sub(1)), x);
        let skipped = prompt.input.visual_scroll(usize::from(input.width).max(1));
        let shown = skip_columns(prompt.input.value(), skipped);
        set_text(input, shown, context.style(Role::Text), buf);
        let cursor = prompt.input.visual_cursor().saturating_sub(skipped);
        output.cursor = Some(Position {
            x: x + u16::try_from(cursor).unwrap_or(0),
            y: area.y,
        });
    }

    /// As many keys with their descriptions as fit whole.
    fn key_hints(&self, columns: u16) -> Line<'static> {
        let Footer(context) = self;
        let mut line = Line::default();
        let mut used = 0;
        for (key, description) in key_hints(context.app) {
            used += width(&key) + 1 + width(description);
            if used > usize::from(columns) {
                break;
            }
            used += 2;
            line.extend([
                Span::styled(key, context.style(Role::Key)),
                Span::raw(" "),
                Span::styled(description, context.style(Role::Muted)),
                Span::raw("  "),
            ]);
        }
        line
    }
}

/// The part of a text after some columns.
fn skip_columns(text: &str, columns: usize) -> &str {
    let mut skipped = 0;
    let start = text.char_indices().find(|(_, character)| {
        let here = skipped;
        skipped += width(character.encode_utf8(&mut [0; 4]));
        here >= columns
    });
    start.map_or("", |(index, _)| text.split_at(index).1)
}

/// Keys with their descriptions: help and quit first, so that a narrow window still shows the way out.
fn key_hints(app: &App) -> Vec<(String, &'static str)> {
    let key = |command| app.keymap().first_key(command);
    let (enter, escape) = ("Enter".to_owned(), "Esc".to_owned());
    match app.overlay() {
        None => {}
        Some(Overlay::Links(..)) => {
            let copy = (key(Command::Copy), "copy");
            return vec![(enter, "open"), copy, (escape, "close")];
        }
        Some(Overlay::ZonePicker(_)) => {
            let typing = ("type".to_owned(), "to find");
            return vec![(enter, "choose"), (escape, "close"), typing];
        }
        Some(_) => {
            let scroll = format!("{} {}", key(Command::Down), key(Command::Up));
            return vec![(escape, "close"), (scroll, "scroll")];
        }
    }
    let context = match app.focus() {
        Focus::List => KeyContext::List,
        Focus::Transcript => KeyContext::Transcript,
    };
    let here = app
        .keymap()
        .bindings_for(context)
        .filter(|binding| !binding.hint.is_empty() && !binding.keys.is_empty());
    let (first, rest): (Vec<_>, Vec<_>) =
        here.partition(|binding| matches!(binding.command, Command::ShowHelp | Command::Quit));
    let is_following = app
        .transcript_pane()
        .is_some_and(TranscriptPane::is_following);
    let words = |binding: &Binding| match (binding.command, context) {
        (Command::Search, KeyContext::List) => "filter",
        (Command::Quit, _) if !app.is_at_top_level() => "back",
        (Command::Follow, _) if is_following => "pause",
        _ => binding.hint,
    };
    let bindings = first.into_iter().chain(rest);
    bindings
        .map(|binding| (keys::format(binding.keys[0]), words(binding)))
        .collect()
}

/// The problem with the connection and the key that helps: the worse feed first, the other only where
/// it has a reason of its own.
fn problem_text(app: &App) -> Option<String> {
    let mut problems: Vec<(Feed, Freshness<'_>, &str)> = feed_states(app)
        .into_iter()
        .filter_map(|(feed, freshness)| freshness.why().map(|why| (feed, freshness, why)))
        .collect();
    problems.dedup_by_key(|(.., why)| *why);
    let Some((_, worst, _)) = problems.first() else {
        let is_gone = app.transcript_pane().is_some_and(TranscriptPane::is_gone);
        return is_gone.then(|| {
            "The service no longer has messages of this session; showing the last ones received"
                .to_owned()
        });
    };
    let remedy = match worst {
        Freshness::Stopped { .. } => "refresh",
        _ => "retry now",
    };
    let reasons: Vec<_> = problems
        .iter()
        .map(|(feed, freshness, why)| match (freshness, feed) {
            (Freshness::SignedOut { .. }, _) => (*why).to_owned(),
            (_, Feed::List) => format!("List: {why}"),
            (_, Feed::Messages) => format!("Transcript: {why}"),
        })
        .collect();
    // The key comes first: a narrow window cuts the end.
    let key = app.keymap().first_key(Command::Refresh);
    Some(format!("{key}: {remedy}. {}", reasons.join(". ")))
}
