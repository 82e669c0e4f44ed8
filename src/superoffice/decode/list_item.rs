//! Decodes items of the service's lists (`MDOList/chatchannel`), as far as they are needed.

use super::{Decoder, LenientObject, first_non_empty};
use crate::chat::Status;

/// A member of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct ListItem {
    pub(in super::super) id: i64,
    /// In the requested language.
    pub(in super::super) name: String,
    /// For a status, its name, the same in every language.
    extra: String,
}

impl Decoder {
    pub(in super::super) fn decode_list_item(
        &mut self,
        object: &LenientObject<'_>,
    ) -> Option<ListItem> {
        Some(ListItem {
            id: object.id("Id")?,
            name: self.localized_line(object, "Name"),
            extra: object.clean_line("ExtraInfo"),
        })
    }
}

impl ListItem {
    /// Returns `true` if a status that is not known here, a number or a word, is this one.
    pub(in super::super) fn is_status(&self, sent: &str) -> bool {
        let sent = sent.trim();
        sent == self.id.to_string() || sent.eq_ignore_ascii_case(&self.name)
    }

    /// The status as it is known here, or else under its own name.
    pub(in super::super) fn status(&self) -> Status {
        let known = [&self.extra, &self.id.to_string()].map(|name| Status::parse(name));
        let mut known = known.into_iter();
        let known = known.find(|status| !matches!(status, Status::Other(_)));
        known.unwrap_or_else(|| {
            let names = [&self.extra, &self.name].map(Clone::clone);
            Status::Other(first_non_empty(names))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_known_by_its_number_and_by_its_name_in_any_language() {
        let mut decoder = Decoder::default();
        let mut decode = |json: &str| decoder.decode_list_item(&LenientObject::parse(json)?);
        let waiting = decode(r#"{"Id":5,"Name":"Venter på agent","ExtraInfo":"CustomerLast"}"#);
        let waiting = waiting.unwrap();
        for sent in ["5", " venter på agent "] {
            assert!(waiting.is_status(sent), "{sent}");
        }
        assert!(!waiting.is_status("Venter på kunde"));
        assert_eq!(waiting.status(), Status::CustomerLast);
        let by_number = decode(r#"{"Id":"11","Name":"Forlatt"}"#).unwrap();
        assert_eq!(by_number.status(), Status::ClosedFromQueue);
        let new = decode(r#"{"Id":12,"Name":"On hold","ExtraInfo":"OnHold"}"#);
        assert_eq!(new.unwrap().status(), Status::Other("OnHold".to_owned()));
        let unnamed = decode(r#"{"Id":12,"Name":"On hold"}"#).unwrap();
        assert_eq!(unnamed.status(), Status::Other("On hold".to_owned()));
        assert_eq!(decode(r#"{"Name":"no id"}"#), None);
    }
}
