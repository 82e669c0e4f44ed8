//! The last line of the window: the prompt, a notice, what is wrong with the connection, or key hints.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{StatefulWidget, Widget};

use super::freshness::{feed_states, severity};
use super::theme::Role;
use super::{Appearance, ViewOutput, from_column, right_end, set_text, set_text_right};
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

/// The footer; the first of its contents that there is to show.
pub(super) struct Footer<'a> {
    pub(super) app: &'a App,
    pub(super) appearance: &'a Appearance,
}

impl StatefulWidget for &Footer<'_> {
    type State = ViewOutput;

    fn render(self, area: Rect, buf: &mut Buffer, output: &mut ViewOutput) {
        let theme = self.appearance.theme;
        let inner = area.inner(Margin::new(1, 0));
        if let Some(prompt) = self.app.prompt() {
            self.render_prompt(prompt, inner, buf, output);
        } else if let Some(notice) = self.app.status().notice() {
            let role = match notice.level {
                Level::Info => Role::Success,
                Level::Error => Role::Error,
            };
            set_text(inner, &notice.text, theme.style(role), buf);
        } else if let Some(problem) = problem_text(self.app) {
            set_text(inner, &problem, theme.style(Role::Error), buf);
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
        let theme = self.appearance.theme;
        let (label, count) = match prompt.kind {
            PromptKind::Filter(..) => {
                let sessions = self.app.session_list();
                let (shown, count) = (sessions.visible().len(), sessions.count());
                ("filter: ", format!("{shown} of {count}"))
            }
            PromptKind::Search => ("search: ", String::new()),
        };
        let count_area = right_end(area, area.width.div_ceil(3));
        let right = set_text_right(count_area, &count, theme.style(Role::Muted), buf);
        let x = set_text(area, label, theme.style(Role::Key), buf);
        let columns = right.saturating_sub(x + 1);
        let skipped = prompt.input.visual_scroll(usize::from(columns).max(1));
        let shown = skip_columns(prompt.input.value(), skipped);
        let input = Rect {
            width: columns,
            ..from_column(area, x)
        };
        set_text(input, shown, theme.style(Role::Text), buf);
        let cursor = prompt.input.visual_cursor().saturating_sub(skipped);
        output.cursor = Some(Position {
            x: x + u16::try_from(cursor).unwrap_or(0),
            y: area.y,
        });
    }

    /// As many keys with their descriptions as fit whole.
    fn key_hints(&self, columns: u16) -> Line<'static> {
        let theme = self.appearance.theme;
        let mut line = Line::default();
        let mut used = 0;
        for (key, description) in key_hints(self.app) {
            used += width(&key) + 1 + width(&description);
            if used > usize::from(columns) {
                break;
            }
            used += 2;
            line.extend([
                Span::styled(key, theme.style(Role::Key)),
                Span::raw(" "),
                Span::styled(description, theme.style(Role::Muted)),
                Span::raw("  "),
            ]);
        }
        line
    }
}

/// The rest of a text after some columns.
fn skip_columns(text: &str, columns: usize) -> &str {
    let mut skipped = 0;
    let start = text.char_indices().find(|(_, character)| {
        let here = skipped;
        skipped += width(character.encode_utf8(&mut [0; 4]));
        here >= columns
    });
    start
        .and_then(|(index, _)| text.get(index..))
        .unwrap_or_default()
}

/// Keys with their descriptions: help and quit first, so that a narrow window still shows the way out.
fn key_hints(app: &App) -> Vec<(String, String)> {
    let hint = |key: &str, words: &str| (key.to_owned(), words.to_owned());
    match app.overlay() {
        Some(Overlay::Links(..)) => {
            let copy = app.keymap().first_key(Command::Copy);
            return vec![
                hint("Enter", "open"),
                hint(&copy, "copy"),
                hint("Esc", "close"),
            ];
        }
        Some(Overlay::ZonePicker(_)) => {
            return vec![
                hint("Enter", "choose"),
                hint("Esc", "close"),
                hint("type", "to find"),
            ];
        }
        Some(_) => {
            let [down, up] = [Command::Down, Command::Up].map(|step| app.keymap().first_key(step));
            return vec![
                hint("Esc", "close"),
                hint(&format!("{down} {up}"), "scroll"),
            ];
        }
        None => {}
    }
    let context = if app.focus() == Focus::List {
        KeyContext::List
    } else {
        KeyContext::Transcript
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
    first
        .into_iter()
        .chain(rest)
        .map(|binding| (keys::format(binding.keys[0]), words(binding).to_owned()))
        .collect()
}

/// What is wrong with the connection and which key helps: the worse feed first, the other only where
/// it has a reason of its own.
fn problem_text(app: &App) -> Option<String> {
    let mut feeds = feed_states(app);
    feeds.sort_by_key(|(_, freshness)| std::cmp::Reverse(severity(freshness)));
    let mut problems: Vec<(Feed, &Freshness<'_>, &str)> = feeds
        .iter()
        .filter_map(|(feed, freshness)| Some((*feed, freshness, freshness.why()?)))
        .collect();
    problems.dedup_by_key(|(.., why)| *why);
    let Some((_, worst, _)) = problems.first() else {
        let is_gone = app.transcript_pane().is_some_and(TranscriptPane::is_gone);
        return is_gone.then(|| "The service shows no messages of this session any more; these are those it showed before".to_owned());
    };
    let verb = if matches!(worst, Freshness::Stopped { .. }) {
        "asks again"
    } else {
        "tries now"
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
    let refresh = app.keymap().first_key(Command::Refresh);
    Some(format!("{refresh} {verb}. {}", reasons.join(". ")))
}
