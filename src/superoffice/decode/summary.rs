//! Decodes the summary of a person or a company (`Person/{id}/Summary`), of which only the chats are read.

use std::collections::HashSet;

use serde_json::value::RawValue;

use super::archive::parse_rows;
use super::object::LenientObject;
use super::session::{SESSION_KEY, message_excerpt};
use super::{Decoder, rewrite};
use crate::chat::{Customer, CustomerId, EntityRef, Session, SessionId, Status};

impl Decoder {
    /// Decodes the sessions of a summary, each once, linked to the customer whose summary it is. `None` if it
    /// has no list of chats, not even an empty one.
    pub(in super::super) fn decode_summary(
        &mut self,
        json: &str,
        customer: CustomerId,
        max_bytes: u64,
    ) -> Option<Vec<Session>> {
        if json == "null" {
            return Some(Vec::new());
        }
        let summary = LenientObject::parse(json)?;
        let chats = summary.raw("Chats")?;
        if chats.get() == "null" {
            return Some(Vec::new());
        }
        let (rows, _) = parse_rows(chats, max_bytes)?;
        let mut ids = HashSet::new();
        let rows = rows.into_iter();
        let sessions = rows.filter_map(|row| self.decode_summary_row(row, customer));
        Some(sessions.filter(|row| ids.insert(row.id)).collect())
    }

    fn decode_summary_row(&mut self, raw: &RawValue, customer: CustomerId) -> Option<Session> {
        let row = LenientObject::parse(raw.get())?;
        let id = SessionId(row.id("ChatSessionId")?);
        let ended = row.timestamp("WhenEnded", self.naive_zone);
        let [name, company] = ["Name", "CompanyName"].map(|name| row.clean_line(name));
        let link = |id, name: &str| {
            Some(EntityRef {
                id,
                name: name.to_owned(),
            })
        };
        let (person, contact) = match customer {
            CustomerId::Person(id) => (link(id, &name), None),
            CustomerId::Contact(id) => (None, link(id, &company)),
        };
        let session = Session {
            id,
            status: match ended {
                Some(_) => Status::Closed,
                None => Status::Invalid,
            },
            first_message: message_excerpt(&row, "FirstMessage"),
            last_message: message_excerpt(&row, "LastMessage"),
            requested: row.timestamp("WhenRequested", self.naive_zone),
            ended,
            person,
            contact,
            customer: Customer {
                name,
                company,
                ..Customer::default()
            },
            raw: rewrite::remove_property(SESSION_KEY, raw.get()).into(),
            ..Session::default()
        };
        self.count_invalid(&row);
        Some(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::superoffice::NaiveZone;

    const KARI: CustomerId = CustomerId::Person(500);

    fn decode(json: &str, customer: CustomerId) -> Option<Vec<Session>> {
        let mut decoder = Decoder::new(NaiveZone::default(), "en".to_owned());
        decoder.decode_summary(json, customer, 1 << 20)
    }

    #[test]
    fn the_chats_of_a_summary_are_sessions_of_the_customer() {
        let row = r#"{"ChatSessionId":341,"Name":"Kari\u001b[31m","CompanyName":"Fjord AS","FirstMessage":"Hei &amp; <b>ha</b>","LastMessage":"Takk","WhenRequested":"2026-03-28T22:57:50+0100","WhenEnded":"2026-03-28T23:10:00+0100"}"#;
        let open = r#"{"ChatSessionId":342,"WhenEnded":"0001-01-01T00:00:00","SessionKey":"k"}"#;
        let json = format!(r#"{{"Tickets":[],"Chats":[{row},{row},7,{{"Name":"no id"}},{open}]}}"#);
        let time = |written: &str| Some(written.parse().unwrap());
        let link = |id, name: &str| {
            let name = name.to_owned();
            Some(EntityRef { id, name })
        };
        let first = Session {
            id: SessionId(341),
            status: Status::Closed,
            first_message: "Hei & ha".to_owned(),
            last_message: "Takk".to_owned(),
            requested: time("2026-03-28T22:57:50+01:00"),
            ended: time("2026-03-28T23:10:00+01:00"),
            person: link(500, "Kari"),
            customer: Customer {
                name: "Kari".to_owned(),
                company: "Fjord AS".to_owned(),
                ..Customer::default()
            },
            raw: row.into(),
            ..Session::default()
        };
        let second = Session {
            id: SessionId(342),
            status: Status::Invalid,
            person: link(500, ""),
            raw: r#"{"ChatSessionId":342,"WhenEnded":"0001-01-01T00:00:00"}"#.into(),
            ..Session::default()
        };
        assert_eq!(decode(&json, KARI), Some(vec![first.clone(), second]));
        let of_company = decode(&json, CustomerId::Contact(9)).unwrap();
        let expected = Session {
            person: None,
            contact: link(9, "Fjord AS"),
            ..first
        };
        assert_eq!(of_company[0], expected);
    }

    #[test]
    fn nothing_and_no_list_are_distinguished() {
        for json in ["null", r#"{"Chats":null}"#, r#"{"chats":[]}"#] {
            assert_eq!(decode(json, KARI), Some(Vec::new()), "{json}");
        }
        for json in ["[]", "{}", r#"{"Chats":"none"}"#, r#"{"Error":true}"#] {
            assert_eq!(decode(json, KARI), None, "{json}");
        }
    }
}
