//! Mouse handling, for users who switch it on.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::layout::Focus;
use super::session_list::SessionList;

/// Rows to scroll for one notch of the wheel.
const WHEEL_ROWS: isize = 3;

impl App {
    pub(super) fn on_mouse(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        let Some(panes) = self.panes().filter(|_| self.overlay.is_none()) else {
            return Vec::new();
        };
        let at = Position {
            x: mouse.column,
            y: mouse.row,
        };
        let wheel = match mouse.kind {
            MouseEventKind::ScrollDown => WHEEL_ROWS,
            MouseEventKind::ScrollUp => -WHEEL_ROWS,
            MouseEventKind::Down(MouseButton::Left) => 0,
            _ => return Vec::new(),
        };
        if panes.list.contains(at) {
            if wheel != 0 {
                self.session_list.select_relative(wheel);
                return self.scroll_list_to_selection();
            }
            let row = (at.y - panes.list.y) / SessionList::rows_per_item(panes.list.height);
            let row = self.session_list.offset() + usize::from(row);
            if row < self.session_list.visible().len() {
                self.focus = Focus::List;
                self.session_list.select_row(row);
                return self.execute(Command::Open);
            }
        } else if panes.transcript.contains(at) {
            self.focus = Focus::Transcript;
            self.with_transcript_pane(|pane, viewport| {
                if wheel != 0 {
                    pane.scroll(wheel, viewport);
                } else if let Some(shown) = pane
                    .visible_rows(viewport)
                    .get(usize::from(at.y - panes.transcript.y))
                {
                    pane.select(shown.message_index, viewport);
                }
            });
        }
        Vec::new()
    }
}
