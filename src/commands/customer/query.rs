//! Customers as typed, and the sessions that fit.

use std::fmt;
use std::str::FromStr;

use crate::chat::{CustomerId, Session};
use crate::sync::{ApiError, ErrorKind};
use crate::text::fold;

/// A number, an email address, or a name or its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CustomerQuery {
    Id(CustomerId),
    Mail(String),
    Name(String),
}

impl FromStr for CustomerQuery {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        const WANTED: &str = "write the number of a person, such as 500, contact:ID with the number of a \
            company, an email address, or a name";
        let text = text.trim();
        let number = |digits: &str| digits.parse().ok().filter(|id: &i64| *id > 0);
        let query = match text.split_once(':') {
            Some((kind, id)) if kind.eq_ignore_ascii_case("contact") => {
                number(id).map(|id| Self::Id(CustomerId::Contact(id)))
            }
            _ if text.parse::<i64>().is_ok() => {
                number(text).map(|id| Self::Id(CustomerId::Person(id)))
            }
            _ if text.contains('@') => Some(Self::Mail(text.to_owned())),
            _ => (!fold(text).trim().is_empty()).then(|| Self::Name(text.to_owned())),
        };
        query.ok_or_else(|| ApiError::new(ErrorKind::Config, format!("{text:?}: {WANTED}")))
    }
}

impl fmt::Display for CustomerQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(CustomerId::Person(id)) => write!(f, "person {id}"),
            Self::Id(CustomerId::Contact(id)) => write!(f, "company {id}"),
            Self::Mail(mail) => f.write_str(mail),
            Self::Name(name) => write!(f, "{name:?}"),
        }
    }
}

impl CustomerQuery {
    /// Returns `true` if a session fits, by name perhaps not as well as another one.
    pub(super) fn matches(&self, session: &Session) -> bool {
        match self {
            Self::Id(id) => session.is_linked_to(*id),
            Self::Mail(mail) => session.customer.email.to_lowercase() == mail.to_lowercase(),
            Self::Name(name) => folded_name(session).starts_with(fold(name).trim()),
        }
    }

    /// Where a name is all of some names, it is no beginning of others.
    pub(super) fn retain_best(&self, sessions: &mut Vec<Session>) {
        if let Self::Name(name) = self {
            let name = fold(name);
            let is_whole = |session: &Session| folded_name(session) == name.trim();
            if sessions.iter().any(is_whole) {
                sessions.retain(is_whole);
            }
        }
    }
}

fn folded_name(session: &Session) -> String {
    let folded = fold(session.customer_name().unwrap_or_default());
    folded.trim().to_owned()
}

/// Groups sessions by customer. Those that have nothing but a name are of one customer if they have the same.
pub(super) fn group_by_customer(sessions: &[Session]) -> Vec<Vec<&Session>> {
    let mut groups: Vec<Vec<&Session>> = Vec::new();
    for session in sessions {
        let is_same = |other: &&Session| {
            session.is_of_same_customer(other)
                || has_only_a_name(session)
                    && has_only_a_name(other)
                    && folded_name(session) == folded_name(other)
        };
        // It may connect several groups: one by its address, another one by its company.
        let (same, others): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|group| group.iter().any(is_same));
        groups = others;
        let same = same.into_iter().flatten();
        groups.push(same.chain([session]).collect());
    }
    groups
}

fn has_only_a_name(session: &Session) -> bool {
    let texts = [&session.customer.email, session.company()];
    session.customer_id().is_none() && texts.iter().all(|text| text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{EntityRef, SessionId};

    fn session(id: i64, name: &str, email: &str, company: &str) -> Session {
        let mut session = Session {
            id: SessionId(id),
            ..Session::default()
        };
        session.customer.name = name.to_owned();
        session.customer.email = email.to_owned();
        session.customer.company = company.to_owned();
        session
    }

    #[test]
    fn customers_as_typed() {
        let person = |id| CustomerQuery::Id(CustomerId::Person(id));
        for (text, query) in [
            ("500", person(500)),
            (" 500 ", person(500)),
            ("contact:100", CustomerQuery::Id(CustomerId::Contact(100))),
            ("Contact:7", CustomerQuery::Id(CustomerId::Contact(7))),
            ("a@b.example", CustomerQuery::Mail("a@b.example".to_owned())),
            (
                "Kari Nordmann",
                CustomerQuery::Name("Kari Nordmann".to_owned()),
            ),
            ("3M: sales", CustomerQuery::Name("3M: sales".to_owned())),
        ] {
            assert_eq!(text.parse(), Ok(query), "{text}");
        }
        for text in ["", " ", "0", "-3", "contact:", "contact:x", "contact:0"] {
            let error = text.parse::<CustomerQuery>().unwrap_err();
            assert_eq!(error.kind, ErrorKind::Config, "{text}");
        }
    }

    #[test]
    fn a_name_fits_by_its_beginning_unless_it_is_all_of_another() {
        let all = [
            session(1, "Øystein Ådnøy", "", ""),
            session(2, "Oystein", "", ""),
            session(3, "Nystein", "O@x.example", ""),
        ];
        for (typed, fitting) in [
            ("oystein", &[2][..]),
            ("ØYST", &[1, 2]),
            ("øystein å", &[1]),
            ("o@X.example", &[3]),
            ("stein", &[]),
        ] {
            let query: CustomerQuery = typed.parse().unwrap();
            let mut sessions = all.to_vec();
            sessions.retain(|session| query.matches(session));
            query.retain_best(&mut sessions);
            let ids: Vec<_> = sessions.iter().map(|session| session.id.0).collect();
            assert_eq!(ids, fitting, "{typed}");
        }
    }

    #[test]
    fn sessions_are_grouped_by_what_connects_them() {
        let mut linked = session(6, "Kari", "", "");
        linked.person = Some(EntityRef {
            id: 500,
            ..EntityRef::default()
        });
        let sessions = [
            session(1, "Kari", "kari@a.example", ""),
            session(2, "Kari", "", "Fjord AS"),
            session(3, "Kari", "", ""),
            session(4, "kari", "", ""),
            // The same address as 1, the same company as 2.
            session(5, "Kari", "KARI@a.example", "fjord as"),
            linked,
        ];
        let groups = group_by_customer(&sessions);
        let mut ids: Vec<Vec<i64>> = groups
            .iter()
            .map(|group| group.iter().map(|session| session.id.0).collect())
            .collect();
        for ids in &mut ids {
            ids.sort_unstable();
        }
        ids.sort_unstable();
        assert_eq!(ids, [vec![1, 2, 5], vec![3, 4], vec![6]]);
    }
}
