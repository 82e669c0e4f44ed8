//! Where everything stands in a window of a given size: one pure function for both halves.

use ratatui::layout::{Rect, Size};

/// Under this many columns only the pane with the keys shows.
const TWO_PANES: u16 = 80;
/// The smallest window that is drawn into.
const SMALLEST: Size = Size {
    width: 20,
    height: 5,
};
/// The list is a third of the window, within these.
const LIST_COLUMNS: (u16, u16) = (30, 46);

/// Which pane has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The list.
    #[default]
    List,
    /// The reader.
    Reader,
}

/// The parts of the window; an absent pane has no area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panes {
    /// The line at the top: what is watched, zone, link.
    pub header: Rect,
    /// The rows of the list.
    pub list: Rect,
    /// The column between list and reader.
    pub divider: Rect,
    /// The line over the transcript that says whose it is.
    pub title: Rect,
    /// The rows of the transcript.
    pub reader: Rect,
    /// The column at the right of the transcript.
    pub scroll_bar: Rect,
    /// The line at the bottom: keys, notices, input.
    pub footer: Rect,
}

/// Divides a window; `None` when it is too small to show anything but that.
pub fn panes(size: Size, focus: Focus, zoomed: bool) -> Option<Panes> {
    if size.width < SMALLEST.width || size.height < SMALLEST.height {
        return None;
    }
    let Size { width, height } = size;
    let body = Rect::new(0, 1, width, height - 2);
    let mut panes = Panes {
        header: Rect::new(0, 0, width, 1),
        footer: Rect::new(0, height - 1, width, 1),
        ..Panes::default()
    };
    let reader = if zoomed || width < TWO_PANES {
        if focus == Focus::List {
            panes.list = body;
            return Some(panes);
        }
        body
    } else {
        let columns = (width / 3).clamp(LIST_COLUMNS.0, LIST_COLUMNS.1);
        panes.list = Rect {
            width: columns,
            ..body
        };
        panes.divider = Rect {
            x: columns,
            width: 1,
            ..body
        };
        Rect {
            x: columns + 1,
            width: width - columns - 1,
            ..body
        }
    };
    panes.title = Rect {
        height: 1,
        ..reader
    };
    panes.reader = Rect {
        y: reader.y + 1,
        height: reader.height - 1,
        width: reader.width - 1,
        ..reader
    };
    panes.scroll_bar = Rect {
        x: panes.reader.right(),
        width: 1,
        ..panes.reader
    };
    Some(panes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_lies_inside_and_none_overlap() {
        for width in 0..200 {
            for height in 0..60 {
                for (focus, zoomed) in [
                    (Focus::List, false),
                    (Focus::Reader, false),
                    (Focus::List, true),
                    (Focus::Reader, true),
                ] {
                    let size = Size { width, height };
                    let Some(panes) = panes(size, focus, zoomed) else {
                        assert!(width < 20 || height < 5);
                        continue;
                    };
                    let parts = [
                        panes.header,
                        panes.list,
                        panes.divider,
                        panes.title,
                        panes.reader,
                        panes.scroll_bar,
                        panes.footer,
                    ];
                    let covered: u32 = parts.iter().map(|part| part.area()).sum();
                    assert_eq!(
                        covered,
                        u32::from(width) * u32::from(height),
                        "{size:?} {panes:?}"
                    );
                    assert!(
                        parts
                            .iter()
                            .all(|part| part.right() <= width && part.bottom() <= height)
                    );
                }
            }
        }
    }

    #[test]
    fn narrow_windows_show_one_pane() {
        let narrow = panes(
            Size {
                width: 79,
                height: 24,
            },
            Focus::Reader,
            false,
        )
        .unwrap();
        assert!(narrow.list.is_empty());
        let wide = panes(
            Size {
                width: 80,
                height: 24,
            },
            Focus::Reader,
            false,
        )
        .unwrap();
        assert!(!wide.list.is_empty() && !wide.reader.is_empty());
    }
}
