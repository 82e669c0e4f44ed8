//! What the mouse means, where it is switched on.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::layout::Focus;
use super::sessions::Sessions;

/// Rows that one notch of the wheel moves.
const WHEEL: isize = 3;

impl App {
    pub(super) fn mouse_used(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        let Some(panes) = self.panes().filter(|_| self.overlay.is_none()) else {
            return Vec::new();
        };
        let at = Position {
            x: mouse.column,
            y: mouse.row,
        };
        let wheel = match mouse.kind {
            MouseEventKind::ScrollDown => WHEEL,
            MouseEventKind::ScrollUp => -WHEEL,
            MouseEventKind::Down(MouseButton::Left) => 0,
            _ => return Vec::new(),
        };
        if panes.list.contains(at) {
            if wheel != 0 {
                self.sessions.step(wheel);
                return self.keep_list_in_sight();
            }
            let row = (at.y - panes.list.y) / Sessions::rows_each(panes.list.height);
            let row = self.sessions.top() + usize::from(row);
            if row < self.sessions.shown().len() {
                self.focus = Focus::List;
                self.sessions.select_row(row);
                return self.run(Command::Open);
            }
        } else if panes.reader.contains(at) {
            self.focus = Focus::Reader;
            self.with_reader(|reader, lens| {
                if wheel != 0 {
                    reader.scroll(wheel, lens);
                } else if let Some(shown) =
                    reader.shown(lens).get(usize::from(at.y - panes.reader.y))
                {
                    reader.select(shown.place, lens);
                }
            });
        }
        Vec::new()
    }
}
