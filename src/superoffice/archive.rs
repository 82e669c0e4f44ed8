//! Pages of the session archive.
//!
//! A response is read row by row: one that has more rows than a page is not read to its end, and of one that
//! exceeds the limit the rows before it are retained.

use std::cmp::Reverse;

use serde_json::value::RawValue;

use super::array_stream::ArrayStream;
use super::client::Client;
use super::decode::{Decoder, SESSION_COLUMNS, SESSION_COLUMNS_2021, has_status};
use super::fallback::{is_bad_request, repeat_refused};
use super::json_array::Element;
use super::resource::Resource;
use super::{error, filter};
use crate::chat::{Session, SessionId, SessionPage, stored_session_bytes};
use crate::sync::{ApiError, ErrorKind};

/// Rows of an archive page.
const PAGE_SIZE: usize = 100;

/// A response is read up to this many rows, the others come with the next pages: the screen waits while rows are
/// listed.
const MAX_PAGE_ROWS: usize = 1000;

/// Sessions that one request selects by their ids.
const MAX_IDS: usize = 25;

/// The rows of a response, as far as it was read.
#[derive(Default)]
struct ArchiveRows {
    received: usize,
    /// The sessions that could be decoded.
    sessions: Vec<Session>,
    lacks_status: bool,
    /// Set if there are more rows, which exceed the limit.
    excess: Option<ApiError>,
}

/// A row, and whether it has a status.
struct ArchiveRow {
    /// `None` if it cannot be decoded.
    session: Option<Session>,
    has_status: bool,
}

/// Which sessions of the archive.
#[derive(Clone, Copy, Default)]
pub(super) struct ArchiveQuery<'a> {
    pub(super) below: Option<SessionId>,
    /// The first or the last message contains one of these; any if there are none.
    pub(super) texts: &'a [String],
    /// The person has this email address, in which no character has a meaning in a filter.
    pub(super) mail: Option<&'a str>,
}

impl ArchiveQuery<'_> {
    /// The option of the query string, beside columns, and whether it has all forms of the texts.
    fn filter(&self, columns: &str) -> (String, bool) {
        let below = self.below.map(|id| format!("chatSessionId lt {id}"));
        let mail = self
            .mail
            .map(|mail| format!("person/email/emailAddress is '{mail}'"));
        let conditions: Vec<_> = mail.into_iter().chain(below).collect();
        let also = conditions.join(" and ");
        let (filter, has_all_forms) = if self.texts.is_empty() {
            (filter::encode(&also), true)
        } else {
            let searched = ["firstMessage", "lastMessage"];
            // The other options have some 100 bytes, and each slash and comma two more.
            let others = columns.len() + 200;
            filter::any_contains(&searched, self.texts, &also, others)
        };
        if filter.is_empty() {
            (filter, has_all_forms)
        } else {
            (format!("&$filter={filter}"), has_all_forms)
        }
    }
}

impl Client {
    /// Fetches a page. Whether more sessions follow is known from an empty page only: some services
    /// send fewer rows than requested, without a link to the next.
    pub(super) async fn fetch_archive(
        &self,
        query: ArchiveQuery<'_>,
    ) -> Result<SessionPage, ApiError> {
        let below = query.below;
        let is_wanted = |id| below.is_none_or(|below| id < below);
        let ArchiveRows {
            received,
            mut sessions,
            lacks_status,
            excess,
        } = (self.fetch_rows(is_wanted, |columns| query.filter(columns).0)).await?;
        // The fewest forms fit beside the most columns.
        let (_, has_all_forms) = query.filter(SESSION_COLUMNS);
        let unreadable_count = received - sessions.len();
        let is_sorted = sessions.is_sorted_by(|one, next| one.id >= next.id);
        let is_filtered = sessions.iter().all(|session| is_wanted(session.id));
        // A service that ignores the filter would cause an endless loop.
        sessions.retain(|session| is_wanted(session.id));
        if sessions.len() > MAX_PAGE_ROWS {
            sessions.sort_by_key(|session| Reverse(session.id));
            sessions.truncate(MAX_PAGE_ROWS);
        }
        let host = error::host_label(&self.base_url());
        let ignored = match (is_filtered, is_sorted) {
            (false, _) => Some("filter"),
            (true, false) => Some("order"),
            (true, true) => None,
        };
        // In order, the rows after the limit are on the next page.
        let too_large = match excess {
            Some(_) => ", which exceeds max_body",
            None => "",
        };
        let incomplete = match (ignored, below) {
            (Some(ignored), _) => Some(format!(
                "{host} ignores the requested {ignored} of its archive{too_large}: sessions may be missing"
            )),
            // Where the next page begins is known from the rows alone.
            (None, Some(below)) if received > 0 && sessions.is_empty() => Some(format!(
                "No archived session below {below} could be read: older ones are missing"
            )),
            _ => None,
        };
        Ok(SessionPage {
            unreadable_count,
            next: sessions.iter().map(|session| session.id).min(),
            sessions,
            incomplete,
            lacks_status,
            forms_left_out: !has_all_forms,
        })
    }

    /// Fetches the rows of those of these sessions that the archive lists.
    pub(super) async fn fetch_archived(&self, ids: &[SessionId]) -> Result<Vec<Session>, ApiError> {
        let mut sessions = Vec::new();
        for ids in ids.chunks(MAX_IDS) {
            let conditions = ids.iter().map(|id| format!("chatSessionId eq {id}"));
            let conditions = conditions.collect::<Vec<_>>().join(" or ");
            let filter = format!("&$filter={}", filter::encode(&conditions));
            let is_wanted = |id| ids.contains(&id);
            let rows = self.fetch_rows(is_wanted, |_| filter.clone()).await?;
            let found = rows.sessions.into_iter();
            let found: Vec<_> = found.filter(|row| ids.contains(&row.id)).collect();
            // Where the service ignores the filter.
            if let Some(error) = rows.excess.filter(|_| found.len() < ids.len()) {
                return Err(error);
            }
            sessions.extend(found);
        }
        Ok(sessions)
    }

    /// Fetches rows, the highest ids first, with a filter that may depend on the columns. Where the service refuses
    /// columns twice, only those that it supports are requested for an hour, then all again: it may have been
    /// upgraded.
    async fn fetch_rows(
        &self,
        is_wanted: impl Fn(SessionId) -> bool + Send + Sync,
        filter: impl Fn(&str) -> String + Send + Sync,
    ) -> Result<ArchiveRows, ApiError> {
        let fetch = async |columns: &str| {
            let filter = filter(columns);
            self.fetch_columns(columns, &filter, &is_wanted).await
        };
        let now = self.http.stats.now().unwrap_or_default();
        let known = self.lock_state().archive_columns.get(now);
        let (mut columns, since) = if let Some(known) = known {
            known
        } else {
            match repeat_refused(is_bad_request, || fetch(SESSION_COLUMNS)).await {
                Err(error) if is_bad_request(&error) => {}
                result => return result,
            }
            (self.fetch_column_names().await, now)
        };
        let fetched = match fetch(&columns).await {
            Err(error) if is_bad_request(&error) && columns != SESSION_COLUMNS_2021 => {
                SESSION_COLUMNS_2021.clone_into(&mut columns);
                fetch(&columns).await
            }
            fetched => fetched,
        }?;
        self.lock_state().archive_columns.set(columns, since);
        Ok(fetched)
    }

    /// The columns that the service supports; those of 2021 where it does not list them.
    async fn fetch_column_names(&self) -> String {
        let path = "Archive/ChatSession/$metadata";
        let select = |_: &mut Decoder, body: &str| Some(select_columns(body));
        let selected = self
            .get_json(path, Resource::ArchiveColumns, select)
            .await
            .unwrap_or_default();
        selected.unwrap_or_else(|| SESSION_COLUMNS_2021.to_owned())
    }

    /// Fetches rows up to the limit. They are read only as far as a whole page of matching ones.
    async fn fetch_columns(
        &self,
        columns: &str,
        filter: &str,
        is_wanted: &(impl Fn(SessionId) -> bool + Send + Sync),
    ) -> Result<ArchiveRows, ApiError> {
        let path = format!(
            "ChatSession?$select={columns}{filter}&$orderBy=chatSessionId desc&$top={PAGE_SIZE}&$mode=full"
        );
        let response = self.get(&path, Resource::Archive).await?;
        let mut stream = ArrayStream::of_archive(response);
        let mut rows = ArchiveRows::default();
        let (mut is_sorted, mut wanted) = (true, 0);
        loop {
            let batch = match stream
                .next_decoded(decode_row, ArchiveRow::stored_bytes)
                .await
            {
                Ok(Some(batch)) => batch,
                Ok(None) => {
                    stream.require_array()?;
                    return Ok(rows);
                }
                Err(error) if error.kind == ErrorKind::TooLarge && !rows.sessions.is_empty() => {
                    rows.excess = Some(error);
                    return Ok(rows);
                }
                Err(error) => return Err(error),
            };
            if rows.received == 0 {
                rows.lacks_status = batch.first().is_some_and(|row| !row.has_status);
            }
            rows.received += batch.len();
            for session in batch.into_iter().filter_map(|row| row.session) {
                let last = rows.sessions.last();
                is_sorted &= last.is_none_or(|last| last.id >= session.id);
                wanted += usize::from(is_wanted(session.id));
                rows.sessions.push(session);
            }
            // In another order, more of the highest ids may follow.
            if is_sorted && wanted >= MAX_PAGE_ROWS {
                return Ok(rows);
            }
        }
    }
}

impl ArchiveRow {
    fn stored_bytes(&self) -> usize {
        let session = self.session.as_ref();
        session.map_or_else(|| stored_session_bytes(0), Session::stored_bytes)
    }
}

fn decode_row(decoder: &mut Decoder, element: Element<'_>) -> ArchiveRow {
    let raw = match element {
        Element::Whole(bytes) => serde_json::from_slice::<&RawValue>(bytes).ok(),
        Element::Skipped { .. } => None,
    };
    ArchiveRow {
        session: raw.and_then(|raw| decoder.decode_session_row(raw)),
        has_status: raw.is_some_and(has_status),
    }
}

/// The columns that a description names, whatever its form: JSON and XML have names in double quotes. `None` if
/// it lacks those that every edition has.
fn select_columns(description: &str) -> Option<String> {
    let is_named = |column: &&str| description.contains(&format!("\"{column}\""));
    let named: Vec<_> = SESSION_COLUMNS.split(',').filter(is_named).collect();
    let is_whole = ["chatSessionId", "whenRequested", "firstMessage"];
    let is_whole = is_whole.iter().all(|column| named.contains(column));
    is_whole.then(|| named.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_in_any_form() {
        let names = [
            "chatSessionId",
            "whenRequested",
            "firstMessage",
            "chatTopic/name",
        ];
        let json = names
            .map(|name| format!("{{\"Name\":\"{name}\"}}"))
            .join(",");
        let xml = names
            .map(|name| format!("<Property Name=\"{name}\" />"))
            .concat();
        for description in [json, xml] {
            let selected = select_columns(&description).unwrap();
            assert_eq!(
                selected,
                "chatSessionId,whenRequested,firstMessage,chatTopic/name"
            );
        }
        for description in ["", "null", "{\"value\":[{\"chatSessionId\":1}]}"] {
            assert_eq!(select_columns(description), None);
        }
    }
}
