//! The list: one session a row, two where there is room.

use chrono::TimeDelta;
use ratatui::layout::Rect;

use super::theme::Role;
use super::{Appearance, Canvas, is_focused, join_fitting};
use crate::app::command::Command;
use crate::app::layout::Focus;
use crate::app::session_list::SessionList;
use crate::app::{App, Unread};
use crate::chat::{Session, Stage};
use crate::text::{pad, time_format, truncate, width};

/// In narrower lists the shape and the colour alone tell the state; the name needs the room.
const STATE_LABEL_MIN_WIDTH: u16 = 28;

/// Draws the list into its area.
pub(super) fn render_list(app: &App, appearance: &Appearance, area: Rect, canvas: &mut Canvas) {
    let sessions = app.session_list();
    if sessions.visible().len() == 0 {
        render_empty(app, appearance, area, canvas);
        return;
    }
    let rows_per_item = SessionList::rows_per_item(area.height);
    let selected = sessions.selected_row();
    for (row, session) in sessions.visible().enumerate().skip(sessions.offset()) {
        let y = area.y
            + u16::try_from(row - sessions.offset())
                .unwrap_or(u16::MAX)
                .saturating_mul(rows_per_item);
        if y.saturating_add(rows_per_item) > area.bottom() {
            break;
        }
        let item_area = Rect {
            y,
            height: rows_per_item,
            ..area
        };
        render_item(
            app,
            appearance,
            session,
            Some(row) == selected,
            item_area,
            canvas,
        );
    }
}

fn render_item(
    app: &App,
    appearance: &Appearance,
    session: &Session,
    selected: bool,
    area: Rect,
    canvas: &mut Canvas,
) {
    let (theme, symbols) = (appearance.theme, appearance.symbols);
    let stage = session.status.stage();
    let open = app.open_session_id() == Some(session.id);
    if selected || open {
        let role = if selected { Role::Marker } else { Role::Border };
        for y in area.top()..area.bottom() {
            canvas.text(area.x, y, 1, symbols.marker, theme.style(role));
        }
    }
    let colour = theme.style(stage_role(stage));
    canvas.text(
        area.x + 1,
        area.y,
        1,
        symbols.stages[stage as usize],
        colour,
    );

    let since = age_label(app, session, area.width >= STATE_LABEL_MIN_WIDTH);
    let left = canvas.text_right(area.right() - 1, area.y, area.width / 2, &since, colour);
    let name_role = match (
        selected && is_focused(app, Focus::List),
        selected || open,
        stage.is_open(),
    ) {
        (true, ..) => Role::Selected,
        (_, true, _) => Role::SelectedUnfocused,
        (_, _, true) => Role::Text,
        _ => Role::Muted,
    };
    let x = area.x + 3;
    // How much is unread stands under the age, or before it where a session has one row.
    let unread = unread_label(app, appearance, session);
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
    let whole = badges(app, appearance, session, true);
    let marks = if width(&title) + 1 + width(&whole) > usize::from(room) {
        badges(app, appearance, session, false)
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
        let line = subtitle(session, appearance, usize::from(columns));
        canvas.text(x, area.y + 1, columns, &line, theme.style(Role::Muted));
    }
}

/// A mark for what is unread, with how much it is where that is known.
fn unread_label(app: &App, appearance: &Appearance, session: &Session) -> String {
    let glyph = appearance.symbols.unread;
    match app.unread(session) {
        Unread::Nothing => String::new(),
        Unread::Something => glyph.to_owned(),
        Unread::Messages(count) => format!("{glyph}{count}"),
        Unread::More => format!("{glyph}99+"),
    }
}

/// Whose and where, and what was said last, which may take half the line from the rest.
fn subtitle(session: &Session, appearance: &Appearance, columns: usize) -> String {
    let separator = format!(" {} ", appearance.symbols.dot);
    let said = session.last_message.as_str();
    let beside = columns.saturating_sub(width(said) + width(&separator));
    let room = if said.is_empty() {
        columns
    } else {
        beside.max(columns / 2)
    };
    let parts = [session.company(), session.channel.name.as_str()].map(str::to_owned);
    let mut line = join_fitting(&parts, appearance, room);
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
fn badges(app: &App, appearance: &Appearance, session: &Session, with_names: bool) -> String {
    let symbols = appearance.symbols;
    let mut badges = Vec::new();
    if app.is_watched(session.id) {
        badges.push(symbols.watched.to_owned());
    }
    if app.session_list().is_customer_typing(session) {
        badges.push(symbols.typing.to_owned());
    }
    if let Some(to) = &session.transfer_to {
        let name = if with_names { to.name.as_str() } else { "" };
        badges.push(format!("{} {name}", symbols.transfer).trim_end().to_owned());
    }
    if session.alert_level > 0 && session.status.stage().is_open() {
        badges.push(format!("{}{}", symbols.alert, session.alert_level));
    }
    if session.bot_active {
        badges.push(symbols.bot.to_owned());
    }
    if let Some(stars) = session.rating.filter(|_| !session.status.stage().is_open()) {
        badges.push(format!("{}{stars}", symbols.star));
    }
    badges.join(" ")
}

/// The state in a word and for how long: `reply 4m`, `queue 12m`, `idle 2m`.
fn age_label(app: &App, session: &Session, with_state: bool) -> String {
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
    let word = if with_state { word } else { "" };
    // Ages stand under each other.
    format!("{word} {:>4}", age.unwrap_or_default())
}

/// How urgent a stage looks.
pub(super) fn stage_role(stage: Stage) -> Role {
    match stage {
        Stage::NeedsReply => Role::Waiting,
        Stage::Queued => Role::Queued,
        Stage::Active => Role::Success,
        Stage::PreChat | Stage::Unknown => Role::Text,
        Stage::Missed => Role::Error,
        Stage::Ended | Stage::Deleted => Role::Muted,
    }
}

fn render_empty(app: &App, appearance: &Appearance, area: Rect, canvas: &mut Canvas) {
    let sessions = app.session_list();
    let key = |command| app.keymap().first_key(command);
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
            format!("{} shows others.", key(Command::CycleScope)),
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
                appearance.theme.style(Role::Muted),
            );
        }
    }
}
