//! What lies over the panes, in a box: help, details, raw JSON, links, zones.

use ratatui::layout::{Position, Rect};

use super::styled;
use super::theme::Role;
use super::{Canvas, Look, Strip, mark};
use crate::app::App;
use crate::app::overlay::{Overlay, Page, Scroll, ZoneChooser};
use crate::chat::Session;
use crate::text::{ZoneChoice, pad, width, wrap};

/// In fewer columns the places of a zone say nothing.
const FEWEST_PLACES: u16 = 6;

/// Draws an overlay over everything but header and footer.
pub(super) fn overlay(app: &App, look: &Look, over: &Overlay, canvas: &mut Canvas) {
    let lines = |title: &str, scroll: Scroll, canvas: &mut Canvas| {
        page(app, look, title, &Page::of(app, over), scroll, canvas);
    };
    match over {
        Overlay::Help(scroll) => lines("Keys", *scroll, canvas),
        Overlay::Details(scroll) => {
            let title = app.session_in_focus().map(Session::title);
            lines(&title.unwrap_or_default(), *scroll, canvas);
        }
        Overlay::Link(scroll) => lines("Link to the service", *scroll, canvas),
        Overlay::Raw { scroll, .. } => lines("As it was sent", *scroll, canvas),
        Overlay::Links(all, choice) => links(app, look, all, choice.0, canvas),
        Overlay::Zones(chooser) => zones(app, look, chooser, canvas),
    }
}

/// Draws addresses, each in full, the chosen one in sight.
fn links(app: &App, look: &Look, all: &[String], chosen: usize, canvas: &mut Canvas) {
    let columns = usize::from(app.size().width.saturating_sub(8)).max(1);
    let rows: Vec<_> = all
        .iter()
        .enumerate()
        .flat_map(|(number, link)| {
            let rows = wrap(link, columns);
            rows.map(move |row| (number, link, row.range))
        })
        .collect();
    let widest = all.iter().map(|link| width(link)).max();
    let inside = frame(app, look, "Links", widest, rows.len(), canvas);
    let height = usize::from(inside.height);
    let end = rows.partition_point(|(number, ..)| *number <= chosen);
    let start = rows.partition_point(|(number, ..)| *number < chosen);
    let top = end.saturating_sub(height).min(start);
    for ((number, link, range), y) in rows
        .into_iter()
        .skip(top)
        .zip(inside.top()..inside.bottom())
    {
        if number == chosen {
            mark(look, inside.x, y, canvas);
        }
        let mut strip = Strip::new(inside.width);
        let (base, layers) = (look.theme.style(Role::Text), styled::address(link, look));
        styled::put(&mut strip, 2, link, range, base, &layers);
        strip.draw(inside.x, y, canvas);
    }
}

/// Draws a box in the middle, as large as it needs to be; answers with its inside.
fn frame(
    app: &App,
    look: &Look,
    title: &str,
    columns: Option<usize>,
    rows: usize,
    canvas: &mut Canvas,
) -> Rect {
    let window = app.size();
    let style = look.theme.style(Role::Frame);
    let fits = |wanted: usize, room: u16| u16::try_from(wanted).unwrap_or(u16::MAX).min(room);
    let width = fits(
        columns.unwrap_or(0).max(width(title) + 4) + 6,
        window.width.saturating_sub(2),
    )
    .max(4);
    let height = fits(rows + 2, window.height.saturating_sub(2)).max(3);
    let area = Rect::new(
        (window.width - width) / 2,
        (window.height - height) / 2,
        width,
        height,
    );
    // A blank column at both sides keeps what is under the box off its sides.
    canvas.clear(Rect {
        x: area.x.saturating_sub(1),
        width: width + 2,
        ..area
    });
    let glyphs = look.glyphs;
    let line = glyphs.line.repeat(usize::from(width - 2));
    for (y, left, right) in [(area.y, 0, 1), (area.bottom() - 1, 2, 3)] {
        canvas.text(
            area.x,
            y,
            width,
            &format!("{}{line}{}", glyphs.corners[left], glyphs.corners[right]),
            style,
        );
    }
    for y in area.y + 1..area.bottom() - 1 {
        canvas.text(area.x, y, 1, glyphs.side, style);
        canvas.text(area.right() - 1, y, 1, glyphs.side, style);
    }
    canvas.text(
        area.x + 2,
        area.y,
        width - 4,
        &format!(" {title} "),
        look.theme.style(Role::Title),
    );
    Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: width - 4,
        height: height - 2,
    }
}

/// Draws labelled lines from a scroll position that stops at the end.
fn page(app: &App, look: &Look, title: &str, page: &Page, scroll: Scroll, canvas: &mut Canvas) {
    let inside = frame(
        app,
        look,
        title,
        Some(page.columns),
        page.rows.len(),
        canvas,
    );
    let height = usize::from(inside.height);
    let top = scroll.0.min(page.rows.len().saturating_sub(height));
    for ((label, text), y) in page
        .rows
        .iter()
        .skip(top)
        .zip(inside.top()..inside.bottom())
    {
        let (role, columns) = if text.is_empty() {
            (Role::Title, usize::from(inside.width))
        } else {
            (Role::Key, page.text_from)
        };
        let x = canvas.text(
            inside.x,
            y,
            inside.width,
            &pad(label, columns),
            look.theme.style(role),
        );
        canvas.text(
            x,
            y,
            inside.right().saturating_sub(x),
            text,
            look.theme.style(Role::Text),
        );
    }
    if page.rows.len() > height {
        let seen = format!(" {}-{} of {} ", top + 1, top + height, page.rows.len());
        canvas.text_right(
            inside.right(),
            inside.bottom(),
            inside.width,
            &seen,
            look.theme.style(Role::Dim),
        );
    }
}

fn zones(app: &App, look: &Look, chooser: &ZoneChooser, canvas: &mut Canvas) {
    let line = |choice: &ZoneChoice| {
        let places = [&choice.country, &choice.region, &choice.cities].map(String::as_str);
        let places = places
            .into_iter()
            .filter(|place| !place.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        (
            format!("{}  {}", pad(&choice.offset, 6), choice.zone.label()),
            places,
        )
    };
    // As wide as all of them, so that the box stays while one types.
    let all: Vec<(String, String)> = chooser.zones.iter().map(line).collect();
    let named = all.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let widest = all
        .iter()
        .map(|(_, places)| named + 4 + width(places))
        .max();
    let rows = chooser.zones.len() + 1;
    let inside = frame(app, look, "Time zone", widest, rows, canvas);
    let x = canvas.text(
        inside.x,
        inside.y,
        inside.width,
        "find: ",
        look.theme.style(Role::Key),
    );
    canvas.text(
        x,
        inside.y,
        inside.right().saturating_sub(x),
        chooser.typed.value(),
        look.theme.style(Role::Text),
    );
    let cursor = x + u16::try_from(chooser.typed.visual_cursor()).unwrap_or(0);
    canvas.cursor = Some(Position {
        x: cursor.min(inside.right()),
        y: inside.y,
    });
    let height = usize::from(inside.height.saturating_sub(1)).max(1);
    // What is chosen stays in the middle, with what is around it.
    let top = chooser.choice.0.saturating_sub(height / 2);
    let top = top.min(chooser.matching.len().saturating_sub(height));
    let matching = chooser.matching.iter().map(|number| &all[*number]);
    for ((number, (name, places)), y) in matching
        .enumerate()
        .skip(top)
        .zip(inside.y + 1..inside.bottom())
    {
        let chosen = number == chooser.choice.0;
        let role = if chosen { Role::Selected } else { Role::Text };
        if chosen {
            mark(look, inside.x, y, canvas);
        }
        let x = canvas.text(
            inside.x + 2,
            y,
            inside.width.saturating_sub(2),
            &pad(name, named.min(usize::from(inside.width.saturating_sub(2)))),
            look.theme.style(role),
        );
        let room = inside.right().saturating_sub(x + 2);
        if room >= FEWEST_PLACES {
            canvas.text(x + 2, y, room, places, look.theme.style(Role::Dim));
        }
    }
    if chooser.matching.is_empty() {
        canvas.text(
            inside.x + 2,
            inside.y + 1,
            inside.width.saturating_sub(2),
            "No zone matches.",
            look.theme.style(Role::Dim),
        );
    }
}
