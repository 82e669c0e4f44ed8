//! Layout of the window: one pure function of its size, called by `update` and by the view.
//!
//! Seven areas are plain arithmetic; the solver and the cache of ratatui's `Layout` would take 0.1 to 0.2 MiB.

use std::ops::Range;

use ratatui::layout::{Rect, Size};

/// Below this width only the focused pane is shown.
pub(super) const TWO_PANE_MIN_WIDTH: u16 = 80;
/// The smallest window that is drawn into.
const MIN_SIZE: Size = Size {
    width: 20,
    height: 5,
};
/// In smaller windows overlays have no frame.
const FRAME_MIN_SIZE: Size = Size {
    width: 40,
    height: 12,
};
/// The list takes three eighths of the window, within these limits.
const LIST_WIDTH_RANGE: (u16, u16) = (30, 46);
/// From this width on the list takes half of the window, up to a limit, and has columns.
const WIDE_MIN_WIDTH: u16 = 140;
const MAX_LIST_WIDTH: u16 = 100;
/// The divider cannot be dragged further.
const MIN_PANE_WIDTH: u16 = 24;

/// The pane that keys go to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Focus {
    #[default]
    List,
    Transcript,
}

impl Focus {
    /// The other pane.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::List => Self::Transcript,
            Self::Transcript => Self::List,
        }
    }
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
    pub(crate) scrollbar: Rect,
    /// The bottom line: key hints, notices, prompt.
    pub footer: Rect,
}

/// Splits the window; `None` if it is too small for anything but a message saying so. The list has a width of
/// its own once the divider was dragged.
pub(crate) fn split_panes(
    size: Size,
    focus: Focus,
    zoomed: bool,
    list_width: Option<u16>,
) -> Option<Panes> {
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
        match focus {
            Focus::List => {
                panes.list = body;
                return Some(panes);
            }
            Focus::Transcript => body,
        }
    } else {
        let columns = match list_width {
            Some(dragged) => dragged.clamp(MIN_PANE_WIDTH, width - MIN_PANE_WIDTH),
            None if width < WIDE_MIN_WIDTH => {
                (width * 3 / 8).clamp(LIST_WIDTH_RANGE.0, LIST_WIDTH_RANGE.1)
            }
            None => (width / 2).min(MAX_LIST_WIDTH),
        };
        panes.list = Rect::new(0, body.y, columns, body.height);
        panes.divider = Rect::new(columns, body.y, 1, body.height);
        Rect::new(columns + 1, body.y, width - columns - 1, body.height)
    };
    panes.title = Rect::new(area.x, area.y, area.width, 1);
    panes.transcript = Rect::new(area.x, area.y + 1, area.width - 1, area.height - 1);
    panes.scrollbar = Rect::new(area.right() - 1, area.y + 1, 1, area.height - 1);
    Some(panes)
}

/// The space for the contents of an overlay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OverlaySpace {
    pub size: Size,
    /// In small windows the contents take all rows but the footer, without a frame.
    pub(crate) has_frame: bool,
}

/// The most space that the contents of an overlay may take.
pub(crate) fn overlay_space(window: Size) -> OverlaySpace {
    let has_frame = window.width >= FRAME_MIN_SIZE.width && window.height >= FRAME_MIN_SIZE.height;
    // A frame with its margins; else the scroll bar and the footer.
    let (columns, rows) = if has_frame { (8, 4) } else { (1, 1) };
    let size = Size {
        width: window.width.saturating_sub(columns),
        height: window.height.saturating_sub(rows),
    };
    OverlaySpace { size, has_frame }
}

/// Columns before a row of an overlay, for the marker of the selected one.
pub(crate) const MARKER_WIDTH: u16 = 2;

/// The most space for the rows of an overlay in which one is selected: where there is no frame, the
/// marker takes columns of it.
pub(crate) fn selectable_size(window: Size) -> Size {
    let OverlaySpace { size, has_frame } = overlay_space(window);
    let margin = if has_frame { 0 } else { MARKER_WIDTH };
    Size {
        width: size.width.saturating_sub(margin).max(1),
        height: size.height,
    }
}

/// The rows of a scroll bar that show which part of a list is visible; empty if all of it is.
pub(crate) fn scrollbar_thumb(rows: u16, first: usize, shown: usize, count: usize) -> Range<u16> {
    let height = usize::from(rows);
    if shown >= count || height == 0 {
        return 0..0;
    }
    let thumb = (height * shown / count).clamp(1, height);
    let hidden = count - shown;
    // It reaches an end of the bar only when the list does.
    let last = height - thumb;
    let start = match first {
        0 => 0,
        first if first >= hidden => last,
        first => {
            (last * first / hidden).clamp(1.min(last), last.saturating_sub(1).max(1.min(last)))
        }
    };
    let [start, end] = [start, start + thumb].map(|row| u16::try_from(row).unwrap_or(rows));
    start..end
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
                    let dragged = (width % 3 > 0).then_some(width * 7 % 230);
                    let Some(panes) = split_panes(size, focus, zoomed, dragged) else {
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
    fn the_thumb_of_a_scroll_bar_is_where_the_visible_part_is() {
        for (rows, first, shown, count, thumb) in [
            (10, 0, 10, 10, 0..0),
            (0, 0, 1, 10, 0..0),
            (10, 0, 10, 20, 0..5),
            (10, 10, 10, 20, 5..10),
            (10, 5, 10, 20, 2..7),
            // The ends are only touched at the ends.
            (10, 1, 10, 1000, 1..2),
            (10, 0, 10, 1000, 0..1),
            (10, 989, 10, 1000, 8..9),
            (10, 990, 10, 1000, 9..10),
            (1, 3, 1, 9, 0..1),
            (2, 3, 1, 9, 1..2),
        ] {
            assert_eq!(scrollbar_thumb(rows, first, shown, count), thumb);
        }
        for rows in 0..12 {
            for first in 0..30 {
                for shown in 0..30 {
                    for count in 0..30 {
                        let thumb = scrollbar_thumb(rows, first, shown, count);
                        assert!(thumb.end <= rows && thumb.start <= thumb.end);
                    }
                }
            }
        }
    }

    #[test]
    fn narrow_windows_show_one_pane() {
        for (width, is_narrow) in [(79, true), (80, false)] {
            let size = Size { width, height: 24 };
            let panes = split_panes(size, Focus::Transcript, false, None).unwrap();
            assert_eq!(panes.list.is_empty(), is_narrow);
            assert!(!panes.transcript.is_empty());
        }
    }
}
