//! Search of message texts by the dynamic archive, which reads the tables of the database.
//!
//! None of this is documented for the tables of the chat: whether the user may read them, which columns can be
//! requested, and how times and types are sent. The archive applies no rights, so rows of other channels are left
//! out here.

use super::client::Client;
use super::client_state::SearchDetail;
use super::decode::{Decoder, MessageColumn, parse_archive_page};
use super::fallback::{is_bad_request, repeat_refused};
use super::resource::Resource;
use super::{error, filter};
use crate::chat::{ChannelId, FoundMessage, MessageEdge, MessageMark, MessagePage, MessageSearch};
use crate::sync::{ApiError, ErrorKind};

/// Rows of a page.
const PAGE_SIZE: usize = 100;

/// More channels would make the filter too long.
const MAX_CHANNELS: usize = 12;

impl Client {
    /// What the service refuses twice is left out for an hour.
    pub(super) async fn fetch_found(
        &self,
        search: &MessageSearch,
    ) -> Result<MessagePage, ApiError> {
        let now = self.http.stats.now().unwrap_or_default();
        let known = self.lock_state().search_detail.get(now);
        let first = known.map_or(SearchDetail::Filtered, |(detail, _)| detail);
        let why = "The service accepts no search of message texts";
        let mut refused = ApiError::new(ErrorKind::Config, why);
        for detail in SearchDetail::ALL.into_iter().filter(|it| *it >= first) {
            let fetch = || self.fetch_found_with(detail, search);
            match repeat_refused(is_bad_request, fetch).await {
                Err(error) if is_bad_request(&error) => refused = error,
                Ok(page) => {
                    if detail > first {
                        self.lock_state().search_detail.set(detail, now);
                    }
                    return Ok(page);
                }
                error => return error,
            }
        }
        Err(refused)
    }

    async fn fetch_found_with(
        &self,
        detail: SearchDetail,
        search: &MessageSearch,
    ) -> Result<MessagePage, ApiError> {
        let (path, has_all_forms) = search_path(detail, search);
        let max_body = self.http.max_body();
        let decode = |decoder: &mut Decoder, body: &str| {
            let rows = parse_archive_page(body, max_body)?;
            if rows.is_too_large {
                return Some(None);
            }
            let mut page = MessagePage::default();
            let (mut is_sorted, mut is_filtered) = (true, true);
            for row in rows.rows {
                let Some(found) = decoder.decode_found_message(row) else {
                    page.unreadable += 1;
                    continue;
                };
                let id = found.message.id;
                is_sorted &= page.lowest.is_none_or(|lowest| id <= lowest);
                is_filtered &= id > search.above && search.below.is_none_or(|below| id < below);
                page.lowest = Some(page.lowest.map_or(id, |lowest| lowest.min(id)));
                if is_in_channels(&found, search) {
                    page.found.push(found);
                }
            }
            // Where the next page begins is known from the rows alone.
            page.incomplete = match (is_filtered, is_sorted) {
                (false, _) => Some(self.ignores("filter")),
                (true, false) => Some(self.ignores("order")),
                (true, true) => None,
            };
            Some(Some(page))
        };
        let (page, duration) = self
            .get_json_in_utc(&path, Resource::MessageSearch, decode)
            .await?;
        let page = page.ok_or_else(|| {
            error::exceeds_max_body(&error::host_label(&self.base_url()), max_body)
        })?;
        Ok(MessagePage {
            duration,
            forms_left_out: !has_all_forms,
            ..page
        })
    }

    /// The reason that the service ignores an option of the request.
    fn ignores(&self, option: &str) -> String {
        let host = error::host_label(&self.base_url());
        format!("{host} ignores the requested {option} of its message search")
    }

    pub(super) async fn fetch_message_at(
        &self,
        edge: MessageEdge,
    ) -> Result<Option<MessageMark>, ApiError> {
        repeat_refused(is_bad_request, || self.fetch_mark(edge)).await
    }

    async fn fetch_mark(&self, edge: MessageEdge) -> Result<Option<MessageMark>, ApiError> {
        let (id, posted) = (MessageColumn::Id.name(), MessageColumn::Posted.name());
        let filter = match edge {
            MessageEdge::NewestBelow(below) => {
                format!("&$filter={}", filter::encode(&format!("{id} lt {below}")))
            }
            MessageEdge::Oldest | MessageEdge::Newest => String::new(),
        };
        let direction = if edge == MessageEdge::Oldest {
            ""
        } else {
            " desc"
        };
        // The second row shows whether they are in order.
        let path = format!(
            "Archive/dynamic?$select={id},{posted}{filter}&$orderBy={id}{direction}&$top=2"
        );
        let max_body = self.http.max_body();
        let decode = |decoder: &mut Decoder, body: &str| {
            let page = parse_archive_page(body, max_body)?;
            let rows = page.rows.iter();
            let mut marks = rows.map(|row| decoder.decode_message_mark(row));
            let Some(first) = marks.next() else {
                return Some(None);
            };
            let first = first?;
            let is_sorted = marks.flatten().all(|next| match edge {
                MessageEdge::Oldest => first.id <= next.id,
                MessageEdge::Newest | MessageEdge::NewestBelow(_) => first.id >= next.id,
            });
            Some(Some((first, is_sorted)))
        };
        let (mark, _) = self
            .get_json_in_utc(&path, Resource::MessageSearch, decode)
            .await?;
        let is_below = |mark: &MessageMark| match edge {
            MessageEdge::NewestBelow(below) => mark.id < below,
            MessageEdge::Oldest | MessageEdge::Newest => true,
        };
        let ignored = match mark {
            Some((mark, _)) if !is_below(&mark) => "filter",
            Some((_, false)) => "order",
            Some((mark, true)) => return Ok(Some(mark)),
            None => return Ok(None),
        };
        Err(ApiError::new(ErrorKind::Config, self.ignores(ignored)))
    }
}

/// The path of the request for a page, and whether it has all forms of the texts.
fn search_path(detail: SearchDetail, search: &MessageSearch) -> (String, bool) {
    let joined = MessageColumn::JOINED.into_iter();
    let joined = joined.filter(|_| detail < SearchDetail::Own);
    let columns = MessageColumn::OWN.into_iter().chain(joined);
    let columns = columns.map(MessageColumn::name).collect::<Vec<_>>();
    let columns = columns.join(",");
    let id = MessageColumn::Id.name();
    let mut conditions = vec![format!("{id} gt {}", search.above)];
    conditions.extend(search.below.map(|below| format!("{id} lt {below}")));
    if let (SearchDetail::Filtered, Some(channels)) = (detail, &search.channels)
        && channels.len() <= MAX_CHANNELS
    {
        let ids: Vec<_> = channels.iter().map(ChannelId::to_string).collect();
        let column = MessageColumn::ChannelId.name();
        conditions.push(format!("{column} oneOf ({})", ids.join(",")));
    }
    let searched = [MessageColumn::Message.name()];
    let also = conditions.join(" and ");
    let others = columns.len() + 100;
    let (filter, has_all_forms) = filter::any_contains(&searched, &search.texts, &also, others);
    let path = format!(
        "Archive/dynamic?$select={columns}&$filter={filter}&$orderBy={id} desc&$top={PAGE_SIZE}"
    );
    (path, has_all_forms)
}

/// A channel that is not known is checked by the caller.
fn is_in_channels(found: &FoundMessage, search: &MessageSearch) -> bool {
    let channel = found.session.channel.id;
    let channels = search.channels.as_ref();
    channel == ChannelId(0) || channels.is_none_or(|channels| channels.contains(&channel))
}
