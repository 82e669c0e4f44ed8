//! Customers: their number in the service, and which sessions are of the same one.

use super::{EntityRef, Session};

/// A person or a company of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CustomerId {
    Person(i64),
    /// A company.
    Contact(i64),
}

impl Session {
    /// The linked person, otherwise the linked company; most sessions have neither.
    pub(crate) fn customer_id(&self) -> Option<CustomerId> {
        let person = linked_id(self.person.as_ref()).map(CustomerId::Person);
        person.or_else(|| linked_id(self.contact.as_ref()).map(CustomerId::Contact))
    }

    /// Returns `true` if this person or company is linked.
    pub(crate) fn is_linked_to(&self, customer: CustomerId) -> bool {
        match customer {
            CustomerId::Person(id) => linked_id(self.person.as_ref()) == Some(id),
            CustomerId::Contact(id) => linked_id(self.contact.as_ref()) == Some(id),
        }
    }

    /// Returns `true` if both sessions are of one customer: of the same person, from one email address, or
    /// of one name in one company. A name alone is not enough.
    pub(crate) fn is_of_same_customer(&self, other: &Self) -> bool {
        let person = |it: &Self| linked_id(it.person.as_ref());
        if let (Some(one), Some(other)) = (person(self), person(other)) {
            return one == other;
        }
        let contact = |it: &Self| linked_id(it.contact.as_ref());
        let is_same_contact = contact(self).is_some() && contact(self) == contact(other);
        let is_same_company = || is_same_contact || is_same(self.company(), other.company());
        let is_same_name = || is_same(name(self), name(other));
        is_same(&self.customer.email, &other.customer.email) || is_same_name() && is_same_company()
    }
}

fn name(session: &Session) -> &str {
    session.customer_name().unwrap_or_default()
}

fn linked_id(link: Option<&EntityRef>) -> Option<i64> {
    link.map(|link| link.id).filter(|id| *id > 0)
}

/// Compares two texts in any case; an empty one is not the same as anything.
fn is_same(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|text| text.chars().flat_map(char::to_lowercase));
    one.clone().next().is_some() && one.eq(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A session with a name, an email address, a company, and the numbers of person and contact.
    fn session(name: &str, email: &str, company: &str, person: i64, contact: i64) -> Session {
        let link = |id| {
            Some(EntityRef {
                id,
                ..EntityRef::default()
            })
        };
        let mut session = Session {
            person: link(person),
            contact: link(contact),
            ..Session::default()
        };
        session.customer.name = name.to_owned();
        session.customer.email = email.to_owned();
        session.customer.company = company.to_owned();
        session
    }

    #[test]
    fn a_session_may_be_linked_to_a_person_and_a_company() {
        let session = session("Kari", "", "Fjord AS", 500, 100);
        for (customer, is_linked) in [
            (CustomerId::Person(500), true),
            (CustomerId::Contact(100), true),
            (CustomerId::Person(100), false),
            (CustomerId::Contact(500), false),
        ] {
            assert_eq!(session.is_linked_to(customer), is_linked, "{customer:?}");
        }
    }

    #[test]
    fn the_person_comes_before_the_company_and_zero_is_no_link() {
        for (person, contact, id) in [
            (500, 100, Some(CustomerId::Person(500))),
            (0, 100, Some(CustomerId::Contact(100))),
            (-1, 0, None),
        ] {
            assert_eq!(session("", "", "", person, contact).customer_id(), id);
        }
        assert_eq!(Session::default().customer_id(), None);
    }

    #[test]
    fn the_same_customer_has_a_person_an_address_or_a_name_in_a_company_in_common() {
        let kari = session("Kari", "kari@a.example", "Fjord AS", 500, 100);
        let unlinked = session("Kari", "", "Fjord AS", 0, 0);
        for (one, other, is_same) in [
            (&kari, session("", "", "", 500, 0), true),
            // Two persons of one name, also with one address.
            (
                &kari,
                session("Kari", "kari@a.example", "Fjord AS", 501, 100),
                false,
            ),
            (&kari, session("K.", "KARI@a.example", "", 0, 0), true),
            (&kari, session("KARI", "", "", 0, 100), true),
            (&kari, session("Kari", "", "Berg AS", 0, 101), false),
            (&unlinked, session("kari", "", "FJORD AS", 0, 0), true),
            (&unlinked, session("Ola", "", "Fjord AS", 0, 0), false),
            (&unlinked, session("Kari", "", "", 0, 0), false),
            (&Session::default(), Session::default(), false),
        ] {
            assert_eq!(one.is_of_same_customer(&other), is_same, "{other:?}");
            assert_eq!(other.is_of_same_customer(one), is_same, "{other:?}");
        }
    }
}
