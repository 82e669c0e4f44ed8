//! Queue overview: how many wait, per channel and per agent, counted over the sessions of the list.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crossterm::event::KeyEvent;

use super::{Overlay, is_open_key};
use crate::app::App;
use crate::app::command::Command;
use crate::app::copying::copy;
use crate::app::effect::Effect;
use crate::app::layout::Focus;
use crate::app::session_list::{SessionList, format_narrowing};
use crate::app::status::Level;
use crate::chat::{
    Agent, AgentPresence, AssociateId, ChannelId, Session, Stage, Timestamp, Wait, WaitSummary,
};
use crate::text::{NameField, TimeZone, count_of, time_format};

/// The open overview. Its rows are counted anew whenever they are needed, so that they are those of now.
#[derive(Clone, Debug, Default)]
pub struct Overview {
    /// `None`: the first row.
    selected: Option<RowKey>,
}

/// The channel or agent of a row, by number and name.
type RowKey = (NameField, i64, String);

/// The sessions of a channel or an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OverviewRow {
    key: RowKey,
    pub(crate) queued: usize,
    pub(crate) needs_reply: usize,
    pub answered: usize,
    pub(crate) bot: usize,
    /// The waits of the sessions that wait for an agent. Thresholds differ by state, so the longest need not have
    /// the worst level.
    pub waits: WaitSummary,
    /// How many were requested today.
    pub(crate) today: usize,
    pub(crate) presence: Option<RowPresence>,
}

/// Who is present, as far as the service reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowPresence {
    /// Agents present in the channel.
    Channel(usize),
    /// Whether the agent is present, and how many chats the service counts.
    Agent { is_present: bool, chats: i64 },
}

impl OverviewRow {
    fn new(key: RowKey) -> Self {
        Self {
            key,
            queued: 0,
            needs_reply: 0,
            answered: 0,
            bot: 0,
            waits: WaitSummary::default(),
            today: 0,
            presence: None,
        }
    }

    /// The agent of the row, if it is one of an agent.
    fn agent(&self) -> Option<Agent> {
        let (field, id, name) = &self.key;
        (*field == NameField::Agent).then(|| Agent {
            id: AssociateId(*id),
            name: name.clone(),
        })
    }

    pub(crate) fn field(&self) -> NameField {
        self.key.0
    }

    /// The name; without one, the number.
    pub(crate) fn name(&self) -> String {
        match &self.key {
            (field, id, name) if name.is_empty() => format!("{} {id}", field.label()),
            (_, _, name) => name.clone(),
        }
    }

    /// The filter that shows these sessions.
    fn filter(&self) -> Option<String> {
        let (field, id, name) = &self.key;
        let by_name = format_narrowing(field.label(), name);
        by_name.or_else(|| (*id != 0).then(|| format!("{}:{id}", field.label())))
    }

    fn count(&mut self, session: &Session, list: &SessionList, is_of_today: bool) {
        let counter = match session.stage() {
            Stage::Queued => Some(&mut self.queued),
            Stage::NeedsReply => Some(&mut self.needs_reply),
            Stage::Answered => Some(&mut self.answered),
            Stage::Bot => Some(&mut self.bot),
            _ => None,
        };
        if let Some(counter) = counter {
            *counter += 1;
        }
        self.today += usize::from(is_of_today);
        if session.stage().is_waiting() {
            let thresholds = list.thresholds(session);
            self.waits.add(list.wait(session), thresholds);
        }
    }

    /// The row in words, for the clipboard.
    fn sentence(&self, now: Timestamp) -> String {
        let stages = [
            (self.queued, Stage::Queued),
            (self.needs_reply, Stage::NeedsReply),
            (self.answered, Stage::Answered),
            (self.bot, Stage::Bot),
        ];
        let counts = stages.map(|(count, stage)| (count, stage.label(count)));
        let counts = counts.into_iter().chain([(self.today, "requested today")]);
        let counts = counts.filter(|(count, _)| *count > 0);
        let mut parts: Vec<_> = counts
            .map(|(count, words)| format!("{count} {words}"))
            .collect();
        if let Some(longest) = self.waits.longest() {
            let longest = time_format::format_wait(longest, now);
            parts.push(format!("longest wait {longest}"));
        }
        parts.extend(self.presence.map(|presence| match presence {
            RowPresence::Channel(count) => format!("{} present", count_of(count, "agent")),
            RowPresence::Agent { is_present, chats } => {
                let word = if is_present { "present" } else { "away" };
                match usize::try_from(chats) {
                    Ok(0) | Err(_) => word.to_owned(),
                    Ok(chats) => format!("{word} with {}", count_of(chats, "chat")),
                }
            }
        }));
        format!("{}: {}", self.name(), parts.join(", "))
    }

    fn is_empty(&self) -> bool {
        self.queued + self.needs_reply + self.answered + self.bot + self.today == 0
    }
}

/// Counts the sessions of each channel and of each agent.
fn count_sessions(list: &SessionList, now: Timestamp, zone: &TimeZone) -> Vec<OverviewRow> {
    let mut rows = BTreeMap::new();
    let today = time_format::local_date(now, zone);
    for session in list.all() {
        let requested = session.requested;
        let is_of_today = requested.is_some_and(|at| time_format::local_date(at, zone) == today);
        for field in [NameField::Channel, NameField::Agent] {
            if let Some((id, name)) = field.of(session) {
                let key = (field, id, name.to_owned());
                let row = rows
                    .entry(key.clone())
                    .or_insert_with(|| OverviewRow::new(key));
                row.count(session, list, is_of_today);
            }
        }
    }
    rows.into_values().filter(|row| !row.is_empty()).collect()
}

/// Sorts channels before agents, and of both those first whose waits have passed a threshold, then by the
/// longest wait.
fn sort_rows(rows: &mut [OverviewRow], now: Timestamp) {
    rows.sort_by_cached_key(|row| {
        let wait = row.waits.longest().map_or((i64::MAX, true), Wait::sort_key);
        (
            row.field(),
            Reverse(row.waits.level(now)),
            wait,
            row.name().to_lowercase(),
        )
    });
}

impl RowPresence {
    fn of_agent(presence: &AgentPresence) -> Self {
        Self::Agent {
            is_present: presence.is_present,
            chats: presence.ongoing_chats,
        }
    }
}

impl Overview {
    /// Moves the selection to the row of the same number, under another name.
    pub(in crate::app) fn renamed(self, rows: &[OverviewRow]) -> Self {
        let selected = self.selected.and_then(|selected| {
            let mut keys = rows.iter().map(|row| &row.key);
            let is_renamed = |key: &&RowKey| (key.0, key.1) == (selected.0, selected.1);
            let same = keys.clone().find(|key| **key == selected);
            same.or_else(|| keys.find(is_renamed)).cloned()
        });
        Self { selected }
    }

    /// The row that is selected: the first one if it is no longer there.
    pub(crate) fn selected_index(&self, rows: &[OverviewRow]) -> usize {
        let selected = self.selected.as_ref();
        let index = rows.iter().position(|row| Some(&row.key) == selected);
        index.unwrap_or(0)
    }
}

impl App {
    /// The rows of the channels and agents that have sessions, and of the other agents that are present.
    pub(crate) fn overview_rows(&self) -> Vec<OverviewRow> {
        let zone = self.time_zone.displayed();
        let mut rows = count_sessions(&self.session_list, self.now, zone);
        let mut others = self.agents_with_presence().to_vec();
        others.retain(|agent| agent.is_present);
        for row in &mut rows {
            row.presence = match row.agent() {
                Some(agent) => self.presence_of(&agent).map(|presence| {
                    others.retain(|other| other.agent != presence.agent);
                    RowPresence::of_agent(presence)
                }),
                None => self
                    .count_present(ChannelId(row.key.1))
                    .map(RowPresence::Channel),
            };
        }
        rows.extend(others.into_iter().map(|other| {
            let presence = Some(RowPresence::of_agent(&other));
            let Agent { id, name } = other.agent;
            OverviewRow {
                presence,
                ..OverviewRow::new((NameField::Agent, id.0, name))
            }
        }));
        sort_rows(&mut rows, self.now);
        rows
    }

    pub(in crate::app) fn on_overview_key(
        &mut self,
        mut overview: Overview,
        key: KeyEvent,
        command: Option<Command>,
        by: isize,
    ) -> Vec<Effect> {
        let rows = self.overview_rows();
        let before = overview.selected_index(&rows);
        let opens = is_open_key(key, command);
        if opens && let Some(filter) = rows.get(before).and_then(OverviewRow::filter) {
            self.focus = Focus::List;
            self.session_list.set_filter(&filter);
            return self.scroll_list_to_selection();
        }
        let last = rows.len().saturating_sub(1);
        let index = before.saturating_add_signed(by).min(last);
        overview.selected = rows.get(index).map(|row| row.key.clone());
        self.overlay = Some(Overlay::Overview(overview));
        if opens {
            self.show_notice(Level::Error, "No sessions to show here");
            return Vec::new();
        }
        match command {
            Some(Command::Copy | Command::CopyWithAuthor) => {
                let is_whole = command == Some(Command::CopyWithAuthor);
                self.copy_overview(&rows, index, is_whole)
            }
            _ if by == 0 => Vec::new(),
            _ => {
                self.show_end_notice(index != before, by, ["first line", "last line"]);
                Vec::new()
            }
        }
    }

    fn copy_overview(
        &mut self,
        rows: &[OverviewRow],
        selected: usize,
        is_whole: bool,
    ) -> Vec<Effect> {
        let Some(selected) = rows.get(selected) else {
            self.show_notice(Level::Error, "No sessions to copy here");
            return Vec::new();
        };
        if !is_whole {
            return copy("the line", selected.sentence(self.now));
        }
        let all: Vec<_> = rows.iter().map(|row| row.sentence(self.now)).collect();
        copy("the overview", all.join("\n"))
    }
}
