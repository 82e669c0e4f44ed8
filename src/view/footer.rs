//! The last line of the window: the prompt, a notice, or keys and what is wrong with the connection.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::widgets::StatefulWidget;

use super::freshness::{feed_error, feed_states, pane_error};
use super::theme::Role;
use super::{Context, ViewOutput, clear_under, from_column, right_end, set_text};
use super::{set_text_right, until_column};
use crate::app::App;
use crate::app::command::Command;
use crate::app::keymap::{Binding, KeyContext};
use crate::app::keys;
use crate::app::layout::Focus;
use crate::app::overlay::Overlay;
use crate::app::prompt::{Prompt, PromptKind};
use crate::app::search_results::SearchResults;
use crate::app::session_list::FilterProblem;
use crate::app::status::{Feed, Freshness, Level};
use crate::app::transcript_pane::TranscriptPane;
use crate::chat::is_openable;
use crate::text::{width, wrap};

/// What narrows the list, beside the words that are typed.
const FILTER_KEYWORDS: &str = "channel: agent: status: since:";
/// Columns between two keys.
const HINT_GAP: u16 = 2;
/// The width from which the prompt for an export names the format or the file that exists, and that for a
/// search its longer name.
const MIN_HINT_COLUMNS: u16 = 48;
/// The keys that the footer always names: help, quit, connection.
const FIRST_HINTS: usize = 3;

/// The footer: the first of its contents that there is to show.
pub(super) struct Footer<'a>(pub(super) Context<'a>);

impl StatefulWidget for &Footer<'_> {
    type State = ViewOutput;

    fn render(self, area: Rect, buf: &mut Buffer, output: &mut ViewOutput) {
        let Footer(context) = self;
        let inner = area.inner(Margin::new(1, 0));
        if let Some(prompt) = context.app.prompt() {
            self.render_prompt(prompt, inner, buf, output);
            let above = inner.y.checked_sub(1).map(|y| Rect { y, ..inner });
            if let Some((why, above)) = prompt.refusal.as_ref().zip(above) {
                self.render_notice(Level::Error, why, above, buf);
            }
        } else if let Some(notice) = context.app.status().notice() {
            self.render_notice(notice.level, &notice.text, inner, buf);
        } else {
            self.render_hints(inner, buf);
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
        let (label, count) = match &prompt.kind {
            PromptKind::Filter { .. } if prompt.input.value().is_empty() => {
                ("filter: ", FILTER_KEYWORDS.to_owned())
            }
            PromptKind::Filter { .. } => {
                let sessions = context.app.session_list();
                let (shown, count) = (sessions.visible().len(), sessions.count());
                let problem = sessions.filter_problem().map(FilterProblem::short);
                let problem = problem.filter(|it| width(it) <= usize::from(area.width / 2));
                let similar = if sessions.shows_similar() {
                    "similar: "
                } else {
                    ""
                };
                let count = problem.unwrap_or_else(|| format!("{similar}{shown} of {count}"));
                ("filter: ", count)
            }
            PromptKind::Search => ("search: ", String::new()),
            PromptKind::Conversations => {
                let results = context.app.search_results();
                let is_empty = prompt.input.value().is_empty();
                let hint = results.filter(|_| is_empty);
                let hint = hint.map(|results| format!("Enter: {}", results.title()));
                let what = || self.searched_texts(area.width, is_empty);
                let label = if area.width < MIN_HINT_COLUMNS {
                    "search texts: "
                } else {
                    "search messages: "
                };
                (label, hint.unwrap_or_else(what))
            }
            PromptKind::Time if prompt.input.value().is_empty() => (
                "go to: ",
                "30m, yesterday 14:00, monday, 2026-11-03".to_owned(),
            ),
            PromptKind::Time => ("go to: ", String::new()),
            PromptKind::Export(export) => {
                let format = export.format_of(prompt.input.value()).name();
                let hint = match &export.taken {
                    Some(taken) => {
                        let name = taken.rsplit(['/', '\\']).next().unwrap_or(taken);
                        format!("{name} exists")
                    }
                    None => format!("{format}, Tab: next"),
                };
                let is_wide = area.width >= MIN_HINT_COLUMNS;
                let hint = Some(hint).filter(|_| is_wide);
                ("export: ", hint.unwrap_or_default())
            }
        };
        let columns = match prompt.kind {
            PromptKind::Time | PromptKind::Filter { .. } => area.width / 2,
            PromptKind::Search | PromptKind::Export(_) => area.width.div_ceil(3),
            PromptKind::Conversations => area.width * 2 / 3,
        };
        let count_area = right_end(area, columns);
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

    /// The texts that a search across conversations searches, as far as there is space beside the words.
    fn searched_texts(&self, columns: u16, is_empty: bool) -> String {
        let short = "message texts, not names";
        let filter = self.0.app.keymap().first_key(Command::Search);
        match columns {
            54.. if is_empty && !filter.is_empty() => {
                format!("message texts; names: {filter} in the list")
            }
            54.. => short.to_owned(),
            36.. if is_empty => short.to_owned(),
            _ => String::new(),
        }
    }

    /// Draws a notice whole: one that is longer than its row takes rows above it.
    fn render_notice(&self, level: Level, notice: &str, area: Rect, buf: &mut Buffer) {
        let Footer(context) = self;
        let role = match level {
            Level::Info => Role::Success,
            Level::Error => Role::Error,
        };
        let lines: Vec<_> = wrap(notice, area.width.into()).collect();
        let above = u16::try_from(lines.len() - 1)
            .unwrap_or(u16::MAX)
            .min(area.y);
        let area = Rect {
            y: area.y - above,
            height: above + 1,
            ..area
        };
        // It may lie over the last rows of the panes, or over a message alone.
        clear_under(area.outer(Margin::new(1, 0)), buf);
        for (line, row) in lines.into_iter().zip(area.rows()) {
            let text = notice.get(line.range).unwrap_or_default();
            set_text(row, text, context.style(role), buf);
        }
    }

    /// Draws as many keys as fit whole, or the first of them and what is wrong with the connection.
    fn render_hints(&self, area: Rect, buf: &mut Buffer) {
        let Footer(context) = self;
        let problem = problem_text(context.app);
        let mut hints = key_hints(*context, area.width);
        if problem.is_some() {
            hints.truncate(FIRST_HINTS);
        }
        let mut x = area.x;
        for (key, description) in &hints {
            let left = usize::from(from_column(area, x).width);
            if hint_width((key, description)) > left {
                break;
            }
            x = set_text(from_column(area, x), key, context.style(Role::Key), buf);
            if !description.is_empty() {
                let area = from_column(area, x + 1);
                x = set_text(area, description, context.style(Role::Muted), buf);
            }
            x += HINT_GAP;
        }
        if let Some(problem) = problem {
            let area = from_column(area, x);
            set_text(area, &problem, context.style(Role::Error), buf);
        }
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

type Hint = (String, &'static str);

fn hint_width((key, description): (&str, &str)) -> usize {
    width(key) + usize::from(!description.is_empty()) + width(description)
}

/// Keys with their descriptions: help and quit first, so that a narrow window still shows the way out,
/// then the connection if it has a problem.
fn key_hints(context: Context<'_>, columns: u16) -> Vec<Hint> {
    let app = context.app;
    if let Some(overlay) = app.overlay() {
        return overlay_hints(context, overlay);
    }
    let pane = match app.focus() {
        Focus::List => KeyContext::List,
        Focus::Transcript => KeyContext::Transcript,
    };
    let here = app
        .keymap()
        .bindings_for(pane)
        .filter(|binding| !binding.hint.is_empty() && !binding.keys.is_empty())
        .filter(|binding| binding.command != Command::Follow || !app.is_open_session_over())
        .filter(|binding| app.why_unavailable(binding.command).is_none());
    let (first, rest): (Vec<_>, Vec<_>) =
        here.partition(|binding| matches!(binding.command, Command::ShowHelp | Command::Quit));
    let is_following = app
        .transcript_pane()
        .is_some_and(TranscriptPane::is_following);
    let words = |binding: &Binding| match (binding.command, pane) {
        (Command::Search, KeyContext::List) => "filter",
        (Command::Quit, _) if app.is_opened_from_results() => "results",
        (Command::Quit, _) if !app.is_at_top_level() => "back",
        (Command::Follow, _) if is_following => "pause",
        _ => binding.hint,
    };
    let hint = |binding: &Binding| (keys::format(binding.keys[0]), words(binding));
    let mut hints: Vec<Hint> = first.into_iter().map(hint).collect();
    let details = app.keymap().first_key(Command::ShowConnection);
    if has_problem(app) && !details.is_empty() {
        hints.push((details, "connection"));
        let widths = hints.iter().map(|(key, words)| hint_width((key, words)));
        let gaps = usize::from(HINT_GAP) * (hints.len() - 1);
        if widths.sum::<usize>() + gaps > usize::from(columns) {
            let last = hints.len() - 1;
            hints[..last].iter_mut().for_each(|(_, words)| *words = "");
        }
    }
    hints.extend(rest.into_iter().map(hint));
    hints
}

/// Keys of an overlay, in place of those of the panes.
fn overlay_hints(context: Context<'_>, overlay: &Overlay) -> Vec<Hint> {
    let app = context.app;
    let key = |command| app.keymap().first_key(command);
    let (enter, escape) = ("Enter".to_owned(), "Esc".to_owned());
    let movement = format!("{} {}", key(Command::Down), key(Command::Up));
    let typing = ("type".to_owned(), "to find");
    match overlay {
        Overlay::Links(links) => {
            let selected = links.selected();
            let can_open = selected.is_some_and(|link| is_openable(&link.target));
            let open = can_open.then_some((enter, "open"));
            let copying = selected.map(|_| (key(Command::Copy), "copy"));
            let hints = open.into_iter().chain(copying);
            hints.chain([(escape, "close")]).collect()
        }
        Overlay::Help(_) => {
            let scroll = ("↓ ↑".to_owned(), "scroll");
            vec![(escape, "close"), scroll, typing]
        }
        Overlay::Overview(_) => {
            if context.overview_rows.is_empty() {
                return vec![(escape, "close")];
            }
            vec![
                (enter, "its sessions"),
                (escape, "close"),
                (movement, "select"),
                (key(Command::Copy), "copy the line"),
            ]
        }
        Overlay::SearchResults => {
            let results = app.search_results();
            let is_running = results.is_some_and(SearchResults::is_running);
            let close = (escape, if is_running { "stop" } else { "close" });
            let search = (key(Command::SearchConversations), "search again");
            let copying = (key(Command::Copy), "copy");
            if results.is_none_or(|results| results.hits().is_empty()) {
                return vec![close, search];
            }
            vec![(enter, "open"), close, search, copying]
        }
        Overlay::CommandPalette(palette) => {
            let run = palette.selected_command().map(|_| (enter, "run"));
            run.into_iter().chain([(escape, "close"), typing]).collect()
        }
        Overlay::ZonePicker(picker) => {
            let choose = picker.selected_name().map(|_| (enter, "choose"));
            let others = [(escape, "close"), typing];
            choose.into_iter().chain(others).collect()
        }
        Overlay::Details(_) | Overlay::RawJson(_) => {
            let [copy, all] = [Command::Copy, Command::CopyWithAuthor].map(key);
            let close = (escape, "close");
            vec![
                close,
                (copy, "copy the line"),
                (all, "copy all"),
                (movement, "select"),
            ]
        }
        Overlay::Connection(_) => {
            let copying = (key(Command::Copy), "copy all");
            vec![(escape, "close"), (movement, "scroll"), copying]
        }
        Overlay::MessageText(_) => {
            vec![(escape, "close"), (movement, "scroll")]
        }
    }
}

/// Returns `true` if the connection has a problem, which its overlay explains.
fn has_problem(app: &App) -> bool {
    let mut states = feed_states(app).into_iter();
    app.time_zone().problem().is_some()
        || states.any(|(feed, freshness)| {
            freshness == Freshness::Slow || feed_error(app, feed).is_some()
        })
}

/// What is wrong with the connection as far as no pane shows it, the worse feed first.
fn problem_text(app: &App) -> Option<String> {
    let mut problems: Vec<(Feed, Freshness<'_>, &str)> = feed_states(app)
        .into_iter()
        .filter(|(feed, _)| pane_error(app, *feed).is_none())
        .filter_map(|(feed, freshness)| Some((feed, freshness, feed_error(app, feed)?)))
        .collect();
    let trouble = |feed: Feed, why| match app.status().freshness(feed, app.local_now()) {
        // The wording may differ between the feeds.
        Freshness::SignedOut { why: known, .. } if known == why => "signed out",
        _ => why,
    };
    let shown = [Feed::List, Feed::Messages];
    let shown = shown.map(|feed| pane_error(app, feed).map(|why| trouble(feed, why)));
    problems.retain(|(feed, _, why)| !shown.contains(&Some(trouble(*feed, why))));
    problems.dedup_by_key(|(feed, _, why)| trouble(*feed, why));
    let reasons: Vec<_> = problems
        .iter()
        .map(|(feed, freshness, why)| match (freshness, feed) {
            (Freshness::Retrying { .. } | Freshness::Stopped { .. }, Feed::List) => {
                format!("List: {why}")
            }
            (Freshness::Retrying { .. } | Freshness::Stopped { .. }, Feed::Messages) => {
                format!("Transcript: {why}")
            }
            _ => (*why).to_owned(),
        })
        .collect();
    let zone = app.time_zone().problem().map(str::to_owned);
    let reasons: Vec<_> = reasons.into_iter().chain(zone).collect();
    (!reasons.is_empty()).then(|| reasons.join(". "))
}
