//! A buffer as SVG: every run of cells has its own position and length, so that the columns are
//! aligned in any font.
#![expect(clippy::disallowed_types, reason = "the picture shows colours")]

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use sochat::testing::width;

/// One cell, in pixels.
const CELL: (f64, f64) = (8.4, 18.0);
const FONT_SIZE: u8 = 14;
/// From the top of a row to the baseline of its text.
const BASELINE: f64 = 13.2;
const PADDING: f64 = 16.0;

const BACKGROUND: u32 = 0x0017_1b24;
const FOREGROUND: u32 = 0x00c9_d1de;

#[derive(Clone, Copy, PartialEq)]
struct CellStyle {
    foreground: u32,
    background: Option<u32>,
    modifier: Modifier,
    shape: CellShape,
}

/// The shape of a cell; runs of different shapes are measured separately.
#[derive(Clone, Copy, PartialEq)]
enum CellShape {
    Narrow,
    Wide,
    /// A line that continues from row to row: its width and its distance from the left, in pixels.
    Line {
        wide: f64,
        left: f64,
    },
}

/// Adjacent cells of one style.
struct Run {
    style: CellStyle,
    column: usize,
    text: String,
}

/// The picture as an SVG document.
pub fn to_svg(buffer: &Buffer) -> String {
    let area = buffer.area;
    let (width, height) = (
        f64::from(area.width) * CELL.0 + 2.0 * PADDING,
        f64::from(area.height) * CELL.1 + 2.0 * PADDING,
    );
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height:.0}" viewBox="0 0 {width:.0} {height:.0}" font-size="{FONT_SIZE}" fill="#{FOREGROUND:06x}">
<style>
text {{ font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace }}
.b {{ font-weight: 700 }} .d {{ opacity: .6 }} .i {{ font-style: italic }} .u {{ text-decoration: underline }}
</style>
<rect width="100%" height="100%" rx="10" fill="#{BACKGROUND:06x}"/>
"##
    );
    let cells = buffer.content.chunks(usize::from(area.width));
    for (row, y) in cells.zip(0_u16..) {
        let top = PADDING + f64::from(y) * CELL.1;
        for run in split_runs(row) {
            draw(&mut svg, &run, top);
        }
    }
    svg + "</svg>\n"
}

fn split_runs(row: &[Cell]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut column = 0;
    while let Some(cell) = row.get(column) {
        let style = cell_style(cell);
        match runs.last_mut() {
            Some(run) if run.style == style => run.text += cell.symbol(),
            _ => runs.push(Run {
                style,
                column,
                text: cell.symbol().to_owned(),
            }),
        }
        column += width(cell.symbol()).max(1);
    }
    runs
}

fn cell_style(cell: &Cell) -> CellStyle {
    let mut modifier = cell.modifier;
    let (foreground, background) = (hex_color(cell.fg), hex_color(cell.bg));
    let (foreground, background) = if modifier.contains(Modifier::REVERSED) {
        modifier -= Modifier::REVERSED;
        (
            background.unwrap_or(BACKGROUND),
            Some(foreground.unwrap_or(FOREGROUND)),
        )
    } else {
        (foreground.unwrap_or(FOREGROUND), background)
    };
    CellStyle {
        foreground,
        background,
        modifier,
        shape: cell_shape(cell.symbol()),
    }
}

fn cell_shape(symbol: &str) -> CellShape {
    let middle = |wide| CellShape::Line {
        wide,
        left: (CELL.0 - wide) / 2.0,
    };
    match symbol {
        "│" => middle(1.0),
        "┃" => middle(2.4),
        "▌" => CellShape::Line {
            wide: CELL.0 / 2.0,
            left: 0.0,
        },
        _ if width(symbol) > 1 => CellShape::Wide,
        _ => CellShape::Narrow,
    }
}

fn draw(svg: &mut String, run: &Run, top: f64) {
    let place = |column: usize| PADDING + f64::from(u16::try_from(column).unwrap()) * CELL.0;
    let (x, foreground) = (place(run.column), run.style.foreground);
    if let Some(background) = run.style.background {
        let size = (place(width(&run.text)) - PADDING, CELL.1);
        rect(svg, (x, top), size, background, "");
    }
    let classes = classes(run.style.modifier);
    // As letters, lines would leave a gap between rows.
    if let CellShape::Line { wide, left } = run.style.shape {
        return rect(svg, (x + left, top), (wide, CELL.1), foreground, &classes);
    }
    let fill = if foreground == FOREGROUND {
        String::new()
    } else {
        format!(r##" fill="#{foreground:06x}""##)
    };
    // Browsers draw several spaces as one, so the pieces between them are placed separately.
    let mut column = run.column;
    for piece in run.text.split("  ") {
        let text = piece.trim_matches(' ');
        if !text.is_empty() {
            let before = piece.len() - piece.trim_start_matches(' ').len();
            writeln!(
                svg,
                r#"<text x="{:.1}" y="{:.1}" textLength="{:.1}"{fill}{classes}>{}</text>"#,
                place(column + before),
                top + BASELINE,
                place(width(text)) - PADDING,
                escape_xml(text)
            )
            .unwrap();
        }
        column += width(piece) + 2;
    }
}

fn rect(svg: &mut String, (x, y): (f64, f64), (wide, high): (f64, f64), fill: u32, more: &str) {
    writeln!(
        svg,
        r##"<rect x="{x:.1}" y="{y:.1}" width="{wide:.1}" height="{high:.1}" fill="#{fill:06x}"{more}/>"##
    )
    .unwrap();
}

fn classes(modifier: Modifier) -> String {
    let mut names = Vec::new();
    for (one, name) in [
        (Modifier::BOLD, "b"),
        (Modifier::DIM, "d"),
        (Modifier::ITALIC, "i"),
        (Modifier::UNDERLINED, "u"),
    ] {
        if modifier.contains(one) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return String::new();
    }
    format!(r#" class="{}""#, names.join(" "))
}

/// Red, green and blue as one number; `None` for the terminal's own.
fn hex_color(color: Color) -> Option<u32> {
    let level = |step: u32| if step == 0 { 0 } else { 55 + 40 * step };
    let rgb = match color {
        Color::Reset => return None,
        Color::Indexed(index @ 16..232) => {
            let index = u32::from(index - 16);
            [index / 36, index / 6 % 6, index % 6].map(level)
        }
        Color::Indexed(index @ 232..) => [8 + 10 * u32::from(index - 232); 3],
        _ => panic!("{color:?} differs between terminals"),
    };
    Some(rgb[0] << 16 | rgb[1] << 8 | rgb[2])
}

fn escape_xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
