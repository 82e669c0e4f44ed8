//! The line at the top and the line at the bottom.

use chrono::TimeDelta;
use ratatui::layout::{Position, Rect};

use super::theme::Role;
use super::{Canvas, Look};
use crate::app::App;
use crate::app::command::Command;
use crate::app::event::Lane;
use crate::app::input::{Prompt, Purpose};
use crate::app::keymap::Place;
use crate::app::keys;
use crate::app::layout::Focus;
use crate::app::overlay::Overlay;
use crate::app::status::{Freshness, Level};
use crate::app::zones::Times;
use crate::chat::{Session, Stage};
use crate::text::{when, width};

/// Draws what is watched at the left; zone and link at the right.
pub(super) fn header(app: &App, look: &Look, area: Rect, canvas: &mut Canvas) {
    let theme = look.theme;
    let (link, role) = link_words(app, look);
    let mut right = canvas.text_right(
        area.right().saturating_sub(1),
        area.y,
        area.width.saturating_sub(9),
        &link,
        theme.style(role),
    );
    let zone = zone_words(app);
    let left = area.x + 1;
    let after = canvas.text(
        left,
        area.y,
        right.saturating_sub(left + 1),
        "sochat",
        theme.style(Role::Title),
    );
    if usize::from(right.saturating_sub(after)) > width(&zone) + 4 {
        right = canvas.text_right(
            right - 2,
            area.y,
            area.width,
            &zone,
            theme.style(Role::Text),
        );
    }
    let room = right.saturating_sub(after + 4);
    if room > 8 {
        canvas.text(
            after + 2,
            area.y,
            room,
            &watched_words(app, look),
            theme.style(Role::Text),
        );
    }
}

/// Draws what is typed, a notice, what is wrong with the link, or the keys that apply now.
pub(super) fn footer(app: &App, look: &Look, area: Rect, canvas: &mut Canvas) {
    let theme = look.theme;
    let columns = area.width.saturating_sub(2);
    if let Some(prompt) = app.prompt() {
        typed(app, look, prompt, area, canvas);
    } else if let Some(notice) = app.status().notice() {
        let role = match notice.level {
            Level::Done => Role::Good,
            Level::Failed => Role::Bad,
        };
        canvas.text(area.x + 1, area.y, columns, &notice.text, theme.style(role));
    } else if let Some(trouble) = trouble_words(app) {
        canvas.text(
            area.x + 1,
            area.y,
            columns,
            &trouble,
            theme.style(Role::Bad),
        );
    } else {
        hints(app, look, area, canvas);
    }
}

fn typed(app: &App, look: &Look, prompt: &Prompt, area: Rect, canvas: &mut Canvas) {
    let theme = look.theme;
    let (label, count) = match prompt.purpose {
        Purpose::Filter(_) => {
            let sessions = app.sessions();
            (
                "filter: ",
                format!("{} of {}", sessions.shown().len(), sessions.count()),
            )
        }
        Purpose::Search => ("search: ", String::new()),
    };
    let right = canvas.text_right(
        area.right().saturating_sub(1),
        area.y,
        area.width / 3,
        &count,
        theme.style(Role::Dim),
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

fn hints(app: &App, look: &Look, area: Rect, canvas: &mut Canvas) {
    let theme = look.theme;
    let hints = hints_now(app);
    let mut x = area.x + 1;
    for (key, words) in hints {
        let wide = u16::try_from(width(&key) + 1 + width(&words)).unwrap_or(u16::MAX);
        if x.saturating_add(wide) >= area.right() {
            break;
        }
        x = canvas.text(x, area.y, area.right() - x, &key, theme.style(Role::Key));
        x = canvas.text(
            x + 1,
            area.y,
            area.right().saturating_sub(x + 1),
            &words,
            theme.style(Role::Dim),
        ) + 2;
    }
}

/// Keys with their words: help and quit first, so that a narrow window still shows the way out.
fn hints_now(app: &App) -> Vec<(String, String)> {
    let hint = |key: &str, words: &str| (key.to_owned(), words.to_owned());
    match app.overlay() {
        Some(Overlay::Links(..)) => {
            let copy = app.keymap().key_of(Command::Copy);
            return vec![
                hint("Enter", "open"),
                hint(&copy, "copy"),
                hint("Esc", "close"),
            ];
        }
        Some(Overlay::Zones(_)) => {
            return vec![
                hint("Enter", "choose"),
                hint("Esc", "close"),
                hint("type", "to find"),
            ];
        }
        Some(_) => return vec![hint("Esc", "close"), hint("↓ ↑", "scroll")],
        None => {}
    }
    let place = if app.focus() == Focus::List {
        Place::List
    } else {
        Place::Reader
    };
    let here = app
        .keymap()
        .here(place)
        .filter(|binding| !binding.hint.is_empty() && !binding.keys.is_empty());
    let (first, rest): (Vec<_>, Vec<_>) =
        here.partition(|binding| matches!(binding.command, Command::Help | Command::Quit));
    let words = |binding: &crate::app::keymap::Binding| match (binding.command, place) {
        (Command::Search, Place::List) => "filter",
        (Command::Follow, _)
            if app
                .reader()
                .is_some_and(super::super::app::reader::Reader::is_following) =>
        {
            "pause"
        }
        _ => binding.hint,
    };
    first
        .into_iter()
        .chain(rest)
        .map(|binding| (keys::show(binding.keys[0]), words(binding).to_owned()))
        .collect()
}

/// The scope, the filter, and how many wait.
fn watched_words(app: &App, look: &Look) -> String {
    let sessions = app.sessions();
    let mut parts = vec![format!(
        "{} {} {}",
        app.service(),
        look.glyphs.dot,
        sessions.scope().words()
    )];
    if !sessions.filter().is_empty() {
        parts.push(format!(
            "\"{}\" {} of {}",
            sessions.filter(),
            sessions.shown().len(),
            sessions.count()
        ));
    }
    let waiting = |stage: Stage| {
        let waits = sessions
            .all()
            .iter()
            .filter(move |session| session.status.stage() == stage);
        let longest = waits.clone().filter_map(Session::since).min();
        (waits.count(), longest)
    };
    for (stage, words) in [
        (Stage::NeedsReply, "need reply"),
        (Stage::Queued, "in queue"),
    ] {
        if let (count @ 1.., longest) = waiting(stage) {
            let words = if count == 1 && stage == Stage::NeedsReply {
                "needs reply"
            } else {
                words
            };
            let longest = longest.map(|since| {
                format!(
                    " ({})",
                    when::age((app.now() - since).max(TimeDelta::zero()))
                )
            });
            parts.push(format!("{count} {words}{}", longest.unwrap_or_default()));
        }
    }
    if sessions.unreadable() > 0 {
        parts.push(format!("{} unreadable", sessions.unreadable()));
    }
    parts.join(&format!(" {} ", look.glyphs.dot))
}

fn zone_words(app: &App) -> String {
    let zones = app.zones();
    let name = format!(
        "{} {}",
        zones.shown().label(),
        zones.shown().abbreviation(app.now())
    );
    match zones.times() {
        Times::InZone => name,
        Times::Utc => "UTC".to_owned(),
        Times::Relative => format!("relative, {name}"),
    }
}

/// The link in words: the worse of the two lanes.
fn link_words(app: &App, look: &Look) -> (String, Role) {
    let lanes = lanes(app);
    let worst = lanes
        .into_iter()
        .map(|(_, freshness)| freshness)
        .max_by_key(badness)
        .unwrap_or(Freshness::Connecting);
    let (glyph, role, words) = match worst {
        Freshness::Live => (0, Role::Good, "live".to_owned()),
        Freshness::Connecting => (1, Role::Dim, "connecting".to_owned()),
        Freshness::Old(age) => (
            1,
            Role::Waiting,
            format!("live, data {} old", when::countdown(age)),
        ),
        Freshness::Retrying { wait, age, .. } => {
            let old = age
                .map(|age| format!(", data {} old", when::countdown(age)))
                .unwrap_or_default();
            let wait = if wait.is_zero() {
                "retrying now".to_owned()
            } else {
                format!("retrying in {}", when::countdown(wait))
            };
            (1, Role::Bad, wait + &old)
        }
        Freshness::SignedOut { .. } => (2, Role::Bad, "signed out".to_owned()),
        Freshness::Stopped(_) => (2, Role::Bad, "stopped".to_owned()),
    };
    (format!("{} {words}", look.glyphs.links[glyph]), role)
}

/// Why the link is not as it should be, and what can be done.
fn trouble_words(app: &App) -> Option<String> {
    let refresh = app.keymap().key_of(Command::Refresh);
    let (lane, worst) = lanes(app)
        .into_iter()
        .max_by_key(|(_, freshness)| badness(freshness))?;
    let what = match lane {
        Lane::List => "List",
        Lane::Reader => "Transcript",
    };
    match worst {
        Freshness::Retrying { why, .. } => Some(format!("{what}: {why} ({refresh} tries now)")),
        Freshness::SignedOut { why, wait } => {
            let wait = if wait.is_zero() {
                "now".to_owned()
            } else {
                format!("in {}", when::countdown(wait))
            };
            Some(format!("{why} ({refresh} tries now, else again {wait})"))
        }
        Freshness::Stopped(why) => Some(format!("{what}: {why} ({refresh} asks again)")),
        Freshness::Live | Freshness::Connecting | Freshness::Old(_) => None,
    }
}

fn lanes(app: &App) -> Vec<(Lane, Freshness<'_>)> {
    let lanes =
        [Lane::List, Lane::Reader].map(|lane| (lane, app.status().freshness(lane, app.now())));
    let watched = app.open_id().is_some();
    lanes
        .into_iter()
        .filter(|(lane, _)| *lane == Lane::List || watched)
        .collect()
}

fn badness(freshness: &Freshness<'_>) -> u8 {
    match freshness {
        Freshness::Live => 0,
        Freshness::Connecting => 1,
        Freshness::Old(_) => 2,
        Freshness::Stopped(_) => 3,
        Freshness::Retrying { .. } => 4,
        Freshness::SignedOut { .. } => 5,
    }
}
