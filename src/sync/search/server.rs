//! Search by the service itself: a match scans the texts, so windows of ids bound what each request costs. The
//! newest messages are first.

use std::time::Duration;

use super::{SearchHit, SearchRun, SearchStop};
use crate::chat::{
    ChannelId, Customer, FoundMessage, MessageEdge, MessageId, MessageMark, MessageSearch,
    SearchSupport, Session, SessionId,
};
use crate::sync::search::scope::SearchScope;
use crate::sync::{ApiError, ChatApi, ErrorKind};

/// The ids of the first window, of the smallest and of the largest.
const FIRST_WINDOW: i64 = 20_000;
const MIN_WINDOW: i64 = 200;
const MAX_WINDOW: i64 = 5_000_000;
/// A window is enlarged after a response that came sooner than this, and made smaller after one that came later
/// than the other.
const FAST: Duration = Duration::from_millis(700);
const SLOW: Duration = Duration::from_secs(4);

/// The position of a search.
struct Walk {
    /// The newest message that is known, then the newest below the last window.
    top: MessageId,
    /// Whether `top` is the newest message of an earlier search.
    is_from_earlier_search: bool,
    /// Ids below this one were not searched yet; `None` before the first page.
    below: Option<MessageId>,
    window: i64,
}

impl<S: ChatApi> SearchRun<'_, S> {
    /// Searches backward from `newest`, the newest message of an earlier search; `None` if it is not known.
    pub(super) async fn search_messages(
        &mut self,
        scope: &SearchScope,
        newest: Option<MessageId>,
    ) -> Result<(), SearchStop> {
        let top = match newest {
            None => self.find_newest().await?,
            known => known,
        };
        let Some(top) = top else {
            self.coverage.reached_end = true;
            return Ok(());
        };
        let mut walk = Walk {
            top,
            is_from_earlier_search: newest.is_some(),
            below: None,
            window: FIRST_WINDOW,
        };
        loop {
            let bottom = self.search_window(scope, &mut walk).await?;
            let mark = match bottom {
                MessageId::START => None,
                bottom => {
                    let edge = MessageEdge::NewestBelow(MessageId(bottom.0 + 1));
                    self.message_at(edge).await?
                }
            };
            let Some(mark) = mark else {
                let oldest = self.message_at(MessageEdge::Oldest).await?;
                self.coverage.reached_end = true;
                self.coverage.back_to = oldest.and_then(|oldest| oldest.posted);
                return Ok(());
            };
            // Otherwise the search would not end.
            if mark.id > bottom {
                let why = "The service ignores the requested filter of its message search";
                return Err(SearchStop::Server(ApiError::new(ErrorKind::Config, why)));
            }
            self.coverage.back_to = mark.posted.or(self.coverage.back_to);
            if self.is_too_old(mark.posted) {
                self.coverage.reached_end = true;
                return Ok(());
            }
            self.report_progress().await?;
            walk.top = mark.id;
            walk.below = Some(MessageId(mark.id.0 + 1));
        }
    }

    /// Probes whether the service searches; `None` if there is no message.
    async fn find_newest(&mut self) -> Result<Option<MessageId>, SearchStop> {
        let newest = match self.message_at(MessageEdge::Newest).await {
            Err(SearchStop::Server(error)) if error.kind.is_refusal() => {
                self.report_refusal(&error).await?;
                return Err(SearchStop::Refused(error));
            }
            newest => newest?.map(|newest| newest.id),
        };
        if let Some(newest) = newest {
            self.report_probe(SearchSupport::Available { newest })
                .await?;
        }
        Ok(newest)
    }

    /// Searches the ids below `below`, any above `top` among them, down to a window below `top`; returns where it
    /// ended. A window that is too large for the service is made smaller.
    async fn search_window(
        &mut self,
        scope: &SearchScope,
        walk: &mut Walk,
    ) -> Result<MessageId, SearchStop> {
        let mut attempts = self.attempts();
        let mut above = MessageId(walk.top.0 - walk.window).max(MessageId::START);
        loop {
            let search = MessageSearch {
                texts: self.texts.clone(),
                above,
                below: walk.below,
                channels: scope.channel_ids(),
            };
            let page = match self.api.search_messages(&search).await {
                Ok(page) => page,
                Err(error) => {
                    let is_refusal = error.kind.is_refusal();
                    let can_shrink = walk.window > MIN_WINDOW;
                    if !(can_shrink && error.kind == ErrorKind::TooLarge) {
                        attempts.wait(error).await.map_err(SearchStop::Server)?;
                    }
                    if !is_refusal {
                        // There may be far more above the newest message of an earlier search than the window has.
                        if std::mem::take(&mut walk.is_from_earlier_search) && walk.below.is_none()
                        {
                            walk.top = self.find_newest().await?.unwrap_or(walk.top);
                        }
                        walk.window = (walk.window / 4).max(MIN_WINDOW);
                        let highest = walk
                            .below
                            .map_or(walk.top, |below| MessageId(below.0 - 1).min(walk.top));
                        above = above.max(MessageId(highest.0 - walk.window));
                    }
                    continue;
                }
            };
            if let Some(why) = page.incomplete {
                return Err(SearchStop::Server(ApiError::new(ErrorKind::Config, why)));
            }
            attempts = self.attempts();
            self.coverage.forms_left_out |= page.forms_left_out;
            self.coverage.left_out.not_allowed += page.forbidden;
            self.coverage.left_out.unreadable += page.unreadable;
            let (lowest, duration) = (page.lowest, page.duration);
            self.report_found(scope, page.found).await?;
            let below = walk.below;
            let is_within =
                |lowest: &MessageId| *lowest > above && below.is_none_or(|below| *lowest < below);
            if let Some(lowest) = lowest.filter(is_within) {
                walk.below = Some(lowest);
                continue;
            }
            match duration {
                fast if fast < FAST => walk.window = (walk.window * 4).min(MAX_WINDOW),
                slow if slow > SLOW => walk.window = (walk.window / 2).max(MIN_WINDOW),
                _ => {}
            }
            return Ok(above);
        }
    }

    async fn message_at(&self, edge: MessageEdge) -> Result<Option<MessageMark>, SearchStop> {
        let api = self.api;
        let mark = self.send_request(|| api.message_at(edge)).await;
        mark.map_err(SearchStop::Server)
    }

    /// Reports those that match and whose session may be shown.
    async fn report_found(
        &mut self,
        scope: &SearchScope,
        found: Vec<FoundMessage>,
    ) -> Result<(), SearchStop> {
        let mut hits = Vec::new();
        for FoundMessage { session, message } in found {
            self.coverage.left_out.unreadable += usize::from(message.unreadable.is_some());
            if self.is_wanted(&message) {
                hits.push(SearchHit { session, message });
            }
        }
        let is_unknown = |session: &Session| scope.needs_row || session.channel.id == ChannelId(0);
        let mut missing: Vec<_> = hits.iter().map(|hit| &hit.session).collect();
        missing.retain(|session| is_unknown(session) && !self.archived.contains_key(&session.id));
        let missing: Vec<_> = missing.into_iter().map(|session| session.id).collect();
        self.look_up(missing).await?;
        let mut shown = Vec::new();
        for mut hit in hits {
            if is_unknown(&hit.session) {
                let Some(Some(row)) = self.archived.get(&hit.session.id) else {
                    self.coverage.left_out.not_allowed += 1;
                    continue;
                };
                hit.session = with_customer(row.clone(), hit.session.customer);
            }
            if scope.selects(&hit.session) {
                scope.name_channel(&mut hit.session);
                shown.push(hit);
            }
        }
        self.report(shown).await
    }

    /// Looks up sessions in the archive, which lists those that the user may see.
    async fn look_up(&mut self, mut ids: Vec<SessionId>) -> Result<(), SearchStop> {
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(());
        }
        let api = self.api;
        let rows = self.send_request(|| api.archived_sessions(&ids)).await;
        // Without an archive it is not known which sessions may be shown.
        let rows = rows.map_err(SearchStop::Failed)?;
        self.archived.extend(ids.into_iter().map(|id| (id, None)));
        let rows = rows.into_iter().map(|row| {
            let row = Session {
                first_message: String::new(),
                last_message: String::new(),
                raw: "".into(),
                ..row
            };
            (row.id, Some(row))
        });
        self.archived.extend(rows);
        Ok(())
    }
}

/// A row of the archive, which lacks what the customer wrote in the form.
fn with_customer(row: Session, found: Customer) -> Session {
    let either = |one: String, other: String| if one.is_empty() { other } else { one };
    Session {
        customer: Customer {
            name: either(row.customer.name, found.name),
            alias: either(row.customer.alias, found.alias),
            company: either(row.customer.company, found.company),
            ..row.customer
        },
        ..row
    }
}
