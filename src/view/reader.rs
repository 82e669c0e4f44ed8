//! The transcript: whose it is, its rows, the scroll bar, and what is new below.

use ratatui::layout::Rect;

use super::message::Painter;
use super::sessions::role_of;
use super::theme::Role;
use super::{Canvas, Look, has_keys, join_fitting, mark, stale};
use crate::app::App;
use crate::app::command::Command;
use crate::app::event::Lane;
use crate::app::layout::{Focus, Panes};
use crate::app::reader::Reader;
use crate::app::reader::bar::Tick;
use crate::app::status::Freshness;
use crate::text::width;

/// Draws the reader's parts.
pub(super) fn reader(app: &App, look: &Look, panes: &Panes, canvas: &mut Canvas) {
    let Some(reader) = app.reader() else {
        hint(
            look,
            panes.reader,
            &format!("{} opens a session.", app.keymap().key_of(Command::Open)),
            canvas,
        );
        return;
    };
    title(app, look, reader, panes.title, canvas);
    let lens = app.lens(panes);
    let shown = reader.shown(&lens);
    if shown.is_empty() {
        let words = if reader.is_caught_up() && app.open_session().is_none() {
            "The service shows no messages of this session."
        } else if reader.is_caught_up() {
            "No messages yet."
        } else {
            "Loading ..."
        };
        hint(look, panes.reader, words, canvas);
        return;
    }
    canvas.scrolls.pane = panes.reader;
    canvas.scrolls.rows.extend(shown.iter().filter_map(|row| {
        let message = reader.transcript().get(row.place)?;
        Some((message.id, row.row.spot))
    }));
    let painter = Painter {
        app,
        look,
        reader,
        lens: &lens,
        selected: reader.selected_place(),
    };
    let marked = painter.selected.filter(|_| has_keys(app, Focus::Reader));
    let mut rows = std::mem::take(&mut canvas.painted);
    rows.paint(&painter, &shown);
    for ((row, strip), y) in shown.iter().zip(rows.strips()).zip(panes.reader.top()..) {
        strip.draw(panes.reader.x, y, canvas);
        if marked == Some(row.place) && row.row.spot.is_said() {
            mark(look, panes.reader.x, y, canvas);
        }
    }
    canvas.painted = rows;
    if stale::words(app, Lane::Reader).is_some() {
        canvas.dim(panes.reader);
    }
    scroll_bar(look, &reader.bar(&shown, &lens), panes.scroll_bar, canvas);
    pill(app, look, reader, panes.reader, canvas);
}

/// What has come so far of a long answer, in as many words as fit.
fn loading(reader: &Reader, columns: u16) -> String {
    let (messages, bytes) = (reader.transcript().len(), bytes(reader.loaded()));
    let words = [
        format!("loading, {messages} messages, {bytes} so far"),
        format!("loading {messages}, {bytes}"),
    ];
    let mut fitting = words.into_iter();
    fitting
        .find(|words| width(words) <= usize::from(columns))
        .unwrap_or_else(|| "loading".to_owned())
}

/// An amount of data in words.
fn bytes(count: usize) -> String {
    let tenths = |unit: usize| {
        let tenths = count * 10 / unit;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match count {
        0..1_000 => format!("{count} bytes"),
        1_000..1_000_000 => format!("{} kB", tenths(1_000)),
        _ => format!("{} MB", tenths(1_000_000)),
    }
}

fn hint(look: &Look, area: Rect, words: &str, canvas: &mut Canvas) {
    canvas.text(
        area.x + 2,
        area.y + 1,
        area.width.saturating_sub(3),
        words,
        look.theme.style(Role::Dim),
    );
}

/// Draws who it is with at the left, and how it is read at the right.
fn title(app: &App, look: &Look, reader: &Reader, area: Rect, canvas: &mut Canvas) {
    let theme = look.theme;
    let old = stale::words(app, Lane::Reader);
    let state = if let Some(search) = reader.search() {
        let number = reader
            .selected_place()
            .and_then(|place| search.number_of(place));
        let number = number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let is_complete = search.is_complete(reader.transcript());
        let so_far = if is_complete { "" } else { "+" };
        format!(
            "\"{}\" {number} of {}{so_far}",
            search.words(),
            search.count()
        )
    } else if !reader.is_caught_up() && !reader.transcript().is_empty() {
        loading(reader, area.width / 2)
    } else if let Some(old) = &old {
        old.clone()
    } else if !reader.is_caught_up() {
        // Nothing came yet: the pane itself says so.
        String::new()
    } else if reader.is_following() {
        match app.status().freshness(Lane::Reader, app.own_now()) {
            Freshness::AsOf(at) => stale::as_of(app, at),
            _ => "following".to_owned(),
        }
    } else {
        "paused".to_owned()
    };
    let role = if old.is_some() {
        Role::Bad
    } else if reader.is_following() {
        Role::Dim
    } else {
        Role::Unread
    };
    let right = canvas.text_right(
        area.right().saturating_sub(1),
        area.y,
        area.width / 2,
        &state,
        theme.style(role),
    );
    let room = right.saturating_sub(area.x + 2);
    let Some(session) = app.open_session() else {
        let words = app
            .open_id()
            .map(|id| format!("session {id}"))
            .unwrap_or_default();
        canvas.text(area.x + 1, area.y, room, &words, theme.style(Role::Title));
        return;
    };
    let name_role = if has_keys(app, Focus::Reader) {
        Role::Selected
    } else {
        Role::Title
    };
    let name = format!(" {} ", session.title());
    let x = canvas.text(area.x, area.y, room, &name, theme.style(name_role));
    let agent = session
        .agent
        .as_ref()
        .map_or("", |agent| agent.name.as_str());
    let state = session.status.label();
    if width(state) + 3 > usize::from(right.saturating_sub(x)) {
        return;
    }
    let x = canvas.text(
        x + 1,
        area.y,
        area.width,
        state,
        theme.style(role_of(session.status.stage())),
    );
    let dot = format!(" {} ", look.glyphs.dot);
    let parts = [session.company(), session.channel.name.as_str(), agent].map(str::to_owned);
    let room = right.saturating_sub(x + 2);
    let words = join_fitting(&parts, look, room.saturating_sub(3));
    if !words.is_empty() {
        canvas.text(x, area.y, room, &(dot + &words), theme.style(Role::Dim));
    }
}

fn scroll_bar(look: &Look, bar: &[Tick], area: Rect, canvas: &mut Canvas) {
    for (tick, y) in bar.iter().zip(area.top()..area.bottom()) {
        let shape = usize::from(tick.is_shown);
        let (glyphs, role) = if tick.is_hit {
            (&look.glyphs.scroll_hit, Role::HitTick)
        } else {
            (&look.glyphs.scroll, Role::Frame)
        };
        canvas.text(area.x, y, 1, glyphs[shape], look.theme.style(role));
    }
}

fn pill(app: &App, look: &Look, reader: &Reader, area: Rect, canvas: &mut Canvas) {
    let new = reader.new_below();
    if new > 0 && area.height > 1 {
        let key = app.keymap().key_of(Command::Last);
        let words = format!(
            " {} {new} new {} {key} ",
            look.glyphs.below, look.glyphs.dot
        );
        let style = look
            .theme
            .style(Role::Unread)
            .patch(look.theme.style(Role::Selected));
        canvas.text_right(area.right(), area.bottom() - 1, area.width, &words, style);
    }
}
