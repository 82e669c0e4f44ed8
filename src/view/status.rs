//! The line at the top and the line at the bottom.

use chrono::TimeDelta;
use ratatui::layout::{Position, Rect};

use super::theme::Role;
use super::{Appearance, Canvas, freshness, join_fitting};
use crate::app::App;
use crate::app::command::Command;
use crate::app::event::Feed;
use crate::app::input::{Prompt, PromptKind};
use crate::app::keymap::KeyContext;
use crate::app::keys;
use crate::app::layout::Focus;
use crate::app::overlay::Overlay;
use crate::app::status::{Freshness, Level};
use crate::app::time_zone::TimeFormat;
use crate::app::transcript_pane::TranscriptPane;
use crate::chat::{Scope, Stage};
use crate::text::{time_format, width};

/// The program's name, first in the header.
const PROGRAM_NAME: &str = "sochat";

/// Draws what is watched at the left; zone and link at the right. The link always stands; what
/// has no room beside it goes: the age of the data, the zone's full name, the service, the counts.
pub(super) fn render_header(app: &App, appearance: &Appearance, area: Rect, canvas: &mut Canvas) {
    let theme = appearance.theme;
    let room = usize::from(area.width.saturating_sub(2));
    let (mut connection, more, role) = connection_label(app, appearance);
    if width(PROGRAM_NAME) + 2 + width(&connection) + width(&more) <= room {
        connection += &more;
    }
    let right = canvas.text_right(
        area.right().saturating_sub(1),
        area.y,
        area.width.saturating_sub(2),
        &connection,
        theme.style(role),
    );
    let Some(between) = room.checked_sub(width(PROGRAM_NAME) + 2 + width(&connection)) else {
        return;
    };
    let after = canvas.text(
        area.x + 1,
        area.y,
        area.width,
        PROGRAM_NAME,
        theme.style(Role::Title),
    );
    let summary = summary(app);
    let [named, short] = zone_label(app);
    let room_for_words = |zone: &str| between.saturating_sub(4 + width(zone));
    let fits_whole = |(from, zone): &(usize, &String)| {
        width(&join_fitting(&summary[*from..], appearance, usize::MAX)) <= room_for_words(zone)
    };
    let (from, zone) = [(0, &named), (0, &short), (1, &short)]
        .into_iter()
        .find(fits_whole)
        .unwrap_or((1, &short));
    if width(zone) + 2 > between {
        return;
    }
    canvas.text_right(
        right.saturating_sub(2),
        area.y,
        area.width,
        zone,
        theme.style(Role::Text),
    );
    canvas.text(
        after + 2,
        area.y,
        area.width,
        &join_fitting(&summary[from..], appearance, room_for_words(zone)),
        theme.style(Role::Text),
    );
}

/// Draws what is typed, a notice, what is wrong with the link, or the keys that apply now.
pub(super) fn render_footer(app: &App, appearance: &Appearance, area: Rect, canvas: &mut Canvas) {
    let theme = appearance.theme;
    let columns = area.width.saturating_sub(2);
    if let Some(prompt) = app.prompt() {
        render_prompt(app, appearance, prompt, area, canvas);
    } else if let Some(notice) = app.status().notice() {
        let role = match notice.level {
            Level::Info => Role::Success,
            Level::Error => Role::Error,
        };
        canvas.text(area.x + 1, area.y, columns, &notice.text, theme.style(role));
    } else if let Some(problem) = problem_text(app) {
        canvas.text(
            area.x + 1,
            area.y,
            columns,
            &problem,
            theme.style(Role::Error),
        );
    } else {
        render_key_hints(app, appearance, area, canvas);
    }
}

fn render_prompt(
    app: &App,
    appearance: &Appearance,
    prompt: &Prompt,
    area: Rect,
    canvas: &mut Canvas,
) {
    let theme = appearance.theme;
    let (label, count) = match prompt.kind {
        PromptKind::Filter(..) => {
            let sessions = app.session_list();
            (
                "filter: ",
                format!("{} of {}", sessions.visible().len(), sessions.count()),
            )
        }
        PromptKind::Search => ("search: ", String::new()),
    };
    let right = canvas.text_right(
        area.right().saturating_sub(1),
        area.y,
        area.width / 3,
        &count,
        theme.style(Role::Muted),
    );
    let x = canvas.text(
        area.x + 1,
        area.y,
        area.width.saturating_sub(2),
        label,
        theme.style(Role::Key),
    );
    let room = usize::from(right.saturating_sub(x + 1));
    let skipped = prompt.input.visual_scroll(room.max(1));
    let shown: String = skip_columns(prompt.input.value(), skipped).to_owned();
    canvas.text(
        x,
        area.y,
        u16::try_from(room).unwrap_or(u16::MAX),
        &shown,
        theme.style(Role::Text),
    );
    let cursor = u16::try_from(prompt.input.visual_cursor().saturating_sub(skipped)).unwrap_or(0);
    canvas.cursor = Some(Position {
        x: x + cursor,
        y: area.y,
    });
}

/// The rest of a text after so many columns.
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

fn render_key_hints(app: &App, appearance: &Appearance, area: Rect, canvas: &mut Canvas) {
    let theme = appearance.theme;
    let hints = key_hints(app);
    let mut x = area.x + 1;
    for (key, words) in hints {
        let columns = u16::try_from(width(&key) + 1 + width(&words)).unwrap_or(u16::MAX);
        if x.saturating_add(columns) >= area.right() {
            break;
        }
        x = canvas.text(x, area.y, area.right() - x, &key, theme.style(Role::Key));
        x = canvas.text(
            x + 1,
            area.y,
            area.right().saturating_sub(x + 1),
            &words,
            theme.style(Role::Muted),
        ) + 2;
    }
}

/// Keys with their words: help and quit first, so that a narrow window still shows the way out.
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
    let words = |binding: &crate::app::keymap::Binding| match (binding.command, context) {
        (Command::Search, KeyContext::List) => "filter",
        (Command::Quit, _) if !app.is_at_top_level() => "back",
        (Command::Follow, _)
            if app
                .transcript_pane()
                .is_some_and(TranscriptPane::is_following) =>
        {
            "pause"
        }
        _ => binding.hint,
    };
    first
        .into_iter()
        .chain(rest)
        .map(|binding| (keys::format(binding.keys[0]), words(binding).to_owned()))
        .collect()
}

/// The service, the scope, the filter, how many wait, and in how many there is something unread.
fn summary(app: &App) -> Vec<String> {
    let sessions = app.session_list();
    let scope = sessions.scope();
    let whose = app.me().filter(|_| scope == Scope::Mine);
    let whose = whose
        .map(|me| format!(" ({})", me.name))
        .unwrap_or_default();
    let mut parts = vec![
        app.service().name.clone(),
        scope.label().to_owned() + &whose,
    ];
    if !sessions.filter().is_empty() {
        parts.push(format!(
            "\"{}\" {} of {}",
            sessions.filter(),
            sessions.visible().len(),
            sessions.count()
        ));
    }
    for (stage, words) in [
        (Stage::NeedsReply, "need reply"),
        (Stage::Queued, "in queue"),
    ] {
        if let (count @ 1.., longest) = sessions.stage_summary(stage) {
            let words = if count == 1 && stage == Stage::NeedsReply {
                "needs reply"
            } else {
                words
            };
            let longest = longest.map(|since| {
                format!(
                    " ({})",
                    time_format::format_age((app.now() - since).max(TimeDelta::zero()))
                )
            });
            parts.push(format!("{count} {words}{}", longest.unwrap_or_default()));
        }
    }
    let unread = app.count_unread_sessions();
    if unread > 0 {
        parts.push(format!("{unread} unread"));
    }
    if sessions.unreadable() > 0 {
        parts.push(format!("{} unreadable", sessions.unreadable()));
    }
    parts
}

/// The zone in words, with its name and without.
fn zone_label(app: &App) -> [String; 2] {
    let zones = app.time_zone();
    let short = zones.displayed().abbreviation(app.now());
    let named = format!("{} {short}", zones.displayed().label());
    match zones.time_format() {
        TimeFormat::Zone => [named, short],
        TimeFormat::Utc => ["UTC", "UTC"].map(str::to_owned),
        TimeFormat::Relative => [format!("relative, {named}"), "relative".to_owned()],
    }
}

/// The link in words, the worse of the two lanes; and what can be told of it besides.
fn connection_label(app: &App, appearance: &Appearance) -> (String, String, Role) {
    let feeds = feed_states(app);
    let worst = feeds
        .into_iter()
        .map(|(_, freshness)| freshness)
        .max_by_key(severity)
        .unwrap_or(Freshness::Connecting);
    let old = |age| format!(", data {} old", time_format::format_staleness(age));
    let wait = |wait: TimeDelta, before: &str| {
        if wait.is_zero() {
            " now".to_owned()
        } else {
            format!("{before} in {}", time_format::format_countdown(wait))
        }
    };
    let (glyph, role, words, more) = match worst {
        Freshness::Live => (0, Role::Success, "live".to_owned(), String::new()),
        Freshness::Snapshot(at) => (
            1,
            Role::Muted,
            freshness::as_of_label(app, at),
            String::new(),
        ),
        Freshness::Connecting => (1, Role::Muted, "connecting".to_owned(), String::new()),
        Freshness::Stale(age) => (1, Role::Waiting, "live".to_owned(), old(age)),
        Freshness::Retrying {
            wait: left, age, ..
        } => (
            1,
            Role::Error,
            format!("retrying{}", wait(left, "")),
            age.map(old).unwrap_or_default(),
        ),
        Freshness::SignedOut { wait: left, .. } => (
            2,
            Role::Error,
            "signed out".to_owned(),
            format!(", trying{}", wait(left, " again")),
        ),
        Freshness::Stopped { age, .. } => (
            2,
            Role::Error,
            "stopped".to_owned(),
            age.map(old).unwrap_or_default(),
        ),
    };
    (
        format!("{} {words}", appearance.symbols.connection[glyph]),
        more,
        role,
    )
}

/// Why the link is not as it should be, and what can be done; the worse lane first, and the other
/// only where it has a reason of its own.
fn problem_text(app: &App) -> Option<String> {
    let mut feeds = feed_states(app);
    feeds.sort_by_key(|(_, freshness)| std::cmp::Reverse(severity(freshness)));
    let mut problems: Vec<(Feed, &Freshness<'_>, &str)> = feeds
        .iter()
        .filter_map(|(lane, freshness)| Some((*lane, freshness, freshness.why()?)))
        .collect();
    problems.dedup_by_key(|(.., why)| *why);
    let Some((_, worst, _)) = problems.first() else {
        return app
            .transcript_pane()
            .filter(|reader| reader.is_gone())
            .map(|_| "The service shows no messages of this session any more; these are those it showed before".to_owned());
    };
    let verb = if matches!(worst, Freshness::Stopped { .. }) {
        "asks again"
    } else {
        "tries now"
    };
    let reasons = problems
        .iter()
        .map(|(lane, freshness, why)| match (freshness, lane) {
            (Freshness::SignedOut { .. }, _) => (*why).to_owned(),
            (_, Feed::List) => format!("List: {why}"),
            (_, Feed::Messages) => format!("Transcript: {why}"),
        });
    let reasons: Vec<_> = reasons.collect();
    // What can be done comes first: a narrow window cuts the end.
    let refresh = app.keymap().first_key(Command::Refresh);
    Some(format!("{refresh} {verb}. {}", reasons.join(". ")))
}

fn feed_states(app: &App) -> Vec<(Feed, Freshness<'_>)> {
    let feeds = [Feed::List, Feed::Messages]
        .map(|lane| (lane, app.status().freshness(lane, app.local_now())));
    let has_open_session = app.open_session_id().is_some();
    feeds
        .into_iter()
        .filter(|(lane, _)| *lane == Feed::List || has_open_session)
        .collect()
}

fn severity(freshness: &Freshness<'_>) -> u8 {
    match freshness {
        Freshness::Live => 0,
        Freshness::Snapshot(_) => 1,
        Freshness::Connecting => 2,
        Freshness::Stale(_) => 3,
        Freshness::Stopped { .. } => 4,
        Freshness::Retrying { .. } => 5,
        Freshness::SignedOut { .. } => 6,
    }
}
