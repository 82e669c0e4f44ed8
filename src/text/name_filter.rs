//! Channels and agents as typed in the command line, in the filter of the list and in saved views: a
//! number, a name, or the beginning of one, with case and accents ignored.

use super::search_query::fold;
use crate::chat::Session;

/// The field that a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameField {
    Channel,
    Agent,
}

impl NameField {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Agent => "agent",
        }
    }

    /// The number and the name that a session has.
    pub(crate) fn of(self, session: &Session) -> Option<(i64, &str)> {
        match self {
            Self::Channel => Some((session.channel.id.0, &session.channel.name)),
            Self::Agent => {
                let agent = session.agent.as_ref()?;
                Some((agent.id.0, &agent.name))
            }
        }
    }
}

/// How a typed text fits a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Beginning,
    /// All of it, or the number.
    Whole,
}

#[derive(Clone, Debug)]
struct TypedName {
    typed: String,
    folded: String,
    number: Option<i64>,
    /// The best fit among the names observed.
    best: Option<Fit>,
}

#[derive(Clone, Debug)]
struct ObservedName {
    id: i64,
    name: String,
    /// How each typed text fits it.
    fits: Vec<Option<Fit>>,
}

/// Selects sessions by a channel or agent that one of some typed texts fits: one that is all of a name
/// fits no other; otherwise it fits all names that begin with it.
///
/// The names are those of the sessions observed, so that a filter has no others: all sessions are
/// observed before the first is matched.
#[derive(Clone, Debug)]
pub(crate) struct NameFilter {
    field: NameField,
    typed: Vec<TypedName>,
    observed: Vec<ObservedName>,
}

impl NameFilter {
    /// Without any text it selects all sessions.
    pub(crate) fn new(field: NameField, typed: &[String]) -> Self {
        let typed = typed.iter().map(|typed| TypedName {
            folded: fold(typed).trim().to_owned(),
            number: typed.trim().parse().ok(),
            typed: typed.clone(),
            best: None,
        });
        Self {
            field,
            typed: typed.collect(),
            observed: Vec::new(),
        }
    }

    pub(crate) fn field(&self) -> NameField {
        self.field
    }

    /// Returns `true` if it selects all sessions.
    pub(crate) fn is_empty(&self) -> bool {
        self.typed.is_empty()
    }

    /// Records the name that a session has. Returns `true` if it may match: later names can only exclude it.
    pub(crate) fn observe(&mut self, session: &Session) -> bool {
        if self.typed.is_empty() {
            return true;
        }
        let Some((id, name)) = self.field.of(session) else {
            return false;
        };
        let known = self.find_observed(id, name);
        let index = known.unwrap_or_else(|| {
            let folded = fold(name);
            let fits = self.typed.iter_mut().map(|typed| {
                let fit = typed.fit(id, folded.trim());
                typed.best = typed.best.max(fit);
                fit
            });
            let fits = fits.collect();
            let name = name.to_owned();
            self.observed.push(ObservedName { id, name, fits });
            self.observed.len() - 1
        });
        self.observed[index].fits.iter().any(Option::is_some)
    }

    pub(crate) fn matches(&self, session: &Session) -> bool {
        self.matches_observed(self.observed_name(session))
    }

    /// The number of the name that a session has among those observed.
    pub(crate) fn observed_name(&self, session: &Session) -> Option<usize> {
        let (id, name) = self.field.of(session)?;
        self.find_observed(id, name)
    }

    /// As [`Self::matches`], for a session that is no longer in memory.
    pub(crate) fn matches_observed(&self, name: Option<usize>) -> bool {
        let is_best = |observed: &ObservedName| {
            let fits = self.typed.iter().zip(&observed.fits);
            fits.into_iter()
                .any(|(typed, fit)| fit.is_some() && *fit == typed.best)
        };
        let observed = name.and_then(|index| self.observed.get(index));
        self.typed.is_empty() || observed.is_some_and(is_best)
    }

    /// The first text that fits no name observed.
    pub(crate) fn unknown(&self) -> Option<&str> {
        let unknown = self.typed.iter().find(|typed| typed.best.is_none());
        unknown.map(|typed| typed.typed.as_str())
    }

    /// The first text that is the beginning of several names, with these.
    pub(crate) fn ambiguous(&self) -> Option<(&str, Vec<&str>)> {
        self.typed.iter().enumerate().find_map(|(index, typed)| {
            let fitting = self.observed.iter();
            let fitting: Vec<_> = fitting.filter(|it| it.fits[index].is_some()).collect();
            let is_same = fitting
                .iter()
                .all(|it| it.id == fitting[0].id && it.id != 0);
            let mut names: Vec<_> = fitting.iter().map(|it| it.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            let is_ambiguous = typed.best == Some(Fit::Beginning) && names.len() > 1 && !is_same;
            is_ambiguous.then_some((typed.typed.as_str(), names))
        })
    }

    /// The names observed, in alphabetical order.
    pub(crate) fn names(&self) -> Vec<&str> {
        let names = self.observed.iter().map(|it| it.name.as_str());
        let mut names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn find_observed(&self, id: i64, name: &str) -> Option<usize> {
        let mut observed = self.observed.iter();
        observed.position(|it| it.id == id && it.name == name)
    }
}

impl TypedName {
    fn fit(&self, id: i64, folded: &str) -> Option<Fit> {
        if self.number == Some(id) || self.folded == folded {
            Some(Fit::Whole)
        } else {
            folded.starts_with(&self.folded).then_some(Fit::Beginning)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Agent, AssociateId, Channel, ChannelId, SessionId};

    /// Sessions 1, 2, … in channels.
    fn sessions(channels: &[(i64, &str)]) -> Vec<Session> {
        let sessions = channels
            .iter()
            .zip(1..)
            .map(|((id, name), number)| Session {
                id: SessionId(number),
                channel: Channel {
                    id: ChannelId(*id),
                    name: (*name).to_owned(),
                    ..Channel::default()
                },
                agent: (*id > 0).then(|| Agent {
                    id: AssociateId(*id),
                    name: (*name).to_owned(),
                }),
                ..Session::default()
            });
        sessions.collect()
    }

    fn filter(field: NameField, typed: &[&str], sessions: &[Session]) -> NameFilter {
        let typed: Vec<_> = typed.iter().map(|&typed| typed.to_owned()).collect();
        let mut filter = NameFilter::new(field, &typed);
        for session in sessions {
            let may_match = filter.observe(session);
            assert!(may_match || !filter.matches(session));
        }
        filter
    }

    const CHANNELS: [(i64, &str); 6] = [
        (7, "Support NO"),
        (8, "Support"),
        (9, "Kjøp og retur"),
        (12, "Søk"),
        (7, "Support NO"),
        (0, ""),
    ];

    #[test]
    fn a_number_a_name_or_the_beginning_of_one() {
        let sessions = sessions(&CHANNELS);
        for (typed, found, unknown) in [
            (&["7"][..], &[1, 5][..], None),
            (&["12"], &[4], None),
            (&["1"], &[], Some("1")),
            (&["support"], &[2], None),
            (&["Suppo"], &[1, 2, 5], None),
            (&["support n"], &[1, 5], None),
            (&["SOK"], &[4], None),
            (&["kjøp"], &[3], None),
            (&["kjop og retur "], &[3], None),
            (&["retur"], &[], Some("retur")),
            (&["sok", "7"], &[1, 4, 5], None),
            (&["sok", "xyz"], &[4], Some("xyz")),
            (&[], &[1, 2, 3, 4, 5, 6], None),
        ] {
            let filter = filter(NameField::Channel, typed, &sessions);
            let matching = sessions.iter().filter(|session| filter.matches(session));
            let matching: Vec<_> = matching.map(|session| session.id.0).collect();
            assert_eq!(matching, found, "{typed:?}");
            assert_eq!(filter.unknown(), unknown, "{typed:?}");
        }
    }

    #[test]
    fn the_beginning_of_several_names_is_ambiguous() {
        let all = sessions(&CHANNELS);
        for (typed, ambiguous) in [
            ("s", Some(("s", vec!["Support", "Support NO", "Søk"]))),
            ("suppo", Some(("suppo", vec!["Support", "Support NO"]))),
            ("support", None),
            ("support n", None),
            ("xyz", None),
        ] {
            let filter = filter(NameField::Channel, &[typed], &all);
            assert_eq!(filter.ambiguous(), ambiguous, "{typed}");
        }
        // One that was renamed meanwhile is one all the same.
        let renamed = sessions(&[(7, "Support NO"), (7, "Support Norge")]);
        let filter = filter(NameField::Channel, &["support"], &renamed);
        assert_eq!(filter.ambiguous(), None);
    }

    #[test]
    fn a_session_without_agent_matches_no_agent() {
        let sessions = sessions(&[(5, "Ola Hansen"), (0, "")]);
        let filter = filter(NameField::Agent, &["ola"], &sessions);
        assert!(filter.matches(&sessions[0]) && !filter.matches(&sessions[1]));
        assert_eq!(filter.names(), ["Ola Hansen"]);
    }
}
