//! The session list: one row a session, two where there is space.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::hidden_label::hidden_label;
use super::theme::{Role, level_role, stage_role};
use super::{
    Context, SEPARATOR, clear_under, freshness, from_column, join_fitting, right_end, set_text,
    set_text_right, until_column,
};
use crate::app::Unread;
use crate::app::command::Command;
use crate::app::layout::Focus;
use crate::app::session_list::{HiddenCounts, SessionList};
use crate::app::status::Feed;
use crate::chat::{Scope, Session};
use crate::text::{time_format, truncate, width};

/// Narrower lists show the state by symbol and colour alone, which leaves more columns for the name. So do
/// rows where the state would cut a name to fewer columns than [`MIN_NAME_WIDTH_BESIDE_STATE`].
const STATE_LABEL_MIN_WIDTH: u16 = 28;
const MIN_NAME_WIDTH_BESIDE_STATE: usize = 14;
/// From this width on channel and agent have columns of their own.
const COLUMNS_MIN_WIDTH: u16 = 70;
/// The state and its age there, with a gap.
const STATE_COLUMN_WIDTH: u16 = 21;
/// Width of the age column, including its mark.
const AGE_WIDTH: usize = 5;
/// Badges leave at least this many columns of a longer name.
const MIN_NAME_WIDTH: usize = 7;
/// The greatest width of the channel and agent columns; the name gets the rest.
const MAX_COLUMN_WIDTH: u16 = 18;

/// The list, dimmed while its data is stale.
pub(super) struct SessionListView<'a>(pub(super) Context<'a>);

impl Widget for &SessionListView<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        if area.is_empty() {
            return;
        }
        let app = self.0.app;
        if let Some(why) = freshness::pane_error(app, Feed::List) {
            self.0.render_pane_error(why, area, buf);
        } else if app.session_list().visible().len() == 0 {
            self.render_empty(area, buf);
        } else {
            self.render_items(area, buf);
            if app.are_live_rows_stale() {
                self.0.dim_if_stale(Feed::List, area, buf);
            }
        }
    }
}

impl SessionListView<'_> {
    fn render_empty(&self, area: Rect, buf: &mut Buffer) {
        let sessions = self.0.app.session_list();
        let key = |command| self.0.app.keymap().first_key(command);
        let (loading, none) = match sessions.scope() {
            Scope::Channels => ("Loading my channels…", "No sessions in my channels."),
            Scope::Mine => ("Loading my sessions…", "No sessions assigned to you."),
            Scope::All => ("Loading all sessions…", "No sessions."),
        };
        let view = self.0.app.shown_view();
        let view = view.map_or_else(String::new, |view| format!("View {}. ", view.name));
        let lines = if !sessions.is_listed() {
            [loading.to_owned(), String::new()]
        } else if let Some(problem) = sessions.filter_problem() {
            let clear = format!("{}: clear filter", key(Command::Back));
            [format!("{view}{problem}"), clear]
        } else if sessions.count() > 0 && !sessions.filter().is_empty() {
            let which = if sessions.shows_attention_only() {
                "No session that needs attention matches"
            } else {
                "No sessions match"
            };
            let filter = sessions.filter();
            let zone = self.0.app.time_zone().displayed();
            let since = sessions.filter_since().map(|since| since.format(zone));
            let since = since.map_or_else(String::new, |it| format!(" (active since {it})"));
            let none = format!("{view}{which} \"{filter}\"{since}.");
            let (clear, search) = (key(Command::Back), key(Command::SearchConversations));
            // Only the first and the last message have been looked at.
            let others = format!("{clear}: clear filter, {search}: search messages");
            [none, others]
        } else if sessions.count() > 0 {
            let none = "Nothing needs attention: no session waits, is unread or is watched.";
            let all = format!("{}: show all sessions", key(Command::ToggleAttention));
            [none.to_owned(), all]
        } else {
            let remedy = format!("{}: change scope", key(Command::CycleScope));
            [none.to_owned(), remedy]
        };
        let lines = lines.each_ref().map(|line| (line.as_str(), Role::Muted));
        self.0.render_placeholder(&lines, area, buf);
    }

    fn render_items(&self, area: Rect, buf: &mut Buffer) {
        let sessions = self.0.app.session_list();
        let height = SessionList::rows_per_item(area.height);
        let tops = (area.top()..).step_by(usize::from(height));
        let tops = tops.take_while(|y| y.saturating_add(height) <= area.bottom());
        let rows = sessions.visible_rows().enumerate().skip(sessions.offset());
        let selected = sessions.selected_row();
        let are_live_rows_current = !self.0.app.are_live_rows_stale();
        for ((row, session), y) in rows.zip(tops) {
            let item = SessionItem {
                context: self.0,
                session,
                is_selected: Some(row) == selected,
                is_open: self.0.app.open_session_id() == Some(session.id),
            };
            let item_area = Rect { y, height, ..area };
            item.render(item_area, buf);
            if are_live_rows_current && !sessions.is_live(session.id) {
                self.0.dim_if_stale(Feed::List, item_area, buf);
            }
        }
        let bar = Rect {
            x: area.right() - 1,
            width: 1,
            ..area
        };
        let count = sessions.visible().len();
        let shown = SessionList::visible_items(area.height);
        self.0
            .render_scrollbar(bar, sessions.offset(), shown, count, buf);
        self.render_hidden(until_column(area, bar.x), height, buf);
    }

    /// Shows how many sessions that need attention are out of sight: over the second row of the first and of
    /// the last visible one, or in place of a visible one that has a single row, which then counts too.
    fn render_hidden(&self, area: Rect, item_height: u16, buf: &mut Buffer) {
        let is_covering = item_height == 1;
        let counts = self.0.app.hidden_attention(usize::from(is_covering));
        let rows = [
            (area.y + item_height - 1, "above"),
            (area.bottom() - 1, "below"),
        ];
        for (side, (y, place)) in rows.into_iter().enumerate() {
            if counts[side] == HiddenCounts::default() {
                continue;
            }
            let height = 1;
            let row = Rect { y, height, ..area };
            if is_covering {
                clear_under(row, buf);
            }
            // Over a second row, most of it stays readable.
            let columns = if is_covering {
                row.width
            } else {
                row.width * 2 / 3
            };
            let (text, role) = hidden_label(counts[side], place, columns.into());
            self.0.render_pill(&text, role, row, buf);
        }
    }
}

struct SessionItem<'a> {
    context: Context<'a>,
    session: &'a Session,
    is_selected: bool,
    is_open: bool,
}

impl Widget for &SessionItem<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let (context, session) = (self.context, self.session);
        if self.is_selected {
            area.rows().for_each(|row| context.render_marker(row, buf));
        } else if self.is_open {
            let style = context.style(Role::Title);
            set_text(area, context.symbols.open, style, buf);
        }
        let stage = session.stage();
        let style = context.style(stage_role(stage));
        let symbol = context.symbols.stages[stage as usize];
        set_text(from_column(area, area.x + 1), symbol, style, buf);

        // The last column is a margin.
        let text = from_column(until_column(area, area.right() - 1), area.x + 3);
        let has_state = area.width >= STATE_LABEL_MIN_WIDTH;
        let age_left = self.render_state_and_age(text, has_state, buf);
        let beside_age = until_column(text, age_left.saturating_sub(1));
        // The unread count is under the age, or before it where a session has one row.
        let second_row = text.rows().nth(1);
        let unread = self.unread_label();
        let unread_style = context.style(Role::Unread);
        let unread_area = second_row.unwrap_or(beside_age);
        let unread_left = set_text_right(unread_area, &unread, unread_style, buf);
        let gap = u16::from(!unread.is_empty());
        let beside_unread = until_column(unread_area, unread_left.saturating_sub(gap));
        let is_wide = area.width >= COLUMNS_MIN_WIDTH;
        let beside_age = if is_wide {
            // Where the state begins in every row.
            let columns = text.right().saturating_sub(STATE_COLUMN_WIDTH);
            self.render_columns(until_column(beside_age, columns), buf)
        } else {
            beside_age
        };
        if second_row.is_some() {
            let badges = self.badges_beside(usize::from(beside_age.width));
            self.render_name(beside_age, badges.as_deref().unwrap_or_default(), buf);
            // Where the name leaves no columns for them.
            let badges = badges.map_or_else(|| self.badges(false), |_| String::new());
            let style = context.style(Role::Special);
            let left = set_text_right(beside_unread, &badges, style, buf);
            let gap = u16::from(!badges.is_empty());
            let subtitle_area = until_column(beside_unread, left.saturating_sub(gap));
            let subtitle = self.subtitle(usize::from(subtitle_area.width), is_wide);
            set_text(subtitle_area, &subtitle, context.style(Role::Muted), buf);
        } else {
            let area = until_column(beside_unread, beside_age.right());
            let columns = usize::from(area.width);
            let badges = self.badges_beside(columns);
            let badges = badges.unwrap_or_else(|| self.badges(false));
            let is_cutting = columns < width(&badges) + 1 + MIN_NAME_WIDTH;
            let badges = if is_cutting && width(&self.session.title()) > columns {
                ""
            } else {
                &badges
            };
            self.render_name(area, badges, buf);
        }
    }
}

impl SessionItem<'_> {
    /// Draws channel and agent as columns at the right of an area; returns what is left of it.
    fn render_columns(&self, area: Rect, buf: &mut Buffer) -> Rect {
        let style = self.context.style(Role::Muted);
        let agent = self.session.agent_name();
        let columns = (area.width * 2 / 7).min(MAX_COLUMN_WIDTH);
        let mut left = area;
        for text in [agent, &self.session.channel.name] {
            let column = right_end(left, columns);
            set_text(column, text, style, buf);
            left = until_column(left, column.x.saturating_sub(2));
        }
        left
    }

    /// The badges if they fit after the whole name, with names if these fit too.
    fn badges_beside(&self, columns: usize) -> Option<String> {
        let name = width(&self.session.title());
        let all = [true, false].map(|with_names| self.badges(with_names));
        let mut all = all.into_iter();
        all.find(|badges| badges.is_empty() || name + 1 + width(badges) <= columns)
    }

    /// Draws the name, cut where it is too long, with badges after it.
    fn render_name(&self, area: Rect, badges: &str, buf: &mut Buffer) {
        let context = self.context;
        let is_active = !self.session.stage().is_over();
        let role = match (self.is_selected, self.is_open) {
            (true, _) if context.is_focused(Focus::List) => Role::Selected,
            (true, _) | (_, true) => Role::SelectedUnfocused,
            _ if is_active => Role::Text,
            _ => Role::Muted,
        };
        let columns = usize::from(area.width);
        let title = self.session.title();
        let taken = width(badges) + usize::from(!badges.is_empty());
        let name = truncate(&title, columns.saturating_sub(taken));
        let end = set_text(area, &name, context.style(role), buf);
        let area = from_column(area, end + 1);
        set_text(area, badges, context.style(Role::Special), buf);
    }

    /// A symbol for something unread, with the count where it is known.
    fn unread_label(&self) -> String {
        let symbol = self.context.symbols.unread;
        match self.context.app.unread(self.session) {
            Unread::Nothing => String::new(),
            Unread::Something => symbol.to_owned(),
            Unread::Messages(count) => format!("{symbol}{count}"),
            Unread::More => format!("{symbol}99+"),
        }
    }

    /// Company, channel and agent, as far as they have no column, then the last message, which may take
    /// half the columns from them.
    fn subtitle(&self, columns: usize, is_wide: bool) -> String {
        let last = self.session.last_message.as_str();
        let beside = columns.saturating_sub(width(last) + width(SEPARATOR));
        let available = if last.is_empty() {
            columns
        } else {
            beside.max(columns / 2)
        };
        let agent = self.session.agent_name();
        let parts = [self.session.company(), &self.session.channel.name, agent];
        let parts = &parts[..if is_wide { 1 } else { 3 }];
        let mut line = join_fitting(parts, available);
        if line.is_empty() {
            let first = parts.iter().find(|part| !part.is_empty());
            line = truncate(first.copied().unwrap_or_default(), available).into_owned();
        }
        if !line.is_empty() && !last.is_empty() {
            line += SEPARATOR;
        }
        line + last
    }

    /// Watched, typing, transfer pending (and to whom), escalated, with a bot, or rated once it has
    /// ended.
    fn badges(&self, with_names: bool) -> String {
        let (session, symbols) = (self.session, self.context.symbols);
        let is_active = !session.stage().is_over();
        let sessions = self.context.app.session_list();
        let transfer = session.transfer_to.as_ref().map(|to| {
            let name = if with_names { to.name.as_str() } else { "" };
            format!("{} {name}", symbols.transfer).trim_end().to_owned()
        });
        let alert = Some(session.alert_level).filter(|level| is_active && *level > 0);
        let rating = session.rating.filter(|_| !is_active);
        let is_watched = self.context.app.is_watched(session.id);
        let badges = [
            self.is_mine().then(|| "me".to_owned()),
            is_watched.then(|| symbols.watched.to_owned()),
            sessions
                .is_customer_typing(session, self.context.app.now())
                .then(|| symbols.typing.to_owned()),
            transfer,
            alert.map(|level| format!("{}{level}", symbols.alert)),
            rating.map(|stars| format!("{}{stars}", symbols.star)),
        ];
        let badges: Vec<_> = badges.into_iter().flatten().collect();
        badges.join(" ")
    }

    /// Returns `true` if the session is assigned to the user, where others are listed too.
    fn is_mine(&self) -> bool {
        let app = self.context.app;
        let agent = self.session.agent.as_ref().map(|agent| agent.id);
        let me = app.me().map(|me| me.id);
        me.is_some() && agent == me && app.session_list().scope() != Scope::Mine
    }

    /// Draws the state and its age at the right end of an area, the age with the mark of its level:
    /// `needs reply   !4m`. Returns the column they begin in.
    fn render_state_and_age(&self, area: Rect, has_state: bool, buf: &mut Buffer) -> u16 {
        let (context, session) = (self.context, self.session);
        let (sessions, now) = (context.app.session_list(), context.app.now());
        let age = sessions.wait(session);
        let age = age.map(|wait| time_format::format_wait(wait, now));
        let age = age.unwrap_or_default();
        // The column of the mark is reserved for it.
        let age_width = AGE_WIDTH.max(1 + width(&age));
        let level = sessions.wait_level(session, now);
        let stage_role = stage_role(session.stage());
        let role = level_role(level).unwrap_or(stage_role);
        let age = format!("{}{age}", context.symbols.level(level));
        set_text_right(area, &age, context.style(role), buf);
        let age_width = u16::try_from(age_width).unwrap_or(u16::MAX);
        let age_left = area.right().saturating_sub(age_width).max(area.x);
        let state_area = until_column(area, age_left.saturating_sub(1));
        let state = session.state();
        let needed = width(state) + 1 + self.min_name_width(area.height > 1);
        if !has_state || needed > usize::from(state_area.width) {
            return age_left;
        }
        set_text_right(state_area, state, context.style(stage_role), buf)
    }

    /// The columns that the state has to leave: its symbol is enough where only the beginning of a name would fit.
    fn min_name_width(&self, has_second_row: bool) -> usize {
        let name = width(&self.session.title()).min(MIN_NAME_WIDTH_BESIDE_STATE);
        if has_second_row {
            return name;
        }
        let beside = [self.badges(false), self.unread_label()];
        let beside = beside.iter().filter(|text| !text.is_empty());
        name + beside.map(|text| width(text) + 1).sum::<usize>()
    }
}
