//! Layout of the window: one pure function of its size, called by `update` and by the view.

use ratatui::layout::{Rect, Size};

/// Below this width only the focused pane is shown.
const TWO_PANE_MIN_WIDTH: u16 = 80;
/// The smallest window that is drawn into.
const MIN_SIZE: Size = Size {
    width: 20,
    height: 5,
};
/// The list takes a third of the window, within these limits.
const LIST_WIDTH_RANGE: (u16, u16) = (30, 46);

/// The pane that keys go to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    List,
    Transcript,
}

/// The areas of the window; that of a hidden pane is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Panes {
    /// The top line: what is waiting, time zone, connection.
    pub header: Rect,
    pub list: Rect,
    /// The column between list and transcript.
    pub divider: Rect,
    /// The line above the transcript, with the customer and the state of the pane.
    pub title: Rect,
    pub transcript: Rect,
    /// The column right of the transcript.
    pub scrollbar: Rect,
    /// The bottom line: key hints, notices, prompt.
    pub footer: Rect,
}

/// Splits the window; `None` if it is too small for anything but a message saying so.
pub(crate) fn split_panes(size: Size, focus: Focus, zoomed: bool) -> Option<Panes> {
    if size.width < MIN_SIZE.width || size.height < MIN_SIZE.height {
        return None;
    }
    let Size { width, height } = size;
    let body = Rect::new(0, 1, width, height - 2);
    let mut panes = Panes {
        header: Rect::new(0, 0, width, 1),
        footer: Rect::new(0, height - 1, width, 1),
        ..Panes::default()
    };
    let area = if zoomed || width < TWO_PANE_MIN_WIDTH {
        if focus == Focus::List {
            panes.list = body;
            return Some(panes);
        }
        body
    } else {
        let columns = (width / 3).clamp(LIST_WIDTH_RANGE.0, LIST_WIDTH_RANGE.1);
        panes.list = Rect::new(0, body.y, columns, body.height);
        panes.divider = Rect::new(columns, body.y, 1, body.height);
        Rect::new(columns + 1, body.y, width - columns - 1, body.height)
    };
    panes.title = Rect::new(area.x, area.y, area.width, 1);
    panes.transcript = Rect::new(area.x, area.y + 1, area.width - 1, area.height - 1);
    panes.scrollbar = Rect::new(area.right() - 1, area.y + 1, 1, area.height - 1);
    Some(panes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_cover_the_window_without_overlap() {
        for width in 0..200 {
            for height in 0..60 {
                for (focus, zoomed) in [
                    (Focus::List, false),
                    (Focus::Transcript, false),
                    (Focus::List, true),
                    (Focus::Transcript, true),
                ] {
                    let size = Size { width, height };
                    let Some(panes) = split_panes(size, focus, zoomed) else {
                        assert!(width < 20 || height < 5);
                        continue;
                    };
                    let parts = [
                        panes.header,
                        panes.list,
                        panes.divider,
                        panes.title,
                        panes.transcript,
                        panes.scrollbar,
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
        for (width, is_narrow) in [(79, true), (80, false)] {
            let panes = split_panes(Size { width, height: 24 }, Focus::Transcript, false).unwrap();
            assert_eq!(panes.list.is_empty(), is_narrow);
            assert!(!panes.transcript.is_empty());
        }
    }
}
