//! What lies over the panes, in a box: help, details, raw JSON, links, zones.

use ratatui::layout::{Position, Rect};

use super::styled;
use super::theme::Role;
use super::{Appearance, Canvas, Strip, render_marker};
use crate::app::App;
use crate::app::overlay::{Overlay, OverlayText, ScrollOffset, ZonePicker};
use crate::chat::Session;
use crate::text::{ZoneChoice, pad, width, wrap};

/// In fewer columns the places of a zone say nothing.
const PLACES_MIN_WIDTH: u16 = 6;

/// Draws an overlay over everything but header and footer.
pub(super) fn render(app: &App, appearance: &Appearance, overlay: &Overlay, canvas: &mut Canvas) {
    let lines = |title: &str, scroll: ScrollOffset, canvas: &mut Canvas| {
        render_text(
            app,
            appearance,
            title,
            &OverlayText::new(app, overlay),
            scroll,
            canvas,
        );
    };
    match overlay {
        Overlay::Help(scroll) => lines("Keys", *scroll, canvas),
        Overlay::Details(scroll) => {
            let title = app.focused_session().map(Session::title);
            lines(&title.unwrap_or_default(), *scroll, canvas);
        }
        Overlay::Connection(scroll) => lines("Link to the service", *scroll, canvas),
        Overlay::RawJson { scroll, .. } => lines("As it was sent", *scroll, canvas),
        Overlay::Links(all, choice) => render_links(app, appearance, all, choice.0, canvas),
        Overlay::ZonePicker(picker) => render_zone_picker(app, appearance, picker, canvas),
    }
}

/// Draws addresses, each in full, the chosen one in sight.
fn render_links(
    app: &App,
    appearance: &Appearance,
    all: &[String],
    chosen: usize,
    canvas: &mut Canvas,
) {
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
    let inside = render_frame(app, appearance, "Links", widest, rows.len(), canvas);
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
            render_marker(appearance, inside.x, y, canvas);
        }
        let mut strip = Strip::new(inside.width);
        let (base, layers) = (
            appearance.theme.style(Role::Text),
            styled::address(link, appearance),
        );
        styled::put(&mut strip, 2, link, range, base, &layers);
        strip.draw(inside.x, y, canvas);
    }
}

/// Draws a box in the middle, as large as it needs to be; answers with its inside.
fn render_frame(
    app: &App,
    appearance: &Appearance,
    title: &str,
    columns: Option<usize>,
    rows: usize,
    canvas: &mut Canvas,
) -> Rect {
    let window = app.size();
    let style = appearance.theme.style(Role::Border);
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
    let symbols = appearance.symbols;
    let line = symbols.line.repeat(usize::from(width - 2));
    for (y, left, right) in [(area.y, 0, 1), (area.bottom() - 1, 2, 3)] {
        canvas.text(
            area.x,
            y,
            width,
            &format!(
                "{}{line}{}",
                symbols.box_corners[left], symbols.box_corners[right]
            ),
            style,
        );
    }
    for y in area.y + 1..area.bottom() - 1 {
        canvas.text(area.x, y, 1, symbols.box_side, style);
        canvas.text(area.right() - 1, y, 1, symbols.box_side, style);
    }
    canvas.text(
        area.x + 2,
        area.y,
        width - 4,
        &format!(" {title} "),
        appearance.theme.style(Role::Title),
    );
    Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: width - 4,
        height: height - 2,
    }
}

/// Draws labelled lines from a scroll position that stops at the end.
fn render_text(
    app: &App,
    appearance: &Appearance,
    title: &str,
    page: &OverlayText,
    scroll: ScrollOffset,
    canvas: &mut Canvas,
) {
    let inside = render_frame(
        app,
        appearance,
        title,
        Some(page.max_width),
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
            (Role::Key, page.text_column)
        };
        let x = canvas.text(
            inside.x,
            y,
            inside.width,
            &pad(label, columns),
            appearance.theme.style(role),
        );
        canvas.text(
            x,
            y,
            inside.right().saturating_sub(x),
            text,
            appearance.theme.style(Role::Text),
        );
    }
    if page.rows.len() > height {
        let seen = format!(" {}-{} of {} ", top + 1, top + height, page.rows.len());
        canvas.text_right(
            inside.right(),
            inside.bottom(),
            inside.width,
            &seen,
            appearance.theme.style(Role::Muted),
        );
    }
}

fn render_zone_picker(
    app: &App,
    appearance: &Appearance,
    picker: &ZonePicker,
    canvas: &mut Canvas,
) {
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
    let all: Vec<(String, String)> = picker.zones.iter().map(line).collect();
    let named = all.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let widest = all
        .iter()
        .map(|(_, places)| named + 4 + width(places))
        .max();
    let rows = picker.zones.len() + 1;
    let inside = render_frame(app, appearance, "Time zone", widest, rows, canvas);
    let x = canvas.text(
        inside.x,
        inside.y,
        inside.width,
        "find: ",
        appearance.theme.style(Role::Key),
    );
    canvas.text(
        x,
        inside.y,
        inside.right().saturating_sub(x),
        picker.query.value(),
        appearance.theme.style(Role::Text),
    );
    let cursor = x + u16::try_from(picker.query.visual_cursor()).unwrap_or(0);
    canvas.cursor = Some(Position {
        x: cursor.min(inside.right()),
        y: inside.y,
    });
    let height = usize::from(inside.height.saturating_sub(1)).max(1);
    // What is chosen stays in the middle, with what is around it.
    let top = picker.selection.0.saturating_sub(height / 2);
    let top = top.min(picker.matches.len().saturating_sub(height));
    let matching = picker.matches.iter().map(|number| &all[*number]);
    for ((number, (name, places)), y) in matching
        .enumerate()
        .skip(top)
        .zip(inside.y + 1..inside.bottom())
    {
        let chosen = number == picker.selection.0;
        let role = if chosen { Role::Selected } else { Role::Text };
        if chosen {
            render_marker(appearance, inside.x, y, canvas);
        }
        let x = canvas.text(
            inside.x + 2,
            y,
            inside.width.saturating_sub(2),
            &pad(name, named.min(usize::from(inside.width.saturating_sub(2)))),
            appearance.theme.style(role),
        );
        let room = inside.right().saturating_sub(x + 2);
        if room >= PLACES_MIN_WIDTH {
            canvas.text(x + 2, y, room, places, appearance.theme.style(Role::Muted));
        }
    }
    if picker.matches.is_empty() {
        canvas.text(
            inside.x + 2,
            inside.y + 1,
            inside.width.saturating_sub(2),
            "No zone matches.",
            appearance.theme.style(Role::Muted),
        );
    }
}
