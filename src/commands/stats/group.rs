//! The groups that chats are counted in.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta, Timelike};

use super::StatsBy;
use super::figures::{Figures, Summary};
use crate::chat::Session;
use crate::text::{NameField, TimeZone, time_format};

/// What the chats of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum GroupKey {
    All,
    Hour(u32),
    Day(NaiveDate),
    /// By number, because names change.
    Id(i64),
    /// Where there is no number.
    Name(String),
}

pub(super) struct Groups {
    by: Option<StatsBy>,
    zone: TimeZone,
    by_key: BTreeMap<GroupKey, (String, Figures)>,
}

/// A line of what is printed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GroupSummary {
    pub(super) name: String,
    /// The number of the channel or agent.
    pub(super) id: Option<i64>,
    pub(super) summary: Summary,
}

/// The figures of each group, and of all together.
pub(super) struct Summaries {
    pub(super) groups: Vec<GroupSummary>,
    pub(super) total: Summary,
}

impl Groups {
    pub(super) fn new(by: Option<StatsBy>, zone: TimeZone) -> Self {
        Self {
            by,
            zone,
            by_key: BTreeMap::new(),
        }
    }

    /// Counts a session; returns its group.
    pub(super) fn count(&mut self, session: &Session) -> GroupKey {
        let (key, name) = self.group_of(session);
        let (known, figures) = self.by_key.entry(key.clone()).or_default();
        // Pages come with the newest session first, and its name counts.
        if known.is_empty() {
            *known = name;
        }
        figures.count(session);
        key
    }

    pub(super) fn add_exact(
        &mut self,
        key: &GroupKey,
        first_response: Option<TimeDelta>,
        longest_wait: Option<TimeDelta>,
    ) {
        if let Some((_, figures)) = self.by_key.get_mut(key) {
            figures.add_exact(first_response, longest_wait);
        }
    }

    fn group_of(&self, session: &Session) -> (GroupKey, String) {
        let local = session.requested.map(|at| self.zone.to_local(at));
        let named = |field: NameField| match field.of(session) {
            Some((id, name)) if id > 0 => (GroupKey::Id(id), name.to_owned()),
            Some((_, name)) => (GroupKey::Name(name.to_owned()), name.to_owned()),
            None => (GroupKey::Name(String::new()), String::new()),
        };
        match (self.by, local) {
            (Some(StatsBy::Hour), Some(local)) => {
                (GroupKey::Hour(local.hour()), format!("{:02}", local.hour()))
            }
            (Some(StatsBy::Day), Some(local)) => {
                let day = time_format::local_date(local, &self.zone);
                (GroupKey::Day(day), day.to_string())
            }
            (Some(StatsBy::Channel), _) => named(NameField::Channel),
            (Some(StatsBy::Agent), _) => named(NameField::Agent),
            (None | Some(StatsBy::Hour | StatsBy::Day), _) => (GroupKey::All, String::new()),
        }
    }

    /// Joins the chats of a name with those of the one number that has this name: a row of the archive may
    /// have no number.
    fn join_names(&mut self) {
        let mut ids = BTreeMap::<String, Vec<GroupKey>>::new();
        for (key, (name, _)) in &self.by_key {
            if matches!(key, GroupKey::Id(_)) && !name.is_empty() {
                ids.entry(name.clone()).or_default().push(key.clone());
            }
        }
        for (name, keys) in ids {
            let [id] = &keys[..] else {
                continue;
            };
            let Some((_, of_name)) = self.by_key.remove(&GroupKey::Name(name)) else {
                continue;
            };
            if let Some((_, figures)) = self.by_key.get_mut(id) {
                figures.merge(&of_name);
            }
        }
    }

    /// Without the status of the rows, the figures that depend on it are `None`.
    pub(super) fn finish(mut self, has_status: bool) -> Summaries {
        self.join_names();
        let summarize = |figures: Figures| match figures.summary() {
            summary if has_status => summary,
            summary => Summary {
                missed: None,
                rating: None,
                rated: None,
                ..summary
            },
        };
        let mut total = Figures::default();
        for (_, figures) in self.by_key.values() {
            total.merge(figures);
        }
        let groups = self
            .by_key
            .into_iter()
            .filter(|(key, _)| *key != GroupKey::All);
        let groups = groups.map(|(key, (name, figures))| {
            let id = match key {
                GroupKey::Id(id) => Some(id),
                _ => None,
            };
            GroupSummary {
                name,
                id,
                summary: summarize(figures),
            }
        });
        Summaries::new(groups, summarize(total))
    }
}

impl Summaries {
    /// Sorts the groups.
    pub(super) fn new(groups: impl Iterator<Item = GroupSummary>, total: Summary) -> Self {
        let mut groups: Vec<_> = groups.collect();
        // Hours and days are in order by their texts, too; what has no name is last.
        groups.sort_by_cached_key(|group| {
            let name = group.name.to_lowercase();
            (name.is_empty(), name, group.id)
        });
        Self { groups, total }
    }
}
