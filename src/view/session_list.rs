//! The session list: one row a session, two where there is space.

use chrono::TimeDelta;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::theme::Role;
use super::{Appearance, freshness, from_column, is_focused, join_fitting};
use super::{right_end, set_text, set_text_right, until_column};
use crate::app::command::Command;
use crate::app::layout::Focus;
use crate::app::session_list::SessionList;
use crate::app::{App, Unread};
use crate::chat::{Session, Stage};
use crate::text::{pad, time_format, truncate, width};

/// Narrower lists show the state by symbol and color alone, which leaves more columns for the name.
const STATE_LABEL_MIN_WIDTH: u16 = 28;

/// The list, dimmed and labelled while its data is stale.
pub(super) struct SessionListView<'a> {
    pub(super) app: &'a App,
    pub(super) appearance: &'a Appearance,
}

impl Widget for &SessionListView<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        if area.is_empty() {
            return;
        }
        if self.app.session_list().visible().len() == 0 {
            self.render_empty(area, buf);
        } else {
            self.render_items(area, buf);
        }
        freshness::render_list_label(self.app, self.appearance, area, buf);
    }
}

impl SessionListView<'_> {
    fn render_items(&self, area: Rect, buf: &mut Buffer) {
        let sessions = self.app.session_list();
        let height = SessionList::rows_per_item(area.height);
        let tops = (area.top()..).step_by(usize::from(height));
        let tops = tops.take_while(|y| y.saturating_add(height) <= area.bottom());
        let rows = sessions.visible().enumerate().skip(sessions.offset());
        for ((row, session), y) in rows.zip(tops) {
            let item = SessionItem {
                app: self.app,
                appearance: self.appearance,
                session,
                is_selected: Some(row) == sessions.selected_row(),
            };
            item.render(Rect { y, height, ..area }, buf);
        }
    }

    fn render_empty(&self, area: Rect, buf: &mut Buffer) {
        let sessions = self.app.session_list();
        let key = |command| self.app.keymap().first_key(command);
        let lines = if !sessions.is_listed() {
            vec![format!("Asking for {} ...", sessions.scope().label())]
        } else if sessions.count() > 0 {
            vec![
                format!("Nothing matches \"{}\".", sessions.filter()),
                format!("{} shows all again.", key(Command::Back)),
            ]
        } else {
            vec![
                format!("No sessions in {}.", sessions.scope().label()),
                format!("{} shows others.", key(Command::CycleScope)),
            ]
        };
        let style = self.appearance.theme.style(Role::Muted);
        for (row, line) in area.rows().skip(1).zip(lines) {
            let row = Rect {
                x: row.x + 2,
                width: row.width.saturating_sub(3),
                ..row
            };
            set_text(row, &pad(&line, usize::from(row.width)), style, buf);
        }
    }
}

/// One session.
struct SessionItem<'a> {
    app: &'a App,
    appearance: &'a Appearance,
    session: &'a Session,
    is_selected: bool,
}

impl Widget for &SessionItem<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let (app, session, symbols) = (self.app, self.session, self.appearance.symbols);
        let style = |role| self.appearance.theme.style(role);
        let stage = session.status.stage();
        let is_open = app.open_session_id() == Some(session.id);
        if self.is_selected || is_open {
            let role = if self.is_selected {
                Role::Marker
            } else {
                Role::Border
            };
            for row in area.rows() {
                set_text(Rect { width: 1, ..row }, symbols.marker, style(role), buf);
            }
        }
        let stage_style = style(stage_role(stage));
        let first = from_column(Rect { height: 1, ..area }, area.x + 1);
        let symbol = symbols.stages[stage as usize];
        set_text(Rect { width: 1, ..first }, symbol, stage_style, buf);

        let first = Rect {
            width: first.width.saturating_sub(1),
            ..first
        };
        let age = age_label(app, session, area.width >= STATE_LABEL_MIN_WIDTH);
        let age_area = right_end(first, area.width / 2);
        let age_left = set_text_right(age_area, &age, stage_style, buf);
        let x = area.x + 3;
        // The unread count is under the age, or before it where a session has one row.
        let unread = self.unread_label();
        let has_subtitle = area.height > 1;
        let unread_area = if has_subtitle {
            Rect {
                y: area.y + 1,
                ..from_column(first, x)
            }
        } else {
            until_column(from_column(first, x), age_left.saturating_sub(1))
        };
        let unread_left = set_text_right(unread_area, &unread, style(Role::Unread), buf);
        let right = if has_subtitle || unread.is_empty() {
            age_left
        } else {
            unread_left
        };
        self.render_name(
            until_column(from_column(first, x), right.saturating_sub(1)),
            buf,
        );
        if has_subtitle {
            let right = unread_left.saturating_sub(u16::from(!unread.is_empty()));
            let area = until_column(unread_area, right);
            let line = self.subtitle(usize::from(area.width));
            set_text(area, &line, style(Role::Muted), buf);
        }
    }
}

impl SessionItem<'_> {
    /// Draws the name with its badges after it; they lose their names before the name is cut.
    fn render_name(&self, area: Rect, buf: &mut Buffer) {
        let (app, session) = (self.app, self.session);
        let style = |role| self.appearance.theme.style(role);
        let is_open = app.open_session_id() == Some(session.id);
        let role = match (
            self.is_selected && is_focused(app, Focus::List),
            self.is_selected || is_open,
            session.status.stage().is_open(),
        ) {
            (true, ..) => Role::Selected,
            (_, true, _) => Role::SelectedUnfocused,
            (_, _, true) => Role::Text,
            _ => Role::Muted,
        };
        let columns = usize::from(area.width);
        let title = session.title();
        let mut badges = self.badges(true);
        if width(&title) + 1 + width(&badges) > columns {
            badges = self.badges(false);
        }
        let taken = width(&badges) + usize::from(!badges.is_empty());
        let name = truncate(&title, columns.saturating_sub(taken));
        let end = set_text(area, &name, style(role), buf);
        set_text(
            from_column(area, end + 1),
            &badges,
            style(Role::Special),
            buf,
        );
    }

    /// A symbol for something unread, with the count where it is known.
    fn unread_label(&self) -> String {
        let symbol = self.appearance.symbols.unread;
        match self.app.unread(self.session) {
            Unread::Nothing => String::new(),
            Unread::Something => symbol.to_owned(),
            Unread::Messages(count) => format!("{symbol}{count}"),
            Unread::More => format!("{symbol}99+"),
        }
    }

    /// Company and channel, then the last message, which may take half the columns from them.
    fn subtitle(&self, columns: usize) -> String {
        let session = self.session;
        let separator = format!(" {} ", self.appearance.symbols.dot);
        let last = session.last_message.as_str();
        let beside = columns.saturating_sub(width(last) + width(&separator));
        let available = if last.is_empty() {
            columns
        } else {
            beside.max(columns / 2)
        };
        let parts = [session.company(), session.channel.name.as_str()].map(str::to_owned);
        let mut line = join_fitting(&parts, self.appearance, available);
        if line.is_empty() {
            let first = parts.iter().find(|part| !part.is_empty());
            line = first.map_or_else(String::new, |first| truncate(first, available).into_owned());
        }
        if !line.is_empty() && !last.is_empty() {
            line += &separator;
        }
        line + last
    }

    /// Watched, typing, transferred (and to whom), escalated, with a bot, or rated once it has ended.
    fn badges(&self, with_names: bool) -> String {
        let (session, symbols) = (self.session, self.appearance.symbols);
        let mut badges = Vec::new();
        if self.app.is_watched(session.id) {
            badges.push(symbols.watched.to_owned());
        }
        if self.app.session_list().is_customer_typing(session) {
            badges.push(symbols.typing.to_owned());
        }
        if let Some(to) = &session.transfer_to {
            let name = if with_names { to.name.as_str() } else { "" };
            badges.push(format!("{} {name}", symbols.transfer).trim_end().to_owned());
        }
        if session.alert_level > 0 && session.status.stage().is_open() {
            badges.push(format!("{}{}", symbols.alert, session.alert_level));
        }
        if session.bot_active {
            badges.push(symbols.bot.to_owned());
        }
        if let Some(stars) = session.rating.filter(|_| !session.status.stage().is_open()) {
            badges.push(format!("{}{stars}", symbols.star));
        }
        badges.join(" ")
    }
}

/// The state in a word and its age: `reply 4m`, `queue 12m`, `idle 2m`.
fn age_label(app: &App, session: &Session, with_state: bool) -> String {
    let age = session
        .state_since()
        .map(|since| time_format::format_age((app.now() - since).max(TimeDelta::zero())));
    let word = match session.status.stage() {
        Stage::NeedsReply => "reply",
        Stage::Queued => "queue",
        Stage::Active => "idle",
        Stage::PreChat => "form",
        Stage::Unknown => "",
        Stage::Ended => "ended",
        Stage::Missed => "missed",
        Stage::Deleted => "deleted",
    };
    let word = if with_state { word } else { "" };
    // Ages are aligned in a column.
    format!("{word} {:>4}", age.unwrap_or_default())
}

/// The role that shows how urgent a stage is.
pub(super) fn stage_role(stage: Stage) -> Role {
    match stage {
        Stage::NeedsReply => Role::Waiting,
        Stage::Queued => Role::Queued,
        Stage::Active => Role::Success,
        Stage::PreChat | Stage::Unknown => Role::Text,
        Stage::Missed => Role::Error,
        Stage::Ended | Stage::Deleted => Role::Muted,
    }
}
