//! The line at the top and the line at the bottom.

use chrono::TimeDelta;
use ratatui::layout::{Position, Rect};

use super::theme::Role;
use super::{Canvas, Look, join_fitting, stale};
use crate::app::App;
use crate::app::command::Command;
use crate::app::event::Lane;
use crate::app::input::{Prompt, Purpose};
use crate::app::keymap::Place;
use crate::app::keys;
use crate::app::layout::Focus;
use crate::app::overlay::Overlay;
use crate::app::reader::Reader;
use crate::app::status::{Freshness, Level};
use crate::app::zones::Times;
use crate::chat::{Scope, Stage};
use crate::text::{time_format, width};

/// The program's name, first in the header.
const NAME: &str = "sochat";

/// Draws what is watched at the left; zone and link at the right. The link always stands; what
/// has no room beside it goes: the age of the data, the zone's full name, the service, the counts.
pub(super) fn header(app: &App, look: &Look, area: Rect, canvas: &mut Canvas) {
    let theme = look.theme;
    let room = usize::from(area.width.saturating_sub(2));
    let (mut link, more, role) = link_words(app, look);
    if width(NAME) + 2 + width(&link) + width(&more) <= room {
        link += &more;
    }
    let right = canvas.text_right(
        area.right().saturating_sub(1),
        area.y,
        area.width.saturating_sub(2),
        &link,
        theme.style(role),
    );
    let Some(between) = room.checked_sub(width(NAME) + 2 + width(&link)) else {
        return;
    };
    let after = canvas.text(
        area.x + 1,
        area.y,
        area.width,
        NAME,
        theme.style(Role::Title),
    );
    let watched = watched_words(app);
    let [named, short] = zone_words(app);
    let room_for_words = |zone: &str| between.saturating_sub(4 + width(zone));
    let fits_whole = |(from, zone): &(usize, &String)| {
        width(&join_fitting(&watched[*from..], look, usize::MAX)) <= room_for_words(zone)
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
        &join_fitting(&watched[from..], look, room_for_words(zone)),
        theme.style(Role::Text),
    );
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
        Purpose::Filter(..) => {
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
        Some(_) => {
            let [down, up] = [Command::Down, Command::Up].map(|step| app.keymap().key_of(step));
            return vec![
                hint("Esc", "close"),
                hint(&format!("{down} {up}"), "scroll"),
            ];
        }
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
        (Command::Quit, _) if !app.is_at_top() => "back",
        (Command::Follow, _) if app.reader().is_some_and(Reader::is_following) => "pause",
        _ => binding.hint,
    };
    first
        .into_iter()
        .chain(rest)
        .map(|binding| (keys::show(binding.keys[0]), words(binding).to_owned()))
        .collect()
}

/// The service, the scope, the filter, how many wait, and in how many there is something unread.
fn watched_words(app: &App) -> Vec<String> {
    let sessions = app.sessions();
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
            sessions.shown().len(),
            sessions.count()
        ));
    }
    for (stage, words) in [
        (Stage::NeedsReply, "need reply"),
        (Stage::Queued, "in queue"),
    ] {
        if let (count @ 1.., longest) = sessions.waiting(stage) {
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
    let unread = app.unread_sessions();
    if unread > 0 {
        parts.push(format!("{unread} unread"));
    }
    if sessions.unreadable() > 0 {
        parts.push(format!("{} unreadable", sessions.unreadable()));
    }
    parts
}

/// The zone in words, with its name and without.
fn zone_words(app: &App) -> [String; 2] {
    let zones = app.zones();
    let short = zones.shown().abbreviation(app.now());
    let named = format!("{} {short}", zones.shown().label());
    match zones.times() {
        Times::InZone => [named, short],
        Times::Utc => ["UTC", "UTC"].map(str::to_owned),
        Times::Relative => [format!("relative, {named}"), "relative".to_owned()],
    }
}

/// The link in words, the worse of the two lanes; and what can be told of it besides.
fn link_words(app: &App, look: &Look) -> (String, String, Role) {
    let lanes = lanes(app);
    let worst = lanes
        .into_iter()
        .map(|(_, freshness)| freshness)
        .max_by_key(badness)
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
        Freshness::Live => (0, Role::Good, "live".to_owned(), String::new()),
        Freshness::AsOf(at) => (1, Role::Dim, stale::as_of(app, at), String::new()),
        Freshness::Connecting => (1, Role::Dim, "connecting".to_owned(), String::new()),
        Freshness::Old(age) => (1, Role::Waiting, "live".to_owned(), old(age)),
        Freshness::Retrying {
            wait: left, age, ..
        } => (
            1,
            Role::Bad,
            format!("retrying{}", wait(left, "")),
            age.map(old).unwrap_or_default(),
        ),
        Freshness::SignedOut { wait: left, .. } => (
            2,
            Role::Bad,
            "signed out".to_owned(),
            format!(", trying{}", wait(left, " again")),
        ),
        Freshness::Stopped { age, .. } => (
            2,
            Role::Bad,
            "stopped".to_owned(),
            age.map(old).unwrap_or_default(),
        ),
    };
    (format!("{} {words}", look.glyphs.links[glyph]), more, role)
}

/// Why the link is not as it should be, and what can be done; the worse lane first, and the other
/// only where it has a reason of its own.
fn trouble_words(app: &App) -> Option<String> {
    let mut lanes = lanes(app);
    lanes.sort_by_key(|(_, freshness)| std::cmp::Reverse(badness(freshness)));
    let mut told: Vec<(Lane, &Freshness<'_>, &str)> = lanes
        .iter()
        .filter_map(|(lane, freshness)| Some((*lane, freshness, freshness.why()?)))
        .collect();
    told.dedup_by_key(|(.., why)| *why);
    let Some((_, worst, _)) = told.first() else {
        return app
            .reader()
            .filter(|reader| reader.has_vanished())
            .map(|_| "The service shows no messages of this session any more; these are those it showed before".to_owned());
    };
    let verb = if matches!(worst, Freshness::Stopped { .. }) {
        "asks again"
    } else {
        "tries now"
    };
    let reasons = told
        .iter()
        .map(|(lane, freshness, why)| match (freshness, lane) {
            (Freshness::SignedOut { .. }, _) => (*why).to_owned(),
            (_, Lane::List) => format!("List: {why}"),
            (_, Lane::Reader) => format!("Transcript: {why}"),
        });
    let reasons: Vec<_> = reasons.collect();
    // What can be done comes first: a narrow window cuts the end.
    let refresh = app.keymap().key_of(Command::Refresh);
    Some(format!("{refresh} {verb}. {}", reasons.join(". ")))
}

fn lanes(app: &App) -> Vec<(Lane, Freshness<'_>)> {
    let lanes =
        [Lane::List, Lane::Reader].map(|lane| (lane, app.status().freshness(lane, app.own_now())));
    let watched = app.open_id().is_some();
    lanes
        .into_iter()
        .filter(|(lane, _)| *lane == Lane::List || watched)
        .collect()
}

fn badness(freshness: &Freshness<'_>) -> u8 {
    match freshness {
        Freshness::Live => 0,
        Freshness::AsOf(_) => 1,
        Freshness::Connecting => 2,
        Freshness::Old(_) => 3,
        Freshness::Stopped { .. } => 4,
        Freshness::Retrying { .. } => 5,
        Freshness::SignedOut { .. } => 6,
    }
}
