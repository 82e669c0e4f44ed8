//! Mouse handling, for users who switch it on.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::App;
use super::command::Command;
use super::effect::Effect;
use super::layout::{Focus, Panes};
use super::session_list::SessionList;
use crate::text::width;

/// Rows to scroll for one notch of the wheel.
const WHEEL_ROWS: isize = 3;

/// The divider between the panes, which can be dragged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Divider {
    /// The columns of the list, once it was dragged.
    pub(crate) list_width: Option<u16>,
    pub(crate) is_dragged: bool,
}

impl Divider {
    pub(super) fn new(list_width: Option<u16>) -> Self {
        Self {
            list_width,
            is_dragged: false,
        }
    }
}

impl App {
    pub(super) fn on_mouse(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        let at = Position {
            x: mouse.column,
            y: mouse.row,
        };
        let Some(panes) = self.panes() else {
            return Vec::new();
        };
        match mouse.kind {
            MouseEventKind::ScrollDown => self.on_wheel(WHEEL_ROWS, at, panes),
            MouseEventKind::ScrollUp => self.on_wheel(-WHEEL_ROWS, at, panes),
            MouseEventKind::Drag(MouseButton::Left) if self.divider.is_dragged => {
                self.divider.list_width = Some(at.x);
                // The width that fits, so that the next drag in a narrower window starts from it.
                self.divider.list_width = self.panes().map(|panes| panes.list.width);
                self.scroll_list_to_selection()
            }
            MouseEventKind::Up(MouseButton::Left) => {
                self.divider.is_dragged = false;
                Vec::new()
            }
            MouseEventKind::Down(MouseButton::Left) if self.overlay.is_none() => {
                self.divider.is_dragged = panes.divider.contains(at);
                self.on_click(at, panes)
            }
            _ => Vec::new(),
        }
    }

    /// Scrolls what is under the pointer: an overlay as the arrow keys do.
    fn on_wheel(&mut self, rows: isize, at: Position, panes: Panes) -> Vec<Effect> {
        if self.overlay.is_some() {
            let code = if rows > 0 { KeyCode::Down } else { KeyCode::Up };
            let key = KeyEvent::new(code, KeyModifiers::NONE);
            let times = 0..rows.unsigned_abs();
            return times.flat_map(|_| self.on_key(key)).collect();
        }
        if panes.list.contains(at) {
            self.session_list.select_relative(rows);
            return self.scroll_list_to_selection();
        }
        if panes.transcript.contains(at) {
            self.focus = Focus::Transcript;
            self.with_transcript_pane(|pane, viewport| pane.scroll(rows, viewport));
        }
        Vec::new()
    }

    fn on_click(&mut self, at: Position, panes: Panes) -> Vec<Effect> {
        if panes.list.contains(at) {
            let row = (at.y - panes.list.y) / SessionList::rows_per_item(panes.list.height);
            let row = self.session_list.offset() + usize::from(row);
            if row < self.session_list.visible().len() {
                self.focus = Focus::List;
                self.session_list.select_row(row);
                return self.execute(Command::Open);
            }
        } else if panes.transcript.contains(at) {
            self.focus = Focus::Transcript;
            if self.is_in_pill(at, panes) {
                self.with_transcript_pane(|pane, _| pane.follow());
                return Vec::new();
            }
            let column = at.x - panes.transcript.x;
            let row = usize::from(at.y - panes.transcript.y);
            let link = self.with_transcript_pane(|pane, viewport| {
                let shown = pane.visible_rows(viewport).into_iter().nth(row)?;
                pane.select(shown.message_index, viewport);
                pane.link_at(&shown, column)
            });
            if let Some(link) = link.flatten() {
                self.show_message_link(&link);
            }
        }
        Vec::new()
    }

    /// The label at the lower right of the transcript pane while new messages are below; the view draws a
    /// blank at each side of it.
    pub(crate) fn pill_label(&self, panes: &Panes) -> Option<String> {
        let pane = self.transcript_pane()?;
        let visible = pane.visible_rows(&self.viewport(panes));
        let count = pane.new_message_count(&visible);
        let key = self.keymap.first_key(Command::Last);
        (count > 0).then(|| format!("↓ {count} new · {key}"))
    }

    fn is_in_pill(&self, at: Position, panes: Panes) -> bool {
        let label = self.pill_label(&panes);
        let columns = label.map_or(0, |label| width(&label) + 2);
        let from_right = panes.transcript.right() - at.x;
        at.y + 1 == panes.transcript.bottom() && usize::from(from_right) <= columns
    }
}
