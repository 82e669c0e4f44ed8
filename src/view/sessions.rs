//! The list: one session a row, two where there is room.

use chrono::TimeDelta;
use ratatui::layout::Rect;

use super::theme::Role;
use super::{Canvas, Look, has_keys, join_fitting};
use crate::app::command::Command;
use crate::app::layout::Focus;
use crate::app::sessions::Sessions;
use crate::app::{App, Unread};
use crate::chat::{Session, Stage};
use crate::text::{truncate, pad, time_format, width};

/// In narrower lists the shape and the colour alone tell the state; the name needs the room.
const WORDS_FROM: u16 = 28;

/// Draws the list into its area.
pub(super) fn list(app: &App, look: &Look, area: Rect, canvas: &mut Canvas) {
    let sessions = app.sessions();
    if sessions.shown().len() == 0 {
        empty(app, look, area, canvas);
        return;
    }
    let each = Sessions::rows_each(area.height);
    let selected = sessions.selected_row();
    for (row, session) in sessions.shown().enumerate().skip(sessions.top()) {
        let y = area.y
            + u16::try_from(row - sessions.top())
                .unwrap_or(u16::MAX)
                .saturating_mul(each);
        if y.saturating_add(each) > area.bottom() {
            break;
        }
        let place = Rect {
            y,
            height: each,
            ..area
        };
        one(app, look, session, Some(row) == selected, place, canvas);
    }
}

fn one(app: &App, look: &Look, session: &Session, selected: bool, area: Rect, canvas: &mut Canvas) {
    let (theme, glyphs) = (look.theme, look.glyphs);
    let stage = session.status.stage();
    let open = app.open_id() == Some(session.id);
    if selected || open {
        let role = if selected { Role::Marker } else { Role::Frame };
        for y in area.top()..area.bottom() {
            canvas.text(area.x, y, 1, glyphs.marker, theme.style(role));
        }
    }
    let colour = theme.style(role_of(stage));
    canvas.text(area.x + 1, area.y, 1, glyphs.stages[stage as usize], colour);

    let since = since_words(app, session, area.width >= WORDS_FROM);
    let left = canvas.text_right(area.right() - 1, area.y, area.width / 2, &since, colour);
    let name_role = match (
        selected && has_keys(app, Focus::List),
        selected || open,
        stage.is_open(),
    ) {
        (true, ..) => Role::Selected,
        (_, true, _) => Role::SelectedElsewhere,
        (_, _, true) => Role::Text,
        _ => Role::Dim,
    };
    let x = area.x + 3;
    // How much is unread stands under the age, or before it where a session has one row.
    let unread = unread_words(app, look, session);
    let (at, y) = if area.height > 1 {
        (area.right().saturating_sub(1), area.y + 1)
    } else {
        (left.saturating_sub(1), area.y)
    };
    let columns = at.saturating_sub(x);
    let unread_left = canvas.text_right(at, y, columns, &unread, theme.style(Role::Unread));
    let left = if area.height == 1 && !unread.is_empty() {
        unread_left
    } else {
        left
    };
    let room = left.saturating_sub(x + 1);
    let title = session.title();
    let whole = badges(app, look, session, true);
    let marks = if width(&title) + 1 + width(&whole) > usize::from(room) {
        badges(app, look, session, false)
    } else {
        whole
    };
    let taken = width(&marks) + usize::from(!marks.is_empty());
    let name = truncate(&title, usize::from(room).saturating_sub(taken)).into_owned();
    let end = canvas.text(x, area.y, room, &name, theme.style(name_role));
    if !marks.is_empty() {
        canvas.text(
            end + 1,
            area.y,
            left.saturating_sub(end + 2),
            &marks,
            theme.style(Role::Special),
        );
    }
    if area.height > 1 {
        let columns = unread_left.saturating_sub(x + u16::from(!unread.is_empty()));
        let line = second_line(session, look, usize::from(columns));
        canvas.text(x, area.y + 1, columns, &line, theme.style(Role::Dim));
    }
}

/// A mark for what is unread, with how much it is where that is known.
fn unread_words(app: &App, look: &Look, session: &Session) -> String {
    let glyph = look.glyphs.unread;
    match app.unread(session) {
        Unread::Nothing => String::new(),
        Unread::Something => glyph.to_owned(),
        Unread::Messages(count) => format!("{glyph}{count}"),
        Unread::More => format!("{glyph}99+"),
    }
}

/// Whose and where, and what was said last, which may take half the line from the rest.
fn second_line(session: &Session, look: &Look, columns: usize) -> String {
    let separator = format!(" {} ", look.glyphs.dot);
    let said = session.last_message.as_str();
    let beside = columns.saturating_sub(width(said) + width(&separator));
    let room = if said.is_empty() {
        columns
    } else {
        beside.max(columns / 2)
    };
    let parts = [session.company(), session.channel.name.as_str()].map(str::to_owned);
    let mut line = join_fitting(&parts, look, room);
    if line.is_empty() {
        let first = parts.iter().find(|part| !part.is_empty());
        line = first.map_or_else(String::new, |first| truncate(first, room).into_owned());
    }
    if !line.is_empty() && !said.is_empty() {
        line += &separator;
    }
    line + said
}

/// What is worth a mark: that it is watched, typing, a transfer, to whom if there is room, an alert, a bot, the rating
/// at the end.
fn badges(app: &App, look: &Look, session: &Session, names: bool) -> String {
    let glyphs = look.glyphs;
    let mut badges = Vec::new();
    if app.is_watched(session.id) {
        badges.push(glyphs.watched.to_owned());
    }
    if app.sessions().customer_types(session) {
        badges.push(glyphs.typing.to_owned());
    }
    if let Some(to) = &session.transfer_to {
        let name = if names { to.name.as_str() } else { "" };
        badges.push(format!("{} {name}", glyphs.transfer).trim_end().to_owned());
    }
    if session.alert_level > 0 && session.status.stage().is_open() {
        badges.push(format!("{}{}", glyphs.alert, session.alert_level));
    }
    if session.bot_active {
        badges.push(glyphs.bot.to_owned());
    }
    if let Some(stars) = session.rating.filter(|_| !session.status.stage().is_open()) {
        badges.push(format!("{}{stars}", glyphs.star));
    }
    badges.join(" ")
}

/// The state in a word and for how long: `reply 4m`, `queue 12m`, `idle 2m`.
fn since_words(app: &App, session: &Session, words: bool) -> String {
    let age = session
        .state_since()
        .map(|since| time_format::format_age((app.now() - since).max(TimeDelta::zero())));
    let word = match session.status.stage() {
        Stage::NeedsReply => "reply",
        Stage::Queued => "queue",
        Stage::Active => "idle",
        Stage::PreChat => "form",
        Stage::Unknown => "",
        Stage::Ended => "ended",
        Stage::Missed => "missed",
        Stage::Deleted => "deleted",
    };
    let word = if words { word } else { "" };
    // Ages stand under each other.
    format!("{word} {:>4}", age.unwrap_or_default())
}

/// How urgent a stage looks.
pub(super) fn role_of(stage: Stage) -> Role {
    match stage {
        Stage::NeedsReply => Role::Waiting,
        Stage::Queued => Role::Queued,
        Stage::Active => Role::Good,
        Stage::PreChat | Stage::Unknown => Role::Text,
        Stage::Missed => Role::Bad,
        Stage::Ended | Stage::Deleted => Role::Dim,
    }
}

fn empty(app: &App, look: &Look, area: Rect, canvas: &mut Canvas) {
    let sessions = app.sessions();
    let key = |command| app.keymap().key_of(command);
    let lines = if !sessions.is_listed() {
        vec![format!("Asking for {} ...", sessions.scope().label())]
    } else if sessions.count() > 0 {
        vec![
            format!("Nothing matches \"{}\".", sessions.filter()),
            format!("{} shows all again.", key(Command::Back)),
        ]
    } else {
        vec![
            format!("No sessions in {}.", sessions.scope().label()),
            format!("{} shows others.", key(Command::Scope)),
        ]
    };
    for (row, line) in (0..).zip(lines) {
        let y = area.y + 1 + row;
        if y < area.bottom() {
            canvas.text(
                area.x + 2,
                y,
                area.width.saturating_sub(3),
                &pad(&line, usize::from(area.width.saturating_sub(3))),
                look.theme.style(Role::Dim),
            );
        }
    }
}
