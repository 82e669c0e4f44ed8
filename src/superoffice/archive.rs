//! Pages of the session archive.

use std::cmp::Reverse;

use chrono::TimeDelta;

use super::client::Client;
use super::decode::{
    Decoder, SESSION_COLUMNS, SESSION_COLUMNS_2021, has_status, parse_archive_page,
};
use super::{error, filter};
use crate::chat::{Session, SessionId, SessionPage};
use crate::sync::{ApiError, ErrorKind};

/// Columns that an archive refused are not requested for this long.
pub(super) const COLUMNS_RETRY_INTERVAL: TimeDelta = TimeDelta::hours(1);

/// A request is replaced by a simpler one after this many refusals in a row: one may be a fault.
pub(super) const REFUSALS: usize = 2;

/// Rows of an archive page.
const PAGE_SIZE: usize = 100;

/// More rows than this of one response come with the pages after it: the screen waits while rows are listed.
const MAX_PAGE_ROWS: usize = 1000;

/// Sessions that one request asks for by their ids.
const MAX_IDS: usize = 25;

/// The rows of a response.
struct ArchiveRows {
    received: usize,
    /// Those that could be decoded.
    sessions: Vec<Session>,
    lacks_status: bool,
}

/// Which sessions of the archive.
#[derive(Clone, Copy, Default)]
pub(super) struct ArchiveQuery<'a> {
    pub(super) below: Option<SessionId>,
    /// The first or the last message contains one of these; any if there are none.
    pub(super) texts: &'a [String],
    /// The person has this mail address, in which no character has a meaning of its own.
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
        let ArchiveRows {
            received,
            mut sessions,
            lacks_status,
        } = self.fetch_rows(|columns| query.filter(columns).0).await?;
        // The fewest forms fit beside the most columns.
        let (_, has_all_forms) = query.filter(SESSION_COLUMNS);
        let unreadable_count = received - sessions.len();
        let is_sorted = sessions.is_sorted_by(|one, next| one.id >= next.id);
        let is_filtered = below.is_none_or(|below| sessions.iter().all(|it| it.id < below));
        // A service that ignores the filter would cause an endless loop.
        sessions.retain(|session| below.is_none_or(|below| session.id < below));
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
        let incomplete = match (ignored, below) {
            (Some(ignored), _) => Some(format!(
                "{host} ignores the requested {ignored} of its archive: sessions may be missing"
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
            let rows = self.fetch_rows(|_| filter.clone()).await?.sessions;
            sessions.extend(rows.into_iter().filter(|row| ids.contains(&row.id)));
        }
        Ok(sessions)
    }

    /// Fetches rows, the highest ids first, with a filter that may depend on the columns. Where the service refuses
    /// columns twice, only those that it knows are requested for an hour, then all again: it may have been
    /// upgraded.
    async fn fetch_rows(
        &self,
        filter: impl Fn(&str) -> String + Send + Sync,
    ) -> Result<ArchiveRows, ApiError> {
        // Without a clock the hour never ends.
        let now = self.http.stats.now().unwrap_or_default();
        let known = self.lock_state().archive_columns.clone();
        let known = known.filter(|(_, since)| now - *since < COLUMNS_RETRY_INTERVAL);
        let (mut columns, since) = if let Some(known) = known {
            known
        } else {
            for _ in 0..REFUSALS {
                let filter = filter(SESSION_COLUMNS);
                match self.fetch_columns(SESSION_COLUMNS, &filter).await {
                    Err(error) if error.kind == ErrorKind::Config => {}
                    result => return result,
                }
            }
            (self.fetch_column_names().await, now)
        };
        let fetched = match self.fetch_columns(&columns, &filter(&columns)).await {
            Err(error) if error.kind == ErrorKind::Config && columns != SESSION_COLUMNS_2021 => {
                SESSION_COLUMNS_2021.clone_into(&mut columns);
                self.fetch_columns(&columns, &filter(&columns)).await
            }
            fetched => fetched,
        }?;
        self.lock_state().archive_columns = Some((columns, since));
        Ok(fetched)
    }

    /// Those of the columns that the service knows; those of 2021 where it does not say.
    async fn fetch_column_names(&self) -> String {
        let path = "Archive/ChatSession/$metadata";
        let what = "the columns of the archive";
        let select = |_: &mut Decoder, body: &str| Some(select_columns(body));
        let selected = self.get_json(path, what, select).await.unwrap_or_default();
        selected.unwrap_or_else(|| SESSION_COLUMNS_2021.to_owned())
    }

    async fn fetch_columns(&self, columns: &str, filter: &str) -> Result<ArchiveRows, ApiError> {
        let max_body = self.http.max_body();
        let path = format!(
            "ChatSession?$select={columns}{filter}&$orderBy=chatSessionId desc&$top={PAGE_SIZE}&$mode=full"
        );
        let decode = |decoder: &mut Decoder, body: &str| {
            let page = parse_archive_page(body, max_body)?;
            if page.is_too_large {
                return Some(None);
            }
            let rows = page.rows.iter();
            let sessions: Vec<Session> = rows
                .filter_map(|row| decoder.decode_session_row(row))
                .collect();
            Some(Some(ArchiveRows {
                received: page.rows.len(),
                sessions,
                lacks_status: page.rows.first().is_some_and(|row| !has_status(row)),
            }))
        };
        let what = "the archived chat sessions";
        let fetched = self.get_json(&path, what, decode).await?;
        fetched
            .ok_or_else(|| error::exceeds_max_body(&error::host_label(&self.base_url()), max_body))
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
